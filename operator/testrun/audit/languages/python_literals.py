"""Literals of Python, and what they are given to. Pure."""

from __future__ import annotations

import ast
import bisect
import re
from collections.abc import Collection, Iterator

from testrun.audit.languages.python_strength import name_of
from testrun.audit.model import Given, Literal

_ASSERTS = re.compile(
    r"(?:^|\.)(?:assert\w*|raises|warns|skip|parametrize|print|debug|info|warning|fail|match|startswith|endswith|replace)$"
)
_READS = re.compile(r"(?:^|\.)(?:environ\.(?:get|setdefault|pop)|getenv|env|get_env|env_or|config)$")
_SETS = re.compile(r"(?:^|\.)(?:setenv|putenv|set_env)$")
_NAMESPACE = ("-n", "--namespace")
_PLAIN = (Given.PLAINLY, "", "")
_REACHED = ast.Call | ast.Attribute | ast.Subscript | ast.Await
_Place = tuple[Given, str, str]
"""How, to what name, within what."""


def find(tree: ast.Module, lines: Collection[int]) -> Iterator[Literal]:
    """Without recursion: code may nest deeply. What has none of the lines, counted from 0, is passed over whole."""
    wanted = sorted(lines)
    stack: list[tuple[ast.AST, _Place]] = [(each, (Given.CONSTANT, "", "")) for each in reversed(tree.body)]
    while stack:
        node, place = stack.pop()
        given, name, within = place
        if isinstance(node, ast.stmt | ast.expr) and not _has_one(wanted, node):
            continue
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str | int) and not isinstance(node.value, bool):
                yield Literal(line=node.lineno, value=str(node.value), name=name, within=within, given=given)
        elif isinstance(node, ast.JoinedStr):
            pieces = [str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values]
            yield Literal(line=node.lineno, value="".join(pieces), name=name, within=within, given=given)
        else:
            stack += reversed(list(_below(node, place)))


def _has_one(lines: list[int], node: ast.stmt | ast.expr) -> bool:
    at = bisect.bisect_left(lines, node.lineno - 1)
    return at < len(lines) and lines[at] < (node.end_lineno or node.lineno)


def _below(node: ast.AST, place: _Place) -> Iterator[tuple[ast.AST, _Place]]:
    given, name, within = place
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return
        case ast.Assert(test=test):
            yield test, _PLAIN
        case ast.Compare(left=left, comparators=others):
            # What is compared with is an expectation; what a call is told in order to get there is none.
            yield from ((each, _PLAIN) for each in (left, *others) if isinstance(each, _REACHED) and not _makes(each, left))
        case ast.Assign(targets=[target, *_], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
            yield value, _assigned(target, given)
        case ast.Dict(keys=keys, values=values):
            around = f"{within}.{name}" if name else within
            for key, value in zip(keys, values, strict=True):
                yield value, (_lower(given), _constant(key) or name, around)
        case ast.Call():
            yield from _of_call(node, name)
        case ast.FunctionDef(args=arguments, body=body) | ast.AsyncFunctionDef(args=arguments, body=body):
            named = arguments.posonlyargs + arguments.args
            for argument, default in zip(named[len(named) - len(arguments.defaults) :], arguments.defaults, strict=True):
                yield default, (Given.PLAINLY, argument.arg, node.name)
            yield from ((each, _PLAIN) for each in body)
        case ast.Return(value=ast.Constant() as value):
            yield value, place
        case ast.ClassDef(body=body):
            yield from ((each, (Given.CONSTANT, "", node.name)) for each in body)
        case ast.BoolOp(op=ast.Or(), values=[ast.Call() as first, *others]) if _READS.search(name_of(first.func)):
            yield from ((each, (Given.DEFAULT, _constant(first.args[0]) if first.args else "", "")) for each in others)
        case ast.Attribute(value=value) | ast.Subscript(value=value):
            yield value, _PLAIN
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            before = ""
            for element in elements:
                yield element, (_lower(given), "namespace" if before in _NAMESPACE else name, within)
                before = _constant(element)
        case ast.BinOp(left=left, right=right):
            if isinstance(node.op, ast.Mod | ast.Add):
                yield from ((each, (_lower(given), name, within)) for each in (left, right))
        case ast.expr():
            yield from ((each, (_lower(given), name, within)) for each in ast.iter_child_nodes(node))
        case _:
            # Of statements and what belongs to them: a constant of the module stays one in a branch of it.
            yield from ((each, place if isinstance(each, ast.stmt) else _PLAIN) for each in ast.iter_child_nodes(node))


def _makes(node: ast.expr, left: ast.expr) -> bool:
    """The other side of a comparison makes the object that is expected."""
    return node is not left and isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2][:1].isupper()


def _lower(given: Given) -> Given:
    """What stands in something of the module is no constant itself."""
    return Given.PLAINLY if given is Given.CONSTANT else given


def _assigned(target: ast.expr, given: Given) -> _Place:
    match target:
        case ast.Subscript(value=value, slice=key):
            of = name_of(value)
            return (Given.SET if of.endswith("environ") else Given.PLAINLY, _constant(key), of)
        case ast.Name(id=name):
            return (given, name, "")
    owner, _, own = name_of(target).rpartition(".")
    return (Given.PLAINLY, own, owner)


def _of_call(node: ast.Call, name: str) -> Iterator[tuple[ast.AST, _Place]]:
    callee = name_of(node.func)
    if _ASSERTS.search(callee):
        return
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        yield node.func.value, _PLAIN
    variable = _constant(node.args[0]) if node.args else ""
    for at, each in enumerate(node.args):
        if _READS.search(callee) and variable:
            if at:
                yield each, (Given.DEFAULT, variable, "")
        elif _SETS.search(callee):
            if at:
                yield each, (Given.SET, variable, "")
        elif isinstance(each, ast.Dict) and callee.endswith(("environ.update", "patch.dict")):
            yield each, (Given.SET, "", "")
        else:
            yield each, (Given.PLAINLY, name if callee in ("str", "int", "Path", "SecretStr", "URL") else "", callee)
    for keyword in node.keywords:
        default = _READS.search(callee) and keyword.arg == "default"
        yield keyword.value, (Given.DEFAULT, variable, "") if default else (Given.PLAINLY, keyword.arg or "", callee)


def _constant(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
