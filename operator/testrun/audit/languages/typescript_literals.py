"""Literals of TypeScript and JavaScript, and what they are given to. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from testrun.audit.languages.literals import argument, name_by_flag, on_lines
from testrun.audit.languages.tree import line, short, text
from testrun.audit.model import Given, Literal

_ASSERTS = re.compile(
    r"^(?:expect|assert|chai|t|should)\b|\.(?:to[A-Z]\w*|each|equal|eql|should|toBe|is|contains?|includes|match|startsWith|endsWith|"
    r"replace|split|log|error|warn|info|each\(.*)$|^(?:it|test|describe|require|import|context)\b"
)
_READS = re.compile(r"(?:^|\.)(?:get|read|from)?_?[Ee]nv(?:Or|OrDefault|Default|Var|WithDefault)?$")
_SETS = re.compile(r"\.stubEnv$|(?:^|\.)setEnv$")
_VARIABLE = re.compile(r"(?:process\.env|import\.meta\.env)(?:\.(\w+)|\[['\"](\w+)['\"]\])!?$")
_CONVERTS = frozenset({"Number", "parseInt", "String", "URL"})
_SCOPES = frozenset({"arrow_function", "function_expression", "statement_block", "return_statement", "program", "class_body"})


def find(nodes: Iterable[Node], lines: frozenset[int]) -> Iterator[Literal]:
    return on_lines(nodes, lines, _literal)


def _value(node: Node) -> str:
    value = text(node)
    if node.type == "template_string":
        return re.sub(r"\$\{[^}]*\}", "{}", value[1:-1])
    return value.replace("_", "") if node.type == "number" else value[1:-1]


def _literal(node: Node) -> Literal | None:
    value = _value(node)
    if not value or len(value) > 400:
        return None
    name = ""
    around: list[str] = []
    at = node
    while (up := at.parent) is not None:
        if up.type in _SCOPES:
            break
        if up.type == "pair":
            if at.start_byte == up.start_byte:
                return None
            key = short(up.child_by_field_name("key")).strip("'\"")
            name, around = name or key, [*around, key] if name else around
        elif up.type == "array":
            name = name or name_by_flag(at)
        elif up.type == "variable_declarator":
            return _named(node, value, name, around, short(up.child_by_field_name("name")), up)
        elif up.type in ("assignment_expression", "augmented_assignment_expression"):
            return _set(node, value, name, around, text(up.child_by_field_name("left")))
        elif up.type in (
            "required_parameter",
            "optional_parameter",
            "assignment_pattern",
            "public_field_definition",
            "object_assignment_pattern",
        ):
            left = up.child_by_field_name("pattern") or up.child_by_field_name("name") or up.child_by_field_name("left")
            return _named(node, value, name, around, short(left), None)
        elif up.type == "arguments":
            call = up.parent
            callee = short(call.child_by_field_name("function") or call.child_by_field_name("constructor"), 100) if call else ""
            if callee not in _CONVERTS or call is None:
                return _argument(up, at, Literal(line=line(node), value=value, name=name, within=".".join(around)), callee)
            up = call
        elif up.type == "binary_expression":
            operator = short(up.child_by_field_name("operator"))
            if operator in ("||", "??"):
                variable = _VARIABLE.match(text(up.child_by_field_name("left")))
                if variable is not None:
                    return Literal(line=line(node), value=value, name=variable[1] or variable[2], given=Given.DEFAULT)
            elif operator != "+":
                return None
            else:
                value = value + "{}" if at.start_byte == up.start_byte else value
        elif up.type in (
            "import_statement",
            "export_statement",
            "subscript_expression",
            "switch_case",
            "literal_type",
            "member_expression",
        ):
            return None
        at = up
    return Literal(line=line(node), value=value, name=name, within=".".join(around))


def _named(node: Node, value: str, name: str, around: list[str], own: str, declared: Node | None) -> Literal:
    if name:
        return Literal(line=line(node), value=value, name=name, within=".".join([*around, own]))
    constant = declared is not None and declared.parent is not None and _is_of_file(declared.parent)
    return Literal(line=line(node), value=value, name=own, given=Given.CONSTANT if constant else Given.PLAINLY)


def _is_of_file(declaration: Node) -> bool:
    up = declaration.parent
    return up is not None and up.type in ("program", "export_statement")


def _set(node: Node, value: str, name: str, around: list[str], left: str) -> Literal:
    variable = _VARIABLE.match(left)
    if variable is not None:
        return Literal(line=line(node), value=value, name=variable[1] or variable[2], given=Given.SET)
    if left in ("process.env", "import.meta.env"):
        return Literal(line=line(node), value=value, name=name, given=Given.SET)
    within, _, own = left.rpartition(".")
    return Literal(line=line(node), value=value, name=name or own, within=".".join([*around, own if name else within]))


def _argument(up: Node, at: Node, so_far: Literal, callee: str) -> Literal | None:
    if _ASSERTS.search(callee):
        return None
    if callee == "Object.assign" and _VARIABLE.match(text(up.named_children[0]) + ".X"):
        return Literal(line=so_far.line, value=so_far.value, name=so_far.name, given=Given.SET)
    return argument(at, so_far, callee, reads=_READS, sets=_SETS)
