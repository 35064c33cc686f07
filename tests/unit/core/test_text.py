"""Text from a pod, made safe and short."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.core import text


@pytest.mark.parametrize(
    ("told", "printable"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\r\nb\rc", "a\nbc"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("\ud800half", "half"),
        ("naïve › 日本", "naïve › 日本"),
    ],
    ids=["plain", "colours", "carriage returns", "reversed", "lone surrogate", "other scripts"],
)
def test_printable(told, printable):
    assert text.printable(told) == printable


def test_one_line_and_first_line():
    assert text.one_line("  two\n lines  ") == "two lines"
    assert text.one_line("x" * 400) == "x" * 299 + "…"
    assert text.first_line("\n\x00\n second \nthird") == "second"
    assert text.first_line("") == ""


def test_cut_and_tail_keep_their_ends():
    assert (text.cut("abcdef", 4), text.tail("abcdef", 4)) == ("abc…", "…def")
    assert (text.cut("abc", 3), text.tail("abc", 3)) == ("abc", "abc")
    assert text.cut("abc", 0) == ""


def test_plural():
    assert [text.plural(number, "test") for number in range(3)] == ["0 tests", "1 test", "2 tests"]


@given(st.text(st.characters(codec=None)), st.integers(1, 50))
def test_one_line_is_one_line_within_its_limit_that_can_be_written(told, limit):
    line = text.one_line(told, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    line.encode()


@pytest.mark.parametrize("start", ["\x9d", "\x1b]", "\x1b[", "\x9b", "\x9d;", "\x1b]\x1b", "\x1b[0"])
def test_sequences_that_never_end_are_read_once(start):
    """A step back for each character takes minutes here; the bound is a hundred times what it should take."""
    before = time.process_time()
    assert len(text.printable(start * 500_000)) <= 1_500_000
    assert time.process_time() - before < 10


def test_a_terminal_s_title_is_taken_out_whole():
    assert text.printable("a\x1b]0;title\x07b\x9d0;title\x1b\\c") == "abc"
