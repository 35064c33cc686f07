"""``spec.preSteps`` and ``spec.preflight``: what must hold before the tests start."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic
from pydantic import Field

from testrun.api import schema
from testrun.api.schema import ListMap, ListSet, Object, Rule, one_of
from testrun.core import model
from testrun.core.preflight import jsonpath

Phase = model.RecordedPhase
Name = Annotated[
    str,
    Field(min_length=1, max_length=253),
    # It becomes part of a path of the API: nothing but one name of one namespace may come of it.
    schema.matches(r"[a-z0-9]([-a-z0-9.:]*[a-z0-9])?", "must be the name of an object: lower-case letters, digits, - and ."),
]
ApiVersion = Annotated[
    str,
    Field(min_length=1, max_length=253),
    schema.matches(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[a-z0-9]+", "must be an API version, such as v1 or apps/v1"),
]
Kind = Annotated[
    str, Field(min_length=1, max_length=63), schema.matches(r"[A-Z][A-Za-z0-9]*", "must be a kind, such as ConfigMap")
]
Text = Annotated[str, Field(max_length=1024)]

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Time = Annotated[pydantic.AwareDatetime, Field(strict=False)]
Revision = Annotated[
    str,
    Field(min_length=1, max_length=128),
    schema.matches(r"[A-Za-z0-9._/+-]+", "must be a revision such as a commit: letters, digits and . _ / + - only"),
]


class JUnitSource(Object):
    """Where the JUnit file of a recorded phase is: in a ConfigMap, or uploaded to the server."""

    config_map: (
        Annotated[
            str,
            Field(min_length=1, max_length=253),
            # It becomes part of a path of the API: nothing but one name of one namespace may come of it.
            schema.matches(
                r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", "must be the name of a ConfigMap: lower-case letters, digits, - and ."
            ),
        ]
        | None
    ) = None
    """Name of a ConfigMap in the namespace of the TestRun. It may be applied up to 30 seconds after it."""
    key: (
        Annotated[
            str,
            Field(min_length=1, max_length=253),
            schema.matches(r"[-._a-zA-Z0-9]+", "must be a key of a ConfigMap: letters, digits, - . and _"),
        ]
        | None
    ) = None
    """Key of the file in that ConfigMap, in data or binaryData. Required with configMap."""
    artifact: Sha256 | None = None
    """The file was uploaded to the server for the namespace of the TestRun, under this digest, which is that of sha256."""
    sha256: Sha256
    """SHA-256 of the file as it is delivered (plain or gzip), in lower-case hex."""

    rules = (
        one_of("configMap", "artifact"),
        Rule(
            cel="has(self.configMap) == has(self.key)",
            message="configMap and key go together: set both, or neither",
            holds=lambda source: (source.config_map is None) == (source.key is None),
            field="key",
        ),
        Rule(
            cel="!has(self.artifact) || self.artifact == self.sha256",
            message="must be the same as sha256: an upload is named by its digest",
            holds=lambda source: source.artifact is None or source.artifact == source.sha256,
            field="artifact",
        ),
    )


class Record(Object):
    """What a phase that ran elsewhere left."""

    phase: Phase
    """The phase."""
    junit: JUnitSource
    """Its JUnit file. The result is read from it, never believed."""
    revision: Revision | None = None
    """What was tested, if the file does not say it itself (a property revision of a testsuite). Must be that of the TestRun."""
    start_time: Time | None = None
    """When the phase began."""
    duration_seconds: Annotated[float, Field(ge=0, le=31536000)] | None = None
    """How long it took."""


class PreSteps(Object):
    """The phases that ran before, where the code is, and what they left."""

    required: Annotated[list[Phase], Field(max_length=3), ListSet()] = Field(default_factory=list)
    """Phases that must have a record that passed; else the run is Blocked."""
    max_age_seconds: Annotated[int, Field(ge=1, le=31536000)] | None = None
    """How long before the creation of the TestRun a recorded phase may have ended. Default: its age does not matter, as when an
    old revision is rolled back to."""
    records: Annotated[list[Record], Field(max_length=3), ListMap("phase")] = Field(default_factory=list)
    """The records, written by the command line or by CI, one for each phase. That of a phase which is not required is verified
    and shown too, and blocks nothing."""


class WorkloadCheck(Object):
    """A workload is rolled out."""

    kind: Literal["Deployment", "StatefulSet", "DaemonSet", "Job"]
    """Kind of the workload. A Job is rolled out when it is complete."""
    name: Name | None = None
    """Name of the workload in the namespace of the TestRun."""
    selector: Annotated[dict[str, Annotated[str, Field(max_length=63)]], Field(min_length=1, max_length=16)] | None = None
    """Labels of the workloads, in place of a name: all that have them must be rolled out, and there must be one."""
    image: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    """Image that a container of the workload must have: a reference, or a digest such as sha256:… that its pods run."""

    rules = (one_of("name", "selector"),)


class HttpCheck(Object):
    """A URL answers. It is asked from a pod of the run, in the image of the tests and so with their network, until it does."""

    url: Annotated[
        str,
        Field(min_length=1, max_length=2048),
        schema.matches(
            r"https?://[^\s/?#@]+([/?#]\S*)?",
            "must be an http:// or https:// URL without user name and password, such as http://shop.shop.svc",
        ),
    ]
    """The URL, http or https. Five redirects are followed at most, unless one of them has the status that is wanted."""
    status: Annotated[int, Field(ge=100, le=599)] = 200
    """Status code of the answer."""
    body_match: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    """Regular expression, as JavaScript has it, that the first MiB of the answer's body must match somewhere."""


class TelepresenceCheck(Object):
    """Telepresence is ready, and nobody's laptop takes the traffic of the tests."""

    manager_namespace: Name = "ambassador"
    """Namespace of the traffic manager."""
    intercepts: Literal["Forbid", "Warn", "Allow"] = "Forbid"
    """What an active intercept means, and one that nobody can rule out because the traffic manager's metrics cannot be read.
    Forbid: not ready. Warn: said in the evidence. Allow: nothing."""
    workloads: Annotated[list[Name], Field(max_length=50), ListSet()] = Field(default_factory=list)
    """Names of the workloads under test, whose intercepts count. Default: all in the namespace of the TestRun."""


class TiltCheck(Object):
    """What Tilt applied is rolled out."""

    resources: Annotated[list[Name], Field(min_length=1, max_length=50)]
    """Names of the Tilt resources."""


class ResourceCheck(Object):
    """An object of any kind is in a state."""

    api_version: ApiVersion
    """API version of the object, such as v1 or apps/v1."""
    kind: Kind
    """Kind of the object."""
    name: Name
    """Name of the object in the namespace of the TestRun."""
    condition: Annotated[str, Field(min_length=1, max_length=316)] | None = None
    """Type of the condition that must be True, for the object's current generation."""
    json_path: (
        Annotated[
            str,
            Field(min_length=1, max_length=512),
            schema.matches(jsonpath.PATTERN, 'must be a path such as {.status.phase}: fields, [0], [*], [?(@.type=="Ready")]'),
        ]
        | None
    ) = None
    """Path to what must be there, or have the value, as for kubectl wait: {.status.phase}."""
    value: Annotated[str, Field(max_length=1024)] | None = None
    """What jsonPath must lead to. Default: anything."""

    rules = (
        one_of("condition", "jsonPath"),
        Rule(
            cel="!has(self.value) || has(self.jsonPath)",
            message="goes with jsonPath",
            holds=lambda check: check.value is None or check.json_path is not None,
            field="value",
        ),
    )


SETUP = "playwright.setup"
"""What spec.playwright.setup is called among the checks."""


class JobCheck(Object):
    """A pod that ends with exit code 0. It is the pod of the shards (the template holds for it too) with another image and
    command, and is started again until it does."""

    image: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    """Image of the pod. Default: playwright.image."""
    command: Annotated[list[Text], Field(max_length=100)] = Field(default_factory=list)
    """Command of the pod."""
    args: Annotated[list[Text], Field(max_length=100)] = Field(default_factory=list)
    """Arguments of the command."""


class Check(Object):
    """One thing that must be ready. Becomes a test case of the phase's JUnit."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=128),
        Rule(cel=f"self != '{SETUP}'", message=f"{SETUP} is the name of another check", holds=lambda name: name != SETUP),
    ]
    """Name of the check, in people's words."""
    workload: WorkloadCheck | None = None
    """A workload is rolled out."""
    http: HttpCheck | None = None
    """A URL answers."""
    telepresence: TelepresenceCheck | None = None
    """Telepresence is ready."""
    tilt: TiltCheck | None = None
    """What Tilt applied is rolled out."""
    resource: ResourceCheck | None = None
    """An object of any kind is in a state."""
    job: JobCheck | None = None
    """A pod ends with exit code 0."""

    rules = (one_of("workload", "http", "telepresence", "tilt", "resource", "job"),)


class Preflight(Object):
    """What must be ready before the shards start."""

    timeout_seconds: Annotated[int, Field(ge=1, le=86400)] = 300
    """How long the checks may take until all hold; after that the verdict is NotReady."""
    checks: Annotated[list[Check], Field(min_length=1, max_length=50), ListMap("name")]
    """The checks. All must hold at the same time. No two have the same name."""
