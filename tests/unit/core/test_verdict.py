"""The verdict: each rule by the problem it is named after, and the order in which they are asked."""

from __future__ import annotations

import pytest
from logs import a, failing, fold, log, request

from testrun.core import cases, model, verdict
from testrun.core.model import CaseStatus, Counts, Verdict


def result(
    *shards: model.ShardResult, cases_: tuple[model.Case, ...] = (), counts: Counts | None = None, helped: int = 0
) -> cases.RunResult:
    total = counts if counts is not None else sum((shard.counts for shard in shards), Counts())
    return cases.RunResult(cases=cases_, counts=total, shards=shards, duration=60.0, helped=helped)


def shard(index: int, result_: Verdict = Verdict.PASSED, message: str = "", **counts: int) -> model.ShardResult:
    tests = sum(number for name, number in counts.items() if name != "flaky")
    return model.ShardResult(index=index, result=result_, counts=Counts(tests=tests, **counts), message=message)


LOST = shard(1, Verdict.ERRORED, "lost its pod: OOMKilled (exit code 137) on node n1", passed=3, errored=2)
NOTHING_FOUND = (Verdict.ERRORED, "no test ran: Playwright found no tests for these args")
NO_TESTS = model.Case(shard=0, file="", project="", title=("global error",), status=CaseStatus.ERRORED, kind="NoTests")

JUDGED = {
    "all passed": (result(shard(0, passed=40, skipped=1)), {}, (Verdict.PASSED, "40 of 41 tests passed, 1 skipped")),
    "flaky tests pass": (result(shard(0, passed=2, flaky=1)), {}, (Verdict.PASSED, "2 of 2 tests passed, 1 flaky")),
    "an empty shard beside one that ran": (
        result(shard(0, passed=1), shard(1)), {"shards": 2}, (Verdict.PASSED, "1 of 1 test passed"),
    ),
    "tests failed": (
        result(shard(0, Verdict.FAILED, "2 of 41 tests failed", passed=39, failed=2)),
        {},
        (Verdict.FAILED, "2 of 41 tests failed"),
    ),
    "a shard lost its pod": (
        result(shard(0, passed=4), LOST),
        {"shards": 2},
        (Verdict.ERRORED, "shard 1 lost its pod: OOMKilled (exit code 137) on node n1"),
    ),
    "a test failed and a shard lost its pod": (
        result(shard(0, Verdict.FAILED, "1 of 4 tests failed", passed=3, failed=1), LOST),
        {"shards": 2},
        (Verdict.ERRORED, "shard 1 lost its pod: OOMKilled (exit code 137) on node n1; 1 of 9 tests failed"),
    ),
    "two shards errored": (
        result(shard(0, Verdict.ERRORED, "never began: ErrImagePull", errored=1), LOST),
        {"shards": 2},
        (Verdict.ERRORED, "shard 0 never began: ErrImagePull; 1 more shard errored"),
    ),
    "a shard has no result": (result(shard(0, passed=4)), {"shards": 2}, (Verdict.ERRORED, "1 of 2 shards have a result")),
    "no shard was asked for": (result(), {"shards": 0}, (Verdict.ERRORED, "0 of 0 shards have a result")),
    "an errored case in a shard that passed": (
        result(shard(0, passed=4), counts=Counts(tests=5, passed=4, errored=1)), {}, (Verdict.ERRORED, "1 of 5 tests errored"),
    ),
    "Playwright found no tests": (
        result(shard(0, Verdict.ERRORED, "found no tests", errored=1), cases_=(NO_TESTS,)),
        {},
        NOTHING_FOUND,
    ),
    "flaky tests are forbidden": (
        result(shard(0, Verdict.FAILED, "2 flaky tests, and the configuration forbids it", passed=9, flaky=2)),
        {},
        (Verdict.FAILED, "2 tests were flaky and the configuration forbids it"),
    ),
    "all shards are empty": (result(shard(0), shard(1)), {"shards": 2}, NOTHING_FOUND),
    "all tests are skipped": (result(shard(0, skipped=5)), {}, (Verdict.ERRORED, "no test ran: all 5 were skipped")),
    "the only test is skipped": (result(shard(0, skipped=1)), {}, (Verdict.ERRORED, "no test ran: the only one was skipped")),
    "minTests 0 does not allow a run without tests": (
        result(shard(0)), {"min_tests": 0}, NOTHING_FOUND,
    ),
    "fewer than minTests": (
        result(shard(0, passed=1, skipped=8)), {"min_tests": 5}, (Verdict.ERRORED, "1 test is less than minTests 5"),
    ),
    "only the set-up ran, and all tests are skipped": (
        result(shard(0, passed=1, skipped=1), helped=1), {}, (Verdict.ERRORED, "no test ran: 1 set-up test passed, 1 skipped"),
    ),
    "only the set-up ran, in each shard": (
        result(shard(0, passed=1), shard(1, passed=2, flaky=1), helped=3),
        {"shards": 2},
        (Verdict.ERRORED, "no test ran: 3 set-up tests passed"),
    ),
    "fewer than minTests beside the set-up": (
        result(shard(0, passed=5), helped=1), {"min_tests": 5},
        (Verdict.ERRORED, "4 tests are less than minTests 5; 1 set-up test not counted"),
    ),
    "enough tests beside the set-up": (
        result(shard(0, passed=5), helped=1), {"min_tests": 4}, (Verdict.PASSED, "5 of 5 tests passed"),
    ),
    "the set-up failed": (
        result(shard(0, Verdict.FAILED, "1 of 2 tests failed", failed=1, skipped=1), helped=1),
        {},
        (Verdict.FAILED, "1 of 2 tests failed"),
    ),
    "failed comes before fewer than minTests": (
        result(shard(0, Verdict.FAILED, "1 of 1 test failed", failed=1)),
        {"min_tests": 5},
        (Verdict.FAILED, "1 of 1 test failed"),
    ),
    "cancelled": (
        result(shard(0, passed=4), shard(1, Verdict.CANCELLED, "was cancelled before it ended", passed=1, errored=2)),
        {"shards": 2, "stopped": Verdict.CANCELLED, "stopped_message": "spec.cancel is set"},
        (Verdict.CANCELLED, "spec.cancel is set; 5 of 7 tests had a result"),
    ),
    "timed out, and a test had failed and a shard was lost": (
        result(shard(0, Verdict.FAILED, "", failed=1), LOST),
        {"shards": 2, "stopped": Verdict.TIMED_OUT},
        (Verdict.TIMED_OUT, "the run timed out; 4 of 6 tests had a result"),
    ),
    "the operator gave up, and a test had failed": (
        result(shard(0, Verdict.FAILED, "", failed=1)),
        {"stopped": Verdict.ERRORED, "stopped_message": "the Job shop-1 was deleted while it ran"},
        (Verdict.ERRORED, "the Job shop-1 was deleted while it ran; 1 of 1 test failed"),
    ),
    "a required phase blocks it": (
        result(),
        {"shards": 2, "stopped": Verdict.BLOCKED, "stopped_message": "unit: 2 failed of 10 tests"},
        (Verdict.BLOCKED, "unit: 2 failed of 10 tests"),
    ),
    "a required phase blocks it, and its shards are missing or lost": (
        result(LOST), {"shards": 2, "stopped": Verdict.BLOCKED}, (Verdict.BLOCKED, "a required phase did not pass"),
    ),
    "a hostile name in a message": (
        result(shard(0, Verdict.ERRORED, "lost\x1b[2J its\npod", errored=1)),
        {},
        (Verdict.ERRORED, "shard 0 lost its pod"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("seen", "asked", "expected"), JUDGED.values(), ids=JUDGED.keys())
def test_the_verdict_and_why(seen, asked, expected):
    assert verdict.judge(seen, request(**asked)) == expected


def test_the_order_of_the_rules():
    assert [rule.__name__ for rule in verdict.RULES] == [
        "stopped_from_outside",
        "required_phase_blocks",
        "environment_was_not_ready",
        "stopped_by_the_machinery",
        "shard_is_missing",
        "no_test_was_found",
        "machinery_failed",
        "case_errored",
        "some_test_failed",
        "flaky_tests_are_forbidden",
        "no_test_ran",
        "too_few_tests_ran",
    ]


class TestExplained:
    """A red verdict has a red case."""

    def test_a_run_without_tests_gets_a_case_that_says_so(self):
        empty = result(shard(0, skipped=2))
        explained = verdict.explained(empty, (Verdict.ERRORED, "no test ran: all 2 were skipped"))
        assert explained.counts == Counts(tests=3, skipped=2, errored=1)
        assert explained.cases == (
            model.Case(
                shard=0,
                file="",
                project="",
                title=("the run",),
                status=CaseStatus.ERRORED,
                message="no test ran: all 2 were skipped",
                kind="Errored",
            ),
        )

    def test_forbidden_flakiness_is_a_failure_not_an_error(self):
        seen = result(shard(0, Verdict.FAILED, passed=2, flaky=1))
        assert verdict.explained(seen, verdict.judge(seen, request())).counts == Counts(tests=3, passed=2, flaky=1, failed=1)

    @pytest.mark.parametrize(
        ("seen", "judgement"),
        [
            (result(shard(0, passed=2)), (Verdict.PASSED, "2 of 2 tests passed")),
            (result(shard(0, Verdict.FAILED, failed=2)), (Verdict.FAILED, "2 of 2 tests failed")),
        ],
        ids=["green", "red already"],
    )
    def test_else_nothing_is_added(self, seen, judgement):
        assert verdict.explained(seen, judgement) is seen


def judge(*logs: list[bytes], **asked) -> tuple[Verdict, str]:
    asked = {"shards": len(logs)} | asked
    ledgers = {index: [fold(lines, index=index)] for index, lines in enumerate(logs)}
    return verdict.judge(cases.settle(request(**asked), ledgers), request(**asked))


def test_three_green_shards_pass():
    logs = [log(a("adds", "passed"), index=index, shards=3) for index in range(3)]
    assert judge(*logs) == (Verdict.PASSED, "3 of 3 tests passed")


SKIP = {"status": "skipped", "expected": "skipped"}


def test_a_set_up_that_passes_in_each_shard_does_not_make_a_run_of_skipped_tests_green():
    tests = (a("signs in", "passed", project="setup", support=True), a("adds", SKIP, project="desktop"))
    logs = [log(*tests, index=index, shards=2) for index in range(2)]
    assert judge(*logs) == (Verdict.ERRORED, "no test ran: 2 set-up tests passed, 2 skipped")


ONLY = "Error: item focused with '.only' is not allowed due to the '--forbid-only' CLI flag: \"a.spec.js one\""


def test_a_committed_test_only_is_not_green():
    error = {"message": ONLY, "stack": "", "file": "a.spec.js", "line": 2}
    assert judge(log(code=1, finish="failed", errors=[error])) == (
        Verdict.ERRORED,
        f"shard 0 had an error in a.spec.js outside its tests: {ONLY}",
    )


def test_without_one_of_its_shards_a_run_is_not_green():
    logs = [log(a("adds", "passed"), index=index, shards=3) for index in range(2)]
    assert judge(*logs, shards=3) == (Verdict.ERRORED, "shard 2 never began: no pod was ever seen")


def test_a_failed_test_in_one_shard_fails_the_run():
    red = log(a("pays", failing(), failing(), retries=1), code=1, finish="failed", index=1, shards=2)
    assert judge(log(a("adds", "passed"), shards=2), red) == (Verdict.FAILED, "1 of 2 tests failed")
