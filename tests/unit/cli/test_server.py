"""``ameide server run``: starts, asks Kubernetes who may read, and stops when told to."""

from __future__ import annotations

import asyncio
import json
import os
import pathlib
import signal
import sys

import aiohttp
import pytest
from click.testing import CliRunner
from unit.cli import fake

from testrun.cli import main, server

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("key", "error"),
    [
        (None, "error: the key key cannot be read: No such file or directory\n"),
        (b"short\n", "error: the key in key has 5 bytes, fewer than 32\nhint: make one with: openssl rand -hex 32\n"),
    ],
)
def test_a_key_that_cannot_be_used(
    key: bytes | None, error: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if key is not None:
        pathlib.Path("key").write_bytes(key)
    result = CliRunner().invoke(main.ameide, ["server", "run", "--data", "data", "--key-file", "key"])
    assert (result.exit_code, result.stderr) == (2, error)


async def test_it_serves_whom_kubernetes_allows_until_sigterm(cluster: fake.Cluster, tmp_path: pathlib.Path) -> None:
    """The whole process: a long poll under way ends at once, and the exit code is 0."""
    (tmp_path / "key").write_bytes(KEY + b"\n")
    reviewed = {"status": {"authenticated": True, "user": {"username": "eve"}}}
    cluster.refuse["POST", "/tokenreviews"] = (201, reviewed)
    cluster.refuse["POST", "/subjectaccessreviews"] = (201, {"status": {"allowed": True}})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from testrun.cli import main; main.main()", "server", "run", "--data", str(tmp_path / "data"),
        "--key-file", str(tmp_path / "key"), "--host", "127.0.0.1", "--port", "0",
        "--kubeconfig", str(cluster.kubeconfig(tmp_path)),
        stderr=asyncio.subprocess.PIPE, env=dict(os.environ),
    )  # fmt: skip
    assert process.stderr is not None
    try:
        async with asyncio.timeout(30):
            line = json.loads(await process.stderr.readline())
            assert line["message"] == "server started"
            ((host, port),) = line["addresses"]
            url = f"http://{host}:{port}/v1/runs/shop/shop/uid-1/progress"
            async with aiohttp.ClientSession(headers={"Authorization": "Bearer t"}) as session:
                async with session.get(url) as response:
                    told = await response.json()
                assert (response.status, told["version"]) == (200, 0)
                waiting = asyncio.create_task(session.get(url, params={"after": "0", "timeout": "60"}).__aenter__())
                async with session.get(f"http://{host}:{port}/healthz") as response:
                    assert response.status == 200
                process.send_signal(signal.SIGTERM)
                assert await process.wait() == 0
                await asyncio.gather(waiting, return_exceptions=True)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    reviews = [(path.rpartition("/")[2], body) for _, path, body in cluster.writes()]
    assert [name for name, _ in reviews] == ["tokenreviews", "subjectaccessreviews"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", 0.0), ("720h", 2_592_000.0), ("1h30m", 5400.0), ("90m", 5400.0), ("1.5h", 5400.0), ("3600s", 3600.0)],
)
def test_how_long_evidence_is_kept(value: str, seconds: float) -> None:
    assert server.age(value) == seconds


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("30", "'30' is no duration such as 720h or 1h30m"),
        ("30d", "'30d' is no duration such as 720h or 1h30m"),
        ("-1h", "'-1h' is no duration such as 720h or 1h30m"),
        ("1h 30m", "'1h 30m' is no duration such as 720h or 1h30m"),
        ("59m", "59m is shorter than 1h: every run is kept for an hour"),
    ],
)
def test_a_time_for_which_evidence_cannot_be_kept(value: str, error: str) -> None:
    arguments = ["server", "run", "--data", "data", "--key-file", "key", f"--retention-max-age={value}"]
    result = CliRunner().invoke(main.ameide, arguments)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, f"error: Invalid value for '--retention-max-age': {error}")
