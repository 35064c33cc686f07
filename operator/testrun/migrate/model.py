"""What a migration is made of: changes of files, what is left to people, and steps. Pure."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from testrun.migrate.tree import Tree


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """A file as it shall be."""

    path: str
    content: bytes | None
    """None: it goes."""
    moved_from: str = ""
    """It was there before, and is no more."""


@dataclasses.dataclass(frozen=True, kw_only=True, order=True)
class Todo:
    """What a step cannot do for sure, and leaves."""

    path: str
    line: int = 0
    """From 1; 0 is the whole file."""
    message: str

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclasses.dataclass(frozen=True, kw_only=True)
class Patch:
    """What a step does to a tree."""

    changes: tuple[Change, ...] = ()
    todos: tuple[Todo, ...] = ()
    tests: tuple[str, ...] = ()
    """Names of tests that ran in a cluster only, and are gone from phases 1 and 2."""


class Risk(enum.StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Step:
    """Finds its own work in the tree: where there is none it is done, however that came about."""

    name: str
    what: str
    why: str
    risk: Risk
    because: str
    """Why it is that risky."""
    plan: Callable[[Tree], Patch]
