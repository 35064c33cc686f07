"""An event log that somebody else appends to (docs/protocol.md §2), read on while it grows."""

from __future__ import annotations

import pathlib
from collections.abc import Callable

from testrun.core import protocol

CHUNK_BYTES = 1024 * 1024


class Reader:
    """Hands on each whole line, once."""

    def __init__(self, path: pathlib.Path, feed: Callable[[bytes], object]) -> None:
        self.path = path
        self.read = 0
        """So many bytes of it are known."""
        self._feed = feed
        self._rest = b""

    def read_on(self) -> None:
        """What has come since. A log that cannot be read has nothing new."""
        try:
            with self.path.open("rb") as log:
                log.seek(self.read)
                while chunk := log.read(CHUNK_BYTES):
                    self.read += len(chunk)
                    *lines, self._rest = (self._rest + chunk).split(b"\n")
                    for line in lines:
                        self._feed(line)
                    if len(self._rest) > protocol.LINE_BYTES:
                        self._feed(self._rest)
                        self._rest = b""
        except OSError:
            return

    def close(self) -> None:
        """The rest of it; a last line that was cut off in the middle too: whoever is fed says so."""
        self.read_on()
        if self._rest:
            self._feed(self._rest)
            self._rest = b""
