"""Evidence goes by count and age, as a whole, and leaves a clear answer behind."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import time
from collections.abc import Callable

import build
import pytest
from unit.web import pods
from unit.web.test_settle import Crash, CrashingStore

from testrun.artifacts import filesystem, layout, store
from testrun.core import model, retention
from testrun.web import abandoned, app
from testrun.web import retention as sweeper

DAY = 24 * 3600.0
OLD = build.RUN
NEW = dataclasses.replace(build.RUN, uid="new")
ELSEWHERE = model.RunRef(namespace="blog", name="blog", uid="elsewhere")
GONE = {
    "error": "the server has removed the run's evidence",
    "hint": "it keeps as many runs, and for as long, as its retention says (retention.maxRuns and retention.maxAge)",
}  # fmt: skip
WEEK = retention.Policy(max_age=7 * DAY)


async def settled(server: pods.Server, data: pathlib.Path, *, days: float, run: model.RunRef = OLD) -> None:
    """A run whose evidence was stored so many days ago."""
    await server.events(0, pods.whole_log("a", uid=run.uid), run=run)
    await server.attach("1-trace.zip", b"trace", run=run)
    await server.settle(pods.settle_request(run=run))
    os.utime(data / "store" / layout.key(run, layout.MANIFEST), (time.time() - days * DAY,) * 2)


def there(data: pathlib.Path) -> list[str]:
    """All files of the store but those of runs that are whole; for each of these its folder."""
    # os.walk, unlike rglob, does not mind what goes meanwhile.
    files = [
        os.path.relpath(os.path.join(folder, name), data / "store")
        for folder, _, names in os.walk(data / "store")
        for name in names
    ]
    whole = [file.removesuffix("/manifest.json") for file in files if file.endswith("/manifest.json")]
    answers = [f"{folder}.answer.json" for folder in whole]
    rest = [file for file in files if file not in answers and not any(file.startswith(f"{folder}/") for folder in whole)]
    return sorted(whole + rest)


def keeper(server: pods.Server) -> abandoned.Abandoned:
    return server.app[app.KEEPER]


async def numbers(server: pods.Server) -> dict[str, float]:
    _, text = await server.call("GET", "/metrics")
    lines = [line.rsplit(" ", 1) for line in text.decode().splitlines() if not line.startswith("#")]
    return {
        name.removeprefix("testrun_server_"): float(value)
        for name, value in lines
        if "removed_runs_total" in name or "server_store_" in name
    }


@pytest.mark.parametrize(
    ("policy", "left", "removed"),
    [
        pytest.param(retention.Policy(), [OLD, NEW, ELSEWHERE], {"age": 0, "count": 0}, id="all stay"),
        pytest.param(WEEK, [NEW], {"age": 2, "count": 0}, id="by age"),
        pytest.param(retention.Policy(max_runs=1), [NEW, ELSEWHERE], {"age": 0, "count": 1}, id="by count in a namespace"),
    ],
)
async def test_runs_go_by_count_and_age(
    tmp_path: pathlib.Path, policy: retention.Policy, left: list[model.RunRef], removed: dict[str, float]
) -> None:
    async with pods.running(tmp_path, retained=policy) as server:
        await settled(server, tmp_path, days=8)
        await settled(server, tmp_path, days=1, run=NEW)
        await settled(server, tmp_path, days=9, run=ELSEWHERE)
        await keeper(server).retain(time.time())
        marks = [layout.removed_key(each) for each in (OLD, NEW, ELSEWHERE) if each not in left]
        assert there(tmp_path) == sorted([*map(layout.run_folder, left), *marks])
        files = [path for each in left for path in (tmp_path / "store" / layout.run_folder(each)).rglob("*")]
        assert await numbers(server) == {
            "store_runs": len(left),
            "store_bytes": sum(path.stat().st_size for path in files if path.is_file()),
            **{f'removed_runs_total{{reason="{reason}"}}': count for reason, count in removed.items()},
        }


async def test_a_removed_run_says_so_to_everybody(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path, retained=WEEK, reviewer=pods.Reviewer()) as server:
        await settled(server, tmp_path, days=8)
        await keeper(server).retain(time.time())
        for what in ("files", "files/report/index.html", "files/nothing", "progress", "progress?after=0&timeout=60"):
            assert await server.read(what) == (410, GONE), what
        assert await server.settle_raw(pods.settle_request()) == (410, GONE)
        assert await server.settle_raw(pods.settle_request(), force=True) == (410, GONE)
        status, body = await server.events(0, pods.begin())
        assert (status, body["error"]) == (410, "the run is settled")
        assert server.runs() == {}
        await keeper(server).retain(time.time() + 31 * DAY)
        assert there(tmp_path) == []
        assert list((tmp_path / "store").iterdir()) == []
        assert (await server.read("files"))[0] == 404


async def test_a_run_that_is_not_settled_stays_however_old(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path, retained=retention.Policy(max_runs=1, max_age=DAY)) as server:
        await server.events(0, pods.whole_log("a"))
        await settled(server, tmp_path, days=0, run=NEW)
        await keeper(server).retain(time.time() + 8 * DAY)
        assert list(server.runs()) == [OLD]
        assert (await server.settle()).verdict is model.Verdict.PASSED


async def test_a_file_that_is_being_sent_is_sent_to_its_end(tmp_path: pathlib.Path) -> None:
    picture = os.urandom(40_000_000)  # more than the sockets between them hold
    async with pods.running(tmp_path, retained=WEEK, reviewer=pods.Reviewer()) as server:
        await server.attach("2-screenshot.png", picture)
        await settled(server, tmp_path, days=8)
        path = f"{pods.run_path()}/files/{layout.attachment(0, pods.POD, '2-screenshot.png')}"
        headers = {"Authorization": "Bearer reader"}
        async with server.session.get(server.url + path, headers=headers) as response:
            await keeper(server).retain(time.time())
            assert there(tmp_path) == [layout.removed_key(OLD)]
            assert await response.read() == picture


async def test_one_that_goes_between_the_look_and_the_first_byte(tmp_path: pathlib.Path) -> None:
    class Late(filesystem.FilesystemStore):
        def read(self, key: str):  # type: ignore[no-untyped-def]
            if key.endswith("summary.json"):
                sweeper.remove(self, OLD)
            return super().read(key)

    async with pods.running(tmp_path, reviewer=pods.Reviewer(), evidence=Late(tmp_path / "store")) as server:
        await settled(server, tmp_path, days=8)
        assert await server.read("files/summary.json") == (410, GONE)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("crash_at", [1, 2, 3])
async def test_a_server_that_dies_while_it_removes_finishes_when_it_starts(
    tmp_path: pathlib.Path, crash_at: int, late: bool
) -> None:
    async with pods.running(tmp_path) as server:
        await settled(server, tmp_path, days=8)
    with pytest.raises(Crash):
        sweeper.remove(CrashingStore(filesystem.FilesystemStore(tmp_path / "store"), crash_at, late=late), OLD)
    async with pods.running(tmp_path, retained=WEEK, reviewer=pods.Reviewer()) as server:
        await pods.until(lambda: there(tmp_path) == [layout.removed_key(OLD)])
        assert await server.read("files") == (410, GONE)


async def test_what_a_crash_left_is_nobody_s_to_read(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path, reviewer=pods.Reviewer()) as server:
        await settled(server, tmp_path, days=8)
        with pytest.raises(Crash):
            sweeper.remove(CrashingStore(filesystem.FilesystemStore(tmp_path / "store"), 1, late=True), OLD)
        assert await server.settle_raw(pods.settle_request(), force=True) == (410, GONE)
        assert await server.read("files") == (410, GONE)
        assert await server.read("progress") == (410, GONE)


async def test_without_room_for_the_mark_the_run_s_own_files_make_it(tmp_path: pathlib.Path) -> None:
    class Full(filesystem.FilesystemStore):
        def put(self, key: str, source: bytes | pathlib.Path) -> None:
            if key.startswith(layout.REMOVED) and self.stat(layout.key(OLD, layout.REPORT)) is not None:
                raise store.StoreFull(f"{key}: no room")
            super().put(key, source)

    async with pods.running(tmp_path, retained=WEEK, evidence=Full(tmp_path / "store")) as server:
        await settled(server, tmp_path, days=8)
        await keeper(server).retain(time.time())
        assert there(tmp_path) == [layout.removed_key(OLD)]


async def test_a_run_that_is_settled_anew_is_left_alone(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pods.running(tmp_path, retained=WEEK) as server:
        await settled(server, tmp_path, days=8)
        await server.app[app.RUNS].seal(OLD)  # as a forced settle begins
        await keeper(server).retain(time.time())
        assert there(tmp_path) == [layout.run_folder(OLD)]


async def test_one_that_cannot_be_removed_stops_no_other(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    remove: Callable[[store.Store, model.RunRef], None] = sweeper.remove

    def broken(evidence: store.Store, ref: model.RunRef) -> None:
        if ref == OLD:
            raise store.StoreError("the disk says no")
        remove(evidence, ref)

    monkeypatch.setattr(sweeper, "remove", broken)
    async with pods.running(tmp_path, retained=WEEK) as server:
        await settled(server, tmp_path, days=8)
        await settled(server, tmp_path, days=8, run=NEW)
        await keeper(server).retain(time.time())
        assert there(tmp_path) == sorted([layout.run_folder(OLD), layout.removed_key(NEW)])
    assert "cannot remove the evidence of a run" in caplog.text


@pytest.mark.parametrize(("days", "stays"), [(6.9, True), (7.1, False)])
async def test_a_record_that_runs_used_goes_after_its_last_use(tmp_path: pathlib.Path, days: float, stays: bool) -> None:
    data = b"<testsuites/>"
    key = layout.upload_key("shop", pods.digest(data))
    async with pods.running(tmp_path, retained=WEEK, reviewer=pods.Reviewer()) as server:
        path = f"/v1/records/shop/{pods.digest(data)}"
        assert (await server.call("PUT", path, token="maker", data=data))[0] == 201
        shelf = server.app[app.SHELF]
        assert await shelf.claim("shop", pods.digest(data))
        for each in (key, f"{key}{layout.CLAIM}"):
            os.utime(tmp_path / "store" / each, (time.time() - 100 * DAY,) * 2)
        assert (await server.call("HEAD", path, token="maker"))[0] == 404, "it may go any moment"
        assert await shelf.claim("shop", pods.digest(data)), "used again"
        assert (await server.call("HEAD", path, token="maker"))[0] == 200
        await keeper(server).sweep(time.time() + days * DAY)
        assert there(tmp_path) == ([key, f"{key}{layout.CLAIM}"] if stays else [])
