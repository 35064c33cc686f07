"""Settling: evidence whole, in the store, once; whatever happens in between."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import errno
import json
import pathlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import build
import pytest
from unit.web import pods

from testrun.api import wire
from testrun.artifacts import filesystem, layout, manifest, store
from testrun.core import model
from testrun.web import app, settle, spool

TRACE = b"PK" * 200_000
FAILED = (
    pods.begin(shards=2)
    + pods.plan("a", "b")
    + pods.start("a")
    + pods.end("a")
    + pods.start("b")
    + pods.end(
        "b",
        "failed",
        attachments=[pods.attached("trace", TRACE)],
        errors=[{"message": "Error: no", "stack": "Error: no\n  at b"}],
    )
    + pods.finish("failed")
    + pods.leave(planned=("a", "b"), reported=("a", "b"), code=1)
)
LOST = model.PodFacts(
    index=1,
    pod="shop-1-xyz",
    node="n2",
    phase="Failed",
    reason="OOMKilled",
    exit_code=137,
    log_tail="Killed\n",
    started=True,
    terminated=True,
)
REQUEST = pods.settle_request(shards=2, pods=(LOST,))


async def upload(server: pods.Server) -> None:
    """A run of two shards: a test of the first fails, the second was killed in its first test."""
    assert (await server.events(0, FAILED))[0] == 200
    assert (await server.attach("1-trace.zip", TRACE))[0] == 201
    killed = pods.begin(pod=LOST.pod, index=1, shards=2) + pods.plan("c") + pods.start("c")
    assert (await server.events(0, killed, pod=LOST.pod, shard=1))[0] == 200


def verified(data: pathlib.Path, run: model.RunRef = build.RUN) -> list[str]:
    """Paths of the run's files, once the manifest has been checked against them."""
    evidence = filesystem.FilesystemStore(data / "store")
    folder = layout.run_folder(run)
    listed = manifest.load(store.read_bytes(evidence, f"{folder}/manifest.json"))
    assert manifest.verify(listed, evidence, folder) == []
    return [file.path for file in listed.files]


FILES = [
    "phase-3/junit.xml",
    "phase-3/shard-0/shop-0-abcde/attachments/1-trace.zip",
    "phase-3/shard-0/shop-0-abcde/events.jsonl",
    "phase-3/shard-1/shop-1-xyz/events.jsonl",
    "phase-3/shard-1/shop-1-xyz/output.txt",
    "report/index.html",
    "summary.json",
]


class TestEvidence:
    async def test_all_of_it_is_in_the_store_and_the_spool_is_empty(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        await upload(server)
        settlement = await server.settle(REQUEST)
        assert (settlement.verdict, settlement.counts) == (
            model.Verdict.ERRORED,
            model.Counts(tests=3, passed=1, failed=1, errored=1),
        )
        assert verified(tmp_path) == FILES
        folder = tmp_path / "store" / layout.run_folder(pods.RUN)
        junit = (folder / "phase-3/junit.xml").read_bytes()
        assert settlement.junit.encode() == junit
        assert settlement.junit_file == manifest.describe("phase-3/junit.xml", junit)
        assert settlement.manifest_sha256 == pods.digest((folder / "manifest.json").read_bytes())
        assert settlement.report == "report/index.html"
        assert settlement.stored
        assert (folder / "phase-3/shard-0/shop-0-abcde/events.jsonl").read_bytes() == FAILED
        assert (folder / "phase-3/shard-1/shop-1-xyz/output.txt").read_text() == "Killed\n"
        assert list((tmp_path / "spool").iterdir()) == []
        assert server.runs() == {}

    async def test_the_summary_has_the_facts_and_the_result(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        await server.events(0, pods.whole_log("a"))
        settlement = await server.settle()
        summary = json.loads((tmp_path / "store" / layout.key(pods.RUN, layout.SUMMARY)).read_bytes())
        assert summary == {
            "version": 1,
            "run": {"namespace": "shop", "name": "shop", "uid": pods.RUN.uid},
            "revision": "7f3c2d1",
            "image": "registry.example/e2e:7f3c2d1",
            "baseURL": "",
            "startTime": "2026-11-21T12:00:00Z",
            "completionTime": "2026-11-21T12:00:12.500000Z",
            "minTests": 1,
            "url": "",
            "verdict": "Passed",
            "message": settlement.message,
            "counts": {"tests": 1, "passed": 1, "failed": 0, "errored": 0, "skipped": 0, "flaky": 0},
            "duration": 12.5,
            "shards": [wire.dump(settlement.shards[0])],
            "failures": [],
            "junitFile": wire.dump(settlement.junit_file),
            "report": "report/index.html",
            "phases": [
                {
                    "phase": "e2e",
                    "result": "Passed",
                    "counts": {"tests": 1, "passed": 1, "failed": 0, "errored": 0, "skipped": 0, "flaky": 0},
                    "duration": 12.5,
                    "junit": wire.dump(settlement.junit_file),
                    "message": "",
                }
            ],
        }

    async def test_a_run_that_never_sent_anything_is_settled_too(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        facts = model.PodFacts(index=0, pod="shop-0-x", reason="ErrImagePull", message="not found")
        settlement = await server.settle(pods.settle_request(pods=(facts,)))
        assert settlement.verdict is model.Verdict.ERRORED
        assert verified(tmp_path) == ["phase-3/junit.xml", "report/index.html", "summary.json"]
        assert (await server.events(0, pods.begin()))[0] == 410

    async def test_an_attachment_that_never_came_is_said_to_be_lost(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        await server.events(0, FAILED)
        settlement = await server.settle(pods.settle_request(shards=2))
        assert [failure.trace for failure in settlement.failures] == ["", ""]
        page = (tmp_path / "store" / layout.key(pods.RUN, layout.REPORT)).read_text()
        assert "it never reached the server" in page

    async def test_facts_about_no_pod_leave_no_file(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        facts = (model.PodFacts(index=0, pod="", log_tail="x"), model.PodFacts(index=0, pod="../x", log_tail="x"))
        await server.settle(pods.settle_request(pods=facts))
        assert verified(tmp_path) == ["phase-3/junit.xml", "report/index.html", "summary.json"]


class TestAgain:
    async def test_the_same_answer_comes_again_also_from_another_server(
        self, server: pods.Server, tmp_path: pathlib.Path
    ) -> None:
        await upload(server)
        first = await server.settle_raw(REQUEST)
        assert await server.settle_raw(REQUEST) == first
        later = dataclasses.replace(REQUEST, end=build.at(99), pods=())
        assert await server.settle_raw(later) == first, "the first settlement is the run's, whatever else is known later"
        async with pods.running(tmp_path) as again:
            assert await again.settle_raw(REQUEST) == first
        assert verified(tmp_path) == FILES

    async def test_two_at_once_get_one_answer(self, server: pods.Server) -> None:
        await upload(server)
        other = dataclasses.replace(REQUEST, end=build.at(99))
        answers = await asyncio.gather(*(server.settle_raw(request) for request in (REQUEST, other, REQUEST)))
        assert [status for status, _ in answers] == [200, 200, 200]
        assert answers[0] == answers[1] == answers[2]

    async def test_force_settles_anew_from_what_is_stored(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        await upload(server)
        first = await server.settle(REQUEST)
        later = dataclasses.replace(REQUEST, pods=(), stopped=model.Verdict.CANCELLED, stopped_message="cancelled by ann")
        second = await server.settle(later, force=True)
        assert (first.verdict, second.verdict) == (model.Verdict.ERRORED, model.Verdict.CANCELLED)
        assert first.counts.tests == second.counts.tests
        assert verified(tmp_path) == [path for path in FILES if not path.endswith("output.txt")]
        assert await server.settle(later) == second
        assert (await server.events(0, pods.begin()))[0] == 410
        assert list((tmp_path / "spool").iterdir()) == []

    async def test_an_upload_under_way_is_refused_when_the_run_is_sealed(
        self, server: pods.Server, tmp_path: pathlib.Path
    ) -> None:
        sealed = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield TRACE[:1000]
            await sealed.wait()
            yield TRACE[1000:]

        await server.events(0, FAILED)
        headers = {"Content-Length": str(len(TRACE))}
        sending = asyncio.ensure_future(server.attach("1-trace.zip", slow(), sha256=pods.digest(TRACE), headers=headers))
        await server.call("GET", "/healthz")
        await server.settle()
        sealed.set()
        assert (await sending)[0] == 410
        assert "attachments" not in " ".join(verified(tmp_path))


Expected = tuple[object, dict[str, bytes]]
"""An answer, and the run's files."""


async def test_a_remembered_answer_that_was_removed_is_found_again(server: pods.Server, tmp_path: pathlib.Path) -> None:
    await upload(server)
    first = await server.settle_raw(REQUEST)
    filesystem.FilesystemStore(tmp_path / "store").delete(layout.answer_key(pods.RUN))
    assert await server.settle_raw(REQUEST) == first
    assert verified(tmp_path) == FILES


async def test_a_copy_of_the_evidence_tells_where_it_came_from(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path, url="https://evidence.example/") as server:
        await server.settle()
    place = f"https://evidence.example/v1/runs/{layout.run_folder(pods.RUN)}/files"
    folder = tmp_path / "store" / layout.run_folder(pods.RUN)
    assert json.loads((folder / layout.SUMMARY).read_bytes())["url"] == place
    assert place in (folder / layout.REPORT).read_text()


class Crash(Exception):
    """The server is gone."""


class CrashingStore:
    """A store whose server dies with the n-th change: before it (``late`` False), or right after it."""

    def __init__(self, inner: store.Store, crash_at: int, *, late: bool) -> None:
        self._inner = inner
        self._left = crash_at
        self._late = late
        self.read, self.stat, self.list, self.sweep = inner.read, inner.stat, inner.list, inner.sweep
        self.folders = inner.folders

    def put(self, key: str, source: bytes | pathlib.Path) -> None:
        self._change(lambda: self._inner.put(key, source))

    def delete(self, prefix: str) -> None:
        self._change(lambda: self._inner.delete(prefix))

    def _change(self, change: Callable[[], None]) -> None:
        self._left -= 1
        if self._left < 0:
            raise Crash
        if self._left == 0 and not self._late:
            raise Crash
        change()
        if self._left == 0:
            raise Crash


class TestCrashes:
    """The server dies between two changes of the store. The next one, asked again, gives the answer that was to be given."""

    @pytest.fixture
    async def expected(self, tmp_path_factory: pytest.TempPathFactory) -> Expected:
        data = tmp_path_factory.mktemp("expected")
        async with pods.running(data) as server:
            await upload(server)
            return await server.settle_raw(REQUEST), stored(data)

    @pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("crash_at", range(1, 11))
    async def test_converge(self, tmp_path: pathlib.Path, crash_at: int, late: bool, expected: Expected) -> None:
        inner = filesystem.FilesystemStore(tmp_path / "store")
        async with pods.running(tmp_path, evidence=CrashingStore(inner, crash_at, late=late)) as server:
            await upload(server)
            assert (await server.settle_raw(REQUEST))[0] == 500
        complete = (tmp_path / "store" / layout.key(pods.RUN, layout.MANIFEST)).exists()
        assert complete == (crash_at == 10 and late), "the manifest is the last change of all"
        async with pods.running(tmp_path) as server:
            assert (await server.events(0, pods.begin()))[0] == 410, "sealed is sealed"
            assert await server.settle_raw(REQUEST) == expected[0]
        assert stored(tmp_path) == expected[1]
        assert verified(tmp_path) == FILES
        assert list((tmp_path / "spool").iterdir()) == []

    async def test_after_the_manifest_and_before_the_spool_is_gone(
        self, tmp_path: pathlib.Path, expected: Expected, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash(self: spool.Spool, run: model.RunRef) -> None:
            raise Crash

        with monkeypatch.context() as patched:
            patched.setattr(spool.Spool, "remove", crash)
            async with pods.running(tmp_path) as server:
                await upload(server)
                assert (await server.settle_raw(REQUEST))[0] == 500
        assert len(list((tmp_path / "spool").iterdir())) == 1
        async with pods.running(tmp_path) as server:
            assert (await server.changes())[1] == {}
            assert list((tmp_path / "spool").iterdir()) == []
            assert await server.settle_raw(REQUEST) == expected[0]
        assert stored(tmp_path) == expected[1]

    async def test_asked_again_with_other_facts_leaves_no_file_of_the_first_try(self, tmp_path: pathlib.Path) -> None:
        inner = filesystem.FilesystemStore(tmp_path / "store")
        async with pods.running(tmp_path, evidence=CrashingStore(inner, 10, late=False)) as server:
            await upload(server)
            assert (await server.settle_raw(REQUEST))[0] == 500
        async with pods.running(tmp_path) as server:
            await server.settle(dataclasses.replace(REQUEST, pods=()))
        assert verified(tmp_path) == [path for path in FILES if not path.endswith("output.txt")]

    async def test_a_forced_settle_that_crashed_is_no_half_evidence(self, tmp_path: pathlib.Path, expected: Expected) -> None:
        inner = filesystem.FilesystemStore(tmp_path / "store")
        async with pods.running(tmp_path) as server:
            await upload(server)
            await server.settle(dataclasses.replace(REQUEST, stopped=model.Verdict.CANCELLED))
        async with pods.running(tmp_path, evidence=CrashingStore(inner, 3, late=True), reviewer=pods.Reviewer()) as server:
            assert (await server.settle_raw(REQUEST, force=True))[0] == 500
            assert (await server.read("files"))[0] == 404
            assert (await server.events(0, pods.begin()))[0] == 410
        async with pods.running(tmp_path) as server:
            assert (await server.events(0, pods.begin()))[0] == 410
            assert await server.settle_raw(REQUEST) == expected[0]
        assert verified(tmp_path) == FILES


class Full:
    """A store whose disk is full, but for small files, until it is said to have room."""

    def __init__(self, inner: store.Store) -> None:
        self._inner = inner
        self.full = True
        self.read, self.stat, self.list = inner.read, inner.stat, inner.list
        self.delete, self.sweep, self.folders = inner.delete, inner.sweep, inner.folders

    def put(self, key: str, source: bytes | pathlib.Path) -> None:
        if self.full and key.endswith("summary.json"):
            with filesystem.translated(key):
                raise OSError(errno.ENOSPC, "No space left on device")
        self._inner.put(key, source)


async def test_a_store_without_room_is_said_so_and_asked_again_later(tmp_path: pathlib.Path) -> None:
    evidence = Full(filesystem.FilesystemStore(tmp_path / "store"))
    async with pods.running(tmp_path, evidence=evidence, reviewer=pods.Reviewer()) as server:
        await upload(server)
        status, body = await server.settle_raw(REQUEST)
        assert (status, body["error"]) == (507, "the server's volume is full")
        assert (await server.read("files"))[0] == 404
        evidence.full = False
        assert (await server.settle(REQUEST)).stored
    assert verified(tmp_path) == FILES


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_was_put_off_is_stored_as_it_was_asked_for_when_there_is_room(tmp_path: pathlib.Path, restarted: bool) -> None:
    asked = dataclasses.replace(REQUEST, stopped=model.Verdict.CANCELLED, stopped_message="spec.cancel is set")
    evidence = Full(filesystem.FilesystemStore(tmp_path / "store"))
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(pods.running(tmp_path, evidence=evidence))
        await upload(server)
        assert (await server.settle_raw(asked))[0] == 507
        if restarted:
            await stack.aclose()
            server = await stack.enter_async_context(pods.running(tmp_path, evidence=evidence))
            await server.changes()  # it has read its spool
        await server.app[app.KEEPER].settle(time.time())
        assert list(server.runs()) == [pods.RUN], "there is no room yet"
        evidence.full = False
        await server.app[app.KEEPER].settle(time.time())
        assert server.runs() == {}
    summary = json.loads(stored(tmp_path)["summary.json"])
    assert (summary["verdict"], verified(tmp_path)) == ("Cancelled", FILES)


async def test_a_request_that_was_put_off_and_is_damaged_was_never_made(tmp_path: pathlib.Path) -> None:
    evidence = Full(filesystem.FilesystemStore(tmp_path / "store"))
    async with pods.running(tmp_path, evidence=evidence) as server:
        await upload(server)
        assert (await server.settle_raw(REQUEST))[0] == 507
    (tmp_path / "spool" / pods.RUN.uid / "settle.json").write_bytes(b"{")
    evidence.full = False
    async with pods.running(tmp_path, evidence=evidence) as server:
        await server.changes()  # it has read its spool
        await server.app[app.KEEPER].settle(time.time())
        assert list(server.runs()) == [pods.RUN]
        assert (await server.settle(REQUEST)).stored


async def test_the_operator_going_away_does_not_stop_it(server: pods.Server, tmp_path: pathlib.Path) -> None:
    await upload(server)
    asking = asyncio.ensure_future(server.settle_raw(REQUEST))
    await server.call("GET", "/healthz")
    asking.cancel()
    assert (await server.settle(REQUEST)).stored
    assert verified(tmp_path) == FILES


def stored(data: pathlib.Path) -> dict[str, bytes]:
    """The run's public files."""
    root = data / "store" / layout.run_folder(build.RUN)
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[]", b"\xff", b'{"settlement": {}, "progress": 7}'])
async def test_a_damaged_answer_is_worked_out_anew(server: pods.Server, tmp_path: pathlib.Path, damaged: bytes) -> None:
    await upload(server)
    settlement = await server.settle(REQUEST)
    (tmp_path / "store" / layout.answer_key(pods.RUN)).write_bytes(damaged)
    assert await server.settle(REQUEST) == settlement
    assert verified(tmp_path) == FILES


async def test_what_a_killed_server_was_writing_is_swept(server: pods.Server, tmp_path: pathlib.Path) -> None:
    await upload(server)
    folder = tmp_path / "store" / layout.run_folder(pods.RUN) / "phase-3"
    folder.mkdir(parents=True)
    (folder / ".incoming-1-0").write_bytes(b"half")
    await server.settle(REQUEST)
    assert sorted(stored(tmp_path)) == sorted([*FILES, "manifest.json"])


async def test_large_runs_are_settled_one_after_another(server: pods.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settle, "LIGHT_BYTES", 0)
    store_evidence, at_once, most = settle.store_evidence, 0, 0

    def counted(*arguments: Any, **more: Any) -> settle.Answer:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            return store_evidence(*arguments, **more)
        finally:
            at_once -= 1

    monkeypatch.setattr(settle, "store_evidence", counted)
    requests = [pods.settle_request(run=dataclasses.replace(build.RUN, uid=f"u{number}")) for number in range(5)]
    for request in requests:
        await server.events(0, pods.begin(), run=request.run)
    await asyncio.gather(*(server.settle(request) for request in requests))
    assert most == 1


@pytest.mark.parametrize(
    ("verdict", "says", "errors"),
    [(model.Verdict.ERRORED, "Passed: 1 of 1 test passed", 1), (model.Verdict.PASSED, "", 0)],
    ids=["another", "the same"],
)
async def test_evidence_that_comes_after_a_verdict_says_that_verdict(
    server: pods.Server, tmp_path: pathlib.Path, verdict: model.Verdict, says: str, errors: int
) -> None:
    await server.events(0, pods.whole_log("a"))
    answer = await server.settle(pods.settle_request(verdict=verdict, verdict_message="shard 0 lost its pod"))
    assert (answer.verdict, answer.evidence_says, answer.counts) == (
        verdict, says, model.Counts(tests=1 + errors, passed=1, errored=errors),
    )  # fmt: skip
    summary = json.loads((tmp_path / "store" / layout.key(build.RUN, layout.SUMMARY)).read_bytes())
    told = f"shard 0 lost its pod; the evidence came later, and by it alone it would be {says}" if says else answer.message
    assert (summary["verdict"], summary["message"], "evidenceSays" in summary) == (verdict, told, False)
