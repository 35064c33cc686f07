"""Answers of the reviewer are remembered for a few seconds, and no longer."""

from __future__ import annotations

import dataclasses

import build
import pytest

from testrun.core import model
from testrun.web import access


class Counting:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def may_get(self, token: str, ref: model.RunRef) -> access.Access:
        self.asked.append((token, ref.name))
        if token == "away":
            raise access.ReviewError("no answer")
        return access.Access(allowed=token == "reader", user=token)


@pytest.fixture
async def reviewer() -> Counting:
    return Counting()


async def test_the_same_question_is_asked_once(reviewer: Counting) -> None:
    cached = access.CachedReviewer(reviewer)
    answers = [await cached.may_get("reader", build.RUN) for _ in range(50)]
    assert set(answers) == {access.Access(allowed=True, user="reader")}
    assert reviewer.asked == [("reader", "shop")]


async def test_another_token_or_testrun_is_another_question(reviewer: Counting) -> None:
    cached = access.CachedReviewer(reviewer)
    assert (await cached.may_get("reader", build.RUN)).allowed
    assert not (await cached.may_get("other", build.RUN)).allowed
    await cached.may_get("reader", dataclasses.replace(build.RUN, name="two"))
    await cached.may_get("reader", dataclasses.replace(build.RUN, uid="another-life"))
    assert reviewer.asked == [("reader", "shop"), ("other", "shop"), ("reader", "two")]


async def test_an_answer_grows_old(reviewer: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "CACHE_SECONDS", 0.0)
    cached = access.CachedReviewer(reviewer)
    await cached.may_get("reader", build.RUN)
    await cached.may_get("reader", build.RUN)
    assert len(reviewer.asked) == 2


async def test_a_failure_to_find_out_is_not_remembered(reviewer: Counting) -> None:
    cached = access.CachedReviewer(reviewer)
    for _ in range(2):
        with pytest.raises(access.ReviewError):
            await cached.may_get("away", build.RUN)
    assert len(reviewer.asked) == 2


async def test_guessing_tokens_does_not_fill_the_memory(reviewer: Counting) -> None:
    cached = access.CachedReviewer(reviewer)
    for number in [*range(access.CACHE_ENTRIES + 1), 1, 0]:
        await cached.may_get(str(number), build.RUN)
    assert len(reviewer.asked) == access.CACHE_ENTRIES + 2, "1 was known, and 0 was forgotten"
