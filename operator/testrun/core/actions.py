"""What a decision can ask for: a closed set of frozen records. Each is safe to repeat ("exists already" and "not found" are
success).
"""

from __future__ import annotations

import dataclasses

from testrun.core import model
from testrun.core.preflight import checks
from testrun.core.preflight.agents import Before


@dataclasses.dataclass(frozen=True)
class AddFinalizer:
    """Hold the run until its evidence is safe."""


@dataclasses.dataclass(frozen=True)
class RemoveFinalizer:
    """Let the run go."""


@dataclasses.dataclass(frozen=True)
class VerifyRecords:
    """Have the server count what the records of the earlier phases hold."""

    last: bool = False
    """What is not there now will not be waited for any more."""


@dataclasses.dataclass(frozen=True)
class ReadRivals:
    """Ask for the other runs that share this environment."""

    environment: str


@dataclasses.dataclass(frozen=True)
class TakeEnvironment:
    """Let no other run of this process take it in the same moment."""

    environment: str


@dataclasses.dataclass(frozen=True)
class StartLooking:
    """Look at these checks, and go on looking for as long as decisions say so (`plan.Decision.looks`)."""

    checks: tuple[checks.Check, ...]


@dataclasses.dataclass(frozen=True)
class CreateJob:
    """Make the Indexed Job of the shards."""


@dataclasses.dataclass(frozen=True)
class CreateSecret:
    """Make what the pods mount: shim, reporter, token. It belongs to the Job, so one delete removes both."""


@dataclasses.dataclass(frozen=True)
class ReadEvents:
    """Read the Events of the run's Job or of one of its pods."""

    kind: str
    name: str


@dataclasses.dataclass(frozen=True)
class ReadPods:
    """Ask Kubernetes for the run's pods: the watch may have told nothing of them yet."""


@dataclasses.dataclass(frozen=True)
class SuspendJob:
    """Stop (or start again) the Job's pods; the Job itself, and what it knows, stays."""

    suspend: bool


@dataclasses.dataclass(frozen=True)
class Settle:
    """Have the server work out the result and store the evidence."""

    request: model.SettleRequest
    explain: tuple[str, ...] = ()
    """Names of the pods whose last log lines and events belong into the evidence."""


@dataclasses.dataclass(frozen=True)
class SettleWithoutServer:
    """Work out the result from the pods' termination messages: the server does not answer, and its time is up."""

    request: model.SettleRequest
    why: str
    explain: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class StoreHooks:
    """Have the evidence stored once more, with what became of the hooks in it."""

    request: model.SettleRequest
    explain: tuple[str, ...] = ()
    """As in `Settle`."""


@dataclasses.dataclass(frozen=True)
class DeleteJob:
    """Remove the Job, with its pods and the Secret, and the Jobs of the run's ``parts``."""

    parts: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class EndParts:
    """Remove these Jobs of the run, and wait until their pods have ended."""

    parts: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class DeleteObjects:
    """Remove what the run's tests made and labelled with its uid, and agents that came since ``agents`` was noted."""

    selectors: tuple[model.ObjectSelector, ...]
    agents: Before | None = None


@dataclasses.dataclass(frozen=True)
class DeleteRun:
    """Remove the TestRun itself: its time to live is over."""


@dataclasses.dataclass(frozen=True)
class PostEvent:
    """Tell of a transition. ``key`` names the fact: one fact, one Event, however often it is posted."""

    key: str
    reason: str
    message: str
    warning: bool = False


Action = (
    AddFinalizer
    | RemoveFinalizer
    | VerifyRecords
    | ReadRivals
    | TakeEnvironment
    | StartLooking
    | CreateJob
    | CreateSecret
    | ReadEvents
    | ReadPods
    | SuspendJob
    | Settle
    | SettleWithoutServer
    | StoreHooks
    | DeleteJob
    | EndParts
    | DeleteObjects
    | DeleteRun
    | PostEvent
)
