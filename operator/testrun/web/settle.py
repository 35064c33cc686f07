"""Settling: from what pods sent and what the operator knows to evidence in the store, and one answer for ever.

The order of writes makes a crash between any two of them harmless. The logs and attachments come first and stay in the spool as
well; the manifest comes last, and only with it is a run settled; only then does the spool go. So whoever starts again finds
everything, writes the same files over, and gives the answer that would have been given.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import logging
import pathlib
import weakref
from collections.abc import Callable, Iterable, Mapping
from concurrent import futures
from typing import TypeVar

from testrun.api import wire
from testrun.artifacts import layout, manifest, store
from testrun.core import ledger, model
from testrun.junit import placeholder
from testrun.junit import settle as composition
from testrun.web import config, errors, metrics, page, runs, volume

T = TypeVar("T")
log = logging.getLogger(__name__)

LIGHT_BYTES = 2 * 1024 * 1024
"""Runs whose ledgers take no more memory (a thousand tests) are settled side by side, larger ones one after another."""
AT_ONCE = 8
"""Files that are written to the store at the same time."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """What is remembered of a settled run: what the operator was told, and what readers of its progress are told from now on."""

    settlement: model.Settlement
    progress: model.Progress


@dataclasses.dataclass(frozen=True, kw_only=True)
class Source:
    """A file of a pod in the spool. ``sha256`` is None when it is not known yet."""

    file: pathlib.Path
    sha256: str | None


class Settler:
    """Settles runs, each of them by one caller at a time. Used from the event loop; the work runs in a thread."""

    def __init__(self, registry: runs.Runs, evidence: store.Store, room: volume.Volume, count: metrics.Metrics, url: str) -> None:
        self._runs = registry
        self._room = room
        self._evidence = evidence
        self._count = count
        self._url = url
        self._heavy = asyncio.Lock()
        self._locks: weakref.WeakValueDictionary[model.RunRef, asyncio.Lock] = weakref.WeakValueDictionary()

    async def settle(self, request: model.SettleRequest, *, force: bool = False) -> model.Settlement:
        """The run's settlement: the one that was given before, unless ``force`` or another verdict stands by now. Goes on when
        whoever asked goes away. Raises `Refused`.
        """
        return await self._runs.finish(self._settle(request, force))

    async def answer(self, ref: model.RunRef) -> Answer | None:
        """What is remembered of a run; None when it is not settled."""
        if not await self._runs.is_settled(ref):
            return None
        try:
            body = json.loads(await asyncio.to_thread(store.read_bytes, self._evidence, layout.answer_key(ref)))
            return Answer(
                settlement=wire.load(model.Settlement, body["settlement"]), progress=wire.load(model.Progress, body["progress"])
            )
        except store.NotFound:
            return None  # somebody removed it; the evidence is all that is needed to find it again
        except (ValueError, KeyError, TypeError):
            log.exception(
                "what was answered to a settle is damaged: it is worked out anew", extra={"run": dataclasses.asdict(ref)}
            )
            return None

    def lock(self, ref: model.RunRef) -> asyncio.Lock:
        """Held by whoever changes the run's evidence."""
        return self._locks.setdefault(ref, asyncio.Lock())

    async def _settle(self, request: model.SettleRequest, force: bool) -> model.Settlement:
        ref, clock = request.run, asyncio.get_running_loop().time
        began = clock()
        async with self.lock(ref):
            if await self._runs.is_removed(ref):
                raise errors.removed()
            known = None if force else await self.answer(ref)
            if known is not None and request.verdict not in (None, known.settlement.verdict):
                known = None  # it was settled before that verdict was known: the evidence must not contradict the TestRun
            if known is None:
                run = await self._runs.seal(ref)
                light = run.pods and run.cost <= LIGHT_BYTES and not force
                try:
                    async with contextlib.nullcontext() if light else self._heavy:
                        with runs.on_disk():
                            known = await asyncio.to_thread(
                                store_evidence,
                                request,
                                run.ledgers,
                                sources_of(run),
                                run.version,
                                self._evidence,
                                self._url,
                                memory=self._runs.limits.run_ledgers_bytes,
                            )
                except (errors.Refused, store.StoreError, OSError):
                    await self._put_off(run, request)
                    raise
                self._count.settle.observe(clock() - began)
                log.info(
                    "settled a run",
                    extra={
                        "run": dataclasses.asdict(ref),
                        "verdict": str(known.settlement.verdict),
                        "tests": known.settlement.counts.tests,
                        "seconds": round(clock() - began, 3),
                    },
                )
            left = self._runs.live.get(ref)
            if left is not None:
                await self._runs.forget(left)
            return self._with_warning(known.settlement)

    async def _put_off(self, run: runs.Run, request: model.SettleRequest) -> None:
        """Remembers how a result was asked for that could not be stored: when it can, whoever asked may have given up, and the
        evidence must not say another verdict.
        """
        run.asked = request
        with contextlib.suppress(OSError):  # likely for the same reason: then it is known as long as this server lives
            await asyncio.to_thread(run.files.ask, wire.dumps(request))

    def _with_warning(self, settlement: model.Settlement) -> model.Settlement:
        """Says so when the store is filling up: each time as it is then, so it is not part of what is remembered."""
        warning = self._room.warning()
        return dataclasses.replace(
            settlement, stored_message=f"all evidence is in the store, which is {warning}" if warning else ""
        )


def sources_of(run: runs.Run) -> dict[str, Source]:
    """The files of a sealed run's pods, and of the phases before it, by path."""
    digests = {
        layout.attachment(pod.shard, pod.name, name): stored.sha256
        for pod in run.pods.values()
        for name, stored in pod.attachments.items()
    }
    logs = {pod.events_path: None for pod in run.pods.values() if pod.size}
    recorded = {path: None for path in layout.PHASE_JUNITS if run.files.local(path).is_file()}
    found = {**digests, **logs, **recorded}
    return {path: Source(file=run.files.local(path), sha256=sha256) for path, sha256 in found.items()}


def store_evidence(
    request: model.SettleRequest,
    ledgers: Mapping[int, list[ledger.PodLedger]],
    sources: Mapping[str, Source],
    version: int,
    evidence: store.Store,
    url: str = "",
    *,
    memory: int = config.Limits.run_ledgers_bytes,
) -> Answer:
    """Writes a run's evidence. Blocks. May be called again after any failure, and with other facts; the last call's files are
    what stays.

    ``version`` is that of the live run's progress, ``url`` the server's, ``memory`` the bytes that the ledgers of logs that only
    the store still has may take with the others. Raises `StoreError`.
    """
    ref = request.run
    evidence.sweep(layout.run_folder(ref))
    evidence.delete(layout.key(ref, layout.MANIFEST))  # a forced settle: until the new one stands, none does
    files = {file.path: file for file in _in_parallel(lambda path: _keep(evidence, ref, path, sources[path]), sources)}
    ledgers = {shard: list(pods) for shard, pods in ledgers.items()}
    for path in _kept_before(evidence, ref, files, outputs=bool(request.hooks)):
        files[path] = _describe(evidence, ref, path)
        parsed = layout.parse(path)
        if parsed is not None and not parsed[2]:
            shard, pod, _ = parsed
            room = memory - sum(each.cost for pods in ledgers.values() for each in pods)
            ledgers.setdefault(shard, []).append(_replay(evidence, ref, path, ledger.PodLedger(pod, shard), room))

    settled = composition.settle(request, ledgers, stored=files.keys())

    place = f"{url.rstrip('/')}/v1/runs/{layout.run_folder(ref)}/files" if url else ""
    made = _outputs(request) | _placeholders(request, files)
    made[layout.JUNIT] = settled.junit
    unsealed = dataclasses.replace(
        settled.settlement,
        junit_file=manifest.describe(layout.JUNIT, settled.junit),
        report=layout.REPORT,
        phases=_located(request, files, made),
    )
    made[layout.REPORT] = page.render(
        request, settled.result, unsealed.verdict, unsealed.message, {*files, *made}, place, phases=unsealed.phases
    )
    made[layout.SUMMARY] = summary(request, unsealed, place)
    _in_parallel(lambda path: evidence.put(layout.key(ref, path), made[path]), made)
    files |= {path: manifest.describe(path, data) for path, data in made.items()}

    listed = manifest.dump(manifest.build(files.values()))
    settlement = dataclasses.replace(unsealed, manifest_sha256=manifest.describe(layout.MANIFEST, listed).sha256)
    shards = tuple(dataclasses.replace(shard, running=()) for shard in runs.shards_of(ledgers))
    progress = model.Progress(run=ref, version=version + 1, settled=True, shards=shards)
    answer = Answer(settlement=settlement, progress=progress)
    for each in evidence.list(layout.run_folder(ref)):
        if each.key.removeprefix(f"{layout.run_folder(ref)}/") not in files:
            evidence.delete(each.key)
    body = {"settlement": wire.dump(answer.settlement), "progress": wire.dump(answer.progress)}
    evidence.put(layout.answer_key(ref), json.dumps(body).encode())
    evidence.put(layout.key(ref, layout.MANIFEST), listed)
    return answer


def summary(request: model.SettleRequest, settlement: model.Settlement, place: str) -> bytes:
    """The bytes of ``summary.json``: the run's facts and its settlement, without the JUnit text and what only the store knows.

    ``place`` is where the run's files are served, or empty.
    """
    left_out = ("junit", "manifestSha256", "stored", "storedReason", "storedMessage", "evidenceSays")
    body = {
        "version": 1,
        "run": wire.dump(request.run),
        "revision": request.revision,
        "image": request.image,
        "baseURL": request.base_url,
        "startTime": wire.dump(request)["start"],
        "completionTime": wire.dump(request)["end"],
        "minTests": request.min_tests,
        "url": place,
        **{key: value for key, value in wire.dump(settlement).items() if key not in left_out},
        "phases": [*map(wire.dump, settlement.phases), _own_phase(settlement)],
    }
    return json.dumps(body, indent=2, ensure_ascii=False).encode() + b"\n"


def _own_phase(settlement: model.Settlement) -> dict[str, object]:
    """Phase 3, in the form of the others."""
    told = wire.dump(settlement)
    return {
        "phase": "e2e",
        "result": told["verdict"],
        "counts": told["counts"],
        "duration": told["duration"],
        "junit": told["junitFile"],
        "message": "" if settlement.verdict is model.Verdict.PASSED else told["message"],
    }


def _placeholders(request: model.SettleRequest, files: Mapping[str, object]) -> dict[str, bytes]:
    """A JUnit for each phase that was asked for and has none here, by path: its record was never verified, or it is lost."""
    return {
        path: placeholder.document(
            request.run,
            each.phase,
            revision=request.revision,
            kind=str(each.result),
            message=each.message or "its record was verified, and its JUnit is not on the server any more",
        )
        for each in request.phases
        if (path := layout.phase_junit(each.phase)) not in files
    }


def _located(
    request: model.SettleRequest, files: Mapping[str, model.FileRef], made: Mapping[str, bytes]
) -> tuple[model.PhaseResult, ...]:
    """The phases of the request, each with its JUnit as it is stored."""
    found = []
    for each in request.phases:
        path = layout.phase_junit(each.phase)
        found.append(dataclasses.replace(each, junit=files.get(path) or manifest.describe(path, made[path])))
    return tuple(found)


def _in_parallel(work: Callable[[str], T], paths: Iterable[str]) -> list[T]:
    """A disk joins the syncs of many writers into few, and a store far away answers many questions at once."""
    with futures.ThreadPoolExecutor(AT_ONCE, "settle") as pool:
        return list(pool.map(work, paths))


def _keep(evidence: store.Store, ref: model.RunRef, path: str, source: Source) -> model.FileRef:
    evidence.put(layout.key(ref, path), source.file)
    if source.sha256 is None:
        return manifest.describe(path, source.file)
    return model.FileRef(path=path, bytes=source.file.stat().st_size, sha256=source.sha256)


def _kept_before(evidence: store.Store, ref: model.RunRef, files: Mapping[str, object], *, outputs: bool) -> list[str]:
    """What pods and earlier phases left that is in the store and no longer in the spool: of a run that is settled anew.
    ``outputs``: the last log lines of pods too; with hooks nothing else has changed, and these may be all that is left.
    """
    folder = layout.run_folder(ref)
    paths = [each.key.removeprefix(f"{folder}/") for each in evidence.list(folder)]

    def stays(path: str) -> bool:
        return layout.parse(path) is not None or path in layout.PHASE_JUNITS or (outputs and layout.is_output(path))

    return [path for path in paths if path not in files and stays(path)]


def _describe(evidence: store.Store, ref: model.RunRef, path: str) -> model.FileRef:
    with evidence.read(layout.key(ref, path)) as chunks:
        return manifest.describe_chunks(path, chunks)


def _replay(evidence: store.Store, ref: model.RunRef, path: str, told: ledger.PodLedger, room: int) -> ledger.PodLedger:
    rest = b""
    with evidence.read(layout.key(ref, path)) as chunks:
        for chunk in chunks:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                if told.cost >= room:
                    told.overflow()
                told.feed(line)
    return told


def _outputs(request: model.SettleRequest) -> dict[str, bytes]:
    """The last log lines of pods, as far as the operator had to read them, by path."""
    found = {}
    for pod in request.pods:
        try:
            path = layout.output(pod.index, pod.pod)
        except ValueError:
            continue  # no pod at all: a fact about a shard that never got one
        if pod.log_tail:
            found[path] = pod.log_tail.encode("utf-8", "replace")
    return found
