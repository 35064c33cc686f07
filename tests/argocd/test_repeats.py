"""What Argo CD makes again: a hook of the same name, one of a generated name, a red one under automated sync."""

from __future__ import annotations

from typing import Any

from acceptance.cluster import TestRun
from argocd.applications import Application, eventually, hook
from argocd.conftest import Expect


def automated(*, retries: int) -> dict[str, Any]:
    """A policy. Without ``retry`` Argo CD tries five times more, with growing pauses."""
    backoff = {"duration": "1s", "factor": 1, "maxDuration": "2s"}
    return {"automated": {"prune": True, "selfHeal": True}, "retry": {"limit": retries, "backoff": backoff}}


def smoke(application: Application, spec_file: str) -> TestRun:
    return application.namespace.run("smoke", spec_file, shards=1)


def generated(run: TestRun, prefix: str) -> TestRun:
    del run.body["metadata"]["name"]
    run.body["metadata"]["generateName"] = prefix
    return run


def ended(application: Application) -> dict[str, str]:
    """The runs of the namespace that have ended, also those that are deleted: their UID, and their verdict by their event."""
    events = application.namespace.cluster.get(
        "-n", application.name, "events", "--field-selector", "involvedObject.kind=TestRun"
    )
    return {each["involvedObject"]["uid"]: each["reason"] for each in events["items"] if each["reason"] != "Started"}


def names(application: Application) -> list[str]:
    """Of the TestRuns that are there."""
    return [each["metadata"]["name"] for each in application.namespace.cluster.get("-n", application.name, "testruns")["items"]]


def test_a_second_sync_makes_a_hook_of_the_same_name_anew(application: Application, expect: Expect):
    """``BeforeHookCreation`` is what Argo CD does unless it is told otherwise."""
    run = smoke(application, "red.spec.ts")
    application.deploy(hook(run))
    application.ended()
    first = run.get()["metadata"]["uid"]
    application.commit(hook(smoke(application, "green.spec.ts")))
    application.sync()
    application.ended()
    expect(application, "It has the name of an earlier sync's run, which is over")
    second = run.get()["metadata"]["uid"]
    assert {uid: application.verdict_of(uid) for uid in (first, second)} == {first: "Failed", second: "Passed"}


def test_hook_succeeded_deletes_it_and_its_evidence_stays(application: Application, expect: Expect):
    run = smoke(application, "green.spec.ts")
    application.deploy(hook(run, hook_delete_policy="HookSucceeded"))
    application.ended()
    expect(application, "It passes, with `HookSucceeded`")
    eventually(lambda: not run.get(), what=lambda: f"the TestRun is gone: {run.get()}")
    ((uid, verdict),) = ended(application).items()
    assert (verdict, application.verdict_of(uid)) == ("Passed", "Passed")


def test_generated_names_are_long_and_stay(application: Application, expect: Expect):
    """As long as Argo CD may make them: its own part is about 27 characters, of 253."""
    prefix = f"{'smoke-of-the-shop-' * 12}"
    application.deploy(hook(generated(smoke(application, "green.spec.ts"), prefix)))
    application.ended()
    expect(application, "Its name is generated, and 243 characters long")
    (first,) = names(application)
    assert first.startswith(prefix)
    application.sync()
    application.ended()
    assert len(names(application)) == 2, "nothing deletes the first"


def test_a_red_hook_under_automated_sync_runs_again_and_again(application: Application, expect: Expect):
    application.commit(hook(smoke(application, "red.spec.ts")))
    application.create(**automated(retries=2))
    eventually(application.operation, what="the sync begins by itself")
    application.ended()
    expect(application, "It fails under automated sync, with a retry limit of 2")
    verdicts = ended(application)
    assert list(verdicts.values()) == ["Failed"] * 3
    assert {uid: application.verdict_of(uid) for uid in verdicts} == verdicts, "the evidence of each attempt"
    assert names(application) == ["smoke"], "and the last one is there"


def test_and_under_a_generated_name_it_does_so_under_the_same_name(application: Application, expect: Expect):
    """The name is made once for a sync, and the attempts are one sync."""
    application.commit(hook(generated(smoke(application, "red.spec.ts"), "smoke-")))
    application.create(**automated(retries=1))
    eventually(application.operation, what="the sync begins by itself")
    application.ended()
    expect(application, "It fails under automated sync, and its name is generated")
    verdicts = ended(application)
    assert list(verdicts.values()) == ["Failed"] * 2
    (name,) = names(application)
    assert {uid: application.verdict_of(uid, name) for uid in verdicts} == verdicts
