"""How a local phase ended, and what that makes of the whole run. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from testrun.core import model, text
from testrun.core.cases import count
from testrun.core.phases import NOT_RUN, Phase


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a phase ended: a verdict's word, or NOT_RUN, and one sentence that says why."""

    result: str
    message: str

    @property
    def passed(self) -> bool:
        return self.result == model.Verdict.PASSED


def judge(phase: Phase, cases: Sequence[model.Case], *, min_tests: int, stopped: model.Verdict | None, why: str) -> Outcome:
    """The outcome of a local phase that ran. ``stopped``: Cancelled or TimedOut, when it was ended from outside, and ``why``.

    Errors come before failures for the reason that `testrun.core.verdict` gives: while the machinery is broken the list of
    failures is not whole.
    """
    counts = count(cases)
    if stopped is not None:
        return Outcome(result=stopped, message=why)
    if counts.errored:
        first = next(case for case in cases if case.status is model.CaseStatus.ERRORED)
        rest = f"; {counts.errored - 1} more errored" if counts.errored > 1 else ""
        failed = f"; {counts.failed} failed" if counts.failed else ""
        # Of a test that began its message tells as a predicate: "was running when …", "tried to reach …".
        who = f"{text.one_line(first.name, 200)} " if first.attempts and phase is not Phase.POLICY else ""
        return Outcome(result=model.Verdict.ERRORED, message=f"{who}{text.first_line(first.message) or first.name}{rest}{failed}")
    if counts.failed:
        return Outcome(
            result=model.Verdict.FAILED, message=f"{counts.failed} of {text.plural(counts.tests, _noun(phase))} failed"
        )
    if counts.passed < min_tests or (counts.tests and counts.skipped == counts.tests):
        return Outcome(result=model.Verdict.ERRORED, message=_too_few(phase, counts, min_tests))
    if not counts.tests:
        return Outcome(result=model.Verdict.PASSED, message=f"no {phase} test was found, and none is asked for (min-tests = 0)")
    skipped = f", {counts.skipped} skipped" if counts.skipped else ""
    flaky = f", {counts.flaky} flaky" if counts.flaky else ""
    return Outcome(
        result=model.Verdict.PASSED,
        message=f"{counts.passed} of {text.plural(counts.tests, _noun(phase))} passed{skipped}{flaky}",
    )


_HOW_TO_MARK = {
    Phase.UNIT: "Go: *_test.go without a build tag; Jest: __tests__/unit/; pytest: without @pytest.mark.integration",
    Phase.INTEGRATION: "Go: //go:build integration; Jest: __tests__/integration/; pytest: @pytest.mark.integration",
}


def _too_few(phase: Phase, counts: model.Counts, least: int) -> str:
    if counts.tests and counts.skipped == counts.tests:
        return f"no test ran: all {counts.tests} were skipped"
    if counts.passed:
        return f"{text.plural(counts.passed, 'test')} ran, less than min-tests {least}"
    if phase not in _HOW_TO_MARK:
        return "no check ran"
    return f"no {phase} test was found: mark one ({_HOW_TO_MARK[phase]}), or say min-tests = 0 under [{phase}] in ameide.toml"


def _noun(phase: Phase) -> str:
    return "check" if phase is Phase.POLICY else "test"


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """0 all that ran passed, 1 tests (or checks) failed, 2 all else."""
    results = {outcome.result for outcome in outcomes} - {model.Verdict.PASSED.value, NOT_RUN}
    if not results:
        return 0
    return 1 if results == {model.Verdict.FAILED.value} else 2
