"""JUnit files as a phase that ran elsewhere leaves them, and the ways in which they reach the gate."""

from __future__ import annotations

import base64
import gzip
import hashlib
import urllib.error
import urllib.request
from typing import Any

from testrun.envtest.control_plane import ApiServer
from testrun.envtest.processes import Process

REVISION = "7f3c2d1"
Body = dict[str, Any]


def junit(
    *, passed: int = 3, failed: int = 0, skipped: int = 0, revision: str = REVISION, phase: str = "", completed: str = ""
) -> bytes:
    """A file of one suite. Empty words are left out of its properties."""
    told = {"revision": revision, "phase": phase, "completed": completed}
    properties = "".join(f'<property name="{name}" value="{value}"/>' for name, value in told.items() if value)
    cases = [f'<testcase classname="cart" name="adds {number}" time="0.01"/>' for number in range(passed)]
    cases += [
        f'<testcase classname="cart" name="pays {number}" time="0.01"><failure message="no"/></testcase>'
        for number in range(failed)
    ]
    cases += [f'<testcase classname="cart" name="waits {number}"><skipped/></testcase>' for number in range(skipped)]
    head = f'<testsuites tests="{len(cases)}" failures="{failed}" errors="0"><testsuite name="cart">'
    return f"{head}<properties>{properties}</properties>{''.join(cases)}</testsuite></testsuites>".encode()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def config_map(api: ApiServer, namespace: str, name: str, key: str, data: bytes) -> Body:
    """Makes the ConfigMap (gzip in binaryData, text in data); what a record says of it."""
    is_gzip = data.startswith(b"\x1f\x8b")
    held = {"binaryData": {key: base64.b64encode(data).decode()}} if is_gzip else {"data": {key: data.decode()}}
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **held}
    status, answer = api.request("POST", f"/api/v1/namespaces/{namespace}/configmaps", body)
    assert status == 201, answer
    return {"configMap": name, "key": key, "sha256": digest(data)}


def upload(api: ApiServer, server: Process, namespace: str, data: bytes) -> Body:
    """Sends the file to the server; what a record says of it."""
    status = call(api, server, "PUT", namespace, digest(data), data)
    assert status == 201, status
    return {"artifact": digest(data), "sha256": digest(data)}


def call(api: ApiServer, server: Process, method: str, namespace: str, sha256: str, data: bytes | None = None) -> int:
    """The status of the server's answer about an upload."""
    url = f"{server.url}/v1/records/{namespace}/{sha256}"
    request = urllib.request.Request(url, data=data, method=method, headers={"Authorization": f"Bearer {api.token}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def spec(*records: tuple[str, Body], required: tuple[str, ...] = ("unit",), **steps: Any) -> Body:
    """What to pass as ``spec`` when a run is made: phases with where their JUnit is."""
    told = [{"phase": phase, "junit": source} for phase, source in records]
    return {"revision": REVISION, "preSteps": {"required": list(required), "records": told, **steps}}
