"""Which literals are worth a look, by their lines: to look at the place of each takes long. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from tree_sitter import Node

from testrun.audit.languages.tree import text
from testrun.audit.model import Given, Literal

_WORDS = re.compile(
    rb"port|host|addr|ur[il]|server|broker|endpoint|namespace|domain|origin|image|container|passw|pwd|secret|token|key|environ|getenv|env\b|"
    rb"dsn|[\"'`]-n|://|process\.env|kubectl|helm|[\w-]:\d{1,5}\b|ns\b|pass\b"
)
"""In small letters: the letters of all cases take a pattern three times as long."""


def lines_of_settings(data: bytes) -> frozenset[int]:
    """The lines, counted from 0, that name a setting or hold what looks like one; and those below, where a value may stand."""
    found: set[int] = set()
    for number, line in enumerate(data.lower().split(b"\n")):
        if _WORDS.search(line):
            found |= {number, number + 1}
    return frozenset(found)


def on_lines(nodes: Iterable[Node], lines: frozenset[int], literal: Callable[[Node], Literal | None]) -> Iterator[Literal]:
    """What ``literal`` makes of those on these lines."""
    for node in nodes:
        if node.start_point[0] in lines:
            found = literal(node)
            if found is not None:
                yield found


def name_by_flag(element: Node) -> str:
    """``namespace`` for what follows its flag in a list of arguments; empty for all else."""
    before = element.prev_named_sibling
    return "namespace" if before is not None and text(before).strip("\"'") in ("-n", "--namespace") else ""


def argument(at: Node, so_far: Literal, callee: str, *, reads: re.Pattern[str], sets: re.Pattern[str]) -> Literal | None:
    """A literal in the argument ``at`` of a call: what follows a variable's name is its default, or what it is set to."""
    first = at.parent.named_children[0] if at.parent is not None else at
    is_first = first.start_byte == at.start_byte
    given = Given.DEFAULT if reads.search(callee) else Given.SET if not is_first and sets.search(callee) else None
    if given is not None:
        variable = text(first).strip("\"'`")
        return None if is_first else Literal(line=so_far.line, value=so_far.value, name=variable, given=given)
    within = f"{so_far.within}.{callee}".lstrip(".")
    return Literal(line=so_far.line, value=so_far.value, name=so_far.name or name_by_flag(at), within=within)
