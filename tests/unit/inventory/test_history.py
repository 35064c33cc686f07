"""The state over time: one record for each change, read as it was written; and its lines."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from testrun.inventory import history, trend
from testrun.inventory.history import BadHistory, Record
from testrun.inventory.model import Tier
from testrun.inventory.status import Result

DAY = datetime.date(2026, 11, 26)
TESTS = {Tier.UNIT: 9, Tier.GOLDEN: 0, Tier.CONTRACT: 1, Tier.INTEGRATION: 3, Tier.E2E: 2}
FIRST = Record(
    day=DAY, revision="7f3c2d1", tests=TESTS, unclassified=1, legacy=2, packages=4, compliant=3,
    results={"services/cart": {"unit": Result(passed=9, failed=1)}},
)  # fmt: skip
LATER = dataclasses.replace(FIRST, day=DAY + datetime.timedelta(days=1), revision="8a0b1c2")


def test_what_is_written_is_read_again() -> None:
    records = (FIRST, dataclasses.replace(LATER, legacy=0))
    assert history.parse(history.written(records)) == records
    assert history.parse("") == ()


def test_a_record_that_tells_nothing_new_is_not_kept() -> None:
    assert history.with_record((FIRST,), LATER) == (FIRST,)


def test_of_one_day_the_last_counts() -> None:
    better = dataclasses.replace(FIRST, legacy=0, revision="x")
    assert history.with_record((FIRST,), better) == (better,)
    assert history.with_record((FIRST,), dataclasses.replace(LATER, legacy=0)) == (FIRST, dataclasses.replace(LATER, legacy=0))


def test_the_oldest_are_dropped() -> None:
    many = tuple(
        dataclasses.replace(FIRST, day=DAY + datetime.timedelta(days=number), legacy=number) for number in range(history.MOST + 1)
    )
    assert history.with_record(many[:-1], many[-1]) == many[1:]


BAD = ["{", "[]", "{}", '{"day": "soon"}', "null"]


@pytest.mark.parametrize("line", BAD)
def test_a_line_that_is_no_record_is_said(line: str) -> None:
    with pytest.raises(BadHistory) as error:
        history.parse(f"{history.written((FIRST,))}{line}\n")
    assert str(error.value) == "line 2 is no record"


def test_a_trend_starts_from_zero_and_days_are_as_far_apart_as_they_were() -> None:
    points = [(DAY, 0), (DAY + datetime.timedelta(days=3), 5), (DAY + datetime.timedelta(days=4), 10)]
    drawn = trend.svg(points, "unit <b>")
    assert 'points="6.0,66.0 222.0,36.0 294.0,6.0"' in drawn
    assert "<title>unit &lt;b&gt;: 0 on 2026-11-26, 10 on 2026-11-30</title>" in drawn


def test_a_trend_of_one_day_or_none() -> None:
    assert 'points="294.0,6.0"' in trend.svg([(DAY, 3)], "unit")
    assert trend.svg([], "unit") == ""
