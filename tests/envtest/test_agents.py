"""Agents of Telepresence that came during a run go with it; those that were there before, or that somebody uses, stay."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from envtest import replay

from testrun.envtest.control_plane import ApiServer
from testrun.envtest.runs import Run

MERGE = "application/merge-patch+json"


def manager(apiserver: ApiServer, recorded_as: str, namespace: str) -> contextlib.AbstractContextManager[None]:
    """The traffic manager that was recorded so, in this namespace."""
    apiserver.request("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
    return replay.traffic_manager(apiserver, recorded_as, {"ambassador": namespace})


def get_agent(run: Run, *workloads: str) -> None:
    """As the manager does it at the first intercept of each."""
    path = f"/api/v1/namespaces/{run.namespace}/configmaps"
    run.api.request("POST", path, {"metadata": {"name": "telepresence-agents"}})
    data = {each: f"agentName: {each}\n" for each in workloads}
    assert run.api.request("PATCH", f"{path}/telepresence-agents", {"data": data}, content_type=MERGE)[0] == 200


def agents(run: Run) -> list[str]:
    _, body = run.api.request("GET", f"/api/v1/namespaces/{run.namespace}/configmaps/telepresence-agents")
    return sorted(body.get("data") or {})


def begin(run: Run, namespace: str) -> None:
    check = {"name": "nobody intercepts", "telepresence": {"managerNamespace": namespace}}
    run.create(shards=1, spec={"preflight": {"checks": [check], "timeoutSeconds": 30}})
    run.wait("Running")


def passes(run: Run) -> None:
    pod = run.start_pod(0)
    pod.runs(adds="passed")
    run.wait("Passed")
    pod.ended(0)
    run.done()


@pytest.fixture
def shop(run: Run) -> Iterator[Run]:
    yield run
    run.api.request("DELETE", f"/api/v1/namespaces/{run.namespace}/configmaps/telepresence-agents")


def test_one_that_came_goes_and_one_from_before_stays(apiserver: ApiServer, shop: Run):
    get_agent(shop, "cart")
    with manager(apiserver, "b-manager-healthy", "manager-quiet"):
        begin(shop, "manager-quiet")
        assert shop.get()["status"]["preflight"][0]["agents"] == ["cart"]
        get_agent(shop, "shop", "till")
        passes(shop)
    assert agents(shop) == ["cart"]
    cleaned = shop.condition("CleanedUp")
    assert (cleaned["status"], cleaned["message"]) == (
        "True",
        "the Job, its pods and its Secret are removed, "
        "and the agents of Telepresence in shop and till (they came during the run)",
    )


def test_one_that_somebody_uses_by_now_stays_and_is_told(apiserver: ApiServer, shop: Run):
    with manager(apiserver, "e-active-intercept", "manager-busy"):
        begin(shop, "manager-busy")
        assert shop.get()["status"]["preflight"][0]["agents"] == []
        get_agent(shop, "shop", "till")
        passes(shop)
    assert agents(shop) == ["shop"]
    cleaned = shop.condition("CleanedUp")
    assert (cleaned["status"], cleaned["message"]) == (
        "False",
        "the agent of Telepresence in till (it came during the run) removed, not all that there is: the agent of Telepresence in "
        "shop (it came during the run) stays: shop intercepted by dev@laptop: requests go to that laptop, or hang if it is gone",
    )
    assert shop.state() == "Passed"


def test_a_manager_that_is_gone_cannot_take_it_out(apiserver: ApiServer, shop: Run):
    with manager(apiserver, "b-manager-healthy", "manager-gone"):
        begin(shop, "manager-gone")
        get_agent(shop, "shop")
    passes(shop)
    assert agents(shop) == ["shop"]
    assert shop.condition("CleanedUp")["message"].startswith(
        "the agent of Telepresence in shop (it came during the run) stays: it is unknown whether anybody intercepts, because the "
        "manager's metrics cannot be read"
    )
