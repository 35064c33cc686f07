"""What Telepresence's objects and metrics say in versions that were not recorded."""

from __future__ import annotations

import datetime

import pytest

from testrun.core.preflight.intercepts import Agent, Intercept, Metrics
from testrun.core.preflight.telepresence import Facts, Injector
from testrun.kube.checks import telepresence

AT = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
MANAGER = {"metadata": {"name": "traffic-manager"}}
SERVICES = ({"metadata": {"name": "traffic-manager"}}, {"metadata": {"name": "agent-injector"}})


def read(manager=None, **tested):
    found = telepresence.Tested(namespace="shop", **tested)
    return telepresence.facts(manager or telepresence.Manager(), found, metrics=None, no_metrics="off")


def endpoints(service, *ready):
    found = [{"conditions": {"ready": each}} for each in ready]
    return {"metadata": {"labels": {"kubernetes.io/service-name": service}}, "endpoints": found or None}


def test_an_empty_cluster():
    assert read() == Facts(no_metrics="off")


def test_a_manager_that_is_a_stateful_set():
    pod = {
        "metadata": {"labels": {"app": "traffic-manager"}},
        "status": {
            "containerStatuses": [{"state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}, {"state": {"waiting": {}}}]
        },
    }
    webhook = {"webhooks": [{"clientConfig": {"caBundle": "x", "service": {"name": "agent-injector"}}}]}
    slices = [endpoints("traffic-manager", True), endpoints("agent-injector", True)]
    manager = telepresence.Manager(stateful_sets=[MANAGER], services=SERVICES, slices=slices, pods=[pod], webhook=webhook)
    assert read(manager) == Facts(
        manager="StatefulSet traffic-manager",
        endpoint=True,
        started=AT,
        injector=Injector(configured=True, ca_bundle=True, endpoint=True),
        no_metrics="off",
    )


@pytest.mark.parametrize(
    ("slices", "expected"),
    [
        ([], False),
        ([endpoints("traffic-manager")], False),
        ([endpoints("traffic-manager", False)], False),
        ([endpoints("other", True)], False),
        ([endpoints("traffic-manager", False), endpoints("traffic-manager", None)], True),
        ([endpoints("traffic-manager", False, True)], True),
    ],
)
def test_a_ready_endpoint(slices, expected):
    assert telepresence.has_endpoint(slices, "traffic-manager") is expected


WEBHOOKS = {
    "none, and no Service: the chart was told so": ((), None, None),
    "none, although its Service is there": (SERVICES, None, Injector(configured=False)),
    "without a CA bundle": (
        SERVICES,
        {"webhooks": [{"clientConfig": {"service": {"name": "agent-injector"}}}]},
        Injector(configured=True),
    ),
    "empty": (SERVICES, {"webhooks": None}, Injector(configured=False, endpoint=True)),
}


@pytest.mark.parametrize("case", WEBHOOKS)
def test_a_webhook(case):
    services, webhook, expected = WEBHOOKS[case]
    assert read(telepresence.Manager(services=services, webhook=webhook)).injector == expected


def pod(name="shop-h-1", container="traffic-agent", **metadata):
    return {
        "metadata": {"name": name, **metadata},
        "spec": {"containers": [{"name": container}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": container, "ready": True}]},
    }


OWNED = {"labels": {"pod-template-hash": "h"}, "ownerReferences": [{"name": "shop-h", "controller": True}]}
AGENTS = {
    "a pod whose label names the workload": (pod(labels={"telepresence.io/workloadName": "shop"}), [Agent("shop", "shop-h-1")]),
    "a pod without that label": (pod(**OWNED), [Agent("shop", "shop-h-1")]),
    "a pod of nothing": (pod(), [Agent("shop-h-1", "shop-h-1")]),
    "a pod without an agent": (pod(container="shop", **OWNED), []),
    "a pod that is being deleted": (pod(deletionTimestamp="2026-01-01T00:00:00Z", **OWNED), []),
}


@pytest.mark.parametrize("case", AGENTS)
def test_an_agent_in(case):
    body, expected = AGENTS[case]
    assert list(read(pods=[body]).agents) == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"telepresence.io/workloadNamespace": "shop"}, [Agent("shop", "node-agent-1", ready=False)]),
        ({"telepresence.io/workloadNamespace": "other"}, []),
        ({}, [Agent("shop", "node-agent-1", ready=False)]),
    ],
    ids=["of this namespace", "of another", "that does not say of which"],
)
def test_an_agent_on_the_node(labels, expected):
    body = pod("node-agent-1", "traffic-node-agent", labels={"telepresence.io/agentName": "shop", **labels})
    assert list(read(telepresence.Manager(pods=[body])).agents) == expected


@pytest.mark.parametrize(
    ("config_map", "expected"),
    [
        ({"metadata": {"name": "telepresence-agents"}, "data": {"shop": "x", "cart": "y"}}, ("cart", "shop")),
        ({"metadata": {"name": "telepresence-agents"}}, ()),
        ({"metadata": {"name": "other"}, "data": {"shop": "x"}}, ()),
    ],
)
def test_configured_agents(config_map, expected):
    assert read(config_maps=[config_map]).configured == expected


@pytest.mark.parametrize("prefix", ["", "telepresence_"])
def test_metrics_of_older_and_newer_versions(prefix):
    text = f"""
# TYPE {prefix}active_intercept_count gauge
{prefix}active_intercept_count 2
{prefix}agent_count 3
{prefix}intercept_active_status{{client="ann@laptop",install_id="i",workload="shop"}} 1
{prefix}intercept_active_status{{client="bob@desk",install_id="i",workload="cart"}} 0
process_start_time_seconds 1.767225600e+09
"""
    assert telepresence.parse(text) == (Metrics(2, 3, (Intercept("ann@laptop", "shop"),), AT), "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no active_intercept_count among them"),
        ("up 1\n", "there is no active_intercept_count among them"),
        ("<html>\n", "they make no sense: invalid metric name:<html>"),
        ("active_intercept_count NaN\n", "they make no sense: cannot convert float NaN to integer"),
    ],
)
def test_a_text_without_the_metrics(text, why):
    assert telepresence.parse(text) == (None, why)
