"""Which literals are worth a look, by their lines: to look at the place of each takes long. Pure."""

from __future__ import annotations

import re

_WORDS = re.compile(
    rb"(?i:port|host|addr|ur[il]|server|broker|endpoint|namespace|domain|origin|image|container|passw|pwd|secret|token|key|environ|getenv|env\b|"
    rb"dsn|[\"'`]-n|://|process\.env|kubectl|helm|[\w-]:\d{1,5}\b|ns\b|pass\b)"
)


def lines_of_settings(data: bytes) -> frozenset[int]:
    """The lines, counted from 0, that name a setting or hold what looks like one; and those below, where a value may stand."""
    found: set[int] = set()
    for number, line in enumerate(data.split(b"\n")):
        if _WORDS.search(line):
            found |= {number, number + 1}
    return frozenset(found)
