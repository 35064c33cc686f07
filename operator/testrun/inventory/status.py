"""The state of a repository's tests: a row for each package, and what all of them come to. Pure."""

from __future__ import annotations

import collections
import dataclasses
import enum
import re
from collections.abc import Mapping, Sequence

from testrun.core.globs import matches
from testrun.core.phases import Phase
from testrun.core.workflows import PRIORITIES
from testrun.inventory.gaps import Coverage
from testrun.inventory.model import Inventory, Package
from testrun.local import discovery
from testrun.local.discovery import Read
from testrun.local.rules import classify, legacy
from testrun.local.rules.finding import Finding
from testrun.local.rules.source import home

_MOCKS = re.compile(r"(?P<folder>(?:.*/)?(?:__mocks__|mocks?|stubs|fakes))/[^/]+")
_OWN_JUNIT = {"jest-junit": re.compile(rb"jest-junit"), "pytest": re.compile(rb"--junit-?xml|junit_xml"),
              "playwright": re.compile(rb"""['"]junit['"]""")}  # fmt: skip
_CONFIGS = frozenset({"package.json", "pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini", "pytest.toml",
                      *discovery.JEST_CONFIGS, *discovery.PLAYWRIGHT_CONFIGS})  # fmt: skip


class State(enum.StrEnum):
    COMPLIANT = "compliant"
    PARTIAL = "partial"
    MISSING = "missing"


LEGEND = {
    State.COMPLIANT: "tests in phases 1 and 2 (of browser tests: in 3), each in a phase, nothing of the old way left",
    State.PARTIAL: "a phase has no test of it, a test has no phase, or something of the old way is left",
    State.MISSING: "no phase runs a test of it",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Result:
    """How the tests of a package ended in a phase."""

    passed: int = 0
    failed: int = 0
    """Or errored."""
    skipped: int = 0

    def __str__(self) -> str:
        return f"{self.passed} passed" if not self.failed else f"{self.failed} of {self.passed + self.failed} failed"


Results = Mapping[str, Mapping[str, Result]]
"""Folder of a package -> phase -> how its tests ended."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    package: Package
    unclassified: int
    """Findings: tests that no phase runs."""
    legacy: Mapping[str, int]
    """Rule -> findings of the old way to run tests."""
    junit: str
    """Who writes it: ``phases``, and what the package itself has set up; empty: nobody."""
    mocks: str
    """A folder of mocks, below the package; empty: there is none."""
    priority: str
    results: Mapping[str, Result]
    """Phase -> how its tests ended in the last run."""

    @property
    def phases(self) -> tuple[Phase, ...]:
        return tuple(phase for phase in Phase if phase is not Phase.POLICY and self.package.in_phase(phase))

    @property
    def state(self) -> State:
        if not self.phases:
            return State.MISSING
        whole = self.phases == (Phase.E2E,) or {Phase.UNIT, Phase.INTEGRATION} <= set(self.phases)
        return State.COMPLIANT if whole and not self.unclassified and not self.legacy else State.PARTIAL


@dataclasses.dataclass(frozen=True, kw_only=True)
class Status:
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @property
    def inventory(self) -> Inventory:
        return Inventory(packages=tuple(row.package for row in self.rows))

    @property
    def states(self) -> Mapping[State, int]:
        found = collections.Counter(row.state for row in self.rows)
        return {state: found[state] for state in State}

    @property
    def legacy(self) -> int:
        return sum(each.rule in legacy.IDS for each in self.findings)

    @property
    def unclassified(self) -> int:
        return sum(each.rule == classify.RULE for each in self.findings)


def build(
    inventory: Inventory, findings: Sequence[Finding], paths: Sequence[str], read: Read, results: Results,
    workflows: Sequence[Coverage], priorities: Mapping[str, str],
) -> Status:  # fmt: skip
    """``priorities``: glob of folders -> what the configuration says; without it a package is as urgent as a workflow through
    it. What stands in no package belongs to the repository's root, which then has a row.
    """
    folders = {each.folder for each in inventory.packages}
    at: dict[str, list[Finding]] = {}
    for each in findings:
        at.setdefault(home(each.path, folders) or ".", []).append(each)
    packages = list(inventory.packages)
    if "." in at and "." not in folders:
        packages.insert(0, Package(folder=".", tools=()))
    homes = {path: home(path, folders) or "." for path in paths}
    rows = []
    for package in packages:
        own = [path for path in paths if homes[path] == package.folder and not discovery.is_foreign(path)]
        rows.append(_row(package, at.get(package.folder, []), own, read, results, _priority(package, workflows, priorities)))
    return Status(rows=tuple(rows), findings=tuple(findings))


def _row(
    package: Package, findings: Sequence[Finding], paths: Sequence[str], read: Read, results: Results, priority: str
) -> Row:  # fmt: skip
    old = collections.Counter(each.rule for each in findings if each.rule in legacy.IDS)
    mocks = next((match["folder"] for path in paths if (match := _MOCKS.fullmatch(path))), "")
    return Row(
        package=package,
        unclassified=sum(each.rule == classify.RULE for each in findings),
        legacy=dict(old),
        junit=_junit(package, paths, read),
        mocks=mocks.removeprefix(f"{package.folder}/"),
        priority=priority,
        results=results.get(package.folder, {}),
    )


def _junit(package: Package, paths: Sequence[str], read: Read) -> str:
    configs = [read(path) for path in paths if path.rpartition("/")[2] in _CONFIGS]
    own = [name for name, pattern in _OWN_JUNIT.items() if any(pattern.search(data) for data in configs)]
    return ", ".join([*(["phases"] if any(package.counts.values()) else []), *own])


def _priority(package: Package, workflows: Sequence[Coverage], priorities: Mapping[str, str]) -> str:
    said = next((word for glob, word in priorities.items() if matches(package.folder, [glob])), "")
    through = [
        each.workflow.priority
        for each in workflows
        if any(component in (package.folder, package.folder.rpartition("/")[2]) for component in each.workflow.components)
    ]
    return said or min(through, key=PRIORITIES.index, default="")
