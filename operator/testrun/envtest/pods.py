"""A shard's pod: what the kubelet says of it, and what its shim sends to the server, with the token of its run."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import urllib.request
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from testrun.envtest.processes import Body

if TYPE_CHECKING:
    from testrun.envtest.runs import Run

INDEX = "batch.kubernetes.io/job-completion-index"
_RED = frozenset({"failed", "timedOut"})


@dataclasses.dataclass
class Pod:
    """A shard's pod, as Kubernetes shows it, and as its shim would speak."""

    run: Run
    index: int
    name: str
    log: bytes = b""
    offset: int = 0

    def status(self, *, phase: str, state: Body | None = None, **more: Any) -> None:
        """As the kubelet writes it, with the state of its only container."""
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
        """A test begins."""
        self.say({"type": "start", "id": self.id(title), "retry": retry, "worker": 0, "time": 1_790_000_000_000})

    def ends(self, title: str, status: str = "passed", message: str = "", *, retry: int = 0, **fields: Any) -> None:
        """It has ended so; a message is what went wrong."""
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
            self.ends(title, status, "expect(received).toBe(expected)" if status in _RED else "")
        self.exits(exit_code(results.values()), tuple(results))

    def id(self, title: str) -> str:
        """What Playwright would call the test."""
        return hashlib.sha256(title.encode()).hexdigest()[:20]


def exit_code(statuses: Iterable[str]) -> int:
    """Of Playwright, whose tests ended so."""
    return 1 if _RED.intersection(statuses) else 0


def digest(ids: Iterable[str]) -> str:
    """Of a list of tests, as the shim works it out."""
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(ids)).encode()).hexdigest()
