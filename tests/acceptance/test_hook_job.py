"""The Job of `examples/argocd/hook-job.yaml`, made as Argo CD would make a hook: it ends as the run does, and takes it along."""

from __future__ import annotations

import json

import pytest
from acceptance import hook_job
from acceptance.cluster import Body, Namespace, eventually


def gate(namespace: Namespace, spec_file: str) -> None:
    listed = {"apiVersion": "v1", "kind": "List", "items": hook_job.objects(namespace, spec_file)}
    namespace.cluster.kubectl("-n", namespace.name, "apply", "-f", "-", stdin=json.dumps(listed))


def only_run(namespace: Namespace) -> Body:
    items = namespace.cluster.get("-n", namespace.name, "testruns").get("items", ())
    return items[0] if items else {}


def state(namespace: Namespace) -> str:
    return str(only_run(namespace).get("status", {}).get("state", ""))


def log(namespace: Namespace) -> str:
    return namespace.cluster.kubectl("-n", namespace.name, "logs", "job/testrun-gate", check=False)


@pytest.mark.parametrize(
    ("spec_file", "ended", "verdict"),
    [
        pytest.param("green.spec.ts", "Complete", "Passed", marks=pytest.mark.large, id="green"),
        pytest.param("red.spec.ts", "Failed", "Failed", id="red"),
    ],
)
def test_it_ends_as_the_run_does(namespace: Namespace, spec_file: str, ended: str, verdict: str):
    gate(namespace, spec_file)

    def conditions() -> set[str]:
        job = namespace.cluster.get("-n", namespace.name, "job", "testrun-gate")
        return {each["type"] for each in job.get("status", {}).get("conditions", ()) if each["status"] == "True"}

    eventually(lambda: ended in conditions(), what=lambda: f"the Job is {ended}: {log(namespace)}", seconds=120)
    assert state(namespace) == verdict
    told = log(namespace)
    assert f"  {verdict}  " in told, told


@pytest.mark.large
def test_when_it_is_deleted_the_run_is_cancelled(namespace: Namespace):
    """As when a sync is terminated."""
    gate(namespace, "slow.spec.ts")
    eventually(lambda: state(namespace) == "Running", what=lambda: f"the run goes on: {log(namespace)}")
    namespace.cluster.kubectl("-n", namespace.name, "delete", "job", "testrun-gate", "--wait=false")
    eventually(lambda: state(namespace) == "Cancelled", what=lambda: f"the run is cancelled: {only_run(namespace)}", seconds=90)
