"""Takes in what pods send: pieces of a log, and attachments. Counts every byte before it keeps it.

Two rules make retries safe. A log only grows at its end, so a piece sent twice is refused with the log's size, from where to go
on. An attachment gets its name only when it is whole and its digest is right, so a name that exists is a file that can be
trusted.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import io
import os
import pathlib
from collections.abc import AsyncIterator, Callable, Iterator

from testrun.artifacts import filesystem, layout, manifest, store
from testrun.web import errors, metrics, runs

_LINES_AT_A_TIME = 200
"""Fed to a ledger before others get their turn: a few milliseconds."""


@dataclasses.dataclass(eq=False)
class _Due:
    """An attachment under way: bytes of it that are not on the disk yet."""

    bytes: int


class Uploads:
    """See the module."""

    def __init__(self, registry: runs.Runs, count: metrics.Metrics) -> None:
        self._runs = registry
        self._limits = registry.limits
        self._count = count
        self._due: list[_Due] = []

    async def append(self, run: runs.Run, pod: runs.Pod, offset: int, body: bytes) -> int:
        """Adds a piece to the pod's log. Gives the log's new size. Raises `Refused`."""
        if body and not body.endswith(b"\n"):
            raise errors.Refused(422, "line", "the body does not end with a whole line", "send up to the last newline")
        return await self._runs.finish(self._append(run, pod, offset, body))

    async def _append(self, run: runs.Run, pod: runs.Pod, offset: int, body: bytes) -> int:
        async with pod.lock:
            if run.sealed:
                raise errors.settled()
            if offset != pod.size:
                raise errors.Refused(
                    409, "offset", f"the log has {pod.size} bytes, not {offset}", "go on from size", size=pod.size
                )
            if not body:
                return pod.size
            beyond = self._beyond(run, pod, len(body))
            self._runs.check_memory(run)
            check_room(run.files.folder, len(body) + self._limits.reserve_bytes // 4)
            with runs.on_disk():
                await asyncio.to_thread(run.files.append, pod.events_path, offset, body)
            pod.size += len(body)
            pod.last_words += beyond
            ended = pod.ledger.exit is not None
            number = 0
            for number, line in enumerate(io.BytesIO(body), 1):  # not split: a million short lines take 40 times their bytes
                self._runs.feed(run, pod, line)
                if number % _LINES_AT_A_TIME == 0:
                    await asyncio.sleep(0)
            self._count.events.inc(number)
            self._count.received.labels("events").inc(len(body))
            ends = pod.ledger.exit is not None and not ended
            self._runs.touch(run, urgent=ends)
            if ends:  # the pod may forget its log after this answer
                with runs.on_disk():
                    await asyncio.to_thread(run.files.sync, pod.events_path)
            return pod.size

    def _beyond(self, run: runs.Run, pod: runs.Pod, length: int) -> int:
        """How many bytes of such a piece are the pod's last words, for which the run's full logs have room. Raises `Refused`."""
        limits = self._limits
        beyond = length if run.logged + length > limits.run_events_bytes else 0
        if pod.size + length > limits.events_bytes or pod.last_words + beyond > limits.last_words_bytes:
            raise errors.Refused(413, "events-full", "the log is full", "what was sent before is kept; no more is taken")
        return beyond

    async def attach(
        self, run: runs.Run, pod: runs.Pod, file: str, length: int, digest: str, chunks: AsyncIterator[bytes]
    ) -> None:
        """Takes an attachment of ``length`` bytes, whose SHA-256 in hex must be ``digest``. Raises `Refused`."""
        path = layout.attachment(pod.shard, pod.name, file)
        async with pod.lock:
            if await self._is_there(run, pod, file, path, digest):
                return
        with self._reserved(run, pod, length) as due:
            upload = run.files.incoming()
            try:
                await self._receive(run, upload, due, digest, chunks)
                await self._runs.finish(self._keep(run, pod, file, path, upload, length, digest))
            except FileNotFoundError:
                if run.sealed:  # and settled meanwhile: its spool is gone
                    raise errors.settled() from None
                raise
            finally:
                await asyncio.to_thread(upload.unlink, missing_ok=True)

    async def _is_there(self, run: runs.Run, pod: runs.Pod, file: str, path: str, digest: str) -> bool:
        """Raises `Refused` when another file of that name is there."""
        known = pod.attachments.get(file)
        if known is None:
            return False
        if known.sha256 is None:
            known.sha256 = (await asyncio.to_thread(manifest.describe, path, run.files.local(path))).sha256
        if known.sha256 != digest:
            raise errors.Refused(409, "attachment", f"{file} is there with another digest", "a name is used once in a pod")
        return True

    @contextlib.contextmanager
    def slot(self, run: runs.Run, pod: runs.Pod) -> Iterator[None]:
        """For the time in which a piece of a log is received. Raises `Refused` when too many are."""
        limits = self._limits
        bounds = ((pod.slots, limits.pod_bodies), (run.slots, limits.run_bodies), (self._runs.slots, limits.bodies))
        if any(slots.bodies >= most for slots, most in bounds):
            raise busy("bodies", "too many pieces of logs are under way")
        for slots, _ in bounds:
            slots.bodies += 1
        try:
            yield
        finally:
            for slots, _ in bounds:
                slots.bodies -= 1

    @contextlib.contextmanager
    def _reserved(self, run: runs.Run, pod: runs.Pod, length: int) -> Iterator[_Due]:
        limits = self._limits
        if run.sealed:
            raise errors.settled()
        if length > limits.attachment_bytes:
            raise errors.Refused(
                413, "attachment-size", f"more than {limits.attachment_bytes} bytes", "one attachment may not be so large"
            )
        if pod.attached + length > limits.attachments_bytes or len(pod.attachments) + pod.slots.uploads >= limits.attachments:
            raise errors.Refused(413, "attachments-full", "the pod's attachments are too many or too large", "no more are taken")
        if run.attached + length > limits.run_attachments_bytes or not self._runs.has_memory(run):
            raise errors.Refused(413, "attachments-full", "the run's attachments are too many or too large", "no more are taken")
        bounds = ((pod.slots, limits.pod_uploads), (run.slots, limits.run_uploads), (self._runs.slots, limits.uploads))
        if any(slots.uploads >= most for slots, most in bounds):
            raise busy("uploads", "too many attachments are under way")
        check_room(run.files.folder, length + sum(each.bytes for each in self._due) + limits.reserve_bytes)
        due = _Due(length)
        self._due.append(due)
        for slots, _ in bounds:
            slots.uploads += 1
        pod.reserved += length
        try:
            yield due
        finally:
            pod.reserved -= length
            for slots, _ in bounds:
                slots.uploads -= 1
            self._due.remove(due)

    async def _receive(self, run: runs.Run, upload: pathlib.Path, due: _Due, digest: str, chunks: AsyncIterator[bytes]) -> None:
        length = due.bytes

        async def while_open() -> AsyncIterator[bytes]:
            async for chunk in chunks:
                if run.sealed:
                    raise errors.settled()
                yield chunk

        def written(received: int) -> None:
            due.bytes = max(0, length - received)

        if await receive(upload, length, while_open(), written) != digest:
            raise errors.Refused(422, "digest", "the bytes do not have that digest", "send the file again")

    async def _keep(
        self, run: runs.Run, pod: runs.Pod, file: str, path: str, upload: pathlib.Path, length: int, digest: str
    ) -> None:
        async with pod.lock:
            if run.sealed:
                raise errors.settled()
            if await self._is_there(run, pod, file, path, digest):
                return
            with runs.on_disk():
                await asyncio.to_thread(run.files.keep, upload, path)
            pod.attachments[file] = runs.Stored(bytes=length, sha256=digest)
            self._runs.charge(run, runs.STORED_COST)
            self._count.received.labels("attachments").inc(length)


async def receive(
    upload: pathlib.Path, length: int, chunks: AsyncIterator[bytes], written: Callable[[int], None] = lambda _: None
) -> str:
    """Streams ``length`` bytes into a new file, with little of it in memory; their SHA-256 in hex. ``written`` is told how many
    are on the disk. Raises `Refused` when there are more, or less.
    """
    actual, received, pending = hashlib.sha256(), 0, bytearray()
    with runs.on_disk():
        await asyncio.to_thread(create, upload)
        async for chunk in chunks:
            pending += chunk
            received += len(chunk)
            if len(pending) >= store.CHUNK:
                await asyncio.to_thread(write, upload, pending, actual)
                written(received)
                pending = bytearray()
        await asyncio.to_thread(write, upload, pending, actual)
    if received != length:
        raise errors.Refused(422, "length", f"{received} bytes came, not {length}", "send the file again")
    return actual.hexdigest()


def busy(reason: str, error: str) -> errors.Refused:
    """Too many of something at once."""
    return errors.Refused(429, reason, error, "send one after another", headers={"Retry-After": "1"})


def check_room(folder: pathlib.Path, needed: int) -> None:
    """Raises `Refused` when the volume of that folder has less room than that."""
    facts = os.statvfs(folder)
    if facts.f_bavail * facts.f_frsize < needed:
        raise errors.no_room()


def create(upload: pathlib.Path) -> None:
    """An empty file that was not there before."""
    os.close(os.open(upload, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, filesystem.FILE_MODE))


def write(upload: pathlib.Path, data: bytes | bytearray, digest: hashlib._Hash) -> None:
    """Adds to the file and to the digest. Opens the file anew: a thread whose request was cancelled then writes to this file or
    to none, never to one that got its descriptor.
    """
    digest.update(data)
    target = os.open(upload, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(target, view) :]
    finally:
        os.close(target)
