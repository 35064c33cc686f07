"""``settings``: Helm values, CI files, compose, env files and scripts no longer set ``INTEGRATION_MODE``. Pure."""

from __future__ import annotations

import posixpath
import re

from testrun.audit import languages
from testrun.migrate import commands, dual, settings
from testrun.migrate.folding.meaning import VARIABLE
from testrun.migrate.model import Change, Patch, Risk, Step, Todo
from testrun.migrate.tree import Tree


def plan(tree: Tree) -> Patch:
    changes: list[Change] = []
    todos: list[Todo] = []
    values: dict[str, list[str]] = {}
    for path in sorted({each.path for each in dual.findings(tree) if each.rule == "integration-mode"}):
        if languages.of(path) is not None or dual.is_runner(path) or posixpath.basename(path) == dual.PACK:
            continue
        content, left, used = _without(path, tree.read(path))
        todos += [Todo(path=path, line=line + 1, message=why) for line, why in left.items()]
        if content != tree.read(path):
            changes.append(Change(path=path, content=content))
            values.setdefault(_chart(tree, path), []).extend(used)
    for chart, used in values.items():
        changes = _without_values(tree, chart, used, changes)
    return Patch(changes=tuple(changes), todos=tuple(sorted(todos)))


def _without(path: str, data: bytes) -> tuple[bytes, dict[int, str], list[str]]:
    if posixpath.basename(path) == "package.json":
        content, left = settings.scripts(data, lambda each: commands.without_mode(each) if VARIABLE in each else each)
        return content, dict.fromkeys(left, f"{VARIABLE} is set for a command that has to be another one for a cluster"), []
    lines = _lines(data)
    if settings.is_yaml(path):
        bare = [line.rstrip("\r\n") for line in lines]
        new, left, used = settings.without_yaml(path, bare)
        kept = [line + lines[number][len(bare[number]) :] for number, line in new.items()]  # each with its own end
        return "".join(kept).encode(errors="surrogateescape"), left, used
    left, kept = {}, []
    for number, line in enumerate(lines):
        if VARIABLE not in line:
            kept.append(line)
            continue
        shell = commands.without_mode(line.rstrip("\r\n")) if settings.is_shell(path) else None
        if line.lstrip().startswith("#") and settings.is_shell(path):
            continue  # a comment about it
        if shell is None:
            left[number] = f"{VARIABLE} is used in a way that is not known here: take it out by hand"
            kept.append(line)
        elif shell.strip():
            kept.append(shell + line[len(line.rstrip("\r\n")) :])
    return "".join(kept).encode(errors="surrogateescape"), left, []


def _lines(data: bytes) -> list[str]:
    """With their ends. Only what all take for a line is one: `str.splitlines` knows more."""
    return [each for each in re.split(r"(?<=\n)", data.decode(errors="surrogateescape")) if each]


def _chart(tree: Tree, path: str) -> str:
    """The folder of the chart that a template is of; empty: it is of none."""
    folder = posixpath.dirname(path)
    while folder and posixpath.join(folder, "Chart.yaml") not in tree.files:
        folder = posixpath.dirname(folder)
    return folder


def _without_values(tree: Tree, chart: str, used: list[str], changes: list[Change]) -> list[Change]:
    """A value that only set the mode goes too, when no template reads it any more."""
    after = tree.after(changes)
    own = [each for each in after.files if chart and each.startswith(f"{chart}/")]
    read = b"\n".join(after.read(each) for each in own if "/templates/" in each)
    for path in own:
        if not posixpath.basename(path).startswith("values") or not settings.is_yaml(path):
            continue
        lines = _lines(after.read(path))
        new = lines
        for each in dict.fromkeys(used):
            if f".Values.{each}".encode() not in read:
                new = settings.without_key(new, each)
        if new != lines:
            content = "".join(new).encode(errors="surrogateescape")
            changes = [each for each in changes if each.path != path] + [Change(path=path, content=content)]
    return changes


STEP = Step(
    name="settings",
    what="Helm values and templates, CI files, compose, env files and scripts no longer set `INTEGRATION_MODE`",
    why="nothing reads it any more, and phase 0 refuses it",
    risk=Risk.MEDIUM,
    because="a job told apart by the mode alone now runs the same as another; what ran tests in a cluster is left, and said",
    plan=plan,
)
