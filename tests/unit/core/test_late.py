"""Evidence that comes after the verdict: when it is asked for, how, and what is said of it."""

from __future__ import annotations

import dataclasses

import pytest
from build import JOB_NAME, NOW, at, make_job, make_observed, make_pod, make_settlement, make_spec, make_status

from testrun.core import actions, late, model, plan
from testrun.core.observed import CheckSeen
from testrun.core.preflight.checks import Check, PodCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.core.status import Artifacts, ConditionType

DAY = late.SECONDS


def unstored(verdict=model.Verdict.PASSED, message="4 tests passed", **changes):
    """A run whose verdict was written at NOW without its evidence."""
    settlement = make_settlement(verdict=verdict, message=message, stored=False, stored_message="no answer", junit_file=None)
    values = {"status": make_status(), "job": make_job(), "pods": (make_pod(0, terminated=True),), "settlement": settlement}
    written = plan.decide(make_observed(**values)).status
    assert written.condition(ConditionType.EVIDENCE_STORED).reason == "StoreUnavailable"
    events = frozenset({f"verdict-{NOW.timestamp():.0f}"})
    return make_observed(**values | {"status": written, "events_posted": events, "settle_error": "no answer"} | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, at(0), id="at once after a restart"),
        pytest.param({"now": at(2 * DAY)}, at(2 * DAY), id="even when its time is over"),
        pytest.param({"settle_tried": at(-1)}, at(4), id="soon after the verdict"),
        pytest.param({"settle_tried": at(4)}, at(9), id="at least so much later"),
        pytest.param({"settle_tried": at(60)}, at(120), id="each wait doubles the time"),
        pytest.param({"settle_tried": at(3600)}, at(3900), id="up to the longest"),
        pytest.param({"settle_tried": at(DAY - 1)}, at(DAY), id="a last time at the end"),
        pytest.param({"settle_tried": at(DAY)}, None, id="and no more"),
        pytest.param({"deleted_at": at(50), "settle_tried": at(40), "now": at(51)}, at(51), id="once more when it is deleted"),
        pytest.param({"deleted_at": at(50), "settle_tried": at(50), "now": at(51)}, None, id="and then it is let go"),
        pytest.param({"deleted_at": at(50), "now": at(51)}, at(51), id="deleted while the operator was away"),
    ],
)
def test_when_the_server_is_asked_again(changes, expected):
    assert late.next_try(unstored(**changes), NOW) == expected


class TestRequest:
    def test_it_carries_the_verdict_that_stands_and_the_facts_as_they_were(self):
        seen = unstored(now=at(5000))
        asked = late.request(seen, seen.status)
        assert (asked.verdict, asked.verdict_message, asked.stopped, asked.stopped_message) == (
            model.Verdict.PASSED, "4 tests passed", None, "",
        )  # fmt: skip
        assert (asked.start, asked.end, asked.pods, asked.shards) == (NOW, NOW, seen.pods, 2)

    @pytest.mark.parametrize(
        ("verdict", "changes", "stopped", "message"),
        [
            (model.Verdict.CANCELLED, {"spec": make_spec(cancel=True)}, model.Verdict.CANCELLED, "spec.cancel is set"),
            (model.Verdict.CANCELLED, {}, model.Verdict.CANCELLED, ""),
            (model.Verdict.TIMED_OUT, {"spec": make_spec(cancel=True)}, model.Verdict.TIMED_OUT, ""),
            (model.Verdict.PASSED, {"spec": make_spec(cancel=True)}, None, ""),
            (model.Verdict.ERRORED, {}, None, "why"),
            (model.Verdict.ERRORED, {"spec": None, "invalid": "bad"}, model.Verdict.ERRORED, "the spec cannot be used: bad"),
        ],
    )
    def test_why_the_run_was_stopped_is_found_again(self, verdict, changes, stopped, message):
        seen = unstored(verdict, "why", **changes)
        asked = late.request(seen, seen.status)
        assert (asked.stopped, asked.stopped_message, asked.verdict) == (stopped, message, verdict)


class TestPlan:
    def test_nothing_is_cleaned_up_or_written_while_it_is_asked(self):
        seen = unstored(settle_tried=at(-1), now=at(2))
        assert plan.decide(seen) == plan.Decision(again=at(4))
        (settle,) = plan.decide(dataclasses.replace(seen, now=at(4))).actions
        assert isinstance(settle, actions.Settle)
        assert plan.decide(dataclasses.replace(seen, now=at(4))).status is None

    def test_hooks_run_meanwhile_and_the_next_question_has_them(self):
        hooking = make_spec(hooks=(Check("sweep", PodCheck("hook-0", "e2e:1", 60, once=True)),))
        seen = unstored(settle_tried=at(-1), now=at(2), spec=hooking)
        assert plan.decide(seen) == plan.Decision(actions=(actions.StartLooking(hooking.hooks),), again=at(4), looks=True)
        ended = CheckSeen(name="sweep", asked=at(2), finding=Finding(Readiness.READY, saw="it", wanted="it"), since=at(3))
        seen = dataclasses.replace(seen, checks=(ended,), now=at(4))
        status = plan.decide(seen).status
        assert [(hook.name, hook.ready) for hook in status.hooks] == [("sweep", True)]
        (settle,) = plan.decide(dataclasses.replace(seen, status=status)).actions
        assert (settle.request.hooks, settle.request.stored_before) == (status.hooks, False)

    @pytest.mark.parametrize(
        ("says", "message"),
        [
            ("", "all evidence is in the store; it came after the verdict Passed, which stands"),
            (
                "Failed: 1 of 4 tests failed",
                "all evidence is in the store; it came after the verdict Passed, which stands, "
                "although by the evidence it would be Failed: 1 of 4 tests failed",
            ),
        ],
    )
    def test_when_it_is_stored_only_that_is_added(self, says, message):
        before = unstored(now=at(100), settle_tried=at(60))
        answer = make_settlement(
            message="other", counts=model.Counts(tests=5), junit="<other/>", failures=(), evidence_says=says, duration=99.0
        )
        status = plan.decide(dataclasses.replace(before, settlement=answer)).status
        condition = status.condition(ConditionType.EVIDENCE_STORED)
        assert (condition.status, condition.reason, condition.message, condition.last_transition_time) == (
            "True", "StoredLate", message, at(100),
        )  # fmt: skip
        artifacts = Artifacts(
            path="shop/shop/6f1c2a9e-0000-4000-8000-000000000001", url="", junit=answer.junit_file, report="report/index.html",
            manifest_sha256="1" * 64,
        )  # fmt: skip
        assert status.artifacts == artifacts
        kept = dataclasses.replace(status, artifacts=None, conditions=before.status.conditions)
        assert kept == before.status

    def test_the_phases_before_are_located(self):
        seen = unstored()
        phase = model.PhaseResult(phase="unit", result=model.Verdict.PASSED, counts=model.Counts(tests=1, passed=1))
        file = model.FileRef(path="phase-1/junit.xml", bytes=1, sha256="2" * 64)
        status = dataclasses.replace(seen.status, phases=(phase,))
        answer = make_settlement(phases=(dataclasses.replace(phase, counts=model.Counts(), junit=file),))
        told = plan.decide(dataclasses.replace(seen, status=status, settlement=answer)).status
        assert told.phases == (dataclasses.replace(phase, junit=file),)

    def test_then_it_is_told_once_and_the_job_goes(self):
        seen = unstored(now=at(100))
        status = plan.decide(dataclasses.replace(seen, settlement=make_settlement())).status
        event, delete = plan.decide(dataclasses.replace(seen, status=status)).actions
        assert (event.key, event.reason, event.warning, delete) == ("stored-late", "StoredLate", False, actions.DeleteJob())
        posted = dataclasses.replace(seen, status=status, events_posted=seen.events_posted | {"stored-late"})
        assert plan.decide(posted).actions == (actions.DeleteJob(),)

    def test_when_its_time_is_over_the_job_is_kept_and_the_run_let_go(self):
        seen = unstored(now=at(DAY), settle_tried=at(DAY))
        status = plan.decide(seen).status
        condition = status.condition(ConditionType.CLEANED_UP)
        assert (condition.status, condition.reason) == ("True", "Kept")
        assert status.condition(ConditionType.EVIDENCE_STORED) == seen.status.condition(ConditionType.EVIDENCE_STORED)
        assert plan.decide(dataclasses.replace(seen, status=status)).actions == (actions.RemoveFinalizer(),)
        released = dataclasses.replace(seen, status=status, finalizer=False, events_posted=frozenset(), settle_tried=None)
        assert plan.decide(released) == plan.Decision(), f"at rest: the Job {JOB_NAME} goes with the TestRun"

    def test_its_time_to_live_does_not_wait_for_it(self):
        seen = unstored(spec=make_spec(ttl_seconds_after_finished=60), settle_tried=at(58), now=at(59))
        assert plan.decide(seen).again == at(60)
        assert plan.decide(dataclasses.replace(seen, now=at(60))).actions == (actions.DeleteRun(),)

    def test_a_deleted_run_gets_one_more_try_and_is_let_go(self):
        seen = unstored(deleted_at=at(10), settle_tried=at(8), now=at(10))
        assert [type(action) for action in plan.decide(seen).actions] == [actions.Settle]
        assert plan.decide(dataclasses.replace(seen, settle_tried=at(10))).actions == (actions.RemoveFinalizer(),)

    def test_a_deleted_run_whose_status_cannot_be_written_is_let_go_in_the_end(self):
        seen = unstored(deleted_at=NOW, settlement=make_settlement(), now=at(plan.DELETION_SECONDS - 1))
        assert plan.decide(seen).status.condition(ConditionType.EVIDENCE_STORED).reason == "StoredLate"
        over = plan.decide(dataclasses.replace(seen, now=at(plan.DELETION_SECONDS)))
        assert (over.actions, over.status) == ((actions.RemoveFinalizer(),), None)
