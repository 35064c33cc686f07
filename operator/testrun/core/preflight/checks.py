"""What is asked for: the checks of ``spec.preflight`` as the judges see them, without the form they have in the API."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping


class Kind(enum.StrEnum):
    """Kinds of workloads that can be judged."""

    DEPLOYMENT = "Deployment"
    STATEFUL_SET = "StatefulSet"
    DAEMON_SET = "DaemonSet"
    JOB = "Job"


class Intercepts(enum.StrEnum):
    """What an intercept that is active, or that nobody can rule out, means."""

    FORBID = "Forbid"
    WARN = "Warn"
    ALLOW = "Allow"


@dataclasses.dataclass(frozen=True)
class WorkloadCheck:
    """Either ``name`` or ``selector`` is set."""

    kind: Kind
    name: str = ""
    selector: Mapping[str, str] = dataclasses.field(default_factory=dict)
    image: str = ""
    """``repo:tag``, ``repo@sha256:…`` or ``sha256:…``; empty: any."""


@dataclasses.dataclass(frozen=True)
class TelepresenceCheck:
    manager_namespace: str = "ambassador"
    intercepts: Intercepts = Intercepts.FORBID
    workloads: tuple[str, ...] = ()
    """Names of the workloads under test; empty: all of the namespace."""


@dataclasses.dataclass(frozen=True)
class TiltCheck:
    resources: tuple[str, ...]
    """Names of Tilt resources, which are those of their workloads."""


@dataclasses.dataclass(frozen=True)
class PodCheck:
    """A pod of the run's own, beside its shards, that must end with exit code 0: a check, the set-up, a hook of the cleanup."""

    part: str
    """Tells it from the run's other pods, in the name of its Job."""
    image: str
    timeout_seconds: int
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    once: bool = False
    """It is not started again when it fails."""


@dataclasses.dataclass(frozen=True)
class HttpCheck:
    """A URL answers, as seen from a pod beside the shards."""

    part: str
    image: str
    timeout_seconds: int
    url: str
    status: int = 200
    body_match: str = ""
    """A regular expression of JavaScript; empty: any body."""


@dataclasses.dataclass(frozen=True)
class ResourceCheck:
    """Either ``condition`` or ``json_path`` is set."""

    api_version: str
    kind: str
    name: str
    condition: str = ""
    """Type of the condition that must be True."""
    json_path: str = ""
    value: str | None = None
    """What the path must lead to; None: anything."""


What = WorkloadCheck | TelepresenceCheck | TiltCheck | PodCheck | HttpCheck | ResourceCheck


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing that must hold. ``name`` is in people's words; no two checks of a run have the same."""

    name: str
    what: What
    last: bool = False
    """It is begun when all others hold."""


@dataclasses.dataclass(frozen=True)
class Preflight:
    """What must hold, all at the same time, before the shards start."""

    timeout_seconds: int
    checks: tuple[Check, ...]
