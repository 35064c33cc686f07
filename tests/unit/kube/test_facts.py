"""What a Job's and a pod's body say, as facts."""

from __future__ import annotations

import json

import pytest
from build import NOW

from testrun.core import model, observed
from testrun.kube import facts

INDEX = "batch.kubernetes.io/job-completion-index"


def pod(status=None, *, index="1", **metadata):
    return {
        "metadata": {"name": "shop-1-x", "annotations": {INDEX: index}, **metadata},
        "spec": {"nodeName": "n1", "containers": [{"name": "playwright", "image": "e2e:1"}]},
        "status": status or {},
    }


def container(**state):
    return {"phase": "Running", "containerStatuses": [{"name": "playwright", "imageID": "sha256:1", "state": state}]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", set()), ("1", {1}), ("0,2-4,7", {0, 2, 3, 4, 7})],
)
def test_indexes_of_a_job(text, expected):
    assert facts.indexes(text) == frozenset(expected)


def test_a_job_that_is_about_to_fail_is_finished():
    body = {
        "metadata": {"name": "j", "uid": "u"},
        "spec": {"suspend": False},
        "status": {
            "completedIndexes": "0",
            "failedIndexes": "1",
            "conditions": [{"type": "FailureTarget", "status": "True", "reason": "FailedIndexes", "message": "m"}],
        },
    }
    assert facts.job(body) == observed.Job(
        name="j",
        uid="u",
        completed=frozenset({0}),
        failed=frozenset({1}),
        finished=True,
        failure_reason="FailedIndexes",
        failure_message="m",
    )


BASE = {"index": 1, "pod": "shop-1-x", "node": "n1", "image": "sha256:1", "phase": "Running"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(pod(container(running={})), {"started": True}, id="runs"),
        pytest.param(
            pod(container(waiting={"reason": "ErrImagePull", "message": "not found"})),
            {"reason": "ErrImagePull", "message": "not found"},
            id="image cannot be pulled",
        ),
        pytest.param(
            pod(container(terminated={"exitCode": 0, "reason": "Completed"})),
            {"started": True, "terminated": True, "exit_code": 0},
            id="ended well",
        ),
        pytest.param(
            pod(container(terminated={"exitCode": 137, "reason": "OOMKilled"})),
            {"started": True, "terminated": True, "exit_code": 137, "reason": "OOMKilled"},
            id="out of memory",
        ),
        pytest.param(
            pod(container(terminated={"exitCode": 128, "reason": "StartError", "message": 'exec: "node": not found'})),
            {"started": True, "terminated": True, "exit_code": 128, "reason": "StartError", "message": 'exec: "node": not found'},
            id="its command is not in the image",
        ),
        pytest.param(
            pod(container(terminated={"exitCode": 1, "reason": "Error", "message": '{"v": 1, "code": 1}'})),
            {"started": True, "terminated": True, "exit_code": 1, "reason": "Error", "termination": {"v": 1, "code": 1}},
            id="the shim's last words are no message",
        ),
        pytest.param(
            pod({"phase": "Failed", "reason": "Evicted", "message": "low on memory"}),
            {"image": "e2e:1", "phase": "Failed", "reason": "Evicted", "message": "low on memory", "terminated": True},
            id="evicted",
        ),
        pytest.param(
            pod(
                {
                    "phase": "Pending",
                    "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1"}],
                }
            ),
            {"image": "e2e:1", "phase": "Pending", "reason": "Unschedulable", "message": "0/1"},
            id="unschedulable",
        ),
        pytest.param(pod(container(waiting={"reason": "PodInitializing"})), {}, id="has not come to its init containers"),
        pytest.param(
            pod(
                container(waiting={"reason": "PodInitializing"})
                | {"initContainerStatuses": [{"name": "seed", "state": {"running": {}}}]}
            ),
            {"reason": "PodInitializing", "message": "init container seed runs"},
            id="an init container runs",
        ),
        pytest.param(
            pod(
                container(waiting={"reason": "PodInitializing"})
                | {"initContainerStatuses": [{"name": "seed", "state": {"waiting": {"reason": "ErrImagePull", "message": "no"}}}]}
            ),
            {"reason": "ErrImagePull", "message": "init container seed: no"},
            id="an init container's image cannot be pulled",
        ),
        pytest.param(
            pod(container(terminated={"exitCode": 137, "reason": "ContainerStatusUnknown", "startedAt": None})),
            {"terminated": True, "reason": "ContainerStatusUnknown"},
            id="was deleted before it started",
        ),
        pytest.param(
            pod(
                container(running={})
                | {"conditions": [{"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"}]}
            ),
            {"started": True, "disrupted": True, "reason": "PreemptionByScheduler"},
            id="disrupted",
        ),
    ],
)
def test_a_pod_says(body, expected):
    assert facts.pod(body) == model.PodFacts(**BASE | expected)


def test_a_job_that_stands_in_a_queue():
    body = {"metadata": {"name": "j", "labels": {"kueue.x-k8s.io/queue-name": "team"}}, "spec": {"suspend": True}}
    assert facts.job(body) == observed.Job(name="j", suspended=True, queue="team")


@pytest.mark.parametrize(
    "times",
    [
        {"lastTimestamp": "2026-11-21T12:00:00Z", "firstTimestamp": "2026-11-21T11:00:00Z"},
        {"lastTimestamp": None, "eventTime": "2026-11-21T12:00:00.000000Z"},
        {"eventTime": "2026-11-21T11:00:00.000000Z", "series": {"lastObservedTime": "2026-11-21T12:00:00.000000Z"}},
        {"metadata": {"creationTimestamp": "2026-11-21T12:00:00Z"}},
    ],
)
def test_an_event_has_its_last_time(times):
    assert facts.event({"reason": "FailedMount", "message": "no"} | times) == observed.Event(
        reason="FailedMount", message="no", at=NOW
    )


def test_a_pod_that_is_gone_has_ended():
    fact = facts.pod(pod(container(running={})), gone=True)
    assert (fact.terminated, fact.deleting) == (True, True)


def test_that_it_was_being_made_does_not_explain_why_a_pod_is_gone():
    body = pod(container(waiting={"reason": "ContainerCreating"}))
    assert (facts.pod(body).reason, facts.pod(body, gone=True).reason) == ("ContainerCreating", "")


@pytest.mark.parametrize("index", ["", "x", "-1", "1.5"])
def test_a_pod_without_a_shard_is_not_ours(index):
    assert facts.pod(pod(index=index)) is None


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (json.dumps({"v": 1, "code": 0}), {"v": 1, "code": 0}),
        ("", None),
        ("Error: something the container printed", None),
        (json.dumps({"v": 2}), None),
        (json.dumps([1]), None),
        ("[" * 4000, None),
        (json.dumps({"v": 1, "x": "y" * 5000}), None),
    ],
)
def test_only_the_shim_is_believed_as_termination_message(message, expected):
    fact = facts.pod(pod(container(terminated={"exitCode": 0, "message": message})))
    assert fact.termination == expected
