"""The gate: what the records of the phases before this one are worth, and whether the run may start. Pure.

The server counts what each JUnit holds (`model.RecordFacts`); nothing that a record claims of itself is believed. One ordered
table of small rules, each named by the problem it finds; the first finding wins for a phase. Only phases that are required close
the gate; the record of another phase is judged and shown the same way.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Iterator

from testrun.core import cases, model, phases, text
from testrun.core.model import RecordProblem, Verdict
from testrun.core.status import Condition, ConditionType, Status

VERIFIED = "Verified"
NOT_VERIFIED = "NotVerified"
"""Reason of the condition once nobody tries any more: the records could not be verified in time."""

_MESSAGE_LENGTH = 900


@dataclasses.dataclass(frozen=True, kw_only=True)
class Seen:
    """What a rule may see of one phase."""

    phase: model.RecordedPhase
    record: model.PhaseRecord | None
    facts: model.RecordFacts | None
    """None: the server said nothing of this phase."""
    revision: str
    """What is under test."""
    created: datetime.datetime
    """When the TestRun was."""
    max_age_seconds: int | None

    @property
    def counts(self) -> model.Counts:
        return self.facts.counts if self.facts is not None else model.Counts()


@dataclasses.dataclass(frozen=True)
class Finding:
    """``text`` is a clause about the phase, ``help`` what to do about it."""

    problem: RecordProblem
    text: str
    help: str
    result: Verdict = Verdict.BLOCKED
    """What the phase came to."""

    @property
    def message(self) -> str:
        return f"{text.one_line(self.text, _MESSAGE_LENGTH)}: {self.help}"


Rule = Callable[[Seen], Finding | None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Judgement:
    """The whole gate. ``reason`` and ``message`` are those of the condition ``PreStepsVerified``."""

    closed: bool
    reason: str
    message: str
    phases: tuple[model.PhaseResult, ...]


def missing(seen: Seen) -> Finding | None:
    if seen.record is not None:
        return None
    return Finding(RecordProblem.MISSING, "it is required, and has no record", f"{_run(seen)} and add its record")


def unavailable(seen: Seen) -> Finding | None:
    if seen.facts is None:
        return Finding(RecordProblem.UNAVAILABLE, "the server said nothing of it", "look at the server's log")
    return _told(seen, RecordProblem.UNAVAILABLE, "apply it before the TestRun, or with it")


def tampered(seen: Seen) -> Finding | None:
    return _told(seen, RecordProblem.TAMPERED, "record the SHA-256 of the file as it is delivered")


def unreadable(seen: Seen) -> Finding | None:
    return _told(seen, RecordProblem.UNREADABLE, f"{_run(seen)} and record its JUnit, plain or gzip", Verdict.ERRORED)


def mismatched(seen: Seen) -> Finding | None:
    """Of another phase, of another revision, or of none."""
    if seen.record is None or seen.facts is None:
        return None
    other = next((each for each in seen.facts.phases if each != seen.phase), None)
    if other is not None:
        why = f"its JUnit is of phase {text.one_line(other, 50)}"
        return Finding(RecordProblem.MISMATCHED, why, f"record the JUnit of {seen.phase}")
    told = [("the record", seen.record.revision), *(("its JUnit", each) for each in seen.facts.revisions)]
    named = [(who, revision) for who, revision in told if revision]
    if not named:
        why = "neither the record nor its JUnit names a revision"
        return Finding(RecordProblem.MISMATCHED, why, "set the record's revision, or the property revision of a testsuite")
    for who, revision in named:
        if revision != seen.revision:
            why = f"{who} is of revision {text.one_line(revision, 130)}, and this run of {seen.revision}"
            return Finding(RecordProblem.MISMATCHED, why, f"{_run(seen)} at that revision")
    return None


def stale(seen: Seen) -> Finding | None:
    if seen.max_age_seconds is None or seen.record is None or seen.facts is None:
        return None
    ended = completed(seen.record, seen.facts)
    if ended is None:
        return Finding(RecordProblem.STALE, "it does not say when it ended", "set the record's startTime and durationSeconds")
    age = (seen.created - ended).total_seconds()
    if age <= seen.max_age_seconds:
        return None
    why = f"it ended {age:.0f} s before the TestRun was made, more than maxAgeSeconds {seen.max_age_seconds}"
    return Finding(RecordProblem.STALE, why, f"{_run(seen)} again")


def red(seen: Seen) -> Finding | None:
    """Errors before failures, as in `testrun.core.verdict`: while something is broken the list of failures is not whole."""
    counts = seen.counts
    if not counts.failed and not counts.errored:
        return None
    parts = [f"{number} {word}" for number, word in ((counts.failed, "failed"), (counts.errored, "errored")) if number]
    why = f"{' and '.join(parts)} of {text.plural(counts.tests, 'test')}{_first_names(seen, counts.failed + counts.errored)}"
    result = Verdict.ERRORED if counts.errored else Verdict.FAILED
    return Finding(RecordProblem.RED, why, f"mend that, and {_run(seen)} again", result)


def contradictory(seen: Seen) -> Finding | None:
    """After the red ones: a green file whose own totals tell of something that is not in it."""
    if seen.facts is None or not seen.facts.contradiction:
        return None
    help_ = f"{_run(seen)} again and record the file as its tool wrote it"
    return Finding(RecordProblem.UNREADABLE, seen.facts.contradiction, help_, Verdict.ERRORED)


def empty(seen: Seen) -> Finding | None:
    """No green without tests, and skipping is not passing."""
    counts = seen.counts
    if counts.passed:
        return None
    why = f"no test ran: all {counts.tests} were skipped" if counts.tests else "no test ran: its JUnit holds none"
    return Finding(RecordProblem.EMPTY, why, f"take {seen.phase} out of required, or give it a test", Verdict.ERRORED)


RULES: tuple[Rule, ...] = (
    missing,  # first is there anything to look at
    unavailable,
    tampered,  # before it is read: nothing in another file is of this record
    unreadable,
    mismatched,  # before its results: those of another revision say nothing about this one
    stale,
    red,
    contradictory,  # after red: a red file is explained by its tests
    empty,
)


def judge(steps: model.PreSteps, facts: Iterable[model.RecordFacts], *, revision: str, created: datetime.datetime) -> Judgement:
    """What the phases are worth, in their order, and whether the run may start."""
    told, records = {each.phase: each for each in facts}, {each.phase: each for each in steps.records}
    judged: list[model.PhaseResult] = []
    blocking: list[tuple[model.RecordedPhase, Finding]] = []
    others: list[tuple[model.RecordedPhase, Finding]] = []
    for phase in asked_for(steps):
        seen = Seen(
            phase=phase,
            record=records.get(phase),
            facts=told.get(phase),
            revision=revision,
            created=created,
            max_age_seconds=steps.max_age_seconds,
        )
        finding = next((found for found in (rule(seen) for rule in RULES) if found is not None), None)
        judged.append(_result(seen, finding))
        if finding is not None:
            (blocking if phase in steps.required else others).append((phase, finding))
    beside = "".join(f"; {phase}, which is not required: {found.message}" for phase, found in others)
    if blocking:
        more = "".join(f"; {phase}: {found.message}" for phase, found in blocking[1:])
        phase, first = blocking[0]
        return Judgement(
            closed=True,
            reason=first.problem,
            message=text.one_line(f"{phase}: {first.message}{more}{beside}; then make a new TestRun", _MESSAGE_LENGTH),
            phases=tuple(judged),
        )
    green = text.listed([each.phase for each in judged if each.result is Verdict.PASSED])
    message = f"{green} passed{beside}" if green else f"no phase is required{beside}"
    return Judgement(closed=False, reason=VERIFIED, message=text.one_line(message, _MESSAGE_LENGTH), phases=tuple(judged))


def asked_for(steps: model.PreSteps) -> tuple[model.RecordedPhase, ...]:
    """The phases that are required or recorded, in their order."""
    named: set[model.RecordedPhase] = {*steps.required, *(record.phase for record in steps.records)}
    return tuple(sorted(named, key=lambda phase: phases.Phase(phase).number))


def completed(record: model.PhaseRecord, facts: model.RecordFacts) -> datetime.datetime | None:
    """When a recorded phase ended: what its file says, else what the record claims; None when neither does."""
    if facts.completed is not None:
        return facts.completed
    if record.start is None:
        return None
    return record.start + datetime.timedelta(seconds=record.duration or 0.0)


def condition(status: Status | None) -> Condition | None:
    """The gate's condition, once it is decided: the status is its memory. None: not decided yet."""
    return status.decided(ConditionType.PRE_STEPS_VERIFIED, given_up=NOT_VERIFIED) if status is not None else None


def is_open(spec: model.RunSpec, status: Status | None) -> bool:
    """The run may start: nothing is required or recorded, or what is has been verified."""
    if spec.pre_steps is None:
        return True
    decided = condition(status)
    return decided is not None and decided.status == "True"


def results(
    spec: model.RunSpec | None, status: Status | None, stopped: Verdict | None, why: str
) -> tuple[model.PhaseResult, ...]:
    """The phases as they are told when the run is settled: as verified, or, when the run ended before that, as its end."""
    known = status.phases if status is not None else ()
    if known or spec is None or spec.pre_steps is None:
        return known
    # An error before the gate opens is the gate's own, and says it already.
    message = why if stopped is Verdict.ERRORED else f"its record was not verified: {why or 'the run ended before'}"
    return tuple(
        model.PhaseResult(phase=phase, result=stopped or Verdict.ERRORED, message=message) for phase in asked_for(spec.pre_steps)
    )


def blocked_by(spec: model.RunSpec | None, known: Iterable[model.PhaseResult]) -> tuple[model.RecordedPhase, ...]:
    """The required phases that did not pass; of a spec that cannot be read any more all that did not."""
    required = None if spec is None else spec.pre_steps.required if spec.pre_steps is not None else ()
    return tuple(
        each.phase for each in known if each.result is not Verdict.PASSED and (required is None or each.phase in required)
    )


def explained(result: cases.RunResult, request: model.SettleRequest) -> cases.RunResult:
    """The result as it is when a phase blocks the run: one errored case for each that does, and whatever ran all the same.

    A blocked run never has a pod, so shards that told nothing are not in it. That of any other run stays as it is.
    """
    if request.stopped is not Verdict.BLOCKED:
        return result
    told = tuple(_cases(request))
    ran = bool(request.pods) or any(shard.attempts for shard in result.shards)
    kept = result.cases if ran else ()
    return dataclasses.replace(
        result, cases=(*told, *kept), counts=cases.count((*told, *kept)), shards=result.shards if ran else ()
    )


def _cases(request: model.SettleRequest) -> Iterator[model.Case]:
    for each in request.phases:
        if each.phase not in request.blocked_by:
            continue
        where = phases.Phase(each.phase).junit
        yield model.Case(
            shard=0,
            file="",
            project="",
            title=(f"phase {each.phase}",),
            status=model.CaseStatus.ERRORED,
            message=f"{each.phase}: {each.message}",
            details=f"{each.phase}: {each.message}\nThe phase's own JUnit is {where} in the run's folder.",
            kind=str(Verdict.BLOCKED),
        )


def _told(seen: Seen, problem: RecordProblem, help_: str, result: Verdict = Verdict.BLOCKED) -> Finding | None:
    """What the server found itself."""
    if seen.facts is None or seen.facts.problem is not problem:
        return None
    return Finding(problem, seen.facts.text, help_, result)


def _result(seen: Seen, finding: Finding | None) -> model.PhaseResult:
    duration = seen.facts.duration if seen.facts is not None and seen.facts.problem is None else None
    if duration is not None and seen.record is not None and seen.record.duration is not None:
        duration = seen.record.duration  # of the whole phase; the cases leave out what lies between them
    return model.PhaseResult(
        phase=seen.phase,
        result=Verdict.PASSED if finding is None else finding.result,
        counts=seen.counts,
        duration=duration,
        junit=seen.facts.junit if seen.facts is not None else None,
        message="" if finding is None else finding.message,
    )


def _run(seen: Seen) -> str:
    return f"run phase {seen.phase}"


def _first_names(seen: Seen, bad: int) -> str:
    """The first red tests by name."""
    names = [text.one_line(each.name, 120) for each in (seen.facts.failures if seen.facts is not None else ()) if each.name]
    if not names:
        return ""
    more = f" and {bad - len(names)} more" if bad > len(names) else ""
    return f" ({', '.join(names)}{more})"
