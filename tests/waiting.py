"""Waiting for a condition, with a deadline: no test sleeps and hopes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], *, what: Callable[[], str] | str, seconds: float) -> T:
    """The first truthy answer. When the time is over it fails with ``what``, which is worked out only then."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}; last: {found!r}"
        time.sleep(0.03)
