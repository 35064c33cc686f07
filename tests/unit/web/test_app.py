"""The server as a whole: its own pages, and the form of its errors."""

from __future__ import annotations

import pathlib

import pytest
from unit.web import pods

from testrun.web import app, config


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1", 404),
        ("GET", "/v2/changes", 404),
        ("DELETE", "/v1/changes", 405),
        ("POST", "/healthz", 405),
    ],
)
async def test_every_error_has_the_same_form(server: pods.Server, method: str, path: str, status: int) -> None:
    got, body = await server.call(method, path)
    assert (got, set(body)) == (status, {"error", "hint"})


async def test_a_fault_of_the_server_is_told_without_its_insides(
    server: pods.Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("/var/lib/secret")

    monkeypatch.setattr("testrun.web.spool.RunFiles.append", broken)
    status, body = await server.events(0, pods.begin())
    assert (status, body) == (500, {"error": "the server could not do it", "hint": "RuntimeError; its log says more"})
    assert "/var/lib/secret" in caplog.text
    monkeypatch.undo()
    assert (await server.events(0, pods.begin()))[0] == 200, "and what failed left no trace"


async def test_it_is_ready_and_alive(server: pods.Server) -> None:
    await server.changes()
    assert await server.call("GET", "/healthz") == (200, {"ok": True})
    assert await server.call("GET", "/readyz") == (200, {"ok": True})


async def test_it_counts(server: pods.Server) -> None:
    await server.events(0, pods.whole_log("a"))
    await server.events(0, pods.begin())
    await server.attach("a", b"12345")
    await server.call("GET", "/v1/changes", token="guess")
    _, text = await server.call("GET", "/metrics")
    numbers = dict(line.rsplit(" ", 1) for line in text.decode().splitlines() if not line.startswith("#"))
    assert {name: float(numbers[name]) for name in numbers if "received_bytes_total" in name or "refused_total" in name} == {
        'testrun_server_received_bytes_total{kind="events"}': len(pods.whole_log("a")),
        'testrun_server_received_bytes_total{kind="attachments"}': 5,
        'testrun_server_refused_total{reason="offset",status="409"}': 1,
        'testrun_server_refused_total{reason="forbidden",status="403"}': 1,
    }
    assert float(numbers["testrun_server_events_total"]) == 7
    assert float(numbers["testrun_server_live_runs"]) == 1
    assert float(numbers["testrun_server_volume_free_bytes"]) > 0
    await server.settle()
    _, text = await server.call("GET", "/metrics")
    assert b"testrun_server_settle_seconds_count 1.0" in text
    assert b"testrun_server_live_runs 0.0" in text


def test_a_short_key_stops_the_start(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="needs at least 32"):
        app.make_app(config.Config(data=tmp_path, key=b"short"))


def test_a_configuration_does_not_show_its_key(tmp_path: pathlib.Path) -> None:
    assert "kkk" not in repr(config.Config(data=tmp_path, key=pods.KEY))


async def test_a_server_whose_volume_is_gone_is_not_ready(server: pods.Server, tmp_path: pathlib.Path) -> None:
    await server.changes()
    away = tmp_path.with_name("away")
    tmp_path.rename(away)  # noqa: ASYNC240
    try:
        assert (await server.call("GET", "/readyz"))[0] == 503
    finally:
        away.rename(tmp_path)
