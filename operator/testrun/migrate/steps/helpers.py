"""``helpers``: ``tools/integration-runner`` goes once nothing uses it. Pure."""

from __future__ import annotations

import posixpath
import re

from testrun.migrate import dual
from testrun.migrate.model import Change, Patch, Risk, Step, Todo
from testrun.migrate.tree import Tree

_CONFIGS = frozenset({"pyproject.toml", "pytest.ini", ".pytest.ini", "pytest.toml", "setup.cfg", "tox.ini"})
_PATHS = re.compile(rb"^(?P<key>(?:pythonpath|python_paths)[ \t]*=)(?P<value>[^\n]*)", re.MULTILINE)


def plan(tree: Tree) -> Patch:
    files = [each for each in tree.files if dual.is_runner(each)]
    python = {posixpath.splitext(posixpath.basename(each))[0] for each in files if each.endswith(".py")}
    todos = [
        Todo(path=path, line=line, message=f"a module of `{dual.RUNNER}` is imported here: take that out, and it can go")
        for path in tree.files
        if path.endswith(".py") and not dual.is_runner(path) and (line := _imports(tree.read(path), python))
    ]
    changes = [] if todos else _without_paths(tree)
    todos += [
        Todo(path=each.path, line=each.line, message=f"`{dual.RUNNER}` is still named here: take that out, and it can go")
        for each in dual.findings(tree.after(changes))
        if each.rule == "integration-runner" and each.line and not dual.is_runner(each.path)
    ]
    if not todos:
        changes += [Change(path=each, content=None) for each in files]
    return Patch(changes=tuple(changes), todos=tuple(sorted(todos)))


def _imports(data: bytes, modules: set[str]) -> int:
    """The line that imports one of these; 0: there is none."""
    for match in re.finditer(rb"^[ \t]*(?:from|import)[ \t]+(\w+)\b", data, re.MULTILINE):
        if match[1].decode() in modules:
            return data.count(b"\n", 0, match.start()) + 1
    return 0


def _without_paths(tree: Tree) -> list[Change]:
    """Where pytest was told to look for its modules."""
    found = []
    for path in sorted({each.path for each in dual.findings(tree) if each.rule == "integration-runner" and each.line}):
        new = _PATHS.sub(_without_path, tree.read(path)) if posixpath.basename(path) in _CONFIGS else tree.read(path)
        if new != tree.read(path):
            found.append(Change(path=path, content=new))
    return found


def _without_path(match: re.Match[bytes]) -> bytes:
    """A list of TOML in one line, or words of an INI file."""
    value = re.sub(rb""",[ \t]*(["'])[^"'\n]*tools/integration-runner[^"'\n]*\1""", b"", match["value"])
    value = re.sub(rb"""(["'])[^"'\n]*tools/integration-runner[^"'\n]*\1,?[ \t]*""", b"", value)
    value = re.sub(rb"[ \t]*(?<![\w./-])[\w./-]*tools/integration-runner[\w./-]*", b"", value)
    return match["key"] + value


STEP = Step(
    name="helpers",
    what="`tools/integration-runner` goes once nothing uses it",
    why="it chose between modes, and there are none; `ameide dev inner-loop-test` runs the tests and writes their JUnit",
    risk=Risk.LOW,
    because="it goes as a whole, and only when nothing but documents names it",
    plan=plan,
)
