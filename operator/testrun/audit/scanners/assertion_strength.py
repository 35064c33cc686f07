"""``assertion-strength``: every assertion on a scale, tests without any, and assertions that cannot fail. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from testrun.audit import contents, languages, silence
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import Assertion, Flaw, Guard, Helper, SourceFile, Test
from testrun.audit.scanner import Scanner, Tally

NO_ASSERTION = Rule(
    name="assertion-strength/no-assertion",
    severity=Severity.MAJOR,
    summary="a test that asserts nothing, and has something to assert",
    why="It passes whatever the code does, as long as nothing is raised.",
    fix="Assert what the code gives back or changes; a test that is about raising nothing should say so by its name.",
)
SMOKE = Rule(
    name="assertion-strength/smoke",
    severity=Severity.MINOR,
    summary="a test that shows no more than that nothing is raised",
    why="It passes whatever the code does, as long as nothing is raised.",
    fix="Assert what the code gives back or changes, or say by the name of the test that to run is the point.",
    is_on=False,  # for most of others' tests of the kind it was
)
CANNOT_FAIL = Rule(
    name="assertion-strength/cannot-fail",
    severity=Severity.CRITICAL,
    summary="an assertion that is true of every program",
    why="It looks like a check and is none: the test stays green when the code breaks.",
    fix="Assert on what the code computed, and see the assertion fail once.",
)
SWALLOWED = Rule(
    name="assertion-strength/swallowed",
    severity=Severity.CRITICAL,
    summary="an assertion whose failure is caught and dropped",
    why="A handler around it catches the failed assertion too, so the test passes.",
    fix="Take the assertion out of the try block, or catch only what the code raises.",
)
MAY_NOT_RUN = Rule(
    name="assertion-strength/may-not-run",
    severity=Severity.MAJOR,
    summary="a test whose every assertion stands in a branch, in a handler or behind an early return",
    why="When the other way is taken, nothing was asserted and the test passes.",
    fix="Make the condition an assertion of its own, use pytest.raises, rejects or require, or split the test.",
)
WEAK = Rule(
    name="assertion-strength/weak",
    severity=Severity.MINOR,
    summary="a test that works out a text or a structure and asserts no more than that it is there, or of what kind it is",
    why="A wrong value passes as well as the right one.",
    fix="Compare with the value, or the structure, that is expected.",
    is_on=False,  # of what was told of others' tests, half was all that there was to say
)
ANY_EXCEPTION = Rule(
    name="assertion-strength/any-exception",
    severity=Severity.MINOR,
    summary="a test that any exception will do for",
    why="A typing error raises one as well, and the test passes.",
    fix="Name the exception that is to come, or what it says (`match=`).",
)


_COUNTED = (Flaw.CONSTANT, Flaw.NOT_AWAITED)
"""Where a test says how many assertions must run, these mark a place that must be reached, and are waited for."""
_OF_EQUALITY = re.compile(
    r"(?:^|[._ ])(?:__)?eq(?![a-z])|equal|identi|reflexiv|hash|compar|ordering|cache|memo|_[gl]e$", re.IGNORECASE
)
"""Tests of such names are about what ``==`` or ``<=`` does, for which a value is compared with itself."""
_CALL = re.compile(r"([\w.]+)\(")
_DENIES = re.compile(r"^(?:not\b|!)| not in | is not ")
"""What must not be is not where the branch is not taken."""
_BENCHMARK = re.compile(r"(?:^|[/_.-])bench(?:mark)?s?[/_.-]")
"""Files in such places measure, and assert nothing."""
_EXAMPLE = re.compile(r"(?:^|/)(?:_?examples?|samples?|demos?)/")
"""Those show how something is done."""
_MEANT = re.compile(
    r"(?:#|//|/\*).*\b(?:if so|may|might|either|depend\w*|sometimes|optional\w*|accept\w*|old(?:er)?|newer|versions?|platforms?|"
    r"not (?:always|every|all)|some (?:\w+ )?(?:systems?|servers?|machines?)|fine|okay|flaky|timing|support(?:s|ed)?)\b",
    re.IGNORECASE,
)
"""A comment that tells why it may go one way or the other."""
_ANY_IS_MEANT = re.compile(
    r"#.*\b(?:any|exceptions?|errors?|rais\w+|depend\w*|differ\w*|versions?|either|various|kinds?)\b", re.IGNORECASE
)
"""A comment that tells why no exception is named."""


_STANDS_THERE = re.compile(
    r"\b(?:empty|stub|dummy|placeholder|documentation) ?(?:stub )?tests?\b|\balways passes\b", re.IGNORECASE
)
"""A test that says of itself that it is none."""


def _examine(file: SourceFile) -> list[Finding]:
    return [
        each
        for test in file.tests if not (test.skipped or _EXAMPLE.search(file.path))
        for each in _certain(file.path, test) or _of_all(file, test)
        if each.severity is Severity.CRITICAL or not _measures(file)
    ]  # fmt: skip


def _measures(file: SourceFile) -> bool:
    return _BENCHMARK.search(file.path) is not None or _EXAMPLE.search(file.path) is not None


def _gather(file: SourceFile, code: Callable[[int], str]) -> Any:
    """What asserts for other files, and tests that assert nothing by themselves, with what they call."""
    asserting = {_known(each, file.path) for each in file.own if each.name.rpartition(".")[2] in file.asserting}
    failing = frozenset[str]().union(*(each.failing for each in file.tests))
    silent = [
        [test.name, test.line, code(test.line), sorted(_called(test, file)), silence.due(test)]
        for test in file.tests
        if not (test.assertions or test.helpers or test.skipped or silence.is_to_run(test, failing) or _measures(file))
    ]
    if file.broken:
        silent = []  # what cannot be read may assert
    return {"asserting": sorted(asserting), "silent": silent} if asserting or silent else None


def _known(helper: Helper, path: str) -> str:
    """``.name`` of a method, ``():name`` of a fixture, ``name`` of another function; of one without a name, that of its file."""
    name = helper.name.rpartition(".")[2]
    if name == "default":
        return path.rpartition("/")[2].partition(".")[0]
    return f"():{name}" if helper.is_fixture else f".{name}" if "." in helper.name else name


def _called(test: Test, file: SourceFile) -> set[str]:
    """By itself, and by helpers of its own file: ``.name`` of a method, ``():name`` of what may be a fixture, ``name`` of what is
    taken from another file.
    """
    called = {each.name for each in test.calls}
    own = {each.name.rpartition(".")[2]: each.source for each in file.own if not each.is_class}
    waiting = {each.rpartition(".")[2] for each in called} & own.keys()
    while waiting:
        more = set(_CALL.findall(own.pop(waiting.pop())))
        called |= more
        waiting |= {each.rpartition(".")[2] for each in more} & own.keys()
    names = {each.rpartition(".")[2] for each in called}
    methods = {f".{name}" for each in called for _, dot, name in [each.rpartition(".")] if dot}
    places = [each.rpartition(":") for each in file.used if not each.startswith("():")]
    imported = {place if name == "default" else name for place, _, name in places}
    return methods | (imported & names) | {f"():{each}" for each in test.given}


def _conclude(code: Mapping[str, Any], _configs: Mapping[str, Any]) -> list[Finding]:
    asserting = {(languages.of(path), name) for path, facts in code.items() for name in facts["asserting"]}
    return [
        found(NO_ASSERTION if due else SMOKE, path, line, f"{test} asserts nothing{due and f': {due}'}", code=shown)
        for path, facts in code.items()
        for test, line, shown, called, due in facts["silent"]
        if not any((languages.of(path), each) in asserting for each in called)
    ]


def _certain(path: str, test: Test) -> list[Finding]:
    """Assertions that are bad in themselves."""
    result: list[Finding] = []
    told: set[int] = set()
    for each in test.assertions:
        if each.line in told:
            continue
        if each.flaw is not None and not _is_meant(test, each, each.flaw):
            result.append(found(CANNOT_FAIL, path, each.line, f"{test.name}: this assertion {each.flaw.value}"))
            told.add(each.line)
        elif each.guard is Guard.SWALLOWED:
            result.append(found(SWALLOWED, path, each.line, f"{test.name}: a handler catches the failure of this assertion"))
            told.add(each.line)
    return result


def _of_all(file: SourceFile, test: Test) -> list[Finding]:
    """What all assertions of a test together are worth."""
    if not test.assertions or test.helpers or test.planned or test.said:
        return []
    if all(each.guard is not None for each in test.assertions):
        first = test.assertions[0]
        if first.guard is None or _MEANT.search(test.comments) or all(_DENIES.search(each.subject) for each in test.assertions):
            return []
        way = first.guard.value
        return [found(MAY_NOT_RUN, file.path, first.line, f"{test.name}: each assertion may be passed over; this one {way}")]
    weak = contents.weak(file, test)
    if weak is None:
        return []
    if contents.is_any_error(weak):
        if _ANY_IS_MEANT.search(test.comments):
            return []
        return [found(ANY_EXCEPTION, file.path, weak.line, f"{test.name}: any exception will do")]
    what = "of what kind it is" if weak.kind else "that it is there"
    return [found(WEAK, file.path, weak.line, f"{test.name}: `{weak.subject}`: nothing is asserted but {what}")]


def _is_meant(test: Test, assertion: Assertion, flaw: Flaw) -> bool:
    return (
        (test.planned and flaw in _COUNTED)
        or (flaw is Flaw.ITSELF and _is_of_equality(test, assertion))
        or (flaw is Flaw.CONSTANT and assertion.subject.lower() == "true" and (_has_more(test) or _says_nothing_is_to_fail(test)))
    )


def _is_of_equality(test: Test, assertion: Assertion) -> bool:
    """By its name, or since it says as well what the value does not equal."""
    if _OF_EQUALITY.search(test.name) is not None:
        return True
    name = re.match(r"\W*(\w+)\W* == ", assertion.subject)
    return name is not None and any(each.subject.startswith(f"{name[1]} != ") for each in test.assertions)


def _says_nothing_is_to_fail(test: Test) -> bool:
    """That it runs, or stands there, is all it is about."""
    return test.said or _STANDS_THERE.search(f"{test.name.replace('_', ' ')}\n{test.comments}") is not None


def _has_more(test: Test) -> bool:
    """There is another assertion: one that is true of everything does no more than say so."""
    return test.helpers or any(each.flaw is None for each in test.assertions)


def _count(file: SourceFile) -> Tally:
    numbers: Counter[str] = Counter()
    for test in file.tests:
        numbers["tests"] += 1
        numbers["skipped tests"] += test.skipped
        numbers["assertions"] += len(test.assertions)
        for each in test.assertions:
            numbers[_level(each)] += 1
    return numbers


def _level(assertion: Assertion) -> str:
    return "cannot fail" if isinstance(assertion.flaw, Flaw) else assertion.strength.name.lower()


SCANNER = Scanner(
    name="assertion-strength",
    summary="Assertions on a scale from none to whole structures; tests without any; assertions that cannot fail.",
    rules=(NO_ASSERTION, SMOKE, CANNOT_FAIL, SWALLOWED, MAY_NOT_RUN, WEAK, ANY_EXCEPTION),
    examine=_examine,
    count=_count,
    gather=_gather,
    conclude=_conclude,
)
