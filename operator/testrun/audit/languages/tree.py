"""What the modules that read by tree-sitter share. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from tree_sitter import Node as Node  # for those who know no parser
from tree_sitter import Query, QueryCursor

from testrun.audit.model import cut

T = TypeVar("T")


def text(node: Node | None) -> str:
    """The source of a node."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def short(node: Node | None, limit: int = 80) -> str:
    return "" if node is None or node.text is None else cut(node.text[: limit * 4].decode("utf-8", "replace"), limit)


def line(node: Node) -> int:
    return node.start_point[0] + 1


def above(node: Node) -> str:
    """The comment that stands right above a node."""
    found: list[str] = []
    below, at = node, node.prev_named_sibling
    while at is not None and at.type == "comment" and at.end_point[0] + 1 == below.start_point[0]:
        found.append(text(at))
        below, at = at, at.prev_named_sibling
    return "\n".join(reversed(found))


_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})


def enclosing(node: Node, types: Collection[str]) -> Node | None:
    """The nearest of such types that a node stands in."""
    at = node.parent
    while at is not None and at.type not in types:
        at = at.parent
    return at


def loops(node: Node, functions: Collection[str]) -> bool:
    """It stands in a loop: there some are picked out of many, and one leaves when what was waited for has come."""
    at = enclosing(node, {*_LOOPS, *functions})
    return at is not None and at.type in _LOOPS


def around(node: Node, *types: str) -> str:
    """The source of the nearest of such types that a node stands in; cut."""
    return text(enclosing(node, types))[:4000]


def walk(node: Node) -> Iterator[Node]:
    """The named nodes below one, itself first, in the order of the source. Without recursion: code may nest deeply."""
    stack = [node]
    while stack:
        at = stack.pop()
        yield at
        stack += reversed(at.named_children)


def depth(node: Node) -> int:
    """So many named nodes stand one in the other."""
    deepest, stack = 0, [(node, 1)]
    while stack:
        at, level = stack.pop()
        deepest = max(deepest, level)
        stack += ((each, level + 1) for each in at.named_children)
    return deepest


class Located(Generic[T]):
    """What was made of nodes, to be asked for that within another. ``nodes`` are in the order of the source."""

    def __init__(self, nodes: Sequence[Node], values: Sequence[T]) -> None:
        self.pairs = list(zip(nodes, values, strict=True))
        self._values = values
        self._starts = [each.start_byte for each in nodes]

    def within(self, node: Node) -> Sequence[T]:
        return self._values[bisect_left(self._starts, node.start_byte) : bisect_left(self._starts, node.end_byte)]


def joined(nodes: Iterable[Node]) -> str:
    return "\n".join(text(each) for each in nodes)


def captured(query: Query, root: Node) -> dict[str, list[Node]]:
    """What a query finds, by the names of its captures, in the order of the source. Much faster than to `walk`."""
    found = QueryCursor(query).captures(root)
    return {name: sorted(nodes, key=lambda each: (each.start_byte, -each.end_byte)) for name, nodes in found.items()}


def of_type(node: Node, *types: str) -> Iterator[Node]:
    """As `walk`, and not by it: this is where most of the time goes."""
    stack = [node]
    while stack:
        at = stack.pop()
        if at.type in types:
            yield at
        if at.named_child_count:
            stack += reversed(at.named_children)
