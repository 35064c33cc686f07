"""``spec.playwright.template``: what a user may add to the shards' pods, and what is not theirs.

Only the few fields that have rules are declared; all other fields of a Kubernetes pod template pass through as they are, and the
API server checks them when the Job is made.
"""

from __future__ import annotations

from typing import Annotated

import pydantic
from pydantic import Field

from testrun.api import names
from testrun.api.schema import Object, Rule, forbidden

OWN_ENVIRONMENT = ("POD_NAME", "NODE_NAME", "JOB_COMPLETION_INDEX", "TESTRUN_MOUNT", "TESTRUN_SPOOL")
_HELPERS = "put helpers into initContainers (restartPolicy: Always makes a sidecar)"
_OWN_PREFIXES = (f"{names.GROUP}/", "batch.kubernetes.io/")
_OWN_LABELS = ("job-name", "controller-uid", names.LABEL_MANAGED_BY)


class _Open(Object):
    """An object of Kubernetes' own API, of which only some fields are named here."""

    model_config = pydantic.ConfigDict(extra="allow")


class EnvVar(_Open):
    """A variable of the environment, as in a container of a pod."""

    name: Annotated[str, Field(min_length=1, max_length=256)]
    """Name of the variable. POD_NAME, NODE_NAME, JOB_COMPLETION_INDEX, TESTRUN_MOUNT and TESTRUN_SPOOL are set by the
    operator."""


class VolumeMount(_Open):
    """A mount of a volume, as in a container of a pod."""

    mount_path: Annotated[str, Field(min_length=1, max_length=1024)]
    """Where the volume appears in the container. /testrun is the operator's."""


class Volume(_Open):
    """A volume, as in a pod."""

    name: Annotated[str, Field(min_length=1, max_length=63)]
    """Name of the volume. The name testrun is the operator's."""


class Container(_Open):
    """Additions to the shard's container."""

    name: Annotated[str, Field(max_length=63)]
    """Must be playwright: the one container of a shard's pod."""
    env: Annotated[
        list[EnvVar],
        Field(max_length=200),
        Rule(
            cel=f"self.all(e, !(e.name in {list(OWN_ENVIRONMENT)}))",
            message=f"must not set {', '.join(OWN_ENVIRONMENT)}: the operator sets these",
            holds=lambda env: all(each.name not in OWN_ENVIRONMENT for each in env),
        ),
    ] = Field(default_factory=list)
    """Variables of the environment, in the form of a pod's container: name with value or valueFrom."""
    volume_mounts: Annotated[
        list[VolumeMount],
        Field(max_length=100),
        Rule(
            cel="self.all(m, !m.mountPath.matches('^/+testrun(/|$)'))",
            message="must not mount anything at /testrun: the operator mounts the run's files there",
            holds=lambda mounts: all(f"/{each.mount_path.strip('/')}/".startswith("/testrun/") is False for each in mounts),
        ),
    ] = Field(default_factory=list)
    """Mounts of the template's volumes, in the form of a pod's container."""
    image: str | None = None
    """Not allowed here: use playwright.image."""
    command: list[str] | None = None
    """Not allowed: the operator's shim starts Playwright."""
    args: list[str] | None = None
    """Not allowed here: use playwright.args."""
    working_dir: str | None = None
    """Not allowed here: use playwright.workingDir."""
    termination_message_path: str | None = None
    """Not allowed: the shim's summary goes through it."""
    termination_message_policy: str | None = None
    """Not allowed: the shim's summary depends on it."""

    rules = (
        Rule(
            cel="self.name == 'playwright'",
            message=f"the only container of a shard is named playwright: {_HELPERS}",
            holds=lambda container: container.name == names.CONTAINER,
            field="name",
        ),
        forbidden("image", "set spec.playwright.image instead"),
        forbidden("command", "the operator starts Playwright itself: remove command; set spec.playwright.args for its arguments"),
        forbidden("args", "set spec.playwright.args instead"),
        forbidden("workingDir", "set spec.playwright.workingDir instead"),
        forbidden("terminationMessagePath", "the operator reads the shard's summary from it: remove terminationMessagePath"),
        forbidden("terminationMessagePolicy", "the operator reads the shard's summary by it: remove terminationMessagePolicy"),
    )


class PodSpec(_Open):
    """Additions to the spec of the shards' pods. Fields that are not named here are a pod's own and pass through."""

    containers: Annotated[
        list[Container],
        Field(max_length=16),
        Rule(
            cel="self.size() <= 1",
            message=f"a shard has one container, named playwright: {_HELPERS}",
            holds=lambda containers: len(containers) <= 1,
        ),
    ] = Field(default_factory=list)
    """At most one container, named playwright: its resources, env, envFrom, volumeMounts, securityContext, imagePullPolicy and so
    on are merged into the shard's container."""
    volumes: Annotated[
        list[Volume],
        Field(max_length=100),
        Rule(
            cel="self.all(v, v.name != 'testrun')",
            message="the volume name testrun is the operator's: choose another",
            holds=lambda volumes: all(each.name != names.VOLUME for each in volumes),
        ),
    ] = Field(default_factory=list)
    """Volumes of the pod, in the form of a pod."""
    restart_policy: str | None = None
    """Not allowed: always Never, so that a pod's end is seen."""
    active_deadline_seconds: int | None = None
    """Not allowed here: use playwright.timeoutSeconds."""

    automount_service_account_token: bool | None = None
    """Not allowed to be true: test pods hold no rights in the cluster. Always false."""

    rules = (
        Rule(
            cel="!has(self.automountServiceAccountToken) || !self.automountServiceAccountToken",
            message="must not be true: test pods hold no rights in the cluster",
            holds=lambda spec: not spec.automount_service_account_token,
            field="automountServiceAccountToken",
        ),
        forbidden("restartPolicy", "a shard's pod is never restarted in place: remove restartPolicy"),
        forbidden("activeDeadlineSeconds", "set spec.playwright.timeoutSeconds instead"),
    )


def _is_own_label(key: str) -> bool:
    return key.startswith(_OWN_PREFIXES) or key in _OWN_LABELS


class PodMetadata(Object):
    """Labels and annotations for the shards' pods."""

    labels: Annotated[
        dict[str, Annotated[str, Field(max_length=63)]],
        Field(max_length=64),
        Rule(
            cel=f"self.all(k, !{list(_OWN_PREFIXES)}.exists(p, k.startsWith(p)) && !(k in {list(_OWN_LABELS)}))",
            message=f"must not set labels under {' or '.join(_OWN_PREFIXES)}, nor {', '.join(_OWN_LABELS)}: they find the pods",
            holds=lambda labels: not any(map(_is_own_label, labels)),
        ),
    ] = Field(default_factory=dict)
    """Labels added to the pods."""
    annotations: Annotated[dict[str, Annotated[str, Field(max_length=16384)]], Field(max_length=64)] = Field(default_factory=dict)
    """Annotations added to the pods."""


class PodTemplate(Object):
    """A Kubernetes pod template, merged into the shards' pods."""

    metadata: PodMetadata | None = None
    """Labels and annotations added to the shards' pods."""
    spec: PodSpec | None = None
    """A pod's spec: nodeSelector, tolerations, serviceAccountName, imagePullSecrets, initContainers and so on. Maps are merged,
    lists are added to; what the operator sets itself is refused."""
