"""The lock on a shared environment: runs of a namespace that name the same one take turns, the oldest first. Pure.

Who holds it is written in its own status (the condition ``EnvironmentHeld``), so there is nothing else that could be left
behind: a run that is gone, over or suspended holds nothing. The lock is taken before the environment is checked, and is free
again once the run is over and cleaned up.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable

from testrun.core import model, text
from testrun.core.status import ConditionType, Status

QUEUE = "EnvironmentQueue"
"""Why a run waits whose environment is held by another."""
HELD = "Held"
QUEUED = "Queued"
RELEASED = "Released"
NOT_FREE = "NotFree"
"""Reason of the condition when the wait was given up."""
RETRY_SECONDS = 2
"""The same when they could not be read."""
READ_SECONDS = 30
"""What is known of the others is read anew after this, even when nothing is heard of them."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rival:
    """Another run of the namespace that names the same environment, as far as it matters here."""

    name: str
    uid: str
    created: datetime.datetime
    holds: bool = False
    waits: bool = False
    """It is neither over nor suspended, and does not hold it yet."""


@dataclasses.dataclass(frozen=True)
class Turn:
    """``position`` 0: it is this run's turn."""

    position: int
    holder: str = ""

    @property
    def message(self) -> str:
        """A clause."""
        return f"position {self.position} in the queue" + (f"; {self.holder} holds it" if self.holder else "")


def turn(run: model.RunRef, created: datetime.datetime, rivals: Iterable[Rival]) -> Turn:
    """Whose turn it is. Runs of one second are in the order of their names."""
    others = [each for each in rivals if each.uid != run.uid]
    holder = next((each.name for each in others if each.holds), "")
    earlier = sum(each.waits and (each.created, each.name) < (created, run.name) for each in others)
    return Turn(earlier + bool(holder), text.one_line(holder, 253))


def holds(spec: model.RunSpec, status: Status | None) -> bool:
    """The run holds its environment."""
    return status is not None and is_taken(status) and not _is_released(spec, status)


def is_taken(status: Status) -> bool:
    """The run has taken its environment, and nothing else was written since."""
    found = status.condition(ConditionType.ENVIRONMENT_HELD)
    return found is not None and found.status == "True"


def _is_released(spec: model.RunSpec, status: Status) -> bool:
    """It is over and cleaned up; or its hooks are, and the rest waits for evidence to be stored, which may take a day."""
    if status.verdict is None:
        return False
    stored = status.condition(ConditionType.EVIDENCE_STORED)
    hooks_are_over = bool(status.hooks) or not spec.hooks_after(status.verdict)
    unstored = stored is not None and stored.status == "False"
    return status.condition(ConditionType.CLEANED_UP) is not None or (unstored and hooks_are_over)


def is_passed(spec: model.RunSpec, status: Status | None) -> bool:
    """The run needs no turn, or it was its turn."""
    return spec.environment is None or holds(spec, status)


def rival(run: model.RunRef, created: datetime.datetime, spec: model.RunSpec, status: Status | None) -> Rival:
    """What others see of a run."""
    waits = (status is None or status.verdict is None) and not spec.suspend
    held = holds(spec, status)
    return Rival(name=run.name, uid=run.uid, created=created, holds=held, waits=waits and not held)
