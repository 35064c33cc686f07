"""Looking at the environment of one run, check by check, for as long as the run waits for it.

Each check has a task of its own: it looks when something that it watches has changed, and from time to time, because not all that
it judges can be watched. What it finds is kept here; whoever decides reads it and is woken when it is new.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import logging
from collections.abc import Callable, Sequence

from testrun.core import model
from testrun.core.observed import CheckSeen
from testrun.core.preflight.checks import Check
from testrun.core.preflight.finding import Finding, Readiness
from testrun.kube import client, metrics
from testrun.kube.checks import looks
from testrun.kube.checks.reading import NoRight, Watched

logger = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""How long one look may take."""
HOLDS_SECONDS = 10.0
"""A check that holds is looked at again after this, whatever is watched."""
SPACING_SECONDS = 0.1
"""Changes that come faster than this are one."""
WATCH_AGAIN_SECONDS = 1.0
RIGHTS = "the chart's own roles hold that right: upgrade the release, or give it to the operator's ServiceAccount"
"""Where the TestRun is, the operator has what its chart gives it."""


class Survey:
    """Looks from the moment it is made until it is closed. Needs a running loop. ``changed`` is called when a finding is new."""

    def __init__(
        self,
        checks: Sequence[Check],
        run: model.RunRef,
        spec: model.RunSpec,
        kube: client.Client,
        clock: Callable[[], datetime.datetime],
        changed: Callable[[], None],
    ) -> None:
        self._kube = kube
        self._clock = clock
        self._changed = changed
        self._others_hold = asyncio.Event()
        self._first = [check.name for check in checks if not check.last]
        self._seen = {
            check.name: CheckSeen(
                name=check.name, asked=clock(), finding=_NOT_BEGUN if check.last else None, looked=not check.last
            )
            for check in checks
        }
        self._note_others()
        self._tasks = [
            asyncio.create_task(self._follow(check, looks.of(check.what, run, spec, kube)), name=f"check {check.name}")
            for check in checks
        ]

    def seen(self) -> tuple[CheckSeen, ...]:
        """All checks, in their order, as they are now."""
        return tuple(self._seen.values())

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _note_others(self) -> None:
        """Those that are begun last begin once all others held at the same time."""
        if all(self._seen[name].holds for name in self._first):
            self._others_hold.set()

    async def _follow(self, check: Check, look: looks.Look) -> None:
        if check.last:
            await self._others_hold.wait()
        news = asyncio.Event()
        watches = [asyncio.create_task(self._watch(each, news)) for each in look.watched]
        try:
            while True:
                news.clear()
                finding = await self._look(check, look)
                delay = HOLDS_SECONDS if finding.holds else look.poll_seconds
                if finding.settles_at is not None:
                    delay = min(delay, max(0.0, (finding.settles_at - self._clock()).total_seconds()))
                await asyncio.sleep(SPACING_SECONDS)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(delay):
                        await news.wait()
        finally:
            for task in watches:
                task.cancel()
            await asyncio.gather(*watches, return_exceptions=True)

    async def _look(self, check: Check, look: looks.Look) -> Finding:
        """Look once, and keep what was found."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return self._put(check, await look.look(self._clock()))
        except NoRight as error:
            unseen = _unseen(f"that the operator may not look: {error}", error.hint)
        except client.Forbidden as error:
            unseen = _unseen(f"that the operator may not look: {error}", RIGHTS)
        except (client.ApiError, TimeoutError) as error:
            unseen = _unseen(str(error) or f"no answer within {LOOK_SECONDS:.0f} s")
        except Exception as error:
            metrics.FAULTS.inc()
            logger.exception("a check failed for a reason that it should not", extra={"check": check.name})
            unseen = _unseen(f"that the operator cannot judge it: {error!r}", "report this as a fault of the operator")
        before = self._seen[check.name]
        if before.finding is not None and before.looked and not before.finding.holds:
            return before.finding  # that it could not be looked at once more makes it no better, and says less
        return self._put(check, unseen, looked=False)

    def _put(self, check: Check, finding: Finding, *, looked: bool = True) -> Finding:
        before = self._seen[check.name]
        if before.finding != finding:
            same = before.finding is not None and before.finding.holds == finding.holds
            since = before.since if same else self._clock()
            self._seen[check.name] = dataclasses.replace(before, finding=finding, looked=looked, since=since)
            self._note_others()
            self._changed()
        return finding

    async def _watch(self, watched: Watched, news: asyncio.Event) -> None:
        """Set ``news`` at each change, and whenever one may have been missed."""
        resource, namespace, labels, fields = watched.resource, watched.namespace, watched.labels, watched.fields
        while True:
            try:
                listed = await self._kube.list(resource, namespace, labels=labels, fields=fields, limit=1, metadata_only=True)
                news.set()
                version = listed["metadata"]["resourceVersion"]
                async for _ in self._kube.watch(resource, namespace, resource_version=version, labels=labels, fields=fields):
                    news.set()
            except client.ApiError as error:
                # The look itself says what is wrong; it is repeated without a watch too.
                logger.debug("a check's watch ended: %s", error)
            await asyncio.sleep(WATCH_AGAIN_SECONDS)


_NOT_BEGUN = Finding(Readiness.NOT_READY, saw="that it has not begun", wanted="all other checks to hold first")


def _unseen(saw: str, hint: str = "") -> Finding:
    return Finding(Readiness.UNKNOWN, saw=saw, wanted="a look at it", hint=hint)
