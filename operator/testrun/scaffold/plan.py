"""What a new test is made from, and what it will be: the terms of this package. Pure."""

from __future__ import annotations

import collections
import dataclasses
import pathlib
import string
from collections.abc import Collection, Iterable, Mapping, Sequence

from testrun.core.globs import matches
from testrun.core.phases import Phase
from testrun.local import discovery
from testrun.local.discovery import Discovery, Read, Tool
from testrun.local.rules.source import home

_TEMPLATES = pathlib.Path(__file__).with_name("templates")


class CannotScaffold(Exception):
    """Why no test can be made here, and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclasses.dataclass(frozen=True, kw_only=True)
class Tree:
    """The repository as it is."""

    files: Sequence[str]
    read: Read
    chosen: Mapping[Tool, Sequence[str]] = dataclasses.field(default_factory=dict)
    exclude: Sequence[str] = ()

    def discovered(self, path: str = "", content: str = "") -> Discovery:
        """What the phases find; with one more file, if it is named."""

        def read(each: str) -> bytes:
            return content.encode() if each == path else self.read(each)

        files = sorted({*self.files, path}) if path else self.files
        return discovery.discover(files, read, chosen=self.chosen, exclude=self.exclude)

    def named(self, *names: str) -> dict[str, str]:
        """Folder -> the file of such a name in it."""
        found = {}
        for each in self.files:
            folder, _, name = each.rpartition("/")
            if name in names and not matches(each, self.exclude) and "node_modules" not in folder.split("/"):
                found[folder or "."] = each
        return found

    def inside(self, folder: str) -> list[str]:
        """The files directly in a folder."""
        return [each for each in self.files if (each.rpartition("/")[0] or ".") == folder]

    def below(self, folder: str) -> list[str]:
        return [each for each in self.files if discovery.below(each, folder)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Planned:
    """A test that is to be made."""

    path: str
    content: str
    test: str
    """As its tool will name it."""
    phase: Phase
    notes: tuple[str, ...] = ()
    """What else there is to do."""


def rendered(template: str, **values: str) -> str:
    return string.Template((_TEMPLATES / f"{template}.tmpl").read_text()).substitute(values)


def at_home(folder: str, homes: Collection[str], what: str, missing: CannotScaffold) -> str:
    """The innermost of ``homes`` around the folder, else the only one below it. Raises `CannotScaffold`."""
    around = home(discovery.join(folder, "x"), homes)
    if around is not None:
        return around
    inside = sorted(each for each in homes if discovery.below(each, folder))
    if not inside:
        raise missing
    if len(inside) > 1:
        listed = ", ".join(inside[:8]) + (", …" if len(inside) > 8 else "")
        raise CannotScaffold(f"there are {len(inside)} {what} here: {listed}", f"name one of them: --dir {inside[0]}")
    return inside[0]


def most_common(values: Iterable[str], otherwise: str) -> str:
    """Of several that are equally common the first."""
    counted = collections.Counter(values).most_common(1)
    return counted[0][0] if counted else otherwise
