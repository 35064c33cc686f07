"""From Kubernetes bodies to the facts of `core`: what a Job and its pods say. Pure."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from testrun.api import names
from testrun.core import model, observed
from testrun.core.status import MESSAGE_CHARACTERS

Body = Mapping[str, Any]
TERMINATION_BYTES = 4096
MAX_INDEX = 100_000
INITIALIZING = "PodInitializing"
CREATING = "ContainerCreating"
UNKNOWN = "ContainerStatusUnknown"
SAYS_NOTHING = frozenset({"", CREATING, UNKNOWN})
KUEUE_QUEUE = "kueue.x-k8s.io/queue-name"
"""Set by Kueue itself where a namespace has a default queue."""


def job(body: Body) -> observed.Job:
    """What a Job's status says. The terminal conditions come some seconds after ``FailureTarget`` and ``SuccessCriteriaMet``
    (KEP-4368).
    """
    metadata, spec, status = body["metadata"], body.get("spec") or {}, body.get("status") or {}
    true = {each["type"]: each for each in status.get("conditions") or () if each.get("status") == "True"}
    failure = true.get("Failed") or true.get("FailureTarget") or {}
    return observed.Job(
        name=metadata["name"],
        uid=metadata.get("uid", ""),
        suspended=bool(spec.get("suspend")),
        queue=(metadata.get("labels") or {}).get(KUEUE_QUEUE) or "",
        completed=indexes(status.get("completedIndexes") or ""),
        failed=indexes(status.get("failedIndexes") or ""),
        finished=bool(true.keys() & {"Complete", "Failed", "SuccessCriteriaMet", "FailureTarget"}),
        failure_reason=failure.get("reason") or "",
        failure_message=failure.get("message") or "",
        deleting="deletionTimestamp" in metadata,
    )


def indexes(text: str) -> frozenset[int]:
    """The Job API's compressed list: ``1,3-5,7`` (batch/v1 JobStatus.completedIndexes)."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), min(int(last or first), MAX_INDEX) + 1))
    return frozenset(found)


def pod(body: Body, *, gone: bool = False) -> model.PodFacts | None:
    """What a pod's status says; None for a pod without a shard's index. ``gone``: it was deleted, this is its last body."""
    metadata, status = body["metadata"], body.get("status") or {}
    index = (metadata.get("annotations") or {}).get(names.LABEL_INDEX) or (metadata.get("labels") or {}).get(names.LABEL_INDEX)
    if index is None or not str(index).isdecimal():
        return None
    containers = [each for each in status.get("containerStatuses") or () if each.get("name") == names.CONTAINER]
    container: Body = containers[0] if containers else {}
    state = container.get("state") or {}
    ended = state.get("terminated") or {}
    conditions = {each["type"]: each for each in status.get("conditions") or ()}
    disruption = conditions.get("DisruptionTarget") or {}
    disrupted = disruption.get("status") == "True"
    reason, message = _why(status, state, ended, conditions, disruption if disrupted else {})
    if gone and reason == CREATING:
        reason = ""  # that it was being made does not explain its end
    phase = str(status.get("phase") or "")
    return model.PodFacts(
        index=int(index),
        pod=metadata["name"],
        node=(body.get("spec") or {}).get("nodeName") or "",
        image=container.get("imageID") or container.get("image") or _image(body),
        phase=phase,
        exit_code=None if _never_ran(ended) else ended.get("exitCode"),
        reason=reason,
        message=message[:MESSAGE_CHARACTERS],
        started="running" in state or (bool(ended) and not _never_ran(ended)),
        terminated=gone or bool(ended) or phase in ("Succeeded", "Failed"),
        disrupted=disrupted,
        deleting="deletionTimestamp" in metadata or gone,
        termination=_termination(ended.get("message") or ""),
    )


def _why(status: Body, state: Body, ended: Body, conditions: Mapping[str, Body], disruption: Body) -> tuple[str, str]:
    """The most telling reason that Kubernetes gives, with its message; empty for a pod that is well."""
    waiting = state.get("waiting") or {}
    scheduled = conditions.get("PodScheduled") or {}
    if status.get("reason"):  # Evicted, NodeLost, DeadlineExceeded, …
        return str(status["reason"]), str(status.get("message") or "")
    if disruption:
        return str(disruption.get("reason") or "DisruptionTarget"), str(disruption.get("message") or "")
    if ended:
        reason, message = str(ended.get("reason") or ""), str(ended.get("message") or "")
        # The shim's last words are facts of their own; any others are the container's, or of a runtime that could not start it.
        return ("" if reason == "Completed" else reason), ("" if _termination(message) is not None else message)
    if waiting.get("reason") == INITIALIZING:
        return _initializing(status)
    if waiting.get("reason"):
        return str(waiting["reason"]), str(waiting.get("message") or "")
    if scheduled.get("status") == "False":
        return str(scheduled.get("reason") or "Unschedulable"), str(scheduled.get("message") or "")
    return "", ""


def _initializing(status: Body) -> tuple[str, str]:
    """What the init containers do meanwhile; empty for a pod that has not come to them yet."""
    states = [(each.get("name"), each.get("state") or {}) for each in status.get("initContainerStatuses") or ()]
    for name, state in states:
        waiting = state.get("waiting") or {}
        if waiting.get("reason") not in (None, INITIALIZING):
            return str(waiting["reason"]), f"init container {name}: {waiting.get('message') or ''}".rstrip(": ")
    for name, state in states:
        if "running" in state:
            return INITIALIZING, f"init container {name} runs"
    return "", ""


def _never_ran(ended: Body) -> bool:
    """A kubelet says this of a container that was still waiting when its pod was deleted."""
    return ended.get("reason") == UNKNOWN and not ended.get("startedAt")


def event(body: Body) -> observed.Event:
    """An Event of either API: its last time, wherever that stands."""
    at = (
        body.get("lastTimestamp")
        or (body.get("series") or {}).get("lastObservedTime")
        or body.get("eventTime")
        or body["metadata"]["creationTimestamp"]
    )
    return observed.Event(
        reason=str(body.get("reason") or ""),
        message=str(body.get("message") or "")[:MESSAGE_CHARACTERS],
        at=datetime.datetime.fromisoformat(at),
    )


def _termination(text: str) -> Mapping[str, Any] | None:
    """The shim's last words, if these are that: a JSON object of version 1. The container's own output may stand here too."""
    if not text or len(text.encode()) > TERMINATION_BYTES:
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and told.get("v") == 1 else None


def _image(body: Body) -> str:
    return next((str(each.get("image") or "") for each in (body.get("spec") or {}).get("containers") or ()), "")
