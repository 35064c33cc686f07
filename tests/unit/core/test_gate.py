"""The gate: each rule by the problem it is named after, the order in which they are asked, and what comes of them all."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from build import NOW, at, make_pod, make_spec, make_status
from logs import a, fold, log, request

from testrun.core import cases, gate, model
from testrun.core.model import Counts, PhaseRecord, PhaseResult, PreSteps, RecordFacts, RecordProblem, Verdict
from testrun.core.status import ConditionType

REVISION = "7f3c2d1"
GREEN = Counts(tests=10, passed=9, skipped=1)
FILE = model.FileRef(path="phase-1/junit.xml", bytes=12, sha256="0" * 64)


def record(phase: model.RecordedPhase = "unit", **changes: Any) -> PhaseRecord:
    return PhaseRecord(**{"phase": phase, "sha256": "0" * 64, "config_map": phase, "key": "k"} | changes)


def facts(phase: model.RecordedPhase = "unit", **changes: Any) -> RecordFacts:
    """A green file of the right revision."""
    values = {"phase": phase, "counts": GREEN, "duration": 3.5, "revisions": (REVISION,), "completed": at(-60), "junit": FILE}
    return RecordFacts(**values | changes)


def unusable(problem: RecordProblem, text: str) -> RecordFacts:
    return RecordFacts(phase="unit", problem=problem, text=text, junit=FILE)


def judge(
    *told: RecordFacts, records: tuple[PhaseRecord, ...] = (record(),), required: Any = ("unit",), max_age: int | None = None
) -> gate.Judgement:
    steps = PreSteps(required=required, records=records, max_age_seconds=max_age)
    return gate.judge(steps, told, revision=REVISION, created=NOW)


RED = (model.Failure(name="cart › pays", file="", project="", shard=0, message="no"),)
FOUND = {
    "no record": ({"records": ()}, (), "Missing", Verdict.BLOCKED, "it is required, and has no record: run phase unit and"),
    "a server that said nothing of it": ({}, (), "Unavailable", Verdict.BLOCKED, "the server said nothing of it"),
    "no file": (
        {},
        (unusable(RecordProblem.UNAVAILABLE, "ConfigMap unit is not there"),),
        "Unavailable", Verdict.BLOCKED, "ConfigMap unit is not there: apply it before the TestRun, or with it",
    ),
    "another file": (
        {},
        (unusable(RecordProblem.TAMPERED, "its file has the SHA-256 1"),),
        "Tampered", Verdict.BLOCKED, "its file has the SHA-256 1: record the SHA-256 of the file as it is delivered",
    ),
    "no JUnit": (
        {},
        (unusable(RecordProblem.UNREADABLE, "the file is empty"),),
        "Unreadable", Verdict.ERRORED, "the file is empty: run phase unit and record its JUnit, plain or gzip",
    ),
    "the file of another phase": (
        {}, (facts(phases=("unit", "policy")),), "Mismatched", Verdict.BLOCKED, "its JUnit is of phase policy: record the JUnit",
    ),
    "a file of another revision": (
        {},
        (facts(revisions=("0ld",)),),
        "Mismatched", Verdict.BLOCKED, "its JUnit is of revision 0ld, and this run of 7f3c2d1: run phase unit at that revision",
    ),
    "a file of two revisions": (
        {}, (facts(revisions=(REVISION, "0ld")),), "Mismatched", Verdict.BLOCKED, "its JUnit is of revision 0ld",
    ),
    "a record of another revision than its file": (
        {"records": (record(revision="0ld"),)}, (facts(),), "Mismatched", Verdict.BLOCKED, "the record is of revision 0ld",
    ),
    "no revision at all": (
        {}, (facts(revisions=()),), "Mismatched", Verdict.BLOCKED, "neither the record nor its JUnit names a revision",
    ),
    "a hostile revision": (
        {}, (facts(revisions=("\x1b[2J\nx" * 200,)),), "Mismatched", Verdict.BLOCKED, "its JUnit is of revision x x x",
    ),
    "old": (
        {"max_age": 59}, (facts(),), "Stale", Verdict.BLOCKED,
        "it ended 60 s before the TestRun was made, more than maxAgeSeconds 59: run phase unit again",
    ),
    "of an unknown age": ({"max_age": 59}, (facts(completed=None),), "Stale", Verdict.BLOCKED, "it does not say when it ended"),
    "old by what the record claims": (
        {"max_age": 59, "records": (record(start=at(-100), duration=30.0),)},
        (facts(completed=None),),
        "Stale", Verdict.BLOCKED, "it ended 70 s before",
    ),
    "a failed test": (
        {},
        (facts(counts=Counts(tests=10, passed=8, failed=2), failures=RED),),
        "Red", Verdict.FAILED,
        "2 failed of 10 tests (cart › pays and 1 more): mend that, and run phase unit again",
    ),
    "an errored test beside a failed one": (
        {},
        (facts(counts=Counts(tests=10, passed=8, failed=1, errored=1)),),
        "Red", Verdict.ERRORED, "1 failed and 1 errored of 10 tests: mend that",
    ),
    "a red file that contradicts itself": (
        {}, (facts(counts=Counts(tests=1, failed=1), contradiction="x"),), "Red", Verdict.FAILED, "1 failed of 1 test",
    ),
    "a green file that contradicts itself": (
        {},
        (facts(contradiction="the file says failures='1', and holds 0"),),
        "Unreadable", Verdict.ERRORED, "the file says failures='1', and holds 0: run phase unit again",
    ),
    "no tests": ({}, (facts(counts=Counts()),), "Empty", Verdict.ERRORED, "no test ran: its JUnit holds none"),
    "only skipped tests": (
        {}, (facts(counts=Counts(tests=3, skipped=3)),), "Empty", Verdict.ERRORED, "no test ran: all 3 were skipped",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "told", "reason", "result", "why"), FOUND.values(), ids=FOUND)
def test_what_a_phase_is_blocked_by(asked: Any, told: Any, reason: str, result: Verdict, why: str) -> None:
    found = judge(*told, **asked)
    (phase,) = found.phases
    assert (found.closed, found.reason, phase.result) == (True, reason, result)
    assert phase.message.startswith(why)
    assert found.message == f"unit: {phase.message}; then make a new TestRun"


def test_the_order_of_the_rules() -> None:
    assert [rule.__name__ for rule in gate.RULES] == [
        "missing", "unavailable", "tampered", "unreadable", "mismatched", "stale", "red", "contradictory", "empty",
    ]  # fmt: skip


GREEN_ONES = {
    "a green file": ({}, facts()),
    "the revision is the record's": ({"records": (record(revision=REVISION),)}, facts(revisions=())),
    "both say the same": ({"records": (record(revision=REVISION),)}, facts()),
    "the file says the phase": ({}, facts(phases=("unit",))),
    "just young enough": ({"max_age": 60}, facts()),
    "young by what the record claims": (
        {"max_age": 60, "records": (record(start=at(-100), duration=40.0),)},
        facts(completed=None),
    ),
    "ended after the TestRun was made": ({"max_age": 60}, facts(completed=at(5))),
    "any age without a bound": ({}, facts(completed=at(-1e9))),
    "no age without a bound": ({}, facts(completed=None)),
    "flaky tests": ({}, facts(counts=Counts(tests=1, passed=1, flaky=1))),
}


@pytest.mark.parametrize(("asked", "told"), GREEN_ONES.values(), ids=GREEN_ONES)
def test_what_lets_a_run_start(asked: Any, told: RecordFacts) -> None:
    assert judge(told, **asked) == gate.Judgement(
        closed=False,
        reason="Verified",
        message="unit passed",
        phases=(
            PhaseResult(
                phase="unit",
                result=Verdict.PASSED,
                counts=told.counts,
                duration=asked.get("records", (record(),))[0].duration or 3.5,
                junit=FILE,
            ),
        ),
    )


def test_all_that_were_asked_for_are_told_in_their_order_and_the_first_reason_counts() -> None:
    told = (facts("integration", counts=Counts()), facts("policy"), facts("unit", revisions=("0ld",)))
    records = (record("integration"), record("unit"), record("policy"))
    found = judge(*told, records=records, required=("integration", "unit"))
    assert [(each.phase, each.result) for each in found.phases] == [
        ("policy", Verdict.PASSED),
        ("unit", Verdict.BLOCKED),
        ("integration", Verdict.ERRORED),
    ]
    assert found.reason == "Mismatched"
    assert found.message.startswith("unit: its JUnit is of revision 0ld")
    assert "; integration: no test ran" in found.message


def test_a_phase_that_is_not_required_is_judged_and_blocks_nothing() -> None:
    red = facts("policy", counts=Counts(tests=1, failed=1))
    found = judge(facts(), red, records=(record(), record("policy")))
    assert (found.closed, found.reason) == (False, "Verified")
    assert (
        found.message == "unit passed; policy, which is not required: 1 failed of 1 test: mend that, and run phase policy again"
    )
    alone = judge(red, records=(record("policy"),), required=())
    assert (alone.closed, alone.message.startswith("no phase is required; policy, which")) == (False, True)


def test_messages_are_bounded() -> None:
    long = tuple(model.Failure(name="n" * 5000, file="", project="", shard=0, message="") for _ in range(3))
    found = judge(facts(counts=Counts(tests=3, failed=3), failures=long))
    assert len(found.message) <= 900


class TestMemory:
    """The condition remembers what was decided."""

    SPEC = make_spec(pre_steps=PreSteps(required=("unit",)))

    @staticmethod
    def status(verified: str, reason: str, **changes: Any):
        return make_status(**changes).with_condition(
            ConditionType.PRE_STEPS_VERIFIED, verified, reason, "why", now=NOW, generation=1
        )

    @pytest.mark.parametrize(
        ("verified", "reason", "decided", "is_open"),
        [
            ("True", "Verified", True, True),
            ("False", "Red", True, False),
            ("Unknown", "PreSteps", False, False),
            ("Unknown", "NotVerified", True, False),
        ],
    )
    def test_what_is_decided(self, verified: str, reason: str, decided: bool, is_open: bool) -> None:
        status = self.status(verified, reason)
        assert (gate.condition(status) is not None, gate.is_open(self.SPEC, status)) == (decided, is_open)

    def test_a_run_without_phases_before_it_is_open(self) -> None:
        assert gate.is_open(make_spec(), None)
        assert not gate.is_open(self.SPEC, None)

    def test_phases_that_were_never_verified_end_as_the_run_does(self) -> None:
        assert gate.results(self.SPEC, None, Verdict.CANCELLED, "spec.cancel is set") == (
            PhaseResult(phase="unit", result=Verdict.CANCELLED, message="its record was not verified: spec.cancel is set"),
        )
        assert gate.results(make_spec(), None, Verdict.CANCELLED, "") == ()

    def test_those_that_were_are_told_as_they_are(self) -> None:
        known = (PhaseResult(phase="unit", result=Verdict.FAILED),)
        assert gate.results(self.SPEC, make_status(phases=known), Verdict.BLOCKED, "") == known

    def test_only_required_phases_block(self) -> None:
        known = (PhaseResult(phase="policy", result=Verdict.FAILED), PhaseResult(phase="unit", result=Verdict.FAILED))
        assert gate.blocked_by(self.SPEC, known) == ("unit",)
        assert gate.blocked_by(None, known) == ("policy", "unit"), "who knows what was required"
        assert gate.blocked_by(make_spec(), ()) == ()


class TestExplained:
    """A blocked run has one errored case for each phase that blocks it."""

    PHASES = (
        PhaseResult(phase="policy", result=Verdict.FAILED, message="1 failed"),
        PhaseResult(phase="unit", result=Verdict.BLOCKED, message="it is required, and has no record"),
        PhaseResult(phase="integration", result=Verdict.PASSED),
    )
    ASKED = request(stopped=Verdict.BLOCKED, stopped_message="unit: no", phases=PHASES, blocked_by=("unit",), shards=4)

    def test_and_no_shards(self) -> None:
        result = gate.explained(cases.settle(self.ASKED, {}), self.ASKED)
        assert (result.shards, result.counts) == ((), Counts(tests=1, errored=1))
        assert result.cases == (
            model.Case(
                shard=0,
                file="",
                project="",
                title=("phase unit",),
                status=model.CaseStatus.ERRORED,
                message="unit: it is required, and has no record",
                details="unit: it is required, and has no record\n"
                "The phase's own JUnit is phase-1/junit.xml in the run's folder.",
                kind="Blocked",
            ),
        )

    def test_what_ran_all_the_same_is_not_lost(self) -> None:
        asked = dataclasses.replace(self.ASKED, shards=1, pods=(make_pod(0),))
        result = gate.explained(cases.settle(asked, {0: [fold(log(a("adds", "passed")))]}), asked)
        assert (len(result.shards), result.counts) == (1, Counts(tests=2, passed=1, errored=1))
