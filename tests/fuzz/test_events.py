"""Whatever pods tell, in whatever order and shape: a run settles, its numbers add up, and nothing but the truth is green."""

from __future__ import annotations

import dataclasses
import io
import itertools
from collections import Counter
from xml.etree import ElementTree

import junitparser
import pytest
from build import RUN
from fuzz import oracle, streams
from fuzz.effort import tries
from hypothesis import given
from hypothesis import strategies as st
from logs import a, fold, log, request

from testrun.api import wire
from testrun.artifacts import layout
from testrun.core import model
from testrun.core.model import CaseStatus, Verdict
from testrun.junit import bounded, reader, settle, writer
from testrun.web import page, spool

LOG = layout.events(0, "pod-x")


def settled(run: streams.Run) -> settle.Settled:
    return settle.settle(run.request, run.ledgers())


@tries(300)
@given(streams.hostile(), st.integers(1, 5000))
def test_whatever_pods_tell_a_run_settles_to_the_truth(run, size):
    """One test, since to make a run takes longer than to check it."""
    made = settled(run)
    numbers_are_counted_from_the_cases(made)
    the_verdict_is_in_the_cases(made.settlement)
    nothing_is_passed_that_must_not_be(run, made.settlement)
    every_planned_test_is_a_case_exactly_once(run, made)
    a_shard_showed_what_it_settled_to(run, made.settlement)
    the_junit_is_read_back_with_the_same_totals(made, size)
    assert wire.loads(model.Settlement, wire.dumps(made.settlement)) == made.settlement


def numbers_are_counted_from_the_cases(made: settle.Settled) -> None:
    seen = Counter(case.status for case in made.result.cases)
    told = made.settlement.counts
    assert told == model.Counts(
        tests=seen.total(),
        passed=seen[CaseStatus.PASSED] + seen[CaseStatus.FLAKY],
        failed=seen[CaseStatus.FAILED],
        errored=seen[CaseStatus.ERRORED],
        skipped=seen[CaseStatus.SKIPPED],
        flaky=seen[CaseStatus.FLAKY],
    )
    assert told.tests == told.passed + told.failed + told.errored + told.skipped


def the_verdict_is_in_the_cases(told: model.Settlement) -> None:
    """Green without a red case, red with one: who reads only the JUnit sees the same."""
    assert (told.verdict is Verdict.PASSED) == (told.counts.failed + told.counts.errored == 0)
    assert (told.verdict is Verdict.FAILED) <= (told.counts.errored == 0)
    assert told.message == " ".join(told.message.split())


def nothing_is_passed_that_must_not_be(run: streams.Run, told: model.Settlement) -> None:
    if told.verdict is Verdict.PASSED:
        assert list(oracle.objections(run)) == []


def every_planned_test_is_a_case_exactly_once(run: streams.Run, made: settle.Settled) -> None:
    if not run.plain or run.request.stopped is Verdict.BLOCKED:
        return
    found = Counter((case.shard, case.project, case.file, case.title) for case in made.result.cases)
    planned = oracle.cases(run)
    assert {key: found[key] for key in planned} == planned
    others = [case for case in made.result.cases if (case.shard, case.project, case.file, case.title) not in planned]
    assert all(case.status.red for case in others), "what is no test is something that went wrong"
    assert [shard.index for shard in made.settlement.shards] == list(range(run.request.shards))


def a_shard_showed_what_it_settled_to(run: streams.Run, told: model.Settlement) -> None:
    """Live numbers are those of one pod: they are the shard's when it had no other."""
    ledgers = run.ledgers()
    for shard in told.shards:
        pods = [each for each in ledgers[shard.index] if each.begin is not None]
        for pod in pods:
            live = pod.progress(connected=True)
            assert live.passed + live.failed + live.skipped <= live.planned == len(pod.tests)
            assert not (pod.whole and pod.problem_count)
            if len(pods) == 1:
                assert (live.passed, live.failed, live.flaky) == (shard.counts.passed, shard.counts.failed, shard.counts.flaky)


def the_junit_is_read_back_with_the_same_totals(made: settle.Settled, size: int) -> None:
    counts = made.settlement.counts
    found = reader.read([made.junit])
    assert (found.counts, found.problems) == (counts, ())
    assert reader.read(made.junit[at : at + size] for at in range(0, len(made.junit), size)) == found
    xml = junitparser.JUnitXml.fromstring(made.junit)
    told = (xml.tests, xml.failures, xml.errors, xml.skipped)
    xml.update_statistics()
    assert told == (xml.tests, xml.failures, xml.errors, xml.skipped) == (
        counts.tests, counts.failed, counts.errored, counts.skipped,
    )  # fmt: skip


@tries(100)
@given(streams.hostile(), st.sampled_from([bounded.SMALLEST, 5000, 10_000, model.JUNIT_IN_STATUS_BYTES]))
def test_the_bounded_copy_stays_within_its_bytes_and_tells_the_true_totals(run, limit):
    made = settled(run)
    whole = writer.render(made.result, run.request)
    cut = bounded.within(made.result, run.request, whole, limit)
    assert len(cut) <= limit
    assert (cut == whole) == (len(whole) <= limit)
    root = ElementTree.fromstring(cut)
    counts = made.settlement.counts
    assert [root.get(key) for key in ("tests", "failures", "errors", "skipped")] == [
        str(each) for each in (counts.tests, counts.failed, counts.errored, counts.skipped)
    ]
    kept = reader.read([cut]).counts
    assert kept.tests <= counts.tests
    assert (cut == whole) or "Cut to fit" in root[0].findtext("system-out")
    assert len(made.settlement.junit.encode()) <= model.JUNIT_IN_STATUS_BYTES


@tries(60)
@given(streams.hostile())
def test_the_order_in_which_logs_are_handed_in_does_not_matter(run):
    backwards = {index: ledgers[::-1] for index, ledgers in reversed(run.ledgers().items())}
    assert settle.settle(run.request, backwards) == settled(run)


@tries(60)
@given(streams.hostile())
def test_the_page_shows_it_and_holds_no_markup_of_a_pod(run):
    made = settled(run)
    shown = page.render(run.request, made.result, made.settlement.verdict, made.settlement.message, ()).decode()
    assert "<testcase" not in shown


@tries(100)
@given(streams.honest())
def test_of_an_honest_run_it_is_known_whether_it_passed(run):
    """Else "not Passed" might be the answer to everything."""
    alone = len(run.pods) == run.request.shards
    trouble = any(b'"type": "error"' in line or b'"type": "signal"' in line for pod in run.pods for line in pod.lines)
    problem = any(b'"problem": "' in line and b'"problem": ""' not in line for pod in run.pods for line in pod.lines)
    if alone and not trouble and not problem:
        assert (settled(run).settlement.verdict is Verdict.PASSED) == (not list(oracle.objections(run)))


SKIPS = a("prints", {"status": "skipped", "expected": "skipped"}, expected="skipped")
GREEN = log(a("adds", "passed"), a("pays", "failed", "passed", retries=1), SKIPS)


@tries(100)
@given(st.integers(0, len(b"".join(GREEN)) - 2))
def test_a_log_that_is_cut_anywhere_is_never_green(size):
    assert settle.settle(request(), {0: [fold(GREEN)]}).settlement.verdict is Verdict.PASSED
    part = b"".join(GREEN)[:size]
    assert settle.settle(request(), {0: [fold(list(io.BytesIO(part)))]}).settlement.verdict is Verdict.ERRORED


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> spool.RunFiles:
    return spool.Spool(tmp_path_factory.mktemp("spool")).open(RUN)


@tries(60)
@given(run=streams.hostile(), data=st.data())
def test_a_log_in_any_pieces_cut_anywhere_is_found_again_as_far_as_its_lines_are_whole(files, run, data):
    whole = b"".join(run.pods[0].lines)
    sent = whole[: data.draw(st.integers(0, len(whole)))]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=5)))
    files.local(LOG).unlink(missing_ok=True)
    for start, end in itertools.pairwise([0, *cuts, len(sent)]):
        files.append(LOG, start, sent[start:end])
    files.repair(LOG)
    lines = [line for line in io.BytesIO(sent) if line.endswith(b"\n")]
    assert list(files.lines(LOG)) == lines
    known = dataclasses.replace(run.pods[0], lines=tuple(lines))
    again = dataclasses.replace(run.pods[0], lines=tuple(files.lines(LOG)))
    assert known.fold().progress(connected=False) == again.fold().progress(connected=False)
