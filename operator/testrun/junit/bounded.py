"""A run's JUnit for ``status.junit``: whole when it is small, else failures first, and it says what it leaves out.

Always valid XML, never above its limit, and the root always tells the true totals.
"""

from __future__ import annotations

from testrun.core import model, summary
from testrun.core.cases import RunResult
from testrun.junit import writer

SMALLEST = 4096
"""Below this not even an empty file with its note is sure to fit."""

_BYTES_OF_A_CASE = 60  # the least that a test case takes
_WORST_FIRST = (
    model.CaseStatus.ERRORED,
    model.CaseStatus.FAILED,
    model.CaseStatus.FLAKY,
    model.CaseStatus.SKIPPED,
    model.CaseStatus.PASSED,
)
_TRIES = (
    writer.Limits(name=500, message=500, details=2000, output=500),
    writer.Limits(name=300, message=200, details=400, output=0),
    writer.Limits(name=200, message=100, details=0, output=0),
)
"""Shorter and shorter texts, until the failures that ``status.failures`` names all fit."""


def within(result: RunResult, request: model.SettleRequest, whole: bytes, limit: int = model.JUNIT_IN_STATUS_BYTES) -> bytes:
    """The run's JUnit in at most ``limit`` bytes (SMALLEST or more); ``whole`` is `writer.render` of it, kept if it fits."""
    if limit < SMALLEST:
        raise ValueError(f"limit is {limit}, less than {SMALLEST}")
    if len(whole) <= limit:
        return whole
    cases = summary.red_first(sorted(result.cases, key=lambda case: _WORST_FIRST.index(case.status)))
    red = sum(case.status.red for case in cases)
    best = b""
    for limits in _TRIES:
        kept, best = _most(result, request, cases, limits, limit)
        if kept >= min(red, model.FAILURES_IN_STATUS):
            break
    return best


def _most(
    result: RunResult, request: model.SettleRequest, cases: list[model.Case], limits: writer.Limits, limit: int
) -> tuple[int, bytes]:
    """How many of the first cases fit, and the file that holds them: by bisection, since a case more is never a byte less."""
    low, high = 0, min(len(cases), limit // _BYTES_OF_A_CASE)
    best = _first(result, request, cases, 0, limits)
    while low < high:
        middle = (low + high + 1) // 2
        found = _first(result, request, cases, middle, limits)
        if len(found) <= limit:
            low, best = middle, found
        else:
            high = middle - 1
    return low, best


def _first(result: RunResult, request: model.SettleRequest, cases: list[model.Case], count: int, limits: writer.Limits) -> bytes:
    note = f"Cut to fit: {count} of {len(cases)} test cases, failures first. The whole file is {writer.FOLDER}junit.xml."
    return writer.document(writer.heading(result, request), cases[:count], limits, left_out=note)
