"""Waiting for a condition, with a deadline: no test sleeps and hopes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE_SECONDS = 0.03


def eventually(look: Callable[[], T], *, what: Callable[[], str] | str, seconds: float = 20.0) -> T:
    """The first truthy answer. When the time is over it fails with ``what``, which is worked out only then.

    What may take long is looked for less often: many of those who wait so long live at the same time, and their looks cost more
    than what they look for.
    """
    pause = min(seconds / 100, 1.0) if seconds > 60 else PAUSE_SECONDS
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}; last: {found!r}"
        time.sleep(pause)
