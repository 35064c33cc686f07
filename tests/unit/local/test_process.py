"""Commands: what they print is kept, their time is bounded, and what they leave running neither stays nor holds anything up."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from testrun.envtest import waiting
from testrun.local import process
from testrun.local.process import Ended


def run(folder: Path, code: str, *, lasting: bool = False, **options: object) -> Ended:
    """A Python program in that folder."""
    variables = {"PATH": os.environ["PATH"]}
    command = process.Command(argv=[sys.executable, "-c", code], folder=folder, environment=variables, lasting=lasting)
    return asyncio.run(process.run(command, output=folder / "output.txt", timeout=30, **options))  # type: ignore[arg-type]


def test_both_streams_are_kept_in_their_order(tmp_path: Path):
    code = "import sys\nfor n in range(3): print(n, flush=True); print('e', n, file=sys.stderr, flush=True)\nsys.exit(3)"
    ended = run(tmp_path, code)
    assert (ended.code, ended.signal, ended.output) == (3, "", "0\ne 0\n1\ne 1\n2\ne 2\n")
    assert (tmp_path / "output.txt").read_text() == ended.output


def test_with_a_listener_stdout_goes_to_it_and_what_it_answers_is_kept(tmp_path: Path):
    heard: list[bytes] = []

    def listen(line: bytes) -> bytes:
        heard.append(line)
        return line.upper() + b"\n"

    run(tmp_path, "import sys; print('a'); print('b', end=''); sys.stdout.flush(); print('c', file=sys.stderr)", on_line=listen)
    assert heard == [b"a", b"b"]
    assert sorted((tmp_path / "output.txt").read_text().split()) == ["A", "B", "c"]


def test_what_a_signal_ends_says_which(tmp_path: Path):
    ended = run(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert (ended.code, ended.signal) == (None, "SIGSEGV")


@pytest.mark.parametrize(
    ("argv", "problem"), [("no-such-program", "no-such-program is not installed, or not on PATH"), ("/", "cannot be started")]
)
def test_what_cannot_be_started_says_why(tmp_path: Path, argv: str, problem: str):
    command = process.Command(argv=[argv], folder=tmp_path, environment={})
    ended = asyncio.run(process.run(command, output=tmp_path / "output.txt", timeout=5))
    assert problem in ended.problem


def test_its_time_is_bounded(tmp_path: Path):
    command = process.Command(
        argv=[sys.executable, "-c", "import time; print('x', flush=True); time.sleep(60)"], folder=tmp_path, environment={}
    )
    ended = asyncio.run(process.run(command, output=tmp_path / "output.txt", timeout=1))
    assert (ended.timed_out, ended.output.splitlines()[0]) == (True, "x")


@pytest.mark.parametrize("session", [False, True], ids=["in its group", "in a session of its own"])
def test_what_it_leaves_running_is_ended_and_holds_nothing_up(tmp_path: Path, session: bool):
    """It inherits the pipes of the command, which must not keep us waiting for their end."""
    code = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session={session})\n"
        "print(child.pid)"
    )
    began = time.monotonic()
    ended = run(tmp_path, code)
    assert (ended.code, ended.timed_out) == (0, False)
    assert time.monotonic() - began < 20
    pid = int(ended.output)
    waiting.eventually(lambda: not Path(f"/proc/{pid}").exists() or "Z" in state(pid), what="the child is gone", seconds=10)


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_the_end_of_what_was_kept_can_be_read_at_any_time(tmp_path: Path):
    output = tmp_path / "output.txt"
    assert process.tail_of(output) == ""
    output.write_bytes(b"begin" + b"x" * process.TAIL_BYTES + b"\x1b[31mend\xff")
    told = process.tail_of(output)
    assert told.endswith("xend\N{REPLACEMENT CHARACTER}")
    assert "begin" not in told


LEAVES_ONE = (
    "import subprocess, sys\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True,\n"
    "                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
    "print(child.pid)"
)


def test_what_a_lasting_command_leaves_running_stays(tmp_path: Path):
    pid = int(run(tmp_path, LEAVES_ONE, lasting=True).output)
    try:
        assert state(pid) != "Z"
    finally:
        os.kill(pid, signal.SIGKILL)


def test_a_lasting_command_may_ask_the_person_at_our_terminal(tmp_path: Path):
    """Whoever is in a session of its own has no terminal."""
    told = run(tmp_path, "import os; print(os.getsid(0), os.getpgid(0))", lasting=True).output
    assert told.split() == [str(os.getsid(0)), str(os.getpgid(0))]


async def test_a_lasting_command_is_ended_when_the_caller_is_cancelled_and_we_are_not(tmp_path: Path):
    code = "import os, time; open('pid', 'w').write(str(os.getpid())); os.rename('pid', 'began'); time.sleep(60)"
    command = process.Command(argv=[sys.executable, "-c", code], folder=tmp_path, environment={}, lasting=True)
    running = asyncio.ensure_future(process.run(command, output=tmp_path / "output.txt", timeout=30))
    await asyncio.to_thread(waiting.eventually, (tmp_path / "began").exists, what="it has begun", seconds=20)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert state(int((tmp_path / "began").read_text())) == "Z"
