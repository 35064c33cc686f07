"""The JUnit of a phase that left none."""

from __future__ import annotations

from build import RUN

from testrun.core.model import Counts
from testrun.junit import placeholder, reader


def test_it_is_one_errored_case_that_says_why() -> None:
    data = placeholder.document(RUN, "unit", revision="7f3c2d1", kind="Missing", message="it has no record \x1b[31m<&>")
    found = reader.read([data])
    assert (found.counts, found.phases, found.revisions) == (Counts(tests=1, errored=1), ("unit",), ("7f3c2d1",))
    assert found.problems == ()
    (failure,) = found.failures
    assert (failure.name, failure.message) == ("testrun › phase unit", "unit: it has no record [31m<&>")
    assert b'type="Missing"' in data
