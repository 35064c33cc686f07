"""The harness itself: what it says when it cannot run, and that it leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from testrun.envtest import control_plane, programs


def test_without_the_programs_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))

    with pytest.raises(programs.EnvtestError) as refused:
        programs.find()

    told = f"no etcd and no kube-apiserver in {tmp_path}: KUBEBUILDER_ASSETS must name a folder that holds them"
    assert str(refused.value) == told


def test_a_program_that_ends_at_once_is_told_with_its_last_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in programs.PROGRAMS:
        (tmp_path / name).write_text("#!/bin/sh\necho no disk left\nexit 3\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))

    with pytest.raises(programs.EnvtestError, match=r"etcd ended with code 3:\nno disk left|kube-apiserver ended with code 3"):
        control_plane.running().__enter__()


@pytest.fixture
def command_line() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The harness as a program, and the port of its API server."""
    process = subprocess.Popen(
        [sys.executable, "-m", "testrun.envtest"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        kubeconfig = process.stdout.readline().removeprefix("export KUBECONFIG=").strip()
        port = re.search(r"https://127\.0\.0\.1:(\d+)", Path(kubeconfig).read_text())
        assert port is not None
        yield process, int(port[1])
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(Path(kubeconfig).parent, ignore_errors=True)  # after SIGKILL nobody else does


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_however_it_ends_its_api_server_ends_too(command_line: tuple[subprocess.Popen[str], int], how: signal.Signals) -> None:
    process, port = command_line
    assert answers(port)

    os.kill(process.pid, how)

    deadline = time.monotonic() + 10
    while answers(port):
        assert time.monotonic() < deadline, f"the API server still answers after {how.name}"
        time.sleep(0.05)


def answers(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0
