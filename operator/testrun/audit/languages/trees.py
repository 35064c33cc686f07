"""The syntax tree of a file of Go, TypeScript or JavaScript, for those who change it. Pure."""

from __future__ import annotations

from testrun.audit.languages.tree import Node


def parse(path: str, data: bytes) -> Node:
    """The root. It may hold errors: ``has_error``."""
    # Each loads a parser of its own.
    if path.endswith(".go"):
        from testrun.audit.languages import go

        return go.parse(data)
    from testrun.audit.languages import typescript

    return typescript.parse(path, data)
