"""Looking at a URL from a pod beside the shards: with the image, the network and the rights of the tests, not the operator's."""

from __future__ import annotations

import dataclasses
import datetime
import importlib.resources

from testrun.core import model, text
from testrun.core.preflight.checks import HttpCheck, PodCheck
from testrun.core.preflight.finding import Finding
from testrun.kube import client
from testrun.kube.checks.pod_look import PodLook

SCRIPT = "http.mjs"


class HttpLook:
    """The pod asks by itself, twice a second, and ends when the answer is as wanted; its last line is what it saw last."""

    poll_seconds = 1.0

    def __init__(self, check: HttpCheck, run: model.RunRef, spec: model.RunSpec, kube: client.Client) -> None:
        self._pod = PodLook(pod_of(check), run, spec, kube)
        self._url = check.url
        self._wanted = f"{check.status} from {check.url}" + (f" with a body like {check.body_match}" if check.body_match else "")
        self.watched = self._pod.watched

    async def look(self, now: datetime.datetime) -> Finding:
        finding = await self._pod.look(now)
        lines = finding.output.splitlines()
        said = text.one_line(lines[-1]) if lines else ""
        if not said:
            return dataclasses.replace(finding, wanted=self._wanted)
        hint = "" if finding.holds else "see what answers there, and whether a network policy lets the tests' pods reach it"
        return dataclasses.replace(finding, saw=f"{said} from {self._url}", wanted=self._wanted, hint=hint)


def pod_of(check: HttpCheck) -> PodCheck:
    """The pod that asks."""
    script = importlib.resources.files(__package__).joinpath(SCRIPT).read_text(encoding="utf-8")
    command = ("node", "--input-type=module", "-e", script, check.url, str(check.status), check.body_match)
    return PodCheck(part=check.part, image=check.image, timeout_seconds=check.timeout_seconds, command=command)
