"""The JUnit of a status: never above its limit, always valid, true in its totals."""

from __future__ import annotations

import dataclasses

import junitparser
import pytest
from logs import request

from testrun.core import cases, model
from testrun.core.model import Attempt, Case, CaseStatus
from testrun.junit import bounded, reader, writer


def run(**counts: int) -> cases.RunResult:
    """So many cases of each status, the red ones last by name, with long texts."""
    made = tuple(
        Case(
            shard=0,
            file=f"{status}-{number % 7}.spec.ts",
            project="desktop",
            title=("suite", f"test {number}"),
            status=CaseStatus(status),
            message=f"why {status} › " + "m" * 900,
            details="d" * 9000,
            kind="AssertionFailed",
            attempts=(Attempt(retry=0, status="failed", message="x", stack="s" * 9000, output="o" * 9000),),
        )
        for status, count in counts.items()
        for number in range(count)
    )
    return cases.RunResult(cases=made, counts=cases.count(made), shards=(), duration=1.0)


def within(result: cases.RunResult, limit: int = model.JUNIT_IN_STATUS_BYTES) -> bytes:
    return bounded.within(result, request(), writer.render(result, request()), limit)


def names(written: bytes, status: str) -> list[str]:
    xml = junitparser.JUnitXml.fromstring(written)
    return [case.name for suite in xml for case in suite if case.classname.startswith(status)]


def test_a_small_file_stays_whole():
    result = run(passed=2)
    assert within(result) == writer.render(result, request())


def test_a_large_file_says_what_it_leaves_out():
    xml = junitparser.JUnitXml.fromstring(within(run(passed=500, failed=2)))
    note = next(iter(xml))
    assert (note.name, note.tests) == ("testrun", 0)
    held = sum(len(suite) for suite in xml)
    assert note._elem.findtext("system-out") == (
        f"Cut to fit: {held} of 502 test cases, failures first. The whole file is phase-3/junit.xml."
    )


def test_the_root_keeps_the_true_totals():
    xml = junitparser.JUnitXml.fromstring(within(run(passed=400, failed=30, errored=20, skipped=50)))
    assert (xml.tests, xml.failures, xml.errors, xml.skipped) == (500, 30, 20, 50)


def test_failures_come_before_what_passed():
    written = within(run(passed=300, skipped=300, flaky=3, failed=12, errored=5))
    assert len(names(written, "errored")) == 5
    assert len(names(written, "failed")) == 12
    assert len(names(written, "passed")) < 300


def test_failures_come_before_errors_of_what_was_never_reached():
    failed, errored = run(failed=10).cases, run(errored=400).cases
    made = (*(dataclasses.replace(each, reached=False) for each in errored), *failed)
    written = within(cases.RunResult(cases=made, counts=cases.count(made), shards=(), duration=1.0))
    assert len(names(written, "failed")) == 10


def test_texts_get_shorter_so_that_all_failures_of_the_status_fit():
    assert len(names(within(run(failed=400)), "failed")) >= model.FAILURES_IN_STATUS


@pytest.mark.parametrize("limit", [bounded.SMALLEST, 8 * 1024, model.JUNIT_IN_STATUS_BYTES])
@pytest.mark.parametrize(
    "result",
    [run(passed=3000), run(failed=300), run(errored=1, passed=1), run(skipped=50, flaky=50)],
    ids=["passed", "failed", "one error", "skipped and flaky"],
)
def test_it_fits_and_is_valid(result, limit):
    written = within(result, limit)
    assert len(written) <= limit
    junitparser.JUnitXml.fromstring(written)
    reader.read([written])


def test_every_character_may_take_four_bytes():
    name = "\U0001f600" * 900
    made = tuple(
        Case(shard=0, file=name, project=name, title=(name, str(n)), status=CaseStatus.FAILED, message=name) for n in range(90)
    )
    result = cases.RunResult(cases=made, counts=cases.count(made), shards=(), duration=1.0)
    assert len(within(result)) <= model.JUNIT_IN_STATUS_BYTES


def test_a_limit_that_cannot_be_kept_is_refused():
    with pytest.raises(ValueError, match="limit is 100, less than 4096"):
        within(run(passed=1), 100)
