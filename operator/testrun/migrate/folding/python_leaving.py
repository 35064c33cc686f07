"""Where Python ends early outside a cluster, and tests that are gone then. Pure."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator, Sequence

from testrun.migrate import edits
from testrun.migrate.folding import python_reading
from testrun.migrate.folding.meaning import Names
from testrun.migrate.folding.python_reading import Function, Module
from testrun.migrate.folding.result import Folded, Undecided

Owner = Function | ast.ClassDef | ast.Module
_CHECKS = re.compile(r"\bassert|\.raises\(|\.assert_|\bfail\(")


@dataclasses.dataclass(frozen=True)
class Place:
    """Where in a module one is: the statements of a block, and what is around them."""

    module: Module
    names: Names
    passed: set[int]
    owner: Owner
    body: Sequence[ast.stmt]
    nested: bool = False
    """Below something else in its owner."""
    function: Function | None = None
    """The test, or whatever it is, around it."""
    siblings: Sequence[ast.stmt] = ()
    """Of the function."""

    def into(self, body: Sequence[ast.stmt], owner: Owner | None = None) -> Place:
        if owner is None:
            return dataclasses.replace(self, body=body, nested=True)
        function = owner if isinstance(owner, Function) else None
        return dataclasses.replace(self, body=body, owner=owner, nested=False, function=function, siblings=self.body)


def first_line(node: ast.stmt) -> int:
    """With its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def last_line(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno


def tests(body: Sequence[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, Function) and node.name.startswith("test"):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from tests(node.body)


def without_test(place: Place, node: Function | ast.ClassDef) -> Folded:
    at = next(number for number, each in enumerate(place.body) if each is node)
    names = list(tests([node])) or [node.name]
    left = removed(place, at, at + 1, "")
    dropped = place.module.data[place.module.at(first_line(node)) : place.module.span(node)[1]]
    return dataclasses.replace(left, dropped=dropped.decode(), tests=tuple(names))


def leave(
    place: Place, position: int, node: ast.stmt, body: Sequence[ast.stmt], gone: str, text: bytes = b""
) -> Folded:  # fmt: skip
    """Puts a body in place of the statement; when it leaves, what comes after it goes."""
    module, last = place.module, body[-1]
    end = module.at(last_line(node) + 1)
    skips = python_reading.is_skip(last, place.names)
    if not skips and not isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return Folded(data=edits.applied(module.data, [(module.at(node.lineno), end, text)]), dropped=gone)
    rest = place.body[position + 1 :]
    after = module.data[end : module.at(last_line(place.body[-1]) + 1)] if rest else b""
    bare = isinstance(last, ast.Return) and last.value is None
    if len(body) == 1 and (skips or bare):
        return _only_in_a_cluster(place, position, node, gone + after.decode())
    if rest and any(isinstance(each, ast.Yield | ast.YieldFrom) for one in rest for each in ast.walk(one)):
        _refuse_generator(place, node, body)
    ends = module.at(last_line(place.body[-1]) + 1)
    data = edits.applied(module.data, [(module.at(node.lineno), ends, text)])
    return Folded(data=data, dropped=gone + after.decode())


def _refuse_generator(place: Place, node: ast.stmt, body: Sequence[ast.stmt]) -> None:
    stays = [*place.body[: place.body.index(node)], *body]
    if not any(isinstance(each, ast.Yield | ast.YieldFrom) for one in stays for each in ast.walk(one)):
        raise Undecided(node.lineno, "without the cluster's side this would no longer be a generator: write it anew")


def _only_in_a_cluster(place: Place, position: int, node: ast.stmt, gone: str) -> Folded:
    """A skip, or a return, that ends a test."""
    if isinstance(place.owner, ast.Module) and not place.nested:
        return Folded(data=None, dropped=place.module.data.decode(), tests=tuple(tests(place.module.tree.body)))
    function = place.function
    if function is None or place.nested or not function.name.startswith("test"):
        raise Undecided(node.lineno, "it always skips without a cluster, and is no test itself: take its users to phase 3 first")
    before = place.body[:position]
    if any(_CHECKS.search(place.module.text(each)) for each in before):
        return dataclasses.replace(removed(place, position, len(place.body), ""), dropped=gone)
    return without_test(dataclasses.replace(place, body=place.siblings), function)


def removed(place: Place, first: int, behind: int, gone: str) -> Folded:
    """Without these statements of the body; an empty one gets a ``pass``."""
    module = place.module
    for each in place.body[first:behind]:
        check_alone(module, each)
    start, end = module.at(first_line(place.body[first])), module.at(last_line(place.body[behind - 1]) + 1)
    if (behind - first == len(place.body) and not isinstance(place.owner, ast.Module)) or (
        behind - first == len(place.body) and place.nested
    ):
        data = edits.applied(module.data, [(start, end, edits.indent(module.data, start) + b"pass\n")])
    else:
        data = edits.without(module.data, start, end)
    return Folded(data=data, dropped=gone)


def check_alone(module: Module, node: ast.stmt) -> None:
    start, end = module.span(node)
    if edits.whole_lines(module.data, module.at(first_line(node)) if start != module.at(node.lineno) else start, end) is None:
        raise Undecided(node.lineno, "more than one statement stands on its line: give each its own")
