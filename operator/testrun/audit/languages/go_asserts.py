"""The assertions of a Go test: of package testing, testify, Gomega and their like, and what stands around each. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from tree_sitter import Node

from testrun.audit.languages import go_shapes as shape
from testrun.audit.languages import go_strength
from testrun.audit.languages.tree import line, loops, of_type, short, text
from testrun.audit.model import Assertion, Flaw, Guard, Strength, is_computed, is_decided, is_of_nothing

_TESTIFY = re.compile(r"^(?P<who>assert|require|\w+\.Require\(\)|\w+\.Assert\(\)|must|is|qt|check|a|r)\.(?P<name>[A-Z]\w*)$")
_SUITE = re.compile(
    r"(?:Equal|NotEqual|True|False|Nil|NotNil|NoError|Error|ErrorIs|ErrorAs|Contains|NotContains|Len|Empty|NotEmpty|Zero|"
    r"Greater|Less|"
    r"ElementsMatch|JSONEq|Panics|IsType|Eventually|ErrorContains|EqualError|EqualValues|Same|Subset|InDelta|Regexp|"
    r"WithinDuration)f?"
)
_GINKGO_FAILS = re.compile(r"(?:ginkgo\.)?(?:Fail|AbortSuite)$")
_MAKERS = re.compile(r"(?:^|\.)_?(?:new|New|setup|Setup|setUp|make|Make|create|Create|start|Start|open|Open|temp|Temp|load|"
                     r"Load|mock|Mock|init|"
                     r"fixture|build|Build|read|Read|write|Write|prepare|gen|Gen|get|Get|connect|Connect|dial|Dial|skip|Skip|"
                     r"use|Use|"
                     r"with|With|mk|quiet|log|Log|tmp|context|Context|client|Client|testLogger|cleanup)")  # fmt: skip
_NAMED = frozenset({"identifier", "selector_expression", "call_expression", "index_expression", "type_instantiation_expression"})
"""What gives a function that stands elsewhere."""
_WAITS = re.compile(r"Until|Wait|Eventually|Verify|Validate|Check|Require|Ensure|Expect")
"""What is called so says by its error whether it was so."""
HELPER = re.compile(
    r"(?:^|\.)_?(?:assert|Assert|verify|Verify|expect|Expect|check|Check|must|Must|require|Require|ensure|compare|Compare|eq|"
    r"test|run\w*Test)(?![a-z])"
)


class Reader:
    """Goes through one test function. ``t`` names its testing.T, ``helpers`` are the functions of the file that assert, ``suite``
    the receiver when it is a method of a suite.
    """

    def __init__(
        self, helpers: Collection[str], *, ts: frozenset[str], suite: str = "", asserters: frozenset[str] = frozenset()
    ) -> None:
        self.assertions: list[Assertion] = []
        self.helped = False
        self._helpers = helpers
        self.ts = ts
        self._suite = suite
        self._asserters = asserters
        self._returned = False
        self._rows: set[str] = set()
        self._results: dict[str, bool] = {}
        """For each error variable, whether it came with another value."""
        self._computed: set[str] = set()
        """The names of what the test itself works out."""

    def read(self, body: Node) -> None:
        self._asserters |= {
            text(each.child_by_field_name("left")) for each in of_type(body, "short_var_declaration")
            if re.search(r"\b(?:assert|require|is|qt|quicktest|gomega)\.New\w*\(", text(each.child_by_field_name("right")))
        }  # fmt: skip
        self._visit(body, None)

    def _visit(self, node: Node, guard: Guard | None) -> None:
        kind = node.type
        if kind == "if_statement":
            self._branch(node, guard)
            return
        if kind == "range_clause":
            self._rows |= {text(each) for each in of_type(node.child_by_field_name("left") or node, "identifier")}
        if kind == "for_statement":
            self._rows |= {
                text(each) for one in of_type(node, "short_var_declaration")
                for each in of_type(one.child_by_field_name("left") or one, "identifier")
            }  # fmt: skip
        if kind in ("short_var_declaration", "assignment_statement"):
            self._noted(node)
        if kind == "var_spec" and text(node.child_by_field_name("name")) == "_" and node.child_by_field_name("type") is not None:
            self.helped = True  # the compiler is asked
        if kind == "call_expression":
            self._call(node, guard)
        for each in node.named_children:
            self._visit(each, guard)

    def _noted(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and is_computed(text(right), self._rows, self._computed):
            self._computed |= {text(each) for each in of_type(left, "identifier")}
        if left is not None and right is not None and left.named_children:
            name = text(left.named_children[-1])
            if re.search(r"err\w*$", name, re.IGNORECASE):
                alone = len(left.named_children) == 1 or len(right.named_children) != 1
                self._results[name] = not (alone or _WAITS.search(text(right).partition("(")[0]))

    def _branch(self, node: Node, guard: Guard | None) -> None:
        before, condition = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        for each in (before, condition):
            if each is not None:
                self._visit(each, guard)
        if then is None or condition is None:
            return
        fails = shape.fails_itself(then, self.ts)
        if fails:
            strength, flaw = go_strength.failing(condition)
            strength = self._of_error(text(condition), strength)
            self._add(node, strength, shape.asserted(condition), flaw, guard)
            for each in then.named_children:
                self._visit_inside(each, guard)
        else:
            both = other is not None and self._asserts(then) and self._asserts(other)
            names = {text(each) for each in of_type(condition, "identifier")}
            # What is decided before the test runs (by a row, a flag, the platform) is not left to what it works out.
            decided = bool(names & self._rows) or not names & self._computed or is_decided(text(condition))
            chosen = both or decided or shape.is_case(node) or shape.is_asserted(condition, then) or loops(node, shape.FUNCTIONS)
            inner = guard if chosen else guard or Guard.BRANCH
            self._visit(then, inner)
            if other is not None:
                self._visit(other, inner)
                return
            returns = shape.only_returns(then) and is_of_nothing(text(condition))
            if shape.is_own(node) and returns and not self.assertions and not chosen:
                self._returned = True
        if fails and other is not None:
            self._visit(other, guard)

    def _visit_inside(self, node: Node, guard: Guard | None) -> None:
        """The block of an if that fails: the failing itself is told already."""
        for each in of_type(node, "call_expression"):
            name = text(each.child_by_field_name("function"))
            if not shape.FAIL.match(name):
                self._call(each, guard or Guard.BRANCH)

    def _of_error(self, condition: str, strength: Strength) -> Strength:
        """``err != nil`` of a function that gives nothing but an error says all there is to say."""
        match = re.match(r"(\w+) != nil$", condition)
        if match is None or strength is not Strength.TRUTHINESS:
            return strength
        return Strength.TRUTHINESS if self._results.get(match[1], False) else Strength.MEMBERSHIP

    def _call(self, node: Node, guard: Guard | None) -> None:
        function = node.child_by_field_name("function")
        name = "".join(text(function).split())
        given = shape.arguments(node)
        own = name.rpartition(".")[2]
        match = shape.FAIL.match(name)
        if match is not None and match["who"] in self.ts:
            # Bare, at the end of a path that must not be taken: after a select, in a default.
            self._add(node, Strength.MEMBERSHIP, short(given[0]) if given else "", None, guard and None)
            return
        if match is not None and match["who"].startswith(f"{self._suite}.") and self._suite:
            self._add(node, Strength.MEMBERSHIP, "", None, None)
            return
        if _GINKGO_FAILS.match(name):
            self._add(node, Strength.MEMBERSHIP, "", None, guard)
            return
        found = _TESTIFY.match(name)
        who = name.rpartition(".")[0]
        of_suite = bool(self._suite) and who in (
            self._suite,
            f"{self._suite}.Require()",
            f"{self._suite}.Assert()",
            f"{self._suite}.Assertions",
        )
        if (
            (found is not None and (found["who"] in ("assert", "require", "qt") or who in self._asserters))
            or who in self._asserters
            or (of_suite and _SUITE.fullmatch(own))
        ):
            first = given[0] if given else None
            if first is not None and (text(first) in self.ts or text(first).endswith(".T()") or text(first) in ("c", "s.T()")):
                given = given[1:]
            self._testify(node, own, given, guard)
        elif function is not None and function.type == "selector_expression" and own in (
            "To", "ToNot", "NotTo", "Should", "ShouldNot", "Error",
        ) and (root := shape.gomega(function)) is not None:  # fmt: skip
            strength = go_strength.gomega(text(node)[len(text(root)) :])
            error = re.fullmatch(r"(?:\w+\.)?Expect\((\w*err\w*)\)", text(root), re.IGNORECASE)
            if error is not None and strength is Strength.TRUTHINESS and not self._results.get(error[1], False):
                strength = Strength.MEMBERSHIP  # of a function that gives nothing but an error
            self._add(node, strength, short(root), None, guard)
        elif shape.GOMEGA.match(name) and node.parent is not None and node.parent.type == "expression_statement":
            self._add(node, Strength.TRUTHINESS, short(node), Flaw.NOT_CALLED, guard)
        elif own in self._helpers:
            self.helped = True
            self._add(node, Strength.EQUALITY, name, None, guard)
        elif self._suite and who == self._suite and own.startswith("Test"):
            self.helped = True  # another test of the suite
        elif own == "Run" and given and given[-1].type in _NAMED:
            self.helped = True
        elif any(text(each) in self.ts or text(each) == f"{self._suite}.T()" for each in given):
            if HELPER.match(own) or (not _MAKERS.search(name) and own != "Helper"):
                self.helped = True
        elif (
            own in ("EXPECT", "AssertExpectations")
            or own == "ExpectationsWereMet"
            or (HELPER.search(own) and not shape.GOMEGA.match(name))
        ):
            self.helped = True

    def _testify(self, node: Node, own: str, given: list[Node], guard: Guard | None) -> None:
        strength, flaw = go_strength.testify(own, given)
        subject = short(given[-1] if own == "Equal" and len(given) == 2 else given[0]) if given else ""
        if own.startswith("NoError") or (own == "Nil" and subject.endswith("err")):
            strength = Strength.TRUTHINESS if self._results.get(subject, False) else Strength.MEMBERSHIP
        kind = ""
        if strength is Strength.TYPE and len(given) > 1:
            kind, subject = subject, short(given[1])
        if own.startswith("Not") and strength > Strength.TYPE:
            subject = f"not {subject}"
        self._add(node, strength, subject, flaw, guard, kind)

    def _asserts(self, node: Node) -> bool:
        for each in of_type(node, "call_expression"):
            name = "".join(text(each.child_by_field_name("function")).split())
            match = shape.FAIL.match(name)
            if match is not None and (match["who"] in self.ts or "T()" in match["who"]):
                return True
            who, _, own = name.rpartition(".")
            if (
                who in ("assert", "require")
                or who in self._asserters
                or own in self._helpers
                or (who == self._suite and who and _SUITE.fullmatch(own))
            ):
                return True
            if (
                shape.GOMEGA.match(name)
                or _GINKGO_FAILS.match(name)
                or own.startswith("Skip")
                or any(text(one) in self.ts for one in shape.arguments(each))
            ):
                return True
        return False

    def _add(self, node: Node, strength: Strength, subject: str, flaw: Flaw | None, guard: Guard | None, kind: str = "") -> None:
        if self._returned and guard is None:
            guard = Guard.RETURN
        self.assertions.append(Assertion(line=line(node), strength=strength, subject=subject, kind=kind, flaw=flaw, guard=guard))
