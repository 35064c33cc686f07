"""``test-infrastructure``: own test helpers and frameworks, with size, users and what a known library would replace. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from testrun.audit import helpers, languages
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import Helper, SourceFile
from testrun.audit.scanner import Scanner, Tally

_KEPT = "It is code to read, mend and learn beside the product's, and it has no tests."
_FIX = "Take what the finding names, or let it pass and say what that cannot do."


def _rule(kind: str, summary: str, why: str, severity: Severity = Severity.MINOR) -> Rule:
    return Rule(name=f"test-infrastructure/own-{kind}", severity=severity, summary=summary, why=why, fix=_FIX)


RULES = {
    helpers.RUNNER: _rule(
        "runner", "a test runner of the repository's own",
        "What it runs is in no JUnit file, cannot be selected, and counts for no phase.", Severity.MAJOR,
    ),
    helpers.SERVER: _rule("server", "a fake server written by hand", f"{_KEPT} Tests come to rely on what it gets wrong."),
    helpers.MOCK: _rule("mock", "a mock, or a framework of mocks, by hand", f"{_KEPT} The real thing changes without it."),
    helpers.SNAPSHOT: _rule("snapshot", "a reader and writer of golden files", f"{_KEPT} Stale files and diffs are left to it."),
    helpers.WAIT: _rule("wait", "a retry or wait loop", f"{_KEPT} Deadlines and the last failure are easily forgotten in it."),
    helpers.BUILDER: _rule("builder", "a framework of data builders, or a generator of random data", _KEPT),
    helpers.FIXTURE: _rule("fixture", "a stand-in for what the runner gives", f"{_KEPT} It may fail before it puts things back."),
    helpers.ASSERTIONS: _rule("assertions", "an assertion library", f"{_KEPT} It seldom tells well what differs."),
}  # fmt: skip
COPIED = Rule(
    name="test-infrastructure/copied",
    severity=Severity.MINOR,
    summary="the same helper of several test files",
    why="What is mended in one copy stays broken in the others.",
    fix=_FIX,
)

_WORDS = {
    helpers.SERVER: "a fake server", helpers.RUNNER: "a test runner", helpers.MOCK: "a mock", helpers.SNAPSHOT: "golden files",
    helpers.WAIT: "a wait loop", helpers.BUILDER: "test data", helpers.FIXTURE: "a stand-in for a fixture",
    helpers.ASSERTIONS: "assertions",
}  # fmt: skip
_INSTEAD = {
    "python": {
        helpers.SERVER: "pytest-httpserver, or responses and respx without a socket", helpers.RUNNER: "pytest",
        helpers.MOCK: "unittest.mock or pytest-mock", helpers.SNAPSHOT: "syrupy or pytest-regressions",
        helpers.WAIT: "tenacity", helpers.BUILDER: "factory_boy, polyfactory or Faker",
        helpers.FIXTURE: "pytest's tmp_path, monkeypatch, capsys or caplog, or time-machine",
        helpers.ASSERTIONS: "plain assert, which pytest explains",
    },
    "typescript": {
        helpers.SERVER: "msw or nock", helpers.RUNNER: "Vitest, Jest or node:test", helpers.MOCK: "vi.fn, jest.fn or sinon",
        helpers.SNAPSHOT: "toMatchSnapshot or toMatchFileSnapshot", helpers.WAIT: "vi.waitFor, expect.poll or p-retry",
        helpers.BUILDER: "fishery or @faker-js/faker",
        helpers.FIXTURE: "vi.stubEnv, vi.spyOn and vi.useFakeTimers (or Jest's), or tempy",
        helpers.ASSERTIONS: "expect of Vitest or Jest, or node:assert",
    },
    "go": {
        helpers.SERVER: "net/http/httptest with httpmock or gock", helpers.RUNNER: "go test with t.Run, or testify's suite",
        helpers.MOCK: "gomock, mockery or moq, which write it from the interface",
        helpers.SNAPSHOT: "goldie or gotest.tools/v3/golden",
        helpers.WAIT: "Eventually of testify or Gomega, or cenkalti/backoff", helpers.BUILDER: "gofakeit or go-faker",
        helpers.FIXTURE: "t.TempDir, t.Setenv or t.Chdir, and for output an io.Writer that the code is handed",
        helpers.ASSERTIONS: "testify or go-cmp",
    },
}  # fmt: skip
_LEAST = 4
"""Less than so many lines are no burden."""
_EXAMPLE = re.compile(r"(?:^|/)(?:examples?|samples?|demos?|tutorials?|docs?)/")
_PACKAGE = "/__init__.py"
_TESTING = re.compile(r"^(?:(?!internal/)[^/]+/)*?testing(?=/)")
"""What is called so may be there for who builds on the product: a product itself."""
_NAMED = 3


class Own(NamedTuple):
    """A helper as it is kept."""

    kind: str
    name: str
    names: list[str]
    line: int
    size: int
    code: str
    fixture: bool


def _gather(file: SourceFile, code: Callable[[int], str]) -> Any:
    if not file.is_test or _EXAMPLE.search(file.path):
        return None
    own: list[Own] = []
    taken = {each.name for each in file.own if helpers.extends_library(each, file.language)}
    for each in file.own:
        kind = helpers.kind(each, file.language)
        owner = each.name.partition(".")[0]
        if kind is not None and (each.is_class or owner not in taken):
            taken |= {each.name, *each.names} if each.is_class else set()
            names = _names(each, file.own)
            fixture = any(one.is_fixture and one.name in names for one in file.own)
            own.append(Own(kind, each.name, names, each.line, each.size, code(each.line), fixture))
    return {"own": own, "used": sorted(file.used), "tests": bool(file.tests)} if own or file.used else None


def _names(helper: Helper, all_of_file: list[Helper]) -> list[str]:
    """By which other files come to it: its own name, its class's and its makers', and those of what calls it in its file."""
    names = {helper.name.partition(".")[0], *helper.names}
    called = {helper.name.rpartition(".")[2]}
    rest = [each for each in all_of_file if each is not helper]
    while called:  # a fixture calls a context manager, which makes the server
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(called)))})\b")
        callers = [each for each in rest if each.name in names or pattern.search(each.source)]
        rest = [each for each in rest if each not in callers]
        names |= {name for each in callers for name in (each.name.partition(".")[0], *each.names)}
        called = {each.name.partition(".")[0] for each in callers}
    return sorted(names)


def _is_product(path: str, packages: Collection[str]) -> bool:
    """Whether who builds on the product may have it: in Python it is within the package, in Go not internal."""
    match = _TESTING.match(path)
    if match is None:
        return False
    above = match[0].rpartition("/")[0]
    return path.endswith(".go") or (f"{match[0]}{_PACKAGE}" in packages and f"{above}{_PACKAGE}" in packages)


def _conclude(code: Mapping[str, Any], packages: Mapping[str, Any]) -> list[Finding]:
    kept = {
        path: [Own(*each) for each in facts["own"]] for path, facts in code.items()
        if facts["own"] and not _is_product(path, packages)
    }  # fmt: skip
    places = _places(kept, code)
    result: list[Finding] = []
    local: dict[tuple[str, str, str], list[tuple[str, Own]]] = defaultdict(list)
    for path, all_owns in kept.items():
        groups: dict[str, list[Own]] = defaultdict(list)
        for own in all_owns:
            groups[own.kind].append(own)
        language = languages.of(path) or ""
        for kind, owns in groups.items():
            users = {user for own in owns for name in own.names for user, place in places[name] if _is_it(path, own, user, place)}
            if not users and (code[path]["tests"] or kind == helpers.RUNNER):
                for own in owns:
                    local[language, kind, own.name].append((path, own))
            elif kind == helpers.RUNNER or sum(own.size for own in owns) >= _LEAST:
                result.append(_own(path, language, owns, len(users)))
    for (language, kind, _), copies in local.items():
        if len(copies) > 1:
            result.append(_copied(language, copies))
        elif kind == helpers.RUNNER:
            result.append(_own(copies[0][0], language, [copies[0][1]], 0))
    return result


def _places(kept: Mapping[str, list[Own]], code: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """For each name of a helper the files that use such a name, and where they take it from."""
    wanted = {name for owns in kept.values() for own in owns for name in own.names}
    result: dict[str, list[tuple[str, str]]] = {name: [] for name in wanted}
    for path, facts in code.items():
        for each in facts["used"]:
            place, _, name = each.rpartition(":")
            if name in wanted:
                result[name].append((path, place))
    return result


def _is_it(path: str, own: Own, user: str, place: str) -> bool:
    """Whether it is this helper that another file takes from a place."""
    folder, _, file = path.rpartition("/")
    if user == path or languages.of(path) != languages.of(user):
        return False
    if file.endswith(".go"):
        return place == folder.rpartition("/")[2] if user.rpartition("/")[0] != folder else not place
    if place == "()":  # pytest gives what a conftest.py has to its own folder only
        return own.fixture and (file != "conftest.py" or user.startswith(f"{folder}/" if folder else ""))
    return place in ("", file.partition(".")[0], *folder.split("/"))


def _own(path: str, language: str, owns: list[Own], users: int) -> Finding:
    kind = owns[0].kind
    more = f" and {len(owns) - _NAMED} more" if len(owns) > _NAMED else ""
    names = ", ".join(f"`{own.name}`" for own in owns[:_NAMED]) + more
    size = sum(own.size for own in owns)
    used = f"used by {users} file{'s' * (users != 1)} of tests" if users else "used by no other file of tests"
    message = f"{_WORDS[kind]}, {names}: {size} lines, {used}; known for it: {_INSTEAD[language][kind]}"
    return _found(RULES[kind], path, owns[0], message)


def _copied(language: str, copies: list[tuple[str, Own]]) -> Finding:
    (path, own), *others = copies
    size = sum(each.size for _, each in copies)
    where = ", ".join(other for other, _ in others[:_NAMED]) + (" …" if len(others) > _NAMED else "")
    instead = _INSTEAD[language][own.kind]
    message = f"{_WORDS[own.kind]}, `{own.name}`, is written again in {where}: {size} lines altogether; known for it: {instead}"
    return _found(RULES[own.kind] if own.kind == helpers.RUNNER else COPIED, path, own, message)


def _found(rule: Rule, path: str, own: Own, message: str) -> Finding:
    return found(rule, path, own.line, message, code=own.code)


def _count(file: SourceFile) -> Tally:
    """Of what tests share; classes and their methods are counted once."""
    numbers: Counter[str] = Counter()
    outer: list[Helper] = [each for each in file.own if "." not in each.name] if file.is_test and not file.tests else []
    numbers["helpers"] += len(outer)
    numbers["helper lines"] += sum(each.size for each in outer)
    return numbers


SCANNER = Scanner(
    name="test-infrastructure",
    summary="Own test helpers and frameworks, with size, users and what a known library would replace.",
    rules=(*RULES.values(), COPIED),
    examine=lambda _: [],
    count=_count,
    gather=_gather,
    configs=lambda path: path.endswith(_PACKAGE),
    gather_config=lambda _path, _data: True,
    conclude=_conclude,
)
