"""``build-tags``: Go tests with two modes, and those of packs, get ``//go:build integration``. Pure."""

from __future__ import annotations

import posixpath
import re

from testrun.audit import tiers
from testrun.audit.model import Tier
from testrun.core.phases import Phase
from testrun.local.rules import buildtags, constraint, source
from testrun.migrate import definitions, dual, edits
from testrun.migrate.folding import braces_reading
from testrun.migrate.model import Change, Patch, Risk, Step, Todo
from testrun.migrate.tree import Tree

_CONSTRAINT = re.compile(rb"^//go:build[ \t]+(?P<expression>[^\n]*?)[ \t]*$", re.MULTILINE)
_OLD = re.compile(rb"^//[ \t]*\+build\b", re.MULTILINE)
_TAG = b"//go:build integration\n\n"


def plan(tree: Tree) -> Patch:
    todos = [
        Todo(
            path=path,
            line=1,
            message="no phase sets its build tag: give it `integration` if it needs no cluster, else take it to e2e",
        )
        for path in tree.files
        if source.is_go_test(path) and dual.find(tree).has(path) and _runs(path, tree.read(path)) is buildtags.Runs.NOWHERE
    ]
    wanted = {
        each.path
        for each in tree.inventory.files
        if each.tool == "go" and each.phase is Phase.UNIT and is_integration(tree, each.path)
    }
    # A file whose names the unit tests beside it use cannot go without them.
    while held := {path: user for path in wanted if (user := _unit_user(tree, path, wanted))}:
        wanted -= held.keys()
        todos += [
            Todo(path=path, message=f"{user} uses what is defined here, and stays in phase 1: move that to a file of its own")
            for path, user in held.items()
        ]
    changes = []
    for path in sorted(wanted):
        new = tagged(tree.read(path))
        if new is None:
            todos.append(
                Todo(path=path, line=1, message="it has a `// +build` line: write it as `//go:build`, then add `integration &&`")
            )
        else:
            changes.append(Change(path=path, content=new))
    return Patch(changes=tuple(changes), todos=tuple(sorted(todos)))


def is_integration(tree: Tree, path: str) -> bool:
    return dual.find(tree).has(path) or tiers.by_place(path) is Tier.INTEGRATION


def _runs(path: str, data: bytes) -> buildtags.Runs | None:
    try:
        return buildtags.runs(path, data)
    except constraint.ConstraintError:
        return None


def tagged(data: bytes) -> bytes | None:
    """The file with the tag; None: it has constraints of the old kind."""
    head = data[: data.find(b"\npackage ") + 1] if not data.startswith(b"package ") else b""
    if _OLD.search(head):
        return None
    match = _CONSTRAINT.search(head)
    if match is None:
        return _TAG + data
    expression = match["expression"]
    simple = re.fullmatch(rb"!?[\w.]+", expression) is not None
    new = b"//go:build integration && " + (expression if simple else b"(" + expression + b")")
    return edits.applied(data, [(*match.span(), new)])


def _unit_user(tree: Tree, path: str, wanted: set[str]) -> str:
    """A test file of phase 1 in the same folder that uses a name of this one."""
    module = braces_reading.parse(path, tree.read(path))
    if module is None:
        return ""
    names = {name for name, _ in definitions.of(module) if name}
    for other in tree.files:
        beside = posixpath.dirname(other) == posixpath.dirname(path) and source.is_go_test(other) and other not in {path, *wanted}
        unit = beside and _runs(other, tree.read(other)) is not buildtags.Runs.INTEGRATION
        if unit and names & edits.words(source.blank_go(tree.read(other))):
            return other
    return ""


STEP = Step(
    name="build-tags",
    what="Go tests with two modes, and those of packs, get `//go:build integration`",
    why="phase 1 is `go test`, phase 2 is what needs the tag: without it an integration test runs as a unit test",
    risk=Risk.LOW,
    because="a whole file moves to phase 2, also unit tests in it",
    plan=plan,
)
