"""The table of situations in docs/verdicts.md, and what is wrong with it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator

TIERS = ("tests/envtest/", "tests/acceptance/")
"""Where real components run."""
COLUMNS = ["Situation", "Verdict", "Reason", "JUnit", "Time to verdict", "Test"]
_BAR = re.compile(r"(?<!\\)\|")
_TEST = re.compile(r"`(tests/[^`]+)`")


@dataclasses.dataclass(frozen=True)
class Row:
    situation: str
    verdict: str
    """The cell: the verdict, and the rule that finds it."""
    tests: tuple[str, ...]


def rows(page: str) -> list[Row]:
    """Of all tables with these columns."""
    return [Row(found[0], found[1], tests_of(found[len(COLUMNS) - 1])) for found in cells(page, COLUMNS)]


def cells(page: str, columns: list[str]) -> Iterator[list[str]]:
    """Of each row, over all tables with these columns."""
    inside = False
    for line in page.splitlines():
        found = [cell.strip() for cell in _BAR.split(line.strip()[1:].removesuffix("|"))] if line.startswith("|") else []
        if found == columns:
            inside = True
        elif not found:
            inside = False
        elif inside and set(found[0]) != {"-"}:
            yield found + [""] * (len(columns) - len(found))


def tests_of(cell: str) -> tuple[str, ...]:
    """The tests that it names."""
    return tuple(_TEST.findall(cell))


def problems(page: str, *, tests: Collection[str], words: Collection[str], exempt: Collection[str], least: int) -> Iterator[str]:
    """What is wrong with the page, one sentence each. ``tests`` are all there are; each of ``words`` (verdicts and rules) needs a
    row, unless it is ``exempt``, and then the page must say so in a line of a list that begins with it.
    """
    told = rows(page)
    if len(told) < least:
        yield f"the table has {len(told)} situations, not {least}"
    for row in told:
        if not row.tests:
            yield f"{row.situation!r} names no test"
        for test in row.tests:
            if not test.startswith(TIERS):
                yield f"{row.situation!r}: {test} is not in {' or '.join(TIERS)}"
            elif test not in tests:
                yield f"{row.situation!r}: there is no test {test}"
    named = {word for row in told for word in re.findall(r"`(\w+)`", row.verdict)}
    for word in words:
        if word in exempt and word in named:
            yield f"{word} has a situation: it is no exception any more"
        if word in exempt and not re.search(rf"^- `{word}`", page, re.MULTILINE):
            yield f"the page does not say why {word} has no situation"
        if word not in exempt and word not in named:
            yield f"{word} has no situation"
    for word in sorted(named - set(words)):
        yield f"{word} is neither a verdict nor a rule"
