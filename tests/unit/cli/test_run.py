"""Reading a TestRun's body: whole, in part, and from hostile hands."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from testrun.cli import run, view
from testrun.core import model

BODY = {
    "metadata": {"namespace": "shop", "name": "shop", "uid": "u1", "creationTimestamp": "2026-11-21T12:00:00Z"},
    "spec": {"revision": "abc", "cancel": True, "playwright": {"image": "i:1", "shards": 2}},
    "status": {
        "observedGeneration": 1,
        "state": "Failed",
        "conditions": [{"type": "Succeeded", "status": "False", "reason": "Failed", "message": "1 of 4 tests failed"}],
        "startTime": "2026-11-21T12:00:01.5Z",
        "completionTime": "2026-11-21T12:00:09+00:00",
        "waiting": {"reason": "ImagePull", "message": "m", "since": "2026-11-21T12:00:00Z", "deadline": "2026-11-21T12:30:00Z"},
        "summary": {"tests": 4, "passed": 3, "failed": 1, "errored": 0, "skipped": 0, "flaky": 1},
        "phases": [{"phase": "e2e", "result": "Failed", "tests": 4, "failed": 1, "durationSeconds": 7.5}],
        "shards": [{"index": 1, "result": "Failed", "tests": 2, "failed": 1, "attempts": 1, "node": "n1", "durationSeconds": 5}],
        "failures": [{"name": "a › b", "file": "a.spec.ts", "project": "desktop", "shard": 1, "message": "no"}],
        "junit": "<testsuites/>",
        "artifacts": {"path": "shop/shop/u1", "manifestSha256": "ab"},
    },
}  # fmt: skip


def test_everything_that_is_shown_is_read() -> None:
    def at(text: str) -> datetime.datetime:
        return datetime.datetime.fromisoformat(f"2026-11-21T{text}+00:00")

    assert run.read(BODY) == run.Run(
        namespace="shop",
        name="shop",
        uid="u1",
        created=at("12:00:00"),
        image="i:1",
        revision="abc",
        shards_wanted=2,
        observed=True,
        state="Failed",
        conditions=(run.Condition(type="Succeeded", status="False", reason="Failed", message="1 of 4 tests failed"),),
        started=at("12:00:01.500"),
        completed=at("12:00:09"),
        waiting_reason="ImagePull",
        waiting_message="m",
        waiting_deadline=at("12:30:00"),
        counts=model.Counts(tests=4, passed=3, failed=1, flaky=1),
        phases=(run.Phase(phase="e2e", result="Failed", counts=model.Counts(tests=4, failed=1), duration=7.5),),
        shards=(
            run.Shard(index=1, result="Failed", counts=model.Counts(tests=2, failed=1), attempts=1, node="n1", duration=5.0),
        ),
        failures=(run.Failure(name="a › b", file="a.spec.ts", project="desktop", shard=1, message="no"),),
        junit="<testsuites/>",
        manifest_sha256="ab",
    )


def test_a_run_that_no_operator_has_seen() -> None:
    seen = run.read({"metadata": {"namespace": "shop", "name": "shop"}, "spec": {}})
    assert (seen.observed, seen.state, seen.verdict, seen.finished, seen.counts) == (False, "", "", False, None)


def test_an_undecided_run_has_no_verdict() -> None:
    seen = run.read({"status": {"conditions": [{"type": "Succeeded", "status": "Unknown", "reason": "Running"}]}})
    assert (seen.verdict, seen.finished) == ("", False)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
fields = [
    "observedGeneration",
    "state",
    "conditions",
    "startTime",
    "completionTime",
    "waiting",
    "summary",
    "phases",
    "shards",
    "failures",
    "junit",
    "artifacts",
    "type",
    "status",
    "reason",
    "message",
    "index",
    "tests",
    "durationSeconds",
    "deadline",
    "name",
]
records = st.dictionaries(
    st.sampled_from(fields), json | st.lists(st.dictionaries(st.sampled_from(fields), json, max_size=4), max_size=2), max_size=6
)


@given(records)
def test_whatever_a_status_holds_it_can_be_read_and_shown(status: dict[str, object]) -> None:
    seen = run.read({"metadata": {"namespace": "shop", "name": "shop"}, "spec": status, "status": status})
    now = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
    shown = "\n".join(line.plain for line in [*view.details(seen, now, program="p"), *view.result(seen, program="p")])
    assert "\x1b" not in shown
    view.table([seen], now, namespaces=True)
