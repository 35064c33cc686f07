"""Looking at Telepresence: the objects of its manager and of the namespace under test, and the manager's metrics.

The manager is asked through the API server, so that the right to do so is Kubernetes' own, and the operator needs no path to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import Iterator, Sequence

from testrun.core.preflight import telepresence as judge
from testrun.core.preflight.checks import Kind, TelepresenceCheck
from testrun.core.preflight.finding import Finding
from testrun.core.preflight.intercepts import Metrics
from testrun.kube import client
from testrun.kube.checks import reading, telepresence
from testrun.kube.checks.reading import RESOURCES, Body, NoRight, Watched
from testrun.kube.checks.telepresence import MANAGER, METRICS_SERVICE, NODE_AGENTS, SELECTOR, Manager, Tested

SERVICES = client.Resource("v1", "services")
SLICES = client.Resource("discovery.k8s.io/v1", "endpointslices")
WEBHOOKS = client.Resource("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations")
METRICS_PORT = "80"
API_PORT = "api"
"""By its name: the number can be chosen."""
ANSWER_BYTES = 4 * 1024 * 1024
ANSWER_SECONDS = 5.0
NO_ANSWER = f"no answer within {ANSWER_SECONDS:.0f} s"
NO_HTTP = "malformed HTTP response"
"""How the API server tells of an answer that it does not understand, such as that of a server of gRPC alone."""


class TelepresenceLook:
    poll_seconds = 1.0
    """Its metrics cannot be watched."""

    def __init__(self, check: TelepresenceCheck, namespace: str, kube: client.Client) -> None:
        self._check = check
        self._namespace = namespace
        self._kube = kube
        self.watched: Sequence[Watched] = ()

    async def look(self, now: datetime.datetime) -> Finding:
        return judge.judge(self._check, await self.facts(), now)

    async def facts(self) -> judge.Facts:
        """All that tells of Telepresence. Raises `ApiError`."""
        manager, tested = await asyncio.gather(self._manager(), self._tested())
        (metrics, no_metrics), silent = await asyncio.gather(self._metrics(), self._silent(manager))
        return telepresence.facts(manager, tested, metrics=metrics, no_metrics=no_metrics, silent=silent)

    async def _manager(self) -> Manager:
        namespace, named = self._check.manager_namespace, f"metadata.name={MANAGER}"
        with self._rights():
            deployments, stateful_sets, services, slices, pods, node_agents = await asyncio.gather(
                self._kube.list(RESOURCES[Kind.DEPLOYMENT], namespace, fields=named),
                self._kube.list(RESOURCES[Kind.STATEFUL_SET], namespace, fields=named),
                self._kube.list(SERVICES, namespace),
                self._kube.list(SLICES, namespace),
                self._kube.list(client.PODS, namespace, labels=SELECTOR),
                self._kube.list(client.PODS, namespace, labels=NODE_AGENTS),
            )
            webhook = await self._found(WEBHOOKS, telepresence.webhook_name(namespace))
        return Manager(
            deployments=deployments["items"],
            stateful_sets=stateful_sets["items"],
            services=services["items"],
            slices=slices["items"],
            pods=[*pods["items"], *node_agents["items"]],
            webhook=webhook,
        )

    async def _tested(self) -> Tested:
        workloads, pods, agents = await asyncio.gather(
            reading.all_workloads(self._namespace, self._kube, but=(Kind.JOB,)),
            self._kube.list(client.PODS, self._namespace),
            self._found(client.CONFIG_MAPS, judge.CONFIG_MAP, self._namespace),
        )
        return Tested(
            namespace=self._namespace,
            workloads=workloads,
            pods=pods["items"],
            config_maps=[agents] if agents is not None else [],
        )

    async def _metrics(self) -> tuple[Metrics | None, str]:
        """The metrics, or why there are none: they are off by default."""
        try:
            with self._rights():
                said = await self._asked(f"{METRICS_SERVICE}:{METRICS_PORT}", "metrics")
        except (client.ApiError, TimeoutError) as error:
            return None, str(error) or NO_ANSWER
        return telepresence.parse(said)

    async def _silent(self, manager: Manager) -> str:
        """Why it does not answer although it has an endpoint; empty when it does, or has none."""
        if not telepresence.has_endpoint(manager.slices, MANAGER):
            return ""
        try:
            await self._asked(f"{MANAGER}:{API_PORT}", "")
        except (client.Unavailable, TimeoutError) as error:
            return "" if NO_HTTP in str(error) else str(error) or NO_ANSWER
        except client.ApiError:
            return ""  # refused by it, or not asked: whether it runs is told by its endpoint
        return ""

    async def _asked(self, service: str, path: str) -> str:
        async with asyncio.timeout(ANSWER_SECONDS):
            async with self._kube.proxied("GET", service, self._check.manager_namespace, path, headers={}) as response:
                answer = b""
                async for chunk in response.content.iter_any():
                    answer += chunk
                    if len(answer) > ANSWER_BYTES:
                        break
                return answer.decode(errors="replace")

    async def _found(self, resource: client.Resource, name: str, namespace: str | None = None) -> Body | None:
        try:
            return await self._kube.get(resource, name, namespace)
        except client.NotFound:
            return None

    @contextlib.contextmanager
    def _rights(self) -> Iterator[None]:
        """What the manager's namespace refuses, a value of the chart allows."""
        try:
            yield
        except client.Forbidden as error:
            hint = f"add {self._check.manager_namespace} to preflight.telepresence.managerNamespaces of the operator's chart"
            raise NoRight(str(error), hint) from error
