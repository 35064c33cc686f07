"""Literals of Go, and what they are given to. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from testrun.audit.languages.literals import argument, name_by_flag, on_lines
from testrun.audit.languages.tree import line, short, text
from testrun.audit.model import Given, Literal

_ASSERTS = re.compile(
    r"^(?:assert|require|is|qt|be)\.|\.(?:Error|Errorf|Fatal|Fatalf|Log|Logf|Skip|Skipf|Run|Println|Printf|Print|Equal|To|Should|Contains|"
    r"HasPrefix|HasSuffix|Replace|ReplaceAll)$|^(?:Expect|Equal|ContainSubstring|HaveLen|It|Describe|Context|When|By|len|make|append)$"
)
_RUNS = re.compile(
    r"(?:container|postgres|redis|kafka|mysql|mongodb|rabbitmq|nats|docker|minio|localstack|k3s)\w*\.Run(?:Container)?$",
    re.IGNORECASE,
)
_READS = re.compile(
    r"(?:^|\.)(?:[Gg]et|[Ll]ookup|must|read|from)?_?[Ee]nv(?:Or|OrDefault|Default|String|Int|WithDefault|\w*Or\w*)?$|(?:^|\.)env\.\w+$"
)
_SETS = re.compile(r"(?:^|\.)[Ss]et[Ee]nv$")
_GETENV = re.compile(r'os\.Getenv\("(\w+)"\)')
_UNWRAPS = frozenset({"parenthesized_expression", "expression_list", "literal_element", "unary_expression"})
_DEFINES = {"short_var_declaration": "left", "assignment_statement": "left", "const_spec": "name", "var_spec": "name"}


def find(nodes: Iterable[Node], lines: frozenset[int]) -> Iterator[Literal]:
    return on_lines(nodes, lines, _literal)


def _literal(node: Node) -> Literal | None:
    value = text(node)
    value = value[1:-1] if value[:1] in ('"', "`") else value
    if not value or len(value) > 400:
        return None
    name = ""
    around: list[str] = []
    at = node
    while (up := at.parent) is not None:
        if up.type in _UNWRAPS:
            pass
        elif up.type == "keyed_element":
            if at.start_byte == up.start_byte:
                return None
            key = short(up.named_children[0]).strip('"`')
            name, around = name or key, [*around, key] if name else around
        elif up.type == "literal_value":
            name = name or name_by_flag(at)
        elif up.type == "composite_literal":
            kind = up.child_by_field_name("type")
            written = short(kind)
            if "struct" in written:
                return None  # a row of a table
            around.append(written)
        elif up.type in _DEFINES:
            return _defined(node, up, at, value, name, around)
        elif up.type == "argument_list":
            return _argument(up, at, Literal(line=line(node), value=value, name=name, within=".".join(around)))
        elif up.type == "binary_expression":
            if short(up.child_by_field_name("operator")) != "+":
                return None
            value = value + "{}" if at.start_byte == up.start_byte else value
        elif up.type in ("block", "statement_list", "return_statement"):
            break
        elif up.type in ("import_spec", "field_declaration", "expression_case", "index_expression", "slice_expression"):
            return None
        at = up
    return Literal(line=line(node), value=value, name=name, within=".".join(around))


def _defined(node: Node, up: Node, at: Node, value: str, name: str, around: list[str]) -> Literal:
    names = [text(each) for each in up.children_by_field_name(_DEFINES[up.type])]
    names = [each.strip() for one in names for each in one.split(",")]
    position = _position(node, at)
    own = names[position] if position < len(names) else names[0] if names else ""
    given = Given.CONSTANT if up.type == "const_spec" or _is_of_file(up) else Given.PLAINLY
    if name:
        return Literal(line=line(node), value=value, name=name, within=".".join([*around, own]))
    return Literal(line=line(node), value=value, name=own.rpartition(".")[2], within=own.rpartition(".")[0], given=given)


def _position(node: Node, values: Node) -> int:
    if values.type != "expression_list":
        return 0
    return next((at for at, each in enumerate(values.named_children) if each.start_byte <= node.start_byte < each.end_byte), 0)


def _is_of_file(declared: Node) -> bool:
    at: Node | None = declared.parent
    while at is not None and at.type in ("var_declaration", "var_spec_list", "const_declaration"):
        at = at.parent
    return declared.type == "var_spec" and at is not None and at.type == "source_file"


def _argument(up: Node, at: Node, so_far: Literal) -> Literal | None:
    call = up.parent
    callee = short(call.child_by_field_name("function"), 100) if call is not None else ""
    if _ASSERTS.search(callee) and not _RUNS.search(callee):
        return None
    if callee == "cmp.Or" and (read := _GETENV.match(text(up.named_children[0]))) is not None:
        return Literal(line=so_far.line, value=so_far.value, name=read[1], given=Given.DEFAULT)
    return argument(at, so_far, callee, reads=_READS, sets=_SETS)
