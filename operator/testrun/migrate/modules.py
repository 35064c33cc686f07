"""What JavaScript and TypeScript name by a relative path, and that path as seen from somewhere else. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from testrun.audit.languages import trees
from testrun.audit.languages.tree import Node, text, walk
from testrun.migrate import edits

_NAMES = re.compile(
    r"require(?:\.resolve)?|import|(?:jest|vi)\.(?:mock|unmock|doMock|dontMock|setMock|requireActual|requireMock|createMockFromModule|"
    r"unstable_mockModule|importActual|importMock)"
)
"""Calls whose first argument is a module."""


def relative(path: str, data: bytes) -> list[Node] | None:
    """The strings that name modules by a relative path; None: it does not parse."""
    root = trees.parse(path, data)
    return None if root.has_error else [each for each in _strings(root) if text(each)[1:].startswith(".")]


def _strings(root: Node) -> Iterator[Node]:
    for node in walk(root):
        if node.type in ("import_statement", "export_statement"):
            source = node.child_by_field_name("source")
            if source is not None:
                yield source
        elif node.type == "call_expression" and _NAMES.fullmatch(text(node.child_by_field_name("function"))):
            arguments = node.child_by_field_name("arguments")
            first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
            if first is not None and first.type == "string":
                yield first


def moved(path: str, data: bytes, to: str) -> bytes | None:
    """The file with its relative imports as they are at ``to``; None: it does not parse."""
    found = relative(path, data)
    if found is None:
        return None
    here, there = posixpath.dirname(path), posixpath.dirname(to) or "."
    changes: list[edits.Edit] = []
    for node in found:
        spec = text(node)[1:-1]
        new = posixpath.relpath(posixpath.normpath(posixpath.join(here, spec)), there)
        new = new if new.startswith(".") else f"./{new}"
        new += "/" if spec.endswith("/") else ""
        changes.append((node.start_byte + 1, node.end_byte - 1, new.encode()))
    return edits.applied(data, changes)


def other_paths(path: str, data: bytes) -> int:
    """The line of something else that depends on where the file is; 0: there is none."""
    for node in walk(trees.parse(path, data)):
        place = node.type in ("identifier", "member_expression") and text(node) in (
            "__dirname",
            "__filename",
            "import.meta.url",
            "import.meta.dirname",
        )
        if place:
            return node.start_point[0] + 1
    return 0
