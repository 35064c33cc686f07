"""What nobody asks for any more. Live runs whose TestRun is gone, or their operator: they would keep memory and disk for ever, so
the server settles them itself, and whoever does ask later gets that settlement, unless a verdict stands already. Runs that could
not be stored when somebody asked. Uploaded records that no run has used, and evidence that the server's retention gives up.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import logging
import time

from testrun.core import model
from testrun.web import errors, retention, runs, settle, shelf, volume

log = logging.getLogger(__name__)

CHECK_SECONDS = 600.0


class Abandoned:
    """Looks after the live runs, the uploaded records and the store of one server."""

    def __init__(
        self,
        registry: runs.Runs,
        settler: settle.Settler,
        uploaded: shelf.Shelf,
        evidence: retention.Retention,
        room: volume.Volume,
    ) -> None:
        self._runs = registry
        self._settler = settler
        self._shelf = uploaded
        self._retention = evidence
        self._room = room
        self._warned = False

    async def watch(self) -> None:
        """Looks again and again, until it is cancelled."""
        await self._runs.loaded.wait()
        while True:
            now = time.time()  # noqa: TID251  # the entry point of time
            await self.retain(now)  # first: it makes room for what was put off
            await self.settle(now)
            await self.sweep(now)
            self.warn()
            await asyncio.sleep(CHECK_SECONDS)

    async def settle(self, now: float) -> None:
        """Settles what was put off, and what is abandoned at that time (seconds since the epoch). What cannot be settled is told
        in the log, and stays for the next time.
        """
        for run in list(self._runs.live.values()):
            try:
                if run.asked is not None:  # there was no room for it; now there may be
                    await self._settler.settle(run.asked)
                    continue
                heard = await asyncio.to_thread(run.files.newest)
                if now - heard < self._runs.limits.abandoned_seconds or self._is_held(run):
                    continue
                log.warning("nobody asked for the result of a run: settling it", extra={"run": dataclasses.asdict(run.ref)})
                await self._settler.settle(_request(run, heard))
            except errors.Refused as error:
                log.warning("cannot settle a run yet: %s", error, extra={"run": dataclasses.asdict(run.ref)})
            except Exception:  # whatever is wrong with one run, the others go on
                log.exception("cannot settle a run that nobody asks for", extra={"run": dataclasses.asdict(run.ref)})

    async def sweep(self, now: float) -> None:
        """Removes the uploaded records that nobody has used at that time. What cannot be removed is told in the log."""
        try:
            await self._shelf.sweep(now)
        except Exception:  # the next look may fare better
            log.exception("cannot remove uploaded records that no run has used")

    async def retain(self, now: float) -> None:
        """Removes the evidence that is not to be kept at that time. What cannot be removed is told in the log."""
        try:
            await self._retention.sweep(now)
        except Exception:  # the next look may fare better
            log.exception("cannot look through the store")

    def warn(self) -> None:
        """Tells the log when the volume begins to fill up, and when there is room again."""
        warning = self._room.warning()
        if warning and not self._warned:
            log.warning("the store is %s: make the volume larger, or set its retention", warning)
        if self._warned and not warning:
            log.info("the store has room again")
        self._warned = bool(warning)

    def _is_held(self, run: runs.Run) -> bool:
        """Whether a pod holds a connection, or did not long ago."""
        if any(pod.holds for pod in run.pods.values()):
            return True
        return run.held is not None and asyncio.get_running_loop().time() - run.held < self._runs.limits.abandoned_seconds


def _request(run: runs.Run, heard: float) -> model.SettleRequest:
    began = [pod.ledger.begin.time / 1000 for pod in run.pods.values() if pod.ledger.begin is not None]
    return model.SettleRequest(
        run=run.ref,
        shards=1 + max((pod.shard for pod in run.pods.values()), default=0),
        min_tests=1,
        start=datetime.datetime.fromtimestamp(min([*began, heard]), datetime.UTC),
        end=datetime.datetime.fromtimestamp(heard, datetime.UTC),
        stopped=model.Verdict.ERRORED,
        stopped_message="nobody asked for its result",
    )
