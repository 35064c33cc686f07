"""What the cache believes: the newest body, of the run's own children alone."""

from __future__ import annotations

import dataclasses

import pytest
from build import RUN

from testrun.api import names
from testrun.core import model
from testrun.kube.cache import EARLY, Cache

JOB_NAME = names.job_name(RUN.name, RUN.uid)


def run_body(version=1, **metadata):
    return {
        "metadata": {"namespace": RUN.namespace, "name": RUN.name, "uid": RUN.uid, "resourceVersion": str(version), **metadata}
    }


def job_body(version=1, *, owner=RUN.uid, name=JOB_NAME, namespace=RUN.namespace, **status):
    return {
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": "job-uid",
            "resourceVersion": str(version),
            "labels": names.labels(RUN),
            "ownerReferences": [{"uid": owner}],
        },
        "status": status,
    }


def pod_body(*, job="job-uid", namespace=RUN.namespace, state=None, **status):
    return {
        "metadata": {
            "name": f"{JOB_NAME}-0-x",
            "namespace": namespace,
            "labels": names.labels(RUN) | {names.LABEL_INDEX: "0"},
            "ownerReferences": [{"kind": "Job", "name": JOB_NAME, "uid": job}],
        },
        "status": {"containerStatuses": [{"name": "playwright", "state": state}] if state else [], **status},
    }


@pytest.fixture
def cache():
    cache = Cache()
    cache.put_run(run_body())
    cache.put_job(job_body())
    return cache


def test_an_older_body_does_not_replace_a_newer_one(cache):
    cache.put_run(run_body(5, generation=2))
    cache.put_run(run_body(4, generation=1))
    cache.put_job(job_body(5, completedIndexes="0"))
    entry = cache.put_job(job_body(4))
    assert entry.body["metadata"]["generation"] == 2
    assert entry.job.completed == {0}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(job_body(9, owner="someone-else"), id="of another owner"),
        pytest.param(job_body(9, namespace="elsewhere"), id="in another namespace"),
        pytest.param(job_body(9, name="other"), id="of another name"),
    ],
)
def test_a_job_that_only_wears_the_label_is_not_ours(cache, body):
    assert cache.put_job(body) is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(pod_body(job="another"), id="of another Job"),
        pytest.param(pod_body(namespace="elsewhere"), id="in another namespace"),
    ],
)
def test_a_pod_that_only_wears_the_labels_is_not_ours(cache, body):
    assert cache.put_pod(body) is None
    assert cache.entry(RUN).pods == {}


def test_what_was_seen_of_a_pod_once_stays_true(cache):
    cache.put_pod(pod_body(state={"terminated": {"exitCode": 137, "reason": "OOMKilled"}}))
    (fact,) = cache.put_pod(pod_body(), gone=True).pods.values()
    assert (fact.started, fact.terminated, fact.exit_code, fact.reason) == (True, True, 137, "OOMKilled")


def test_a_wait_that_is_over_is_no_reason_any_more(cache):
    cache.put_pod(pod_body(conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]))
    (fact,) = cache.put_pod(pod_body(state={"running": {}})).pods.values()
    assert fact.reason == ""


def test_that_it_was_being_made_does_not_explain_why_a_pod_is_gone(cache):
    making = pod_body(state={"waiting": {"reason": "ContainerCreating"}})
    cache.put_pod(making)
    (fact,) = cache.put_pod(making, gone=True).pods.values()
    assert (fact.reason, fact.terminated) == ("", True)


PULL = {"waiting": {"reason": "ErrImagePull", "message": "not found"}}
NEVER_RAN = {"terminated": {"exitCode": 137, "reason": "ContainerStatusUnknown", "startedAt": None}}


@pytest.mark.parametrize(
    ("last", "gone", "reason"),
    [
        pytest.param(pod_body(state=NEVER_RAN), False, "ErrImagePull", id="its container never ran"),
        pytest.param(pod_body(), True, "ErrImagePull", id="it is gone"),
        pytest.param(pod_body(phase="Failed", reason="Evicted"), False, "Evicted", id="something else ended it"),
    ],
)
def test_why_a_pod_could_not_start_is_known_after_its_end(cache, last, gone, reason):
    cache.put_pod(pod_body(state=PULL))
    (fact,) = cache.put_pod(last, gone=gone).pods.values()
    assert (fact.started, fact.terminated, fact.exit_code, fact.reason) == (False, True, None, reason)


def test_what_the_server_told_before_the_watch_is_not_lost():
    from build import make_progress

    cache = Cache()
    assert cache.put_progress(make_progress()) is None
    assert cache.put_run(run_body()).progress == make_progress()


def test_what_is_told_of_runs_that_never_come_is_forgotten_oldest_first():
    cache = Cache()
    runs = [dataclasses.replace(RUN, uid=f"u{number}") for number in range(EARLY + 1)]
    for run in [runs[0], *runs[2:], runs[0], runs[1]]:
        cache.put_progress(model.Progress(run=run))
    assert [cache.entry(run).progress is None for run in (runs[0], runs[1], runs[2], runs[3])] == [False, False, True, False]
