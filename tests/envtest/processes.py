"""The real operator and the real server as processes, and a shard whose words the test chooses.

The API server has no Job controller and no kubelet: the test makes the pods and says how Jobs and pods fare, and speaks to
the server as the shim would, with the token that the operator put into the run's Secret.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import datetime
import glob
import hashlib
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import waiting
from envtest import envtest

RUNS = "/apis/testing.ameide.io/v1alpha1"
INDEX = "batch.kubernetes.io/job-completion-index"
T = TypeVar("T")
Body = dict[str, Any]


def eventually(look: Callable[[], T], *, what: Callable[[], str] | str, seconds: float = 20.0) -> T:
    return waiting.eventually(look, what=what, seconds=seconds)


@dataclasses.dataclass
class Process:
    """A command of the project that serves HTTP on a port of its own."""

    command: list[str]
    port: int
    log: Path
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("ameide")), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        if wait:
            eventually(self.is_ready, what=lambda: f"{self.command[0]} is ready: {self.log.read_text()[-2000:]}", seconds=40)

    def is_ready(self) -> bool:
        assert self.process is None or self.process.poll() is None, self.log.read_text()[-4000:]
        return self.get("/readyz")[0] == 200

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait; the exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"{self.command[0]} did not end: {self.log.read_text()[-4000:]}") from None

    def kill(self) -> None:
        """As kill -9 does."""
        self.end(signal.SIGKILL)

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels."""
        lines = (line for line in self.get("/metrics")[1].splitlines() if line.startswith((f"{name}{{", f"{name} ")))
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def operator(api: envtest.ApiServer, server: Process, key: Path, folder: Path, *extra: str, name: str = "operator") -> Process:
    (port,) = envtest._free_ports(1)
    command = [
        "operator", "run", f"--kubeconfig={api.kubeconfig}", f"--server-url={server.url}", f"--key-file={key}", f"--port={port}",
        f"--identity={name}", *extra,
    ]  # fmt: skip
    return Process(command, port, folder / f"{name}.log")


def server(key: Path, folder: Path, api: envtest.ApiServer) -> Process:
    (port,) = envtest._free_ports(1)
    command = ["server", "run", f"--data={folder / 'data'}", "--host=127.0.0.1", f"--port={port}", f"--key-file={key}"]
    return Process(command, port, folder / "server.log", {"KUBECONFIG": str(api.kubeconfig)})


def data_of(server: Process) -> Path:
    """The server's folder."""
    return Path(next(part.removeprefix("--data=") for part in server.command if part.startswith("--data=")))


def summary_of(server: Process, uid: str) -> Body:
    """What the evidence says of a run, once it is stored: also of a run that is gone."""
    # Not Path.glob, which fails when a folder goes away under it: the server is at work there.
    pattern = f"{glob.escape(str(data_of(server)))}/store/*/*/{uid}/summary.json"
    (file,) = eventually(lambda: glob.glob(pattern), what="the evidence is stored")
    return json.loads(Path(file).read_text())


@contextlib.contextmanager
def ending(*processes: Process) -> Iterator[None]:
    """Whatever happens in the block, these processes do not outlive it."""
    try:
        yield
    finally:
        for each in processes:
            if each.process is not None and each.process.poll() is None:
                each.process.kill()
                each.process.wait()


@dataclasses.dataclass
class Run:
    """One TestRun, and both sides of its world."""

    api: envtest.ApiServer
    server: Process
    namespace: str
    name: str
    seconds: float = 20.0
    """How long what is awaited may take."""

    @property
    def path(self) -> str:
        return f"{RUNS}/namespaces/{self.namespace}/testruns/{self.name}"

    def create(self, **playwright: Any) -> Body:
        spec = playwright.pop("spec", {})
        body = {
            "apiVersion": "testing.ameide.io/v1alpha1",
            "kind": "TestRun",
            "metadata": {"name": self.name},
            "spec": {"playwright": {"image": "registry.example/e2e:1", "shards": 2, "timeoutSeconds": 600} | playwright, **spec},
        }
        status, answer = self.api.request("POST", self.path.rpartition("/")[0], body)
        assert status == 201, answer
        return answer

    def get(self) -> Body:
        """The TestRun; empty when it does not exist."""
        status, body = self.api.request("GET", self.path)
        return body if status == 200 else {}

    def patch(self, **spec: Any) -> None:
        status, body = self.api.request("PATCH", self.path, {"spec": spec}, content_type="application/merge-patch+json")
        assert status == 200, body

    def delete(self) -> None:
        self.api.request("DELETE", self.path)

    def state(self) -> str:
        return self.get().get("status", {}).get("state", "")

    def wait(self, state: str, *, seconds: float = 0.0) -> Body:
        eventually(
            lambda: self.state() == state,
            what=lambda: f"{self.name} is {state}: {self.get().get('status')}",
            seconds=seconds or self.seconds,
        )
        return self.get()

    def condition(self, kind: str) -> Body:
        return next((each for each in self.get().get("status", {}).get("conditions", ()) if each["type"] == kind), {})

    def done(self) -> Body:
        """The TestRun once it is finished, cleaned up and let go."""
        eventually(
            lambda: self.condition("CleanedUp") and not self.get()["metadata"].get("finalizers"),
            what=lambda: f"{self.name} is done: {self.get()}",
            seconds=self.seconds,
        )
        return self.get()

    # The run's children

    def jobs(self) -> list[Body]:
        status, body = self.api.request("GET", f"/apis/batch/v1/namespaces/{self.namespace}/jobs")
        assert status == 200
        uid = self.get().get("metadata", {}).get("uid")
        return [job for job in body["items"] if any(owner["uid"] == uid for owner in job["metadata"].get("ownerReferences", ()))]

    def job(self) -> Body:
        """That of its shards."""
        return eventually(self.shard_jobs, what="the Job exists", seconds=self.seconds)[0]

    def shard_jobs(self) -> list[Body]:
        return [each for each in self.jobs() if each["spec"].get("completionMode") == "Indexed"]

    def secret(self) -> dict[str, str]:
        path = f"/api/v1/namespaces/{self.namespace}/secrets/{self.job()['metadata']['name']}"
        body = eventually(
            lambda: (answer := self.api.request("GET", path))[0] == 200 and answer[1],
            what="the Secret exists",
            seconds=self.seconds,
        )
        return {key: base64.b64decode(value).decode() for key, value in body["data"].items()}

    def events(self) -> list[tuple[str, str]]:
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
        path = f"/apis/batch/v1/namespaces/{self.namespace}/jobs/{self.job()['metadata']['name']}/status"
        answer = self.api.request("PATCH", path, {"status": status}, content_type="application/merge-patch+json")
        assert answer[0] == 200, answer

    def make_pod(self, index: int, *, attempt: int = 0, node: str = "node-1") -> Pod:
        """As the Job controller and the scheduler would; it has not started."""
        job = self.job()
        name = f"{job['metadata']['name']}-{index}-{attempt:05d}"
        template = job["spec"]["template"]
        body = {
            "metadata": {
                "name": name,
                "labels": template["metadata"]["labels"] | {INDEX: str(index)},
                "annotations": {INDEX: str(index)},
                "ownerReferences": [
                    {"apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "uid": job["metadata"]["uid"]}
                ],
            },
            "spec": template["spec"] | ({"nodeName": node} if node else {}),
        }
        status, answer = self.api.request("POST", f"/api/v1/namespaces/{self.namespace}/pods", body)
        assert status == 201, answer
        return Pod(self, index, name)

    def start_pod(self, index: int, *, attempt: int = 0) -> Pod:
        """One that runs, as the kubelet would have it."""
        pod = self.make_pod(index, attempt=attempt)
        pod.status(phase="Running", state={"running": {"startedAt": "2026-01-01T00:00:00Z"}})
        return pod


@dataclasses.dataclass
class Pod:
    """A shard's pod, as Kubernetes shows it, and as its shim would speak."""

    run: Run
    index: int
    name: str
    log: bytes = b""
    offset: int = 0

    def status(self, *, phase: str, state: Body | None = None, **more: Any) -> None:
        status: Body = {"phase": phase, **more}
        if state is not None:
            status["containerStatuses"] = [
                {"name": "playwright", "image": "e2e:1", "imageID": "sha256:1", "ready": False, "restartCount": 0, "state": state}
            ]
        path = f"/api/v1/namespaces/{self.run.namespace}/pods/{self.name}/status"
        answer = self.run.api.request("PATCH", path, {"status": status}, content_type="application/merge-patch+json")
        assert answer[0] == 200, answer

    def cannot_start(self, reason: str, message: str = "") -> None:
        """Its container waits, and the kubelet says why."""
        self.status(phase="Pending", state={"waiting": {"reason": reason, "message": message}})

    def delete(self) -> None:
        """At once: no kubelet is there to end it gracefully."""
        path = f"/api/v1/namespaces/{self.run.namespace}/pods/{self.name}"
        self.run.api.request("DELETE", path, {"gracePeriodSeconds": 0})

    def ended(self, code: int, *, reason: str = "", message: str = "") -> None:
        """Kubernetes has seen the container end."""
        state = {"exitCode": code, "reason": reason or ("Completed" if code == 0 else "Error"), "message": message}
        self.status(phase="Succeeded" if code == 0 else "Failed", state={"terminated": state})

    def say(self, *events: Body) -> None:
        """Send these lines to the server."""
        self.log += b"".join(json.dumps(event).encode() + b"\n" for event in events)
        secret = self.run.secret()
        settings = json.loads(secret["run.json"])
        path = (
            f"/v1/runs/{settings['namespace']}/{settings['name']}/{settings['uid']}/shards/{self.index}/pods/{self.name}/events"
        )
        request = urllib.request.Request(
            f"{self.run.server.url}{path}?offset={self.offset}", data=self.log[self.offset :], method="POST",
            headers={"Authorization": f"Bearer {secret['token']}", "Content-Type": "application/x-ndjson"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.offset = json.load(answer)["size"]

    def begins(self, *titles: str, announced: int | None = None, **fields: Any) -> None:
        """It has planned these tests, each with these fields, and has announced so many (as many as there are)."""
        now = 1_790_000_000_000
        body = self.run.get()
        tests = [
            {"id": self.id(title), "file": "shop.spec.ts", "line": 1, "column": 1, "project": "desktop", "title": [title],
             "tags": [], "retries": 0, "expected": "passed", **fields}
            for title in titles
        ]  # fmt: skip
        self.say(
            {"type": "begin", "v": 1, "time": now, "index": self.index, "shards": body["spec"]["playwright"]["shards"],
             "pod": self.name, "node": "node-1",
             "nodejs": "v22.0.0", "playwright": "1.65.1", "uid": body["metadata"]["uid"], "cwd": "/e2e", "argv": []},
            {"type": "plan", "tests": tests},
            {"type": "planned", "count": len(tests) if announced is None else announced, "workers": 1,
             "sha256": digest(test["id"] for test in tests)},
        )  # fmt: skip

    def starts(self, title: str, *, retry: int = 0) -> None:
        self.say({"type": "start", "id": self.id(title), "retry": retry, "worker": 0, "time": 1_790_000_000_000})

    def ends(self, title: str, status: str = "passed", message: str = "", *, retry: int = 0, **fields: Any) -> None:
        errors = [{"message": message, "stack": message, "file": "shop.spec.ts", "line": 3, "snippet": ""}] if message else []
        self.say(
            {"type": "end", "id": self.id(title), "retry": retry, "status": status, "time": 1_790_000_000_100, "duration": 100,
             "errors": errors, "annotations": [], "output": "", "attachments": [], **fields}
        )  # fmt: skip

    def errs(self, message: str, file: str = "") -> None:
        """Something went wrong outside its tests."""
        self.say({"type": "error", "message": message, "stack": message, "file": file, "line": 3, "time": 1_790_000_000_100})

    def exits(
        self, code: int, planned: tuple[str, ...], reported: tuple[str, ...] | None = None, *, signal: str | None = None,
        finish: str | None = "", **fields: Any,
    ) -> None:  # fmt: skip
        """The last words of the shim: these tests were planned, and these (all, when not said) were reported. ``finish`` is
        Playwright's own word for the whole, as its exit code has it when not said, and None when it could say none; ``fields``
        are of the last line.
        """
        ids = [self.id(title) for title in planned]
        ended = ids if reported is None else [self.id(title) for title in reported]
        events: list[Body] = [] if signal is None else [{"type": "signal", "signal": signal, "time": 1}]
        if finish is not None:
            word = finish or ("passed" if code == 0 else "failed")
            events.append({"type": "finish", "status": word, "time": 1_790_000_000_200, "duration": 200})
        self.say(
            *events,
            {"type": "exit", "code": code, "playwrightExit": code, "playwrightSignal": None, "problem": None, "output": "",
             "planned": len(ids), "reported": len(ended), "plannedSha256": digest(ids), "reportedSha256": digest(ended),
             "time": 1_790_000_000_300, **fields},
        )  # fmt: skip

    def runs(self, **results: str) -> None:
        """A whole shard: test -> status, told from begin to exit, and its container's end."""
        self.begins(*results)
        for title, status in results.items():
            self.starts(title)
            self.ends(title, status, "expect(received).toBe(expected)" if status == "failed" else "")
        self.exits(1 if "failed" in results.values() else 0, tuple(results))

    def id(self, title: str) -> str:
        return hashlib.sha256(title.encode()).hexdigest()[:20]


def digest(ids: Any) -> str:
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(ids)).encode()).hexdigest()
