"""A pod's log, folded: what it shows while the pod runs, and what it does not believe."""

from __future__ import annotations

import gc
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import T0, a, failing, fold, line, log

from testrun.core import ledger, model
from testrun.core.ledger import Outcome

EXPECTATIONS = {
    "nothing ended": ((), "passed", Outcome.NONE),
    "passed": (("passed",), "passed", Outcome.EXPECTED),
    "failed": (("failed",), "passed", Outcome.UNEXPECTED),
    "timed out": (("timedOut",), "passed", Outcome.UNEXPECTED),
    "passed at the second try": (("failed", "passed"), "passed", Outcome.FLAKY),
    "failed after an interruption": (("interrupted", "failed"), "passed", Outcome.UNEXPECTED),
    "passed after an interruption": (("interrupted", "passed"), "passed", Outcome.EXPECTED),
    "only interrupted": (("interrupted",), "passed", Outcome.INTERRUPTED),
    "skipped on purpose": (("skipped",), "skipped", Outcome.SKIPPED),
    "skipped by a failed hook": (("skipped",), "passed", Outcome.DID_NOT_RUN),
    "failed as it should": (("failed",), "failed", Outcome.EXPECTED),
    "passed though it should fail": (("passed",), "failed", Outcome.UNEXPECTED),
    "failed, then skipped itself": (("failed", "skipped"), "skipped", Outcome.FLAKY),
    "ran though it should be skipped": (("passed",), "skipped", Outcome.UNEXPECTED),
    "killed": ((ledger.KILLED,), "passed", Outcome.OUT_OF_MEMORY),
    "killed, though it should fail": ((ledger.KILLED,), "failed", Outcome.OUT_OF_MEMORY),
    "killed, then failed": ((ledger.KILLED, "failed"), "passed", Outcome.UNEXPECTED),
    "killed, then passed": ((ledger.KILLED, "passed"), "passed", Outcome.FLAKY),
    "killed, then interrupted": ((ledger.KILLED, "interrupted"), "passed", Outcome.OUT_OF_MEMORY),
}


@pytest.mark.parametrize(("statuses", "expected", "outcome"), EXPECTATIONS.values(), ids=EXPECTATIONS.keys())
def test_the_outcome_of_a_test_is_playwrights(statuses, expected, outcome):
    assert ledger.outcome(frozenset(statuses), expected) is outcome


def numbers(progress: model.ShardProgress) -> dict[str, int]:
    return {name: getattr(progress, name) for name in ("planned", "passed", "failed", "skipped", "flaky")}


class TestProgress:
    def test_of_a_pod_that_has_not_spoken(self):
        told = fold([], index=2)
        assert told.progress(connected=False) == model.ShardProgress(index=2, pod="shop-0-a")

    def test_names_what_runs_in_the_order_it_started(self):
        told = fold(
            log(a("adds", "passed"), a("pays", "running", project="desktop"), a("ships", "running"), code=None, finish=None)
        )
        assert told.progress(connected=True) == model.ShardProgress(
            index=0,
            pod="shop-0-a",
            connected=True,
            planned=3,
            passed=1,
            running=(
                model.RunningTest(title="cart › pays", file="cart.spec.ts", project="desktop", since_ms=T0 + 1000),
                model.RunningTest(title="cart › ships", file="cart.spec.ts", project="", since_ms=T0 + 2000),
            ),
        )

    def test_a_failed_test_moves_to_flaky_when_its_retry_passes(self):
        lines = log(a("pays", failing(), "passed", retries=1))
        end = next(number for number, each in enumerate(lines) if b'"type": "end"' in each) + 1
        assert numbers(fold(lines[:end]).progress(connected=True)) == numbers(model.ShardProgress(index=0, planned=1, failed=1))
        assert numbers(fold(lines).progress(connected=True)) == numbers(
            model.ShardProgress(index=0, planned=1, passed=1, flaky=1)
        )

    def test_after_the_last_line_nothing_runs(self):
        told = fold(log(a("pays", "running"), code=137, signal="SIGTERM", finish=None, exit_={"problem": "killed"}))
        progress = told.progress(connected=False)
        assert progress.running == ()
        assert progress.exit == model.ShardExit(code=137, signal="SIGTERM", problem="killed", time_ms=T0 + 60_000)

    def test_shows_a_bounded_number_of_running_tests(self):
        told = fold(log(*(a(str(number), "running") for number in range(60)), code=None, finish=None))
        assert len(told.progress(connected=True).running) == ledger.RUNNING_SHOWN


class TestTrust:
    def test_a_whole_log_is_whole(self):
        told = fold(log(a("adds", "passed"), a("pays", failing(), "passed", retries=1), code=0))
        assert told.whole
        assert told.contradictions == ()

    def test_an_empty_shard_is_whole(self):
        assert fold(log()).whole

    def test_types_and_fields_of_a_newer_reporter_do_no_harm(self):
        lines = log(a("adds", "passed"))
        assert fold([lines[0], line("weather", sun=True), *lines[1:]]).whole

    @pytest.mark.parametrize(
        ("lines", "problem"),
        [
            (log()[1:], "line 1: the log does not start with begin"),
            ([log()[0], *log()], "line 2: the log begins twice"),
            (log(pod="other", index=1), "line 1: the log is of pod 'other' of shard 1, not of 'shop-0-a' of shard 0"),
            (log(a("adds", "passed"), a("adds", "passed")), "line 2: test 'id--adds' is planned twice"),
            (log(planned={"count": 3}), "line 2: the plan is not whole: 3 tests are announced, 0 were received"),
            (log(planned={"sha256": "0" * 64}), "line 2: the plan is not whole: 0 tests are announced, 0 were received"),
            ([*log(), log()[-1]], "line 5: the log goes on after its last line"),
            ([*log()[:2], b"\x00\n", *log()[2:]], "line 3: not JSON"),
            (
                log(exit_={"planned": 8, "plannedSha256": "0" * 64}),
                "line 4: the report is not whole: 8 tests are said to be planned, 0 were received",
            ),
            (
                log(a("adds", "passed"), exit_={"reported": 2}),
                "line 7: the report is not whole: 2 results are said to be sent, 1 were received",
            ),
            (
                log(a("adds", "passed"), exit_={"reportedSha256": "0" * 64}),
                "line 7: the report is not whole: 1 results are said to be sent, 1 were received",
            ),
            (
                [*log()[:2], line("start", id="ghost", retry=0, time=T0), *log()[2:]],
                "line 3: test 'ghost' was not planned",
            ),
        ],
        ids=[
            "no begin", "begin twice", "another pod", "planned twice", "plan cut", "plan changed", "goes on", "garbage",
            "exit: plan cut", "exit: result lost", "exit: result changed", "unplanned test",
        ],
    )  # fmt: skip
    def test_what_contradicts_is_remembered_and_the_log_is_not_whole(self, lines, problem):
        told = fold(lines)
        assert told.contradictions[0] == problem
        assert not told.whole

    @pytest.mark.parametrize("type_", ["start", "end"])
    def test_an_attempt_that_is_told_twice(self, type_):
        lines = log(a("adds", "passed"))
        twice = next(each for each in lines if f'"type": "{type_}"'.encode() in each)
        told = fold([*lines[:5], twice, *lines[5:]])
        assert told.contradictions == (f"line 6: attempt 0 of test 'id--adds' {type_}s twice",)

    def test_problems_are_counted_and_the_first_are_kept(self):
        told = fold([*log()[:2], *[b"garbage\n"] * 50])
        assert told.problem_count == 50
        assert len(told.contradictions) == ledger.MAX_PROBLEMS + 1
        assert told.contradictions[-1] == "and 30 more"

    def test_the_result_of_an_unplanned_test_is_kept_under_its_id(self):
        told = fold([*log()[:2], line("end", id="ghost", retry=0, status="failed", time=T0, duration=1)])
        assert told.tests["ghost"].outcome is Outcome.UNEXPECTED
        assert told.tests["ghost"].planned.title == ("ghost",)


class TestBounds:
    def test_more_attempts_than_the_limit_are_not_kept(self, monkeypatch):
        monkeypatch.setattr(ledger, "MAX_ATTEMPTS", 2)
        told = fold(log(*(a(str(number), "passed") for number in range(4))))
        assert sum(len(record.attempts) for record in told.tests.values()) == 2
        assert "more than 2 attempts" in told.contradictions[0]

    def test_more_tests_than_the_limit_are_not_kept(self, monkeypatch):
        monkeypatch.setattr(ledger, "MAX_TESTS", 2)
        told = fold(log(*(a(str(number), "passed") for number in range(4))))
        assert len(told.tests) == 2
        assert not told.whole

    def test_once_the_texts_are_used_up_each_keeps_its_start(self, monkeypatch):
        monkeypatch.setattr(ledger, "MAX_TEXT", 5000)
        told = fold(log(*(a(str(number), failing("x" * 4000)) for number in range(3)), code=1, finish="failed"))
        assert [len(record.attempts[0].message) for record in told.tests.values()] == [4000, 200, 200]

    def test_more_attempts_of_one_test_than_the_limit_are_not_kept(self, monkeypatch):
        monkeypatch.setattr(ledger, "MAX_ATTEMPTS_OF_TEST", 2)
        told = fold(log(a("adds", "failed", "failed", "failed", retries=2), code=1, finish="failed"))
        assert list(told.tests["id--adds"].attempts) == [0, 1]
        assert told.contradictions == ("line 9: more than 2 attempts of test 'id--adds'",)

    def test_what_is_shown_of_a_running_test_is_bounded_and_printable(self):
        hostile = "\x1b[31m" + "😀" * 300
        planned = {"title": [hostile] * 30, "file": hostile, "project": hostile[:300]}
        told = fold([log()[0], line("plan", tests=[{"id": "x", "expected": "passed", **planned}])])
        told.feed(line("start", id="x", retry=0, time=T0))
        (shown,) = told.progress(connected=True).running
        assert [len(each) for each in (shown.title, shown.file, shown.project)] == [200, 200, 60]
        assert "\x1b" not in shown.title + shown.file + shown.project

    def test_the_last_parts_of_a_title_are_shown(self):
        told = fold([log()[0], line("plan", tests=[{"id": "x", "expected": "passed", "title": list("abcdefg")}])])
        told.feed(line("start", id="x", retry=0, time=T0))
        assert told.progress(connected=True).running[0].title == "c › d › e › f › g"

    def test_a_hundred_thousand_events_fold_in_seconds(self):
        plan = [line("plan", tests=[_planned(number) for number in range(start, start + 200)]) for start in range(0, 50_000, 200)]
        ends = [
            each
            for number in range(50_000)
            for each in (
                line("start", id=f"t{number}", retry=0, worker=0, time=T0),
                line("end", id=f"t{number}", retry=0, status="passed", expected="passed", time=T0 + 9, duration=9),
            )
        ]
        before = time.process_time()
        told = fold([log()[0], *plan, *ends])
        seconds = time.process_time() - before
        assert told.progress(connected=True).passed == 50_000
        assert seconds < 10, "about two seconds on a slow core; a quadratic step takes minutes"


SMALL_PLAN = [line("plan", tests=[{"id": f"{n:x}", "title": ["t"], "expected": "passed"} for n in range(at, at + 200)])
              for at in range(0, 10_000, 200)]  # fmt: skip
DIGEST = "a" * 64
EMOJI = "😀" + "x" * 8000


def _ends(count: int, **fields: object) -> list[bytes]:
    told = {"retry": 0, "status": "failed", "time": T0, "duration": 1}
    return [line("end", id=f"x{number}", **told | fields) for number in range(count)]


HOSTILE = {
    "a small plan": SMALL_PLAN,
    "tags without end": [
        line("plan", tests=[{"id": f"{n}", "title": ["ab"] * 30, "tags": ["cd"] * 50, "expected": "passed"}]) for n in range(1000)
    ],
    "starts": [*SMALL_PLAN[:5], *[line("start", id=f"{number:x}", retry=0, time=T0) for number in range(1000)]],
    "tests that nobody planned": _ends(5000),
    "refused attachments": _ends(1000, attachments=[{"refused": ""}] * 50),
    "attachments": _ends(500, attachments=[{"name": "trace", "file": f"{n}x", "bytes": 1, "sha256": DIGEST} for n in range(50)]),
    "wide output": _ends(500, output=EMOJI),
    "wide messages": _ends(300, errors=[{"message": EMOJI, "stack": EMOJI}]),
    "wide notes": _ends(500, status="skipped", annotations=[{"type": "skip", "description": EMOJI}]),
    "wide arguments": [line("begin", v=1, time=T0, index=0, shards=1, argv=[EMOJI] * 200)],
    "wide errors outside tests": [line("error", message=EMOJI, stack=EMOJI * 2, time=T0)] * 200,
    "retries": [each for retry in range(100) for each in _ends(50, retry=1000 + retry)],
    "garbage": [b"garbage\n"] * 5000,
}  # fmt: skip


class TestCost:
    """Who keeps many ledgers counts on it."""

    @pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE.keys())
    def test_is_no_less_than_what_a_hostile_log_takes_and_not_much_more(self, lines):
        gc.collect()
        tracemalloc.start()
        try:
            told = fold(lines)
            gc.collect()
            taken = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        assert 0.95 * taken <= told.cost <= 2.5 * taken + 3 * ledger.POD_COST

    def test_of_an_honest_run_of_20_000_tests_is_40_megabytes(self):
        told = fold(log()[:1])
        for at in range(0, 20_000, 200):
            told.feed(line("plan", tests=[_planned(number) for number in range(at, at + 200)]))
        for number in range(20_000):
            result = {"status": "passed"} if number % 50 else failing("Error: expected\n" * 30, output="log line\n" * 200)
            for retry in range(1 if number % 50 else 3):
                told.feed(line("start", id=f"t{number}", retry=retry, worker=0, time=T0))
                told.feed(line("end", id=f"t{number}", retry=retry, time=T0, duration=9, **result))
        assert told.contradictions == ()
        assert 30_000_000 < told.cost < 40_000_000

    def test_of_a_test_that_ran_has_nothing_of_its_start(self):
        lines = log(a("adds", "passed"))
        ended = fold(lines[:5])
        assert fold(lines[:4]).cost - fold(lines[:3]).cost == ledger.START_COST
        assert ended.cost - fold(lines[:3]).cost == ledger.ATTEMPT_COST

    def test_a_ledger_that_overflowed_takes_no_more_and_is_not_whole(self):
        lines = log(a("adds", "passed"))
        told = fold(lines[:5])
        cost = told.cost
        told.overflow()
        for each in lines[5:]:
            told.feed(each)
        told.overflow()
        assert (told.cost, told.exit, told.whole) == (cost, None, False)
        assert told.contradictions == ("line 5: the log goes on, but holds more than the server can keep in memory",)


def _planned(number: int) -> dict[str, object]:
    return {"id": f"t{number}", "file": "a.spec.ts", "title": ["suite", f"test {number}"], "expected": "passed"}


@given(
    st.lists(
        st.binary(max_size=80) | st.sampled_from(log(a("adds", "passed"), a("pays", "running"), signal="SIGTERM")), max_size=20
    )
)
def test_no_lines_in_any_order_make_it_raise(lines):
    told = fold(lines)
    told.progress(connected=True)
    assert not (told.whole and told.problem_count)
