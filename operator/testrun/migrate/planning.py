"""A migration as a whole: each step on the tree that the one before leaves, and what its patch looks like. Pure."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator, Sequence

from testrun.migrate.model import Change, Patch, Step
from testrun.migrate.table import STEPS
from testrun.migrate.tree import Tree


@dataclasses.dataclass(frozen=True, kw_only=True)
class Planned:
    """What a step would do, and to what."""

    step: Step
    patch: Patch
    before: Tree

    @property
    def done(self) -> bool:
        return not self.patch.changes and not self.patch.todos


def plan(tree: Tree, steps: Sequence[Step] = STEPS) -> list[Planned]:
    found = []
    for step in steps:
        patch = step.plan(tree)
        found.append(Planned(step=step, patch=patch, before=tree))
        tree = tree.after(patch.changes)
    return found


def diff(planned: Planned) -> Iterator[str]:
    """The patch in git's unified form, each line with its end."""
    for change in planned.patch.changes:
        yield from _diff(planned.before, change)


def _diff(before: Tree, change: Change) -> Iterator[str]:
    source = change.moved_from or change.path
    old, new = before.text(source), change.content
    yield f"diff --git a/{source} b/{change.path}\n"
    if change.moved_from:
        yield f"rename from {source}\nrename to {change.path}\n"
    elif old is None:
        yield "new file mode 100644\n"
    elif new is None:
        yield "deleted file mode 100644\n"
    names = ("/dev/null" if old is None else f"a/{source}", "/dev/null" if new is None else f"b/{change.path}")
    for line in difflib.unified_diff(_lines(old), _lines(new), *names):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes | None) -> list[str]:
    text = (data or b"").decode("utf-8", "replace")
    return text.splitlines(keepends=True) if "\r" not in text and "\f" not in text else [f"{each}\n" for each in text.split("\n")]
