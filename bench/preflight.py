"""How soon a run starts whose environment has become ready. Prints a table; asserts nothing.

``python -m bench.preflight`` runs on the cluster of build/kubeconfig: a run waits for a Deployment without pods, which is scaled
to one. The clock starts when the watch shows that Deployment rolled out, which is its controller's write.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import statistics
from typing import Any

import rich.console
import rich.table

from bench.cluster import NAMESPACE, connected, run_of, watched
from testrun.kube import client

DEPLOYMENTS = client.Resource("apps/v1", "deployments")
APP = "shop"
RUN = "testing.ameide.io/run-uid"
SECONDS = 120.0
console = rich.console.Console()


@dataclasses.dataclass(frozen=True)
class Sample:
    """Seconds from the environment being ready."""

    to_job: float
    to_pod: float


def deployment(image: str) -> dict[str, Any]:
    container = {
        "name": APP,
        "image": image,
        "workingDir": "/app",
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": 3000}, "periodSeconds": 1},
    }
    template = {
        "metadata": {"labels": {"app": APP}},
        "spec": {"terminationGracePeriodSeconds": 0, "containers": [container]},
    }
    return {
        "metadata": {"name": APP},
        "spec": {"replicas": 0, "selector": {"matchLabels": {"app": APP}}, "template": template},
    }


async def scale(kube: client.Client, replicas: int) -> None:
    await kube.patch(DEPLOYMENTS, APP, {"spec": {"replicas": replicas}}, NAMESPACE)


async def one(kube: client.Client, body: dict[str, Any]) -> Sample:
    moments: dict[str, float] = {}
    async with watched(kube, DEPLOYMENTS, client.JOBS, client.PODS, client.TESTRUNS) as queue:
        uid = (await kube.create(client.TESTRUNS, body, NAMESPACE))["metadata"]["uid"]
        while "Passed" not in moments:
            moment, seen = await asyncio.wait_for(queue.get(), SECONDS)
            what = event(seen, uid)
            if what == "Preflight" and what not in moments:
                await scale(kube, 1)
            moments.setdefault(what, moment)
    await kube.delete(client.TESTRUNS, body["metadata"]["name"], NAMESPACE)
    await scale(kube, 0)
    return Sample(moments["Job"] - moments["Deployment"], moments["Pod"] - moments["Deployment"])


def event(seen: dict[str, Any], uid: str) -> str:
    """What an object tells of: what the run waits for or has become, its Job, its pod, or the Deployment that is ready."""
    metadata, status = seen["metadata"], seen.get("status", {})
    if metadata["uid"] == uid:
        return str(status.get("waiting", {}).get("reason") or status.get("state") or "")
    if metadata.get("labels", {}).get(RUN) == uid:
        return str(seen["kind"])
    if seen["kind"] == "Deployment" and seen["spec"]["replicas"] == 1:
        is_seen = status.get("observedGeneration") == metadata["generation"]
        return "Deployment" if is_seen and status.get("updatedReplicas") == status.get("availableReplicas") == 1 else ""
    return ""


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.preflight", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="counted runs (default: %(default)s)")
    options = parser.parse_args()
    samples = []
    async with connected() as (kube, image):
        await kube.create(DEPLOYMENTS, deployment(image), NAMESPACE)
        for number in range(options.runs + 1):
            body = run_of(f"bench-{number}", image, "green.spec.ts", shards=1)
            check = {"name": "shop is rolled out", "workload": {"kind": "Deployment", "name": APP}}
            body["spec"]["preflight"] = {"checks": [check]}
            sample = await one(kube, body)
            if number:  # the first warms images and imports
                samples.append(sample)
            console.print(f"run {number}/{options.runs}: {sample.to_job * 1000:.0f} ms", style="dim")
    table = rich.table.Table("from the environment being ready", "median", "min", "max", "wanted", title=f"{len(samples)} runs")
    for name, values in (("→ Job, ms", [each.to_job for each in samples]), ("→ pod, ms", [each.to_pod for each in samples])):
        figures = (statistics.median(values), min(values), max(values))
        table.add_row(name, *(f"{each * 1000:.0f}" for each in figures), "< 1000")
    console.print(table)


if __name__ == "__main__":
    asyncio.run(main())
