"""What a Go file of tests defines beside its tests, and what it takes from others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from testrun.audit.languages.tree import line, of_type, text
from testrun.audit.model import Helper, SourceFile

_RUN = re.compile(r"^(?:Test|Benchmark|Fuzz|Example)(?![a-z])|^init$")
_USES = re.compile(rb"(?<![\w.)\]])(?:(\w+)\.)?(\w+)(?:\[\w+\])?[({]")
"""A function called, or a type made."""
_NEVER = frozenset(
    {"func", "if", "for", "switch", "select", "struct", "interface", "return", "len", "make", "new", "append", "string", "error"}
)
_LIBRARIES = re.compile(
    r"^(?:bufio|bytes|context|crypto|database|encoding|errors|flag|fmt|io|log|maps|math|net|os|path|reflect|regexp|runtime|slices|"
    r"sort|strconv|strings|sync|testing|text|time)(?:/|$)|/(?:testify|gomega|ginkgo|gomock|go-cmp)\b"
)
"""What tests use most of the standard library and of others'."""


def find(root: Node) -> Iterator[Helper]:
    """Functions, methods, and types with all their methods and constructors."""
    functions: list[tuple[str, Node]] = []
    methods: dict[str, list[tuple[str, Node]]] = {}
    types: list[tuple[str, Node]] = []
    for node in root.named_children:
        name = text(node.child_by_field_name("name"))
        if node.type == "function_declaration" and not _RUN.match(name):
            functions.append((name, node))
        elif node.type == "method_declaration":
            owner = receiver(node)
            if owner:
                methods.setdefault(owner, []).append((name, node))
        elif node.type == "type_declaration":
            types += ((text(each.child_by_field_name("name")), each) for each in of_type(node, "type_spec"))
    for name, node in types:
        makers = [made for made in functions if re.search(rf"\b{re.escape(name)}\b", text(made[1].child_by_field_name("result")))]
        parts = [node, *(each for _, each in methods.get(name, ())), *(each for _, each in makers)]
        if any(_RUN.match(method) for method, _ in methods.get(name, ())):
            continue  # a suite: its methods are told below
        yield Helper(
            name=name, line=line(node), size=sum(map(_size, parts)), source="\n".join(map(text, parts)), is_class=True,
            names=tuple(made for made, _ in makers),
        )  # fmt: skip
    for name, node in functions:
        yield _function(name, node)
    for owner, of_type_ in methods.items():
        for name, node in of_type_:
            if not _RUN.match(name):
                yield _function(f"{owner}.{name}", node)


def receiver(method: Node) -> str:
    """The type that a method is of; nothing for a function."""
    found = re.search(r"(\w+)(?:\[.*\])?\s*\)$", text(method.child_by_field_name("receiver")))
    return found[1] if found is not None else ""


def _function(name: str, node: Node) -> Helper:
    return Helper(name=name, line=line(node), size=_size(node), source=text(node))


def _size(node: Node) -> int:
    return node.end_point[0] - node.start_point[0] + 1


def used(file: SourceFile, data: bytes) -> frozenset[str]:
    packages = {
        here: each.module.rpartition("/")[2]
        for each in file.imports
        if not _LIBRARIES.search(each.module)
        for _, here in each.names
    }
    names: set[str] = set()
    for match in _USES.finditer(data):
        package, name = (match[1] or b"").decode("ascii", "replace"), match[2].decode("ascii", "replace")
        if not package and name not in _NEVER:
            names.add(f":{name}")
        elif package in packages:
            names.add(f"{packages[package]}:{name}")
    return frozenset(names)
