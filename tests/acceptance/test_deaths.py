"""What a real pod dies of. The test that ended stays as it ended; the one that ran is an error that says what happened."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from acceptance.cluster import Body, Namespace, TestRun, counts, eventually
from acceptance.faults import Node


def dies(namespace: Namespace, name: str, tag: str, **changes) -> TestRun:
    """A shard with a test that ends and one that takes the pod with it."""
    run = namespace.run(name, "deaths.spec.ts", "--grep", f"ends at once|{tag}", "--retries", "0", shards=1, **changes)
    run.submit()
    return run


def told(body: Body) -> tuple[str, tuple[int, ...], list[tuple[str, str]]]:
    """Verdict, counts, and what the JUnit says of each case: the kind of its error, or that it passed."""
    cases = ElementTree.fromstring(body["status"]["junit"]).iter("testcase")
    kinds = [(case.get("name", ""), next((each.get("type", "") for each in case if each.tag == "error"), "")) for case in cases]
    verdict = next(each["reason"] for each in body["status"]["conditions"] if each["type"] == "Succeeded")
    return verdict, counts(body), kinds


def message(body: Body) -> str:
    return next(each["message"] for each in body["status"]["conditions"] if each["type"] == "Succeeded")


@pytest.mark.large
class TestMemory:
    """Where the kernel kills single processes, it says so in the container's control group; else Kubernetes says OOMKilled.
    Which processes it takes, and how many, is its own choice.
    """

    def starve(self, namespace: Namespace, tag: str) -> None:
        body = dies(namespace, "starved", tag).ended()
        verdict, numbers, cases = told(body)
        assert (verdict, numbers, cases[0]) == ("Errored", (2, 1, 0, 1, 0, 0), ("[plain] ends at once", ""))
        assert cases[1][1] in ("OutOfMemory", "NotReported", "PodLost")
        said = r"ran out of memory: the kernel killed \d+ process(es)? of its container \(memory limit 512Mi\)|OOMKilled"
        assert re.search(said, message(body)), message(body)
        (error,) = ElementTree.fromstring(body["status"]["junit"]).iter("error")
        assert re.search("out of memory: the kernel killed|OOMKilled", error.get("message", "")), error.get("message")
        assert "node: " in (error.text or "")

    def test_of_a_worker(self, namespace: Namespace):
        self.starve(namespace, "@worker")

    def test_of_a_page(self, namespace: Namespace):
        self.starve(namespace, "@page")


class TestDisk:
    """The tests fill the disk that the shim's log is on: a small one, whose end is an error of its writer and no eviction."""

    def fill(self, namespace: Namespace, tag: str) -> Body:
        """The run at its end; the test that ended before has passed."""
        tmp = {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "8Mi"}}
        run = namespace.run("full", "disk.spec.ts", "--grep", f"ends at once|{tag}", shards=1)
        run.template["volumes"][-1] = tmp
        run.template["containers"][0]["volumeMounts"].append({"name": "tmp", "mountPath": "/tmp"})
        body = run.to_the_end()
        assert dict(told(body)[2])["[plain] ends at once"] == ""
        return body

    @pytest.mark.large
    def test_once(self, namespace: Namespace):
        """What comes after that is told in the room that was set aside."""
        assert told(self.fill(namespace, "@once"))[:2] == ("Passed", (42, 42, 0, 0, 0, 0))

    def test_again_and_again(self, namespace: Namespace):
        """That is used up too, and the last line still says why so much is missing."""
        body = self.fill(namespace, "@again")
        assert told(body)[0] == "Errored"
        assert "no space left on device" in message(body)
        verdicts = [kind for name, kind in told(body)[2] if "fills it again" in name]
        assert (len(verdicts), set(verdicts)) == (40, {"", "NotReported"})
        assert "planned, but never reported: no space was left on its disk" in body["status"]["junit"]


@pytest.mark.large
def test_the_shim_is_killed(namespace: Namespace, node: Node):
    run = dies(namespace, "shim", "@waits")
    run.running("waits")
    node.run("pkill", "-KILL", "-f", "/shim.mjs")
    body = run.ended()
    assert told(body) == ("Errored", (2, 1, 0, 1, 0, 0), [("[plain] ends at once", ""), ("[plain] waits @waits", "PodLost")])
    assert "exit code 137" in message(body)


@pytest.mark.large
def test_the_shim_is_told_to_end(namespace: Namespace, node: Node):
    """By nobody of ours: Playwright ends by itself, and what it interrupted has no result."""
    run = dies(namespace, "term", "@waits")
    run.running("waits")
    node.run("pkill", "-TERM", "-f", "/shim.mjs")
    body = run.ended()
    assert told(body) == ("Errored", (2, 1, 0, 1, 0, 0), [("[plain] ends at once", ""), ("[plain] waits @waits", "PodLost")])
    assert "it was told to end (SIGTERM)" in message(body)


@pytest.mark.large
def test_the_kubelet_stands_still(namespace: Namespace, node: Node):
    """The pod goes on and tells its end to the server: the verdict does not wait for a node that tells nothing."""
    run = dies(namespace, "still", "@waits", env=[{"name": "SLOW_MS", "value": "5000"}])
    run.running("waits")
    node.run("pkill", "-STOP", "-x", "kubelet")
    try:
        assert told(run.ended())[:2] == ("Passed", (2, 2, 0, 0, 0, 0))
    finally:
        node.run("pkill", "-CONT", "-x", "kubelet")
    run.released()
    eventually(lambda: run.children() == [], what="Job, pods and Secret are gone", seconds=120)
