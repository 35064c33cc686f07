"""What is printed is safe, aligned, and reads well."""

from __future__ import annotations

import datetime
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.cli import text

CLEANED = {
    "plain": ("cart › adds an item", "cart › adds an item"),
    "colours": ("\x1b[31mred\x1b[0m", "red"),
    "a title for the window": ("a\x1b]0;owned\x07b", "ab"),
    "a lone escape": ("a\x1bb", "a\ufffdb"),
    "line ends and tabs": ("a\r\nb\tc", "a  b c"),
    "backspaces": ("safe\x08\x08", "safe\ufffd\ufffd"),
    "C1 controls": ("a\x9b31mb", "a\ufffd31mb"),
    "text that runs backwards": ("a\u202egnp", "a\ufffdgnp"),
    "markup of rich": ("[red]x[/red]", "[red]x[/red]"),
    "emoji joined": ("👩\u200d💻", "👩\u200d💻"),
    "half a character": ("a\ud800", "a\ufffd"),
}


@pytest.mark.parametrize("case", CLEANED)
def test_clean(case: str) -> None:
    given_text, expected = CLEANED[case]
    assert text.clean(given_text) == expected


@given(st.text(), st.integers(1, 50))
def test_whatever_it_is_it_cannot_move_the_cursor(raw: str, limit: int) -> None:
    cleaned = text.clean(raw, limit)
    assert len(cleaned) <= limit
    assert {unicodedata.category(c) for c in cleaned} & {"Cc", "Cs", "Zl", "Zp"} == set()
    assert text.printable(text.printable(raw)) == text.printable(raw)


def test_a_long_text_says_that_it_was_cut() -> None:
    assert text.clean("x" * 11, 10) == "x" * 9 + "…"


def test_the_first_lines_of_a_message() -> None:
    assert text.clean_lines("Error: no\n\n  at a\n\x1b[2m  at b\n", most=2) == ["Error: no", "at a"]


def test_columns_line_up_by_what_is_seen() -> None:
    rows = [("NAME", "STATE", "AGE"), ("日本", "ok", "1m"), ("x", "", "")]
    assert [line.plain for line in text.columns(rows)] == ["NAME   STATE   AGE", "日本   ok      1m", "x"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (0, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 m 00 s"), (3599, "59 m 59 s"),
     (3600, "1 h 00 m"), (90000, "1 d 1 h"), (-3, "0 s")],
)  # fmt: skip
def test_duration(seconds: float | None, said: str) -> None:
    assert text.duration(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(-1, "0:00"), (7.9, "0:07"), (761, "12:41"), (3723, "1:02:03")])
def test_clock(seconds: float, said: str) -> None:
    assert text.clock(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(-5, "0s"), (119, "119s"), (120, "2m"), (7199, "119m"), (7200, "2h"), (172800, "2d")]
)
def test_age(seconds: float, said: str) -> None:
    now = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
    assert text.age(now - datetime.timedelta(seconds=seconds), now) == said


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (31 * 2**20, "31 MiB"), (2**41, "2048 GiB")]
)
def test_size(count: int, said: str) -> None:
    assert text.size(count) == said
