"""Pod Security `restricted`, as a real API server enforces it: the operator's, the server's and the shards' pods are admitted."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from build import RUN, make_spec
from rendering import ALL, Helm

from testrun.envtest.control_plane import ApiServer
from testrun.kube import manifests

Body = dict[str, Any]
OF_THE_CHART = {
    "by default": (),
    "with every part": ALL,
    "without a claim": ("persistence.enabled=false",),
}
NOT_ROOT = {"spec": {"securityContext": {"runAsNonRoot": True, "runAsUser": 1000}}}
"""What the manual tells to write where `restricted` is enforced: we cannot know that an image's user is not root."""


@pytest.fixture(scope="module")
def restricted(apiserver: ApiServer) -> str:
    """A namespace that enforces it, as cluster administrators label theirs."""
    name = "restricted"
    labels = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "latest"}
    status, answer = apiserver.request("POST", "/api/v1/namespaces", {"metadata": {"name": name, "labels": labels}})
    assert status == 201, answer
    return name


def admitted(apiserver: ApiServer, namespace: str, template: Body) -> tuple[int, str]:
    """What the API server says of a pod of that template: the HTTP status, and the message of a refusal. Nothing is made."""
    metadata = {**template["metadata"], "name": "one", "namespace": namespace}
    status, answer = apiserver.request(
        "POST", f"/api/v1/namespaces/{namespace}/pods?dryRun=All", {**template, "metadata": metadata}
    )
    return status, answer.get("message", "")


@pytest.mark.parametrize("settings", OF_THE_CHART.values(), ids=OF_THE_CHART)
@pytest.mark.parametrize("deployment", ["testrun-operator", "testrun-server"])
def test_pods_of_the_chart_are_admitted(
    apiserver: ApiServer, restricted: str, helm: Helm, deployment: str, settings: tuple[str, ...]
) -> None:
    template = helm.render(*settings).one("Deployment", deployment)["spec"]["template"]
    template["spec"].pop("priorityClassName", None)  # of a class that this API server does not have

    assert admitted(apiserver, restricted, template) == (201, "")


def test_the_pod_of_helm_test_and_the_shard_that_it_makes_are_admitted(apiserver: ApiServer, restricted: str, helm: Helm) -> None:
    rendered = helm.render("tests.enabled=true", "tests.image=shop-e2e:1")
    run = yaml.safe_load(rendered.one("ConfigMap", "testrun-test")["data"]["testrun.yaml"])
    shards = manifests.job(RUN, make_spec(template=run["spec"]["playwright"]["template"]))["spec"]["template"]

    assert admitted(apiserver, restricted, rendered.one("Pod", "testrun-test")) == (201, "")
    assert admitted(apiserver, restricted, shards) == (201, "")


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(NOT_ROOT, id="of an image that does not say who it runs as"),
        pytest.param({"spec": {**NOT_ROOT["spec"], "volumes": [{"name": "tmp", "emptyDir": {}}]}}, id="with a volume"),
    ],
)
def test_pods_of_shards_are_admitted(apiserver: ApiServer, restricted: str, template: Body) -> None:
    job = manifests.job(RUN, make_spec(shards=3, template=template))

    assert admitted(apiserver, restricted, job["spec"]["template"]) == (201, "")


def test_what_a_template_must_say_for_shards_is_that_alone(apiserver: ApiServer, restricted: str) -> None:
    """All else the operator says: this is the whole refusal."""
    template = manifests.job(RUN, make_spec())["spec"]["template"]

    assert admitted(apiserver, restricted, template) == (
        403,
        'pods "one" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true '
        '(pod or container "playwright" must set securityContext.runAsNonRoot=true)',
    )


def test_the_operator_without_its_security_context_is_refused(apiserver: ApiServer, restricted: str, helm: Helm) -> None:
    """The control: this API server does enforce it."""
    template = helm.render().one("Deployment", "testrun-operator")["spec"]["template"]
    del template["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"]
    template["spec"]["hostNetwork"] = True

    status, message = admitted(apiserver, restricted, template)

    assert status == 403
    assert 'violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)' in message
    assert 'allowPrivilegeEscalation != false (container "operator" must set' in message
