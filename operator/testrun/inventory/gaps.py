"""What is missing: workflows without the tests that they need, packages without any, targets that are not reached. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
from collections.abc import Iterable, Mapping, Sequence

from testrun.core.globs import matches
from testrun.core.phases import Phase
from testrun.core.workflows import EFFORTS, PRIORITIES, TIERS, Workflow
from testrun.inventory.model import Inventory, Package, TestFile, Tier
from testrun.local.config import Target


@dataclasses.dataclass(frozen=True, kw_only=True)
class Coverage:
    """A workflow and the tests that prove it."""

    workflow: Workflow
    tests: Mapping[Tier, int]
    """Of each tier; all tiers are there."""
    files: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The tiers that it needs and has no test in, in their order."""
        return tuple(tier for tier in TIERS if tier in self.workflow.needs and not self.tests[Tier(tier)])

    @property
    def effort(self) -> str:
        """As declared, else by what it passes through: the more there is, the more has to be stubbed."""
        components = len(self.workflow.components)
        return self.workflow.effort or EFFORTS[0 if components < 2 else 1 if components < 4 else 2]


class State(enum.StrEnum):
    REACHED = "reached"
    OPEN = "open"
    """Its day has not come."""
    OVERDUE = "overdue"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a target is."""

    target: Target
    have: int
    state: State

    @property
    def want(self) -> int:
        return self.target.tests or self.target.files or self.target.workflows or 0

    @property
    def unit(self) -> str:
        return "tests" if self.target.tests else "files" if self.target.files else "% of workflows"

    @property
    def name(self) -> str:
        of = "" if self.target.package == "*" or self.target.workflows else f" of {self.target.package}"
        return f"{self.target.tier}{of}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gaps:
    inventory: Inventory
    workflows: tuple[Coverage, ...] | None
    """The most urgent first; None: none are declared."""
    progress: tuple[Progress, ...]

    @property
    def uncovered(self) -> tuple[Coverage, ...]:
        return tuple(each for each in self.workflows or () if each.missing)

    @functools.cached_property
    def untested(self) -> tuple[Package, ...]:
        """Packages without any test that a phase runs."""
        return tuple(each for each in self.inventory.packages if not any(each.counts.values()))

    @functools.cached_property
    def not_integrated(self) -> tuple[Package, ...]:
        """Packages with tests, none of which phase 2 or 3 runs."""
        return tuple(
            each
            for each in self.inventory.packages
            if any(each.counts.values()) and not each.in_phase(Phase.INTEGRATION) and not each.in_phase(Phase.E2E)
        )


def find(
    inventory: Inventory, workflows: Sequence[Workflow] | None, targets: Iterable[Target], today: datetime.date
) -> Gaps:  # fmt: skip
    covered = None if workflows is None else tuple(sorted((cover(each, inventory.files) for each in workflows), key=_urgency))
    progress = tuple(_progress(each, inventory, covered or (), today) for each in targets)
    return Gaps(inventory=inventory, workflows=covered, progress=progress)


def cover(workflow: Workflow, files: Iterable[TestFile]) -> Coverage:
    """The tests that prove a workflow, of those that a phase runs."""
    tests = dict.fromkeys(Tier, 0)
    found = []
    for file in files:
        count = workflow.proven_by(file.path, file.titles, file.tests) if file.phase is not None else 0
        if count:
            tests[file.tier] += count
            found.append(file.path)
    return Coverage(workflow=workflow, tests=tests, files=tuple(dict.fromkeys(found)))


def _urgency(each: Coverage) -> tuple[bool, int, int, str]:
    return (not each.missing, PRIORITIES.index(each.workflow.priority), EFFORTS.index(each.effort), each.workflow.name)


def _progress(target: Target, inventory: Inventory, workflows: Sequence[Coverage], today: datetime.date) -> Progress:
    tier = Tier(target.tier)
    meant = [each for each in inventory.packages if matches(each.folder, [target.package])]
    files = [file for each in meant for file in each.files if file.tier is tier and file.phase is not None]
    if target.workflows is not None:
        have = 100 * sum(each.tests[tier] > 0 for each in workflows) // len(workflows) if workflows else 0
    elif target.files is not None:
        have = len({file.path for file in files if file.tests})
    else:
        have = sum(file.tests for file in files)
    want = target.tests or target.files or target.workflows or 0
    overdue = target.by is None or target.by < today
    state = State.REACHED if have >= want else State.OVERDUE if overdue else State.OPEN
    return Progress(target=target, have=have, state=state)
