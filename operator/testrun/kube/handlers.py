"""The one place that knows kopf: it lists and watches, we keep what it tells and wake the run that it is about.

Only ``on.event`` handlers: they write nothing into the objects (no annotations, no progress), and they return at once,
because kopf hands out the events of one object one after another. Deciding and doing is the workers' business.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import Any

import kopf

from testrun.api import names
from testrun.kube import client, worker

RELOGIN_SECONDS = 1.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Watches:
    """What kopf is to watch, and with which login."""

    login: client.Login
    ages: client.WatchAges
    namespaces: Sequence[str]
    """Empty: all of the cluster."""
    ended: asyncio.Event
    """Set when kopf has given them up, whatever the reason: it may never end what is left of it, and does not say so."""


def registry(watches: Watches, workers: worker.Workers) -> kopf.OperatorRegistry:
    """The handlers of one operator."""
    handlers = kopf.OperatorRegistry()

    @kopf.on.login(registry=handlers)
    async def login(**_: Any) -> kopf.AiohttpSession:
        return kopf.AiohttpSession(server=watches.login.server, aiohttp_session=watches.login.session(watches.ages))

    @kopf.on.cleanup(registry=handlers)
    async def cleanup(**_: Any) -> None:
        watches.ended.set()

    @kopf.on.event(names.GROUP, names.VERSION, names.PLURAL, registry=handlers)
    async def testrun(event: kopf.RawEvent, **_: Any) -> None:
        workers.run_changed(event["object"], gone=event["type"] == "DELETED")

    @kopf.on.event("batch", "v1", "jobs", registry=handlers)
    async def job(event: kopf.RawEvent, **_: Any) -> None:
        workers.child_changed(workers.cache.put_job(event["object"], gone=event["type"] == "DELETED"))

    @kopf.on.event("", "v1", "pods", registry=handlers)
    async def pod(event: kopf.RawEvent, **_: Any) -> None:
        workers.child_changed(workers.cache.put_pod(event["object"], gone=event["type"] == "DELETED"))

    return handlers


def settings() -> kopf.OperatorSettings:
    """kopf's settings, where its defaults are not ours."""
    chosen = kopf.OperatorSettings()
    chosen.posting.enabled = False  # our Events tell facts, not log lines
    chosen.scanning.disabled = True  # the CRD is there before the operator: no right to watch CRDs and namespaces is needed
    chosen.peering.standalone = True  # the Lease decides who is the operator
    for children in ("jobs.batch", "pods"):
        chosen.watching.label_selectors[children] = names.LABEL_RUN_UID  # the server sends ours alone
    chosen.networking.request_timeout = 30
    return chosen


async def watch(watches: Watches, workers: worker.Workers, *, stop: asyncio.Event) -> None:
    """Run kopf until ``stop`` is set."""
    await kopf.operator(
        registry=registry(watches, workers),
        settings=settings(),
        clusterwide=not watches.namespaces,
        namespaces=list(watches.namespaces),
        standalone=True,
        stop_flag=stop,
    )
