"""A status goes into the body and comes back as it was."""

from __future__ import annotations

import dataclasses

from build import NOW, at, make_observed, make_settlement, make_status

from testrun.api import status_body
from testrun.core import model, plan
from testrun.core.status import Artifacts, ConditionType, ShardStatus, Waiting


def test_a_full_status_comes_back_as_it_was():
    status = dataclasses.replace(
        make_status(),
        state=model.State.FAILED,
        completion_time=at(1.234567),
        waiting=Waiting(reason="ErrImagePull", message="m", since=NOW, deadline=at(60)),
        summary=model.Counts(tests=3, passed=1, failed=1, errored=1, flaky=1),
        phases=(
            model.PhaseResult(phase="policy", result=model.Verdict.BLOCKED, message="it has no record"),
            model.PhaseResult(
                phase="unit",
                result=model.Verdict.PASSED,
                counts=model.Counts(tests=2, passed=2, flaky=1),
                duration=0.25,
                junit=model.FileRef(path="phase-1/junit.xml", bytes=12, sha256="1"),
            ),
        ),
        phase_duration=1.5,
        shards=(
            ShardStatus(
                index=0,
                result="Failed",
                counts=model.Counts(tests=3),
                attempts=2,
                node="n",
                exit_code=1,
                duration=1.0,
                message="m",
            ),
        ),
        failures=(model.Failure(name="n", file="f", project="p", shard=1, message="m", trace="t"),),
        junit="<testsuites/>",
        artifacts=Artifacts(
            path="a/b/c", url="http://x", junit=model.FileRef(path="p", bytes=1, sha256="0"), report="r", manifest_sha256="1"
        ),
    ).with_condition(ConditionType.SUCCEEDED, "False", "Failed", "1 of 3 tests failed", now=NOW, generation=2)
    assert status_body.from_body(status_body.to_body(status)) == status


def test_the_status_of_every_stage_comes_back_as_it_was():
    running = plan.decide(make_observed()).status
    ended = plan.decide(make_observed(status=running, settlement=make_settlement())).status
    for status in (running, ended):
        assert status_body.from_body(status_body.to_body(status)) == status


def test_phases_are_told_in_their_order_and_ours_without_a_result_while_it_runs():
    status = make_status(phases=(model.PhaseResult(phase="unit", result=model.Verdict.PASSED),))
    assert [(each["phase"], each.get("result")) for each in status_body.to_body(status)["phases"]] == [
        ("unit", "Passed"),
        ("e2e", None),
    ]
    assert status_body.from_body(status_body.to_body(status)) == status
    assert "phases" not in status_body.to_body(make_status()), "a run without phases before it says nothing before its end"


def test_a_run_without_a_status_has_none():
    assert status_body.from_body({}) is None
