"""Puts the server together: one `aiohttp.web.Application` over one data folder. Wires, and decides nothing.

``cli`` runs it::

    runner = app.make_runner(app.make_app(config, reviewer))
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    …
    await runner.cleanup()
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator

from aiohttp import typedefs, web

from testrun.api import tokens, wire
from testrun.artifacts import filesystem, store
from testrun.core import model
from testrun.web import (
    abandoned,
    access,
    changes,
    config,
    control,
    errors,
    metrics,
    people,
    readers,
    records,
    retention,
    runs,
    settle,
    shards,
    shelf,
    spool,
    uploads,
    volume,
)

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 10.0
"""Time for requests under way when the server stops; long polls and holds end at once."""
LOADING_SECONDS = 20.0
"""How long a request waits for a server that has just started."""

RUNS = web.AppKey("runs", runs.Runs)
SHELF = web.AppKey("shelf", shelf.Shelf)
KEEPER = web.AppKey("keeper", abandoned.Abandoned)


def make_app(
    settings: config.Config, reviewer: access.Reviewer | None = None, *, evidence: store.Store | None = None
) -> web.Application:
    """The application. ``reviewer`` says who may read and upload (None: nobody); ``evidence`` is where it is kept (None:
    ``<data>/store``).

    Raises ``ValueError`` for a key that is too short, ``OSError`` when the data folder cannot be made.
    """
    keyring = tokens.Keyring(settings.key)
    kept = evidence if evidence is not None else filesystem.FilesystemStore(settings.data / "store")
    news = changes.Changes()
    registry = runs.Runs(spool.Spool(settings.data / "spool"), kept, news, settings.limits)
    room = volume.Volume(settings.data, settings.limits)
    count = metrics.Metrics(settings.data, lambda: len(registry.live), room.is_scarce)
    settler = settle.Settler(registry, kept, room, count, settings.url)
    who = people.People(reviewer)
    uploaded = shelf.Shelf(kept, settings.data / "incoming", settings.limits, count, keep=settings.retention.max_age)
    retained = retention.Retention(registry, settler, kept, settings.retention, count)

    app = web.Application(middlewares=[_answer_errors(count), _after_loading(registry)])
    keeper = abandoned.Abandoned(registry, settler, uploaded, retained, room)
    app[RUNS], app[SHELF], app[KEEPER] = registry, uploaded, keeper
    app.add_routes(
        [
            *shards.Shards(registry, keyring, uploads.Uploads(registry, count)).routes(),
            *control.Control(registry, news, keyring, settler).routes(),
            *records.Records(registry, keyring, uploaded, who).routes(),
            *readers.Readers(registry, news, settler, kept, who).routes(),
            *_own_routes(settings, registry, count),
        ]
    )

    async def loading(_: web.Application) -> AsyncIterator[None]:
        await asyncio.to_thread(_build_validators)
        task = asyncio.create_task(registry.load())
        task.add_done_callback(_tell_failure)
        watching = asyncio.create_task(keeper.watch())
        yield
        task.cancel()
        watching.cancel()
        await asyncio.wait([task, watching])
        await registry.drain()

    async def stop_waiting(_: web.Application) -> None:
        news.close()
        registry.release()

    app.cleanup_ctx.append(loading)
    app.on_shutdown.append(stop_waiting)
    app.on_response_prepare.append(_forbid_sniffing)
    return app


def _tell_failure(loading: asyncio.Task[None]) -> None:
    if not loading.cancelled() and loading.exception() is not None:
        log.critical("the spool cannot be read: the server will not become ready", exc_info=loading.exception())


async def _forbid_sniffing(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")


def _build_validators() -> None:
    """They take a quarter of a second, which no pod and no verdict should wait for."""
    for kind in (model.SettleRequest, model.Settlement, model.Progress, model.RecordsRequest, model.RecordsAnswer):
        with contextlib.suppress(ValueError):
            wire.load(kind, {})


def make_runner(app: web.Application) -> web.AppRunner:
    """How the application wants to be run: handlers are cancelled when their client goes away, which is how a broken ``hold`` is
    noticed.
    """
    return web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)


def _own_routes(settings: config.Config, registry: runs.Runs, count: metrics.Metrics) -> list[web.RouteDef]:
    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def readyz(_: web.Request) -> web.Response:
        if not registry.loaded.is_set():
            raise errors.Refused(503, "not-ready", "live runs are being read", "wait a moment")
        if not os.access(settings.data, os.W_OK | os.X_OK):
            raise errors.Refused(503, "not-ready", "the data folder cannot be written", "look at its volume and its owner")
        return web.json_response({"ok": True})

    async def show_metrics(_: web.Request) -> web.Response:
        return web.Response(body=count.text(), headers={"Content-Type": metrics.CONTENT_TYPE})

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", show_metrics)]


def _after_loading(registry: runs.Runs) -> typedefs.Middleware:
    """Nothing may be asked of runs that are not read yet."""

    @web.middleware
    async def wait(request: web.Request, handler: typedefs.Handler) -> web.StreamResponse:
        if request.path.startswith("/v1/") and not registry.loaded.is_set():
            try:
                async with asyncio.timeout(LOADING_SECONDS):
                    await registry.loaded.wait()
            except TimeoutError as error:
                raise errors.Refused(
                    503, "not-ready", "live runs are being read", "try again", headers={"Retry-After": "1"}
                ) from error
        return await handler(request)

    return wait


def _answer_errors(count: metrics.Metrics) -> typedefs.Middleware:
    """Every error leaves as ``{"error", "hint"}``."""

    @web.middleware
    async def answer(request: web.Request, handler: typedefs.Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except errors.Refused as refused:
            found = refused
        except web.HTTPException as error:
            headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
            found = errors.Refused(error.status, "route", (error.reason or "no").lower(), headers=headers)
        except Exception as error:
            log.exception("a request failed", extra={"method": request.method, "path": request.path[:300]})
            found = errors.Refused(500, "fault", "the server could not do it", f"{type(error).__name__}; its log says more")
        count.refused.labels(str(found.status), found.reason).inc()
        if found.status == 507:
            log.warning("no room for a request", extra={"method": request.method, "path": request.path[:300]})
        response = web.json_response(found.body, status=found.status, headers=found.headers)
        if found.close:
            response.force_close()
        return response

    return answer
