"""What tests put in place of calls that have an effect, and whether they then look at what those were given. Pure.

A test's text is read for anything that asks, or could: a check of a mock, a list of its calls, a function of the test's own in
its place. So `asked` may be said of a stand-in that is not, and seldom the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from testrun.audit import effects, mocks
from testrun.audit.model import Call, SourceFile, Test

_ASKS = {
    "python": re.compile(
        r"\bassert_(?:called|any_call|has_calls|not_called|awaited|any_await|has_awaits|not_awaited)|"
        r"\b(?:await|call)(?:ed|_args|_count)|\b(?:mock|method)_calls\b|\bcalls\b|"
        r"\blambda (?!(?:_\w*|\*\w+|\*\*\w+)(?:, \*\*\w+)?:)|\blambda \*(\w+)[^:\n]*:[^\n]*\b\1\b|"
        r"\.append\(|\bnonlocal\b|\+= 1|side_effect ?= ?(?!\[|\(|None|[\w.]*(?:Error|Exception|Timeout|Expired)\b)|\bwraps=|"
        r"\bnew=\w|\bsetattr\([^\n]*, \w+\)|\bread_text\(|\bread_bytes\(|\bexists\(|captured|recorded|\bexpect"
    ),
    "typescript": re.compile(
        r"\.mock\.(?:calls|lastCall|contexts|instances)|\bto(?:Have)?(?:Been|Be)?\w*Called|[cC]alledWith|calledOnce|"
        r"\.(?:not)?[cC]alled\b|callCount|[cC]alls\b|getCall|firstCall|lastCall|\.args\b|\.push\(|\+\+|captured|recorded|verify\(|"
        r"(?:mockImplementation(?:Once)?|\bfn|callsFake|stub|replace)\((?:async )?"
        r"(?:function\s*\w*\(\s*[^)\s]|\(\s*[^)\s]|[a-z]\w*\s*(?:=>|\)))|readFile|existsSync"
    ),
    "go": re.compile(
        r"AssertExpectations|Assert(?:Not)?Called|AssertNumberOfCalls|\+\+|\batomic\.|<-|= append\(|EXPECT\(\)|\bExpect\w+\(|"
        r"[rR]eceived|[cC]aptured|[cC]alled|[rR]equests\b|[cC]alls\b|close\(|\.Done\(\)|^(?!_|err\b)[\w.]+ = ", re.MULTILINE
    ),
}  # fmt: skip
"""What asks a stand-in, or takes its place with something that may."""
_OWN = re.compile(r"\bdef (?!test)")
"""A function within a Python test, which may be what takes the place."""
_HANDLER = re.compile(r"\bfunc\(\w+ http\.ResponseWriter, (\w+) \*http\.Request\)")
_SET = re.compile(
    r"^\(*(?:(?:jest|vi)\.mocked\()?\(?([\w$.]+?)(?: as (?:unknown as )?[\w$.<>]+\)?)?\)*"
    r"\.mock(?:Resolved|Rejected|Return|Implementation)\w*$"
)
"""A call that says what a mock answers: ``mockedAxios.post.mockResolvedValue``, ``(axios.post as jest.Mock).mockReturnValue``."""
_ALL = re.compile(r"^(?:global|globalThis|window|self)\.")
_PUT = re.compile(r"\b(?:global|globalThis|window|self)(?: as [\w ]+\))?\.(\w+) ?= ")
_FN = re.compile(r"^(?:jest|vi)\.fn$|^sinon\.(?:stub|fake)$")
_ALIAS = re.compile(r"^(?:(?:jest|vi)\.mocked\()?([\w$]+)(?: as .*|\))$")
_WORD = re.compile(r"\w+")
_HELD = re.compile(r"^(?:(?:self|cls|this|\w{1,2})\.)?(\w+)\.\w+$")
"""A call of an object that a function is given, or its own object holds."""
SERVER = "net/http"
"""What a Go test's own server stands for: any request that is sent."""
HANDED = "*"
"""Before the name of an object that a test makes for the code under test."""


class Replaced(NamedTuple):
    """What one test replaces, or all that stands around the tests of a file, whose ``line`` is 0."""

    line: int
    targets: dict[str, int]
    """Each with its line."""
    asked: bool
    """Whether anything there may look at what a stand-in was given."""
    calls: list[str]
    """The words of all that it calls."""


def of(file: SourceFile, code: Callable[[int], str]) -> list[Replaced]:
    """Of a file of tests: first what stands around them, then each test; nothing when none replaces anything."""
    found = sorted(_all(file, code))
    if not found:
        return []
    tests = [Replaced(test.line, _within(found, test), _is_asked(file, test, code), _words(test.calls)) for test in file.tests]
    inside = {line for each in tests for line in each.targets.values()}
    around = {target: line for line, target in reversed(found) if line not in inside}
    lines = (code(line) for line in range(1, max((call.line for call in file.calls), default=0) + 1))
    asked = bool(around) and (not tests or _asks(file.language, "\n".join(lines)))
    return [Replaced(0, around, asked, []), *tests]


def _first(test: Test) -> int:
    return test.first or test.line


def _within(found: list[tuple[int, str]], test: Test) -> dict[str, int]:
    return {target: line for line, target in found if _first(test) <= line <= test.end}


def _words(calls: list[Call]) -> list[str]:
    return sorted({word for call in calls for word in _WORD.findall(call.name)})


def _all(file: SourceFile, code: Callable[[int], str]) -> Iterator[tuple[int, str]]:
    names = effects.names(file) | {
        each.name: match[1] for each in file.assigned if file.language == "typescript" and (match := _ALIAS.match(each.value))
    }
    for call in file.calls:
        for target in _targets(file.language, call, names):
            yield call.line, target
        if _FN.search(call.name) and (put := _PUT.search(code(call.line))):
            yield call.line, put[1]
    for each in file.assigned:
        if mocks.variables(file.language, [each]):
            yield each.line, f"{HANDED}{_plain(each.name)}"


def _targets(language: str, call: Call, names: dict[str, str]) -> Iterator[str]:
    if language == "go":
        if any(map(_HANDLER.search, call.arguments)):
            yield SERVER
        return
    if language == "typescript" and (match := _SET.match(call.name)):
        yield _named(match[1], names)
    if call.name == "vi.stubGlobal" and call.arguments:
        yield call.arguments[0].strip("'\"`")
        return
    mock = mocks.any_of(language, call)
    if mock is not None and mock.target and mock.kind != "object":
        yield _named(mock.target, names)


def _named(target: str, names: dict[str, str]) -> str:
    return effects.resolved(_ALL.sub("", target.removeprefix("node:")), names)


def _is_asked(file: SourceFile, test: Test, code: Callable[[int], str]) -> bool:
    text = "\n".join(code(line) for line in range(_first(test), test.end + 1))
    return test.helpers or _asks(file.language, text) or (file.language == "python" and _OWN.search(text) is not None)


def _asks(language: str, text: str) -> bool:
    if _ASKS[language].search(text):
        return True
    return any(
        name != "_" and len(re.findall(rf"\b{name}\b", text)) > text.count(f"{name} *http.Request")
        for name in _HANDLER.findall(text)
    )  # fmt: skip


def replaces(target: str, place: str, written: str, name: str, *, sees: bool) -> bool:
    """Whether a stand-in is for a call that is written so, and called so in full, in what is imported by the name of ``place``;
    ``sees``: who puts it there imports that.
    """
    if target.startswith(HANDED):
        held = _HELD.match(written)
        return sees and held is not None and target == f"{HANDED}{_plain(held[1])}"
    if target == name or name.startswith(f"{target}."):
        return sees
    for each in (written, written.partition(".")[0]):
        rest = target.removesuffix(f".{each}")
        if rest != target and rest.rpartition(".")[2] == place:
            return True
    return False


def _plain(name: str) -> str:
    """``client`` of ``self._client`` and of ``mock_client``."""
    return re.sub(r"^mock|mock$", "", name.rpartition(".")[2].lower().replace("_", ""))
