"""What the operator may call: news of all runs, and settle (docs/protocol.md §3)."""

from __future__ import annotations

import json

from aiohttp import web

from testrun.api import tokens, wire
from testrun.core import model
from testrun.web import changes, errors, http, runs, settle

CHANGES_BYTES = 4 * 1024 * 1024
"""An answer about changes ends with the run that takes it beyond that; the next call is answered at once with the others."""


class Control:
    """The handlers."""

    def __init__(self, registry: runs.Runs, news: changes.Changes, keyring: tokens.Keyring, settler: settle.Settler) -> None:
        self._runs = registry
        self._news = news
        self._keyring = keyring
        self._settler = settler

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/changes", self.changes, allow_head=False),
            web.post("/v1/runs/{namespace}/{name}/{uid}/settle", self.settle),
        ]

    async def changes(self, request: web.Request) -> web.Response:
        self._authorize(request)
        after = self._news.parse(request.query.get("cursor", ""))
        if after is not None:
            await self._news.wait(after, http.poll_deadline(request))
        changed = [run for run in self._runs.live.values() if after is None or run.changed > after]
        cursor, last, size = self._news.cursor, 0, 0
        told: list[bytes] = []
        for run in sorted(changed, key=lambda run: run.changed):
            if size > CHANGES_BYTES:
                cursor = self._news.cursor_at(last)
                break
            told.append(wire.dumps(run.progress()))
            size += len(told[-1])
            last = run.changed
        body = b'{"cursor":%s,"runs":[%s]}' % (json.dumps(cursor).encode(), b",".join(told))
        return web.Response(body=body, content_type="application/json")

    async def settle(self, request: web.Request) -> web.Response:
        self._authorize(request)
        ref = http.run_ref(request)
        body = await http.body(request, self._runs.limits, self._runs.limits.settle_body_bytes)
        try:
            asked = wire.loads(model.SettleRequest, body)
        except ValueError as error:
            raise errors.Refused(422, "settle", "the body is not a Settle request", str(error)[:500]) from error
        if asked.run != ref:
            raise errors.Refused(422, "settle", "the body is about another run", "path and body must name the same run")
        if not 0 <= asked.shards <= self._runs.limits.shards:
            raise errors.Refused(422, "settle", "the number of shards is out of bounds", f"at most {self._runs.limits.shards}")
        settlement = await self._settler.settle(asked, force=request.query.get("force") == "1")
        return web.Response(body=wire.dumps(settlement), content_type="application/json")

    def _authorize(self, request: web.Request) -> None:
        if not self._keyring.is_operator_token(http.bearer(request, "Authorization")):
            raise http.forbidden("this is not the operator's token")
