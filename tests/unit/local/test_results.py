"""From a tool's log and the end of its process to test cases: nothing that goes wrong around the tests is lost, or green."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from testrun.core import events
from testrun.core.ledger import PodLedger, digest
from testrun.core.model import Attempt, Case, CaseStatus, Verdict
from testrun.local import attempts, results
from testrun.local.process import Ended


def log(*tests: tuple[str, str], planned: bool = True, finish: bool = True, errors: tuple[str, ...] = ()) -> PodLedger:
    """The log of a tool: (name, status), ``running`` for one that has no end, ``waiting`` for one that never began."""
    ledger = PodLedger("pytest-a", 0)
    lines: list[dict[str, Any]] = [{"type": "begin", "v": events.VERSION, "time": 1, "index": 0, "shards": 1, "uid": "run"}]
    lines += [
        {"type": "plan", "tests": [{"id": name, "file": "a.py", "title": [name], "expected": "passed"}]} for name, _ in tests
    ]
    if planned:
        names = [name for name, _ in tests]
        lines.append({"type": "planned", "count": len(names), "sha256": digest(names)})
    lines += [{"type": "error", "message": each, "time": 2} for each in errors]
    for name, status in tests:
        if status != "waiting":
            lines.append({"type": "start", "id": name, "retry": 0, "time": 10})
        if status not in ("running", "waiting"):
            failed = [{"message": "assert 1 == 2", "stack": "…"}] if status == "failed" else []
            lines.append({"type": "end", "id": name, "retry": 0, "status": status, "time": 20, "duration": 10, "errors": failed})
    if finish:
        lines.append({"type": "finish", "status": "passed", "time": 30, "duration": 20})
    for each in lines:
        ledger.feed(json.dumps(each).encode())
    return ledger


def settled(ledger: PodLedger, ended: Ended, stopped: Verdict | None = None, why: str = "") -> list[tuple[str, str, str, str]]:
    found = results.settle("pytest a", "pytest", ledger, ended, frozenset({0, 5}), stopped, why)
    return [(case.name, str(case.status), case.kind, case.message) for case in found]


GREEN = ("adds", "passed", "", "")


def test_all_passed():
    assert settled(log(("adds", "passed")), Ended(code=0)) == [GREEN]


def test_no_test_and_the_tool_says_so():
    assert settled(log(), Ended(code=5)) == []


AROUND = {
    "a red exit": (
        log(("adds", "passed")), Ended(code=3), "ExitCodeMismatch", "pytest ended with exit code 3, although no test failed",
    ),
    "no end of the report": (
        log(("adds", "passed"), finish=False), Ended(code=0), "ToolFailed",
        "pytest ended with exit code 0, but its report is not whole",
    ),
    "no end of the plan": (
        log(("adds", "passed"), planned=False), Ended(code=0), "ToolFailed",
        "pytest ended with exit code 0, but its report is not whole",
    ),
    "a crash at its end": (log(("adds", "passed")), Ended(signal="SIGSEGV"), "ToolDied", "pytest was killed by SIGSEGV"),
    "an error outside its tests": (log(("adds", "passed"), errors=("boom\nmore",)), Ended(code=1), "LoadError", "boom"),
    "a full disk": (
        log(("adds", "passed")), Ended(code=0, full="No space left on device"), "DiskFull",
        "its output could not be kept: No space left on device: make room and run again",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("ledger", "ended", "kind", "message"), AROUND.values(), ids=AROUND)
def test_what_goes_wrong_around_green_tests_is_an_error(ledger: PodLedger, ended: Ended, kind: str, message: str):
    assert settled(ledger, ended) == [("pytest a", "errored", kind, message), GREEN]


def test_a_tool_that_never_began_says_why():
    ended = Ended(code=4, output="usage: pytest\nERROR: no such option\n")
    assert settled(log(planned=False, finish=False), ended) == [
        ("pytest a", "errored", "ToolFailed", "pytest ended with exit code 4 before its tests: ERROR: no such option")
    ]


def test_a_test_that_was_running_is_named_and_the_others_did_not_run():
    assert settled(log(("adds", "passed"), ("pays", "running"), ("ships", "waiting")), Ended(signal="SIGKILL")) == [
        GREEN,
        ("pays", "errored", "ToolDied", "was running when pytest was killed by SIGKILL (out of memory?)"),
        ("ships", "errored", "NotReported", "planned, but never reported: pytest was killed by SIGKILL (out of memory?)"),
    ]


def test_exit_0_with_a_failed_test_is_an_error_and_the_failure_stays():
    found = settled(log(("adds", "failed")), Ended(code=0))
    assert [each[1] for each in found] == ["errored", "failed"]


def test_a_tool_that_is_missing():
    assert settled(log(planned=False, finish=False), Ended(problem="go is not installed, or not on PATH")) == [
        ("pytest a", "errored", "ToolMissing", "go is not installed, or not on PATH")
    ]


@pytest.mark.parametrize(
    ("stopped", "why", "message"),
    [
        (Verdict.TIMED_OUT, "the phase's time was up", "was running when the phase's time was up"),
        (Verdict.CANCELLED, "Ctrl-C interrupted it", "was running when Ctrl-C interrupted it"),
    ],
)
def test_stopped_from_outside(stopped: Verdict, why: str, message: str):
    assert settled(log(("adds", "passed"), ("pays", "running")), Ended(signal="SIGINT"), stopped, why) == [
        GREEN,
        ("pays", "errored", str(stopped), message),
    ]


def test_stopped_before_any_test_ran_is_said_by_the_tool():
    (found,) = settled(log(planned=False, finish=False), Ended(), Verdict.CANCELLED, "Ctrl-C interrupted it")
    assert found[1:] == ("errored", "Cancelled", "pytest was running when Ctrl-C interrupted it")


NOT_WHOLE = "its report is not whole: line 7: not JSON"


def test_a_log_that_was_tampered_with_is_an_error():
    ledger = log(("adds", "passed"))
    ledger.feed(b"garbage")
    assert settled(ledger, Ended(code=0)) == [
        ("pytest a", "errored", "ReportIncomplete", f"{NOT_WHOLE}: no test may touch files below the artifacts folder"), GREEN,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ended", "stopped"),
    [
        pytest.param(Ended(signal="SIGKILL"), None, id="killed"),
        pytest.param(Ended(code=0, full="No space left on device"), None, id="on a full disk"),
        pytest.param(Ended(signal="SIGINT"), Verdict.CANCELLED, id="interrupted"),
    ],
)
def test_a_log_that_was_cut_off_blames_no_test(ended: Ended, stopped: Verdict | None):
    ledger = log(("adds", "passed"))
    ledger.feed(b'{"type": "en')
    told = {kind: message for _, _, kind, message in settled(ledger, ended, stopped, "Ctrl-C interrupted it")}
    assert told["ReportIncomplete"] == NOT_WHOLE


def test_a_log_with_more_than_it_can_hold_blames_no_test(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("testrun.core.ledger.MAX_TESTS", 1)
    found = settled(log(("adds", "passed"), ("pays", "passed")), Ended(code=0))
    assert found[0][3] == "its report is not whole: line 3: more than 1 tests are planned"


def case(status: CaseStatus = CaseStatus.PASSED, *, message: str = "", details: str = "", kind: str = "") -> Case:
    return Case(shard=0, file="a.py", project="", title=("a",), status=status, message=message, details=details, kind=kind)


class TestLeftOut:
    """Tests that never came to run, and would hide behind those of other projects."""

    def told(self, *cases: Case, tests: int = 0) -> list[tuple[str, str, str]]:
        return [(each.name, each.kind, each.message) for each in results.left_out("pytest a", cases, tests=tests)]

    def test_as_many_ran_as_phase_0_found(self):
        assert self.told(case(), case(CaseStatus.SKIPPED), tests=2) == []

    def test_more_may_run_than_phase_0_found(self):
        assert self.told(case(), case(CaseStatus.FAILED), tests=1) == []

    def test_nothing_is_known_and_nothing_ran(self):
        assert self.told() == []

    @pytest.mark.parametrize(("ran", "word"), [(0, "none"), (1, "1")])
    def test_fewer_ran_than_phase_0_found(self, ran: int, word: str):
        assert self.told(*[case()] * ran, tests=3) == [
            (
                "pytest a",
                "NotSelected",
                f"phase 0 found 3 tests of this phase, of which {word} came to run: what leaves the others out, such as a "
                "conftest, has to go",
            )
        ]

    def test_all_were_skipped(self):
        skipped = case(CaseStatus.SKIPPED, message="needs --run-integration")
        assert self.told(skipped, skipped, tests=2) == [
            (
                "pytest a",
                "AllSkipped",
                "no test ran: all 2 were skipped (needs --run-integration): let them run, with what they need stubbed, or delete "
                "them",
            )
        ]

    def test_an_error_that_is_there_says_why_already(self):
        assert self.told(case(CaseStatus.ERRORED), tests=3) == []


class TestExplained:
    """Tests that were refused a connection where they have a loopback of their own."""

    WHY = 'phases 1 and 2 cannot reach this machine\'s own services: stub it, or set network = "host" in [integration]'

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("connect ECONNREFUSED 127.0.0.1:5432", f"connect ECONNREFUSED 127.0.0.1:5432\n{WHY}"),
            ("[Errno 111] Connection refused\nmore", f"[Errno 111] Connection refused\n{WHY}\nmore"),
            (
                "dial tcp 127.0.0.1:6379: connect: connection refused",
                f"dial tcp 127.0.0.1:6379: connect: connection refused\n{WHY}",
            ),
            ("assert 1 == 2", "assert 1 == 2"),
        ],
    )
    def test_what_its_message_says(self, before: str, after: str):
        red = case(CaseStatus.FAILED, message=before)
        assert results.explained([red], "integration") == [dataclasses.replace(red, message=after)]

    def test_what_its_details_say(self):
        red = case(CaseStatus.ERRORED, message="it was not green", details="…\nConnection refused\n")
        assert [each.message for each in results.explained([red], "integration")] == [f"it was not green\n{self.WHY}"]

    @pytest.mark.parametrize(
        "told",
        [
            case(message="Connection refused"),
            case(CaseStatus.SKIPPED, message="Connection refused"),
            case(CaseStatus.ERRORED, message="Connection refused", kind="NetworkAccess"),
        ],
        ids=["passed", "skipped", "told where it went"],
    )
    def test_what_needs_no_explanation(self, told: Case):
        assert results.explained([told], "integration") == [told]


class TestBlame:
    """Who tried to reach something beyond loopback."""

    ATTEMPT = attempts.Attempt(time=1500, protocol="tcp", address="10.96.0.1", port=443)
    WHAT = "tried to reach 10.96.0.1:443 (tcp): phases 0 to 2 run without a network; stub it, or move the test to phase 3 (e2e)"

    def case(self, *title: str, start: int, seconds: float, status: CaseStatus = CaseStatus.PASSED, file: str = "a.py") -> Case:
        attempt = Attempt(retry=0, status="passed", start_ms=start, duration=seconds)
        return Case(
            shard=0,
            file=file,
            project="pytest a",
            title=title,
            status=status,
            attempts=(attempt,),
            message="it failed" if status is CaseStatus.FAILED else "",
        )

    def blamed(self, *cases: Case) -> list[tuple[str, str, str, str]]:
        found = results.blamed(cases, [self.ATTEMPT])
        return [(case.name, str(case.status), case.kind, case.message) for case in found]

    def test_the_test_that_ran_then_although_it_passed(self):
        before, then = self.case("a", start=0, seconds=1), self.case("b", start=1400, seconds=0.2)
        assert self.blamed(before, then) == [("a", "passed", "", ""), ("b", "errored", "NetworkAccess", self.WHAT)]

    def test_a_failed_one_keeps_its_failure_in_the_details(self):
        (case,) = results.blamed([self.case("b", start=1400, seconds=0.2, status=CaseStatus.FAILED)], [self.ATTEMPT])
        assert (case.status, case.details) == (CaseStatus.ERRORED, f"{self.WHAT}\nit failed")

    def test_the_innermost_of_tests_in_each_other(self):
        outer, inner = self.case("T", start=1000, seconds=1), self.case("T", "sub", start=1400, seconds=0.2)
        assert [each[1] for each in self.blamed(outer, inner)] == ["passed", "errored"]

    @pytest.mark.parametrize(
        ("start", "blamed"),
        [
            pytest.param(1499, ["passed", "errored"], id="the one that has begun, not the one that just ended"),
            pytest.param(1501, ["errored", "passed"], id="the one that just ended, not the one that begins next"),
        ],
    )
    def test_a_reporter_knows_which_of_two_it_was(self, start: int, blamed: list[str]):
        cases = (self.case("a", start=1000, seconds=0.499), self.case("b", start=start, seconds=1))
        assert [str(case.status) for case in results.blamed(cases, [self.ATTEMPT], exact=True)] == blamed

    def test_go_tells_how_long_a_test_took_in_steps_of_10_ms(self):
        assert self.blamed(self.case("a", start=1494, seconds=0.0)) == [("a", "errored", "NetworkAccess", self.WHAT)]
        assert results.blamed([self.case("a", start=1494, seconds=0.0)], [self.ATTEMPT], exact=True)[1].name == "network"

    def test_two_that_ran_at_once_are_named_and_neither_is_blamed(self):
        found = self.blamed(self.case("a", start=1000, seconds=1), self.case("b", start=1000, seconds=1))
        assert [each[:3] for each in found] == [("a", "passed", ""), ("b", "passed", ""), ("network", "errored", "NetworkAccess")]
        assert found[2][3] == f"one of a, b {self.WHAT}"

    def test_of_packages_side_by_side_the_one_that_tried(self):
        attempt = dataclasses.replace(self.ATTEMPT, folder="/src/cart")
        cases = [
            self.case("a", start=1000, seconds=1, file="cart/a_test.go"),
            self.case("b", start=1000, seconds=1, file="pay/b_test.go"),
        ]
        found = results.blamed(cases, [attempt], {"/src/cart": "cart/"})
        assert [str(case.status) for case in found] == ["errored", "passed"]

    def test_code_outside_the_tests(self):
        assert self.blamed(self.case("a", start=0, seconds=1))[1][3] == f"code outside the tests {self.WHAT}"
