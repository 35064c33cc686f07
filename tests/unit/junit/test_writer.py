"""The JUnit file of a run, compared whole with the files in ``golden/``; and what must hold for any run."""

from __future__ import annotations

import pathlib
import re
import time

import junitparser
import pytest
from build import JOB_NAME, make_pod
from hypothesis import given
from hypothesis import strategies as st
from logs import a, failing, fold, log, request

from testrun.core import cases
from testrun.core.model import Attachment, Attempt, Case, CaseStatus, Counts, Verdict
from testrun.junit import reader, settle, writer

GOLDEN = pathlib.Path(__file__).parent / "golden"
SHA = "a" * 64
TRACE = {"name": "trace", "contentType": "application/zip", "file": "1-trace.zip", "bytes": 9, "sha256": SHA}
BIG_VIDEO = {"name": "video", "contentType": "video/webm", "refused": "larger than 100 MiB"}
SKIPPED = {"status": "skipped", "expected": "skipped", "annotations": [{"type": "skip", "description": "needs a printer"}]}


def two_shards() -> settle.Settled:
    """Every kind of result: one shard that ended, and one whose pod was killed."""
    first = log(
        a("adds an item", "passed", project="desktop"),
        a("adds an item", "passed", project="mobile"),
        a("flickers", failing("Error: flicker"), "passed", retries=1, project="desktop"),
        a(
            "pays <fast> & \"safe\"",
            {"status": "timedOut", "errors": [{"message": "Test timeout of 30000ms exceeded."}]},
            failing(
                "Error: expect(received).toBe(expected)\n\nExpected: 1\nReceived: 2",
                output="]]> a\x1b[1mb\x00c\r\nd",
                attachments=[TRACE, BIG_VIDEO],
            ),
            retries=1,
            project="desktop",
            line=40,
        ),
        a("prints", SKIPPED, project="desktop", line=50),
        code=1, finish="failed", shards=2, pod=f"{JOB_NAME}-0-abcde",
    )  # fmt: skip
    second = log(
        a("ships", "passed", file="ship.spec.ts"),
        a("tracks", "running", file="ship.spec.ts"),
        a("returns", file="ship.spec.ts"),
        code=None, finish=None, index=1, shards=2, pod=f"{JOB_NAME}-1-abcde",
    )  # fmt: skip
    killed = make_pod(
        1,
        image="shop-e2e:1",
        phase="Failed",
        reason="OOMKilled",
        exit_code=137,
        log_tail="last line\n",
        events=("Killing: stop",),
    )
    ledgers = {
        0: [fold(first, pod=f"{JOB_NAME}-0-abcde")],
        1: [fold(second, pod=f"{JOB_NAME}-1-abcde", index=1)],
    }
    return settle.settle(request(shards=2, pods=(make_pod(0), killed)), ledgers)


def red_without_red_cases() -> settle.Settled:
    return settle.settle(request(), {0: [fold(log(a("prints", SKIPPED)))]})


def nothing_began() -> settle.Settled:
    return settle.settle(request(stopped=Verdict.CANCELLED, stopped_message="spec.cancel is set"), {})


@pytest.mark.parametrize("make", [two_shards, red_without_red_cases, nothing_began])
def test_golden(make):
    assert make().junit.decode() == (GOLDEN / f"{make.__name__}.xml").read_text(encoding="utf-8")


def test_the_same_run_gives_the_same_bytes():
    assert two_shards().junit == two_shards().junit


def test_a_small_file_is_in_the_status_byte_for_byte():
    settled = two_shards()
    assert settled.settlement.junit.encode() == settled.junit


def test_the_settlement_of_the_golden_run():
    settlement = two_shards().settlement
    assert (settlement.verdict, settlement.counts) == (
        Verdict.ERRORED,
        Counts(tests=8, passed=4, failed=1, errored=2, skipped=1, flaky=1),
    )
    assert settlement.message == (
        "shard 1 lost its pod: OOMKilled (exit code 137) on node n1; 2 of 3 tests without a result; 1 of 8 tests failed"
    )
    assert [(failure.name, failure.project, failure.trace) for failure in settlement.failures] == [
        ("cart › tracks", "", ""),
        ('cart › pays <fast> & "safe"', "desktop", f"phase-3/shard-0/{JOB_NAME}-0-abcde/attachments/1-trace.zip"),
        ("cart › returns", "", ""),  # never reached
    ]


def test_the_same_test_in_two_projects_has_two_keys():
    xml = junitparser.JUnitXml.fromstring(two_shards().junit)
    keys = [(case.classname, case.name) for suite in xml for case in suite]
    assert len(keys) == len(set(keys)) == 8


def test_twenty_thousand_cases_take_seconds():
    many = tuple(
        Case(
            shard=number % 50,
            file=f"file-{number % 2000}.spec.ts",
            project="desktop",
            title=("suite", f"test {number}"),
            status=CaseStatus.PASSED,
            attempts=(Attempt(retry=0, status="passed", duration=0.5, pod="p"),),
        )
        for number in range(20_000)
    )
    result = cases.RunResult(cases=many, counts=cases.count(many), shards=(), duration=60.0)
    before = time.process_time()
    written = writer.render(result, request(shards=50))
    assert time.process_time() - before < 15, "about two seconds on a slow core; a quadratic merge takes far longer"
    assert reader.read([written]).counts == result.counts


TEXT = st.text(st.characters(codec=None), max_size=30)
ATTEMPTS = st.builds(
    Attempt,
    retry=st.integers(0, 3),
    status=st.sampled_from(["passed", "failed", "timedOut", "skipped", "interrupted", "lost"]),
    start_ms=st.none() | st.integers(0, 253_402_300_799_999),
    duration=st.floats(0, 1e6),
    message=TEXT,
    stack=TEXT,
    output=TEXT,
    pod=TEXT,
)
CASES = st.builds(
    Case,
    shard=st.integers(0, 3),
    file=TEXT,
    project=TEXT,
    title=st.tuples(TEXT, TEXT),
    status=st.sampled_from(CaseStatus),
    line=st.integers(0, 99),
    attempts=st.lists(ATTEMPTS, max_size=3).map(tuple),
    message=TEXT,
    details=TEXT,
    kind=TEXT,
)


@given(st.lists(CASES, max_size=6).map(tuple))
def test_whatever_the_texts_both_readers_find_the_same_totals(some):
    result = cases.RunResult(cases=some, counts=cases.count(some), shards=(), duration=1.0)
    written = writer.render(result, request(shards=4))

    summary = reader.read([written])
    assert summary.counts == result.counts
    assert summary.problems == ()

    xml = junitparser.JUnitXml.fromstring(written)
    told = (xml.tests, xml.failures, xml.errors, xml.skipped)
    xml.update_statistics()
    assert told == (xml.tests, xml.failures, xml.errors, xml.skipped) == (
        result.counts.tests, result.counts.failed, result.counts.errored, result.counts.skipped,
    )  # fmt: skip


def test_a_case_is_flaky_in_the_file_too_when_none_of_its_attempts_failed():
    skips_itself = {"status": "skipped", "expected": "skipped"}
    settled = settle.settle(request(), {0: [fold(log(a("prints", "passed", skips_itself, retries=1)))]})
    assert settled.settlement.counts == reader.read([settled.junit]).counts == Counts(tests=1, passed=1, flaky=1)
    assert b'<flakyFailure message="an attempt passed that was not expected to" type="UnexpectedPass"' in settled.junit


def _system_out(*attempts: Attempt) -> str:
    case = Case(shard=0, file="a.spec.ts", project="", title=("t",), status=CaseStatus.FAILED, attempts=attempts, message="no")
    result = cases.RunResult(cases=(case,), counts=cases.count([case]), shards=(), duration=1.0)
    (suite,) = junitparser.JUnitXml.fromstring(writer.render(result, request()))
    (element,) = suite
    return element.system_out


@pytest.mark.parametrize("mark", ["[[ATTACHMENT|", "[[attachment|", "[[ATT\x00ACHMENT|", "[[[[ATTACHMENT|"])
def test_only_the_run_s_own_files_are_marked_as_attachments(mark):
    """A CI system uploads what the marks name, from its own workspace."""
    refused = Attachment(name=f"{mark}name]]", content_type="", note=f"{mark}note]]")
    own = Attachment(name="trace", content_type="", path="phase-3/shard-0/pod/attachments/1-trace.zip")
    out = _system_out(Attempt(retry=0, status="failed", output=f"{mark}/etc/passwd]]", attachments=(refused, own)))
    assert re.findall(r"\[\[ATTACHMENT\|.*", out, re.IGNORECASE) == ["[[ATTACHMENT|shard-0/pod/attachments/1-trace.zip]]"]
    assert "/etc/passwd" in out


def test_a_case_names_a_bounded_number_of_attachments():
    files = tuple(Attachment(name=f"{number}", content_type="", note="refused") for number in range(150))
    lines = _system_out(*(Attempt(retry=retry, status="failed", attachments=files) for retry in range(3))).splitlines()
    assert len(lines) == 201
    assert lines[-2:] == ["attachment 49: refused", "and 250 more attachments"]


def test_more_cases_come_first_and_the_totals_are_of_both():
    settled = two_shards()
    check = Case(shard=0, file="", project="", title=("preflight", "Tilt on this machine"), status=CaseStatus.PASSED)
    whole = writer.with_more(settled.junit, [check])
    read = reader.read(iter([whole]))
    assert (read.problems, read.counts) == ((), settled.settlement.counts + Counts(tests=1, passed=1))
    suites = list(junitparser.JUnitXml.fromstring(whole))
    assert [case.name for case in suites[0]] == ["preflight › Tilt on this machine"]
    assert suites[1:] == list(junitparser.JUnitXml.fromstring(settled.junit))
