"""Python without its branches on the mode, one at a time. Pure."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator, Sequence

from testrun.migrate import edits
from testrun.migrate.folding import meaning, python_choices, python_leaving, python_reading
from testrun.migrate.folding.meaning import Meaning, Names
from testrun.migrate.folding.python_leaving import Place
from testrun.migrate.folding.python_reading import Function, Module, expression
from testrun.migrate.folding.result import Folded, Undecided


def fold(module: Module, names: Names, passed: set[int]) -> Folded | None:
    """The file without its first branch on the mode; None: there is no other. Raises `Undecided`. ``passed`` are lines of what
    was undecided before.
    """
    return _in_body(Place(module, names, passed, module.tree, module.tree.body))


def _in_body(place: Place) -> Folded | None:
    for position, node in enumerate(place.body):
        found = _at(place, position, node)
        if found is not None:
            return found
    return None


def _at(place: Place, position: int, node: ast.stmt) -> Folded | None:
    if node.lineno not in place.passed and (found := _here(place, position, node)) is not None:
        return found
    for body in _bodies(node):
        found = _in_body(place.into(body, node if isinstance(node, Function | ast.ClassDef) else None))
        if found is not None:
            return found
    return None


def _here(place: Place, position: int, node: ast.stmt) -> Folded | None:
    """What the statement itself asks, not those in it."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            found = _marks(place, node)
        case ast.Assign():
            found = _module_marks(place, node)
        case ast.If() if _asks(place, node):
            return _if(place, position, node)
        case ast.Match() if meaning.is_mode(expression(place.module, node.subject, place.names)):
            return python_choices.match(place, position, node)
        case ast.Expr() if _always_skips(place, node):
            return python_leaving.leave(place, position, node, [node], "")
        case _:
            found = None
    return found or python_choices.choices(place, [each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.stmt)])


def _always_skips(place: Place, node: ast.Expr) -> bool:
    """A call of a helper that skips: ``pytest.skip`` itself has no mode in it."""
    called = node.value.func if isinstance(node.value, ast.Call) else None
    return called is not None and place.names.get(f"{python_reading.dotted(called)}()") is Meaning.SKIPS


def _bodies(node: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        if isinstance(body := getattr(node, name, None), list):
            yield body
    for each in [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]:
        yield each.body


# Marks.


def _marks(place: Place, node: Function | ast.ClassDef) -> Folded | None:
    module = place.module
    for each in node.decorator_list:
        told = python_reading.skip_mark(module, each, place.names)
        if told is Meaning.SKIPS:
            return python_leaving.without_test(place, node)
        if told is Meaning.NOTHING:
            start, end = module.at(each.lineno), module.at((each.end_lineno or each.lineno) + 1)
            return Folded(data=module.data[:start] + module.data[end:])
        condition = python_reading.skip_condition(each)
        if condition is not None and (found := _simpler(place, condition)) is not None:
            return found
    return None


def _simpler(place: Place, node: ast.expr) -> Folded | None:
    """A condition of which the mode is a part."""
    read = expression(place.module, node, place.names)
    text = meaning.simplified(read, place.module.data) if meaning.touches(read) else b""
    if isinstance(text, bool) or not text or text == place.module.data[read.start : read.end]:
        return None
    return Folded(data=edits.applied(place.module.data, [(read.start, read.end, text)]))


def _module_marks(place: Place, node: ast.Assign) -> Folded | None:
    if not isinstance(place.owner, ast.Module | ast.ClassDef):
        return None
    if not (isinstance(node.targets[0], ast.Name) and node.targets[0].id == "pytestmark"):
        return None
    module = place.module
    listed = list(node.value.elts) if isinstance(node.value, ast.List | ast.Tuple) else None
    for each in listed if listed is not None else [node.value]:
        told = python_reading.skip_mark(module, each, place.names)
        if told is Meaning.SKIPS:
            if isinstance(place.owner, ast.ClassDef):
                raise Undecided(node.lineno, "all tests of a class run in a cluster only: delete it")
            return Folded(data=None, dropped=module.data.decode(), tests=tuple(python_leaving.tests(module.tree.body)))
        if told is Meaning.NOTHING and listed is not None and len(listed) > 1:
            kept = b", ".join(module.text(one).encode() for one in listed if one is not each)
            start, end = module.span(node.value)
            return Folded(data=edits.applied(module.data, [(start, end, b"[" + kept + b"]")]))
        if told is Meaning.NOTHING:
            return python_leaving.removed(place, place.body.index(node), place.body.index(node) + 1, "")
    return None


# Statements.


@dataclasses.dataclass(frozen=True)
class _Arm:
    """A part of an ``if``: its lines, and the lines of its body; ``test`` is None for ``else``."""

    test: ast.expr | None
    body: Sequence[ast.stmt]
    start: int
    end: int


def _asks(place: Place, node: ast.If) -> bool:
    for each in _chain(place.module, node):
        if each.test is not None:
            read = expression(place.module, each.test, place.names)
            if meaning.touches(read) and meaning.simplified(read, place.module.data) != place.module.data[read.start : read.end]:
                return True
    return False


def _chain(module: Module, node: ast.If) -> list[_Arm]:
    arms: list[_Arm] = []
    at: ast.If = node
    start, end = module.at(node.lineno), module.at(python_leaving.last_line(node) + 1)
    while True:
        other = at.orelse
        inner = other[0] if len(other) == 1 and isinstance(other[0], ast.If) else None
        if inner is not None and module.data[module.span(inner)[0] :].startswith(b"elif"):
            arms.append(_Arm(at.test, at.body, start, module.at(inner.lineno)))
            at, start = inner, module.at(inner.lineno)
            continue
        if not other:
            return [*arms, _Arm(at.test, at.body, start, end)]
        after, before = module.at(python_leaving.last_line(at.body[-1]) + 1), module.at(python_leaving.first_line(other[0]) + 1)
        found = re.search(rb"^[ \t]*else[ \t]*:", module.data[after:before], re.MULTILINE)
        if found is None:
            raise Undecided(at.lineno, "an `else` stands where none was expected")
        return [*arms, _Arm(at.test, at.body, start, after + found.start()), _Arm(None, other, after + found.start(), end)]


def _if(place: Place, position: int, node: ast.If) -> Folded:
    module = place.module
    python_leaving.check_alone(module, node)
    kept: list[tuple[_Arm, bytes]] = []
    dropped: list[_Arm] = []
    closed = False
    for arm in _chain(module, node):
        told: bool | bytes = True if arm.test is None else meaning.simplified(_read(place, arm.test), module.data)
        if closed or told is False:
            dropped.append(arm)
            continue
        kept.append((arm, b"" if told is True else bytes(told)))
        closed = told is True
    gone = "".join(module.data[each.start : each.end].decode() for each in dropped)
    if not kept:
        return dataclasses.replace(python_leaving.removed(place, position, position + 1, ""), dropped=gone)
    if kept[0][1] == b"":  # decided: only its body is left
        return python_leaving.leave(
            place, position, node, kept[0][0].body, gone, _body(module, kept[0][0], edits.indent(module.data, kept[0][0].start))
        )
    text = b"".join(_header(module, arm, condition, first=not number) for number, (arm, condition) in enumerate(kept))
    start, end = module.at(node.lineno), module.at(python_leaving.last_line(node) + 1)
    return Folded(data=edits.applied(module.data, [(start, end, text)]), dropped=gone)


def _read(place: Place, node: ast.expr) -> meaning.Expression:
    return expression(place.module, node, place.names)


def _header(module: Module, arm: _Arm, condition: bytes, *, first: bool) -> bytes:
    """An arm that stays, with what is left of its condition."""
    lines = module.data[arm.start : arm.end]
    if arm.test is None:
        return lines
    if not condition:  # it is known to hold
        begin = module.span(arm.test)[1]
        colon = module.data.index(b":", begin)
        return edits.indent(module.data, arm.start) + b"else" + module.data[colon : arm.end]
    start, end = module.span(arm.test)
    lines = edits.applied(module.data[arm.start : arm.end], [(start - arm.start, end - arm.start, condition)])
    return re.sub(rb"\A([ \t]*)(?:el)?if\b", rb"\1if" if first else rb"\1elif", lines, count=1)


def _body(module: Module, arm: _Arm, outer: bytes) -> bytes:
    """The lines of an arm's body, one level out."""
    head = arm.start if arm.test is None else module.span(arm.test)[1]
    colon = module.data.index(b":", head)
    line_end = edits.line_end(module.data, colon)
    first = module.at(python_leaving.first_line(arm.body[0]))
    if first < line_end:  # on the line of the condition
        return outer + module.data[module.span(arm.body[0])[0] : arm.end]
    inner = edits.indent(module.data, module.span(arm.body[0])[0])
    at = module.data.count(b"\n", 0, line_end) + 1
    inside = {
        line - at
        for each in ast.walk(ast.Module(body=list(arm.body), type_ignores=[]))
        if isinstance(each, ast.Constant | ast.JoinedStr) and each.end_lineno is not None
        for line in range(each.lineno + 1, each.end_lineno + 1)
    }
    lines = module.data[line_end : arm.end]
    return edits.dedented(lines, inner.removeprefix(outer), inside)
