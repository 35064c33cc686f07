"""A repository that exists only in a test, and what a step makes of it."""

from __future__ import annotations

from collections.abc import Mapping

from testrun.migrate import table
from testrun.migrate.model import Patch, Step
from testrun.migrate.tree import Tree

E2E = {"e2e/playwright.config.ts": "export default {};\n"}
STEPS: Mapping[str, Step] = {each.name: each for each in table.STEPS}


def tree(files: Mapping[str, str]) -> Tree:
    return Tree(on_disk=tuple(sorted(files)), load=lambda path: files[path].encode() if path in files else None)


def patch(step: str, files: Mapping[str, str]) -> Patch:
    return STEPS[step].plan(tree(files))


def after(step: str, files: Mapping[str, str]) -> dict[str, str | None]:
    """The files that the step changes, as they are then; None: it is gone."""
    found: dict[str, str | None] = {}
    for each in patch(step, files).changes:
        if each.moved_from:
            found[each.moved_from] = None
        found[each.path] = None if each.content is None else each.content.decode()
    return found


def todos(step: str, files: Mapping[str, str]) -> list[str]:
    """What the step leaves to people."""
    return [f"{each.place}: {each.message}" for each in patch(step, files).todos]
