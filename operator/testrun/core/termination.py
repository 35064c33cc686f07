"""The shim's last words, as Kubernetes keeps them with a dead container: its termination message as a typed record. Pure.

Hostile like all that a pod says: `read` returns None for what is not in the contract (docs/protocol.md §2).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

_MANY = 10_000_000
_MOST_BYTES = 1 << 50
_WORDS = {"planned_sha256": "plannedSha256", "reported_sha256": "reportedSha256", "signal": "signal", "problem": "problem"}
_MEMORY = {"oom_kills": "oomKills", "memory_limit": "memoryLimit", "out_of_memory": "outOfMemory"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Termination:
    """``flaky`` is part of ``passed``. A test that was interrupted or did not run is reported, and none of the others."""

    code: int
    planned: int
    reported: int
    passed: int
    failed: int
    skipped: int
    flaky: int
    planned_sha256: str
    reported_sha256: str
    ran: int
    """Tests that passed or failed, those that only help others left out. Passed and failed ones together when it was not told."""
    signal: str
    problem: str
    sent: bool
    oom_kills: int
    """Processes of the container that the kernel killed for want of memory; 0 when it was not told."""
    memory_limit: int
    """Bytes; 0 when there is none, or it was not told."""
    out_of_memory: int
    """Tests that failed only while such a process was killed. None of the others, but reported."""


def read(data: Mapping[str, Any] | None) -> Termination | None:
    """The record of a parsed termination message; None when it is not in the contract."""
    if data is None or data.get("v") != 1 or not isinstance(data.get("sent"), bool):
        return None
    numbers: dict[str, int] = {}
    for name in ("code", "planned", "reported", "passed", "failed", "skipped", "flaky"):
        value = data.get(name, None if name == "code" else 0)  # a shim that could not begin tells no counts
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MANY:
            return None
        numbers[name] = value
    ran = data.get("ran", numbers["passed"] + numbers["failed"])
    if isinstance(ran, bool) or not isinstance(ran, int) or not 0 <= ran <= numbers["passed"] + numbers["failed"]:
        return None
    numbers["ran"] = ran
    for name, key in _MEMORY.items():
        value = data.get(key) or 0
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_BYTES:
            return None
        numbers[name] = value
    words: dict[str, str] = {}
    for name, key in _WORDS.items():
        value = data.get(key) or ""
        if not isinstance(value, str):
            return None
        words[name] = value
    return Termination(**numbers, **words, sent=data["sent"])  # type: ignore[arg-type]  # two dicts of one type each, by name
