"""Everything a decision may see, gathered once and frozen. Reading is done elsewhere; time is a field."""

from __future__ import annotations

import dataclasses
import datetime

from testrun.core import model
from testrun.core.lock import Rival
from testrun.core.preflight.finding import Finding
from testrun.core.status import Status, Waiting


@dataclasses.dataclass(frozen=True, kw_only=True)
class Job:
    """What Kubernetes says of the run's Indexed Job."""

    name: str
    uid: str = ""
    suspended: bool = False
    queue: str = ""
    """Whose turn it is to let it run: the queue (Kueue's) that it stands in; empty: ours."""
    completed: frozenset[int] = frozenset()
    """Indexes whose pod ended with exit code 0."""
    failed: frozenset[int] = frozenset()
    """Indexes that Kubernetes gave up."""
    finished: bool = False
    """Complete or Failed, or about to be (SuccessCriteriaMet, FailureTarget): no pod will be started any more."""
    failure_reason: str = ""
    """DeadlineExceeded, BackoffLimitExceeded, PodFailurePolicy, FailedIndexes, …"""
    failure_message: str = ""
    deleting: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """A Kubernetes Event: all there is where neither a Job nor a pod says why it cannot go on."""

    reason: str
    message: str
    at: datetime.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class Events:
    """The Events of the object of this name, oldest first, as of ``at``."""

    name: str
    at: datetime.datetime
    events: tuple[Event, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Swept:
    """What has become of the objects that the tests made, and of agents that came during the run."""

    removed: int = 0
    """So many were told to go."""
    agents: tuple[str, ...] = ()
    """Workloads whose agent of Telepresence was told to go."""
    left: str = ""
    """Why some are left: a clause; empty when none is."""
    passing: bool = False
    """Another try may fare better."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class CheckSeen:
    """What a check of the preflight finds right now."""

    name: str
    asked: datetime.datetime
    """When this process began to look."""
    finding: Finding | None = None
    """None: it was not looked at yet."""
    looked: bool = True
    """False: nobody could look, and the finding says why."""
    since: datetime.datetime | None = None
    """When it came to hold, or not to."""

    @property
    def holds(self) -> bool:
        return self.finding is not None and self.finding.holds


@dataclasses.dataclass(frozen=True, kw_only=True)
class Observed:
    """One run, as the operator sees it now."""

    now: datetime.datetime
    run: model.RunRef
    generation: int = 1
    spec: model.RunSpec | None
    """None: the spec cannot be used, and ``invalid`` says why."""
    invalid: str = ""
    created_at: datetime.datetime | None = None
    """None: not told; now, then."""
    deleted_at: datetime.datetime | None = None
    """The run was asked to go at this time."""
    finalizer: bool = False
    """Our finalizer is on it."""
    status: Status | None = None
    """As last written; None when nothing was written yet."""
    job_name: str
    """What the run's Job is called, whether it exists or not."""
    job: Job | None = None
    secret_made: bool = False
    """The Secret that the pods mount is known to exist."""
    job_error: str = ""
    """Why the API server refused the Job or the Secret for good; empty when it did not."""
    pods: tuple[model.PodFacts, ...] = ()
    """All pods of the run seen so far, those that are gone included, oldest first."""
    pods_read: datetime.datetime | None = None
    """When Kubernetes was last asked for all of them; else they are what the watch has told."""
    progress: model.Progress | None = None
    """What the server has told; None: nothing yet."""
    waiting: Waiting | None = None
    """A wait that this process has seen begin, written or not."""
    events: tuple[Events, ...] = ()
    """What was read during the wait, by object."""
    records: tuple[model.RecordFacts, ...] | None = None
    """What the server found in the records; None: not asked, or not for good."""
    records_absent: str = ""
    """What of the records was not there at the last look, and may still come."""
    records_error: str = ""
    """Why the last try to have the records verified did not work."""
    rivals: tuple[Rival, ...] | None = None
    """Other runs that share the environment; None: they were not looked for, or could not be read."""
    rivals_read: datetime.datetime | None = None
    """When that was last tried, unless it is known to be out of date."""
    checks: tuple[CheckSeen, ...] | None = None
    """The checks of the preflight, or the hooks of the cleanup, all of them in their order; None: nobody looks."""
    settlement: model.Settlement | None = None
    settle_error: str = ""
    """Why the last try to settle did not work; empty when none failed."""
    settle_tried: datetime.datetime | None = None
    """When this process last tried it in vain."""
    hooks_stored: model.Settlement | None = None
    """The evidence with the hooks in it."""
    hooks_error: str = ""
    """Why the last try to store it did not work."""
    cleanup_error: str = ""
    parts_removed: bool = False
    """The run's Jobs beside that of its shards were told to go."""
    parts_ended: bool = False
    """And no pod of them is left."""
    swept: Swept | None = None
    """None: it was not tried yet."""
    last_write: datetime.datetime | None = None
    """When this process last wrote the status."""
    events_posted: frozenset[str] = frozenset()
    """Reasons of the Kubernetes Events that this process has posted for the run."""

    @property
    def verdict(self) -> model.Verdict | None:
        return self.status.verdict if self.status is not None else None

    def pods_of(self, index: int) -> tuple[model.PodFacts, ...]:
        return tuple(pod for pod in self.pods if pod.index == index)

    def progress_of(self, index: int) -> model.ShardProgress | None:
        if self.progress is None:
            return None
        return next((shard for shard in self.progress.shards if shard.index == index), None)
