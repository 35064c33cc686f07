"""When a volume has so little room left that somebody should look, and how to say so. Pure."""

from __future__ import annotations

import dataclasses

MEBIBYTE = 1024 * 1024


@dataclasses.dataclass(frozen=True, kw_only=True)
class Room:
    """Of a volume, as far as the server may use it: without what the file system keeps for root."""

    used: int
    """Bytes."""
    free: int

    @property
    def percent(self) -> int:
        """How full it is, rounded down: 100 is when nothing is left."""
        return self.used * 100 // (self.used + self.free) if self.free else 100


def is_scarce(room: Room, *, percent: int, least: int) -> bool:
    """Whether less than so many percent of the volume are free, or fewer than so many bytes."""
    return room.free * 100 < percent * (room.used + room.free) or room.free < least


def described(room: Room) -> str:
    """``93 % full (712 MiB left)``."""
    mebibytes = room.free // MEBIBYTE
    left = f"{mebibytes} MiB" if mebibytes < 10 * 1024 else f"{mebibytes // 1024} GiB"
    return f"{room.percent} % full ({left} left)"
