"""Who reads, and what a reader gets: docs/protocol.md §3, Readers."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import pathlib
import threading

import build
import pytest
import yarl
from unit.web import pods

from testrun.api import wire
from testrun.artifacts import filesystem, manifest, store
from testrun.core import model
from testrun.web import app, files

OTHER = dataclasses.replace(build.RUN, uid="another-life")
PICTURE = b"\x89PNG\r\n\x1a\n" + os.urandom(600_000)


async def settled(server: pods.Server) -> None:
    await server.events(0, pods.whole_log("a"))
    await server.attach("1-screenshot.png", PICTURE)
    await server.attach("page.html", b"<script>alert(1)</script>")
    await server.settle()


class TestWhoMayRead:
    @pytest.mark.parametrize("what", ["progress", "files", "files/summary.json", "files/nothing"])
    @pytest.mark.parametrize(
        ("token", "status"), [("", 401), ("nobody", 401), ("other", 403), ("away", 503), (pods.KEYRING.operator_token(), 401)]
    )
    async def test_whom_the_cluster_lets_get_the_testrun(self, server: pods.Server, what: str, token: str, status: int) -> None:
        await settled(server)
        got, body = await server.read(what, token=token)
        assert (got, set(body)) == (status, {"error", "hint"})

    async def test_nobody_when_there_is_no_cluster_to_ask(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path) as server:
            await settled(server)
            assert (await server.read("files"))[0] == 403

    async def test_the_token_may_come_through_the_service_proxy(self, server: pods.Server) -> None:
        await settled(server)
        headers = {"X-Testrun-Authorization": "Bearer reader"}
        assert (await server.call("GET", f"{pods.run_path()}/files", headers=headers))[0] == 200
        assert (await server.call("GET", f"{pods.run_path()}/files", headers=headers, token="other"))[0] == 200


class TestFiles:
    async def test_the_manifest_lists_what_can_be_read(self, server: pods.Server) -> None:
        await settled(server)
        status, body = await server.read("files")
        assert status == 200
        for file in body["files"]:
            async with server.session.get(
                f"{server.url}{pods.run_path()}/files/{file['path']}", headers={"Authorization": "Bearer reader"}
            ) as response:
                data = await response.read()
                assert (response.status, len(data), pods.digest(data)) == (200, file["bytes"], file["sha256"])
                expected = files.headers(file["path"])
                assert {name: response.headers[name] for name in expected} == expected
                assert int(response.headers["Content-Length"]) == file["bytes"]

    async def test_the_manifest_itself_has_the_digest_that_the_settlement_names(self, server: pods.Server) -> None:
        await server.events(0, pods.whole_log("a"))
        settlement = await server.settle()
        async with server.session.get(
            f"{server.url}{pods.run_path()}/files", headers={"Authorization": "Bearer reader"}
        ) as response:
            data = await response.read()
        assert pods.digest(data) == settlement.manifest_sha256
        assert settlement.junit_file in manifest.load(data).files

    async def test_a_head_request_has_the_headers_only(self, server: pods.Server) -> None:
        await settled(server)
        url = f"{server.url}{pods.run_path()}/files/phase-3/shard-0/{pods.POD}/attachments/1-screenshot.png"
        async with server.session.head(url, headers={"Authorization": "Bearer reader"}) as response:
            assert (response.status, response.headers["Content-Length"], await response.read()) == (200, str(len(PICTURE)), b"")

    @pytest.mark.parametrize(
        "path",
        ["nothing", "phase-3", "../../../spool", "..%2f..%2fx", "%2e%2e/x", "a%00", "report/../summary.json", ".incoming-1-1",
         f"../{pods.RUN.uid}.answer.json", f"..%2f{pods.RUN.uid}.answer.json", "a" * 3000],
    )  # fmt: skip
    async def test_what_is_not_listed_is_not_there(self, server: pods.Server, path: str) -> None:
        await settled(server)
        url = yarl.URL(f"{server.url}{pods.run_path()}/files/{path}", encoded=True)
        async with server.session.get(url, headers={"Authorization": "Bearer reader"}) as response:
            assert response.status in (400, 404)

    async def test_a_live_run_has_no_files_yet(self, server: pods.Server) -> None:
        await server.events(0, pods.begin())
        assert [(await server.read(what))[0] for what in ("files", f"files/phase-3/shard-0/{pods.POD}/events.jsonl")] == [
            404,
            404,
        ]

    async def test_a_reader_who_goes_away_in_the_middle_is_no_trouble(self, server: pods.Server) -> None:
        await settled(server)
        url = f"{server.url}{pods.run_path()}/files/phase-3/shard-0/{pods.POD}/attachments/1-screenshot.png"
        for _ in range(5):
            async with server.session.get(url, headers={"Authorization": "Bearer reader"}) as response:
                await response.content.readexactly(10)
                response.close()
        assert (await server.read("files"))[0] == 200


class TestProgress:
    async def progress(self, server: pods.Server, run: model.RunRef = pods.RUN, **params: str) -> model.Progress:
        status, body = await server.read("progress", run=run, params=params)
        assert status == 200, body
        return wire.load(model.Progress, body)

    async def test_is_told_at_once_and_then_when_it_changes(self, server: pods.Server) -> None:
        await server.events(0, pods.begin())
        first = await self.progress(server)
        assert (first.version, first.settled, len(first.shards)) == (1, False, 1)
        waiting = asyncio.ensure_future(self.progress(server, after="1", timeout="30"))
        await server.events(len(pods.begin()), pods.plan("a"))
        second = await waiting
        assert (second.version, second.shards[0].planned) == (2, 1)

    async def test_news_of_another_run_is_none_of_this_one(self, server: pods.Server) -> None:
        await server.events(0, pods.begin())
        waiting = asyncio.ensure_future(self.progress(server, after="1", timeout="0.2"))
        await server.events(0, pods.begin(), run=OTHER)
        assert (await waiting).version == 1

    async def test_a_run_that_has_not_begun_can_be_waited_for(self, server: pods.Server) -> None:
        assert await self.progress(server) == model.Progress(run=pods.RUN)
        waiting = asyncio.ensure_future(self.progress(server, after="0", timeout="30"))
        await server.call("GET", "/healthz")
        assert server.runs() == {}, "asking makes no run"
        await server.events(0, pods.begin())
        assert (await waiting).version == 1

    async def test_the_end_wakes_and_stays(self, server: pods.Server) -> None:
        await server.events(0, pods.whole_log("a"))
        version = (await self.progress(server)).version
        waiting = asyncio.ensure_future(self.progress(server, after=str(version), timeout="30"))
        await server.call("GET", "/healthz")
        await server.settle()
        end = await waiting
        assert (end.settled, end.version > version, end.shards[0].passed) == (True, True, 1)
        assert await self.progress(server) == end
        assert await self.progress(server, after=str(end.version), timeout="0.01") == end

    async def test_a_version_that_is_none_is_refused(self, server: pods.Server) -> None:
        assert (await server.read("progress", params={"after": "x"}))[0] == 422


async def test_news_while_a_run_is_looked_up_is_not_missed(tmp_path: pathlib.Path) -> None:
    class Slow(filesystem.FilesystemStore):
        asked, go_on = threading.Event(), threading.Event()

        def stat(self, key: str) -> store.Stat | None:
            found = super().stat(key)
            if not self.asked.is_set():
                self.asked.set()
                self.go_on.wait(10)
            return found

    evidence = Slow(tmp_path / "store")
    async with pods.running(tmp_path, evidence=evidence, reviewer=pods.Reviewer()) as server:
        waiting = asyncio.ensure_future(server.read("progress", params={"after": "0", "timeout": "30"}))
        await pods.until(evidence.asked.is_set)
        await server.events(0, pods.begin())
        news = server.app[app.RUNS].news
        await pods.until(lambda: news.public == news.number)
        evidence.go_on.set()
        async with asyncio.timeout(5):
            _, body = await waiting
        assert body["version"] == 1


async def test_of_a_settled_run_nothing_is_waited_for(server: pods.Server) -> None:
    await settled(server)
    _, body = await server.read("progress")
    async with asyncio.timeout(5):
        _, again = await server.read("progress", params={"after": str(body["version"]), "timeout": "30"})
    assert again == body
