"""What only the cluster's side of a file of Go, TypeScript or JavaScript used goes with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from testrun.audit.languages.tree import Node, text, walk
from testrun.local.rules import source
from testrun.migrate import edits
from testrun.migrate.folding import meaning
from testrun.migrate.folding.braces_reading import FUNCTIONS, Module, expression, field, with_comment
from testrun.migrate.folding.meaning import Names

_CALLED_BY_OTHERS = re.compile(r"(?:Test|Fuzz|Benchmark|Example)(?![a-z])|init$|main$")
_EFFECTS = frozenset({"call_expression", "await_expression", "new_expression", "receive_expression"})
_READS = re.compile(r"(?:os|syscall)\.(?:Getenv|LookupEnv)|requireEnv|process\.env\.\w+")


def tidy(module: Module, names: Names, suspects: Collection[str], elsewhere: Callable[[str], bool], name: str) -> bytes | None:  # noqa: ARG001
    """The file without one definition that nothing uses any more; None: there is none. ``suspects`` are the names that may be
    such.
    """
    code = source.blank_go(module.data) if module.is_go else source.blank_js(module.data)
    for node in walk(module.root):
        found: bytes | None = None
        match node.type:
            case "import_spec" | "import_specifier" | "namespace_import":
                found = _import(module, node, code, suspects)
            case "function_declaration" | "var_spec" | "const_spec" | "variable_declarator" | "short_var_declaration":
                found = _definition(module, node, code, names, suspects, elsewhere)
        if found is not None:
            return found
    return None


def _is_used(code: bytes, name: str, start: int, end: int) -> bool:
    """Outside its own definition."""
    pattern = re.compile(
        rb"(?<![\w$.])" + re.escape(name.encode()) + rb"(?![\w$])|\.\.\." + re.escape(name.encode()) + rb"(?![\w$])"
    )
    return any(not start <= each.start() < end for each in pattern.finditer(code))


def _import(module: Module, node: Node, code: bytes, suspects: Collection[str]) -> bytes | None:
    if node.type == "import_spec":
        alias, path = text(field(node, "name")), text(field(node, "path")).strip('"`')
        if alias in ("_", "."):
            return None
        mine = [each for each in suspects if each == alias or (not alias and _may_be_called(path, each))]
        if not mine or any(_is_used(code, each, node.start_byte, node.end_byte) for each in mine):
            return None
        parent = node.parent
        alone = parent is not None and parent.type == "import_spec_list" and len(parent.named_children) == 1
        gone = _statement(node) if alone or (parent is not None and parent.type == "import_declaration") else node
        return _without(module, gone)
    name = text(field(node, "alias")) or text(field(node, "name")) or text(node.named_children[0])
    if name not in suspects or _is_used(code, name, node.start_byte, node.end_byte):
        return None
    specifiers = node.parent
    if node.type == "import_specifier" and specifiers is not None and len(specifiers.named_children) > 1:
        return _without_specifier(module.data, node)
    clause = specifiers.parent if node.type == "import_specifier" and specifiers is not None else specifiers
    if clause is not None and clause.type == "import_clause" and len(clause.named_children) == 1:
        return _without(module, _statement(node))
    return None


def _may_be_called(path: str, name: str) -> bool:
    """A package is called like the end of its path, but for a version."""
    parts = path.split("/")
    last = parts[-2] if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]) else parts[-1]
    return name in (last, re.sub(r"\.v\d+$|^go-|-go$", "", last), last.replace("-", "_"), last.replace("-", ""))


def _without_specifier(data: bytes, node: Node) -> bytes:
    start, end = node.start_byte, node.end_byte
    behind = re.compile(rb"[ \t]*,[ \t]*").match(data, end)
    span = edits.whole_lines(data, start, behind.end() if behind is not None else end)
    if span is not None:
        return data[: span[0]] + data[span[1] :]
    if behind is not None:
        return data[:start] + data[behind.end() :]
    before = re.search(rb",\s*\Z", data[:start])
    return data[: before.start() if before is not None else start] + data[end:]


def _definition(
    module: Module, node: Node, code: bytes, names: Names, suspects: Collection[str], elsewhere: Callable[[str], bool]
) -> bytes | None:
    left = field(node, "left") if node.type == "short_var_declaration" else None
    targets = left.named_children if left is not None else node.children_by_field_name("name")
    unused = [each for each in targets if text(each) in suspects and not _is_used_of(each, node, code)]
    if not unused or any(_is_top(node) and (elsewhere(text(each)) or _CALLED_BY_OTHERS.match(text(each))) for each in unused):
        return None
    statement = _statement(node)
    if len(unused) == len(targets) and (node.type == "function_declaration" or _is_plain(node, names)):
        several = len([each for each in statement.named_children if each.type == "variable_declarator"]) > 1
        return None if several else _without(module, node if _is_in_list(node) else statement)
    if module.is_go and not _is_top(node) and node.type == "short_var_declaration":
        return _blanked(module, list(targets), unused)
    return None


def _is_used_of(name: Node, node: Node, code: bytes) -> bool:
    """In its scope: a local name within its function."""
    start, end = node.start_byte, node.end_byte
    around = node.parent
    while around is not None and around.type not in FUNCTIONS and around.parent is not None:
        around = around.parent
    if _is_top(node) or around is None:
        return _is_used(code, text(name), start, end)
    first = around.start_byte
    return _is_used(code[first : around.end_byte], text(name), start - first, end - first)


def _is_top(node: Node) -> bool:
    at = node.parent
    while at is not None:
        if at.type in FUNCTIONS:
            return False
        at = at.parent
    return True


def _is_in_list(node: Node) -> bool:
    """``var ( … )`` with more than this."""
    around = node.parent
    return around is not None and around.type in ("var_spec_list", "const_declaration") and around.named_child_count > 1


def _statement(node: Node) -> Node:
    at = node
    while at.parent is not None and at.parent.type not in (
        "program", "source_file", "statement_block", "statement_list", "block", "switch_case", "switch_default",
    ):  # fmt: skip
        at = at.parent
    return at


def _is_plain(node: Node, names: Names) -> bool:
    """To leave it out changes nothing."""
    value = field(node, "value") or field(node, "right")
    if value is None:
        return True
    inner = value.named_children[0] if value.type == "expression_list" and len(value.named_children) == 1 else value
    if meaning.touches(expression(inner, names)) or inner.type in FUNCTIONS:
        return True
    calls = [each for each in walk(value) if each.type in _EFFECTS]
    return all(_READS.fullmatch(text(field(each, "function"))) for each in calls)


def _blanked(module: Module, targets: list[Node], unused: list[Node]) -> bytes:
    """Go wants each variable to be used; what sets it may do more than that."""
    changes: list[edits.Edit] = [(each.start_byte, each.end_byte, b"_") for each in unused]
    if all(each in unused or text(each) == "_" for each in targets):
        at = module.data.index(b":=", targets[-1].end_byte)
        changes.append((at, at + 2, b"="))
    return edits.applied(module.data, changes)


def _without(module: Module, node: Node) -> bytes | None:
    defines = node.type in (
        "function_declaration",
        "export_statement",
        "lexical_declaration",
        "var_declaration",
        "const_declaration",
    )
    start = with_comment(module, node) if defines else node.start_byte
    span = edits.whole_lines(module.data, start, node.end_byte)
    return None if span is None else edits.without(module.data, *span)


def _outermost(node: Node) -> Iterator[Node]:
    """Expressions, from the outside in."""
    return (each for each in walk(node) if each.type in (
        "binary_expression", "unary_expression", "call_expression", "identifier", "selector_expression", "member_expression",
    ))  # fmt: skip


def literals(module: Module, names: Names) -> bytes | None:
    """The file with one question about the mode answered where it is not a condition; None: there is none."""
    for node in _outermost(module.root):
        if _is_name(node):
            continue
        read = expression(node, names)
        decided = meaning.decide(read) if meaning.touches(read) else None
        if decided is not None:
            return edits.applied(module.data, [(node.start_byte, node.end_byte, b"true" if decided else b"false")])
    return None


def _is_name(node: Node) -> bool:
    """What is defined, set, imported or called here."""
    around = node.parent
    if around is None or around.type in ("import_specifier", "export_specifier"):
        return around is not None
    if around.type == "expression_list":
        return around.parent is not None and field(around.parent, "left") == around
    return around.type != "binary_expression" and node in (
        field(around, "name"),
        field(around, "left"),
        field(around, "function"),
    )
