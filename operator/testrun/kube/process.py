"""The operator as one process: the Lease, the watches, the workers, the server's word, and the port that tells how it is."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import logging
from collections.abc import Coroutine, Mapping, Sequence

import aiohttp
from aiohttp import web

from testrun.kube import apply, client, evidence, handlers, lease, manifests, metrics, worker
from testrun.kube.cache import Cache

logger = logging.getLogger(__name__)

LEASE_NAME = "testrun-operator"
WATCHES = 3
"""Runs, Jobs, pods: so many watches per namespace (or one each for the cluster)."""
STALE_SECONDS = 180.0
"""A watch that brought nothing for so long is dead: the API server sends a bookmark about once a minute, and kopf reconnects
after 70 s.
"""
CLOSED_SECONDS = 45.0
"""So long after a watch was closed kopf has opened it again, or never will: its longest pauses between tries are 21 and 13 s."""
START_SECONDS = 60.0
"""How long the watches may take to open once we hold the lease."""
LOOK_SECONDS = 5.0
END_SECONDS = 10.0
"""How long kopf may take to end: a watch of its may ignore that it is cancelled."""


class Unhealthy(Exception):
    """This process cannot go on, and why: Kubernetes starts another one."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    server_url: str
    """Where pods and the operator reach the server."""
    external_url: str
    """Where people reach it."""
    key: bytes
    """Shared with the server; makes all tokens."""
    shard_files: Mapping[str, str]
    namespaces: Sequence[str] = ()
    port: int = 8081
    host: str = "0.0.0.0"  # noqa: S104  # the kubelet's probes and Prometheus come from outside the pod
    identity: str
    """This process, the same after a restart in the same pod."""
    lease_namespace: str | None = None
    """None: do not hold a lease (tests, a laptop)."""
    kubeconfig: str | None = None
    context: str | None = None


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)  # noqa: TID251  # the entry point of time: everything else gets it as an argument


async def run(config: Config, stop: asyncio.Event) -> None:
    """Be the operator until ``stop`` is set. Raises `NoCluster`, `LeaseLost`, `Unhealthy`."""
    config = dataclasses.replace(config, namespaces=tuple(dict.fromkeys(config.namespaces)))
    login = await client.login(kubeconfig=config.kubeconfig, context=config.context)
    ages = client.WatchAges()
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(login.session())
        plain = await stack.enter_async_context(aiohttp.ClientSession())
        kube = client.Client(login, session, on_write=metrics.wrote)
        server = evidence.EvidenceServer(plain, config.server_url, config.key)
        tools = apply.Tools(
            kube=kube,
            server=server,
            shard=manifests.Shard(server_url=config.server_url, files=config.shard_files),
            external_url=config.external_url,
            reporter=config.identity,
            clock=now,
        )
        workers = worker.Workers(Cache(), tools)
        health = Health(ages, workers, expected=WATCHES * max(1, len(config.namespaces)))
        await _serve(health, config, stack)
        held: lease.Lease | None = None
        if config.lease_namespace is not None:
            held = lease.Lease(kube, config.lease_namespace, LEASE_NAME, config.identity, now)
            kube.fence = held.fence
            if not await _unless(stop, held.acquire()):
                return
        health.started()
        logger.info("operator started", extra={"server": config.server_url, "namespaces": list(config.namespaces) or "all"})
        try:
            watches = handlers.Watches(login=login, ages=ages, namespaces=config.namespaces, ended=asyncio.Event())
            await _work(watches, workers, server, held, health, stop)
        finally:
            if held is not None:
                await held.release()
            logger.info("operator stopped")


async def _work(
    watches: handlers.Watches,
    workers: worker.Workers,
    server: evidence.EvidenceServer,
    held: lease.Lease | None,
    health: Health,
    stop: asyncio.Event,
) -> None:
    """Watch and follow until told to stop; a task that ends by itself ends the process, which Kubernetes starts again."""
    stop_kopf = asyncio.Event()
    # kopf cancels every task of the loop that it did not find there when it started, so ours are started first.
    waits = (server.follow(workers.told), stop.wait(), health.hold(), watches.ended.wait())
    others = [asyncio.create_task(each) for each in waits]
    if held is not None:
        others.append(asyncio.create_task(held.hold()))
    kopf = asyncio.create_task(handlers.watch(watches, workers, stop=stop_kopf))
    try:
        done, _ = await asyncio.wait([kopf, *others], return_when=asyncio.FIRST_COMPLETED)
    finally:
        await workers.stop()
        stop_kopf.set()
        for task in others:
            task.cancel()
        await asyncio.wait([kopf, *others], timeout=END_SECONDS)
    for task in done if stop.is_set() else [*done, kopf]:
        if task.done() and not task.cancelled() and task.exception() is not None:
            raise task.exception()  # type: ignore[misc]
    if not stop.is_set() and not kopf.done():
        raise Unhealthy(f"the watches were given up, and do not end within {END_SECONDS:.0f} s")
    # kopf takes SIGTERM and SIGINT for itself, and then just ends: that is a stop too.


class Health:
    """Alive: the watches are. Ready: this process is the operator and its watches are open (a standby is ready too: it is as
    it should be).
    """

    def __init__(self, ages: client.WatchAges, workers: worker.Workers, *, expected: int) -> None:
        self._ages = ages
        self._workers = workers
        self._expected = expected
        self._started: float | None = None

    def started(self) -> None:
        self._started = asyncio.get_running_loop().time()

    def problem(self) -> str:
        """Why the process should be started again; empty when it should not."""
        if self._started is None:
            return ""  # a standby watches nothing
        ages = self._ages.seconds()
        stale = {path: round(age) for path, age in ages.items() if age > STALE_SECONDS}
        if stale:
            return f"watches without a sign of life, in seconds: {stale}"
        closed = {path: round(age) for path, age in self._ages.closed().items() if age > CLOSED_SECONDS}
        if closed:
            return f"watches that are closed, since seconds: {closed}"
        up = asyncio.get_running_loop().time() - self._started
        if len(ages) < self._expected and up > START_SECONDS:
            return f"only {len(ages)} of {self._expected} watches are open after {up:.0f} s"
        return ""

    async def hold(self) -> None:
        """Wait without end. Raises `Unhealthy`: sooner than the kubelet's probes would find out, and also where none are made.

        kopf may go on without a watch, and says nothing.
        """
        while True:
            if problem := self.problem():
                raise Unhealthy(problem)
            await asyncio.sleep(LOOK_SECONDS)

    async def healthz(self, _: web.Request) -> web.Response:
        problem = self.problem()
        return web.Response(status=500 if problem else 200, text=problem or "ok")

    async def readyz(self, _: web.Request) -> web.Response:
        if self._started is None:
            return web.Response(text="standby")
        watching = len(self._ages.seconds())
        if watching < self._expected:
            return web.Response(status=503, text=f"{watching} of {self._expected} watches are open")
        return web.Response(text="ok")

    async def metrics(self, _: web.Request) -> web.Response:
        metrics.ACTIVE.set(self._workers.active)
        for path, age in self._ages.seconds().items():
            metrics.WATCH_AGE.labels(path.rsplit("/", 1)[-1]).set(age)
        return web.Response(body=metrics.render(), content_type="text/plain")


async def _serve(health: Health, config: Config, stack: contextlib.AsyncExitStack) -> None:
    app = web.Application()
    app.add_routes([web.get("/healthz", health.healthz), web.get("/readyz", health.readyz), web.get("/metrics", health.metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, config.host, config.port).start()


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, None]) -> bool:
    """Do the work, unless told to stop before it is done."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task.done():
        await task
        return True
    task.cancel()
    return False
