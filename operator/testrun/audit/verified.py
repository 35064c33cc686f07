"""What tests look at, of the functions that they call: more than what each returns, or no more. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from testrun.audit.model import Assertion, SourceFile, Test

_ANSWERS = re.compile(
    r"responses|respx|requests_mock|moto|nock|msw|vcr|pytest_httpx|pytest_httpserver|aioresponses|fetch-mock|gock|httpmock|sqlmock|"
    r"gomock|httptest|mockery|pgxmock|pytest_mock|pyfakefs|syrupy|ginkgo"
)
"""Libraries with which a test fails when the call does not come, or whose checks are called otherwise."""
_LOOKS = re.compile(
    r"(?:^|\.)(?:assert_[a-z_]+|EXPECT\(\).*|AssertExpectations|ExpectationsWereMet|isDone|done|verify\w*|Verify\w*|check\w*|Check\w*|"
    r"toMatchSnapshot|toHaveBeen\w*|Eventually|wait\w*|Wait\w*)$"
)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


class Told(NamedTuple):
    checked: set[str]
    """Functions whose tests look at something else."""
    returned: set[str]
    """Those whose tests look at what they return, or at nothing."""


def by(file: SourceFile) -> Told:
    """The names that tests of a file call, on which side each is. A name may be on both."""
    told = Told({each.name.rpartition(".")[2] for each in file.own}, set())  # a name that tests have themselves means theirs
    answers = any(_ANSWERS.search(each.module) for each in file.imports)
    for test in file.tests:
        names = {each.name.rpartition(".")[2] for each in test.calls}
        if test.skipped:
            continue
        if answers or test.helpers or any(_LOOKS.search(each.name) for each in test.calls):
            told.checked.update(names)
            continue
        values = [(each.line, each.name, each.value) for each in file.assigned if test.line <= each.line <= test.end]
        for name in names:
            (told.returned if _is_returned(name, test, values) else told.checked).add(name)
    if not file.tests:
        told.checked.update(each.name.rpartition(".")[2] for each in file.calls)
    return told


def _is_returned(name: str, test: Test, values: list[tuple[int, str, str]]) -> bool:
    called = re.compile(rf"\b{re.escape(name)}\b[^(]*\(")
    return all(_is_of(called, each, values) for each in test.assertions)


def _is_of(called: re.Pattern[str], assertion: Assertion, values: list[tuple[int, str, str]]) -> bool:
    """Whether it is about what the call returned."""
    if called.search(assertion.subject):
        return True
    head = _WORD.search(assertion.subject.removeprefix("await ").lstrip("!(*").removeprefix("len("))
    if head is None:
        return False
    given = [value for line, name, value in values if line <= assertion.line and head[0] in _WORD.findall(name)]
    return bool(given) and called.search(given[-1]) is not None
