"""The result without the server: what termination messages allow to be said, and no more."""

from __future__ import annotations

import pytest
from build import make_pod
from hypothesis import given
from hypothesis import strategies as st
from logs import a, fold, log, request

from testrun.core import cases, model, termination, terminations, verdict
from testrun.core.model import Counts, Verdict

SAID = {
    "v": 1, "code": 0, "planned": 3, "reported": 3, "passed": 2, "failed": 0, "skipped": 1, "flaky": 1, "plannedSha256": "a",
    "reportedSha256": "a", "signal": None, "problem": None, "sent": False,
}  # fmt: skip
SKIP = {"status": "skipped", "expected": "skipped"}


def pod(**changes):
    values = {"exit_code": changes.get("code", 0), "terminated": True, "termination": SAID | changes}
    return make_pod(**values)


ONE_SHARD = {
    "green": (pod(), (Verdict.PASSED, ""), Counts(tests=3, passed=2, skipped=1, flaky=1)),
    "a test failed": (
        pod(code=1, passed=1, failed=1, flaky=0),
        (Verdict.FAILED, "1 of 3 tests failed"),
        Counts(tests=3, passed=1, failed=1, skipped=1),
    ),
    "flaky tests are forbidden": (
        pod(code=1),
        (Verdict.FAILED, "1 flaky test, and the configuration forbids it"),
        Counts(tests=3, passed=2, skipped=1, flaky=1),
    ),
    "a test is missing": (
        pod(code=1, reported=2, skipped=0, reportedSha256="b"),
        (Verdict.ERRORED, "did not report all its tests: 2 of 3"),
        Counts(tests=3, passed=2, errored=1, flaky=1),
    ),
    "other tests were reported than planned": (
        pod(reportedSha256="b"),
        (Verdict.ERRORED, "did not report all its tests: 3 of 3"),
        Counts(tests=4, passed=2, skipped=1, errored=1, flaky=1),
    ),
    "exit code 0, and a test failed": (
        pod(passed=1, failed=1, flaky=0),
        (Verdict.ERRORED, "ended with exit code 0, although 1 test failed"),
        Counts(tests=4, passed=1, failed=1, skipped=1, errored=1),
    ),
    "exit code 1, and no test failed": (
        pod(code=1, flaky=0),
        (Verdict.ERRORED, "ended with exit code 1, although no test failed"),
        Counts(tests=4, passed=2, skipped=1, errored=1),
    ),
    "exit code 0, and a test was interrupted": (
        pod(passed=1, flaky=0),
        (Verdict.ERRORED, "ended with exit code 0, although not all its tests passed or were skipped"),
        Counts(tests=4, passed=1, skipped=2, errored=1),
    ),
    "Kubernetes saw another exit code": (
        make_pod(exit_code=137, termination=SAID),
        (Verdict.ERRORED, "says exit code 0, Kubernetes says 137"),
        Counts(tests=4, passed=2, skipped=1, errored=1, flaky=1),
    ),
    "a test failed for want of memory": (
        pod(code=1, passed=1, flaky=0, oomKills=2, memoryLimit=1 << 30, outOfMemory=1),
        (Verdict.ERRORED, "ran out of memory: the kernel killed 2 processes of its container (memory limit 1Gi)"),
        Counts(tests=3, passed=1, skipped=1, errored=1),
    ),
    "a test that should fail did, for want of memory": (
        pod(passed=1, flaky=0, oomKills=1, memoryLimit=None, outOfMemory=1),
        (Verdict.ERRORED, "ran out of memory: the kernel killed 1 process of its container"),
        Counts(tests=3, passed=1, skipped=1, errored=1),
    ),
    "Playwright was killed for want of memory": (
        pod(code=137, reported=1, passed=1, skipped=0, flaky=0, reportedSha256="b", oomKills=1),
        (Verdict.ERRORED, "ran out of memory: the kernel killed 1 process of its container"),
        Counts(tests=3, passed=1, errored=2),
    ),
    "a process was killed for want of memory, and all passed": (
        pod(oomKills=1),
        (Verdict.PASSED, ""),
        Counts(tests=3, passed=2, skipped=1, flaky=1),
    ),
    "told to end": (
        pod(code=143, signal="SIGTERM"),
        (Verdict.ERRORED, "was told to end (SIGTERM)"),
        Counts(tests=4, passed=2, skipped=1, errored=1, flaky=1),
    ),
    "the shim could not work": (
        make_pod(exit_code=125, termination={"v": 1, "code": 125, "problem": "no token", "sent": False}),
        (Verdict.ERRORED, "could not be run: no token"),
        Counts(tests=1, errored=1),
    ),
    "killed without a word": (
        make_pod(reason="OOMKilled", exit_code=137, terminated=True),
        (Verdict.ERRORED, "lost its pod: OOMKilled (exit code 137) on node n1"),
        Counts(tests=1, errored=1),
    ),
    "never started": (
        make_pod(reason="ErrImagePull", started=False, node=""),
        (Verdict.ERRORED, "never began: ErrImagePull"),
        Counts(tests=1, errored=1),
    ),
}


@pytest.mark.parametrize(("facts", "expected", "counts"), ONE_SHARD.values(), ids=ONE_SHARD.keys())
def test_a_shard(facts, expected, counts):
    result = terminations.settle(request(pods=(facts,)))
    assert [(shard.result, shard.message) for shard in result.shards] == [expected]
    assert result.counts == counts


def test_a_shard_without_a_pod_is_errored():
    result = terminations.settle(request(shards=2, pods=(pod(),)))
    assert [(shard.result, shard.message) for shard in result.shards] == [
        (Verdict.PASSED, ""),
        (Verdict.ERRORED, "never began: no pod was ever seen"),
    ]


def test_a_cancelled_shard_is_cancelled():
    result = terminations.settle(request(stopped=Verdict.CANCELLED, pods=(pod(code=143, signal="SIGTERM"),)))
    assert result.shards[0].result is Verdict.CANCELLED


def test_the_pod_that_replaced_one_told_to_end_decides():
    result = terminations.settle(request(pods=(pod(code=143, signal="SIGTERM"), pod())))
    assert (result.shards[0].result, result.shards[0].attempts) == (Verdict.PASSED, 2)


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        ({}, (Verdict.PASSED, "2 of 3 tests passed, 1 skipped, 1 flaky")),
        ({"ran": 2}, (Verdict.PASSED, "2 of 3 tests passed, 1 skipped, 1 flaky")),
        ({"ran": 0}, (Verdict.ERRORED, "no test ran: 2 set-up tests passed, 1 skipped")),
        ({"ran": 1}, (Verdict.PASSED, "2 of 3 tests passed, 1 skipped, 1 flaky")),
    ],
    ids=["an older shim", "no set-up", "only the set-up ran", "a test beside the set-up"],
)
def test_set_up_tests_do_not_count_as_tests_that_ran(said, judged):
    asked = request(pods=(pod(**said),))
    assert verdict.judge(terminations.settle(asked), asked) == judged


BOTH_WITNESSES = {
    "all passed": ([a("adds", "passed")], {"passed": 1}, Verdict.PASSED),
    "only the set-up ran": (
        [a("signs in", "passed", support=True), a("adds", SKIP)],
        {"passed": 1, "skipped": 1, "ran": 0},
        Verdict.ERRORED,
    ),
    "one did not run": ([a("adds", "passed"), a("pays", "skipped")], {"passed": 1}, Verdict.ERRORED),
    "one was interrupted": ([a("adds", "passed"), a("pays", "interrupted")], {"passed": 1}, Verdict.ERRORED),
    "no test was planned": ([], {}, Verdict.ERRORED),
}


@pytest.mark.parametrize(("tests", "said", "expected"), BOTH_WITNESSES.values(), ids=BOTH_WITNESSES.keys())
def test_the_server_and_the_termination_messages_come_to_the_same_verdict(tests, said, expected):
    ledger = fold(log(*tests))
    told = ledger.exit
    counted = {"planned": told.planned, "reported": told.reported, "passed": 0, "failed": 0, "skipped": 0, "flaky": 0}
    digests = {"plannedSha256": told.planned_sha256, "reportedSha256": told.reported_sha256}
    asked = request(pods=(make_pod(pod=ledger.pod, exit_code=0, termination=SAID | counted | digests | said),))
    by_server, _ = verdict.judge(cases.settle(asked, {0: [ledger]}), asked)
    assert (by_server, verdict.judge(terminations.settle(asked), asked)[0]) == (expected, expected)


@pytest.mark.parametrize(
    "data",
    [
        None, {}, SAID | {"v": 2}, SAID | {"code": None}, SAID | {"code": True}, SAID | {"passed": -1}, SAID | {"signal": 9},
        SAID | {"sent": 1}, SAID | {"ran": 3}, SAID | {"ran": None}, SAID | {"oomKills": -1}, SAID | {"outOfMemory": True},
    ],
    ids=[
        "none", "empty", "version", "no code", "a boolean", "negative", "signal", "sent", "more ran than ended", "no ran",
        "negative kills", "a boolean for tests",
    ],
)  # fmt: skip
def test_what_is_not_in_the_contract_is_no_termination_message(data):
    assert termination.read(data) is None


@given(st.dictionaries(st.sampled_from(sorted(SAID)), st.none() | st.integers() | st.booleans() | st.text(max_size=5)))
def test_no_message_makes_it_raise_or_green_without_agreement(changes):
    said = SAID | changes
    shard = terminations.settle(request(pods=(make_pod(exit_code=0, termination=said),))).shards[0]
    if shard.result is Verdict.PASSED:
        read = termination.read(said)
        assert (read.code, read.failed, read.planned) == (0, 0, read.reported)


def test_counts_always_add_up():
    for facts, _, _ in ONE_SHARD.values():
        counts: model.Counts = terminations.settle(request(pods=(facts,))).counts
        assert counts.tests == counts.passed + counts.failed + counts.errored + counts.skipped
