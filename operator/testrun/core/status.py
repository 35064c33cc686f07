"""What is written to ``TestRun.status``: built as a value, compared as a value, written once a step and only when it changed.

The records mirror the API one to one; ``kube`` turns them into JSON. Conditions follow the Kubernetes conventions: the
transition time moves only when the condition's status does.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum

from testrun.core import model

MESSAGE_CHARACTERS = 1000
"""Of the message of a condition or a wait."""


class ConditionType(enum.StrEnum):
    """In order of importance. ``Succeeded`` is the summary of a run; the others say how far its evidence and its cleanup got."""

    SUCCEEDED = "Succeeded"
    """True: Passed. False: any other verdict, which is the reason. Unknown: not decided yet; the reason is the state."""
    PRE_STEPS_VERIFIED = "PreStepsVerified"
    """True: the required phases passed. False: one did not, and the run is blocked; the reason says what is wrong. Unknown: not
    verified yet, or (reason NotVerified) given up. Absent: no phase is required or recorded.
    """
    ENVIRONMENT_HELD = "EnvironmentHeld"
    """True: the run holds the environment that it shares with others. False: it was not free in time, or was given back. Unknown:
    it waits for its turn. Absent: it shares none.
    """
    ENVIRONMENT_READY = "EnvironmentReady"
    """True: all checks of the preflight held at the same time. False: they did not in time. Unknown: not decided yet, or (reason
    NotChecked) some could never be looked at. Absent: nothing is checked, or not yet.
    """
    EVIDENCE_STORED = "EvidenceStored"
    """True: every file is in the store. False: the reason says what was lost. Absent: not tried yet."""
    CLEANED_UP = "CleanedUp"
    """True: what the run made is gone, or is kept as the policy says. False: something could not be removed. Absent: not
    tried yet.
    """


@dataclasses.dataclass(frozen=True, kw_only=True)
class Condition:
    type: ConditionType
    status: str
    """True, False or Unknown."""
    reason: str
    message: str = ""
    last_transition_time: datetime.datetime
    observed_generation: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Waiting:
    """Why the run waits, since when, and when the wait ends whatever happens."""

    reason: str
    message: str = ""
    since: datetime.datetime
    deadline: datetime.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShardStatus:
    index: int
    result: str = ""
    """Empty while it runs."""
    counts: model.Counts = dataclasses.field(default_factory=model.Counts)
    attempts: int = 0
    node: str = ""
    exit_code: int | None = None
    duration: float | None = None
    message: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Artifacts:
    path: str
    """``<namespace>/<name>/<uid>``: the run's folder in the store."""
    url: str
    """Where the server answers for that folder."""
    junit: model.FileRef | None = None
    report: str = ""
    manifest_sha256: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Status:
    """The whole status. ``None`` and empty values are left out of the body."""

    observed_generation: int
    state: model.State
    conditions: tuple[Condition, ...] = ()
    start_time: datetime.datetime | None = None
    deadline_time: datetime.datetime | None = None
    completion_time: datetime.datetime | None = None
    waiting: Waiting | None = None
    job: str = ""
    summary: model.Counts | None = None
    phases: tuple[model.PhaseResult, ...] = ()
    """Those that ran elsewhere, in their order, once their records are verified."""
    preflight: tuple[model.CheckResult, ...] = ()
    """The checks of the environment, in their order, as they were seen last."""
    hooks: tuple[model.CheckResult, ...] = ()
    """Those of the cleanup, in their order, once they have ended."""
    phase_duration: float | None = None
    """Seconds of phase 3, once it is over."""
    shards: tuple[ShardStatus, ...] = ()
    failures: tuple[model.Failure, ...] = ()
    junit: str = ""
    artifacts: Artifacts | None = None

    def condition(self, kind: ConditionType) -> Condition | None:
        return next((condition for condition in self.conditions if condition.type is kind), None)

    def decided(self, kind: ConditionType, *, given_up: str) -> Condition | None:
        """The condition once it is decided; None before. It may be Unknown for good, with the reason ``given_up``."""
        found = self.condition(kind)
        return None if found is None or (found.status == "Unknown" and found.reason != given_up) else found

    @property
    def verdict(self) -> model.Verdict | None:
        """The verdict once it is written; nothing decides again after that."""
        succeeded = self.condition(ConditionType.SUCCEEDED)
        return None if succeeded is None or succeeded.status == "Unknown" else model.Verdict(succeeded.reason)

    def without_condition(self, kind: ConditionType) -> Status:
        return dataclasses.replace(self, conditions=tuple(each for each in self.conditions if each.type is not kind))

    def with_condition(
        self, kind: ConditionType, status: str, reason: str, message: str, *, now: datetime.datetime, generation: int
    ) -> Status:
        """The status with this condition set, in the table's order; its transition time is kept while its status stays."""
        old = self.condition(kind)
        since = old.last_transition_time if old is not None and old.status == status else now
        new = Condition(
            type=kind, status=status, reason=reason, message=message, last_transition_time=since, observed_generation=generation
        )
        kept = {condition.type: condition for condition in self.conditions} | {kind: new}
        return dataclasses.replace(self, conditions=tuple(kept[each] for each in ConditionType if each in kept))
