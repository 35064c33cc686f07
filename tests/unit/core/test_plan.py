"""The decision, stage by stage: an observed run in, actions and status out."""

from __future__ import annotations

import dataclasses

import pytest
from build import (
    JOB_NAME,
    NOW,
    at,
    ended,
    make_job,
    make_observed,
    make_pod,
    make_progress,
    make_settlement,
    make_spec,
    make_status,
)

from testrun.core import actions, cleanup, late, model, plan, rules, waits
from testrun.core.observed import CheckSeen
from testrun.core.preflight.checks import Check, Kind, PodCheck, Preflight, WorkloadCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.core.status import ConditionType, Waiting

STOP_SECONDS = rules.GRACE_SECONDS + plan.STOP_MARGIN_SECONDS


def names(decision: plan.Decision) -> list[str]:
    return [type(action).__name__ for action in decision.actions]


def running(**changes):
    """Two shards that run since NOW, told and written."""
    status = make_status().with_condition(ConditionType.SUCCEEDED, "Unknown", "Running", "the shards run", now=NOW, generation=1)
    values = {
        "status": status,
        "job": make_job(),
        "secret_made": True,
        "pods": (make_pod(0), make_pod(1)),
        "events_posted": frozenset({f"started-{NOW.timestamp():.0f}"}),
        "last_write": NOW,
    }
    return make_observed(**values | changes)


class TestStart:
    def test_a_new_run_is_held_and_gets_its_job_and_secret_in_one_step(self):
        decision = plan.decide(make_observed(finalizer=False))
        assert decision.actions == (actions.AddFinalizer(), actions.CreateJob(), actions.CreateSecret())
        assert decision.status.state is model.State.RUNNING
        assert decision.status.start_time == NOW
        assert decision.status.deadline_time == at(600)

    def test_a_job_without_its_secret_gets_it_after_a_restart(self):
        assert names(plan.decide(running(secret_made=False))) == ["CreateSecret"]

    def test_the_start_is_told_once_the_job_is_in_the_status(self):
        decision = plan.decide(running(events_posted=frozenset()))
        assert [action.reason for action in decision.actions] == ["Started"]

    def test_a_running_run_with_nothing_new_needs_nothing(self):
        decision = plan.decide(running(pods=(make_pod(0), make_pod(1)), last_write=NOW))
        assert decision.actions == ()

    def test_a_spec_that_cannot_be_used_is_errored_without_a_job(self):
        decision = plan.decide(make_observed(spec=None, invalid="spec.playwright: image is missing"))
        (settle,) = decision.actions
        assert settle.request.stopped is model.Verdict.ERRORED
        assert settle.request.stopped_message == "the spec cannot be used: spec.playwright: image is missing"

    def test_a_refused_job_is_errored_with_the_refusal(self):
        (settle,) = plan.decide(make_observed(job_error="exceeded quota")).actions
        assert settle.request.stopped_message == "Kubernetes refused the Job: exceeded quota"


class TestProgress:
    def test_progress_alone_waits_until_the_last_write_is_old_enough(self):
        seen = running(progress=make_progress(model.ShardProgress(index=0, planned=2, passed=1)), now=at(4))
        decision = plan.decide(seen)
        assert (decision.status, decision.again) == (None, at(10))

    def test_progress_is_written_after_that(self):
        decision = plan.decide(running(progress=make_progress(model.ShardProgress(index=0, planned=2, passed=1)), now=at(10)))
        assert decision.status.summary == model.Counts(tests=2, passed=1)

    def test_a_pod_that_cannot_start_is_a_reason_in_the_status(self):
        stuck = make_pod(0, started=False, phase="Pending", reason="ErrImagePull", message="not found")
        decision = plan.decide(running(pods=(stuck,), now=at(3)))
        assert decision.status.waiting == Waiting(
            reason="ImagePull", message="shard 0: ErrImagePull: not found", since=NOW, deadline=at(60)
        )


class TestEnd:
    def test_all_shards_told_their_end_so_nothing_waits_for_kubernetes(self):
        decision = plan.decide(running(progress=make_progress(ended(0), ended(1, code=1))))
        assert names(decision) == ["Settle"]
        assert decision.actions[0].request.stopped is None

    def test_one_shard_that_has_not_ended_holds_the_verdict(self):
        assert "Settle" not in names(plan.decide(running(progress=make_progress(ended(0)))))

    def test_a_shard_that_was_told_to_end_may_be_started_again(self):
        told = make_progress(ended(0), ended(1, code=143, signal="SIGTERM"))
        assert "Settle" not in names(plan.decide(running(progress=told)))

    def test_a_silent_server_leaves_the_word_to_kubernetes(self):
        job = make_job(completed=frozenset({0}), failed=frozenset({1}))
        assert names(plan.decide(running(job=job))) == ["Settle"]

    def test_the_verdict_is_written_once_the_server_has_settled(self):
        decision = plan.decide(running(settlement=make_settlement(), now=at(5)))
        assert decision.status.verdict is model.Verdict.PASSED
        assert decision.status.state is model.State.PASSED
        assert decision.status.completion_time == at(5)
        assert decision.status.condition(ConditionType.EVIDENCE_STORED).status == "True"

    def test_a_server_that_cannot_settle_is_waited_for_until_a_deadline_in_the_status(self):
        seen = running(progress=make_progress(ended(0), ended(1)), settle_error="no answer", now=at(5))
        decision = plan.decide(seen)
        assert names(decision) == ["Settle"]
        assert decision.status.state is model.State.STORING
        assert decision.status.waiting.deadline == at(5 + plan.STORE_SECONDS)
        later = dataclasses.replace(seen, status=decision.status, now=at(5 + plan.STORE_SECONDS))
        assert names(plan.decide(later)) == ["SettleWithoutServer"]

    def test_evidence_that_is_lost_is_a_condition(self):
        decision = plan.decide(running(settlement=make_settlement(stored=False, stored_message="the server did not answer")))
        stored = decision.status.condition(ConditionType.EVIDENCE_STORED)
        assert (stored.status, stored.reason, stored.message) == (
            "False", "StoreUnavailable", "the server did not answer; the server is asked again until 2026-11-22T12:00:00Z",
        )  # fmt: skip
        assert decision.status.verdict is model.Verdict.PASSED

    def test_a_full_store_is_the_reason_of_that_condition(self):
        full = make_settlement(stored=False, stored_reason="StoreFull", stored_message="the server's volume is full")
        stored = plan.decide(running(settlement=full)).status.condition(ConditionType.EVIDENCE_STORED)
        assert (stored.status, stored.reason, stored.message) == (
            "False", "StoreFull", "the server's volume is full; the server is asked again until 2026-11-22T12:00:00Z",
        )  # fmt: skip

    def test_a_store_that_fills_up_is_told_while_the_evidence_is_stored(self):
        warned = make_settlement(stored_message="all evidence is in the store, which is 93 % full (712 MiB left)")
        stored = plan.decide(running(settlement=warned)).status.condition(ConditionType.EVIDENCE_STORED)
        assert (stored.status, stored.reason, stored.message) == ("True", "Stored", warned.stored_message)


class TestStop:
    STOPS = [
        pytest.param({"spec": make_spec(cancel=True)}, model.Verdict.CANCELLED, "spec.cancel is set", id="cancelled"),
        pytest.param({"deleted_at": NOW}, model.Verdict.CANCELLED, "the TestRun was deleted before it ended", id="deleted"),
        pytest.param({"now": at(600)}, model.Verdict.TIMED_OUT, "not finished after timeoutSeconds (600 s)", id="timed out"),
        pytest.param(
            {"job": make_job(failure_reason="DeadlineExceeded", finished=True)},
            model.Verdict.TIMED_OUT,
            "the Job passed its activeDeadlineSeconds",
            id="the Job's deadline, without an operator",
        ),
    ]

    @pytest.mark.parametrize(("changes", "verdict", "message"), STOPS)
    def test_pods_are_stopped_by_suspending_the_job_and_get_their_time(self, changes, verdict, message):
        decision = plan.decide(running(**changes))
        now = changes.get("now", NOW)
        # A Job that has failed of itself ends its pods itself.
        failed = changes.get("job", make_job()).finished
        assert decision.actions == (() if failed else (actions.SuspendJob(suspend=True),))
        assert decision.status.state is model.State.STOPPING
        assert decision.status.waiting == dataclasses.replace(
            decision.status.waiting, reason=verdict, message=message, since=now, deadline=now + (at(STOP_SECONDS) - NOW)
        )

    @pytest.mark.parametrize(("changes", "verdict", "message"), STOPS)
    def test_it_settles_when_the_pods_have_ended(self, changes, verdict, message):
        begun = plan.decide(running(**changes))
        seen = running(
            **changes
            | {
                "status": begun.status,
                "job": make_job(suspended=True),
                "pods": (make_pod(0, terminated=True), make_pod(1, terminated=True)),
            }
        )
        (settle,) = plan.decide(seen).actions
        assert (settle.request.stopped, settle.request.stopped_message) == (verdict, message)

    def test_it_settles_when_their_time_is_over_although_a_pod_hangs(self):
        begun = plan.decide(running(spec=make_spec(cancel=True)))
        seen = running(spec=make_spec(cancel=True), status=begun.status, job=make_job(suspended=True), now=at(STOP_SECONDS))
        assert names(plan.decide(seen)) == ["Settle"]

    def test_it_asks_for_the_pods_first_when_they_are_all_that_tells_of_the_end(self):
        """A watch that is silent tells of no pod: that none runs must be read, not believed."""
        cancelled = running(spec=make_spec(cancel=True), job=make_job(suspended=True))
        unread = dataclasses.replace(cancelled, pods=(), pods_read=None)
        assert plan.decide(unread) == plan.Decision(actions=(actions.ReadPods(),), again=NOW)
        assert names(plan.decide(dataclasses.replace(unread, pods_read=at(-rules.PODS_SECONDS)))) == ["ReadPods"]
        assert names(plan.decide(dataclasses.replace(unread, pods_read=at(-1)))) == ["Settle"]
        assert plan.decide(dataclasses.replace(cancelled, pods=(make_pod(0),))).status.state is model.State.STOPPING

    def test_it_does_not_ask_for_the_pods_of_shards_that_have_told_their_end(self):
        seen = running(progress=make_progress(ended(0), ended(1)), pods_read=None)
        assert names(plan.decide(seen)) == ["Settle"]

    def test_what_comes_later_does_not_change_the_reason(self):
        begun = plan.decide(running(spec=make_spec(cancel=True), now=at(599)))
        seen = running(spec=make_spec(cancel=True), status=begun.status, job=make_job(suspended=True), now=at(700))
        (settle,) = plan.decide(seen).actions
        assert settle.request.stopped is model.Verdict.CANCELLED

    def test_a_run_that_has_just_ended_is_not_cancelled(self):
        decision = plan.decide(running(spec=make_spec(cancel=True), progress=make_progress(ended(0), ended(1))))
        assert decision.actions[0].request.stopped is None

    def test_cancelled_before_the_first_pod_has_evidence_too(self):
        assert names(plan.decide(make_observed(spec=make_spec(cancel=True), finalizer=False))) == ["AddFinalizer", "Settle"]

    def test_a_job_deleted_by_hand_is_errored_once_its_pods_have_ended(self):
        begun = plan.decide(running(job=None))
        assert (begun.actions, begun.status.state) == ((), model.State.STOPPING)
        ended_pods = (make_pod(0, terminated=True), make_pod(1, terminated=True))
        (settle,) = plan.decide(running(job=None, status=begun.status, pods=ended_pods)).actions
        assert settle.request.stopped_message == f"the Job {JOB_NAME} was deleted while it ran"

    def test_pods_get_the_grace_period_of_their_template(self):
        spec = make_spec(cancel=True, template={"spec": {"terminationGracePeriodSeconds": 120}})
        assert plan.decide(running(spec=spec)).status.waiting.deadline == at(120 + plan.STOP_MARGIN_SECONDS)

    def test_a_stop_that_waits_for_the_store_keeps_its_reason_and_ends(self):
        seen = running(spec=make_spec(cancel=True), settle_error="no answer")
        stopping = plan.decide(seen).status
        storing = plan.decide(dataclasses.replace(seen, status=stopping, now=at(STOP_SECONDS))).status
        assert (storing.state, storing.waiting.reason) == (model.State.STORING, "Cancelled")
        later = dataclasses.replace(seen, status=storing, now=at(STOP_SECONDS + 1))
        assert names(plan.decide(later)) == ["Settle"]
        assert plan.decide(later).status is None, "the status stays as it is"
        end = dataclasses.replace(seen, status=storing, now=at(STOP_SECONDS + plan.STORE_SECONDS))
        assert "SettleWithoutServer" in names(plan.decide(end))

    def test_the_order_of_the_stops_is_part_of_the_behaviour(self):
        assert (
            rules.gate_is_closed,
            rules.environment_is_not_ready,
            rules.spec_is_unusable,
            rules.run_is_deleted,
            rules.run_is_cancelled,
            rules.job_is_refused,
            rules.job_has_vanished,
            rules.wait_has_passed_its_deadline,
            rules.deadline_has_passed,
            rules.job_has_passed_its_deadline,
        ) == rules.STOPS


def gated(**changes):
    """A run that requires phase unit, before anything happened."""
    steps = model.PreSteps(
        required=("unit",), records=(model.PhaseRecord(phase="unit", sha256="0" * 64, config_map="unit", key="k"),)
    )
    return make_observed(**{"spec": make_spec(revision="7f3c2d1", pre_steps=steps), "created_at": NOW} | changes)


def found(**changes):
    """What the server found: a green file of the right revision."""
    values = {"phase": "unit", "counts": model.Counts(tests=2, passed=2), "duration": 1.0, "revisions": ("7f3c2d1",)}
    return (model.RecordFacts(**values | changes),)


class TestGate:
    """Nothing starts before the phases before it are verified."""

    RED = model.Counts(tests=2, passed=1, failed=1)

    def test_the_records_are_verified_first(self):
        decision = plan.decide(gated(finalizer=False))
        assert decision.actions == (actions.AddFinalizer(), actions.VerifyRecords())
        assert decision.status is None, "a quick answer costs no write"

    def test_what_was_found_is_written_before_anything_follows_from_it(self):
        decision = plan.decide(gated(records=found()))
        assert (decision.actions, decision.status.state) == ((), model.State.PENDING)
        verified = decision.status.condition(ConditionType.PRE_STEPS_VERIFIED)
        assert (verified.status, verified.reason, verified.message) == ("True", "Verified", "unit passed")
        assert [each.result for each in decision.status.phases] == [model.Verdict.PASSED]
        assert decision.status.deadline_time is None, "timeoutSeconds has not begun"

    def test_then_the_run_starts_as_any_other(self):
        verified = plan.decide(gated(records=found())).status
        decision = plan.decide(gated(status=verified, now=at(1)))
        assert decision.actions == (actions.CreateJob(), actions.CreateSecret())
        assert (decision.status.state, decision.status.start_time, decision.status.deadline_time) == (
            model.State.RUNNING, at(1), at(601),
        )  # fmt: skip
        assert decision.status.phases == verified.phases

    def test_a_red_phase_closes_the_gate_and_the_run_is_settled_without_a_job(self):
        closed = plan.decide(gated(records=found(counts=self.RED)))
        assert closed.actions == ()
        assert closed.status.condition(ConditionType.PRE_STEPS_VERIFIED).reason == "Red"
        (settle,) = plan.decide(gated(status=closed.status)).actions
        assert (settle.request.stopped, settle.request.blocked_by) == (model.Verdict.BLOCKED, ("unit",))
        assert settle.request.stopped_message.startswith("unit: 1 failed of 2 tests")
        assert settle.request.phases == closed.status.phases

    LATER = [
        pytest.param({}, id="after a restart"),
        pytest.param({"deleted_at": NOW}, id="deleted"),
        pytest.param({"spec": None, "invalid": "no"}, id="a spec that cannot be read any more"),
        pytest.param({"settle_error": "no answer", "now": at(5)}, id="the server is away"),
        pytest.param({"settle_error": "no answer", "now": at(999)}, id="it was away for long"),
    ]

    @pytest.mark.parametrize("changes", LATER)
    def test_a_closed_gate_stays_the_reason(self, changes):
        closed = plan.decide(gated(records=found(counts=self.RED))).status
        settle = plan.decide(gated(**{"status": closed} | changes)).actions[-1]
        assert settle.request.stopped is model.Verdict.BLOCKED

    def test_a_cancel_while_it_is_stored_changes_nothing(self):
        closed = plan.decide(gated(records=found(counts=self.RED))).status
        cancelled = dataclasses.replace(gated().spec, cancel=True)
        storing = plan.decide(gated(status=closed, spec=cancelled, settle_error="no answer")).status
        assert (storing.state, storing.waiting.reason) == (model.State.STORING, "Blocked")
        (settle,) = plan.decide(gated(status=storing, spec=cancelled, now=at(1))).actions
        assert settle.request.stopped is model.Verdict.BLOCKED

    def test_the_verdict_keeps_the_phases(self):
        closed = plan.decide(gated(records=found(counts=self.RED))).status
        settlement = make_settlement(verdict=model.Verdict.BLOCKED, shards=())
        status = plan.decide(gated(status=closed, settlement=settlement)).status
        assert (status.verdict, status.phases, status.job) == (model.Verdict.BLOCKED, closed.phases, "")
        stored = tuple(dataclasses.replace(each, junit=model.FileRef(path="p", bytes=1, sha256="1")) for each in closed.phases)
        located = plan.decide(gated(status=closed, settlement=dataclasses.replace(settlement, phases=stored))).status
        assert located.phases == stored, "with their files as they are stored"

    def test_what_is_not_there_is_waited_for_until_a_deadline_in_the_status(self):
        first = plan.decide(gated(records_absent="unit: ConfigMap unit is not there"))
        assert first.actions == (actions.VerifyRecords(),)
        waiting = first.status.waiting
        assert (first.status.state, waiting.reason, waiting.message, waiting.deadline) == (
            model.State.PENDING, "PreSteps", "unit: ConfigMap unit is not there", at(plan.RECORD_SECONDS),
        )  # fmt: skip
        assert first.status.condition(ConditionType.PRE_STEPS_VERIFIED).status == "Unknown"
        again = gated(status=first.status, records_absent=waiting.message, now=at(plan.RECORD_SECONDS - 1))
        assert (plan.decide(again).actions, plan.decide(again).status) == ((actions.VerifyRecords(),), None)
        last = dataclasses.replace(again, now=at(plan.RECORD_SECONDS))
        assert plan.decide(last).actions == (actions.VerifyRecords(last=True),)

    def test_a_server_that_does_not_answer_is_waited_for_longer_and_then_it_is_errored(self):
        first = plan.decide(gated(records_error="the server did not answer"))
        assert first.status.waiting.deadline == at(plan.VERIFY_SECONDS)
        late = gated(status=first.status, records_error="the server did not answer", now=at(plan.VERIFY_SECONDS))
        given_up = plan.decide(late)
        assert given_up.actions == ()
        condition = given_up.status.condition(ConditionType.PRE_STEPS_VERIFIED)
        assert (condition.status, condition.reason) == ("Unknown", "NotVerified")
        (settle,) = plan.decide(dataclasses.replace(late, status=given_up.status, records_error="")).actions
        assert settle.request.stopped is model.Verdict.ERRORED
        assert settle.request.stopped_message == "the records could not be verified: the server did not answer"
        assert settle.request.phases == (
            model.PhaseResult(phase="unit", result=model.Verdict.ERRORED, message=settle.request.stopped_message),
        )

    def test_after_a_long_absence_of_the_operator_it_looks_once_more_before_it_gives_up(self):
        first = plan.decide(gated(records_error="no answer")).status
        decision = plan.decide(gated(status=first, now=at(9999)))
        assert decision.actions == (actions.VerifyRecords(last=True),)

    @pytest.mark.parametrize(
        ("changes", "stopped"),
        [
            pytest.param({"spec": dataclasses.replace(gated().spec, cancel=True)}, model.Verdict.CANCELLED, id="cancelled"),
            pytest.param({"deleted_at": NOW}, model.Verdict.CANCELLED, id="deleted"),
        ],
    )
    def test_stops_work_while_it_waits(self, changes, stopped):
        waiting = plan.decide(gated(records_error="no answer")).status
        (settle,) = plan.decide(gated(**{"status": waiting, "records_error": "no answer"} | changes)).actions
        assert settle.request.stopped is stopped
        assert [each.result for each in settle.request.phases] == [stopped]

    def test_nothing_is_verified_while_it_is_suspended(self):
        held = plan.decide(gated(spec=dataclasses.replace(gated().spec, suspend=True)))
        assert (held.actions, held.status.state) == ((), model.State.SUSPENDED)

    def test_a_job_that_somebody_else_made_is_no_way_round_the_gate(self):
        ended_job = make_job(completed=frozenset({0, 1}), finished=True)
        assert names(plan.decide(gated(job=ended_job, secret_made=True))) == ["VerifyRecords"]
        closed = plan.decide(gated(job=ended_job, records=found(counts=self.RED))).status
        (settle,) = plan.decide(gated(job=ended_job, status=closed)).actions
        assert settle.request.stopped is model.Verdict.BLOCKED


PREFLIGHT = Preflight(60, (Check("shop", WorkloadCheck(Kind.DEPLOYMENT, "shop")),))
HOLDS = Finding(Readiness.READY, saw="2 of 2 pods ready", wanted="Deployment shop rolled out")
FAILS = Finding(Readiness.NOT_READY, saw="1 of 2 pods ready", wanted="Deployment shop rolled out", output="panic")


def checked(finding=None, *, now=0.0, **changes):
    """A run whose environment somebody looks at since NOW."""
    return make_observed(
        spec=make_spec(preflight=PREFLIGHT),
        now=at(now),
        waiting=Waiting(reason="Preflight", since=NOW, deadline=at(60)),
        checks=(CheckSeen(name="shop", asked=NOW, finding=finding, since=at(now)),),
        **changes,
    )


class TestPreflight:
    def test_it_begins_with_a_look_and_no_job(self):
        decision = plan.decide(make_observed(spec=make_spec(preflight=PREFLIGHT)))
        waiting = Waiting(reason="Preflight", since=NOW, deadline=at(60))
        assert decision == plan.Decision(
            actions=(actions.StartLooking(PREFLIGHT.checks),), again=at(60), waiting=waiting, looks=True
        )

    def test_a_short_wait_is_not_told(self):
        decision = plan.decide(checked(FAILS, now=1))
        assert (decision.actions, decision.status, decision.again) == ((), None, at(waits.UNTIL_WAITING_SECONDS))

    def test_a_longer_one_is_with_what_does_not_hold(self):
        decision = plan.decide(checked(FAILS, now=5))
        message = "shop: saw 1 of 2 pods ready; wanted Deployment shop rolled out"
        assert decision.status.waiting == Waiting(reason="Preflight", message=message, since=NOW, deadline=at(60))
        assert decision.status.preflight == (
            model.CheckResult(name="shop", ready=False, message=message.removeprefix("shop: "), output="panic"),
        )
        assert (decision.status.state, decision.again) == (model.State.PENDING, at(60))
        assert decision.status.condition(ConditionType.ENVIRONMENT_READY).status == "Unknown"

    @pytest.mark.parametrize(
        ("written", "seen_since", "since"),
        [
            pytest.param("Preflight", None, at(-9), id="as written"),
            pytest.param(None, at(-9), at(-9), id="as this process has seen it"),
            pytest.param("PreSteps", None, at(5), id="not that of another wait"),
        ],
    )
    def test_its_clock_goes_on(self, written, seen_since, since):
        told = Waiting(reason=written, since=at(-9), deadline=at(51)) if written else None
        status = make_status(state=model.State.PENDING, job="", waiting=told) if told else None
        waiting = Waiting(reason="Preflight", since=seen_since, deadline=at(51)) if seen_since else None
        decision = plan.decide(dataclasses.replace(checked(FAILS, now=5), status=status, waiting=waiting))
        assert decision.waiting.since == since

    def test_what_was_told_is_not_written_again_while_nothing_changes(self):
        told = plan.decide(checked(FAILS, now=5)).status
        assert plan.decide(checked(FAILS, now=40, status=told, last_write=at(5))).status is None

    def test_that_it_is_ready_is_written_before_the_job_is_made(self):
        decision = plan.decide(checked(HOLDS, now=2))
        ready = decision.status.condition(ConditionType.ENVIRONMENT_READY)
        assert (decision.actions, ready.status, ready.reason, decision.again) == ((), "True", "Ready", at(2))
        assert decision.status.preflight == (
            model.CheckResult(name="shop", ready=True, message="saw 2 of 2 pods ready", duration=2.0),
        )
        after = make_observed(spec=make_spec(preflight=PREFLIGHT), status=decision.status, now=at(2))
        assert names(plan.decide(after)) == ["CreateJob", "CreateSecret"]

    def test_the_clock_of_the_run_begins_with_its_pods(self):
        status = plan.decide(checked(HOLDS, now=50)).status
        after = plan.decide(make_observed(spec=make_spec(preflight=PREFLIGHT), status=status, now=at(50)))
        assert after.status.deadline_time == at(650)

    def test_not_in_time_is_written_and_then_settled_as_not_ready(self):
        status = plan.decide(checked(FAILS, now=60)).status
        assert status.waiting is None
        (settle,) = plan.decide(make_observed(spec=make_spec(preflight=PREFLIGHT), status=status, now=at(60))).actions
        request = settle.request
        message = "not ready after timeoutSeconds (60 s): shop: saw 1 of 2 pods ready; wanted Deployment shop rolled out"
        assert (request.stopped, request.stopped_message, request.preflight) == (
            model.Verdict.NOT_READY, message, status.preflight,
        )  # fmt: skip

    def test_what_nobody_could_look_at_is_errored(self):
        (shop,) = checked(FAILS, now=60).checks
        unseen = dataclasses.replace(checked(now=60), checks=(dataclasses.replace(shop, looked=False),))
        status = plan.decide(unseen).status
        (settle,) = plan.decide(make_observed(spec=make_spec(preflight=PREFLIGHT), status=status, now=at(60))).actions
        assert settle.request.stopped is model.Verdict.ERRORED

    def test_it_is_cancelled_at_once(self):
        seen = checked(FAILS, now=5)
        cancelled = dataclasses.replace(seen, spec=dataclasses.replace(seen.spec, cancel=True))
        assert names(plan.decide(cancelled)) == ["Settle"]

    def test_suspended_nobody_looks(self):
        seen = checked(FAILS, now=5)
        suspended = plan.decide(dataclasses.replace(seen, spec=dataclasses.replace(seen.spec, suspend=True)))
        assert (suspended.actions, suspended.waiting, suspended.status.state) == ((), None, model.State.SUSPENDED)

    SETUP = Preflight(60, (Check("playwright.setup", PodCheck("setup", "e2e:1", 60, once=True), last=True),))

    def setting_up(self, **spec):
        seen = checked(FAILS, now=5)
        return dataclasses.replace(seen, spec=make_spec(preflight=self.SETUP, **spec))

    def test_cancelled_its_pods_are_ended_before_it_settles(self):
        seen = self.setting_up(cancel=True)
        ending = plan.decide(seen)
        assert (ending.actions, ending.status.state) == ((actions.EndParts(("setup",)),), model.State.STOPPING)
        assert names(plan.decide(dataclasses.replace(seen, status=ending.status, parts_ended=True))) == ["Settle"]
        assert names(plan.decide(dataclasses.replace(seen, status=ending.status, now=at(5 + STOP_SECONDS)))) == ["Settle"]

    def test_suspended_its_pods_are_ended_and_looked_for_again(self):
        decision = plan.decide(self.setting_up(suspend=True))
        assert (decision.actions, decision.again) == ((actions.EndParts(("setup",)),), at(6))
        assert plan.decide(dataclasses.replace(self.setting_up(suspend=True), parts_ended=True)).actions == ()

    def test_it_comes_after_the_gate(self):
        spec = make_spec(revision="1", pre_steps=model.PreSteps(required=("unit",)), preflight=PREFLIGHT)
        assert names(plan.decide(make_observed(spec=spec))) == ["VerifyRecords"]


class TestSuspend:
    def test_a_suspended_run_has_no_job(self):
        decision = plan.decide(make_observed(spec=make_spec(suspend=True)))
        assert (decision.actions, decision.status.state) == ((), model.State.SUSPENDED)

    def test_suspending_stops_the_pods_and_the_clock(self):
        decision = plan.decide(running(spec=make_spec(suspend=True)))
        assert names(decision) == ["SuspendJob"]
        assert decision.status.deadline_time is None

    def test_resuming_starts_both_again(self):
        held = plan.decide(running(spec=make_spec(suspend=True))).status
        decision = plan.decide(running(status=held, job=make_job(suspended=True), now=at(50)))
        assert decision.actions[0] == actions.SuspendJob(suspend=False)
        assert decision.status.deadline_time == at(650)


class TestDeletion:
    def test_a_run_that_was_never_held_is_left_alone(self):
        assert plan.decide(make_observed(finalizer=False, deleted_at=NOW)) == plan.Decision()

    def test_a_deleted_run_is_let_go_in_the_end_whatever_is_broken(self):
        seen = running(deleted_at=NOW, now=at(plan.DELETION_SECONDS), settle_error="no answer")
        assert plan.decide(seen).actions == (actions.RemoveFinalizer(),)

    def test_a_run_deleted_while_the_operator_was_away_gets_one_try_to_settle(self):
        seen = running(deleted_at=NOW, now=at(plan.DELETION_SECONDS + 600))
        assert names(plan.decide(seen)) == ["Settle", "RemoveFinalizer"]


class TestRestart:
    def test_numbers_do_not_go_back_before_the_server_has_told_anew(self):
        written = plan.decide(
            running(progress=make_progress(model.ShardProgress(index=0, planned=2, passed=1)), now=at(10))
        ).status
        after = plan.decide(running(status=written, pods=(), last_write=None, now=at(12)))
        assert after.status is None or (after.status.summary, after.status.shards) == (written.summary, written.shards)

    def test_a_run_that_was_storing_goes_on_storing(self):
        storing = plan.decide(running(progress=make_progress(ended(0), ended(1)), settle_error="no answer")).status
        assert names(plan.decide(running(status=storing))) == ["Settle"]

    def test_a_stop_that_was_begun_and_not_written_is_still_one(self):
        """The Job is suspended first, then the status is written; in between the operator was killed, and the shards ended."""
        job = make_job(suspended=True, failed=frozenset({0, 1}))
        (settle,) = plan.decide(
            running(
                spec=make_spec(cancel=True),
                job=job,
                pods=tuple(make_pod(index, terminated=True, exit_code=143) for index in (0, 1)),
            )
        ).actions
        assert (settle.request.stopped, settle.request.stopped_message) == (model.Verdict.CANCELLED, "spec.cancel is set")


class TestFinished:
    @staticmethod
    def finished(verdict=model.Verdict.PASSED, **changes):
        written = plan.decide(running(settlement=make_settlement(verdict=verdict))).status
        values = {
            "status": written,
            "pods": (make_pod(0, terminated=True),),
            "events_posted": frozenset({f"verdict-{NOW.timestamp():.0f}"}),
        }
        return running(**values | changes)

    def test_the_verdict_is_told_and_the_job_removed(self):
        decision = plan.decide(self.finished(events_posted=frozenset()))
        assert names(decision) == ["PostEvent", "DeleteJob"]
        assert decision.actions[0].reason == "Passed"

    def test_the_job_is_not_removed_under_a_pod_that_is_ending(self):
        decision = plan.decide(self.finished(pods=(make_pod(0),)))
        assert (decision.actions, decision.again) == ((), at(cleanup.CONFIRM_SECONDS))

    def test_then_cleaned_up_is_written_and_the_run_let_go(self):
        decision = plan.decide(self.finished(job=None))
        assert decision.status.condition(ConditionType.CLEANED_UP).reason == "Removed"
        assert plan.decide(self.finished(job=None, status=decision.status)).actions == (actions.RemoveFinalizer(),)

    @pytest.mark.parametrize(
        ("policy", "verdict", "kept"),
        [
            (model.CleanupPolicy.ALWAYS, model.Verdict.FAILED, False),
            (model.CleanupPolicy.ON_SUCCESS, model.Verdict.PASSED, False),
            (model.CleanupPolicy.ON_SUCCESS, model.Verdict.FAILED, True),
            (model.CleanupPolicy.NEVER, model.Verdict.PASSED, True),
        ],
    )
    def test_the_policy_says_what_stays(self, policy, verdict, kept):
        decision = plan.decide(self.finished(verdict, spec=make_spec(cleanup=policy)))
        if kept:
            assert decision.status.condition(ConditionType.CLEANED_UP).reason == "Kept"
        else:
            assert names(decision) == ["DeleteJob"]

    def test_an_exit_code_that_kubernetes_contradicts_is_told(self):
        settlement = make_settlement(shards=(model.ShardResult(index=0, result=model.Verdict.PASSED, exit_code=0),))
        status = plan.decide(running(settlement=settlement)).status
        killed = make_pod(0, terminated=True, exit_code=137, reason="OOMKilled")
        decision = plan.decide(self.finished(status=status, pods=(killed,)))
        assert names(decision) == ["PostEvent", "DeleteJob"]
        assert (decision.actions[0].reason, decision.actions[0].message) == (
            "ExitCodeMismatch",
            "shard 0 told exit code 0, Kubernetes says 137 (OOMKilled)",
        )

    def test_pods_whose_evidence_is_not_stored_are_kept(self):
        settlement = make_settlement(stored=False, stored_message="the server did not answer")
        status = plan.decide(running(settlement=settlement)).status
        over = plan.decide(self.finished(status=status, settle_tried=late.ends(NOW), now=late.ends(NOW)))
        assert over.status.condition(ConditionType.CLEANED_UP).reason == "Kept"

    def test_a_cleanup_that_fails_for_too_long_is_a_condition_and_a_warning(self):
        decision = plan.decide(self.finished(cleanup_error="forbidden", now=at(cleanup.GIVE_UP_SECONDS)))
        assert decision.status.condition(ConditionType.CLEANED_UP).reason == "CleanupFailed"
        assert decision.actions[0].warning

    def test_a_released_run_without_a_time_to_live_is_at_rest(self):
        cleaned = plan.decide(self.finished(job=None)).status
        assert plan.decide(self.finished(job=None, status=cleaned, finalizer=False, events_posted=frozenset())) == plan.Decision()

    def test_a_run_is_deleted_when_its_time_to_live_is_over(self):
        cleaned = plan.decide(self.finished(job=None)).status
        seen = self.finished(job=None, status=cleaned, finalizer=False, spec=make_spec(ttl_seconds_after_finished=60))
        assert plan.decide(seen).again == at(60)
        assert plan.decide(dataclasses.replace(seen, now=at(60))).actions == (actions.DeleteRun(),)

    def test_nothing_decides_again_once_a_verdict_is_written(self):
        seen = self.finished(spec=make_spec(cancel=True), settlement=make_settlement(verdict=model.Verdict.ERRORED))
        assert names(plan.decide(seen)) == ["DeleteJob"]
