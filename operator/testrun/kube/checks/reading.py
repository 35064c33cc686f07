"""Reading workloads, their pods and their logs, as several checks need them."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from testrun.core.preflight import workload
from testrun.core.preflight.checks import Kind
from testrun.core.preflight.pods import Pod
from testrun.core.preflight.rollout import Workload
from testrun.kube import client
from testrun.kube.checks import workloads

Body = Mapping[str, Any]
RESOURCES = {
    Kind.DEPLOYMENT: client.Resource("apps/v1", "deployments"),
    Kind.STATEFUL_SET: client.Resource("apps/v1", "statefulsets"),
    Kind.DAEMON_SET: client.Resource("apps/v1", "daemonsets"),
    Kind.JOB: client.JOBS,
}
REPLICA_SETS = client.Resource("apps/v1", "replicasets")
PODS = 200
"""So many pods of one workload are read at most."""
LOG_LINES = 20
LOG_CHARACTERS = 4000


class NoRight(Exception):
    """The API server does not let the operator look, and what would."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclasses.dataclass(frozen=True)
class Watched:
    """A change of any of these is a reason to look again."""

    resource: client.Resource
    namespace: str
    labels: str = ""
    fields: str = ""


@dataclasses.dataclass(frozen=True)
class Read:
    """Workloads with their pods, as bodies."""

    kinds: Sequence[tuple[Kind, Body]]
    replica_sets: Sequence[Body]
    pods: Sequence[Body]

    @property
    def last_pod(self) -> str:
        """Name of the pod that was made last; there must be one."""
        newest: str = max(self.pods, key=lambda each: each["metadata"].get("creationTimestamp") or "")["metadata"]["name"]
        return newest

    def workloads(self) -> list[Workload]:
        return [workloads.workload(kind, body, self.replica_sets) for kind, body in self.kinds]


async def all_workloads(namespace: str, kube: client.Client, *, but: Sequence[Kind] = ()) -> list[tuple[Kind, Body]]:
    """The workloads of a namespace, of all kinds but these. Raises `ApiError`."""
    kinds = [kind for kind in RESOURCES if kind not in but]
    lists = await asyncio.gather(*(kube.list(RESOURCES[kind], namespace) for kind in kinds))
    return [(kind, body) for kind, listed in zip(kinds, lists, strict=True) for body in listed["items"]]


async def read(found: Sequence[tuple[Kind, Body]], namespace: str, kube: client.Client) -> Read:
    """These workloads with their pods and ReplicaSets. Raises `ApiError`."""
    selectors = [(kind, selector(body["spec"].get("selector") or {})) for kind, body in found]
    asked = [(client.PODS, each) for _, each in selectors if each]
    asked += [(REPLICA_SETS, each) for kind, each in selectors if each and kind is Kind.DEPLOYMENT]
    lists = await asyncio.gather(*(kube.list(resource, namespace, labels=each, limit=PODS) for resource, each in asked))
    items: dict[client.Resource, list[Body]] = {client.PODS: [], REPLICA_SETS: []}
    for (resource, _), listed in zip(asked, lists, strict=True):
        items[resource] += listed["items"]
    return Read(found, items[REPLICA_SETS], items[client.PODS])


async def with_logs(found: Read, logs: Logs) -> list[Pod]:
    """The pods, with the last log lines of those that fail."""
    pods = [workloads.pod(body) for body in found.pods]
    wanted = workload.log_wanted(found.workloads(), pods)
    if not wanted:
        return pods
    lines = {each.pod: {each.container: await logs.read(each, _restarts(found.pods, each))} for each in wanted}
    return [workloads.pod(body, lines.get(body["metadata"]["name"])) for body in found.pods]


class Logs:
    """Last log lines, read once for each time that a container ended."""

    def __init__(self, namespace: str, kube: client.Client) -> None:
        self._namespace = namespace
        self._kube = kube
        self._read: dict[tuple[workload.Log, int], str] = {}

    async def read(self, log: workload.Log, restarts: int) -> str:
        """Those that explain an end: read once."""
        key = (log, restarts)
        if key not in self._read:
            lines = await self.now(log.pod, log.container, previous=log.previous)
            if not lines:
                return ""
            self._read = {key: lines}
        return self._read[key]

    async def now(self, pod: str, container: str, *, previous: bool = False) -> str:
        """What cannot be read is left out: it explains, and decides nothing."""
        read = self._kube.logs(pod, self._namespace, container=container, tail=LOG_LINES, previous=previous)
        try:
            chunks = [chunk async for chunk in read]
        except client.ApiError:
            return ""
        return b"".join(chunks).decode(errors="replace")[-LOG_CHARACTERS:]


def _restarts(pods: Iterable[Body], log: workload.Log) -> int:
    for body in pods:
        if body["metadata"]["name"] == log.pod:
            return sum(each.restarts for each in workloads.pod(body).containers)
    return 0


def selector(spec: Body) -> str:
    """A ``metav1.LabelSelector`` as the API server takes it in a query; empty when it selects nothing."""
    parts = [f"{key}={value}" for key, value in sorted((spec.get("matchLabels") or {}).items())]
    for each in spec.get("matchExpressions") or ():
        key, values = each["key"], ",".join(each.get("values") or ())
        match each["operator"]:
            case "In":
                parts.append(f"{key} in ({values})")
            case "NotIn":
                parts.append(f"{key} notin ({values})")
            case "Exists":
                parts.append(key)
            case "DoesNotExist":
                parts.append(f"!{key}")
    return ",".join(parts)
