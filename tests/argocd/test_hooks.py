"""A TestRun as PostSync hook of a real application: what Argo CD makes of every way it may end, and of the ways it is stopped."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance.cluster import TestRun
from argocd.applications import SLOW, Application, eventually, hook, under_way
from argocd.conftest import Applications, Expect

UNREADY = {"timeoutSeconds": 5, "checks": [{"name": "shop is rolled out", "workload": {"kind": "Deployment", "name": "shop"}}]}


def smoke(application: Application, spec_file: str = "green.spec.ts", **playwright: Any) -> TestRun:
    return application.namespace.run("smoke", spec_file, shards=1, **playwright)


def gone(run: TestRun) -> None:
    """Whatever stopped it, nothing of it stays in the cluster."""
    eventually(lambda: not run.get(), what=lambda: f"the TestRun is gone: {run.get()}")
    eventually(lambda: run.children() == [], what="Job, pods and Secret are gone")


CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "green": ("Its tests pass", "green.spec.ts", {}),
    "red": ("A test fails", "red.spec.ts", {}),
    "a spec file that does not load": ("A spec file does not load", "load-error.spec.ts", {}),
    "an environment that is not ready": ("Its environment is not ready", "green.spec.ts", {"spec": {"preflight": UNREADY}}),
    "a phase before it without a record": (
        "A required phase has no record", "green.spec.ts", {"spec": {"revision": "7f3c2d1", "preSteps": {"required": ["unit"]}}},
    ),
    "a spec that is refused": ("Its spec is refused", "green.spec.ts", {"spec": {"preSteps": {"required": ["unit"]}}}),
    "timed out": ("It takes too long", "slow.spec.ts", {"timeoutSeconds": 20}),
}  # fmt: skip


@pytest.fixture(scope="module")
def deployed(applications: Applications) -> dict[str, Application]:
    """All at once: each takes its time, and none knows of another."""
    made = {name: applications() for name in CASES}
    for name, application in made.items():
        _, spec_file, changes = CASES[name]
        application.deploy(hook(smoke(application, spec_file, **changes)))
    return made


class TestVerdicts:
    @pytest.mark.parametrize("name", CASES)
    def test_each(self, deployed: dict[str, Application], expect: Expect, name: str):
        run, _, _ = CASES[name]
        deployed[name].ended()
        expect(deployed[name], run)

    def test_an_image_that_does_not_exist(self, application: Application, expect: Expect):
        run = smoke(application, image="localhost/none:1", container={"imagePullPolicy": "Never"})
        application.deploy(hook(run))
        expect(application, "Its image does not exist, and it waits")
        run.wait_is_over()
        application.ended()
        expect(application, "Its image does not exist, and it gives up")


class TestStops:
    def test_cancelled(self, application: Application, expect: Expect):
        run = smoke(application, "slow.spec.ts", env=SLOW)
        application.deploy(hook(run))
        under_way(run)
        expect(application, "It runs")
        answer = run.cluster.ameide("testrun", "cancel", "smoke", "-n", run.namespace.name)
        assert answer.returncode == 0, answer.stderr
        application.ended()
        expect(application, "It is cancelled")

    def test_suspended_and_then_resumed(self, application: Application, expect: Expect):
        run = smoke(application, spec={"suspend": True})
        application.deploy(hook(run))
        expect(application, "It is suspended")
        run.cluster.kubectl(
            "-n", run.namespace.name, "patch", "testrun", "smoke", "--type=merge", "-p", '{"spec": {"suspend": false}}'
        )
        application.ended()
        expect(application, "It is resumed")

    def test_deleted_while_it_runs(self, application: Application, expect: Expect):
        run = smoke(application, "slow.spec.ts", env=SLOW)
        application.deploy(hook(run))
        under_way(run)
        run.cluster.kubectl("-n", run.namespace.name, "delete", "testrun", "smoke", "--wait=false")
        application.ended()
        expect(application, "It is deleted while it runs")
        gone(run)

    def test_the_sync_is_terminated(self, application: Application, expect: Expect):
        run = smoke(application, "slow.spec.ts", env=SLOW)
        application.deploy(hook(run))
        under_way(run)
        uid = run.get()["metadata"]["uid"]
        application.terminate()
        application.ended()
        expect(application, "The sync is terminated")
        gone(run)
        assert application.verdict_of(uid) == "Cancelled", "its evidence is kept"


def test_without_the_health_check_every_sync_is_green(application: Application, expect: Expect):
    run = smoke(application, "red.spec.ts")
    with application.argo.without_health_check():
        application.deploy(hook(run))
        application.ended()
        expect(application, "It fails, and there is no health check")
        assert run.ended()["status"]["state"] == "Failed", "which Argo CD never hears of"
