"""What a TypeScript file of tests defines beside its tests, and what it takes from others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from testrun.audit.languages.tree import line, text
from testrun.audit.languages.typescript_shapes import FUNCTIONS
from testrun.audit.model import Helper, SourceFile

_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class", "object"})


def find(root: Node) -> Iterator[Helper]:
    """Functions, classes and objects of functions at the top of a file."""
    for node in root.named_children:
        inner = node
        if node.type == "export_statement":
            inner = node.child_by_field_name("declaration") or node.child_by_field_name("value") or node
        if inner.type in ("lexical_declaration", "variable_declaration"):
            for each in inner.named_children:
                value = each.child_by_field_name("value")
                if value is not None:
                    yield from _of(text(each.child_by_field_name("name")), value)
        else:
            yield from _of(text(inner.child_by_field_name("name")) or "default", inner)


def _of(name: str, node: Node) -> Iterator[Helper]:
    if node.type in FUNCTIONS:
        yield _helper(name, node)
    elif node.type in _CLASSES:
        yield _helper(name, node, is_class=True)
        body = node.child_by_field_name("body") or node
        for each in body.named_children:
            if each.type == "method_definition":
                yield _helper(f"{name}.{text(each.child_by_field_name('name'))}", each)


def _helper(name: str, node: Node, *, is_class: bool = False) -> Helper:
    size = node.end_point[0] - node.start_point[0] + 1
    return Helper(name=name, line=line(node), size=size, source=text(node), is_class=is_class)


def used(file: SourceFile) -> frozenset[str]:
    ours = [(_place(each.module), each.names) for each in file.imports if not each.module.startswith("node:")]
    used = {f"{place}:{there}" for place, names in ours for there, _ in names if there != "*"}
    modules = {here: place for place, names in ours for there, here in names if there == "*"}
    for call in file.calls:
        head, _, name = call.name.rpartition(".")
        if head in modules:
            used.add(f"{modules[head]}:{name}")
    return frozenset(used)


def _place(module: str) -> str:
    """The last part of ``../helpers/wait.js`` without its ending; nothing for ``..`` alone."""
    return re.sub(r"^\.*$|\.[cm]?[jt]sx?$", "", module.rpartition("/")[2])
