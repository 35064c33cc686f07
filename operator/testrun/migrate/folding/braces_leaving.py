"""Where code of Go, TypeScript or JavaScript ends early outside a cluster, and tests that are gone then. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from testrun.audit.languages.tree import Node, line, text, walk
from testrun.migrate import edits
from testrun.migrate.folding import braces_reading
from testrun.migrate.folding.braces_reading import FUNCTIONS, Module, field
from testrun.migrate.folding.meaning import Meaning, Names
from testrun.migrate.folding.result import Folded, Undecided

_CONTAINERS = frozenset({"statement_list", "statement_block", "program", "block", "source_file", "switch_case", "switch_default"})
LEAVES = frozenset({"return_statement", "throw_statement", "continue_statement", "break_statement", "goto_statement"})
_CHECKS = re.compile(r"\bexpect\(|\bassert|\brequire\.|\.(?:Error|Fatal)f?\(")
_TEST_CALL = re.compile(r"\(?(?:it|test|describe|\w+\.Run)\b.*", re.DOTALL)
_GO_TEST = re.compile(r"(?:Test|Fuzz|Benchmark)(?![a-z])\w*")


def undecided(node: Node, why: str) -> Undecided:
    return Undecided(line(node), why)


def leave(module: Module, node: Node, body: Sequence[Node], lines: bytes, gone: str, names: Names) -> Folded:
    parent = node.parent
    if parent is None or parent.type not in _CONTAINERS:
        raise undecided(node, "it is the body of a statement without braces: give it braces")
    span = edits.whole_lines(module.data, node.start_byte, node.end_byte)
    if span is None:
        raise undecided(node, "something else stands on its lines: give each its own")
    last = body[-1]
    skips = braces_reading.skips(last, names)
    leaves = skips or last.type in LEAVES or text(last).startswith("panic(")
    if not leaves:
        return Folded(data=edits.applied(module.data, [(*span, lines)]), dropped=gone)
    siblings = [each for each in parent.named_children if each.type != "comment"]
    at = siblings.index(node)
    rest = siblings[at + 1 :]
    if rest and parent.type in ("switch_case", "switch_default"):
        raise undecided(node, "it ends a case of a `switch` early")
    end = edits.line_end(module.data, rest[-1].end_byte) if rest else span[1]
    after = module.data[span[1] : end].decode(errors="replace")
    if len(body) == 1 and (skips or text(last).rstrip(";") == "return"):
        return only_in_a_cluster(module, node, siblings[:at], (span[0], end), gone + after)
    return Folded(data=edits.applied(module.data, [(span[0], end, lines)]), dropped=gone + after)


def only_in_a_cluster(
    module: Module, node: Node, before: Sequence[Node], span: tuple[int, int], gone: str
) -> Folded:  # fmt: skip
    """A skip, or a return, that ends a test."""
    test = _test_of(node)
    if test is None:
        raise undecided(node, "it always skips without a cluster, and is no test itself: take its users to phase 3 first")
    if any(_CHECKS.search(text(each)) for each in before):
        return Folded(data=edits.without(module.data, *span), dropped=gone)
    return without_test(module, test)


def _test_of(node: Node) -> Node | None:
    """The statement that is the test whose body has this statement."""
    at = node.parent
    while at is not None and at.type in ("statement_list", "block", "statement_block"):
        at = at.parent
    if at is None or at.type not in FUNCTIONS:
        return None
    if at.type == "function_declaration":
        return at if _GO_TEST.fullmatch(text(field(at, "name"))) else None
    while at is not None and at.type in (*FUNCTIONS, "arguments", "argument_list", "call_expression"):
        at = at.parent
    return at if at is not None and at.type == "expression_statement" and _TEST_CALL.fullmatch(text(at)) else None


def without_test(module: Module, test: Node) -> Folded:
    left = removed(module, test, "", with_comment=True)
    return dataclasses.replace(left, dropped=_whole(module, test), tests=tuple(_titles(test)))


def _whole(module: Module, node: Node) -> str:
    """With the first line's indent."""
    start = edits.line_start(module.data, node.start_byte)
    return module.data[start : node.end_byte].decode(errors="replace")


def _titles(test: Node) -> Iterator[str]:
    """The names of a test, or of all tests in a group."""
    if test.type == "function_declaration":
        yield text(field(test, "name"))
        return
    calls = [each for each in walk(test) if each.type == "call_expression"]
    inner = [each for each in calls if re.match(r"\(?(?:it|test)\b", text(field(each, "function")))] or calls[:1]
    for each in inner:
        arguments = field(each, "arguments")
        if arguments is not None and arguments.named_children:
            yield text(arguments.named_children[0]).strip("'\"`")


def removed(module: Module, node: Node, gone: str, *, with_comment: bool = False) -> Folded:
    start, end = braces_reading.with_comment(module, node) if with_comment else node.start_byte, node.end_byte
    span = edits.whole_lines(module.data, start, end)
    if span is None:
        raise undecided(node, "something else stands on its lines: give each its own")
    parent = node.parent
    if parent is not None and parent.type not in _CONTAINERS:
        raise undecided(node, "it is the body of a statement without braces: give it braces")
    return Folded(data=edits.without(module.data, *span), dropped=gone)


def skipped(module: Module, node: Node, names: Names) -> Folded | None:
    """A test that a helper skips, or that is defined by a name that stands for ``it.skip``."""
    call = node.named_children[0] if node.named_children else None
    if call is None or call.type != "call_expression":
        return None
    name = text(field(call, "function"))
    if module.is_go:
        if names.get(f"{name}()") is not Meaning.SKIPS:
            return None
        parent = node.parent
        before = [each for each in parent.named_children if each.end_byte <= node.start_byte] if parent is not None else []
        span = edits.whole_lines(module.data, node.start_byte, parent.end_byte - 1 if parent is not None else node.end_byte)
        return only_in_a_cluster(module, node, before, span or (node.start_byte, node.end_byte), "")
    head = re.match(r"\w+", name)
    if head is not None and names.get(head[0]) is Meaning.SKIPS:
        return without_test(module, node)
    return None
