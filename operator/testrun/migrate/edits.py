"""Edits of a text by byte offsets, and lines moved to another depth. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

Edit = tuple[int, int, bytes]
"""From, to, and what comes there."""


def applied(data: bytes, edits: Iterable[Edit]) -> bytes:
    """They must not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        data = data[:start] + new + data[end:]
    return data


def line_start(data: bytes, at: int) -> int:
    return data.rfind(b"\n", 0, at) + 1


def line_end(data: bytes, at: int) -> int:
    """Behind the line's end."""
    found = data.find(b"\n", at)
    return len(data) if found < 0 else found + 1


def indent(data: bytes, at: int) -> bytes:
    start = line_start(data, at)
    found = re.compile(rb"[ \t]*").match(data, start)
    assert found is not None
    return found[0]


def whole_lines(data: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The lines of a statement, with their ends; None: something else stands on them. A comment behind it goes with it."""
    first, last = line_start(data, start), line_end(data, end)
    before, behind = data[first:start], data[end:last].strip()
    alone = not before.strip() and (not behind or behind == b";" or behind.startswith((b"#", b"//")))
    return (first, last) if alone else None


def without(data: bytes, start: int, end: int) -> bytes:
    """Without these whole lines; of the empty lines around them as many stay as there were on one side."""
    above, below = data[:start].rstrip(b"\n"), data[end:].lstrip(b"\n")
    blank = max(start - len(above) - 1, len(data) - end - len(below))
    if not above:
        return below
    if not below:
        return above + b"\n"
    if above.endswith((b"{", b"(", b":")) or re.match(rb"[ \t]*[})\]]", below):
        blank = 0
    return above + b"\n" * (blank + 1) + below


def dedented(lines: bytes, by: bytes, keep: Collection[int] = ()) -> bytes:
    """Lines one level out; those whose numbers (from 0) are in ``keep`` are inside a text and stay."""
    found = []
    for number, line in enumerate(lines.splitlines(keepends=True)):
        found.append(line.removeprefix(by) if number not in keep and line.startswith(by) else line)
    return b"".join(found)


def words(data: bytes) -> set[str]:
    """The names in a piece of code."""
    return {each.decode() for each in re.findall(rb"[A-Za-z_][A-Za-z0-9_]*", data)}
