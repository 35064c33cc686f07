"""What keeps shards from running, with the real operator and server: told in the status, given up in time, explained in JUnit.

The minutes of a wait are not slept through: its deadline stands in the API, and the test moves it, as anybody may who may write
the status.
"""

from __future__ import annotations

import datetime
import xml.etree.ElementTree as ElementTree

import pytest

from testrun.envtest.pods import Pod
from testrun.envtest.processes import Body, Process
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

NOT_FOUND = 'failed to pull and unpack image "registry.example/e2e:1": registry.example/e2e:1: not found'
UNREACHABLE = "dial tcp 10.0.0.1:443: connect: connection refused"
NO_NODE = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."
QUOTA = 'Error creating: pods "x" is forbidden: exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0'
FULL = "0/1 nodes are available: 1 Insufficient cpu."
USED_UP = 'Error creating: pods "x" is forbidden: exceeded quota: most, requested: pods=1, used: pods=4, limited: pods=4'
DENIED = 'Error creating: admission webhook "images.example" denied the request: not from our registry'
SILENT = 'Error creating: Internal error occurred: failed calling webhook "images.example": connect: connection refused'
CONFIG_MAP = 'MountVolume.SetUp failed for volume "settings" : configmap "settings" not found'
SECRET = 'MountVolume.SetUp failed for volume "login" : secret "login" not found'
DISK = "AttachVolume.Attach failed for volume cache: rpc error"
SANDBOX = 'plugin type="bridge" failed: no more addresses'
ORDERED = "pod triggered scale-up: [{pool 1->2 (max: 4)}]"


def waits(run: Run, reason: str) -> Body:
    """The wait once it is told."""
    return eventually(
        lambda: (told := run.status().get("waiting", {})).get("reason") == reason and told,
        what=lambda: f"it waits for {reason}: {run.get().get('status')}",
    )


def seconds(wait: Body) -> float:
    """How long it may last."""
    since, deadline = (datetime.datetime.fromisoformat(wait[each]) for each in ("since", "deadline"))
    return (deadline - since).total_seconds()


def move_deadline(run: Run, *, by: float) -> str:
    """To so many seconds from now; the new one."""
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=by)
    deadline = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = run.api.request(
        "PATCH", f"{run.path}/status", {"status": {"waiting": {"deadline": deadline}}},
        content_type="application/merge-patch+json",
    )  # fmt: skip
    assert answer[0] == 200, answer
    return deadline


def given_up(run: Run, *pods: Pod, shards: int = 1) -> list[str]:
    """The run ends as Errored; the texts of its errored cases."""
    if pods:
        run.wait("Stopping")
        assert run.job()["spec"]["suspend"]
    for pod in pods:
        pod.delete()  # as the Job controller does with the pods of a suspended Job
    status = run.wait("Errored")["status"]
    assert status["summary"]["errored"] == shards
    errors = ElementTree.fromstring(status["junit"]).iter("error")
    run.done()
    return [f"{error.get('message')} {error.text}" for error in errors]


def unschedulable(run: Run, message: str) -> Pod:
    run.create(shards=1, timeoutSeconds=1800)
    pod = run.make_pod(0, node="")
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    pod.status(phase="Pending", conditions=[condition])
    return pod


LONG = pytest.mark.large
"""Of reasons that are told in the same way one is enough each time; the others differ in numbers that tests of the rules hold."""


class TestGivenUp:
    @pytest.mark.parametrize(
        ("reason", "message", "wait", "limit"),
        [
            pytest.param("ErrImagePull", NOT_FOUND, "ImagePull", 60, id="no such image"),
            pytest.param("ErrImagePull", UNREACHABLE, "ImagePull", 600, id="no way to the registry"),
            pytest.param(
                "CreateContainerConfigError", 'configmap "settings" not found', "ContainerConfig", 60, id="no such ConfigMap"
            ),
            pytest.param(
                "CreateContainerConfigError", 'secret "login" not found', "ContainerConfig", 60, id="no such Secret", marks=LONG
            ),
        ],
    )
    def test_a_container_that_cannot_start(self, run: Run, reason: str, message: str, wait: str, limit: float):
        run.create(timeoutSeconds=1800)
        pods = [run.make_pod(0), run.make_pod(1)]
        for pod in pods:
            pod.cannot_start(reason, message)
        told = waits(run, wait)
        assert (seconds(told), told["message"]) == (limit, f"shard 0: {reason}: {message}")
        move_deadline(run, by=-1)
        errors = given_up(run, *pods, shards=2)
        assert [message in error for error in errors] == [True, True]
        assert message in run.condition("Succeeded")["message"]
        assert f"({wait})" in run.condition("Succeeded")["message"]

    def test_an_invalid_image_name_is_not_waited_for(self, run: Run):
        run.create(shards=1)
        pod = run.make_pod(0)
        pod.cannot_start("InvalidImageName", "invalid reference format")
        (error,) = given_up(run, pod)
        assert "InvalidImageName: invalid reference format" in error

    @pytest.mark.parametrize(
        ("message", "limit"),
        [pytest.param(NO_NODE, 300, id="none fits"), pytest.param(FULL, 900, id="those that fit are full", marks=LONG)],
    )
    def test_a_pod_that_no_node_takes(self, run: Run, message: str, limit: float):
        pod = unschedulable(run, message)
        assert seconds(waits(run, "Unschedulable")) == limit
        move_deadline(run, by=-1)
        (error,) = given_up(run, pod)
        assert message in error

    def test_a_node_that_was_ordered_and_does_not_come(self, run: Run):
        pod = unschedulable(run, FULL)
        run.post_event("Pod", pod.name, "TriggeredScaleUp", ORDERED)
        told = waits(run, "ScaleUp")
        assert (seconds(told), told["message"]) == (900, f"shard 0: TriggeredScaleUp: {ORDERED}; Unschedulable: {FULL}")
        move_deadline(run, by=-1)
        (error,) = given_up(run, pod)
        assert ORDERED in error

    @pytest.mark.parametrize(
        ("reason", "message", "wait", "limit"),
        [
            pytest.param("FailedMount", CONFIG_MAP, "VolumeMount", 60, id="no such ConfigMap"),
            pytest.param("FailedMount", SECRET, "VolumeMount", 60, id="no such Secret", marks=LONG),
            pytest.param("FailedAttachVolume", DISK, "VolumeMount", 600, id="a disk that is not attached", marks=LONG),
            pytest.param("FailedCreatePodSandBox", SANDBOX, "Starting", 600, id="no network for the pod"),
        ],
    )
    def test_a_pod_that_does_not_start_which_only_events_tell(self, run: Run, reason: str, message: str, wait: str, limit: float):
        run.create(shards=1, timeoutSeconds=1800)
        pod = run.make_pod(0)
        pod.cannot_start("ContainerCreating")
        run.post_event("Pod", pod.name, reason, message)
        told = waits(run, wait)
        assert (seconds(told), told["message"]) == (limit, f"shard 0: {reason}: {message}")
        move_deadline(run, by=-1)
        (error,) = given_up(run, pod)
        assert message in error

    @pytest.mark.parametrize(
        ("message", "limit"),
        [
            pytest.param(QUOTA, 60, id="a quota smaller than one pod"),
            pytest.param(USED_UP, 300, id="a quota that others use up", marks=LONG),
            pytest.param(DENIED, 60, id="a webhook that refuses"),
            pytest.param(SILENT, 300, id="a webhook that does not answer", marks=LONG),
        ],
    )
    def test_no_pods_which_only_events_tell(self, run: Run, message: str, limit: float):
        run.create(timeoutSeconds=1800)
        run.post_event("Job", run.job()["metadata"]["name"], "FailedCreate", message)
        told = eventually(
            lambda: (found := waits(run, "PodsNotCreated"))["message"] == f"FailedCreate: {message}" and found,
            what=lambda: f"it is told: {run.get()['status']['waiting']}",
        )
        assert limit <= seconds(told) <= limit + 10, "from when it was read"
        move_deadline(run, by=-1)
        errors = given_up(run, shards=2)
        assert [message in error for error in errors] == [True, True]

    @pytest.mark.large
    def test_a_queue_has_no_end_but_that_of_the_run(self, run: Run):
        run.create(shards=1, timeoutSeconds=10)
        pod = run.make_pod(0, node="")
        condition = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "message": "waits for its gates"}
        pod.status(phase="Pending", conditions=[condition])
        told = waits(run, "Queued")
        assert told["deadline"] == run.get()["status"]["deadlineTime"]
        run.wait("Stopping")
        pod.delete()
        run.wait("TimedOut")
        assert "waits for its gates" in run.condition("Succeeded")["message"]

    def test_a_shard_that_waits_behind_another_is_given_up_only_after_it(self, run: Run):
        run.create()
        runs, stuck = run.start_pod(0), run.make_pod(1)
        stuck.cannot_start("ErrImagePull", NOT_FOUND)
        runs.begins("adds")
        eventually(lambda: run.status().get("summary"), what="it runs", seconds=20)
        assert "waiting" not in run.get()["status"]
        runs.starts("adds")
        runs.ends("adds")
        runs.exits(0, ("adds",))
        runs.ended(0)
        run.job_status({"completedIndexes": "0"})
        waits(run, "ImagePull")
        move_deadline(run, by=-1)
        (error,) = given_up(run, stuck)
        assert NOT_FOUND in error
        assert run.get()["status"]["summary"]["passed"] == 1


class TestHealed:
    def test_init_containers_are_the_users_own_work_and_may_take_their_time(self, run: Run):
        run.create(shards=1)
        pod = run.make_pod(0)
        seed = {
            "name": "seed",
            "image": "seed:1",
            "imageID": "sha256:2",
            "ready": False,
            "restartCount": 0,
            "state": {"running": {}},
        }
        pod.status(phase="Pending", state={"waiting": {"reason": "PodInitializing"}}, initContainerStatuses=[seed])
        told = waits(run, "Initializing")
        assert told["message"] == "shard 0: PodInitializing: init container seed runs"
        assert told["deadline"] == run.get()["status"]["deadlineTime"]
        pod.status(phase="Running", state={"running": {"startedAt": "2026-01-01T00:00:00Z"}})
        pod.runs(adds="passed")
        pod.ended(0)
        run.wait("Passed")

    def test_a_registry_that_comes_back(self, run: Run):
        run.create(shards=1, timeoutSeconds=1800)
        pod = run.make_pod(0)
        pod.cannot_start("ErrImagePull", UNREACHABLE)
        assert seconds(waits(run, "ImagePull")) == 600
        pod.status(phase="Running", state={"running": {"startedAt": "2026-01-01T00:00:00Z"}})
        eventually(lambda: "waiting" not in run.status(), what="it waits no more")
        pod.runs(adds="passed")
        run.wait("Passed")

    def test_a_restart_keeps_since_and_deadline(self, run: Run, operator: Process):
        run.create(shards=1, timeoutSeconds=1800)
        pod = run.make_pod(0)
        pod.cannot_start("ContainerCreating")
        run.post_event("Pod", pod.name, "FailedMount", CONFIG_MAP)
        before = waits(run, "VolumeMount")
        operator.kill()
        before["deadline"] = move_deadline(run, by=12)
        operator.start()
        assert waits(run, "VolumeMount") == before
        (error,) = given_up(run, pod)
        assert CONFIG_MAP in error
        assert datetime.datetime.now(datetime.UTC) >= datetime.datetime.fromisoformat(before["deadline"])


class TestDisruption:
    DISRUPTED = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI", "message": "node is drained"}

    def test_its_shard_alone_starts_anew_and_what_was_reported_stays(self, run: Run):
        """What the Job controller does with the policy that the Job asks for is played here, and seen on a real cluster."""
        run.create()
        other, drained = run.start_pod(0), run.start_pod(1)
        drained.begins("pays", "ships")
        drained.starts("pays")
        drained.ends("pays", "failed", "the payment service was drained too")
        drained.starts("ships")
        drained.exits(143, ("pays", "ships"), ("pays",), signal="SIGTERM")
        drained.status(phase="Failed", conditions=[self.DISRUPTED], state={"terminated": {"exitCode": 143, "reason": "Error"}})
        other.runs(adds="passed")
        assert run.state() == "Running", "Kubernetes starts the shard anew"
        again = run.start_pod(1, attempt=1)
        again.runs(pays="passed", ships="passed")
        status = run.wait("Passed")["status"]
        assert status["summary"] == {"tests": 3, "passed": 3, "failed": 0, "errored": 0, "skipped": 0, "flaky": 1}
        assert [shard["attempts"] for shard in status["shards"]] == [1, 2]
        assert "the payment service was drained too" in status["junit"]

    def test_a_disrupted_shard_that_never_starts_again_keeps_what_it_reported(self, run: Run):
        run.create(shards=1)
        drained = run.start_pod(0)
        drained.begins("pays", "ships")
        drained.starts("pays")
        drained.ends("pays")
        drained.status(phase="Failed", conditions=[self.DISRUPTED], state={"terminated": {"exitCode": 137, "reason": "Error"}})
        waits(run, "PodsNotCreated")
        move_deadline(run, by=-1)
        (error,) = given_up(run)
        assert "node is drained" in error
        assert run.get()["status"]["summary"]["passed"] == 1
