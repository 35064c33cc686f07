"""What no recording shows: a manager that has just started, agents that do not connect, newer versions, broken webhooks."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from testrun.core.preflight import developer, telepresence
from testrun.core.preflight.checks import Intercepts, Kind, TelepresenceCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.core.preflight.intercepts import Agent, Intercept, Metrics
from testrun.core.preflight.rollout import Workload
from testrun.core.preflight.telepresence import Facts, Injector

NOW = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
STARTED = NOW - datetime.timedelta(hours=1)
SHOP = Workload(Kind.DEPLOYMENT, "shop", total=1, updated=1, ready=1, available=1)
AGENT = Agent("shop", "shop-1")
ANN = Intercept("ann@laptop", "shop")
QUIET = Facts(
    manager="StatefulSet traffic-manager",
    endpoint=True,
    started=STARTED,
    injector=Injector(configured=True, ca_bundle=True, endpoint=True),
    metrics=Metrics(active=0, agents=0),
    workloads=(SHOP,),
)
WANTED = "wanted a traffic manager that runs in ambassador and no intercept of shop"


def judge(policy=Intercepts.FORBID, targets=(), **changes):
    return telepresence.judge(TelepresenceCheck(intercepts=policy, workloads=targets), dataclasses.replace(QUIET, **changes), NOW)


def test_nothing_is_wrong():
    assert judge() == Finding(
        Readiness.READY,
        saw="the traffic manager of ambassador running and no intercept of shop",
        wanted="a traffic manager that runs in ambassador and no intercept of shop",
        agents=(),
    )


def test_who_has_an_agent_is_noted_whatever_was_found():
    broken = {"manager": "", "agents": (AGENT,), "configured": ("cart",)}
    assert (judge(**broken).holds, judge(**broken).agents) == (False, ("cart", "shop"))


@pytest.mark.parametrize("policy", [Intercepts.FORBID, Intercepts.WARN])
def test_a_manager_that_has_just_started_is_not_believed(policy):
    started = NOW - datetime.timedelta(seconds=3)
    found = judge(policy, agents=(AGENT,), metrics=Metrics(active=0, agents=1, started=started))
    assert (found.readiness, found.settles_at) == (Readiness.NOT_READY, started + datetime.timedelta(seconds=10))
    assert found.message.startswith(
        "saw that the traffic manager has just started: what it says of intercepts is not to be believed yet"
    )


def test_its_pod_says_when_it_started_if_its_metrics_do_not():
    assert judge(started=NOW - datetime.timedelta(seconds=9)).settles_at == NOW + datetime.timedelta(seconds=1)
    assert judge(started=NOW - datetime.timedelta(seconds=10)).holds


def test_agents_that_the_manager_does_not_know_yet():
    found = judge(agents=(AGENT,))
    assert found.settles_at == NOW + datetime.timedelta(seconds=2)
    assert found.message == (
        "saw that the traffic manager knows 0 of 1 agents: what it says of intercepts is not to be believed yet; "
        f"{WANTED}; hint: wait; if it lasts, see why they do not connect: kubectl logs shop-1 -c traffic-agent"
    )


def test_an_intercept_is_told_before_the_manager_has_settled():
    found = judge(agents=(AGENT,), metrics=Metrics(1, 0, (ANN,), NOW))
    assert (found.readiness, found.settles_at) == (Readiness.NOT_READY, None)
    assert found.saw.startswith("shop intercepted by ann@laptop")


def test_two_clients_are_both_named():
    cart = dataclasses.replace(SHOP, name="cart")
    metrics = Metrics(2, 2, (ANN, Intercept("bob@desk", "cart")))
    found = judge(targets=("cart", "shop"), agents=(AGENT, Agent("cart", "cart-1")), metrics=metrics, workloads=(SHOP, cart))
    assert found.saw == "shop and cart intercepted by ann@laptop and bob@desk: requests go to that laptop, or hang if it is gone"


def test_an_intercept_of_a_workload_that_is_not_under_test():
    cart = dataclasses.replace(SHOP, name="cart")
    metrics = Metrics(1, 1, (Intercept("bob@desk", "cart"),))
    assert judge(targets=("shop",), agents=(Agent("cart", "cart-1"),), metrics=metrics, workloads=(SHOP, cart)).holds


def test_an_intercept_in_another_namespace():
    assert judge(metrics=Metrics(1, 1, (Intercept("bob@desk", "payments"),))).holds


@pytest.mark.parametrize(
    "coming",
    [{"workloads": (dataclasses.replace(SHOP, updated=0),)}, {"configured": ("shop",)}],
    ids=["its rollout runs", "its agent is configured"],
)
def test_an_intercept_whose_agent_is_on_its_way(coming):
    found = judge(metrics=Metrics(1, 0, (ANN,)), **coming)
    assert found.saw == "shop intercepted by ann@laptop: requests go to that laptop, or hang if it is gone"


def test_an_intercept_that_the_metrics_do_not_name():
    found = judge(agents=(AGENT,), metrics=Metrics(1, 1))
    assert (found.readiness, found.message) == (
        Readiness.UNKNOWN,
        f"saw 1 intercept of workloads that the metrics do not name, and an agent in shop; {WANTED}; "
        "hint: telepresence list shows whose they are; "
        "kubectl -n ambassador rollout restart statefulset/traffic-manager ends them",
    )


def test_a_workload_under_test_that_is_not_there():
    found = judge(targets=("shop", "chart"))
    assert found.message == (
        "saw no workload chart in the namespace; wanted a traffic manager that runs in ambassador and no intercept of chart "
        "and shop; hint: apply it, or mend workloads in the check"
    )


BROKEN = {
    "a manager without a ready endpoint": (
        {"endpoint": False},
        "the traffic manager of ambassador without a ready endpoint",
        "see why its pod is not ready: kubectl -n ambassador describe pods -l app=traffic-manager",
    ),
    "a manager that does not answer": (
        {"silent": "it took longer than 5 s"},
        "the traffic manager of ambassador ready and not answering, it took longer than 5 s",
        "see its log: kubectl -n ambassador logs -l app=traffic-manager",
    ),
    "no webhook": (
        {"injector": Injector(configured=False)},
        "no webhook that injects agents, although its Service is there",
        "install the chart again: telepresence helm upgrade",
    ),
    "a webhook without CA bundle": (
        {"injector": Injector(configured=True, endpoint=True)},
        "the webhook that injects agents without a CA bundle: the API server cannot trust it",
        "install the chart again: telepresence helm upgrade",
    ),
    "a webhook without endpoint": (
        {"injector": Injector(configured=True, ca_bundle=True)},
        "no ready endpoint behind the webhook that injects agents: pods start without one",
        "install the chart again: telepresence helm upgrade",
    ),
    "an agent that is not ready": (
        {"agents": (Agent("shop", "shop-1", ready=False),)},
        "the agent of shop in pod shop-1 not ready",
        "see why: kubectl logs shop-1 -c traffic-agent",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken(case):
    changes, saw, hint = BROKEN[case]
    found = judge(**changes)
    assert (found.readiness, found.message) == (Readiness.NOT_READY, f"saw {saw}; {WANTED}; hint: {hint}")


def test_an_injector_that_was_never_installed_is_not_missed():
    assert judge(injector=None).holds


def test_a_workload_that_asks_for_an_agent_and_has_none():
    found = judge(workloads=(dataclasses.replace(SHOP, wants_agent=True),))
    assert found.message == (
        "saw the traffic manager of ambassador running and no intercept of shop; "
        "warning: shop asks for an agent and no pod of it has one: its pods were made while none were injected"
    )


def answer(**user):
    daemon = {"running": True, "status": "Connected", "namespace": "shop", "kubernetes_context": "local", **user}
    return developer.Answer(0, {"user_daemon": daemon, "root_daemon": {"running": True}})


CLIENTS = {
    "another namespace": (answer(namespace="cart"), "Telepresence connected to namespace cart and not shop"),
    "another context": (answer(kubernetes_context="prod"), "Telepresence connected in context prod and not local"),
    "another manager": (
        answer(manager_namespace="old"),
        "Telepresence connected to a traffic manager in old and not ambassador",
    ),
}


@pytest.mark.parametrize("case", CLIENTS)
def test_a_client_that_is_connected_elsewhere(case):
    said, saw = CLIENTS[case]
    assert developer.judge_status(TelepresenceCheck(), said, namespace="shop", context="local").message == (
        f"saw {saw}; wanted a client of Telepresence connected to shop; "
        "hint: telepresence quit, then telepresence connect --namespace shop"
    )


def test_a_client_without_its_root_daemon():
    said = developer.Answer(0, {"user_daemon": {"running": True, "status": "Connected"}, "root_daemon": {}})
    assert developer.judge_status(TelepresenceCheck(), said).message == (
        "saw Telepresence connected without its root daemon: nothing here reaches the cluster; "
        "wanted a client of Telepresence connected to the cluster; hint: telepresence quit -s, then telepresence connect"
    )


IN_A_CONTAINER = {"running": True, "in_docker": True, "status": "Connected", "namespace": "shop"}


def test_a_client_that_is_in_a_container_with_us_is_one_daemon():
    said = developer.Answer(0, {"daemon": {**IN_A_CONTAINER, "daemon_port": -1}})
    found = developer.judge_status(TelepresenceCheck(), said, namespace="shop")
    assert (found.readiness, found.message) == (Readiness.READY, "saw Telepresence connected to shop")


def test_a_client_in_a_container_of_its_own_connects_nothing_else():
    said = developer.Answer(0, {"daemon": {**IN_A_CONTAINER, "daemon_port": 41000, "intercepts": [{"name": "shop"}]}})
    assert developer.judge_status(TelepresenceCheck(), said, namespace="shop").message == (
        "saw Telepresence connected in a container of its own: nothing else here reaches the cluster; "
        "wanted a client of Telepresence connected to shop; "
        "hint: telepresence quit -s, then telepresence connect without --docker"
    )
    found = developer.judge_status(TelepresenceCheck(), said, namespace="shop", needed=False)
    assert found.saw == "Telepresence connected to shop with 1 intercept of its own, shop"


def test_a_client_that_says_nothing():
    found = developer.judge_status(TelepresenceCheck(), developer.Answer(127, None, "telepresence: not found\n"))
    assert (found.readiness, found.message) == (
        Readiness.UNKNOWN,
        "saw telepresence status without an answer (telepresence: not found); "
        "wanted a client of Telepresence connected to the cluster; hint: see what telepresence status says",
    )


def test_a_client_that_is_not_installed():
    found = developer.judge_status(TelepresenceCheck(), developer.Answer(None, None, missing=True), namespace="shop")
    assert (found.readiness, found.message) == (
        Readiness.NOT_READY,
        "saw no telepresence on PATH; wanted a client of Telepresence connected to shop; "
        "hint: install its client, then telepresence connect --namespace shop",
    )


def test_a_client_that_cannot_connect():
    said = developer.Answer(1, None, "telepresence: error: no manager\nSee logs\n")
    found = developer.not_connected(said, namespace="shop")
    assert (found.readiness, found.message, found.output) == (
        Readiness.NOT_READY,
        "saw telepresence connect that failed (telepresence: error: no manager); "
        "wanted a client of Telepresence connected to shop; hint: mend what it says; telepresence gather-logs has more",
        "telepresence: error: no manager\nSee logs\n",
    )


NOT_NEEDED = {
    "no daemon": (developer.Answer(0, {}), "saw no user daemon of Telepresence on this machine, and so no intercept from here"),
    "connected elsewhere": (
        answer(namespace="cart", intercepts=[{"name": "cart"}]),
        "saw Telepresence connected to namespace cart and not shop, and so no intercept from here",
    ),
    "connected": (answer(), "saw Telepresence connected to shop"),
    "intercepting": (
        answer(intercepts=[{"name": "shop"}]),
        "saw Telepresence connected to shop with 1 intercept of its own, shop; "
        "wanted a client of Telepresence connected to shop without an intercept; hint: telepresence leave shop",
    ),
    "silent": (
        developer.Answer(None, None, "telepresence status took longer than 10 s"),
        "saw telepresence status without an answer (telepresence status took longer than 10 s); "
        "wanted a client of Telepresence connected to shop; hint: see what telepresence status says",
    ),
}


@pytest.mark.parametrize("case", NOT_NEEDED)
def test_where_no_client_is_needed_only_its_intercepts_count(case):
    said, message = NOT_NEEDED[case]
    found = developer.judge_status(TelepresenceCheck(), said, namespace="shop", context="local", needed=False)
    assert (found.message, found.holds) == (message, "; wanted" not in message)


@pytest.mark.parametrize(
    ("policy", "warning"), [(Intercepts.WARN, "requests to them go to this machine"), (Intercepts.ALLOW, "")]
)
def test_own_intercepts_that_are_allowed(policy, warning):
    found = developer.judge_status(TelepresenceCheck(intercepts=policy), answer(intercepts=[{"name": "shop"}]))
    assert (found.readiness, found.warning) == (Readiness.READY, warning)
