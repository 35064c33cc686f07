"""What all handlers share: whose run, which token, how a body is read within bounds. The only place that takes requests apart."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncGenerator

import aiohttp
from aiohttp import web

from testrun.artifacts import layout
from testrun.core import model
from testrun.web import config, errors

LONGEST_POLL_SECONDS = 60.0
DEFAULT_POLL_SECONDS = 25.0


def run_ref(request: web.Request) -> model.RunRef:
    """The run of the path. Raises `Refused`."""
    names = request.match_info
    try:
        return layout.check_run(model.RunRef(namespace=names["namespace"], name=names["name"], uid=names["uid"]))
    except ValueError as error:
        raise errors.bad_name(error) from error


def bearer(request: web.Request, *headers: str) -> str:
    """The token of the first of these headers that is there. Raises `Refused` (401) when there is none."""
    for header in headers:
        scheme, _, token = request.headers.get(header, "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return token.strip()
    raise unauthorized("no token", f"send one: {headers[0]}: Bearer …")


def unauthorized(error: str, hint: str) -> errors.Refused:
    return errors.Refused(401, "token", error, hint, headers={"WWW-Authenticate": "Bearer"})


def forbidden(error: str, hint: str = "") -> errors.Refused:
    return errors.Refused(403, "forbidden", error, hint)


def poll_deadline(request: web.Request) -> float:
    """When a long poll ends, on the loop's clock, from the query's ``timeout`` (seconds). Raises `Refused`."""
    try:
        timeout = float(request.query.get("timeout", DEFAULT_POLL_SECONDS))
    except ValueError:
        timeout = math.nan
    if math.isnan(timeout) or timeout < 0:
        raise errors.Refused(422, "query", "timeout is not a number of seconds", f"from 0 to {LONGEST_POLL_SECONDS:g}")
    return asyncio.get_running_loop().time() + min(timeout, LONGEST_POLL_SECONDS)


def number(request: web.Request, name: str) -> int:
    """A whole number of the query. Raises `Refused`."""
    value = request.query.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 15):
        raise errors.Refused(422, "query", f"{name} is not a whole number", f"add ?{name}=0")
    return int(value)


async def chunks(request: web.Request, limits: config.Limits, most: int) -> AsyncGenerator[bytes]:
    """The body, in pieces. Raises `Refused` when it is larger than ``most``, stalls, is too slow as a whole, or breaks off."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise errors.Refused(415, "encoding", "the body is compressed", "send it as it is")
    if request.content_length is not None and request.content_length > most:
        raise _too_large(most)
    loop = asyncio.get_running_loop()
    end = loop.time() + limits.stall_seconds + most / limits.slowest_bytes_per_second
    received = 0
    while True:
        try:
            async with asyncio.timeout_at(min(end, loop.time() + limits.stall_seconds)):
                chunk = await request.content.readany()
        except TimeoutError as error:
            raise errors.Refused(408, "stalled", "the body did not come in time", close=True) from error
        except (OSError, aiohttp.ClientError, aiohttp.http_exceptions.HttpProcessingError) as error:
            raise errors.Refused(400, "broken", "the body broke off", close=True) from error
        if not chunk:
            return
        received += len(chunk)
        if received > most:
            raise _too_large(most)
        yield chunk


async def body(request: web.Request, limits: config.Limits, most: int) -> bytes:
    """A small body as a whole. Raises as `chunks` does."""
    whole = bytearray()
    async with contextlib.aclosing(chunks(request, limits, most)) as pieces:
        async for piece in pieces:
            whole += piece
    return bytes(whole)


def _too_large(most: int) -> errors.Refused:
    return errors.Refused(413, "body", f"the body has more than {most} bytes", "send less at a time", close=True)
