"""The four phases: which are run, and how a local one is judged."""

from __future__ import annotations

import pytest

from testrun.core import phases
from testrun.core.model import Case, CaseStatus, Verdict
from testrun.core.phases import NOT_RUN, Outcome, Phase


def cases(**counts: int) -> list[Case]:
    """So many cases of each status."""
    return [
        Case(
            shard=0,
            file="a_test.go",
            project="go .",
            title=(f"{status} {number}",),
            status=CaseStatus(status),
            message=f"why {status}",
        )
        for status, count in counts.items()
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("0", Phase.POLICY),
        ("policy", Phase.POLICY),
        ("1", Phase.UNIT),
        ("Unit", Phase.UNIT),
        (" e2e ", Phase.E2E),
        ("3", Phase.E2E),
    ],
)
def test_a_phase_has_a_name_and_a_number(word: str, phase: Phase):
    assert phases.parse(word) is phase


@pytest.mark.parametrize("word", ["", "4", "-1", "all", "unittest"])
def test_what_is_no_phase_is_refused_with_the_list(word: str):
    with pytest.raises(phases.UnknownPhase, match="0 policy, 1 unit, 2 integration, 3 e2e"):
        phases.parse(word)


@pytest.mark.parametrize(
    ("only", "until", "asked"),
    [
        ([], None, ["policy", "unit", "integration", "e2e"]),
        ([], "integration", ["policy", "unit", "integration"]),
        (["integration", "unit"], None, ["unit", "integration"]),  # in their order, whatever order they are named in
        (["e2e"], "unit", []),
    ],
)
def test_the_phases_that_are_run(only: list[str], until: str | None, asked: list[str]):
    chosen = phases.asked_for([Phase(each) for each in only], None if until is None else Phase(until))
    assert chosen == tuple(Phase(each) for each in asked)


class TestJudge:
    def judged(
        self, found: list[Case], *, phase: Phase = Phase.UNIT, least: int = 1, stopped: Verdict | None = None
    ) -> tuple[str, str]:
        outcome = phases.judge(phase, found, min_tests=least, stopped=stopped, why="it was stopped")
        return outcome.result, outcome.message

    def test_passed(self):
        assert self.judged(cases(passed=3, skipped=1)) == ("Passed", "3 of 4 tests passed, 1 skipped")

    def test_policy_has_checks(self):
        assert self.judged(cases(passed=1), phase=Phase.POLICY) == ("Passed", "1 of 1 check passed")

    def test_failed(self):
        assert self.judged(cases(passed=3, failed=2)) == ("Failed", "2 of 5 tests failed")

    def test_errors_come_before_failures(self):
        assert self.judged(cases(failed=2, errored=2)) == ("Errored", "why errored; 1 more errored; 2 failed")

    def test_what_ended_it_from_outside_comes_before_everything(self):
        assert self.judged(cases(failed=2, errored=1), stopped=Verdict.TIMED_OUT) == ("TimedOut", "it was stopped")

    def test_no_test_is_never_green(self):
        result, message = self.judged([])
        assert result == "Errored"
        assert message.startswith("no unit test was found: mark one (Go: *_test.go without a build tag")
        assert message.endswith("or say min-tests = 0 under [unit] in ameide.toml")

    def test_no_test_is_green_for_a_repository_that_says_so(self):
        assert self.judged([], least=0) == ("Passed", "no unit test was found, and none is asked for (min-tests = 0)")

    def test_only_skipped_tests_are_no_tests(self):
        assert self.judged(cases(skipped=2)) == ("Errored", "no test ran: all 2 were skipped")
        assert self.judged(cases(skipped=2), least=0) == ("Errored", "no test ran: all 2 were skipped")

    def test_fewer_than_wanted(self):
        assert self.judged(cases(passed=2), least=3) == ("Errored", "2 tests ran, less than min-tests 3")


@pytest.mark.parametrize(
    ("results", "code"),
    [
        (["Passed", "Passed", NOT_RUN], 0),
        (["Passed", "Failed", NOT_RUN], 1),
        (["Passed", "Errored"], 2),
        (["Passed", "TimedOut"], 2),
        (["Passed", "Passed", "Passed", "Blocked"], 2),
        (["Failed", "Errored"], 2),
        ([], 0),
    ],
)
def test_the_exit_code(results: list[str], code: int):
    assert phases.exit_code(Outcome(result=result, message="") for result in results) == code
