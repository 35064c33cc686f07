"""Running a pod that must end well, and looking at how it ends: a check, the set-up, a hook of the cleanup."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from testrun.api import names
from testrun.core import model
from testrun.core.preflight import workload
from testrun.core.preflight.checks import Kind, PodCheck, WorkloadCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.kube import client, manifests
from testrun.kube.cache import is_owned
from testrun.kube.checks import reading, workloads
from testrun.kube.checks.reading import Body, Logs, Watched


class _RefusedError(Exception):
    """The API server does not take the Job."""


class PodLook:
    """Makes the Job where there is none, and then looks as at any other. An operator that starts again finds the Job it made."""

    poll_seconds = 2.0

    def __init__(self, check: PodCheck, run: model.RunRef, spec: model.RunSpec, kube: client.Client) -> None:
        self._check = check
        self._run = run
        self._spec = spec
        self._kube = kube
        self._name = names.part_name(run.name, run.uid, check.part)
        self._made = False
        self.output = ""
        """The last lines of the pod that was made last."""
        self._logs = Logs(run.namespace, kube)
        self.watched: Sequence[Watched] = (Watched(client.JOBS, run.namespace, fields=f"metadata.name={self._name}"),)

    async def look(self, now: datetime.datetime) -> Finding:  # noqa: ARG002
        try:
            job = await self._job()
        except _RefusedError as error:
            return self._never(f"that the API server refuses its Job: {error}", "mend what it names")
        if job is None:
            return self._never(f"that its Job {self._name} was deleted", "make a new TestRun")
        if not is_owned(job, self._run):
            return self._never(f"a Job {self._name} that does not belong to this run", "delete that Job")
        found = await reading.read([(Kind.JOB, job)], self._run.namespace, self._kube)
        (told,) = found.workloads()
        if found.pods:
            # Kept from look to look: a pod that is ended by its deadline is gone with its log.
            self.output = await self._logs.now(found.last_pod, names.CONTAINER) or self.output
        finding = workload.judge(WorkloadCheck(Kind.JOB, self._name), [told], [workloads.pod(body) for body in found.pods])
        return dataclasses.replace(finding, output=self.output, final=bool(told.failure))

    async def _job(self) -> Body | None:
        """The Job as it is; None: it was there, and is gone. It is made once, by whoever comes first.

        Raises `_RefusedError` when it cannot be made, which is for good; not being allowed to look at it for once is not.
        """
        try:
            job = await self._kube.get(client.JOBS, self._name, self._run.namespace)
            self._made = True
            return job
        except client.NotFound:
            if self._made:
                return None
        body = manifests.part_job(self._run, self._spec, self._check)
        try:
            job = await self._kube.create(client.JOBS, body, self._run.namespace)
        except client.Conflict:
            job = await self._kube.get(client.JOBS, self._name, self._run.namespace)
        except (client.Invalid, client.Forbidden) as error:
            raise _RefusedError(str(error)) from error
        self._made = True
        return job

    def _never(self, saw: str, hint: str) -> Finding:
        return Finding(Readiness.NOT_READY, saw=saw, wanted="a pod that ends with exit code 0", hint=hint, final=True)
