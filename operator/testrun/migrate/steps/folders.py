"""``folders``: Jest tests move into ``__tests__/unit/`` or ``__tests__/integration/``, with their imports and snapshots. Pure."""

from __future__ import annotations

import posixpath

from testrun.audit import tiers
from testrun.audit.model import Tier
from testrun.core.phases import Phase
from testrun.migrate import dual, modules
from testrun.migrate.model import Change, Patch, Risk, Step, Todo
from testrun.migrate.tree import Tree

_OF_TESTS = frozenset({"__tests__", "test", "tests", "spec", "specs", "unit", "integration"})


def plan(tree: Tree) -> Patch:
    changes: list[Change] = []
    todos: list[Todo] = []
    for path, phase in _misplaced(tree).items():
        to = destination(path, phase)
        problem = _problem(tree, path, to, {each.path for each in changes})
        if problem is not None:
            todos.append(problem)
            continue
        changes.append(Change(path=to, content=modules.moved(path, tree.read(path), to), moved_from=path))
        snapshot = _snapshot(path)
        if tree.text(snapshot) is not None and snapshot in tree.files:
            changes.append(Change(path=_snapshot(to), content=tree.read(snapshot), moved_from=snapshot))
    return Patch(changes=tuple(changes), todos=tuple(todos))


def _misplaced(tree: Tree) -> dict[str, Phase]:
    """Jest tests that are in no phase's folder, or have two modes and are in that of unit tests."""
    found: dict[str, Phase] = {}
    for each in tree.inventory.files:
        two = dual.find(tree).has(each.path)
        if each.tool == "jest" and (each.phase is None or (two and each.phase is Phase.UNIT)) and _of_jest(tree, each.path):
            integration = two or tiers.by_place(each.path) is Tier.INTEGRATION
            found[each.path] = Phase.INTEGRATION if integration else Phase.UNIT
    return found


def _of_jest(tree: Tree, path: str) -> bool:
    """Files of such names are found where there is no Jest too."""
    folders = {each.folder for each in tree.discovered.of("jest")}
    return any(folder == "." or path.startswith(f"{folder}/") for folder in folders)


def destination(path: str, phase: Phase) -> str:
    """Beside the code that it tests; in place of a folder of tests."""
    folder, name = posixpath.split(path)
    parts = folder.split("/") if folder else []
    below: list[str] = []
    if "__tests__" in parts:  # what is below that stays below the phase
        at = len(parts) - 1 - parts[::-1].index("__tests__")
        parts, below = parts[:at], [each for each in parts[at + 1 :] if each not in ("unit", "integration")]
    else:
        while parts and parts[-1] in _OF_TESTS:
            parts.pop()
    return posixpath.join(*parts, "__tests__", str(phase), *below, name)


def _problem(tree: Tree, path: str, to: str, taken: set[str]) -> Todo | None:
    if to in tree.files or to in taken:
        return Todo(path=path, message=f"it should move to {to}, where another file is: give one of them another name")
    line = modules.other_paths(path, tree.read(path))
    if line:
        return Todo(path=path, line=line, message=f"it should move to {to}, and finds files by its own place: move it by hand")
    if modules.moved(path, tree.read(path), to) is None:
        return Todo(path=path, message=f"it should move to {to}, and does not parse, so its imports cannot be followed")
    return None


def _snapshot(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "__snapshots__", f"{name}.snap")


STEP = Step(
    name="folders",
    what="Jest tests move into `__tests__/unit/` or `__tests__/integration/`, with their imports and snapshots",
    why="the phases tell Jest tests apart by their folder: one that is in neither is run by no phase",
    risk=Risk.MEDIUM,
    because="a `testMatch` of the Jest configuration may not know the new folders; what else names a file is not followed",
    plan=plan,
)
