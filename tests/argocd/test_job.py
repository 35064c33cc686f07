"""The gate that needs no change to Argo CD: the hook is the Job of examples/argocd/hook-job.yaml."""

from __future__ import annotations

from acceptance import hook_job
from argocd.applications import SLOW, Application, eventually
from argocd.conftest import Expect


def states(application: Application) -> list[str]:
    runs = application.namespace.cluster.get("-n", application.name, "testruns").get("items", ())
    return [each.get("status", {}).get("state", "") for each in runs]


def test_green(application: Application, expect: Expect):
    application.deploy(*hook_job.objects(application.namespace, "green.spec.ts"))
    application.ended()
    expect(application, "A hook Job's run passes", kind="Job")
    assert states(application) == ["Passed"]


def test_red(application: Application, expect: Expect):
    application.deploy(*hook_job.objects(application.namespace, "red.spec.ts"))
    application.ended()
    expect(application, "A hook Job's run fails", kind="Job")
    assert states(application) == ["Failed"]


def test_the_sync_is_terminated(application: Application, expect: Expect):
    application.deploy(*hook_job.objects(application.namespace, "slow.spec.ts", env=SLOW))
    eventually(lambda: states(application) == ["Running"], what=lambda: f"the run goes on: {states(application)}")
    expect(application, "A hook Job's run goes on", kind="Job")
    application.terminate()
    application.ended()
    expect(application, "A hook Job's sync is terminated", kind="Job")
    eventually(lambda: states(application) == ["Cancelled"], what=lambda: f"the run is cancelled: {states(application)}")
