"""The CRD in a real API server: what it refuses, what it fills in, what may change, and what it shows to people."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from envtest import cases

from testrun.core import model
from testrun.envtest.control_plane import ApiServer

MERGE = "application/merge-patch+json"
TIME = "2026-01-01T00:00:00.123456Z"


@dataclasses.dataclass(frozen=True)
class TestRuns:
    """The TestRuns of one namespace."""

    __test__ = False
    server: ApiServer
    namespace: str

    @property
    def path(self) -> str:
        return f"/apis/testing.ameide.io/v1alpha1/namespaces/{self.namespace}/testruns"

    def create(self, spec: Any, *, name: str = "shop") -> tuple[int, Any]:
        return self.server.request("POST", f"{self.path}?fieldValidation=Strict", cases.body(name, spec))

    def created(self, spec: Any, *, name: str = "shop") -> Any:
        status, body = self.create(spec, name=name)
        assert status == 201, body
        return body

    def patch(self, patch: Any, *, name: str = "shop", subresource: str = "") -> tuple[int, Any]:
        path = f"{self.path}/{name}{subresource}?fieldValidation=Strict"
        return self.server.request("PATCH", path, patch, content_type=MERGE)


@pytest.fixture
def runs(apiserver: ApiServer, namespace: str) -> TestRuns:
    return TestRuns(apiserver, namespace)


@pytest.fixture(scope="session")
def schema(apiserver: ApiServer) -> dict[str, Any]:
    """The schema of a TestRun as the API server publishes it: what ``kubectl explain`` shows."""
    status, document = apiserver.request("GET", "/openapi/v3/apis/testing.ameide.io/v1alpha1")
    assert status == 200, document
    return document["components"]["schemas"]["io.ameide.testing.v1alpha1.TestRun"]


# what is refused, and what is said


@pytest.mark.parametrize("case", cases.bad_specs(), ids=lambda case: case.name)
def test_a_bad_spec_is_refused_with_its_field_and_what_to_do(runs: TestRuns, case: cases.BadSpec) -> None:
    status, answer = runs.create(case.spec)

    assert status in (400, 422), answer
    assert case.field in answer["message"]
    assert case.server in answer["message"]


def test_a_test_run_without_a_spec_is_refused(runs: TestRuns) -> None:
    status, answer = runs.create(None)

    assert (status, "spec: Required value" in answer["message"]) == (422, True)


# what is accepted


def test_defaults_are_filled_in(runs: TestRuns) -> None:
    body = runs.created({"playwright": {"image": "shop-e2e:1"}})

    assert body["spec"] == {
        "playwright": {"image": "shop-e2e:1", "shards": 1, "timeoutSeconds": 1800, "minTests": 1},
        "cleanup": {"policy": "Always"},
        "suspend": False,
        "cancel": False,
    }


FULL_SPEC = {
    "revision": "release/7f3c2d1+dirty",
    "preSteps": {
        "required": ["policy", "unit", "integration"],
        "maxAgeSeconds": 86400,
        "records": [
            {
                "phase": "unit",
                "junit": {"configMap": "shop.unit-1", "key": "junit.xml.gz", "sha256": 64 * "a"},
                "revision": "release/7f3c2d1+dirty",
                "startTime": "2026-11-21T12:00:00Z",
                "durationSeconds": 12.5,
            },
            {"phase": "policy", "junit": {"artifact": 64 * "b", "sha256": 64 * "b"}},
        ],
    },
    "playwright": {
        "image": "registry.example:5000/shop-e2e@sha256:" + 64 * "a",
        "workingDir": "/e2e",
        "args": [
            "--grep",
            "@smoke|--shard",
            "--project=desktop",
            "--config",
            "e2e.config.ts",
            "--output=/tmp/out",
            "--listen",
            "-x",
        ],
        "baseURL": "http://shop.shop.svc:8080/start?x=1#top",
        "shards": 100,
        "maxParallel": 100,
        "timeoutSeconds": 86400,
        "maxDisruptions": 0,
        "minTests": 40,
        "template": {
            "metadata": {"labels": {"team": "shop"}, "annotations": {"example.com/note": "anything"}},
            "spec": {
                "nodeSelector": {"disk": "ssd"},
                "tolerations": [{"key": "spot", "operator": "Exists"}],
                "automountServiceAccountToken": False,
                "initContainers": [{"name": "proxy", "image": "proxy:1", "restartPolicy": "Always"}],
                "volumes": [{"name": "cache", "emptyDir": {"sizeLimit": "1Gi"}}],
                "containers": [
                    {
                        "name": "playwright",
                        "env": [{"name": "LOGIN", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}}],
                        "volumeMounts": [{"name": "cache", "mountPath": "/testrun-cache"}],
                        "resources": {"limits": {"cpu": "2", "memory": "2Gi"}},
                    }
                ],
            },
        },
    },
    "cleanup": {"policy": "OnSuccess"},
    "suspend": True,
    "cancel": False,
    "ttlSecondsAfterFinished": 0,
}


def test_a_full_spec_is_accepted_and_kept_whole(runs: TestRuns) -> None:
    assert runs.created(FULL_SPEC)["spec"] == FULL_SPEC


def test_a_name_may_be_as_long_as_kubernetes_allows(runs: TestRuns) -> None:
    runs.created(cases.GOOD, name=".".join(["a" * 63] * 3 + ["b" * 61]))


# what may change


@pytest.mark.parametrize(
    "patch",
    [{"suspend": False}, {"cancel": True}, {"ttlSecondsAfterFinished": 60}, {"ttlSecondsAfterFinished": None}],
    ids=str,
)
def test_suspend_cancel_and_time_to_live_may_change(runs: TestRuns, patch: Any) -> None:
    runs.created({**FULL_SPEC, "ttlSecondsAfterFinished": 10})

    assert runs.patch({"spec": patch})[0] == 200


@pytest.mark.parametrize(
    ("patch", "field"),
    [
        ({"revision": "other"}, "revision"),
        ({"revision": None}, "revision"),
        ({"preSteps": None}, "preSteps"),
        ({"preSteps": {"required": ["unit"]}}, "preSteps"),
        ({"preSteps": {"records": []}}, "preSteps"),
        ({"playwright": {"image": "other"}}, "playwright"),
        ({"playwright": {"baseURL": None}}, "playwright"),
        ({"playwright": {"args": []}}, "playwright"),
        ({"playwright": {"template": {"metadata": {"labels": {"team": "other"}}}}}, "playwright"),
        ({"playwright": {"template": {"spec": {"nodeSelector": {"disk": "hdd"}}}}}, "playwright"),
        ({"playwright": {"template": {"spec": {"tolerations": None}}}}, "playwright"),
        ({"playwright": {"template": {"spec": {"hostNetwork": True}}}}, "playwright"),
        ({"playwright": {"template": None}}, "playwright"),
        ({"cleanup": {"policy": "Never"}}, "cleanup"),
        ({"cleanup": None}, "cleanup"),
    ],
    ids=str,
)
def test_nothing_else_may_change(runs: TestRuns, patch: Any, field: str) -> None:
    runs.created(FULL_SPEC)

    status, answer = runs.patch({"spec": patch})

    assert (status, answer["reason"]) == (422, "Invalid")
    assert f"{field} cannot change once set: make a new TestRun" in answer["message"]


def test_what_was_left_out_cannot_be_added(runs: TestRuns) -> None:
    runs.created(cases.GOOD)

    status, answer = runs.patch({"spec": {"revision": "7f3c2d1"}})

    assert (status, "revision cannot change once set" in answer["message"]) == (422, True)


@pytest.mark.parametrize("back", [False, None])
def test_cancel_cannot_be_withdrawn(runs: TestRuns, back: Any) -> None:
    runs.created({**cases.GOOD, "cancel": True})

    status, answer = runs.patch({"spec": {"cancel": back}})

    assert status == 422
    assert "spec.cancel: Invalid value: false: cancel cannot be withdrawn: make a new TestRun to run again" in answer["message"]


def test_the_same_spec_may_be_applied_again(runs: TestRuns) -> None:
    body = runs.created(FULL_SPEC)

    status, again = runs.patch({"spec": FULL_SPEC})

    assert (status, again["metadata"]["generation"]) == (200, body["metadata"]["generation"])


# status

COUNTS = {"tests": 6, "passed": 1, "failed": 2, "errored": 1, "skipped": 2, "flaky": 1}
FILE = {"path": "phase-3/junit.xml", "bytes": 123456, "sha256": 64 * "0"}
CHECK = {"ready": False, "message": "saw 1 of 2 pods", "output": "Error: no route", "durationSeconds": 300, "agents": ["shop"]}
FULL_STATUS = {
    "observedGeneration": 3,
    "state": "Failed",
    "conditions": [
        {
            "type": kind,
            "status": status,
            "reason": reason,
            "message": "2 of 6 tests failed",
            "lastTransitionTime": TIME,
            "observedGeneration": 3,
        }
        for kind, status, reason in (
            ("Succeeded", "False", "Failed"),
            ("PreStepsVerified", "True", "Verified"),
            ("EvidenceStored", "Unknown", "Storing"),
            ("CleanedUp", "True", "Removed"),
        )
    ],
    "startTime": TIME,
    "deadlineTime": TIME,
    "completionTime": TIME,
    "preflight": [CHECK | {"name": f"shop {index} is rolled out"} for index in range(50)],
    "hooks": [CHECK | {"name": f"sweep {index}"} for index in range(10)],
    "waiting": {"reason": "Unschedulable", "message": "0/3 nodes are available", "since": TIME, "deadline": TIME},
    "job": "shop-0123456789",
    "summary": COUNTS,
    "phases": [
        {"phase": phase, "result": "Failed", "message": "2 failed", **COUNTS, "durationSeconds": 12.25, "junit": FILE}
        for phase in ("policy", "unit", "integration", "e2e")
    ],
    "shards": [
        {
            "index": index,
            "result": "TimedOut",
            **COUNTS,
            "attempts": 2,
            "node": "node-1",
            "exitCode": 143,
            "durationSeconds": 12,
            "message": "stopped",
        }
        for index in range(100)
    ],
    "failures": [
        {
            "name": "cart › adds an item",
            "file": "cart.spec.ts",
            "project": "desktop",
            "shard": 1,
            "message": "Error: expected 1\n",
            "trace": "x.zip",
        }
    ]
    * 20,
    "junit": "<testsuites/>" * 2500,
    "artifacts": {
        "path": "shop/shop/0b5d",
        "url": "http://testrun-server/v1/runs/shop/shop/0b5d/files",
        "junit": FILE,
        "report": "report/index.html",
        "manifestSha256": 64 * "f",
    },
}


def test_a_status_is_written_through_its_subresource_only(runs: TestRuns) -> None:
    runs.created({**cases.GOOD})

    _, by_the_front_door = runs.patch({"status": {"state": "Passed"}})
    _, by_the_subresource = runs.patch({"status": {"state": "Running"}, "spec": {"suspend": True}}, subresource="/status")

    assert "status" not in by_the_front_door
    assert by_the_subresource["status"] == {"state": "Running"}
    assert by_the_subresource["spec"]["suspend"] is False


def test_a_full_status_is_accepted_and_kept_whole(runs: TestRuns) -> None:
    runs.created(FULL_SPEC)

    status, body = runs.patch({"status": FULL_STATUS}, subresource="/status")

    assert status == 200, body
    assert body["status"] == FULL_STATUS


def test_a_status_of_another_shape_is_refused(runs: TestRuns) -> None:
    runs.created(cases.GOOD)

    status, answer = runs.patch({"status": {"state": "Fine", "junt": "x"}}, subresource="/status")

    assert status in (400, 422), answer


def test_the_full_status_has_every_field_of_the_schema(schema: dict[str, Any]) -> None:
    assert _paths_of_value(FULL_STATUS) == {path for path, _ in _fields(schema["properties"]["status"])}


@pytest.mark.parametrize("state", model.State)
def test_every_state_can_be_written(runs: TestRuns, state: model.State) -> None:
    runs.created(cases.GOOD)

    assert runs.patch({"status": {"state": state}}, subresource="/status")[0] == 200


# what people see


def test_runs_can_be_selected_by_their_state(runs: TestRuns) -> None:
    for name, state in (("a", "Running"), ("b", "Passed"), ("c", "Running")):
        runs.created(cases.GOOD, name=name)
        runs.patch({"status": {"state": state}}, name=name, subresource="/status")

    status, found = runs.server.request("GET", f"{runs.path}?fieldSelector=status.state%3DRunning")

    assert (status, [item["metadata"]["name"] for item in found["items"]]) == (200, ["a", "c"])


def test_a_table_shows_how_a_run_went(runs: TestRuns) -> None:
    runs.created({**cases.GOOD, "playwright": {"image": "shop-e2e:1", "shards": 4}})
    runs.patch({"status": FULL_STATUS}, subresource="/status")

    lines = runs.server.kubectl("get", "tr", "-n", runs.namespace, "-o", "wide").splitlines()

    assert lines[0].split() == [
        "NAME", "STATE", "PASSED", "FAILED", "ERRORED", "SHARDS", "DURATION", "WAITING", "MESSAGE", "IMAGE", "AGE",
    ]  # fmt: skip
    assert lines[1].split()[:8] == ["shop", "Failed", "1", "2", "1", "4", "12.25", "Unschedulable"]
    assert "2 of 6 tests failed" in lines[1]
    assert "shop-e2e:1" in lines[1]


def test_every_field_is_explained(schema: dict[str, Any]) -> None:
    silent = [path for path, field in _fields(schema) if not path.startswith("metadata") and not field.get("description")]

    assert silent == []


def test_kubectl_explain_is_a_manual(apiserver: ApiServer) -> None:
    text = apiserver.kubectl("explain", "testrun.spec.playwright.timeoutSeconds")

    assert "the verdict is TimedOut" in " ".join(text.split())


def test_the_api_server_finds_nothing_odd_in_the_crd(apiserver: ApiServer) -> None:
    _, crd = apiserver.request("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/testruns.testing.ameide.io")

    conditions = {each["type"]: each["status"] for each in crd["status"]["conditions"]}
    assert conditions == {"NamesAccepted": "True", "Established": "True"}  # no NonStructuralSchema


def _fields(schema: dict[str, Any], prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name, field in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        found += [(path, field), *_fields(field, f"{path}."), *_fields(field.get("items", {}), f"{path}.")]
    return found


def _paths_of_value(value: Any, prefix: str = "") -> set[str]:
    if isinstance(value, list):
        return set().union(*(_paths_of_value(item, prefix) for item in value))
    if not isinstance(value, dict):
        return set()
    return {f"{prefix}{key}" for key in value}.union(*(_paths_of_value(each, f"{prefix}{key}.") for key, each in value.items()))
