"""The objects of examples (pipelines, argocd, gate) that every cluster knows, as a real API server judges them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from envtest.conftest import REPOSITORY

from testrun.envtest.control_plane import ApiServer

PATHS = {
    "ConfigMap": "/api/v1/namespaces/{}/configmaps",
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "Pod": "/api/v1/namespaces/{}/pods",
    "Role": "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings",
    "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
    "TestRun": "/apis/testing.ameide.io/v1alpha1/namespaces/{}/testruns",
}
OF_OTHERS = {"AnalysisTemplate", "Application", "Rollout", "Stage", "Task"}
"""Kinds whose definitions are not ours to install."""
Body = dict[str, Any]


def objects(file: Path) -> list[Body]:
    """What is in the file, and what others would make of it."""
    found: list[Body] = list(yaml.safe_load_all(file.read_text()))
    made = [made_of(each) for each in found if each["kind"] in ("AnalysisTemplate", "Task")]
    inner = [yaml.safe_load(each["data"]["testrun.yaml"]) for each in found if each["kind"] == "ConfigMap"]
    return [each for each in found if each["kind"] not in OF_OTHERS] + made + inner


def made_of(body: Body) -> Body:
    """The Job of a metric; the pod of a Task, without what is Tekton's own."""
    if body["kind"] == "AnalysisTemplate":
        return {"kind": "Job", "metadata": {"generateName": "a-"}, "spec": body["spec"]["metrics"][0]["provider"]["job"]["spec"]}
    task = body["spec"]
    own = {"onError", "script"}
    containers = [{**task["stepTemplate"], **{k: v for k, v in step.items() if k not in own}} for step in task["steps"]]
    return {"kind": "Pod", "metadata": {"generateName": "a-"}, "spec": {"containers": containers}}


FILES = [
    file
    for folder in ("pipelines", "argocd", "gate")
    for file in sorted((REPOSITORY / "examples" / folder).glob("*.yaml"))
    if "apiVersion:" in file.read_text()
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_it_is_taken_and_has_no_unknown_field(apiserver: ApiServer, namespace: str, file: Path) -> None:
    for body in objects(file):
        path = PATHS[body["kind"]].format(namespace)
        status, answer = apiserver.request("POST", f"{path}?dryRun=All&fieldValidation=Strict", body)
        assert status == 201, (body["kind"], answer["message"])


def test_the_pods_of_these_gates_are_admitted_under_the_strictest_standard(apiserver: ApiServer, namespace: str) -> None:
    labels = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}
    path = f"/api/v1/namespaces/{namespace}"
    assert apiserver.request("PATCH", path, labels, content_type="application/merge-patch+json")[0] == 200
    gates = [each for file in FILES for each in objects(file) if each["kind"] in ("Job", "Pod")]
    for body in gates:
        pod = body["spec"] if body["kind"] == "Pod" else body["spec"]["template"]["spec"]
        made = {"metadata": {"generateName": "a-"}, "spec": pod}
        status, answer = apiserver.request("POST", f"{PATHS['Pod'].format(namespace)}?dryRun=All", made)
        assert status == 201, answer["message"]
    assert len(gates) == 3
