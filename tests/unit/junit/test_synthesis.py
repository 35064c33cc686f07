"""The settlement without the server: the same verdicts, counts from termination messages, and a JUnit all the same."""

from __future__ import annotations

from typing import Any

import pytest
from build import make_pod
from logs import request

from testrun.core.model import Counts, PhaseResult, Verdict
from testrun.junit import reader, synthesis

SAID = {
    "v": 1, "code": 0, "planned": 3, "reported": 3, "passed": 2, "failed": 0, "skipped": 1, "flaky": 0, "plannedSha256": "a",
    "reportedSha256": "a", "signal": None, "problem": None, "sent": False,
}  # fmt: skip
UNIT = PhaseResult(phase="unit", result=Verdict.PASSED)


def test_all_shards_green_is_a_pass_without_evidence():
    pods = tuple(make_pod(index, exit_code=0, terminated=True, termination=SAID) for index in range(2))
    settlement = synthesis.without_server(request(shards=2, pods=pods))
    assert (settlement.verdict, settlement.message) == (Verdict.PASSED, "4 of 6 tests passed, 2 skipped")
    assert settlement.counts == Counts(tests=6, passed=4, skipped=2)
    assert (settlement.stored, settlement.stored_message) == (False, synthesis.WITHOUT_SERVER)
    assert reader.read([settlement.junit.encode()]).counts == Counts(tests=2, passed=2)


@pytest.mark.parametrize(
    ("asked", "full", "reason", "message"),
    [
        pytest.param({"pods": (make_pod(),)}, False, "", synthesis.WITHOUT_SERVER, id="away"),
        pytest.param({"pods": (make_pod(),)}, True, "StoreFull", synthesis.FULL, id="full"),
        pytest.param({"phases": (UNIT,)}, False, "", synthesis.RECORDS_ONLY, id="away, and there was no pod"),
        pytest.param({"phases": (UNIT,)}, True, "StoreFull", synthesis.RECORDS_ONLY_FULL, id="full, and there was no pod"),
        pytest.param({}, True, "", synthesis.NEVER_STARTED, id="full, and there is nothing to store"),
    ],
)
def test_why_the_evidence_is_not_stored(asked: dict[str, Any], full: bool, reason: str, message: str):
    settlement = synthesis.without_server(request(**asked), full=full)
    assert (settlement.stored, settlement.stored_reason, settlement.stored_message) == (False, reason, message)


def test_fewer_tests_than_asked_for_is_no_pass():
    pods = (make_pod(exit_code=0, termination=SAID),)
    settlement = synthesis.without_server(request(pods=pods, min_tests=5))
    assert (settlement.verdict, settlement.message) == (Verdict.ERRORED, "2 tests are less than minTests 5")
    assert reader.read([settlement.junit.encode()]).counts == Counts(tests=2, passed=1, errored=1)


def test_a_failed_shard_is_a_failed_case_with_its_numbers():
    pods = (make_pod(exit_code=1, termination=SAID | {"code": 1, "passed": 1, "failed": 1}),)
    settlement = synthesis.without_server(request(pods=pods))
    assert (settlement.verdict, settlement.message) == (Verdict.FAILED, "1 of 3 tests failed")
    assert [failure.message for failure in settlement.failures] == ["shard 0: 1 of 3 tests failed"]
    assert "3 tests: 1 passed, 1 failed, 0 errored, 1 skipped, 0 flaky. Their names are not known" in settlement.junit


def test_a_lost_shard_is_an_error_that_carries_the_pods_facts():
    pods = (
        make_pod(0, exit_code=0, termination=SAID),
        make_pod(1, reason="OOMKilled", exit_code=137, terminated=True, log_tail="last line"),
    )
    settlement = synthesis.without_server(request(shards=2, pods=pods))
    assert (settlement.verdict, settlement.message) == (
        Verdict.ERRORED,
        "shard 1 lost its pod: OOMKilled (exit code 137) on node n1",
    )
    assert "last line" in settlement.junit


def test_a_run_that_was_cancelled_before_it_had_a_pod_is_one_case():
    asked = request(shards=40, stopped=Verdict.CANCELLED, stopped_message="spec.cancel is set")
    settlement = synthesis.without_server(asked)
    assert (settlement.verdict, settlement.message) == (Verdict.CANCELLED, "spec.cancel is set; 0 of 0 tests had a result")
    assert settlement.counts == Counts(tests=1, errored=1)
    assert [failure.name for failure in settlement.failures] == ["the run"]
    assert settlement.stored_message == synthesis.NEVER_STARTED


def test_a_blocked_run_is_one_case_for_each_phase_that_blocks_it():
    phases = (
        PhaseResult(phase="policy", result=Verdict.PASSED),
        PhaseResult(phase="unit", result=Verdict.FAILED, message="2 failed of 10 tests"),
        PhaseResult(phase="integration", result=Verdict.BLOCKED, message="it has no record"),
    )
    asked = request(
        shards=3, stopped=Verdict.BLOCKED, stopped_message="unit: 2 failed", phases=phases, blocked_by=("unit", "integration")
    )
    settlement = synthesis.without_server(asked)
    assert (settlement.verdict, settlement.message) == (Verdict.BLOCKED, "unit: 2 failed")
    assert reader.read([settlement.junit.encode()]).counts == settlement.counts == Counts(tests=2, errored=2)
    assert [(each.name, each.message) for each in settlement.failures] == [
        ("phase unit", "unit: 2 failed of 10 tests"),
        ("phase integration", "integration: it has no record"),
    ]
    assert (settlement.phases, settlement.shards) == (phases, ())
    assert (settlement.stored, settlement.stored_message) == (False, synthesis.RECORDS_ONLY)


def test_a_run_with_an_invalid_spec_is_one_case():
    asked = request(shards=0, stopped=Verdict.ERRORED, stopped_message="the spec cannot be used: shards is 0")
    settlement = synthesis.without_server(asked)
    assert (settlement.verdict, settlement.message) == (Verdict.ERRORED, "the spec cannot be used: shards is 0")
    assert reader.read([settlement.junit.encode()]).counts == settlement.counts == Counts(tests=1, errored=1)
