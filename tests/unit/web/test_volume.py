"""A volume that fills up is told of before it is full."""

from __future__ import annotations

import os
import pathlib
import types

import pytest
from unit.web import pods

from testrun.web import abandoned, app, config

MIB = config.MEBIBYTE


class Disk:
    """What the kernel says of every volume, in MiB; a tenth is kept for root."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free = 0
        monkeypatch.setattr(os, "statvfs", self.statvfs)

    def statvfs(self, path: object) -> types.SimpleNamespace:
        if not pathlib.Path(str(path)).exists():
            raise FileNotFoundError(path)
        return types.SimpleNamespace(f_frsize=MIB, f_blocks=1100, f_bfree=self.free + 100, f_bavail=self.free)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


async def almost_full(server: pods.Server) -> float:
    _, text = await server.call("GET", "/metrics")
    (line,) = [line for line in text.decode().splitlines() if line.startswith("testrun_server_volume_almost_full")]
    return float(line.split()[1])


@pytest.mark.parametrize(
    ("free", "metric", "message"),
    [
        pytest.param(128, 0, "", id="enough"),
        pytest.param(127, 1, "all evidence is in the store, which is 87 % full (127 MiB left)", id="too few bytes"),
        pytest.param(20, 1, "all evidence is in the store, which is 98 % full (20 MiB left)", id="room for the logs"),
        pytest.param(0, 1, "all evidence is in the store, which is 100 % full (0 MiB left)", id="room for the small files alone"),
    ],
)
async def test_the_answer_to_settle_and_the_metrics_say_so(
    tmp_path: pathlib.Path, disk: Disk, free: int, metric: float, message: str
) -> None:
    async with pods.running(tmp_path, limits=config.Limits()) as server:
        disk.free = 128
        await server.events(0, pods.whole_log("a"))
        disk.free = free
        settlement = await server.settle()
        assert (settlement.stored, settlement.stored_message) == (True, message)
        assert await almost_full(server) == metric
        disk.free = 1000
        assert (await server.settle()).stored_message == "", "asked again it tells of the volume as it is now"


async def test_the_log_says_it_once_and_when_it_is_over(
    tmp_path: pathlib.Path, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger=abandoned.__name__)
    async with pods.running(tmp_path, limits=config.Limits()) as server:
        keeper = server.app[app.KEEPER]
        await pods.until(lambda: "% full" in caplog.text)  # the look when it starts
        for disk.free in (10, 500, 600, 5):
            keeper.warn()
    assert [each.getMessage() for each in caplog.records if each.name == abandoned.__name__] == [
        "the store is 100 % full (0 MiB left): make the volume larger, or set its retention",
        "the store has room again",
        "the store is 99 % full (5 MiB left): make the volume larger, or set its retention",
    ]


async def test_a_volume_that_is_gone_is_no_reason_to_fail(tmp_path: pathlib.Path, disk: Disk) -> None:
    data = tmp_path / "data"
    async with pods.running(data, limits=config.Limits()) as server:
        away = data.rename(tmp_path / "away")
        server.app[app.KEEPER].warn()
        away.rename(data)
