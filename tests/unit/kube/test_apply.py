"""What is written is what was decided on: never over what somebody else wrote meanwhile, even if the watch has told of it."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest
from build import JOB_NAME, NOW, RUN, make_observed, make_status

from testrun.core import actions
from testrun.kube import apply, client, observe
from testrun.kube.cache import Cache


def body(version: int, **metadata: Any) -> client.Body:
    return {
        "metadata": {"namespace": RUN.namespace, "name": RUN.name, "uid": RUN.uid, "resourceVersion": str(version)} | metadata,
        "spec": {"playwright": {"image": "e2e:1"}},
    }


def job(version: int) -> client.Body:
    metadata = {
        "namespace": RUN.namespace, "name": JOB, "uid": "job-uid", "resourceVersion": str(version),
        "labels": {apply.names.LABEL_RUN_UID: RUN.uid}, "ownerReferences": [{"uid": RUN.uid}],
    }  # fmt: skip
    return {"metadata": metadata}


JOB = apply.names.job_name(RUN.name, RUN.uid)


@dataclasses.dataclass
class Api:
    """An API server that holds one object, and changes it only as of the version that it has."""

    version: int
    written: list[str] = dataclasses.field(default_factory=list)

    async def patch(self, resource: client.Resource, _: str, patch: client.Body, *__: Any, **___: Any) -> client.Body:
        if patch["metadata"]["resourceVersion"] != str(self.version):
            raise client.Conflict(409, "Conflict", "the object has been modified")
        self.version += 1
        self.written.append(resource.plural)
        return job(self.version) if resource is client.JOBS else body(self.version)

    async def get(self, *_: Any) -> client.Body:
        return job(self.version)


class World:
    """A run at version 5 with a Job at version 7, both as they were when the decision was made."""

    def __init__(self, api: Api) -> None:
        self.cache, self.memo = Cache(), observe.Memo()
        self.entry = self.cache.put_run(body(5))
        self.cache.put_job(job(7))
        self.seen = make_observed(job_name=JOB_NAME)
        kube: Any = api
        none: Any = None
        self.tools = apply.Tools(
            kube=kube, server=none, shard=none, external_url="http://server", reporter="test", clock=lambda: NOW
        )
        observe.snapshot(self.entry, self.memo, now=NOW)

    def do(self, action: actions.Action) -> None:
        asyncio.run(apply.run(action, self.seen, self.entry, self.memo, self.cache, self.tools))

    def write_status(self) -> None:
        asyncio.run(apply.write_status(make_status(), self.seen, self.entry, self.memo, self.cache, self.tools))


def test_a_status_follows_our_own_writes():
    api = Api(5)
    world = World(api)
    world.do(actions.AddFinalizer())
    world.write_status()
    world.write_status()
    assert (api.written, world.memo.version) == (["testruns"] * 3, "8")


@pytest.mark.parametrize("told", [False, True], ids=["the watch has not told", "the watch has told"])
def test_a_status_is_not_written_over_what_another_wrote(told: bool):
    api = Api(6)
    world = World(api)
    if told:
        world.cache.put_run(body(6))
    with pytest.raises(client.Conflict):
        world.write_status()
    with pytest.raises(client.Conflict):
        world.do(actions.RemoveFinalizer())
    assert api.written == []


def test_a_job_is_not_resumed_that_another_suspended_meanwhile():
    api = Api(8)
    world = World(api)
    world.cache.put_job(job(8))
    with pytest.raises(client.Conflict):
        world.do(actions.SuspendJob(suspend=False))
    assert api.written == []


def test_after_a_conflict_the_job_is_looked_at_as_it_is_now():
    api = Api(9)
    world = World(api)
    with pytest.raises(client.Conflict):
        world.do(actions.SuspendJob(suspend=True))
    observe.snapshot(world.entry, world.memo, now=NOW)
    world.do(actions.SuspendJob(suspend=True))
    assert api.written == ["jobs"]
