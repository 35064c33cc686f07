"""What ``ameide dev inner-loop-test`` does once it knows the repository: the phases, in order, and what is told of them.

All that draws is loaded while the tools are at work, or when the phases are over: a test does not wait for a table.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import functools
import os
import pathlib
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from testrun.cli import command, signals
from testrun.cli.command import Problem
from testrun.core import outcomes
from testrun.core.phases import Phase
from testrun.core.text import one_line
from testrun.local import config, discovery, evidence, repository, runner
from testrun.local.config import Config
from testrun.local.environment import Isolation
from testrun.local.workplace import Workplace

if TYPE_CHECKING:
    from testrun.cli import phase_progress

FIRST_LOOK_SECONDS = 0.1
"""Until the run is shown."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Start:
    """What there is before anything runs."""

    repository: repository.Repository
    config: Config
    config_file: str
    environment: Mapping[str, str]
    isolation: Isolation
    artifacts: pathlib.Path
    """Where all runs are kept."""

    def discovered(self) -> discovery.Discovery:
        seen, config = self.repository, self.config
        return discovery.discover(seen.files, seen.read, chosen=config.chosen, exclude=config.exclude)


def begin(
    path: pathlib.Path, surroundings: Mapping[str, str], look: Callable[[pathlib.Path | None], repository.Repository],
    probe: Callable[[], Isolation], *, artifacts: str | None,
) -> Start:  # fmt: skip
    """What is at that path, once git and the launcher have answered. Raises `Problem`."""
    try:
        settings, file = config.load(path)
        folder = pathlib.Path(artifacts).absolute() if artifacts else path.resolve() / settings.artifacts
        return Start(
            repository=look(folder), config=settings, config_file=file, environment=surroundings, isolation=probe(),
            artifacts=folder,
        )  # fmt: skip
    except (config.BadConfig, repository.NoRepository) as error:
        raise Problem(one_line(str(error), 1000)) from error


def explain(start: Start, *, as_json: bool) -> None:
    """Tell what would be run, and why."""
    from testrun.cli import explained

    explained.show(start.discovered(), start.repository, start.config_file, as_json=as_json)


def run(start: Start, asked: Sequence[Phase], *, jobs: int | None, as_json: bool, **phase_3: Any) -> int:
    """Run the phases that are asked for, and tell how they ended; ``phase_3`` is what `phase_3.Wanted` holds. The exit code.
    Raises `Problem`.
    """
    started = command.now()
    kept = _new_evidence(start.artifacts, start.repository.revision, started)
    place = Workplace(
        repository=start.repository, config=start.config, config_file=start.config_file, discovery=start.discovered(),
        environment=start.environment, isolation=start.isolation, folder=kept.folder, clock=clock,
        parallel=jobs or max(2, os.cpu_count() or 1),
    )  # fmt: skip
    one = runner.Runner(place, kept, command.now)
    test_run, hints = asyncio.run(_work(one, asked, phase_3))
    _look_again(one, start.artifacts)
    code = _INTERRUPTED.get(one.interrupted, outcomes.exit_code(report.outcome for report in one.reports))
    body = runner.summary(one, started=started, completed=command.now(), exit_code=code, test_run=test_run)
    one.evidence.summarize(body)
    evidence.sweep(start.artifacts, start.config.keep, now=command.now())
    _tell(one, body, hints, as_json=as_json)
    return code


async def _work(
    one: runner.Runner, asked: Sequence[Phase], phase_3: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, list[str]]:
    _end_at_signals(one)
    with _shown(one, asked):
        await one.run(asked)
    return await _phase_3(one, asked, **phase_3)


def _new_evidence(folder: pathlib.Path, revision: repository.Revision, started: datetime.datetime) -> evidence.Evidence:
    try:
        return evidence.Evidence.begin(folder, revision=revision.name, short=revision.short, now=started)
    except evidence.NoRoom as error:
        raise Problem(str(error), "name another folder with --artifacts DIR") from error


@contextlib.contextmanager
def _shown(one: runner.Runner, asked: Sequence[Phase]) -> Iterator[None]:
    """Shows the run as long as the block lasts. Phases that were over before were told before."""
    told = len(one.reports)
    with contextlib.ExitStack() as stack:

        @functools.cache
        def progress() -> phase_progress.Progress:
            from testrun.cli import phase_progress

            return stack.enter_context(phase_progress.showing(one, asked, told))

        async def draw() -> None:
            await asyncio.sleep(FIRST_LOOK_SECONDS)
            while True:
                progress().show()
                await asyncio.sleep(progress().interval)

        drawing = asyncio.ensure_future(draw())
        try:
            yield
        finally:
            drawing.cancel()
            progress().show()


async def _phase_3(one: runner.Runner, asked: Sequence[Phase], **wanted: Any) -> tuple[dict[str, Any] | None, list[str]]:
    """Run phase 3, or say why it does not run. What the summary says of its TestRun, and hints for people."""
    if one.interrupted:
        one.skip_e2e(f"{one.interrupted} interrupted the run")
    elif Phase.E2E not in asked:
        one.skip_e2e(runner.NOT_ASKED)
    elif one.first_red is not None:
        one.skip_e2e(runner.after(one.first_red))
    else:
        from testrun.cli import phase_3

        try:
            return await phase_3.run(one, phase_3.Wanted(**wanted), functools.partial(_shown, one, asked))
        except asyncio.CancelledError:
            one.end_interrupted(Phase.E2E)
    return None, []


def _look_again(one: runner.Runner, artifacts: pathlib.Path) -> None:
    """Evidence names what was there when the run began; what came after that is told."""
    with contextlib.suppress(repository.NoRepository):
        after = repository.read(one.place.root, one.place.environment, leave_out=artifacts)
        if after.revision != one.place.repository.revision:
            one.evidence.problems.append("files changed while the tests ran: the evidence is of what was there at the start")


def _tell(one: runner.Runner, body: Mapping[str, Any], hints: Sequence[str], *, as_json: bool) -> None:
    from testrun.cli import phase_progress, phase_view, screen, text

    if as_json:
        screen.out_json(body)
        for hint in hints:
            command.note(hint)
    else:
        rows = [phase_progress.row(each, one) for each in one.reports]
        screen.out(phase_view.result(rows, folder=_near(one.place.folder), hints=hints))
    for problem in one.evidence.problems:
        command.note(f"warning: {text.clean(problem)}")


def _near(folder: pathlib.Path) -> str:
    """The folder as a person would type it."""
    with contextlib.suppress(ValueError, OSError):
        return str(folder.relative_to(pathlib.Path.cwd()))
    return str(folder)


_INTERRUPTED = {"Ctrl-C": command.INTERRUPTED, "SIGTERM": 128 + signal.SIGTERM, "SIGHUP": 128 + signal.SIGHUP}
"""Exit codes, as shells have them."""


def _end_at_signals(one: runner.Runner) -> None:
    """A CI job that is cancelled, a terminal that is closed: the run ends as with Ctrl-C, with all its evidence."""

    def told(number: signal.Signals) -> None:
        one.interrupter = number.name

    signals.cancel_at((signal.SIGTERM, signal.SIGHUP), told)


def clock() -> int:
    return time.time_ns() // 1_000_000
