"""``ameide dev inner-loop-test``: the four phases of a repository's tests, in one command."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import os
import pathlib
import signal
import time
from collections.abc import Iterator, Sequence
from typing import Any

import click
from rich.text import Text

from testrun.cli import command, phase_screen, phase_view, place, screen, text
from testrun.cli.command import Problem
from testrun.core import phases
from testrun.core.phases import Phase
from testrun.local import config, discovery, environment, process, repository, runner
from testrun.local import evidence as local_evidence
from testrun.local.workplace import Workplace


class PhaseName(click.ParamType[Phase]):
    """A phase, by name or number."""

    name = "phase"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Phase:
        try:
            return value if isinstance(value, Phase) else phases.parse(str(value))
        except phases.UnknownPhase as error:
            self.fail(str(error), param, ctx)


@click.command("inner-loop-test")
@click.argument("path", type=click.Path(path_type=pathlib.Path), default=".")
@click.option(
    "--phase",
    "only",
    type=PhaseName(),
    multiple=True,
    metavar="PHASE",
    help="Run this phase only: 0-3 or its name; may be repeated.",
)
@click.option("--until", type=PhaseName(), metavar="PHASE", help="Stop after this phase; `--until 3` demands a cluster.")
@click.option("--artifacts", metavar="DIR", help="Folder for the evidence of runs.  [default: artifacts]")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="How many tools work at once.  [default: CPUs, at least 2]")
@click.option("--explain", is_flag=True, help="Show what was discovered in the repository, and why; run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout (progress stays on stderr).")
@click.option(
    "--testrun", metavar="FILE", help="TestRun manifest of phase 3.  [default: testrun.yaml beside the Playwright config]"
)
@click.option("--image", metavar="IMAGE", help="Image of phase 3, in place of the manifest's.")
@place.target_options
@place.server_options
@click.pass_context
def inner_loop_test(
    ctx: click.Context, path: pathlib.Path, only: tuple[Phase, ...], until: Phase | None, artifacts: str | None, jobs: int | None,
    explain: bool, as_json: bool, testrun: str | None, image: str | None, target: place.Target, where: place.Where,
) -> int:  # fmt: skip
    """Run the tests of the repository PATH in four phases, strictly in order; a red phase ends the run.

    \b
    0 policy       no legacy test surface; every tool finds its tests; every test has a phase
    1 unit         go test, Jest, pytest: what is not marked as integration
    2 integration  the same tools: //go:build integration, __tests__/integration/, @pytest.mark.integration
    3 e2e          Playwright in the cluster, as a TestRun that carries the evidence of 0-2

    Phases 1 and 2 run without a network beyond loopback and without a way to a cluster; a test that tries is an error that names
    it. Without a cluster at hand the run ends after phase 2 and says how to go on; --phase 3 or --until 3 demands one.

    Every phase leaves artifacts/<run>/phase-<n>/junit.xml, whatever happens; artifacts/latest is the newest run.

    Exit codes: 0 all phases that ran passed, 1 tests or checks failed, 2 could not run (a tool is missing, a test tried to reach
    the network, no test was found, ...), 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.

    \b
    ameide dev inner-loop-test                        all phases, here
    ameide dev inner-loop-test --until 2              before a push
    ameide dev inner-loop-test --phase unit --json    one phase, for a machine
    ameide dev inner-loop-test --explain              what would be run, and why
    """
    asked = phases.asked_for(only, until)
    demanded = Phase.E2E in only or until is Phase.E2E
    if not asked:
        raise click.UsageError("--phase names only phases after --until", ctx)

    async def work() -> int:
        started = now()
        try:
            settings, file = config.load(path)
            folder = pathlib.Path(artifacts).absolute() if artifacts else path.resolve() / settings.artifacts  # noqa: ASYNC240
            surroundings = environment.current()
            seen, isolation = await process.together(
                repository.read(path, surroundings, leave_out=folder), environment.probe(environment.scrubbed(surroundings))
            )
        except (config.BadConfig, repository.NoRepository) as error:
            raise Problem(text.clean(error, 1000), "see docs/cli.md") from error
        found = discovery.discover(seen.files, seen.read, chosen=settings.chosen, exclude=settings.exclude)
        if explain:
            _explain(found, seen, file, as_json=as_json)
            return command.PASSED
        kept = _new_evidence(folder, seen.revision, started)
        place = Workplace(
            repository=seen, config=settings, config_file=file, discovery=found, environment=surroundings, isolation=isolation,
            folder=kept.folder, clock=_clock, parallel=jobs or max(2, os.cpu_count() or 1),
        )  # fmt: skip
        one = runner.Runner(place, kept, now)
        one.prepare()
        _end_at_signals(one)
        with _shown(one, asked):
            await one.run(asked)
        test_run, hints = await _phase_3(
            one, asked, demanded=demanded, manifest=testrun, image=image, target=target, where=where
        )  # fmt: skip
        await _look_again(one, path, folder)
        code = phases.exit_code(report.outcome for report in one.reports)
        code = _INTERRUPTED.get(one.interrupted, code)
        body = runner.summary(one, started=started, completed=now(), exit_code=code, test_run=test_run)
        one.evidence.summarize(body)
        local_evidence.sweep(folder, settings.keep, now=now())
        if as_json:
            screen.out_json(body)
        else:
            screen.out(phase_view.result([row(each, one) for each in one.reports], folder=_near(one.place.folder), hints=hints))
        for problem in one.evidence.problems:
            command.note(f"warning: {text.clean(problem)}")
        return code

    return asyncio.run(work())


def _new_evidence(folder: pathlib.Path, revision: repository.Revision, started: datetime.datetime) -> local_evidence.Evidence:
    try:
        return local_evidence.Evidence.begin(folder, revision=revision.name, short=revision.short, now=started)
    except local_evidence.NoRoom as error:
        raise Problem(str(error), "name another folder with --artifacts DIR") from error


async def _phase_3(one: runner.Runner, asked: Sequence[Phase], **wanted: Any) -> tuple[dict[str, Any] | None, list[str]]:
    """Run phase 3, or say why it does not run. What the summary says of its TestRun, and hints for people."""
    if one.interrupted:
        one.skip_e2e(f"{one.interrupted} interrupted the run")
    elif Phase.E2E not in asked:
        one.skip_e2e("it was not asked for")
    elif one.first_red is not None:
        one.skip_e2e(runner.after(one.first_red))
    else:
        from testrun.cli import handover  # brings the Kubernetes client along, which local phases do without

        try:
            return await handover.run_phase(one, handover.Wanted(**wanted))
        except asyncio.CancelledError:
            one.end_interrupted(Phase.E2E)
    return None, []


async def _look_again(one: runner.Runner, path: pathlib.Path, folder: pathlib.Path) -> None:
    """Evidence names what was there when the run began; what came after that is told."""
    with contextlib.suppress(repository.NoRepository):
        after = await repository.read(path, one.place.environment, leave_out=folder)
        if after.revision != one.place.repository.revision:
            one.evidence.problems.append("files changed while the tests ran: the evidence is of what was there at the start")


_INTERRUPTED = {"Ctrl-C": command.INTERRUPTED, "SIGTERM": 128 + signal.SIGTERM, "SIGHUP": 128 + signal.SIGHUP}
"""Exit codes, as shells have them."""


def _end_at_signals(one: runner.Runner) -> None:
    """A CI job that is cancelled, a terminal that is closed: the run ends as with Ctrl-C, with all its evidence."""
    task = asyncio.current_task()
    assert task is not None

    def end(number: signal.Signals) -> None:
        one.interrupter = number.name
        task.cancel()

    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end, number)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)  # noqa: TID251  # the command line is an entry point


def _clock() -> int:
    return time.time_ns() // 1_000_000


def row(report: runner.PhaseReport, one: runner.Runner) -> phase_view.Row:
    """A phase as it is shown."""
    failures, count = phase_view.failures_of(report.cases)
    note = ""
    if report.isolation == "environment":
        note = f"ran without a way to a cluster in its environment, but with the network: {one.place.isolation.why}"
    elif report.isolation == "none":
        note = "ran with the network, as the configuration says"
    return phase_view.Row(
        phase=report.phase, result=report.outcome.result, message=report.outcome.message, counts=report.counts,
        seconds=report.seconds, failures=failures, failure_count=count, note=note,
    )  # fmt: skip


@contextlib.contextmanager
def _shown(one: runner.Runner, asked: Sequence[Phase]) -> Iterator[None]:
    """Shows the run as long as the block lasts."""
    began = time.monotonic()
    phase_began: dict[Phase | None, float] = {}
    over: list[phase_view.Row] = []

    def scene() -> phase_view.Scene:
        at = time.monotonic()
        over.extend(row(report, one) for report in one.reports[len(over) :])
        return phase_view.Scene(
            asked=asked,
            over=over,
            phase=one.phase,
            work=[
                phase_view.Work(
                    name=each.name,
                    progress=each.progress(),
                    state="done" if each.ended is not None else "running" if each.began else "waiting",
                )
                for each in one.work
            ],
            seconds=at - began,
            phase_seconds=at - phase_began.setdefault(one.phase, at),
            now_ms=_clock(),
        )

    async def draw(shown: phase_screen.Screen) -> None:
        while True:
            shown.show(scene())
            await asyncio.sleep(shown.interval)

    with phase_screen.showing() as shown:
        drawing = asyncio.ensure_future(draw(shown))
        try:
            yield
        finally:
            drawing.cancel()
            shown.show(scene())


def _explain(found: discovery.Discovery, where: repository.Repository, config_file: str, *, as_json: bool) -> None:
    if as_json:
        screen.out_json({
            "root": str(where.root), "revision": where.revision.name, "configuration": config_file,
            "projects": [{"tool": each.tool, "folder": each.folder, "why": each.why} for each in found.projects],
            "remarks": list(found.remarks),
        })  # fmt: skip
        return
    rows: list[text.Row] = [("TOOL", "FOLDER", "PHASES", "WHY")]
    rows += [
        (each.tool, text.clean(each.folder), "0, 3" if each.tool == "playwright" else "0, 1, 2", text.clean(each.why))
        for each in found.projects
    ]
    head = [
        Text(f"{where.root}  revision {where.revision.short or 'unknown'}, {text.plural(len(where.files), 'file')}"),
        Text(f"configuration: {config_file or 'none (ameide.toml or [tool.ameide] would be read)'}"),
        Text(),
    ]
    body = text.columns(rows) if found.projects else [Text("nothing to test was found", style="yellow")]
    remarks = [Text(f"not a project: {text.clean(each)}", style="dim") for each in found.remarks]
    screen.out([*head, *body, *([Text(), *remarks] if remarks else [])])


def _near(folder: pathlib.Path) -> str:
    """The folder as a person would type it."""
    with contextlib.suppress(ValueError, OSError):
        return str(folder.relative_to(pathlib.Path.cwd()))
    return str(folder)
