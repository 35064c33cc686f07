"""The evidence server as a reader sees it: progress, the manifest, files. Through the API server's service proxy, or at an URL.

Whoever reads shows a Kubernetes token. A login without one (a client certificate) asks for one of a service account that may.

Errors::

    Unreadable        the server could not be read; has a hint
    ├── NotThere      it has nothing of that name
    ├── NotAllowed    no token, or one that may not read this
    └── Silent        it cannot be reached, or broke off: the same question may work later
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import urllib.parse
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Protocol

import aiohttp

from testrun.api import wire
from testrun.artifacts import manifest
from testrun.cli import place, text
from testrun.cli.command import Problem
from testrun.core import model
from testrun.kube import client as kube

PORT = 8080
READER = "testrun-reader"
"""The service account of the server's namespace whose token a login without one asks for."""

TOKEN_SECONDS = 3600
POLL_SECONDS = 25
RETRY_SECONDS = 1.0
LAST_RETRY_SECONDS = 15.0
STALL_SECONDS = 60
MANIFEST_BYTES = 64 * 1024 * 1024
ANSWER_BYTES = 16 * 1024 * 1024
_HEADERS = {"Accept-Encoding": "identity"}


class Unreadable(Problem):
    """The server could not be read."""


class NotThere(Unreadable): ...


class NotAllowed(Unreadable): ...


class Silent(Unreadable): ...


class Transport(Protocol):
    """One way to the server."""

    def ask(
        self, method: str, path: str, token: str, *, params: Mapping[str, str], seconds: float, data: bytes | None = None
    ) -> contextlib.AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """The answer to a request to ``/v1/…`` when it is a success, body not yet read. Raises `Unreadable`."""


class Proxy:
    """Through the API server: works wherever kubectl works, for those who may ``get services/proxy``."""

    def __init__(self, client: kube.Client, namespace: str, service: str) -> None:
        self._client, self._namespace = client, namespace
        self._service = service if ":" in service else f"{service}:{PORT}"

    @contextlib.asynccontextmanager
    async def ask(
        self, method: str, path: str, token: str, *, params: Mapping[str, str], seconds: float, data: bytes | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        sent = {**_HEADERS, "X-Testrun-Authorization": f"Bearer {token}"}
        try:
            async with self._client.proxied(
                method, self._service, self._namespace, path, headers=sent, params=params, data=data, timeout_seconds=seconds
            ) as response:
                yield response
        except kube.ApiError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: kube.ApiError) -> Unreadable:
        where = f"{self._namespace}/{self._service}"
        if not error.reason:  # not a Status of the API server: the evidence server's own words
            return refused(error.status, error.message)
        if isinstance(error, (kube.Forbidden, kube.Unauthorized)):
            return NotAllowed(
                f"not allowed to reach the evidence server: {text.clean(error.message)}",
                f"ask for `get` on services/proxy in {self._namespace}, or use --server URL (kubectl port-forward)",
            )
        return Silent(
            f"the evidence server {where} cannot be reached: {text.clean(error.message)}",
            "name another place with --server-namespace and --server-service, or --server URL",
        )


class Direct:
    """At an address: an Ingress, or ``kubectl port-forward``."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url.rstrip("/")

    @contextlib.asynccontextmanager
    async def ask(
        self, method: str, path: str, token: str, *, params: Mapping[str, str], seconds: float, data: bytes | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        sent = {**_HEADERS, "Authorization": f"Bearer {token}"}
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=20)
        try:
            # No redirects: the token is for this address only.
            async with self._session.request(
                method, self._url + path, params=params, headers=sent, data=data, timeout=timeout, allow_redirects=False
            ) as response:  # fmt: skip
                if response.status not in (200, 201, 206):
                    raise refused(response.status, (await response.content.read(4096)).decode(errors="replace"))
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Silent(f"the evidence server at {self._url} cannot be reached: {error or type(error).__name__}") from error


def refused(status: int, said: str) -> Unreadable:
    """What the server's own ``{"error", "hint"}`` means."""
    try:
        answer = json.loads(said)
    except ValueError:
        answer = {}
    answer = answer if isinstance(answer, dict) else {}
    message = text.clean(answer.get("error") or said or f"HTTP {status}", 300)
    kind = {401: NotAllowed, 403: NotAllowed, 404: NotThere, 410: NotThere}.get(status, Silent)
    return kind(f"the evidence server says: {message}", text.clean(answer.get("hint") or "", 300))


class Tokens:
    """The token to read with: the login's own, else one of the reading service account, for as long as that holds."""

    def __init__(self, client: kube.Client, namespace: str) -> None:
        self._client, self._namespace = client, namespace
        self._asked, self._asked_at = "", 0.0

    async def get(self) -> str:
        """Raises `NotAllowed` when there is none to be had, `Silent` when the cluster does not answer."""
        own = await self._client.login.token()
        if own:
            return own
        now = asyncio.get_running_loop().time()
        if not self._asked or now > self._asked_at + TOKEN_SECONDS * 0.8:
            self._asked, self._asked_at = await self._ask(), now
        return self._asked

    async def _ask(self) -> str:
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": TOKEN_SECONDS}}
        try:
            answer = await self._client.create(kube.SERVICE_ACCOUNTS, body, self._namespace, name=READER, subresource="token")
        except kube.Unavailable as error:
            raise Silent(f"no token to read the evidence with: {text.clean(error.message)}") from error
        except kube.ApiError as error:
            raise NotAllowed(
                f"no token to read the evidence with: this login is a client certificate, and {text.clean(error.message)}",
                f"log in with a token, or ask for `create` on serviceaccounts/token of {READER} in {self._namespace}",
            ) from error
        return str(answer["status"]["token"])


class Server:
    """The evidence of runs, as one may read it."""

    def __init__(self, transport: Transport, tokens: Tokens) -> None:
        self._transport, self._tokens = transport, tokens

    @contextlib.asynccontextmanager
    async def get(
        self, run: model.RunRef, what: str, *, params: Mapping[str, str] | None = None, seconds: float = 30
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        path = urllib.parse.quote(f"/v1/runs/{run.namespace}/{run.name}/{run.uid}/{what}")
        token = await self._tokens.get()
        async with self._transport.ask("GET", path, token, params=params or {}, seconds=seconds) as response:
            yield response

    async def upload(self, namespace: str, sha256: str, data: bytes) -> None:
        """Hand over the JUnit of a phase that ran elsewhere, for runs of that namespace. Raises `Unreadable`."""
        path = urllib.parse.quote(f"/v1/records/{namespace}/{sha256}")
        token = await self._tokens.get()
        with contextlib.suppress(NotThere):  # it may be there already: nothing is sent twice
            async with self._transport.ask("HEAD", path, token, params={}, seconds=30):
                return
        async with self._transport.ask("PUT", path, token, params={}, seconds=300, data=data):
            return

    async def manifest(self, run: model.RunRef, *, sha256: str = "") -> tuple[manifest.Manifest, bytes]:
        """The list of a run's files, and its bytes. Raises `Unreadable`, also when it is none, or has another digest."""
        async with self.get(run, "files", seconds=300) as response:
            data = await _bounded(response, MANIFEST_BYTES)
        if sha256 and hashlib.sha256(data).hexdigest() != sha256:
            raise Unreadable(
                "the manifest is not the one that the TestRun's status names: the evidence was changed after the run"
            )
        try:
            listed = manifest.load(data)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"the evidence server's list of files cannot be used: {text.clean(error, 300)}") from error
        return listed, data

    async def chunks(self, run: model.RunRef, path: str) -> AsyncGenerator[bytes, None]:
        """A file's bytes. Raises `Unreadable`, also when nothing comes for `STALL_SECONDS`."""
        async with self.get(run, f"files/{path}", seconds=24 * 3600) as response:
            while True:
                try:
                    async with asyncio.timeout(STALL_SECONDS):
                        chunk = await response.content.readany()
                except TimeoutError as error:
                    raise Silent(f"the evidence server sent nothing more of {path} for {STALL_SECONDS} s") from error
                if not chunk:
                    return
                yield chunk

    async def tail(self, run: model.RunRef, path: str, most: int) -> bytes:
        """The last ``most`` bytes of a file, or all of it. Raises `Unreadable`."""
        kept = b""
        async with contextlib.aclosing(self.chunks(run, path)) as chunks:
            async for chunk in chunks:
                kept = (kept + chunk)[-most:]
        return kept

    async def progress(self, run: model.RunRef) -> AsyncGenerator[model.Progress, None]:
        """What the server hears of the run, each time that changes. Ends when the run is settled or may not be read."""
        version: int | None = None
        retry = RETRY_SECONDS
        while True:
            params = {"timeout": str(POLL_SECONDS)} | ({"after": str(version)} if version is not None else {})
            try:
                async with self.get(run, "progress", params=params, seconds=POLL_SECONDS + 15) as response:
                    data = await _bounded(response, ANSWER_BYTES)
                told = wire.loads(model.Progress, data)
            except NotAllowed:
                return
            except NotThere:  # no shard has begun
                await asyncio.sleep(RETRY_SECONDS)
                continue
            except (Unreadable, ValueError):
                await asyncio.sleep(retry)
                retry = min(retry * 2, LAST_RETRY_SECONDS)
                continue
            retry = RETRY_SECONDS
            if told.version != version:
                yield told
            version = told.version
            if told.settled:
                return


async def _bounded(response: aiohttp.ClientResponse, most: int) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_any():
        data += chunk
        if len(data) > most:
            raise Unreadable(f"the evidence server's answer is larger than {text.size(most)}")
    return bytes(data)


@contextlib.asynccontextmanager
async def open_server(client: kube.Client, where: place.Where) -> AsyncIterator[Server]:
    """The server at that place, for as long as the block lasts."""
    tokens = Tokens(client, where.namespace)
    if where.url is None:
        yield Server(Proxy(client, where.namespace, where.service), tokens)
        return
    async with aiohttp.ClientSession() as session:
        yield Server(Direct(session, where.url), tokens)
