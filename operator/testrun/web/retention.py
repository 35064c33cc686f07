"""The evidence of settled runs goes when there are too many of them, or they are too old. Runs that are not settled never do.

Stores know no rename, so what makes a removal whole is a mark that is written first: from then on the run is gone for whoever
asks, and whatever a crash leaves of its files goes at the next look. The mark stays for some weeks, so that a link to the run
says what happened, and a pod or an operator that was away for long cannot begin it anew.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging

from testrun.artifacts import layout, store
from testrun.core import model, retention
from testrun.web import metrics, runs, settle

log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Look:
    """What is in the store."""

    kept: tuple[retention.Kept, ...]
    left: tuple[model.RunRef, ...]
    """Runs that are marked as removed and still have files: of a crash."""
    marks: tuple[store.Stat, ...]
    """Marks of runs of which nothing is left."""


class Retention:
    """Looks after the store of one server. Used from the event loop; the work on files runs in threads."""

    def __init__(
        self,
        registry: runs.Runs,
        settler: settle.Settler,
        evidence: store.Store,
        policy: retention.Policy,
        count: metrics.Metrics,
    ) -> None:
        self._runs = registry
        self._settler = settler
        self._evidence = evidence
        self._policy = policy
        self._count = count
        self._sizes: dict[retention.Kept, int] = {}
        """Bytes of the runs that were there at the last look: a settled run does not change, so it is listed once."""

    async def sweep(self, now: float) -> None:
        """Removes what is due at that time (seconds since the epoch). A run that cannot be removed is told of in the log, and
        stops no other.
        """
        seen = await asyncio.to_thread(self._look)
        for ref in seen.left:
            await self._remove(ref, "its removal was cut short")
        gone = set()
        for due in retention.due(seen.kept, self._policy, now):
            if await self._remove(due.run, due.reason):
                self._count.removed.labels(due.reason).inc()
                gone.add(due.run)
        for mark in seen.marks:
            if now - mark.modified >= self._runs.limits.removed_seconds:
                await asyncio.to_thread(self._evidence.delete, mark.key)
        self._sizes = {kept: self._sizes[kept] for kept in seen.kept if kept.run not in gone}
        self._count.store_runs.set(len(self._sizes))
        self._count.store_bytes.set(sum(self._sizes.values()))

    async def _remove(self, ref: model.RunRef, why: str) -> bool:
        async with self._settler.lock(ref):
            if ref in self._runs.live:  # it is being settled anew
                return False
            try:
                await asyncio.to_thread(remove, self._evidence, ref)
            except Exception:  # whatever is wrong with one run, the others go on
                log.exception("cannot remove the evidence of a run", extra={"run": dataclasses.asdict(ref)})
                return False
        log.info("removed the evidence of a run", extra={"run": dataclasses.asdict(ref), "why": why})
        return True

    def _look(self) -> _Look:
        marks = {each.key: each for each in self._evidence.list(layout.REMOVED)}
        kept, left = [], []
        for ref in _runs(self._evidence):
            if marks.pop(layout.removed_key(ref), None) is not None:
                left.append(ref)
                continue
            manifest = self._evidence.stat(layout.key(ref, layout.MANIFEST))
            if manifest is not None:
                kept.append(retention.Kept(run=ref, stored=manifest.modified))
        for each in kept:
            if each not in self._sizes:
                self._sizes[each] = sum(file.bytes for file in self._evidence.list(layout.run_folder(each.run)))
        return _Look(kept=tuple(kept), left=tuple(left), marks=tuple(marks.values()))


def remove(evidence: store.Store, ref: model.RunRef) -> None:
    """Removes a settled run. Blocks. May be called again after any failure. Raises `StoreError`."""
    mark = layout.removed_key(ref)
    try:
        evidence.put(mark, b"")
    except store.StoreFull:
        # Not even room for the mark: its own files make some. The manifest stays, so that after a crash the run is due again.
        for each in evidence.list(layout.run_folder(ref)):
            if each.key != layout.key(ref, layout.MANIFEST):
                evidence.delete(each.key)
        evidence.put(mark, b"")
    evidence.delete(layout.answer_key(ref))
    evidence.delete(layout.run_folder(ref))  # last: a run's folder is how what is left is found


def _runs(evidence: store.Store) -> list[model.RunRef]:
    """All runs that have a folder."""
    found = []
    for namespace in evidence.folders():
        if namespace in (layout.UPLOADS, layout.REMOVED):
            continue
        for name in evidence.folders(namespace):
            for uid in evidence.folders(f"{namespace}/{name}"):
                try:
                    found.append(layout.check_run(model.RunRef(namespace=namespace, name=name, uid=uid)))
                except ValueError:
                    continue  # nothing of ours: somebody put it on the volume
    return found
