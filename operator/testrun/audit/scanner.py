"""What a scanner is. Pure.

A scanner looks at each file alone (``examine``), and may keep facts of it (``gather``) from which it concludes about the whole
repository (``conclude``). What it says of a file depends on nothing but that file, so it is kept until the file changes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from testrun.audit.finding import Finding, Rule
from testrun.audit.model import SourceFile

Facts = Any
"""Plain values that JSON can hold: they are kept beside the findings of a file."""
Tally = Mapping[str, int]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scanner:
    name: str
    summary: str
    rules: tuple[Rule, ...]
    examine: Callable[[SourceFile], list[Finding]]
    count: Callable[[SourceFile], Tally] | None = None
    """Numbers for the report, added up over all files."""
    tally: Callable[[Mapping[str, Facts]], Tally] | None = None
    """Such numbers, from the facts of all files by path."""
    production: Callable[[str, bytes], bool] | None = None
    """Whether code that is no test is worth a look, by its path and bytes."""
    gather: Callable[[SourceFile, Callable[[int], str]], Facts] | None = None
    """Is given the file and what a line of it says; None: there is nothing to keep of it."""
    configs: Callable[[str], bool] | None = None
    """Which files it wants to see as they are, by path: such as are no code, or code that is not worth a parser."""
    gather_config: Callable[[str, bytes], Facts] | None = None
    conclude: Callable[[Mapping[str, Facts], Mapping[str, Facts]], list[Finding]] | None = None
    """From the facts of all that was parsed and of all that was seen as it is, by path."""
    borrows: tuple[str, ...] = ()
    """Other scanners whose facts it is given as well; all are tables then."""
