"""Every way in which a pod can die or never live, as Kubernetes shows it: whose fault it is, and what is kept of its tests."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from envtest.told import lines, told

from testrun.envtest.pods import Pod
from testrun.envtest.runs import Run

NO_NODE = 'runc create failed: unable to start container process: exec: "node": executable file not found in $PATH'
NO_TOKEN = {"v": 1, "code": 125, "problem": "no token in /testrun", "sent": False}
Dies = Callable[[Pod], None]


def works(pod: Pod) -> None:
    """One test has ended, one runs, one waits."""
    pod.begins("adds", "pays", "ships")
    pod.starts("adds")
    pod.ends("adds")
    pod.starts("pays")


def is_lost(pod: Pod) -> None:
    """The Job controller starts no other for its shard."""
    pod.run.job_status({"failedIndexes": "0"})


def is_killed_for_memory(pod: Pod) -> None:
    works(pod)
    pod.ended(137, reason="OOMKilled")
    is_lost(pod)


def is_evicted_without_its_condition(pod: Pod) -> None:
    """By a kubelet for which that is not a disruption: it went over its own ephemeral-storage limit."""
    works(pod)
    pod.status(phase="Failed", reason="Evicted", message="Pod ephemeral local storage usage exceeds the total limit 1Gi.")
    is_lost(pod)


def is_deleted_by_hand(pod: Pod) -> None:
    works(pod)
    pod.delete()
    is_lost(pod)


def is_deleted_before_it_starts(pod: Pod) -> None:
    pod.cannot_start("ContainerCreating")
    pod.delete()
    is_lost(pod)


def has_no_node_in_its_image(pod: Pod) -> None:
    started = {"exitCode": 128, "reason": "StartError", "message": NO_NODE, "startedAt": "1970-01-01T00:00:00Z"}
    pod.status(phase="Failed", state={"terminated": started})
    is_lost(pod)


def ends_with(code: int, message: str = "") -> Dies:
    def dies(pod: Pod) -> None:
        pod.ended(code, message=message)
        is_lost(pod)

    return dies


def is_given_up_with_its_job(pod: Pod) -> None:
    """Kubernetes fails the Job as a whole, and says nothing of this shard."""
    works(pod)
    pod.ended(1)
    fails_the_job(pod.run, "PodFailurePolicy")


def fails_the_job(run: Run, reason: str) -> None:
    condition = {"type": "FailureTarget", "status": "True", "reason": reason, "message": "as its spec says"}
    run.job_status({"conditions": [condition | {"lastTransitionTime": "2026-01-01T00:00:00Z"}]})


def of_three(why: str) -> str:
    """What is told of a shard that `works` and whose pod is lost."""
    return f"""
        Errored: shard 0 lost its pod: {why}; 2 of 3 tests without a result
        1 passed, 2 errored
        adds: passed
        pays: error PodLost: was running when its pod was lost: {why}
        ships: error NotReported: planned, but never reported: its pod was lost: {why}
    """


def of_none(why: str) -> str:
    """What is told of a shard that said nothing."""
    return f"""
        Errored: shard 0 {why}
        1 errored
        shard 0: error ShardLost: shard 0 {why}
    """


SILENT = "was lost: nothing of its report reached the server"
EVICTED = "Evicted: Pod ephemeral local storage usage exceeds the total limit 1Gi. on node node-1"
DEATHS = {
    "out of memory": (is_killed_for_memory, of_three("OOMKilled (exit code 137) on node node-1")),
    "evicted for its own disk usage": (is_evicted_without_its_condition, of_three(EVICTED)),
    "deleted by hand": (is_deleted_by_hand, of_three("the pod is gone on node node-1")),
    "given up with its Job": (is_given_up_with_its_job, of_three("Error (exit code 1) on node node-1")),
    "deleted before it started": (is_deleted_before_it_starts, of_none("never began: the pod is gone on node node-1")),
    "an image without node": (
        has_no_node_in_its_image, of_none(f"{SILENT}: StartError (exit code 128): {NO_NODE} on node node-1"),
    ),
    "exit code 127": (
        ends_with(127, "sh: node: not found"), of_none(f"{SILENT}: Error (exit code 127): sh: node: not found on node node-1"),
    ),
    "exit code 126": (ends_with(126), of_none(f"{SILENT}: Error (exit code 126) on node node-1")),
    "exit code 125 and last words": (
        ends_with(125, json.dumps(NO_TOKEN)), of_none(f"{SILENT}: Error (exit code 125) on node node-1: no token in /testrun"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("dies", "expected"), DEATHS.values(), ids=DEATHS.keys())
def test_a_pod_that_nobody_replaces(run: Run, dies: Dies, expected: str):
    run.create(shards=1)
    dies(run.make_pod(0) if dies is is_deleted_before_it_starts else run.start_pod(0))
    assert told(run) == lines(expected)


DISRUPTIONS = {
    "its node is short of memory": ("TerminationByKubelet", "Evicted", "The node was low on resource: memory."),
    "its node is gone": ("DeletionByTaintManager", "NodeLost", "Node node-1 which was running pod is unresponsive"),
    "its place is needed": ("PreemptionByScheduler", "", ""),
}


@pytest.mark.parametrize(("disruption", "reason", "message"), DISRUPTIONS.values(), ids=DISRUPTIONS.keys())
def test_a_pod_that_was_disrupted_is_replaced(run: Run, disruption: str, reason: str, message: str):
    run.create(shards=1)
    pod = run.start_pod(0)
    works(pod)
    condition = {"type": "DisruptionTarget", "status": "True", "reason": disruption, "message": ""}
    pod.status(phase="Failed", reason=reason, message=message, conditions=[condition])
    pod.delete()
    again = run.make_pod(0, attempt=1, node="node-2")
    again.status(phase="Running", state={"running": {"startedAt": "2026-01-01T00:00:00Z"}})
    again.runs(adds="passed", pays="passed", ships="passed")
    assert told(run).splitlines()[:2] == ["Passed: 3 of 3 tests passed", "3 passed"]
    (shard,) = run.get()["status"]["shards"]
    assert (shard["attempts"], shard["node"]) == (2, "node-2")


def test_a_pod_that_vanished_with_its_node_and_is_not_replaced(run: Run):
    run.create(shards=1)
    pod = run.start_pod(0)
    works(pod)
    condition = {"type": "DisruptionTarget", "status": "True", "reason": "DeletionByPodGC", "message": "node not found"}
    pod.status(phase="Failed", conditions=[condition])
    pod.delete()
    fails_the_job(run, "BackoffLimitExceeded")
    assert told(run) == lines(of_three("DeletionByPodGC: node not found on node node-1"))


def test_the_deadline_of_the_job_is_a_time_out(run: Run):
    """It is there for pods whose operator is away for longer than ``timeoutSeconds``."""
    run.create(shards=1)
    pod = run.start_pod(0)
    works(pod)
    assert run.job()["spec"]["activeDeadlineSeconds"] == 600 + 120
    fails_the_job(run, "DeadlineExceeded")
    run.wait("Stopping")
    pod.ended(143)
    assert told(run) == lines(
        """
        TimedOut: the Job passed its activeDeadlineSeconds; 1 of 3 tests had a result
        1 passed, 2 errored
        adds: passed
        pays: error TimedOut: was running when the run timed out
        ships: error TimedOut: timed out before it ran
        """
    )
