"""The live runs: what each pod has told so far, in memory, and whose files they are. The spool is the truth; this is its replay.

Used from the event loop only. Everything that waits for a disk runs in a thread, under the lock of the pod it belongs to.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from collections.abc import Collection, Coroutine, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from testrun.api import wire
from testrun.artifacts import filesystem, layout, store
from testrun.core import ledger, model
from testrun.web import changes, config, errors, spool

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclasses.dataclass(kw_only=True)
class Stored:
    """An attachment that is whole on the disk. ``sha256`` is None for one that an earlier server took, until somebody asks."""

    bytes: int
    sha256: str | None


STORED_COST = 600
"""Bytes of memory that one of them takes, about."""


class Slots:
    """How many of something are under way: of one pod, one run, or all."""

    def __init__(self) -> None:
        self.bodies = 0
        self.uploads = 0


class Pod:
    """One pod of a shard."""

    def __init__(self, shard: int, name: str) -> None:
        self.shard = shard
        self.name = name
        self.ledger = ledger.PodLedger(name, shard)
        self.size = 0
        """Bytes of the log, on the disk and in the ledger."""
        self.lock = asyncio.Lock()
        """Held while the log or the list of attachments changes."""
        self.holds = 0
        self.attachments: dict[str, Stored] = {}
        self.slots = Slots()
        self.last_words = 0
        """Bytes that were taken though the run's logs were full."""
        self.reserved = 0
        """Bytes of attachments that are under way."""

    @property
    def events_path(self) -> str:
        return layout.events(self.shard, self.name)

    @property
    def attached(self) -> int:
        """Bytes of attachments, with those under way."""
        return self.reserved + sum(each.bytes for each in self.attachments.values())


class Run:
    """One live run."""

    def __init__(self, ref: model.RunRef, files: spool.RunFiles) -> None:
        self.ref = ref
        self.files = files
        self.pods: dict[tuple[int, str], Pod] = {}
        self.slots = Slots()
        self.cost = 0
        """Bytes of memory that it takes, about."""
        self.held: float | None = None
        """When the last held connection ended, on the loop's clock; None when there was none in this life of the server."""
        self.counting = asyncio.Lock()
        """Held while its records are counted."""
        self.sealed = files.sealed
        self.asked: model.SettleRequest | None = None
        """How its result was last asked for, when it could not be stored."""
        self.released = asyncio.Event()
        """Set when it is sealed or the server stops: connections that are held open for it end."""
        self.version = 0
        """Grows with each change. To be compared for being the same, no more: another life of the server counts anew."""
        self.changed = 0
        """Number of the last change, as `changes.Changes` counts."""

    @property
    def logged(self) -> int:
        """Bytes of all logs."""
        return sum(pod.size for pod in self.pods.values())

    @property
    def attached(self) -> int:
        """Bytes of all attachments, with those under way."""
        return sum(pod.attached for pod in self.pods.values())

    @property
    def ledgers(self) -> dict[int, list[ledger.PodLedger]]:
        """What was told, by shard."""
        found: dict[int, list[ledger.PodLedger]] = {}
        for pod in self.pods.values():
            found.setdefault(pod.shard, []).append(pod.ledger)
        return found

    def progress(self) -> model.Progress:
        connected = {key for key, pod in self.pods.items() if pod.holds}
        return model.Progress(run=self.ref, version=self.version, shards=shards_of(self.ledgers, connected))


class Runs:
    """The registry of live runs."""

    def __init__(self, files: spool.Spool, evidence: store.Store, news: changes.Changes, limits: config.Limits) -> None:
        self.live: dict[model.RunRef, Run] = {}
        self.loaded = asyncio.Event()
        """Set once the runs that an earlier server left are all here; nothing may be asked before that."""
        self.news = news
        self.limits = limits
        self.slots = Slots()
        self.cost = 0
        """Bytes of memory that all live runs take, about."""
        self._spool = files
        self._evidence = evidence
        self._opening = asyncio.Lock()
        self._background: set[asyncio.Task[Any]] = set()

    async def load(self) -> None:
        """Replays the spool. A run that cannot be read stays on the disk, is told of in the log, and stops no other."""
        for ref in await asyncio.to_thread(self._spool.runs):
            try:
                if await self.is_settled(ref) or await self.is_removed(ref):
                    await asyncio.to_thread(self._spool.remove, ref)
                else:
                    self.touch(await self._bring(ref))
            except Exception:  # whatever is wrong with one run, the others go on
                log.exception("cannot replay a run", extra={"run": dataclasses.asdict(ref)})
        self.loaded.set()

    async def open(self, ref: model.RunRef) -> Run:
        """The live run that takes uploads; it begins with the first. Raises `Refused` when it is settled or one too many."""
        async with self._opening:
            run = self.live.get(ref)
            if run is None:
                if await self.is_settled(ref) or await self.is_removed(ref):
                    raise errors.settled()
                if len(self.live) >= self.limits.runs:
                    raise errors.Refused(
                        503, "runs", "too many live runs", "try again when others have ended", headers={"Retry-After": "5"}
                    )
                run = await self._bring(ref)
        if run.sealed:
            raise errors.settled()
        return run

    async def seal(self, ref: model.RunRef) -> Run:
        """The run, to which nothing will be added any more: what was under way is in or refused when this returns."""
        async with self._opening:
            run = self.live.get(ref) or await self._bring(ref)
        with on_disk():
            await asyncio.to_thread(run.files.seal)
        run.sealed = True
        run.released.set()
        for lock in (run.counting, *(pod.lock for pod in list(run.pods.values()))):
            async with lock:
                pass
        return run

    async def forget(self, run: Run) -> None:
        """The run is settled: its ledgers and its spool go."""
        with on_disk():
            await asyncio.to_thread(self._spool.remove, run.ref)
        if self.live.pop(run.ref, None) is not None:
            self.cost -= run.cost
        self.news.add(urgent=True)

    def pod(self, run: Run, shard: int, name: str) -> Pod:
        """The pod, known from its first call on. Raises `Refused` for one too many."""
        pod = run.pods.get((shard, name))
        if pod is None:
            if sum(1 for each in run.pods.values() if each.shard == shard) >= self.limits.pods_per_shard:
                raise errors.Refused(
                    413, "pods", f"shard {shard} has had {self.limits.pods_per_shard} pods already", "no more are taken"
                )
            self.check_memory(run)
            pod = run.pods[shard, name] = Pod(shard, name)
            self.charge(run, pod.ledger.cost)
        return pod

    def charge(self, run: Run, cost: int) -> None:
        """The run takes so many bytes of memory more."""
        run.cost += cost
        if self.live.get(run.ref) is run:
            self.cost += cost

    def has_memory(self, run: Run) -> bool:
        """Whether the run may take more memory."""
        all_runs = self.cost if self.live.get(run.ref) is run else self.cost + run.cost
        return run.cost < self.limits.run_ledgers_bytes and all_runs < self.limits.ledgers_bytes

    def check_memory(self, run: Run) -> None:
        """Raises `Refused` unless the run may take more memory."""
        if not self.has_memory(run):
            raise errors.Refused(
                413,
                "events-full",
                "the run holds more than the server can keep in memory",
                "what was sent before is kept; no more is taken",
            )

    def touch(self, run: Run, *, urgent: bool = False) -> None:
        """Something about the run has changed."""
        run.version += 1
        run.changed = self.news.add(urgent=urgent)

    def release(self) -> None:
        """The server stops: nothing is held open any more."""
        for run in self.live.values():
            run.released.set()

    async def is_settled(self, ref: model.RunRef) -> bool:
        """Whether the run's evidence is whole in the store."""
        return await asyncio.to_thread(self._evidence.stat, layout.key(ref, layout.MANIFEST)) is not None

    async def is_removed(self, ref: model.RunRef) -> bool:
        """Whether the run was settled and its evidence was removed since: whole or not, it is nobody's to read any more."""
        return await asyncio.to_thread(self._evidence.stat, layout.removed_key(ref)) is not None

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Does the work to its end, even if whoever asked for it goes away: a disk must not be left to two writers."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Waits for all such work."""
        await asyncio.gather(*self._background, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may be gone; asking marks it as seen

    async def _bring(self, ref: model.RunRef) -> Run:
        """Makes a run live: a new one, or one that is on the disk."""
        with on_disk():
            run = self.live[ref] = await asyncio.to_thread(self._replay, ref)
        self.cost += run.cost
        return run

    def _replay(self, ref: model.RunRef) -> Run:
        files = self._spool.open(ref)
        files.sweep()
        run = Run(ref, files)
        asked = files.asked()
        if asked is not None:
            with contextlib.suppress(ValueError):  # damaged: it is as if nobody had asked
                run.asked = wire.loads(model.SettleRequest, asked)
        for path in files.paths():
            parsed = layout.parse(path)
            if parsed is None:
                continue
            shard, name, attachment = parsed
            pod = run.pods.get((shard, name))
            if pod is None:
                pod = run.pods[shard, name] = Pod(shard, name)
                self.charge(run, pod.ledger.cost)
            if attachment:
                pod.attachments[attachment] = Stored(bytes=files.local(path).stat().st_size, sha256=None)
                self.charge(run, STORED_COST)
            else:
                pod.size = files.repair(path)
                for line in files.lines(path):
                    self.feed(run, pod, line)
                    run.version += 1
        return run

    def feed(self, run: Run, pod: Pod, line: bytes) -> None:
        """Gives the pod's ledger its next line, as long as there is memory for more."""
        if not self.has_memory(run):
            pod.ledger.overflow()
            return
        before = pod.ledger.cost
        pod.ledger.feed(line)
        self.charge(run, pod.ledger.cost - before)


def shards_of(
    ledgers: Mapping[int, Sequence[ledger.PodLedger]], connected: Collection[tuple[int, str]] = ()
) -> tuple[model.ShardProgress, ...]:
    """Each shard as the pod tells it that began last; one that has not begun yet counts as older than all that have."""
    latest = [max(ledgers[shard], key=_began) for shard in sorted(ledgers)]
    return tuple(each.progress(connected=(each.index, each.pod) in connected) for each in latest)


def _began(each: ledger.PodLedger) -> tuple[int, str]:
    return (-1 if each.begin is None else each.begin.time, each.pod)


@contextlib.contextmanager
def on_disk() -> Iterator[None]:
    """Turns a full disk into the answer that says so. Other errors of the disk are the server's own fault, and stay what they
    are.
    """
    try:
        yield
    except store.StoreFull as error:
        raise errors.no_room() from error
    except OSError as error:
        if error.errno in filesystem.FULL:
            raise errors.no_room() from error
        raise
