"""The preflight with the real operator and server: no pod before the environment is ready, and a verdict of its own."""

from __future__ import annotations

import time
from typing import Any

import pytest
from envtest.told import lines, set_status, told
from envtest.workloads import Deployment

from testrun.envtest.processes import Process
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

SHOP = {"name": "shop is rolled out", "workload": {"kind": "Deployment", "name": "shop"}}
CART = {"name": "cart is rolled out", "workload": {"kind": "Deployment", "name": "cart"}}
LONG_AGO = {"since": "2026-01-01T00:00:00Z"}


def spec(*checks: dict[str, Any], **preflight: Any) -> dict[str, Any]:
    return {"preflight": {"checks": list(checks) or [SHOP], **preflight}}


@pytest.fixture
def shop(run: Run) -> Deployment:
    return Deployment(run)


@pytest.fixture
def cart(run: Run) -> Deployment:
    return Deployment(run, "cart")


def finish(run: Run) -> None:
    """The shard of the run passes and its pod ends."""
    pod = run.start_pod(0)
    pod.runs(adds="passed")
    run.wait("Passed")
    pod.ended(0)
    run.done()


def checks(run: Run) -> list[tuple[str, bool, str]]:
    return [(each["name"], each["ready"], each["message"]) for each in run.get()["status"]["preflight"]]


class TestReady:
    def test_a_run_whose_environment_is_ready_starts_at_once(self, run: Run, shop: Deployment, operator: Process):
        shop.create()
        shop.has(ready=2)
        before = operator.metric("testrun_api_writes_total")
        run.create(shards=1, spec=spec())
        run.wait("Running")
        ready = run.condition("EnvironmentReady")
        assert (ready["status"], ready["reason"], ready["message"]) == ("True", "Ready", "the check holds")
        saw = "saw Deployment shop rolled out with image registry.example/shop:1, 2 of 2 pods ready"
        assert checks(run) == [("shop is rolled out", True, saw)]
        finish(run)
        assert operator.metric("testrun_api_writes_total") - before <= 11
        assert told(run) == lines("""
            Passed: 2 of 2 tests passed
            2 passed
            preflight › shop is rolled out: passed
            adds: passed
            """)

    def test_its_pods_wait_for_it_and_not_for_a_clock(self, run: Run, shop: Deployment):
        shop.create()
        shop.has(ready=1)
        run.create(shards=1, spec=spec())
        waiting = run.wait("Pending")["status"]["waiting"]
        assert waiting["reason"] == "Preflight"
        assert waiting["message"].startswith("shop is rolled out: saw Deployment shop has 1 of 2 updated pods available")
        assert run.condition("EnvironmentReady")["status"] == "Unknown"
        assert run.jobs() == []
        began = time.monotonic()
        shop.has(ready=2)
        run.wait("Running")
        assert time.monotonic() - began < 1.5, "a watch tells of it"
        finish(run)

    def test_all_checks_must_hold_at_the_same_time(self, run: Run, shop: Deployment, cart: Deployment):
        for each in (shop, cart):
            each.create()
        shop.has(ready=2)
        cart.has(ready=0)
        run.create(shards=1, spec=spec(SHOP, CART))
        run.wait("Pending")
        shop.change("registry.example/shop:2")
        eventually(lambda: [ready for _, ready, _ in checks(run)] == [False, False], what="the new rollout is seen")
        cart.has(ready=2)
        eventually(lambda: [ready for _, ready, _ in checks(run)] == [False, True], what="cart is ready")
        assert run.jobs() == []
        shop.has(ready=2)
        run.wait("Running")
        finish(run)

    def test_a_workload_that_is_applied_after_the_run_is_waited_for(self, run: Run, shop: Deployment):
        run.create(shards=1, spec=spec())
        run.wait("Pending")
        assert checks(run)[0][2].startswith("saw no Deployment shop in the namespace")
        shop.create()
        shop.has(ready=2)
        run.wait("Running")
        finish(run)


class TestResource:
    def test_an_object_of_any_kind_comes_into_a_state(self, run: Run):
        path = f"/api/v1/namespaces/{run.namespace}/configmaps"
        check = {"apiVersion": "v1", "kind": "ConfigMap", "name": "flags", "jsonPath": "{.data.ready}", "value": "yes"}
        run.create(shards=1, spec=spec({"name": "flags are set", "resource": check}))
        run.wait("Pending")
        assert checks(run)[0][2].startswith("saw no ConfigMap flags in the namespace")
        assert run.api.request("POST", path, {"metadata": {"name": "flags"}, "data": {"ready": "yes"}})[0] == 201
        run.wait("Running")
        assert checks(run) == [("flags are set", True, "saw ConfigMap flags with {.data.ready} yes")]
        finish(run)


class TestNotReady:
    def test_it_ends_without_a_pod_and_its_junit_lists_every_check(self, run: Run, shop: Deployment, cart: Deployment):
        for each in (shop, cart):
            each.create()
        shop.has(ready=2)
        cart.has(ready=1)
        run.create(shards=1, spec=spec(SHOP, CART))
        run.wait("Pending")
        set_status(run, waiting=LONG_AGO)
        saw = "saw Deployment cart has 1 of 2 updated pods available; wanted Deployment cart rolled out; hint: wait for it"
        assert told(run).splitlines() == [
            f"NotReady: not ready after timeoutSeconds (300 s): cart is rolled out: {saw}",
            "1 passed, 1 errored",
            "preflight › shop is rolled out: passed",
            f"preflight › cart is rolled out: error NotReady: {saw}",
        ]
        assert run.jobs() == []
        done = run.done()
        assert done["status"]["artifacts"]["junit"]["path"] == "phase-3/junit.xml"
        assert "shards" not in done["status"]
        assert sorted(reason for reason, _ in run.events()) == ["NotReady"]

    def test_after_its_own_timeout(self, run: Run):
        run.create(shards=1, spec=spec(timeoutSeconds=4))
        run.wait("NotReady")
        ready = run.condition("EnvironmentReady")
        assert (ready["status"], ready["reason"]) == ("False", "NotReady")
        assert ready["message"].startswith("not ready after timeoutSeconds (4 s): shop is rolled out: saw no Deployment shop")


class TestTrouble:
    def test_an_operator_killed_while_it_waits_goes_on_waiting_with_the_same_deadline(
        self, run: Run, shop: Deployment, operator: Process
    ):
        shop.create()
        run.create(shards=1, spec=spec())
        waiting = run.wait("Pending")["status"]["waiting"]
        operator.kill()
        operator.start()
        assert run.get()["status"]["waiting"]["deadline"] == waiting["deadline"]
        shop.has(ready=2)
        run.wait("Running")
        finish(run)
        assert sorted(reason for reason, _ in run.events()) == ["Passed", "Started"]

    def test_an_operator_that_was_away_at_the_deadline_looks_once_more(self, run: Run, shop: Deployment, operator: Process):
        shop.create()
        run.create(shards=1, spec=spec())
        run.wait("Pending")
        operator.kill()
        set_status(run, waiting=LONG_AGO)
        shop.has(ready=2)
        operator.start()
        run.wait("Running")
        finish(run)

    def test_an_operator_killed_while_it_is_stored_keeps_the_reason(self, run: Run, operator: Process):
        run.create(shards=1, spec=spec(timeoutSeconds=3))
        eventually(lambda: run.condition("EnvironmentReady").get("status") == "False", what="it is decided")
        operator.kill()
        run.patch(cancel=True)
        operator.start()
        run.wait("NotReady")

    def test_cancelled_while_it_waits(self, run: Run):
        run.create(shards=1, spec=spec())
        run.wait("Pending")
        run.patch(cancel=True)
        missing = "saw no Deployment shop in the namespace; wanted Deployment shop rolled out"
        hint = "apply it, or mend the name in the check"
        assert told(run).splitlines() == [
            "Cancelled: spec.cancel is set; 0 of 2 tests had a result",
            "2 errored",
            f"preflight › shop is rolled out: error Cancelled: {missing}; hint: {hint}",
            "shard 0: error Cancelled: shard 0 was cancelled before it ended",
        ]
        assert run.jobs() == []

    def test_deleted_while_it_waits(self, run: Run):
        run.create(shards=1, spec=spec())
        run.wait("Pending")
        run.delete()
        eventually(lambda: not run.get(), what="it is gone")

    def test_suspended_nothing_is_checked_until_it_goes_on(self, run: Run, shop: Deployment):
        shop.create()
        shop.has(ready=2)
        run.create(shards=1, spec={**spec(), "suspend": True})
        run.wait("Suspended")
        assert run.condition("EnvironmentReady") == {}
        run.patch(suspend=False)
        run.wait("Running")
        finish(run)

    def test_suspended_while_it_runs_it_is_checked_again_before_it_goes_on(self, run: Run, shop: Deployment):
        shop.create()
        shop.has(ready=2)
        run.create(shards=1, spec=spec())
        run.wait("Running")
        run.patch(suspend=True)
        run.wait("Suspended")
        eventually(lambda: run.condition("EnvironmentReady") == {}, what="what was checked is forgotten")
        shop.has(ready=1)
        run.patch(suspend=False)
        run.wait("Pending")
        assert run.condition("EnvironmentReady")["status"] == "Unknown"
        shop.has(ready=2)
        run.wait("Running")
        finish(run)
