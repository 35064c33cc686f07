"""The vocabulary of the project: frozen records and enums that every layer shares.

Nothing here reads, writes or decides. Times are aware ``datetime`` (UTC) unless a name ends in ``_ms`` (milliseconds since
the epoch); durations are seconds (float); sizes are bytes.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Mapping
from typing import Any, Literal, get_args

from testrun.core.preflight import checks

RecordedPhase = Literal["policy", "unit", "integration"]
"""A phase that runs elsewhere and leaves a record: all of `testrun.core.phases.Phase` but the last."""
RECORDED_PHASES: tuple[RecordedPhase, ...] = get_args(RecordedPhase)
"""In their order."""

JUNIT_IN_STATUS_BYTES = 32 * 1024
"""Above this the JUnit in ``status.junit`` holds failures first and says what it leaves out."""

FAILURES_IN_STATUS = 20
RECORD_FAILURES = 3
"""So many red cases of a recorded phase are named where it is said why it blocks."""


class Verdict(enum.StrEnum):
    """How a run ended, and whose fault it is. The reason of the ``Succeeded`` condition."""

    PASSED = "Passed"
    FAILED = "Failed"
    """A test failed."""
    ERRORED = "Errored"
    """The machinery failed: a pod died, a file did not load, the report is not whole, no test ran."""
    NOT_READY = "NotReady"
    """Preflight: the environment was not ready."""
    BLOCKED = "Blocked"
    """A required phase is missing or red."""
    CANCELLED = "Cancelled"
    TIMED_OUT = "TimedOut"


class State(enum.StrEnum):
    """``status.state``: one word for people. An output, never read back to find out what to do next."""

    PENDING = "Pending"
    SUSPENDED = "Suspended"
    RUNNING = "Running"
    STOPPING = "Stopping"
    """Cancelled, timed out or deleted: the pods were told to stop and have their grace period."""
    STORING = "Storing"
    """All shards ended; the evidence is being settled."""
    PASSED = "Passed"
    FAILED = "Failed"
    ERRORED = "Errored"
    NOT_READY = "NotReady"
    BLOCKED = "Blocked"
    CANCELLED = "Cancelled"
    TIMED_OUT = "TimedOut"


class CleanupPolicy(enum.StrEnum):
    """What happens to the pods once their evidence is safe."""

    ALWAYS = "Always"
    ON_SUCCESS = "OnSuccess"
    NEVER = "Never"


class CaseStatus(enum.StrEnum):
    """How one test case ended, as JUnit and the counts see it."""

    PASSED = "passed"
    FLAKY = "flaky"
    """Passed, but only after a retry. Counted as passed too."""
    FAILED = "failed"
    """The test's own fault: an assertion, a time-out of the test."""
    ERRORED = "errored"
    """The machinery's fault: planned but never reported, interrupted by a dying pod, a file that did not load."""
    SKIPPED = "skipped"

    @property
    def red(self) -> bool:
        """Failed or errored."""
        return self in (CaseStatus.FAILED, CaseStatus.ERRORED)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunRef:
    """Names one run for all time: the name may be used again, the uid never is."""

    namespace: str
    name: str
    uid: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class PhaseRecord:
    """What is claimed of a phase that ran elsewhere, and where its JUnit is: in a ConfigMap, or (``config_map`` is empty)
    uploaded to the server under its digest.
    """

    phase: RecordedPhase
    sha256: str
    """Of the file as it is delivered, lower-case hex."""
    config_map: str = ""
    key: str = ""
    revision: str = ""
    start: datetime.datetime | None = None
    duration: float | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class PreSteps:
    """The phases that must have passed before this run, and the records of those that ran."""

    required: tuple[RecordedPhase, ...] = ()
    max_age_seconds: int | None = None
    """None: evidence of any age counts."""
    records: tuple[PhaseRecord, ...] = ()
    """At most one for each phase."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ObjectSelector:
    """Objects of one kind that tests made: those in the run's namespace that have the run's label, and these."""

    api_version: str
    kind: str
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Environment:
    """An environment that several runs of the namespace share: one at a time."""

    name: str
    timeout_seconds: int = 3600
    """How long to wait for it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunSpec:
    """What was asked for: ``spec`` of a valid TestRun that this version can do."""

    image: str
    shards: int = 1
    max_parallel: int | None = None
    """None: all shards at once."""
    revision: str = ""
    pre_steps: PreSteps | None = None
    """None: no phase is required or recorded."""
    environment: Environment | None = None
    """None: it is the run's own."""
    preflight: checks.Preflight | None = None
    """None: nothing is checked."""
    working_dir: str | None = None
    args: tuple[str, ...] = ()
    base_url: str | None = None
    timeout_seconds: int = 1800
    max_disruptions: int | None = None
    """So often a shard may start anew when its pod is taken away; None: as often as it happens."""
    min_tests: int = 1
    template: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """A pod template that is merged into the shard's pod; already checked by ``api``."""
    cleanup: CleanupPolicy = CleanupPolicy.ALWAYS
    selectors: tuple[ObjectSelector, ...] = ()
    """What is removed with the pods."""
    hooks: tuple[checks.Check, ...] = ()
    """Pods that run before that, once the evidence is stored or could not be for now."""
    suspend: bool = False
    cancel: bool = False
    ttl_seconds_after_finished: int | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The pods that it has beside its shards, each in a Job of its own."""
        return (*self.parts_before, *_parts(self.hooks))

    @property
    def parts_before(self) -> tuple[str, ...]:
        """Those that run before the shards."""
        return _parts(self.preflight.checks) if self.preflight is not None else ()

    def hooks_after(self, verdict: Verdict | None) -> tuple[checks.Check, ...]:
        """The hooks that run after such a verdict."""
        return () if self.keeps_pods(verdict) else self.hooks

    def keeps_pods(self, verdict: Verdict | None) -> bool:
        """They stay after such a verdict, and nothing is cleaned up."""
        on_success = self.cleanup is CleanupPolicy.ON_SUCCESS
        return self.cleanup is CleanupPolicy.NEVER or (on_success and verdict is not Verdict.PASSED)


def _parts(asked: tuple[checks.Check, ...]) -> tuple[str, ...]:
    return tuple(check.what.part for check in asked if isinstance(check.what, checks.PodCheck | checks.HttpCheck))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Counts:
    """Totals of test cases. ``tests == passed + failed + errored + skipped``; ``flaky`` is part of ``passed``."""

    tests: int = 0
    passed: int = 0
    failed: int = 0
    errored: int = 0
    skipped: int = 0
    flaky: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in dataclasses.fields(Counts)})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that a test left: a trace, a screenshot, a video, whatever it attached. ``path`` is relative to the run's folder
    in the store.
    """

    name: str
    content_type: str
    path: str | None = None
    """None: refused or lost, and ``note`` says why."""
    bytes: int = 0
    sha256: str = ""
    note: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try of a test (Playwright's retry, or the same test again in a pod that replaced a lost one)."""

    retry: int
    status: str
    """Playwright's word: passed, failed, timedOut, skipped, interrupted; or ``lost`` when its end was never told."""
    start_ms: int | None = None
    duration: float = 0.0
    message: str = ""
    stack: str = ""
    output: str = ""
    pod: str = ""
    attachments: tuple[Attachment, ...] = ()
    oom_kills: int = 0
    """Processes of its container that the kernel killed for want of memory while it ran."""

    @property
    def out_of_memory(self) -> bool:
        """It failed, and nobody can say that it would have without those kills."""
        return self.oom_kills > 0 and self.status in ("failed", "timedOut")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """One test case of phase 3, over all its attempts. Texts are as told by the pod: control characters and markup not yet
    taken out.
    """

    shard: int
    file: str
    project: str
    title: tuple[str, ...]
    """Describe blocks, then the test's own title."""
    status: CaseStatus
    line: int = 0
    attempts: tuple[Attempt, ...] = ()
    message: str = ""
    """Why it failed, errored or was skipped; the first line is a summary."""
    details: str = ""
    """Stack, pod facts, last output: the body of the JUnit failure."""
    kind: str = ""
    """The JUnit ``type`` of the failure or error: ``AssertionFailed``, ``TestTimedOut``, ``PodLost``, ``NotReported``,
    ``LoadError``, …
    """
    tags: tuple[str, ...] = ()
    support: bool = False
    """A test of a project that only sets up, or cleans up, for others: a run of such tests alone has tested nothing."""
    reached: bool = True
    """False: it is red because all was over before its turn came, and tells nothing that another case does not."""

    @property
    def duration(self) -> float:
        """Seconds, over all attempts."""
        return sum(attempt.duration for attempt in self.attempts)

    @property
    def name(self) -> str:
        return " › ".join(self.title)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PodFacts:
    """What Kubernetes knows of one pod of a shard: the part that the pod itself cannot tell once it is dead."""

    index: int
    pod: str
    node: str = ""
    image: str = ""
    phase: str = ""
    exit_code: int | None = None
    reason: str = ""
    """Kubernetes' own word: OOMKilled, Evicted, ErrImagePull, DeadlineExceeded, Unschedulable, …"""
    message: str = ""
    log_tail: str = ""
    events: tuple[str, ...] = ()
    """Kubernetes events of the pod, oldest first: ``Reason: message``."""
    started: bool = False
    """Its container ran, or runs."""
    terminated: bool = False
    """Its container will not run again: it ended, or the pod is gone."""
    disrupted: bool = False
    """Kubernetes says DisruptionTarget: the pod's end is nobody's fault, and the Job replaces it."""
    deleting: bool = False
    termination: Mapping[str, Any] | None = None
    """The shim's termination message, parsed; None when there is none that is valid."""


class RecordProblem(enum.StrEnum):
    """What can be wrong with the record of a phase. The reasons of the ``PreStepsVerified`` condition."""

    MISSING = "Missing"
    """The phase is required, and there is no record of it."""
    UNAVAILABLE = "Unavailable"
    """The ConfigMap, its key or the upload is not there."""
    TAMPERED = "Tampered"
    """The file has another digest than the record says."""
    UNREADABLE = "Unreadable"
    """The file is no JUnit that can be used, or contradicts itself."""
    MISMATCHED = "Mismatched"
    """It is of another revision or phase, or does not say of which revision."""
    STALE = "Stale"
    RED = "Red"
    """Test cases failed or errored."""
    EMPTY = "Empty"
    """No test passed."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordFile:
    """The JUnit of a record on its way from the operator to the server."""

    phase: RecordedPhase
    sha256: str
    """What the record says."""
    data: str | None = None
    """The bytes of the file as base64. None: the server has it, uploaded under that digest."""
    unavailable: str = ""
    """Why there are no bytes and no upload to look for: a clause; empty when there are."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordsRequest:
    """The operator asks the server what the records of a run are worth."""

    run: RunRef
    revision: str = ""
    required: tuple[RecordedPhase, ...] = ()
    records: tuple[RecordFile, ...] = ()
    last: bool = False
    """What is not there now will not be waited for: the answer is to stand."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """What the JUnit of a phase says, counted by the server. Facts only: `testrun.core.gate` judges."""

    phase: RecordedPhase
    problem: RecordProblem | None = None
    """Missing, Unavailable, Tampered or Unreadable; all else is for others to find."""
    text: str = ""
    """What exactly: a clause."""
    counts: Counts = Counts()
    duration: float = 0.0
    revisions: tuple[str, ...] = ()
    """The different values of the property ``revision``."""
    phases: tuple[str, ...] = ()
    """The different values of the property ``phase``."""
    completed: datetime.datetime | None = None
    """The property ``completed``, else the latest time stamp of a suite."""
    contradiction: str = ""
    """How the totals of the file's root differ from its cases; empty when they agree."""
    failures: tuple[Failure, ...] = ()
    """The first failed and errored cases, at most RECORD_FAILURES."""
    junit: FileRef | None = None
    """The phase's JUnit in the run's folder: the recorded one, or one that says why there is none. None: nothing was kept,
    because the file may still come.
    """


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecordsAnswer:
    """One for each phase that is required or recorded, in their order."""

    facts: tuple[RecordFacts, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class PhaseResult:
    """How a phase that ran elsewhere ended, as ``status.phases`` shows it."""

    phase: RecordedPhase
    result: Verdict
    """Passed, Failed (its tests did), Errored (its machinery, or a file that cannot be used), Blocked (no evidence that
    counts); or the verdict of a run that ended before the record was looked at.
    """
    counts: Counts = Counts()
    duration: float | None = None
    """Seconds."""
    junit: FileRef | None = None
    message: str = ""
    """Why it did not pass, and what to do; empty when it did."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What a check of the environment came to, or has come to so far, as ``status.preflight`` and the JUnit show it."""

    name: str
    ready: bool
    message: str = ""
    """What was seen, and unless it is ready what was wanted and what to do: one line."""
    output: str = ""
    """Evidence of several lines, such as the last ones of a log."""
    duration: float | None = None
    """Seconds until it held, or for which it was waited. None: it is still waited for, or the run ended before."""
    agents: tuple[str, ...] | None = None
    """Workloads that had an agent of Telepresence then, or were to get one. None: nobody looked, or they are too many to note."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SettleRequest:
    """What the operator tells the server when a run is over: the facts the server cannot see."""

    run: RunRef
    shards: int
    min_tests: int
    revision: str = ""
    image: str = ""
    base_url: str = ""
    start: datetime.datetime
    end: datetime.datetime
    stopped: Verdict | None = None
    """Why the run was ended from outside (Cancelled, TimedOut, Blocked, NotReady, Errored), or None when it ended by itself."""
    stopped_message: str = ""
    verdict: Verdict | None = None
    """The verdict that is written in the TestRun already, because the evidence could not be stored in time: it stands. None: the
    answer decides.
    """
    verdict_message: str = ""
    pods: tuple[PodFacts, ...] = ()
    phases: tuple[PhaseResult, ...] = ()
    """Those that are required or recorded, in their order."""
    blocked_by: tuple[RecordedPhase, ...] = ()
    """Those of them that did not pass and had to."""
    preflight: tuple[CheckResult, ...] = ()
    """The checks of the environment, in their order; empty when none was looked at."""
    hooks: tuple[CheckResult, ...] = ()
    """Those of the cleanup, once they have ended. They change no verdict."""
    stored_before: bool = False
    """The evidence is in the store, and is stored anew with what became of the hooks."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShardResult:
    """One shard, summed up over its pods. ``result`` is a verdict's word: Passed, Failed, Errored, Cancelled, TimedOut."""

    index: int
    result: Verdict
    counts: Counts = Counts()
    attempts: int = 0
    """Pods that began."""
    node: str = ""
    exit_code: int | None = None
    duration: float = 0.0
    message: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Failure:
    """A failed or errored case as ``status.failures`` shows it: bounded and safe to print."""

    name: str
    file: str
    project: str
    shard: int
    message: str
    """The first lines, at most 500 characters."""
    trace: str = ""
    """Path of the trace (else the first screenshot) in the run's folder, or empty."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class FileRef:
    """A file of the run's folder in the store. ``path`` is relative to that folder."""

    path: str
    bytes: int
    sha256: str
    """Lower-case hex."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settlement:
    """The result of a run, as the server worked it out from its evidence."""

    verdict: Verdict
    message: str
    """One sentence: why this verdict."""
    counts: Counts
    duration: float
    """Seconds of phase 3."""
    shards: tuple[ShardResult, ...] = ()
    failures: tuple[Failure, ...] = ()
    """At most FAILURES_IN_STATUS."""
    junit: str = ""
    """The run's JUnit: whole when it is at most JUNIT_IN_STATUS_BYTES (then it is the stored file, byte for byte)."""
    junit_file: FileRef | None = None
    report: str = ""
    """Path of the page in the run's folder."""
    manifest_sha256: str = ""
    phases: tuple[PhaseResult, ...] = ()
    """Those of the request, with their JUnit as it is stored."""
    stored: bool = True
    """False: worked out without the server, from termination messages; the evidence is not stored."""
    stored_reason: str = ""
    """The reason of the condition `EvidenceStored`, where ``stored`` alone does not say it."""
    stored_message: str = ""
    """One sentence for people; empty when there is nothing to say but ``stored``."""
    evidence_says: str = ""
    """What the evidence alone would have come to, where another verdict stood already: ``Failed: 1 of 2 tests failed``."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShardExit:
    """The last line of a pod's log: how the shim says it ended."""

    code: int
    signal: str | None = None
    problem: str | None = None
    time_ms: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunningTest:
    title: str
    file: str
    project: str
    since_ms: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShardProgress:
    """What the server has heard of one shard so far, from the pod that began last."""

    index: int
    pod: str = ""
    connected: bool = False
    planned: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    flaky: int = 0
    running: tuple[RunningTest, ...] = ()
    exit: ShardExit | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Progress:
    """What the server has heard of a run so far."""

    run: RunRef
    version: int = 0
    settled: bool = False
    shards: tuple[ShardProgress, ...] = ()
