"""How the tests of each package ended in the newest run: from the JUnit of its phases, in the folder of artifacts."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections import Counter
from collections.abc import Collection, Mapping

from testrun.core import model, phases
from testrun.core.phases import Phase
from testrun.inventory.status import Result, Results
from testrun.junit import projects
from testrun.local import evidence
from testrun.local.rules.source import home

_MOST_BYTES = 64 * 1024 * 1024


@dataclasses.dataclass(frozen=True)
class LastRun:
    revision: str = ""
    """Empty: there is no run that can be read."""
    results: Results = dataclasses.field(default_factory=dict)


def read(artifacts: pathlib.Path, folders: Collection[str], browser: Collection[str]) -> LastRun:
    """Of the packages in ``folders``; ``browser`` are those with browser tests."""
    run = artifacts / evidence.LATEST
    try:
        body = json.loads((run / evidence.SUMMARY).read_bytes())
        revision = str(body["revision"])
        ran = [Phase(each["phase"]) for each in body["phases"] if each["result"] != phases.NOT_RUN]
    except (OSError, ValueError, KeyError, TypeError):
        return LastRun()
    found: dict[str, dict[str, Result]] = {}
    for phase in ran:
        if phase is Phase.POLICY:
            continue
        for project, counted in _counted(run / phase.junit).items():
            folder = _folder(project, phase, folders, browser)
            if folder is None:
                continue
            before = found.setdefault(folder, {}).get(str(phase), Result())
            found[folder][str(phase)] = Result(
                passed=before.passed + counted[model.CaseStatus.PASSED] + counted[model.CaseStatus.FLAKY],
                failed=before.failed + sum(count for status, count in counted.items() if status.red),
                skipped=before.skipped + counted[model.CaseStatus.SKIPPED],
            )
    return LastRun(revision, found)


def _folder(project: str, phase: Phase, folders: Collection[str], browser: Collection[str]) -> str | None:
    """A project of phases 1 and 2 is named by its tool and folder. One of phase 3 has Playwright's own name, which says nothing
    of where it is: only where there is no other can it be told.
    """
    if phase is Phase.E2E:
        return next(iter(browser)) if len(browser) == 1 else None
    where = project.partition(" ")[2]
    return home(f"{where}/x" if where != "." else "x", folders)


def _counted(junit: pathlib.Path) -> Mapping[str, Counter[model.CaseStatus]]:
    try:
        if junit.stat().st_size > _MOST_BYTES:
            return {}
        return projects.counts(junit.read_bytes())
    except (OSError, projects.NotOurs):
        return {}
