"""The table of docs/argocd.md: what Argo CD shows of a run. The tests of this tier expect it word by word."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import situations

COLUMNS = ["The run", "Operation", "Hook", "Application", "What Argo CD does", "Test"]
TIER = "tests/argocd/"
_WORD = r"`(\w+)`"
_SAID = re.compile(rf'{_WORD}(?: "(.*)")?')
REPOSITORY = Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Shown:
    """What a person sees of an application after a sync, or during it."""

    operation: str
    message: str
    hook: str
    hook_message: str
    sync: str
    health: str


@dataclasses.dataclass(frozen=True)
class Row:
    run: str
    shown: Shown
    tests: tuple[str, ...]

    def abridged(self, seen: Shown) -> Shown:
        """What was seen, in the words of the row where its ``…`` stands for what differs from run to run."""
        told = dataclasses.asdict(self.shown)
        return Shown(**{name: told[name] if _fits(told[name], text) else text for name, text in dataclasses.asdict(seen).items()})


def _fits(told: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, told.split("…"))), text, re.DOTALL) is not None


def rows(page: str) -> list[Row]:
    return [_row(cells) for cells in situations.cells(page, COLUMNS)]


def _row(cells: list[str]) -> Row:
    run, operation, hook, application, _, tests = cells
    sync, health = [*re.findall(_WORD, application), "", ""][:2]
    return Row(run, Shown(*_said(operation), *_said(hook), sync, health), situations.tests_of(tests))


def _said(cell: str) -> tuple[str, str]:
    """A phase, and the message beside it: `Failed` "why"."""
    found = _SAID.fullmatch(cell)
    return (found[1], (found[2] or "").replace("<br>", "\n").replace("\\|", "|")) if found else (cell, "")


def problems(page: str, *, tests: Collection[str], least: int) -> Iterator[str]:
    """What is wrong with the table, one sentence each. ``tests`` are all of this tier."""
    told = rows(page)
    if len(told) < least:
        yield f"the table has {len(told)} rows, not {least}"
    for row in told:
        if not row.tests:
            yield f"{row.run!r} names no test"
        for test in row.tests:
            if test not in tests:
                yield f"{row.run!r}: there is no test {test}"
            elif f'"{row.run}"' not in (REPOSITORY / test.partition("::")[0]).read_text():
                yield f"{row.run!r}: {test} does not expect it"
