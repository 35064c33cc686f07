"""``classification``: place, marker, build tag and imports agree; unit tests stay by themselves; every test is run. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from testrun.audit import alone, languages, tiers
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import SourceFile, Test, Tier
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
    summary="a unit test that starts a program that must be installed",
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

_REACHES = {"network": NETWORK, "process": PROCESS}
_APART = re.compile(
    r"network|slow|docker|requires|needs|live|online|skip|integration|e2e|external|postgres|mysql|redis|kafka", re.IGNORECASE
)
"""Words of marks by which tests are chosen or left out."""
_EXAMPLES = re.compile(r"(?:^|/)(?:examples?|samples?|docs?|docs_src|tutorials?|templates?)/")
"""What is shown there is run where it is copied to."""
_BASES = re.compile(r"Tests?$|Base|Mixin|Case$|Suite|Common")
_TESTS_OF = re.compile(r"(?:^|/)(?:tests?|integration|int|it|e2e)(?:[-_]?tests?)?/.*|(?:^|/)[^/]*$")
_FOCUS = re.compile(r"^(?:(?:describe|it|test|context|suite)\.(?:\w+\.)*only|fit|fdescribe)(?:\.each\b.*)?$")
_GO_FOCUS = re.compile(r"^(?:ginkgo\.)?(?:FIt|FDescribe|FContext|FWhen|FSpecify|FDescribeTable)$")


def _examine(file: SourceFile) -> list[Finding]:
    result = [
        found(LOST, file.path, each.line, f"{each.name} is never run: {each.why}")
        for each in file.lost if not each.is_class and not _EXAMPLES.search(file.path)
    ]  # fmt: skip
    if not file.is_test:
        return result
    result += _focused(file)
    if (differing := _first(file, _differs)) is not None:
        result.append(differing)
    taken = alone.answered(file)
    for test in file.tests:
        tier = tiers.of(file, test)
        if not test.skipped and tier in (None, Tier.UNIT) and not _is_marked(test, file):
            reached = alone.reaches(file, test, taken, is_unit=tier is Tier.UNIT)
            result += [found(_REACHES[what], file.path, call.line, f"{test.name} calls `{call.name}`") for what, call in reached]
    return result


def _is_marked(test: Test, file: SourceFile) -> bool:
    """Its marks, or the last word of its name, say that it is not for everywhere."""
    named = re.search(r"(?:[a-z0-9]Integration|_integration|E2E|_e2e)$", test.name) is not None
    return named or any(_APART.search(each) for each in (*test.markers, *file.tags))


def _gather(file: SourceFile, code: Callable[[int], str]) -> Any:
    """What only other files can tell of: whether integration tests are marked here, one that is such by its place and not marked,
    and classes that are no tests unless others build on them.
    """
    unmarked = _first(file, _is_unmarked)
    placed = file.is_test and tiers.by_place(file.path) is Tier.INTEGRATION
    facts = {
        "marked": placed and any(tiers.by_mark(test.markers + file.tags) is Tier.INTEGRATION for test in file.tests),
        "unmarked": [unmarked.line, unmarked.message, code(unmarked.line)] if unmarked is not None else [],
        "lost": [[each.line, each.name, each.why, code(each.line)] for each in file.lost if each.is_class],
        "built_on": sorted({there for each in file.imports for there, _ in each.names if _BASES.search(there)}),
    }
    return {name: value for name, value in facts.items() if value} or None


def _conclude(code: Mapping[str, Any], _configs: Mapping[str, Any]) -> list[Finding]:
    bases = {each for facts in code.values() for each in facts.get("built_on", ())}
    result = [
        found(LOST, path, line, f"{name} is never run: {why}", code=shown)
        for path, facts in code.items() for line, name, why, shown in facts.get("lost", ())
        if name not in bases
    ]  # fmt: skip
    marked = Counter(_project(path) for path, facts in code.items() if "marked" in facts)
    unmarked = Counter(_project(path) for path, facts in code.items() if "unmarked" in facts)
    return result + [
        found(UNMARKED, path, line, message, code=shown)
        for path, facts in code.items()
        # Where few are marked, or none, they are kept apart by their places, and nothing disagrees.
        if "unmarked" in facts and marked[_project(path)] >= unmarked[_project(path)]
        for line, message, shown in [facts["unmarked"]]
    ]  # fmt: skip


def _project(path: str) -> tuple[str | None, str]:
    """The language, and the folder that a folder of Python tests is in; of Go, all is one."""
    return languages.of(path), _TESTS_OF.sub("", path) if path.endswith(".py") else ""


def _first(file: SourceFile, told: Callable[[SourceFile, Test], Finding | None]) -> Finding | None:
    """One for a file: its tests are moved or marked together."""
    if not file.is_test:
        return None
    return next((one for test in file.tests if not test.skipped and (one := told(file, test)) is not None), None)


def _mark(file: SourceFile, test: Test) -> Tier | None:
    mark = tiers.by_mark(test.markers + file.tags)
    return Tier.E2E if mark is None and tiers.drives_browser(file) else mark


def _differs(file: SourceFile, test: Test) -> Finding | None:
    # A file of Python tests may be named for what the product is integrated with.
    path = f"{file.path.rpartition('/')[0]}/" if file.language == "python" else file.path
    place, mark = tiers.by_place(path), _mark(file, test)
    if place is None or mark is None or mark in tiers.places(path):
        return None
    return found(DIFFER, file.path, test.line, f"{test.name}: its place says {place.value}, its mark {mark.value}")


def _is_unmarked(file: SourceFile, test: Test) -> Finding | None:
    if file.language == "typescript" or file.tags or tiers.by_place(file.path) is not Tier.INTEGRATION:
        return None
    if _is_marked(test, file) or tiers.by_mark(test.markers) is not None:
        return None
    return found(UNMARKED, file.path, test.line, f"{test.name} is integration by its place, and nothing marks it so")


def _focused(file: SourceFile) -> list[Finding]:
    pattern = {"typescript": _FOCUS, "go": _GO_FOCUS}.get(file.language)
    if pattern is None:
        return []
    focused = [each for each in file.calls if pattern.match(each.name)]
    return [found(FOCUSED, file.path, each.line, f"`{each.name}` leaves out all others") for each in focused]


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
