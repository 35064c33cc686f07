"""Latency, API writes and memory of the operator on a real cluster. Prints tables; asserts nothing."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import datetime
import json
import os
import re
import statistics
import subprocess
import time
from collections.abc import Sequence
from typing import Any

import rich.console
import rich.table

from bench.cluster import NAMESPACE, REPOSITORY, connected, kubectl, run_of, watched
from testrun.kube import client

SYSTEM = "testrun-system"
console = rich.console.Console()
WHY = {
    ("create", "events"): "Started, and the verdict: once each",
    ("create", "jobs"): "the shards",
    ("create", "secrets"): "what the pods mount: shim, reporter, token",
    ("delete", "jobs"): "cleanup; the Secret belongs to it and goes with it",
    ("patch", "testruns"): "the finalizer, on before the Job and off after the cleanup",
    ("patch", "testruns/status"): "started, verdict, cleaned up (and progress, every 10 s)",
}


@dataclasses.dataclass(frozen=True)
class Sample:
    """One run, in seconds."""

    to_job: float
    exit_to_verdict: float
    total: float
    playwright: float
    writes: dict[str, float]


class Exits:
    """When containers ended, on containerd's own clock; only the local node lets us look."""

    def __init__(self) -> None:
        self.times: list[tuple[float, str]] = []
        """When, and which container."""
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Exits:
        enter = REPOSITORY / "hack/cluster/enter.sh"
        probe = subprocess.run([str(enter), "ctr", "-n", "k8s.io", "version"], capture_output=True, check=False)
        if probe.returncode == 0:
            self._process = await asyncio.create_subprocess_exec(
                str(enter), "ctr", "-n", "k8s.io", "events", stdout=asyncio.subprocess.PIPE, start_new_session=True
            )
            self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, 9)
            self._reader.cancel()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            if b"/tasks/exit" not in line:
                continue
            told = json.loads(line[line.index(b"{") :])
            # containerd writes nanoseconds, Python reads microseconds
            text = re.sub(r"(\.\d{6})\d+", r"\1", told["exited_at"])
            self.times.append((datetime.datetime.fromisoformat(text).timestamp(), told["container_id"]))

    def last_of(self, containers: set[str]) -> float | None:
        """The pods' sandboxes end too, seconds later: only these containers count."""
        return max((moment for moment, container in self.times if container in containers), default=None)


async def writes(kube: client.Client) -> dict[str, float]:
    """The operator's counters of writing requests, Lease renewals left out."""
    return {
        key: value
        for key, value in (await metrics(kube)).items()
        if key.startswith("testrun_api_writes_total") and "leases" not in key
    }


async def metrics(kube: client.Client) -> dict[str, float]:
    pods = (await kube.list(client.PODS, SYSTEM, labels="app.kubernetes.io/component=operator"))["items"]
    (pod,) = [each for each in pods if each["status"]["phase"] == "Running" and "deletionTimestamp" not in each["metadata"]]
    path = f"/api/v1/namespaces/{SYSTEM}/pods/{pod['metadata']['name']}:8081/proxy/metrics"
    async with kube._request("GET", path) as response:
        lines = (await response.text()).splitlines()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}


async def one(kube: client.Client, body: dict[str, Any], exits: Exits) -> Sample:
    before, name = await writes(kube), body["metadata"]["name"]
    job_at = 0.0
    containers: set[str] = set()
    async with watched(kube, client.JOBS, client.PODS, client.TESTRUNS) as queue:
        posted = time.time()
        created = await kube.create(client.TESTRUNS, body, NAMESPACE)
        uid = created["metadata"]["uid"]
        while True:
            moment, seen = await asyncio.wait_for(queue.get(), 120)
            if seen["kind"] == "Job" and not job_at and seen["metadata"]["labels"].get("testing.ameide.io/run-uid") == uid:
                job_at = moment
            if seen["kind"] == "Pod":
                statuses = seen.get("status", {}).get("containerStatuses", ())
                containers.update(each["containerID"].rpartition("/")[2] for each in statuses if each.get("containerID"))
            verdict = next((each for each in seen.get("status", {}).get("conditions", ()) if each["type"] == "Succeeded"), None)
            if seen["kind"] == "TestRun" and seen["metadata"]["uid"] == uid and verdict and verdict["status"] != "Unknown":
                break
    assert verdict["reason"] == "Passed", verdict
    told, playwright = evidence(name)
    # containerd tells of the exit some milliseconds after it; without it, the shim's own word.
    await asyncio.sleep(1.5)
    ended = exits.last_of(containers)
    while (await kube.get(client.TESTRUNS, name, NAMESPACE))["metadata"].get("finalizers"):
        await asyncio.sleep(0.2)
    after = await writes(kube)
    changed = {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}
    await kube.delete(client.TESTRUNS, name, NAMESPACE)
    return Sample(job_at - posted, moment - (ended or told), moment - posted, playwright, changed)


def evidence(name: str) -> tuple[float, float]:
    """The last shim's exit line (epoch seconds) and the longest Playwright process (seconds), from the run's stored logs."""
    folder = REPOSITORY / "build/bench" / name
    command = [str(REPOSITORY / ".venv/bin/ameide"), "testrun", "artifacts", name, "-n", NAMESPACE, "-o", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    exits, durations = [], []
    for log in folder.rglob("events.jsonl"):
        times = {
            event["type"]: event["time"] / 1000 for event in map(json.loads, log.read_text().splitlines()) if "time" in event
        }
        exits.append(times["exit"])
        durations.append(times["exit"] - times["begin"])
    return max(exits), max(durations)


def show(samples: Sequence[Sample]) -> None:
    table = rich.table.Table("", "median", "min", "max", "wanted", title=f"{len(samples)} runs of 3 shards")
    rows: list[tuple[str, list[float], str, str]] = [
        ("apply → Job, ms", [each.to_job * 1000 for each in samples], "{:.0f}", "≤ 60"),
        ("last exit → verdict, s", [each.exit_to_verdict for each in samples], "{:.2f}", "≤ 0.5"),
        ("API writes of the operator", [sum(each.writes.values()) for each in samples], "{:.0f}", "≤ 10"),
        ("apply → verdict, s", [each.total for each in samples], "{:.2f}", ""),
        ("Playwright itself, s", [each.playwright for each in samples], "{:.2f}", ""),
        ("ratio of the two", [each.total / each.playwright for each in samples], "{:.2f}", ""),
    ]
    for name, values, form, wanted in rows:
        table.add_row(name, *(form.format(each) for each in (statistics.median(values), min(values), max(values))), wanted)
    console.print(table)
    writes = rich.table.Table("", "verb", "resource", "why", title="API writes of the last run")
    for key, count in sorted(samples[-1].writes.items()):
        verb, resource, subresource = (re.search(rf'{label}="([^"]*)"', key)[1] for label in ("verb", "resource", "subresource"))  # type: ignore[index]
        what = f"{resource}/{subresource}" if subresource else resource
        writes.add_row(f"{count:.0f}", verb, what, WHY.get((verb, what), "?"))
    console.print(writes)


async def latency(kube: client.Client, image: str, runs: int) -> None:
    samples = []
    async with Exits() as exits:
        for number in range(runs + 1):
            body = run_of(f"bench-{number}", image, "green.spec.ts", shards=3)
            sample = await one(kube, body, exits)
            if number:  # the first warms images and imports
                samples.append(sample)
            console.print(f"run {number}/{runs}: {sample.total:.2f} s", style="dim")
    show(samples)


async def resident(kube: client.Client) -> float:
    """Megabytes."""
    return (await metrics(kube))["process_resident_memory_bytes"] / 1e6


async def memory(kube: client.Client, image: str, finished: int, active: int) -> None:
    table = rich.table.Table("the operator's resident memory", "MB", "wanted")
    kubectl("-n", SYSTEM, "rollout", "restart", "deployment/testrun-operator")
    kubectl("-n", SYSTEM, "rollout", "status", "deployment/testrun-operator", "--timeout=120s")
    await asyncio.sleep(20)
    table.add_row("idle", f"{await resident(kube):.0f}", "≤ 110")
    console.print(f"making {finished} finished runs", style="dim")
    await finish(kube, image, finished)
    console.print(f"starting {active} runs", style="dim")
    slow = [run_of(f"active-{number}", image, "slow.spec.ts", shards=1) for number in range(active)]
    for body in slow:
        await kube.create(client.TESTRUNS, body, NAMESPACE)
    await asyncio.sleep(45)
    table.add_row(f"{finished} finished and {active} active", f"{await resident(kube):.0f}", "≤ 150")
    console.print(table)


async def finish(kube: client.Client, image: str, count: int) -> None:
    """Finished runs as the operator leaves them: real objects with a real run's status; made while the operator is away."""
    body = run_of("model", image, "green.spec.ts", shards=3)
    await kube.create(client.TESTRUNS, body, NAMESPACE)
    while not (done := await kube.get(client.TESTRUNS, "model", NAMESPACE)).get("status", {}).get("artifacts") or done[
        "metadata"
    ].get("finalizers"):
        await asyncio.sleep(0.5)
    kubectl("-n", SYSTEM, "scale", "deployment/testrun-operator", "--replicas=0")
    kubectl("-n", SYSTEM, "wait", "--for=delete", "pod", "-l", "app.kubernetes.io/component=operator", "--timeout=60s")
    for number in range(count):
        name = f"finished-{number}"
        await kube.create(client.TESTRUNS, {**body, "metadata": {"name": name, "namespace": NAMESPACE}}, NAMESPACE)
        await kube.patch(client.TESTRUNS, name, {"status": done["status"]}, NAMESPACE, subresource="status")
    kubectl("-n", SYSTEM, "scale", "deployment/testrun-operator", "--replicas=1")
    kubectl("-n", SYSTEM, "rollout", "status", "deployment/testrun-operator", "--timeout=120s")


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="counted runs (default: %(default)s)")
    parser.add_argument("--finished", type=int, default=500)
    parser.add_argument("--active", type=int, default=20)
    parser.add_argument("--memory-only", action="store_true")
    parser.add_argument("--latency-only", action="store_true")
    options = parser.parse_args()
    async with connected() as (kube, image):
        if not options.memory_only:
            await latency(kube, image, options.runs)
        if not options.latency_only:
            await memory(kube, image, options.finished, options.active)


asyncio.run(main())
