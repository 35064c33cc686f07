"""Who waits for news of runs, and when they are woken. Knows numbers, not runs.

Every change takes the next number. Most changes are made *public* a moment later, many at once, so that a run with hundreds of
short tests costs a listener some 15 answers a second and no more; an urgent one (a shard's end, a broken connection) is public
before anybody notices the wait.
"""

from __future__ import annotations

import asyncio
import secrets

COALESCE_SECONDS = 0.06
URGENT_SECONDS = 0.005
"""Enough for a hundred shards that end at once, or a pod that breaks its connection again and again, to wake once."""


class Changes:
    """One per server. Used from the event loop only."""

    def __init__(self) -> None:
        self.number = 0
        """The last change."""
        self.public = 0
        """The last change that listeners were woken for."""
        self._epoch = secrets.token_hex(4)
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def cursor(self) -> str:
        """Says to a later call: all up to here is known."""
        return self.cursor_at(self.number)

    def cursor_at(self, number: int) -> str:
        """Says to a later call: all up to that number is known."""
        return f"{self._epoch}:{number}"

    def parse(self, cursor: str) -> int | None:
        """The number of a cursor; None when it is empty, not one, or from another life of the server."""
        epoch, _, number = cursor.partition(":")
        if epoch != self._epoch or not number.isascii() or not number.isdigit() or len(number) > 18:
            return None
        return min(int(number), self.number)

    def add(self, *, urgent: bool = False) -> int:
        """Gives a new change its number, and sees to it that listeners hear of it."""
        self.number += 1
        loop = asyncio.get_running_loop()
        when = loop.time() + (URGENT_SECONDS if urgent else COALESCE_SECONDS)
        if self._timer is None or when < self._timer.when():
            if self._timer is not None:
                self._timer.cancel()
            self._timer = loop.call_at(when, self.publish)
        return self.number

    def publish(self) -> None:
        """Wakes everyone."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.public = self.number
        self._wake.set()
        self._wake = asyncio.Event()

    async def wait(self, after: int, deadline: float) -> bool:
        """Until something after that number is public (True), or the loop's clock reaches the deadline or the server stops
        (False).
        """
        while not self._closed:
            if self.public > after:
                return True
            try:
                async with asyncio.timeout_at(deadline):
                    await self._wake.wait()
            except TimeoutError:
                break
        return False

    def close(self) -> None:
        """The server stops: nobody waits any more."""
        self._closed = True
        self.publish()
