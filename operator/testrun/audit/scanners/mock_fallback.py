"""``mock-fallback``: every mock, told apart as one that a test may have and one that hides the real thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testrun.audit import fallbacks, misplaced, mocks
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import Import, Mock, SourceFile, Test, Tier
from testrun.audit.scanner import Scanner, Tally

FALLBACK = Rule(
    name="mock-fallback/silent-fallback",
    severity=Severity.CRITICAL,
    summary="a real client that quietly becomes a mock",
    why="When the real thing is missing or fails, a stand-in takes its place and everything goes on as if it were there.",
    fix="Fail and say what is missing; let who wants the stand-in ask for it by name.",
)
IN_E2E = Rule(
    name="mock-fallback/mock-in-e2e",
    severity=Severity.MAJOR,
    summary="a mock in an end-to-end test",
    why="It is there to show that the real parts work together, and one of them is not real.",
    fix="Use the real service, or move the test to where mocks belong.",
)
IN_INTEGRATION = Rule(
    name="mock-fallback/mock-in-integration",
    severity=Severity.MINOR,
    summary="an integration test that meets nothing but mocks",
    why="What is mocked is not integrated: the tests show less than their place says.",
    fix="Use a real or in-memory service at the other end of the wire, or call it a unit test.",
)
OWN_MOCK = Rule(
    name="mock-fallback/asserts-own-mock",
    severity=Severity.CRITICAL,
    summary="an assertion on what the test itself told a mock to give",
    why="No code of yours runs between the mock and the assertion: it tests the mocking library.",
    fix="Hand the mock to the code under test, and assert on what that makes of it.",
)
SUBJECT = Rule(
    name="mock-fallback/mocks-subject",
    severity=Severity.CRITICAL,
    summary="a test that replaces what it tests",
    why="The function that is called is the replacement: the real one may be broken.",
    fix="Replace what the function depends on, and call the real one.",
)
PRODUCTION = Rule(
    name="mock-fallback/production-mock",
    severity=Severity.MAJOR,
    summary="a mocking library in code that is no test",
    why="What is shipped can be told to pretend, and needs a test's dependency to start.",
    fix="Move it to the tests; write a plain fake if production needs one.",
)

_MISPLACED = {
    Tier.E2E: (IN_E2E, "this is e2e by its place or its marks, and has a mock"),
    Tier.INTEGRATION: (IN_INTEGRATION, "this is integration by its place or its marks, and all that it meets is mocked"),
}
_LIBRARIES = {
    "python": re.compile(
        r"^(?:unittest\.mock|mock|pytest_mock|responses|requests_mock|respx|moto|fakeredis|mongomock|flexmock)(?:\.|"
        r"$)"
    ),
    "typescript": re.compile(
        r"^(?:jest-mock|@jest/globals|vitest|sinon|ts-mockito|testdouble|nock|msw(?:/node)?|jest-mock-extended|"
        r"vitest-mock-extended|proxyquire)$"
    ),
    "go": re.compile(
        r"^(?:go\.uber\.org/mock/gomock|github\.com/(?:golang/mock/gomock|stretchr/testify/mock|DATA-DOG/go-sqlmock|"
        r"h2non/gock|jarcoal/httpmock|agiledragon/gomonkey.*))$"
    ),
}
_FOR_TESTS = re.compile(
    r"mock|fake|stub|double|test|fixture|/units?/|/integration/|(?:^|/)t/|storybook|stories|\.config\.|conftest|"
    r"spec|setup|example|bench|harness|e2e|(?:^|/)qa/",
    re.IGNORECASE,
)
_INTERESTING = (b"mock", b"fake", b"stub", b"dummy", b"sinon", b"vitest", b"nock", b"respx", b"responses", b"moto")
_OF_MOCKS = re.compile(r"(?:mock|fake|stub|double|\.stories\.)[^/]*$|(?:^|/)_*(?:mock|fake|stub)s?_*/", re.IGNORECASE)
_ASSERTS = re.compile(r"expect|(?:self\.)?assert|require|(?:[gt]\.)?Expect|Ω|t\.(?:Error|Fatal|Log)|gomock|len$|isinstance$")
_LOOKS = re.compile(
    r".*\b(?:mock|calls?|called|call_args|call_count|method_calls|mock_calls|callCount|called[A-Z]\w*|getCalls?|assert_\w+|toHaveBeen\w*)\b"
)


def _examine(file: SourceFile) -> list[Finding]:
    result = [
        found(FALLBACK, file.path, each.line, f"upon {each.when}, `{each.stand_in}` takes the place of the real thing")
        for each in file.fallbacks
        if fallbacks.hides(file, each)
    ]
    if file.is_test:
        placed = list(mocks.in_calls(file.language, file.calls))
        taken = {each.line for each in file.fallbacks}
        for tier, line in misplaced.find(file, [each for each in placed if each.line not in taken]):
            rule, message = _MISPLACED[tier]
            result.append(found(rule, file.path, line, message))
        for test in file.tests if placed or file.assigned else ():
            if not test.skipped:
                result += _of_test(file, test, placed)
    elif not _FOR_TESTS.search(file.path):
        library = _LIBRARIES[file.language]
        result += (
            found(PRODUCTION, file.path, each.line, f"imports {each.module}")
            for each in file.imports
            if library.match(each.module) and not _is_own(each)
        )
    return result


def _is_own(module: Import) -> bool:
    """A module of the product that is called as the library is."""
    return module.module == "responses" and not all(there in ("", "activate", "RequestsMock") for there, _ in module.names)


def _is_of_mocks(file: SourceFile) -> bool:
    """The file, or its folder, is about mocks: what is one is what it is for."""
    return bool(_OF_MOCKS.search(file.path))


def _of_test(file: SourceFile, test: Test, placed: list[Mock]) -> list[Finding]:
    asserted = list(_asserted(file, test))
    return _own_mock(file, test, asserted) or _subject(file, test, placed, asserted)


def _asserted(file: SourceFile, test: Test) -> Iterator[tuple[int, str]]:
    """The calls whose results are asserted on, directly or by a variable, as written, each with its line."""
    values = {each.name: each for each in file.assigned if test.line <= each.line <= test.end}
    for assertion in test.assertions:
        subject = assertion.subject.removeprefix("await ")
        expected = re.fullmatch(r"(?:\w+\.)?Expect\((.*)\)", subject)
        subject = expected[1] if expected is not None else subject
        plain = re.match(r"(\w+)(?![\w(])(?!(?:\.\w+)+\()", subject)
        if _LOOKS.match(subject):
            continue
        if plain is None:
            yield assertion.line, subject
        elif (given := values.get(plain[1])) is not None:
            yield given.line, given.value.removeprefix("await ")


def _own_mock(file: SourceFile, test: Test, asserted: list[tuple[int, str]]) -> list[Finding]:
    if _is_of_mocks(file):
        return []
    names = mocks.variables(file.language, (each for each in file.assigned if test.line <= each.line <= test.end))
    own = {each.name for each in file.assigned if test.line <= each.line <= test.end}
    if file.language == "go":  # a type named for a mock may be written by hand, with code of its own
        told = {match[1] for each in test.calls if (match := re.match(r"(\w+)\.(?:On$|EXPECT\(\))", each.name)) is not None}
        names = {each for each in names if each in told}
    for line, code in asserted if names else ():
        match = re.match(r"([A-Za-z_$][\w$]*)((?:\.\w+)*)\(", code)
        if match is not None and match[1] in names and match[2].count(".") < 2 and not _LOOKS.match(code):
            if (match[2] and match[1] + match[2] in own) or _is_handed(test, match[1], line):
                continue  # that method was put there by hand, or by what was given it
            return [found(OWN_MOCK, file.path, line, f"{test.name}: `{match[1]}{match[2]}(…)` is a mock that this test made")]
    return []


def _is_handed(test: Test, name: str, line: int) -> bool:
    """Code of yours was given the mock before, and may have changed it."""
    given = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.(])")
    calls = (each for each in test.calls if each.line <= line and not (_LOOKS.match(each.name) or _ASSERTS.match(each.name)))
    return any(given.search(argument) for each in calls for argument in each.arguments)


def _subject(file: SourceFile, test: Test, placed: list[Mock], asserted: list[tuple[int, str]]) -> list[Finding]:
    for mock in placed:
        near = (test.first or test.line) <= mock.line <= test.end or mock.kind == "module"
        if near and mock.target and any(_is_subject(file, test, mock, code) and _holds(file, mock, at) for at, code in asserted):
            return [found(SUBJECT, file.path, mock.line, f"{test.name}: `{mock.target}` is replaced, and asserted on")]
    return []


def _holds(file: SourceFile, mock: Mock, line: int) -> bool:
    """What is replaced is real before, and after the ``with`` that replaces it."""
    held = [last for first, body, last in file.held if first <= mock.line < body]
    return mock.kind == "module" or (mock.line <= line and all(line <= last for last in held[:1]))


def _is_subject(file: SourceFile, test: Test, mock: Mock, code: str) -> bool:
    """Whether the code calls what the mock replaced."""
    match = re.match(r"(?:new )?([A-Za-z_$][\w$]*)((?:\.\w+)*)\(", code)
    if match is None:
        return False
    head, called = match[1], match[1] + match[2]
    if mock.kind == "module":
        return _replaces_own_module(file, mock.target) and head in {
            here for each in file.imports if each.module == mock.target for _, here in each.names
        }
    if mock.kind == "spy":
        told = any(re.match(r"(?:jest|vi)\.spyOn\(.*\.mock(?:Return|Resolved|Implementation)", each.name) for each in test.calls)
        return told and called == mock.target
    origin = {here: f"{each.module}.{there}" if there else each.module for each in file.imports for there, here in each.names}
    owner, _, rest = mock.target.partition(".")
    full = {mock.target, f"{origin[owner]}.{rest}" if owner in origin else mock.target}
    return (origin[head] + match[2] if head in origin else called) in full


def _replaces_own_module(file: SourceFile, target: str) -> bool:
    """``jest.mock("./cart")`` in cart.test.ts, and nothing of the real one is kept."""
    stem = re.sub(r"\.(?:test|spec)$", "", file.path.rpartition("/")[2].rpartition(".")[0])
    kept = any(
        "requireActual" in each.name or "importActual" in each.name or "importOriginal" in each.name for each in file.calls
    )
    return target.rpartition("/")[2] == stem and not kept


def _count(file: SourceFile) -> Tally:
    return {"mocks": sum(1 for _ in mocks.in_calls(file.language, file.calls)) if file.is_test else 0}


def _is_interesting(path: str, data: bytes) -> bool:
    del path
    lower = data.lower()
    return any(word in lower for word in _INTERESTING)


SCANNER = Scanner(
    name="mock-fallback",
    summary="Mocks that hide the real thing: silent fallbacks, mocks where none belong, tests of the mock itself.",
    rules=(FALLBACK, IN_E2E, IN_INTEGRATION, OWN_MOCK, SUBJECT, PRODUCTION),
    examine=_examine,
    count=_count,
    production=_is_interesting,
)
