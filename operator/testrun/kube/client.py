"""The one place that talks to the Kubernetes API server. Bodies are plain dicts: nothing that a newer server sends is lost.

The login (kubeconfig, in-cluster, exec plugins) is the official client's; the requests are our own few lines over the same
aiohttp that kopf uses, because generated models cost memory and drop unknown fields. Nothing here retries or decides.

Errors::

    ApiError                what the API server said; ``status`` is the HTTP code, ``reason`` Kubernetes' word
    ├── NotFound            404
    ├── Conflict            409: the object changed, or exists already (``reason`` AlreadyExists)
    ├── Forbidden           403
    ├── Unauthorized        401: the login is not accepted, for good or while the API server has troubles of its own
    ├── Invalid             400, 422: the API server refused the body
    ├── Gone                410: a watch's resource version is too old
    └── Unavailable         429, 5xx, no connection, time-out: try again (``retry_after`` seconds, when told)
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import aiohttp
from kubernetes.aio import config as kube_config
from kubernetes.aio.client.configuration import Configuration

from testrun.api import names

Body = dict[str, Any]
MERGE = "application/merge-patch+json"
JSON = "application/json-patch+json"
METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
REQUEST_SECONDS = 20.0


class ApiError(Exception):
    """The API server said no, or nothing."""

    def __init__(self, status: int, reason: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message or reason or str(status))
        self.status, self.reason, self.message, self.retry_after = status, reason, message, retry_after


class NotFound(ApiError): ...


class Conflict(ApiError): ...


class Forbidden(ApiError): ...


class Unauthorized(ApiError): ...


class Invalid(ApiError): ...


class Gone(ApiError): ...


class Unavailable(ApiError): ...


class NoCluster(Exception):
    """There is no cluster to talk to: no kubeconfig, not in a pod, or a context that does not exist."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: Invalid, 401: Unauthorized, 403: Forbidden, 404: NotFound, 409: Conflict, 410: Gone, 422: Invalid, 429: Unavailable,
}  # fmt: skip


_LEADS_AWAY = re.compile(r"[^A-Za-z0-9._:/-]")


@dataclasses.dataclass(frozen=True)
class Resource:
    """A kind as the API's paths name it."""

    api_version: str
    plural: str

    def path(self, namespace: str | None, name: str | None = None, subresource: str | None = None) -> str:
        """Raises ``ValueError`` for a part that would lead elsewhere: names may come from a TestRun, or from the network."""
        for part in (self.api_version, namespace, self.plural, name, subresource):
            if part and (_LEADS_AWAY.search(part) or any(dots in (".", "..") for dots in part.split("/"))):
                raise ValueError(f"{part[:100]!r} is no part of a path")
        if "/" in (name or "") + (namespace or ""):
            raise ValueError(f"{(name or '')[:100]!r} in {(namespace or '')[:100]!r} is no name")
        prefix = f"/api/{self.api_version}" if "/" not in self.api_version else f"/apis/{self.api_version}"
        parts = [prefix, *(["namespaces", namespace] if namespace else []), self.plural, name, subresource]
        return "/".join(part for part in parts if part)


TESTRUNS = Resource(f"{names.GROUP}/{names.VERSION}", names.PLURAL)
JOBS = Resource("batch/v1", "jobs")
PODS = Resource("v1", "pods")
SECRETS = Resource("v1", "secrets")
CONFIG_MAPS = Resource("v1", "configmaps")
EVENTS = Resource("v1", "events")
LEASES = Resource("coordination.k8s.io/v1", "leases")
SERVICE_ACCOUNTS = Resource("v1", "serviceaccounts")
TOKEN_REVIEWS = Resource("authentication.k8s.io/v1", "tokenreviews")
ACCESS_REVIEWS = Resource("authorization.k8s.io/v1", "subjectaccessreviews")


@dataclasses.dataclass
class _Watch:
    response: aiohttp.ClientResponse
    bytes: int
    """Seen at the last look."""
    moved: float
    """When that was more than before."""
    ended: float | None = None
    """When the stream was seen to be closed, without a new one in its place."""


class WatchAges:
    """How the watches are: for how long each has brought no byte (the API server sends a bookmark at least about once a minute),
    and for how long one is closed.
    """

    def __init__(self) -> None:
        self._watches: dict[str, _Watch] = {}

    def opened(self, path: str, response: aiohttp.ClientResponse) -> None:
        self._watches[path] = _Watch(response, -1, asyncio.get_running_loop().time())

    def seconds(self) -> dict[str, float]:
        """Path of each resource watched so far -> seconds since its stream last brought something. A closed stream goes on
        ageing.
        """
        now = self._look()
        return {path: now - watch.moved for path, watch in self._watches.items()}

    def closed(self) -> dict[str, float]:
        """Path of each resource whose stream is closed -> seconds since that was first seen."""
        now = self._look()
        return {path: now - watch.ended for path, watch in self._watches.items() if watch.ended is not None}

    def _look(self) -> float:
        now = asyncio.get_running_loop().time()
        for watch in self._watches.values():
            if watch.response.content.total_bytes != watch.bytes:
                watch.bytes, watch.moved = watch.response.content.total_bytes, now
            if watch.response.closed and watch.ended is None:
                watch.ended = now
        return now


@dataclasses.dataclass(frozen=True)
class Login:
    """Where the API server is and how to speak to it; makes sessions that carry fresh credentials."""

    configuration: Configuration
    namespace: str
    """The context's namespace; ``default`` when it names none."""

    @property
    def server(self) -> str:
        return str(self.configuration.host).rstrip("/")

    async def token(self) -> str | None:
        """The bearer token as of now, or None when the login is a client certificate."""
        header = await self.configuration.get_api_key_with_prefix("BearerToken")
        return header.split(" ", 1)[1].strip() if header and " " in header else None

    def session(self, ages: WatchAges | None = None) -> aiohttp.ClientSession:
        """A new session. The caller closes it."""

        async def authorize(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
            if token := await self.token():
                request.headers["Authorization"] = f"Bearer {token}"
            response = await handler(request)
            if ages is not None and request.url.query.get("watch") == "true" and response.status == 200:
                ages.opened(request.url.path, response)
            return response

        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=self._ssl()),
            middlewares=(authorize,),
            headers={"User-Agent": "testrun-operator"},
        )

    def _ssl(self) -> ssl.SSLContext:
        configuration = self.configuration
        context = ssl.create_default_context(cafile=configuration.ssl_ca_cert, cadata=configuration.ca_cert_data)
        if configuration.cert_file:
            context.load_cert_chain(configuration.cert_file, keyfile=configuration.key_file)
        if not configuration.verify_ssl:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


async def login(*, kubeconfig: str | None = None, context: str | None = None) -> Login:
    """In a pod the service account's login, else the kubeconfig's (``KUBECONFIG``, then ``~/.kube/config``). Raises
    `NoCluster`.
    """
    configuration = Configuration()
    try:
        if kubeconfig is None and context is None:
            try:
                kube_config.load_incluster_config(configuration)  # type: ignore[no-untyped-call]
                return Login(configuration, _pod_namespace())
            except kube_config.ConfigException:
                pass
        loader = await kube_config.load_kube_config(kubeconfig, context=context, client_configuration=configuration)  # type: ignore[no-untyped-call]
    except (kube_config.ConfigException, OSError) as error:
        raise NoCluster(str(error)) from error
    return Login(configuration, loader.current_context["context"].get("namespace") or "default")


def _pod_namespace() -> str:
    with open("/var/run/secrets/kubernetes.io/serviceaccount/namespace") as file:
        return file.read().strip()


class Client:
    """Requests to the API server. ``on_write`` is called with (verb, plural, subresource or "") for each request that writes."""

    def __init__(
        self, login: Login, session: aiohttp.ClientSession, *, on_write: Callable[[str, str, str], None] = lambda *_: None
    ) -> None:
        self.login = login
        self._session = session
        self._on_write = on_write
        self.fence: Callable[[], None] | None = None
        """Raises before a write that this process may not make (any more). A lease is written without asking."""

    def _writes(self, verb: str, resource: Resource, subresource: str = "") -> None:
        if self.fence is not None and resource is not LEASES:
            self.fence()
        self._on_write(verb, resource.plural, subresource)

    async def get(self, resource: Resource, name: str, namespace: str | None = None) -> Body:
        return await self._json("GET", resource.path(namespace, name))

    async def list(
        self, resource: Resource, namespace: str | None = None, *, labels: str = "", fields: str = "", limit: int | None = None,
        metadata_only: bool = False,
    ) -> Body:  # fmt: skip
        """The whole list object: ``items`` and the list's ``metadata.resourceVersion``."""
        params = {"labelSelector": labels, "fieldSelector": fields, "limit": str(limit) if limit else ""}
        return await self._json(
            "GET",
            resource.path(namespace),
            params={k: v for k, v in params.items() if v},
            accept=METADATA if metadata_only else "application/json",
        )

    async def find(self, api_version: str, kind: str) -> tuple[Resource, bool] | None:
        """The resource of a kind, and whether it is in namespaces; None when the API server knows no such kind."""
        try:
            known = await self._json("GET", Resource(api_version, "").path(None))
        except NotFound:
            return None
        for each in known.get("resources") or ():
            if each["kind"] == kind and "/" not in each["name"]:
                return Resource(api_version, each["name"]), bool(each["namespaced"])
        return None

    async def create(
        self, resource: Resource, body: Mapping[str, Any], namespace: str | None = None, *, name: str | None = None,
        subresource: str | None = None, strict: bool = False,
    ) -> Body:  # fmt: skip
        """``strict``: fields that the API server does not know are refused (`Invalid`) instead of dropped."""
        self._writes("create", resource, subresource or "")
        params = {"fieldValidation": "Strict"} if strict else None
        return await self._json("POST", resource.path(namespace, name, subresource), body=body, params=params)

    async def patch(
        self, resource: Resource, name: str, patch: object, namespace: str | None = None, *, subresource: str | None = None,
        content_type: str = MERGE,
    ) -> Body:  # fmt: skip
        self._writes("patch", resource, subresource or "")
        return await self._json("PATCH", resource.path(namespace, name, subresource), body=patch, content_type=content_type)

    async def replace(self, resource: Resource, name: str, body: Mapping[str, Any], namespace: str | None = None) -> Body:
        self._writes("update", resource)
        return await self._json("PUT", resource.path(namespace, name), body=body)

    async def delete(
        self,
        resource: Resource,
        name: str,
        namespace: str | None = None,
        *,
        uid: str | None = None,
        propagation: str = "Background",
    ) -> None:
        """``uid`` guards against deleting a newer object of the same name (409 then)."""
        self._writes("delete", resource)
        options: Body = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation}
        if uid:
            options["preconditions"] = {"uid": uid}
        await self._json("DELETE", resource.path(namespace, name), body=options)

    async def logs(
        self,
        pod: str,
        namespace: str,
        *,
        container: str = "",
        tail: int | None = None,
        limit_bytes: int = 64 * 1024,
        follow: bool = False,
        previous: bool = False,
    ) -> AsyncGenerator[bytes, None]:
        """The container's log in chunks, as it is written when ``follow``; of the one before it when ``previous``. A pod with
        several containers needs ``container``.
        """
        params = {"follow": "true"} if follow else {"limitBytes": str(limit_bytes)}
        if container:
            params["container"] = container
        if previous:
            params["previous"] = "true"
        if tail is not None:
            params["tailLines"] = str(tail)
        timeout = aiohttp.ClientTimeout(total=None if follow else REQUEST_SECONDS, sock_connect=REQUEST_SECONDS)
        async with self._request("GET", PODS.path(namespace, pod, "log"), params=params, timeout=timeout) as response:
            async for chunk in response.content.iter_any():
                yield chunk

    async def watch(
        self,
        resource: Resource,
        namespace: str | None = None,
        *,
        resource_version: str,
        labels: str = "",
        fields: str = "",
        timeout_seconds: int = 300,
    ) -> AsyncGenerator[tuple[str, Body], None]:
        """Events (ADDED, MODIFIED, DELETED) from a resource version on, until the server ends the stream. Raises `Gone` when
        it is too old.
        """
        params = {"watch": "true", "resourceVersion": resource_version, "timeoutSeconds": str(timeout_seconds)}
        params |= {key: value for key, value in (("labelSelector", labels), ("fieldSelector", fields)) if value}
        timeout = aiohttp.ClientTimeout(total=timeout_seconds + REQUEST_SECONDS, sock_connect=REQUEST_SECONDS)
        async with self._request("GET", resource.path(namespace), params=params, timeout=timeout) as response:
            buffer = b""
            async for chunk in response.content.iter_any():
                *lines, buffer = (buffer + chunk).split(b"\n")
                for line in lines:
                    event = json.loads(line)
                    if event["type"] == "ERROR":
                        raise _error(int(event["object"].get("code", 500)), event["object"])
                    yield event["type"], event["object"]

    def proxied(
        self,
        method: str,
        service: str,
        namespace: str,
        path: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        data: bytes | None = None,
        timeout_seconds: float = REQUEST_SECONDS,
    ) -> _Request:
        """A request to a Service through the API server (``service`` is ``name:port``): an async context manager of the
        response.
        """
        full = f"/api/v1/namespaces/{namespace}/services/{service}/proxy/{path.lstrip('/')}"
        timeout = aiohttp.ClientTimeout(total=timeout_seconds, sock_connect=REQUEST_SECONDS)
        return self._request(method, full, params=params, headers=headers, data=data, timeout=timeout)

    def _request(self, method: str, path: str, **options: Any) -> _Request:
        return _Request(self._session.request(method, self.login.server + path, **options))

    async def _json(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        params: Mapping[str, str] | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
    ) -> Body:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Accept": accept} | ({"Content-Type": content_type} if data is not None else {})
        timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        async with self._request(method, path, data=data, params=params, headers=headers, timeout=timeout) as response:
            decoded: Body = await response.json(content_type=None)
            return decoded


class _Request:
    """``async with``: the response when it is a success; else the `ApiError` that fits."""

    def __init__(self, request: Any) -> None:
        self._request = request

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            response: aiohttp.ClientResponse = await self._request.__aenter__()
            if response.status < 400:
                return response
            try:
                text = await response.text()
            finally:
                await self._request.__aexit__(None, None, None)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(0, "Unavailable", f"no answer from the API server: {error or type(error).__name__}") from error
        try:
            status = json.loads(text)
        except ValueError:
            status = {}
        if not isinstance(status, dict) or status.get("kind") != "Status":
            status = {"message": text[:500]}
        raise _error(response.status, status, response.headers.get("Retry-After"))

    async def __aexit__(self, *details: Any) -> None:
        kind, error = details[0], details[1]
        await self._request.__aexit__(*details)
        if kind is not None and issubclass(kind, aiohttp.ClientError | TimeoutError):
            raise Unavailable(0, "Unavailable", f"the API server's answer broke off: {error or kind.__name__}") from error


def _error(code: int, status: Mapping[str, Any], retry_after: str | None = None) -> ApiError:
    kind = _BY_STATUS.get(code, Unavailable if code >= 500 else ApiError)
    seconds = retry_after or (status.get("details") or {}).get("retryAfterSeconds")
    try:
        wait = float(seconds) if seconds is not None else None
    except ValueError:
        wait = None
    return kind(code, str(status.get("reason") or ""), str(status.get("message") or ""), retry_after=wait)
