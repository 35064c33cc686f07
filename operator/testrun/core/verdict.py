"""Whose fault it is: one ordered table of small rules, each named by the problem it finds; the first finding wins. Pure.

Why this order:

1. A person or a deadline that ended the run comes first: what is missing after that is no news.
2. Then a required phase that did not pass, or an environment that was not ready: such a run never had a pod, and what it lacks
   is no fault of the machinery.
3. Then the machinery, *before* failed tests. ``Failed`` is a promise: the list of failures is whole, mend these and the run is
   green. While a shard is lost or a report has holes that promise cannot be kept, and the same trouble may have made the tests
   fail. An ``Errored`` run may be run again without a second thought; a test that is really broken fails again. The sentence
   names both.
4. Then the tests, and last the rules that keep a run without tests from being green.

``Passed`` is what is left: every shard told a whole report and exit code 0, no case failed or errored, and enough tests ran. A
skipped test did not run, and one that only sets up or cleans up for others tests nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from testrun.core import model, text
from testrun.core.cases import RunResult, count


@dataclasses.dataclass(frozen=True)
class Seen:
    """What a rule may see."""

    result: RunResult
    request: model.SettleRequest

    @property
    def counts(self) -> model.Counts:
        return self.result.counts


_NONE_FOUND = "Playwright found no tests for these args"

Judgement = tuple[model.Verdict, str]
Rule = Callable[[Seen], Judgement | None]


def judge(result: RunResult, request: model.SettleRequest) -> Judgement:
    """The verdict of a run and one sentence that says why."""
    found = next((judgement for judgement in (rule(Seen(result, request)) for rule in RULES) if judgement is not None), None)
    verdict, sentence = found or (model.Verdict.PASSED, _passed(result.counts))
    return verdict, text.one_line(sentence, 1000)


def standing(found: Judgement, request: model.SettleRequest) -> tuple[Judgement, str]:
    """What is said of the run, and what the evidence alone would have come to, where that differs. A verdict that is written in
    the TestRun is not taken back.
    """
    if request.stored_before and request.verdict is not None:  # with this sentence
        return (request.verdict, request.verdict_message or found[1]), ""
    if request.verdict is None or request.verdict is found[0]:
        return found, ""
    says = f"{found[0]}: {found[1]}"
    sentence = f"{request.verdict_message or request.verdict}; the evidence came later, and by it alone it would be {says}"
    return (request.verdict, text.one_line(sentence, 1000)), says


def stopped_from_outside(seen: Seen) -> Judgement | None:
    if seen.request.stopped not in (model.Verdict.CANCELLED, model.Verdict.TIMED_OUT):
        return None
    word = "the run was cancelled" if seen.request.stopped is model.Verdict.CANCELLED else "the run timed out"
    ended = seen.counts.tests - seen.counts.errored
    far = f"{ended} of {text.plural(seen.counts.tests, 'test')} had a result"
    return seen.request.stopped, f"{seen.request.stopped_message or word}; {far}"


def required_phase_blocks(seen: Seen) -> Judgement | None:
    if seen.request.stopped is not model.Verdict.BLOCKED:
        return None
    return model.Verdict.BLOCKED, seen.request.stopped_message or "a required phase did not pass"


def environment_was_not_ready(seen: Seen) -> Judgement | None:
    if seen.request.stopped is not model.Verdict.NOT_READY:
        return None
    return model.Verdict.NOT_READY, seen.request.stopped_message or "a check of the environment did not hold"


def stopped_by_the_machinery(seen: Seen) -> Judgement | None:
    """The operator gave the run up: the Job was refused or removed, the spec cannot be used."""
    if seen.request.stopped is None:
        return None
    return model.Verdict.ERRORED, (seen.request.stopped_message or "the run was ended from outside") + _and_failed(seen.counts)


def shard_is_missing(seen: Seen) -> Judgement | None:
    if seen.request.shards >= 1 and [shard.index for shard in seen.result.shards] == list(range(seen.request.shards)):
        return None
    return model.Verdict.ERRORED, f"{len(seen.result.shards)} of {text.plural(seen.request.shards, 'shard')} have a result"


def no_test_was_found(seen: Seen) -> Judgement | None:
    """Playwright itself says so, and exits 1: a filter that matches nothing, a wrong folder. Older versions do not."""
    errored = [case for case in seen.result.cases if case.status is model.CaseStatus.ERRORED]
    if not errored or any(case.kind != "NoTests" for case in errored) or seen.counts.tests != len(errored):
        return None
    return model.Verdict.ERRORED, f"no test ran: {_NONE_FOUND}"


def machinery_failed(seen: Seen) -> Judgement | None:
    errored = [
        shard
        for shard in seen.result.shards
        if shard.result is not model.Verdict.PASSED and shard.result is not model.Verdict.FAILED
    ]
    if not errored:
        return None
    first, others = errored[0], len(errored) - 1
    more = f"; {text.plural(others, 'more shard')} errored" if others else ""
    sentence = f"shard {first.index} {first.message or 'errored'}"
    return model.Verdict.ERRORED, sentence + more + _and_failed(seen.counts)


def case_errored(seen: Seen) -> Judgement | None:
    """Any errored case belongs to an errored shard; should that ever not hold, the run is not green."""
    if not seen.counts.errored:
        return None
    sentence = f"{seen.counts.errored} of {text.plural(seen.counts.tests, 'test')} errored"
    return model.Verdict.ERRORED, sentence + _and_failed(seen.counts)


def some_test_failed(seen: Seen) -> Judgement | None:
    if not seen.counts.failed:
        return None
    return model.Verdict.FAILED, f"{seen.counts.failed} of {text.plural(seen.counts.tests, 'test')} failed"


def flaky_tests_are_forbidden(seen: Seen) -> Judgement | None:
    """A shard failed without a failed test: Playwright's failOnFlakyTests."""
    if not any(shard.result is model.Verdict.FAILED for shard in seen.result.shards):
        return None
    were = "was" if seen.counts.flaky == 1 else "were"
    return model.Verdict.FAILED, f"{text.plural(seen.counts.flaky, 'test')} {were} flaky and the configuration forbids it"


def no_test_ran(seen: Seen) -> Judgement | None:
    if seen.result.ran:
        return None
    tests, skipped = seen.counts.tests, seen.counts.skipped
    if seen.result.helped:
        why = f"{text.plural(seen.result.helped, 'set-up test')} passed" + (f", {skipped} skipped" if skipped else "")
    else:
        why = _NONE_FOUND if not tests else "the only one was skipped" if tests == 1 else f"all {tests} were skipped"
    return model.Verdict.ERRORED, f"no test ran: {why}"


def too_few_tests_ran(seen: Seen) -> Judgement | None:
    ran = seen.result.ran
    if ran >= seen.request.min_tests:
        return None
    sentence = f"{text.plural(ran, 'test')} {'is' if ran == 1 else 'are'} less than minTests {seen.request.min_tests}"
    helped = f"; {text.plural(seen.result.helped, 'set-up test')} not counted" if seen.result.helped else ""
    return model.Verdict.ERRORED, sentence + helped


RULES: tuple[Rule, ...] = (
    stopped_from_outside,  # what is missing after a cancel or a deadline is no news
    required_phase_blocks,  # before the next: it is a stop as well, and nobody's fault but that phase's
    environment_was_not_ready,  # as the one before
    stopped_by_the_machinery,  # the operator's own reason says more than the shards it never started
    shard_is_missing,
    no_test_was_found,  # before the shards' own words, which say the same once each
    machinery_failed,  # before failed tests: see above
    case_errored,
    some_test_failed,
    flaky_tests_are_forbidden,
    no_test_ran,  # from here on all is well, but is it enough?
    too_few_tests_ran,
)


def explained(result: RunResult, judgement: Judgement) -> RunResult:
    """The result with a red case in it whenever the verdict is red: whoever reads only the JUnit must not see green.

    Nothing is added where a case failed or errored already.
    """
    verdict, sentence = judgement
    if verdict is model.Verdict.PASSED or result.counts.failed or result.counts.errored:
        return result
    status = model.CaseStatus.FAILED if verdict is model.Verdict.FAILED else model.CaseStatus.ERRORED
    case = model.Case(shard=0, file="", project="", title=("the run",), status=status, message=sentence, kind=str(verdict))
    return dataclasses.replace(result, cases=(case, *result.cases), counts=result.counts + count([case]))


def _and_failed(counts: model.Counts) -> str:
    return f"; {counts.failed} of {text.plural(counts.tests, 'test')} failed" if counts.failed else ""


def _passed(counts: model.Counts) -> str:
    sentence = f"{counts.passed} of {text.plural(counts.tests, 'test')} passed"
    sentence += f", {counts.skipped} skipped" if counts.skipped else ""
    return sentence + (f", {counts.flaky} flaky" if counts.flaky else "")
