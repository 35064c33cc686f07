"""What goes when a run is over, and when: after its evidence, by its policy, and in time whatever is broken.

The API server has no controllers: what the garbage collector and the namespace controller do, a test does or leaves undone.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from envtest.conftest import REPOSITORY

from testrun.envtest import control_plane, processes
from testrun.envtest.control_plane import ApiServer
from testrun.envtest.processes import Process
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

RUN_UID = "testing.ameide.io/run-uid"
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap"}
RIGHTS = REPOSITORY / "charts/testrun-operator/templates/operator/rbac.yaml"


def selecting(*selectors: dict[str, Any], **cleanup: Any) -> dict[str, Any]:
    return {"cleanup": {"selectors": list(selectors), **cleanup}}


def make(run: Run, name: str, *, uid: str, plural: str = "configmaps", namespace: str = "", **labels: str) -> None:
    """As a test of this run would, or somebody else."""
    body = {"metadata": {"name": name, "labels": {RUN_UID: uid} | labels}}
    status, answer = run.api.request("POST", f"/api/v1/namespaces/{namespace or run.namespace}/{plural}", body)
    assert status == 201, answer


def left(run: Run, plural: str = "configmaps") -> list[str]:
    status, body = run.api.request("GET", f"/api/v1/namespaces/{run.namespace}/{plural}")
    assert status == 200
    return sorted(each["metadata"]["name"] for each in body["items"])


def green(run: Run) -> None:
    """Its one shard has passed."""
    pod = run.start_pod(0)
    pod.runs(adds="passed")
    pod.ended(0)


def cleaned(run: Run) -> tuple[str, str, str]:
    run.done()
    condition = run.condition("CleanedUp")
    return condition["status"], condition["reason"], condition["message"]


def verdict(server: Process, uid: str) -> str:
    """What the stored evidence of a run says, whether its TestRun is still there or not."""
    return str(processes.summary_of(server, uid)["verdict"])


class TestSelectors:
    def test_what_the_tests_made_is_deleted_and_counted_and_nothing_else(self, run: Run, apiserver: ApiServer):
        secrets = {"apiVersion": "v1", "kind": "Secret"}
        uid = run.create(shards=1, spec=selecting(CONFIG_MAP, {**secrets, "matchLabels": {"app": "shop"}}))["metadata"]["uid"]
        (container,) = run.job()["spec"]["template"]["spec"]["containers"]
        assert {each["name"]: each.get("value") for each in container["env"]}["TESTRUN_UID"] == uid
        elsewhere = f"{run.namespace}-elsewhere"
        assert apiserver.request("POST", "/api/v1/namespaces", {"metadata": {"name": elsewhere}})[0] == 201
        make(run, "cart", uid=uid)
        make(run, "order", uid=uid, app="shop")
        make(run, "of-another-run", uid="6f1c2a9e-0000-4000-8000-000000000001")
        make(run, "of-another-namespace", uid=uid, namespace=elsewhere)
        make(run, "login", uid=uid, plural="secrets", app="shop")
        make(run, "not-of-the-shop", uid=uid, plural="secrets")
        green(run)
        assert cleaned(run) == (
            "True", "Removed", "the Job, its pods and its Secret are removed, and 3 objects that the tests made",
        )  # fmt: skip
        assert left(run) == ["of-another-run"]
        own = run.get()["status"]["job"]
        assert left(run, "secrets") == sorted([own, "not-of-the-shop"]), "the run's own is its Job's, and the collector's"
        assert left(Run(apiserver, run.server, elsewhere, "")) == ["of-another-namespace"]

    @pytest.mark.parametrize(("policy", "result"), [("OnSuccess", "failed"), ("Never", "passed"), ("Never", "failed")])
    def test_what_the_policy_keeps_stays(self, run: Run, policy: str, result: str):
        uid = run.create(shards=1, spec=selecting(CONFIG_MAP, policy=policy))["metadata"]["uid"]
        make(run, "cart", uid=uid)
        run.start_pod(0).runs(adds=result)
        assert cleaned(run) == ("True", "Kept", f"the Job and its pods are kept: cleanup.policy is {policy}")
        assert (left(run), len(run.jobs())) == (["cart"], 1)

    def test_on_success_a_green_run_is_cleaned_up(self, run: Run):
        uid = run.create(shards=1, spec=selecting(CONFIG_MAP, policy="OnSuccess"))["metadata"]["uid"]
        make(run, "cart", uid=uid)
        green(run)
        assert cleaned(run) == (
            "True", "Removed", "the Job, its pods and its Secret are removed, and 1 object that the tests made",
        )  # fmt: skip
        assert (left(run), run.jobs()) == ([], [])

    def test_an_operator_that_was_killed_before_it_cleaned_up_does_it_later(self, run: Run, operator: Process):
        uid = run.create(shards=1, spec=selecting(CONFIG_MAP))["metadata"]["uid"]
        make(run, "cart", uid=uid)
        pod = run.start_pod(0)
        pod.runs(adds="passed")
        run.wait("Passed")
        operator.kill()  # it waits for Kubernetes to see the pod's end
        assert (run.condition("CleanedUp"), left(run)) == ({}, ["cart"])
        pod.ended(0)
        operator.start()
        assert cleaned(run)[2].endswith("and 1 object that the tests made")
        assert left(run) == []

    def test_of_a_run_that_is_deleted_while_it_runs(self, run: Run, server: Process):
        uid = run.create(shards=1, spec=selecting(CONFIG_MAP))["metadata"]["uid"]
        make(run, "cart", uid=uid)
        pod = run.start_pod(0)
        pod.begins("adds")
        run.delete()
        eventually(lambda: run.job()["spec"]["suspend"], what="the Job is suspended")
        assert left(run) == ["cart"], "not before the evidence is stored"
        pod.ended(143)
        eventually(lambda: not run.get(), what="the TestRun is gone")
        assert (left(run), verdict(server, uid)) == ([], "Cancelled")


class TestRights:
    def test_without_the_right_the_condition_says_which_and_the_run_is_let_go(
        self, run: Run, server: Process, operator: Process, key: Path, tmp_path: Path
    ):
        operator.end()
        weak = processes.operator(run.api, server, key, tmp_path, name="weak")
        weak.command = [each for each in weak.command if "--kubeconfig" not in each]
        weak.command.append(f"--kubeconfig={as_installed(run.api, run.namespace, tmp_path)}")
        try:
            with processes.ending(weak):
                weak.start()
                nonsense, node = {"apiVersion": "shop.example/v1", "kind": "Cart"}, {"apiVersion": "v1", "kind": "Node"}
                uid = run.create(shards=1, spec=selecting(CONFIG_MAP, nonsense, node))["metadata"]["uid"]
                make(run, "cart", uid=uid)
                green(run)
                status, reason, message = cleaned(run)
                assert (status, reason) == ("False", "CleanupFailed")
                assert message == (
                    "0 objects that the tests made removed, not all that there is: "
                    f'v1 ConfigMap: configmaps is forbidden: User "system:serviceaccount:{run.namespace}:operator" cannot list '
                    f'resource "configmaps" in API group "" in the namespace "{run.namespace}"; '
                    "let the operator list and delete configmaps (cleanup.resources of its chart); "
                    "shop.example/v1 Cart: the API server knows no such kind; "
                    "v1 Node: only objects in namespaces can be selected"
                )
                assert (left(run), run.jobs()) == (["cart"], [])
                assert ("CleanupFailed", message) in run.events()
        finally:
            operator.start()


def as_installed(api: ApiServer, namespace: str, folder: Path) -> Path:
    """A kubeconfig with the rights that the chart gives the operator by default."""
    rules = re.sub(
        r"\{\{.*?\}\}", "", RIGHTS.read_text().partition('{{- define "testrun.operatorRules" -}}')[2].partition("{{")[0]
    )
    name, roles = f"operator-of-{namespace}", "/apis/rbac.authorization.k8s.io/v1"
    subject = {"kind": "ServiceAccount", "name": "operator", "namespace": namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
    for path, body in (
        (f"/api/v1/namespaces/{namespace}/serviceaccounts", {"metadata": {"name": "operator"}}),
        (f"{roles}/clusterroles", {"metadata": {"name": name}, "rules": yaml.safe_load(rules)}),
        (f"{roles}/clusterrolebindings", {"metadata": {"name": name}, "roleRef": reference, "subjects": [subject]}),
    ):
        status, answer = api.request("POST", path, body)
        assert status == 201, answer
    status, answer = api.request("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts/operator/token", {"spec": {}})
    assert status == 201, answer
    config = json.loads(api.kubeconfig.read_text())
    config["users"][0]["user"]["token"] = answer["status"]["token"]
    file = folder / "kubeconfig"
    file.write_text(json.dumps(config))
    return file


class TestOwners:
    def test_the_job_is_the_runs_and_the_secret_the_jobs_so_that_orphans_are_collected(self, run: Run):
        uid = run.create(shards=1)["metadata"]["uid"]
        job = run.job()
        assert job["metadata"]["ownerReferences"] == [
            {"apiVersion": "testing.ameide.io/v1alpha1", "kind": "TestRun", "name": run.name, "uid": uid, "controller": True}
        ]
        run.secret()
        path = f"/api/v1/namespaces/{run.namespace}/secrets/{job['metadata']['name']}"
        assert run.api.request("GET", path)[1]["metadata"]["ownerReferences"] == [
            {"apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "uid": job["metadata"]["uid"]}
        ]


class TestNamespace:
    @staticmethod
    def terminate(run: Run) -> None:
        """From now on nothing can be made in it. What is in it, its controller would delete; here the test does."""
        assert run.api.request("DELETE", f"/api/v1/namespaces/{run.namespace}")[0] == 200
        status, body = run.api.request(
            "POST", f"/api/v1/namespaces/{run.namespace}/configmaps", {"metadata": {"name": "too-late"}}
        )
        assert (status, "is being terminated" in body["message"]) == (403, True), body

    def test_deleted_under_a_run_it_is_stopped_stored_and_let_go(self, run: Run, server: Process):
        uid = run.create(shards=1, spec=selecting(CONFIG_MAP))["metadata"]["uid"]
        make(run, "cart", uid=uid)
        pod = run.start_pod(0)
        pod.begins("adds")
        self.terminate(run)
        run.delete()
        eventually(lambda: run.job()["spec"]["suspend"], what="the Job is suspended")
        pod.ended(143)
        eventually(lambda: not run.get(), what="the TestRun is gone")
        assert (left(run), verdict(server, uid)) == ([], "Cancelled")

    def test_a_run_without_a_job_cannot_get_one_any_more_and_says_so(self, run: Run, server: Process):
        uid = run.create(shards=1, spec={"suspend": True})["metadata"]["uid"]
        run.wait("Suspended")
        self.terminate(run)
        run.patch(suspend=False)
        run.wait("Errored")
        assert "because it is being terminated" in run.condition("Succeeded")["message"]
        run.done()
        run.delete()
        eventually(lambda: not run.get(), what="the TestRun is gone")
        assert verdict(server, uid) == "Errored"


class TestDefinition:
    @pytest.fixture
    def elsewhere(self, key: Path, tmp_path: Path) -> Iterator[tuple[Run, Run]]:
        """Two runs of an API server of their own, which loses its CRD."""
        with control_plane.running() as api, contextlib.ExitStack() as stack:
            control_plane.serve_testruns(api)
            server = processes.server(key, tmp_path, api)
            operator = processes.operator(api, server, key, tmp_path)
            stack.enter_context(processes.ending(server, operator))
            server.start()
            operator.start()
            yield Run(api, server, "default", "over"), Run(api, server, "default", "under-way")
            assert operator.metric("testrun_faults_total") == 0, operator.log.read_text()[-8000:]

    def test_deleted_with_all_its_runs_it_is_not_held_up(self, elsewhere: tuple[Run, Run]):
        over, under_way = elsewhere
        for run in elsewhere:
            run.create(shards=1)
        green(over)
        over.done()
        uid = under_way.get()["metadata"]["uid"]
        pod = under_way.start_pod(0)
        pod.begins("adds")
        job = under_way.job()["metadata"]["name"]
        crd = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/testruns.testing.ameide.io"
        assert over.api.request("DELETE", crd)[0] == 200
        path = f"/apis/batch/v1/namespaces/default/jobs/{job}"
        eventually(lambda: over.api.request("GET", path)[1]["spec"].get("suspend"), what="the Job is suspended")
        pod.ended(143)
        eventually(lambda: over.api.request("GET", crd)[0] == 404, what="the CRD is gone", seconds=40)
        assert verdict(over.server, uid) == "Cancelled"
