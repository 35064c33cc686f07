"""One small task for each run that is not done: observe, decide, act, write; then sleep until something changes or is due.

Level-based: what woke it does not matter, and waking it once too often does nothing. The tasks are ours and not kopf's
daemons, because a daemon is not started for a run that is already being deleted: with one loop, deletion is one more observed
fact.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging

from testrun.core import actions, late, model, observed, plan, waits
from testrun.core.status import MESSAGE_CHARACTERS, Waiting
from testrun.kube import apply, client, metrics, observe
from testrun.kube.cache import Body, Cache, Entry, shared

logger = logging.getLogger(__name__)

BACKOFF_SECONDS = (0.1, 0.3, 1.0, 2.0, 5.0, 10.0)
"""Waits after the first, second, … failed step in a row."""
STEPS_SECONDS = 300
"""Each call in a step has a deadline of its own, so all together never take as long: a fault of ours is not waited for."""
MAX_STEPS = 50
"""Steps in a row without a rest: more means that deciding and doing disagree, which must not become a busy loop."""


class Workers:
    """All runs of this process."""

    def __init__(self, cache: Cache, tools: apply.Tools) -> None:
        self.cache = cache
        self._tools = tools
        self._clock = tools.clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._wakes: dict[str, asyncio.Event] = {}
        self._closed = False

    @property
    def active(self) -> int:
        """Runs that are not done (those that only wait for their time to live included)."""
        return len(self._tasks)

    def run_changed(self, body: Body, *, gone: bool = False) -> None:
        if self._closed:
            return
        entry = self.cache.put_run(body, gone=gone)
        uid = entry.run.uid
        self._tell_rivals(entry, body)
        if uid not in self._tasks:
            if gone or self._at_rest(entry):
                self.cache.forget(uid)
                return
            self._wakes[uid] = asyncio.Event()
            self._tasks[uid] = asyncio.create_task(self._live(entry), name=f"run {entry.run.namespace}/{entry.run.name}")
            self._tasks[uid].add_done_callback(lambda _: self._done(uid))
        self._wakes[uid].set()

    def _tell_rivals(self, entry: Entry, body: Body) -> None:
        """Those that wait for the same environment look again when the run is gone, or not what they were last told."""
        environment = shared(body)
        if not environment:
            return
        now = None if entry.gone else observe.rival(entry.body or body, environment)
        if now == entry.as_rival and not entry.gone:
            return
        entry.as_rival = now
        for other in self.cache.sharing(entry.run, environment):
            other.rivals_changed = True
            self.child_changed(other)

    def child_changed(self, entry: Entry | None) -> None:
        """A Job, a pod or the server's word on a run has changed; None: it is no run of ours."""
        if entry is not None and entry.run.uid in self._wakes:
            self._wakes[entry.run.uid].set()

    def told(self, progress: model.Progress) -> None:
        self.child_changed(self.cache.put_progress(progress))

    async def stop(self) -> None:
        """End all tasks, and start no more. The next process goes on from what is in the cluster."""
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _at_rest(self, entry: Entry) -> bool:
        """A finished run needs no task: most runs of a cluster are that, and they must cost nothing."""
        seen = observe.snapshot(entry, observe.Memo(), now=self._clock())
        return seen.verdict is not None and plan.decide(seen) == plan.Decision()

    def _done(self, uid: str) -> None:
        self._tasks.pop(uid, None)
        self._wakes.pop(uid, None)
        self.cache.forget(uid)

    async def _live(self, entry: Entry) -> None:
        wake = self._wakes[entry.run.uid]
        memo = observe.Memo(wake=wake.set)
        try:
            await self._until_rest(entry, memo, wake)
        finally:
            await memo.stop_looking()

    async def _until_rest(self, entry: Entry, memo: observe.Memo, wake: asyncio.Event) -> None:
        failures = 0
        while not entry.gone:
            wake.clear()
            delay: float | None
            wake_now = False
            try:
                async with asyncio.timeout(STEPS_SECONDS):
                    delay = await self._steps(entry, memo)
                failures = 0
                if delay is None and self._at_rest(entry):
                    return
            except client.Conflict:
                # Someone else changed the run: look at it as it is now.
                failures += 1
                delay = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1]
                with contextlib.suppress(client.ApiError):
                    await apply.refresh(entry, self.cache, self._tools)
                    wake_now = failures <= len(BACKOFF_SECONDS) // 2
                    if wake_now:
                        wake.set()
            except client.ApiError as error:
                if isinstance(error, client.NotFound):
                    with contextlib.suppress(client.ApiError):
                        await apply.refresh(entry, self.cache, self._tools)
                failures += 1
                delay = error.retry_after or BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1]
                logger.warning("a step failed, trying again in %s s: %s", delay, error, extra=apply.log_fields(entry))
            except Exception:
                # A fault of ours must cost one run's step, not the process.
                failures += 1
                delay = BACKOFF_SECONDS[-1]
                metrics.FAULTS.inc()
                logger.exception("a step failed for a reason that it should not", extra=apply.log_fields(entry))
            if failures and delay is not None and not wake_now:
                await asyncio.sleep(delay)  # a wake stays set: news must not turn a back-off into a storm
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await wake.wait()

    async def _steps(self, entry: Entry, memo: observe.Memo) -> float | None:
        """Steps until nothing is left to do. Seconds until the next look; None: when something changes."""
        for _ in range(MAX_STEPS):
            if entry.gone:
                return None
            await observe.hydrate(entry, memo, self.cache, self._tools.kube)
            with metrics.STEP_SECONDS.time():
                seen = observe.snapshot(entry, memo, now=self._clock())
                decision = plan.decide(seen)
                memo.waiting = decision.waiting
                if decision.waiting is None:
                    memo.events.clear()
                if not decision.looks:
                    await memo.stop_looking()
                try:
                    for action in decision.actions:
                        await apply.run(action, seen, entry, memo, self.cache, self._tools)
                        if entry.gone:
                            return None
                except client.ApiError as error:
                    if not isinstance(error, client.NotFound | client.Conflict):
                        await self._write_deadline(decision, error, seen, entry, memo)
                    raise
                if memo.job_error != seen.job_error:
                    continue  # what was decided supposed that the Job can be made
                if decision.status is not None and not entry.gone:
                    await apply.write_status(decision.status, seen, entry, memo, self.cache, self._tools)
                    if seen.verdict is None and decision.status.verdict is not None:
                        metrics.ended(decision.status)
                    if late.is_stored(decision.status) and not late.is_stored(seen.status):
                        metrics.stored_late()
            if (not decision.actions and decision.status is None) or _only_waits(decision, memo):
                return None if decision.again is None else max(0.0, (decision.again - self._clock()).total_seconds())
        logger.error("the run does not come to rest", extra=apply.log_fields(entry))
        return BACKOFF_SECONDS[-1]

    async def _write_deadline(
        self, decision: plan.Decision, error: client.ApiError, seen: observed.Observed, entry: Entry, memo: observe.Memo
    ) -> None:
        """What was decided cannot be done for now: its deadline must stand in the API all the same, or it would wait for ever."""
        status = decision.status
        if status is None or status.verdict is not None or seen.verdict is not None:
            return
        if entry.job is None and status.start_time is not None and status.deadline_time is not None:
            # Never claim a Job that is not there.
            message = f"the API server does not take the Job: {error}"[:MESSAGE_CHARACTERS]
            waiting = Waiting(reason=waits.API_SERVER, message=message, since=status.start_time, deadline=status.deadline_time)
            status = dataclasses.replace(status, job="", waiting=waiting)
        if status != seen.status:
            await apply.write_status(status, seen, entry, memo, self.cache, self._tools)


def _only_waits(decision: plan.Decision, memo: observe.Memo) -> bool:
    """What was asked for did not work and is to be tried again later, not at once."""
    return decision.again is not None and any(_failed(action, memo) for action in decision.actions)


def _failed(action: actions.Action, memo: observe.Memo) -> bool:
    match action:
        case actions.Settle():
            return bool(memo.settle_error) and memo.settlement is None
        case actions.VerifyRecords():
            return memo.records is None and bool(memo.records_absent or memo.records_error)
        case actions.DeleteJob():
            return bool(memo.cleanup_error)
        case actions.EndParts():
            return bool(memo.cleanup_error) or not memo.parts_ended
        case actions.DeleteObjects():
            return memo.swept is not None and memo.swept.passing
        case actions.StoreHooks():
            return bool(memo.hooks_error) and memo.hooks_stored is None
        case _:
            return False
