"""A signal that tells a command to end, heeded as Ctrl-C is: its task is cancelled, and may end in its own way."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def cancel_at(numbers: Iterable[signal.Signals], told: Callable[[signal.Signals], object]) -> None:
    """From now on each of these signals is told, and cancels the current task."""
    task = asyncio.current_task()
    assert task is not None

    def end(number: signal.Signals) -> None:
        told(number)
        task.cancel()

    for number in numbers:
        asyncio.get_running_loop().add_signal_handler(number, end, number)


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """The work, which a cancellation that comes meanwhile does not end; it is heeded afterwards."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    if cancelled and not task.cancelled():
        raise asyncio.CancelledError
    return task.result()
