"""What phase 3 asks of the developer's machine before its tests run, in the cluster or here: Telepresence and Tilt."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
import pathlib
import shutil
from collections.abc import AsyncIterator, Iterable

import yaml

from testrun.cli import command, phase_3, signals, text
from testrun.core import environment as verdicts
from testrun.core import model
from testrun.core.observed import CheckSeen
from testrun.core.phases import Phase
from testrun.core.preflight import clients, developer
from testrun.core.preflight.checks import Check, TelepresenceCheck
from testrun.core.preflight.clients import Asked
from testrun.core.preflight.finding import Finding
from testrun.local import environment, runner
from testrun.local.clients import Clients, Tunnel

KEPT = "clients"
"""Folder for what they print, below that of the phase."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Looked:
    """What it was like."""

    checks: tuple[CheckSeen, ...]
    began: datetime.datetime
    ended: datetime.datetime

    @property
    def holds(self) -> bool:
        return all(each.finding is not None and each.finding.holds for each in self.checks)

    @property
    def results(self) -> tuple[model.CheckResult, ...]:
        return verdicts.results(self.checks, since=self.began, until=self.ended)


@contextlib.asynccontextmanager
async def made_ready(
    one: runner.Runner, wanted: phase_3.Wanted, checks: Iterable[Check], *, namespace: str
) -> AsyncIterator[Looked]:
    """Look at it, and have Telepresence connected as long as the block lasts, if that is wanted."""
    said = one.place.config.e2e
    wish = clients.Wish(
        telepresence=said.telepresence, intercepts=said.intercepts, tilt=said.tilt, resources=tuple(said.tilt_resources),
        connect=wanted.connect, here=wanted.here,
    )  # fmt: skip
    variables = environment.of_phase_3(one.place.environment, kubeconfig=wanted.target.kubeconfig)
    programs = Clients(folder=one.place.root, environment=variables, kept=one.place.phase_folder(Phase.E2E) / KEPT)
    tunnel = Tunnel(programs, _tell)
    try:
        asked = clients.asked(wish, checks)
        yield await _look(asked, programs, tunnel if wanted.connect else None, namespace, _context(wanted, variables))
    finally:
        await signals.to_its_end(tunnel.close())


def end_not_ready(one: runner.Runner, looked: Looked) -> None:
    """End the phase: no test has run."""
    decided = verdicts.judge(looked.checks, since=looked.began, now=looked.ended, timeout=0)
    assert decided is not None, "nobody looks again"
    name = one.place.folder.name
    request = model.SettleRequest(
        run=model.RunRef(namespace="local", name=name, uid=name), shards=1, min_tests=1, start=looked.began, end=looked.ended,
        stopped=model.Verdict.NOT_READY, stopped_message=decided.message, preflight=looked.results,
    )  # fmt: skip
    phase_3.conclude(one, request)


async def _look(asked: list[Asked], programs: Clients, tunnel: Tunnel | None, namespace: str, context: str) -> Looked:
    began = command.now()
    seen = []
    for each in asked:
        program = "telepresence" if isinstance(each.what, TelepresenceCheck) else "tilt"
        if not each.needed and shutil.which(program, path=programs.environment.get("PATH")) is None:
            continue  # what is not there is no obstacle, and nothing to speak of
        finding = await _ask(each, programs, tunnel, namespace, context)
        _tell(f"{each.name}: {finding.message}")
        # It is looked at once: a person who is told what to do is quicker than a wait.
        final = dataclasses.replace(finding, final=True)
        seen.append(CheckSeen(name=each.name, asked=began, finding=final, since=command.now()))
    return Looked(checks=tuple(seen), began=began, ended=command.now())


async def _ask(asked: Asked, programs: Clients, tunnel: Tunnel | None, namespace: str, context: str) -> Finding:
    check = asked.what
    if not isinstance(check, TelepresenceCheck):
        session = await programs.tilt("session")
        return developer.judge_session(check, session, await programs.tilt("uiresource"), needed=asked.needed)
    if tunnel is not None:
        failed = await tunnel.open(context=context, namespace=namespace, manager_namespace=check.manager_namespace)
        if failed is not None:
            return developer.not_connected(failed, namespace=namespace)
    said = await programs.status()
    return developer.judge_status(check, said, namespace=namespace, context=context, needed=asked.needed)


def _context(wanted: phase_3.Wanted, variables: dict[str, str]) -> str:
    """The context of the kubeconfig that counts; empty: nobody can tell."""
    if wanted.target.context:
        return wanted.target.context
    for each in filter(None, (variables.get("KUBECONFIG") or "~/.kube/config").split(os.pathsep)):
        with contextlib.suppress(OSError, ValueError, yaml.YAMLError, AttributeError):
            found = yaml.safe_load(pathlib.Path(each).expanduser().read_text()).get("current-context")
            if isinstance(found, str) and found:
                return found
    return ""


def _tell(words: str) -> None:
    command.note(f"phase {Phase.E2E.number} {Phase.E2E}: {text.clean(words, 1000)}")
