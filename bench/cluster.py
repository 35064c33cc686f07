"""The cluster of build/kubeconfig for what is measured on it: a namespace of its own, and watches with the time of each event."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from testrun.kube import client

REPOSITORY = Path(__file__).resolve().parent.parent
NAMESPACE = "bench"
SPECS = REPOSITORY / "tests/acceptance/specs"
Seen = asyncio.Queue[tuple[float, dict[str, Any]]]
"""When, and the object as it was then."""


def kubectl(*args: str, stdin: str | None = None) -> str:
    return subprocess.run(["kubectl", *args], input=stdin, check=True, capture_output=True, text=True).stdout


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[tuple[client.Client, str]]:
    """The cluster, with the namespace and the spec files in it, and the image of the shop with its tests."""
    kubeconfig = os.environ.get("KUBECONFIG_OUT", str(REPOSITORY / "build/kubeconfig"))
    programs = subprocess.run(
        [str(REPOSITORY / "hack/cluster/build.sh"), "--print-dir"], check=True, capture_output=True, text=True
    ).stdout.strip()
    os.environ.update(KUBECONFIG=kubeconfig, PATH=f"{programs}:{os.environ['PATH']}")
    image = dict(line.split("=", 1) for line in (REPOSITORY / "build/images.env").read_text().split())["SHOP_IMAGE"]
    specs = {file.name: file.read_text() for file in SPECS.iterdir()}
    objects: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "specs", "namespace": NAMESPACE}, "data": specs},
    ]
    kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=120s")
    kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    login = await client.login(kubeconfig=kubeconfig)
    try:
        async with login.session() as session:
            yield client.Client(login, session), image
    finally:
        kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def run_of(name: str, image: str, spec: str, *, shards: int, env: Sequence[dict[str, str]] = ()) -> dict[str, Any]:
    files = [spec, "playwright.config.ts"]
    container = {
        "name": "playwright",
        "env": list(env),
        "volumeMounts": [{"name": "specs", "mountPath": f"/e2e/acceptance/{file}", "subPath": file} for file in files],
    }
    template = {"spec": {"volumes": [{"name": "specs", "configMap": {"name": "specs"}}], "containers": [container]}}
    playwright = {
        "image": image, "workingDir": "/e2e", "args": ["--config", "acceptance/playwright.config.ts"], "shards": shards,
        "timeoutSeconds": 600, "template": template,
    }  # fmt: skip
    return {
        "apiVersion": "testing.ameide.io/v1alpha1",
        "kind": "TestRun",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"playwright": playwright},
    }


async def watching(kube: client.Client, resource: client.Resource, seen: Seen) -> None:
    version = (await kube.list(resource, NAMESPACE))["metadata"]["resourceVersion"]
    async for _, body in kube.watch(resource, NAMESPACE, resource_version=version):
        seen.put_nowait((time.time(), body))


@contextlib.asynccontextmanager
async def watched(kube: client.Client, *resources: client.Resource) -> AsyncIterator[Seen]:
    queue: Seen = asyncio.Queue()
    tasks = [asyncio.create_task(watching(kube, each, queue)) for each in resources]
    await asyncio.sleep(0.3)  # the watches are open before the clock starts
    try:
        yield queue
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
