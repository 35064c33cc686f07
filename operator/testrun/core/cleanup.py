"""What is removed once the evidence is stored, and how that ended: the Job with what it owns, then what the tests made. Pure."""

from __future__ import annotations

import dataclasses
import datetime

from testrun.core import actions, model, text
from testrun.core.observed import Observed
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
    action: actions.DeleteJob | actions.DeleteObjects | None = None


def proceed(seen: Observed, began: datetime.datetime) -> Outcome | Step:
    """How the cleanup ended, or how it goes on. ``began``: when it could begin.

    Each thing is tried at least once, however late: the operator may have been away.
    """
    kept = _kept(seen)
    if kept:
        return Outcome("True", "Kept", kept)
    over = seen.now >= began + datetime.timedelta(seconds=GIVE_UP_SECONDS)
    problem = ""
    if seen.job is not None and not seen.job.deleting:
        confirmed = began + datetime.timedelta(seconds=CONFIRM_SECONDS)
        if not (seen.cleanup_error and over):
            if seen.now < confirmed and any(not pod.terminated for pod in seen.pods):
                # The server told the end before Kubernetes saw it; pods that are removed under it would look as if they failed.
                return Step(confirmed)
            return Step(_after(seen, RETRY_SECONDS), actions.DeleteJob())
        problem = f"the Job {seen.job.name} could not be removed: {seen.cleanup_error}"
    return _sweep(seen, over=over) or _outcome(seen, problem)


def of_deleted(seen: Observed, *, over: bool) -> Step | None:
    """The same of a run that goes: Kubernetes removes what its Job owns, and nobody else what its tests made. ``over``: so is the
    time for that, save one try.
    """
    return None if _kept_by_policy(seen) else _sweep(seen, over=over)


def _sweep(seen: Observed, *, over: bool) -> Step | None:
    """Remove what the tests made, once more while that may still help; None: it is done, or given up."""
    selectors = seen.spec.selectors if seen.spec is not None else ()
    if selectors and (seen.swept is None or (seen.swept.passing and not over)):
        return Step(_after(seen, OBJECTS_RETRY_SECONDS), actions.DeleteObjects(selectors))
    return None


def _kept(seen: Observed) -> str:
    """Why nothing is removed; empty when it is."""
    policy = _kept_by_policy(seen)
    if policy:
        return policy
    stored = seen.status.condition(ConditionType.EVIDENCE_STORED) if seen.status is not None else None
    if stored is not None and stored.status == "False" and seen.job is not None:
        return "the Job and its pods are kept: their evidence is not stored, so their logs are all there is"
    return ""


def _kept_by_policy(seen: Observed) -> str:
    policy = seen.spec.cleanup if seen.spec is not None else model.CleanupPolicy.ALWAYS
    passed = seen.verdict is model.Verdict.PASSED
    if policy is model.CleanupPolicy.NEVER or (policy is model.CleanupPolicy.ON_SUCCESS and not passed):
        return f"the Job and its pods are kept: cleanup.policy is {policy}"
    return ""


def _outcome(seen: Observed, problem: str) -> Outcome:
    removed = "the Job, its pods and its Secret are removed"
    if seen.swept is None:
        return Outcome("False", "CleanupFailed", problem) if problem else Outcome("True", "Removed", removed)
    made = f"{text.plural(seen.swept.removed, 'object')} that the tests made"
    if not problem and not seen.swept.left:
        return Outcome("True", "Removed", f"{removed}, and {made}")
    why = "; ".join(filter(None, (problem, seen.swept.left)))
    return Outcome("False", "CleanupFailed", text.cut(f"{made} removed, not all that there is: {why}", MESSAGE_CHARACTERS))


def _after(seen: Observed, seconds: float) -> datetime.datetime:
    return seen.now + datetime.timedelta(seconds=seconds)
