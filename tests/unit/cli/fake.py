"""An API server for the command line's tests, on loopback, in its own thread: TestRuns, a scripted watch, pods, the proxy.

It knows no rules; what a real one refuses, a test scripts.
"""

from __future__ import annotations

import asyncio
import copy
import inspect
import json
import pathlib
import threading
from collections.abc import Callable
from typing import Any

import loopback
from aiohttp import web

from testrun.api import wire
from testrun.artifacts import manifest
from testrun.core import model

Body = dict[str, Any]
Step = Body | str | Callable[[], object]

RUNS = "/apis/testing.ameide.io/v1alpha1"
CREATED = "2026-11-21T12:00:00Z"


def make_body(name: str = "shop", **status: Any) -> Body:
    """A TestRun as the API server would send it."""
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-of-{name}", "creationTimestamp": CREATED, "generation": 1}
    spec = {"playwright": {"image": "registry.example/e2e:1", "shards": 2}}
    return {"apiVersion": "testing.ameide.io/v1alpha1", "kind": "TestRun", "metadata": metadata, "spec": spec} | (
        {"status": status} if status else {}
    )


def make_status(state: str, **fields: Any) -> Body:
    """A status; with a verdict when the state is one."""
    verdict = state not in ("Pending", "Running", "Stopping", "Storing", "Suspended")
    succeeded = {
        "type": "Succeeded",
        "status": ("True" if state == "Passed" else "False") if verdict else "Unknown",
        "reason": state,
        "message": f"it is {state}" if verdict else "",
    }
    stored = {"type": "EvidenceStored", "status": "True", "reason": "Stored", "message": ""}
    return {"observedGeneration": 1, "state": state, "conditions": [succeeded, stored] if verdict else [succeeded]} | fields


class Cluster:
    """``script`` is what watches bring, step by step: a status that is set and sent; ``break``, ``gone`` and ``deleted``, which
    happen; a function that is called, and whose answer is awaited when it is a coroutine.
    """

    def __init__(self) -> None:
        self.runs: dict[str, Body] = {}
        self.script: list[Step] = []
        self.refuse: dict[tuple[str, str], tuple[int, Body | str]] = {}
        """(method, end of the path) -> the answer, `refusals` times."""
        self.refusals = 1_000_000
        self.pods: list[Body] = []
        self.logs: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.served: dict[str, bytes] = {}
        """What is sent instead of a file."""
        self.progress: list[model.Progress] = []
        self.calls: list[tuple[str, str, Body | None]] = []
        self.headers: dict[str, str] = {}
        """Those of the last request to the evidence server."""
        self.port = 0
        self._version = 1
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def add(self, body: Body) -> None:
        self.runs[body["metadata"]["name"]] = self._stamped(copy.deepcopy(body))

    def kubeconfig(self, folder: pathlib.Path, *, user: Body | None = None) -> pathlib.Path:
        file = folder / "kubeconfig"
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
            "users": [{"name": "test", "user": {"token": "user-token"} if user is None else user}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test", "namespace": "shop"}}],
        }
        file.write_text(json.dumps(config))
        return file

    async def progress_is_seen(self) -> None:
        """A step of the script: goes on when all progress was fetched, and the next asked for."""
        await self._asked.wait()

    def writes(self) -> list[tuple[str, str, Body | None]]:
        return [call for call in self.calls if call[0] != "GET"]

    def start(self) -> None:
        self._thread.start()
        assert self._started.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stop, self._asked = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        app = web.Application(middlewares=[self._note])
        app.add_routes(
            [
                web.get(RUNS + "/namespaces/{ns}/testruns", self._list),
                web.get(RUNS + "/testruns", self._list),
                web.post(RUNS + "/namespaces/{ns}/testruns", self._create),
                web.get(RUNS + "/namespaces/{ns}/testruns/{name}", self._get),
                web.patch(RUNS + "/namespaces/{ns}/testruns/{name}", self._patch),
                web.delete(RUNS + "/namespaces/{ns}/testruns/{name}", self._delete),
                web.get("/api/v1/namespaces/{ns}/pods", self._list_pods),
                web.get("/api/v1/namespaces/{ns}/pods/{pod}/log", self._log),
                web.post("/api/v1/namespaces/{ns}/serviceaccounts/{name}/token", self._token),
                web.get("/api/v1/namespaces/testrun-system/services/testrun-server:8080/proxy/{path:.*}", self._evidence),
                web.get("/v1/{path:.*}", self._evidence),
            ]
        )
        async with loopback.serving(web.AppRunner(app, access_log=None, shutdown_timeout=0.1)) as self.port:
            self._started.set()
            await self._stop.wait()

    @web.middleware
    async def _note(self, request: web.Request, handler: Any) -> web.StreamResponse:
        data = await request.read()
        if "watch" not in request.query:
            self.calls.append((request.method, request.path, json.loads(data) if data else None))
        for (method, end), (status, answer) in self.refuse.items():
            if request.method == method and request.path.endswith(end):
                self.refusals -= 1
                if self.refusals < 0:
                    break
                text = answer if isinstance(answer, str) else json.dumps(answer)
                return web.Response(status=status, text=text, content_type="application/json")
        response: web.StreamResponse = await handler(request)
        return response

    def _stamped(self, body: Body) -> Body:
        self._version += 1
        body["metadata"]["resourceVersion"] = str(self._version)
        return body

    def _found(self, request: web.Request) -> Body:
        name = request.match_info["name"]
        if name not in self.runs:
            raise web.HTTPNotFound(
                text=json.dumps(failure(404, "NotFound", f'testruns.testing.ameide.io "{name}" not found')),
                content_type="application/json",
            )
        return self.runs[name]

    async def _get(self, request: web.Request) -> web.Response:
        return web.json_response(self._found(request))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("watch") != "true":
            return web.json_response({"items": list(self.runs.values()), "metadata": {"resourceVersion": str(self._version)}})
        name = request.query["fieldSelector"].removeprefix("metadata.name=")
        response = web.StreamResponse()
        await response.prepare(request)

        async def send(kind: str, body: Body) -> None:
            await response.write(json.dumps({"type": kind, "object": body}).encode() + b"\n")

        while self.script:
            step = self.script.pop(0)
            if step == "break":
                assert request.transport is not None
                request.transport.abort()
                return response
            if step == "gone":
                await send("ERROR", failure(410, "Expired", "too old"))
                return response
            if step == "deleted":
                await send("DELETED", self.runs.pop(name))
                return response
            if isinstance(step, dict):
                self.runs[name]["status"] = step
                await send("MODIFIED", self._stamped(self.runs[name]))
            elif callable(step) and inspect.isawaitable(answer := step()):
                await answer
        await self._stop.wait()
        return response

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        name = body["metadata"]["name"]
        if name in self.runs:
            said = f'testruns.testing.ameide.io "{name}" already exists'
            return web.json_response(failure(409, "AlreadyExists", said), status=409)
        body["metadata"] |= {"namespace": request.match_info["ns"], "uid": f"uid-{self._version}", "creationTimestamp": CREATED}
        self.runs[name] = self._stamped(body)
        return web.json_response(body, status=201)

    async def _patch(self, request: web.Request) -> web.Response:
        body = self._found(request)
        body["spec"] |= (await request.json())["spec"]
        return web.json_response(self._stamped(body))

    async def _delete(self, request: web.Request) -> web.Response:
        self._found(request)
        return web.json_response(self.runs.pop(request.match_info["name"]))

    async def _list_pods(self, _: web.Request) -> web.Response:
        return web.json_response({"items": self.pods, "metadata": {}})

    async def _log(self, request: web.Request) -> web.Response:
        return web.Response(text=self.logs[request.match_info["pod"]])

    async def _token(self, request: web.Request) -> web.Response:
        return web.json_response({"status": {"token": f"token-of-{request.match_info['name']}"}}, status=201)

    async def _evidence(self, request: web.Request) -> web.StreamResponse:
        self.headers = dict(request.headers)
        path = "/".join(request.match_info["path"].removeprefix("v1/").split("/")[4:])
        if path == "progress":
            if self.progress:
                return web.json_response(wire.dump(self.progress.pop(0)))
            self._asked.set()
            await self._stop.wait()
        if path == "files":
            listed = manifest.build(manifest.describe(path, data) for path, data in self.files.items())
            return web.Response(body=self.served.get("manifest.json", manifest.dump(listed)))
        path = path.removeprefix("files/")
        if path not in self.files:
            return web.json_response({"error": "there is no such file", "hint": "list them"}, status=404)
        return web.Response(body=self.served.get(path, self.files[path]))


def failure(code: int, reason: str, message: str) -> Body:
    """A Status of the API server."""
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message}


def make_pod(index: int, name: str) -> Body:
    return {"metadata": {"name": name, "labels": {"batch.kubernetes.io/job-completion-index": str(index)}}}
