"""The records of the phases before: people upload them, the operator asks what they are worth (docs/protocol.md §3).

What was answered about a run stays the answer, however often it is asked: it stands in the run's spool, next to the JUnit files
that it is about.
"""

from __future__ import annotations

import asyncio
import time
import weakref

from aiohttp import web

from testrun.api import tokens, wire
from testrun.artifacts import layout
from testrun.core import model
from testrun.web import counting, errors, http, people, runs, shelf

AT_ONCE = 2
"""Runs whose records are counted at the same time: counting takes a processor."""


class Records:
    """The handlers."""

    def __init__(self, registry: runs.Runs, keyring: tokens.Keyring, kept: shelf.Shelf, who: people.People) -> None:
        self._runs = registry
        self._keyring = keyring
        self._shelf = kept
        self._people = who
        self._counting = asyncio.Semaphore(AT_ONCE)
        self._locks: weakref.WeakValueDictionary[model.RunRef, asyncio.Lock] = weakref.WeakValueDictionary()

    def routes(self) -> list[web.RouteDef]:
        upload = "/v1/records/{namespace}/{sha256}"
        return [
            web.put(upload, self.upload),
            web.head(upload, self.uploaded),
            web.post("/v1/runs/{namespace}/{name}/{uid}/records", self.records),
        ]

    async def upload(self, request: web.Request) -> web.Response:
        namespace, sha256 = await self._place(request)
        length = request.content_length
        if length is None:
            raise errors.Refused(411, "length", "no Content-Length", "say how large the file is", close=True)
        chunks = http.chunks(request, self._runs.limits, min(length, self._runs.limits.record_bytes))
        await self._shelf.take(namespace, sha256, length, chunks)
        return web.json_response({"bytes": length, "sha256": sha256}, status=201)

    async def uploaded(self, request: web.Request) -> web.Response:
        namespace, sha256 = await self._place(request)
        now = time.time()  # noqa: TID251  # the entry point of time
        return web.Response(status=200 if await self._shelf.has(namespace, sha256, now) else 404)

    async def records(self, request: web.Request) -> web.Response:
        if not self._keyring.is_operator_token(http.bearer(request, "Authorization")):
            raise http.forbidden("this is not the operator's token")
        ref = http.run_ref(request)
        body = await http.body(request, self._runs.limits, self._runs.limits.records_body_bytes)
        try:
            asked = wire.loads(model.RecordsRequest, body)
        except ValueError as error:
            raise errors.Refused(422, "records", "the body is not a Records request", str(error)[:500]) from error
        del body
        if asked.run != ref:
            raise errors.Refused(422, "records", "the body is about another run", "path and body must name the same run")
        if len({each.phase for each in asked.records}) != len(asked.records):
            raise errors.Refused(422, "records", "a phase has two records", "send one for each phase")
        if not all(layout.SHA256.fullmatch(each.sha256) for each in asked.records):
            raise errors.Refused(422, "digest", "a digest is not a SHA-256 in lower-case hex", "send the record's digest")
        return web.Response(body=wire.dumps(await self.answer(asked)), content_type="application/json")

    async def answer(self, asked: model.RecordsRequest) -> model.RecordsAnswer:
        """What the records hold. Goes on when whoever asked goes away. Raises `Refused`."""
        return await self._runs.finish(self._answer(asked))

    async def _answer(self, asked: model.RecordsRequest) -> model.RecordsAnswer:
        async with self._locks.setdefault(asked.run, asyncio.Lock()):
            known = self._runs.live.get(asked.run)
            remembered = await asyncio.to_thread(known.files.remembered) if known is not None else None
            if remembered is not None:
                return wire.loads(model.RecordsAnswer, remembered)
            absent = [each for each in asked.records if not await self._is_there(asked.run.namespace, each)]
            if absent and not asked.last:
                facts = [
                    model.RecordFacts(
                        phase=each.phase,
                        problem=model.RecordProblem.UNAVAILABLE,
                        text=each.unavailable or counting.not_uploaded(each),
                    )
                    for each in absent
                ]
                return model.RecordsAnswer(facts=tuple(facts))
            run = await self._runs.open(asked.run)
            async with self._counting, run.counting:
                if run.sealed:
                    raise errors.settled()
                answer = await asyncio.to_thread(
                    counting.count,
                    asked,
                    run.files,
                    self._runs.limits,
                    lambda sha256: self._shelf.read(asked.run.namespace, sha256),
                    [each.phase for each in absent],
                )
                with runs.on_disk():
                    await asyncio.to_thread(run.files.remember, wire.dumps(answer))
            return answer

    async def _is_there(self, namespace: str, record: model.RecordFile) -> bool:
        if record.data is not None or record.unavailable:
            return not record.unavailable
        return await self._shelf.claim(namespace, record.sha256)

    async def _place(self, request: web.Request) -> tuple[str, str]:
        """Namespace and digest of the path, for whoever may make TestRuns there."""
        namespace, sha256 = request.match_info["namespace"], request.match_info["sha256"]
        try:
            layout.upload_key(namespace, sha256)
        except ValueError as error:
            raise errors.bad_name(error) from error
        await self._people.check(request, "create", namespace=namespace)
        return namespace, sha256
