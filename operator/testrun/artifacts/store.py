"""Where evidence lives, as the few verbs that a folder and an object store have in common.

A store holds whole, immutable files under keys (`layout.check_key`). It must not know what a run is. Calls block; the caller
picks the thread. There is no rename, no append and no lock, because S3, GCS and Azure have none: what must look atomic is written
last.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterator, Sequence
from typing import Protocol

CHUNK = 256 * 1024
"""Bytes that are read or written at a time."""


class StoreError(Exception):
    """The store could not do it. The message is one line and safe to show."""


class NotFound(StoreError):
    """There is no file under that key."""


class StoreFull(StoreError):
    """There is no room (or no quota) for the file; nothing of it is readable."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stat:
    key: str
    bytes: int
    modified: float = dataclasses.field(default=0.0, compare=False)
    """When its bytes were written: seconds since the epoch."""


class Store(Protocol):
    """Raises ``ValueError`` for a key that is none, `StoreError` for anything that went wrong in the store itself."""

    def put(self, key: str, source: bytes | pathlib.Path) -> None:
        """Writes a whole file, replacing an older one in one step. Durable when it returns.

        A path names a regular file that is not written to any more; the store may share its blocks, so it must not change later,
        but may be unlinked at once.
        """

    def read(self, key: str) -> contextlib.AbstractContextManager[Iterator[bytes]]:
        """Opens the file: its chunks, of at most `CHUNK`. Raises `NotFound` when it is entered, never in the middle."""

    def stat(self, key: str) -> Stat | None:
        """None: there is no such file."""

    def list(self, prefix: str) -> list[Stat]:
        """All files below the folder ``prefix``, sorted by key; empty when there is none."""

    def folders(self, prefix: str = "") -> Sequence[str]:
        """Names of the folders directly below the folder ``prefix`` (empty: the whole store), sorted."""

    def sweep(self, prefix: str) -> None:
        """Removes what writers that were killed left unfinished below the folder ``prefix``. Nobody may be writing there."""

    def delete(self, prefix: str) -> None:
        """Removes the file ``prefix`` or all files below the folder of that name. Nothing there is success. Files go in no order,
        and a crash may leave some of them.
        """


def read_bytes(store: Store, key: str) -> bytes:
    """A small file as a whole. Raises `NotFound`."""
    with store.read(key) as chunks:
        return b"".join(chunks)
