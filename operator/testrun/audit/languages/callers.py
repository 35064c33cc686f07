"""Which functions of a file do something by calling others of it that do. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def callers(known: Collection[str], calls: Iterable[tuple[str, Iterable[str]]]) -> frozenset[str]:
    """Those that are known to, and all that call one of them. ``calls`` has what each function calls, as written."""
    found = set(known)
    inner = [(name, {each.rpartition(".")[2] for each in called}) for name, called in calls]
    while more := {name for name, called in inner if name not in found and called & found}:
        found |= more
    return frozenset(found)
