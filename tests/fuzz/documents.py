"""JUnit files as no tool would write them: markup in any order, valid files that were changed, bombs, and gzip of it all."""

from __future__ import annotations

import encodings.aliases
import gzip
import itertools
import zlib
from collections.abc import Callable, Iterator

from hypothesis import strategies as st

from testrun.junit import delivered

PYTEST = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="1" skipped="1" tests="4" timestamp="2026-11-21T12:00:00">
<properties><property name="revision" value="7f3c2d1"/><property name="completed" value="2026-11-21T12:01:00Z"/></properties>
<testcase classname="tests.test_a.TestA" name="test_ok" time="0.001" />
<testcase classname="tests.test_a" name="test_bad" time="0.25"><failure message="assert 1 == 2">def bad()</failure></testcase>
<testcase classname="tests.test_a" name="test_skip" time="0.0"><skipped type="pytest.skip" message="no">x</skipped></testcase>
<testcase classname="tests.test_a" name="test_teardown" time="0.125"><error message="failed on teardown">E</error></testcase>
</testsuite></testsuites>"""
PLAYWRIGHT = """<testsuites tests="2" failures="1" skipped="0" errors="0" time="1.2"><testsuite name="cart.spec.ts" tests="2">
<testcase name="cart › pays" file="cart.spec.ts" time="0.5"><failure message="pays"><![CDATA[ ]]&gt; ]]></failure></testcase>
<testcase name="cart › flickers" time="1,234.5"><flakyFailure message="m"/><system-out>[[ATTACHMENT|a]]</system-out></testcase>
</testsuite></testsuites>""".encode()
VALID = [PYTEST, PLAYWRIGHT, PYTEST.decode().replace("utf-8", "utf-16").encode("utf-16")]

TAGS = [
    "testsuites", "testsuite", "testcase", "failure", "error", "skipped", "flakyFailure", "properties", "property", "x:testcase",
    "a",
]  # fmt: skip
VALUES = [
    "", "0", "1", "-1", "1e999", "nan", "1,0", "٣", "9" * 400, "revision", "phase", "completed", "2026-11-21T12:00:00+99:99",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "&lt;", "&#27;[31m", "\u202e", "é" * 400, "a b", "&#xD;&#xA;",
]  # fmt: skip
KEYS = ["name", "classname", "file", "time", "tests", "failures", "errors", "message", "value", "timestamp"]
ATTRIBUTES = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)), max_size=2, unique_by=lambda pair: pair[0]).map(
    lambda pairs: "".join(f' {key}="{value}"' for key, value in pairs)
)
PROLOGUES = st.sampled_from([
    b"", b"\xef\xbb\xbf", b"<?xml version='1.0'?>", b"<?xml version='1.1'?>", b"<?xml version='1.0' encoding='latin-1'?>",
    b"<!-- x -->", b"<!DOCTYPE x>",
    b'<!DOCTYPE x SYSTEM "file:///etc/passwd">', b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
    b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://x/">%p;]>', b"<?xml-stylesheet href='x'?>", b"\x00", b" ",
]) | st.sampled_from(sorted(encodings.aliases.aliases)).map(
    lambda name: f"<?xml version='1.0' encoding='{name}'?>".encode()
)  # fmt: skip
WORDS = st.sampled_from(["text", "&lt;&#x2028;", "<![CDATA[x]]>", "<!-- x -->", "<?pi x?>", "x" * 9000])
NO_WORDS = st.sampled_from(
    ["&b;", "<!-- - -- -->", "\x1b", "]]>", "&#0;", "&#xD800;", "<", "</a>", "<?xml version='1.0'?>", "<!DOCTYPE x>"]
)
STEPS = st.tuples(st.sampled_from(TAGS), ATTRIBUTES) | st.tuples(st.just("testcase"), ATTRIBUTES) | st.none() | WORDS
"""An element begins, the innermost one ends, or a text stands there."""


def _tree(attributes: str, steps: list[tuple[str, str] | str | None]) -> bytes:
    out, path = [f"<testsuites{attributes}>"], ["testsuites"]
    for step in steps:
        if isinstance(step, str):
            out.append(step)
        elif step is not None:
            path.append(step[0])
            out.append(f"<{step[0]}{step[1]}>")
        elif len(path) > 1:
            out.append(f"</{path.pop()}>")
    return "".join([*out, *(f"</{tag}>" for tag in reversed(path))]).encode("utf-8", "replace")


WELL_FORMED = st.builds(_tree, ATTRIBUTES, st.lists(STEPS, max_size=16))
ILL_FORMED = st.builds(_tree, ATTRIBUTES, st.lists(STEPS | NO_WORDS, max_size=8))


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A valid file with some pieces cut out, moved, repeated, or overwritten."""
    data = draw(st.sampled_from(VALID) | WELL_FORMED)
    for _ in range(draw(st.integers(0, 3))):
        start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        data = draw(st.sampled_from([
            data[:end], data[:start] + data[end:], data[:end] + data[start:], data[end:] + data[:start],
            data[:start] + draw(st.binary(max_size=3)) + data[start + 1 :],
        ]))  # fmt: skip
    return data


DOCUMENTS = st.binary(max_size=100) | st.builds(bytes.__add__, PROLOGUES, WELL_FORMED) | WELL_FORMED | ILL_FORMED | changed()


@st.composite
def gzipped(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Some bytes, and a gzip file of them: of one member or several, padded or not."""
    size = draw(st.sampled_from([0, 1, delivered.CHUNK - 1, delivered.CHUNK, delivered.CHUNK + 1, 3 * delivered.CHUNK]))
    data = draw(st.binary(max_size=100)) + draw(st.sampled_from([b" ", b"ab"])) * size
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=3)))
    members = [data[start:end] for start, end in itertools.pairwise([0, *cuts, len(data)])]
    level = draw(st.sampled_from([0, 1, 9]))
    padding = b"\0" * draw(st.sampled_from([0, 1, 700]))
    return data, padding.join(gzip.compress(member, level, mtime=0) for member in members) + padding


@st.composite
def pieces(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """The same bytes, in chunks of any sizes; some are empty."""
    size = draw(st.sampled_from([1, 2, 7, 1000])) if len(data) < 5000 else draw(st.sampled_from([999, 65_536, 100_000]))
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return [b"", *parts, b""] if draw(st.booleans()) else parts


# Bombs: files that cost little to make and, to a careless reader, much to read. Each is given in chunks, of about ``size`` bytes.

Bomb = Callable[[int], Iterator[bytes]]


def _repeated(head: bytes, part: Callable[[int], bytes], tail: bytes = b"") -> Bomb:
    def chunks(size: int) -> Iterator[bytes]:
        yield head
        given = 0
        for number in itertools.count():
            if given >= size:
                break
            each = part(number)
            given += len(each)
            yield each
        yield tail

    return chunks


def _packed(bomb: Bomb) -> Bomb:
    def chunks(size: int) -> Iterator[bytes]:
        packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        for chunk in bomb(size):
            yield packer.compress(chunk)
        yield packer.flush()

    return chunks


BOMBS: dict[str, Bomb] = {
    "blanks": _repeated(b"<testsuite>", lambda _: b" " * 65_536, b"</testsuite>"),
    "depth": _repeated(b"", lambda _: b"<testsuite>" * 1000),
    "long names of elements": _repeated(b"<testsuite>", lambda number: b"<a%d%s/>" % (number, b"x" * 900_000)),
    "long names of attributes": _repeated(b"<testsuite>", lambda number: b"<a b%d%s=''/>" % (number, b"x" * 900_000)),
    "many names": _repeated(b"<testsuite>", lambda number: b"<a%d/>" % number, b"</testsuite>"),
    "many attributes": _repeated(b"<testsuite ", lambda number: b" a%d='1'" % number, b"/>"),
    "a huge attribute": _repeated(b"<testsuite name='", lambda _: b"x" * 65_536, b"'/>"),
    "large attributes": _repeated(b"<testsuite>", lambda _: b"<testcase name='%s'/>" % (b"&lt;" * 200_000), b"</testsuite>"),
    "a long number": _repeated(b"<testsuite>", lambda _: b"<testcase time='0.%s'/>" % (b"1" * 900_000), b"</testsuite>"),
    "a huge comment": _repeated(b"<testsuite><!--", lambda _: b"x" * 65_536, b"--></testsuite>"),
    "a huge instruction": _repeated(b"<testsuite><?x ", lambda _: b"x" * 65_536, b"?></testsuite>"),
    "a huge text": _repeated(b"<testsuite><testcase><error>", lambda _: b"&#10;" * 10_000, b"</error></testcase></testsuite>"),
    "a huge CDATA": _repeated(b"<testsuite><testcase><error><![CDATA[", lambda _: b"]]" * 30_000, b"]]></error>"),
    "many cases": _repeated(b"<testsuite>", lambda _: b"<testcase name='a'/>" * 3000, b"</testsuite>"),
    "many failures": _repeated(b"<testsuite>", lambda _: b"<failure/><error message='%s'/>" % (b"x" * 9000), b"</testsuite>"),
    "many properties": _repeated(
        b"<testsuite><properties>", lambda number: b"<property name='phase' value='%d'/>" % number, b"</properties></testsuite>",
    ),
    "many problems": _repeated(b"<testsuites tests='9'>", lambda number: b"<testcase time='x%d'/>" % number, b"</testsuites>"),
    "entities": _repeated(b"<!DOCTYPE x [<!ENTITY a0 ''>", lambda number: b"<!ENTITY a%d '&a%d;'>" % (number + 1, number)),
    "members": _repeated(b"", lambda _: gzip.compress(b"", mtime=0)),
}  # fmt: skip
BOMBS |= {f"gzip of {name}": _packed(bomb) for name, bomb in BOMBS.items()}
