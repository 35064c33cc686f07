"""What the server is told when it starts, and the bounds on what it takes."""

from __future__ import annotations

import dataclasses
import pathlib

MEBIBYTE = 1024 * 1024


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds on input from pods. The first three are the ones that the operator tells the pods (docs/protocol.md §1)."""

    events_bytes: int = 64 * MEBIBYTE
    """One pod's log."""
    attachments_bytes: int = 256 * MEBIBYTE
    """All attachments of one pod."""
    attachment_bytes: int = 100 * MEBIBYTE
    events_body_bytes: int = MEBIBYTE
    """One upload of events."""
    attachments: int = 5000
    """Files of one pod: a volume runs out of inodes as well as of bytes."""
    uploads: int = 8
    """Attachments that one pod may be sending at the same time."""
    holds: int = 4
    """Open ``hold`` connections of one pod."""
    shards: int = 1000
    """Every shard's index is below this."""
    pods_per_shard: int = 16
    run_events_bytes: int = 256 * MEBIBYTE
    """All logs of one run: they are held in memory, parsed, until the run is settled."""
    runs: int = 500
    """Live runs."""
    reserve_bytes: int = 64 * MEBIBYTE
    """Room on the volume that attachments may not take, nor logs the last quarter of it: when a trace no longer fits, events
    still do, and when they do not, JUnit and verdict still do.
    """
    stall_seconds: float = 30.0
    """An upload that brings no byte for so long is broken off."""
    slowest_bytes_per_second: int = 16 * 1024
    """An upload as a whole may take `stall_seconds` and the time for its bytes at this pace."""
    settle_body_bytes: int = 64 * MEBIBYTE


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    data: pathlib.Path
    """The volume: ``spool/`` for live runs, ``store/`` for evidence. On one file system a run is settled without copying."""
    key: bytes = dataclasses.field(repr=False)
    """The key that the server and the operator share (docs/protocol.md §4)."""
    url: str = ""
    """Where readers reach this server: stands in the page and the summary, so that a copy tells where it came from. Empty: not
    known.
    """
    limits: Limits = Limits()
