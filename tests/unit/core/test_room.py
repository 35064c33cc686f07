"""When little room is left, and what is said of it."""

from __future__ import annotations

import pytest

from testrun.core import room

MIB = room.MEBIBYTE
GIB = 1024 * MIB


@pytest.mark.parametrize(
    ("used", "free", "scarce", "said"),
    [
        pytest.param(0, 10 * GIB, False, "0 % full (10 GiB left)", id="empty"),
        pytest.param(9 * GIB, GIB, False, "90 % full (1024 MiB left)", id="a tenth is left"),
        pytest.param(9 * GIB + 1, GIB - 1, True, "90 % full (1023 MiB left)", id="a byte less"),
        pytest.param(10 * GIB - 700 * MIB, 700 * MIB, True, "93 % full (700 MiB left)", id="less than a tenth"),
        pytest.param(300 * MIB, 128 * MIB, False, "70 % full (128 MiB left)", id="of a small volume just enough bytes"),
        pytest.param(300 * MIB, 128 * MIB - 1, True, "70 % full (127 MiB left)", id="of a small volume too few bytes"),
        pytest.param(10 * GIB - 1, 1, True, "99 % full (0 MiB left)", id="a byte is left"),
        pytest.param(10 * GIB, 0, True, "100 % full (0 MiB left)", id="full"),
        pytest.param(0, 0, True, "100 % full (0 MiB left)", id="a volume of no size"),
        pytest.param(50_000 * GIB, 7000 * GIB, False, "87 % full (7000 GiB left)", id="large"),
    ],
)
def test_room(used: int, free: int, scarce: bool, said: str) -> None:
    seen = room.Room(used=used, free=free)
    assert (room.is_scarce(seen, percent=10, least=128 * MIB), room.described(seen)) == (scarce, said)
