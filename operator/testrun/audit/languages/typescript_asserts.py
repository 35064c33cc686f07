"""The assertions of a test in TypeScript or JavaScript, and what stands around each. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from tree_sitter import Node

from testrun.audit.languages import typescript_shapes as shape
from testrun.audit.languages import typescript_strength as strength_of
from testrun.audit.languages import typescript_waits as waits
from testrun.audit.languages.tree import enclosing, line, loops, of_type, short, text
from testrun.audit.model import Assertion, Flaw, Guard, Strength, is_computed, is_decided, is_of_nothing

HELPER = re.compile(
    r"(?:^|\.)test[A-Z_]\w*$|(?:^|\.)_?(?:assert|verify|expect|check|should|ensure|validate|must|compare|assume)(?:[A-Z_]\w*|That|s)?$"
)
_EXPECT = re.compile(r"expect(?:\.(?:soft|poll))?|expectTypeOf")
_EXPECTS = re.compile(r"(?:\w+E|e)xpect(?:\.(?:soft|poll))?|expectTypeOf")
_OF_CONTEXT = (
    r"t\.(?:is|(?:not|is)?(?:Deep|deep|Strict|strict)?(?:Equals?|equals?)|not\w*|ok|same\w*|error|match\w*|truthy|falsy|true|false|"
    r"throws\w*|rejects|resolves|regex|like|snapshot|pass|assert\.\w+)"
)
"""AVA, tap and tape call their context t."""
_ASSERT = re.compile(rf"(?:chai\.)?assert(?:\.\w+)*|{_OF_CONTEXT}")
ASSERTION = re.compile(rf"(?:\w+E|e)xpect\b|assert\b|\w+\.assert\b|{_OF_CONTEXT}$")
"""The beginning of what asserts, by the name that is called."""
_REQUIRED = re.compile(r"^require\(['\"](?:node:)?assert(?:/strict)?['\"]\)")
"""Taken where it is used: ``require("node:assert").equal(…)``."""
_FAILS_BY = re.compile(r"^(?:toThrow|throws?$|reject|rejectedWith)")
_CHAI_WORDS = frozenset(
    {"to", "be", "been", "have", "has", "is", "and", "not", "deep", "should", "eventually", "an", "a", "with"}
)
_QUERIES = re.compile(r"(?:^|\.)(?:find|get)(?:All)?By[A-Z]\w*$")
_SHOULD = re.compile(r"\.should\.(?:\w+\.)*\w+$")
_FAILS_WITHOUT = re.compile(
    r"\.should\.|sinon\.assert\.|(?i:scope|nock|interceptor)s?\.done$|\bwaitFor[A-Z]\w*$|^(?:exec(?:File)?(?:Sync|Async)?|execa)$|^cy\.(?:contains|\w*[sS]napshot)$"
)
"""Those that fail where what they are to find is not."""
_LOOPS = re.compile(r"\.(?:map|forEach|flatMap)$")


class Reader:
    """Goes through the function of one test. ``helpers`` are the functions of the file that assert, ``raising`` those that throw
    when something is not so.
    """

    def __init__(
        self, helpers: Collection[str], *, raising: Collection[str], playwright: bool, rows: frozenset[str] = frozenset()
    ) -> None:
        self.assertions: list[Assertion] = []
        self.helped = self.planned = False
        self._helpers = helpers
        self._raising = raising
        self._playwright = playwright
        self._rows = set(rows)
        self._computed: set[str] = set()
        """The names of what the test itself works out."""
        self._returned = False
        self._function = 0
        self._body: Node | None = None
        self.failing: set[str] = set()
        """What it calls where an error is to come."""
        self._context = ""
        """What the test calls its first parameter: the runner's context, in some."""
        self._waits = self._handed = False
        """The test ends when it says so: by a `done` it calls, or hands over for others to call."""
        self._queued = False
        """What is chained is carried out before the test ends: by Cypress, by Angular's fakeAsync, by a clock put forward."""

    def read(self, function: Node) -> None:
        self._function = function.id
        named = re.match(
            r"\(?\s*(\w+)\s*(?:[,):]|$)",
            text(function.child_by_field_name("parameters") or function.child_by_field_name("parameter")),
        )
        self._context = named[1] if named is not None else ""
        parameters = text(function.child_by_field_name("parameters") or function.child_by_field_name("parameter"))
        self._waits = bool(re.match(r"\(?\s*(?:done|resolve|cb|callback|t|assert)\b", parameters))
        self._body = body = function.child_by_field_name("body")
        self._queued = waits.is_queued(function)
        if body is not None:
            self._visit(body, None)
        self.helped = self.helped or (self._handed and not self.assertions)

    def _visit(self, node: Node, guard: Guard | None) -> None:
        kind = node.type
        if kind == "if_statement":
            self._branch(node, guard)
        elif kind == "for_in_statement":
            self._rows |= {text(each) for each in of_type(node.child_by_field_name("left") or node, *shape.NAMES)}
            self._children(node, guard)
        elif kind == "try_statement":
            self._attempt(node, guard)
        elif kind == "variable_declarator":
            value = node.child_by_field_name("value")
            if is_computed(text(value), self._rows, self._computed):
                self._computed |= {text(each) for each in of_type(node.child_by_field_name("name") or node, *shape.NAMES)}
            self._children(node, guard)
        elif kind == "binary_expression" and text(node.child_by_field_name("operator")) == "&&":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                self._visit(left, guard)
                self._visit(
                    right,
                    guard or (Guard.BRANCH if node.parent is not None and node.parent.type == "expression_statement" else None),
                )
        elif kind == "call_expression":
            if not self._call(node, guard):
                self._children(node, guard)
        elif kind == "member_expression" and shape.is_whole(node) and _SHOULD.search(text(node)):
            self._add(node, Strength.EQUALITY, short(node), None, guard)  # `await saved.should.not.be.rejected`
            self._children(node, guard)
        elif kind == "expression_statement" and node.named_children and node.named_children[0].type == "member_expression":
            if not self._property(node.named_children[0], guard):
                self._children(node, guard)
        else:
            self._children(node, guard)

    def _children(self, node: Node, guard: Guard | None) -> None:
        for each in node.named_children:
            self._visit(each, guard)

    def _branch(self, node: Node, guard: Guard | None) -> None:
        then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        condition = node.child_by_field_name("condition")
        if condition is not None:
            self._visit(condition, guard)
        if then is None:
            return
        if shape.only_fails(then):
            self._add(node, Strength.EQUALITY, short(condition), None, guard)
            if other is not None:
                self._visit(other, guard)
            return
        both = other is not None and self._asserts(then) and self._asserts(other)
        names = {text(each) for each in of_type(condition, "identifier")} if condition is not None else set()
        # What is decided before the test runs (by a row, a fixture, the platform) is not left to what it works out.
        decided = bool(names & self._rows) or not (names & self._computed or "await " in text(condition))
        decided = decided or is_decided(text(condition))
        chosen = both or decided or shape.is_case(node) or loops(node, shape.FUNCTIONS)
        inner = guard if chosen else guard or Guard.BRANCH
        self._visit(then, inner)
        if other is not None:
            self._visit(other, inner)
        elif self._is_own(node) and shape.only_returns(then) and is_of_nothing(text(condition)):
            self._returned = self._returned or not (self.assertions or chosen)

    def _attempt(self, node: Node, guard: Guard | None) -> None:
        body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
        # A `done` that it then does not come to call fails the test.
        swallowed = handler is not None and shape.swallows(handler) and not (self._waits and waits.ends(body, self._context))
        if body is not None:
            self._visit(body, Guard.SWALLOWED if swallowed else guard)
        if handler is not None:
            caught = handler.child_by_field_name("body")
            certain = body is not None and any(shape.fails(each) for each in body.named_children)
            if caught is not None:
                # It asserts that nothing is thrown.
                fails = shape.only_fails(caught) or shape.denies(caught, text(handler.child_by_field_name("parameter")))
                self._visit(caught, guard if certain or fails else guard or Guard.HANDLER)
        end = node.child_by_field_name("finalizer")
        if end is not None:
            self._children(end, guard)

    def _call(self, node: Node, guard: Guard | None) -> bool:
        """Whether it was an assertion, and is done with."""
        function = node.child_by_field_name("function")
        name = _REQUIRED.sub("assert", "".join(text(function).split())).removesuffix(".call").removesuffix(".apply")
        if name in ("expect.assertions", "expect.hasAssertions") or name.endswith((".plan",)) or shape.plans(node):
            self.planned = True
            return True
        if name in shape.FAILS:
            self._add(node, Strength.EQUALITY, "", None, guard)
            return True
        root = shape.root_call(node)
        if root is not None and (_EXPECTS if root[1] else _EXPECT).fullmatch(shape.root_name(root[0])):
            self._expect(node, root[0], root[1], guard)
            self._children(root[0], guard)  # what is inside its argument may hold callbacks that assert
            return True
        if _ASSERT.fullmatch(name):
            self._assert(node, name, guard)
            return False
        own = name.rpartition(".")[2]
        self._loop(node, name)
        self._ends(node, name)
        if own in ("expect", "should") and "." in name:  # supertest's .expect(200), Cypress' .should("…")
            self._add(node, Strength.EQUALITY, short(function), None, guard)
            return False
        queries = _QUERIES.search(name) is not None and not self._playwright
        if queries or _FAILS_WITHOUT.search(name) or waits.for_request(node, name):
            if guard is not Guard.SWALLOWED:  # or it is only tried
                self._add(node, Strength.MEMBERSHIP, short(function), None, guard)
        elif own in self._helpers:
            self.helped = True
            self._add(node, Strength.EQUALITY, name, None, guard)
        elif HELPER.search(name) or own in self._raising or self._hands_over(node, name) or shape.is_told(node):
            self.helped = True
        if (
            own == "then"
            and not (self._queued or self._waits)
            and self._is_own(node)
            and waits.is_late(node, says_so=self._waits)
            and waits.is_last(node, self._body)
        ):
            self._children(node, guard)
            for each in self.assertions:
                if line(node) <= each.line <= node.end_point[0] + 1 and each.flaw is None:
                    each.flaw = Flaw.NOT_AWAITED
            return True
        return False

    def _hands_over(self, node: Node, name: str) -> bool:
        """A call that is given a function that asserts, or the context to assert with."""
        given = {text(each) for each in shape.arguments(node) if each.type == "identifier"}
        if given & set(self._helpers) or any(re.search(r"(?<![a-z])assert|Assert", each) for each in shape.handed(node)):
            return True
        return self._context in ("t", "assert") and self._context in given and "." not in name

    def _loop(self, node: Node, name: str) -> None:
        """What goes through a list by a function gives it rows, as a loop does."""
        if _LOOPS.search(name):
            self._rows |= {each for one in shape.arguments(node) if one.type in shape.FUNCTIONS for each in shape.parameters(one)}

    def _ends(self, node: Node, name: str) -> None:
        """It hands over its ``done``, or leaves it to a callback: the runner sees when that does not come."""
        if self._context in ("done", "cb", "callback", "next"):
            given = shape.given_names(node)
            self._handed = self._handed or self._context in given or (name == self._context and not self._is_own(node))

    def _expect(self, node: Node, root: Node, chain: str, guard: Guard | None) -> None:
        words = [each for each in chain.split(".") if each]
        arguments = shape.arguments(root)
        if text(root.child_by_field_name("function")) == "expectTypeOf":  # the compiler carries it out
            self.helped = True
            return
        subject = short(arguments[0]) if arguments else ""
        if not words and len(arguments) > 1 and arguments[1].type == "string":  # `expect(order, "to equal", …)`
            self._add(node, Strength.EQUALITY, subject, None, guard)
            return
        if not words and any(self._asserts(each) for each in arguments if each.type not in shape.FUNCTIONS):
            return  # `expect(order.should.eql(…))`: what is within asserts
        if "not" not in words and any(each == "rejects" or _FAILS_BY.search(each) for each in words):
            self.failing |= {text(each.child_by_field_name("function")) for each in of_type(root, "call_expression")}
        if not words or set(words) & _CHAI_WORDS - {"not"} or text(node.child_by_field_name("function")) == "expect":
            flaw = (
                Flaw.NOT_CALLED if not words and node.parent is not None and node.parent.type == "expression_statement" else None
            )
            given = shape.arguments(node) if words else []
            argument = short(given[0]) if given else ""
            self._add(node, strength_of.chai(chain, argument), subject, flaw, guard, argument)
            return
        matcher, negated = words[-1], "not" in words
        given = shape.arguments(node)
        settles = bool({"resolves", "rejects"} & set(words))  # it is about what the promise gives, not about the subject
        flaw = None if settles else shape.flaw(matcher, negated, arguments, given)
        awaited = settles or shape.root_name(root) == "expect.poll"
        awaited = awaited or (self._playwright and strength_of.is_web_first(matcher) and not shape.is_value(arguments))
        if flaw is None and awaited and waits.is_late(node, says_so=self._waits):
            flaw = Flaw.NOT_AWAITED
        argument = short(given[0]) if given else ""
        strength = strength_of.of(matcher, negated=negated, subject=subject, argument=argument)
        if "rejects" in words:
            strength = max(strength, Strength.MEMBERSHIP)
        if negated and strength > Strength.TYPE:
            subject = f"not {subject}"
        self._add(node, strength, subject, flaw, guard, argument)

    def _is_own(self, node: Node) -> bool:
        """It stands in the test itself, not in a callback, which others may wait for."""
        at = enclosing(node, shape.BODIES)
        return at is not None and at.id == self._function

    def _assert(self, node: Node, name: str, guard: Guard | None) -> None:
        if node.child_by_field_name("type_arguments") is not None:  # the compiler carries it out: `assert<IsExact<A, B>>(true)`
            self.helped = True
            return
        given = shape.arguments(node)
        own = name.rpartition(".")[2]
        subject = short(given[0]) if given else ""
        flaw = None
        if (
            own in ("assert", "ok", "isOk", "isTrue", "truthy", "true")
            and given
            and given[0].type in ("true", "number", "object", "array")  # a text says what has come
        ):
            flaw = Flaw.CONSTANT if text(given[0]) != "0" else None
        elif own in ("equal", "strictEqual", "deepEqual", "deepStrictEqual", "is") and len(given) > 1:
            flaw = shape.flaw("toEqual", False, given[:1], given[1:2])
        argument = short(given[1]) if len(given) > 1 else ""
        strength = strength_of.of(own, negated=False, subject=subject, argument=argument)
        self._add(node, strength, subject, flaw, guard, argument)

    def _property(self, node: Node, guard: Guard | None) -> bool:
        """``expect(x).to.be.true;`` asserts, ``expect(x).toBe;`` does not."""
        root = shape.root_call(node)
        if root is None or text(root[0].child_by_field_name("function")) not in ("expect", "expect.soft"):
            if re.search(r"\.should\.(?:\w+\.)*\w+$", text(node)):
                self._add(node, Strength.EQUALITY, short(node), None, guard)
                return True
            return False
        words = set(root[1].split("."))
        arguments = shape.arguments(root[0])
        subject = short(arguments[0]) if arguments else ""
        jest = any(re.match(r"to[A-Z]", each) for each in words) or not words & (_CHAI_WORDS - {"not"})
        self._add(node, strength_of.chai(root[1]), subject, Flaw.NOT_CALLED if jest else None, guard)
        return True

    def _asserts(self, node: Node) -> bool:
        for each in of_type(node, "call_expression", "throw_statement"):
            if each.type == "throw_statement":
                return True
            name = text(each.child_by_field_name("function"))
            if (
                ASSERTION.match(name)
                or ".should." in name
                or name in shape.FAILS
                or name.rpartition(".")[2] in self._helpers
                or HELPER.search(name)
            ):
                return True
        return False

    def _add(
        self, node: Node, strength: Strength, subject: str, flaw: Flaw | None, guard: Guard | None, argument: str = ""
    ) -> None:
        if self._returned and guard is None:
            guard = Guard.RETURN
        kind = argument.removeprefix("expect.any(").rstrip(")").lower() if strength is Strength.TYPE else ""
        self.assertions.append(Assertion(line=line(node), strength=strength, subject=subject, kind=kind, flaw=flaw, guard=guard))
