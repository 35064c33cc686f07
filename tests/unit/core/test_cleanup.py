"""What goes when a run is over, in which order, how often it is tried, and what is said of it."""

from __future__ import annotations

import dataclasses

import pytest
from build import JOB_NAME, NOW, at, make_job, make_observed, make_pod, make_settlement, make_spec, make_status

from testrun.core import actions, cleanup, model, plan
from testrun.core.observed import CheckSeen, Swept
from testrun.core.preflight.agents import Before
from testrun.core.preflight.checks import Check, PodCheck, Preflight, TelepresenceCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.core.status import ConditionType

CONFIG_MAPS = model.ObjectSelector(api_version="v1", kind="ConfigMap")
SELECTING = make_spec(selectors=(CONFIG_MAPS,))
SWEEP = actions.DeleteObjects((CONFIG_MAPS,))
LATE = cleanup.GIVE_UP_SECONDS


def finished(verdict=model.Verdict.PASSED, **changes):
    """A run whose verdict was written at NOW, and whose pods have ended."""
    settlement = make_settlement(verdict=verdict, stored=changes.pop("stored", True))
    written = plan.decide(make_observed(status=make_status(), job=make_job(), settlement=settlement)).status
    values = {
        "status": written, "job": make_job(), "spec": SELECTING, "pods": (make_pod(0, terminated=True),),
        "events_posted": frozenset({f"verdict-{NOW.timestamp():.0f}"}),
    }  # fmt: skip
    return make_observed(**values | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, cleanup.Step(at(1), actions.DeleteJob()), id="the job first"),
        pytest.param({"pods": (make_pod(0),)}, cleanup.Step(at(15)), id="not under a pod that is ending"),
        pytest.param({"job": None}, cleanup.Step(at(5), SWEEP), id="then the objects"),
        pytest.param({"job": make_job(deleting=True)}, cleanup.Step(at(5), SWEEP), id="while the job goes"),
        pytest.param({"job": None, "now": at(9999)}, cleanup.Step(at(9999 + 5), SWEEP), id="one try, however late"),
        pytest.param(
            {"job": None, "swept": Swept(left="v1 ConfigMap: no answer", passing=True), "now": at(LATE - 1)},
            cleanup.Step(at(LATE + 4), SWEEP),
            id="again while it may heal",
        ),
        pytest.param(
            {"job": None, "swept": Swept(removed=3)},
            cleanup.Outcome("True", "Removed", "the Job, its pods and its Secret are removed, and 3 objects that the tests made"),
            id="with their count",
        ),
        pytest.param(
            {"job": None, "swept": Swept(removed=1, left="v1 ConfigMap: no answer", passing=True), "now": at(LATE)},
            cleanup.Outcome(
                "False", "CleanupFailed", "1 object that the tests made removed, not all that there is: v1 ConfigMap: no answer"
            ),
            id="given up",
        ),
        pytest.param(
            {"job": None, "swept": Swept(left="v1 Secret: secrets is forbidden")},
            cleanup.Outcome(
                "False",
                "CleanupFailed",
                "0 objects that the tests made removed, not all that there is: v1 Secret: secrets is forbidden",
            ),
            id="at once when no try can help",
        ),
        pytest.param(
            {"cleanup_error": "no", "now": at(LATE)},
            cleanup.Step(at(LATE + 5), SWEEP),
            id="a job that stays is no reason to stop",
        ),
        pytest.param(
            {"cleanup_error": "no", "now": at(LATE), "swept": Swept(removed=2)},
            cleanup.Outcome(
                "False",
                "CleanupFailed",
                f"2 objects that the tests made removed, not all that there is: the Job {JOB_NAME} could not be removed: no",
            ),
            id="and is told",
        ),
        pytest.param(
            {"spec": dataclasses.replace(SELECTING, cleanup=model.CleanupPolicy.NEVER)},
            cleanup.Outcome("True", "Kept", "the Job and its pods are kept: cleanup.policy is Never"),
            id="kept by policy",
        ),
        pytest.param(
            {"spec": None, "job": None},
            cleanup.Outcome("True", "Removed", "the Job, its pods and its Secret are removed"),
            id="a spec that cannot be read selects nothing",
        ),
    ],
)
def test_the_cleanup_goes_on_or_ends(changes, expected):
    assert cleanup.proceed(finished(**changes), NOW) == expected


@pytest.mark.parametrize(
    ("changes", "over", "expected"),
    [
        pytest.param({}, False, cleanup.Step(at(5), SWEEP), id="its objects go"),
        pytest.param({"stored": False}, False, cleanup.Step(at(5), SWEEP), id="stored or not"),
        pytest.param({}, True, cleanup.Step(at(5), SWEEP), id="one try, however late"),
        pytest.param({"swept": Swept(left="no answer", passing=True)}, False, cleanup.Step(at(5), SWEEP), id="again in its time"),
        pytest.param({"swept": Swept(left="no answer", passing=True)}, True, None, id="then it is let go"),
        pytest.param({"swept": Swept(removed=1)}, False, None, id="done"),
        pytest.param({"spec": make_spec()}, False, None, id="nothing selected"),
        pytest.param({"spec": None}, False, None, id="no spec"),
        pytest.param(
            {"spec": dataclasses.replace(SELECTING, cleanup=model.CleanupPolicy.ON_SUCCESS), "verdict": model.Verdict.CANCELLED},
            False,
            None,
            id="kept by policy",
        ),
    ],
)
def test_of_a_run_that_goes_only_what_the_tests_made_is_left_to_do(changes, over, expected):
    assert cleanup.of_deleted(finished(deleted_at=NOW, **changes), over=over) == expected


class TestPlan:
    def test_the_status_is_written_before_the_run_is_let_go(self):
        seen = finished(job=None, swept=Swept(removed=3))
        written = plan.decide(seen)
        condition = written.status.condition(ConditionType.CLEANED_UP)
        assert (written.actions, condition.status, condition.reason) == ((), "True", "Removed")
        assert plan.decide(dataclasses.replace(seen, status=written.status)).actions == (actions.RemoveFinalizer(),)

    def test_a_failure_is_a_warning(self):
        decision = plan.decide(finished(job=None, swept=Swept(left="v1 ConfigMap: forbidden")))
        (event,) = decision.actions
        assert (event.reason, event.warning) == ("CleanupFailed", True)

    def test_a_deleted_run_is_let_go_after_its_objects(self):
        seen = finished(deleted_at=NOW)
        assert plan.decide(seen).actions == (SWEEP,)
        assert plan.decide(dataclasses.replace(seen, swept=Swept(removed=1))).actions == (actions.RemoveFinalizer(),)

    def test_a_deleted_run_whose_objects_stay_is_let_go_in_the_end_and_says_so(self):
        seen = finished(deleted_at=NOW, swept=Swept(left="v1 ConfigMap: no answer", passing=True))
        assert plan.decide(dataclasses.replace(seen, now=at(plan.DELETION_SECONDS - 1))).actions == (SWEEP,)
        event, release = plan.decide(dataclasses.replace(seen, now=at(plan.DELETION_SECONDS))).actions
        assert (event.reason, event.message, release) == ("CleanupFailed", seen.swept.left, actions.RemoveFinalizer())

    def test_a_deletion_that_took_too_long_gets_one_try_of_each(self):
        seen = make_observed(status=make_status(), job=make_job(), spec=SELECTING, deleted_at=NOW, now=at(plan.DELETION_SECONDS))
        kinds = [type(action) for action in plan.decide(seen).actions]
        assert kinds == [actions.Settle, actions.DeleteObjects, actions.RemoveFinalizer]

    def test_a_run_that_was_cleaned_up_before_is_not_cleaned_up_again(self):
        cleaned = plan.decide(finished(job=None, swept=Swept())).status
        assert plan.decide(finished(job=None, status=cleaned, deleted_at=NOW)).actions == (actions.RemoveFinalizer(),)


CHECK = Check("nobody intercepts", TelepresenceCheck())
CHECKED = make_spec(preflight=Preflight(60, (CHECK,)))


def checked(noted: tuple[str, ...] | None, *, ready: str = "True", **changes):
    result = model.CheckResult(name=CHECK.name, ready=True, agents=noted)
    status = dataclasses.replace(finished().status, preflight=(result,)).with_condition(
        ConditionType.ENVIRONMENT_READY, ready, "X", "", now=NOW, generation=1
    )
    return finished(**{"spec": CHECKED, "status": status, "job": None, **changes})


class TestAgents:
    def test_those_that_came_are_removed_after_the_job(self):
        step = cleanup.proceed(checked(("cart",)), NOW)
        assert step == cleanup.Step(at(5), actions.DeleteObjects((), Before(CHECK.what, ("cart",))))
        outcome = cleanup.proceed(checked(("cart",), swept=Swept(agents=("shop",))), NOW)
        assert outcome.message == (
            "the Job, its pods and its Secret are removed, and the agent of Telepresence in shop (it came during the run)"
        )

    def test_one_that_stays_is_told(self):
        outcome = cleanup.proceed(checked((), swept=Swept(agents=("cart",), left="the agent in shop stays")), NOW)
        assert outcome == cleanup.Outcome(
            "False", "CleanupFailed",
            "the agent of Telepresence in cart (it came during the run) removed, not all that there is: the agent in shop stays",
        )  # fmt: skip

    @pytest.mark.parametrize(("noted", "ready"), [(None, "True"), ((), "False")], ids=["nobody noted them", "no shard began"])
    def test_none_is_removed_unless_it_is_known_to_have_come(self, noted, ready):
        outcome = cleanup.proceed(checked(noted, ready=ready), NOW)
        assert outcome == cleanup.Outcome("True", "Removed", "the Job, its pods and its Secret are removed")


HOOKING = make_spec(hooks=(Check("sweep", PodCheck("hook-0", "e2e:1", 60, once=True)),))
DONE = Finding(Readiness.READY, saw="Job x complete", wanted="Job x")
FAILED = Finding(Readiness.NOT_READY, saw="Job x has failed", wanted="Job x", final=True)
RUNS = Finding(Readiness.NOT_READY, saw="Job x runs", wanted="Job x")


def hooking(finding: Finding | None = None, **changes):
    looked = {"checks": (CheckSeen(name="sweep", asked=NOW, finding=finding, since=NOW),)} if finding is not None else {}
    return finished(**{"spec": HOOKING, **looked, **changes})


class TestHooks:
    def test_they_are_begun_before_anything_is_deleted(self):
        assert cleanup.proceed(hooking(), NOW) == cleanup.Step(at(15), actions.StartLooking(HOOKING.hooks), looks=True)

    def test_they_have_their_time(self):
        assert cleanup.proceed(hooking(RUNS, now=at(74)), NOW) == cleanup.Step(at(75), looks=True)

    @pytest.mark.parametrize(("finding", "now"), [(DONE, 3), (FAILED, 3), (RUNS, 75)], ids=["ended", "failed", "too late"])
    def test_what_became_of_them_is_stored_and_then_written(self, finding, now):
        seen = hooking(finding, now=at(now))
        step = cleanup.proceed(seen, NOW)
        (hook,) = step.action.request.hooks
        assert (hook.name, hook.ready, step.action.request.verdict) == ("sweep", finding is DONE, model.Verdict.PASSED)
        stored = dataclasses.replace(seen, hooks_stored=make_settlement())
        assert cleanup.proceed(stored, NOW) == cleanup.Step(at(now), hooks=(hook,))

    def test_a_server_that_is_away_is_not_waited_for_for_ever(self):
        late = 75 + cleanup.GIVE_UP_SECONDS
        assert isinstance(
            cleanup.proceed(hooking(DONE, now=at(late - 1), hooks_error="no answer"), NOW).action, actions.StoreHooks
        )
        assert cleanup.proceed(hooking(DONE, now=at(late), hooks_error="no answer"), NOW).action is None

    def test_an_operator_that_was_away_gives_them_their_time(self):
        seen = hooking(RUNS, now=at(9000))
        asked = (dataclasses.replace(seen.checks[0], asked=at(8990)),)
        assert cleanup.proceed(dataclasses.replace(seen, checks=asked), NOW) == cleanup.Step(at(8990 + 75), looks=True)

    def test_a_deleted_run_is_looked_at_when_its_time_is_over(self):
        seen = hooking(RUNS, now=at(3), deleted_at=at(2))
        assert plan.decide(seen).again == at(15 + 60)
        assert plan.decide(dataclasses.replace(seen, deleted_at=at(-60))).again == at(30)

    def test_then_their_jobs_go_with_that_of_the_shards(self):
        status = dataclasses.replace(hooking().status, hooks=(model.CheckResult(name="sweep", ready=True),))
        assert cleanup.proceed(hooking(status=status), NOW) == cleanup.Step(at(1), actions.DeleteJob(("hook-0",)))
        gone = hooking(status=status, job=None, parts_removed=True)
        removed = "the Job, its pods and its Secret are removed"
        assert cleanup.proceed(gone, NOW) == cleanup.Outcome("True", "Removed", removed)

    def test_one_that_failed_is_told(self):
        status = dataclasses.replace(hooking().status, hooks=(model.CheckResult(name="sweep", ready=False, message="saw x"),))
        outcome = cleanup.proceed(hooking(status=status, job=None, parts_removed=True), NOW)
        assert outcome == cleanup.Outcome("False", "CleanupFailed", "hook sweep failed: saw x")

    def test_the_jobs_of_a_run_that_never_had_shards_go_too(self):
        status = dataclasses.replace(hooking().status, hooks=(model.CheckResult(name="sweep", ready=True),))
        assert cleanup.proceed(hooking(status=status, job=None), NOW) == cleanup.Step(at(1), actions.DeleteJob(("hook-0",)))
