"""``e2e-coverage``: what users do, declared or proposed, against the tests that come in where they do. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from testrun.audit import entrances, languages, manifests, tiers
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import SourceFile, Tier
from testrun.audit.scanner import Facts, Scanner, Tally
from testrun.core import text, workflows
from testrun.core.workflows import Workflow

UNCOVERED = Rule(
    name="e2e-coverage/uncovered",
    severity=Severity.MAJOR,
    summary="a declared workflow without the end-to-end test that it needs, or without any test",
    why="Every part may work and users still cannot do what they came for.",
    fix="Write a test that is called like it, or correct its `tests`: `ameide scaffold e2e NAME`.",
)
UNKNOWN = Rule(
    name="e2e-coverage/unknown-test",
    severity=Severity.MAJOR,
    summary="a declared workflow that names a test which is not there",
    why="The test was moved, renamed or deleted, and the workflow still counts on it.",
    fix="Name the test as it is called now, or write it.",
)
PROPOSED = Rule(
    name="e2e-coverage/proposed",
    severity=Severity.MINOR,
    summary="a route, command or kind that no test comes in by",
    why="What users do there is seen broken by them first.",
    fix="Declare the workflow in workflows.yaml and write its test, or let it pass and say why none is wanted.",
)
_NAMED = 4
_MANY = 6
_CRITICAL = "P1"
_CLIENT = re.compile(r"(\w+)Api(?:\(\))?\.(\w+)$")
"""A client that was made from the API's description says the path in its name: ``OrdersApi.list``."""
_NO_USERS = re.compile(r"^(?:Dummy|Fake|Mock|Test|Example)|Status$")
"""Kinds that only a controller makes, or nobody."""
_ASKS = re.compile(r"(?:^|\.)(?:get|post|put|patch|delete|request|fetch|goto|visit)$", re.IGNORECASE)
"""What these are given says the path, or the constant that holds it: ``client.post(routes.bulk_refunds)``."""


class _Place(NamedTuple):
    path: str
    line: int
    code: str


@dataclasses.dataclass(frozen=True, slots=True)
class _Tests:
    """The tests of a file: those from end to end, and the others."""

    path: str
    e2e: list[str]
    others: list[str]


def _gather(file: SourceFile, code: Callable[[int], str]) -> Facts:
    kept: dict[str, Any] = {}
    if file.is_test:
        titles: dict[bool, list[str]] = defaultdict(list)
        for each in file.tests:
            if not each.skipped:
                titles[tiers.of(file, each) is Tier.E2E].append(each.name)
        if file.tests:
            kept["tests"] = [titles[True], titles[False]]
        if file.texts:
            asked = [each.arguments[0] for each in file.calls if each.arguments and _ASKS.search(each.name)]
            made = [text.spaced(f"{match[1]}_{match[2]}") for each in file.calls if (match := _CLIENT.search(each.name))]
            kept["words"] = entrances.words([*asked, *made, *file.texts])
    elif entrances.is_product(file.path):
        kept["ways"] = list(_ways(file, code))
        kept["pages"] = entrances.marks_pages(file.path)
    return {name: value for name, value in kept.items() if value} or None


def _ways(file: SourceFile, code: Callable[[int], str]) -> Iterator[list[Any]]:
    for each in (*file.entrances, *entrances.of_file(file.path)):
        named = entrances.group(each)
        if named:
            yield [each.way, named, f"{each.method} {each.name}".strip(), each.line, code(each.line)]


def _conclude(code: Mapping[str, Facts], configs: Mapping[str, Facts]) -> list[Finding]:
    return [*_declared(code, configs), *_proposed(code, configs)]


def _declared(code: Mapping[str, Facts], configs: Mapping[str, Facts]) -> Iterator[Finding]:
    named = next((facts["named"] for facts in configs.values() if "named" in facts), workflows.FILE)
    tests = [_Tests(path, *facts["tests"]) for path, facts in code.items() if "tests" in facts]
    for line, body in configs.get(named, {}).get("workflows", ()):
        workflow = manifests.workflow(body)
        place = _Place(named, line, f"name: {workflow.name}")
        end_to_end = any(workflow.proven_by(each.path, each.e2e, len(each.e2e)) for each in tests)
        any_at_all = end_to_end or any(workflow.proven_by(each.path, each.others, len(each.others)) for each in tests)
        if not any_at_all or ("e2e" in workflow.needs and not end_to_end):
            yield _uncovered(workflow, place, any_at_all)
        else:
            yield from _unknown(workflow, place, tests)


def _uncovered(workflow: Workflow, place: _Place, has_others: bool) -> Finding:
    lacking = "no end-to-end test proves it, only others do" if has_others else "no test proves it"
    looked_for = f"its `tests` are {text.listed(list(workflow.tests))}" if workflow.tests else "none is called like it"
    told = _found(UNCOVERED, place, f"{workflow.priority} {workflow.name}: {lacking}; {looked_for}")
    return dataclasses.replace(told, severity=Severity.CRITICAL) if workflow.priority == _CRITICAL else told


def _unknown(workflow: Workflow, place: _Place, tests: list[_Tests]) -> Iterator[Finding]:
    """Entries of ``tests`` that mean nothing, where others do."""
    for each in workflow.tests:
        if workflows.is_glob(each) and "." in each.rpartition("/")[2] and languages.of(each.replace("*", "x")) is None:
            continue  # of a language that is not read here
        alone = dataclasses.replace(workflow, tests=(each,))
        if not any(alone.proven_by(one.path, one.e2e + one.others, len(one.e2e + one.others)) for one in tests):
            yield _found(UNKNOWN, place, f"{workflow.name}: no test is `{each}`")


def _proposed(code: Mapping[str, Facts], configs: Mapping[str, Facts]) -> Iterator[Finding]:
    said = [frozenset(facts["words"]) for facts in (*code.values(), *configs.values()) if "words" in facts]
    every = frozenset().union(*said)
    pages = {path[: path.find("pages/")] for path, facts in code.items() if "pages" in facts}
    routes: dict[str, list[tuple[str, _Place]]] = defaultdict(list)
    commands: dict[str, list[tuple[str, _Place]]] = defaultdict(list)
    for path, facts in code.items():
        for way, named, label, line, source in facts.get("ways", ()):
            if way == "page" and path[: path.find("pages/")] not in pages:
                continue
            words = entrances.parts(named)
            if words <= every and any(words <= each for each in said):
                continue
            into, key = (commands, path.rpartition("/")[0]) if way == "command" else (routes, named)
            into[key].append((label, _Place(path, line, source)))
    yield from _routes(routes)
    yield from (_grouped("no test runs", ways) for ways in commands.values())
    yield from _kinds(configs, every)


def _routes(routes: Mapping[str, list[tuple[str, _Place]]]) -> Iterator[Finding]:
    """One for each first segment; of a file that has many of them, one for all: its tests have yet to begin."""
    of_file: dict[str, list[str]] = defaultdict(list)
    for key, ways in routes.items():
        of_file[ways[0][1].path].append(key)
    for keys in of_file.values():
        if len(keys) > _MANY:
            more = f" and {len(keys) - _NAMED} more of this file" if len(keys) > _NAMED else ""
            told = f"no test asks for {', '.join(f'/{key}' for key in keys[:_NAMED])}{more}"
            yield _found(PROPOSED, routes[keys[0]][0][1], told)
        else:
            yield from (_grouped(f"no test asks for /{key}", routes[key]) for key in keys)


def _grouped(told: str, ways: list[tuple[str, _Place]]) -> Finding:
    names = list(dict.fromkeys(f"`{label}`" for label, _ in ways))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    joint = ": " if told.startswith("no test asks") else " "
    return _found(PROPOSED, ways[0][1], f"{told}{joint}{', '.join(names[:_NAMED])}{more}")


def _kinds(configs: Mapping[str, Facts], said: frozenset[str]) -> Iterator[Finding]:
    told: set[str] = set()
    for path, facts in configs.items():
        for kind, group, line in facts.get("kinds", ()):
            if kind not in told and not _NO_USERS.search(kind) and entrances.whole(kind) not in said:
                told.add(kind)
                yield _found(PROPOSED, _Place(path, line, f"kind: {kind}"), f"no test makes a {kind} ({group})")


def _found(rule: Rule, place: _Place, message: str) -> Finding:
    return found(rule, place.path, place.line, message, code=place.code)


def _count(file: SourceFile) -> Tally:
    return {"ways in": len(file.entrances), "files that come in": int(bool(file.texts))}


SCANNER = Scanner(
    name="e2e-coverage",
    summary="What users do, declared or proposed from routes, commands and kinds, against the tests that come in where they do.",
    rules=(UNCOVERED, UNKNOWN, PROPOSED),
    examine=lambda _: [],
    count=_count,
    production=entrances.is_worth,
    gather=_gather,
    configs=manifests.is_one,
    gather_config=manifests.read,
    conclude=_conclude,
)
