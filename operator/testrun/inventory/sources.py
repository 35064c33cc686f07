"""The tests that are written in a file of Python or JavaScript, without running anything. Pure.

Go's are read by `testrun.local.go_sources`, as the phases do it.
"""

from __future__ import annotations

import ast
import dataclasses
import fnmatch
import re
import warnings
from collections.abc import Iterator, Sequence

from testrun.local.rules import skips, source

_SUBTEST = re.compile(rb"\.Run\(")
_JS_TEST = re.compile(rb"(?<![\w$.])(?:test|it)(?:\.(?:only|concurrent|failing|fail|each))*\s*[(`<]")
_JS_TITLE = re.compile(rb"""[\w.$\s]*\(\s*(?P<quote>['"`])(?P<title>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P=quote)""")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Test:
    __test__ = False  # not a pytest class

    title: str
    line: int = 0
    """Of Python's."""
    marks: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Names:
    """How pytest tells tests from the rest: starts of names, or globs."""

    classes: Sequence[str] = ("Test",)
    functions: Sequence[str] = ("test",)


PYTEST = Names()
"""Its own default."""


def python(data: bytes, names: Names = PYTEST) -> list[Test]:
    """What pytest would collect: functions, and methods of classes; those that always skip are left out."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    skipped = {source.line_of(data, offset) for offset in skips.python(data)}
    everywhere = _assigned(tree.body)
    if "skip" in everywhere:
        return []
    return [each for each in _tests(tree.body, everywhere, skipped, names) if each.line not in skipped]


def _tests(
    body: list[ast.stmt], marks: frozenset[str], skipped: set[int], names: Names, within: str = ""
) -> Iterator[Test]:  # fmt: skip
    for node in body:
        if isinstance(node, ast.ClassDef) and (_is(node.name, names.classes) or _is_case(node)):
            own = marks | _decorating(node) | _assigned(node.body)
            if "skip" not in own:
                yield from _tests(node.body, own, skipped, names, f"{within}{node.name} › ")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is(node.name, names.functions):
            own = marks | _decorating(node)
            lines = {node.lineno, *(each.lineno for each in node.decorator_list), *(each.lineno for each in node.body[:2])}
            if "skip" not in own and not lines & skipped:
                yield Test(title=f"{within}{node.name}", line=node.lineno, marks=own)


def _is(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, each) if set(each) & set("*?[") else name.startswith(each) for each in patterns)


def _is_case(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).endswith("TestCase") for base in node.bases)


def _decorating(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    return frozenset(mark for each in node.decorator_list for mark in _marks(each))


def _assigned(body: list[ast.stmt]) -> frozenset[str]:
    """The marks in ``pytestmark = …``."""
    return frozenset(
        mark
        for node in body
        if isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == "pytestmark" for each in node.targets)
        for value in (node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value])
        for mark in _marks(value)
    )


def _marks(node: ast.expr) -> Iterator[str]:
    node = node.func if isinstance(node, ast.Call) else node
    if not isinstance(node, ast.Attribute):
        return
    of = node.value  # `pytest.mark`, or `mark` that was imported
    if (isinstance(of, ast.Attribute) and of.attr == "mark") or (isinstance(of, ast.Name) and of.id == "mark"):
        yield node.attr


def javascript(data: bytes) -> list[Test]:
    """The calls of ``test`` and ``it``; those that always skip are others."""
    code = source.blank_js(data)
    found = []
    for match in _JS_TEST.finditer(code):
        title = _JS_TITLE.match(data, match.start())
        told = title["title"].decode("utf-8", "replace") if title else ""
        found.append(Test(title=told))
    return found


def go_skipped(data: bytes) -> set[int]:
    """The lines of Go's functions that skip first of all."""
    found = set()
    for offset in skips.go(data):
        start = data.rfind(b"\nfunc ", 0, offset) + 1
        if not _SUBTEST.search(data, start, offset):
            found.add(source.line_of(data, start))
    return found
