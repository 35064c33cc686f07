"""Two things at once, or one after the other: which of them the verdict names, and what stays of the other."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator

import pytest
from envtest.told import lines, run_out, told, wait_out

from testrun.envtest.pods import Pod
from testrun.envtest.processes import Process, summary_of
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

Happens = Callable[[Run], None]


def works(run: Run, index: int = 0) -> Pod:
    """Its shard has one test that ended and one that runs."""
    pod = run.start_pod(index)
    pod.begins("adds", "pays")
    pod.starts("adds")
    pod.ends("adds")
    pod.starts("pays")
    return pod


def is_stopped(pod: Pod) -> None:
    """The pod obeys."""
    eventually(lambda: pod.run.job()["spec"]["suspend"], what="the Job is suspended")
    pod.exits(143, ("adds", "pays"), ("adds",), signal="SIGTERM")
    pod.ended(143)


def cancel(run: Run) -> None:
    run.patch(cancel=True)


def delete(run: Run) -> None:
    run.delete()


def delete_job(run: Run) -> None:
    name = run.job()["metadata"]["name"]
    run.api.request("DELETE", f"/apis/batch/v1/namespaces/{run.namespace}/jobs/{name}", {"propagationPolicy": "Background"})


def summary(server: Process, uid: str) -> str:
    """The verdict and why, as the evidence has them: also of a run that is gone."""
    told = summary_of(server, uid)
    return f"{told['verdict']}: {told['message']}"


CANCELLED = "Cancelled: spec.cancel is set; 1 of 2 tests had a result"
DELETED = "Cancelled: the TestRun was deleted before it ended; 1 of 2 tests had a result"
TIMED_OUT = "TimedOut: not finished after timeoutSeconds (600 s); 1 of 2 tests had a result"


class TestShards:
    """Of one run, at once."""

    def test_a_failed_test_and_a_lost_shard(self, run: Run):
        run.create()
        run.start_pod(0).runs(adds="failed")
        dead = works(run, 1)
        dead.ended(137, reason="OOMKilled")
        run.job_status({"failedIndexes": "0-1"})
        assert told(run) == lines(
            """
            Errored: shard 1 lost its pod: OOMKilled (exit code 137) on node node-1; 1 of 2 tests without a result;
                1 of 3 tests failed
            1 passed, 1 failed, 1 errored
            adds: failure AssertionFailed: expect(received).toBe(expected)
            adds: passed
            pays: error PodLost: was running when its pod was lost: OOMKilled (exit code 137) on node node-1
            """
        )

    def test_a_failed_test_and_a_file_that_does_not_load(self, run: Run):
        run.create()
        run.start_pod(0).runs(adds="failed")
        broken = run.start_pod(1)
        broken.begins()
        broken.errs("SyntaxError: unexpected token", file="cart.spec.ts")
        broken.exits(1, ())
        why = "shard 1 had an error in cart.spec.ts outside its tests: SyntaxError: unexpected token"
        assert told(run).splitlines()[:2] == [f"Errored: {why}; 1 of 2 tests failed", "1 failed, 1 errored"]

    def test_a_failed_test_and_fewer_than_min_tests(self, run: Run):
        run.create(shards=1, minTests=5)
        run.start_pod(0).runs(adds="failed")
        assert told(run).splitlines()[:2] == ["Failed: 1 of 1 test failed", "1 failed"]

    def test_a_shard_without_tests_beside_one_that_has_some(self, run: Run):
        run.create()
        run.start_pod(0).runs(adds="passed")
        empty = run.start_pod(1)
        empty.begins()
        empty.exits(0, ())
        assert told(run).splitlines()[:2] == ["Passed: 1 of 1 test passed", "1 passed"]

    def test_a_time_out_and_a_failed_test_and_a_lost_shard(self, run: Run):
        run.create()
        run.start_pod(0).runs(adds="failed")
        dead = works(run, 1)
        run_out(run)
        run.wait("Stopping")
        dead.ended(137, reason="OOMKilled")
        assert told(run) == lines(
            """
            TimedOut: not finished after timeoutSeconds (600 s); 2 of 3 tests had a result
            1 passed, 1 failed, 1 errored
            adds: failure AssertionFailed: expect(received).toBe(expected)
            adds: passed
            pays: error TimedOut: was running when the run timed out
            """
        )

    def test_a_cancelled_run_whose_tests_all_passed_is_red_in_its_junit_too(self, run: Run):
        run.create(shards=1)
        pod = works(run)
        cancel(run)
        run.wait("Stopping")
        pod.ends("pays")
        pod.exits(0, ("adds", "pays"))
        assert told(run) == lines(
            """
            Cancelled: spec.cancel is set; 2 of 2 tests had a result
            2 passed, 1 errored
            the run: error Cancelled: spec.cancel is set; 2 of 2 tests had a result
            adds: passed
            pays: passed
            """
        )


class TestStops:
    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            pytest.param(cancel, run_out, CANCELLED, id="a time-out during a cancel"),
            pytest.param(run_out, cancel, TIMED_OUT, id="a cancel during a time-out"),
            pytest.param(cancel, delete, CANCELLED, id="a deletion during a cancel"),
            pytest.param(delete, cancel, DELETED, id="a cancel during a deletion"),
            pytest.param(run_out, delete, TIMED_OUT, id="a deletion during a time-out"),
        ],
    )
    def test_what_came_first_stays(self, run: Run, server: Process, first: Happens, second: Happens, expected: str):
        uid = run.create(shards=1)["metadata"]["uid"]
        pod = works(run)
        first(run)
        run.wait("Stopping")
        second(run)
        is_stopped(pod)
        assert summary(server, uid) == expected

    @pytest.mark.parametrize(
        ("happen", "expected"),
        [
            pytest.param((run_out, cancel), CANCELLED, id="a time-out and a cancel"),
            pytest.param((run_out, cancel, delete), DELETED, id="a time-out, a cancel and a deletion"),
            pytest.param((delete_job, cancel), CANCELLED, id="a lost Job and a cancel"),
            pytest.param((run_out, delete_job), "Errored: the Job JOB was deleted while it ran", id="a time-out and a lost Job"),
        ],
    )
    def test_at_once_the_first_of_the_table_counts(
        self, run: Run, server: Process, operator: Process, happen: tuple[Happens, ...], expected: str
    ):
        """The operator was away for both."""
        uid = run.create(shards=1)["metadata"]["uid"]
        pod = works(run)
        job = run.wait("Running")["status"]["job"]
        operator.kill()
        for each in happen:
            each(run)
        operator.start()
        run.wait("Stopping")
        pod.ended(143)
        assert summary(server, uid) == expected.replace("JOB", job)

    @pytest.mark.parametrize("happens", [cancel, run_out], ids=["a cancel", "a time-out"])
    def test_after_the_last_shard_it_changes_nothing(self, run: Run, operator: Process, happens: Happens):
        """The operator was away when that ended."""
        run.create(shards=1)
        pod = works(run)
        run.wait("Running")
        operator.kill()
        pod.ends("pays")
        pod.exits(0, ("adds", "pays"))
        pod.ended(0)
        run.job_status({"completedIndexes": "0"})
        happens(run)
        operator.start()
        assert told(run).splitlines()[0] == "Passed: 2 of 2 tests passed"

    def test_a_cancel_while_a_wait_is_given_up(self, run: Run):
        run.create(shards=1)
        pod = run.make_pod(0)
        pod.cannot_start("CreateContainerConfigError", 'configmap "settings" not found')
        eventually(lambda: run.status().get("waiting"), what="it waits")
        wait_out(run)
        run.wait("Stopping")
        cancel(run)
        pod.delete()
        verdict = told(run).splitlines()[0]
        assert verdict.startswith("Errored: no shard could run for ")
        assert verdict.endswith('(ContainerConfig): shard 0: CreateContainerConfigError: configmap "settings" not found')

    def test_pods_that_do_not_obey_are_not_waited_for_longer_than_their_grace_period(self, run: Run):
        run.create(shards=1)
        works(run)
        cancel(run)
        waiting = run.wait("Stopping")["status"]["waiting"]
        since, deadline = (datetime.datetime.fromisoformat(waiting[each]) for each in ("since", "deadline"))
        assert (waiting["reason"], (deadline - since).total_seconds()) == ("Cancelled", 45)
        wait_out(run)
        assert told(run) == lines(
            f"""
            {CANCELLED}
            1 passed, 1 errored
            adds: passed
            pays: error Cancelled: was running when the run was cancelled
            """
        )


class TestSuspended:
    def test_cancelled_before_it_ever_ran(self, run: Run):
        run.create(shards=1, spec={"suspend": True})
        run.wait("Suspended")
        cancel(run)
        assert told(run) == lines(
            """
            Cancelled: spec.cancel is set; 0 of 1 test had a result
            1 errored
            shard 0: error Cancelled: shard 0 was cancelled before it ended
            """
        )
        assert run.jobs() == []

    def test_while_it_ran_and_then_cancelled(self, run: Run):
        run.create(shards=1)
        pod = works(run)
        run.patch(suspend=True)
        assert "deadlineTime" not in run.wait("Suspended")["status"], "its clock stands still"
        is_stopped(pod)
        cancel(run)
        assert told(run).splitlines()[0] == CANCELLED

    def test_while_it_ran_and_then_resumed(self, run: Run):
        run.create(shards=1)
        pod = works(run)
        run.patch(suspend=True)
        run.wait("Suspended")
        is_stopped(pod)
        run.patch(suspend=False)
        eventually(lambda: not run.job()["spec"]["suspend"], what="the Job goes on")
        run.start_pod(0, attempt=1).runs(adds="passed", pays="passed")
        assert told(run).splitlines()[0] == "Passed: 2 of 2 tests passed"


LAST_WORDS = {
    "v": 1, "code": 0, "planned": 2, "reported": 2, "passed": 2, "failed": 0, "skipped": 0, "flaky": 0, "sent": False,
}  # fmt: skip


class TestStoring:
    @pytest.fixture
    def storing(self, run: Run, server: Process) -> Iterator[Run]:
        """A run whose server is away when its shard ends, so that its log lacks the last line."""
        run.create(shards=1)
        pod = works(run)
        pod.ends("pays")
        server.kill()
        try:
            pod.ended(0, message=json.dumps(LAST_WORDS))
            run.job_status({"completedIndexes": "0"})
            run.wait("Storing", seconds=45)
            yield run
        finally:
            if server.process is not None and server.process.poll() is not None:
                server.start()

    def test_a_cancel_comes_too_late(self, storing: Run, server: Process):
        cancel(storing)
        server.start()
        why = "shard 0 lost its pod: exit code 0 on node node-1; 2 of 2 tests were reported, and not all of that was sent"
        assert told(storing, seconds=45) == lines(
            f"""
            Errored: {why}
            2 passed, 1 errored
            shard 0: error PodLost: {why}
            adds: passed
            pays: passed
            """
        )

    def test_a_server_that_does_not_come_back(self, storing: Run):
        waiting = storing.get()["status"]["waiting"]
        since, deadline = (datetime.datetime.fromisoformat(waiting[each]) for each in ("since", "deadline"))
        assert (waiting["reason"], (deadline - since).total_seconds()) == ("Storing", 60)
        wait_out(storing)
        assert told(storing) == lines(
            """
            Passed: 2 of 2 tests passed
            2 passed
            shard 0: passed
            """
        )
        stored = storing.condition("EvidenceStored")
        assert (stored["status"], stored["reason"]) == ("False", "StoreUnavailable")


class TestFinished:
    """The verdict stands, whatever comes while the rest is cleaned up: Kubernetes has not seen the pod's end yet."""

    def test_a_cancel_changes_nothing(self, run: Run):
        run.create(shards=1)
        pod = run.start_pod(0)
        pod.runs(adds="passed")
        before = run.wait("Passed")["status"]
        cancel(run)
        eventually(lambda: (now := run.get())["status"]["observedGeneration"] == now["metadata"]["generation"], what="it is seen")
        pod.ended(0)
        after = run.done()["status"]
        assert {**after, "conditions": 0, "observedGeneration": 0} == {**before, "conditions": 0, "observedGeneration": 0}
        assert after["conditions"][: len(before["conditions"])] == before["conditions"]

    def test_a_deletion_changes_nothing(self, run: Run, server: Process):
        uid = run.create(shards=1)["metadata"]["uid"]
        run.start_pod(0).runs(adds="passed")
        run.wait("Passed")
        delete(run)
        eventually(lambda: not run.get(), what="the TestRun is gone")
        assert summary(server, uid) == "Passed: 1 of 1 test passed"

    def test_an_exit_code_that_kubernetes_tells_otherwise_is_an_event(self, run: Run):
        run.create(shards=1)
        pod = run.start_pod(0)
        pod.runs(adds="passed")
        run.wait("Passed")
        pod.ended(137, reason="OOMKilled")
        assert run.done()["status"]["state"] == "Passed"
        mismatch = ("ExitCodeMismatch", "shard 0 told exit code 0, Kubernetes says 137 (OOMKilled)")
        assert mismatch in run.events()
