"""Follows one run to its end: the TestRun's watch for state and verdict, the evidence server for progress where it may be asked.

The watch is the only source of the verdict. A cluster that does not answer for a while, a watch that breaks or grows too old, and
a server that is silent change what is shown, never how it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
from collections.abc import AsyncGenerator, Callable

from testrun.cli import evidence, live, run, screen
from testrun.cli.command import Problem
from testrun.kube import client as kube

WATCH_SECONDS = 60
"""A watch is opened anew after this time, so that a connection that died silently is noticed."""
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 0.5, 8.0

Clock = Callable[[], datetime.datetime]


async def changes(
    client: kube.Client, namespace: str, name: str, *, uid: str | None = None, trouble: Callable[[str], None] = lambda _: None
) -> AsyncGenerator[kube.Body, None]:
    """The TestRun as it is and after each change, without end.

    ``trouble`` is told why nothing comes, and then an empty text when it comes again. Raises `kube.NotFound` when there is none
    to begin with, `Problem` when it is deleted or replaced by another of its name.
    """
    loop = asyncio.get_running_loop()
    retry = FIRST_RETRY_SECONDS
    while True:
        try:
            body = await client.get(kube.TESTRUNS, name, namespace)
            uid = _same(body, uid)
            trouble("")
            yield body
            version, opened = body["metadata"]["resourceVersion"], loop.time()
            stream = client.watch(
                kube.TESTRUNS, namespace, resource_version=version, fields=f"metadata.name={name}", timeout_seconds=WATCH_SECONDS
            )
            async with contextlib.aclosing(stream) as events:
                async for kind, body in events:
                    retry = FIRST_RETRY_SECONDS
                    _same(body, uid)
                    if kind == "DELETED":
                        raise _deleted(body)
                    yield body
            if loop.time() - opened < FIRST_RETRY_SECONDS:  # something between here and there ends watches at once
                await asyncio.sleep(retry)
                retry = min(retry * 2, LAST_RETRY_SECONDS)
        except kube.Gone:
            await asyncio.sleep(FIRST_RETRY_SECONDS)
        except kube.NotFound as error:
            if uid is None:
                raise
            raise Problem(f"TestRun {name} was deleted") from error
        except kube.Unavailable as error:
            trouble(f"the cluster does not answer, trying again: {error.message}")
            await asyncio.sleep(error.retry_after or retry)
            retry = min(retry * 2, LAST_RETRY_SECONDS)


async def to_the_end(
    client: kube.Client,
    namespace: str,
    name: str,
    *,
    uid: str | None = None,
    show: screen.Screen,
    server: evidence.Server | None,
    clock: Clock,
) -> kube.Body:
    """Shows the run until its verdict is there; returns the TestRun with it. Raises as `changes` does."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    scene: live.Scene | None = None

    def draw(**news: object) -> None:
        nonlocal scene
        if scene is not None:
            scene = dataclasses.replace(scene, followed=loop.time() - began, **news)  # type: ignore[arg-type]
            show.show(scene, clock())

    async def tick() -> None:
        while True:
            await asyncio.sleep(show.interval)
            draw()

    async def listen(seen: run.Run) -> None:
        assert server is not None
        async for progress in server.progress(seen.ref):
            draw(progress=progress)

    helpers = [asyncio.create_task(tick())]
    try:
        stream = changes(client, namespace, name, uid=uid, trouble=lambda why: draw(trouble=why))
        async with contextlib.aclosing(stream) as bodies:
            async for body in bodies:
                seen = run.read(body)
                if seen.finished:
                    return body
                if scene is None:
                    scene = live.Scene(run=seen)
                    if server is not None:
                        helpers.append(asyncio.create_task(listen(seen)))
                draw(run=seen)
        raise AssertionError("changes has no end")
    finally:
        for helper in helpers:
            helper.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)


async def until_gone(client: kube.Client, namespace: str, name: str, uid: str) -> None:
    """Returns when the run with that uid is no longer there."""
    retry = 0.1
    while True:
        try:
            body = await client.get(kube.TESTRUNS, name, namespace)
        except kube.NotFound:
            return
        except kube.Unavailable:
            body = {"metadata": {"uid": uid}}
        if body["metadata"].get("uid") != uid:
            return
        await asyncio.sleep(retry)
        retry = min(retry * 2, 2.0)


def _same(body: kube.Body, uid: str | None) -> str:
    found = str(body["metadata"].get("uid", ""))
    if uid is not None and found != uid:
        raise Problem(
            f"TestRun {body['metadata'].get('name')} was replaced by a new run of that name",
            "follow the new one: call this again",
        )
    return found


def _deleted(body: kube.Body) -> Problem:
    seen = run.read(body)
    return Problem(f"TestRun {seen.name} was deleted before it ended")
