"""Builders of the records that tests need: sensible values, changed by keyword."""

from __future__ import annotations

import datetime
from typing import Any

from testrun.core import model
from testrun.core.observed import Job, Observed
from testrun.core.status import Status

NOW = datetime.datetime(2026, 11, 21, 12, 0, 0, tzinfo=datetime.UTC)
RUN = model.RunRef(namespace="shop", name="shop", uid="6f1c2a9e-0000-4000-8000-000000000001")
JOB_NAME = "shop-0123456789"


def at(seconds: float) -> datetime.datetime:
    """So many seconds after NOW."""
    return NOW + datetime.timedelta(seconds=seconds)


def make_spec(**changes: Any) -> model.RunSpec:
    return model.RunSpec(**{"image": "registry.example/e2e:1", "shards": 2, "timeout_seconds": 600} | changes)


def make_job(**changes: Any) -> Job:
    return Job(**{"name": JOB_NAME, "uid": "job-uid"} | changes)


def make_pod(index: int = 0, **changes: Any) -> model.PodFacts:
    return model.PodFacts(
        **{"index": index, "pod": f"{JOB_NAME}-{index}-abcde", "phase": "Running", "started": True, "node": "n1"} | changes
    )


def make_observed(**changes: Any) -> Observed:
    """A run that is held by our finalizer and has no status yet."""
    values = {"now": NOW, "run": RUN, "spec": make_spec(), "finalizer": True, "job_name": JOB_NAME}
    return Observed(**values | {"pods_read": changes.get("now", NOW)} | changes)


def make_status(**changes: Any) -> Status:
    """A run whose shards run since NOW."""
    values = {
        "observed_generation": 1, "state": model.State.RUNNING, "start_time": NOW, "deadline_time": at(600), "job": JOB_NAME,
    }  # fmt: skip
    return Status(**values | changes)


def make_progress(*shards: model.ShardProgress, **changes: Any) -> model.Progress:
    return model.Progress(**{"run": RUN, "version": 1, "shards": shards} | changes)


def ended(index: int, *, code: int = 0, signal: str | None = None) -> model.ShardProgress:
    """A shard whose pod has told its end."""
    return model.ShardProgress(
        index=index, pod=f"{JOB_NAME}-{index}-abcde", planned=2, passed=2, exit=model.ShardExit(code=code, signal=signal)
    )


def make_settlement(**changes: Any) -> model.Settlement:
    values = {
        "verdict": model.Verdict.PASSED, "message": "4 tests passed", "counts": model.Counts(tests=4, passed=4), "duration": 3.0,
        "junit": "<testsuites/>", "junit_file": model.FileRef(path="phase-3/junit.xml", bytes=13, sha256="0" * 64),
        "report": "report/index.html", "manifest_sha256": "1" * 64,
    }  # fmt: skip
    return model.Settlement(**values | changes)
