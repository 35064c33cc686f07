"""What a pod may send, and what it may not: docs/protocol.md §3, Shard."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import pathlib
import resource
import shutil
import tracemalloc
import urllib.parse
from collections.abc import AsyncIterator, Iterator

import aiohttp
import build
import pytest
from unit.web import pods

from testrun.core import model
from testrun.web import app, config

OTHER = dataclasses.replace(build.RUN, uid="another-life")
NO_RESERVE = pods.LIMITS


def small(**changes: int | float) -> config.Limits:
    return dataclasses.replace(NO_RESERVE, **changes)


def on_disk(data: pathlib.Path) -> dict[str, bytes]:
    """The spool's whole files by the path they will have in the store."""
    return {str(path).split("/files/")[1]: path.read_bytes() for path in data.glob("spool/*/files/**/*") if path.is_file()}


def unfinished(data: pathlib.Path) -> list[pathlib.Path]:
    return list(data.glob("spool/*/incoming/*"))


class TestEvents:
    async def test_a_log_arrives_in_pieces(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        log = pods.whole_log("a", "b")
        middle = log.index(b"\n") + 1
        assert await server.events(0, log[:middle]) == (200, {"size": middle})
        assert await server.events(middle, log[middle:]) == (200, {"size": len(log)})
        assert on_disk(tmp_path) == {f"phase-3/shard-0/{pods.POD}/events.jsonl": log}

    async def test_a_piece_that_is_not_the_next_one_is_told_the_size(self, server: pods.Server) -> None:
        size = len(pods.begin())
        await server.events(0, pods.begin())
        for offset in (0, size - 1, size + 1, 10**14):
            status, body = await server.events(offset, pods.plan("a"))
            assert (status, body["size"]) == (409, size)

    async def test_an_empty_piece_asks_for_the_size(self, server: pods.Server) -> None:
        assert await server.events(0, b"") == (200, {"size": 0})
        await server.events(0, pods.begin())
        status, body = await server.events(0, b"")
        assert (status, body["size"]) == (409, len(pods.begin()))

    async def test_half_a_line_is_refused(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        assert (await server.events(0, pods.begin()[:-1]))[0] == 422
        assert on_disk(tmp_path) == {}

    @pytest.mark.parametrize("offset", ["", "-1", "x", "1.0", "9" * 99, "²"])
    async def test_an_offset_that_is_no_number_is_refused(self, server: pods.Server, offset: str) -> None:
        path = f"{pods.pod_path()}/events?offset={urllib.parse.quote(offset)}"
        assert (await server.call("POST", path, token=pods.KEYRING.run_token(pods.RUN), data=pods.begin()))[0] == 422

    async def test_garbage_is_kept_as_evidence_and_believed_nothing(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        garbage = b'\xff\xfe\n{"type": 7}\nnull\n\n\r\n[[[[\n' + b"[" * 5000 + b"\n" + b'{"type":"end","id":"\\ud800"}\n'
        assert await server.events(0, garbage) == (200, {"size": len(garbage)})
        assert await server.events(len(garbage), pods.whole_log("a")) == (200, {"size": len(garbage + pods.whole_log("a"))})
        settlement = await server.settle()
        assert settlement.verdict is model.Verdict.ERRORED

    async def test_a_body_above_the_limit_is_refused_whether_its_size_is_told_or_not(self, tmp_path: pathlib.Path) -> None:
        async def untold() -> AsyncIterator[bytes]:
            for _ in range(11):
                yield b"x" * 99 + b"\n"

        async with pods.running(tmp_path, limits=small(events_body_bytes=1000)) as server:
            assert (await server.events(0, b"x" * 1000 + b"\n"))[0] == 413
            path = f"{pods.pod_path()}/events?offset=0"
            assert (await server.call("POST", path, token=pods.KEYRING.run_token(pods.RUN), data=untold()))[0] == 413
            assert (await server.events(0, b"x" * 999 + b"\n"))[0] == 200

    async def test_a_full_log_takes_no_more_and_keeps_what_it_has(self, tmp_path: pathlib.Path) -> None:
        first, second = pods.begin(), pods.plan("a")
        async with pods.running(tmp_path, limits=small(events_bytes=len(first) + len(second) - 1)) as server:
            await server.events(0, first)
            status, body = await server.events(len(first), second)
            assert (status, body["error"]) == (413, "the log is full")
            assert list(on_disk(tmp_path).values()) == [first]

    async def test_all_logs_of_a_run_are_bounded_together(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(run_events_bytes=2 * len(pods.begin()), last_words_bytes=0)) as server:
            assert (await server.events(0, pods.begin(), pod="one"))[0] == 200
            assert (await server.events(0, pods.begin(pod="two", time=1) + pods.plan("a"), pod="two"))[0] == 413
            assert (await server.events(0, pods.begin(), pod="three", run=OTHER))[0] == 200

    async def test_100_000_events_leave_the_server_responsive(self, server: pods.Server) -> None:
        log = pods.begin() + pods.plan("a") + pods.line("start", id="a", retry=0, worker=0, time=1) * 100_000
        slowest, sent = 0.0, False

        async def ask() -> None:
            nonlocal slowest
            loop = asyncio.get_running_loop()
            while not sent:
                began = loop.time()
                await server.call("GET", "/healthz")
                slowest = max(slowest, loop.time() - began)

        asking = asyncio.ensure_future(ask())
        size = 0
        while size < len(log):
            end = log.rindex(b"\n", size, size + 1024 * 1024) + 1
            status, body = await server.events(size, log[size:end])
            assert (status, body) == (200, {"size": end})
            size = end
        sent = True
        await asking
        assert slowest < 1.0
        _, progress = await server.changes()
        assert progress[pods.RUN].shards[0].planned == 1

    async def test_a_body_that_stalls_is_broken_off(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(stall_seconds=0.1)) as server:
            request = raw("POST", f"{pods.pod_path()}/events?offset=0", {"Content-Length": "100"}) + b"{"
            assert (await send(server, request)).startswith(b"HTTP/1.1 408 ")
            assert on_disk(tmp_path) == {}

    async def test_a_compressed_body_is_refused(self, server: pods.Server) -> None:
        path = f"{pods.pod_path()}/events?offset=0"
        status, _ = await server.call(
            "POST", path, token=pods.KEYRING.run_token(pods.RUN), headers={"Content-Encoding": "gzip"}, data=b"\x1f\x8b"
        )
        assert status in (400, 415)


class TestAttachments:
    async def test_a_file_arrives(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        data = bytes(range(256)) * 5000
        assert await server.attach("1-trace.zip", data) == (201, {"bytes": len(data), "sha256": pods.digest(data)})
        assert on_disk(tmp_path) == {f"phase-3/shard-0/{pods.POD}/attachments/1-trace.zip": data}
        assert unfinished(tmp_path) == []

    async def test_the_same_again_is_fine_and_another_of_its_name_is_not(
        self, server: pods.Server, tmp_path: pathlib.Path
    ) -> None:
        assert [(await server.attach("a", data))[0] for data in (b"one", b"one", b"two")] == [201, 201, 409]
        assert list(on_disk(tmp_path).values()) == [b"one"]

    async def test_two_at_once_of_one_name_end_as_one_file(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        results = await asyncio.gather(*(server.attach("a", data * 300_000) for data in (b"x", b"x", b"y")))
        assert sorted(status for status, _ in results) in ([201, 201, 409], [201, 409, 409])
        (kept,) = on_disk(tmp_path).values()
        assert len(set(kept)) == 1
        assert unfinished(tmp_path) == []

    async def test_a_wrong_digest_is_refused_and_leaves_nothing(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        assert (await server.attach("a", b"data", sha256=pods.digest(b"other")))[0] == 422
        assert (on_disk(tmp_path), unfinished(tmp_path)) == ({}, [])

    @pytest.mark.parametrize("sha256", ["", "x" * 64, "a" * 63, "ä" * 64])
    async def test_a_digest_that_is_none_is_refused(self, server: pods.Server, sha256: str) -> None:
        status, _ = await server.attach("a", b"data", sha256=urllib.parse.quote(sha256))
        assert status == 422

    async def test_without_a_length_nothing_is_taken(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        async def untold() -> AsyncIterator[bytes]:
            yield b"data"

        assert (await server.attach("a", untold(), sha256=pods.digest(b"data")))[0] == 411
        assert (on_disk(tmp_path), unfinished(tmp_path)) == ({}, [])

    async def test_a_file_above_the_limit_is_refused_before_it_is_read(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(attachment_bytes=1000)) as server:
            assert (await server.attach("a", b"x" * 1001))[0] == 413
            assert (await server.attach("a", b"x" * 1000))[0] == 201

    async def test_a_length_that_says_less_than_comes_does_not_match_the_digest(
        self, server: pods.Server, tmp_path: pathlib.Path
    ) -> None:
        headers = {"Content-Length": "4", "X-Content-SHA256": pods.digest(b"data and more")}
        request = raw("PUT", f"{pods.pod_path()}/attachments/a", headers) + b"data and more"
        assert (await send(server, request)).split()[1] in (b"400", b"422")
        assert (on_disk(tmp_path), unfinished(tmp_path)) == ({}, [])

    async def test_a_length_that_says_more_than_comes_leaves_nothing(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        headers = {"Content-Length": "1000", "X-Content-SHA256": pods.digest(b"data")}
        async with connection(server) as (_, writer):
            writer.write(raw("PUT", f"{pods.pod_path()}/attachments/a", headers) + b"data")
            await pods.until(lambda: bool(unfinished(tmp_path)))
        await pods.until(lambda: not unfinished(tmp_path))
        assert on_disk(tmp_path) == {}
        assert (await server.attach("a", b"data"))[0] == 201

    async def test_a_file_that_stalls_is_broken_off(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(stall_seconds=0.1)) as server:
            headers = {"Content-Length": "1000", "X-Content-SHA256": pods.digest(b"data")}
            request = raw("PUT", f"{pods.pod_path()}/attachments/a", headers) + b"data"
            assert (await send(server, request)).startswith(b"HTTP/1.1 408 ")
            assert (on_disk(tmp_path), unfinished(tmp_path)) == ({}, [])

    async def test_all_files_of_a_pod_are_bounded_together(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(attachments_bytes=10, attachments=3)) as server:
            assert [(await server.attach(name, b"12345"))[0] for name in ("a", "b", "c")] == [201, 201, 413]
            assert (await server.attach("c", b""))[0] == 201
            assert (await server.attach("d", b""))[0] == 413
            assert (await server.attach("c", b"12345", pod="another"))[0] == 201

    async def test_room_is_kept_for_logs_and_verdicts(self, tmp_path: pathlib.Path) -> None:
        free = shutil.disk_usage(tmp_path).free
        async with pods.running(tmp_path, limits=small(reserve_bytes=2 * free)) as server:
            status, body = await server.attach("a", b"data")
            assert (status, body["error"]) == (507, "the server's volume is full")
            assert (await server.events(0, pods.whole_log("a")))[0] == 200
        async with pods.running(tmp_path, limits=small(reserve_bytes=8 * free)) as server:
            assert (await server.events(0, pods.begin(), pod="another"))[0] == 507
            assert (await server.settle()).verdict is model.Verdict.PASSED


class TestFullDisk:
    """No file may grow: the kernel's answer to a write is the same as that of a full disk."""

    LIMIT = 256 * 1024

    @pytest.fixture(autouse=True)
    def full(self) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.LIMIT, before[1]))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    async def test_an_attachment_is_refused_and_leaves_nothing(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        status, body = await server.attach("a", b"x" * (3 * self.LIMIT))
        assert (status, body["error"]) == (507, "the server's volume is full")
        assert (on_disk(tmp_path), unfinished(tmp_path)) == ({}, [])

    async def test_a_log_stays_as_it_was_and_goes_on_when_there_is_room(
        self, server: pods.Server, tmp_path: pathlib.Path
    ) -> None:
        first = pods.begin() + pods.line("unknown", text="x" * (self.LIMIT - 1000))
        await server.events(0, first)
        more = pods.line("unknown", text="y" * 2000)
        assert (await server.events(len(first), more))[0] == 507
        assert list(on_disk(tmp_path).values()) == [first]
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * self.LIMIT, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        assert await server.events(len(first), more) == (200, {"size": len(first + more)})
        assert list(on_disk(tmp_path).values()) == [first + more]


class TestHold:
    async def test_its_break_is_news_at_once(self, server: pods.Server) -> None:
        await server.events(0, pods.begin())
        async with holding(server):
            cursor, progress = await server.changes()
            assert progress[pods.RUN].shards[0].connected
            news = asyncio.ensure_future(server.changes(cursor, timeout=30))
            await asyncio.sleep(0)
        broken = asyncio.get_running_loop().time()
        while True:
            cursor, progress = await news
            if pods.RUN in progress and not progress[pods.RUN].shards[0].connected:
                break
            news = asyncio.ensure_future(server.changes(cursor, timeout=30))
        assert asyncio.get_running_loop().time() - broken < 1.0

    async def test_its_break_is_urgent_only_of_a_pod_that_runs(
        self, server: pods.Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registry, heard = server.app[app.RUNS], list[bool]()
        add = registry.news.add

        def told(*, urgent: bool = False) -> int:
            heard.append(urgent)
            return add(urgent=urgent)

        monkeypatch.setattr(registry.news, "add", told)
        log = pods.whole_log("a")
        for piece in (b"", pods.begin(), log[len(pods.begin()) :]):
            await server.events(log.index(piece), piece)
            heard.clear()
            async with holding(server):
                pass
            await pods.until(lambda: len(heard) == 2)
            assert heard == [False, piece == pods.begin()]

    async def test_a_second_connection_keeps_the_pod_connected(self, server: pods.Server) -> None:
        async with holding(server):
            async with holding(server):
                pass
            _, progress = await server.changes()
            assert progress[pods.RUN].shards[0].connected

    async def test_a_pod_holds_a_few_and_no_more(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(holds=1)) as server, holding(server):
            token = pods.KEYRING.run_token(pods.RUN)
            assert (await server.call("GET", f"{pods.pod_path()}/hold", token=token))[0] == 429

    async def test_it_ends_with_the_run(self, server: pods.Server) -> None:
        async with holding(server) as response:
            await server.settle()
            async with asyncio.timeout(5):
                await response.content.read()
            assert response.content.at_eof()

    async def test_it_ends_when_the_server_stops(self, tmp_path: pathlib.Path) -> None:
        loop = asyncio.get_running_loop()
        async with contextlib.AsyncExitStack() as stack, aiohttp.ClientSession() as session:
            async with pods.running(tmp_path) as server:
                server.session = session
                await stack.enter_async_context(holding(server))
                began = loop.time()
            assert loop.time() - began < 2.0


class TestWhoMayWrite:
    @pytest.mark.parametrize(
        ("token", "status"),
        [
            ("", 401),
            ("nonsense", 403),
            (pods.KEYRING.run_token(OTHER), 403),
            (pods.KEYRING.operator_token(), 403),
            ("reader", 403),
        ],
    )
    async def test_only_the_run_itself(self, server: pods.Server, tmp_path: pathlib.Path, token: str, status: int) -> None:
        calls = {"POST": "events?offset=0", "PUT": "attachments/a", "GET": "hold"}
        for method, what in calls.items():
            headers = {"X-Content-SHA256": pods.digest(b"\n")}
            got, body = await server.call(method, f"{pods.pod_path()}/{what}", token=token, headers=headers, data=b"\n")
            assert (method, got, set(body)) == (method, status, {"error", "hint"})
        assert on_disk(tmp_path) == {}
        assert server.runs() == {}

    async def test_a_run_s_token_reads_nothing(self, server: pods.Server) -> None:
        await server.events(0, pods.begin())
        token = pods.KEYRING.run_token(pods.RUN)
        assert (await server.read("progress", token=token))[0] == 401
        assert (await server.read("files", token=token))[0] == 401
        assert (await server.call("GET", "/v1/changes", token=token))[0] == 403
        assert (await server.call("POST", f"{pods.run_path()}/settle", token=token, data=b"{}"))[0] == 403

    async def test_nobody_may_write_to_a_settled_run(self, server: pods.Server) -> None:
        await server.events(0, pods.whole_log("a"))
        await server.settle()
        assert (await server.events(0, pods.begin()))[0] == 410
        assert (await server.events(0, pods.begin(), pod="a-new-one"))[0] == 410
        assert (await server.attach("a", b"data"))[0] == 410
        assert (await server.call("GET", f"{pods.pod_path()}/hold", token=pods.KEYRING.run_token(pods.RUN)))[0] == 410
        assert server.runs() == {}


class TestMemory:
    """A log of small things takes a dozen times its bytes in memory: the server counts what it keeps."""

    async def test_a_run_that_holds_too_much_takes_no_more_and_ends_errored(self, tmp_path: pathlib.Path) -> None:
        first = pods.begin() + pods.plan(*(f"{number}" for number in range(200)))
        async with pods.running(tmp_path, limits=small(run_ledgers_bytes=100_000)) as server:
            assert (await server.events(0, first))[0] == 200
            status, body = await server.events(len(first), pods.start("1"))
            assert (status, body["error"]) == (413, "the run holds more than the server can keep in memory")
            assert (await server.events(0, pods.begin(pod="two"), pod="two"))[0] == 413
            assert (await server.attach("1-trace.zip", b"trace"))[0] == 413
            assert (await server.events(0, pods.whole_log("a", uid=OTHER.uid), run=OTHER))[0] == 200
            assert (await server.settle()).verdict is model.Verdict.ERRORED
            assert (await server.settle(pods.settle_request(run=OTHER))).verdict is model.Verdict.PASSED

    async def test_one_piece_does_not_go_far_beyond(self, tmp_path: pathlib.Path) -> None:
        log = pods.whole_log(*(f"{number}" for number in range(2000)))
        async with pods.running(tmp_path, limits=small(run_ledgers_bytes=200_000)) as server:
            assert (await server.events(0, log))[0] == 200
            (run,) = server.runs().values()
            assert run.cost < 200_000 + 200 * 1000, "one line more"
            assert (await server.settle()).verdict is model.Verdict.ERRORED

    async def test_all_runs_together_are_bounded_and_a_settled_one_gives_its_memory_back(self, tmp_path: pathlib.Path) -> None:
        large = pods.begin() + pods.plan(*(f"{number}" for number in range(200)))
        async with pods.running(tmp_path, limits=small(ledgers_bytes=150_000)) as server:
            assert (await server.events(0, large))[0] == 200
            assert (await server.events(0, pods.whole_log("a", uid=OTHER.uid), run=OTHER))[0] == 413
            await server.settle()
            assert (await server.events(0, pods.whole_log("a", uid=OTHER.uid), run=OTHER))[0] == 200
            assert (await server.settle(pods.settle_request(run=OTHER))).verdict is model.Verdict.PASSED
            assert server.app[app.RUNS].cost == 0

    async def test_what_is_counted_is_what_is_kept(self, server: pods.Server) -> None:
        await server.events(0, pods.whole_log("a", "b"))
        await server.attach("1-trace.zip", b"trace")
        (run,) = server.runs().values()
        assert run.cost == server.app[app.RUNS].cost == sum(p.ledger.cost + 600 * len(p.attachments) for p in run.pods.values())


class TestCrowds:
    """Pieces and attachments under way are in memory: there are so many at once, and no more."""

    @pytest.mark.parametrize("limit", ["pod_bodies", "run_bodies", "bodies"])
    async def test_pieces_of_logs(self, tmp_path: pathlib.Path, limit: str) -> None:
        async with pods.running(tmp_path, limits=small(**{limit: 1})) as server:
            slots = server.app[app.RUNS].slots
            request = raw("POST", f"{pods.pod_path()}/events?offset=0", {"Content-Length": "100"}) + b"{"
            async with connection(server) as (_, writer):
                writer.write(request)
                await pods.until(lambda: slots.bodies == 1)
                path = f"{pods.pod_path()}/events?offset=0"
                headers = {"Authorization": f"Bearer {pods.KEYRING.run_token(pods.RUN)}"}
                async with server.session.post(server.url + path, headers=headers, data=pods.begin()) as response:
                    assert (response.status, response.headers["Retry-After"]) == (429, "1")
                other = {"pod_bodies": {"pod": "two"}, "run_bodies": {"run": OTHER}, "bodies": None}[limit]
                if other is not None:
                    assert (await server.events(0, pods.begin(), **other))[0] == 200  # type: ignore[arg-type]
            await pods.until(lambda: slots.bodies == 0)
            assert (await server.events(0, pods.begin()))[0] == 200

    @pytest.mark.parametrize("limit", ["pod_uploads", "run_uploads", "uploads"])
    async def test_attachments(self, tmp_path: pathlib.Path, limit: str) -> None:
        async with pods.running(tmp_path, limits=small(**{limit: 1})) as server:
            slots = server.app[app.RUNS].slots
            headers = {"Content-Length": "5", "X-Content-SHA256": pods.digest(b"trace")}
            async with connection(server) as (_, writer):
                writer.write(raw("PUT", f"{pods.pod_path()}/attachments/1-trace.zip", headers) + b"t")
                await pods.until(lambda: slots.uploads == 1)
                assert (await server.attach("2-trace.zip", b"trace"))[0] == 429
            await pods.until(lambda: slots.uploads == 0)
            assert (await server.attach("2-trace.zip", b"trace"))[0] == 201

    async def test_a_hundred_thousand_short_lines_are_taken_one_by_one(self, server: pods.Server) -> None:
        tracemalloc.start()
        try:
            body = b"{}\n" * 100_000
            before = tracemalloc.get_traced_memory()[1]
            assert (await server.events(0, body))[0] == 200
            assert tracemalloc.get_traced_memory()[1] - before < 10 * len(body)
        finally:
            tracemalloc.stop()

    async def test_bytes_under_way_count_as_taken_from_the_volume(
        self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room = os.statvfs(tmp_path)
        free = room.f_bavail * room.f_frsize
        async with pods.running(tmp_path, limits=small(reserve_bytes=free - 50_000_000)) as server:
            headers = {"Content-Length": "40000000", "X-Content-SHA256": pods.digest(b"")}
            async with connection(server) as (_, writer):
                writer.write(raw("PUT", f"{pods.pod_path()}/attachments/1-trace.zip", headers) + b"t")
                await pods.until(lambda: server.app[app.RUNS].slots.uploads == 1)
                headers = {"X-Content-SHA256": pods.digest(b"")} | {"Content-Length": "40000000"}
                status = await send(server, raw("PUT", f"{pods.pod_path()}/attachments/2-trace.zip", headers) + b"t")
                assert status.split()[1] == b"507"
            await pods.until(lambda: server.app[app.RUNS].slots.uploads == 0)
            assert (await server.attach("2-trace.zip", b"trace"))[0] == 201

    async def test_all_attachments_of_a_run_are_bounded_together(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(run_attachments_bytes=9)) as server:
            assert [(await server.attach("1-trace.zip", b"trace", pod=pod))[0] for pod in ("one", "two")] == [201, 413]
            assert (await server.attach("1-trace.zip", b"tra", pod="two"))[0] == 201


class TestLastWords:
    """A run whose logs are full still hears how its pods ended."""

    async def test_each_pod_has_a_little_room_beyond(self, tmp_path: pathlib.Path) -> None:
        first, last = pods.begin(), pods.leave(planned=(), reported=(), code=1)
        limits = small(run_events_bytes=len(first), last_words_bytes=len(last))
        async with pods.running(tmp_path, limits=limits) as server:
            assert (await server.events(0, first))[0] == 200
            assert (await server.events(len(first), b"x" * len(last) + b"\n"))[0] == 413
            assert (await server.events(len(first), last))[0] == 200
            assert (await server.events(len(first + last), b"\n"))[0] == 413
            assert (await server.events(0, last, pod="two"))[0] == 200


class TestNames:
    @pytest.mark.parametrize("shard", ["-1", "100", "x", "00", "1.0", "²", "9" * 50])
    async def test_a_shard_is_an_index_within_bounds(self, server: pods.Server, shard: str) -> None:
        path = f"{pods.run_path()}/shards/{urllib.parse.quote(shard)}/pods/{pods.POD}/events?offset=0"
        assert (await server.call("POST", path, token=pods.KEYRING.run_token(pods.RUN), data=pods.begin()))[0] == 422

    @pytest.mark.parametrize(
        "what",
        [
            "shards/0/pods/../events?offset=0",
            "shards/0/pods/..%2f..%2fx/events?offset=0",
            "shards/0/pods/%2e%2e/events?offset=0",
            "shards/0/pods/a%00b/events?offset=0",
            "shards/0/pods/a%0ab/events?offset=0",
            "shards/0/pods/A/events?offset=0",
            f"shards/0/pods/{'a' * 300}/events?offset=0",
            f"shards/0/pods/{'a' * 7000}/events?offset=0",
            "shards/0/pods/%ff/events?offset=0",
            "shards/%2e%2e/pods/a/events?offset=0",
            "shards/0%2fpods%2fa/events?offset=0",
            "shards//pods/a/events?offset=0",
        ],
    )
    async def test_tricks_in_the_path_lead_nowhere(self, server: pods.Server, tmp_path: pathlib.Path, what: str) -> None:
        """Sent as they are: a client library would tidy them up."""
        answer = await send(server, raw("POST", f"{pods.run_path()}/{what}", {"Content-Length": "1"}) + b"\n")
        assert answer.split()[1] in (b"400", b"404", b"422")
        assert on_disk(tmp_path) == {}

    @pytest.mark.parametrize(
        "file", ["..%2f..%2fsecret", "%2e%2e", ".hidden", "a%00", "a%2fb", "a" * 122, "%ff", "a%20b", "%c3%a4"]
    )
    async def test_an_attachment_s_name_is_a_plain_file_name(
        self, server: pods.Server, tmp_path: pathlib.Path, file: str
    ) -> None:
        headers = {"Content-Length": "4", "X-Content-SHA256": pods.digest(b"data")}
        answer = await send(server, raw("PUT", f"{pods.pod_path()}/attachments/{file}", headers) + b"data")
        assert answer.split()[1] in (b"400", b"404", b"422")
        assert (on_disk(tmp_path), unfinished(tmp_path)) == ({}, [])

    async def test_a_run_that_cannot_be_is_refused_even_with_its_token(self, server: pods.Server) -> None:
        for run in (
            dataclasses.replace(pods.RUN, namespace="..%2f.."),
            dataclasses.replace(pods.RUN, uid="%2e%2e"),
            dataclasses.replace(pods.RUN, uid="a%00"),
        ):
            names = {field: urllib.parse.unquote(value) for field, value in dataclasses.asdict(run).items()}
            token = pods.KEYRING.run_token(model.RunRef(**names))
            headers = {"Content-Length": "1", "Authorization": f"Bearer {token}"}
            answer = await send(server, raw("POST", f"{pods.pod_path(run=run)}/events?offset=0", headers) + b"\n")
            assert answer.split()[1] == b"422"


class TestBounds:
    async def test_a_shard_has_a_few_pods(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(pods_per_shard=2)) as server:
            assert [(await server.events(0, pods.begin(pod=pod), pod=pod))[0] for pod in ("a", "b", "c", "a")] == [
                200,
                200,
                413,
                409,
            ]
            assert (await server.events(0, pods.begin(index=1), shard=1))[0] == 200

    async def test_there_are_so_many_live_runs(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(runs=1)) as server:
            await server.events(0, pods.begin())
            assert (await server.events(0, pods.begin(), run=OTHER))[0] == 503
            await server.settle()
            assert (await server.events(0, pods.begin(), run=OTHER))[0] == 200

    async def test_the_operator_settles_even_then(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=small(runs=1)) as server:
            await server.events(0, pods.begin())
            assert (await server.settle(pods.settle_request(run=OTHER))).verdict is model.Verdict.ERRORED


def raw(method: str, path: str, headers: dict[str, str]) -> bytes:
    """A request as bytes, with the run's token unless the headers have one."""
    sent = {"Host": "server", "Authorization": f"Bearer {pods.KEYRING.run_token(pods.RUN)}"} | headers
    return (
        f"{method} {path} HTTP/1.1\r\n".encode()
        + b"".join(f"{key}: {value}\r\n".encode() for key, value in sent.items())
        + b"\r\n"
    )


async def send(server: pods.Server, request: bytes) -> bytes:
    """The first line of the answer."""
    async with connection(server) as (reader, writer):
        writer.write(request)
        async with asyncio.timeout(5):
            return await reader.readline()


@contextlib.asynccontextmanager
async def connection(server: pods.Server) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Breaks off when it is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def holding(server: pods.Server) -> AsyncIterator[aiohttp.ClientResponse]:
    headers = {"Authorization": f"Bearer {pods.KEYRING.run_token(pods.RUN)}"}
    async with server.session.get(f"{server.url}{pods.pod_path()}/hold", headers=headers) as response:
        assert response.status == 200
        assert await response.content.readexactly(1) == b"\n"
        yield response
        response.close()
