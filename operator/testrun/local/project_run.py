"""One tool at work on one project: its command, its event log while it grows, and its test cases in the end.

All tools tell what happens in the same lines (docs/protocol.md §2): Jest and pytest through a reporter of ours, which appends to
a file; Go through its own ``-json`` stream, which is translated. So one ledger serves all of them, live and in the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import pathlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from testrun.core import cases as core_cases
from testrun.core import endings, events, model, text
from testrun.core.ledger import PodLedger, digest
from testrun.local import attempts, process
from testrun.local.discovery import Project

EVENTS = "events.jsonl"
OUTPUT = "output.txt"
ATTEMPTS = "network.jsonl"
LOOK_SECONDS = 0.1
"""How often the log of a reporter is read on."""

Event = dict[str, Any]
Clock = Callable[[], int]
"""Milliseconds since the epoch."""


class Translator(Protocol):
    """Turns a tool's own stream into lines of the event log."""

    timed_out: str
    """What the tool printed when it ended its tests itself because they took too long; empty when it did not."""

    printed: bytes
    """What a person would have seen of the line that was fed last."""

    def feed(self, line: bytes) -> Iterable[Event]: ...

    def close(self) -> Iterable[Event]:
        """What is left to say when the stream has ended."""

    def known(self, cases: Sequence[model.Case]) -> Sequence[model.Case]:
        """The cases with what only the translator knows: files and lines."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be run."""

    project: Project
    command: process.Command
    folder: pathlib.Path
    """Where its raw output is kept."""
    translator: Translator | None = None
    """None: a reporter writes the log."""
    no_tests: frozenset[int] = frozenset({0})
    """Exit codes of a run that found no test."""
    root: pathlib.Path
    """Of the repository."""
    isolated: bool = False
    problem: str = ""
    """Why it cannot be run at all."""


class Running:
    """A task at work. `progress` may be asked at any time."""

    def __init__(self, task: Task, clock: Clock) -> None:
        self.task = task
        self.ledger = PodLedger(task.project.slug, 0)
        self.began = False
        self.ended: process.Ended | None = None
        self._clock = clock
        self._timeout = 0.0
        self._written = 0
        """Bytes of the log that are of ours, when there is no reporter: all of it."""
        self._log: int | None = None
        self._read = 0
        self._rest = b""

    @property
    def name(self) -> str:
        return self.task.project.name

    def progress(self) -> model.ShardProgress:
        return self.ledger.progress(connected=self.began and self.ended is None)

    async def run(self, timeout: float) -> None:
        """Run it to its end. When the caller is cancelled the tool is ended first, and what it told is kept."""
        self.began = True
        self._timeout = timeout
        command = self.task.command
        with contextlib.suppress(OSError):
            self.task.folder.mkdir(parents=True, exist_ok=True)
            self._log = os.open(self.task.folder / EVENTS, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._tell(
            {"type": "begin", "v": events.VERSION, "time": self._clock(), "index": 0, "shards": 1, "pod": self.task.project.slug,
             "node": "", "nodejs": "", "playwright": "", "uid": self.task.folder.parent.parent.name, "cwd": str(command.folder),
             "argv": [each[:1000] for each in command.argv][:200]}
        )  # fmt: skip
        if self.task.problem:
            self.ended = process.Ended(problem=self.task.problem)
            self._close()
            return
        reading = asyncio.create_task(self._follow()) if self.task.translator is None else None
        try:
            self.ended = await process.run(
                command,
                output=self.task.folder / OUTPUT,
                timeout=timeout,
                on_line=None if self.task.translator is None else self._translate,
            )
        finally:
            if reading is not None:
                reading.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await reading
            self._close()

    @property
    def timed_out(self) -> bool:
        """Its tests were ended because their time was up, by us or by the tool."""
        overdue = self.task.translator is not None and bool(self.task.translator.timed_out)
        return overdue or (self.ended is not None and self.ended.timed_out)

    def cases(self, *, stopped: model.Verdict | None = None, why: str = "") -> list[model.Case]:
        """The test cases, and one for each thing that went wrong around them."""
        ended = self.ended or process.Ended()
        if self.timed_out and stopped is None:
            stopped, why = model.Verdict.TIMED_OUT, f"the phase's timeout-seconds ({self._timeout:g} s) were over"
        if self.task.translator is not None and self.task.translator.timed_out:
            ended = dataclasses.replace(ended, output=self.task.translator.timed_out)
        found = settle(self.task.project.name, self.task.project.tool, self.ledger, ended, self.task.no_tests, stopped, why)
        tried = self._tried()
        if self.ended is not None and found and not any(case.status is model.CaseStatus.ERRORED for case in found):
            found = [*self._tampered(tried), *found]
        known = found if self.task.translator is None else self.task.translator.known(found)
        within = {
            each.folder: f"{relative(each.folder, self.task.root)}/" for each in tried or () if self.task.project.tool == "go"
        }
        told = blamed(known, tried or (), within, exact=self.task.translator is None)
        return [_placed(case, self.task.project.name) for case in told]

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
        return [_finding(self.name, "ReportIncomplete", f"{what}: no test may touch the evidence", "")] if what else []

    def _translate(self, line: bytes) -> bytes:
        assert self.task.translator is not None
        for event in self.task.translator.feed(line):
            self._tell(event)
        return self.task.translator.printed

    def _tell(self, event: Event) -> None:
        """A line of ours: into the ledger, and into the log as far as the disk takes it."""
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        self.ledger.feed(line)
        self._written += len(line) + 1
        if self._log is not None:
            with contextlib.suppress(OSError):
                self._read += os.write(self._log, line + b"\n")

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._read_on()

    def _read_on(self) -> None:
        try:
            with open(self.task.folder / EVENTS, "rb") as log:
                log.seek(self._read)
                while chunk := log.read(1024 * 1024):
                    self._read += len(chunk)
                    *lines, self._rest = (self._rest + chunk).split(b"\n")
                    for line in lines:
                        self.ledger.feed(line)
                    if len(self._rest) > events.LINE_BYTES:
                        self.ledger.feed(self._rest)
                        self._rest = b""
        except OSError:
            return

    def _close(self) -> None:
        if self.task.translator is None:
            self._read_on()
            if self._rest:
                self.ledger.feed(self._rest)  # cut off in the middle: the ledger says so
                self._rest = b""
        else:
            for event in self.task.translator.close():
                self._tell(event)
        if self._log is not None:
            os.close(self._log)
            self._log = None


def settle(
    name: str,
    tool: str,
    ledger: PodLedger,
    ended: process.Ended,
    no_tests: frozenset[int],
    stopped: model.Verdict | None,
    why: str,
) -> list[model.Case]:
    """The cases of a tool's run, from its log and from how its process ended. Pure."""
    if ended.problem:
        return [_finding(name, "ToolMissing", ended.problem, "")]
    ending = _ending(tool, ended, stopped, why)
    tests = list(core_cases.of_ledger(ledger, ending))
    counts = core_cases.count(tests)
    findings = [
        _finding(name, "LoadError", text.first_line(error.message) or "an error outside the tests", error.stack or error.message,
                 file=error.file, line=error.line)
        for error in ledger.errors
    ]  # fmt: skip
    if ledger.error_count > len(ledger.errors):
        findings.append(
            _finding(name, "LoadError", f"{ledger.error_count - len(ledger.errors)} more errors outside the tests", "")
        )
    if ended.full:
        findings.append(_finding(name, "DiskFull", f"its output could not be kept: {ended.full}: make room and run again", ""))
    if ledger.contradictions:
        findings.append(
            _finding(
                name, "ReportIncomplete", f"its report is not whole: {ledger.contradictions[0]}", "\n".join(ledger.contradictions)
            )
        )
    if stopped is None and not findings and not counts.errored:
        findings += _process_findings(name, tool, ledger, ended, no_tests, counts, ending)
    if stopped is not None and not counts.errored:
        findings.append(_finding(name, str(stopped), f"{tool} was running when {ending.cause}", ending.details))
    return [*findings, *tests]


def _process_findings(
    name: str,
    tool: str,
    ledger: PodLedger,
    ended: process.Ended,
    no_tests: frozenset[int],
    counts: model.Counts,
    ending: endings.Ending,
) -> list[model.Case]:
    """What is wrong with the end of a process whose tests all have a result."""
    hint = _first_words(ended.output)
    if ended.signal:
        return [_finding(name, "ToolDied", f"{ending.cause}{hint}", ending.details)]
    if not counts.tests and ended.code in no_tests and ledger.finish is not None:
        return []
    if ended.code == 0 and (ledger.planned is None or ledger.finish is None):
        return [_finding(name, "ToolFailed", f"{tool} ended with exit code 0, but its report is not whole{hint}", ending.details)]
    if ledger.planned is None or ledger.finish is None:
        return [_finding(name, "ToolFailed", f"{tool} ended with exit code {ended.code} before its tests{hint}", ending.details)]
    if ended.code == 0 and counts.failed:
        return [
            _finding(
                name,
                "ExitCodeMismatch",
                f"{tool} ended with exit code 0, although {text.plural(counts.failed, 'test')} failed",
                "",
            )
        ]
    if ended.code != 0 and not counts.failed:
        return [
            _finding(
                name,
                "ExitCodeMismatch",
                f"{tool} ended with exit code {ended.code}, although no test failed{hint}",
                ending.details,
            )
        ]
    return []


def _ending(tool: str, ended: process.Ended, stopped: model.Verdict | None, why: str) -> endings.Ending:
    details = "\n".join(filter(None, (f"last output of {tool}:" if ended.output else "", ended.output)))
    if stopped is not None:
        word = "was cancelled" if stopped is model.Verdict.CANCELLED else "timed out"
        return endings.Ending(kind=str(stopped), cause=why or f"the run {word}", predicate=word, details=details, stop=stopped)
    if ended.signal:
        much = " (out of memory?)" if ended.signal == "SIGKILL" else ""
        cause = f"{tool} was killed by {ended.signal}{much}"
    else:
        early = ", which no test may make it do" if ended.code == 0 else ""
        cause = f"{tool} ended with exit code {ended.code}{early}"
    return endings.Ending(kind="ToolDied", cause=cause, predicate=cause, details=details)


def blamed(
    cases: Sequence[model.Case],
    tried: Sequence[attempts.Attempt],
    within: Mapping[str, str] | None = None,
    *,
    exact: bool = False,
) -> list[model.Case]:
    """The cases, those that tried to reach something beyond loopback as errors that say what; an attempt that no single test can
    be blamed for is a case of its own. ``within`` tells for an attempt's folder where the files of its tests begin. ``exact``:
    tests start when their start says so, as a reporter inside the tool knows; Go tells it a moment late. Pure.
    """
    result = list(cases)
    for attempt in tried:
        suspects = [
            position
            for position, case in enumerate(result)
            if case.file.startswith((within or {}).get(attempt.folder, ""))
            and any(_runs_at(each, attempt.time, slack=2, early=0 if exact else 2) for each in case.attempts)
        ]
        innermost = [
            position for position in suspects if not any(_contains(result[position], result[other]) for other in suspects)
        ]
        if exact and len(innermost) > 1:
            # One has just ended, or is in its first moment: the one that is in its middle did it.
            surely = [
                position
                for position in innermost
                if any(_runs_at(each, attempt.time, slack=0, early=-1) for each in result[position].attempts)
            ]
            innermost = surely if len(surely) == 1 else innermost
        what = (
            f"tried to reach {attempt.described}: phases 0 to 2 run without a network; stub it, or move the test to phase 3 (e2e)"
        )
        if len(innermost) == 1:
            position = innermost[0]
            case = result[position]
            if case.kind != "NetworkAccess":
                details = "\n".join(filter(None, (case.message, case.details)))
                result[position] = dataclasses.replace(
                    case,
                    status=model.CaseStatus.ERRORED,
                    kind="NetworkAccess",
                    message=what,
                    details=f"{what}\n{details}".strip(),
                )
            continue
        names = ", ".join(result[position].name for position in innermost[:5])
        who = f"one of {names} " if names else "code outside the tests "
        result.append(_finding("network", "NetworkAccess", f"{who}{what}", ""))
    return result


def _runs_at(attempt: model.Attempt, time: int, *, slack: int, early: int) -> bool:
    """So many ms after its end, and ``early`` before its start, still count: tools round, and tell durations of their own."""
    if attempt.start_ms is None:
        return False
    ended = attempt.start_ms + attempt.duration * 1000 + slack
    return attempt.start_ms - early <= time and (attempt.status == "lost" or time <= ended)


def _contains(outer: model.Case, inner: model.Case) -> bool:
    return outer.file == inner.file and len(outer.title) < len(inner.title) and inner.title[: len(outer.title)] == outer.title


def _finding(name: str, kind: str, message: str, details: str, *, file: str = "", line: int = 0) -> model.Case:
    return model.Case(
        shard=0, file=file, project="", title=(file or name,), status=model.CaseStatus.ERRORED, line=line, message=message,
        details=details, kind=kind,
    )  # fmt: skip


def stopped_case(name: str, stopped: model.Verdict, why: str) -> model.Case:
    """The case of a phase that was ended from outside before any tool could tell of it."""
    return _finding(str(name), str(stopped), why, "")


def too_few_case(name: str, why: str) -> model.Case:
    """The case of a phase in which nothing went wrong but that its tests are too few."""
    return _finding(str(name), "TooFewTests", why, "")


def _size(path: pathlib.Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _placed(case: model.Case, project: str) -> model.Case:
    return dataclasses.replace(case, project=project, shard=0)


def _first_words(output: str) -> str:
    """What a tool says when it cannot even start, as part of a sentence."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    said = next((line for line in lines if "rror" in line), lines[-1] if lines else "")
    return f": {text.one_line(said, 200)}" if said else ""


def environment_of(events_file: pathlib.Path, root: pathlib.Path) -> dict[str, str]:
    """What our reporters are told."""
    return {"TESTRUN_EVENTS": str(events_file), "TESTRUN_ROOT": str(root)}


def plan_digest(ids: Iterable[str]) -> str:
    return digest(ids)


def relative(path: str, root: pathlib.Path) -> str:
    """A path of a tool as the repository names it; a path elsewhere stays as it is."""
    try:
        return pathlib.PurePath(os.path.realpath(path)).relative_to(root).as_posix()
    except ValueError:
        return path
