"""The environment under test: whether it is ready, as the checks of the preflight see it. Pure.

The checks are looked at elsewhere and judged in `testrun.core.preflight`; here their findings come together. All must hold at the
same time: what held a minute ago and does not now is not ready.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator

from testrun.core import cases, model, text
from testrun.core.model import Verdict
from testrun.core.observed import CheckSeen
from testrun.core.preflight.agents import Before
from testrun.core.preflight.checks import TelepresenceCheck
from testrun.core.status import MESSAGE_CHARACTERS, Condition, ConditionType, Status

PREFLIGHT = "Preflight"
"""Why a run waits whose environment is not ready yet."""
READY = "Ready"
NOT_READY = "NotReady"
NOT_CHECKED = "NotChecked"
"""Reason of the condition once nobody looks any more: a check could not be looked at."""

UNSEEN = "it was not looked at yet"
FIRST_LOOK_SECONDS = 15
"""A check is looked at once, however late: the operator may have been away."""
MESSAGE = 500
"""Characters of a check's message in the status, of which there are 50 at most."""
OUTPUT = 2000
AGENTS = 100
"""So many workloads with an agent are noted at most."""
OUTPUTS = 10
"""So many checks that hold, and so many that do not, show their output."""


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What the preflight came to: ``status``, ``reason`` and ``message`` of the condition ``EnvironmentReady``."""

    status: str
    reason: str
    message: str


def judge(checks: tuple[CheckSeen, ...], *, since: datetime.datetime, now: datetime.datetime, timeout: int) -> Judgement | None:
    """What it came to, having begun at ``since``; None: it is not decided yet."""
    bad = [each for each in checks if not each.holds]
    final = [each for each in bad if each.finding is not None and each.finding.final]
    if final:
        others = [each for each in bad if each not in final]
        return Judgement("False", NOT_READY, text.cut(f"not ready: {_told([*final, *others])}", MESSAGE_CHARACTERS))
    if not bad:
        warnings = "".join(f"; {each.name}: {each.finding.warning}" for each in checks if each.finding and each.finding.warning)
        return Judgement("True", READY, text.cut(f"{_hold(len(checks))}{warnings}", MESSAGE_CHARACTERS))
    first_look = (each.asked + datetime.timedelta(seconds=FIRST_LOOK_SECONDS) for each in bad if each.finding is None)
    if now < max((since + datetime.timedelta(seconds=timeout), *first_look)):
        return None
    message = text.cut(f"not ready after timeoutSeconds ({timeout} s): {_told(bad)}", MESSAGE_CHARACTERS)
    if all(each.finding is None or not each.looked for each in bad):
        return Judgement("Unknown", NOT_CHECKED, message)
    return Judgement("False", NOT_READY, message)


def waits_for(checks: tuple[CheckSeen, ...]) -> str:
    """What does not hold yet: a clause."""
    return text.cut(_told([each for each in checks if not each.holds]), MESSAGE_CHARACTERS)


def results(
    checks: tuple[CheckSeen, ...], *, since: datetime.datetime, until: datetime.datetime | None = None
) -> tuple[model.CheckResult, ...]:
    """The checks as the status shows them. ``until`` is when it was decided; None: it is not yet, and a wait that goes on has no
    duration that could be written each time.
    """
    return tuple(_result(each, since, until) for each in _with_outputs(checks))


def condition(status: Status | None) -> Condition | None:
    """The preflight's condition, once it is decided: the status is its memory. None: not decided yet."""
    return status.decided(ConditionType.ENVIRONMENT_READY, given_up=NOT_CHECKED) if status is not None else None


def is_ready(spec: model.RunSpec, status: Status | None) -> bool:
    """The run may start: nothing is to be checked, or all of it held."""
    if spec.preflight is None:
        return True
    decided = condition(status)
    return decided is not None and decided.status == "True"


def agents_before(spec: model.RunSpec, status: Status | None) -> Before | None:
    """What a check of Telepresence noted before the shards began; None: no check did, or none began."""
    if spec.preflight is None or status is None or not is_ready(spec, status):
        return None
    noted = {each.name: each.agents for each in status.preflight}
    found = (
        Before(each.what, workloads)
        for each in spec.preflight.checks
        if isinstance(each.what, TelepresenceCheck) and (workloads := noted.get(each.name)) is not None
    )
    return next(found, None)


def explained(result: cases.RunResult, request: model.SettleRequest) -> cases.RunResult:
    """The result with one case for each check, before all others. A run whose environment was not ready has no others, unless
    something ran all the same.
    """
    ran = bool(request.pods) or any(shard.attempts for shard in result.shards)
    if request.stopped is Verdict.NOT_READY and not ran:
        result = dataclasses.replace(result, cases=(), counts=model.Counts(), shards=())
    checks = tuple(check_cases(request.preflight, request.stopped or Verdict.NOT_READY))
    passed = sum(case.status is model.CaseStatus.PASSED for case in checks)
    return dataclasses.replace(
        result,
        cases=(*checks, *result.cases),
        counts=cases.count(checks) + result.counts,
        helped=result.helped + passed,  # a check tests nothing
    )


def check_cases(results: Iterable[model.CheckResult], kind: Verdict = Verdict.NOT_READY) -> Iterator[model.Case]:
    """One for each check; ``kind`` is what one that does not hold makes of the run."""
    return (case_of(each, "preflight", kind=kind) for each in results)


def case_of(each: model.CheckResult, group: str, *, kind: Verdict | None) -> model.Case:
    """The case of a check, or of a hook. ``kind``: what one that does not hold makes of the run; None: it is skipped, and makes
    nothing of it.
    """
    told = [part for part in (each.message, each.output) if part]
    red = not each.ready and kind is not None
    status = model.CaseStatus.PASSED if each.ready else model.CaseStatus.ERRORED if red else model.CaseStatus.SKIPPED
    attempt = model.Attempt(
        retry=0, status=str(status), duration=each.duration or 0.0, output=each.output if red else "\n".join(told)
    )
    why = each.message if red else f"it failed, which changes no verdict: {each.message}"
    return model.Case(
        shard=0,
        file="",
        project="",
        title=(group, each.name),
        status=status,
        attempts=(attempt,),
        message="" if each.ready else why,
        details="\n\n".join(told) if red else "",
        kind=str(kind) if red else "",
        support=True,
    )


def _hold(count: int) -> str:
    return "the check holds" if count == 1 else f"all {count} checks hold"


def _told(bad: list[CheckSeen]) -> str:
    """The first that does not hold in full, the others by name."""
    first, *others = bad
    found = first.finding.message if first.finding is not None else UNSEEN
    more = f"; also {text.listed([each.name for each in others])}" if others else ""
    return text.one_line(f"{first.name}: {found}", MESSAGE) + text.one_line(more, MESSAGE_CHARACTERS - MESSAGE)


def _with_outputs(checks: tuple[CheckSeen, ...]) -> Iterator[CheckSeen]:
    """The checks: of those that hold, and of those that do not, the first few with their output."""
    shown = {True: 0, False: 0}
    for each in checks:
        if each.finding is not None and each.finding.output:
            shown[each.finding.holds] += 1
            if shown[each.finding.holds] > OUTPUTS:
                each = dataclasses.replace(each, finding=dataclasses.replace(each.finding, output=""))
        yield each


def _result(each: CheckSeen, since: datetime.datetime, until: datetime.datetime | None) -> model.CheckResult:
    end = each.since if each.holds else until
    return model.CheckResult(
        name=each.name,
        ready=each.holds,
        message=text.one_line(each.finding.message if each.finding is not None else UNSEEN, MESSAGE),
        output=text.tail(text.printable(each.finding.output), OUTPUT) if each.finding is not None else "",
        duration=None if end is None else round(max(0.0, (end - since).total_seconds()), 1),
        agents=_noted(each.finding.agents) if each.finding is not None else None,
    )


def _noted(agents: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return agents if agents is not None and len(agents) <= AGENTS else None
