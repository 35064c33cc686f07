"""What Argo CD makes of a TestRun: the health script of the chart, run by a real Lua 5.1 over every state."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any

import build
import pytest
import yaml
from unit.argocd import lua

from testrun.api import status_body
from testrun.core import model
from testrun.core.model import State
from testrun.core.status import ConditionType, Status, Waiting

TESTS = yaml.safe_load((lua.CHART / "health_test.yaml").read_text())["tests"]


def body(status: Status | None, *, generation: int = 1) -> dict[str, Any]:
    return {
        "apiVersion": "testing.ameide.io/v1alpha1",
        "kind": "TestRun",
        "metadata": {"name": "shop", "namespace": "shop", "generation": generation},
        "spec": {"playwright": {"image": "registry.example/e2e:1"}},
        **({"status": status_body.to_body(status)} if status is not None else {}),
    }


def told(state: State, succeeded: str, message: str = "", **changes: Any) -> Status:
    status = build.make_status(state=state, **changes)
    return status.with_condition(ConditionType.SUCCEEDED, succeeded, str(state), message, now=build.NOW, generation=1)


def failed(count: int, *, shown: int) -> Status:
    failures = tuple(
        model.Failure(name=f"pays {each}", file="cart.spec.ts", project="", shard=0, message="no such button")
        for each in range(shown)
    )
    counts = model.Counts(tests=count + 1, passed=1, failed=count)
    return told(State.FAILED, "False", f"{count} of {count + 1} tests failed", failures=failures, summary=counts)


WAITING = Waiting(reason="ImagePull", message="not found", since=build.NOW, deadline=build.at(60))
GREEN = told(State.PASSED, "True", "4 tests passed")
CASES: dict[str, tuple[Status | None, str, str]] = {
    "new": (None, "Progressing", "waiting for the operator"),
    "pending": (told(State.PENDING, "Unknown", "the records come first"), "Progressing", "Pending: the records come first"),
    "started": (told(State.RUNNING, "Unknown", "the shards run"), "Progressing", "Running: the shards run"),
    "running, and no test is known yet": (
        told(State.RUNNING, "Unknown", "the shards run", summary=model.Counts()), "Progressing", "Running: the shards run",
    ),
    "running": (
        told(State.RUNNING, "Unknown", "the shards run", summary=model.Counts(tests=4, passed=2)), "Progressing",
        "Running: 2 of 4 tests passed",
    ),
    "running and red already": (
        told(State.RUNNING, "Unknown", "the shards run", summary=model.Counts(tests=4, passed=2, failed=1)), "Progressing",
        "Running: 2 of 4 tests passed, 1 failed",
    ),
    "waiting": (told(State.RUNNING, "Unknown", "", waiting=WAITING), "Progressing", "Running, ImagePull: not found"),
    "waiting without a word": (
        told(State.RUNNING, "Unknown", "", waiting=dataclasses.replace(WAITING, message="")), "Progressing", "Running, ImagePull",
    ),
    "without conditions": (build.make_status(), "Progressing", "Running"),
    "stopping": (told(State.STOPPING, "Unknown", "spec.cancel is set"), "Progressing", "Stopping: spec.cancel is set"),
    "storing": (told(State.STORING, "Unknown", "the server is away"), "Progressing", "Storing: the server is away"),
    "suspended": (told(State.SUSPENDED, "Unknown", "spec.suspend is set"), "Suspended", "Suspended: spec.suspend is set"),
    "passed": (GREEN, "Healthy", "Passed: 4 tests passed"),
    "failed": (failed(1, shown=1), "Degraded", "Failed: 1 of 2 tests failed\n- pays 0: no such button"),
    "failed three times": (
        failed(3, shown=3), "Degraded",
        "Failed: 3 of 4 tests failed\n- pays 0: no such button\n- pays 1: no such button\n- pays 2: no such button",
    ),
    "failed more often than the status shows": (
        failed(30, shown=20), "Degraded",
        "Failed: 30 of 31 tests failed\n"
        "- pays 0: no such button\n- pays 1: no such button\n- pays 2: no such button\n- and 27 more",
    ),
    "errored": (told(State.ERRORED, "False", "shard 0 lost its pod"), "Degraded", "Errored: shard 0 lost its pod"),
    "not ready": (told(State.NOT_READY, "False", "shop is not rolled out"), "Degraded", "NotReady: shop is not rolled out"),
    "blocked": (told(State.BLOCKED, "False", "unit: 1 failed"), "Degraded", "Blocked: unit: 1 failed"),
    "cancelled": (told(State.CANCELLED, "False", "spec.cancel is set"), "Degraded", "Cancelled: spec.cancel is set"),
    "timed out": (told(State.TIMED_OUT, "False", "not finished"), "Degraded", "TimedOut: not finished"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_health_of_a_run(name: str):
    status, *health = CASES[name]
    assert list(lua.health(body(status))) == health


def test_every_state_has_a_case():
    assert {status.state for status, _, _ in CASES.values() if status is not None} == set(State)


@pytest.mark.parametrize("status", [GREEN, told(State.RUNNING, "Unknown")], ids=["passed", "running"])
def test_a_status_of_an_older_generation_says_nothing(status: Status):
    """As after a change of the spec, or when a hook of the same name was made again."""
    assert lua.health(body(status, generation=2)) == ("Progressing", "the operator has not seen this generation yet")


@pytest.mark.parametrize("each", TESTS, ids=lambda each: pathlib.Path(each["inputPath"]).stem)
def test_the_tests_that_argo_cd_would_run(each: dict[str, Any]):
    assert lua.health(lua.recorded(each["inputPath"])) == (each["healthStatus"]["status"], each["healthStatus"]["message"])


def test_every_recorded_run_is_a_test_and_has_a_status_as_we_write_it():
    files = sorted(f"testdata/{file.name}" for file in (lua.CHART / "testdata").iterdir())
    assert sorted(each["inputPath"] for each in TESTS) == files
    statuses = [status for file in files if (status := lua.recorded(file).get("status"))]
    assert [status_body.to_body(known) for each in statuses if (known := status_body.from_body(each))] == statuses


def test_the_recorded_runs_have_every_health():
    assert {each["healthStatus"]["status"] for each in TESTS} == {"Progressing", "Suspended", "Healthy", "Degraded"}


def test_the_documentation_has_the_script_as_it_is():
    page = (lua.CHART.parents[2] / "docs/argocd.md").read_text()
    block = next(each for each in page.split("```yaml\n") if "TestRun: |\n" in each).partition("```")[0]
    assert yaml.safe_load(block) == {"data": {"resource.customizations.health.testing.ameide.io_TestRun": lua.SCRIPT.read_text()}}
