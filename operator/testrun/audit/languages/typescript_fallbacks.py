"""Where TypeScript or JavaScript quietly takes a mock for the real thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from testrun.audit.languages.tree import around, line, of_type, short, text
from testrun.audit.mocks import stands_in
from testrun.audit.model import Fallback

_FLAG = re.compile(
    r"mock|fake|stub|dummy|test|dry_?run|debug|real|live|simulat|offline|storybook|enabled|disabled", re.IGNORECASE
)
_PLACES = (
    "catch_clause", "binary_expression", "ternary_expression", "if_statement", "call_expression", "assignment_pattern",
    "required_parameter", "optional_parameter", "augmented_assignment_expression",
)  # fmt: skip
_VALUES = frozenset({
    "identifier", "return_statement", "new_expression", "call_expression", "await_expression", "lexical_declaration",
    "variable_declaration", "as_expression",
})  # fmt: skip
_AROUND = ("function_declaration", "method_definition", "lexical_declaration", "class_declaration")
_TAKES = frozenset({"return_statement", "lexical_declaration", "variable_declaration"})


def find(root: Node) -> Iterator[Fallback]:
    if not _FLAG.search(text(root)):
        return
    for node in of_type(root, *_PLACES):
        match node.type:
            case "catch_clause":
                yield from _taken(node.child_by_field_name("body"), "an exception")
            case "binary_expression" if text(node.child_by_field_name("operator")) in ("||", "??"):
                yield from _value(node.child_by_field_name("right"), "a missing value")
            case "augmented_assignment_expression" if text(node.child_by_field_name("operator")) in ("||=", "??="):
                yield from _value(node.child_by_field_name("right"), "a missing value")
            case "ternary_expression":
                condition = text(node.child_by_field_name("condition"))
                if not _FLAG.search(condition):
                    yield from _value(
                        node.child_by_field_name("consequence" if _is_absence(condition) else "alternative"), "a missing value"
                    )
            case "if_statement":
                yield from _if(node)
            case "call_expression" if text(node.child_by_field_name("function")).endswith(".catch"):
                arguments = node.child_by_field_name("arguments")
                for each in of_type(arguments, "arrow_function", "function_expression") if arguments is not None else ():
                    body = each.child_by_field_name("body")
                    yield from (
                        _taken(body, "an exception")
                        if body is not None and body.type == "statement_block"
                        else _value(body, "an exception")
                    )
            case "required_parameter" | "optional_parameter":
                yield from _value(node.child_by_field_name("value"), "a missing argument")
            case "assignment_pattern":
                yield from _value(node.child_by_field_name("right"), "a missing argument")


def _if(node: Node) -> Iterator[Fallback]:
    condition = text(node.child_by_field_name("condition"))
    if _FLAG.search(condition):
        return
    if _is_absence(condition):
        yield from _taken(node.child_by_field_name("consequence"), "a missing value")
    elif node.child_by_field_name("alternative") is not None and "===" not in condition:
        other = node.child_by_field_name("alternative")
        block = other.named_children[0] if other is not None and other.named_children else None
        yield from _taken(block, "a missing value")


def _is_absence(condition: str) -> bool:
    return bool(re.match(r"\(?\s*!(?!!)|.*(?:===?\s*(?:null|undefined|''|\"\"))", condition))


def _taken(block: Node | None, when: str) -> Iterator[Fallback]:
    if block is None:
        return
    for each in block.named_children if block.type == "statement_block" else [block]:
        value: Node | None = None
        if each.type in _TAKES:
            value = each
        elif _assigns(each):
            value = each.named_children[0].child_by_field_name("right")
        if value is not None:
            yield from _value(value, when)


def _assigns(node: Node) -> bool:
    inner = node.named_children[:1]
    return node.type == "expression_statement" and bool(inner) and inner[0].type == "assignment_expression"


def _value(node: Node | None, when: str) -> Iterator[Fallback]:
    if node is not None and node.type in _VALUES and stands_in(short(node, 160)):
        yield Fallback(line=line(node), stand_in=short(node, 60), when=when, beside=around(node, *_AROUND))
