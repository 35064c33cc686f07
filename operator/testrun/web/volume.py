"""How much room the server's volume has, asked of the kernel each time: others may write there too."""

from __future__ import annotations

import os
import pathlib

from testrun.core import room
from testrun.web import config


class Volume:
    """The volume of a folder."""

    def __init__(self, folder: pathlib.Path, limits: config.Limits) -> None:
        self._folder = folder
        self._limits = limits

    def look(self) -> room.Room:
        """Raises ``OSError`` when the folder is gone."""
        facts = os.statvfs(self._folder)
        return room.Room(used=(facts.f_blocks - facts.f_bfree) * facts.f_frsize, free=facts.f_bavail * facts.f_frsize)

    def is_scarce(self) -> bool:
        """Whether somebody should look (docs/protocol.md §6). Raises ``OSError`` as `look` does."""
        return self._is_scarce(self.look())

    def warning(self) -> str:
        """How full it is, when somebody should know; else empty. A volume that cannot be asked is another's to tell."""
        try:
            seen = self.look()
        except OSError:
            return ""
        return room.described(seen) if self._is_scarce(seen) else ""

    def _is_scarce(self, seen: room.Room) -> bool:
        return room.is_scarce(seen, percent=self._limits.scarce_percent, least=self._limits.scarce_bytes)
