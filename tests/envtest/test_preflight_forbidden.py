"""The preflight of an operator that may not look: on a cluster of its own, for no other operator may serve its run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from envtest import lives, wire
from envtest.told import told

from testrun.envtest.control_plane import ApiServer
from testrun.envtest.processes import Process
from testrun.envtest.runs import Run


@pytest.fixture
def world(apiserver: ApiServer, server: Process, key: Path, tmp_path: Path) -> Iterator[lives.World]:
    network = wire.Network()
    yield lives.World(apiserver, server, key, network, tmp_path)
    network.close()


def test_what_the_operator_may_not_look_at_is_no_fault_of_the_environment(world: lives.World, namespace: str, tmp_path: Path):
    def forbidden(call: wire.Call) -> wire.Fault | None:
        of_shop = "fieldSelector=" in call.path and "shop" in call.path
        return wire.Fault(status=403) if of_shop or "/namespaces/ambassador/" in call.path else None

    operator = lives.Operator(world, namespace, tmp_path, forbidden, name="operator", always=True)
    run = Run(world.api, world.server, namespace, "shop", seconds=60)
    intercepts = {"name": "nobody intercepts shop", "telepresence": {"workloads": ["shop"]}}
    with operator.running():
        run.create(shards=1, spec={"preflight": {"timeoutSeconds": 3, "checks": [lives.SHOP, intercepts]}})
        verdict, *rest = told(run).splitlines()
    saw = "saw that the operator may not look: this call was made to fail; wanted a look at it; hint: "
    upgrade = "the chart's own roles hold that right: upgrade the release, or give it to the operator's ServiceAccount"
    add = "add ambassador to preflight.telepresence.managerNamespaces of the operator's chart"
    assert verdict == (
        f"Errored: not ready after timeoutSeconds (3 s): shop is rolled out: {saw}{upgrade}; also nobody intercepts shop"
    )
    assert rest[1:3] == [
        f"preflight › shop is rolled out: error Errored: {saw}{upgrade}",
        f"preflight › nobody intercepts shop: error Errored: {saw}{add}",
    ]
    ready = run.condition("EnvironmentReady")
    assert (ready["status"], ready["reason"]) == ("Unknown", "NotChecked")
