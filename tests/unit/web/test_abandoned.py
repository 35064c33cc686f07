"""Live runs that nobody asks for end all the same."""

from __future__ import annotations

import json
import os
import pathlib
import time

import build
import pytest
from unit.web import pods
from unit.web.test_shards import holding

from testrun.artifacts import layout
from testrun.core import model
from testrun.web import abandoned, app, settle

DAY = 24 * 3600


@pytest.fixture
def keeper(server: pods.Server) -> abandoned.Abandoned:
    return server.app[app.KEEPER]


async def test_a_run_is_settled_a_day_after_its_last_word(
    server: pods.Server, keeper: abandoned.Abandoned, tmp_path: pathlib.Path
) -> None:
    await server.events(0, pods.whole_log("a"))
    await keeper.settle(time.time() + DAY - 60)
    assert list(server.runs()) == [pods.RUN]
    await keeper.settle(time.time() + DAY + 60)
    assert server.runs() == {}
    assert list((tmp_path / "spool").iterdir()) == []
    summary = json.loads((tmp_path / "store" / layout.key(build.RUN, layout.SUMMARY)).read_bytes())
    assert (summary["verdict"], summary["counts"]["passed"]) == ("Errored", 1)
    assert "nobody asked for its result" in summary["message"]
    assert (await server.settle()).verdict is model.Verdict.ERRORED, "who asks later gets that"


async def test_what_it_says_does_not_contradict_a_verdict_that_stands(
    server: pods.Server, keeper: abandoned.Abandoned, tmp_path: pathlib.Path
) -> None:
    await server.events(0, pods.whole_log("a"))
    await keeper.settle(time.time() + DAY + 60)
    late = pods.settle_request(verdict=model.Verdict.PASSED, verdict_message="1 of 1 test passed")
    answer = await server.settle(late)
    assert (answer.verdict, answer.evidence_says, answer.counts) == (
        model.Verdict.PASSED, "", model.Counts(tests=1, passed=1),
    )  # fmt: skip
    folder = tmp_path / "store" / layout.run_folder(build.RUN)
    assert json.loads((folder / layout.SUMMARY).read_bytes())["verdict"] == "Passed"
    assert b"nobody asked" not in (folder / layout.JUNIT).read_bytes()
    assert await server.settle(late) == answer, "and that stays"
    assert await server.settle() == answer, "whoever asks"
    assert (server.runs(), list((tmp_path / "spool").iterdir())) == ({}, [])


async def test_its_age_outlasts_a_restart(tmp_path: pathlib.Path) -> None:
    async with pods.running(tmp_path) as server:
        await server.events(0, pods.begin())
    for path in (tmp_path / "spool").rglob("*"):
        os.utime(path, (time.time() - DAY - 60,) * 2)
    async with pods.running(tmp_path) as server:
        await pods.until(lambda: (tmp_path / "store" / layout.key(build.RUN, layout.MANIFEST)).exists())
        await pods.until(lambda: server.runs() == {})


async def test_a_pod_that_holds_its_connection_is_not_abandoned(server: pods.Server, keeper: abandoned.Abandoned) -> None:
    await server.events(0, pods.begin())
    async with holding(server):
        await keeper.settle(time.time() + 2 * DAY)
        assert list(server.runs()) == [pods.RUN]
    await pods.until(lambda: server.runs()[pods.RUN].held is not None)
    await keeper.settle(time.time() + 2 * DAY)
    assert list(server.runs()) == [pods.RUN], "nor is one that did a moment ago"


async def test_one_that_cannot_be_settled_stops_no_other(
    server: pods.Server, keeper: abandoned.Abandoned, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = model.RunRef(namespace="shop", name="other", uid="other")
    await server.events(0, pods.begin())
    await server.events(0, pods.begin(), run=other)
    store_evidence = settle.store_evidence

    def broken(request: model.SettleRequest, *arguments: object, **more: object) -> settle.Answer:
        if request.run == pods.RUN:
            raise OSError("the disk says no")
        return store_evidence(request, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(settle, "store_evidence", broken)
    await keeper.settle(time.time() + DAY + 60)
    assert list(server.runs()) == [pods.RUN]
    assert "cannot settle a run that nobody asks for" in caplog.text
