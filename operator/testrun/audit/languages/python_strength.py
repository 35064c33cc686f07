"""How much a Python expression says when it is asserted, and whether it can be false at all. Pure."""

from __future__ import annotations

import ast
import re

from testrun.audit.model import Flaw, Strength

Judged = tuple[Strength, Flaw | None]

_PREDICATE = re.compile(
    r"^_?(?:is|has|can|should|was|were|are|did|does|contains?|exists?|starts?with|ends?with|match(?:es)?|search|fullmatch|equals?|"
    r"all(?:close)?|any|isclose|issubset|issuperset|isdisjoint|array_equal|compare)(?:_|$|[A-Z])"
)
_TYPE_QUESTIONS = frozenset({"isinstance", "issubclass", "callable", "hasattr", "type"})
_STRUCTURES = (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.Call, ast.ListComp, ast.DictComp, ast.SetComp, ast.JoinedStr)


def name_of(node: ast.AST) -> str:
    """A dotted name as written; a call or subscript in it is shown as ``()`` or ``[]``."""
    parts: list[str] = []
    while True:
        match node:
            case ast.Attribute(value=value, attr=attr):
                parts.append(attr)
                node = value
            case ast.Name(id=name):
                parts.append(name)
                return ".".join(reversed(parts))
            case ast.Call(func=function):
                inner = name_of(function)
                return ".".join([f"{inner}()", *reversed(parts)])
            case ast.Subscript(value=value):
                return ".".join([f"{name_of(value)}[]", *reversed(parts)])
            case ast.Await(value=value):
                node = value
            case _:
                return ".".join(["", *reversed(parts)])


def truth(node: ast.expr) -> Judged:
    """Of ``assert node``."""
    match node:
        case ast.Constant(value=value):
            return Strength.TRUTHINESS, Flaw.CONSTANT if value else None  # `assert False` is a way to fail
        case ast.Tuple(elts=elements) if elements:
            return Strength.TRUTHINESS, Flaw.TUPLE
        case ast.Tuple() | ast.List(elts=[]) | ast.Dict(keys=[]):
            return Strength.TRUTHINESS, None
        case ast.List() | ast.Dict() | ast.Set() | ast.Lambda() | ast.GeneratorExp() | ast.JoinedStr():
            return Strength.TRUTHINESS, Flaw.CONSTANT
        case ast.Compare():
            return _compared(node)
        case ast.BoolOp(op=ast.And(), values=values):
            judged = [truth(each) for each in values]
            flaws = [flaw for _, flaw in judged]
            return max(strength for strength, _ in judged), flaws[0] if all(flaws) else None
        case ast.BoolOp(values=values):
            judged = [truth(each) for each in values]
            flaw = next((flaw for _, flaw in judged if flaw is not None), None)
            return min(strength for strength, _ in judged), flaw
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _negated(operand)
        case ast.NamedExpr(value=value):
            return truth(value)
        case ast.Await(value=value):
            return truth(value)
        case ast.Call():
            return _called(node), None
        case ast.Attribute(attr=attr):
            return Strength.MEMBERSHIP if _PREDICATE.search(attr) else Strength.TRUTHINESS, _attribute_flaw(node)
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            return Strength.MEMBERSHIP, None
        case ast.Name(id=name):
            return Strength.MEMBERSHIP if _PREDICATE.search(name) else Strength.TRUTHINESS, None
    return Strength.TRUTHINESS, None


def _negated(node: ast.expr) -> Judged:
    match node:
        case ast.Constant(value=value):
            return Strength.TRUTHINESS, None if value else Flaw.CONSTANT
        case ast.Compare(ops=[ast.Eq() | ast.Is()]) | ast.Compare(ops=[ast.In()]):
            return Strength.MEMBERSHIP, None
    return Strength.MEMBERSHIP, None  # nothing there, an empty one, False: says a good deal


_MISSPELT = frozenset({"called_once", "called_with", "called_once_with", "has_calls", "not_called", "any_call", "awaited_once"})


def _attribute_flaw(node: ast.Attribute) -> Flaw | None:
    """``mock.called_once`` is a mock made on the fly, and true."""
    if node.attr in _MISSPELT or node.attr.startswith(
        ("assert_called", "assert_not_called", "assert_awaited", "assert_any_call")
    ):
        return Flaw.NOT_CALLED
    return None


def _called(node: ast.Call) -> Strength:
    name = name_of(node.func).rpartition(".")[2] or name_of(node.func)
    if name in _TYPE_QUESTIONS:
        return Strength.TYPE
    if name in ("all", "any") or _PREDICATE.search(name):
        return Strength.MEMBERSHIP
    return Strength.TRUTHINESS


def _compared(node: ast.Compare) -> Judged:
    left, operator, right = node.left, node.ops[0], node.comparators[0]
    if len(node.ops) > 1:
        return Strength.EQUALITY if any(isinstance(each, ast.Eq) for each in node.ops) else Strength.MEMBERSHIP, None
    match operator:
        case ast.Is() if isinstance(left, ast.Attribute) and _same(left, right):
            return Strength.EQUALITY, None  # a property gives the same object each time
        case ast.Eq() | ast.Is():
            return equal(left, right)
        case ast.NotEq() | ast.IsNot():
            empty = _is_empty(left) or _is_empty(right)
            return Strength.TRUTHINESS if empty else Strength.MEMBERSHIP, _fresh(left, right)
        case ast.GtE() if _is_zero(right) and _is_size(left):
            return Strength.TRUTHINESS, Flaw.ALWAYS
        case ast.LtE() if _is_zero(left) and _is_size(right):
            return Strength.TRUTHINESS, Flaw.ALWAYS
        case ast.Gt() if _is_size(left) and isinstance(right, ast.UnaryOp):
            return Strength.TRUTHINESS, Flaw.ALWAYS
        case ast.Gt() if _is_zero(right) and _is_size(left):
            return Strength.TRUTHINESS, None
        case ast.GtE() | ast.LtE() if _same(left, right) and not isinstance(left, ast.Name):  # or it is what the operator says
            return Strength.MEMBERSHIP, Flaw.ITSELF
    if isinstance(operator, ast.In) and isinstance(right, ast.List | ast.Tuple | ast.Set) and _holds_both_truths(right):
        return Strength.MEMBERSHIP, Flaw.ALWAYS
    return Strength.MEMBERSHIP, None


def equal(left: ast.expr, right: ast.expr) -> Judged:
    """Of ``assert left == right``."""
    if _same(left, right):
        return Strength.EQUALITY, Flaw.ITSELF
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
        # Two constants that differ are a way to fail.
        return Strength.EQUALITY, Flaw.CONSTANT if left.value == right.value else None
    for one in (left, right):
        if isinstance(one, ast.Call) and name_of(one.func) == "type":
            return Strength.TYPE, None
    whole = any(isinstance(each, _STRUCTURES) for each in (left, right))
    return Strength.STRUCTURE if whole else Strength.EQUALITY, None


def _same(left: ast.expr, right: ast.expr) -> bool:
    """Written alike, and without a call: what is called twice may well give two values."""
    if isinstance(left, ast.Constant) or any(isinstance(each, ast.Call | ast.Await) for each in ast.walk(left)):
        return False
    return ast.dump(left) == ast.dump(right)


def _fresh(left: ast.expr, right: ast.expr) -> Flaw | None:
    """``is not None`` of something that was made right here."""
    made = isinstance(left, ast.List | ast.Dict | ast.Set | ast.Tuple | ast.JoinedStr | ast.Lambda)
    return Flaw.ALWAYS if made and isinstance(right, ast.Constant) and right.value is None else None


def _is_empty(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=value):
            return value is None or value == "" or value == b""
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return not elements
        case ast.Dict(keys=keys):
            return not keys
    return False


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def _is_size(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func) == "len"


def _holds_both_truths(node: ast.List | ast.Tuple | ast.Set) -> bool:
    values = [each.value for each in node.elts if isinstance(each, ast.Constant)]
    return any(each is True for each in values) and any(each is False for each in values)
