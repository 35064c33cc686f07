"""Runs that share an environment take turns, with the real operator: in order, each seen to wait, none waiting for the dead."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from envtest.told import set_status, told

from testrun.envtest.processes import Process
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

SHARED: dict[str, Any] = {"environment": {"name": "staging"}}


@pytest.fixture
def first(run: Run) -> Run:
    """It holds the environment."""
    run.create(shards=1, spec=SHARED)
    run.wait("Running")
    return run


@pytest.fixture
def second(first: Run) -> Run:
    """It waits for the first."""
    later = dataclasses.replace(first, name=f"{first.name}-2")
    later.create(shards=1, spec=SHARED)
    later.wait("Pending")
    return later


def finish(run: Run) -> None:
    run.wait("Running")
    pod = run.start_pod(0)
    pod.runs(adds="passed")
    run.wait("Passed")
    pod.ended(0)
    run.done()


def test_one_after_the_other(first: Run, second: Run):
    third = dataclasses.replace(first, name=f"{first.name}-3")
    third.create(shards=1, spec=SHARED)
    waiting = third.wait("Pending")["status"]["waiting"]
    assert waiting["message"] == f"the environment staging: position 2 in the queue; {first.name} holds it"
    assert second.get()["status"]["waiting"]["reason"] == "EnvironmentQueue"
    assert (second.jobs(), third.jobs()) == ([], [])
    finish(first)
    assert first.condition("EnvironmentHeld")["reason"] == "Released"
    second.wait("Running")
    assert second.condition("EnvironmentHeld")["status"] == "True"
    eventually(
        lambda: (
            third.status().get("waiting", {}).get("message")
            == f"the environment staging: position 1 in the queue; {second.name} holds it"
        ),
        what=lambda: f"the third is next: {third.status()}",
    )
    assert third.jobs() == []
    finish(second)
    finish(third)


def test_another_environment_is_another_queue(first: Run):
    other = dataclasses.replace(first, name=f"{first.name}-other")
    other.create(shards=1, spec={"environment": {"name": "review"}})
    finish(other)
    finish(first)


def test_a_holder_that_is_deleted_is_waited_for_no_longer(first: Run, second: Run):
    first.delete()
    finish(second)


def test_a_holder_that_is_suspended_gives_way_and_waits_for_its_turn(first: Run, second: Run):
    first.patch(suspend=True)
    second.wait("Running")
    first.patch(suspend=False)
    eventually(lambda: first.state() == "Pending", what=lambda: f"the first waits: {first.get()['status']}")
    finish(second)
    finish(first)


def test_an_operator_that_is_killed_goes_on_with_the_same_order(first: Run, second: Run, operator: Process):
    deadline = second.get()["status"]["waiting"]["deadline"]
    operator.kill()
    operator.start()
    assert second.get()["status"]["waiting"]["deadline"] == deadline
    assert second.jobs() == []
    finish(first)
    finish(second)


def test_not_free_in_time_is_not_ready(first: Run, second: Run, operator: Process):
    operator.kill()
    set_status(second, waiting={"since": "2026-01-01T00:00:00Z"})
    operator.start()
    verdict, _, case = told(second).splitlines()
    why = f"not free after timeoutSeconds (3600 s): the environment staging: position 1 in the queue; {first.name} holds it"
    assert (verdict, case) == (f"NotReady: {why}", f"the run: error NotReady: {why}")
    assert second.jobs() == []
    finish(first)


def test_cancelled_in_the_queue(first: Run, second: Run):
    second.patch(cancel=True)
    second.wait("Cancelled")
    finish(first)
