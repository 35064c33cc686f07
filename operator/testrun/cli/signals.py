"""A signal that tells a command to end, heeded as Ctrl-C is: its task is cancelled, and may end in its own way."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable


def cancel_at(numbers: Iterable[signal.Signals], told: Callable[[signal.Signals], object]) -> None:
    """From now on each of these signals is told, and cancels the current task."""
    task = asyncio.current_task()
    assert task is not None

    def end(number: signal.Signals) -> None:
        told(number)
        task.cancel()

    for number in numbers:
        asyncio.get_running_loop().add_signal_handler(number, end, number)
