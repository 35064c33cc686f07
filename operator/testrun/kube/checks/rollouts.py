"""Looking at rollouts: of the workloads that a check names, and of those that Tilt applied."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from testrun.core.preflight import tilt, workload
from testrun.core.preflight.checks import TiltCheck, WorkloadCheck
from testrun.core.preflight.finding import Finding
from testrun.kube import client
from testrun.kube.checks import reading
from testrun.kube.checks.reading import RESOURCES, Logs, Watched


class WorkloadLook:
    poll_seconds = 2.0
    """Why a pod fails is told by the pod, which is not watched."""

    def __init__(self, check: WorkloadCheck, namespace: str, kube: client.Client) -> None:
        self._check = check
        self._namespace = namespace
        self._kube = kube
        self._logs = Logs(namespace, kube)
        labels = ",".join(f"{key}={value}" for key, value in sorted(check.selector.items()))
        fields = f"metadata.name={check.name}" if check.name else ""
        self.watched = (Watched(RESOURCES[check.kind], namespace, labels=labels, fields=fields),)

    async def look(self, now: datetime.datetime) -> Finding:  # noqa: ARG002
        (watched,) = self.watched
        listed = await self._kube.list(watched.resource, self._namespace, labels=watched.labels, fields=watched.fields)
        found = await reading.read([(self._check.kind, body) for body in listed["items"]], self._namespace, self._kube)
        return workload.judge(self._check, found.workloads(), await reading.with_logs(found, self._logs))


class TiltLook:
    poll_seconds = 2.0

    def __init__(self, check: TiltCheck, namespace: str, kube: client.Client) -> None:
        self._check = check
        self._namespace = namespace
        self._kube = kube
        self._logs = Logs(namespace, kube)
        self.watched: Sequence[Watched] = tuple(Watched(resource, namespace) for resource in RESOURCES.values())

    async def look(self, now: datetime.datetime) -> Finding:  # noqa: ARG002
        bodies = await reading.all_workloads(self._namespace, self._kube)
        asked = [(kind, body) for kind, body in bodies if body["metadata"]["name"] in self._check.resources]
        found = await reading.read(asked, self._namespace, self._kube)
        return tilt.judge(self._check, found.workloads(), await reading.with_logs(found, self._logs))
