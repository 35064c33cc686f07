"""What a shard's pod may call: write-only, with its run's token, until the run is settled (docs/protocol.md §3)."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from aiohttp import web

from testrun.api import tokens
from testrun.artifacts import layout
from testrun.web import errors, http, runs, uploads

HOLD_SECONDS = 15.0
DEAD_CONNECTION_MS = 20_000
"""A node that vanished acknowledges nothing: the kernel gives the connection up after this time, not after its usual quarter of
an hour.
"""


class Shards:
    """The handlers, over the live runs."""

    def __init__(self, registry: runs.Runs, keyring: tokens.Keyring, taker: uploads.Uploads) -> None:
        self._runs = registry
        self._keyring = keyring
        self._uploads = taker

    def routes(self) -> list[web.RouteDef]:
        pod = "/v1/runs/{namespace}/{name}/{uid}/shards/{shard}/pods/{pod}"
        return [
            web.post(f"{pod}/events", self.events),
            web.put(f"{pod}/attachments/{{file}}", self.attachment),
            web.get(f"{pod}/hold", self.hold, allow_head=False),
        ]

    async def events(self, request: web.Request) -> web.Response:
        run, pod = await self._pod(request)
        offset = http.number(request, "offset")
        with self._uploads.slot(run, pod):
            body = await http.body(request, self._runs.limits, self._runs.limits.events_body_bytes)
            return web.json_response({"size": await self._uploads.append(run, pod, offset, body)})

    async def attachment(self, request: web.Request) -> web.Response:
        run, pod = await self._pod(request)
        try:
            file = layout.check_attachment(request.match_info["file"])
        except ValueError as error:
            raise errors.bad_name(error) from error
        length = request.content_length
        if length is None:
            raise errors.Refused(411, "length", "no Content-Length", "say how large the file is", close=True)
        digest = request.headers.get("X-Content-SHA256", "").lower()
        if not layout.SHA256.fullmatch(digest):
            raise errors.Refused(422, "digest", "X-Content-SHA256 is not a SHA-256 in hex", "send the file's digest")
        pieces = http.chunks(request, self._runs.limits, self._runs.limits.attachment_bytes)
        await self._uploads.attach(run, pod, file, length, digest, pieces)
        return web.json_response({"bytes": length, "sha256": digest}, status=201)

    async def hold(self, request: web.Request) -> web.StreamResponse:
        """Stays open: its break is the first sign that a pod is gone."""
        run, pod = await self._pod(request)
        if pod.holds >= self._runs.limits.holds:
            raise errors.Refused(
                429, "holds", f"{pod.holds} connections are held already", "one is enough", headers={"Retry-After": "5"}
            )
        response = web.StreamResponse(headers={"Content-Type": "text/plain", "Cache-Control": "no-store"})
        pod.holds += 1
        if pod.holds == 1:
            self._runs.touch(run)
        try:
            with contextlib.suppress(ConnectionError):
                await response.prepare(request)
                _give_up_early(request)
                while not run.released.is_set():
                    await response.write(b"\n")
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(HOLD_SECONDS):
                            await run.released.wait()
        finally:
            pod.holds -= 1
            if pod.holds == 0:
                run.held = asyncio.get_running_loop().time()
                told = pod.ledger
                self._runs.touch(run, urgent=told.begin is not None and told.exit is None)
        return response

    async def _pod(self, request: web.Request) -> tuple[runs.Run, runs.Pod]:
        """The run and the pod of the path, for whoever has the run's token."""
        ref = http.run_ref(request)
        if not self._keyring.is_run_token(http.bearer(request, "Authorization"), ref):
            raise http.forbidden("this token is not for this run", "a pod may only write to its own run")
        shard, limit = request.match_info["shard"], self._runs.limits.shards
        if not (shard.isascii() and shard.isdigit() and len(shard) <= 9 and str(int(shard)) == shard and int(shard) < limit):
            raise errors.bad_name(ValueError(f"the shard is not an index below {limit}"))
        try:
            name = layout.check_pod(request.match_info["pod"])
        except ValueError as error:
            raise errors.bad_name(error) from error
        run = await self._runs.open(ref)
        return run, self._runs.pod(run, int(shard), name)


def _give_up_early(request: web.Request) -> None:
    connection = request.transport.get_extra_info("socket") if request.transport is not None else None
    if connection is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_CONNECTION_MS)
