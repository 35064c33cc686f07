"""An HTTP server of a test, on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from aiohttp import web

ACCEPT_TURNS = 3
"""Turns of the event loop until what was accepted is a connection that its server knows, and closes."""


@contextlib.asynccontextmanager
async def serving(runner: web.AppRunner) -> AsyncIterator[int]:
    """The port; at the end every connection is closed.

    asyncio loses a connection that was accepted in the turn in which its server is closed (python/cpython#109564), so it stops
    accepting first.
    """
    await runner.setup()
    try:
        listener = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listener).start()
        try:
            yield listener.getsockname()[1]
        finally:
            asyncio.get_running_loop().remove_reader(listener)
            for _ in range(ACCEPT_TURNS):
                await asyncio.sleep(0)
    finally:
        await runner.cleanup()
