"""Which calls make or place a mock, in each language's libraries. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from testrun.audit.model import Assigned, Call, Mock

STAND_IN = re.compile(
    r"(?<![\w.])(?:new\s+|&)?(?:[a-z]\w*\.)*_?(?:New|new|[cC]reate|[mM]ake|[bB]uild|[gG]et)?_?(?:Mock|Fake|"
    r"Dummy|Stub)[A-Z]?\w*\s*[({<]"
    r"|(?<![\w.])(?:[a-z]\w*\.)*(?:create|make|build|new|get|use|start|connect)_?(?:mock|fake|dummy|stub)\w*\("
    r"|(?<![\w.])(?:mock|fake|dummy|stub)_\w+\(|(?<!\w)(?:Magic|Async|NonCallable)Mock\(|(?<![\w.])(?:fakeredis|"
    r"mongomock|moto)\.\w+"
    r"|(?<![\w.])(?:mock|fake|dummy|stub)[A-Z]\w*(?![\w:=.])|(?<![\w.])new\(\w*\.?(?:Mock|Fake|Stub)\w+\)"
)
"""Something that stands in for the real thing. What ends in ``Stub`` does not: with gRPC that is the real client."""
_WORDS = re.compile(r"[Mm]ock|[Ff]ake|[Ss]tub|[Dd]ummy|moto")
_ERROR = re.compile(r"(?:Error|Exception|Err)\s*[({<]?$")
_NO_MAKER = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|\w\.Stub\(")
"""Texts, and a method of what may be real: ``job.Stub()`` is an entry of a list."""
_FAKER = re.compile(r"\bFaker\b")

_KINDS = {
    "python": (
        (
            re.compile(
                r"(?:^|\.)(?:Magic|Async|NonCallable|NonCallableMagic|Property)?Mock$|(?:^|\.)create_autospec$|"
                r"^mocker\.(?:stub|Mock)$"
            ),
            "object",
        ),
        (
            re.compile(
                r"^(?:(?:\w+\.)*mock(?:er)?\.)?patch(?:\.(?:object|multiple|dict))?$|^monkeypatch\.(?:setattr|setitem)$|"
                r"^mocker\.patch"
            ),
            "patch",
        ),
        (re.compile(r"^mocker\.spy$"), "spy"),
        (re.compile(r"^(?:responses\.(?:add|get|post)|respx\.\w+|requests_mock\.\w+|httpretty\.\w+|httpx_mock\.\w+)$"), "patch"),
    ),
    "typescript": (
        (re.compile(r"^(?:jest|vi)\.(?:mock|doMock|unstable_mockModule)$|^(?:proxyquire|td\.replace|mock\.module)$"), "module"),
        (
            re.compile(
                r"^(?:jest|vi)\.(?:fn|mocked|createMockFromModule)$|^sinon\.(?:stub|fake|mock|createStubInstance)|"
                r"^mock(?:Deep)?$|^td\.(?:func|object)$"
            ),
            "object",
        ),
        (re.compile(r"^(?:jest|vi)\.spyOn$|^sinon\.spy|^mock\.method$"), "spy"),
        (re.compile(r"^nock$|^(?:setupServer|setupWorker)$|^fetchMock\.\w+$"), "patch"),
    ),
    "go": (
        (
            re.compile(
                r"^gomock\.NewController$|(?:^|\.)New\w*Mock\w*$|(?:^|\.)NewFake\w*$|^sqlmock\.New|^httpmock\.Activate|"
                r"^gock\.New"
            ),
            "object",
        ),
        (re.compile(r"\.On$|\.EXPECT\(\)(?:\.\w+)?$"), "object"),
        (re.compile(r"^(?:gomonkey\.Apply\w+|monkey\.Patch\w*)$"), "patch"),
    ),
}


_SURROUNDINGS = re.compile(
    r"['\"]?(?:sys|os|time|datetime)(?:$|\.(?:argv|name|environ|stdin|stdout|stderr|platform|time|sleep)\b)"
)
"""What a test sets around the code, and no service."""
_KEEPS = re.compile(r"(?:new=)?(?:functools\.)?partial\(|wraps=")
"""What goes on to the real one."""
_ANY = {language: re.compile("|".join(each.pattern for each, _ in kinds)) for language, kinds in _KINDS.items()}


def of_call(language: str, call: Call) -> Mock | None:
    """The mock that a call makes or places; None: it is no such call, or sets the surroundings of the code."""
    mock = any_of(language, call)
    surroundings = mock is not None and mock.kind == "patch" and any(map(_SURROUNDINGS.match, call.arguments[:1]))
    return None if surroundings else mock


def any_of(language: str, call: Call) -> Mock | None:
    """The mock that a call makes or places, of whatever; None: it is no such call."""
    if not _ANY[language].search(call.name) or any(map(_KEEPS.match, call.arguments)):
        return None
    for pattern, kind in _KINDS[language]:
        if pattern.search(call.name):
            if language == "go" and call.name.endswith(".On") and not (call.arguments and call.arguments[0].startswith('"')):
                return None
            return Mock(line=call.line, kind=kind, target=_target(call))
    return None


def _target(call: Call) -> str:
    given = [each for each in call.arguments if "=" not in each.split("(")[0]]
    if call.name.endswith((".object", ".setattr", ".spyOn", ".spy")) and len(given) > 1 and given[1][:1] in ("'", '"'):
        return f"{given[0]}.{given[1].strip(chr(39) + chr(34))}"
    return given[0].strip("'\"`") if given and given[0][:1] in ("'", '"', "`") else ""


def in_calls(language: str, calls: Iterable[Call]) -> Iterator[Mock]:
    return (mock for each in calls if (mock := of_call(language, each)) is not None)


_MADE = {
    "python": re.compile(r"(?:\w+\.)*(?:(?:Magic|Async|NonCallable)?Mock|create_autospec)\(|mocker\.(?:stub|patch)\b"),
    "typescript": re.compile(r"(?:jest|vi)\.fn\b|sinon\.(?:stub|fake)\b|(?:mock|mockDeep)<|\{.*\b(?:jest|vi)\.fn\("),
    "go": re.compile(r"new\((?:\w+\.)?(?:Mock\w+|\w+Mock)\)|&(?:\w+\.)?(?:Mock\w+|\w+Mock)\{|(?:\w+\.)?NewMock\w+\("),
}


def variables(language: str, assigned: Iterable[Assigned]) -> set[str]:
    """The names that hold a mock."""
    return {each.name for each in assigned if _MADE[language].match(each.value)}


def stands_in(source: str) -> bool:
    """Whether source text makes something that stands in for the real thing."""
    if not _WORDS.search(source) or _FAKER.search(source):
        return False
    found = STAND_IN.search(re.sub(r"^\s*make\(.*", "", _NO_MAKER.sub(" ", source)))
    return found is not None and not _ERROR.search(found[0])
