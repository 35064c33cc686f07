"""What must come to its end does, however often it is told to stop."""

from __future__ import annotations

import asyncio

import pytest

from testrun.cli import signals


async def test_work_ends_although_it_is_cancelled_twice_and_the_cancellation_follows():
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await may_end.wait()
        ended.append("ended")

    running = asyncio.ensure_future(signals.to_its_end(work()))
    await begun.wait()
    for _ in range(2):
        running.cancel()
        await asyncio.sleep(0)
    assert not running.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended == ["ended"]


async def test_its_result_and_its_error_are_its_own():
    async def work(value: int) -> int:
        if not value:
            raise ValueError("nothing")
        return value

    assert await signals.to_its_end(work(3)) == 3
    with pytest.raises(ValueError, match="nothing"):
        await signals.to_its_end(work(0))
