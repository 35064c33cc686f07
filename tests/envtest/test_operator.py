"""The real operator and the real server against a real API server: the life of a run, told and broken step by step."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from signal import SIGTERM

from testrun.envtest import processes
from testrun.envtest.control_plane import ApiServer
from testrun.envtest.pods import Pod
from testrun.envtest.processes import Process, summary_of
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually


class TestVerdicts:
    def test_a_green_run_is_passed_with_its_junit_evidence_and_cleanup(self, run: Run, operator: Process):
        before = operator.metric("testrun_api_writes_total")
        run.create()
        run.start_pod(0).runs(adds="passed", removes="passed")
        run.start_pod(1).runs(pays="passed")
        body = run.wait("Passed")
        status = body["status"]
        assert status["summary"] == {"tests": 3, "passed": 3, "failed": 0, "errored": 0, "skipped": 0, "flaky": 0}
        assert [(shard["index"], shard["result"], shard["tests"]) for shard in status["shards"]] == [
            (0, "Passed", 2),
            (1, "Passed", 1),
        ]
        assert run.condition("Succeeded")["status"] == "True"
        assert run.condition("EvidenceStored")["status"] == "True"
        self.pods_end(run)
        done = run.done()
        assert run.jobs() == []
        assert done["status"]["observedGeneration"] == done["metadata"]["generation"]
        assert sorted(reason for reason, _ in run.events()) == ["Passed", "Started"]
        assert operator.metric("testrun_api_writes_total") - before <= 10

    @staticmethod
    def pods_end(run: Run) -> None:
        status, pods = run.api.request("GET", f"/api/v1/namespaces/{run.namespace}/pods")
        assert status == 200
        for pod in pods["items"]:
            Pod(run, 0, pod["metadata"]["name"]).ended(0)

    def test_a_failed_test_is_failed_and_named(self, run: Run):
        run.create(shards=1)
        run.start_pod(0).runs(adds="passed", pays="failed")
        status = run.wait("Failed")["status"]
        (failure,) = status["failures"]
        assert "pays" in failure["name"]
        assert failure["message"].startswith("expect(received)")
        assert run.condition("Succeeded")["reason"] == "Failed"
        root = ElementTree.fromstring(status["junit"])
        assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "1", "0")

    def test_a_shard_whose_pod_died_is_errored_with_kubernetes_reason(self, run: Run):
        run.create()
        run.start_pod(0).runs(adds="passed")
        dead = run.start_pod(1)
        dead.begins("pays", "ships")
        dead.starts("pays")
        dead.ended(137, reason="OOMKilled")
        run.job_status({"failedIndexes": "1", "completedIndexes": "0"})
        status = run.wait("Errored")["status"]
        assert status["summary"] == {"tests": 3, "passed": 1, "failed": 0, "errored": 2, "skipped": 0, "flaky": 0}
        assert "OOMKilled" in status["junit"]
        assert "137" in status["junit"]

    def test_a_run_that_planned_nothing_is_never_green(self, run: Run):
        run.create(shards=1)
        pod = run.start_pod(0)
        pod.begins()
        pod.exits(0, ())
        status = run.wait("Errored")["status"]
        assert status["summary"]["passed"] == 0

    def test_a_job_that_kubernetes_refuses_is_errored_with_the_refusal(self, run: Run):
        container = {"name": "playwright", "resources": {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}}}
        run.create(template={"spec": {"containers": [container]}})
        body = run.wait("Errored")
        assert "must be less than or equal to memory limit" in run.condition("Succeeded")["message"]
        assert "memory limit" in body["status"]["junit"]
        run.done()


class TestStops:
    def test_cancelled_before_the_first_pod(self, run: Run):
        run.create(spec={"cancel": True})
        body = run.wait("Cancelled")
        assert run.jobs() == []
        assert "spec.cancel is set" in body["status"]["junit"]
        run.done()

    def test_cancelled_while_it_runs_keeps_what_ended(self, run: Run):
        run.create(shards=1)
        pod = run.start_pod(0)
        pod.begins("adds", "pays")
        pod.starts("adds")
        pod.ends("adds")
        pod.starts("pays")
        run.patch(cancel=True)
        run.wait("Stopping")
        eventually(lambda: run.job()["spec"]["suspend"], what="the Job is suspended")
        pod.exits(143, ("adds", "pays"), ("adds",), signal="SIGTERM")
        pod.ended(143)
        status = run.wait("Cancelled")["status"]
        assert status["summary"] == {"tests": 2, "passed": 1, "failed": 0, "errored": 1, "skipped": 0, "flaky": 0}

    def test_timed_out(self, run: Run):
        run.create(shards=1, timeoutSeconds=10)
        pod = run.start_pod(0)
        pod.begins("adds")
        pod.starts("adds")
        run.wait("Stopping", seconds=30)
        pod.ended(143)
        assert "timeoutSeconds" in run.condition("Succeeded")["message"] or run.wait("TimedOut")
        run.wait("TimedOut")

    def test_deleted_while_it_runs_is_let_go_with_its_evidence_stored(self, run: Run, server: Process):
        uid = run.create(shards=1)["metadata"]["uid"]
        pod = run.start_pod(0)
        pod.begins("adds")
        pod.starts("adds")
        run.delete()
        eventually(lambda: run.job()["spec"]["suspend"], what="the Job is suspended")
        pod.exits(143, ("adds",), (), signal="SIGTERM")
        pod.ended(143)
        eventually(lambda: not run.get(), what="the TestRun is gone")
        assert summary_of(server, uid)["verdict"] == "Cancelled"

    def test_suspended_and_resumed(self, run: Run):
        run.create(shards=1, spec={"suspend": True})
        run.wait("Suspended")
        assert run.jobs() == []
        run.patch(suspend=False)
        run.wait("Running")
        run.start_pod(0).runs(adds="passed")
        run.wait("Passed")

    def test_a_job_deleted_by_hand(self, run: Run):
        run.create(shards=1)
        run.wait("Running")
        name = run.job()["metadata"]["name"]
        run.api.request("DELETE", f"/apis/batch/v1/namespaces/{run.namespace}/jobs/{name}", {"propagationPolicy": "Background"})
        run.wait("Errored")
        assert "was deleted while it ran" in run.condition("Succeeded")["message"]

    def test_a_finished_run_is_deleted_when_its_time_to_live_is_over(self, run: Run):
        run.create(shards=1, spec={"ttlSecondsAfterFinished": 1})
        pod = run.start_pod(0)
        pod.runs(adds="passed")
        pod.ended(0)
        eventually(lambda: not run.get(), what="the TestRun is gone")


class TestRestarts:
    def test_killed_after_the_start_it_goes_on_with_the_same_job(self, run: Run, operator: Process):
        run.create(shards=1)
        run.wait("Running")
        job = run.job()
        operator.kill()
        pod = run.start_pod(0)
        pod.runs(adds="passed")
        operator.start()
        run.wait("Passed")
        pod.ended(0)
        run.done()
        assert sorted(reason for reason, _ in run.events()) == ["Passed", "Started"]
        assert job["metadata"]["uid"]

    def test_created_and_ended_while_the_operator_was_away(self, run: Run, operator: Process):
        operator.kill()
        run.create(shards=1)
        operator.start()
        pod = run.start_pod(0)
        operator.kill()
        pod.runs(adds="passed")
        pod.ended(0)
        run.job_status({"completedIndexes": "0"})
        operator.start()
        run.wait("Passed")
        run.done()

    def test_deleted_while_the_operator_was_away(self, run: Run, operator: Process):
        run.create(shards=1)
        pod = run.start_pod(0)
        operator.kill()
        run.delete()
        pod.ended(143)
        operator.start()
        eventually(lambda: not run.get(), what="the TestRun is gone")

    def test_it_stops_within_seconds_and_with_exit_code_0(self, run: Run, operator: Process):
        run.create(shards=1)
        run.wait("Running")
        assert operator.end(SIGTERM) == 0
        operator.start()
        run.start_pod(0).runs(adds="passed")
        run.wait("Passed")


class TestNames:
    def test_two_runs_of_one_name_one_after_the_other_have_their_own_evidence(self, run: Run, server: Process):
        first = run.create(shards=1)["metadata"]["uid"]
        pod = run.start_pod(0)
        pod.runs(adds="passed")
        pod.ended(0)
        run.done()
        run.delete()
        eventually(lambda: not run.get(), what="the first is gone")
        second = run.create(shards=1)["metadata"]["uid"]
        run.start_pod(0).runs(adds="failed")
        run.wait("Failed")
        assert [summary_of(server, uid)["verdict"] for uid in (first, second)] == ["Passed", "Failed"]

    def test_two_runs_at_once_do_not_meet(self, run: Run):
        other = Run(run.api, run.server, run.namespace, f"{run.name}-other")
        run.create(shards=1)
        other.create(shards=1)
        run.start_pod(0).runs(adds="passed")
        other.start_pod(0).runs(pays="failed")
        assert run.wait("Passed")["status"]["summary"]["tests"] == 1
        assert other.wait("Failed")["status"]["summary"]["tests"] == 1


class TestProcess:
    def test_it_tells_how_it_is(self, operator: Process):
        assert operator.get("/healthz") == (200, "ok")
        assert operator.get("/readyz") == (200, "ok")
        assert "testrun_watch_age_seconds" in operator.get("/metrics")[1]

    def test_a_second_operator_waits_for_the_lease_and_takes_over(
        self, apiserver: ApiServer, server: Process, key: Path, tmp_path: Path, namespace: str
    ):
        first = processes.operator(
            apiserver, server, key, tmp_path, f"--lease-namespace={namespace}", f"--namespace={namespace}", name="first"
        )
        second = processes.operator(
            apiserver, server, key, tmp_path, f"--lease-namespace={namespace}", f"--namespace={namespace}", name="second"
        )
        with processes.ending(first, second):
            first.start()
            second.start()
            assert second.get("/readyz") == (200, "standby")
            assert first.end() == 0
            eventually(lambda: second.get("/readyz")[1] == "ok", what="the second took over", seconds=20)
