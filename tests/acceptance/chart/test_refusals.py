"""Values that cannot be are refused before anything is installed, and the message names the value and what it may be."""

from __future__ import annotations

import pytest
from rendering import Helm, defaults, leaves

NAME = "does not match pattern '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$'"
TEXT = "does not match pattern '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$'"
AMOUNT = r"does not match pattern '^[0-9]+(\\.[0-9]+)?(m|[EPTGMK]i|[EPTGMk])?$'"
NO_BOOLEAN = "got string, want boolean"


def of_each(value: str, setting: str, message: str) -> list[tuple[str, str, str]]:
    """Cases of a value that operator and server both have."""
    return [(f"{part}.{value}", f"{part}.{setting}", f"'/{part}/{message}") for part in ("operator", "server")]


WRONG = [
    ("image.repository", "image.repository=testrun:1", "'/image/repository': 'testrun:1' does not match pattern"),
    ("image.tag", "image.tag=a/b", "'/image/tag': 'a/b' does not match pattern"),
    ("image.pullPolicy", "image.pullPolicy=Maybe", "'/image/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'"),
    ("imagePullSecrets", "imagePullSecrets[0]=registry", "'/imagePullSecrets/0': got string, want object"),
    ("imagePullSecrets", "imagePullSecrets[0].secret=registry", "'/imagePullSecrets/0': missing property 'name'"),
    ("commonLabels", "commonLabels.team=q a", f"'/commonLabels/team': 'q a' {TEXT}"),
    ("commonAnnotations", "commonAnnotations.team=1", "'/commonAnnotations/team': got number, want string"),
    ("fullnameOverride", "fullnameOverride=E2E", "'/fullnameOverride': 'E2E' does not match pattern"),
    ("watchNamespaces", "watchNamespaces=shop", "'/watchNamespaces': got string, want array"),
    ("watchNamespaces", "watchNamespaces={shop,shop}", "'/watchNamespaces': items at 0 and 1 are equal"),
    ("logLevel", "logLevel=loud", "'/logLevel': value must be one of 'debug', 'info', 'warning', 'error'"),
    ("logFormat", "logFormat=xml", "'/logFormat': value must be one of 'json', 'text'"),
    ("key.existingSecret", "key.existingSecret=My Key", f"'/key/existingSecret': 'My Key' {NAME}"),
    ("operator.replicas", "operator.replicas=-1", "'/operator/replicas': minimum: got -1, want 0"),
    ("operator.podDisruptionBudget.enabled", "operator.podDisruptionBudget.enabled=yes",
     f"'/operator/podDisruptionBudget/enabled': {NO_BOOLEAN}"),
    ("operator.podDisruptionBudget.minAvailable", "operator.podDisruptionBudget.minAvailable=0",
     "'/operator/podDisruptionBudget/minAvailable': minimum: got 0, want 1"),
    ("operator.topologySpreadConstraints", "operator.topologySpreadConstraints[0].maxSkew=1",
     "'/operator/topologySpreadConstraints/0': missing properties 'topologyKey', 'whenUnsatisfiable'"),
    *of_each("resources", "resources.limits.memory=lots", f"resources/limits/memory': 'lots' {AMOUNT}"),
    *of_each("resources", "resources.limit.memory=1Gi", "resources': additional properties 'limit' not allowed"),
    *of_each("nodeSelector", "nodeSelector.disk=1", "nodeSelector/disk': got number, want string"),
    *of_each("tolerations", "tolerations[0].keys=a", "tolerations/0': additional properties 'keys' not allowed"),
    *of_each("tolerations", "tolerations[0].effect=Stay",
             "tolerations/0/effect': value must be one of 'NoSchedule', 'PreferNoSchedule', 'NoExecute'"),
    *of_each("affinity", "affinity.node.a=b", "affinity': additional properties 'node' not allowed"),
    *of_each("priorityClassName", "priorityClassName=Very High", f"priorityClassName': 'Very High' {NAME}"),
    *of_each("podLabels", "podLabels.team=q a", f"podLabels/team': 'q a' {TEXT}"),
    *of_each("podAnnotations", "podAnnotations.on=true", "podAnnotations/on': got boolean, want string"),
    *of_each("serviceAccount.annotations", "serviceAccount.annotations.id=1",
             "serviceAccount/annotations/id': got number, want string"),
    ("server.externalURL", "server.externalURL=tests.example", "'/server/externalURL': 'tests.example' does not match pattern"),
    ("persistence.enabled", "persistence.enabled=yes", f"'/persistence/enabled': {NO_BOOLEAN}"),
    ("persistence.size", "persistence.size=big", "'/persistence/size': 'big' does not match pattern"),
    ("persistence.storageClassName", "persistence.storageClassName=--",
     "'/persistence/storageClassName': '--' does not match pattern"),
    ("persistence.accessModes", "persistence.accessModes={ReadOnlyMany}",
     "'/persistence/accessModes/0': value must be one of 'ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'"),
    ("persistence.existingClaim", "persistence.existingClaim=a/b", f"'/persistence/existingClaim': 'a/b' {NAME}"),
    ("persistence.keep", "persistence.keep=yes", f"'/persistence/keep': {NO_BOOLEAN}"),
    ("cleanup.resources", "cleanup.resources[0].apiGroups={apps}", "'/cleanup/resources/0': missing property 'resources'"),
    ("preflight.resources", "preflight.resources[0].resources={pods}", "'/preflight/resources/0': missing property 'apiGroups'"),
    ("preflight.telepresence.managerNamespaces", "preflight.telepresence.managerNamespaces={*}",
     "'/preflight/telepresence/managerNamespaces/0': '*' does not match pattern"),
    ("preflight.telepresence.managerNamespaces", "preflight.telepresence.managerNamespaces={ambassador,ambassador}",
     "'/preflight/telepresence/managerNamespaces': items at 0 and 1 are equal"),
    ("retention.maxRuns", "retention.maxRuns=-1", "'/retention/maxRuns': minimum: got -1, want 0"),
    ("retention.maxAge", "retention.maxAge=30d", "'/retention/maxAge': '30d' does not match pattern"),
    ("reader.create", "reader.create=yes", f"'/reader/create': {NO_BOOLEAN}"),
    ("networkPolicy.enabled", "networkPolicy.enabled=yes", f"'/networkPolicy/enabled': {NO_BOOLEAN}"),
    ("networkPolicy.apiServerPorts", "networkPolicy.apiServerPorts={70000}",
     "'/networkPolicy/apiServerPorts/0': maximum: got 70,000, want 65,535"),
    ("serviceMonitor.enabled", "serviceMonitor.enabled=yes", f"'/serviceMonitor/enabled': {NO_BOOLEAN}"),
    ("serviceMonitor.interval", "serviceMonitor.interval=often", "'/serviceMonitor/interval': 'often' does not match pattern"),
    ("serviceMonitor.labels", "serviceMonitor.labels.release=a b", f"'/serviceMonitor/labels/release': 'a b' {TEXT}"),
    ("tests.enabled", "tests.enabled=yes", f"'/tests/enabled': {NO_BOOLEAN}"),
    ("tests.image", "tests.image=shop e2e", "'/tests/image': 'shop e2e' does not match pattern"),
    ("tests.workingDir", "tests.workingDir=e2e", "'/tests/workingDir': 'e2e' does not match pattern"),
    ("tests.runAsUser", "tests.runAsUser=0", "'/tests/runAsUser': minimum: got 0, want 1"),
    ("tests.timeoutSeconds", "tests.timeoutSeconds=5m", "'/tests/timeoutSeconds': got string, want integer"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "message"), [(setting, message) for _, setting, message in WRONG])
def test_a_wrong_value_is_refused(helm: Helm, setting: str, message: str) -> None:
    done = helm.template(setting)
    assert (done.returncode, f"at {message}" in done.stderr) == (1, True), done.stderr


def test_every_value_may_be_wrong() -> None:
    assert {value for value, _, _ in WRONG} == {path for path, _ in leaves(defaults())}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("operators.replicas=2", "at '': additional properties 'operators' not allowed"),
        ("operator.replica=2", "at '/operator': additional properties 'replica' not allowed"),
        ("server.replicas=2", "at '/server': additional properties 'replicas' not allowed"),
    ],
)
def test_a_value_that_does_not_exist_is_refused(helm: Helm, setting: str, message: str) -> None:
    done = helm.template(setting)
    assert (done.returncode, message in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            ["persistence.enabled=false", "persistence.existingClaim=mine"],
            "persistence.existingClaim names a claim but persistence.enabled is false: "
            "set it to true, or leave existingClaim empty",
            id="a claim that would not be used",
        ),
        pytest.param(
            ["operator.replicas=2", "operator.podDisruptionBudget.minAvailable=2"],
            "operator.podDisruptionBudget.minAvailable is 2 of 2 replicas: no node of theirs could ever be drained; "
            "set it to 1 or less",
            id="a budget that no drain could keep",
        ),
        pytest.param(
            ["tests.enabled=true"],
            "tests.enabled is true but tests.image is empty: name an image with node and @playwright/test, "
            "such as that of your tests",
            id="a test without an image",
        ),
        *(
            pytest.param(
                [rf"{value}.app\.kubernetes\.io/component=mine"],
                "the label app.kubernetes.io/component is the chart's own: take it out of commonLabels, podLabels and "
                "serviceMonitor.labels",
                id=f"a label of the chart's own in {value}",
            )
            for value in ("commonLabels", "operator.podLabels", "server.podLabels")
        ),
    ],
)  # fmt: skip
def test_values_that_contradict_each_other_are_refused(helm: Helm, settings: list[str], message: str) -> None:
    done = helm.template(*settings)
    assert (done.returncode, message in done.stderr) == (1, True), done.stderr
