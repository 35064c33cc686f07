"""What is done after the verdict, and how that ended: the hooks run, then, once the evidence is stored, the Job goes with what it
owns, then what the tests made. Pure.

A hook that failed is told in the condition ``CleanedUp``, in the status and in the evidence, and changes no verdict.
"""

from __future__ import annotations

import dataclasses
import datetime

from testrun.core import actions, cases, environment, late, model, rules, text
from testrun.core.observed import Observed, Swept
from testrun.core.preflight import agents, checks
from testrun.core.status import MESSAGE_CHARACTERS, ConditionType

CONFIRM_SECONDS = 15
"""How long the cleanup waits for Kubernetes to see the pods' end."""
GIVE_UP_SECONDS = 60
"""How long the cleanup may fail before it is given up and said to have failed."""
OBJECTS_SECONDS = 10
"""One try to remove what the tests made."""
OBJECTS = 500
"""So many objects of one selector are removed at most: more than that is no test data but a mistake."""
RETRY_SECONDS = 1
OBJECTS_RETRY_SECONDS = 5
UNSTORED = "the Job and its pods are kept: their evidence is not stored, so their logs are all there is"
HOOK_MARGIN_SECONDS = 15
"""By how much a hook may end later than its own ``timeoutSeconds``, by which Kubernetes ends it."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How the cleanup ended: a condition's status, reason and message."""

    status: str
    reason: str
    message: str


@dataclasses.dataclass(frozen=True)
class Step:
    """The one thing left to do, if any, and when to look again."""

    again: datetime.datetime
    action: actions.StartLooking | actions.StoreHooks | actions.DeleteJob | actions.DeleteObjects | None = None
    looks: bool = False
    hooks: tuple[model.CheckResult, ...] = ()
    """What became of the hooks, to be written."""


def proceed(seen: Observed, began: datetime.datetime) -> Outcome | Step:
    """How the cleanup ended, or how it goes on. ``began``: when it could begin.

    Each thing is tried at least once, however late: the operator may have been away.
    """
    hooks = hooks_step(seen, began)
    if hooks is not None:
        return hooks
    kept = _kept_by_policy(seen) or (UNSTORED if seen.job is not None and _stored(seen) == "False" else "")
    if kept:
        return Outcome("True", "Kept", kept)
    over = seen.now >= began + datetime.timedelta(seconds=GIVE_UP_SECONDS)
    problem = ""
    parts = seen.spec.parts if seen.spec is not None else ()
    if (seen.job is not None and not seen.job.deleting) or (parts and not seen.parts_removed):
        confirmed = began + datetime.timedelta(seconds=CONFIRM_SECONDS)
        if not (seen.cleanup_error and over):
            if seen.now < confirmed and any(not pod.terminated for pod in seen.pods):
                # The server told the end before Kubernetes saw it; pods that are removed under it would look as if they failed.
                return Step(confirmed)
            return Step(_after(seen, RETRY_SECONDS), actions.DeleteJob(parts))
        problem = f"the Job {seen.job_name} could not be removed: {seen.cleanup_error}"
    return _sweep(seen, over=over) or _outcome(seen, problem)


def hooks_step(seen: Observed, began: datetime.datetime) -> Step | None:
    """How the hooks go on; None: there are none, or what became of them is written.

    They do not wait for evidence that could not be stored: it is in the pods, which they leave alone.
    """
    assert seen.status is not None
    hooks = seen.spec.hooks_after(seen.verdict) if seen.spec is not None else ()
    if not hooks or seen.status.hooks:
        return None
    if seen.checks is None:
        return Step(_after(seen, HOOK_MARGIN_SECONDS), actions.StartLooking(hooks), looks=True)
    asked = max(began, min(each.asked for each in seen.checks))
    deadline = asked + datetime.timedelta(seconds=_longest(hooks) + HOOK_MARGIN_SECONDS)
    if seen.now < deadline and not all(each.finding and (each.finding.holds or each.finding.final) for each in seen.checks):
        return Step(deadline, looks=True)
    results = environment.results(seen.checks, since=asked, until=seen.now)
    given_up = seen.hooks_error and seen.now >= deadline + datetime.timedelta(seconds=GIVE_UP_SECONDS)
    if seen.hooks_stored is None and not given_up and _stored(seen) != "False":
        request = dataclasses.replace(late.request(seen, seen.status), hooks=results, stored_before=True)
        return Step(_after(seen, RETRY_SECONDS), actions.StoreHooks(request, rules.pods_to_explain(seen)), looks=True)
    return Step(seen.now, hooks=results)


def told(result: cases.RunResult, request: model.SettleRequest) -> cases.RunResult:
    """The result with one case for each hook, after all others. A hook that failed is skipped, not red: the verdict stands
    without it.
    """
    found = tuple(environment.case_of(each, "cleanup", kind=None) for each in request.hooks)
    return dataclasses.replace(result, cases=(*result.cases, *found), counts=result.counts + cases.count(found))


def _longest(hooks: tuple[checks.Check, ...]) -> int:
    return max(hook.what.timeout_seconds for hook in hooks if isinstance(hook.what, checks.PodCheck))


def of_deleted(seen: Observed, *, over: bool) -> Step | None:
    """The same of a run that goes: Kubernetes removes what its Job owns, and nobody else what its tests made. ``over``: so is the
    time for that, save one try.
    """
    if _kept_by_policy(seen):
        return None
    completion = seen.status.completion_time if seen.status is not None else None
    hooks = None if over or completion is None else hooks_step(seen, completion)
    return hooks or _sweep(seen, over=over)


def _sweep(seen: Observed, *, over: bool) -> Step | None:
    """Remove what the tests made, once more while that may still help; None: it is done, or given up."""
    if seen.spec is None:
        return None
    made = actions.DeleteObjects(seen.spec.selectors, environment.agents_before(seen.spec, seen.status))
    if (made.selectors or made.agents is not None) and (seen.swept is None or (seen.swept.passing and not over)):
        return Step(_after(seen, OBJECTS_RETRY_SECONDS), made)
    return None


def _kept_by_policy(seen: Observed) -> str:
    """Why nothing is removed; empty when it is."""
    if seen.spec is None or not seen.spec.keeps_pods(seen.verdict):
        return ""
    return f"the Job and its pods are kept: cleanup.policy is {seen.spec.cleanup}"


def _stored(seen: Observed) -> str:
    """The status of ``EvidenceStored``."""
    stored = seen.status.condition(ConditionType.EVIDENCE_STORED) if seen.status is not None else None
    return stored.status if stored is not None else ""


def _outcome(seen: Observed, problem: str) -> Outcome:
    failed = _failed(seen.status.hooks if seen.status is not None else ())
    swept = seen.swept or Swept()
    left = "; ".join(filter(None, (failed, problem, swept.left)))
    more = _made(seen, swept)
    if not left:
        return Outcome("True", "Removed", ", and ".join(["the Job, its pods and its Secret are removed", *more]))
    told = f"{text.listed(more)} removed, not all that there is: {left}" if more else left
    return Outcome("False", "CleanupFailed", text.cut(told, MESSAGE_CHARACTERS))


def _made(seen: Observed, swept: Swept) -> list[str]:
    """What was removed beside the Job."""
    asked = seen.spec is not None and bool(seen.spec.selectors) and seen.swept is not None
    objects = [f"{text.plural(swept.removed, 'object')} that the tests made"] if asked else []
    return [*objects, *([agents.told(swept.agents)] if swept.agents else [])]


def _failed(hooks: tuple[model.CheckResult, ...]) -> str:
    """Which hooks failed and how: a clause; empty when none did."""
    return "; ".join(f"hook {each.name} failed: {each.message}" for each in hooks if not each.ready)


def _after(seen: Observed, seconds: float) -> datetime.datetime:
    return seen.now + datetime.timedelta(seconds=seconds)
