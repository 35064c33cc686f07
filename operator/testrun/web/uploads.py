"""Takes in what pods send: pieces of a log, and attachments. Counts every byte before it keeps it.

Two rules make retries safe. A log only grows at its end, so a piece sent twice is refused with the log's size, from where to go
on. An attachment gets its name only when it is whole and its digest is right, so a name that exists is a file that can be
trusted.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import pathlib
from collections.abc import AsyncIterator, Iterator

from testrun.artifacts import filesystem, layout, manifest, store
from testrun.web import errors, metrics, runs

_LINES_AT_A_TIME = 200
"""Fed to a ledger before others get their turn: a few milliseconds."""


class Uploads:
    """See the module."""

    def __init__(self, registry: runs.Runs, count: metrics.Metrics) -> None:
        self._runs = registry
        self._limits = registry.limits
        self._count = count

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
            if pod.size + len(body) > self._limits.events_bytes or run.logged + len(body) > self._limits.run_events_bytes:
                raise errors.Refused(413, "events-full", "the log is full", "what was sent before is kept; no more is taken")
            if not body:
                return pod.size
            _check_room(run, len(body) + self._limits.reserve_bytes // 4)
            with runs.on_disk():
                await asyncio.to_thread(run.files.append, pod.events_path, offset, body)
            pod.size += len(body)
            ended = pod.ledger.exit is not None
            lines = body.split(b"\n")[:-1]
            for number, line in enumerate(lines, 1):
                pod.ledger.feed(line)
                if number % _LINES_AT_A_TIME == 0:
                    await asyncio.sleep(0)
            self._count.events.inc(len(lines))
            self._count.received.labels("events").inc(len(body))
            ends = pod.ledger.exit is not None and not ended
            self._runs.touch(run, urgent=ends)
            if ends:  # the pod may forget its log after this answer
                with runs.on_disk():
                    await asyncio.to_thread(run.files.sync, pod.events_path)
            return pod.size

    async def attach(
        self, run: runs.Run, pod: runs.Pod, file: str, length: int, digest: str, chunks: AsyncIterator[bytes]
    ) -> None:
        """Takes an attachment of ``length`` bytes, whose SHA-256 in hex must be ``digest``. Raises `Refused`."""
        path = layout.attachment(pod.shard, pod.name, file)
        async with pod.lock:
            if await self._is_there(run, pod, file, path, digest):
                return
        with self._reserved(run, pod, length):
            upload = run.files.incoming()
            try:
                await self._receive(run, upload, length, digest, chunks)
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
    def _reserved(self, run: runs.Run, pod: runs.Pod, length: int) -> Iterator[None]:
        limits = self._limits
        if run.sealed:
            raise errors.settled()
        if length > limits.attachment_bytes:
            raise errors.Refused(
                413, "attachment-size", f"more than {limits.attachment_bytes} bytes", "one attachment may not be so large"
            )
        if pod.attached + length > limits.attachments_bytes or len(pod.attachments) + pod.uploads >= limits.attachments:
            raise errors.Refused(413, "attachments-full", "the pod's attachments are too many or too large", "no more are taken")
        if pod.uploads >= limits.uploads:
            raise errors.Refused(
                429,
                "uploads",
                f"{pod.uploads} attachments are under way",
                "send them one after another",
                headers={"Retry-After": "1"},
            )
        _check_room(run, length + limits.reserve_bytes)
        pod.uploads += 1
        pod.reserved += length
        try:
            yield
        finally:
            pod.uploads -= 1
            pod.reserved -= length

    async def _receive(self, run: runs.Run, upload: pathlib.Path, length: int, digest: str, chunks: AsyncIterator[bytes]) -> None:
        """Streams to the disk, with little of it in memory."""
        actual, received, pending = hashlib.sha256(), 0, bytearray()
        with runs.on_disk():
            await asyncio.to_thread(_create, upload)
            async for chunk in chunks:
                pending += chunk
                received += len(chunk)
                if run.sealed:
                    raise errors.settled()
                if len(pending) >= store.CHUNK:
                    await asyncio.to_thread(_write, upload, pending, actual)
                    pending = bytearray()
            await asyncio.to_thread(_write, upload, pending, actual)
        if received != length:
            raise errors.Refused(422, "length", f"{received} bytes came, not {length}", "send the file again")
        if actual.hexdigest() != digest:
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
            self._count.received.labels("attachments").inc(length)


def _check_room(run: runs.Run, needed: int) -> None:
    """Raises `Refused` when the volume has less room than that."""
    facts = os.statvfs(run.files.folder)
    if facts.f_bavail * facts.f_frsize < needed:
        raise errors.no_room()


def _create(upload: pathlib.Path) -> None:
    os.close(os.open(upload, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, filesystem.FILE_MODE))


def _write(upload: pathlib.Path, data: bytearray, digest: hashlib._Hash) -> None:
    """Opens the file anew: a thread whose request was cancelled then writes to this file or to none, never to one that got its
    descriptor.
    """
    digest.update(data)
    target = os.open(upload, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(target, view) :]
    finally:
        os.close(target)
