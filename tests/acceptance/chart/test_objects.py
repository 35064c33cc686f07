"""What is installed, how it is called, and which values are refused."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pytest
from rendering import ALL, CHART, KUBERNETES, NAMESPACE, Body, Helm


def test_lint_finds_nothing(helm: Helm) -> None:
    done = helm("lint", "--strict", str(CHART), "--kube-version", KUBERNETES)
    assert done.returncode == 0, done.stdout


def test_what_is_installed_by_default(helm: Helm) -> None:
    assert helm.render().names() == [
        "ClusterRole/testrun-edit",
        "ClusterRole/testrun-operator",
        "ClusterRole/testrun-reader",
        "ClusterRole/testrun-server",
        "ClusterRole/testrun-view",
        "ClusterRoleBinding/testrun-operator",
        "ClusterRoleBinding/testrun-reader",
        "ClusterRoleBinding/testrun-server",
        "Deployment/testrun-operator",
        "Deployment/testrun-server",
        "PersistentVolumeClaim/testrun-server",
        "Role/testrun-operator-lease",
        "RoleBinding/testrun-operator-lease",
        "Secret/testrun-key",
        "Service/testrun-server",
        "ServiceAccount/testrun-operator",
        "ServiceAccount/testrun-reader",
        "ServiceAccount/testrun-server",
    ]


def test_what_more_may_be_asked_for(helm: Helm) -> None:
    assert sorted(set(helm.render(*ALL).names()) - set(helm.render().names())) == [
        "NetworkPolicy/testrun-operator",
        "NetworkPolicy/testrun-server",
        "PodDisruptionBudget/testrun-operator",
        "Service/testrun-operator",
        "ServiceMonitor/testrun",
    ]


@pytest.mark.parametrize(
    ("release", "settings", "server"),
    [
        pytest.param("testrun-operator", [], "testrun-server", id="the usual release"),
        pytest.param("testrun", [], "testrun-server", id="a shorter one"),
        pytest.param("blue-testrun-operator", [], "blue-testrun-server", id="a prefix"),
        pytest.param("ci", [], "ci-testrun-server", id="another word"),
        pytest.param("ci.v1", [], "ci-v1-testrun-server", id="a dot, which a Service's name cannot have"),
        pytest.param("ci", ["fullnameOverride=e2e"], "e2e-server", id="as the user says"),
    ],
)
def test_names_come_from_the_release(helm: Helm, release: str, settings: list[str], server: str) -> None:
    assert helm.render(*settings, release=release).names("Service") == [f"Service/{server}"]


@pytest.mark.parametrize("release", ["a" * 53, "testrun-" + "a" * 45])
def test_names_of_long_releases_fit_into_a_dns_label(helm: Helm, release: str) -> None:
    names = [each["metadata"]["name"] for each in helm.render(*ALL, release=release).objects]
    assert [name for name in names if len(name) > 63 or name.endswith("-")] == []


def test_everything_namespaced_is_in_the_namespace_of_the_release(helm: Helm) -> None:
    elsewhere = [each for each in helm.render(*ALL).objects if each["metadata"].get("namespace", NAMESPACE) != NAMESPACE]
    assert elsewhere == []


def test_evidence_is_on_a_claim_that_outlives_the_release(helm: Helm) -> None:
    rendered = helm.render()
    assert rendered.volume("testrun-server", "data") == {"name": "data", "persistentVolumeClaim": {"claimName": "testrun-server"}}
    claim = rendered.one("PersistentVolumeClaim", "testrun-server")
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert claim["spec"] == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}


@pytest.mark.parametrize(("given", "made"), [("fast", "fast"), ("-", "")], ids=["a class", "no class"])
def test_the_claims_storage_class(helm: Helm, given: str, made: str) -> None:
    claim = helm.render(f"persistence.storageClassName={given}", "persistence.keep=false").one(
        "PersistentVolumeClaim", "testrun-server"
    )
    assert claim["spec"]["storageClassName"] == made
    assert "annotations" not in claim["metadata"]


def test_evidence_on_a_claim_that_is_there(helm: Helm) -> None:
    rendered = helm.render("persistence.existingClaim=mine")
    assert rendered.volume("testrun-server", "data") == {"name": "data", "persistentVolumeClaim": {"claimName": "mine"}}
    assert rendered.names("PersistentVolumeClaim") == []


def test_evidence_without_a_claim_is_bounded(helm: Helm) -> None:
    rendered = helm.render("persistence.enabled=false", "persistence.size=2Gi")
    assert rendered.volume("testrun-server", "data") == {"name": "data", "emptyDir": {"sizeLimit": "2Gi"}}
    assert rendered.names("PersistentVolumeClaim") == []


def test_both_read_one_random_key(helm: Helm) -> None:
    rendered = helm.render()
    key = base64.b64decode(rendered.one("Secret", "testrun-key")["data"]["key"])
    assert len(key) >= 32
    assert key.strip() == key
    assert key != base64.b64decode(helm.render().one("Secret", "testrun-key")["data"]["key"])
    volume = {
        "name": "key",
        "secret": {"secretName": "testrun-key", "defaultMode": 0o440, "items": [{"key": "key", "path": "key"}]},
    }
    assert [rendered.volume(name, "key") for name in ("testrun-operator", "testrun-server")] == [volume, volume]


def test_a_key_of_the_users_own(helm: Helm) -> None:
    rendered = helm.render("key.existingSecret=ours")
    assert rendered.names("Secret") == []
    secrets = [rendered.volume(name, "key")["secret"]["secretName"] for name in ("testrun-operator", "testrun-server")]
    assert secrets == ["ours", "ours"]


def test_an_old_kubernetes_is_refused(helm: Helm) -> None:
    done = helm.template(kubernetes="1.32.0")
    assert "chart requires kubeVersion: >=1.33.0-0" in done.stderr


def test_network_policies_let_runs_in_and_only_what_is_needed_out(helm: Helm) -> None:
    rendered = helm.render("networkPolicy.enabled=true", "networkPolicy.apiServerPorts={8443}")
    common = [{"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}, {"ports": [{"port": 8443}]}]
    to_server = {"to": [{"podSelector": {"matchLabels": labels("server")}}], "ports": [{"port": "http"}]}
    policies = {name: rendered.one("NetworkPolicy", f"testrun-{name}")["spec"] for name in ("server", "operator")}
    assert policies == {
        "server": policy("server", egress=common),
        "operator": policy("operator", egress=[*common, to_server]),
    }


def labels(component: str) -> Body:
    return {
        "app.kubernetes.io/name": "testrun-operator",
        "app.kubernetes.io/instance": "testrun-operator",
        "app.kubernetes.io/component": component,
    }


def policy(component: str, *, egress: Sequence[Body]) -> Body:
    return {
        "podSelector": {"matchLabels": labels(component)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"ports": [{"port": "http"}]}],
        "egress": egress,
    }


def test_the_service_monitor_finds_both(helm: Helm) -> None:
    rendered = helm.render(*ALL)
    monitor = rendered.one("ServiceMonitor", "testrun")
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    services = [each for each in rendered.objects if each["kind"] == "Service" and wanted <= each["metadata"]["labels"].items()]
    ports = {each["metadata"]["name"]: [port["name"] for port in each["spec"]["ports"]] for each in services}
    assert ports == {"testrun-operator": ["http"], "testrun-server": ["http"]}
    assert monitor["spec"]["endpoints"] == [{"port": "http", "path": "/metrics", "interval": "30s"}]
    assert monitor["metadata"]["labels"]["release"] == "prometheus"


def test_one_replica_has_no_disruption_budget(helm: Helm) -> None:
    assert helm.render().names("PodDisruptionBudget") == []
