"""Looking at an object of any kind."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from testrun.core.preflight import resource
from testrun.core.preflight.checks import ResourceCheck
from testrun.core.preflight.finding import Finding
from testrun.kube import client
from testrun.kube.checks.reading import NoRight, Watched


class ResourceLook:
    poll_seconds = 1.0
    """Until its kind is known there is nothing to watch."""

    def __init__(self, check: ResourceCheck, namespace: str, kube: client.Client) -> None:
        self._check = check
        self._namespace = namespace
        self._kube = kube
        self._resource: client.Resource | None = None
        self.watched: Sequence[Watched] = ()

    async def look(self, now: datetime.datetime) -> Finding:  # noqa: ARG002
        if self._resource is None:
            found = await self._kube.find(self._check.api_version, self._check.kind)
            if found is None or not found[1]:
                return resource.judge(self._check, None, known=False)
            self._resource = found[0]
        try:
            body = await self._kube.get(self._resource, self._check.name, self._namespace)
        except client.NotFound:
            return resource.judge(self._check, None)
        except client.Forbidden as error:
            raise NoRight(str(error), f"let it get {self._resource.plural}: preflight.resources of its chart") from error
        return resource.judge(self._check, body)
