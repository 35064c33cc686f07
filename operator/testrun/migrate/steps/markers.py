"""``markers``: pytest tests with two modes, and those of packs, get ``@pytest.mark.integration``; markers are strict. Pure."""

from __future__ import annotations

import ast
import re
import sys

from testrun.core.phases import Phase
from testrun.migrate import edits, pytest_config
from testrun.migrate.folding import python_reading
from testrun.migrate.model import Change, Patch, Risk, Step, Todo
from testrun.migrate.steps.build_tags import is_integration
from testrun.migrate.tree import Tree

_MARK = "pytest.mark.integration"
_UNIT_PLACE = re.compile(r"(?:^|/)units?(?:[-_]?tests?)?/")


def plan(tree: Tree) -> Patch:
    changes: list[Change] = []
    todos: list[Todo] = []
    for path in _unmarked(tree):
        module = python_reading.parse(tree.read(path))
        if module is None:
            todos.append(Todo(path=path, message=f"it does not parse: add `pytestmark = {_MARK}` by hand"))
            continue
        if _UNIT_PLACE.search(path):
            todos.append(Todo(path=path, message="its folder says unit, and it has two modes: move it out of there"))
            continue
        changes.append(Change(path=path, content=marked(module)))
    config = pytest_config.strict(tree.after(changes))
    return Patch(changes=(*changes, *config.changes), todos=(*todos, *config.todos))


def _unmarked(tree: Tree) -> list[str]:
    found = {each.path for each in tree.inventory.files if each.tool == "pytest" and each.phase is Phase.UNIT}
    return sorted(each for each in found if is_integration(tree, each))


def marked(module: python_reading.Module) -> bytes:
    """The file with the mark for all its tests."""
    data, body = module.data, module.tree.body
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "pytestmark":
            start, end = module.span(node.value)
            if isinstance(node.value, ast.List | ast.Tuple):
                new = b"[" + b", ".join([*(module.text(each).encode() for each in node.value.elts), _MARK.encode()]) + b"]"
            else:
                new = b"[" + data[start:end] + b", " + _MARK.encode() + b"]"
            return edits.applied(data, [(start, end, new)])
    head = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    if not head:
        told = body[:1] if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) else []
        at = module.at((told[0].end_lineno or 0) + 1) if told else 0
        return (
            data[:at]
            + (b"\n" if told else b"")
            + f"import pytest\n\npytestmark = {_MARK}\n\n\n".encode()
            + data[at:].lstrip(b"\n")
        )
    # The first imports in a row: later ones stand there on purpose.
    last = head[0]
    for node in body[body.index(head[0]) :]:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            break
        last = node
    at = module.at((last.end_lineno or 0) + 1)
    known = any(
        isinstance(node, ast.Import) and any(one.name == "pytest" and not one.asname for one in node.names) for node in head
    )
    lines = "" if known else f"{'' if not _is_standard(last) else chr(10)}import pytest\n"
    return data[:at] + f"{lines}\npytestmark = {_MARK}\n".encode() + (b"" if data[at:].startswith(b"\n") else b"\n") + data[at:]


def _is_standard(node: ast.Import | ast.ImportFrom) -> bool:
    name = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
    return name.partition(".")[0] in sys.stdlib_module_names


STEP = Step(
    name="markers",
    what="pytest tests with two modes, and those of packs, get `pytest.mark.integration`; markers are registered and strict",
    why="phase 2 is `-m integration`, phase 1 the rest: a mark that is missing or mistyped is a test in the wrong phase",
    risk=Risk.LOW,
    because="a whole file moves to phase 2; a marker that was mistyped is registered as it is written",
    plan=plan,
)
