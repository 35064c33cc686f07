"""``a if b else c`` and ``match`` by the mode. Pure."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Sequence

from testrun.migrate import edits
from testrun.migrate.folding import meaning, python_leaving
from testrun.migrate.folding.meaning import Meaning
from testrun.migrate.folding.python_leaving import Place
from testrun.migrate.folding.python_reading import Module, expression
from testrun.migrate.folding.result import Folded, Undecided


def match(place: Place, position: int, node: ast.Match) -> Folded:
    module = place.module
    taken: ast.match_case | None = None
    for each in node.cases:
        words = _pattern(each.pattern)
        if words is None or each.guard is not None:
            raise Undecided(node.lineno, "a case of `match` that is more than words")
        told = not words or meaning.decide(_within(words))
        if told is None:
            raise Undecided(node.lineno, "a case for a mode that is neither cluster nor known to be without one")
        if told and words and taken is not None:
            raise Undecided(node.lineno, "the modes without a cluster have a case each: say which of them phase 2 is")
        if told and taken is None:
            taken = each
    gone = "\n".join(module.data[module.at(each.body[0].lineno) : module.span(each.body[-1])[1]].decode()
                     for each in node.cases if each is not taken)  # fmt: skip
    if taken is None:
        return dataclasses.replace(python_leaving.removed(place, position, position + 1, ""), dropped=gone)
    start, end = module.at(taken.body[0].lineno), module.at(python_leaving.last_line(taken.body[-1]) + 1)
    inner, outer = edits.indent(module.data, start), edits.indent(module.data, module.at(node.lineno))
    return python_leaving.leave(
        place, position, node, taken.body, gone, edits.dedented(module.data[start:end], inner.removeprefix(outer))
    )


def _pattern(pattern: ast.pattern) -> list[str] | None:
    """Its words; none for ``_``."""
    match pattern:
        case ast.MatchAs(pattern=None):
            return []
        case ast.MatchValue(value=ast.Constant(value=str() as word)):
            return [word]
        case ast.MatchOr(patterns=patterns):
            each = [_pattern(one) for one in patterns]
            return [word for words in each for word in words or ()] if all(each) else None
    return None


def _within(words: Sequence[str]) -> meaning.Expression:
    mode = meaning.Known(start=0, end=0, meaning=Meaning.MODE)
    return meaning.Within(start=0, end=0, item=mode, group=meaning.Words(start=0, end=0, values=tuple(words), alone=False))


def choices(place: Place, nodes: Sequence[ast.AST]) -> Folded | None:
    """``a if mode == "cluster" else b`` anywhere in a statement's own expressions."""
    module = place.module
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.IfExp):
                read = expression(module, node.test, place.names)
                told = meaning.decide(read) if meaning.touches(read) else None
                if told is not None:
                    taken, other = (node.body, node.orelse) if told else (node.orelse, node.body)
                    start, end = _with_parentheses(module, node, taken)
                    gone = "" if isinstance(other, ast.Constant) else module.text(other)
                    return Folded(data=edits.applied(module.data, [(start, end, module.text(taken).encode())]), dropped=gone)
    return None


def _with_parentheses(module: Module, node: ast.IfExp, taken: ast.expr) -> tuple[int, int]:
    """A choice needs parentheses where a plain value needs none; those of a call stay."""
    start, end = module.span(node)
    before, behind = re.search(rb"(?<![\w\])}])\s*\(\s*\Z", module.data[:start]), re.match(rb"\s*\)", module.data[end:])
    if before is None or behind is None or not isinstance(taken, ast.Constant | ast.Name | ast.Attribute | ast.Call):
        return start, end
    opening = module.data.rindex(b"(", 0, start)
    return opening, end + behind.end()
