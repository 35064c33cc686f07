"""What the server is told when it starts, and the bounds on what it takes."""

from __future__ import annotations

import dataclasses
import pathlib

from testrun.core import retention

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
    pod_bodies: int = 2
    run_bodies: int = 32
    bodies: int = 64
    """Uploads of events that one pod, one run and all may be sending at the same time: they are held in memory."""
    attachments: int = 5000
    """Files of one pod: a volume runs out of inodes as well as of bytes."""
    run_attachments_bytes: int = 2048 * MEBIBYTE
    """All attachments of one run."""
    pod_uploads: int = 8
    run_uploads: int = 16
    uploads: int = 32
    """Attachments that one pod, one run and all may be sending at the same time."""
    holds: int = 4
    """Open ``hold`` connections of one pod."""
    shards: int = 100
    """Every shard's index is below this; a TestRun has no more."""
    pods_per_shard: int = 16
    run_events_bytes: int = 256 * MEBIBYTE
    """All logs of one run."""
    last_words_bytes: int = 64 * 1024
    """What each pod may send beyond that, in uploads no larger than that: how it ended."""
    run_ledgers_bytes: int = 64 * MEBIBYTE
    """Memory for what the pods of one run told (`PodLedger.cost`). A run of 20,000 tests with titles of usual length, of which
    one in fifty fails, takes 38 MiB. Settling takes up to two and a half times as much on top.
    """
    ledgers_bytes: int = 160 * MEBIBYTE
    """Memory for what all live runs told. With one large run that is settled, and all uploads, it fits into 512 MiB."""
    runs: int = 500
    """Live runs."""
    reserve_bytes: int = 64 * MEBIBYTE
    """Room on the volume that attachments may not take, nor logs the last quarter of it: when a trace no longer fits, events
    still do, and when they do not, JUnit and verdict still do.
    """
    scarce_percent: int = 10
    scarce_bytes: int = 128 * MEBIBYTE
    """With less of the volume free than either, the server warns: in the log, the metrics and its answers to settle."""
    stall_seconds: float = 30.0
    """An upload that brings no byte for so long is broken off."""
    slowest_bytes_per_second: int = 16 * 1024
    """An upload as a whole may take `stall_seconds` and the time for its bytes at this pace."""
    record_bytes: int = 64 * MEBIBYTE
    """One recorded JUnit file, as it is delivered and unpacked."""
    records_body_bytes: int = 8 * MEBIBYTE
    """The records of one run as the operator delivers them: three ConfigMaps of at most 1 MiB each, as base64."""
    namespace_records: int = 48
    namespace_records_bytes: int = 512 * MEBIBYTE
    """Uploaded files of one namespace that no run has used yet, with those under way."""
    namespace_record_uploads: int = 4
    record_uploads: int = 16
    """Such files that one namespace and all may be sending at the same time."""
    unclaimed_seconds: float = 24 * 3600.0
    """An uploaded file that no run has used for so long is removed."""
    removed_seconds: float = 30 * 24 * 3600.0
    """For so long it is remembered that a run's evidence was removed."""
    settle_body_bytes: int = 64 * MEBIBYTE
    abandoned_seconds: float = 24 * 3600.0
    """A live run that no pod has said anything of for so long, nor held a connection, is settled by the server itself."""


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
    retention: retention.Policy = dataclasses.field(default_factory=retention.Policy)
