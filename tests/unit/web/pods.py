"""A pod's words, and a server to say them to."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import json
import pathlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import build
import loopback
from aiohttp import web

from testrun.api import tokens, wire
from testrun.artifacts import store
from testrun.core import ledger, model, retention
from testrun.web import access, app, config

KEY = b"k" * 32
KEYRING = tokens.Keyring(KEY)
RUN = build.RUN
POD = "shop-0-abcde"
LIMITS = config.Limits(reserve_bytes=0, scarce_percent=0, scarce_bytes=0)
"""However full the disk of the machine is."""
TIME = 1_763_690_000_000


def line(kind: str, **fields: Any) -> bytes:
    return json.dumps({"type": kind, **fields}).encode() + b"\n"


def begin(*, pod: str = POD, index: int = 0, shards: int = 1, time: int = TIME, uid: str = RUN.uid) -> bytes:
    return line(
        "begin",
        v=1,
        time=time,
        index=index,
        shards=shards,
        pod=pod,
        node="n1",
        nodejs="v22",
        playwright="1.65.1",
        uid=uid,
        cwd="/",
        argv=[],
    )


def plan(*tests: str, file: str = "cart.spec.ts", project: str = "desktop") -> bytes:
    planned = [
        {"id": each, "file": file, "line": number, "column": 1, "project": project, "title": ["cart", each], "tags": ["@smoke"],
         "retries": 1, "expected": "passed"}
        for number, each in enumerate(tests, 1)
    ]  # fmt: skip
    lines = b"".join(line("plan", tests=planned[at : at + 200]) for at in range(0, len(planned), 200))
    return lines + line("planned", count=len(tests), workers=1, sha256=ledger.digest(tests))


def start(test: str, *, retry: int = 0, time: int = TIME + 1000) -> bytes:
    return line("start", id=test, retry=retry, worker=0, time=time)


def end(test: str, status: str = "passed", *, retry: int = 0, time: int = TIME + 2000, **more: Any) -> bytes:
    fields = {"errors": [], "annotations": [], "output": "", "attachments": []} | more
    return line("end", id=test, retry=retry, status=status, time=time, duration=850, **fields)


def finish(status: str = "passed", *, time: int = TIME + 2500) -> bytes:
    return line("finish", status=status, time=time, duration=2400)


def leave(*, planned: tuple[str, ...], reported: tuple[str, ...], code: int = 0, time: int = TIME + 3000) -> bytes:
    return line(
        "exit", code=code, playwrightExit=code, playwrightSignal=None, problem=None, output="",
        planned=len(planned), reported=len(reported),
        plannedSha256=ledger.digest(planned), reportedSha256=ledger.digest(reported), time=time,
    )  # fmt: skip


def whole_log(*tests: str, pod: str = POD, index: int = 0, shards: int = 1, uid: str = RUN.uid) -> bytes:
    """All tests pass."""
    results = b"".join(start(each) + end(each) for each in tests) + finish()
    return begin(pod=pod, index=index, shards=shards, uid=uid) + plan(*tests) + results + leave(planned=tests, reported=tests)


def attached(name: str, data: bytes, *, content_type: str = "application/zip", file: str = "1-trace.zip") -> dict[str, Any]:
    return {"name": name, "contentType": content_type, "file": file, "bytes": len(data), "sha256": digest(data)}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def settle_request(**changes: Any) -> model.SettleRequest:
    values = {
        "run": RUN, "shards": 1, "min_tests": 1, "revision": "7f3c2d1", "image": "registry.example/e2e:7f3c2d1",
        "start": build.NOW, "end": build.at(12.5),
    }  # fmt: skip
    return model.SettleRequest(**values | changes)


class Reviewer:
    """The owner of the token ``reader`` may get everything, that of ``maker`` also create; ``other`` is known and may nothing."""

    def __init__(self) -> None:
        self.asked = 0

    async def may(self, token: str, verb: str, *, namespace: str, name: str = "") -> access.Access:
        self.asked += 1
        if token == "away":
            raise access.ReviewError("the API server does not answer")
        allowed = token == "maker" or (token == "reader" and verb == "get")
        return access.Access(allowed=allowed, user=token if token in ("reader", "maker", "other") else "", reason="")


class Server:
    """A running server, and calls in the names of a pod, the operator and a reader."""

    def __init__(self, url: str, session: aiohttp.ClientSession, application: web.Application) -> None:
        self.url = url
        self.session = session
        self.app = application

    def runs(self) -> dict[model.RunRef, Any]:
        return self.app[app.RUNS].live

    async def call(
        self, method: str, path: str, *, token: str = "", headers: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, Any]:
        """Status and body: parsed when it is JSON, else bytes."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.session.request(method, self.url + path, headers=sent | (headers or {}), **more) as response:
            data = await response.read()
            return response.status, json.loads(data) if data and response.content_type == "application/json" else data

    async def events(
        self, offset: int, data: bytes, *, pod: str = POD, shard: int = 0, run: model.RunRef = RUN
    ) -> tuple[int, Any]:
        path = f"{pod_path(pod, shard, run)}/events?offset={offset}"
        return await self.call("POST", path, token=KEYRING.run_token(run), data=data)

    async def attach(
        self,
        file: str,
        data: Any,
        *,
        sha256: str | None = None,
        pod: str = POD,
        shard: int = 0,
        run: model.RunRef = RUN,
        **more: Any,
    ) -> tuple[int, Any]:
        headers = {"X-Content-SHA256": sha256 if sha256 is not None else digest(data)} | more.pop("headers", {})
        path = f"{pod_path(pod, shard, run)}/attachments/{file}"
        if isinstance(data, bytes):
            data = io.BytesIO(data)
        return await self.call("PUT", path, token=KEYRING.run_token(run), data=data, headers=headers, **more)

    async def changes(self, cursor: str = "", timeout: float = 0) -> tuple[str, dict[model.RunRef, model.Progress]]:
        status, body = await self.call(
            "GET", "/v1/changes", params={"cursor": cursor, "timeout": str(timeout)}, token=KEYRING.operator_token()
        )
        assert status == 200, body
        found = [wire.load(model.Progress, each) for each in body["runs"]]
        return body["cursor"], {each.run: each for each in found}

    async def settle_raw(self, request: model.SettleRequest, *, force: bool = False) -> tuple[int, Any]:
        path = f"{run_path(request.run)}/settle" + ("?force=1" if force else "")
        return await self.call("POST", path, data=wire.dumps(request), token=KEYRING.operator_token())

    async def settle(self, request: model.SettleRequest | None = None, *, force: bool = False) -> model.Settlement:
        status, body = await self.settle_raw(request or settle_request(), force=force)
        assert status == 200, body
        return wire.load(model.Settlement, body)

    async def read(self, what: str, *, token: str = "reader", run: model.RunRef = RUN, **more: Any) -> tuple[int, Any]:
        return await self.call("GET", f"{run_path(run)}/{what}", token=token, **more)


def run_path(run: model.RunRef = RUN) -> str:
    return f"/v1/runs/{run.namespace}/{run.name}/{run.uid}"


def pod_path(pod: str = POD, shard: int = 0, run: model.RunRef = RUN) -> str:
    return f"{run_path(run)}/shards/{shard}/pods/{pod}"


@contextlib.asynccontextmanager
async def running(
    data: pathlib.Path,
    *,
    limits: config.Limits | None = None,
    reviewer: access.Reviewer | None = None,
    evidence: store.Store | None = None,
    url: str = "",
    retained: retention.Policy | None = None,
) -> AsyncIterator[Server]:
    """A server on that folder, on a loopback port, run as ``cli`` runs it."""
    settings = config.Config(data=data, key=KEY, url=url, limits=limits or LIMITS, retention=retained or retention.Policy())
    application = app.make_app(settings, reviewer, evidence=evidence)
    async with loopback.serving(app.make_runner(application)) as port, aiohttp.ClientSession() as session:
        yield Server(f"http://127.0.0.1:{port}", session, application)


async def until(met: Callable[[], bool]) -> None:
    """Waits for a condition, for a few seconds."""
    async with asyncio.timeout(5):
        while not met():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.005)
