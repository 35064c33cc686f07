"""What a real pod dies of. The test that ended stays as it ended; the one that ran is an error that says what happened."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from acceptance.cluster import Body, Namespace, TestRun, counts, eventually

pytestmark = pytest.mark.large
ENTER = Path(__file__).resolve().parents[2] / "hack/cluster/enter.sh"


def in_node(*command: str) -> None:
    """A fault of the node itself."""
    subprocess.run([str(ENTER), *command], check=True, capture_output=True)


def dies(namespace: Namespace, name: str, tag: str, **changes) -> TestRun:
    """A shard with a test that ends and one that takes the pod with it."""
    run = namespace.run(name, "deaths.spec.ts", "--grep", f"ends at once|{tag}", "--retries", "0", shards=1, **changes)
    run.submit()
    return run


def limited(memory: str) -> Body:
    return {"resources": {"requests": {"cpu": "100m", "memory": memory}, "limits": {"memory": memory}}}


def told(body: Body) -> tuple[str, tuple[int, ...], list[tuple[str, str]]]:
    """Verdict, counts, and what the JUnit says of each case: the kind of its error, or that it passed."""
    cases = ElementTree.fromstring(body["status"]["junit"]).iter("testcase")
    kinds = [(case.get("name", ""), next((each.get("type", "") for each in case if each.tag == "error"), "")) for case in cases]
    verdict = next(each["reason"] for each in body["status"]["conditions"] if each["type"] == "Succeeded")
    return verdict, counts(body), kinds


def message(body: Body) -> str:
    return next(each["message"] for each in body["status"]["conditions"] if each["type"] == "Succeeded")


@pytest.mark.parametrize("tag", ["@node", "@browser"])
def test_out_of_memory(namespace: Namespace, tag: str):
    body = dies(namespace, "oom", tag, container=limited("256Mi")).ended()
    assert told(body) == (
        "Errored",
        (2, 1, 0, 1, 0, 0),
        [("[plain] ends at once", ""), (f"[plain] takes all memory {tag}", "PodLost")],
    )
    assert "OOMKilled (exit code 137) on node" in message(body)


def test_the_disk_of_the_pod_is_full(namespace: Namespace):
    """The kubelet evicts a pod that takes more than its volume may hold, and the shard starts anew: a disruption. So it goes on
    until the run's own deadline, and each pod is told.
    """
    volumes = [{"name": "specs", "configMap": {"name": "specs"}}, {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}]
    run = dies(namespace, "disk", "@disk", pod={"volumes": volumes}, timeoutSeconds=120)
    eventually(lambda: run.get()["status"]["shards"][0]["attempts"] >= 2, what="it is evicted and starts anew", seconds=110)
    namespace.cluster.kubectl(
        "-n", namespace.name, "patch", "testrun", "disk", "--type=merge", "-p", '{"spec": {"cancel": true}}'
    )
    body = run.ended()
    assert told(body)[0] == "Cancelled"
    assert counts(body)[1] == 1, "what was reported is not lost"


def test_the_shim_is_killed(namespace: Namespace):
    run = dies(namespace, "shim", "@waits")
    run.running("ends at once")
    in_node("pkill", "-KILL", "-f", "/shim.mjs")
    body = run.ended()
    assert told(body) == ("Errored", (2, 1, 0, 1, 0, 0), [("[plain] ends at once", ""), ("[plain] waits @waits", "PodLost")])
    assert "exit code 137" in message(body)


def test_the_kubelet_stands_still(namespace: Namespace):
    """The pod goes on and tells its end to the server: the verdict does not wait for a node that tells nothing."""
    run = dies(namespace, "still", "@waits", env=[{"name": "SLOW_MS", "value": "5000"}])
    run.running("ends at once")
    in_node("pkill", "-STOP", "-x", "kubelet")
    try:
        assert told(run.ended())[:2] == ("Passed", (2, 2, 0, 0, 0, 0))
    finally:
        in_node("pkill", "-CONT", "-x", "kubelet")
    run.released()
    eventually(lambda: run.children() == [], what="Job, pods and Secret are gone", seconds=120)
