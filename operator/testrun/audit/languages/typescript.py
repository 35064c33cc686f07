"""TypeScript and JavaScript, by tree-sitter: the TSX grammar reads JavaScript as well. Pure."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query

from testrun.audit import doors
from testrun.audit.languages import (
    typescript_asserts,
    typescript_drops,
    typescript_entrances,
    typescript_fallbacks,
    typescript_helpers,
    typescript_literals,
    typescript_tests,
)
from testrun.audit.languages import typescript_shapes as shape
from testrun.audit.languages.callers import callers
from testrun.audit.languages.literals import lines_of_settings
from testrun.audit.languages.tree import Located, captured, joined, line, of_type, short, text
from testrun.audit.model import Assigned, Call, Function, Import, SourceFile, says_it_runs

_TYPES_ASK = re.compile(r"(?:Expect|Assert|AssertEqual|AssertTrue)\s*<|^(?:is|same|equal)\w*(?:\.\w+)*\s*<", re.IGNORECASE)
_COMPILED = re.compile(r"\.test-d\.[cm]?tsx?$")
"""Vitest does not run these: that they compile is the test."""
_MUST_NOT_COMPILE = re.compile(r"@ts-expect-error")
"""The compiler fails where the next line has no error: a test that has nothing else is about that."""
_ASSERTS = re.compile(r"(?:node:)?assert(?:/strict)?|chai")


_WANTED = """
(call_expression) @call
(comment) @comment
[(type_alias_declaration) (satisfies_expression) (expression_statement (call_expression type_arguments: (_)))] @typed
(import_statement source: (_)) @import
(export_statement source: (_)) @import
(function_declaration) @function
(method_definition) @method
(public_field_definition value: [(arrow_function) (function_expression)]) @method
(variable_declarator value: [(arrow_function) (function_expression)]) @variable
(export_statement value: [(arrow_function) (function_expression)] @default)
(variable_declarator name: (_) value: (_)) @assigned
(variable_declarator value: (call_expression function: (identifier) @require (#eq? @require "require"))) @required
[(string) (template_string) (number)] @literal
(throw_statement) @throw
"""


@functools.cache
def _tools(typescript: bool) -> tuple[Parser, Query]:
    language = Language(tree_sitter_typescript.language_typescript() if typescript else tree_sitter_typescript.language_tsx())
    return Parser(language), Query(language, _WANTED)


def parse(path: str, data: bytes) -> Node:
    """The root of a file's tree."""
    return _tools(_is_typescript(path))[0].parse(data).root_node


def _is_typescript(path: str) -> bool:
    return path.endswith((".ts", ".mts", ".cts"))


def read(file: SourceFile, data: bytes) -> None:
    """Fill the model of a file."""
    root = parse(file.path, data)
    file.broken = root.has_error
    nodes = captured(_tools(_is_typescript(file.path))[1], root)
    file.imports = [each for node in nodes.get("import", ()) for each in _imported(node)]
    for node in nodes.get("required", ()):
        value = node.child_by_field_name("value")
        if value is not None:
            file.imports.append(Import(line=line(node), module=_string(value), names=_required(node)))
    functions: dict[str, list[Node]] = {}
    for node in nodes.get("function", ()):
        functions.setdefault(text(node.child_by_field_name("name")), []).append(node)
    for node in nodes.get("variable", ()):
        value = node.child_by_field_name("value")
        if value is not None:
            functions.setdefault(text(node.child_by_field_name("name")), []).append(value)
    file.assigned = [
        Assigned(
            line=line(each), name=short(each.child_by_field_name("name")), value=short(each.child_by_field_name("value"), 120)
        )
        for each in nodes.get("assigned", ())
    ]
    file.fallbacks = list(typescript_fallbacks.find(root))
    calls = Located(nodes.get("call", []), [call(each) for each in nodes.get("call", ())])
    file.calls = [each for _, each in calls.pairs]
    if not file.is_test:
        file.functions = [_named(each) for kind in ("function", "variable", "method") for each in nodes.get(kind, ())]
    if file.is_test:
        file.literals = list(typescript_literals.find(nodes.get("literal", ()), lines_of_settings(data)))
        named = [(name, each) for name, of_name in functions.items() for each in of_name]
        named += [(text(each.child_by_field_name("name")), each) for each in nodes.get("method", ())]
        named += [("default", each) for each in nodes.get("default", ())]
        asserts = _imported_asserts(file.imports)
        asserting = _asserting(named, calls, asserts)
        raising = _raising(named, calls, nodes.get("throw", []))
        file.asserting = asserting | raising
        playwright = any(each.module == "@playwright/test" for each in file.imports)
        make = functools.partial(typescript_asserts.Reader, asserting | asserts, raising=raising, playwright=playwright)
        typed, said = (Located(nodes.get(name, []), nodes.get(name, [])) for name in ("typed", "comment"))
        for function, test in typescript_tests.find(calls, functions, make):
            comments = joined(said.within(function))
            test.comments = comments
            if not (test.assertions or test.helpers):
                test.dropped = typescript_drops.find(function)
            test.said = test.said or says_it_runs(comments)
            compiled = any(map(_asks_for_types, typed.within(function)))
            test.helpers = test.helpers or compiled or (not test.assertions and _MUST_NOT_COMPILE.search(comments) is not None)
            file.tests.append(test)
        if _COMPILED.search(file.path):
            file.tests = [dataclasses.replace(each, helpers=True) for each in file.tests]
        file.own = list(typescript_helpers.find(root))
        file.used = typescript_helpers.used(file)
        if doors.comes_in(file):
            file.texts = [*(text(each) for each in nodes.get("literal", ())), *(each.name for each in file.calls)]
    else:
        file.entrances = list(typescript_entrances.find(calls.pairs, data, file.imports))


def _named(node: Node) -> Function:
    name, body = text(node.child_by_field_name("name")), node.parent
    owner = ""
    if body is not None and body.type == "class_body" and body.parent is not None:
        owner = text(body.parent.child_by_field_name("name"))
    made = bool(owner) and name == "constructor"
    return Function(
        name=owner if made else name.lstrip("#"), line=line(node), end=node.end_point[0] + 1, owner="" if made else owner
    )


def call(node: Node) -> Call:
    arguments = node.child_by_field_name("arguments")
    given = arguments.named_children[:6] if arguments is not None else []
    return Call(
        line=line(node), name=short(node.child_by_field_name("function"), 100), arguments=tuple(short(each) for each in given)
    )


def _imported(node: Node) -> Iterator[Import]:
    source = node.child_by_field_name("source")
    if source is None:
        return
    names: list[tuple[str, str]] = []
    for each in of_type(node, "import_specifier", "import_clause", "namespace_import"):
        if each.type == "import_specifier":
            name = text(each.child_by_field_name("name"))
            names.append((name, text(each.child_by_field_name("alias")) or name))
        elif each.named_children and each.named_children[0].type == "identifier":
            names.append(("default" if each.type == "import_clause" else "*", text(each.named_children[0])))
    yield Import(line=line(node), module=text(source).strip("'\"`"), names=tuple(names))


def _required(node: Node) -> tuple[tuple[str, str], ...]:
    name = node.child_by_field_name("name")
    if name is None:
        return ()
    if name.type == "identifier":
        return (("*", text(name)),)
    return tuple((text(each), text(each)) for each in of_type(name, "shorthand_property_identifier_pattern"))


def _string(node: Node) -> str:
    arguments = node.child_by_field_name("arguments")
    return text(arguments.named_children[0]).strip("'\"`") if arguments is not None and arguments.named_children else ""


def _imported_asserts(imports: list[Import]) -> frozenset[str]:
    """``const { equal } = require("node:assert")``."""
    names = (pair for each in imports if _ASSERTS.fullmatch(each.module) for pair in each.names)
    return frozenset(here for there, here in names if there not in ("*", "default", "expect", "assert", "should", "use"))


def _asserting(functions: list[tuple[str, Node]], calls: Located[Call], asserts: frozenset[str]) -> frozenset[str]:
    """The functions and methods of the file that assert, by ``asserts`` too, or call one that does."""
    names = [(name, [each.name for each in calls.within(node)]) for name, node in functions]
    known = {
        name for name, called in names if any(typescript_asserts.ASSERTION.match(each) or each in asserts for each in called)
    }
    return callers(known, names)


def _raising(functions: list[tuple[str, Node]], calls: Located[Call], throws: list[Node]) -> frozenset[str]:
    """Those that throw when something is not so, or call one that does."""
    if not throws:
        return frozenset()
    checks = Located(throws, [shape.is_in_branch(each) for each in throws])
    names = [(name, [each.name for each in calls.within(node)]) for name, node in functions]
    return callers({name for name, node in functions if any(checks.within(node))}, names)


def _asks_for_types(node: Node) -> bool:
    """The compiler is asked: ``type Same = Expect<Equal<A, B>>``, ``order satisfies Order``, ``isType.equal<true, A, B>()``."""
    if node.type == "expression_statement" and not _is_bare(node):
        return False
    return node.type == "satisfies_expression" or _TYPES_ASK.search(text(node)) is not None


def _is_bare(statement: Node) -> bool:
    """A call that is given types, and nothing else."""
    called = statement.named_children[0] if statement.named_children else None
    return called is not None and called.child_by_field_name("type_arguments") is not None and not shape.arguments(called)
