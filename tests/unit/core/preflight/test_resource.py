"""Objects of any kind: what ``kubectl wait`` can ask, and what is said when it does not hold."""

from __future__ import annotations

from typing import Any

import pytest

from testrun.core.preflight import jsonpath, resource
from testrun.core.preflight.checks import ResourceCheck
from testrun.core.preflight.finding import Readiness

READY, NOT_READY = Readiness.READY, Readiness.NOT_READY


def cluster(generation: int = 2, observed: int | None = 2, status: str = "True", **metadata: Any) -> dict[str, Any]:
    condition = {"type": "Ready", "status": status, "reason": "Healthy", "message": "3 of 3\ninstances"}
    return {
        "metadata": {"name": "db", "generation": generation, **metadata},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Other"}, condition],
            "observedGeneration": observed,
            "ready": True,
        },
    }  # fmt: skip


def condition(kind: str = "Ready") -> ResourceCheck:
    return ResourceCheck("postgresql.cnpg.io/v1", "Cluster", "db", condition=kind)


def path(json_path: str, value: str | None = None) -> ResourceCheck:
    return ResourceCheck("postgresql.cnpg.io/v1", "Cluster", "db", json_path=json_path, value=value)


SAW = {
    "a condition that is True": (
        condition(), cluster(), READY, "saw Cluster db with condition Ready True, Healthy, 3 of 3 instances",
    ),
    "one that is not": (
        condition(), cluster(status="False"), NOT_READY,
        "saw Cluster db with condition Ready False, Healthy, 3 of 3 instances; wanted Cluster db with condition Ready True",
    ),
    "one about an older generation": (
        condition(), cluster(observed=1), NOT_READY,
        "saw Cluster db with condition Ready of generation 1, which is at 2; wanted Cluster db with condition Ready True",
    ),
    "one that says nothing of generations": (
        condition(), cluster(observed=None), READY, "saw Cluster db with condition Ready True, Healthy, 3 of 3 instances",
    ),
    "one that is not there": (
        condition("Synced"), cluster(), NOT_READY,
        "saw Cluster db with no condition Synced; wanted Cluster db with condition Synced True",
    ),
    "an object without a status": (
        condition(), {"metadata": {"name": "db"}}, NOT_READY,
        "saw Cluster db with no condition Ready; wanted Cluster db with condition Ready True",
    ),
    "an object that goes": (
        condition(), cluster(deletionTimestamp="2026-11-21T12:00:00Z"), NOT_READY,
        "saw Cluster db is being deleted; wanted Cluster db with condition Ready True; hint: apply it again when it is gone",
    ),
    "no object": (
        condition(), None, NOT_READY,
        "saw no Cluster db in the namespace; wanted Cluster db with condition Ready True; "
        "hint: apply it, or mend the name in the check",
    ),
    "a value": (path("{.status.phase}", "Running"), cluster(), READY, "saw Cluster db with {.status.phase} Running"),
    "another value": (
        path("{.status.phase}", "Ready"), cluster(), NOT_READY,
        "saw Cluster db with {.status.phase} Running; wanted Cluster db with {.status.phase} Ready",
    ),
    "anything at all": (path("{.status.phase}"), cluster(), READY, "saw Cluster db with {.status.phase} Running"),
    "nothing": (
        path("{.status.leader}"), cluster(), NOT_READY,
        "saw Cluster db with no {.status.leader}; wanted Cluster db with {.status.leader} set",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("check", "body", "readiness", "message"), SAW.values(), ids=SAW)
def test_what_is_said(check: ResourceCheck, body: dict[str, Any] | None, readiness: Readiness, message: str):
    finding = resource.judge(check, body)
    assert (finding.readiness, finding.message) == (readiness, message)


def test_a_kind_that_nobody_knows():
    assert resource.judge(condition(), None, known=False).message == (
        "saw that the API server knows no Cluster of postgresql.cnpg.io/v1; wanted Cluster db with condition Ready True; "
        "hint: mend apiVersion and kind in the check, or install what defines them"
    )


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("{.status.phase}", ["Running"]),
        ("{.status['phase']}", ["Running"]),
        ("{.status.ready}", ["true"]),
        ("{.metadata.generation}", ["2"]),
        ('{.status.conditions[?(@.type=="Ready")].status}', ["True"]),
        ("{.status.conditions[?(@.type=='Ready')].status}", ["True"]),
        ("{.status.conditions[*].type}", ["Other", "Ready"]),
        ("{.status.conditions[1].reason}", ["Healthy"]),
        ("{.status.conditions[7].reason}", []),
        ("{.status.phase.deeper}", []),
        ("{.status.conditions.type}", []),
    ],
)
def test_paths(path: str, found: list[str]):
    assert jsonpath.texts(jsonpath.find(path, cluster())) == found
