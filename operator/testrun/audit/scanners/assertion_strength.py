"""``assertion-strength``: every assertion on a scale, tests without any, and assertions that cannot fail. Pure."""

from __future__ import annotations

import re
from collections import Counter

from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import Assertion, Flaw, Guard, SourceFile, Strength, Test
from testrun.audit.scanner import Scanner, Tally

NO_ASSERTION = Rule(
    name="assertion-strength/no-assertion",
    severity=Severity.MAJOR,
    summary="a test that asserts nothing",
    why="It passes whatever the code does, as long as nothing is raised.",
    fix="Assert what the code gives back or changes; a test that is about raising nothing should say so by an assertion.",
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
    summary="a test that asserts no more than that something is there, or of what kind it is",
    why="A wrong value passes as well as the right one.",
    fix="Compare with the value, or the structure, that is expected.",
)


_COUNTED = (Flaw.CONSTANT, Flaw.NOT_AWAITED)
"""Where a test says how many assertions must run, these mark a place that must be reached, and are waited for."""
_OF_EQUALITY = re.compile(r"(?:^|[._ ])(?:__)?eq(?![a-z])|equal|identi|reflexiv|hash|compar|ordering|_[gl]e$", re.IGNORECASE)
"""Tests of such names are about what ``==`` or ``<=`` does, for which a value is compared with itself."""
_BENCHMARK = re.compile(r"(?:^|[/_.-])bench(?:mark)?s?[/_.-]")
"""Files in such places measure, and assert nothing."""


def _examine(file: SourceFile) -> list[Finding]:
    result: list[Finding] = []
    measures = _BENCHMARK.search(file.path) is not None
    for test in file.tests:
        if not test.skipped:
            told = _of_test(file.path, test)
            result += [each for each in told if each.severity is Severity.CRITICAL] if measures else told
    return result


def _of_test(path: str, test: Test) -> list[Finding]:
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
    if result:
        return result
    if not test.assertions:
        if not test.helpers and not test.said:
            result.append(found(NO_ASSERTION, path, test.line, f"{test.name} asserts nothing"))
        return result
    if test.helpers:
        return result
    guards = {each.guard for each in test.assertions}
    if None not in guards and not (test.planned or test.said):
        first = test.assertions[0]
        way = first.guard.value if first.guard is not None else ""
        result.append(found(MAY_NOT_RUN, path, first.line, f"{test.name}: each assertion may be passed over; this one {way}"))
    elif not test.planned and max(each.strength for each in test.assertions) <= Strength.TYPE and not test.said:
        best = max(test.assertions, key=lambda each: each.strength)
        what = "of what kind it is" if best.strength is Strength.TYPE else "that it is there"
        subject = f"`{best.subject}`: " if best.subject else ""
        result.append(found(WEAK, path, best.line, f"{test.name}: {subject}nothing is asserted but {what}"))
    return result


def _is_meant(test: Test, assertion: Assertion, flaw: Flaw) -> bool:
    return (
        (test.planned and flaw in _COUNTED)
        or (flaw is Flaw.ITSELF and _is_of_equality(test, assertion))
        or (flaw is Flaw.CONSTANT and assertion.subject.lower() == "true" and _has_more(test))
    )


def _is_of_equality(test: Test, assertion: Assertion) -> bool:
    """By its name, or since it says as well what the value does not equal."""
    if _OF_EQUALITY.search(test.name) is not None:
        return True
    name = re.match(r"\W*(\w+)\W* == ", assertion.subject)
    return name is not None and any(each.subject.startswith(f"{name[1]} != ") for each in test.assertions)


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
    rules=(NO_ASSERTION, CANNOT_FAIL, SWALLOWED, MAY_NOT_RUN, WEAK),
    examine=_examine,
    count=_count,
)
