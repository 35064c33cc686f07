"""Which Go tests run in a phase: the functions of its build, and the ``-run`` that means those of the phase and no other. Pure.

A ``-run`` holds for all packages of its ``go test``, and names are not unique: one package's integration test may be called as
another's unit test, and both halves of a folder, ``x`` and ``x_test``, may have a test of one name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from testrun.core.phases import Phase

NAMES_BYTES = 100_000
"""So long may the names of one -run be: Linux takes no argument of more than 128 KiB."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Function:
    """A top-level test function."""

    file: str
    """Below the repository's root."""
    line: int
    phase: Phase
    """The one that runs it."""
    outside: bool = False
    """In the package ``x_test``, whose tests Go runs behind those of ``x``."""


Functions = Mapping[str, Mapping[str, Sequence[Function]]]
"""Folder of the package below the repository's root -> name -> where it is, in the order in which Go runs them."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Package:
    """A package that has tests of a phase."""

    folder: str
    """Below the repository's root."""
    names: frozenset[str]
    """Of the phase's tests."""
    others: frozenset[str] = frozenset()
    """Of tests that the same build has and another phase runs."""


@dataclasses.dataclass(kw_only=True)
class Selection:
    """What one ``go test`` runs."""

    folders: list[str]
    names: set[str] = dataclasses.field(default_factory=set)
    """Empty: all tests that these packages have."""
    others: set[str] = dataclasses.field(default_factory=set)
    """What must not be among the names."""

    def takes(self, names: Collection[str], others: Collection[str]) -> bool:
        """These names can be run as well: they mean no test of another phase in any of the packages."""
        together = self.names.union(names)
        return together.isdisjoint(self.others.union(others)) and sum(map(_length, together)) <= NAMES_BYTES


def selections(packages: Iterable[Package]) -> list[Selection]:
    """Few runs, in which each of these packages runs all its tests of the phase and no other."""
    whole = Selection(folders=[])
    found: list[Selection] = []
    for package in packages:
        if not package.others:
            whole.folders.append(package.folder)
            continue
        for names in _pieces(package.names):
            home = next((each for each in found if each.takes(names, package.others)), None)
            if home is None:
                found.append(home := Selection(folders=[]))
            home.folders.append(package.folder)
            home.names.update(names)
            home.others.update(package.others)
    return [*([whole] if whole.folders else []), *found]


def _pieces(names: Iterable[str]) -> Iterator[list[str]]:
    piece: list[str] = []
    length = 0
    for name in sorted(names):
        if piece and length + _length(name) > NAMES_BYTES:
            yield piece
            piece, length = [], 0
        piece.append(name)
        length += _length(name)
    yield piece


def _length(name: str) -> int:
    """In a -run, with the bar before the next."""
    return len(name.encode()) + 1
