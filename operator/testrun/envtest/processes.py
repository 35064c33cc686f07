"""The real operator and the real server, as processes of this machine."""

from __future__ import annotations

import contextlib
import dataclasses
import glob
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from testrun.envtest import control_plane, waiting
from testrun.envtest.control_plane import ApiServer

Body = dict[str, Any]
AMEIDE = Path(sys.executable).with_name("ameide")


@dataclasses.dataclass
class Process:
    """A command of the project, or another ``program``, that serves HTTP on a port of its own."""

    command: list[str]
    port: int
    log: Path
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    program: Path = AMEIDE
    ready: str = "/readyz"
    """The path that answers with 200 once it is ready."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def name(self) -> str:
        return self.log.stem

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it is ready."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(self.program), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        if wait:
            waiting.eventually(self.is_ready, what=lambda: f"{self.name} is ready: {self._words()}", seconds=40)

    def is_ready(self) -> bool:
        """Whether it says so itself. Raises ``AssertionError`` with its last words when it has ended."""
        assert self.process is None or self.process.poll() is None, self._words()
        return self.get(self.ready)[0] == 200

    def get(self, path: str) -> tuple[int, str]:
        """The HTTP status, 0 when it does not answer, and the text of the answer."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait; the exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"{self.name} did not end: {self._words()}") from None

    def _words(self) -> str:
        return self.log.read_text()[-4000:]

    def kill(self) -> None:
        """As kill -9 does."""
        self.end(signal.SIGKILL)

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels."""
        lines = (line for line in self.get("/metrics")[1].splitlines() if line.startswith((f"{name}{{", f"{name} ")))
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def operator(api: ApiServer, server: Process, key: Path, folder: Path, *extra: str, name: str = "operator") -> Process:
    """An operator that uses this server; not started yet."""
    (port,) = control_plane.free_ports(1)
    command = [
        "operator", "run", f"--kubeconfig={api.kubeconfig}", f"--server-url={server.url}", f"--key-file={key}", f"--port={port}",
        f"--identity={name}", *extra,
    ]  # fmt: skip
    return Process(command, port, folder / f"{name}.log")


def server(key: Path, folder: Path, api: ApiServer) -> Process:
    """A server with a store below the folder; not started yet."""
    (port,) = control_plane.free_ports(1)
    command = ["server", "run", f"--data={folder / 'data'}", "--host=127.0.0.1", f"--port={port}", f"--key-file={key}"]
    return Process(command, port, folder / "server.log", {"KUBECONFIG": str(api.kubeconfig)})


def data_of(server: Process) -> Path:
    """The server's folder."""
    return Path(next(part.removeprefix("--data=") for part in server.command if part.startswith("--data=")))


def summary_of(server: Process, uid: str) -> Body:
    """What the evidence says of a run, once it is stored: also of a run that is gone."""
    # Not Path.glob, which fails when a folder goes away under it: the server is at work there.
    pattern = f"{glob.escape(str(data_of(server)))}/store/*/*/{uid}/summary.json"
    (file,) = waiting.eventually(lambda: glob.glob(pattern), what="the evidence is stored")
    return dict(json.loads(Path(file).read_text()))


@contextlib.contextmanager
def ending(*processes: Process) -> Iterator[None]:
    """Whatever happens in the block, these processes do not outlive it."""
    try:
        yield
    finally:
        for each in processes:
            if each.process is not None and each.process.poll() is None:
                each.process.kill()
                each.process.wait()
