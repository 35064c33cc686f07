"""Whatever a recorded JUnit holds: it is counted truly or refused in one sentence, and costs neither memory nor time."""

from __future__ import annotations

import dataclasses
import datetime
import math
import time
import tracemalloc
import warnings
from collections.abc import Iterable
from xml.etree import ElementTree

import pytest
from fuzz import documents
from fuzz.effort import tries
from hypothesis import given
from hypothesis import strategies as st

from testrun.core import model
from testrun.junit import delivered, reader
from testrun.junit.reader import JUnitError, JUnitSummary, Limits

TIGHT = Limits(bytes=20_000, depth=6, cases=10, token=65_536, names=40, text=50, failures=2, problems=2)
RED = ("failure", "error")


def read(chunks: Iterable[bytes], limits: Limits = reader.DEFAULT) -> JUnitSummary | str:
    """The summary, or the sentence with which the file is refused. Any other error is the test's failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Python's codecs, about a file that says it is unicode_escape
        try:
            return reader.read(delivered.plain(chunks), limits)
        except JUnitError as error:
            return str(error)


def check(found: JUnitSummary | str, limits: Limits = reader.DEFAULT) -> None:
    """What holds for every answer."""
    if isinstance(found, str):
        assert found == " ".join(found.split())
        assert found.isprintable()
        assert 0 < len(found) < 400
        return
    counts = found.counts
    assert counts.tests == counts.passed + counts.failed + counts.errored + counts.skipped <= limits.cases
    assert counts.flaky <= counts.passed
    assert min(dataclasses.astuple(counts)) >= 0
    assert 0 <= found.duration < math.inf
    assert len(found.failures) == min(counts.failed + counts.errored, limits.failures)
    assert all(len(each.message) <= 500 and len(each.name) <= 700 and len(each.file) <= 300 for each in found.failures)
    assert len(found.problems) <= limits.problems
    assert all(len(each) <= 400 and each.isprintable() for each in (*found.problems, *found.revisions, *found.phases))
    assert max(len(found.revisions), len(found.phases)) <= 5
    assert found.completed is None or found.completed.tzinfo is datetime.UTC


@tries(200)
@given(documents.DOCUMENTS, st.sampled_from([reader.DEFAULT, TIGHT]))
def test_a_file_is_counted_or_refused_in_one_sentence(data, limits):
    check(read([data], limits), limits)


@tries(150)
@given(documents.DOCUMENTS, st.data())
def test_the_sizes_of_the_chunks_do_not_matter(data, draws):
    assert read(draws.draw(documents.pieces(data))) == read([data])


@tries(200)
@given(documents.WELL_FORMED | documents.changed())
def test_a_file_is_counted_as_others_count_it(data):
    found = read([data])
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        return
    if isinstance(found, str):
        return
    cases = [_bare(each) for each in root.iter() if _bare(each) == "testcase"]
    outside = _outside(root)
    assert len(cases) <= found.counts.tests <= len(cases) + outside
    if not outside:
        assert found.counts == _counted(root)
    assert bool(found.counts.failed + found.counts.errored) == any(_bare(each) in RED for each in root.iter())
    told = {key: root.get(key) for key in ("tests", "failures", "errors")}
    true = {"tests": found.counts.tests, "failures": found.counts.failed, "errors": found.counts.errored}
    assert bool(found.contradiction) == any(value is not None and value.strip() != str(true[key]) for key, value in told.items())


def _bare(element: ElementTree.Element) -> str:
    """Its name without a name space."""
    return element.tag.rpartition("}")[2].rpartition(":")[2]


def _outside(element: ElementTree.Element) -> int:
    """Failures and errors that stand in no test case."""
    if _bare(element) == "testcase":
        return 0
    return (_bare(element) in RED) + sum(map(_outside, element))


def _counted(root: ElementTree.Element) -> model.Counts:
    """Each case has the worst result that stands in it and in no case within it."""
    found: list[set[str]] = []

    def walk(element: ElementTree.Element, case: set[str] | None) -> None:
        if _bare(element) == "testcase":
            case = set()
            found.append(case)
        elif case is not None:
            case.add(_bare(element))
        for child in element:
            walk(child, case)

    walk(root, None)
    words = ["error", "failure", "skipped"]
    worst = [next((word for word in words if word in case), "") for case in found]
    flaky = sum(not word and "flakyFailure" in case for word, case in zip(worst, found, strict=True))
    errored, failed, skipped = (worst.count(word) for word in words)
    return model.Counts(tests=len(found), passed=worst.count(""), failed=failed, errored=errored, skipped=skipped, flaky=flaky)


@tries(100)
@given(documents.gzipped(), st.data())
def test_gzip_is_unpacked_whole_in_small_pieces(packed, draws):
    data, file = packed
    out = list(delivered.plain(draws.draw(documents.pieces(file))))
    assert b"".join(out) == data
    assert max(map(len, out), default=0) <= delivered.CHUNK


@tries(200)
@given(documents.gzipped(), st.data())
def test_damaged_gzip_is_refused_and_never_half_a_file(packed, draws):
    data, file = packed
    at = draws.draw(st.integers(0, len(file) - 1) | st.integers(max(0, len(file) - 30), len(file) - 1))
    broken = draws.draw(
        st.sampled_from([file[:at], file[:at] + bytes([file[at] ^ 1 << at % 8]) + file[at + 1 :], file + b"x", file[at:]])
    )
    pieces = draws.draw(documents.pieces(broken))
    try:
        out = b"".join(delivered.plain(pieces))
    except JUnitError as error:
        check(str(error))
        return
    # Padding may be missing, and so may whole members; a header has bits that mean nothing.
    assert out == broken or data.startswith(out) or data.endswith(out)


@tries(5)
@given(st.sampled_from(sorted(documents.BOMBS)), st.sampled_from([1, 4, 16]))
def test_a_bomb_costs_neither_memory_nor_time(name, megabytes):
    chunks = documents.BOMBS[name](megabytes * 1024 * 1024)
    before = time.process_time()
    tracemalloc.start()
    try:
        found = read(chunks)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    check(found)
    assert peak < 8 * 1024 * 1024
    assert time.process_time() - before < 20, "a second or two on a slow core"


@pytest.mark.parametrize("name", documents.BOMBS)
def test_each_bomb_is_read_to_an_answer(name):
    check(read(documents.BOMBS[name](300_000)))
