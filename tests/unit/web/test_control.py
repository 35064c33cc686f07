"""What the operator hears and says: docs/protocol.md §3, Operator."""

from __future__ import annotations

import asyncio
import dataclasses
import pathlib

import build
import pytest
from unit.web import pods

from testrun.api import wire
from testrun.core import model
from testrun.web import changes, control

OTHER = dataclasses.replace(build.RUN, name="other", uid="another-life")


def shard_progress(**changes: object) -> model.ShardProgress:
    return model.ShardProgress(**{"index": 0, "pod": pods.POD} | changes)  # type: ignore[arg-type]


class TestChanges:
    async def test_the_first_call_tells_of_all_live_runs_at_once(self, server: pods.Server) -> None:
        cursor, runs = await server.changes(timeout=30)
        assert (runs, bool(cursor)) == ({}, True)
        log = pods.begin() + pods.plan("a", "b") + pods.start("a") + pods.end("a") + pods.start("b")
        await server.events(0, log)
        await server.events(0, pods.begin(), run=OTHER)
        _, runs = await server.changes(timeout=30)
        running = model.RunningTest(title="cart › b", file="cart.spec.ts", project="desktop", since_ms=pods.TIME + 1000)
        assert runs == {
            pods.RUN: model.Progress(run=pods.RUN, version=1, shards=(shard_progress(planned=2, passed=1, running=(running,)),)),
            OTHER: model.Progress(run=OTHER, version=1, shards=(shard_progress(),)),
        }

    async def test_a_later_call_tells_of_what_changed_since(self, server: pods.Server) -> None:
        await server.events(0, pods.begin())
        await server.events(0, pods.begin(), run=OTHER)
        cursor, _ = await server.changes()
        assert (await server.changes(cursor))[1] == {}
        await server.events(len(pods.begin()), pods.plan("a"))
        _, runs = await server.changes(cursor, timeout=30)
        assert [(run, progress.version) for run, progress in runs.items()] == [(pods.RUN, 2)]

    @pytest.mark.parametrize("cursor", ["x", "dead:7", "dead:99999"])
    async def test_a_cursor_of_another_life_gets_everything_at_once(self, server: pods.Server, cursor: str) -> None:
        await server.events(0, pods.begin())
        assert list((await server.changes(cursor, timeout=30))[1]) == [pods.RUN]

    async def test_more_than_one_answer_should_hold_comes_in_several(
        self, server: pods.Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        runs = [dataclasses.replace(build.RUN, uid=f"u{number}") for number in range(5)]
        for run in runs:
            await server.events(0, pods.begin(), run=run)
        monkeypatch.setattr(control, "CHANGES_BYTES", 300)
        cursor, found = "", []
        for _ in range(3):
            cursor, some = await server.changes(cursor, timeout=30)
            found.append([run.uid for run in some])
        assert found == [["u0", "u1"], ["u2", "u3"], ["u4"]]
        assert (await server.changes(cursor))[1] == {}

    async def test_an_answer_about_the_worst_run_is_a_few_megabytes(self, server: pods.Server) -> None:
        wide = "😀" * 1000
        tests = [{"id": f"{n}", "title": [wide[:200]] * 30, "file": wide, "project": wide[:300], "expected": "passed"}
                 for n in range(11)]  # fmt: skip
        log = pods.begin() + b"".join(pods.line("plan", tests=[each]) for each in tests)
        log += b"".join(pods.start(each["id"]) for each in tests)
        for shard in range(10):
            assert (await server.events(0, log, shard=shard))[0] == 200
        async with server.session.get(
            f"{server.url}/v1/changes", headers={"Authorization": f"Bearer {pods.KEYRING.operator_token()}"}
        ) as response:
            assert len(await response.read()) < 10 * 25_000

    async def test_a_shard_s_end_wakes_within_100_ms(self, server: pods.Server) -> None:
        log = pods.whole_log("a")
        end = log.rindex(b"\n", 0, -1) + 1
        await server.events(0, log[:end])
        cursor, _ = await server.changes()
        waiting = asyncio.ensure_future(server.changes(cursor, timeout=30))
        await server.call("GET", "/healthz")  # the poll is there
        began = asyncio.get_running_loop().time()
        await server.events(end, log[end:])
        _, runs = await waiting
        assert asyncio.get_running_loop().time() - began < 0.1
        assert runs[pods.RUN].shards[0].exit == model.ShardExit(code=0, time_ms=pods.TIME + 3000)

    async def test_a_busy_run_costs_few_answers(self, server: pods.Server) -> None:
        size, log, answers = 0, b"", 0
        cursor, _ = await server.changes()
        done = asyncio.Event()

        async def listen() -> None:
            nonlocal cursor, answers
            while not done.is_set():
                cursor, runs = await server.changes(cursor, timeout=0.2)
                answers += bool(runs)

        clock = asyncio.get_running_loop().time
        began = clock()
        listening = asyncio.ensure_future(listen())
        for number in range(200):
            piece = log if number else pods.begin()
            size = (await server.events(size, piece or pods.line("unknown")))[1]["size"]
        done.set()
        await listening
        assert 0 < answers <= (clock() - began) / changes.COALESCE_SECONDS + 1  # however slow the machine is

    async def test_no_news_is_an_answer_too(self, server: pods.Server) -> None:
        cursor, _ = await server.changes()
        assert await server.changes(cursor, timeout=0.01) == (cursor, {})

    @pytest.mark.parametrize("timeout", ["x", "-1", "nan"])
    async def test_a_time_out_that_is_none_is_refused(self, server: pods.Server, timeout: str) -> None:
        cursor, _ = await server.changes()
        token = pods.KEYRING.operator_token()
        assert (await server.call("GET", "/v1/changes", params={"cursor": cursor, "timeout": timeout}, token=token))[0] == 422

    async def test_a_settled_run_is_live_no_more(self, server: pods.Server) -> None:
        await server.events(0, pods.whole_log("a"))
        await server.settle()
        assert (await server.changes())[1] == {}

    async def test_a_server_that_stops_answers_first(self, tmp_path: pathlib.Path) -> None:
        loop = asyncio.get_running_loop()
        async with pods.running(tmp_path) as server:
            cursor, _ = await server.changes()
            waiting = asyncio.ensure_future(server.changes(cursor, timeout=30))
            await server.call("GET", "/healthz")
            stopping = asyncio.ensure_future(server.app.shutdown())
            began = loop.time()
            assert await waiting == (cursor, {})
            await stopping
        assert loop.time() - began < 2.0


class TestPods:
    async def test_the_pod_that_began_last_speaks_for_its_shard(self, server: pods.Server) -> None:
        await server.events(0, pods.begin(pod="new", time=2) + pods.plan("a", "b"), pod="new")
        await server.events(0, pods.begin(pod="old", time=1) + pods.plan("a"), pod="old")
        await server.events(0, pods.line("unknown"), pod="silent")
        _, runs = await server.changes()
        assert [(shard.pod, shard.planned) for shard in runs[pods.RUN].shards] == [("new", 2)]

    async def test_shards_are_in_order(self, server: pods.Server) -> None:
        for index in (10, 2, 0):
            await server.events(0, pods.begin(index=index), shard=index)
        _, runs = await server.changes()
        assert [shard.index for shard in runs[pods.RUN].shards] == [0, 2, 10]


class TestSettleRequest:
    @pytest.mark.parametrize("token", ["", "x", pods.KEYRING.run_token(pods.RUN), "reader"])
    async def test_only_the_operator_may(self, server: pods.Server, token: str) -> None:
        status, _ = await server.call("POST", f"{pods.run_path()}/settle", token=token, data=wire.dumps(pods.settle_request()))
        assert status == (403 if token else 401)
        assert (await server.call("GET", "/v1/changes", token=token))[0] == (403 if token else 401)

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"run": 1}', b"[" * 10_000])
    async def test_a_body_that_is_none_is_refused_and_seals_nothing(self, server: pods.Server, body: bytes) -> None:
        token = pods.KEYRING.operator_token()
        assert (await server.call("POST", f"{pods.run_path()}/settle", token=token, data=body))[0] == 422
        assert (await server.events(0, pods.begin()))[0] == 200

    async def test_a_body_about_another_run_is_refused(self, server: pods.Server) -> None:
        body, token = wire.dumps(pods.settle_request(run=OTHER)), pods.KEYRING.operator_token()
        assert (await server.call("POST", f"{pods.run_path()}/settle", token=token, data=body))[0] == 422

    @pytest.mark.parametrize("shards", [-1, 1001])
    async def test_shards_are_within_bounds(self, server: pods.Server, shards: int) -> None:
        assert (await server.settle_raw(pods.settle_request(shards=shards)))[0] == 422
