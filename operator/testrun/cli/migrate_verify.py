"""The tests of phases 1 and 2 before and after a migration: what passed has to pass still."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import os
import pathlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import click

from testrun.cli import command, four_phases
from testrun.cli.command import Problem
from testrun.core import model
from testrun.core.phases import Phase
from testrun.core.text import plural
from testrun.local import environment, evidence, repository, runner
from testrun.local.rules import legacy
from testrun.local.workplace import Workplace
from testrun.migrate.planning import Planned

_GONE = "no phase runs it any more"
Test = tuple[str, tuple[str, ...]]
"""Its project and its title: a file may move."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ran:
    """How the tests of both phases ended."""

    passed: Mapping[Test, int]
    red: Mapping[Test, str]
    """Why."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verified:
    before: int
    """Passed."""
    after: int
    to_e2e: tuple[str, ...]
    """Passed before (by doing nothing, mostly), and are tests of phase 3 now."""
    lost: tuple[str, ...]
    """Passed before and do not pass now, each with the reason."""


def around(root: pathlib.Path, parts: Sequence[Sequence[Planned]], write: Callable[[Planned], None]) -> Verified:
    """Runs the tests before the first part and after each: what passed before a part has to pass behind it, or nothing more is
    written. Raises `Problem` when no test passes to begin with: then nothing could be shown.
    """
    command.note("running the tests of phases 1 and 2 as they are")
    first = was = _run(root)
    if not was.passed:
        raise Problem(
            f"no test passes before the migration, so it could not be shown that they still do: {_first(was.red.values())}",
            "see `ameide dev inner-loop-test --phase 1`; --no-verify goes on without",
        )
    told = compared(was, was, set())
    to_e2e: set[str] = set()
    for part in parts:
        for each in part:
            write(each)
        command.note(f"running them after {', '.join(each.step.name for each in part)}")
        now = _run(root)
        told = compared(was, now, {name for each in part for name in each.patch.tests})
        to_e2e |= set(told.to_e2e)
        if told.lost:
            break
        was = now
    return dataclasses.replace(told, before=sum(first.passed.values()), to_e2e=tuple(sorted(to_e2e)))


def _first(reasons: Iterable[str]) -> str:
    return next(iter(reasons), "none was found")


def compared(was: Ran, now: Ran, moved: set[str]) -> Verified:
    """``moved`` are names of tests that are in phase 3 now. Pure."""
    missing = collections.Counter(was.passed) - collections.Counter(now.passed)
    gone = {test for test in missing if test not in now.red and moved & set(test[1])}
    return Verified(
        before=sum(was.passed.values()),
        after=sum(now.passed.values()),
        to_e2e=tuple(sorted(_named(test) for test in gone)),
        lost=tuple(sorted(f"{_named(test)}: {now.red.get(test, _GONE)}" for test in missing if test not in gone)),
    )


def _named(test: Test) -> str:
    return f"[{test[0]}] {' › '.join(test[1])}"


def _run(root: pathlib.Path) -> Ran:
    """Phase 2 runs also when phase 1 is red: each shows something by itself."""
    surroundings = {name: value for name, value in environment.current().items() if name != legacy.INTEGRATION_MODE}
    passed: collections.Counter[Test] = collections.Counter()
    red: dict[Test, str] = {}
    with tempfile.TemporaryDirectory(prefix="ameide-migrate-") as folder:
        for phase in (Phase.UNIT, Phase.INTEGRATION):
            for case in _cases(root, surroundings, phase, folder):
                test = (case.project, tuple(case.title))
                if case.status is model.CaseStatus.PASSED:
                    passed[test] += 1
                elif case.status.red:
                    red[test] = case.message or str(case.status)
    return Ran(passed=passed, red=red)


def _cases(root: pathlib.Path, surroundings: Mapping[str, str], phase: Phase, folder: str) -> Iterator[model.Case]:
    look, probe = repository.look(root, surroundings), environment.probe(environment.scrubbed(surroundings))
    start = four_phases.begin(root, surroundings, look, probe, artifacts=folder)
    started = command.now()
    kept = evidence.Evidence.begin(start.artifacts, revision=start.repository.revision.name, short="", now=started)
    place = Workplace(
        repository=start.repository, config=start.config, config_file=start.config_file, discovery=start.discovered(),
        environment=surroundings, isolation=start.isolation, folder=kept.folder, clock=four_phases.clock,
        parallel=max(2, os.cpu_count() or 1),
    )  # fmt: skip
    one = runner.Runner(place, kept, command.now)
    asyncio.run(one.run([phase]))
    if one.interrupted:
        raise click.Abort
    for report in one.reports:
        if report.phase is phase:
            command.note(
                f"  phase {phase.number} ({phase}): {report.outcome.result}, {plural(report.counts.passed, 'test')} passed"
            )
            yield from report.cases
