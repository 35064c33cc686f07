"""Between the operator and its two servers: each of its calls is counted and kept, and one of them can be made to go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import signal
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from typing import Any, TypeVar

import aiohttp
import loopback
from aiohttp import web

from testrun.envtest.control_plane import ApiServer

T = TypeVar("T")
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host", "accept-encoding"}
ANSWER_SECONDS = 5.0
"""So long what was asked for an operator that is gone may take, when its proxy is closed."""
SILENCE_SECONDS = 60.0
"""Longer than anybody waits for an answer."""


@dataclasses.dataclass
class Call:
    """One request of the operator."""

    number: int
    """Counted from 1, over both servers, in the order in which they came."""
    method: str
    path: str
    """With its query."""
    sent: bytes
    status: int = 0
    """0: not answered."""
    answer: bytes = b""

    @property
    def watches(self) -> bool:
        return "watch=true" in self.path

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    def __str__(self) -> str:
        return f"call {self.number} ({self.method} {self.path})"


@dataclasses.dataclass(frozen=True)
class Fault:
    """What happens to a call in place of an answer. With nothing set the connection breaks."""

    done: bool = False
    """The server does what it is asked to, only the operator never learns of it."""
    kill: bool = False
    """The operator is killed at this moment."""
    freeze: bool = False
    """It is stopped as by a debugger, or by a machine that is suspended; what it is answered waits for it."""
    status: int = 0
    """It is answered with this. Not passed on, unless ``done``."""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    silent: bool = False
    """It is not answered at all."""

    @property
    def name(self) -> str:
        if self.kill or self.freeze:
            return "killed" if self.kill else "frozen"
        if self.silent:
            return "silence"
        return str(self.status) if self.status else "reset after" if self.done else "reset before"


Choice = Callable[[Call], Fault | None]


class Network:
    """A thread that all proxies of a test session live in."""

    def __init__(self) -> None:
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def close(self) -> None:
        self.run(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _cancel(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # What is saying goodbye to a server that is slow to answer would be left open. asyncio names its transports nowhere else.
        for each in list(self._loop._transports.values()):  # type: ignore[attr-defined]
            each.abort()
        await asyncio.sleep(0)  # they are closed in the next turn


class Proxy:
    """Before one operator. ``fault`` says what is to go wrong with a call; ``signal`` reaches the operator."""

    def __init__(self, api: ApiServer, server_url: str, fault: Choice, send_signal: Callable[[signal.Signals], None]) -> None:
        self.calls: list[Call] = []
        self.faults: list[Call] = []
        """Those that went wrong."""
        self.api_url = self.server_url = ""
        self._upstreams = (api.url, server_url)
        self._ssl = ssl.create_default_context(cafile=str(api.ca_file))
        self._fault = fault
        self._signal = send_signal
        self._closing = asyncio.Event()
        self._asked: set[asyncio.Task[Any]] = set()

    @contextlib.contextmanager
    def listening(self, network: Network) -> Iterator[Proxy]:
        stack = contextlib.AsyncExitStack()
        network.run(self._start(stack))
        try:
            yield self
        finally:
            network.run(self._stop(stack))

    async def _start(self, stack: contextlib.AsyncExitStack) -> None:
        # The API server compresses long answers to whom asks for it, and the header that says so is not passed on.
        session = await stack.enter_async_context(aiohttp.ClientSession(skip_auto_headers=("Accept-Encoding",)))
        stack.push_async_callback(self._answered)
        self.api_url, self.server_url = [
            await stack.enter_async_context(self._site(session, upstream)) for upstream in self._upstreams
        ]

    async def _stop(self, stack: contextlib.AsyncExitStack) -> None:
        self._closing.set()
        await stack.aclose()

    async def _answered(self) -> None:
        """A connection that is made when its session is closed already is left to say goodbye, and nobody waits for it."""
        if self._asked:
            await asyncio.wait(self._asked, timeout=ANSWER_SECONDS)

    @contextlib.asynccontextmanager
    async def _site(self, session: aiohttp.ClientSession, upstream: str) -> AsyncIterator[str]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await self._pass(request, session, upstream)
            except (aiohttp.ClientError, ConnectionError):  # the operator was killed, or the proxy is being closed
                return _cut(request)

        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", handle)
        # A watch of an operator that was killed ends with its connection.
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        async with loopback.serving(runner) as port:
            yield f"http://127.0.0.1:{port}"

    async def _pass(self, request: web.Request, session: aiohttp.ClientSession, upstream: str) -> web.StreamResponse:
        sent = await request.read()
        call = Call(len(self.calls) + 1, request.method, request.path_qs, sent)
        self.calls.append(call)
        fault = self._fault(call)
        if fault is not None:
            self.faults.append(call)
        if fault is not None and fault.silent:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SILENCE_SECONDS):
                    await self._closing.wait()
            return _cut(request)
        if fault is not None and fault.status and not fault.done:
            call.status = fault.status
            return _failure(fault)
        if fault is not None and not fault.done:
            return _cut(request)
        if call.watches:
            return await self._watch(call, fault, request, session, upstream)
        headers = await asyncio.shield(self._to_its_end(self._ask(call, request, session, upstream)))
        instead = self._instead(fault, request)
        return web.Response(status=call.status, headers=headers, body=call.answer) if instead is None else instead

    def _to_its_end(self, asking: Coroutine[None, None, T]) -> asyncio.Task[T]:
        """Also when the operator dies meanwhile: what was done is known here."""
        asked = asyncio.create_task(asking)
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        asked.add_done_callback(lambda task: task.cancelled() or task.exception())  # nobody may be there to take it
        return asked

    async def _ask(
        self, call: Call, request: web.Request, session: aiohttp.ClientSession, upstream: str
    ) -> Mapping[str, str]:  # fmt: skip
        """The headers of the answer; the rest is in the call."""
        async with await self._open(call, request, session, upstream) as answer:
            call.answer = await answer.read()
            call.status = answer.status
            return _kept(answer.headers)

    async def _watch(
        self, call: Call, fault: Fault | None, request: web.Request, session: aiohttp.ClientSession, upstream: str
    ) -> web.StreamResponse:
        opening = self._to_its_end(self._open(call, request, session, upstream))
        try:
            answer = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(lambda task: task.cancelled() or task.exception() or _hang_up(task.result()))
            raise
        try:
            call.status = answer.status
            if (instead := self._instead(fault, request)) is not None:
                return instead
            if answer.status == 200:
                return await self._stream(request, answer)
            return web.Response(status=answer.status, headers=_kept(answer.headers), body=await answer.read())
        finally:
            _hang_up(answer)

    async def _open(
        self, call: Call, request: web.Request, session: aiohttp.ClientSession, upstream: str
    ) -> aiohttp.ClientResponse:  # fmt: skip
        return await session.request(
            call.method, upstream + call.path, headers=_kept(request.headers), data=call.sent or None, ssl=self._ssl,
            timeout=aiohttp.ClientTimeout(total=None),
        )  # fmt: skip

    def _instead(self, fault: Fault | None, request: web.Request) -> web.Response | None:
        """What comes in place of the answer, once it is there; None: the answer."""
        if fault is None:
            return None
        if fault.freeze:
            self._signal(signal.SIGSTOP)
            return None
        if fault.status:
            return _failure(fault)
        if fault.kill:
            self._signal(signal.SIGKILL)
        return _cut(request)

    async def _stream(self, request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.headers["Content-Type"]})
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
        return response


def _hang_up(answer: aiohttp.ClientResponse) -> None:
    """Without a goodbye: over TLS the server has to answer it, and by then this loop may be gone."""
    if answer.connection is not None and answer.connection.transport is not None:
        answer.connection.transport.abort()
    answer.close()


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP}


def _cut(request: web.Request) -> web.Response:
    """The connection breaks."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _failure(fault: Fault) -> web.Response:
    """What the API server would say."""
    body: dict[str, Any] = {
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": fault.status, "reason": "Injected",
        "message": "this call was made to fail",
    }  # fmt: skip
    return web.json_response(body, status=fault.status, headers=dict(fault.headers))
