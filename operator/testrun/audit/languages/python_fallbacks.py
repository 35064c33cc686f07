"""Where Python quietly takes a mock for the real thing. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from testrun.audit.mocks import stands_in
from testrun.audit.model import Fallback, cut

_FLAG = re.compile(r"mock|fake|stub|dummy|test|dry.?run|debug|real|live|simulat|offline|enabled|disabled", re.IGNORECASE)
_IMPORTS = (ast.Import, ast.ImportFrom)
_TAKES = (ast.Assign, ast.AnnAssign, ast.Return, *_IMPORTS)


def find(nodes: list[ast.AST], written: Callable[[ast.AST], str]) -> Iterator[Fallback]:
    for node in nodes:
        match node:
            case ast.Try(body=tried, handlers=handlers) if not any(map(_is_of_mocks, map(written, tried))):
                for handler in handlers:
                    yield from _taken(handler.body, written, "an exception")
            case ast.BoolOp(op=ast.Or(), values=[*_, last]) if stands_in(written(last)):
                yield Fallback(line=last.lineno, stand_in=cut(written(last), 60), when="a missing value")
            case ast.IfExp(test=test, body=body, orelse=other):
                for branch, absent in ((body, _is_absence(test)), (other, _is_presence(test))):
                    if absent and stands_in(written(branch)):
                        yield Fallback(line=branch.lineno, stand_in=cut(written(branch), 60), when="a missing value")
            case ast.If(test=test, body=body, orelse=other):
                if _is_absence(test):
                    yield from _taken(body, written, "a missing value")
                elif _is_presence(test):
                    yield from _taken(other, written, "a missing value")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for default in [*node.args.defaults, *node.args.kw_defaults]:
                    if isinstance(default, ast.Call) and stands_in(written(default)):
                        yield Fallback(line=default.lineno, stand_in=cut(written(default), 60), when="a missing argument")


def _is_of_mocks(code: str) -> bool:
    """What was tried is a stand-in as well: one of its two versions."""
    return any(word in code for word in ("Mock", "mock", "Fake", "fake", "moto"))


def _taken(body: list[ast.stmt], written: Callable[[ast.AST], str], when: str) -> Iterator[Fallback]:
    """What a block puts in the place of the real thing; not what it does with it otherwise."""
    takes = [each for each in body if isinstance(each, _TAKES)]
    # What is imported and then made is taken when it is made.
    made_there = any(isinstance(each, ast.Return | ast.Assign) and stands_in(written(each.value or each)) for each in takes)
    for statement in takes:
        if made_there and isinstance(statement, _IMPORTS):
            continue
        value = written(statement)
        made = getattr(statement, "value", None)
        named = isinstance(statement, _IMPORTS) and any(
            word in value for word in ("Mock", "Fake", "mock", "fake", "Dummy", "stub")
        )
        if named or (made is not None and stands_in(written(made))):
            yield Fallback(line=statement.lineno, stand_in=cut(written(made) if made is not None else value, 60), when=when)


def _is_absence(test: ast.expr) -> bool:
    """The condition asks whether something is missing; a flag that asks for the mock by name does not."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _is_flag(operand)
        case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return True
        case ast.Compare(ops=[ast.Eq()], comparators=[ast.Constant(value="")]):
            return True
        case ast.Compare(ops=[ast.NotIn()]):
            return True
        case ast.BoolOp(values=values):
            return any(_is_absence(each) for each in values)
    return False


def _is_presence(test: ast.expr) -> bool:
    match test:
        case ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]) | ast.Compare(ops=[ast.In()]):
            return True
        case ast.Name() | ast.Attribute() | ast.Call() | ast.Subscript():
            return not _is_flag(test)
    return False


def _is_flag(node: ast.expr) -> bool:
    return bool(_FLAG.search(ast.dump(node)))
