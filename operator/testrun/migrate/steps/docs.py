"""``docs``: commands in documents are those of the phases. Pure."""

from __future__ import annotations

import re

from testrun.local.rules import legacy
from testrun.migrate import commands, dual
from testrun.migrate.folding.meaning import VARIABLE
from testrun.migrate.model import Change, Patch, Risk, Step, Todo
from testrun.migrate.tree import Tree

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)")
_CODE = re.compile(r"`(?P<code>[^`\n]+)`")


def plan(tree: Tree) -> Patch:
    changes: list[Change] = []
    for path in sorted({each.path for each in legacy.documents(tree.sources)}):
        content = _rewritten(tree.read(path).decode(errors="surrogateescape")).encode(errors="surrogateescape")
        if content != tree.read(path):
            changes.append(Change(path=path, content=content))
    todos = [
        Todo(path=each.path, line=each.line, message=f"it tells of the old way: {each.text}")
        for each in legacy.documents(tree.after(changes).sources)
    ]
    return Patch(changes=tuple(changes), todos=tuple(sorted(set(todos))))


def _rewritten(text: str) -> str:
    found: list[str] = []
    fenced = False
    for line in text.splitlines(keepends=True):
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced and (VARIABLE in line or dual.PACK in line):
            bare = line.rstrip("\r\n")
            new = _command(bare)
            if new is not None:
                line = new + line[len(bare) :] if new.strip() else ""
            if found and line == found[-1]:
                continue  # one call of the phase runs all packs
        elif not fenced:
            line = _CODE.sub(lambda match: f"`{_command(match['code']) or match['code']}`", line)
        found.append(line)
    return "".join(found)


def _command(line: str) -> str | None:
    """None: it is left as it is."""
    if dual.PACK in line:
        return commands.replaced(line)
    return commands.without_mode(line) if VARIABLE in line else None


STEP = Step(
    name="docs",
    what="commands in documents are those of the phases; where prose tells of the old way is listed",
    why="who follows a document must not set up what is gone",
    risk=Risk.LOW,
    because="only commands change; what prose means is for people to say",
    plan=plan,
)
