"""What the operator reads of the server's answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import loopback
import pytest
from aiohttp import web
from build import RUN

from testrun.api import wire
from testrun.core import model
from testrun.kube import evidence


@contextlib.asynccontextmanager
async def answering(body: bytes, *, status: int = 200) -> AsyncIterator[evidence.EvidenceServer]:
    """A server that has this to say to whatever it is asked."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, status=status, content_type="application/json")

    app = web.Application()
    app.add_routes([web.get("/v1/changes", answer), web.post("/v1/runs/{namespace}/{name}/{uid}/records", answer)])
    async with loopback.serving(web.AppRunner(app)) as port, aiohttp.ClientSession() as session:
        yield evidence.EvidenceServer(session, f"http://127.0.0.1:{port}", b"k" * 32)


async def test_what_changed_is_told() -> None:
    progress, told = model.Progress(run=RUN, version=7), asyncio.Queue[model.Progress]()
    async with answering(b'{"cursor": "a:1", "runs": [' + wire.dumps(progress) + b"]}") as server:
        following = asyncio.ensure_future(server.follow(told.put_nowait))
        async with asyncio.timeout(5):
            assert await told.get() == progress
        following.cancel()


@pytest.mark.parametrize("body", [b" " * 300, b'{"cursor": "a:1", "runs": []' + b" " * 300 + b"}"], ids=["none", "whole"])
async def test_an_answer_without_bounds_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr(evidence, "CHANGES_BYTES", 299)
    async with answering(body) as server:
        with pytest.raises(evidence.ServerError, match="more than 299 bytes"):
            await server._changes("")


async def test_what_the_records_hold_is_told() -> None:
    told = model.RecordsAnswer(facts=(model.RecordFacts(phase="unit", counts=model.Counts(tests=1, passed=1)),))
    async with answering(wire.dumps(told)) as server:
        assert await server.verify(model.RecordsRequest(run=RUN)) == told


@pytest.mark.parametrize(
    ("status", "body", "kind", "why"),
    [
        (503, b'{"error": "busy"}', evidence.ServerError, 'the server answered 503 to records: {"error": "busy"}'),
        (507, b'{"error": "full"}', evidence.StoreFull, 'the server answered 507 to records: {"error": "full"}'),
        (200, b'{"facts": [{"phase": "e2e"}]}', evidence.ServerError, "the server's answer cannot be read"),
    ],
    ids=["refused", "full", "not an answer"],
)
async def test_a_server_that_cannot_say_is_an_error(status: int, body: bytes, kind: type[evidence.ServerError], why: str) -> None:
    async with answering(body, status=status) as server:
        with pytest.raises(evidence.ServerError) as caught:
            await server.verify(model.RecordsRequest(run=RUN))
    assert type(caught.value) is kind
    assert str(caught.value).startswith(why)
