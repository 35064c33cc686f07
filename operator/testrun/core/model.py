"""The vocabulary of the project: frozen records and enums that every layer shares.

Nothing here reads, writes or decides. Times are aware ``datetime`` (UTC) unless a name ends in ``_ms`` (milliseconds since
the epoch); durations are seconds (float); sizes are bytes.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Mapping
from typing import Any

JUNIT_IN_STATUS_BYTES = 32 * 1024
"""Above this the JUnit in ``status.junit`` holds failures first and says what it leaves out."""

FAILURES_IN_STATUS = 20


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


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunRef:
    """Names one run for all time: the name may be used again, the uid never is."""

    namespace: str
    name: str
    uid: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunSpec:
    """What was asked for: ``spec`` of a valid TestRun that this version can do."""

    image: str
    shards: int = 1
    max_parallel: int | None = None
    """None: all shards at once."""
    revision: str = ""
    working_dir: str | None = None
    args: tuple[str, ...] = ()
    base_url: str | None = None
    timeout_seconds: int = 1800
    min_tests: int = 1
    template: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """A pod template that is merged into the shard's pod; already checked by ``api``."""
    cleanup: CleanupPolicy = CleanupPolicy.ALWAYS
    suspend: bool = False
    cancel: bool = False
    ttl_seconds_after_finished: int | None = None


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
    """Why the run was ended from outside (Cancelled, TimedOut, Errored), or None when it ended by itself."""
    stopped_message: str = ""
    pods: tuple[PodFacts, ...] = ()


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
    stored: bool = True
    """False: worked out without the server, from termination messages; the evidence is not stored."""
    stored_message: str = ""


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
