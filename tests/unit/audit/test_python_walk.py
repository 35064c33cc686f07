"""The walk over a tree has what the library's has."""

from __future__ import annotations

import ast

from testrun.audit.languages import python_walk

SOURCE = """\
from a import b as c
import d.e as f

@decorated(1, *more, key=value, **rest)
class Shop(Base, metaclass=Meta):
    total: int = 1
    total += not -2 ** 3 if a and b or c else d[1:2, ...]

async def buy(first, /, second=1, *others, third, fourth=2, **rest) -> str | None:
    global known
    async with open(x) as y, z:
        del y.attribute
    async for each in things:
        await (yield each)
    else:
        return f"{each!r:>{width}} {1}"
    try:
        raise Error from None
    except* (First, Second) as error:
        assert a < b <= c is not d, "said"
    finally:
        nonlocal_ = lambda one: (one := {**{}, 1: {2, *three}}) or [*(x for x in y if x)]
    match known:
        case None | True | {"key": 1, **others} | [1, *_] | Point(2, x=3) as whole if whole:
            pass
"""
HOW = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)


def test_every_node_but_those_that_say_how_another_is_used() -> None:
    tree = ast.parse(SOURCE)
    assert python_walk.nodes(tree) == [each for each in ast.walk(tree) if not isinstance(each, HOW)]


def test_several_trees() -> None:
    first, second = ast.parse("a = b").body + ast.parse("c").body
    assert [type(each).__name__ for each in python_walk.nodes(first, second)] == ["Assign", "Expr", "Name", "Name", "Name"]
