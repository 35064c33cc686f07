"""The assertions of a Python test function: what it asserts, by what means, and what stands around it. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator

from testrun.audit.languages import python_strength as strength_of
from testrun.audit.languages import python_walk
from testrun.audit.languages.callers import callers
from testrun.audit.languages.python_strength import name_of
from testrun.audit.model import Assertion, Flaw, Guard, Strength, cut, is_computed, is_of_nothing

_UNITTEST = {
    "assertIsNone": Strength.EQUALITY, "assertIsNotNone": Strength.TRUTHINESS, "assertIsInstance": Strength.TYPE,
    "assertNotIsInstance": Strength.TYPE, "assertIn": Strength.MEMBERSHIP, "assertNotIn": Strength.MEMBERSHIP,
    "assertGreater": Strength.MEMBERSHIP, "assertGreaterEqual": Strength.MEMBERSHIP, "assertLess": Strength.MEMBERSHIP,
    "assertLessEqual": Strength.MEMBERSHIP, "assertRegex": Strength.MEMBERSHIP, "assertNotEqual": Strength.MEMBERSHIP,
    "assertDictEqual": Strength.STRUCTURE, "assertListEqual": Strength.STRUCTURE, "assertSetEqual": Strength.STRUCTURE,
    "assertCountEqual": Strength.STRUCTURE, "assertTupleEqual": Strength.STRUCTURE,
}  # fmt: skip
_MOCK_ASSERT = re.compile(r"^assert_(?:called|not_called|any_call|has_calls|awaited|not_awaited|any_await|has_awaits)")
_RAISES = frozenset({"raises", "warns", "deprecated_call", "assertRaises", "assertRaisesRegex", "assertWarns", "assertLogs",
                     "assertRaisesMessage", "assertNumQueries", "assertNoLogs", "assertWarnsRegex", "RaisesGroup",
                     "failureResultOf"})  # fmt: skip
_FAILS = frozenset({"pytest.fail", "self.fail"})
HELPER = re.compile(
    r"(?:^|\.)(?:Expect|Assert|Verify)[A-Z]\w*$|(?:^|[._])_?(?:assert|verify|verif|check|expect|should|ensure|validate|must|compare)(?:[_A-Z]|s?$|_?\w*)",
    re.ASCII,
)
_UNITTESTS = re.compile(r"self\.(?:assert[A-Z]|fail$)")
"""Handed over, it is called later: ``deferred.addCallback(self.assertEqual, 3)``."""
_SLEEPS = re.compile(r"(?:^|[._])sleep$")
_CHECKS = re.compile(r"_?(?:check|verify|expect|ensure)(?:_|$|[A-Z])")
"""A helper that calls what has such a name asserts by it."""
_NOSE = re.compile(r"(?:eq|ne|is|is_not|in|not_in|ok|le|lt|ge|gt)_$|eq_[a-z]\w*$|is_(?:not_)?(?:true|false|none)$")
"""As nose calls its assertions, and SQLAlchemy those of its own."""
_TESTS = re.compile(r"(?:self|cls|super\(\))\._?test_\w+$|_?test_\w+$")
"""Another test of the class, or what several tests share."""
_TABLE = re.compile(r"parametrize|(?:^|\.)given$")
"""They give each run of a test other values."""
_EXPECTED = re.compile(r"expect(?:ed)?(?![a-z])")
"""An argument of such a name tells a helper what is to come."""
_WAITS = re.compile(
    r"(?:fnmatch|re_match)_lines$|_?(?:wait|wait_for\w*|wait_until\w*|await_\w+|eventually|poll_until|retry_until)$"
)
_NOT_INSTALLED = frozenset({"ImportError", "ModuleNotFoundError"})
_WEBTEST = re.compile(r"app\.(?:get|post|put|patch|delete|head|options)(?:_json)?$")
_BROAD = frozenset({"Exception", "BaseException", "AssertionError"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Reader:
    """Goes through one function. ``helpers`` are the functions of the file that assert, ``written`` gives a node's source."""

    def __init__(self, helpers: Collection[str], written: Callable[[ast.AST], str]) -> None:
        self.assertions: list[Assertion] = []
        self.helped = False
        self.failing: set[str] = set()
        """What it calls where an exception is to come."""
        self._helpers = helpers
        self._written = written
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
            self._rows |= {each.id for each in python_walk.nodes(*function.body) if isinstance(each, ast.Name) and _is_set(each)}
        self._block(function.body, None)

    def _block(self, body: list[ast.stmt], guard: Guard | None) -> None:
        for statement in body:
            self._statement(statement, guard, is_case=_is_case(statement, body))

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
                        self._computed |= _names(item.optional_vars)
                    if item.optional_vars is not None or isinstance(node.body[-1], ast.Raise):
                        for raised in self.assertions[before:]:  # it is looked at, or the test's own
                            raised.strength = max(raised.strength, Strength.MEMBERSHIP)
                if any(name_of(getattr(item.context_expr, "func", node)).rpartition(".")[2] in _RAISES for item in node.items):
                    self.failing |= {name_of(each.func) for each in python_walk.nodes(*node.body) if isinstance(each, ast.Call)}
                self._block(node.body, Guard.SWALLOWED if _suppresses(node) else guard)
            case ast.For() | ast.AsyncFor():
                self._rows |= _names(node.target)
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
                inner = Reader(self._helpers, self._written)
                inner._computed = self._computed
                inner.read(node)
                self.assertions += inner.assertions
                self.helped = self.helped or inner.helped
                self.failing |= inner.failing
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                if is_computed(self._written(value), self._rows, self._computed):
                    self._computed |= _names(target)
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
        if _only_fails(node.body):
            judged, _ = strength_of.truth(node.test)
            self._add(node, max(judged, Strength.MEMBERSHIP), f"not {self._written(node.test)}", None, guard)
            self._block(node.orelse, guard)
            return
        # When both sides assert, one assertion runs in any case.
        both = bool(node.orelse) and _asserts(node.body, self._helpers) and _asserts(node.orelse, self._helpers)
        # A table's own column, or one of several cases, decides.
        chosen = both or is_case or self._loops or self._tabled or self._is_chosen(node.test)
        inner = guard if chosen else guard or Guard.BRANCH
        self._block(node.body, inner)
        self._block(node.orelse, inner)
        returns = _only_returns(node.body) and is_of_nothing(self._written(node.test))
        if returns and not (node.orelse or self.assertions or chosen):
            self._returned = True

    def _is_chosen(self, condition: ast.expr) -> bool:
        """It is decided before the test runs (by a row, a fixture, the platform), and not by what it works out."""
        names = _names(condition)
        if any(isinstance(each, ast.NamedExpr | ast.Await) for each in ast.walk(condition)):
            return False
        if names & self._rows:
            return True
        return not names & self._computed or "windows" in self._written(condition)

    def _attempt(self, node: ast.Try | ast.TryStar, guard: Guard | None) -> None:
        swallowed = any(_swallows(each) for each in node.handlers)
        self._block(node.body, Guard.SWALLOWED if swallowed else guard)
        # `try: f(); pytest.fail() / except X: assert …`: one of the two is always reached.
        certain = _ends_raised(node.body) or _only_fails(node.orelse)
        for handler in node.handlers:
            fails = _only_fails(handler.body)  # it asserts that nothing is raised
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
        if own in _RAISES:
            strength = _of_raises(node, own)
            self._add(node, strength, name, None, guard, name_of(node.args[0]) if strength is Strength.TYPE else "")
            self.failing |= {name_of(each) for each in node.args[1:2]}
        elif name in _FAILS:
            self._add(node, Strength.MEMBERSHIP, name, None, guard)
        elif _MOCK_ASSERT.match(own):
            exact = own.endswith(("with", "has_calls", "any_call", "has_awaits", "any_await"))
            self._add(node, Strength.STRUCTURE if exact else Strength.MEMBERSHIP, name, None, guard)
        elif own.startswith("assert") and own[6:7].isupper():
            self._unittest(node, own, guard)
        elif _WAITS.match(own) and node.args and not isinstance(getattr(node.args[0], "value", ""), int | float):
            self.helped = True  # it raises when what is waited for does not come
        elif _TESTS.match(name) or _makes_errors(own, node) or any(_UNITTESTS.match(name_of(each)) for each in node.args[:2]):
            self.helped = True
        elif own in self._helpers or own.startswith("assert_") or (not nested and _NOSE.match(own)):
            self.helped = True
            self._add(node, Strength.EQUALITY, name, None, guard)
        elif not nested and (HELPER.search(name) or any(_is_expected(name, each) for each in node.keywords)):
            self.helped = True

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


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _makes_errors(own: str, node: ast.Call) -> bool:
    """``warnings.simplefilter("error")``: from there on a warning fails the test."""
    first = node.args[0] if node.args else None
    return own in ("simplefilter", "filterwarnings") and isinstance(first, ast.Constant) and first.value == "error"


def _is_expected(name: str, keyword: ast.keyword) -> bool:
    """What is to come is an argument: ``run_import(expected_orders=2)``; of WebTest: ``self.app.get("/", status=404)``."""
    return _EXPECTED.match(keyword.arg or "") is not None or (keyword.arg == "status" and _WEBTEST.search(name) is not None)


def _is_set(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _is_case(node: ast.stmt, body: list[ast.stmt]) -> bool:
    """One of several ifs in a row that ask one value for what it is: a match written otherwise."""
    left = _case(node)
    return bool(left) and any(each is not node and _case(each) == left for each in body)


def _case(node: ast.stmt) -> str:
    match node:
        case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()])):
            return ast.dump(left)
    return ""


def _of_raises(node: ast.Call, own: str) -> Strength:
    if own in ("raises", "assertRaises") and node.args:
        broad = name_of(node.args[0]) in ("Exception", "BaseException") and not any(each.arg == "match" for each in node.keywords)
        return Strength.TYPE if broad else Strength.EQUALITY
    return Strength.EQUALITY


def _suppresses(node: ast.With | ast.AsyncWith) -> bool:
    for item in node.items:
        match item.context_expr:
            case ast.Call(func=function, args=arguments) if name_of(function).rpartition(".")[2] == "suppress":
                return any(name_of(each) in _BROAD for each in arguments)
    return False


def _swallows(handler: ast.ExceptHandler) -> bool:
    """It catches failed assertions, and nothing comes of it."""
    kinds: list[ast.expr] = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
    if handler.type is not None and not any(name_of(each) in _BROAD for each in kinds):
        return False
    for each in handler.body:
        for inner in ast.walk(each):
            if isinstance(inner, ast.Raise | ast.Assert):
                return False
            if isinstance(inner, ast.Call):
                name = name_of(inner.func)
                # What it does with the failure is not ours to judge when it keeps it: `errors.append(e)`.
                if name in _FAILS or HELPER.search(name) or name in ("sys.exit", "pytest.skip") or _keeps(inner, handler.name):
                    return False
            if isinstance(inner, ast.Assign | ast.AugAssign | ast.Continue):
                return False
    return True


def _keeps(call: ast.Call, name: str | None) -> bool:
    own = name_of(call.func).rpartition(".")[2]
    return own in ("append", "put", "put_nowait", "set_exception", "add", "send", "set_result") and (
        name is not None or bool(call.args)
    )


def _only_returns(body: list[ast.stmt]) -> bool:
    *before, last = body
    silent = all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Call) and _prints(each.value) for each in before)
    return isinstance(last, ast.Return) and last.value is None and silent


def _prints(call: ast.Call) -> bool:
    return name_of(call.func).partition(".")[0] in ("print", "log", "logger", "logging", "warnings")


def _ends_raised(body: list[ast.stmt]) -> bool:
    match body[-1]:
        case ast.With(body=inner) | ast.AsyncWith(body=inner):
            return _ends_raised(inner)
        case ast.Raise():
            return True
    return _only_fails(body)


def _only_fails(body: list[ast.stmt]) -> bool:
    """The block does nothing but end the test as failed."""
    if not body:
        return False
    match body[-1]:
        case ast.Expr(value=ast.Call(func=function)):
            return name_of(function) in _FAILS
        case ast.Raise(exc=ast.expr() as exception):
            return "AssertionError" in ast.unparse(exception)
        case ast.Assert(test=ast.Constant(value=value)):
            return not value
    return False


def _asserts(body: list[ast.stmt], helpers: Collection[str]) -> bool:
    return any(_is_assertion(node, helpers) for node in python_walk.nodes(*body))


def _is_assertion(node: ast.AST, helpers: Collection[str]) -> bool:
    if isinstance(node, ast.Assert) or (isinstance(node, ast.Raise) and "AssertionError" in ast.dump(node)):
        return True
    if isinstance(node, ast.Call):
        name = name_of(node.func)
        own = name.rpartition(".")[2]
        return (
            own in _RAISES
            or own in helpers
            or own.startswith("assert")
            or name in _FAILS
            or name == "pytest.skip"
            or _NOSE.match(own) is not None
            or (_CHECKS.match(own) is not None and not name.startswith("subprocess."))
        )
    return False


def asserting(functions: Iterable[Function]) -> frozenset[str]:
    """The names of those that assert, call one that does, or return it."""
    bodies = [(each.name, python_walk.nodes(*each.body)) for each in functions]
    known = {name for name, nodes in bodies if any(_is_assertion(each, ()) for each in nodes)}
    return callers(known, [(name, _leads_to(nodes)) for name, nodes in bodies])


def _leads_to(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for each in nodes:
        match each:
            case ast.Call(func=function):
                yield name_of(function)
            case ast.Return(value=ast.Name(id=name)):
                yield name
