"""Go, by tree-sitter. Pure."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator

import tree_sitter_go
from tree_sitter import Language, Node, Parser, Query

from testrun.audit import doors
from testrun.audit.languages import go_asserts, go_drops, go_entrances, go_fallbacks, go_helpers, go_literals, go_shapes
from testrun.audit.languages.callers import callers
from testrun.audit.languages.literals import lines_of_settings
from testrun.audit.languages.tree import Located, above, captured, joined, line, of_type, short, text
from testrun.audit.model import Assigned, Call, Function, Import, Lost, SourceFile, Test, says_it_runs

_NAME = re.compile(r"^(?:Test|Fuzz)(?![a-z])")
_TESTING = re.compile(r"\*\s*testing\.[TFB]\b|\btesting\.TB\b|\*\s*\w*\.?T\b|GinkgoTInterface")
_BUILD = re.compile(rb"^//go:build[ \t]+(.+)$", re.MULTILINE)
_SUITES = re.compile(r"\w*suite\.Run$|(?:ginkgo\.)?RunSpecs$")
_SKIP = re.compile(r"\.(?:Skip|Skipf|SkipNow)$")


_WANTED = """
(import_spec) @import
(function_declaration) @function
(method_declaration) @function
(call_expression) @call
(comment) @comment
(parameter_declaration) @parameter
(short_var_declaration) @assigned
(assignment_statement) @given
[(interpreted_string_literal) (raw_string_literal) (int_literal)] @literal
"""


@functools.cache
def _tools() -> tuple[Parser, Query]:
    language = Language(tree_sitter_go.language())
    return Parser(language), Query(language, _WANTED)


def parse(data: bytes) -> Node:
    """The root of a file's tree."""
    return _tools()[0].parse(data).root_node


def read(file: SourceFile, data: bytes) -> None:
    """Fill the model of a file."""
    query, root = _tools()[1], parse(data)
    file.broken = root.has_error
    match = _BUILD.search(data, 0, 4096)
    if match is not None:
        file.tags = tuple(sorted(set(re.findall(r"\w[\w.]*", match[1].decode("utf-8", "replace")))))
    nodes = captured(query, root)
    for node in nodes.get("import", ()):
        name = text(node.child_by_field_name("name"))
        module = text(node.child_by_field_name("path")).strip('"`')
        file.imports.append(Import(line=line(node), module=module, names=(("", name or module.rpartition("/")[2]),)))
    functions = nodes.get("function", [])
    for node in nodes.get("assigned", ()):
        left, value = node.child_by_field_name("left"), short(node.child_by_field_name("right"), 120)
        for each in left.named_children if left is not None else ():
            file.assigned.append(Assigned(line=line(node), name=text(each), value=value))
    if file.is_test:
        file.literals = list(go_literals.find(nodes.get("literal", ()), lines_of_settings(data)))
    file.fallbacks = list(go_fallbacks.find(root))
    seen = _seen(nodes)
    file.calls = [each for _, each in seen.calls.pairs]
    file.lost = [lost for each in functions if (lost := _lost(each, file.path)) is not None]
    if not file.is_test:
        file.functions = [_named(each) for each in functions]
    if file.is_test:
        file.own = list(go_helpers.find(root))
        file.used = go_helpers.used(file, data)
        file.asserting = _asserting(functions, seen)
    if file.path.endswith("_test.go"):
        helpers = file.asserting | _kept(nodes.get("assigned", []) + nodes.get("given", []), seen)
        file.tests = [test for each in functions if (test := _test(each, seen, helpers)) is not None]
        file.tests += _ginkgo(seen, helpers, file)
    if not file.is_test:
        file.entrances = list(go_entrances.find(seen.calls.pairs, root, data, file.imports))
    elif doors.comes_in(file):
        file.texts = [*(text(each) for each in nodes.get("literal", ())), *doors.made(data), *(each.name for each in file.tests)]


def _named(node: Node) -> Function:
    return Function(
        name=text(node.child_by_field_name("name")), line=line(node), end=node.end_point[0] + 1, owner=go_helpers.receiver(node)
    )


def call(node: Node) -> Call:
    arguments = node.child_by_field_name("arguments")
    given = arguments.named_children[:6] if arguments is not None else []
    return Call(
        line=line(node), name=short(node.child_by_field_name("function"), 100), arguments=tuple(short(each) for each in given)
    )


def _lost(node: Node, path: str) -> Lost | None:
    """A function that looks like a test, and that `go test` does not run."""
    name, parameters = text(node.child_by_field_name("name")), text(node.child_by_field_name("parameters"))
    if node.type != "function_declaration" or not re.match(r"(?:Test|Fuzz|Benchmark)\w", name):
        return None
    if node.child_by_field_name("result") is not None:
        return None  # a test gives nothing back: this is a helper
    takes = re.fullmatch(r"\(\s*\w+ (\*?)testing\.[TFB]\s*\)", parameters)
    if takes is None:
        return None
    why = ""
    if not path.endswith("_test.go"):
        why = "go test looks into *_test.go only"
    elif re.match(r"(?:Test|Fuzz|Benchmark)[a-z]", name):
        why = "after Test a small letter makes it no test"
    elif not takes[1]:
        why = "it takes testing.T, not *testing.T"
    return Lost(line=line(node), name=name, why=why) if why else None


@dataclasses.dataclass(frozen=True)
class _Seen:
    """What is asked for again for each function."""

    calls: Located[Call]
    comments: Located[Node]
    testing: Located[tuple[str, ...]]
    """The names of each parameter that is a testing.T."""

    def testing_names(self, function: Node) -> frozenset[str]:
        """What a function calls its testing.T, and those in it call theirs."""
        return frozenset(name for names in self.testing.within(function) for name in names)


def _seen(nodes: dict[str, list[Node]]) -> _Seen:
    calls, comments = nodes.get("call", []), nodes.get("comment", [])
    takers = [each for each in nodes.get("parameter", ()) if _TESTING.search(text(each.child_by_field_name("type")))]
    names = [tuple(text(name) for name in each.children_by_field_name("name")) for each in takers]
    return _Seen(Located(calls, [call(each) for each in calls]), Located(comments, comments), Located(takers, names))


def _asserting(functions: list[Node], seen: _Seen) -> frozenset[str]:
    """The functions that take a testing.T, or are methods, and assert or call one that does."""
    asserting: set[str] = set()
    calls: list[tuple[str, list[str]]] = []
    for each in functions:
        name = text(each.child_by_field_name("name"))
        body = each.child_by_field_name("body")
        ts, suite = seen.testing_names(each), _receiver(each)
        if body is None or _NAME.match(name) or not (ts or suite):
            continue
        calls.append((name, [one.name for one in seen.calls.within(body)]))
        reader = go_asserts.Reader((), ts=ts, suite=suite)
        reader.read(body)
        if any(one.strength > 1 for one in reader.assertions):
            asserting.add(name)
    return callers(asserting, calls)


def _kept(assigned: list[Node], seen: _Seen) -> frozenset[str]:
    """The variables that hold a function which asserts: ``checkOrder := func() { Expect(…) }``."""
    found: set[str] = set()
    for each in assigned:
        left, right = each.child_by_field_name("left"), each.child_by_field_name("right")
        value = right.named_children[0] if right is not None and len(right.named_children) == 1 else None
        if left is None or value is None or value.type != "func_literal":
            continue
        reader = go_asserts.Reader((), ts=seen.testing_names(value))
        reader.read(value)
        if any(one.strength > 1 for one in reader.assertions):
            found.add(text(left))
    return frozenset(found)


def _receiver(node: Node) -> str:
    """What a method calls its receiver; nothing for a function."""
    receiver = node.child_by_field_name("receiver")
    declared = next(of_type(receiver, "parameter_declaration"), None) if receiver is not None else None
    return text(declared.child_by_field_name("name")) if declared is not None else ""


def _test(node: Node, seen: _Seen, helpers: frozenset[str]) -> Test | None:
    name, body = text(node.child_by_field_name("name")), node.child_by_field_name("body")
    if not _NAME.match(name) or body is None or name == "TestMain":
        return None
    suite = ""
    if node.type == "method_declaration":
        suite = _receiver(node)
        parameters = node.child_by_field_name("parameters")
        if not suite or (parameters is not None and parameters.named_children):
            return None
    elif not seen.testing_names(node):
        return None
    return _made(name, node, body, seen, go_asserts.Reader(helpers, ts=seen.testing_names(node), suite=suite))


def _made(name: str, node: Node, body: Node, seen: _Seen, reader: go_asserts.Reader) -> Test:
    reader.read(body)
    inside = list(seen.calls.within(body))
    statements = go_shapes.statements(body)
    comments = f"{above(node)}\n{joined(seen.comments.within(body))}"
    skipped = bool(statements) and _SKIP.search(text(statements[0]).partition("(")[0]) is not None
    return Test(
        name=name, line=line(node), end=node.end_point[0] + 1, assertions=reader.assertions,
        helpers=reader.helped or any(_SUITES.match(each.name) for each in inside),
        calls=inside, skipped=skipped, empty=not statements,
        comments=comments, dropped="" if reader.assertions or reader.helped else go_drops.printed(inside, reader.ts),
        said=any(says_it_runs(each) for each in (name, comments)) or _races(reader, body),
    )  # fmt: skip


def _races(reader: go_asserts.Reader, body: Node) -> bool:
    """It asserts nothing, and does several things at once: for the race detector, or to see that it ends."""
    return not reader.assertions and next(of_type(body, "go_statement"), None) is not None


def _ginkgo(seen: _Seen, helpers: frozenset[str], file: SourceFile) -> Iterator[Test]:
    if not any("ginkgo" in each.module for each in file.imports):
        return
    for node, each in seen.calls.pairs:
        if each.name.removeprefix("ginkgo.") not in ("It", "Specify", "FIt", "PIt", "XIt") or len(each.arguments) < 2:
            continue
        function = next(of_type(node, "func_literal"), None)
        body = function.child_by_field_name("body") if function is not None else None
        if body is not None:
            test = _made(each.arguments[0].strip('"`'), node, body, seen, go_asserts.Reader(helpers, ts=frozenset()))
            test.skipped = test.skipped or each.name.removeprefix("ginkgo.") in ("PIt", "XIt")
            yield test
