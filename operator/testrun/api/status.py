"""``TestRun.status``: every field, as the operator writes it and people read it.

Loose on purpose: a bound that a status does not keep would make the API server refuse the write, and a run would never end. What
goes into a status is bounded where it is made. Nothing requests, decides or fills in values here; `core.status` does.
"""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic
from pydantic import Field

from testrun.api.schema import ListMap, Object
from testrun.core import model

Time = Annotated[pydantic.AwareDatetime, Field(strict=False)]
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]
Result = Annotated[model.Verdict, Field(strict=False)]


class Condition(Object):
    """A condition in the standard form of Kubernetes."""

    type: str
    """Succeeded is the summary. PreStepsVerified says whether the phases before passed, EnvironmentReady whether the
    checks of the preflight held. EvidenceStored and CleanedUp say how far the run's evidence and cleanup got."""
    status: Literal["True", "False", "Unknown"]
    """True, False or Unknown."""
    observed_generation: Count | None = None
    """The metadata.generation that the condition is about."""
    last_transition_time: Time
    """When status last changed."""
    reason: Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")]
    """One word for programs. Of Succeeded: the verdict, or while it is Unknown the state."""
    message: str
    """One sentence for people."""


class Waiting(Object):
    """What the run waits for right now. Absent when it waits for nothing, or only for its tests."""

    reason: str
    """One word for programs, such as Unschedulable or ImagePull."""
    message: str | None = None
    """One sentence for people, with Kubernetes' own words."""
    since: Time
    """When the wait began."""
    deadline: Time
    """When the wait ends, whatever happens."""


class Counts(Object):
    """Totals of test cases. tests = passed + failed + errored + skipped."""

    tests: Count
    """All test cases."""
    passed: Count
    """Passed, flaky ones included."""
    failed: Count
    """Failed by their own fault."""
    errored: Count
    """Not passed by the fault of the machinery: planned and never reported, interrupted, in a file that did not load."""
    skipped: Count
    """Skipped by the tests themselves."""
    flaky: Count
    """Passed only after a retry. Part of passed."""


class File(Object):
    """A file in the store of evidence."""

    path: str
    """Path in the run's folder."""
    bytes: Count
    """Size."""
    sha256: str
    """SHA-256 in lower-case hex."""


class Counted(Object):
    """Counts of test cases, so far."""

    tests: Count | None = None
    """All test cases."""
    passed: Count | None = None
    """Passed, flaky ones included."""
    failed: Count | None = None
    """Failed by their own fault."""
    errored: Count | None = None
    """Not passed by the fault of the machinery."""
    skipped: Count | None = None
    """Skipped by the tests themselves."""
    flaky: Count | None = None
    """Passed only after a retry. Part of passed."""


class Phase(Counted):
    """One phase of the run."""

    phase: Literal["policy", "unit", "integration", "e2e"]
    """The phase. The operator runs e2e; the others ran elsewhere, and were recorded in spec.preSteps."""
    result: Result | None = None
    """Its verdict. Absent while it runs."""
    message: str | None = None
    """Why a recorded phase did not pass, and what to do."""
    duration_seconds: Seconds | None = None
    """How long it took."""
    junit: File | None = None
    """Its JUnit file in the store."""


class Check(Object):
    """A check of the environment, or a hook of the cleanup."""

    name: str
    """Its name in the spec."""
    ready: bool
    """It holds, or held when the shards started. Of a hook: it ended with exit code 0."""
    message: str | None = None
    """What was seen, and unless it is ready what was wanted and what to do."""
    output: str | None = None
    """Evidence of several lines, such as the last ones of a log."""
    duration_seconds: Seconds | None = None
    """How long it took until it held, or for how long it was waited."""
    agents: list[str] | None = None
    """Of a check of Telepresence: the workloads that had an agent then, or were to get one. Those that come during the run are
    removed with its pods."""


class Shard(Counted):
    """One shard of the end-to-end tests, summed up over its pods."""

    index: Count
    """Number of the shard, from 0."""
    result: Result | None = None
    """Its verdict. Absent while it runs."""
    attempts: Count | None = None
    """Pods that began. More than one when a pod was lost and replaced."""
    node: str | None = None
    """Node of the last pod."""
    exit_code: int | None = None
    """Exit code of the last pod's container: 0 and 1 are Playwright's, 125 means that Playwright could not be started, 137 is a
    kill (out of memory), 143 a stop from outside."""
    duration_seconds: Seconds | None = None
    """How long the shard took."""
    message: str | None = None
    """Why it did not pass, in one sentence."""


class Failure(Object):
    """A test that failed or errored."""

    name: str
    """Title of the test, with its describe blocks."""
    file: str | None = None
    """File of the test, relative to the root of the Playwright tests."""
    project: str | None = None
    """Playwright project."""
    shard: Count
    """Number of its shard."""
    message: str | None = None
    """First lines of the error."""
    trace: str | None = None
    """Path of the trace, or else of the first screenshot, in the run's folder."""


class Artifacts(Object):
    """Where the run's evidence is. It outlives the TestRun."""

    path: str
    """The run's folder in the store: namespace/name/uid."""
    url: str | None = None
    """Where the server answers for that folder. Reading needs a token of somebody who may get the TestRun."""
    junit: File | None = None
    """The run's JUnit file."""
    report: str | None = None
    """Path of the run's page in the run's folder."""
    manifest_sha256: str | None = None
    """SHA-256 of manifest.json, which names every file of the run with its size and SHA-256."""


class Status(Object):
    """What happened. Written by the operator only."""

    observed_generation: Count | None = None
    """The metadata.generation that this status is about. Smaller than metadata.generation: the operator has not yet seen the last
    change."""
    state: Annotated[model.State, Field(strict=False)] | None = None
    """One word for people, and for --field-selector status.state=Running. Programs should read the condition Succeeded."""
    conditions: Annotated[list[Condition], ListMap("type")] = Field(default_factory=list)
    """Succeeded is the summary: True with reason Passed, False with the verdict as its reason, Unknown while the run is not
    decided."""
    start_time: Time | None = None
    """When the run began: its Job was made."""
    deadline_time: Time | None = None
    """When the run is stopped, whatever happens: the start and timeoutSeconds."""
    completion_time: Time | None = None
    """When the verdict was written."""
    waiting: Waiting | None = None
    """What the run waits for right now, since when and until when."""
    job: str | None = None
    """Name of the run's Job, in the namespace of the TestRun."""
    summary: Counts | None = None
    """Totals over all shards."""
    phases: Annotated[list[Phase], ListMap("phase")] = Field(default_factory=list)
    """The phases of the run, in their order: those that spec.preSteps requires or records, and e2e."""
    preflight: Annotated[list[Check], ListMap("name")] = Field(default_factory=list)
    """The checks of spec.preflight, in their order, as they were seen last."""
    hooks: Annotated[list[Check], ListMap("name")] = Field(default_factory=list)
    """The hooks of spec.cleanup, in their order, once they have ended."""
    shards: Annotated[list[Shard], ListMap("index")] = Field(default_factory=list)
    """The shards, in the order of their numbers."""
    failures: list[Failure] = Field(default_factory=list)
    """The first tests that failed or errored: at most 20."""
    junit: str | None = None
    """The run's JUnit. Whole up to 32 KiB; above that failures come first, and it says what it leaves out. The whole file is in
    the store."""
    artifacts: Artifacts | None = None
    """Where the evidence is."""
