"""Small text tools of the command line: untrusted text made safe to print; columns; sizes and times as people read them. Pure.

Names and messages come from tests, and so from anybody who can write one: a terminal obeys what it prints, so nothing of theirs
reaches it before it went through `clean` or `printable`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

Row = Sequence[Text | str]

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_MARKED = re.compile(r"([\\`*_\[\]<>|])")
"""What Markdown takes for more than text."""
_JOINERS = "\u200c\u200d"
"""Format characters that scripts and emoji need and that move nothing."""


def printable(text: str) -> str:
    """The text without escape sequences; control and direction characters are replaced. Tabs and line ends become a space."""
    raw = _ANSI.sub("", text)
    return "".join(c if c.isprintable() or c in _JOINERS else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in raw)


def clean(text: object, limit: int = 500) -> str:
    """One line that is safe to print: `printable`, at most ``limit`` characters."""
    line = printable(str(text)[: limit * 4]).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def clean_lines(text: object, *, most: int = 5, limit: int = 200) -> list[str]:
    """The first lines of a text, each `clean`; blank ones are left out."""
    lines = [clean(line, limit) for line in str(text)[:20000].splitlines()]
    return [line for line in lines if line][:most]


def columns(rows: Sequence[Row], *, gap: int = 3) -> list[Text]:
    """Rows as aligned lines, as kubectl prints them: the last column is not padded, wide characters count as two."""
    widths = [max(cell_len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    return [_line(row, widths, gap) for row in rows]


def _line(row: Row, widths: Sequence[int], gap: int) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    for position, (cell, width) in enumerate(zip(row, widths, strict=True)):
        line.append(cell)
        if position < len(row) - 1:
            line.append(" " * (width - cell_len(str(cell)) + gap))
    line.rstrip()
    return line


def markdown(rows: Sequence[Row]) -> list[str]:
    """A table of these rows, the first of which is its head; no text of a cell can be taken for Markdown."""
    head, *others = rows
    lines = [[str(cell).capitalize() for cell in head], ["---"] * len(head)]
    lines += [[_MARKED.sub(r"\\\1", str(cell)) for cell in row] for row in others]
    return [f"| {' | '.join(line)} |" for line in lines]


def shorten(text: str, width: int) -> str:
    """The text in at most ``width`` cells, with an ellipsis where it was cut."""
    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)).rstrip() + "…"


def duration(seconds: float | None) -> str:
    """``0.4 s``, ``12 s``, ``3 m 05 s``, ``2 h 10 m``, ``3 d 4 h``; empty for None."""
    if seconds is None:
        return ""
    if 0 <= seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = max(int(seconds + 0.5), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02} m"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def clock(seconds: float) -> str:
    """Elapsed time that does not change its width each second: ``0:07``, ``12:41``, ``1:02:03``."""
    whole = max(int(seconds), 0)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def age(since: datetime.datetime | None, now: datetime.datetime) -> str:
    """As kubectl's AGE column: ``45s``, ``12m``, ``3h``, ``4d``."""
    if since is None:
        return ""
    whole = max(int((now - since).total_seconds()), 0)
    for unit, size, least in (("s", 1, 0), ("m", 60, 120), ("h", 3600, 7200), ("d", 86400, 172800)):
        if whole >= least:
            best = f"{whole // size}{unit}"
    return best


def size(count: int) -> str:
    """``812 B``, ``4.2 KiB``, ``31 MiB``."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" or value >= 10 else f"{value:.1f} {unit}"


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
