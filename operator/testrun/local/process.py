"""The one place that runs the tools: a command in a process group of its own, its output kept, its time bounded.

What a command leaves running when it ends is ended too: a test that starts a server must not keep the next phase from its port.
What left its process group is known by a variable that it inherited.
Nothing here knows what a test is.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import dataclasses
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from testrun.core import text

STDERR = subprocess.STDOUT
TAIL_BYTES = 16 * 1024
"""How much of the end of the output is kept in memory."""
OUTPUT_BYTES = 256 * 1024 * 1024
"""How much of the output is kept on the disk; a command that prints more is not stopped, but the rest is lost."""
LINE_BYTES = 4 * 1024 * 1024
"""A longer line is handed on in pieces."""
_STEPS = ((signal.SIGINT, 8.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0))
"""How a command is asked to end, and how long it may take each time. SIGINT first: it is what makes test tools write reports."""
_MARK = "AMEIDE_COMMAND"
"""Variable that all processes of a command have in their environment, with a value of its own."""
_LOOKS = 5
"""How often is looked for processes that a command left behind: one may start another while it is being ended."""
_EOF_SECONDS = 1.0
"""How long a pipe may stay open after its command has ended: whoever holds it then is no part of the command any more."""


_PR_SET_PDEATHSIG = 1
# Found before any fork: a child may only call what is there already.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Command:
    argv: Sequence[str]
    folder: pathlib.Path
    environment: Mapping[str, str]
    """All of it: nothing is inherited."""
    lasting: bool = False
    """What it leaves running is wanted, and it may ask the person at the terminal: it stays in our process group."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended. At most one of ``code`` and ``signal`` says something; none when it never started."""

    code: int | None = None
    signal: str = ""
    """SIGKILL, SIGSEGV, …: what ended it."""
    problem: str = ""
    """Why it could not be started."""
    timed_out: bool = False
    """It was ended because its time was up."""
    output: str = ""
    """The end of what it printed."""
    full: str = ""
    """Why its output could not be kept on the disk; empty when it could."""
    seconds: float = 0.0


async def run(
    command: Command,
    *,
    output: pathlib.Path,
    timeout: float | asyncio.Timeout | None,
    on_line: Callable[[bytes], bytes] | None = None,
) -> Ended:
    """Run a command to its end, its stdout and stderr into the file ``output``. A ``timeout`` of asyncio may be rescheduled
    meanwhile.

    With ``on_line`` stdout goes there line by line instead, and into the file what it makes of each. When the caller is cancelled
    the command is ended first. Raises nothing for what the command does.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    kept = _Output(output)
    mark = os.urandom(8).hex()
    # Pipes of our own: asyncio's keep it waiting for a process until they are closed, and what the command left behind has them.
    out, written = await _pipe()
    errors, complained = await _pipe() if on_line is not None else (None, written)
    try:
        process = await asyncio.create_subprocess_exec(
            *command.argv,
            cwd=command.folder,
            env=dict(command.environment) if command.lasting else {**command.environment, _MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=complained,
            start_new_session=not command.lasting,
            preexec_fn=_in_the_child,
        )
    except OSError as error:
        kept.close()
        return Ended(problem=_why(command, error))
    finally:
        for descriptor in {written, complained}:
            os.close(descriptor)
    readers = [asyncio.ensure_future(_lines(out, on_line, kept) if on_line else _copy(out, kept))]
    if errors is not None:
        readers.append(asyncio.ensure_future(_copy(errors, kept)))
    timed_out = False
    try:
        try:
            async with timeout if isinstance(timeout, asyncio.Timeout) else asyncio.timeout(timeout):
                await process.wait()
        except TimeoutError:
            timed_out = True
            await _end(process, command)
    except asyncio.CancelledError:
        await asyncio.shield(_end(process, command))
        raise
    finally:
        if not command.lasting:
            _end_rest(process.pid, mark)
        try:
            await _drain(readers)
        finally:
            for reader in readers:
                reader.cancel()
            kept.close()
    code = process.returncode
    died = "" if code is None or code >= 0 else _name(-code)
    return Ended(
        code=code if code is not None and code >= 0 else None,
        signal=died,
        timed_out=timed_out,
        output=kept.tail(),
        full=kept.full,
        seconds=loop.time() - began,
    )


def tail_of(output: pathlib.Path) -> str:
    """The end of what a command printed, from the file that keeps it; empty when there is none."""
    try:
        with open(output, "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
            return _readable(file.read())
    except OSError:
        return ""


def _readable(printed: bytes) -> str:
    return text.printable(printed.decode(errors="replace"))


def _in_the_child() -> None:
    """When we are killed it is too: the thread that runs the event loop lives as long as we do. And it heeds SIGINT, also where
    we were told not to (behind nohup, in the background of a script): that is how it is asked to end.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class _Output:
    """The end of what was printed in memory, all of it (within bounds) on the disk. A full disk is remembered, not raised."""

    def __init__(self, path: pathlib.Path) -> None:
        self.full = ""
        self._tail = bytearray()
        self._written = 0
        self._file: int | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            self.full = f"{path.name}: {error.strerror}"

    def write(self, data: bytes) -> None:
        self._tail += data
        if len(self._tail) > 2 * TAIL_BYTES:
            del self._tail[:-TAIL_BYTES]
        if self._file is None or self.full or self._written >= OUTPUT_BYTES:
            return
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            self._written += len(data)
        except OSError as error:
            self.full = error.strerror or str(error)

    def tail(self) -> str:
        return _readable(bytes(self._tail[-TAIL_BYTES:]))

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


async def _pipe() -> tuple[asyncio.StreamReader, int]:
    """What is read at one end, and the descriptor of the other, for a process. The caller closes it."""
    end, other = os.pipe()
    stream = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(end, "rb", buffering=0))
    return stream, other


async def _copy(stream: asyncio.StreamReader, kept: _Output) -> None:
    while chunk := await stream.read(64 * 1024):
        kept.write(chunk)


async def _lines(stream: asyncio.StreamReader, on_line: Callable[[bytes], bytes], kept: _Output) -> None:
    rest = b""
    while chunk := await stream.read(256 * 1024):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            kept.write(on_line(line))
        if len(rest) > LINE_BYTES:
            kept.write(on_line(rest))
            rest = b""
    if rest:
        kept.write(on_line(rest))


async def _drain(readers: Sequence[asyncio.Future[None]]) -> None:
    await asyncio.wait(readers, timeout=_EOF_SECONDS)


async def _end(process: asyncio.subprocess.Process, command: Command) -> None:
    """Ask the whole group to end, more and more firmly; of a command in our own group, itself."""
    for number, seconds in _STEPS:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            (os.kill if command.lasting else os.killpg)(process.pid, number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await process.wait()
                return


def _end_rest(group: int, mark: str) -> None:
    """End what a command has left: the rest of its group, and what went into a session of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    for _ in range(_LOOKS):
        left = _marked(f"{_MARK}={mark}".encode())
        if not left:
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _marked(variable: bytes) -> list[int]:
    """The processes with that variable; none where the system has no /proc. Those of others cannot be read, and are not ours."""
    found = []
    for pid in os.listdir("/proc") if os.path.isdir("/proc") else []:
        if pid.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as file:
                if variable in file.read().split(b"\0"):
                    found.append(int(pid))
    return found


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _why(command: Command, error: OSError) -> str:
    program = pathlib.Path(command.argv[0]).name
    if isinstance(error, FileNotFoundError) and not command.folder.is_dir():
        return f"the folder {command.folder.name} is gone"
    if isinstance(error, FileNotFoundError):
        return f"{program} is not installed, or not on PATH"
    return f"{program} cannot be started: {error.strerror or error}"
