"""Answers of the reviewer are remembered for a few seconds, and no longer."""

from __future__ import annotations

import pytest

from testrun.web import access


class Counting:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    async def may(self, token: str, verb: str, *, namespace: str, name: str = "") -> access.Access:
        self.asked.append((token, verb, name))
        if token == "away":
            raise access.ReviewError("no answer")
        return access.Access(allowed=token == "reader", user=token)


@pytest.fixture
async def reviewer() -> Counting:
    return Counting()


async def test_the_same_question_is_asked_once(reviewer: Counting) -> None:
    cached = access.CachedReviewer(reviewer)
    answers = [await cached.may("reader", "get", namespace="shop", name="shop") for _ in range(50)]
    assert set(answers) == {access.Access(allowed=True, user="reader")}
    assert reviewer.asked == [("reader", "get", "shop")]


async def test_another_token_verb_or_testrun_is_another_question(reviewer: Counting) -> None:
    cached = access.CachedReviewer(reviewer)
    assert (await cached.may("reader", "get", namespace="shop", name="shop")).allowed
    assert not (await cached.may("other", "get", namespace="shop", name="shop")).allowed
    await cached.may("reader", "get", namespace="shop", name="two")
    await cached.may("reader", "create", namespace="shop", name="two")
    assert reviewer.asked == [
        ("reader", "get", "shop"),
        ("other", "get", "shop"),
        ("reader", "get", "two"),
        ("reader", "create", "two"),
    ]


async def test_an_answer_grows_old(reviewer: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "CACHE_SECONDS", 0.0)
    cached = access.CachedReviewer(reviewer)
    await cached.may("reader", "get", namespace="shop", name="shop")
    await cached.may("reader", "get", namespace="shop", name="shop")
    assert len(reviewer.asked) == 2


async def test_a_failure_to_find_out_is_not_remembered(reviewer: Counting) -> None:
    cached = access.CachedReviewer(reviewer)
    for _ in range(2):
        with pytest.raises(access.ReviewError):
            await cached.may("away", "get", namespace="shop", name="shop")
    assert len(reviewer.asked) == 2


async def test_guessing_tokens_does_not_fill_the_memory(reviewer: Counting) -> None:
    cached = access.CachedReviewer(reviewer)
    for number in [*range(access.CACHE_ENTRIES + 1), 1, 0]:
        await cached.may(str(number), "get", namespace="shop", name="shop")
    assert len(reviewer.asked) == access.CACHE_ENTRIES + 2, "1 was known, and 0 was forgotten"
