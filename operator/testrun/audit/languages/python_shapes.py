"""Shapes of Python that assertions, and what stands around them, come in; which functions have them. Pure."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from testrun.audit.languages import python_walk
from testrun.audit.languages.callers import callers
from testrun.audit.languages.python_strength import name_of
from testrun.audit.model import Strength

RAISES = frozenset({"raises", "warns", "deprecated_call", "assertRaises", "assertRaisesRegex", "assertWarns", "assertLogs",
                     "assertRaisesMessage", "assertNumQueries", "assertNoLogs", "assertWarnsRegex", "RaisesGroup",
                     "failureResultOf"})  # fmt: skip
FAILS = frozenset({"pytest.fail", "self.fail"})
HELPER = re.compile(
    r"(?:^|\.)(?:Expect|Assert|Verify)[A-Z]\w*$|(?:^|[._])_?(?:assert|verify|verif|check|expect|should|ensure|validate|must|compare)(?:[_A-Z]|s?$|_?\w*)",
    re.ASCII,
)
_CHECKS = re.compile(r"_?(?:check|verify|expect|ensure)(?:_|$|[A-Z])")
"""A helper that calls what has such a name asserts by it."""
NOSE = re.compile(r"(?:eq|ne|is|is_not|in|not_in|ok|le|lt|ge|gt)_$|eq_[a-z]\w*$|is_(?:not_)?(?:true|false|none)$")
"""As nose calls its assertions, and SQLAlchemy those of its own."""
_EXPECTED = re.compile(r"expect(?:ed)?(?![a-z])")
"""An argument of such a name tells a helper what is to come."""
_WEBTEST = re.compile(r"app\.(?:get|post|put|patch|delete|head|options)(?:_json)?$")
_TELLS_ELSE = re.compile(r"NotImplemented|Skip|skip|StopIteration|StopAsync|KeyError|AttributeError")
"""What is raised so tells of no failure: of what is left out, or as the protocols of Python have it."""
_BROAD = frozenset({"Exception", "BaseException", "AssertionError"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def makes_errors(own: str, node: ast.Call) -> bool:
    """``warnings.simplefilter("error")``: from there on a warning fails the test."""
    first = node.args[0] if node.args else None
    return own in ("simplefilter", "filterwarnings") and isinstance(first, ast.Constant) and first.value == "error"


def is_expected(name: str, keyword: ast.keyword) -> bool:
    """What is to come is an argument: ``run_import(expected_orders=2)``; of WebTest: ``self.app.get("/", status=404)``."""
    return _EXPECTED.match(keyword.arg or "") is not None or (keyword.arg == "status" and _WEBTEST.search(name) is not None)


def is_set(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def is_case(node: ast.stmt, body: list[ast.stmt]) -> bool:
    """One of several ifs in a row that ask one value for what it is: a match written otherwise."""
    left = _case(node)
    return bool(left) and any(each is not node and _case(each) == left for each in body)


def _case(node: ast.stmt) -> str:
    match node:
        case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()])):
            return ast.dump(left)
    return ""


def of_raises(node: ast.Call, own: str) -> Strength:
    if own in ("raises", "assertRaises") and node.args:
        broad = name_of(node.args[0]) in ("Exception", "BaseException") and not any(each.arg == "match" for each in node.keywords)
        return Strength.TYPE if broad else Strength.EQUALITY
    return Strength.EQUALITY


def suppresses(node: ast.With | ast.AsyncWith) -> bool:
    for item in node.items:
        match item.context_expr:
            case ast.Call(func=function, args=arguments) if name_of(function).rpartition(".")[2] == "suppress":
                return any(name_of(each) in _BROAD for each in arguments)
    return False


def swallows(handler: ast.ExceptHandler) -> bool:
    """It catches failed assertions, and nothing comes of it."""
    kinds: list[ast.expr] = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
    if handler.type is not None and not any(name_of(each) in _BROAD for each in kinds):
        return False
    for each in handler.body:
        for inner in ast.walk(each):
            if isinstance(inner, ast.Raise | ast.Assert):
                return False
            if isinstance(inner, ast.Call):
                name = name_of(inner.func)
                # What it does with the failure is not ours to judge when it keeps it: `errors.append(e)`.
                if (
                    name in FAILS
                    or HELPER.search(name)
                    or name in ("sys.exit", "pytest.skip", "self.skipTest")
                    or _keeps(inner, handler.name)
                ):
                    return False
            if isinstance(inner, ast.Assign | ast.AugAssign | ast.Continue):
                return False
    return True


def gives_back(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(each, ast.Return) and each.value is not None for each in handler.body)


def _keeps(call: ast.Call, name: str | None) -> bool:
    own = name_of(call.func).rpartition(".")[2]
    return own in ("append", "put", "put_nowait", "set_exception", "add", "send", "set_result") and (
        name is not None or bool(call.args)
    )


def only_returns(body: list[ast.stmt]) -> bool:
    *before, last = body
    silent = all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Call) and _prints(each.value) for each in before)
    return isinstance(last, ast.Return) and last.value is None and silent


def _prints(call: ast.Call) -> bool:
    return name_of(call.func).partition(".")[0] in ("print", "log", "logger", "logging", "warnings")


def ends_raised(body: list[ast.stmt], ending: Collection[str]) -> bool:
    match body[-1]:
        case ast.With(body=inner) | ast.AsyncWith(body=inner):
            return ends_raised(inner, ending)
        case ast.Expr(value=ast.Call(func=function)) if name_of(function).rpartition(".")[2] in ending:
            return True
        case ast.Raise():
            return True
    return only_fails(body)


def only_fails(body: list[ast.stmt]) -> bool:
    """The block does nothing but end the test as failed."""
    if not body:
        return False
    match body[-1]:
        case ast.Expr(value=ast.Call(func=function)):
            return name_of(function) in FAILS
        case ast.Raise(exc=ast.expr() as exception):
            return "AssertionError" in ast.unparse(exception)
        case ast.Assert(test=ast.Constant(value=value)):
            return not value
    return False


def asserts(body: list[ast.stmt], helpers: Collection[str]) -> bool:
    return any(_is_assertion(node, helpers) for node in python_walk.nodes(*body))


def _is_assertion(node: ast.AST, helpers: Collection[str]) -> bool:
    if isinstance(node, ast.Assert) or (isinstance(node, ast.Raise) and "AssertionError" in ast.dump(node)):
        return True
    if isinstance(node, ast.Call):
        name = name_of(node.func)
        own = name.rpartition(".")[2]
        return (
            own in RAISES
            or own in helpers
            or own.startswith("assert")
            or name in FAILS
            or name == "pytest.skip"
            or NOSE.match(own) is not None
            or (_CHECKS.match(own) is not None and not name.startswith("subprocess."))
        )
    return False


@dataclasses.dataclass(frozen=True)
class Helping:
    """The functions of a file, by name, that have part in its assertions."""

    asserting: frozenset[str]
    """Those that assert, call one that does, or return it, and the classes that have one for others to call."""
    raising: frozenset[str]
    """Those that raise when something is not so, or call one that does."""
    ending: frozenset[str]
    """Those that raise in any case."""


def helping(functions: Iterable[Function], owners: Mapping[int, str]) -> Helping:
    """``owners`` has the class of each method, by its id, where the class builds on another."""
    bodies = [(each, python_walk.nodes(*each.body)) for each in functions]
    leads = [(each.name, list(_leads_to(nodes))) for each, nodes in bodies]
    found = callers({each.name for each, nodes in bodies if any(_is_assertion(one, ()) for one in nodes)}, leads)
    return Helping(
        asserting=found | {owners[id(each)] for each, _ in bodies if each.name in found and id(each) in owners},
        raising=callers({each.name for each, nodes in bodies if any(map(_raises_if, nodes))}, leads),
        ending=frozenset(each.name for each, _ in bodies if isinstance(each.body[-1], ast.Raise)),
    )


def _raises_if(node: ast.AST) -> bool:
    if not isinstance(node, ast.If | ast.For | ast.While | ast.Try):
        return False
    body = [*node.body, *node.orelse]
    return any(
        isinstance(each, ast.Raise) and each.exc is not None and not _TELLS_ELSE.search(ast.dump(each.exc)) for each in body
    )


def _leads_to(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for each in nodes:
        match each:
            case ast.Call(func=function):
                yield name_of(function)
            case ast.Return(value=ast.Name(id=name)):
                yield name
