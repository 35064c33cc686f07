"""A server that comes back on the same folder goes on where the last one was killed."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import pathlib

import build
import pytest
from unit.web import pods

from testrun.core import model
from testrun.web import config, spool

OTHER = dataclasses.replace(build.RUN, uid="another-life")
LOG = pods.whole_log("a", "b")
HALF = LOG.index(b"\n", len(LOG) // 2) + 1


async def test_nothing_that_was_taken_is_lost(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path) as server:
        await server.events(0, LOG[:HALF])
        await server.events(0, pods.begin(), run=OTHER)
        await server.attach("1-trace.zip", b"trace")
        _, before = await server.changes()
    async with pods.running(tmp_path) as server:
        _, after = await server.changes()
        assert {run: progress.shards for run, progress in after.items()} == {
            run: progress.shards for run, progress in before.items()
        }
        status, body = await server.events(0, LOG)
        assert (status, body["size"]) == (409, HALF)
        assert await server.events(HALF, LOG[HALF:]) == (200, {"size": len(LOG)})
        assert [(await server.attach("1-trace.zip", data))[0] for data in (b"trace", b"other")] == [201, 409]
        assert (await server.settle()).verdict is model.Verdict.PASSED


async def test_a_line_that_was_not_written_whole_is_asked_for_again(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path) as server:
        await server.events(0, LOG[:HALF])
    (log,) = tmp_path.glob("spool/*/files/**/events.jsonl")  # noqa: ASYNC240
    with log.open("ab") as file:
        file.write(LOG[HALF : HALF + 10])
    async with pods.running(tmp_path) as server:
        assert (await server.events(HALF + 10, LOG[HALF + 10 :]))[1]["size"] == HALF
        assert (await server.events(HALF, LOG[HALF:]))[0] == 200
        assert (await server.settle()).verdict is model.Verdict.PASSED


async def test_an_upload_that_was_not_finished_leaves_nothing(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path) as server:
        await server.events(0, LOG)
    (incoming,) = tmp_path.glob("spool/*/incoming")  # noqa: ASYNC240
    (incoming / "0").write_bytes(b"half")
    async with pods.running(tmp_path) as server:
        assert (await server.attach("1-trace.zip", b"trace"))[0] == 201
        assert list(incoming.iterdir()) == []


async def test_a_cursor_of_the_last_life_gets_everything(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path) as server:
        await server.events(0, LOG)
        cursor, _ = await server.changes()
    async with pods.running(tmp_path) as server:
        assert list((await server.changes(cursor, timeout=30))[1]) == [pods.RUN]


async def test_a_run_that_cannot_be_read_stops_no_other(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with pods.running(tmp_path) as server:
        await server.events(0, LOG)
        await server.events(0, pods.begin(), run=OTHER)
    repair = spool.RunFiles.repair

    def broken(self: spool.RunFiles, path: str) -> int:
        if self.folder.name == pods.RUN.uid:
            raise OSError("the disk says no")
        return repair(self, path)

    with monkeypatch.context() as patched:
        patched.setattr(spool.RunFiles, "repair", broken)
        async with pods.running(tmp_path) as server:
            assert list((await server.changes())[1]) == [OTHER]
            assert (await server.call("GET", "/readyz"))[0] == 200
            assert (await server.events(0, LOG))[0] == 500, "what cannot be read is not written over"
            patched.undo()
            assert (await server.events(0, LOG))[1]["size"] == len(LOG), "and is read as soon as it can be"
    assert "cannot replay a run" in caplog.text


async def test_a_spool_that_cannot_be_read_is_told_in_the_log(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: spool.Spool) -> list[model.RunRef]:
        raise OSError("the disk says no")

    monkeypatch.setattr(spool.Spool, "runs", broken)
    async with pods.running(tmp_path) as server:
        await pods.until(lambda: "the spool cannot be read" in caplog.text)
        assert (await server.call("GET", "/readyz"))[0] == 503


async def test_requests_wait_until_all_runs_are_read(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pods.running(tmp_path) as server:
        await server.events(0, LOG)
    gate, loop = asyncio.Event(), asyncio.get_running_loop()
    runs = spool.Spool.runs

    def slow(self: spool.Spool) -> list[model.RunRef]:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(10)
        return runs(self)

    monkeypatch.setattr(spool.Spool, "runs", slow)
    async with pods.running(tmp_path) as server:
        assert (await server.call("GET", "/healthz"))[0] == 200
        assert (await server.call("GET", "/readyz"))[0] == 503
        early = asyncio.ensure_future(server.events(0, LOG))
        assert (await server.call("GET", "/readyz"))[0] == 503
        gate.set()
        assert (await early)[1]["size"] == len(LOG)
        assert (await server.call("GET", "/readyz"))[0] == 200


async def test_what_is_no_run_in_the_spool_is_no_trouble(tmp_path: pathlib.Path) -> None:
    (tmp_path / "spool" / "lost+found").mkdir(parents=True)
    (tmp_path / "spool" / "file").write_bytes(b"")
    async with pods.running(tmp_path) as server:
        assert await server.events(0, LOG) == (200, {"size": len(LOG)})
    assert sorted(os.listdir(tmp_path / "spool"))[0] == pods.RUN.uid


async def test_a_log_that_no_longer_fits_into_memory_does_not_keep_the_server_from_starting(tmp_path: pathlib.Path) -> None:
    log = pods.whole_log(*(f"{number}" for number in range(1000)))
    async with pods.running(tmp_path) as server:
        await server.events(0, log)
        await server.events(0, pods.whole_log("a", uid=OTHER.uid), run=OTHER)
    limits = config.Limits(reserve_bytes=0, run_ledgers_bytes=300_000)
    async with pods.running(tmp_path, limits=limits) as server:
        assert (await server.events(0, log))[1]["size"] == len(log), "all of it is on the disk, and evidence"
        assert (await server.call("GET", "/readyz"))[0] == 200
        assert server.runs()[pods.RUN].cost < 500_000
        settlement = await server.settle()
        assert settlement.verdict is model.Verdict.ERRORED
        assert (await server.settle(pods.settle_request(run=OTHER))).verdict is model.Verdict.PASSED
    async with pods.running(tmp_path, limits=limits) as server:
        again = await server.settle(force=True)
        assert (again.verdict, again.counts) == (settlement.verdict, settlement.counts)


async def test_all_logs_together_that_no_longer_fit(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path) as server:
        for run in (pods.RUN, OTHER):
            await server.events(0, pods.whole_log(*(f"{number}" for number in range(1000)), uid=run.uid), run=run)
        one = server.runs()[pods.RUN].cost
    async with pods.running(tmp_path, limits=config.Limits(reserve_bytes=0, ledgers_bytes=one + one // 2)) as server:
        verdicts = [(await server.settle(pods.settle_request(run=run))).verdict for run in (pods.RUN, OTHER)]
        assert sorted(verdicts) == [model.Verdict.ERRORED, model.Verdict.PASSED]
