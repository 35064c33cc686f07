"""Phase 3 with its tests on this machine (``--e2e local``): the repository's own Playwright, as a shard's pod would run it.

It reaches the cluster as this machine does, through a tunnel of Telepresence say. Its evidence and its verdict are made as the
server makes those of a run of one shard; no TestRun is made, and nothing is asked of the operator.
"""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import posixpath
from collections.abc import Sequence
from typing import Any

from testrun.api import body as api_body
from testrun.browser import files as browser_files
from testrun.cli import command, phase_3, text, this_machine
from testrun.cli.command import Problem
from testrun.core import model
from testrun.core.phases import Phase
from testrun.core.preflight import checks
from testrun.local import environment, runner
from testrun.local.discovery import Project
from testrun.local.shard import POD, Shard, Task
from testrun.local.tools import jest, playwright

NO_IMAGE = "none"
"""Stands where a manifest that names no image is checked: here none is needed."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Play:
    """What is to be run."""

    project: Project
    spec: model.RunSpec
    namespace: str
    """Empty: nobody said."""
    environment: dict[str, str]

    @property
    def base_url(self) -> str:
        return self.environment.get("BASE_URL", "")


async def run_phase(one: runner.Runner, wanted: phase_3.Wanted, shown: phase_3.Shown) -> phase_3.Told:
    """Run phase 3 and add its report."""
    try:
        play = prepared(one, wanted)
    except Problem as error:
        return phase_3.errored(one, text.clean(error.message, 1000), kind="CannotRun", hint=error.hint)
    asked = play.spec.preflight.checks if play.spec.preflight is not None else ()
    async with this_machine.made_ready(one, wanted, asked, namespace=play.namespace) as looked:
        if not looked.holds:
            this_machine.end_not_ready(one, looked)
            return None, []
        _announce(play, asked)
        return None, await _run(one, play, looked, shown)


def _announce(play: Play, asked: Sequence[checks.Check]) -> None:
    left_out = [each.name for each in asked if not isinstance(each.what, checks.TelepresenceCheck | checks.TiltCheck)]
    if left_out:
        command.note(f"phase 3 e2e: not checked here, only by the operator: {text.clean(', '.join(left_out))}")
    against = f" against {text.clean(play.base_url)}" if play.base_url else ""
    command.note(f"phase 3 e2e: {play.project.name} on this machine{against}")


def prepared(one: runner.Runner, wanted: phase_3.Wanted) -> Play:
    """What the manifest and the repository say. A manifest is not needed: what is left out has its default. Raises `Problem`."""
    path = phase_3.manifest_path(one, wanted)
    body = phase_3.manifest_at(path, one, wanted) if path is not None else {"metadata": {}, "spec": {"playwright": {}}}
    spec, project = _spec(body), _project(one, posixpath.dirname(path or "") or ".")
    folder = one.place.root / project.folder
    if not playwright.program(folder, one.place.top):
        raise Problem(jest.missing("@playwright/test", folder, one.place.top))
    variables = environment.of_phase_3(one.place.environment, kubeconfig=wanted.target.kubeconfig)
    base_url = variables.get("BASE_URL") or variables.get("PLAYWRIGHT_TEST_BASE_URL") or spec.base_url
    if base_url:
        variables |= {name: variables.get(name) or base_url for name in ("BASE_URL", "PLAYWRIGHT_TEST_BASE_URL")}
    namespace = wanted.target.namespace or one.place.config.e2e.namespace or body["metadata"].get("namespace")
    return Play(project=project, spec=spec, namespace=str(namespace or ""), environment=variables)


def _spec(body: dict[str, Any]) -> model.RunSpec:
    filled = copy.deepcopy(body)
    filled["spec"]["playwright"].setdefault("image", NO_IMAGE)
    try:
        return api_body.parse(filled)
    except api_body.InvalidSpec as error:
        raise Problem(text.clean(error, 1000), "see `kubectl explain testrun.spec` and examples/") from error


def _project(one: runner.Runner, beside: str) -> Project:
    """The project that the manifest stands beside, else the only one."""
    found = one.place.discovery.of("playwright")
    chosen = [each for each in found if each.folder == beside] or list(found)
    if not chosen:
        raise Problem("no Playwright config was found", "see ameide dev inner-loop-test --explain")
    if len(chosen) > 1:
        named = ", ".join(each.folder for each in chosen)
        raise Problem(f"there are {len(chosen)} Playwright projects ({named}), and phase 3 runs one",
                      "put testrun.yaml beside its config, or name it in ameide.toml: playwright = [\"FOLDER\"]")  # fmt: skip
    return chosen[0]


async def _run(one: runner.Runner, play: Play, looked: this_machine.Looked, shown: phase_3.Shown) -> list[str]:
    name = one.place.folder.name
    ref = model.RunRef(namespace=play.namespace or "local", name=name, uid=name)
    shard = Shard(
        Task(
            name=play.project.name, run=ref, args=play.spec.args, scripts=browser_files.shard_files(),
            folder=one.place.root / play.project.folder, environment=play.environment, kept=one.place.phase_folder(Phase.E2E),
        )
    )  # fmt: skip
    cancelled: asyncio.CancelledError | None = None
    one.phase, one.work = Phase.E2E, [shard]
    with shown():
        try:
            await shard.run(play.spec.timeout_seconds)
        except asyncio.CancelledError as error:
            cancelled = error
        told = _settle(one, play, shard, looked, interrupted=cancelled is not None)
        one.phase, one.work = None, ()
    if cancelled is not None:
        raise cancelled
    trace = next((each.trace for each in told.failures if each.trace.endswith(".zip")), "")
    return [f"Trace: npx playwright show-trace {one.place.folder / trace}"] if trace else []


def _settle(one: runner.Runner, play: Play, shard: Shard, looked: this_machine.Looked, *, interrupted: bool) -> model.Settlement:
    ended, stopped, why = shard.ended, None, ""
    if interrupted:
        stopped, why = model.Verdict.CANCELLED, f"interrupted by {one.interrupter}"
    elif ended is not None and ended.problem:
        stopped, why = model.Verdict.ERRORED, ended.problem
    elif ended is not None and ended.timed_out:
        stopped, why = model.Verdict.TIMED_OUT, f"not done after timeoutSeconds ({play.spec.timeout_seconds} s)"
    pods: tuple[model.PodFacts, ...] = ()
    if ended is not None and not ended.problem:
        lost = shard.ledger.exit is None
        pods = (
            model.PodFacts(
                index=0, pod=POD, exit_code=ended.code, reason=ended.signal, log_tail=ended.output if lost else "", started=True,
                terminated=True,
            ),
        )  # fmt: skip
    request = model.SettleRequest(
        run=shard.task.run, shards=1, min_tests=play.spec.min_tests, revision=play.spec.revision, base_url=play.base_url,
        start=looked.began, end=command.now(), stopped=stopped, stopped_message=why, pods=pods, preflight=looked.results,
    )  # fmt: skip
    return phase_3.conclude(one, request, {0: [shard.ledger]}, stored=shard.stored)
