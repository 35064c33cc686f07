"""What a file defines by name, and the code of each: enough to tell who has to do with the mode. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from testrun.audit.languages.tree import Node, text, walk
from testrun.migrate.folding import braces_reading, python_reading

_DECLARED = frozenset({
    "function_declaration", "var_spec", "const_spec", "type_spec", "variable_declarator", "class_declaration",
    "generator_function_declaration", "interface_declaration", "enum_declaration", "type_alias_declaration",
})  # fmt: skip


def of(module: python_reading.Module | braces_reading.Module) -> Iterator[tuple[str, str]]:
    """Name and code; an empty name for what has none."""
    if isinstance(module, python_reading.Module):
        for node in module.tree.body:
            names = _python(node)
            for name in names or [""]:
                yield name, ast.unparse(node) if not names else module.text(node) + _decorators(module, node)
        return
    for top in module.root.named_children:
        names = _braces(top)
        for name in names or [""]:
            if top.type not in ("comment", "import_declaration", "import_statement", "package_clause"):
                yield name, text(top)


def _decorators(module: python_reading.Module, node: ast.stmt) -> str:
    return " ".join(module.text(each) for each in getattr(node, "decorator_list", ()))


def _python(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [each.id for each in targets if isinstance(each, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _braces(top: Node) -> list[str]:
    found = []
    for each in walk(top):
        inside = each.parent
        if each.type in _DECLARED and not _is_inner(each, top):
            found.append(text(each.child_by_field_name("name")))
        elif each.type == "method_declaration" and inside == top.parent:
            return [""]
    return found


def _is_inner(node: Node, top: Node) -> bool:
    at = node.parent
    while at is not None and node != top:
        if at.type in braces_reading.FUNCTIONS:
            return True
        if at == top:
            return False
        at = at.parent
    return False
