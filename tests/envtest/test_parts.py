"""Set-up, checks and hooks that are pods of the run's own: each once a run, told in JUnit and status, and gone in the end."""

from __future__ import annotations

from typing import Any

import pytest
from envtest.parts import Part
from envtest.told import cases, lines, told

from testrun.envtest.processes import Process, data_of
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

HOOKS = {"cleanup": {"hooks": [{"name": "sweep", "image": "registry.example/sweep:1", "command": ["sweep", "--all"]}]}}


def create(run: Run, *, setup: bool = False, **spec: Any) -> None:
    run.create(shards=1, spec=spec, **({"setup": {"command": ["node"], "args": ["seed"]}} if setup else {}))


def shard_passes(run: Run) -> None:
    run.wait("Running")
    pod = run.start_pod(0)
    pod.runs(adds="passed")
    run.wait("Passed")
    pod.ended(0)


def finished(run: Run, *parts: Part) -> None:
    """Nothing that the run made is left."""
    run.done()
    assert [part.name for part in parts if part.exists()] == []
    assert run.jobs() == []


def in_the_store(run: Run, server: Process) -> list[str]:
    """The cases of the JUnit there."""
    path = data_of(server) / "store" / run.get()["status"]["artifacts"]["path"] / "phase-3/junit.xml"
    return cases(path.read_text())


class TestSetup:
    def test_it_runs_once_before_the_shards(self, run: Run):
        create(run, setup=True)
        setup = Part(run, "setup")
        spec = setup.job()["spec"]
        (container,) = spec["template"]["spec"]["containers"]
        assert (container["image"], container["command"], container["args"]) == ("registry.example/e2e:1", ["node"], ["seed"])
        assert (spec["backoffLimit"], spec["activeDeadlineSeconds"]) == (0, 300)
        assert [job["metadata"]["name"] for job in run.jobs()] == [setup.job_name]
        setup.succeeds()
        shard_passes(run)
        finished(run, setup)
        assert told(run) == lines("""
            Passed: 2 of 2 tests passed
            2 passed
            preflight › playwright.setup: passed
            adds: passed
            """)

    def test_a_set_up_that_fails_ends_the_run_at_once_as_not_ready(self, run: Run):
        create(run, setup=True)
        setup = Part(run, "setup")
        setup.fails()
        verdict, counts, *cases = told(run).splitlines()
        assert verdict.startswith(
            f"NotReady: not ready: playwright.setup: saw Job {setup.job_name} has failed, BackoffLimitExceeded"
        )
        assert (counts, len(cases)) == ("1 errored", 1)
        finished(run, setup)

    def test_it_waits_for_the_checks(self, run: Run):
        create(run, setup=True, preflight={"checks": [{"name": "seeded", "job": {"image": "registry.example/psql:1"}}]})
        check, setup = Part(run, "check-0"), Part(run, "setup")
        assert check.job()["spec"]["backoffLimit"] == 1000
        run.wait("Pending")
        assert run.get()["status"]["preflight"][1]["message"].startswith(
            "saw that it has not begun; wanted all other checks to hold"
        )
        assert not setup.exists()
        check.succeeds()
        setup.succeeds()
        shard_passes(run)
        finished(run, check, setup)

    def test_an_operator_killed_after_it_began_does_not_begin_it_again(self, run: Run, operator: Process):
        create(run, setup=True)
        setup = Part(run, "setup")
        uid = setup.job()["metadata"]["uid"]
        operator.kill()
        setup.succeeds()
        operator.start()
        run.wait("Running")
        assert setup.job()["metadata"]["uid"] == uid
        shard_passes(run)
        finished(run, setup)

    def test_cancelled_its_pod_goes(self, run: Run):
        create(run, setup=True)
        setup = Part(run, "setup")
        setup.job()
        run.patch(cancel=True)
        run.wait("Cancelled")
        finished(run, setup)


class TestHooks:
    def test_they_run_after_the_evidence_is_stored_and_before_anything_is_deleted(self, run: Run, server: Process):
        create(run, **HOOKS)
        hook = Part(run, "hook-0")
        assert not hook.exists()
        shard_passes(run)
        (container,) = hook.job()["spec"]["template"]["spec"]["containers"]
        assert (container["image"], container["command"]) == ("registry.example/sweep:1", ["sweep", "--all"])
        assert run.condition("EvidenceStored")["status"] == "True"
        assert len(run.jobs()) == 2
        before = run.get()["status"]["artifacts"]["manifestSha256"]
        hook.succeeds()
        finished(run, hook)
        status = run.get()["status"]
        assert [(each["name"], each["ready"]) for each in status["hooks"]] == [("sweep", True)]
        assert run.condition("CleanedUp")["status"] == "True"
        assert status["artifacts"]["manifestSha256"] != before
        assert status["summary"]["tests"] == 1
        assert in_the_store(run, server) == ["adds: passed", "cleanup › sweep: passed"]

    def test_one_that_fails_changes_no_verdict_and_is_told_everywhere(self, run: Run, server: Process):
        create(run, **HOOKS)
        shard_passes(run)
        hook = Part(run, "hook-0")
        hook.fails("DeadlineExceeded", "Job was active longer than specified deadline")
        finished(run, hook)
        assert run.state() == "Passed"
        cleaned = run.condition("CleanedUp")
        assert (cleaned["status"], cleaned["reason"]) == ("False", "CleanupFailed")
        assert cleaned["message"].startswith(f"hook sweep failed: saw Job {hook.job_name} has failed, DeadlineExceeded")
        assert ("CleanupFailed", cleaned["message"]) in run.events()
        adds, sweep = in_the_store(run, server)
        assert (adds, sweep.partition(": saw")[0]) == (
            "adds: passed", "cleanup › sweep: skipped: it failed, which changes no verdict",
        )  # fmt: skip

    @pytest.mark.parametrize("end", ["failed", "cancelled"])
    def test_they_run_whatever_the_verdict(self, run: Run, end: str):
        create(run, **HOOKS)
        run.wait("Running")
        pod = run.start_pod(0)
        if end == "failed":
            pod.runs(adds="failed")
            run.wait("Failed")
            pod.ended(1)
        else:
            pod.begins("adds")
            run.patch(cancel=True)
            pod.ended(143)
            run.wait("Cancelled")
        hook = Part(run, "hook-0")
        hook.succeeds()
        finished(run, hook)

    def test_they_do_not_run_where_all_is_kept(self, run: Run):
        create(run, cleanup={**HOOKS["cleanup"], "policy": "Never"})
        shard_passes(run)
        run.done()
        assert run.condition("CleanedUp")["reason"] == "Kept"
        assert not Part(run, "hook-0").exists()

    def test_an_operator_killed_while_one_runs_goes_on_waiting_for_it(self, run: Run, operator: Process):
        create(run, **HOOKS)
        shard_passes(run)
        hook = Part(run, "hook-0")
        uid = hook.job()["metadata"]["uid"]
        operator.kill()
        operator.start()
        eventually(lambda: hook.exists(), what="the hook is still there")
        assert hook.job()["metadata"]["uid"] == uid
        hook.succeeds()
        finished(run, hook)

    def test_a_run_that_is_deleted_meanwhile_is_let_go(self, run: Run):
        create(run, **HOOKS)
        shard_passes(run)
        hook = Part(run, "hook-0")
        hook.job()
        run.delete()
        hook.succeeds()
        eventually(lambda: not run.get(), what="it is gone")
