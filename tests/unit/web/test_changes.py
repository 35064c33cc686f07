"""Who waits for news is woken soon, and once for many changes."""

from __future__ import annotations

import asyncio

import pytest

from testrun.web import changes


@pytest.fixture
async def news() -> changes.Changes:
    return changes.Changes()


def soon(seconds: float = 5.0) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_an_urgent_change_wakes_before_others_and_takes_them_along(
    news: changes.Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "COALESCE_SECONDS", 60.0)
    waiting = asyncio.ensure_future(news.wait(0, soon()))
    await asyncio.sleep(0)
    news.add()
    news.add(urgent=True)
    news.add()
    assert (news.number, news.public) == (3, 0)
    async with asyncio.timeout(1):
        assert await waiting
    assert news.public == 3


async def test_many_urgent_changes_wake_once(news: changes.Changes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "URGENT_SECONDS", 0.5)  # longer than a hundred turns of the loop take on any machine
    waiting = asyncio.ensure_future(news.wait(0, soon()))
    for _ in range(100):
        news.add(urgent=True)
        await asyncio.sleep(0)
    assert news.public == 0
    assert await waiting
    assert news.public == 100


async def test_many_small_changes_wake_once(news: changes.Changes) -> None:
    began = asyncio.get_running_loop().time()
    for _ in range(1000):
        news.add()
    assert await news.wait(0, soon())
    assert (news.number, news.public) == (1000, 1000)
    assert asyncio.get_running_loop().time() - began < 0.5


async def test_nothing_new_lasts_until_the_deadline(news: changes.Changes) -> None:
    news.add(urgent=True)
    assert not await news.wait(1, soon(0.01))


async def test_what_is_public_is_no_wait_even_past_the_deadline(news: changes.Changes) -> None:
    news.add()
    news.publish()
    assert await news.wait(0, soon(-1))


async def test_a_server_that_stops_lets_everyone_go(news: changes.Changes) -> None:
    waiting = [asyncio.ensure_future(news.wait(0, soon())) for _ in range(3)]
    await asyncio.sleep(0)
    news.close()
    async with asyncio.timeout(1):
        assert await asyncio.gather(*waiting) == [False, False, False]


async def test_a_cursor_is_read_back(news: changes.Changes) -> None:
    news.add()
    assert news.parse(news.cursor) == 1


@pytest.mark.parametrize(
    "cursor", ["", "x", ":", "1", "other:1", "other:", "{epoch}:", "{epoch}:-1", "{epoch}:x", "{epoch}:²", "{epoch}:" + "9" * 99]
)
async def test_a_cursor_of_another_life_is_none(news: changes.Changes, cursor: str) -> None:
    news.add()
    assert news.parse(cursor.replace("{epoch}", news.cursor.split(":")[0])) is None


async def test_a_cursor_from_the_future_does_not_miss_what_comes(news: changes.Changes) -> None:
    assert news.parse(news.cursor.split(":")[0] + ":99") == 0
