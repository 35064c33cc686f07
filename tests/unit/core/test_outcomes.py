"""How a local phase is judged, and what that makes of the run."""

from __future__ import annotations

import pytest

from testrun.core import outcomes
from testrun.core.model import Case, CaseStatus, Verdict
from testrun.core.outcomes import Outcome
from testrun.core.phases import NOT_RUN, Phase


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


class TestJudge:
    def judged(
        self, found: list[Case], *, phase: Phase = Phase.UNIT, least: int = 1, stopped: Verdict | None = None
    ) -> tuple[str, str]:
        outcome = outcomes.judge(phase, found, min_tests=least, stopped=stopped, why="it was stopped")
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
    assert outcomes.exit_code(Outcome(result=result, message="") for result in results) == code
