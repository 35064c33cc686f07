"""The operator and the server killed on a real cluster, in each state of a run: none is lost, and none ends as another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from acceptance.cluster import Body, Cluster, Namespace, TestRun, counts, eventually, sha256
from acceptance.faults import Node
from envtest import records

pytestmark = pytest.mark.large
OURS = ("-n", "testrun-system")
LARGE = 80 << 20


def kill(cluster: Cluster, component: str) -> None:
    selector = f"app.kubernetes.io/component={component}"
    cluster.kubectl(*OURS, "delete", "pod", "-l", selector, "--force", "--grace-period=0")


def change(run: TestRun, **spec: Any) -> None:
    name = ("-n", run.namespace.name, "testrun", run.name)
    run.cluster.kubectl("patch", *name, "--type=merge", "-p", json.dumps({"spec": spec}))


def state(run: TestRun) -> str:
    return run.get().get("status", {}).get("state", "")


def reaches(run: TestRun, wanted: str) -> None:
    eventually(lambda: state(run) == wanted, what=lambda: f"{run.name} is {wanted}: {run.get().get('status')}")


def verdict(body: Body) -> tuple[str, str]:
    return next((each["reason"], each["message"]) for each in body["status"]["conditions"] if each["type"] == "Succeeded")


class TestOperator:
    """While a run is running: test_runs.py."""

    def test_while_it_is_suspended(self, namespace: Namespace):
        run = namespace.run("asleep", "green.spec.ts", shards=1, spec={"suspend": True})
        run.submit()
        reaches(run, "Suspended")
        kill(namespace.cluster, "operator")
        change(run, suspend=False)
        assert (verdict(run.ended())[0], counts(run.get())[:2]) == ("Passed", (6, 6))

    def test_while_it_waits_for_a_record(self, namespace: Namespace):
        junit = records.junit()
        source = {"configMap": "unit", "key": "junit.xml", "sha256": records.digest(junit)}
        gate = {"required": ["unit"], "records": [{"phase": "unit", "junit": source}]}
        spec = {"revision": records.REVISION, "preSteps": gate}
        run = namespace.run("gated", "green.spec.ts", shards=1, spec=spec)
        run.submit()
        run.waits("PreSteps")
        kill(namespace.cluster, "operator")
        record = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "unit"}, "data": {"junit.xml": junit.decode()}}
        namespace.cluster.kubectl("-n", namespace.name, "apply", "-f", "-", stdin=json.dumps(record))
        assert (verdict(run.ended())[0], counts(run.get())[:2]) == ("Passed", (6, 6))

    def test_while_a_container_cannot_start(self, namespace: Namespace):
        reference = {"configMapKeyRef": {"name": "settings", "key": "user"}}
        run = namespace.run("waits", "green.spec.ts", shards=1, env=[{"name": "LOGIN", "valueFrom": reference}])
        run.submit()
        since = run.waits("ContainerConfig")["since"]
        kill(namespace.cluster, "operator")
        namespace.cluster.kubectl(*OURS, "rollout", "status", "deployment/testrun-operator", "--timeout=60s")
        assert run.waits("ContainerConfig")["since"] == since
        namespace.cluster.kubectl("-n", namespace.name, "create", "configmap", "settings", "--from-literal=user=shopper")
        assert verdict(run.ended())[0] == "Passed"

    def test_while_it_stops(self, namespace: Namespace):
        lingers = {"lifecycle": {"preStop": {"exec": {"command": ["sleep", "8"]}}}}
        run = namespace.run("stops", "slow.spec.ts", shards=1, container=lingers)
        run.submit()
        run.running("takes its time")
        change(run, cancel=True)
        reaches(run, "Stopping")
        kill(namespace.cluster, "operator")
        assert verdict(run.ended()) == ("Cancelled", "spec.cancel is set; 1 of 3 tests had a result")

    def test_while_it_stores_and_the_server_is_away(self, namespace: Namespace):
        run = namespace.run("stores", "slow.spec.ts", shards=1, env=[{"name": "SLOW_MS", "value": "3000"}])
        run.submit()
        run.running("takes its time")
        try:
            namespace.cluster.kubectl(*OURS, "scale", "deployment/testrun-server", "--replicas=0")
            reaches(run, "Storing")
            kill(namespace.cluster, "operator")
            assert (verdict(run.ended(seconds=180))[0], counts(run.get())) == ("Passed", (3, 3, 0, 0, 0, 0))
            assert run.condition("EvidenceStored")["reason"] == "StoreUnavailable"
        finally:
            namespace.cluster.kubectl(*OURS, "scale", "deployment/testrun-server", "--replicas=1")
            namespace.cluster.kubectl(*OURS, "rollout", "status", "deployment/testrun-server", "--timeout=60s")

    def test_at_its_verdict(self, namespace: Namespace):
        run = namespace.run("ends", "green.spec.ts", shards=1)
        body = run.to_the_end()
        kill(namespace.cluster, "operator")
        released = run.released()
        assert verdict(released) == verdict(body)
        eventually(lambda: run.children() == [], what="Job, pods and Secret are gone")


class TestServer:
    def test_in_the_middle_of_an_upload(self, namespace: Namespace, node: Node, tmp_path: Path):
        (claim,) = namespace.cluster.get(*OURS, "pvc")["items"]
        volume = namespace.cluster.get("pv", claim["spec"]["volumeName"])["spec"]["hostPath"]["path"]
        script = f"""
            until file=$(find {volume}/spool -type f -size +1M | grep .); do :; done
            pkill -KILL -f '[a]meide server run'
            stat --format %s $file
        """
        run = namespace.run("upload", "upload.spec.ts", shards=1)
        with node.start("timeout", "90", "bash", "-c", script) as killer:
            run.submit()
            there = int(killer.communicate(timeout=100)[0])
        kill(namespace.cluster, "server")  # its pod too: a container that is started again and again is made to wait
        assert 0 < there < LARGE
        assert (verdict(run.ended())[0], counts(run.get())[:2]) == ("Passed", (2, 2))
        (file,) = run.download(tmp_path / "evidence").rglob("*-large.bin")
        assert file.stat().st_size == LARGE
        manifest = json.loads((tmp_path / "evidence/manifest.json").read_text())
        assert sha256(file) in [each["sha256"] for each in manifest["files"]]

    def test_out_of_reach_of_the_pod(self, namespace: Namespace):
        nowhere = {"hostAliases": [{"ip": "127.0.0.1", "hostnames": ["testrun-server.testrun-system"]}]}
        body = namespace.run("alone", "green.spec.ts", shards=1, pod=nowhere).to_the_end()
        reason, message = verdict(body)
        assert reason == "Errored"
        assert "nothing of its report reached the server" in message
        assert "6 of 6 tests were reported, and not all of that was sent" in message
