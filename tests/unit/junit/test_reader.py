"""JUnit from anywhere: counted from its cases, at flat cost, and nothing hostile gets in."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import itertools
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.core.model import Counts, Failure
from testrun.junit import reader
from testrun.junit.reader import JUnitError, JUnitSummary, Limits

PYTEST = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="0.5" hostname="h">
<testcase classname="tests.test_a.TestA" name="test_ok" time="0.001" />
<testcase classname="tests.test_a" name="test_bad" time="0.25"><failure message="assert 1 == 2">def bad()</failure></testcase>
<testcase classname="tests.test_a" name="test_skip" time="0.0"><skipped type="pytest.skip" message="no">x</skipped></testcase>
<testcase classname="tests.test_a" name="test_teardown" time="0.125"><error message="failed on teardown">E</error></testcase>
</testsuite></testsuites>"""

PLAYWRIGHT = """<testsuites id="" name="" tests="3" failures="1" skipped="0" errors="0" time="1.2">
<testsuite name="cart.spec.ts" hostname="desktop" tests="3" failures="1" skipped="0" time="0.9" errors="0">
<testcase name="[desktop] cart › pays" classname="cart.spec.ts" time="0.5">
<failure message="cart.spec.ts:3:1 pays" type="FAILURE"><![CDATA[  Error: no ]]&gt; ]]></failure>
<system-out><![CDATA[[[ATTACHMENT|a/trace.zip]]]]></system-out></testcase>
<testcase name="[desktop] cart › flickers" classname="cart.spec.ts" time="0.25"><flakyFailure message="m" type="t"/></testcase>
<testcase name="[desktop] cart › adds" classname="cart.spec.ts" time="0.25"></testcase>
</testsuite></testsuites>""".encode()

NODE_TEST = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites>
  <testcase name="top" time="0.5" classname="test" file="/repo/a.test.js"><failure type="testFailure" message="no"/></testcase>
  <testsuite name="group"><testsuite name="inner"><testcase name="deep" time="0.25" classname="test"/></testsuite></testsuite>
</testsuites>"""

NAMESPACES = b"""<j:testsuites xmlns:j="urn:j" xmlns="urn:k"><j:testsuite name="s"><testcase name="a"/>
<j:testcase name="b"><j:error/></j:testcase></j:testsuite></j:testsuites>"""

SUITE_ERROR = b"""<testsuite name="before all" tests="0"><error message="hook broke"/></testsuite>"""


def failure(name: str, message: str, file: str = "") -> Failure:
    return Failure(name=name, file=file, project="", shard=0, message=message)


ONE_PASSED = JUnitSummary(counts=Counts(tests=1, passed=1), duration=0.0)
FILES = {
    "pytest": (
        PYTEST,
        JUnitSummary(
            counts=Counts(tests=4, passed=1, failed=1, errored=1, skipped=1),
            duration=0.376,
            failures=(
                failure("tests.test_a › test_bad", "assert 1 == 2"),
                failure("tests.test_a › test_teardown", "failed on teardown"),
            ),
        ),
    ),
    "Playwright": (
        PLAYWRIGHT,
        JUnitSummary(
            counts=Counts(tests=3, passed=2, failed=1, flaky=1),
            duration=1.0,
            failures=(failure("cart.spec.ts › [desktop] cart › pays", "cart.spec.ts:3:1 pays"),),
        ),
    ),
    "node:test, with cases below the root": (
        NODE_TEST,
        JUnitSummary(
            counts=Counts(tests=2, passed=1, failed=1), duration=0.75, failures=(failure("test › top", "no", "/repo/a.test.js"),)
        ),
    ),
    "namespaces": (
        NAMESPACES,
        JUnitSummary(counts=Counts(tests=2, passed=1, errored=1), duration=0.0, failures=(failure("b", ""),)),
    ),
    "a failure outside the cases": (
        SUITE_ERROR,
        JUnitSummary(
            counts=Counts(tests=1, errored=1),
            duration=0.0,
            failures=(failure("before all", "hook broke"),),
            problems=("a failure stands outside the test cases; it is counted as one", "the file says tests='0', and holds 1"),
            contradiction="the file says tests='0', and holds 1",
        ),
    ),
    "no cases": (b"<testsuites/>", JUnitSummary(counts=Counts(), duration=0.0)),
    "numbers that lie": (
        b'<testsuites tests="1.0" failures="0" errors="99">'
        b'<testcase time="NaN"><failure/></testcase><testcase time="0.5s"/></testsuites>',
        JUnitSummary(
            counts=Counts(tests=2, passed=1, failed=1),
            duration=0.0,
            failures=(failure("", ""),),
            problems=(
                "the time of a test case is not a number of seconds",
                "the file says tests='1.0', and holds 2",
                "the file says failures='0', and holds 1",
                "the file says errors='99', and holds 0",
            ),
            contradiction="the file says tests='1.0', and holds 2",
        ),
    ),
    "the worst of several results counts": (
        b"<testsuite><testcase name='a'><skipped/><error message='e'/><failure message='f'/></testcase></testsuite>",
        JUnitSummary(counts=Counts(tests=1, errored=1), duration=0.0, failures=(failure("a", "e"),)),
    ),
    "a message in the text": (
        b"<testsuite><testcase name='a'><failure>\n one\n two</failure></testcase></testsuite>",
        JUnitSummary(counts=Counts(tests=1, failed=1), duration=0.0, failures=(failure("a", "one\n two"),)),
    ),
    "a byte order mark": (b"\xef\xbb\xbf<testsuite><testcase/></testsuite>", ONE_PASSED),
    "UTF-16": ("<testsuite><testcase/></testsuite>".encode("utf-16"), ONE_PASSED),
    "what suites say of themselves": (
        b"""<testsuites><properties><property name="phase" value="unit"/></properties>
        <testsuite timestamp="2026-11-21T12:00:00"><properties><property name="revision" value="7f3c2d1"/>
        <property name="completed" value="2026-11-21T13:00:00+01:00"/><property name="completed" value="2026-11-21T12:00:01Z"/>
        </properties><testcase/></testsuite>
        <testsuite><properties><property name="revision" value="7f3c2d1"/><property name="revision" value=" other
"/>
        </properties></testsuite></testsuites>""",
        dataclasses.replace(
            ONE_PASSED,
            revisions=("7f3c2d1", "other"),
            phases=("unit",),
            completed=datetime.datetime(2026, 11, 21, 12, 0, 1, tzinfo=datetime.UTC),
        ),
    ),
    "the latest time stamp of a suite, when nothing says when it was completed": (
        b"""<testsuites><testsuite timestamp="2026-11-21T12:00:00+02:00"><testcase/></testsuite>
        <testsuite timestamp="2026-11-21T11:00:00.5"/><testsuite timestamp="yesterday"/><testsuite timestamp=""/>
        <testsuite timestamp="0001-01-01T00:00:00+23:00"/></testsuites>""",
        dataclasses.replace(ONE_PASSED, completed=datetime.datetime(2026, 11, 21, 11, 0, 0, 500000, tzinfo=datetime.UTC)),
    ),
    "what a test says of itself is not about the file": (
        b"""<testsuite><property name="revision" value="1"/><testcase><properties><property name="revision" value="2"/>
        <property name="completed" value="2026-11-21T12:00:01Z"/></properties></testcase>
        <system-out><property name="phase" value="unit"/></system-out></testsuite>""",
        ONE_PASSED,
    ),
    "more values of a property than anybody needs": (
        b"<testsuite><properties>"
        + b"".join(b'<property name="phase" value="%d"/>' % number for number in range(50))
        + b"</properties><testcase/></testsuite>",
        dataclasses.replace(ONE_PASSED, phases=("0", "1", "2", "3", "4")),
    ),
    "thousands separators": (
        b"<testsuite><testcase time='1,234.5'/></testsuite>", JUnitSummary(counts=Counts(tests=1, passed=1), duration=1234.5),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("file", "summary"), FILES.values(), ids=FILES.keys())
def test_a_file_comes_to(file, summary):
    assert reader.read([file]) == summary


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_size_of_the_chunks_does_not_matter(size):
    chunks = [PYTEST[start : start + size] for start in range(0, len(PYTEST), size)]
    assert reader.read(chunks) == FILES["pytest"][1]


BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><testsuites><testcase name="&b;"/></testsuites>'
TINY = Limits(bytes=100_000, depth=3, cases=2, token=65_536, names=4)
REFUSED = {
    "nothing": (b"", "the file is empty"),
    "only blanks": (b"  \n ", "the file is not XML: no element found at line 2, column 2"),
    "not XML": (b"FAIL: everything", "the file is not XML: syntax error at line 1, column 1"),
    "cut off": (b"<testsuites><testcase name='a'", "the file ends in the middle: <testsuites> is open at line 1, column 13"),
    "cut off between cases": (
        b"<testsuites><testsuite>\n<testcase/>", "the file ends in the middle: <testsuite> is open at line 2, column 12",
    ),
    "a control character": (
        b"<testsuites>\x1b</testsuites>", "the file is not XML: not well-formed (invalid token) at line 1, column 13",
    ),
    "two roots": (b"<testsuites/><testsuites/>", "the file is not XML: junk after document element at line 1, column 14"),
    "another format": (b"<html><body/></html>", "the file is not JUnit: its root is <html>, not <testsuites> or <testsuite>"),
    "entities": (BOMB, "the file declares a document type, which may hide anything and is refused"),
    "an outside entity": (
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuites/>',
        "the file declares a document type, which may hide anything and is refused",
    ),
    "an entity that nobody declared": (
        b"<testsuites>&x;</testsuites>", "the file is not XML: undefined entity at line 1, column 13",
    ),
    "an unknown encoding": (
        b"<?xml version='1.0' encoding='klingon'?><testsuites/>",
        "the file has an encoding that cannot be read: unknown encoding: klingon",
    ),
    "too large": (b"<testsuites>" + b" " * 100_000, "the file is larger than 100000 bytes"),
    "too deep": (b"<testsuites><testsuite><a><b/></a></testsuite></testsuites>", "elements are nested deeper than 3"),
    "too many cases": (b"<testsuites><testcase/><testcase/><testcase/></testsuites>", "there are more than 2 test cases"),
    "too many names": (
        b"<testsuite><a/><b/><c/><d/></testsuite>" + b" " * 70_000,
        "there are more than 4 different names of elements and attributes",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("file", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_used_gets_one_sentence(file, reason):
    with pytest.raises(JUnitError) as error:
        reader.read([file], TINY)
    assert str(error.value) == reason


def test_a_tag_without_end_is_refused_before_it_fills_the_memory():
    def endless() -> Iterator[bytes]:
        yield b"<testsuites name='"
        while True:
            yield b"x" * 1000

    with pytest.raises(JUnitError, match="a tag or comment is larger than 1048576 bytes"):
        reader.read(endless())


@pytest.mark.parametrize("tag", [b"<a%d%s/>", b"<a b%d%s='1'/>"], ids=["of elements", "of attributes"])
def test_long_names_are_refused_before_they_fill_the_memory(tag: bytes):
    """The parser keeps each different name to its end: 60 of them, each below the limit of a tag, took 145 MB."""
    tracemalloc.start()
    try:
        with pytest.raises(JUnitError, match="the names of elements and attributes have more than 262144 characters"):
            reader.read(itertools.chain([b"<testsuite>"], (tag % (number, b"x" * 900_000) for number in range(20))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_long_texts_are_cut_and_counting_goes_on():
    case = b"<testcase name='" + b"n" * 5000 + b"'><failure>" + b"t" * 100_000 + b"</failure></testcase>"
    summary = reader.read([b"<testsuite>", *[case] * 30, b"</testsuite>"])
    assert summary.counts == Counts(tests=30, failed=30)
    assert [(len(each.name), len(each.message)) for each in summary.failures] == [(300, 500)] * 20


def case_stream(megabytes: int) -> Iterator[bytes]:
    """A valid JUnit file of about that size, in chunks of 100 kB: many cases, each with a long failure."""
    case = (
        b"<testcase classname='c' name='n' time='0.1'><failure message='m'>" + b"text &lt; \n" * 900 + b"</failure></testcase>\n"
    )
    yield b"<testsuites><testsuite name='s'>"
    for _ in range(megabytes * 10):
        yield case * 10
    yield b"</testsuite></testsuites>"


def test_two_hundred_megabytes_are_refused_at_the_limit():
    before = time.process_time()
    with pytest.raises(JUnitError, match="the file is larger than 67108864 bytes"):
        reader.read(case_stream(200))
    assert time.process_time() - before < 20, "a second or two on a slow core"


def test_fifty_megabytes_cost_no_memory():
    tracemalloc.start()
    try:
        summary = reader.read(case_stream(50))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert summary.counts == Counts(tests=5000, failed=5000)
    assert peak < 4 * 1024 * 1024


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_junit_error(data):
    with contextlib.suppress(JUnitError):
        reader.read([data])


PIECES = st.sampled_from([
    b"<testsuites>", b"</testsuites>", b"<testsuite name='s'>", b"</testsuite>", b"<testcase name='a' time='1'>", b"</testcase>",
    b"<testcase/>", b"<failure message='m'>", b"</failure>", b"<error/>", b"<skipped/>", b"<flakyFailure/>", b"text",
    b"<![CDATA[x]]>", b"<a:b/>",
])  # fmt: skip


@given(st.lists(PIECES, max_size=30))
def test_no_order_of_elements_raises_anything_but_junit_error(pieces):
    try:
        summary = reader.read([b"<testsuites>", *pieces, b"</testsuites>"])
    except JUnitError:
        return
    counts = summary.counts
    assert counts.tests == counts.passed + counts.failed + counts.errored + counts.skipped
