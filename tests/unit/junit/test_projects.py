"""A phase's JUnit, counted by project."""

from __future__ import annotations

import pytest

from testrun.core import cases as core_cases
from testrun.core.model import Case, CaseStatus
from testrun.junit import projects, writer


def test_each_case_counts_for_its_project_by_its_worst_result() -> None:
    told = [
        Case(shard=0, file=file, project=project, title=(str(number),), status=status)
        for number, (project, file, status) in enumerate(
            [
                ("go a", "x_test.go", CaseStatus.PASSED), ("go a", "y_test.go", CaseStatus.FAILED),
                ("jest b", "x.test.ts", CaseStatus.ERRORED), ("jest b", "x.test.ts", CaseStatus.SKIPPED),
            ]
        )
    ]  # fmt: skip
    data = writer.document(writer.Heading(name="unit", counts=core_cases.count(told), duration=0), told)

    assert projects.counts(data) == {
        "go a": {CaseStatus.PASSED: 1, CaseStatus.FAILED: 1},
        "jest b": {CaseStatus.ERRORED: 1, CaseStatus.SKIPPED: 1},
    }


@pytest.mark.parametrize("data", [b"", b"<testsuites>", b"<!DOCTYPE x><testsuites/>"])
def test_what_nobody_of_us_wrote_is_refused(data: bytes) -> None:
    with pytest.raises(projects.NotOurs):
        projects.counts(data)
