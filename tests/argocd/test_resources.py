"""A TestRun as an ordinary resource of an application, and what Argo CD makes of the objects that the operator adds."""

from __future__ import annotations

from argocd.applications import SLOW, Application, eventually, hook, under_way
from argocd.conftest import Expect


def children(application: Application) -> dict[str, str]:
    """What belongs to runs in the application's namespace, each with its UID."""
    label = "-l=testing.ameide.io/run-uid"
    items = application.namespace.cluster.get("-n", application.name, "jobs,pods,secrets", label).get("items", ())
    return {f"{each['kind']}/{each['metadata']['name']}": each["metadata"]["uid"] for each in items}


def test_what_the_operator_makes_is_neither_pruned_nor_out_of_sync(application: Application, expect: Expect):
    run = application.namespace.run("smoke", "slow.spec.ts", shards=1, env=SLOW)
    application.deploy({**run.body, "metadata": {"name": "smoke"}})
    under_way(run)
    application.ended()
    expect(application, "It is no hook, and it runs")
    before = children(application)
    assert {each.partition("/")[0] for each in before} == {"Job", "Pod", "Secret"}
    application.sync()
    application.ended()
    application.refresh()
    assert application.resources() == ["ConfigMap/settings", "TestRun/smoke"]
    assert children(application) == before, "a sync that prunes leaves them alone"
    application.commit()
    application.sync()
    application.ended()
    expect(application, "It is no hook, and taken out of git while it runs", kind="")
    eventually(lambda: not run.get() and not children(application), what=lambda: f"it is gone: {run.get()}")


def test_a_red_run_that_is_no_hook_makes_the_application_degraded(application: Application, expect: Expect):
    run = application.namespace.run("smoke", "red.spec.ts", shards=1)
    application.deploy({**run.body, "metadata": {"name": "smoke"}})
    run.ended()
    expect(application, "It is no hook, and fails")


def test_a_red_hook_says_nothing_of_the_health_of_the_application(application: Application, expect: Expect):
    run = application.namespace.run("smoke", "red.spec.ts", shards=1)
    application.deploy(hook(run))
    application.ended()
    application.refresh()
    expect(application, "A test fails")
    assert application.resources() == ["ConfigMap/settings"]
