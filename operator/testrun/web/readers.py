"""What people may call, with a Kubernetes token: progress and files of the runs whose TestRun they may ``get`` (docs/protocol.md
§3).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from aiohttp import web

from testrun.api import wire
from testrun.artifacts import layout, store
from testrun.core import model
from testrun.web import changes, errors, files, http, people, runs, settle


class Readers:
    """The handlers."""

    def __init__(
        self,
        registry: runs.Runs,
        news: changes.Changes,
        settler: settle.Settler,
        evidence: store.Store,
        who: people.People,
    ) -> None:
        self._runs = registry
        self._news = news
        self._settler = settler
        self._evidence = evidence
        self._people = who

    def routes(self) -> list[web.RouteDef]:
        run = "/v1/runs/{namespace}/{name}/{uid}"
        return [
            web.get(f"{run}/progress", self.progress, allow_head=False),
            web.get(f"{run}/files", self.manifest),
            web.get(f"{run}/files/{{path:.+}}", self.file),
        ]

    async def progress(self, request: web.Request) -> web.Response:
        ref = await self._readable(request)
        number = self._news.number  # before the progress: what comes while that is looked up must wake
        progress = await self._progress(ref)
        if "after" in request.query and http.number(request, "after") == progress.version:
            known, deadline = progress.version, http.poll_deadline(request)
            while progress.version == known and not progress.settled and await self._news.wait(number, deadline):
                number = self._news.number
                progress = await self._progress(ref)
        return web.json_response(wire.dump(progress))

    async def manifest(self, request: web.Request) -> web.StreamResponse:
        ref = await self._readable(request)
        return await self._send(request, ref, layout.MANIFEST)

    async def file(self, request: web.Request) -> web.StreamResponse:
        ref = await self._readable(request)
        path = request.match_info["path"]
        try:
            layout.check_key(path)
        except ValueError as error:
            raise errors.Refused(404, "not-found", "there is no such file", "…/files lists all that there are") from error
        return await self._send(request, ref, path)

    async def _progress(self, ref: model.RunRef) -> model.Progress:
        """A run that nobody has told anything of may be about to begin: that is no error."""
        run = self._runs.live.get(ref)
        if run is not None:
            return run.progress()
        known = await self._settler.answer(ref)
        if await self._runs.is_removed(ref):
            raise errors.removed()
        return model.Progress(run=ref) if known is None else known.progress

    async def _send(self, request: web.Request, ref: model.RunRef, path: str) -> web.StreamResponse:
        settled = await self._runs.is_settled(ref)
        if await self._runs.is_removed(ref):  # asked second: the mark is there before the manifest goes
            raise errors.removed()
        if not settled:
            raise errors.Refused(404, "not-found", "the run is not settled", "its files can be read when it has ended")
        stat = await asyncio.to_thread(self._evidence.stat, layout.key(ref, path))
        if stat is None:
            raise await self._absent(ref)
        response = web.StreamResponse(headers=files.headers(path, proxied=people.PROXY_HEADER in request.headers))
        response.content_length = stat.bytes
        if request.method == "HEAD":
            await response.prepare(request)
            return response
        async with contextlib.aclosing(stream(self._evidence, stat.key)) as chunks:
            try:
                # Opened before anything is promised: from here on the file stays readable, also when it is removed meanwhile.
                first = await anext(chunks, b"")
            except store.NotFound:
                raise await self._absent(ref) from None
            try:
                await response.prepare(request)
                await response.write(first)
                async for chunk in chunks:
                    await response.write(chunk)
            except ConnectionError:
                pass  # the reader went away
        return response

    async def _absent(self, ref: model.RunRef) -> errors.Refused:
        """Why there is no such file of a run that was settled a moment ago."""
        if await self._runs.is_removed(ref):
            return errors.removed()
        return errors.Refused(404, "not-found", "there is no such file", "…/files lists all that there are")

    async def _readable(self, request: web.Request) -> model.RunRef:
        """The run of the path, for whoever may read it."""
        ref = http.run_ref(request)
        await self._people.check(request, "get", namespace=ref.namespace, name=ref.name)
        return ref


async def stream(evidence: store.Store, key: str) -> AsyncGenerator[bytes]:
    """A stored file, read in threads. Close it: when it is left early, the file is closed once the last read has returned."""
    opened = evidence.read(key)
    chunks = await asyncio.to_thread(opened.__enter__)
    reading: asyncio.Future[bytes] | None = None
    try:
        while True:
            reading = asyncio.ensure_future(asyncio.to_thread(next, chunks, b""))
            chunk = await asyncio.shield(reading)
            if not chunk:
                return
            yield chunk
    finally:
        if reading is not None:
            await asyncio.wait([reading])  # a descriptor must not be closed, and given out anew, under a thread that reads it
        await asyncio.to_thread(opened.__exit__, None, None, None)
