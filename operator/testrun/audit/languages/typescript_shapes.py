"""Shapes of TypeScript and JavaScript that assertions come in. Pure."""

from __future__ import annotations

import re

from tree_sitter import Node

from testrun.audit.languages.tree import enclosing, of_type, text, walk
from testrun.audit.model import Flaw

FAILS = frozenset(
    {"fail", "t.assert.fail", "assert.fail", "expect.fail", "done.fail", "expect.unreachable", "t.fail", "chai.assert.fail"}
)
FUNCTIONS = frozenset(
    {"arrow_function", "function_expression", "function_declaration", "generator_function", "generator_function_declaration"}
)
BODIES = FUNCTIONS | {"method_definition"}
"""What code may be of, other than the test that it stands in."""
_BRANCHES = frozenset({"if_statement", "while_statement", "for_statement", "for_in_statement", "catch_clause"})
NAMES = ("identifier", "shorthand_property_identifier_pattern")
"""What a pattern on the left of ``=`` gives names to."""
_LITERALS = frozenset({"true", "false", "null", "number", "string", "undefined"})


def root_name(call: Node) -> str:
    """What is called, on one line: ``expect.poll``."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "member_expression":
        return text(function)
    return f"{text(function.child_by_field_name('object'))}.{text(function.child_by_field_name('property'))}"


def root_call(node: Node) -> tuple[Node, str] | None:
    """Of a chain ``expect(x).a.b(…)``: the innermost call, and the chain behind it, such as ``.a.b``."""
    chain: list[str] = []
    at = node
    while True:
        if at.type == "call_expression":
            function = at.child_by_field_name("function")
            if function is None:
                return None
            if function.type == "identifier" or root_name(at) in ("expect.soft", "expect.poll"):
                return at, "".join(f".{each}" for each in reversed(chain))
            at = function
        elif at.type == "member_expression":
            chain.append(text(at.child_by_field_name("property")))
            inner = at.child_by_field_name("object")
            if inner is None:
                return None
            at = inner
        elif at.type in ("non_null_expression", "parenthesized_expression", "await_expression") and at.named_children:
            at = at.named_children[0]
        else:
            return None


def is_whole(node: Node) -> bool:
    """It is no part of a longer chain or of a call."""
    return node.parent is not None and not (
        node.parent.type == "member_expression"
        or (node.parent.type == "call_expression" and node.parent.child_by_field_name("function") == node)
    )


def is_told(call: Node) -> bool:
    """A call has an option that says what is expected: ``login({ user, expectSession: false })``."""
    return any(
        re.match(r"['\"]?expect(?:ed)?(?![a-z])", text(pair.child_by_field_name("key")))
        for each in arguments(call) if each.type == "object"
        for pair in each.named_children if pair.type == "pair"
    )  # fmt: skip


def given_names(call: Node) -> set[str]:
    """The names a call is given, as they are or in an object: ``serve(request, { end: done })``."""
    found: set[str] = set()
    for each in arguments(call):
        for one in each.named_children if each.type == "object" else [each]:
            value = one.child_by_field_name("value") if one.type == "pair" else one
            if value is not None and value.type in ("identifier", "shorthand_property_identifier"):
                found.add(text(value))
    return found


def handed(call: Node) -> list[str]:
    """The names that a call is given, as they are or for an option: ``findAll({ logging: sqlAssert })``."""
    given = arguments(call)
    given += [
        value for each in given if each.type == "object"
        for pair in each.named_children if (value := pair.child_by_field_name("value")) is not None
    ]  # fmt: skip
    return [text(each) for each in given if each.type in ("identifier", "member_expression")]


def parameters(function: Node) -> frozenset[str]:
    """The names that a function gives to what it is called with."""
    found = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
    return frozenset(
        text(each) for each in of_type(found, "identifier", "shorthand_property_identifier_pattern")
    ) if found is not None else frozenset()  # fmt: skip


def is_in_branch(throw: Node) -> bool:
    """A throw stands where something is not as it should be, and is not all that a function does."""
    at = enclosing(throw, _BRANCHES | BODIES)
    return at is not None and at.type in _BRANCHES


def is_case(node: Node) -> bool:
    """One of several ifs in a row that ask one value for what it is: a switch written otherwise."""
    left = case(node)
    if not left or node.parent is None:
        return False
    return any(each.id != node.id and each.type == "if_statement" and case(each) == left for each in node.parent.named_children)


def case(node: Node) -> str:
    match = re.match(r"\(?([\w.$\[\]\"']+) ===? ", text(node.child_by_field_name("condition")))
    return match[1] if match else ""


def arguments(node: Node) -> list[Node]:
    arguments = node.child_by_field_name("arguments")
    return [each for each in arguments.named_children if each.type != "comment"] if arguments is not None else []


def flaw(matcher: str, negated: bool, subjects: list[Node], given: list[Node]) -> Flaw | None:
    if not subjects:
        return None
    subject, expected = subjects[0], given[0] if given else None
    if (
        not negated
        and expected is not None
        and matcher in ("toBe", "toEqual", "toStrictEqual", "toBeGreaterThanOrEqual", "toBeLessThanOrEqual")
    ):
        if is_literal(subject) and is_literal(expected):
            return Flaw.CONSTANT if text(subject).strip("'\"`") == text(expected).strip("'\"`") else None
        if text(subject) == text(expected) and not calls(subject):
            return Flaw.ITSELF
        if matcher == "toBeGreaterThanOrEqual" and text(expected) == "0" and re.search(r"\.(?:length|size)$", text(subject)):
            return Flaw.ALWAYS
    if matcher in ("toBeTruthy", "toBeDefined") or (negated and matcher in ("toBeNull", "toBeUndefined")):
        if not negated and matcher == "toBeTruthy" and is_literal(subject):
            return Flaw.CONSTANT if text(subject) not in ("false", "0", "null", "undefined", "''", '""') else None
        if subject.type in (
            "object",
            "array",
            "arrow_function",
            "function_expression",
            "true",
            "string",
            "number",
            "template_string",
            "new_expression",
        ):
            return Flaw.ALWAYS if subject.type != "new_expression" else None
        if subject.type == "unary_expression" and text(subject).startswith("typeof "):
            return Flaw.ALWAYS
    return None


def is_literal(node: Node) -> bool:
    return node.type in _LITERALS or text(node) == "undefined" or (node.type == "unary_expression" and text(node)[1:].isdigit())


def is_value(arguments: list[Node]) -> bool:
    """What is asserted on is a value already, not something of the page: ``await page.title()``."""
    return bool(arguments) and (arguments[0].type == "await_expression" or is_literal(arguments[0]))


def calls(node: Node) -> bool:
    return any(True for _ in of_type(node, "call_expression", "await_expression", "new_expression", "object", "array"))


def fails(node: Node) -> bool:
    """A statement that ends the test as failed."""
    if node.type == "throw_statement":
        return True
    if node.type == "return_statement":
        return False
    for each in of_type(node, "call_expression"):
        name = text(each.child_by_field_name("function"))
        if name in FAILS:
            return True
        if re.fullmatch(r"expect\((?:true|1|false|0|['\"][^'\"]*['\"])\)\.(?:not\.)?to(?:Be|Equal|BeFalsy|BeTruthy)", name):
            root = root_call(each)
            return root is not None and flaw("toBe", ".not" in name, arguments(root[0]), arguments(each)) is None
        if name in ("assert", "assert.ok", "assert.isTrue") and text(each.child_by_field_name("arguments")).startswith("(false"):
            return True
    return False


def statements(node: Node) -> list[Node]:
    return [each for each in node.named_children if each.type != "comment"] if node.type == "statement_block" else [node]


def only_fails(node: Node) -> bool:
    body = statements(node)
    return bool(body) and fails(body[-1])


def denies(body: Node, name: str) -> bool:
    """What is caught is asserted not to be there: ``assert.equal(error, undefined)``."""
    found = re.search(rf"\b{re.escape(name)}\)?(?:, |\.to)(?:\w+\()?(?:undefined|null|BeUndefined|BeNull|BeFalsy)", text(body))
    return bool(name) and found is not None


def swallows(handler: Node) -> bool:
    """Nothing comes of what is caught."""
    body = handler.child_by_field_name("body")
    if body is None:
        return True
    for each in walk(body):
        if each.type in (
            "throw_statement",
            "return_statement",
            "assignment_expression",
            "continue_statement",
            "await_expression",
        ):
            return False
        if each.type == "call_expression" and not re.match(
            r"console\.|logger\.|log\b", text(each.child_by_field_name("function"))
        ):
            return False
    return True


def plans(call: Node) -> bool:
    """It is told how many assertions must run: ``tspl(t, { plan: 2 })``."""
    return any(
        text(pair.child_by_field_name("key")) == "plan"
        for each in arguments(call) if each.type == "object"
        for pair in each.named_children if pair.type == "pair"
    )  # fmt: skip


def only_returns(node: Node) -> bool:
    body = statements(node)
    if not body or body[-1].type != "return_statement" or body[-1].named_children:
        return False
    return all(text(each).startswith("console.") for each in body[:-1])
