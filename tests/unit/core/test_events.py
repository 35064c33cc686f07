"""A line of a pod's log: in the contract it becomes a record, else one error that names the field."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.core import events

SHA = "a" * 64
BEGIN = {
    "type": "begin", "v": 1, "time": 1763690000000, "index": 0, "shards": 3, "pod": "shop-0-a", "node": "n1", "nodejs": "24.1.0",
    "playwright": "1.65.1", "uid": "6f1c", "cwd": "/e2e", "argv": ["test", "--shard=1/3"],
}  # fmt: skip
PLANNED_TEST = {
    "id": "t1", "file": "cart.spec.ts", "line": 5, "column": 3, "project": "desktop", "title": ["cart", "adds an item"],
    "tags": ["@smoke"], "retries": 2, "expected": "passed",
}  # fmt: skip
END = {
    "type": "end", "id": "t1", "retry": 1, "status": "failed", "expected": "passed", "time": 1763690001000, "duration": 812.5,
    "errors": [{"message": "Error: no", "stack": "Error: no\n    at x", "file": "cart.spec.ts", "line": 9, "snippet": "> 9 |"}],
    "annotations": [{"type": "issue", "description": "#12"}],
    "output": "hello\n",
    "attachments": [
        {"name": "trace", "contentType": "application/zip", "file": "1-trace.zip", "bytes": 12, "sha256": SHA},
        {"name": "video", "contentType": "video/webm", "refused": "it is a link"},
    ],
}  # fmt: skip
EXIT = {
    "type": "exit", "code": 1, "playwrightExit": 1, "playwrightSignal": None, "problem": None, "output": "1 failed", "planned": 2,
    "reported": 2, "plannedSha256": SHA, "reportedSha256": SHA, "time": 1763690002000,
}  # fmt: skip


def parse(body: object) -> events.Event:
    return events.parse(json.dumps(body).encode())


IN_CONTRACT = {
    "begin": (
        BEGIN,
        events.Begin(
            time=1763690000000,
            index=0,
            shards=3,
            pod="shop-0-a",
            node="n1",
            nodejs="24.1.0",
            playwright="1.65.1",
            uid="6f1c",
            cwd="/e2e",
            argv=("test", "--shard=1/3"),
        ),
    ),
    "plan": (
        {"type": "plan", "tests": [PLANNED_TEST]},
        events.Plan(
            tests=(
                events.PlannedTest(
                    id="t1",
                    file="cart.spec.ts",
                    line=5,
                    column=3,
                    project="desktop",
                    title=("cart", "adds an item"),
                    tags=("@smoke",),
                    retries=2,
                    expected="passed",
                ),
            )
        ),
    ),
    "a plan of a set-up project": (
        {"type": "plan", "tests": [{"id": "t1", "title": ["signs in"], "expected": "passed", "support": True}]},
        events.Plan(
            tests=(
                events.PlannedTest(
                    id="t1",
                    file="",
                    line=0,
                    column=0,
                    project="",
                    title=("signs in",),
                    tags=(),
                    retries=0,
                    expected="passed",
                    support=True,
                ),
            )
        ),
    ),
    "planned": ({"type": "planned", "count": 8, "workers": 2, "sha256": SHA}, events.Planned(count=8, sha256=SHA)),
    "start": (
        {"type": "start", "id": "t1", "retry": 0, "worker": -1, "time": 1},
        events.Start(id="t1", retry=0, time=1),
    ),
    "end": (
        END,
        events.End(
            id="t1",
            retry=1,
            status="failed",
            expected="passed",
            time=1763690001000,
            duration=812.5,
            errors=(
                events.TestError(message="Error: no", stack="Error: no\n    at x", file="cart.spec.ts", line=9, snippet="> 9 |"),
            ),
            annotations=(events.Annotation(type="issue", description="#12"),),
            output="hello\n",
            attachments=(
                events.AttachedFile(
                    name="trace", content_type="application/zip", file="1-trace.zip", bytes=12, sha256=SHA, refused=""
                ),
                events.AttachedFile(name="video", content_type="video/webm", file="", bytes=0, sha256="", refused="it is a link"),
            ),
        ),
    ),
    "error": (
        {"type": "error", "message": "SyntaxError: x", "stack": "", "file": "cart.spec.ts", "line": 3, "time": 5},
        events.OutsideError(message="SyntaxError: x", stack="", file="cart.spec.ts", line=3, time=5),
    ),
    "finish": (
        {"type": "finish", "status": "timedout", "time": 9, "duration": 8},
        events.Finish(status="timedout", time=9, duration=8.0),
    ),
    "signal": ({"type": "signal", "signal": "SIGTERM", "time": 7}, events.Signal(signal="SIGTERM", time=7)),
    "exit": (
        EXIT,
        events.Exit(
            code=1,
            playwright_exit=1,
            playwright_signal="",
            problem="",
            output="1 failed",
            planned=2,
            reported=2,
            planned_sha256=SHA,
            reported_sha256=SHA,
            time=1763690002000,
        ),
    ),
    "an exit after kills for want of memory": (
        EXIT | {"oomKills": 2, "memoryLimit": 536870912},
        events.Exit(
            code=1,
            playwright_exit=1,
            playwright_signal="",
            problem="",
            output="1 failed",
            planned=2,
            reported=2,
            planned_sha256=SHA,
            reported_sha256=SHA,
            time=1763690002000,
            oom_kills=2,
            memory_limit=536870912,
        ),
    ),
    "an end under which a process was killed": (
        {"type": "end", "id": "t1", "retry": 0, "status": "failed", "time": 1, "duration": 2, "oomKills": 1},
        events.End(
            id="t1",
            retry=0,
            status="failed",
            expected="",
            time=1,
            duration=2.0,
            errors=(),
            annotations=(),
            output="",
            attachments=(),
            oom_kills=1,
        ),
    ),
    "a type of a newer reporter": ({"type": "weather", "sun": True}, events.Unknown(type="weather")),
    "a field of a newer reporter": (
        {"type": "signal", "signal": "SIGTERM", "time": 7, "sender": "kubelet"},
        events.Signal(signal="SIGTERM", time=7),
    ),
}


@pytest.mark.parametrize(("body", "record"), IN_CONTRACT.values(), ids=IN_CONTRACT.keys())
def test_a_line_in_the_contract_becomes_its_record(body, record):
    assert parse(body) == record


OUT_OF_CONTRACT = {
    "an empty line": (b"", "not JSON"),
    "half a line": (b'{"type": "end", "id": "t', "not JSON"),
    "not UTF-8": (b'{"type": "\xff"}', "not UTF-8"),
    "UTF-16": ('{"type": "finish"}'.encode("utf-16"), "not UTF-8"),
    "a list": (b"[]", "not a JSON object"),
    "no type": (b"{}", "no type"),
    "nested without end": (b'{"type":' + b"[" * 100_000, "nested too deeply"),
    "too long": (b" " * (events.LINE_BYTES + 1), "a line of 262145 bytes, more than 262144"),
    "not a number": (b'{"type": "signal", "signal": "SIGTERM", "time": NaN}', "not JSON"),
    "infinity": (b'{"type": "signal", "signal": "SIGTERM", "time": -Infinity}', "not JSON"),
    "a number of 5000 digits": (b'{"type": "signal", "time": ' + b"9" * 5000 + b"}", "not JSON"),
}


@pytest.mark.parametrize(("line", "reason"), OUT_OF_CONTRACT.values(), ids=OUT_OF_CONTRACT.keys())
def test_a_line_that_is_no_event_is_refused(line, reason):
    with pytest.raises(events.EventError) as error:
        events.parse(line)
    assert str(error.value) == reason


WRONG_FIELDS = {
    "another version": (BEGIN | {"v": 2}, "v is not 1: this log is of another version"),
    "a missing time": ({"type": "signal", "signal": "SIGTERM"}, "time is not a whole number from 0 to 253402300799999"),
    "a time before the epoch": (
        {"type": "signal", "signal": "SIGTERM", "time": -1},
        "time is not a whole number from 0 to 253402300799999",
    ),
    "true for a number": (EXIT | {"code": True}, "code is not a whole number from 0 to 255"),
    "an exit code that is none": (EXIT | {"code": 256}, "code is not a whole number from 0 to 255"),
    "an unknown status": (END | {"status": "great"}, "status is none of passed, failed, timedOut, skipped, interrupted"),
    "kills that are no number": (END | {"oomKills": "1"}, "oomKills is not a whole number from 0 to 10000000"),
    "an empty id": (END | {"id": ""}, "id is not a text of 1 to 200 characters"),
    "an id too long to keep apart": (END | {"id": "x" * 201}, "id is not a text of 1 to 200 characters"),
    "a duration in words": (END | {"duration": "1s"}, "duration is not a duration"),
    "a duration without end": (END | {"duration": 1e300}, "duration is not a duration"),
    "errors that are no list": (END | {"errors": {}}, "errors is not a list of objects"),
    "a message that is a number": (END | {"errors": [{"message": 1}]}, "message is not a text"),
    "an attachment outside its folder": (
        END | {"attachments": [{"name": "x", "contentType": "", "file": "../x", "bytes": 1, "sha256": SHA}]},
        "file is not the name of an attachment",
    ),
    "an attachment with a newline at its end": (
        END | {"attachments": [{"name": "x", "contentType": "", "file": "x\n", "bytes": 1, "sha256": SHA}]},
        "file is not the name of an attachment",
    ),
    "an attachment without a digest": (
        END | {"attachments": [{"name": "x", "contentType": "", "file": "x", "bytes": 1, "sha256": "A" * 64}]},
        "sha256 is not a SHA-256 in lower-case hex",
    ),
    "a test without a title": ({"type": "plan", "tests": [PLANNED_TEST | {"title": []}]}, "title is empty"),
    "a set-up in words": (
        {"type": "plan", "tests": [PLANNED_TEST | {"support": "yes"}]},
        "support is neither true nor false",
    ),
    "more tests than a line may hold": (
        {"type": "plan", "tests": [PLANNED_TEST] * 201},
        "tests is not a list of at most 200 objects",
    ),
}


@pytest.mark.parametrize(("body", "reason"), WRONG_FIELDS.values(), ids=WRONG_FIELDS.keys())
def test_a_field_out_of_the_contract_is_named(body, reason):
    with pytest.raises(events.EventError) as error:
        parse(body)
    assert str(error.value) == reason


def test_texts_and_lists_come_out_cut_to_the_contract():
    error = {"message": "m" * 9000, "stack": "s" * 20000}
    end = parse(
        END | {"errors": [error] * 2 + [{}] * 9, "output": "o" * 9000, "annotations": [{"type": "t"}] * 30, "attachments": []}
    )
    assert [len(each.message) for each in end.errors] == [8192] * 2 + [0] * 8
    assert [len(each.stack) for each in end.errors] == [16384] * 2 + [0] * 8
    assert (len(end.output), len(end.annotations)) == (8192, 20)


def test_a_lone_surrogate_becomes_a_question_mark():
    assert events.parse(rb'{"type": "signal", "signal": "SIG\ud800", "time": 1}') == events.Signal(signal="SIG?", time=1)


def test_a_duration_that_playwright_never_measured_is_none():
    assert parse(END | {"duration": -1}).duration == 0.0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
VALID = [BEGIN, {"type": "plan", "tests": [PLANNED_TEST]}, END, EXIT, {"type": "planned", "count": 8, "sha256": SHA}]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_event_error(line):
    with contextlib.suppress(events.EventError):
        events.parse(line)


@given(st.sampled_from(VALID), st.data())
def test_no_field_of_a_valid_line_can_raise_anything_but_event_error(body, data):
    field = data.draw(st.sampled_from(sorted(body)))
    changed = body | {field: data.draw(JSON)}
    try:
        event = parse(changed)
    except events.EventError:
        return
    json.dumps(repr(event)).encode("utf-8")  # what got through can be written
