"""A process that stood still writes nothing more: by its own clock another may hold the lease by then."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from build import NOW

from testrun.kube import client, lease


class Api:
    """An API server with no lease yet, and a store for the one that is made."""

    def __init__(self) -> None:
        self.body: dict[str, Any] | None = None

    async def get(self, *_: Any) -> dict[str, Any]:
        if self.body is None:
            raise client.NotFound(404, "NotFound", "gone")
        return self.body

    async def create(self, _: Any, body: dict[str, Any], __: Any) -> None:
        self.body = body


async def acquired() -> lease.Lease:
    api: Any = Api()
    held = lease.Lease(api, "testrun-system", "testrun-operator", "one", lambda: NOW)
    await held.acquire()
    return held


@pytest.mark.parametrize("seconds", [0, lease.RENEW_SECONDS, lease.FENCE_SECONDS - 0.5])
async def test_it_may_write_while_nobody_else_can_hold_it(seconds: float, monkeypatch: pytest.MonkeyPatch):
    held = await acquired()
    now = asyncio.get_running_loop().time()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now + seconds)
    held.fence()


async def test_it_may_not_after_it_stood_still(monkeypatch: pytest.MonkeyPatch):
    held = await acquired()
    now = asyncio.get_running_loop().time()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now + lease.FENCE_SECONDS + 1)
    with pytest.raises(client.Unavailable, match="another may hold it by now"):
        held.fence()


def test_it_ends_before_the_others_begin():
    assert lease.RENEW_SECONDS < lease.FENCE_SECONDS < lease.LEASE_SECONDS


class Session:
    def request(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("it asked the API server")


async def test_a_fence_stands_before_every_write_but_that_of_the_lease():
    def closed() -> None:
        raise client.Unavailable(0, "LeaseLost", "no")

    login: Any = type("Login", (), {"server": "http://api"})
    session: Any = Session()
    kube = client.Client(login, session)
    kube.fence = closed
    writes = (
        kube.create(client.JOBS, {}, "shop"),
        kube.patch(client.TESTRUNS, "shop", {}, "shop"),
        kube.replace(client.CONFIG_MAPS, "shop", {}, "shop"),
        kube.delete(client.JOBS, "shop", "shop"),
    )
    for write in writes:
        with pytest.raises(client.Unavailable, match="no"):
            await write
    with pytest.raises(AssertionError, match="it asked"):
        await kube.replace(client.LEASES, "operator", {}, "testrun-system")
