"""The evidence of one run on the disk: ``<artifacts>/<run>/phase-{0..3}/junit.xml``, raw output beside it, ``summary.json``.

As soon as tools are at work each phase has a valid JUnit file that says it did not end, and each is replaced in one step when it
does: whatever kills us, even SIGKILL, four files are there. Room for them is set aside, so that a disk that tests filled still
takes the files that say so.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import shutil
from collections.abc import Sequence
from typing import Any

from testrun.core import cases as core_cases
from testrun.core import model, phases, summary
from testrun.core.phases import Phase
from testrun.junit import writer
from testrun.local import whole

VERSION = 1
SUMMARY, LATEST = "summary.json", "latest"
RESERVE_BYTES = 4 * 1024 * 1024
SMALLER_CASES = 2000
"""On a full disk a JUnit of at most so many cases is tried, the red ones first."""
_RESERVE = ".reserve"
_NAME_TRIES = 1000


class NoRoom(Exception):
    """The evidence cannot be written at all, and why: one sentence."""


class Evidence:
    """One run's folder. Nobody else writes to it: two runs never have the same."""

    def __init__(self, folder: pathlib.Path, revision: str) -> None:
        self.folder = folder
        self.revision = revision
        self.problems: list[str] = []
        """What could not be kept, for people."""
        self._reserve = folder / _RESERVE

    @classmethod
    def begin(cls, artifacts: pathlib.Path, *, revision: str, short: str, now: datetime.datetime) -> Evidence:
        """Make the folder of a new run, with room set aside. Raises `NoRoom`."""
        stamp = _name(now)
        try:
            make(artifacts)
            for number in range(_NAME_TRIES):
                folder = artifacts / f"{stamp}-{short or 'worktree'}{f'-{number}' if number else ''}"
                with contextlib.suppress(FileExistsError):
                    folder.mkdir()
                    made = cls(folder, revision)
                    made._set_aside()
                    made._point_at(artifacts / LATEST)
                    return made
        except OSError as error:
            raise NoRoom(f"the evidence cannot be kept in {artifacts}: {error.strerror}") from error
        raise NoRoom(f"the evidence cannot be kept in {artifacts}: too many runs began in this second")

    def write(
        self, phase: Phase, cases: Sequence[model.Case], *, seconds: float, completed: datetime.datetime, isolation: str = ""
    ) -> model.FileRef:
        """Write the JUnit of a phase, in one step. On a full disk in the room set aside; at worst without cases that passed."""
        heading = writer.Heading(
            name=f"{phase} {self.revision}".strip(),
            counts=core_cases.count(cases),
            duration=seconds,
            properties=(
                ("phase", str(phase)), ("revision", self.revision), ("completed", _stamp(completed)), ("isolation", isolation),
            ),
        )  # fmt: skip
        data = writer.document(heading, cases)
        path = phase.junit
        try:
            self._put(path, data)
        except OSError as error:
            self._give_room(f"{path}: {error.strerror}")
            note = f"The disk was full: at most {SMALLER_CASES} of {len(cases)} cases, failures first, with short texts."
            small = writer.Limits(name=300, message=500, details=1000, output=0)
            data = writer.document(heading, summary.red_first(cases)[:SMALLER_CASES], small, left_out=note)
            self._put_or_tell(path, data)
        return _described(path, data)

    def keep_junit(self, phase: Phase, data: bytes) -> model.FileRef:
        """Keep the JUnit of a phase that ran elsewhere, as it is."""
        self.keep(phase.junit, data)
        return _described(phase.junit, data)

    def keep(self, path: str, data: bytes) -> None:
        """Write another file of the run. What cannot be written is told in ``problems``."""
        try:
            self._put(path, data)
        except OSError as error:
            self._give_room(f"{path}: {error.strerror}")
            self._put_or_tell(path, data)

    def summarize(self, body: dict[str, Any]) -> None:
        """Write ``summary.json``, the last file of a run."""
        with contextlib.suppress(OSError):
            self._reserve.unlink()
        self.keep(SUMMARY, json.dumps(body, indent=2, ensure_ascii=False).encode() + b"\n")

    def _put_or_tell(self, path: str, data: bytes) -> None:
        try:
            self._put(path, data)
        except OSError as error:
            self.problems.append(f"{path} could not be written: {error.strerror}")

    def _put(self, path: str, data: bytes) -> None:
        whole.write(self.folder / path, data)

    def _set_aside(self) -> None:
        with contextlib.suppress(OSError), open(self._reserve, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)

    def _give_room(self, why: str) -> None:
        self.problems.append(why)
        with contextlib.suppress(OSError):
            self._reserve.unlink()

    def _point_at(self, link: pathlib.Path) -> None:
        with contextlib.suppress(OSError):
            new = link.with_name(f".{LATEST}.{os.getpid()}")
            new.symlink_to(self.folder.name)
            os.replace(new, link)


def _described(path: str, data: bytes) -> model.FileRef:
    # Not as `artifacts.manifest` does it, which brings the store's parsers along.
    return model.FileRef(path=path, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def not_ended(phase: Phase) -> list[model.Case]:
    """What stands in a phase's JUnit until it ends."""
    message = f"phase {phase.number} ({phase}) did not end: the run was killed, or is still under way"
    return [_case(phase, model.CaseStatus.ERRORED, message, kind="NotEnded")]


def not_run(phase: Phase, why: str) -> list[model.Case]:
    """What stands in the JUnit of a phase that did not run."""
    return [_case(phase, model.CaseStatus.SKIPPED, f"phase {phase.number} ({phase}) did not run: {why}")]


def _case(phase: Phase, status: model.CaseStatus, message: str, *, kind: str = "") -> model.Case:
    return model.Case(shard=0, file="", project="", title=(str(phase),), status=status, message=message, kind=kind)


def make(artifacts: pathlib.Path) -> None:
    """A new folder of artifacts is ignored by git, as pytest's and mypy's caches are: evidence of a tree is no part of it."""
    if not artifacts.is_dir():
        artifacts.mkdir(parents=True, exist_ok=True)
        (artifacts / ".gitignore").write_text("*\n")


def sweep(artifacts: pathlib.Path, keep: int, *, now: datetime.datetime) -> None:
    """Remove all but the newest runs, and what is left of runs that were killed more than a day ago. Only folders that are runs:
    whatever else is there is somebody's.
    """
    found = sorted(
        (each for each in artifacts.iterdir() if not each.is_symlink() and _is_stamp(each.name)), key=lambda each: each.name
    )
    ended = [each for each in found if (each / SUMMARY).is_file()]
    yesterday = _name(now - datetime.timedelta(days=1))
    killed = [each for each in found if each not in ended and each.name < yesterday]
    for old in (*ended[:-keep], *killed):
        shutil.rmtree(old, ignore_errors=True)


def latest(artifacts: pathlib.Path, revision: str) -> dict[Phase, pathlib.Path]:
    """The newest JUnit of each local phase that ran on that revision."""
    found: dict[Phase, pathlib.Path] = {}
    try:
        folders = sorted(
            (each for each in artifacts.iterdir() if not each.is_symlink()), key=lambda each: each.name, reverse=True
        )
    except OSError:
        return {}
    for folder in folders:
        try:
            body = json.loads((folder / SUMMARY).read_bytes())
            if body["revision"] != revision:
                continue
            ran = {each["phase"] for each in body["phases"] if each["result"] != phases.NOT_RUN}
        except (OSError, ValueError, KeyError, TypeError):
            continue
        for phase in phases.LOCAL:
            if phase in ran:
                found.setdefault(phase, folder / phase.junit)
    return found


def _name(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")


def _is_stamp(name: str) -> bool:
    return len(name) > 16 and name[8] == "T" and name[15] == "Z" and name[:8].isdigit()


def _stamp(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
