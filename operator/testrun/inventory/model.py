"""What tests a repository has: packages, their files of tests, and how many of each tier. Pure."""

from __future__ import annotations

import collections
import dataclasses
import enum
import functools
from collections.abc import Iterable, Mapping

from testrun.core.phases import Phase


class Tier(enum.StrEnum):
    """From many and fast to few and slow."""

    UNIT = "unit"
    GOLDEN = "golden"
    """What comes out is compared with a file that was kept."""
    CONTRACT = "contract"
    """Two sides agree on what they say to each other."""
    INTEGRATION = "integration"
    E2E = "e2e"


@dataclasses.dataclass(frozen=True, kw_only=True)
class TestFile:
    """The tests of one file, of one phase and one tier: a file may have several of these."""

    __test__ = False  # not a pytest class

    path: str
    tool: str
    phase: Phase | None
    """None: no phase runs it."""
    tier: Tier
    tests: int
    """As they are written: one that runs with many values counts once, one that always skips not at all."""
    titles: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Package:
    """A service or package: a folder with a manifest, or in which a tool is started."""

    folder: str
    """Below the repository's root; ``.`` is the root."""
    tools: tuple[str, ...]
    """What tests it, of those that have tests of it."""
    files: tuple[TestFile, ...] = ()

    @functools.cached_property
    def counts(self) -> Mapping[Tier, int]:
        return counts(self.files)

    def in_phase(self, phase: Phase | None) -> int:
        """Tests that the phase runs; None: that none does."""
        return sum(each.tests for each in self.files if each.phase is phase)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Inventory:
    packages: tuple[Package, ...]

    @functools.cached_property
    def files(self) -> tuple[TestFile, ...]:
        return tuple(file for package in self.packages for file in package.files)

    @functools.cached_property
    def counts(self) -> Mapping[Tier, int]:
        return counts(self.files)


def counts(files: Iterable[TestFile]) -> Mapping[Tier, int]:
    """Tests of each tier that a phase runs; all tiers are there."""
    found = collections.Counter(dict.fromkeys(Tier, 0))
    for each in files:
        found[each.tier] += each.tests if each.phase is not None else 0
    return dict(found)
