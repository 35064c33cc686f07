"""Python, by its own parser. Pure."""

from __future__ import annotations

import ast
import bisect
import operator
import re
import warnings
from collections.abc import Iterator

from testrun.audit import doors, model
from testrun.audit.languages import (
    python_asserts,
    python_drops,
    python_entrances,
    python_fallbacks,
    python_helpers,
    python_literals,
    python_shapes,
    python_walk,
)
from testrun.audit.languages.literals import lines_of_settings
from testrun.audit.languages.python_shapes import Function
from testrun.audit.languages.python_strength import name_of
from testrun.audit.model import Assigned, Call, Import, Lost, SourceFile, Test, cut, says_it_runs

_TEST = re.compile(r"test(?:_|[A-Z]|$)")
_FIXTURE = re.compile(r"(?:^|\.)fixture$")
_LIMITS = re.compile(r"\.(?:\w*image_compare|limit_memory|limit_leaks|benchmark)$|check_figures_equal|image_comparison")
"""Plugins of pytest that fail a test by what it used or drew."""
_AFTER = frozenset({"tearDown", "asyncTearDown", "teardown_method"})
_SKIPS = re.compile(r"(?:^|\.)(?:skip|skipif|skipIf|skipUnless|xfail|expectedFailure)$")


class Written:
    """The source of nodes: slices of the file, since `ast.unparse` takes longer than all the rest."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._lines = data.splitlines(keepends=True)

    def __call__(self, node: ast.AST) -> str:
        if not isinstance(node, ast.expr | ast.stmt) or node.end_lineno is None:
            return ""
        lines = self._lines[node.lineno - 1 : node.end_lineno][:8]
        if not lines:
            return ""
        if len(lines) == node.end_lineno - node.lineno + 1:
            lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"".join(lines).decode("utf-8", "replace")

    def whole(self, node: Function | ast.ClassDef) -> str:
        """A definition with its decorators."""
        first = min((each.lineno for each in node.decorator_list), default=node.lineno)
        return b"".join(self._lines[first - 1 : node.end_lineno]).decode("utf-8", "replace")

    def comments(self, node: Function) -> str:
        """The docstring and the comments of a function; of a line with a comment, all of it."""
        lines = self._lines[node.lineno : node.end_lineno]
        docstring = ast.get_docstring(node, clean=False) or ""
        return docstring + b"".join(each for each in lines if b"#" in each).decode("utf-8", "replace")


def read(file: SourceFile, data: bytes) -> None:
    """Fill the model of a file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the code that is read, not of ours
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        file.broken = True
        return
    _read(tree, file, Written(data))


def _read(tree: ast.Module, file: SourceFile, written: Written) -> None:
    functions: list[Function] = []
    owners: dict[int, str] = {}
    derived: dict[int, str] = {}
    nodes = python_walk.nodes(tree)
    for node in nodes:
        match node:
            case ast.Import(names=names):
                file.imports += (
                    Import(line=node.lineno, module=each.name, names=(("", each.asname or each.name),)) for each in names
                )
            case ast.ImportFrom(module=module, names=names, level=level):
                pairs = tuple((each.name, each.asname or each.name) for each in names)
                file.imports.append(Import(line=node.lineno, module="." * level + (module or ""), names=pairs))
            case ast.Assign(targets=[target], value=value):
                targets = target.elts if isinstance(target, ast.Tuple) else [target]
                given = cut(written(value))
                file.assigned += (Assigned(line=node.lineno, name=name_of(each), value=given) for each in targets)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                functions.append(node)
            case ast.ClassDef(name=name, body=body, bases=bases):
                owners.update((id(each), name) for each in body)
                if any(not _PLAIN.search(name_of(each)) for each in bases):
                    derived.update((id(each), name) for each in body)
            case ast.Call():
                file.calls.append(call(node, written))
            case ast.With(body=[inner, *_]) | ast.AsyncWith(body=[inner, *_]):
                file.held.append((node.lineno, inner.lineno, node.end_lineno or node.lineno))
    file.lost = list(_lost(tree, nodes, file)) if file.is_test else []
    file.fallbacks = list(python_fallbacks.find(nodes, written))
    file.calls.sort(key=lambda each: each.line)
    if not file.is_test:
        file.functions = [_function(each, owners.get(id(each), "")) for each in functions]
    if file.is_test:
        file.literals = list(python_literals.find(tree, lines_of_settings(written.data)))
        file.tags = tuple(_pytestmark(tree))
        helpers = [each for each in functions if not each.name.startswith("test")]
        helping = python_shapes.helping(helpers, derived)
        file.asserting = helping.asserting | helping.raising
        if not file.path.endswith("conftest.py"):  # pytest collects none of its tests
            # Elsewhere pytest looks for none; but a class may be what others build on.
            collected = _COLLECTED.search(file.path) is not None
            # A hook, a callback or what a test works on, of such a name by chance.
            handed = {each.rpartition("=")[2] for call in file.calls for each in call.arguments}
            found = [each for each in tests(tree) if each[0].partition(".")[0] not in handed and (collected or "." in each[0])]
            file.tests = [_test(*each, python_asserts.Reader(helping, written), file, written) for each in found]
            for (_, node, _), test in zip(found, file.tests, strict=True):
                test.skipped = test.skipped or (test.empty and id(node) in derived)  # it turns off one that it inherits
        file.own = list(python_helpers.find(tree, written.whole))
        file.used = python_helpers.used(file, functions)
        if doors.comes_in(file):
            called = [*(each.name for each in file.tests), *(each.name for each in file.calls)]
            called += (each.arguments[0] for each in file.calls if each.name.endswith("invoke") and each.arguments)
            file.texts = [*python_entrances.texts(nodes), *called]
    else:
        file.entrances = list(python_entrances.find(tree, nodes, file.path, file.imports))


def _function(node: Function, owner: str) -> model.Function:
    made = bool(owner) and node.name.startswith("__")
    return model.Function(
        name=owner if made else node.name, line=node.lineno, end=node.end_lineno or node.lineno, owner="" if made else owner
    )


def call(node: ast.Call, written: Written) -> Call:
    arguments = [cut(written(each), 80) for each in node.args[:6]]
    arguments += [f"{each.arg}={cut(written(each.value), 80)}" for each in node.keywords[:8] if each.arg]
    return Call(line=node.lineno, name=name_of(node.func), arguments=tuple(arguments))


def tests(tree: ast.Module) -> Iterator[tuple[str, Function, tuple[str, ...]]]:
    """Each test function with its name and its markers, those of its class too."""
    for node in tree.body:
        if isinstance(node, Function) and _TEST.match(node.name):
            if not any(_FIXTURE.search(each) for each in marks(node)):
                yield node.name, node, marks(node)
        elif isinstance(node, ast.ClassDef) and is_test_class(node):
            for inner in node.body:
                if isinstance(inner, Function) and _TEST.match(inner.name):
                    yield f"{node.name}.{inner.name}", inner, marks(node) + marks(inner)


_PLAIN = re.compile(r"(?:^|\.)(?:\w*TestCase|object|Generic\[\]|ABC)$")
"""What a class builds on that has no tests of its own."""
_COLLECTED = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test|tests?)\.py$")
_NEARLY = re.compile(r"(?:^|/)(?:[^/]*_tests|[^/]*[-.]test|test[A-Z0-9-][^/]*|[^/]*Test)\.py$")


def _lost(tree: ast.Module, nodes: list[ast.AST], file: SourceFile) -> Iterator[Lost]:
    """Tests that pytest does not collect, or that another of the same name replaces."""
    if _NEARLY.search(file.path) and not _COLLECTED.search(file.path):
        first = next(tests(tree), None)
        if first is not None:
            yield Lost(line=first[1].lineno, name=first[0], why="pytest collects test_*.py and *_test.py only")
    yield from _replaced(tree.body)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            inner = [each for each in node.body if isinstance(each, Function)]
            methods = [each for each in inner if _TEST.match(each.name)]
            yield from _replaced(node.body)
            if not methods or not _COLLECTED.search(file.path):
                continue
            plain = not node.bases and not node.keywords
            if plain and node.name.startswith("Test") and any(each.name == "__init__" for each in inner):
                yield Lost(line=node.lineno, name=node.name, why="pytest leaves out a class that has an __init__")
            elif plain and not (node.decorator_list or node.name.lower().startswith("test") or _is_used(nodes, node.name)):
                why = "pytest collects classes that begin with Test only"
                yield Lost(line=node.lineno, name=node.name, why=why, is_class=True)


def _is_used(nodes: list[ast.AST], name: str) -> bool:
    """A class that others build on or make is no test of its own."""
    return any(isinstance(each, ast.Name) and each.id == name for each in nodes)


def _replaced(body: list[ast.stmt]) -> Iterator[Lost]:
    last: dict[str, int] = {}
    for node in body:
        if isinstance(node, Function) and _TEST.match(node.name):
            if node.name in last and not any("setter" in each or "overload" in each for each in marks(node)):
                why = f"line {node.lineno} defines another of that name, which replaces it"
                yield Lost(line=last[node.name], name=node.name, why=why)
            last[node.name] = node.lineno


def is_test_class(node: ast.ClassDef) -> bool:
    return node.name.lower().startswith("test") or any(
        re.search(r"Test(?:Case|s|Base)?$|TestCase", name_of(each)) for each in node.bases
    )


def marks(node: Function | ast.ClassDef) -> tuple[str, ...]:
    """Its decorators, as written but for their arguments."""
    return tuple(name_of(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list)


def _test(
    name: str, node: Function, markers: tuple[str, ...], reader: python_asserts.Reader, file: SourceFile, written: Written
) -> Test:
    reader.read(node)
    given = tuple(each.arg for each in node.args.args)
    end = node.end_lineno or node.lineno
    lines = operator.attrgetter("line")
    inner = file.calls[bisect.bisect_left(file.calls, node.lineno, key=lines) : bisect.bisect_right(file.calls, end, key=lines)]
    body = [each for each in node.body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    comments = written.comments(node)
    helped = reader.helped or _is_checked(name, given, markers, file) or (not reader.assertions and _runs_asserts(body))
    return Test(
        name=name, line=node.lineno, first=min((at.lineno for at in node.decorator_list), default=0),
        end=end, assertions=reader.assertions,
        helpers=helped, calls=inner, markers=markers,
        given=given, failing=frozenset(reader.failing),
        skipped=any(_SKIPS.search(each) for each in markers) or _skips_first(body),
        comments=comments, dropped="" if reader.assertions or helped else python_drops.find(node, written),
        said=says_it_runs(name) or says_it_runs(comments) or _only_imports(body),
        empty=not body or all(isinstance(each, ast.Pass) for each in body),
    )  # fmt: skip


def _is_checked(name: str, given: tuple[str, ...], markers: tuple[str, ...], file: SourceFile) -> bool:
    """By a plugin, or by what its class does after each test."""
    after = "." in name and not file.asserting.isdisjoint(_AFTER)
    return after or "benchmark" in given or any(map(_LIMITS.search, markers))


def _runs_asserts(body: list[ast.stmt]) -> bool:
    """It has the text of a program that asserts."""
    texts = (each.value for each in python_walk.nodes(*body) if isinstance(each, ast.Constant))
    return any(isinstance(each, str) and re.search(r"^\s*assert ", each, re.MULTILINE) for each in texts)


def _only_imports(body: list[ast.stmt]) -> bool:
    """That a name is still where it was is the point."""
    return bool(body) and all(isinstance(each, ast.Import | ast.ImportFrom) for each in body)


def _skips_first(body: list[ast.stmt]) -> bool:
    match body[:1]:
        case [ast.Expr(value=ast.Call(func=function))]:
            return re.search(r"(?:^|\.)(?:skip(?:_test|Test)?|xfail)$", name_of(function)) is not None
        case [ast.Raise(exc=ast.expr() as exception)]:
            return "Skip" in ast.unparse(exception)
    return False


def _pytestmark(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                for each in value.elts if isinstance(value, ast.List | ast.Tuple) else [value]:
                    yield name_of(each.func if isinstance(each, ast.Call) else each)
