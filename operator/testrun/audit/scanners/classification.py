"""``classification``: place, marker, build tag and imports agree; unit tests stay by themselves; every test is run. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from testrun.audit import languages, mocks, network, tiers
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import Call, SourceFile, Test, Tier
from testrun.audit.scanner import Scanner, Tally

DIFFER = Rule(
    name="classification/place-and-mark-differ",
    severity=Severity.MAJOR,
    summary="a test whose place says one kind and whose mark another",
    why="Who selects by folder and who selects by mark run different tests, and one of them is surprised.",
    fix="Move the file, or change the marker, tag or import, so that both say the same.",
)
UNMARKED = Rule(
    name="classification/unmarked-integration",
    severity=Severity.MAJOR,
    summary="an integration test by its place that is not marked as others are, and so is run in the unit phase",
    why="The unit phase runs it too, without what it needs, or with what it should not touch.",
    fix="Mark it: `@pytest.mark.integration`, or `//go:build integration`.",
)
NETWORK = Rule(
    name="classification/unit-touches-network",
    severity=Severity.MAJOR,
    summary="a unit test that reaches a network, a database or a cluster",
    why="It fails when something else is down, and is slow when it is up.",
    fix="Hand the code a stand-in or a local server, or mark it as an integration test.",
)
PROCESS = Rule(
    name="classification/unit-starts-process",
    severity=Severity.MINOR,
    summary="a unit test that starts a process",
    why="It needs a program that is not in the repository, and is slow.",
    fix="Call the function behind the command, or mark it as an integration test.",
)
LOST = Rule(
    name="classification/never-runs",
    severity=Severity.CRITICAL,
    summary="what was written as a test and that no runner takes for one",
    why="It is green because nobody runs it.",
    fix="Give it the name, the place and the signature that the runner looks for, or delete it.",
)
FOCUSED = Rule(
    name="classification/focused",
    severity=Severity.CRITICAL,
    summary="a focused test, which leaves all others out",
    why="Nothing else of the file, or of the suite, is run, and the run is green.",
    fix="Take `.only`, or the F of `FIt`, away.",
)

_LAZY = re.compile(r"^(?:redis\.(?:Redis|StrictRedis|from_url)|(?:pymongo\.)?MongoClient|boto3\.(?:client|resource))$")
"""Connects when it is first asked for something, not when it is made."""
_ASKS_NOTHING = re.compile(r"close|aclose|connection_pool\.make_connection|get_connection_kwargs|get_encoder|__\w+__")
_ANSWERED = re.compile(
    r"\bagent\b\s*:|\bbeforeRequest\b|\badapter\b\s*:|\bdispatcher\b\s*:|\blookup\s*:|\btransport\s*[:=]|\bfetch\s*:"
)
"""An option by which something else than the network answers."""
_STARTS = {
    "python": re.compile(
        r"^subprocess\.(?:run|Popen|call|check_call|check_output)$|^os\.(?:system|popen|execvp?)$|"
        r"^asyncio\.create_subprocess_\w+$|^pexpect\.spawn$"
    ),
    "typescript": re.compile(
        r"^(?:child_process\.|cp\.)?(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|fork)$|^execa(?:\.\w+)?$"
    ),
    "go": re.compile(r"^exec\.(?:Command|CommandContext)$|^os\.StartProcess$"),
}
_ANSWERS = re.compile(r"responses|respx|requests_mock|moto|nock|msw|vcr|pytest_httpx|fetch-mock|.*gock")
"""Libraries that answer for the network."""
_FOCUS = re.compile(r"^(?:(?:describe|it|test|context|suite)\.(?:\w+\.)*only|fit|fdescribe)(?:\.each\b.*)?$")
_GO_FOCUS = re.compile(r"^(?:ginkgo\.)?(?:FIt|FDescribe|FContext|FWhen|FSpecify|FDescribeTable)$")


def _examine(file: SourceFile) -> list[Finding]:
    result = [found(LOST, file.path, each.line, f"{each.name} is never run: {each.why}") for each in file.lost]
    if not file.is_test:
        return result
    result += _focused(file)
    if (differing := _first(file, _differs)) is not None:
        result.append(differing)
    taken = _replaced(file)
    for test in file.tests:
        if not test.skipped and tiers.of(file, test) in (None, Tier.UNIT) and not _is_marked(test, file):
            result += _of_unit(file, test, taken)
    return result


def _is_marked(test: Test, file: SourceFile) -> bool:
    """Its marks, or the last word of its name, say that it is not for everywhere."""
    if re.search(r"(?:[a-z0-9]Integration|_integration|E2E|_e2e)$", test.name):
        return True
    words = " ".join((*test.markers, *file.tags)).lower()
    return bool(
        re.search(r"network|slow|docker|requires|needs|live|online|skip|integration|e2e|postgres|mysql|redis|kafka", words)
    )


def _gather(file: SourceFile, code: Callable[[int], str]) -> Any:
    """Whether it has tests that are marked as integration tests, and one that is such by its place and not marked."""
    marked = any(tiers.by_mark(test.markers + file.tags) is Tier.INTEGRATION for test in file.tests)
    told = _first(file, _is_unmarked)
    unmarked = [told.line, told.message, code(told.line)] if told is not None else []
    return {"marked": marked, "unmarked": unmarked} if marked or unmarked else None


def _conclude(code: Mapping[str, Any], _configs: Mapping[str, Any]) -> list[Finding]:
    """Where no test of a language is marked, they are kept apart by their places, and nothing disagrees."""
    marking = {languages.of(path) for path, facts in code.items() if facts["marked"]}
    return [
        found(UNMARKED, path, line, message, code=shown)
        for path, facts in code.items() if facts["unmarked"] and languages.of(path) in marking
        for line, message, shown in [facts["unmarked"]]
    ]  # fmt: skip


def _first(file: SourceFile, told: Callable[[SourceFile, Test], Finding | None]) -> Finding | None:
    """One for a file: its tests are moved or marked together."""
    if not file.is_test:
        return None
    return next((one for test in file.tests if not test.skipped and (one := told(file, test)) is not None), None)


def _mark(file: SourceFile, test: Test) -> Tier | None:
    mark = tiers.by_mark(test.markers + file.tags)
    return Tier.E2E if mark is None and tiers.drives_browser(file) else mark


def _differs(file: SourceFile, test: Test) -> Finding | None:
    place, mark = tiers.by_place(file.path), _mark(file, test)
    if place is None or mark is None or place is mark:
        return None
    return found(DIFFER, file.path, test.line, f"{test.name}: its place says {place.value}, its mark {mark.value}")


def _is_unmarked(file: SourceFile, test: Test) -> Finding | None:
    if tiers.by_place(file.path) is not Tier.INTEGRATION or _mark(file, test) is not None:
        return None
    if file.language == "typescript" or file.tags:
        return None
    return found(UNMARKED, file.path, test.line, f"{test.name} is integration by its place, and nothing marks it so")


def _focused(file: SourceFile) -> list[Finding]:
    pattern = {"typescript": _FOCUS, "go": _GO_FOCUS}.get(file.language)
    if pattern is None:
        return []
    focused = [each for each in file.calls if pattern.match(each.name)]
    return [found(FOCUSED, file.path, each.line, f"`{each.name}` leaves out all others") for each in focused]


def _replaced(file: SourceFile) -> str:
    """What mocks of the file stand for, in one text."""
    words = [mock.target for mock in mocks.in_calls(file.language, file.calls)]
    words += (
        each.module
        for each in file.imports
        if re.match(r"responses|respx|requests_mock|moto|nock|msw|vcr|pytest_httpx|fetch-mock|.*gock", each.module)
    )
    return " ".join(words)


def _of_unit(file: SourceFile, test: Test, taken: str) -> list[Finding]:
    for each in test.calls:
        rule = _reaches(file, each)
        if rule is not None and not _is_replaced(each, taken) and not _is_left_alone(file, test, each):
            return [found(rule, file.path, each.line, f"{test.name} calls `{each.name}`")]
    return []


def _is_left_alone(file: SourceFile, test: Test, call: Call) -> bool:
    """A client that is made and never asked."""
    if not _LAZY.match(call.name):
        return False
    names = [each.name for each in file.assigned if each.line == call.line and test.line <= each.line <= test.end]
    asked = [each.name.partition(".")[2] for each in test.calls if each.name.partition(".")[0] in names]
    at_once = any(each.name.startswith(f"{call.name}().") for each in test.calls)
    return bool(names) and not at_once and all(_ASKS_NOTHING.fullmatch(each) for each in asked)


def _reaches(file: SourceFile, call: Call) -> Rule | None:
    language = file.language
    if network.ASKS[language].match(call.name):
        if any(_ANSWERED.search(each) for each in call.arguments[1:]):
            return None
        return (
            NETWORK if any(network.REMOTE.match(each) and not network.LOCAL.search(each) for each in call.arguments[:3]) else None
        )
    if network.OPENS[language].match(call.name):
        if call.name.startswith("net.Dial") and not re.match(r'"[\w.-]+:', call.arguments[1] if len(call.arguments) > 1 else ""):
            return None  # where to is not written here: mostly it is the test's own server
        return None if any(network.LOCAL.search(each) for each in call.arguments) or not network.is_known(file, call) else NETWORK
    if _STARTS[language].match(call.name):
        # A program that is the test itself, and a name that is another's, start nothing.
        program = call.arguments[1:2] if call.name == "exec.CommandContext" else call.arguments[:1]
        own = program and re.match(r"os\.Args\[0\]|\[?sys\.executable|process\.execPath", program[0])
        return None if own or not network.is_known(file, call) else PROCESS
    return None


def _is_replaced(call: Call, taken: str) -> bool:
    head, _, own = call.name.rpartition(".")
    words = [call.name, *([f"{head}.{own}"] if head else []), head or own]
    return any(word and re.search(rf"(?:^|[\s./:]){re.escape(word)}(?:$|[\s.])", taken) for word in words) or bool(
        re.search(r"responses|respx|requests_mock|moto|nock|msw|vcr|httpx|fetch|gock|child_process|execa", taken)
    )


def _count(file: SourceFile) -> Tally:
    numbers: Counter[str] = Counter()
    for test in file.tests:
        tier = tiers.of(file, test)
        numbers[tier.value if tier is not None else "not said"] += 1
    return numbers


SCANNER = Scanner(
    name="classification",
    summary="Place, marker, build tag and imports agree; unit tests stay by themselves; every test is run.",
    rules=(DIFFER, UNMARKED, NETWORK, PROCESS, LOST, FOCUSED),
    examine=_examine,
    count=_count,
    gather=_gather,
    conclude=_conclude,
    production=lambda _, data: b"*testing.T)" in data,
)
