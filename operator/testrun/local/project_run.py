"""One tool at work on one project: its command, its event log while it grows, and its test cases in the end.

All tools tell what happens in the same lines (docs/protocol.md §2): Jest and pytest through a reporter of ours, which appends to
a file; Go through its own ``-json`` stream, which is translated. So one ledger serves all of them, live and in the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import json
import os
import pathlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from testrun.core import ledger, model, protocol
from testrun.local import attempts, eventlog, process, results
from testrun.local.discovery import Project

EVENTS = "events.jsonl"
OUTPUT = "output.txt"
ATTEMPTS = "network.jsonl"
LOOK_SECONDS = 0.1
"""How often the log of a reporter is read on."""
EXIT_SECONDS = 10.0
"""So long a tool may go on once it has said that it cannot exit."""

Event = dict[str, Any]
Clock = Callable[[], int]
"""Milliseconds since the epoch."""


class Translator(Protocol):
    """Turns a tool's own stream into lines of the event log."""

    timed_out: str
    """What the tool printed when it ended its tests itself because they took too long; empty when it did not."""

    printed: bytes
    """What a person would have seen of the line that was fed last."""

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many tests that ended so far, by how (``pass``, ``fail``, ``skip``), are none of those that `known` leaves."""

    def feed(self, line: bytes) -> Iterable[Event]: ...

    def close(self) -> Iterable[Event]:
        """What is left to say when the stream has ended."""

    def known(self, cases: Sequence[model.Case]) -> Sequence[model.Case]:
        """The cases with what only the translator knows: files and lines."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be run."""

    project: Project
    commands: Sequence[process.Command]
    """One after the other; one is enough for most tools."""
    folder: pathlib.Path
    """Where its raw output is kept."""
    translator: Translator | None = None
    """None: a reporter writes the log."""
    no_tests: frozenset[int] = frozenset({0})
    """Exit codes of a run that found no test."""
    lingers: bytes = b""
    """What the tool prints when its tests are over and something keeps it from exiting; empty: it tells nothing of that."""
    linger_advice: str = ""
    """What to do about it."""
    root: pathlib.Path
    """Of the repository."""
    isolated: bool = False
    phase: str = ""
    tests: int = 0
    """So many tests phase 0 has found, at least."""
    problem: str = ""
    """Why it cannot be run at all."""


class Running:
    """A task at work. `progress` may be asked at any time."""

    def __init__(self, task: Task, clock: Clock) -> None:
        self.task = task
        self.began = False
        self.ended: process.Ended | None = None
        self._clock = clock
        self._timeout = 0.0
        self._deadline: asyncio.Timeout | None = None
        self._lingers = False
        self._written = 0
        """Bytes of the log that are of ours, when there is no reporter: all of it."""
        self._head = b""
        """With which the log begins, when a reporter goes on with it."""
        self._touched = ""
        """What is wrong with a reporter's log that no reporter does; empty: nothing that can be seen."""
        self._log: int | None = None
        self._reader = eventlog.Reader(task.folder / EVENTS, lambda line: self.ledger.feed(line))
        self._begin = b""

    @functools.cached_property
    def ledger(self) -> ledger.PodLedger:
        """What it has told so far. Made when something is first told or asked: starting it needs none."""
        made = ledger.PodLedger(self.task.project.slug, 0)
        if self._begin:
            made.feed(self._begin)
        return made

    @property
    def name(self) -> str:
        return self.task.project.name

    def progress(self) -> model.ShardProgress:
        told = self.ledger.progress(connected=self.began and self.ended is None)
        if self.task.translator is None:
            return told
        less = self.task.translator.left_out
        return dataclasses.replace(
            told, passed=told.passed - less.get("pass", 0), failed=told.failed - less.get("fail", 0),
            skipped=told.skipped - less.get("skip", 0),
        )  # fmt: skip

    async def run(self, timeout: float) -> None:
        """Run it to its end. When the caller is cancelled the tool is ended first, and what it told is kept."""
        self.began = True
        self._timeout = timeout
        with contextlib.suppress(OSError):
            self.task.folder.mkdir(parents=True, exist_ok=True)
            self._log = os.open(self.task.folder / EVENTS, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._begin = _line(
            {"type": "begin", "v": protocol.VERSION, "time": self._clock(), "index": 0, "shards": 1,
             "pod": self.task.project.slug, "node": "", "nodejs": "", "playwright": "",
             "uid": self.task.folder.parent.parent.name,
             "cwd": str(self.task.commands[0].folder),
             "argv": [word[:1000] for each in self.task.commands for word in each.argv][:200]}
        )  # fmt: skip
        self._write(self._begin)
        if "ledger" in vars(self):  # it was shown while it waited for its turn
            self.ledger.feed(self._begin)
        if self.task.problem:
            self.ended = process.Ended(problem=self.task.problem)
            self._close()
            return
        reading = asyncio.create_task(self._follow()) if self.task.translator is None else None
        try:
            self.ended = await self._run_all(timeout)
        finally:
            if reading is not None:
                reading.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await reading
            self._close()

    async def _run_all(self, timeout: float) -> process.Ended:
        """Until one is ended from outside. The first exit code other than 0 counts."""
        loop = asyncio.get_running_loop()
        latest = loop.time() + timeout
        ended = process.Ended(code=0)
        for command in self.task.commands:
            self._deadline = asyncio.timeout_at(latest)
            last = await process.run(
                command,
                output=self.task.folder / OUTPUT,
                timeout=self._deadline,
                on_line=None if self.task.translator is None else self._translate,
            )
            ended = dataclasses.replace(
                last,
                code=None if last.code is None else ended.code or last.code,
                output=(ended.output + last.output)[-process.TAIL_BYTES :],
                full=ended.full or last.full,
                seconds=ended.seconds + last.seconds,
            )
            if last.code is None or last.timed_out or self.timed_out:
                break
        return ended

    @property
    def timed_out(self) -> bool:
        """Its tests were ended because their time was up, by us or by the tool."""
        overdue = self.task.translator is not None and bool(self.task.translator.timed_out)
        return overdue or (self.ended is not None and self.ended.timed_out and not self._lingers)

    @property
    def _finished(self) -> bool:
        """Its reporter said, before anybody ended it, that all tests had ended."""
        finish = self.ledger.finish
        return self.task.translator is None and finish is not None and finish.status in ("passed", "failed")

    def left_over(self, interrupter: str) -> list[model.Case]:
        """Its cases when the run is interrupted: what it told so far."""
        if not self.began:
            return [results.stopped_case(self.name, model.Verdict.CANCELLED, f"did not begin: {interrupter} came first")]
        stopped = model.Verdict.CANCELLED if self.ended is None else None  # what had ended is as it is
        return self.cases(stopped=stopped, why=f"{interrupter} interrupted it")

    def cases(self, *, stopped: model.Verdict | None = None, why: str = "") -> list[model.Case]:
        """The test cases, and one for each thing that went wrong around them."""
        ended = self.ended or process.Ended(output=process.tail_of(self.task.folder / OUTPUT))
        if self.timed_out and stopped is None:
            stopped, why = model.Verdict.TIMED_OUT, f"the phase's timeout-seconds ({self._timeout:g} s) were over"
            why += (
                ", although its tests had ended: something keeps it from exiting"
                if self._finished
                else f": make it faster, or raise them under [{self.task.phase}] in ameide.toml"
            )
        if self.task.translator is not None and self.task.translator.timed_out:
            ended = dataclasses.replace(ended, output=self.task.translator.timed_out)
        stuck = self._lingers and ended.timed_out and stopped is None
        if stuck:  # it was ended by us: its tests are whole, and how it ended says nothing
            passed = self.ledger.finish is not None and self.ledger.finish.status == "passed"
            ended = dataclasses.replace(ended, timed_out=False, signal="", code=0 if passed else 1)
        found = results.settle(
            self.task.project.name, self.task.project.tool, self.ledger, ended, self.task.no_tests, stopped, why
        )
        if stuck:
            found = [results.finding(self.name, "DidNotExit", self.task.linger_advice, ended.output), *found]
        if self._touched:  # first: it explains what the log lacks
            found = [self._incomplete(self._touched), *found]
        tried = self._tried()
        if self.ended is not None and found and not any(case.status is model.CaseStatus.ERRORED for case in found):
            found = [*self._tampered(tried), *found]
        known = found if self.task.translator is None else self.task.translator.known(found)
        if stopped is None and self.ended is not None:
            known = [*results.left_out(self.name, known, tests=self.task.tests), *known]
        within = {
            each.folder: f"{relative(each.folder, self.task.root)}/" for each in tried or () if self.task.project.tool == "go"
        }
        told = results.blamed(known, tried or (), within, exact=self.task.translator is None)
        if self.task.isolated:
            told = results.explained(told, self.task.phase)
        return [placed(case, self.task.project.name, self.task.root) for case in told]

    def _tried(self) -> list[attempts.Attempt] | None:
        """What the tests tried to reach; None: nobody can know."""
        if not self.task.isolated:
            return []
        try:
            return attempts.read(self.task.folder / ATTEMPTS)
        except OSError:
            return None

    def _tampered(self, tried: list[attempts.Attempt] | None) -> list[model.Case]:
        """What is wrong with files that nobody but us writes. Tests can find them, and one may have been there."""
        what = ""
        if tried is None:
            what = f"{ATTEMPTS} is gone, which tells what its tests tried to reach"
        if self.task.translator is not None and _size(self.task.folder / EVENTS) != self._written:
            what = f"{EVENTS} does not hold what was written into it"
        return [self._incomplete(what)] if what else []

    def _incomplete(self, what: str) -> model.Case:
        return results.finding(self.name, "ReportIncomplete", f"{what}: {results.HANDS_OFF}", "")

    def _look_at_the_log(self) -> str:
        """A reporter only adds lines, and the first is of ours."""
        if self._log is None:
            return ""
        try:
            with open(self.task.folder / EVENTS, "rb") as log:
                whole = log.read(len(self._head)) == self._head and log.seek(0, os.SEEK_END) >= self._reader.read
        except OSError:
            return f"{EVENTS} is gone, which tells how its tests ended"
        return "" if whole else f"{EVENTS} does not hold what was written into it"

    def _translate(self, line: bytes) -> bytes:
        assert self.task.translator is not None
        for event in self.task.translator.feed(line):
            self._tell(event)
        return self.task.translator.printed

    def _tell(self, event: Event) -> None:
        """A line of ours: into the ledger, and into the log as far as the disk takes it."""
        line = _line(event)
        self.ledger.feed(line)
        self._write(line)

    def _write(self, line: bytes) -> None:
        self._written += len(line) + 1
        if self._log is not None:
            with contextlib.suppress(OSError):
                written = os.write(self._log, line + b"\n")
                self._reader.read += written
                if self.task.translator is None:
                    self._head += (line + b"\n")[:written]

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._reader.read_on()
            if self.ledger.finish is not None and not self._lingers and self._says_that_it_lingers():
                self._lingers = True
                self._hurry()

    def _says_that_it_lingers(self) -> bool:
        try:
            with open(self.task.folder / OUTPUT, "rb") as output:
                output.seek(max(0, output.seek(0, os.SEEK_END) - process.TAIL_BYTES))
                return bool(self.task.lingers) and self.task.lingers in output.read()
        except OSError:
            return False

    def _hurry(self) -> None:
        """It is ended soon, unless it exits by itself."""
        soon = asyncio.get_running_loop().time() + EXIT_SECONDS
        latest = self._deadline.when() if self._deadline is not None else None
        if self._deadline is not None and latest is not None and soon < latest:
            self._deadline.reschedule(soon)

    def _close(self) -> None:
        if self.task.translator is None:
            self._reader.close()
            self._touched = self._look_at_the_log()
        else:
            for event in self.task.translator.close():
                self._tell(event)
        if self._log is not None:
            os.close(self._log)
            self._log = None


def _size(path: pathlib.Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def placed(case: model.Case, project: str, root: pathlib.Path) -> model.Case:
    """The case with its project, and with the line that its stack names when the tool tells none, as Jest does. Pure."""
    line = case.line
    if case.file and not line and (frame := re.search(rf"{re.escape(str(root / case.file))}:(\d+)", case.details)):
        line = int(frame[1])
    return dataclasses.replace(case, project=project, shard=0, line=line)


def environment_of(events_file: pathlib.Path, root: pathlib.Path) -> dict[str, str]:
    """What our reporters are told."""
    return {"TESTRUN_EVENTS": str(events_file), "TESTRUN_ROOT": str(root)}


def relative(path: str, root: pathlib.Path) -> str:
    """A path of a tool as the repository names it; a path elsewhere stays as it is."""
    try:
        return pathlib.PurePath(os.path.realpath(path)).relative_to(root).as_posix()
    except ValueError:
        return path


def _line(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
