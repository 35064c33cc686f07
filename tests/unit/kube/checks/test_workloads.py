"""What the bodies of workloads and pods say, with all that may be missing or null."""

from __future__ import annotations

import pytest

from testrun.core.preflight.checks import Kind
from testrun.core.preflight.pods import Container, Pod
from testrun.core.preflight.rollout import Workload
from testrun.kube.checks import workloads

TEMPLATE = {"metadata": {"labels": None}, "spec": {"containers": [{"name": "shop", "image": "shop:v1"}]}}
DEPLOYMENT = {
    "metadata": {
        "name": "shop",
        "uid": "d1",
        "generation": 3,
        "annotations": {"deployment.kubernetes.io/revision": "2"},
        "labels": {"app.kubernetes.io/managed-by": "tilt"},
    },
    "spec": {"paused": True, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}}, "template": TEMPLATE},
    "status": {
        "observedGeneration": 2,
        "replicas": 2,
        "updatedReplicas": 1,
        "readyReplicas": 1,
        "availableReplicas": 1,
        "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out"}],
    },
}


def replica_set(revision, uid="d1"):
    return {
        "metadata": {
            "name": f"shop-{revision}",
            "annotations": {"deployment.kubernetes.io/revision": revision},
            "labels": {"pod-template-hash": f"hash{revision}"},
            "ownerReferences": [{"uid": uid}],
        }
    }


def test_a_deployment():
    sets = [replica_set("1"), replica_set("2", uid="other"), replica_set("2")]
    assert workloads.workload(Kind.DEPLOYMENT, DEPLOYMENT, sets) == Workload(
        Kind.DEPLOYMENT,
        "shop",
        generation=3,
        observed_generation=2,
        wanted=1,
        total=2,
        updated=1,
        ready=1,
        available=1,
        paused=True,
        failure="ProgressDeadlineExceeded: timed out",
        revision="hash2",
        managed_by="tilt",
        images={"shop": "shop:v1"},
    )


def test_without_replica_sets_any_pod_may_be_current():
    assert workloads.workload(Kind.DEPLOYMENT, DEPLOYMENT).revision == ""


def test_a_stateful_set():
    body = {
        "metadata": {"name": "db", "generation": 1, "deletionTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {
            "replicas": 3,
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}},
            "template": TEMPLATE,
        },
        "status": {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 1, "readyReplicas": 2, "updateRevision": "db-2"},
    }
    assert workloads.workload(Kind.STATEFUL_SET, body) == Workload(
        Kind.STATEFUL_SET,
        "db",
        wanted=3,
        total=3,
        updated=1,
        ready=2,
        partition=2,
        deleting=True,
        revision="db-2",
        images={"shop": "shop:v1"},
    )


def test_a_daemon_set():
    body = {
        "metadata": {"name": "log", "generation": 4, "annotations": {"deprecated.daemonset.template.generation": "4"}},
        "spec": {"updateStrategy": {"type": "OnDelete"}, "template": TEMPLATE},
        "status": {
            "observedGeneration": 4,
            "desiredNumberScheduled": 3,
            "updatedNumberScheduled": 2,
            "numberReady": 2,
            "numberAvailable": 1,
        },
    }
    assert workloads.workload(Kind.DAEMON_SET, body) == Workload(
        Kind.DAEMON_SET,
        "log",
        generation=4,
        observed_generation=4,
        wanted=3,
        updated=2,
        ready=2,
        available=1,
        strategy="OnDelete",
        revision="4",
        images={"shop": "shop:v1"},
    )


@pytest.mark.parametrize(
    ("condition", "complete", "failure"),
    [
        ({"type": "SuccessCriteriaMet", "status": "True"}, True, ""),
        ({"type": "Complete", "status": "True"}, True, ""),
        (
            {"type": "FailureTarget", "status": "True", "reason": "BackoffLimitExceeded", "message": None},
            False,
            "BackoffLimitExceeded",
        ),
        ({"type": "Failed", "status": "False", "reason": "x"}, False, ""),
    ],
)
def test_a_job(condition, complete, failure):
    body = {
        "metadata": {"name": "migrate", "generation": 1},
        "spec": {"completions": 2, "suspend": False, "template": TEMPLATE},
        "status": {"succeeded": 1, "conditions": [condition]},
    }
    assert workloads.workload(Kind.JOB, body) == Workload(
        Kind.JOB,
        "migrate",
        observed_generation=0,
        wanted=2,
        succeeded=1,
        complete=complete,
        failure=failure,
        images={"shop": "shop:v1"},
    )


@pytest.mark.parametrize("prefix", ["telepresence.io", "telepresence.getambassador.io"])
def test_a_template_that_asks_for_an_agent(prefix):
    template = {**TEMPLATE, "metadata": {"annotations": {f"{prefix}/inject-traffic-agent": "enabled"}}}
    body = {"metadata": {"name": "shop"}, "spec": {"template": template}}
    assert workloads.workload(Kind.DEPLOYMENT, body).wants_agent


def test_a_body_that_says_nothing_yet():
    body = {
        "metadata": {"name": "shop", "generation": 1, "labels": None},
        "spec": {"replicas": 0, "template": None},
        "status": None,
    }
    assert workloads.workload(Kind.DEPLOYMENT, body) == Workload(Kind.DEPLOYMENT, "shop", observed_generation=0, wanted=0)


def test_a_pod_that_crashes():
    body = {
        "metadata": {
            "name": "shop-1",
            "labels": {"pod-template-hash": "h", "tilt.dev/pod-template-hash": "t"},
            "ownerReferences": [{"name": "other"}, {"name": "shop-h", "controller": True}],
        },
        "spec": {"containers": [{"name": "shop", "image": "shop:v1"}], "initContainers": [{"name": "wait", "image": "busybox"}]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "False"}, {"type": "PodScheduled", "status": "True"}],
            "initContainerStatuses": [
                {"name": "wait", "ready": True, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}, "lastState": {}}
            ],
            "containerStatuses": [
                {
                    "name": "shop",
                    "imageID": "sha256:1",
                    "ready": False,
                    "restartCount": 2,
                    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
                    "lastState": {"terminated": {"exitCode": 3, "reason": "Error"}},
                }
            ],
        },
    }
    assert workloads.pod(body, {"shop": "no database"}) == Pod(
        "shop-1",
        owner="shop-h",
        revision="h",
        tilt_hash="t",
        phase="Running",
        containers=(
            Container(
                "shop",
                "shop:v1",
                "sha256:1",
                restarts=2,
                waiting="CrashLoopBackOff",
                message="back-off",
                exit_code=3,
                end_reason="Error",
                log="no database",
            ),
            Container("wait", "busybox", init=True, ready=True, ended=True, exit_code=0, end_reason="Completed"),
        ),
    )


@pytest.mark.parametrize(
    ("status", "reason", "message"),
    [
        (
            {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "m"}]},
            "Unschedulable",
            "m",
        ),
        ({"phase": "Failed", "reason": "Evicted", "message": "disk"}, "Evicted", "disk"),
        ({"conditions": None, "containerStatuses": None}, "", ""),
    ],
)
def test_the_reason_of_a_whole_pod(status, reason, message):
    found = workloads.pod({"metadata": {"name": "shop-1"}, "spec": {}, "status": status})
    assert (found.reason, found.message, found.containers) == (reason, message, ())


@pytest.mark.parametrize(
    ("labels", "revision"),
    [
        ({"controller-revision-hash": "db-2"}, "db-2"),
        ({"controller-revision-hash": "x", "pod-template-generation": "4"}, "4"),
        (None, ""),
    ],
    ids=["of a StatefulSet", "of a DaemonSet", "of nothing"],
)
def test_the_revision_of_a_pod(labels, revision):
    assert workloads.pod({"metadata": {"name": "x", "labels": labels}}).revision == revision
