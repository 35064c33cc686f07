"""Golden texts: what a person reads of a run that stands still."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import build
import pytest
from rich.text import Text

from testrun.cli import run, view
from testrun.core import model

STORED = run.Condition(type="EvidenceStored", status="True", reason="Stored")
LOST = run.Condition(type="EvidenceStored", status="False", reason="ServerSilent", message="the server did not answer for 5 m")


def make_run(verdict: str = "", message: str = "", *, stored: run.Condition | None = STORED, **changes: object) -> run.Run:
    """A run of two shards; finished when there is a verdict."""
    succeeded = run.Condition(
        type="Succeeded", status="True" if verdict == "Passed" else "False", reason=verdict, message=message
    )
    base = run.Run(
        namespace="shop",
        name="shop",
        uid="u1",
        created=build.at(-60),
        image="registry.example/e2e:1",
        shards_wanted=2,
        observed=True,
        state=verdict or "Running",
        started=build.at(-58),
    )
    if verdict:
        base = dataclasses.replace(base, conditions=(succeeded, *([stored] if stored else [])), completed=build.at(-10))
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def plain(lines: Sequence[Text]) -> str:
    return "\n".join(line.plain for line in lines)


RED = make_run(
    "Failed",
    "2 of 15 tests failed",
    counts=model.Counts(tests=15, passed=12, failed=2, skipped=1, flaky=1),
    shards=(
        run.Shard(index=0, result="Passed", counts=model.Counts(tests=8, passed=8, flaky=1), attempts=1, node="n1", duration=4.2),
        run.Shard(
            index=1, result="Failed", counts=model.Counts(tests=7, passed=4, failed=2, skipped=1), attempts=1, node="n2",
            duration=12, message="2 tests failed",
        ),
    ),
    failures=(
        run.Failure(
            name="cart › adds an item", file="cart.spec.ts", project="desktop", shard=1,
            message="Error: expect(locator).toHaveText(expected)\n\nExpected: 1\nReceived: \x1b[31m0\x1b[0m",
        ),
    ),
)  # fmt: skip


def test_the_result_of_a_red_run() -> None:
    assert (
        plain(view.result(RED, program="ameide testrun", flags=" -n shop"))
        == """\
shop/shop  Failed  2 of 15 tests failed  (48 s)

15 tests: 12 passed, 2 failed, 0 errored, 1 skipped, 1 flaky

SHARD   RESULT   TESTS   PASSED   FAILED   ERRORED   SKIPPED   FLAKY   TIME    NODE   MESSAGE
0       Passed   8       8        0        0         0         1       4.2 s   n1
1       Failed   7       4        2        0         1         0       12 s    n2     2 tests failed

Failures
  ✗ cart › adds an item  cart.spec.ts [desktop], shard 1
      Error: expect(locator).toHaveText(expected)
      Expected: 1
      Received: 0
  … and 1 more

Evidence: ameide testrun artifacts shop -n shop   (page, JUnit, traces)"""
    )


def test_the_result_of_a_run_that_never_began() -> None:
    blocked = make_run("Errored", "the image cannot be pulled", started=None)
    assert (
        plain(view.result(blocked, program="kubectl testrun"))
        == """\
shop/shop  Errored  the image cannot be pulled

Evidence: kubectl testrun artifacts shop   (page, JUnit, traces)"""
    )


EVIDENCE = {
    "stored": (make_run("Passed"), "Evidence: p artifacts shop   (page, JUnit, traces)"),
    "lost": (make_run("Passed", stored=LOST), "Evidence: not stored: the server did not answer for 5 m"),
    "lost, with JUnit in the status": (
        make_run("Passed", stored=LOST, junit="<testsuites/>"),
        "Evidence: not stored: the server did not answer for 5 m\nJUnit:    p artifacts shop   (what the status holds of it)",
    ),
    "never made": (make_run("Errored", stored=None), "Evidence: not stored: there was none"),
}


@pytest.mark.parametrize("case", EVIDENCE)
def test_where_the_evidence_is(case: str) -> None:
    seen, expected = EVIDENCE[case]
    assert plain(view.evidence(seen, program="p")) == expected


def test_the_details_of_a_run_that_waits() -> None:
    waiting = make_run(
        state="Pending", waiting_reason="ImagePull", waiting_message='Back-off pulling image "e2e:1"',
        waiting_deadline=build.at(725),
        conditions=(run.Condition(type="Succeeded", status="Unknown", reason="Pending"),), revision="7f3c2d1",
    )  # fmt: skip
    assert (
        plain(view.details(waiting, build.NOW, program="p"))
        == """\
Run:           shop/shop
State:         Pending
Waiting:       ImagePull: Back-off pulling image "e2e:1" (gives up in 12 m 05 s)
Image:         registry.example/e2e:1
Revision:      7f3c2d1
Age:           60s
Running for:   58 s

CONDITION   STATUS    REASON    MESSAGE
Succeeded   Unknown   Pending"""
    )


def test_the_details_of_a_finished_run() -> None:
    done = make_run(
        "Passed", "8 tests passed", phases=(run.Phase(phase="e2e", result="Passed", counts=model.Counts(tests=8, passed=8)),)
    )
    assert (
        plain(view.details(done, build.NOW, program="p"))
        == """\
Run:       shop/shop
State:     Passed
Message:   8 tests passed
Image:     registry.example/e2e:1
Age:       60s
Took:      48 s

CONDITION        STATUS   REASON   MESSAGE
Succeeded        True     Passed   8 tests passed
EvidenceStored   True     Stored

PHASE   RESULT   TESTS   PASSED   FAILED   ERRORED   SKIPPED   FLAKY   TIME
e2e     Passed   8       8        0        0         0         0

Evidence: p artifacts shop   (page, JUnit, traces)"""
    )


def test_the_table_of_all_runs() -> None:
    runs = [
        make_run("Passed", "all passed", counts=model.Counts(tests=8, passed=8)),
        RED,
        make_run(observed=False, state="", name="new"),
    ]
    assert (
        plain(view.table(runs, build.NOW, namespaces=True))
        == """\
NAMESPACE   NAME   STATE     PASSED   FAILED   SHARDS   AGE   MESSAGE
shop        shop   Passed    8        0        2        60s   all passed
shop        shop   Failed    12       2        2        60s   2 of 15 tests failed
shop        new    Pending                     2        60s"""
    )


@pytest.mark.parametrize("verdict", model.Verdict)
def test_exit_codes(verdict: model.Verdict) -> None:
    expected = {model.Verdict.PASSED: 0, model.Verdict.FAILED: 1}.get(verdict, 2)
    assert view.exit_code(make_run(verdict)) == expected


def test_a_verdict_that_is_not_known_yet_is_not_green() -> None:
    assert view.exit_code(make_run("Splendid")) == 2
