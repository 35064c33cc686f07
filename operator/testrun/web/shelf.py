"""Recorded JUnit files that were uploaded for a namespace: kept until a run uses them, and from then on for as long as runs are.

They stand in the store under their digest, so a file sent twice is one file, and a run can name none but those of its own
namespace. What no run has used is bounded in number and bytes for each namespace, and removed after a day.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import math
import pathlib
from collections.abc import AsyncIterator, Iterator

from testrun.artifacts import filesystem, layout, store
from testrun.web import config, errors, metrics, runs, uploads

log = logging.getLogger(__name__)


class Shelf:
    """All such files of one server. Used from the event loop; the work on files runs in threads."""

    def __init__(
        self,
        evidence: store.Store,
        incoming: pathlib.Path,
        limits: config.Limits,
        count: metrics.Metrics,
        *,
        keep: float = 0.0,
    ) -> None:
        """``incoming`` is a folder of its own for files under way; ``keep`` the seconds for which a file stays after a run has
        last used it (0: for ever). Raises ``OSError`` when the folder cannot be made.
        """
        incoming.mkdir(mode=filesystem.FOLDER_MODE, parents=True, exist_ok=True)
        for left in incoming.iterdir():
            left.unlink()
        self._evidence = evidence
        self._incoming = incoming
        self._limits = limits
        self._count = count
        self._keep = max(keep, limits.unclaimed_seconds) if keep else math.inf
        self._changing = asyncio.Lock()
        """Held while a file is put on the shelf, claimed or taken off it."""
        self._due: dict[str, list[int]] = {}
        """Namespace -> sizes of the files under way."""
        self._numbers = itertools.count()

    async def take(self, namespace: str, sha256: str, length: int, chunks: AsyncIterator[bytes]) -> None:
        """Takes a file of ``length`` bytes whose digest must be that. One that is there already is as good as new. Raises
        `Refused`.
        """
        key = layout.upload_key(namespace, sha256)
        if length > self._limits.record_bytes:
            raise errors.Refused(
                413, "record-size", f"more than {self._limits.record_bytes} bytes", "send it compressed with gzip", close=True
            )
        with self._reserved(namespace, length):
            await self._check_bounds(namespace, sha256)
            uploads.check_room(self._incoming, sum(map(sum, self._due.values())) + self._limits.reserve_bytes)
            upload = self._incoming / str(next(self._numbers))
            try:
                if await uploads.receive(upload, length, chunks) != sha256:
                    raise errors.Refused(422, "digest", "the bytes do not have the digest of the path", "send the file again")
                async with self._changing:
                    with runs.on_disk():
                        await asyncio.to_thread(self._evidence.put, key, upload)
            finally:
                await asyncio.to_thread(upload.unlink, missing_ok=True)
        self._count.received.labels("records").inc(length)

    async def has(self, namespace: str, sha256: str, now: float) -> bool:
        """Whether the file is there, and will be for a while: one that is about to be removed should be sent again. ``now`` is in
        seconds since the epoch.
        """
        found = await asyncio.to_thread(self._evidence.stat, layout.upload_key(namespace, sha256))
        if found is None:
            return False
        claim = await asyncio.to_thread(self._evidence.stat, layout.claim_key(namespace, sha256))
        if claim is not None:
            return now - max(found.modified, claim.modified) < self._keep - self._limits.unclaimed_seconds / 2
        return now - found.modified < self._limits.unclaimed_seconds / 2

    async def claim(self, namespace: str, sha256: str) -> bool:
        """Marks the file as used by a run now: it stays. False: it is not there."""
        async with self._changing:
            return await asyncio.to_thread(self._claim, namespace, sha256)

    def _claim(self, namespace: str, sha256: str) -> bool:
        if self._evidence.stat(layout.upload_key(namespace, sha256)) is None:
            return False
        mark = layout.claim_key(namespace, sha256)
        if (
            math.isfinite(self._keep) or self._evidence.stat(mark) is None
        ):  # its age counts only where uploads do not stay for good
            with runs.on_disk():
                self._evidence.put(mark, b"")
        return True

    def read(self, namespace: str, sha256: str) -> contextlib.AbstractContextManager[Iterator[bytes]]:
        """The file's chunks. Blocks. Raises ``NotFound``."""
        return self._evidence.read(layout.upload_key(namespace, sha256))

    async def sweep(self, now: float) -> None:
        """Removes what no run has used, or uses any more, for too long (``now`` in seconds since the epoch)."""
        async with self._changing:
            await asyncio.to_thread(self._sweep, now)

    def _sweep(self, now: float) -> None:
        for each, claim in self._uploaded(layout.UPLOADS):
            if claim is None and now - each.modified >= self._limits.unclaimed_seconds:
                self._evidence.delete(each.key)
                log.info("removed an uploaded record that no run has used", extra={"key": each.key})
            elif claim is not None and now - max(each.modified, claim.modified) >= self._keep:
                self._evidence.delete(each.key)  # first: a mark alone marks nothing, and goes with the next file of its name
                self._evidence.delete(claim.key)
                log.info("removed an uploaded record that no run uses any more", extra={"key": each.key})

    def _unclaimed(self, prefix: str) -> list[store.Stat]:
        return [each for each, claim in self._uploaded(prefix) if claim is None]

    def _uploaded(self, prefix: str) -> list[tuple[store.Stat, store.Stat | None]]:
        """Each file, and the mark that a run has used it."""
        found = {each.key: each for each in self._evidence.list(prefix)}
        files = [each for key, each in found.items() if (parsed := layout.parse_upload(key)) is not None and not parsed[2]]
        return [(each, found.get(f"{each.key}{layout.CLAIM}")) for each in files]

    @contextlib.contextmanager
    def _reserved(self, namespace: str, length: int) -> Iterator[None]:
        limits = self._limits
        own, all_ = len(self._due.get(namespace, ())), sum(map(len, self._due.values()))
        if own >= limits.namespace_record_uploads or all_ >= limits.record_uploads:
            raise uploads.busy("records", "too many records are under way")
        self._due.setdefault(namespace, []).append(length)
        try:
            yield
        finally:
            self._due[namespace].remove(length)
            if not self._due[namespace]:
                del self._due[namespace]

    async def _check_bounds(self, namespace: str, sha256: str) -> None:
        """Raises `Refused` when the namespace has enough on the shelf, the file under way included."""
        known = await asyncio.to_thread(self._unclaimed, layout.uploads_folder(namespace))
        kept = [each.bytes for each in known if not each.key.endswith(sha256)]
        sizes = kept + self._due[namespace]
        limits = self._limits
        if len(sizes) > limits.namespace_records or sum(sizes) > limits.namespace_records_bytes:
            raise errors.Refused(
                413,
                "records-full",
                f"namespace {namespace} has {len(kept)} uploaded records of {sum(kept)} bytes that no run has used",
                "make the TestRuns that use them, or wait: each is removed after a day",
                close=True,
            )
