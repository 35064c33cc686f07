"""Taking turns: who holds a shared environment, who is next, and when it is free again."""

from __future__ import annotations

import dataclasses

import pytest
from build import NOW, RUN, at, make_job, make_observed, make_pod, make_settlement, make_spec, make_status

from testrun.core import actions, lock, model, plan
from testrun.core.lock import Rival, Turn
from testrun.core.preflight.checks import Check, PodCheck, Preflight
from testrun.core.status import ConditionType, Waiting

SHARED = make_spec(environment=model.Environment(name="staging", timeout_seconds=60))


def rival(name: str, seconds: float, *, holds: bool = False, waits: bool = True) -> Rival:
    return Rival(name=name, uid=f"uid-{name}", created=at(seconds), holds=holds, waits=waits and not holds)


@pytest.mark.parametrize(
    ("rivals", "expected"),
    [
        pytest.param([], Turn(0), id="nobody else"),
        pytest.param([rival("a", -5, holds=True)], Turn(1, "a"), id="held"),
        pytest.param([rival("z", 5, holds=True)], Turn(1, "z"), id="held by one that is younger"),
        pytest.param([rival("a", -5)], Turn(1), id="after an older one"),
        pytest.param([rival("z", 5)], Turn(0), id="before a younger one"),
        pytest.param([rival("a", 0)], Turn(1), id="of the same second by name"),
        pytest.param([rival("z", 0)], Turn(0), id="of the same second before the next name"),
        pytest.param([rival("a", -5, waits=False)], Turn(0), id="one that is over or suspended"),
        pytest.param([rival("a", -9, holds=True), rival("b", -5), rival("c", -4)], Turn(3, "a"), id="third"),
        pytest.param([Rival(name=RUN.name, uid=RUN.uid, created=at(-1), waits=True)], Turn(0), id="itself"),
    ],
)
def test_turns(rivals: list[Rival], expected: Turn):
    assert lock.turn(RUN, NOW, rivals) == expected


def held(**changes) -> model.RunSpec:
    return make_status(**changes).with_condition(ConditionType.ENVIRONMENT_HELD, "True", "Held", "", now=NOW, generation=1)


def over(status, **conditions: str):
    status = status.with_condition(ConditionType.SUCCEEDED, "True", "Passed", "", now=NOW, generation=1)
    for kind, value in conditions.items():
        status = status.with_condition(ConditionType[kind], value, "X", "", now=NOW, generation=1)
    return status


@pytest.mark.parametrize(
    ("status", "holds"),
    [
        pytest.param(None, False, id="new"),
        pytest.param(make_status(), False, id="it never took it"),
        pytest.param(held(), True, id="it runs"),
        pytest.param(over(held(), EVIDENCE_STORED="True"), True, id="it is over, and not cleaned up"),
        pytest.param(over(held(), EVIDENCE_STORED="True", CLEANED_UP="True"), False, id="it is cleaned up"),
        pytest.param(over(held(), EVIDENCE_STORED="True", CLEANED_UP="False"), False, id="it cannot be cleaned up"),
        pytest.param(over(held(), EVIDENCE_STORED="False"), False, id="its evidence waits for the store"),
    ],
)
def test_who_holds(status, holds: bool):
    assert lock.holds(SHARED, status) is holds


def test_one_whose_evidence_waits_holds_it_until_its_hooks_are_over():
    hooking = dataclasses.replace(SHARED, hooks=(Check("sweep", PodCheck("hook-0", "e2e:1", 60, once=True)),))
    unstored = over(held(), EVIDENCE_STORED="False")
    swept = dataclasses.replace(unstored, hooks=(model.CheckResult(name="sweep", ready=True),))
    assert [lock.holds(hooking, unstored), lock.holds(hooking, swept)] == [True, False]


def test_what_others_see_of_a_run():
    suspended = dataclasses.replace(SHARED, suspend=True)
    seen = [
        (each.holds, each.waits)
        for each in (
            lock.rival(RUN, NOW, SHARED, None),
            lock.rival(RUN, NOW, SHARED, held()),
            lock.rival(RUN, NOW, suspended, make_status()),
            lock.rival(RUN, NOW, SHARED, over(held(), CLEANED_UP="True")),
        )
    ]
    assert seen == [(False, True), (True, False), (False, False), (False, False)]


def queued(*rivals: Rival, now: float = 0, **changes):
    return make_observed(spec=SHARED, created_at=NOW, now=at(now), rivals=rivals, rivals_read=at(now), **changes)


class TestDecision:
    def test_it_looks_at_the_others_first(self):
        waiting = Waiting(reason="EnvironmentQueue", since=NOW, deadline=at(60))
        assert plan.decide(make_observed(spec=SHARED)) == plan.Decision(
            actions=(actions.ReadRivals("staging"),), again=NOW, waiting=waiting
        )

    def test_it_looks_again_after_a_while(self):
        seen = dataclasses.replace(queued(rival("a", -5)), rivals_read=at(-lock.READ_SECONDS))
        assert plan.decide(seen).actions == (actions.ReadRivals("staging"),)

    def test_that_it_is_taken_is_written_before_anything_is_made(self):
        decision = plan.decide(queued())
        condition = decision.status.condition(ConditionType.ENVIRONMENT_HELD)
        assert decision.actions == (actions.TakeEnvironment("staging"),)
        assert (condition.status, condition.reason, condition.message) == (
            "True", "Held", "this run holds the environment staging",
        )  # fmt: skip
        after = plan.decide(make_observed(spec=SHARED, status=decision.status))
        assert [type(each).__name__ for each in after.actions] == ["CreateJob", "CreateSecret"]

    def test_its_position_and_the_holder_are_told(self):
        status = plan.decide(queued(rival("a", -9, holds=True), rival("b", -5))).status
        message = "the environment staging: position 2 in the queue; a holds it"
        assert status.waiting == Waiting(reason="EnvironmentQueue", message=message, since=NOW, deadline=at(60))
        assert status.condition(ConditionType.ENVIRONMENT_HELD).status == "Unknown"

    def test_not_free_in_time_is_not_ready(self):
        waits = plan.decide(queued(rival("a", -9, holds=True))).status
        status = plan.decide(queued(rival("a", -9, holds=True), now=60, status=waits)).status
        (settle,) = plan.decide(make_observed(spec=SHARED, status=status, now=at(60))).actions
        why = "not free after timeoutSeconds (60 s): the environment staging: position 1 in the queue; a holds it"
        assert (settle.request.stopped, settle.request.stopped_message) == (model.Verdict.NOT_READY, why)

    def test_it_is_given_back_when_the_run_is_cleaned_up(self):
        settled = make_observed(spec=SHARED, status=held(), job=make_job(), settlement=make_settlement())
        written = plan.decide(settled).status
        assert lock.holds(SHARED, written)
        gone = make_observed(spec=SHARED, status=written, job=None, pods=(make_pod(0, terminated=True),))
        released = plan.decide(gone).status
        assert not lock.holds(SHARED, released)
        condition = released.condition(ConditionType.ENVIRONMENT_HELD)
        assert (condition.status, condition.reason) == ("False", "Released")

    def test_with_its_turn_a_suspended_run_loses_what_was_checked_and_set_up(self):
        setup = Check("playwright.setup", PodCheck("setup", "e2e:1", 60, once=True), last=True)
        spec = dataclasses.replace(SHARED, suspend=True, preflight=Preflight(60, (setup,)))
        ready = held().with_condition(ConditionType.ENVIRONMENT_READY, "True", "Ready", "", now=NOW, generation=1)
        seen = make_observed(spec=spec, status=ready, job=make_job(suspended=True))
        assert plan.decide(seen).actions == (actions.EndParts(("setup",)),)
        assert lock.holds(SHARED, plan.decide(seen).status)
        given_back = plan.decide(dataclasses.replace(seen, parts_ended=True)).status
        assert (lock.holds(SHARED, given_back), given_back.condition(ConditionType.ENVIRONMENT_READY)) == (False, None)

    def test_a_list_that_fails_is_tried_again_and_does_not_keep_it_from_its_deadline(self):
        waiting = Waiting(reason="EnvironmentQueue", since=NOW, deadline=at(60))
        failed = dataclasses.replace(queued(now=5), rivals=None, waiting=waiting)
        assert plan.decide(failed) == plan.Decision(again=at(7), waiting=waiting)
        assert plan.decide(dataclasses.replace(failed, now=at(7))).actions == (actions.ReadRivals("staging"),)
        late = dataclasses.replace(failed, now=at(61), rivals_read=at(60))
        assert plan.decide(late).status.condition(ConditionType.ENVIRONMENT_HELD).reason == "NotFree"

    def test_a_suspended_run_gives_it_back_once_its_pods_have_ended(self):
        spec = dataclasses.replace(SHARED, suspend=True)
        running = make_observed(spec=spec, status=held(), job=make_job(suspended=True), pods=(make_pod(0),))
        assert lock.holds(SHARED, plan.decide(running).status)
        ended = dataclasses.replace(running, pods=(make_pod(0, terminated=True),))
        assert not lock.holds(SHARED, plan.decide(ended).status)
