"""A recorded JUnit as it is delivered: plain or gzip, and nothing that only looks like it."""

from __future__ import annotations

import gzip
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.junit import delivered, reader

JUNIT = b"<testsuite><testcase name='adds'/></testsuite>"
GZIP = gzip.compress(JUNIT)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    "data",
    [JUNIT, GZIP, gzip.compress(JUNIT[:9]) + gzip.compress(b"") + gzip.compress(JUNIT[9:]), GZIP + b"\0" * 512],
    ids=["plain", "gzip", "gzip of several members", "gzip with padding"],
)
def test_it_is_unpacked_whatever_its_pieces(data: bytes, size: int) -> None:
    assert b"".join(delivered.plain(pieces(data, size))) == JUNIT


DAMAGED = {
    "cut in its data": (GZIP[:-12], "the file is gzip that ends in the middle"),
    "cut in its check sum": (GZIP[:-3], "the file is gzip that ends in the middle"),
    "cut in its header": (GZIP[:5], "the file is gzip that ends in the middle"),
    "a wrong check sum": (
        GZIP[:-8] + b"1234" + GZIP[-4:],
        "the file begins as gzip, and is damaged or followed by something else",
    ),
    "followed by something else": (GZIP + b"<x/>", "the file begins as gzip, and is damaged or followed by something else"),
    "two bytes that look like it": (
        b"\x1f\x8b<testsuite/>",
        "the file begins as gzip, and is damaged or followed by something else",
    ),
    "parts without end": (
        gzip.compress(b"") * (delivered.MEMBERS + 1),
        f"the file is gzip of more than {delivered.MEMBERS} parts",
    ),
}


@pytest.mark.parametrize(("data", "why"), DAMAGED.values(), ids=DAMAGED)
@pytest.mark.parametrize("size", [1, 1000])
def test_what_is_damaged_is_refused(data: bytes, why: str, size: int) -> None:
    with pytest.raises(reader.JUnitError) as caught:
        list(delivered.plain(pieces(data, size)))
    assert str(caught.value) == why


@given(st.binary(max_size=200))
def test_nothing_but_its_own_error_comes_of_any_bytes(data: bytes) -> None:
    for hostile in (data, b"\x1f\x8b" + data, GZIP + data):
        try:
            for chunk in delivered.plain(pieces(hostile, 3)):
                assert chunk
        except reader.JUnitError:
            pass


def test_a_bomb_comes_in_small_pieces_and_stops_with_who_reads_it() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 60_000
    first = list(itertools.islice(delivered.plain([bomb]), 3))
    assert [len(each) for each in first] == [delivered.CHUNK] * 3
    with pytest.raises(reader.JUnitError, match="larger than 1000000 bytes"):
        reader.read(delivered.plain([gzip.compress(b"<testsuite>" + b" " * 50_000_000)]), reader.Limits(bytes=1_000_000))
