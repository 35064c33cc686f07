"""What a test in TypeScript or JavaScript waits for before it ends. Pure."""

from __future__ import annotations

import re

from tree_sitter import Node

from testrun.audit.languages import typescript_shapes as shape
from testrun.audit.languages.tree import of_type, text

_WAITED = frozenset(
    {"await_expression", "return_statement", "variable_declarator", "assignment_expression", "array", "yield_expression"}
)
_QUEUES = re.compile(r"\bcy\s*\.\w|\b(?:advance|run)\w*Timers?\w*Async\(|\.(?:tick|runAll)Async\(")
_IN_TIME = re.compile(r"(?:\w+\.)?(?:setTimeout|setImmediate|nextTick|requestAnimationFrame|queueMicrotask)$")


def is_queued(function: Node) -> bool:
    """What is chained is carried out before the test ends: by Cypress, by Angular's fakeAsync, by a clock put forward."""
    return _QUEUES.search(text(function.child_by_field_name("body"))) is not None or _is_zoned(function)


def _is_zoned(function: Node) -> bool:
    """The function of a test stands in ``fakeAsync(…)`` or ``waitForAsync(…)``, which carry out what is left."""
    call = function.parent.parent if function.parent is not None else None
    return call is not None and text(call.child_by_field_name("function")) in ("fakeAsync", "waitForAsync")


def for_request(call: Node, name: str) -> bool:
    """``cy.wait("@save")``, not ``cy.wait(1000)``."""
    given = shape.arguments(call)
    return name == "cy.wait" and bool(given) and given[0].type == "string"


def ends(body: Node | None, name: str) -> bool:
    """The last thing that is done is to call what ends the test."""
    last = shape.statements(body)[-1:] if body is not None else []
    return any(text(each).startswith(f"{name}(") for each in last)


def is_late(node: Node, *, says_so: bool) -> bool:
    """Nothing waits for this promise. ``says_so``: the test ends when it calls ``done``."""
    at: Node | None = node
    while at is not None and at.parent is not None:
        parent = at.parent
        if parent.type in _WAITED or (parent.type == "arrow_function" and parent.child_by_field_name("body") == at):
            return False
        if parent.type == "arguments":
            # A promise that is handed on, to Promise.all or to a helper, is that one's to wait for.
            return False
        if parent.type == "expression_statement":
            return not (says_so and text(node).find("done") >= 0)
        at = parent
    return False


def is_last(node: Node, body: Node | None) -> bool:
    """Nothing is waited for after it, which would give it its time."""
    rest = body.text[node.end_byte - body.start_byte :] if body is not None and body.text is not None else b""
    return b"await " not in rest


def awaits_event(function: Node) -> bool:
    """It ends when something calls back, or comes; when nothing does, it runs out of time, or is told that it failed."""
    for each in of_type(function, "new_expression", "call_expression"):
        given = shape.arguments(each)
        called = text(each.child_by_field_name("constructor") or each.child_by_field_name("function"))
        if called == "reject" or (called in ("waitFor", "once", "pEvent") and len(given) > 1):
            return True
        executor = given[0] if given and given[0].type in shape.FUNCTIONS else None
        if executor is None:
            continue
        ends = shape.parameters(executor) if called == "Promise" else shape.parameters(executor) & {"done", "resolve"}
        if any(text(one) in ends and _is_handed_over(one, executor) for one in of_type(executor, "identifier")):
            return True
    return False


def _is_handed_over(name: Node, executor: Node) -> bool:
    """The function of this name is left to others: not called at once, nor by a clock."""
    up = name.parent
    if up is None or up.type == "formal_parameters" or up.id == executor.id or up.type.endswith("_parameter"):
        return False
    while up is not None and up.id != executor.id:
        if up.type == "call_expression" and _IN_TIME.match(text(up.child_by_field_name("function"))):
            return False
        if up.type in shape.FUNCTIONS:
            return True
        up = up.parent
    return name.parent is not None and name.parent.type != "call_expression"
