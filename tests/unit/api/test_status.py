"""What the operator writes is what the API accepts."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pydantic
import pytest

from testrun.api import status_body
from testrun.api.status import Status
from testrun.core import model
from testrun.core import status as core

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
COUNTS = model.Counts(tests=6, passed=1, failed=2, errored=1, skipped=2, flaky=1)
FULL = core.Status(
    observed_generation=3,
    state=model.State.FAILED,
    conditions=tuple(
        core.Condition(type=kind, status="True", reason="Failed", message="", last_transition_time=NOW, observed_generation=3)
        for kind in core.ConditionType
    ),
    start_time=NOW,
    deadline_time=NOW,
    completion_time=NOW,
    waiting=core.Waiting(reason="Unschedulable", message="0/3 nodes are available", since=NOW, deadline=NOW),
    job="shop-0123456789",
    summary=COUNTS,
    phases=(
        model.PhaseResult(
            phase="unit",
            result=model.Verdict.FAILED,
            counts=COUNTS,
            duration=1.5,
            junit=model.FileRef(path="phase-1/junit.xml", bytes=1, sha256="0"),
            message="2 failed",
        ),
        model.PhaseResult(phase="integration", result=model.Verdict.BLOCKED),
    ),
    phase_duration=12.25,
    shards=(
        core.ShardStatus(
            index=0, result="TimedOut", counts=COUNTS, attempts=2, node="a", exit_code=143, duration=12.0, message="stopped"
        ),
        core.ShardStatus(index=1),
    ),
    failures=(
        model.Failure(name="n", file="f", project="p", shard=1, message="m", trace="t"),
        model.Failure(name="n", file="", project="", shard=0, message=""),
    ),
    junit="<testsuites/>",
    artifacts=core.Artifacts(
        path="a/b/c",
        url="http://server",
        junit=model.FileRef(path="phase-3/junit.xml", bytes=1, sha256="0"),
        report="report/index.html",
        manifest_sha256="0",
    ),
)


@pytest.mark.parametrize(
    "status",
    [
        FULL,
        core.Status(observed_generation=1, state=model.State.PENDING),
        *(dataclasses.replace(FULL, state=state) for state in model.State),
    ],
    ids=lambda status: str(status.state),
)
def test_the_api_accepts_what_the_operator_writes(status: core.Status) -> None:
    body = status_body.to_body(status)

    assert values(Status.model_validate(body)) == values(body)


@pytest.mark.parametrize(
    "body",
    [
        {"state": "Fine"},
        {"shards": [{"result": "Passed"}]},
        {"summary": {"tests": -1}},
        {"junt": "x"},
        {"startTime": "2026-01-01"},
        {"conditions": [{"type": "Succeeded", "status": "true"}]},
    ],
    ids=str,
)
def test_another_shape_is_refused(body: Any) -> None:
    with pytest.raises(pydantic.ValidationError):
        Status.model_validate(body)


def values(found: Any) -> Any:
    """A body, or the model of a body, with times as times."""
    if isinstance(found, pydantic.BaseModel):
        found = found.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(found, dict):
        return {
            key: _time(value) if key.endswith("Time") or key in ("since", "deadline") else values(value)
            for key, value in found.items()
        }
    return [values(each) for each in found] if isinstance(found, list) else found


def _time(found: Any) -> datetime.datetime:
    return found if isinstance(found, datetime.datetime) else datetime.datetime.fromisoformat(found)
