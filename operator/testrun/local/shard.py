"""Phase 3 on this machine: the shim of a shard's pod at work on the repository's own Playwright, and the log that it writes.

The same program as in a pod, so the same reporter, the same log and the same exit codes; but nobody listens, so what it would
send stays here.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import pathlib
import shutil
from collections.abc import Mapping, Sequence

from testrun.core import ledger, model, protocol
from testrun.local import eventlog, process

POD = "local"
"""Stands where a pod's name would."""
FOLDER = f"shard-0/{POD}"
"""Of its evidence, below that of the phase."""
ATTACHMENTS = "attachments"
LOOK_SECONDS = 0.1
GRACE_SECONDS = 8
"""Between a signal and the end: `process` waits so long before it asks more firmly."""
_LIMITS = {"eventsBytes": 64 << 20, "attachmentsBytes": 1 << 30, "attachmentBytes": 256 << 20, "drainSeconds": 0}
_ONLY_WHILE_IT_RUNS = ("node_modules", "shim", "reserve-reporter", "reserve-shim")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be run."""

    name: str
    """Of the Playwright project, for people."""
    run: model.RunRef
    args: Sequence[str]
    scripts: Mapping[str, str]
    """The shim's files."""
    folder: pathlib.Path
    """In which Playwright is started."""
    environment: Mapping[str, str]
    kept: pathlib.Path
    """Folder of the phase's evidence."""


class Shard:
    """A task at work. `progress` may be asked at any time."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.began = False
        self.ended: process.Ended | None = None
        self.ledger = ledger.PodLedger(POD, 0)
        self._spool = task.kept / FOLDER
        self._reader = eventlog.Reader(self._spool / "events.jsonl", self.ledger.feed)

    @property
    def name(self) -> str:
        return self.task.name

    def progress(self) -> model.ShardProgress:
        return self.ledger.progress(connected=self.began and self.ended is None)

    def left_over(self, interrupter: str) -> Sequence[model.Case]:  # noqa: ARG002  # as others have it
        """Nothing: who runs it settles it."""
        return ()

    async def run(self, timeout: float) -> None:
        """Run it to its end. When the caller is cancelled Playwright is ended first, and what it told is kept."""
        self.began = True
        shim = self._lay_out()
        command = process.Command(
            argv=["node", str(shim / "shim.mjs")], folder=self.task.folder, environment=self._environment(shim)
        )  # fmt: skip
        following = asyncio.create_task(self._follow())
        try:
            self.ended = await process.run(command, output=self._spool / "output.txt", timeout=timeout)
        finally:
            following.cancel()
            self._reader.close()
            self._tidy_up()

    @property
    def stored(self) -> set[str]:
        """Paths of the attachments that are there, below the run's folder."""
        folder = self._spool / ATTACHMENTS
        return {f"{self.task.kept.name}/{FOLDER}/{ATTACHMENTS}/{each.name}" for each in _files(folder)}

    def _lay_out(self) -> pathlib.Path:
        """What a pod finds at its mount."""
        shim = self._spool / "shim"
        shim.mkdir(parents=True)
        for name, script in self.task.scripts.items():
            (shim / name).write_text(script, encoding="utf-8")
        run = {
            "v": protocol.VERSION, **dataclasses.asdict(self.task.run), "shards": 1, "args": list(self.task.args),
            "gracePeriodSeconds": GRACE_SECONDS, "limits": _LIMITS,
        }  # fmt: skip
        (shim / "run.json").write_text(json.dumps(run), encoding="utf-8")
        return shim

    def _environment(self, shim: pathlib.Path) -> dict[str, str]:
        return {
            **self.task.environment,
            "TESTRUN_MOUNT": str(shim),
            "TESTRUN_SPOOL": str(self._spool),
            "TESTRUN_TERMINATION_LOG": "/dev/null",
            "TESTRUN_NAME": self.task.run.name,
            "TESTRUN_UID": self.task.run.uid,
            "JOB_COMPLETION_INDEX": "0",
            "POD_NAME": POD,
            "NODE_NAME": "",
            "PLAYWRIGHT_HTML_OPEN": "never",  # it would serve the report of a red run until somebody ends it
        }

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._reader.read_on()

    def _tidy_up(self) -> None:
        """Attachments go where a pod's are in the store; what only the shim needed goes away."""
        for name in _ONLY_WHILE_IT_RUNS:
            path = self._spool / name
            shutil.rmtree(path, ignore_errors=True)
            with contextlib.suppress(OSError):
                path.unlink()
        attempts = [attempt for record in self.ledger.tests.values() for attempt in record.attempts.values()]
        told = [each.path for attempt in attempts for each in attempt.attachments if each.path]
        names = {pathlib.PurePosixPath(path).name for path in told}
        found = [each for each in _files(self._spool) if each.name in names]
        with contextlib.suppress(OSError):
            if found:
                (self._spool / ATTACHMENTS).mkdir(exist_ok=True)
            for each in found:
                each.rename(self._spool / ATTACHMENTS / each.name)


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    try:
        return [each for each in folder.iterdir() if each.is_file() and not each.is_symlink()]
    except OSError:
        return []
