"""``logs``: what the shards' containers print, merged; and when the pods are gone, what of it is in the evidence."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterable

import click

from testrun.api import names
from testrun.artifacts import layout
from testrun.cli import cluster, command, evidence, place, run, text
from testrun.cli.command import Problem
from testrun.core import model
from testrun.kube import client as kube

LOG_BYTES = 64 * 1024 * 1024
LINE_CHARACTERS = 16 * 1024
EVENT_BYTES = 256 * 1024
"""No line of a shard's event log is longer (docs/protocol.md §2)."""
LOOK_SECONDS = 1.0


@click.command()
@click.argument("name")
@click.option("--shard", type=click.IntRange(min=0), metavar="K", help="Only this shard, from 0.")
@click.option("-f", "--follow", is_flag=True, help="Go on until the run is over.")
@click.option("--tail", type=click.IntRange(min=0), metavar="N", help="Only the last lines of each pod.  [default: all]")
@place.target_options
@place.server_options
@click.pass_context
def logs(
    ctx: click.Context,
    name: str,
    shard: int | None,
    follow: bool,
    tail: int | None,
    target: place.Target,
    where: place.Where,
) -> int:
    """Print the output of the pods of the run NAME, each line with its shard in front.

    When the pods are gone, the end of their output is taken from the evidence.

    \b
    ameide testrun logs shop
    ameide testrun logs shop --shard 2 -f
    """

    async def work() -> int:
        async with cluster.connect(target) as there:
            printer = Printer(there, run.read(await there.client.get(kube.TESTRUNS, name, there.namespace)), shard, tail)
            if follow:
                await printer.follow()
            else:
                await printer.once()
            if not printer.printed:
                async with where(there.client) as server:
                    await from_evidence(server, printer.run, shard, f"{command.program(ctx)} artifacts {name}{there.flags}")
        return command.PASSED

    return cluster.run(work())


class Printer:
    """Prints the logs of a run's pods, each pod's once."""

    def __init__(self, there: cluster.Cluster, seen: run.Run, shard: int | None, tail: int | None) -> None:
        self.run = seen
        self.printed = False
        """At least one pod's log could be read."""
        self._there, self._shard, self._tail = there, shard, tail
        self._tasks: dict[str, asyncio.Task[bool]] = {}

    async def once(self) -> None:
        for index, pod in await self._pods():
            await self._print(index, pod, follow=False)

    async def follow(self) -> None:
        """Until the run is over and all has been printed; pods that come later are taken along."""
        try:
            while True:
                self.run = run.read(await self._there.client.get(kube.TESTRUNS, self.run.name, self._there.namespace))
                for index, pod in await self._pods():
                    if pod not in self._tasks or (self._tasks[pod].done() and not self._tasks[pod].result()):
                        self._tasks[pod] = asyncio.create_task(self._print(index, pod, follow=True))
                if self.run.finished:
                    break
                await asyncio.sleep(LOOK_SECONDS)
            await asyncio.gather(*self._tasks.values())
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _pods(self) -> list[tuple[int, str]]:
        """(shard, pod's name) of the wanted pods, by shard and age."""
        listed = await self._there.client.list(kube.PODS, self._there.namespace, labels=names.selector(self.run.ref))
        pods = sorted(listed["items"], key=lambda pod: (shard_of(pod), pod["metadata"].get("creationTimestamp", "")))
        return [(shard_of(pod), pod["metadata"]["name"]) for pod in pods if self._shard in (None, shard_of(pod))]

    async def _print(self, index: int, pod: str, *, follow: bool) -> bool:
        """Whether there was a log; not yet when its container has not started."""
        stream = self._there.client.logs(
            pod, self._there.namespace, container=names.CONTAINER, follow=follow, tail=self._tail, limit_bytes=LOG_BYTES
        )
        try:
            async with contextlib.aclosing(stream) as chunks:
                async for line in lines(chunks):
                    click.echo(prefixed(index, line))
        except (kube.Invalid, kube.NotFound):  # its container has not started, or it is gone
            return False
        self.printed = True
        return True


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The lines of a byte stream; one that is too long is cut into several."""
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode(errors="replace")
        while len(rest) > LINE_CHARACTERS:
            yield rest[:LINE_CHARACTERS].decode(errors="replace")
            rest = rest[LINE_CHARACTERS:]
    if rest:
        yield rest.decode(errors="replace")


def prefixed(index: int, line: str) -> str:
    """``[shard 1] …``: without escape sequences and control characters."""
    return f"[shard {index}] {text.printable(line.rstrip())}"


def shard_of(pod: kube.Body) -> int:
    index = (pod["metadata"].get("labels") or {}).get(names.LABEL_INDEX, "")
    return int(index) if index.isascii() and index.isdigit() else 0


async def from_evidence(server: evidence.Server, seen: run.Run, shard: int | None, program: str) -> None:
    """Prints the end of the shards' output from the evidence. Raises `Problem` when there is none."""
    stored = seen.condition("EvidenceStored")
    if stored is None or stored.status != "True":
        raise Problem(
            f"TestRun {seen.name} has no pods"
            + (" any more, and its evidence is not stored" if seen.finished else " with output yet"),
            "" if seen.finished else "follow it with -f",
        )
    listed, _ = await server.manifest(seen.ref, sha256=seen.manifest_sha256)
    pods = [(index, pod) for index, pod in pods_of(file.path for file in listed.files) if shard in (None, index)]
    if not pods:
        raise Problem("the evidence holds no output of that", f"see what there is: {program} --list")
    command.note("The pods are gone; this is the end of their output, from the evidence.")
    paths = {file.path for file in listed.files}
    for index, pod in pods:
        for line in await _output(server, seen.ref, index, pod, paths):
            click.echo(prefixed(index, line))


def pods_of(paths: Iterable[str]) -> list[tuple[int, str]]:
    """(shard, pod) of all pods that left something."""
    found = [path.split("/") for path in paths if path.startswith("phase-3/shard-")]
    return sorted({(int(p[1][6:]), p[2]) for p in found if len(p) > 3 and p[1][6:].isdigit()})


async def _output(server: evidence.Server, ref: model.RunRef, index: int, pod: str, paths: set[str]) -> list[str]:
    if layout.output(index, pod) in paths:
        return (await server.tail(ref, layout.output(index, pod), 4 * EVENT_BYTES)).decode(errors="replace").splitlines()
    if layout.events(index, pod) in paths:
        return exit_output(await server.tail(ref, layout.events(index, pod), EVENT_BYTES + 1))
    return []


def exit_output(log: bytes) -> list[str]:
    """What the last line of a shard's event log tells of Playwright's output; empty when it is no such line."""
    try:
        last = json.loads(log.rstrip(b"\n").rpartition(b"\n")[2])
    except (ValueError, RecursionError):
        return []
    said = last.get("output") if isinstance(last, dict) and last.get("type") == "exit" else None
    return said.splitlines() if isinstance(said, str) else []
