"""The assertions of a Python test function: what it asserts, by what means, and what stands around it. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from testrun.audit.languages import python_shapes as shape
from testrun.audit.languages import python_strength as strength_of
from testrun.audit.languages import python_walk
from testrun.audit.languages.python_shapes import Function
from testrun.audit.languages.python_strength import name_of
from testrun.audit.model import Assertion, Flaw, Guard, Strength, cut, is_computed, is_decided, is_of_nothing

_UNITTEST = {
    "assertIsNone": Strength.EQUALITY, "assertIsNotNone": Strength.TRUTHINESS, "assertIsInstance": Strength.TYPE,
    "assertNotIsInstance": Strength.TYPE, "assertIn": Strength.MEMBERSHIP, "assertNotIn": Strength.MEMBERSHIP,
    "assertGreater": Strength.MEMBERSHIP, "assertGreaterEqual": Strength.MEMBERSHIP, "assertLess": Strength.MEMBERSHIP,
    "assertLessEqual": Strength.MEMBERSHIP, "assertRegex": Strength.MEMBERSHIP, "assertNotEqual": Strength.MEMBERSHIP,
    "assertDictEqual": Strength.STRUCTURE, "assertListEqual": Strength.STRUCTURE, "assertSetEqual": Strength.STRUCTURE,
    "assertCountEqual": Strength.STRUCTURE, "assertTupleEqual": Strength.STRUCTURE,
}  # fmt: skip
_MOCK_ASSERT = re.compile(r"^assert_(?:called|not_called|any_call|has_calls|awaited|not_awaited|any_await|has_awaits)")
_UNITTESTS = re.compile(r"self\.(?:assert[A-Z]|fail$)")
"""Handed over, it is called later: ``deferred.addCallback(self.assertEqual, 3)``."""
_SLEEPS = re.compile(r"(?:^|[._])sleep$")
_TESTS = re.compile(r"^(?:(?:self|cls|super\(\))\._?)?_?test_\w+$|\._test_\w+$")
"""Another test of the class, what several tests share, or what code keeps within to test itself."""
_TABLE = re.compile(r"parametrize|(?:^|\.)given$")
"""They give each run of a test other values."""
_WAITS = re.compile(
    r"(?:fnmatch|re_match)_lines$|_?(?:wait|wait_for\w*|wait_until\w*|await_\w+|eventually|poll_until|retry_until)$"
)
_IN_TIME = frozenset({"fail_after", "fail_at", "timeout", "timeout_at"})
"""What stands in such a block fails when it takes longer."""
_NOT_INSTALLED = frozenset({"ImportError", "ModuleNotFoundError"})


class Reader:
    """Goes through one function. ``written`` gives a node's source."""

    def __init__(self, helping: shape.Helping, written: Callable[[ast.AST], str]) -> None:
        self.assertions: list[Assertion] = []
        self.helped = False
        self.failing: set[str] = set()
        """What it calls where an exception is to come."""
        self._helping = helping
        self._written = written
        self._inner = False
        """It is a function within the test."""
        self._returned = False
        self._tabled = False
        """Each row of its table may go its own way."""
        self._loops = False
        """Where some are picked out of many, and left when what was waited for has come."""
        self._rows: set[str] = set()
        self._computed: set[str] = set()
        """The names of what the test itself works out."""

    def read(self, function: Function) -> None:
        if any(_TABLE.search(name_of(each.func)) for each in function.decorator_list if isinstance(each, ast.Call)):
            self._tabled = True
            self._rows |= {each.arg for each in function.args.args}
            self._rows |= {
                each.id for each in python_walk.nodes(*function.body) if isinstance(each, ast.Name) and shape.is_set(each)
            }
        self._block(function.body, None)

    def _block(self, body: list[ast.stmt], guard: Guard | None) -> None:
        for statement in body:
            self._statement(statement, guard, is_case=shape.is_case(statement, body))

    def _statement(self, node: ast.stmt, guard: Guard | None, *, is_case: bool = False) -> None:
        match node:
            case ast.Assert(test=test):
                judged, flaw = strength_of.truth(test)
                kind = self._kind(test) if judged is Strength.TYPE else ""
                self._add(node, judged, self._written(test), flaw, guard, kind)
                self._calls(test, guard, nested=True)
            case ast.If():
                self._branch(node, guard, is_case=is_case)
            case ast.Try() | ast.TryStar():
                self._attempt(node, guard)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    before = len(self.assertions)
                    self._calls(item.context_expr, guard)
                    if item.optional_vars is not None:
                        self._computed |= shape.names(item.optional_vars)
                    if item.optional_vars is not None or isinstance(node.body[-1], ast.Raise):
                        for raised in self.assertions[before:]:  # it is looked at, or the test's own
                            raised.strength = max(raised.strength, Strength.MEMBERSHIP)
                called = {name_of(getattr(item.context_expr, "func", node)).rpartition(".")[2] for item in node.items}
                self.helped = self.helped or bool(called & _IN_TIME)
                if called & shape.RAISES:
                    self.failing |= {name_of(each.func) for each in python_walk.nodes(*node.body) if isinstance(each, ast.Call)}
                self._block(node.body, Guard.SWALLOWED if shape.suppresses(node) else guard)
            case ast.For() | ast.AsyncFor():
                self._rows |= shape.names(node.target)
                self._calls(node.iter, guard)
                self._loop(node, guard)
            case ast.While(test=test):
                if any(isinstance(each, ast.Call) and _SLEEPS.search(name_of(each.func)) for each in ast.walk(node)):
                    self._add(node, Strength.MEMBERSHIP, self._written(test), None, guard)  # it ends no sooner
                self._loop(node, guard)
            case ast.Match():
                for each in node.cases:
                    self._block(each.body, guard)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                inner = Reader(self._helping, self._written)
                inner._computed, inner._inner = self._computed, True
                inner.read(node)
                self.assertions += inner.assertions
                self.helped = self.helped or inner.helped
                self.failing |= inner.failing
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                if is_computed(self._written(value), self._rows, self._computed):
                    self._computed |= shape.names(target)
                self._calls(value, guard)
            case ast.ClassDef():
                self._block(node.body, guard)
            case ast.Expr(value=ast.Attribute() as value) if _MOCK_ASSERT.match(value.attr):
                self._add(node, Strength.MEMBERSHIP, self._written(value), Flaw.NOT_CALLED, guard)
            case ast.Raise(exc=exception) if exception is not None and "AssertionError" in self._written(exception):
                self._add(node, Strength.MEMBERSHIP, "", None, None)
            case _:
                self._calls(node, guard)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, guard: Guard | None) -> None:
        before, self._loops = self._loops, True
        self._block(node.body, guard)
        self._loops = before
        self._block(node.orelse, guard)

    def _branch(self, node: ast.If, guard: Guard | None, *, is_case: bool) -> None:
        self._calls(node.test, guard)
        if shape.only_fails(node.body):
            judged, _ = strength_of.truth(node.test)
            self._add(node, max(judged, Strength.MEMBERSHIP), f"not {self._written(node.test)}", None, guard)
            self._block(node.orelse, guard)
            return
        # When both sides assert, one assertion runs in any case.
        both = (
            bool(node.orelse)
            and shape.asserts(node.body, self._helping.asserting)
            and shape.asserts(node.orelse, self._helping.asserting)
        )
        # A table's own column, or one of several cases, decides.
        chosen = both or is_case or self._loops or self._tabled or self._is_chosen(node.test)
        inner = guard if chosen else guard or Guard.BRANCH
        self._block(node.body, inner)
        self._block(node.orelse, inner)
        returns = shape.only_returns(node.body) and is_of_nothing(self._written(node.test))
        if returns and not (node.orelse or self.assertions or chosen):
            self._returned = True

    def _is_chosen(self, condition: ast.expr) -> bool:
        """It is decided before the test runs (by a row, a fixture, the platform), and not by what it works out."""
        names = shape.names(condition)
        if any(isinstance(each, ast.NamedExpr | ast.Await) for each in ast.walk(condition)):
            return False
        if names & self._rows:
            return True
        return not names & self._computed or is_decided(self._written(condition))

    def _attempt(self, node: ast.Try | ast.TryStar, guard: Guard | None) -> None:
        # What it gives back of the failure is its caller's to look at; of a test nobody does.
        swallowed = any(shape.swallows(each) and not (self._inner and shape.gives_back(each)) for each in node.handlers)
        self._block(node.body, Guard.SWALLOWED if swallowed else guard)
        # `try: f(); pytest.fail() / except X: assert …`: one of the two is always reached.
        certain = shape.ends_raised(node.body, self._helping.ending) or shape.only_fails(node.orelse)
        for handler in node.handlers:
            fails = shape.only_fails(handler.body)  # it asserts that nothing is raised
            decided = handler.type is not None and name_of(handler.type) in _NOT_INSTALLED
            self._block(handler.body, guard if certain or fails or decided else guard or Guard.HANDLER)
        self._block([*node.orelse, *node.finalbody], guard)

    def _calls(self, node: ast.AST, guard: Guard | None, *, nested: bool = False) -> None:
        for each in python_walk.nodes(node):
            if isinstance(each, ast.Call):
                self._call(each, guard, nested=nested)

    def _call(self, node: ast.Call, guard: Guard | None, *, nested: bool) -> None:
        name = name_of(node.func)
        own = name.rpartition(".")[2]
        if own in shape.RAISES:
            strength = shape.of_raises(node, own)
            self._add(node, strength, name, None, guard, name_of(node.args[0]) if strength is Strength.TYPE else "")
            self.failing |= {name_of(each) for each in node.args[1:2]}
        elif name in shape.FAILS:
            self._add(node, Strength.MEMBERSHIP, name, None, guard)
        elif _MOCK_ASSERT.match(own):
            exact = own.endswith(("with", "has_calls", "any_call", "has_awaits", "any_await"))
            self._add(node, Strength.STRUCTURE if exact else Strength.MEMBERSHIP, name, None, guard)
        elif own.startswith("assert") and own[6:7].isupper():
            self._unittest(node, own, guard)
        elif _WAITS.match(own) and node.args and not isinstance(getattr(node.args[0], "value", ""), int | float):
            self.helped = True  # it raises when what is waited for does not come
        elif _TESTS.search(name) or shape.makes_errors(own, node) or self._hands_over(node) or own in self._helping.raising:
            self.helped = True
        elif own in self._helping.asserting or own.startswith("assert_") or (not nested and shape.NOSE.match(own)):
            self.helped = True
            self._add(node, Strength.EQUALITY, name, None, guard)
        elif not nested and (shape.HELPER.search(name) or any(shape.is_expected(name, each) for each in node.keywords)):
            self.helped = True

    def _hands_over(self, node: ast.Call) -> bool:
        """It is given something that asserts, to be called later."""
        handed = [
            name_of(each) for each in (*node.args, *(each.value for each in node.keywords)) if not isinstance(each, ast.Call)
        ]
        return any(_UNITTESTS.match(each) or each.rpartition(".")[2] in self._helping.asserting for each in handed)

    def _unittest(self, node: ast.Call, own: str, guard: Guard | None) -> None:
        arguments = node.args
        subject = self._written(arguments[0]) if arguments else ""
        judged: strength_of.Judged = (_UNITTEST.get(own, Strength.EQUALITY), None)
        if own in ("assertTrue", "assert_") and arguments:
            judged = strength_of.truth(arguments[0])
        elif own == "assertFalse" and arguments:
            judged = strength_of.truth(ast.UnaryOp(op=ast.Not(), operand=arguments[0]))
        elif own == "assertIs" and len(arguments) > 1:
            judged = strength_of.truth(ast.Compare(arguments[0], [ast.Is()], [arguments[1]]))
        elif own in ("assertEqual", "assertEquals", "assertDictEqual", "assertListEqual") and len(arguments) > 1:
            judged = strength_of.equal(arguments[0], arguments[1])
        elif own == "assertGreaterEqual" and len(arguments) > 1:
            judged = strength_of.truth(ast.Compare(arguments[0], [ast.GtE()], [arguments[1]]))
        elif own == "assertIsNotNone" and arguments and isinstance(arguments[0], ast.List | ast.Dict | ast.JoinedStr):
            judged = (Strength.TRUTHINESS, Flaw.ALWAYS)
        kind = self._kind(node) if judged[0] is Strength.TYPE else ""
        if own.startswith("assertNot"):
            subject = f"not {subject}"
        self._add(node, judged[0], subject, judged[1], guard, kind)

    def _kind(self, node: ast.expr) -> str:
        """Of ``isinstance(x, kind)``, ``assertIsInstance(x, kind)``, ``type(x) is kind``."""
        match node:
            case ast.Call(args=[_, kind, *_]) | ast.Compare(comparators=[kind]):
                return self._written(kind)
        return ""

    def _add(
        self, node: ast.stmt | ast.expr, strength: Strength, subject: str, flaw: Flaw | None, guard: Guard | None, kind: str = ""
    ) -> None:
        if self._returned and guard is None:
            guard = Guard.RETURN
        subject = cut(subject, 80)
        self.assertions.append(Assertion(line=node.lineno, strength=strength, subject=subject, kind=kind, flaw=flaw, guard=guard))
