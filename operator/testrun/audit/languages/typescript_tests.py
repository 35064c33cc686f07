"""The tests that a file of TypeScript or JavaScript defines, and what each asserts. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from testrun.audit.languages import typescript_asserts, typescript_waits
from testrun.audit.languages import typescript_shapes as shape
from testrun.audit.languages.tree import Located, of_type, text
from testrun.audit.model import Call, Test, says_it_runs

_DEFINES = re.compile(r"^(?P<word>it|test|specify|fit|xit|xtest)(?P<more>(?:\.\w+)*)$")
_MODIFIERS = frozenset({"", "only", "skip", "todo", "fixme", "fail", "fails", "failing", "skipIf", "runIf", "concurrent",
                        "sequential", "serial", "each", "for", "retries", "scoped", "prop"})  # fmt: skip
_SKIPS = frozenset({"skip", "todo", "fixme", "failing", "skipIf", "fails"})
_TABLES = re.compile(r"\w+(?:\.\w+)*\.(?:each|for)\b")


def defines(call: Call) -> re.Match[str] | None:
    """A call that defines a test: ``it(…)``, ``test.only(…)``, ``it.each(…)(…)``."""
    name = re.sub(r"\.(?:each|for|runIf|skipIf|extend)(?:\(.*\)|`.*)$", "", call.name)
    match = _DEFINES.match(name)
    if match is None or match["more"].endswith((".each", ".for")) or not set(match["more"].split(".")) <= _MODIFIERS:
        return None
    # `test.end((error) => …)` is something else of that name: a test has a title.
    untitled = re.match(r"(?:async\b)?\s*(?:function\b|\w+\s*=>|\()", "".join(call.arguments[:1]))
    return None if match["more"] and untitled else match


def find(
    calls: Located[Call], functions: dict[str, list[Node]], make: Callable[..., typescript_asserts.Reader]
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
        reader = make(rows=_rows(node, function))
        reader.read(function)
        body = function.child_by_field_name("body")
        inside = list(calls.within(function))
        skips = any(one.name in ("test.skip", "this.skip", "t.skip", "ctx.skip", "test.fixme", "test.fail") for one in inside)
        yield function, Test(
            name=each.arguments[0].strip("'\"`"), line=each.line, end=node.end_point[0] + 1, assertions=reader.assertions,
            helpers=reader.helped, planned=reader.planned, calls=inside, markers=markers, skipped=skipped or skips,
            failing=frozenset(reader.failing),
            said=says_it_runs(each.arguments[0].replace("\\", ""))
            or (not reader.assertions and _ends_otherwise(node, function, inside)),
            empty=body is not None and body.type == "statement_block" and not body.named_children,
        )  # fmt: skip


def _ends_otherwise(node: Node, function: Node, calls: list[Call]) -> bool:
    """By an event, or by what the function around is given: ``const itShop = (title, check) => it(title, () => check(shop))``."""
    given: set[str] = set()
    at = node.parent
    while at is not None:
        given |= shape.parameters(at) if at.type in shape.FUNCTIONS else set()
        at = at.parent
    return any(each.name in given for each in calls) or typescript_waits.awaits_event(function)


def _rows(node: Node, function: Node) -> frozenset[str]:
    """The parameters of ``it.each(…)(…)``, and the names of loops around it: each row of the table gives them other values."""
    rows = shape.parameters(function) if _TABLES.match(text(node.child_by_field_name("function"))[:200]) else frozenset()
    at = node.parent
    while at is not None:
        if at.type == "for_in_statement":
            rows |= {text(each) for each in of_type(at.child_by_field_name("left") or at, *shape.NAMES)}
        elif (
            at.type in shape.FUNCTIONS
            and at.parent is not None
            and at.parent.type == "arguments"
            and at.parent.parent is not None
        ):
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
        if each.type in shape.FUNCTIONS:
            return each
        if each.type == "identifier" and text(each) in functions:
            return functions[text(each)][0]
        if each.type == "call_expression":
            inner = next(of_type(each, *shape.FUNCTIONS), None)
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
