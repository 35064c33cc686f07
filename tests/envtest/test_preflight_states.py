"""Every recorded state, made again on a real API server, and looked at with the rights that the chart gives the operator.

It means the same as to the judges alone (`tests/unit/core/preflight`): so what the looks ask for, what they may ask for and what
they make of the answers is right.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import build
import meanings
import pytest
import recorded
from envtest import replay
from rendering import NAMESPACE, Body, Helm

from testrun.core import model
from testrun.core.preflight.checks import Intercepts, Kind, TelepresenceCheck, TiltCheck, WorkloadCheck
from testrun.core.preflight.finding import Finding
from testrun.envtest.control_plane import ApiServer
from testrun.envtest.waiting import eventually
from testrun.kube import client
from testrun.kube.checks import looks, reading

RELEASE = "looking"
KINDS = {"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
OTHERS = "".join(f"go_gc_cycles_of_a_kind_{number} {number}\n" for number in range(8000))
"""In the place of the metrics of the Go runtime and of the process, which were not recorded: an answer comes in several parts."""
GRPC = bytes.fromhex("000006040000000000000500004000")
"""What a server of gRPC alone says first: the settings of HTTP/2."""


def manager_namespace(state: str) -> str:
    return f"manager-{state}"


TROUBLE = ("grpc", "refused", "hangs", "forbidden")
"""States that were not recorded, made from one that was."""
MANAGERS = [manager_namespace(each) for each in (*recorded.TELEPRESENCE, *TROUBLE)]
ALLOWED = [each for each in MANAGERS if each != manager_namespace("forbidden")]


@pytest.fixture(scope="module")
def operator(apiserver: ApiServer, helm: Helm) -> ApiServer:
    """The API server as the operator of the chart sees it."""
    spaces = [NAMESPACE, *MANAGERS, *(f"shop-{each}" for each in (*recorded.TELEPRESENCE, *TROUBLE, *recorded.TILT))]
    rendered = helm.render(f"preflight.telepresence.managerNamespaces={{{','.join(ALLOWED)}}}", release=f"{RELEASE}-testrun")
    apply(apiserver, *({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": each}} for each in spaces))
    apply(apiserver, *(each for each in rendered.objects if each["kind"] in KINDS))
    account = apiserver.account(NAMESPACE, f"{RELEASE}-testrun-operator")
    webhook = f"mutatingwebhookconfigurations/agent-injector-webhook-{ALLOWED[-1]}"
    eventually(
        lambda: account.request("GET", f"/apis/admissionregistration.k8s.io/v1/{webhook}")[0] == 404, what="its rights are known"
    )
    return account


def apply(apiserver: ApiServer, *objects: Body) -> None:
    apiserver.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))


def found(operator: ApiServer, what: Any, state: str) -> Finding:
    """What the operator finds out, much later than anything was recorded."""

    async def look() -> Finding:
        login = await client.login(kubeconfig=str(operator.kubeconfig))
        run = model.RunRef(namespace=f"shop-{state}", name="shop", uid="1")
        async with login.session() as session:
            try:
                return await looks.of(what, run, build.make_spec(), client.Client(login, session)).look(recorded.LATER)
            finally:  # a look that fails leaves its other requests under way
                await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    return asyncio.run(look())


def telepresence(
    apiserver: ApiServer, recorded_as: str, state: str, *, api_port: int = 0
) -> contextlib.AbstractContextManager[None]:
    """The recorded state, in the namespaces of ``state``."""
    return replay.traffic_manager(
        apiserver,
        recorded_as,
        {"ambassador": manager_namespace(state), "shop": f"shop-{state}"},
        also=("shop-deployments", "shop-pods", "shop-configmaps"),
        metrics_before=OTHERS,
        api_port=api_port,
    )


@pytest.mark.parametrize("state", meanings.TELEPRESENCE)
def test_telepresence(apiserver: ApiServer, operator: ApiServer, state: str) -> None:
    manager = manager_namespace(state)
    with telepresence(apiserver, state, state):
        findings = {
            policy: found(operator, TelepresenceCheck(manager_namespace=manager, intercepts=policy), state)
            for policy in Intercepts
        }
    assert {policy: (each.readiness, each.message) for policy, each in findings.items()} == {
        policy: (readiness, message.replace("ambassador", manager))
        for policy, (readiness, message) in meanings.TELEPRESENCE[state].items()
    }
    assert {(each.output, each.settles_at) for each in findings.values()} == {("", None)}


def tilt(apiserver: ApiServer, state: str) -> None:
    made = replay.Replay(apiserver, namespaces={"shop-tilt": f"shop-{state}"})
    for name in ("deployments", "jobs", "replicasets", "pods"):
        made.create(*recorded.items("tilt", state, f"kubectl-{name}.json"))


@pytest.mark.parametrize("state", meanings.TILT)
def test_tilt(apiserver: ApiServer, operator: ApiServer, state: str) -> None:
    tilt(apiserver, state)
    finding = found(operator, TiltCheck(("shop", "cart", "migrate")), state)
    assert (finding.readiness, finding.message) == meanings.TILT[state]
    if state in meanings.FAILING:
        finding = found(operator, WorkloadCheck(Kind.DEPLOYMENT, "cart"), state)
        assert (finding.readiness, finding.message) == meanings.FAILING[state]


def test_every_recorded_state_is_replayed() -> None:
    assert (sorted(meanings.TELEPRESENCE), sorted(meanings.TILT)) == (recorded.TELEPRESENCE, recorded.TILT)


class TestTrouble:
    """The manager that was recorded as healthy."""

    def judged(self, apiserver: ApiServer, operator: ApiServer, state: str, api_port: int = 0) -> str:
        check = TelepresenceCheck(manager_namespace=manager_namespace(state))
        with telepresence(apiserver, "b-manager-healthy", state, api_port=api_port):
            return found(operator, check, state).message

    def test_a_manager_of_grpc_alone_answers(self, apiserver: ApiServer, operator: ApiServer) -> None:
        with replay.listening(replay.own_address(), GRPC) as port:
            message = self.judged(apiserver, operator, "grpc", port)
        assert message == "saw the traffic manager of manager-grpc running and no intercept of shop"

    def test_nobody_listens(self, apiserver: ApiServer, operator: ApiServer) -> None:
        address = replay.own_address()
        port = replay.refusing(address)
        assert self.judged(apiserver, operator, "refused", port).startswith(
            "saw the traffic manager of manager-refused ready and not answering, error trying to reach service: "
            f"dial tcp {address}:{port}: connect: connection refused; wanted"
        )

    def test_it_accepts_and_says_nothing(self, apiserver: ApiServer, operator: ApiServer) -> None:
        with replay.listening(replay.own_address(), None) as port:
            message = self.judged(apiserver, operator, "hangs", port)
        assert message.startswith(
            "saw the traffic manager of manager-hangs ready and not answering, no answer within 5 s; wanted"
        )

    def test_a_manager_that_the_chart_was_not_told_of(self, apiserver: ApiServer, operator: ApiServer) -> None:
        with pytest.raises(reading.NoRight) as refused:
            self.judged(apiserver, operator, "forbidden")
        assert " is forbidden: " in str(refused.value)
        assert refused.value.hint == ("add manager-forbidden to preflight.telepresence.managerNamespaces of the operator's chart")
