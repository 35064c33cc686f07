"""A recorded JUnit as it was delivered: plain or gzip. Told apart by its first bytes, and unpacked a little at a time.

A few bytes of gzip can become gigabytes, so nothing is unpacked in one go; who reads the chunks counts them and stops.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from testrun.junit.reader import JUnitError

CHUNK = 64 * 1024
"""At most so many bytes come out at a time."""

MEMBERS = 1000
"""Parts of one gzip file: each costs time even if nothing is in it."""

_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS


def plain(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The file's chunks, unpacked when it is gzip. Raises `JUnitError` when it begins as gzip and is none, or is cut short."""
    source = iter(chunks)
    head = b""
    for chunk in source:
        head += chunk
        if len(head) >= len(_MAGIC):
            break
    if head.startswith(_MAGIC):
        yield from _unpacked(head, source)
        return
    if head:
        yield head
    yield from source


def _unpacked(head: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    """All members of a gzip file, one after the other, as gzip itself reads it."""
    member, members, rest = zlib.decompressobj(_GZIP), 1, head
    while True:
        if not rest:
            rest = next(source, b"")
            if not rest:
                break
        if member.eof:
            rest = rest.lstrip(b"\0")  # padding, as tapes and some tools leave it
            if not rest:
                continue
            member, members = zlib.decompressobj(_GZIP), members + 1
            if members > MEMBERS:
                raise JUnitError(f"the file is gzip of more than {MEMBERS} parts")
        try:
            out = member.decompress(rest, CHUNK)
        except zlib.error as error:
            raise JUnitError("the file begins as gzip, and is damaged or followed by something else") from error
        if out:
            yield out
        rest = member.unused_data if member.eof else member.unconsumed_tail
    out = member.flush()
    if out:
        yield out
    if not member.eof:
        raise JUnitError("the file is gzip that ends in the middle")
