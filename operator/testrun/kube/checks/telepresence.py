"""What the objects and the metrics of Telepresence say. Any field may be missing or null."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prometheus_client import parser

from testrun.core import text
from testrun.core.preflight.checks import Kind
from testrun.core.preflight.intercepts import Agent, Intercept, Metrics
from testrun.core.preflight.telepresence import CONFIG_MAP, Facts, Injector
from testrun.kube.checks import workloads

Body = Mapping[str, Any]
MANAGER = "traffic-manager"
SELECTOR = "app=traffic-manager,telepresence=manager"
"""Of the manager's Deployment or StatefulSet, and of its pods."""
NODE_AGENTS = "app=traffic-node-agent"
"""Of pods in the manager's namespace which serve intercepts from a pod's node, without a container in the pod."""
INJECTOR = "agent-injector"
METRICS_SERVICE = "telepresence-prometheus"
CONTAINER = "traffic-agent"
SERVICE_NAME = "kubernetes.io/service-name"
WORKLOAD_NAME = "telepresence.io/workloadName"
AGENT_NAME = "telepresence.io/agentName"
AGENT_NAMESPACE = "telepresence.io/workloadNamespace"
PREFIX = "telepresence_"
"""Some versions put it before the names of their metrics."""
ACTIVE = "active_intercept_count"


def webhook_name(manager_namespace: str) -> str:
    return f"agent-injector-webhook-{manager_namespace}"


@dataclasses.dataclass(frozen=True)
class Manager:
    """Bodies of the manager's namespace, and the one webhook configuration of the cluster that is its."""

    deployments: Sequence[Body] = ()
    stateful_sets: Sequence[Body] = ()
    services: Sequence[Body] = ()
    slices: Sequence[Body] = ()
    pods: Sequence[Body] = ()
    """The manager's own, and node agents."""
    webhook: Body | None = None


@dataclasses.dataclass(frozen=True)
class Tested:
    """Bodies of the namespace of the tests."""

    namespace: str
    workloads: Sequence[tuple[Kind, Body]] = ()
    pods: Sequence[Body] = ()
    config_maps: Sequence[Body] = ()
    """``telepresence-agents``, if it is there."""


def facts(manager: Manager, tested: Tested, *, metrics: Metrics | None, no_metrics: str = "", silent: str = "") -> Facts:
    """``silent``: why the manager did not answer when it was asked."""
    runners = [("Deployment", each) for each in manager.deployments] + [("StatefulSet", each) for each in manager.stateful_sets]
    kind, runner = next(((kind, each) for kind, each in runners if _name(each) == MANAGER), ("", {}))
    replicas = _dict(runner, "spec").get("replicas")
    services = {_name(each) for each in manager.services}
    return Facts(
        manager=f"{kind} {MANAGER}" if kind else f"Service {MANAGER}" if MANAGER in services else "",
        replicas=1 if replicas is None else int(replicas),
        endpoint=has_endpoint(manager.slices, MANAGER),
        silent=silent,
        started=max((each for pod in manager.pods if _is_manager(pod) for each in _starts(pod)), default=None),
        injector=_injector(manager, services),
        metrics=metrics,
        no_metrics=no_metrics,
        agents=(*_agents(tested.pods), *_node_agents(manager.pods, tested.namespace)),
        configured=tuple(sorted(key for each in tested.config_maps if _name(each) == CONFIG_MAP for key in _dict(each, "data"))),
        workloads=tuple(workloads.workload(kind, each) for kind, each in tested.workloads),
    )


def has_endpoint(slices: Iterable[Body], service: str) -> bool:
    """A Service has a ready endpoint. An empty slice has ``endpoints: null``."""
    return any(
        _dict(endpoint, "conditions").get("ready") is not False  # absent means unknown, to be taken as ready: EndpointSlice v1
        for each in slices
        if _labels(each).get(SERVICE_NAME) == service
        for endpoint in each.get("endpoints") or ()
    )


def parse(said: str) -> tuple[Metrics | None, str]:
    """The metrics of the manager, or why there are none in this text."""
    try:
        samples = [sample for family in parser.text_string_to_metric_families(said) for sample in family.samples]
        values = {sample.name.removeprefix(PREFIX): sample.value for sample in samples if not sample.labels}
        if ACTIVE not in values:
            return None, f"there is no {ACTIVE} among them"
        started = values.get("process_start_time_seconds")
        return Metrics(
            active=int(values[ACTIVE]),
            agents=int(values.get("agent_count", 0)),
            intercepts=tuple(
                Intercept(client=sample.labels.get("client", ""), workload=sample.labels.get("workload", ""))
                for sample in samples
                if sample.name.removeprefix(PREFIX) == "intercept_active_status" and sample.value == 1
            ),
            started=datetime.datetime.fromtimestamp(started, datetime.UTC) if started is not None else None,
        ), ""
    except (ValueError, OverflowError) as error:
        return None, text.one_line(f"they make no sense: {error}")


def _injector(manager: Manager, services: set[str]) -> Injector | None:
    if manager.webhook is None:
        return Injector(configured=False) if INJECTOR in services else None
    clients = [_dict(each, "clientConfig") for each in manager.webhook.get("webhooks") or ()]
    behind = {_dict(each, "service").get("name") for each in clients}
    return Injector(
        configured=bool(clients),
        ca_bundle=bool(clients) and all(each.get("caBundle") for each in clients),
        endpoint=all(has_endpoint(manager.slices, str(each)) for each in behind),
    )


def _agents(pods: Sequence[Body]) -> list[Agent]:
    found = []
    for body in pods:
        pod = workloads.pod(body)
        agent = next((each for each in pod.containers if each.name == CONTAINER), None)
        if agent is not None and pod.counts:
            name = _labels(body).get(WORKLOAD_NAME) or pod.owner.removesuffix(f"-{pod.revision}") or pod.name
            found.append(Agent(workload=str(name), pod=pod.name, ready=agent.ready))
    return found


def _node_agents(pods: Sequence[Body], namespace: str) -> list[Agent]:
    """Their first version did not say which namespace they serve: taken for this one."""
    found = []
    for body in pods:
        labels, pod = _labels(body), workloads.pod(body)
        if AGENT_NAME in labels and labels.get(AGENT_NAMESPACE, namespace) == namespace and pod.counts:
            found.append(Agent(workload=str(labels[AGENT_NAME]), pod=pod.name, ready=pod.ready))
    return found


def _is_manager(pod: Body) -> bool:
    return _labels(pod).get("app") == MANAGER


def _starts(pod: Body) -> list[datetime.datetime]:
    states = [_dict(each, "state") for each in _dict(pod, "status").get("containerStatuses") or ()]
    return [
        datetime.datetime.fromisoformat(each["running"]["startedAt"])
        for each in states
        if _dict(each, "running").get("startedAt")
    ]


def _name(body: Body) -> str:
    return str(_dict(body, "metadata").get("name"))


def _labels(body: Body) -> Body:
    return _dict(_dict(body, "metadata"), "labels")


def _dict(body: Body, key: str) -> Body:
    found: Body | None = body.get(key)
    return found or {}
