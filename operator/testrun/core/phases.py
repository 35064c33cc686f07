"""The four phases: their order, which of them are to run, and how a local one ended. Pure.

Order is strict and fail-fast: a phase runs only if all that were asked for before it passed.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Sequence

from testrun.core import model, text
from testrun.core.cases import count


class Phase(enum.StrEnum):
    POLICY = "policy"
    UNIT = "unit"
    INTEGRATION = "integration"
    E2E = "e2e"

    @property
    def number(self) -> int:
        return ORDER.index(self)

    @property
    def folder(self) -> str:
        """Where its evidence is, below a run's folder."""
        return f"phase-{self.number}"

    @property
    def junit(self) -> str:
        """Path of its JUnit, below a run's folder."""
        return f"{self.folder}/junit.xml"


ORDER = tuple(Phase)
LOCAL = ORDER[:3]

NOT_RUN = "NotRun"
"""The result of a phase that did not run, because an earlier one was red or because it was not asked for."""


class UnknownPhase(ValueError):
    """Not the name or number of a phase."""


def parse(word: str) -> Phase:
    """The phase of a name or a number. Raises `UnknownPhase`."""
    for phase in ORDER:
        if word.strip().lower() in (phase, str(phase.number)):
            return phase
    names = ", ".join(f"{phase.number} {phase}" for phase in ORDER)
    raise UnknownPhase(f"{word!r} is not a phase: {names}")


def asked_for(only: Iterable[Phase], until: Phase | None) -> tuple[Phase, ...]:
    """The phases that are to run, in order: ``only`` these (empty: all), none after ``until``."""
    chosen = set(only) or set(ORDER)
    last = ORDER if until is None else ORDER[: until.number + 1]
    return tuple(phase for phase in last if phase in chosen)


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
