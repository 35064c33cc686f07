"""Which calls have an effect on something outside of the process, in each language's libraries. Pure.

Only what surely has one: a call of the standard library or of a known client that writes, sends, publishes or deletes. What is
written into a temporary place or a database in memory is none, and a process whose output is read is asked something, unless its
words say otherwise.
"""

from __future__ import annotations

import bisect
import dataclasses
import operator
import re
from collections.abc import Iterator
from typing import NamedTuple

from testrun.audit.effects_known import DATABASE, KNOWN, SQL, Known
from testrun.audit.model import Assigned, Call, Function, SourceFile

_PASSING = re.compile(r"(?i:te?mp)(?![a-z])|(?i:temporary|tempdir|/dev/null|devnull)|os\.Std|sys\.std|process\.std")
_TEMPORARY = re.compile(r"\btempfile\.|mkd?s?temp|os\.(?:CreateTemp|MkdirTemp|TempDir)\(|tmpdir\(\)|tmp\.\w+\(")
_OWN = re.compile(r"[.~]|@/|src/")
_ASKS = re.compile(
    r"check_output$|getoutput$|^os\.popen$|\.(?:Output|CombinedOutput)$|^(?:child_process\.)?exec(?:File)?(?:Sync)?$|^execa|^promisify"
)
_TAKEN = re.compile(r"capture_output=True|stdout=(?:\w+\.)?PIPE|stdio: *['\"]pipe")
_SHOWS = re.compile(r"xdg-open|rundll32|^\"open\"|[(\"', ]open[\"'], ")
"""Opens a page or a file for who sits before it: nothing that a test could look at."""
_ORDERS = re.compile(
    r"""["'` ](?:apply|install|upgrade|uninstall|delete|push|commit|create|rm|remove|publish|deploy|kill|stop|start|restart|"""
    r"""up|down|mv|cp|tag|add|checkout|clone|patch|scale|rollout|migrate)["'` ]"""
)


class Effect(NamedTuple):
    """A call that has one, in the innermost function with a name; plain, to be kept."""

    function: str
    owner: str
    line: int
    kind: str
    """What it does, after the function's name: ``writes a file``."""
    call: str
    """As written."""
    name: str
    """The callee in full: ``os.remove`` of ``rm``."""
    code: str = ""

    @property
    def said(self) -> str:
        return f"{self.owner}.{self.function}" if self.owner and self.owner != self.function else self.function


def find(file: SourceFile) -> Iterator[Effect]:
    """The effects of code that is no test, in the order of its calls."""
    modules = tuple(dict.fromkeys(each.module.removeprefix("node:") for each in file.imports))
    known_as = names(file)
    known = [each for each in KNOWN[file.language] if each.needs is None or any(map(each.needs.search, modules))]
    functions = sorted(file.functions, key=operator.attrgetter("line"))
    starts = [each.line for each in functions]
    memory = [each.line for each in file.calls if any(":memory:" in argument for argument in each.arguments)]
    values = _values(file)
    for call in file.calls:
        name = resolved(call.name, known_as)
        kind = _kind(known, call, name)
        told = not values.keys().isdisjoint((*call.arguments, call.name.partition(".")[0]))
        if kind is None and not told:
            continue
        function = _around(functions, starts, call.line)
        if function is None:
            continue
        if told:
            kind = _kind(known, _spelled(call, values, function), name)
        if kind is None or (kind == DATABASE and any(function.line <= at <= function.end for at in memory)):
            continue
        yield Effect(function.name, function.owner, call.line, kind, call.name, name)


def _values(file: SourceFile) -> dict[str, list[Assigned]]:
    """The names that a query or a temporary place is given, as often as it is."""
    result: dict[str, list[Assigned]] = {}
    for each in file.assigned:
        if SQL.search(each.value) or _TEMPORARY.search(each.value):
            result.setdefault(each.name, []).append(each)
    return result


def _spelled(call: Call, values: dict[str, list[Assigned]], function: Function) -> Call:
    """With what its arguments were given in place of their names, and what its object was beside them."""

    def value(name: str) -> str:
        return next((each.value for each in values.get(name, ()) if function.line <= each.line <= call.line), name)

    head = call.name.partition(".")[0]
    of = (value(head),) if head in values else ()
    return dataclasses.replace(call, arguments=(*map(value, call.arguments), *of))


def _kind(known: list[Known], call: Call, name: str) -> str | None:
    for each in known:
        if each.name.fullmatch(name) is None:
            continue
        if each.given is not None and not any(map(each.given.search, call.arguments)):
            continue
        if each.lacks is not None and any(map(each.lacks.search, call.arguments)):
            continue
        return None if _is_passing(each, call, name) else each.kind
    return None


def _is_passing(known: Known, call: Call, name: str) -> bool:
    words = ", ".join(call.arguments)
    if known.kind == "starts a process":
        if _SHOWS.search(f"{call.name} {words}"):
            return True
        asks = _ASKS.search(name) is not None or _TAKEN.search(words) is not None
        return asks and _ORDERS.search(f"{words} ") is None
    return known.kind.endswith("file") and any(each.search(f"{call.name}({words}") for each in (_PASSING, _TEMPORARY))


def names(file: SourceFile) -> dict[str, str]:
    """What names of others are in full: ``rm`` is ``os.remove``, ``fs`` is ``fs/promises``."""
    result: dict[str, str] = {}
    for each in file.imports:
        module = each.module.removeprefix("node:")
        if _OWN.match(module):
            continue
        for there, here in each.names:
            result[here] = f"{module}.{there}" if there not in ("", "*", "default") else module
    return result


def resolved(name: str, names: dict[str, str]) -> str:
    """A callee in full."""
    head, dot, rest = name.partition(".")
    return f"{names[head]}{dot}{rest}" if head in names else name


def _around(functions: list[Function], starts: list[int], line: int) -> Function | None:
    for at in range(bisect.bisect_right(starts, line) - 1, -1, -1):
        if functions[at].end >= line:
            return functions[at]
    return None
