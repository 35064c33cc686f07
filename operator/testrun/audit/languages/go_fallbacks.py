"""Where Go quietly takes a mock for the real thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from testrun.audit.languages.go_shapes import statements
from testrun.audit.languages.tree import around, line, of_type, short, text
from testrun.audit.mocks import stands_in
from testrun.audit.model import Fallback

_WORDS = re.compile(r"[Mm]ock|[Ff]ake|[Ss]tub|[Dd]ummy")
_FLAG = re.compile(r"mock|fake|stub|dummy|test|dry_?run|debug|real|live|simulat|offline|enabled|disabled", re.IGNORECASE)
_ABSENT = re.compile(
    r"^!|(?:==\s*(?:nil|\"\"|0)$)|\b\w*[eE]rr\w* != nil|errors\.(?:Is|As)\(|\b!(?:ok|found|exists)\b|os\.IsNotExist"
)
_TAKES = frozenset({"return_statement", "assignment_statement", "short_var_declaration", "var_declaration"})


def find(root: Node) -> Iterator[Fallback]:
    if not _WORDS.search(text(root)):
        return
    for node in of_type(root, "if_statement", "expression_switch_statement", "communication_case"):
        if node.type == "if_statement":
            condition = text(node.child_by_field_name("condition"))
            failed = re.search(r"[eE]rr\w* != nil|errors\.", condition) is not None
            if _ABSENT.search(condition) and (failed or not _FLAG.search(condition)):
                yield from _taken(node.child_by_field_name("consequence"), "an error" if failed else "a missing value")
            elif re.search(r"!= (?:nil|\"\")$|^ok$", condition) or re.search(r"err\w* == nil", condition):
                other = node.child_by_field_name("alternative")
                yield from _taken(other if other is not None and other.type == "block" else None, "a missing value")
        elif node.type == "expression_switch_statement":
            for each in of_type(node, "default_case"):
                yield from _each(each.named_children, "a value that is not known")
        else:
            yield from _each(node.named_children, "a time that is over")


def _taken(block: Node | None, when: str) -> Iterator[Fallback]:
    if block is not None:
        yield from _each(statements(block), when)


def _each(nodes: list[Node], when: str) -> Iterator[Fallback]:
    for each in nodes:
        if each.type == "statement_list":
            yield from _each(each.named_children, when)
        elif each.type in _TAKES and text(each.child_by_field_name("left")) != "_":
            value = each.child_by_field_name("right") or each
            code = short(value, 200).removeprefix("return ")
            if stands_in(code) and not code.startswith(("nil, fmt.", "nil, errors.")):
                yield Fallback(
                    line=line(each),
                    stand_in=code[:60],
                    when=when,
                    beside=around(each, "function_declaration", "method_declaration"),
                )
