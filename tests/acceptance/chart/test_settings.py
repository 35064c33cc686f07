"""What each value changes, and nothing else; and what is said of one that cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from acceptance.chart.changes import ADDED, REMOVED, changes
from rendering import Helm, defaults, leaves

OPERATOR, SERVER = "Deployment/testrun-operator", "Deployment/testrun-server"
POD, CONTAINER = "spec.template.spec", "spec.template.spec.containers.0"
TOLERATION = {"key": "storage", "operator": "Exists", "effect": "NoSchedule"}
SPREAD = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}
APART = {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}}
URL = "--external-url=https://tests.example"
OWN_PODS = {
    "app.kubernetes.io/name": "testrun-operator",
    "app.kubernetes.io/instance": "testrun-operator",
    "app.kubernetes.io/component": "operator",
}
CLEANED = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list", "delete"]}


def both(path: str, value: Any) -> dict[str, Any]:
    """The same change in the Deployments of the operator and the server."""
    return {f"{deployment} {path}": value for deployment in (OPERATOR, SERVER)}


def of_each(value: str, settings: list[str], change: Mapping[str, Any]) -> list[Any]:
    """Cases of a value that operator and server both have: ``change`` is of its Deployment, or of the object that it names."""
    return [
        (
            f"{part}.{value}",
            [f"{part}.{setting}" for setting in settings],
            {f"{where.format(part=part)}": told for where, told in change.items()},
        )
        for part in ("operator", "server")
    ]


EFFECTS: list[tuple[str, list[str], dict[str, Any]]] = [
    ("image.repository", ["image.repository=registry.example:5000/testrun"],
     both(f"{CONTAINER}.image", "registry.example:5000/testrun:0.1.0")),
    ("image.tag", ["image.tag=7f3c2d1"], both(f"{CONTAINER}.image", "testrun-operator:7f3c2d1")),
    ("image.pullPolicy", ["image.pullPolicy=Always"], both(f"{CONTAINER}.imagePullPolicy", "Always")),
    ("imagePullSecrets", ["imagePullSecrets[0].name=registry"], both(f"{POD}.imagePullSecrets", [{"name": "registry"}])),
    ("logLevel", ["logLevel=debug"],
     {f"{OPERATOR} {CONTAINER}.args.6": "--log-level=debug", f"{SERVER} {CONTAINER}.args.6": "--log-level=debug"}),
    ("logFormat", ["logFormat=text"],
     {f"{OPERATOR} {CONTAINER}.args.7": "--log-format=text", f"{SERVER} {CONTAINER}.args.7": "--log-format=text"}),
    ("key.existingSecret", ["key.existingSecret=ours"], {
        "Secret/testrun-key": REMOVED,
        f"{OPERATOR} {POD}.volumes.0.secret.secretName": "ours",
        f"{SERVER} {POD}.volumes.1.secret.secretName": "ours",
    }),
    ("watchNamespaces", ["watchNamespaces={shop}"], {
        f"{OPERATOR} {CONTAINER}.args": [
            "operator", "run", "--server-url=http://testrun-server.testrun-system:8080",
            "--external-url=http://testrun-server.testrun-system:8080", "--key-file=/etc/testrun/key/key", "--port=8081",
            "--log-level=info", "--log-format=json", "--namespace=shop",
        ],
        "ClusterRole/testrun-operator": REMOVED,
        "ClusterRoleBinding/testrun-operator": REMOVED,
        "shop/Role/testrun-operator": ADDED,
        "shop/RoleBinding/testrun-operator": ADDED,
        "ClusterRoleBinding/testrun-reader": REMOVED,
        "shop/RoleBinding/testrun-reader": ADDED,
    }),
    ("operator.replicas", ["operator.replicas=2"],
     {f"{OPERATOR} spec.replicas": 2, "PodDisruptionBudget/testrun-operator": ADDED}),
    ("operator.podDisruptionBudget.enabled", ["operator.replicas=2", "operator.podDisruptionBudget.enabled=false"],
     {f"{OPERATOR} spec.replicas": 2}),
    ("operator.topologySpreadConstraints",
     [f"operator.topologySpreadConstraints[0].{key}={value}" for key, value in SPREAD.items()],
     {f"{OPERATOR} {POD}.topologySpreadConstraints": [{**SPREAD, "labelSelector": {"matchLabels": OWN_PODS}}]}),
    ("server.externalURL", ["server.externalURL=https://tests.example/"],
     {f"{OPERATOR} {CONTAINER}.args.3": URL, f"{SERVER} {CONTAINER}.args.5": URL}),
    *of_each("resources", ["resources.requests.cpu=2", "resources.limits.cpu=3"], {
        f"Deployment/testrun-{{part}} {CONTAINER}.resources.requests.cpu": 2,
        f"Deployment/testrun-{{part}} {CONTAINER}.resources.limits.cpu": 3,
    }),
    *of_each("nodeSelector", ["nodeSelector.disk=ssd"], {f"Deployment/testrun-{{part}} {POD}.nodeSelector": {"disk": "ssd"}}),
    *of_each("tolerations", [f"tolerations[0].{key}={value}" for key, value in TOLERATION.items()],
             {f"Deployment/testrun-{{part}} {POD}.tolerations": [TOLERATION]}),
    *of_each("affinity", ["affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight=1"],
             {f"Deployment/testrun-{{part}} {POD}.affinity": APART}),
    *of_each("priorityClassName", ["priorityClassName=high"], {f"Deployment/testrun-{{part}} {POD}.priorityClassName": "high"}),
    *of_each("podLabels", ["podLabels.team=qa"], {"Deployment/testrun-{part} spec.template.metadata.labels.team": "qa"}),
    *of_each("podAnnotations", ["podAnnotations.team=qa"],
             {"Deployment/testrun-{part} spec.template.metadata.annotations": {"team": "qa"}}),
    *of_each("serviceAccount.annotations", ["serviceAccount.annotations.identity=e2e"],
             {"ServiceAccount/testrun-{part} metadata.annotations": {"identity": "e2e"}}),
    ("persistence.enabled", ["persistence.enabled=false"], {
        "PersistentVolumeClaim/testrun-server": REMOVED,
        f"{SERVER} {POD}.volumes.0.persistentVolumeClaim": REMOVED,
        f"{SERVER} {POD}.volumes.0.emptyDir": {"sizeLimit": "10Gi"},
    }),
    ("persistence.size", ["persistence.size=2Gi"],
     {"PersistentVolumeClaim/testrun-server spec.resources.requests.storage": "2Gi"}),
    ("persistence.storageClassName", ["persistence.storageClassName=fast"],
     {"PersistentVolumeClaim/testrun-server spec.storageClassName": "fast"}),
    ("persistence.accessModes", ["persistence.accessModes={ReadWriteMany}"],
     {"PersistentVolumeClaim/testrun-server spec.accessModes.0": "ReadWriteMany"}),
    ("persistence.existingClaim", ["persistence.existingClaim=mine"], {
        "PersistentVolumeClaim/testrun-server": REMOVED,
        f"{SERVER} {POD}.volumes.0.persistentVolumeClaim.claimName": "mine",
    }),
    ("persistence.keep", ["persistence.keep=false"], {"PersistentVolumeClaim/testrun-server metadata.annotations": REMOVED}),
    ("reader.create", ["reader.create=false"], {
        "ServiceAccount/testrun-reader": REMOVED,
        "ClusterRole/testrun-reader": REMOVED,
        "ClusterRoleBinding/testrun-reader": REMOVED,
    }),
    ("networkPolicy.enabled", ["networkPolicy.enabled=true"],
     {"NetworkPolicy/testrun-operator": ADDED, "NetworkPolicy/testrun-server": ADDED}),
    ("serviceMonitor.enabled", ["serviceMonitor.enabled=true"],
     {"Service/testrun-operator": ADDED, "ServiceMonitor/testrun": ADDED}),
    ("tests.enabled", ["tests.enabled=true", "tests.image=shop-e2e:1"], {
        "ConfigMap/testrun-test": ADDED,
        "Pod/testrun-test": ADDED,
        "Role/testrun-test": ADDED,
        "RoleBinding/testrun-test": ADDED,
        "ServiceAccount/testrun-test": ADDED,
    }),
]  # fmt: skip
ELSEWHERE = {
    "commonLabels", "commonAnnotations",  # below
    "operator.podDisruptionBudget.minAvailable",  # below
    "fullnameOverride",  # test_objects: names
    "retention.maxRuns", "retention.maxAge",  # test_pods: the server's command
    "cleanup.resources", "preflight.resources", "preflight.telepresence.managerNamespaces",  # test_rights
    "networkPolicy.apiServerPorts", "serviceMonitor.interval", "serviceMonitor.labels",  # test_objects
    "tests.image", "tests.workingDir", "tests.runAsUser", "tests.timeoutSeconds",  # test_helm_test
}  # fmt: skip
"""Values whose effect is more, or less, than a few places: where it is tested."""


@pytest.mark.parametrize(("value", "settings", "effect"), EFFECTS, ids=[value for value, _, _ in EFFECTS])
def test_a_value_changes_this_and_nothing_else(helm: Helm, value: str, settings: list[str], effect: dict[str, Any]) -> None:
    assert changes(helm, *settings) == effect


def test_every_value_has_its_effect_tested() -> None:
    assert {value for value, _, _ in EFFECTS} | ELSEWHERE == {path for path, _ in leaves(defaults())}


EVERYTHING = (
    "operator.replicas=2", "networkPolicy.enabled=true", "serviceMonitor.enabled=true", "tests.enabled=true",
    "tests.image=shop-e2e:1",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["Label", "Annotation"])
@pytest.mark.parametrize("settings", [EVERYTHING, (*EVERYTHING, "watchNamespaces={shop}")], ids=["cluster", "namespaces"])
def test_what_is_common_is_on_every_object_and_every_pod(helm: Helm, kind: str, settings: tuple[str, ...]) -> None:
    rendered = helm.render(*settings, f"common{kind}s.team=qa")
    pods = [each["spec"]["template"] for each in rendered.objects if each["kind"] == "Deployment"]
    described = [each["metadata"] for each in [*rendered.objects, *pods]]
    assert [each.get(f"{kind.lower()}s", {}).get("team") for each in described] == ["qa"] * len(described)


def test_what_is_common_may_be_taken_back(helm: Helm) -> None:
    """As a chart around this one does."""
    assert changes(helm, "commonLabels=null", "commonAnnotations=null") == {}


def test_common_labels_select_nothing(helm: Helm) -> None:
    """A selector cannot be changed: with them in it the next upgrade would fail."""
    found = changes(helm, "commonLabels.team=qa")
    assert [path for path in found if "elector" in path] == []


@pytest.mark.parametrize(
    ("settings", "where", "what"),
    [
        pytest.param(
            ["commonLabels.team=all", "operator.podLabels.team=qa"],
            f"{OPERATOR} spec.template.metadata.labels.team", "qa", id="a pod's label",
        ),
        pytest.param(
            ["commonAnnotations.team=all", "server.podAnnotations.team=qa"],
            f"{SERVER} spec.template.metadata.annotations", {"team": "qa"}, id="a pod's annotation",
        ),
        pytest.param(
            ["commonAnnotations.team=all", "server.serviceAccount.annotations.team=qa"],
            "ServiceAccount/testrun-server metadata.annotations", {"team": "qa"}, id="a ServiceAccount's annotation",
        ),
        pytest.param(
            ["commonAnnotations.team=all"],
            "PersistentVolumeClaim/testrun-server metadata.annotations.team", "all", id="the claim keeps its own",
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_one_comes_before_what_is_common(helm: Helm, settings: list[str], where: str, what: Any) -> None:
    assert changes(helm, *settings)[where] == what


def test_a_spread_with_a_selector_of_its_own_keeps_it(helm: Helm) -> None:
    constraint = [f"operator.topologySpreadConstraints[0].{key}={value}" for key, value in SPREAD.items()]
    chosen = "operator.topologySpreadConstraints[0].labelSelector.matchLabels.team=qa"
    spread = changes(helm, *constraint, chosen)[f"{OPERATOR} {POD}.topologySpreadConstraints"]
    assert spread == [{**SPREAD, "labelSelector": {"matchLabels": {"team": "qa"}}}]


def test_the_disruption_budget_keeps_so_many(helm: Helm) -> None:
    budget = helm.render("operator.replicas=4", "operator.podDisruptionBudget.minAvailable=3").one(
        "PodDisruptionBudget", "testrun-operator"
    )
    assert budget["spec"] == {"minAvailable": 3, "selector": {"matchLabels": OWN_PODS}}
