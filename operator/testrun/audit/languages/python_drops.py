"""What a Python test that asserts nothing compares, prints or works out, and does not look at. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable

from testrun.audit.languages import python_walk
from testrun.audit.languages.python_shapes import Function
from testrun.audit.languages.python_strength import name_of
from testrun.audit.model import IS_TO_BE_SEEN, cut

_PRINTS = frozenset({"print", "pprint", "pp"})


def find(function: Function, written: Callable[[ast.AST], str]) -> str:
    """The first of it, as written."""
    nodes = python_walk.nodes(*function.body)
    used = {each.id for each in nodes if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Store)}
    used |= {name for each in nodes if isinstance(each, ast.Global | ast.Nonlocal) for name in each.names}
    inner = {
        id(one)
        for each in nodes
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for one in ast.walk(each)
    }
    for each in nodes:
        if id(each) in inner:
            continue  # others may call it, or nobody
        match each:
            case ast.Expr(value=ast.Compare() as compared):
                return cut(written(compared), 60)
            case ast.Expr(value=ast.Call(func=called, args=[*_, last])) if name_of(called) in _PRINTS and _is_value(last):
                return cut(written(last), 60)
            case ast.Assign(targets=[ast.Name(id=name)]) if name not in used and IS_TO_BE_SEEN.search(name):
                return cut(written(each), 60)
    return ""


def _is_value(node: ast.expr) -> bool:
    """Something that the test worked out, and no mere text."""
    return any(isinstance(each, ast.Name | ast.Call) for each in ast.walk(node))
