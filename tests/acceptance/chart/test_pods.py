"""How the pods are started, and that they may do as little as possible on their node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from rendering import ALL, Helm


def test_the_operators_command(helm: Helm) -> None:
    (container,) = helm.render("watchNamespaces={shop,blog}", "logLevel=debug").pod("testrun-operator")["containers"]
    assert container["args"] == [
        "operator", "run", "--server-url=http://testrun-server.testrun-system:8080",
        "--external-url=http://testrun-server.testrun-system:8080", "--key-file=/etc/testrun/key/key", "--port=8081",
        "--log-level=debug", "--log-format=json", "--namespace=shop", "--namespace=blog",
    ]  # fmt: skip
    assert container["env"] == [
        {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
    ]


def test_the_servers_command(helm: Helm) -> None:
    (container,) = helm.render("logFormat=text").pod("testrun-server")["containers"]
    assert container["args"] == [
        "server", "run", "--data=/data", "--key-file=/etc/testrun/key/key", "--port=8080",
        "--external-url=http://testrun-server.testrun-system:8080", "--log-level=info", "--log-format=text",
    ]  # fmt: skip


def test_the_servers_command_with_retention(helm: Helm) -> None:
    (container,) = helm.render("retention.maxRuns=2000000", "retention.maxAge=720h").pod("testrun-server")["containers"]
    assert [each for each in container["args"] if "retention" in each] == [
        "--retention-max-runs=2000000", "--retention-max-age=720h",
    ]  # fmt: skip


def test_links_start_with_the_external_url(helm: Helm) -> None:
    rendered = helm.render("server.externalURL=https://tests.example/")
    for name in ("testrun-operator", "testrun-server"):
        (container,) = rendered.pod(name)["containers"]
        assert "--external-url=https://tests.example" in container["args"]


def test_both_run_the_same_image(helm: Helm) -> None:
    rendered = helm.render("image.repository=registry.example:5000/testrun", "image.tag=7f3c2d1")
    images = {each["image"] for name in ("operator", "server") for each in rendered.pod(f"testrun-{name}")["containers"]}
    assert images == {"registry.example:5000/testrun:7f3c2d1"}


def test_the_server_is_one_and_is_replaced(helm: Helm) -> None:
    spec = helm.render("operator.replicas=3").one("Deployment", "testrun-server")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


@pytest.mark.parametrize(("deployment", "port"), [("testrun-operator", 8081), ("testrun-server", 8080)])
def test_probes_ask_the_port_that_is_open(helm: Helm, deployment: str, port: int) -> None:
    (container,) = helm.render().pod(deployment)["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": port}]
    asked = {kind: container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")}
    assert asked == {
        "startup": {"path": "/healthz", "port": "http"},
        "liveness": {"path": "/healthz", "port": "http"},
        "readiness": {"path": "/readyz", "port": "http"},
    }


@pytest.mark.parametrize("deployment", ["testrun-operator", "testrun-server"])
def test_selectors_find_their_own_pods_and_no_others(helm: Helm, deployment: str) -> None:
    rendered = helm.render(*ALL)
    deployments = [each for each in rendered.objects if each["kind"] == "Deployment"]
    wanted = rendered.one("Deployment", deployment)["spec"]["selector"]["matchLabels"].items()
    found = [each["metadata"]["name"] for each in deployments if wanted <= each["spec"]["template"]["metadata"]["labels"].items()]
    assert found == [deployment]
    assert rendered.one("Service", deployment)["spec"]["selector"].items() == wanted


@pytest.mark.parametrize("settings", [(), ALL, ("persistence.enabled=false",)], ids=["default", "all", "no volume"])
@pytest.mark.parametrize("deployment", ["testrun-operator", "testrun-server"])
def test_pods_meet_the_restricted_standard(helm: Helm, deployment: str, settings: tuple[str, ...]) -> None:
    assert list(against_restricted(helm.render(*settings).pod(deployment))) == []


@pytest.mark.parametrize("deployment", ["testrun-operator", "testrun-server"])
def test_pods_write_only_to_volumes_that_are_bounded(helm: Helm, deployment: str) -> None:
    pod = helm.render("persistence.enabled=false").pod(deployment)
    (container,) = pod["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    writable = {each["name"] for each in container["volumeMounts"] if not each.get("readOnly")}
    bounds = {each["name"]: each["emptyDir"].keys() for each in pod["volumes"] if each["name"] in writable}
    assert bounds == {name: {"sizeLimit"} for name in writable}
    assert container["resources"]["limits"].keys() == {"memory"}


def against_restricted(pod: Mapping[str, Any]) -> Iterator[str]:
    """What the Pod Security Standard `restricted` forbids: https://kubernetes.io/docs/concepts/security/pod-security-standards/"""
    yield from (field for field in ("hostNetwork", "hostPID", "hostIPC", "hostUsers") if field in pod)
    allowed = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
    yield from (f"volume {each['name']}" for each in pod["volumes"] if not (each.keys() - {"name"}) <= allowed)
    outer = pod["securityContext"]
    yield from (
        f"pod {field}" for field in ("seLinuxOptions", "sysctls", "windowsOptions", "supplementalGroups") if field in outer
    )
    for container in [*pod.get("initContainers", ()), *pod["containers"]]:
        inner = container["securityContext"]
        expected = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        if inner != expected:
            yield f"container {container['name']}: {inner}"
        if any("hostPort" in port for port in container.get("ports", ())):
            yield f"container {container['name']}: hostPort"
        if "lifecycle" in container or "hostPath" in str(container):
            yield f"container {container['name']}: lifecycle or hostPath"
    if outer != {
        "runAsNonRoot": True, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532, "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }:  # fmt: skip
        yield f"pod securityContext: {outer}"
