"""When the operator's process is well, and when it ends itself so that another one starts."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from testrun.kube import client, process


class Streams:
    """Watches whose bytes and whose end the test decides."""

    def __init__(self) -> None:
        self.ages = client.WatchAges()
        self.responses: dict[str, Any] = {}

    def open(self, *paths: str) -> None:
        for path in paths:
            response = SimpleNamespace(content=SimpleNamespace(total_bytes=0), closed=False)
            self.responses[path] = response
            self.ages.opened(path, cast(Any, response))


async def problem_of(streams: Streams, *, after: float, started: bool = True, expected: int = 2) -> str:
    """What is said after so many seconds in which nothing happened."""
    loop = asyncio.get_running_loop()
    health = process.Health(streams.ages, cast(Any, None), expected=expected)
    if started:
        health.started()
    health.problem()
    now = loop.time
    loop.time = lambda: now() + after  # type: ignore[method-assign]
    try:
        return health.problem()
    finally:
        loop.time = now  # type: ignore[method-assign]


async def test_open_watches_are_well():
    streams = Streams()
    streams.open("/runs", "/jobs")
    assert await problem_of(streams, after=process.STALE_SECONDS - 1) == ""


async def test_a_watch_that_brings_nothing_is_dead():
    streams = Streams()
    streams.open("/runs", "/jobs")
    said = await problem_of(streams, after=process.STALE_SECONDS + 1)
    assert said == "watches without a sign of life, in seconds: {'/runs': 181, '/jobs': 181}"


async def test_a_watch_that_is_closed_and_not_opened_again_is_dead_sooner():
    streams = Streams()
    streams.open("/runs", "/jobs")
    streams.responses["/runs"].closed = True
    assert await problem_of(streams, after=process.CLOSED_SECONDS - 1) == ""
    assert await problem_of(streams, after=process.CLOSED_SECONDS + 1) == "watches that are closed, since seconds: {'/runs': 46}"


async def test_a_watch_that_is_opened_again_is_well():
    streams = Streams()
    streams.open("/runs", "/jobs")
    streams.responses["/runs"].closed = True
    streams.ages.closed()
    streams.open("/runs")
    assert await problem_of(streams, after=process.CLOSED_SECONDS + 1) == ""


async def test_watches_that_do_not_open_in_time():
    streams = Streams()
    streams.open("/runs")
    assert await problem_of(streams, after=process.START_SECONDS - 1) == ""
    assert await problem_of(streams, after=process.START_SECONDS + 1) == "only 1 of 2 watches are open after 61 s"


async def test_a_standby_watches_nothing():
    assert await problem_of(Streams(), after=10_000, started=False) == ""


async def test_the_process_ends_itself(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "START_SECONDS", -1)
    health = process.Health(client.WatchAges(), cast(Any, None), expected=3)
    health.started()
    with pytest.raises(process.Unhealthy, match="only 0 of 3 watches are open"):
        await health.hold()
