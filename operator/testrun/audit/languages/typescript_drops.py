"""What a TypeScript test that asserts nothing compares, prints or works out, and does not look at. Pure."""

from __future__ import annotations

import re

from tree_sitter import Node

from testrun.audit.languages import typescript_shapes as shape
from testrun.audit.languages.tree import enclosing, of_type, short, text
from testrun.audit.model import IS_TO_BE_SEEN

_COMPARES = frozenset({"===", "==", "!==", "!=", "<", ">", "<=", ">="})
_PRINTS = re.compile(r"console\.(?:log|info|debug|table|dir)$")
_TEXTS = frozenset({"string", "number"})


def find(function: Node) -> str:
    """The first of it, as written."""
    for node in of_type(function, "expression_statement", "variable_declarator"):
        if not _is_own(node, function):
            continue
        inner = node.named_children[0] if node.named_children else node
        if node.type == "variable_declarator":
            name = node.child_by_field_name("name")
            if name is not None and IS_TO_BE_SEEN.search(text(name)) and _times(text(name), function) == 1:
                return short(node, 60)
        elif inner.type == "binary_expression" and text(inner.child_by_field_name("operator")) in _COMPARES:
            return short(inner, 60)
        elif inner.type == "call_expression" and _PRINTS.match(text(inner.child_by_field_name("function"))):
            given = shape.arguments(inner)
            if given and given[-1].type not in _TEXTS:
                return short(given[-1], 60)
    return ""


def _is_own(node: Node, function: Node) -> bool:
    """It stands in the test itself, not in a function that others may call, or nobody."""
    at = enclosing(node, shape.FUNCTIONS)
    return at is not None and at.id == function.id


def _times(name: str, function: Node) -> int:
    return len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text(function)))
