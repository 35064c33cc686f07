"""A TestRun, and the parts of a cluster that an API server alone has not: who makes its pods, and says how Jobs and pods fare."""

from __future__ import annotations

import base64
import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

from testrun.envtest import control_plane, pods, waiting
from testrun.envtest.processes import Body, Process

RUNS = "/apis/testing.ameide.io/v1alpha1"


@dataclasses.dataclass
class Run:
    """One TestRun, and both sides of its world."""

    api: control_plane.ApiServer
    server: Process
    namespace: str
    name: str
    seconds: float = 20.0
    """How long what is awaited may take."""

    @property
    def path(self) -> str:
        return f"{RUNS}/namespaces/{self.namespace}/testruns/{self.name}"

    def create(self, **playwright: Any) -> Body:
        """Make it, with these fields of ``spec.playwright``; ``spec`` holds those of ``spec`` itself."""
        spec = playwright.pop("spec", {})
        body = {
            "apiVersion": "testing.ameide.io/v1alpha1",
            "kind": "TestRun",
            "metadata": {"name": self.name},
            "spec": {"playwright": {"image": "registry.example/e2e:1", "shards": 2, "timeoutSeconds": 600} | playwright, **spec},
        }
        status, answer = self.api.request("POST", self.path.rpartition("/")[0], body)
        assert status == 201, answer
        return dict(answer)

    def get(self) -> Body:
        """The TestRun; empty when it does not exist."""
        return self._read(self.path)

    def patch(self, **spec: Any) -> None:
        """Change these fields of its spec."""
        status, body = self.api.request("PATCH", self.path, {"spec": spec}, content_type="application/merge-patch+json")
        assert status == 200, body

    def delete(self) -> None:
        """Ask for its deletion."""
        self.api.request("DELETE", self.path)

    def status(self) -> Body:
        """Its ``status``; empty while there is none, as in its first moments: the operator may make its Job before it says so."""
        return dict(self.get().get("status") or {})

    def state(self) -> str:
        """``status.state``; empty while there is none."""
        return str(self.status().get("state", ""))

    def wait(self, state: str, *, seconds: float = 0.0) -> Body:
        """The TestRun once it is in this state."""
        return waiting.eventually(
            lambda: (body := self.get()).get("status", {}).get("state") == state and body,
            what=lambda: f"{self.name} is {state}: {self.status()}",
            seconds=seconds or self.seconds,
        )

    def condition(self, kind: str) -> Body:
        """This one of its conditions; empty while there is none."""
        return next((each for each in self.status().get("conditions", ()) if each["type"] == kind), {})

    def ended(self, *, seconds: float = 0.0) -> Body:
        """The TestRun once it has its verdict, which is its ``status.state`` then."""
        waiting.eventually(
            lambda: self.condition("Succeeded").get("status") in ("True", "False"),
            what=lambda: f"{self.name} ends: {self.status()}",
            seconds=seconds or self.seconds,
        )
        return self.get()

    def done(self) -> Body:
        """The TestRun once it is finished, cleaned up and let go."""
        waiting.eventually(
            lambda: self.condition("CleanedUp") and not self.get()["metadata"].get("finalizers"),
            what=lambda: f"{self.name} is done: {self.get()}",
            seconds=self.seconds,
        )
        return self.get()

    def plays(self, results: Mapping[str, str]) -> None:
        """All that a cluster does for a run, once it has its Job: the pod of each shard starts, runs its share of these tests
        (title -> ``passed``, ``failed``, ``timedOut`` or ``skipped``; at least one for each shard) and ends.
        """
        shards = self.job()["spec"]["completions"]
        assert len(results) >= shards, f"{len(results)} tests are too few for {shards} shards"
        for index in range(shards):
            share = {title: results[title] for title in list(results)[index::shards]}
            pod = self.start_pod(index)
            pod.runs(**share)
            pod.ended(pods.exit_code(share.values()))

    # The run's children

    def jobs(self) -> list[Body]:
        """Its Jobs."""
        status, body = self.api.request("GET", f"/apis/batch/v1/namespaces/{self.namespace}/jobs")
        assert status == 200
        uid = self.get().get("metadata", {}).get("uid")
        return [job for job in body["items"] if any(owner["uid"] == uid for owner in job["metadata"].get("ownerReferences", ()))]

    def job(self) -> Body:
        """That of its shards, once it is there."""
        return waiting.eventually(self.shard_jobs, what="the Job exists", seconds=self.seconds)[0]

    def shard_jobs(self) -> list[Body]:
        """The Job of its shards, or none."""
        return [each for each in self.jobs() if each["spec"].get("completionMode") == "Indexed"]

    def secret(self) -> dict[str, str]:
        """What its pods are given, once it is there."""
        path = f"/api/v1/namespaces/{self.namespace}/secrets/{self.job()['metadata']['name']}"
        body = waiting.eventually(lambda: self._read(path), what="the Secret exists", seconds=self.seconds)
        return {key: base64.b64decode(value).decode() for key, value in body["data"].items()}

    def _read(self, path: str) -> Body:
        status, body = self.api.request("GET", path)
        return body if status == 200 else {}

    def events(self) -> list[tuple[str, str]]:
        """Reason and message of each Event of the run."""
        status, body = self.api.request("GET", f"/api/v1/namespaces/{self.namespace}/events")
        assert status == 200
        uid = self.get()["metadata"]["uid"]
        found = [each for each in body["items"] if each["involvedObject"].get("uid") == uid]
        return [(each["reason"], each["message"]) for each in found]

    def post_event(self, kind: str, name: str, reason: str, message: str) -> None:
        """As the Job controller and the kubelet tell what a status has no place for."""
        body = {
            "metadata": {"generateName": f"{name}."},
            "involvedObject": {"kind": kind, "name": name, "namespace": self.namespace},
            "type": "Warning", "reason": reason, "message": message, "count": 1,
            "lastTimestamp": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }  # fmt: skip
        status, answer = self.api.request("POST", f"/api/v1/namespaces/{self.namespace}/events", body)
        assert status == 201, answer

    def job_status(self, status: Body) -> None:
        """As the Job controller writes it."""
        path = f"/apis/batch/v1/namespaces/{self.namespace}/jobs/{self.job()['metadata']['name']}/status"
        answer = self.api.request("PATCH", path, {"status": status}, content_type="application/merge-patch+json")
        assert answer[0] == 200, answer

    def make_pod(self, index: int, *, attempt: int = 0, node: str = "node-1") -> pods.Pod:
        """As the Job controller and the scheduler would; it has not started."""
        job = self.job()
        name = f"{job['metadata']['name']}-{index}-{attempt:05d}"
        template = job["spec"]["template"]
        body = {
            "metadata": {
                "name": name,
                "labels": template["metadata"]["labels"] | {pods.INDEX: str(index)},
                "annotations": {pods.INDEX: str(index)},
                "ownerReferences": [
                    {"apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "uid": job["metadata"]["uid"]}
                ],
            },
            "spec": template["spec"] | ({"nodeName": node} if node else {}),
        }
        status, answer = self.api.request("POST", f"/api/v1/namespaces/{self.namespace}/pods", body)
        assert status == 201, answer
        return pods.Pod(self, index, name)

    def start_pod(self, index: int, *, attempt: int = 0) -> pods.Pod:
        """One that runs, as the kubelet would have it."""
        pod = self.make_pod(index, attempt=attempt)
        pod.status(phase="Running", state={"running": {"startedAt": "2026-01-01T00:00:00Z"}})
        return pod
