"""How each kind of check is looked at: what it reads, and what it watches."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Protocol

from testrun.core import model
from testrun.core.preflight.checks import HttpCheck, PodCheck, ResourceCheck, TelepresenceCheck, TiltCheck, What, WorkloadCheck
from testrun.core.preflight.finding import Finding
from testrun.kube import client
from testrun.kube.checks.http_look import HttpLook
from testrun.kube.checks.pod_look import PodLook
from testrun.kube.checks.reading import Watched
from testrun.kube.checks.resource_look import ResourceLook
from testrun.kube.checks.rollouts import TiltLook, WorkloadLook
from testrun.kube.checks.telepresence_look import TelepresenceLook


class Look(Protocol):
    """Looks at one check, as often as it is told to."""

    @property
    def poll_seconds(self) -> float:
        """Look again after this while it does not hold, for what cannot be watched."""

    @property
    def watched(self) -> Sequence[Watched]:
        """What is a reason to look again when it changes."""

    async def look(self, now: datetime.datetime) -> Finding:
        """What is found right now. Raises `ApiError`, or `NoRight`, when that cannot be told."""


def of(what: What, run: model.RunRef, spec: model.RunSpec, kube: client.Client) -> Look:
    """The look of a check."""
    match what:
        case WorkloadCheck():
            return WorkloadLook(what, run.namespace, kube)
        case TiltCheck():
            return TiltLook(what, run.namespace, kube)
        case TelepresenceCheck():
            return TelepresenceLook(what, run.namespace, kube)
        case PodCheck():
            return PodLook(what, run, spec, kube)
        case HttpCheck():
            return HttpLook(what, run, spec, kube)
        case ResourceCheck():
            return ResourceLook(what, run.namespace, kube)
