"""Shapes of Go that assertions, and what stands around them, come in. Pure."""

from __future__ import annotations

import re

from tree_sitter import Node

from testrun.audit.languages.tree import enclosing, of_type, short, text

FAIL = re.compile(r"^(?P<who>\w+|\w+\.T\(\)|\w+\.[tT])\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)$")
GOMEGA = re.compile(r"^(?:(?:g|G|\w*[gG]omega)\.)?(?:Expect|ExpectWithOffset|Eventually|Consistently|Ω)$")
FUNCTIONS = ("func_literal", "function_declaration", "method_declaration")


def arguments(node: Node) -> list[Node]:
    arguments = node.child_by_field_name("arguments")
    return [each for each in arguments.named_children if each.type != "comment"] if arguments is not None else []


def gomega(node: Node) -> Node | None:
    """The ``Expect(x)`` that a chain begins with."""
    at: Node | None = node
    while at is not None:
        if at.type == "call_expression":
            function = at.child_by_field_name("function")
            if GOMEGA.match(text(function)):
                return at
            at = function
        elif at.type == "selector_expression":
            at = at.child_by_field_name("operand")
        else:
            return None
    return None


def statements(block: Node) -> list[Node]:
    inner = [each for each in block.named_children if each.type != "comment"]
    if len(inner) == 1 and inner[0].type == "statement_list":
        inner = [each for each in inner[0].named_children if each.type != "comment"]
    return inner


def fails_itself(block: Node, ts: frozenset[str]) -> bool:
    """The block fails the test, not one further inside."""
    for each in statements(block):
        if each.type == "expression_statement" and each.named_children and each.named_children[0].type == "call_expression":
            name = "".join(text(each.named_children[0].child_by_field_name("function")).split())
            match = FAIL.match(name)
            if match is not None and (match["who"] in ts or "T()" in match["who"]):
                return True
            if name in ("log.Fatal", "log.Fatalf", "panic") or re.fullmatch(r"(?:assert|require)\.Fail(?:Now)?f?", name):
                return True
    return False


def asserted(condition: Node) -> str:
    """What is known when a condition did not fail the test, as far as it is a name; else the condition."""
    if condition.type == "unary_expression":
        return short(condition).removeprefix("!")
    return f"not {short(condition)}" if condition.type in ("identifier", "selector_expression") else short(condition)


def is_own(node: Node) -> bool:
    """It stands in the test itself or in a sub-test, not in a handler that others call."""
    at = enclosing(node, FUNCTIONS)
    if at is None or at.type != "func_literal":
        return True
    takes = text(at.child_by_field_name("parameters"))
    call = at.parent.parent if at.parent is not None and (takes == "()" or "testing." in takes) else None
    return call is not None and text(call.child_by_field_name("function")).endswith(".Run")


def is_case(node: Node) -> bool:
    """One of several ifs in a row that ask one value for what it is: a switch written otherwise."""
    left = _case(node)
    siblings = node.parent.named_children if node.parent is not None else []
    return bool(left) and any(each.id != node.id and each.type == "if_statement" and _case(each) == left for each in siblings)


def _case(node: Node) -> str:
    match = re.match(r"([\w.\[\]\"]+) == ", text(node.child_by_field_name("condition")))
    return match[1] if match else ""


def is_asserted(condition: Node, then: Node) -> bool:
    """What is asserted is the condition: ``if got != want { assert.Equal(t, want, got) }``."""
    if condition.type != "binary_expression" or text(condition.child_by_field_name("operator")) != "!=":
        return False
    sides = {text(condition.child_by_field_name("left")), text(condition.child_by_field_name("right"))}
    return any(sides <= {text(one) for one in arguments(each)} for each in of_type(then, "call_expression"))


def only_returns(block: Node) -> bool:
    body = statements(block)
    if not body or body[-1].type != "return_statement" or body[-1].named_children:
        return False
    return all(re.match(r"(?:\w+\.)?(?:Log|Logf|Print\w*)\(|fmt\.|log\.", text(each)) for each in body[:-1])
