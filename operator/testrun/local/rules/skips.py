"""Tests that are there and never run: skip placeholders, and the ``only`` that hides all other tests. Pure.

Only what skips always is found. A skip with a condition is a statement about where a test can run, and nobody's business here.
Each function answers byte offsets into the file, in order.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from testrun.local.rules import source


def _go_body(name: bytes) -> bytes:
    """A parameter ``t *testing.T``, the body's start, and in it a skip; what decides nothing may stand before it. ``name`` is the
    group of the parameter.
    """
    return (
        rb"\(\s*(?P<" + name + rb">\w+)\s+\*testing\.[TF]\s*\)\s*\{"
        rb"(?:\s*(?P=" + name + rb")\.(?:Parallel|Helper)\(\)[ \t]*;?)*+\s*"
        rb"(?P<skip_" + name + rb">(?P=" + name + rb")\.Skip(?:Now|f)?\()"
    )


# A subtest is known by its one tab: deeper it may stand below a condition.
_GO_SKIPS = re.compile(
    rb"^func\s+(?:Test|Fuzz)\w*\s*" + _go_body(b"test") + rb"|^\t\w+\.Run\([^\n]*,\s*func\s*" + _go_body(b"sub") +
    rb"|^func\s*\(\s*(?P<suite>\w+)\s+\*?\w+\s*\)\s*Test\w*\s*\(\s*\)\s*\{\s*(?P<skip_suite>(?P=suite)\.T\(\)\.Skip(?:Now|f)?\()",
    re.MULTILINE,
)  # fmt: skip


def go(data: bytes) -> Iterator[int]:
    """``t.Skip`` as the first statement of a test, a subtest or a suite's test method."""
    if b".Skip" in data:
        for match in _GO_SKIPS.finditer(source.blank_go(data)):
            yield match.start(match.lastgroup or 0)


_JEST = rb"(?<![\w$.])(?:"
_JEST_KINDS = rb"(?:it|test|describe)(?:\s*\.\s*(?:concurrent|failing))*\s*\.\s*"
# Called: `cond ? it : it.skip` is a choice. `fit` is a common name, and needs a title to be a test.
_JEST_CALLED = rb")(?![\w$])(?:\s*\.\s*(?:each|failing))*+(?:\s*<[^;`]{0,300}?>)?[ \t]*[(`]"
_JEST_SKIPS = re.compile(_JEST + _JEST_KINDS + rb"(?:skip|todo)|x(?:it|test|describe)" + _JEST_CALLED)
_JEST_ONLYS = re.compile(_JEST + _JEST_KINDS + rb"only|fdescribe|fit(?=\s*(?:\.\s*each\b|\(\s*['\"`]))" + _JEST_CALLED)
# Most files are done with after a search for plain bytes, most others after one for a word.
_JEST_SKIP_BYTES = (b"skip", b"todo", b"xit", b"xtest", b"xdescribe")
_JEST_ONLY_BYTES = (b"only", b"fit", b"fdescribe")
_JEST_SKIP_HINT = re.compile(rb"\.\s*skip\b|\.\s*todo\b|\bx(?:it|test|describe)\b")
_JEST_ONLY_HINT = re.compile(rb"\.\s*only\b|\bf(?:it|describe)\b")


def jest(data: bytes) -> Iterator[int]:
    """``it.skip``, ``it.todo``, ``xit`` and their like, also with ``.each``."""
    if any(each in data for each in _JEST_SKIP_BYTES) and _JEST_SKIP_HINT.search(data):
        yield from _jest(data, _JEST_SKIPS)


def jest_only(data: bytes) -> Iterator[int]:
    """``it.only``, ``fit`` and their like."""
    if any(each in data for each in _JEST_ONLY_BYTES) and _JEST_ONLY_HINT.search(data):
        yield from _jest(data, _JEST_ONLYS)


def _jest(data: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    return (match.start() for match in pattern.finditer(source.blank_js(data)))


_PYTHON_BYTES = (b"skip", b"Skip", b"False")
_PYTHON_HINT = re.compile(rb"\bskip\b|[sS]kipTest\b|[sS]kip(?:[iI]f|Unless)\s*\(\s*(?:True|False)\b|\brun\s*=\s*False\b")
_MARKS = frozenset({"pytest.mark.skip", "unittest.skip", "unittest.case.skip"})
_CONDITIONAL_MARKS = {"pytest.mark.skipif": True, "unittest.skipIf": True, "unittest.skipUnless": False}
_CALLS = frozenset({"pytest.skip", "self.skipTest", "cls.skipTest"})
_RAISED = frozenset({"pytest.skip.Exception", "unittest.SkipTest", "unittest.case.SkipTest"})
# Of a class, run before each of its tests.
_SET_UPS = frozenset({"setUp", "setUpClass", "setup_method", "setup_class", "asyncSetUp"})


def python(data: bytes) -> Iterator[int]:
    """``pytest.mark.skip`` and ``unittest.skip`` on a test, a class or a module, and a skip as the first statement of any of
    these. A file that does not parse is left to pytest, which says so when it collects.
    """
    if not any(each in data for each in _PYTHON_BYTES) or not _PYTHON_HINT.search(data):
        return
    try:
        with warnings.catch_warnings():
            # What Python thinks of somebody's string escapes is not ours to tell.
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    lines = [0, *(match.end() for match in re.finditer(rb"\r\n?|\n", data)), len(data)]
    names = _imported(tree)
    for node in _skips(tree.body, names, in_class=False):
        # Columns count in UTF-8, which need not be the file's own encoding.
        yield min(lines[node.lineno - 1] + node.col_offset, max(lines[node.lineno] - 1, 0))


def _imported(tree: ast.Module) -> dict[str, str]:
    """What the module's own names stand for: ``{"mark": "pytest.mark"}``."""
    names = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            names.update({each.asname: each.name for each in node.names if each.asname})
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
    return names


def _skips(body: list[ast.stmt], names: dict[str, str], *, in_class: bool) -> Iterator[ast.expr | ast.stmt]:
    """In the order of the file. What stands below an ``if`` or a ``try`` has a condition."""
    for node in body:
        match node:
            case ast.ClassDef():
                marks = [each for each in node.decorator_list if _marks(each, names)]
                # One is enough to say: all below it is skipped.
                yield from marks[:1] or _skips(node.body, names, in_class=True)
            case ast.FunctionDef() | ast.AsyncFunctionDef() if _is_test(node.name, in_class):
                marks = [each for each in node.decorator_list if _marks(each, names)]
                yield from marks[:1] or _first_statement(node, names)
            case (
                ast.Assign(targets=[ast.Name(id="pytestmark")], value=value)
                | ast.AnnAssign(target=ast.Name(id="pytestmark"), value=ast.expr() as value)
            ):
                each = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
                yield from [mark for mark in each if _marks(mark, names)][:1]
            case ast.Expr() | ast.Raise() if not in_class and _leaves(node, names):
                yield node


def _is_test(name: str, in_class: bool) -> bool:
    return name.startswith("test") or (in_class and name in _SET_UPS)


def _first_statement(node: ast.FunctionDef | ast.AsyncFunctionDef, names: dict[str, str]) -> Iterator[ast.stmt]:
    told = ast.get_docstring(node, clean=False) is not None
    first = node.body[1:2] if told else node.body[:1]
    yield from (each for each in first if _leaves(each, names))


def _leaves(node: ast.stmt, names: dict[str, str]) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=called)):
            return _dotted(called, names) in _CALLS
        case ast.Raise(exc=ast.Call(func=raised)) | ast.Raise(exc=ast.expr() as raised):
            return _dotted(raised, names) in _RAISED
    return False


def _marks(node: ast.expr, names: dict[str, str]) -> bool:
    if not isinstance(node, ast.Call):
        return _dotted(node, names) in _MARKS
    name = _dotted(node.func, names)
    if name == "pytest.mark.xfail":
        return (
            not node.args
            and any(each.arg == "run" and _is(each.value, False) for each in node.keywords)
            and not any(each.arg == "condition" for each in node.keywords)
        )
    if name in _CONDITIONAL_MARKS:
        return bool(node.args) and _is(node.args[0], _CONDITIONAL_MARKS[name])
    return name in _MARKS


def _is(node: ast.expr, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    """``pytest.mark.skip`` for an expression of names and dots, with its first name as imported; empty for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([names.get(node.id, node.id), *reversed(parts)])
