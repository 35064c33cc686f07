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
    typescript_entrances,
    typescript_fallbacks,
    typescript_helpers,
    typescript_literals,
)
from testrun.audit.languages import typescript_shapes as shape
from testrun.audit.languages.callers import callers
from testrun.audit.languages.literals import lines_of_settings
from testrun.audit.languages.tree import Located, captured, joined, line, of_type, short, text
from testrun.audit.model import Assigned, Call, Function, Import, SourceFile, Test, says_it_runs

_DEFINES = re.compile(r"^(?P<word>it|test|specify|fit|xit|xtest)(?P<more>(?:\.\w+)*)$")
_TYPES_ASK = re.compile(r"(?:Expect|Assert|AssertEqual|AssertTrue)\s*<|^(?:is|same|equal)\w*(?:\.\w+)*\s*<", re.IGNORECASE)
_COMPILED = re.compile(r"\.test-d\.[cm]?tsx?$")
"""Vitest does not run these: that they compile is the test."""
_MUST_NOT_COMPILE = re.compile(r"@ts-expect-error")
"""The compiler fails where the next line has no error: a test that has nothing else is about that."""
_MODIFIERS = frozenset({"", "only", "skip", "todo", "fixme", "fail", "fails", "failing", "skipIf", "runIf", "concurrent",
                        "sequential", "serial", "each", "for", "retries", "scoped", "prop"})  # fmt: skip
_SKIPS = frozenset({"skip", "todo", "fixme", "failing", "skipIf", "fails"})
_ASSERTS = re.compile(r"(?:node:)?assert(?:/strict)?|chai")
_TABLES = re.compile(r"\w+(?:\.\w+)*\.(?:each|for)\b")
_NAMES = ("identifier", "shorthand_property_identifier_pattern")
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function_declaration"})


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
        file.asserting = _asserting(named, calls)
        helpers = file.asserting | _imported_asserts(file.imports)
        playwright = any(each.module == "@playwright/test" for each in file.imports)
        typed, said = (Located(nodes.get(name, []), nodes.get(name, [])) for name in ("typed", "comment"))
        for function, test in _tests(calls, functions, helpers, playwright=playwright):
            comments = joined(said.within(function))
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


def _asserting(functions: list[tuple[str, Node]], calls: Located[Call]) -> frozenset[str]:
    """The functions and methods of the file that assert, or call one that does."""
    names = [(name, [each.name for each in calls.within(node)]) for name, node in functions]
    return callers({name for name, called in names if any(map(typescript_asserts.ASSERTION.match, called))}, names)


def defines(call: Call) -> re.Match[str] | None:
    """A call that defines a test: ``it(…)``, ``test.only(…)``, ``it.each(…)(…)``."""
    name = re.sub(r"\.(?:each|for|runIf|skipIf|extend)(?:\(.*\)|`.*)$", "", call.name)
    match = _DEFINES.match(name)
    if match is None or match["more"].endswith((".each", ".for")) or not set(match["more"].split(".")) <= _MODIFIERS:
        return None
    # `test.end((error) => …)` is something else of that name: a test has a title.
    untitled = re.match(r"(?:async\b)?\s*(?:function\b|\w+\s*=>|\()", "".join(call.arguments[:1]))
    return None if match["more"] and untitled else match


def _tests(
    calls: Located[Call], functions: dict[str, list[Node]], helpers: frozenset[str], *, playwright: bool
) -> Iterator[tuple[Node, Test]]:
    """Each test with its function, or with the call that defines it when it has none."""
    for node, each in calls.pairs:
        match = defines(each)
        if match is None or not each.arguments or match["word"] in functions:
            continue
        function = _function(node, functions)
        words = set(match["more"].split("."))
        skipped = bool(words & _SKIPS) or match["word"] in ("xit", "xtest") or _in_skipped(node)
        markers = tuple(sorted(words - {""})) + (("only",) if match["word"] == "fit" else ())
        if function is None:
            if "todo" in words:
                yield (
                    node,
                    Test(name=each.arguments[0].strip("'\"`"), line=each.line, end=each.line, markers=markers, skipped=True),
                )
            continue
        rows = _rows(node, function)
        reader = typescript_asserts.Reader(helpers, playwright=playwright, rows=rows)
        reader.read(function)
        body = function.child_by_field_name("body")
        inside = list(calls.within(function))
        skips = any(one.name in ("test.skip", "this.skip", "t.skip", "ctx.skip", "test.fixme", "test.fail") for one in inside)
        yield function, Test(
            name=each.arguments[0].strip("'\"`"), line=each.line, end=node.end_point[0] + 1, assertions=reader.assertions,
            helpers=reader.helped, planned=reader.planned, calls=inside, markers=markers, skipped=skipped or skips,
            failing=frozenset(reader.failing),
            said=says_it_runs(each.arguments[0]) or (not reader.assertions and _ends_otherwise(node, function, inside)),
            empty=body is not None and body.type == "statement_block" and not body.named_children,
        )  # fmt: skip


def _ends_otherwise(node: Node, function: Node, calls: list[Call]) -> bool:
    """By an event, or by what the function around is given: ``const itShop = (title, check) => it(title, () => check(shop))``."""
    given: set[str] = set()
    at = node.parent
    while at is not None:
        given |= shape.parameters(at) if at.type in _FUNCTIONS else set()
        at = at.parent
    return any(each.name in given for each in calls) or shape.awaits_event(function)


def _asks_for_types(node: Node) -> bool:
    """The compiler is asked: ``type Same = Expect<Equal<A, B>>``, ``order satisfies Order``, ``isType.equal<true, A, B>()``."""
    if node.type == "expression_statement" and not _is_bare(node):
        return False
    return node.type == "satisfies_expression" or _TYPES_ASK.search(text(node)) is not None


def _is_bare(statement: Node) -> bool:
    """A call that is given types, and nothing else."""
    called = statement.named_children[0] if statement.named_children else None
    return called is not None and called.child_by_field_name("type_arguments") is not None and not shape.arguments(called)


def _rows(node: Node, function: Node) -> frozenset[str]:
    """The parameters of ``it.each(…)(…)``, and the names of loops around it: each row of the table gives them other values."""
    rows = shape.parameters(function) if _TABLES.match(text(node.child_by_field_name("function"))[:200]) else frozenset()
    at = node.parent
    while at is not None:
        if at.type == "for_in_statement":
            rows |= {text(each) for each in of_type(at.child_by_field_name("left") or at, *_NAMES)}
        elif at.type in _FUNCTIONS and at.parent is not None and at.parent.type == "arguments" and at.parent.parent is not None:
            called = text(at.parent.parent.child_by_field_name("function"))[:200]
            rows |= shape.parameters(at) if _TABLES.match(called) or called.endswith((".forEach", ".map")) else frozenset()
        at = at.parent
    return rows


def _function(node: Node, functions: dict[str, list[Node]]) -> Node | None:
    """The function of a test: the last of its arguments that is one, or names one, or wraps one."""
    arguments = shape.arguments(node)
    if len(arguments) > 2 and text(arguments[1]) in functions:
        return functions[text(arguments[1])][0]  # one for several tests, and what it is given
    for each in reversed(arguments):
        if each.type in _FUNCTIONS:
            return each
        if each.type == "identifier" and text(each) in functions:
            return functions[text(each)][0]
        if each.type == "call_expression":
            inner = next(of_type(each, *_FUNCTIONS), None)
            if inner is not None:
                return inner
    return None


def _in_skipped(node: Node) -> bool:
    at = node.parent
    while at is not None:
        if at.type == "call_expression":
            name = text(at.child_by_field_name("function"))
            if re.match(r"(?:describe|suite|context|test\.describe)\.(?:skip|todo|fixme)\b|xdescribe\b", name):
                return True
        at = at.parent
    return False
