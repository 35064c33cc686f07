"""The operator's side of the server: ask for what changed, ask to settle. The only place in `kube` that speaks HTTP to the
server.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import TypeVar

import aiohttp

from testrun.api import tokens, wire
from testrun.core import model

T = TypeVar("T")
logger = logging.getLogger(__name__)

POLL_SECONDS = 25
SETTLE_SECONDS = 15
"""One try to have a run settled. The server goes on when it takes longer, and the next try gets its answer; meanwhile the status
says what is waited for.
"""
RETRY_SECONDS = 1.0
RECORDS_SECONDS = 10
"""One try to have records verified. The server goes on when it takes longer, and the next try gets its answer."""
DELIVERIES = 2
"""Runs whose records are delivered at the same time: each may hold some megabytes."""
CHANGES_BYTES = 16 * 1024 * 1024
"""The longest answer to "what changed" that is read: the server sends less, and goes on in its next answer."""


STORE_FULL = 507
"""What the server answers when its volume has no room (docs/protocol.md §3)."""


class ServerError(Exception):
    """The server did not do what it was asked, and said why (or said nothing)."""


class StoreFull(ServerError):
    """The server has no room for evidence."""


class EvidenceServer:
    """One server, spoken to with the operator's token."""

    def __init__(self, session: aiohttp.ClientSession, url: str, key: bytes) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._keyring = tokens.Keyring(key)
        self._headers = {"Authorization": f"Bearer {self._keyring.operator_token()}"}
        self.deliveries = asyncio.Semaphore(DELIVERIES)
        """Held by whoever holds the bytes of records."""

    def run_token(self, run: model.RunRef) -> str:
        """The write-only token of a run: computed, so it can be made again after any crash (docs/protocol.md, 4)."""
        return self._keyring.run_token(run)

    async def settle(self, request: model.SettleRequest) -> model.Settlement:
        """The run's result; its evidence is stored when this returns, and stored anew with what became of hooks. Raises
        `ServerError`.
        """
        what = "settle?force=1" if request.hooks else "settle"
        return await self._ask(what, request.run, wire.dumps(request), model.Settlement, seconds=SETTLE_SECONDS)

    async def verify(self, request: model.RecordsRequest) -> model.RecordsAnswer:
        """What the records of the phases before hold. Raises `ServerError`."""
        return await self._ask("records", request.run, wire.dumps(request), model.RecordsAnswer, seconds=RECORDS_SECONDS)

    async def _ask(self, what: str, run: model.RunRef, body: bytes, kind: type[T], *, seconds: float) -> T:
        url = f"{self._url}/v1/runs/{run.namespace}/{run.name}/{run.uid}/{what}"
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=3)
        try:
            async with self._session.post(url, data=body, headers=self._headers, timeout=timeout) as response:
                answer = await response.read()
                if response.status != 200:
                    said = answer[:300].decode(errors="replace")
                    kind_of = StoreFull if response.status == STORE_FULL else ServerError
                    raise kind_of(f"the server answered {response.status} to {what}: {said}")
            return wire.loads(kind, answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ServerError(f"the server did not answer: {error or type(error).__name__}") from error
        except ValueError as error:
            raise ServerError(f"the server's answer cannot be read: {error}") from error

    async def follow(self, told: Callable[[model.Progress], None]) -> None:
        """Call ``told`` for each run that changed, without end. A silent server is asked again and again."""
        cursor, quiet = "", False
        while True:
            try:
                cursor, runs = await self._changes(cursor)
                if quiet:
                    logger.info("the server answers again")
                    quiet = False
            except (ServerError, ValueError, KeyError) as error:
                if not quiet:
                    logger.warning("the server cannot be asked for progress, going on without: %s", error)
                    quiet = True
                await asyncio.sleep(RETRY_SECONDS)
                continue
            for progress in runs:
                told(progress)

    async def _changes(self, cursor: str) -> tuple[str, list[model.Progress]]:
        params = {"cursor": cursor, "timeout": str(POLL_SECONDS)}
        timeout = aiohttp.ClientTimeout(total=POLL_SECONDS + 10, sock_connect=3)
        try:
            async with self._session.get(
                f"{self._url}/v1/changes", params=params, headers=self._headers, timeout=timeout
            ) as response:
                if response.status != 200:
                    raise ServerError(f"{response.status}: {(await response.text())[:300]}")
                body = json.loads(await _read(response, CHANGES_BYTES))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ServerError(str(error) or type(error).__name__) from error
        return body["cursor"], [wire.load(model.Progress, each) for each in body["runs"]]


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body. Raises `ServerError` as soon as it turns out to be longer than that."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            raise ServerError(f"the server's answer has more than {most} bytes")
    return bytes(body)
