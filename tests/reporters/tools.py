"""The real Jest and pytest with our reporters in them, run on a small project, and their logs folded as the runner folds them."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from testrun.core import ledger

ROOT = Path(__file__).resolve().parents[2]
REPORTERS = ROOT / "operator" / "testrun" / "local" / "tools" / "reporters"
BUILT = Path(os.environ.get("TESTRUN_PYTESTS") or ROOT / "build" / "reporters")
"""Holds one folder ``pytest-<version>`` for each pytest; made by run.sh."""
PYTESTS = os.environ.get("PYTEST_VERSIONS", "9,7").split(",")
JEST = Path(os.environ.get("TESTRUN_JEST") or Path(__file__).parent / "jest-30")
SECONDS = 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a tool on a project."""

    code: int
    output: str
    log: Path
    ledger: ledger.PodLedger

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    @property
    def told(self) -> dict[str, str]:
        """Each planned test by title: its outcome, and the first line of what each attempt said."""
        return {_title(record): _word(record) for record in self.ledger.tests.values()}

    def told_of(self, file: str) -> dict[str, str]:
        """The same of the tests of one file."""
        return {_title(record): _word(record) for record in self.ledger.tests.values() if record.planned.file == file}

    @property
    def errors(self) -> list[str]:
        """Errors outside tests: ``file:line: first line``."""
        return [f"{each.file}:{each.line}: {each.message.splitlines()[0]}" for each in self.ledger.errors]

    @property
    def finish(self) -> str:
        return self.ledger.finish.status if self.ledger.finish else ""


def _title(record: ledger.TestRecord) -> str:
    return " › ".join(record.planned.title)


def _word(record: ledger.TestRecord) -> str:
    said = [attempt.message.split("\n", 1)[0] or attempt.status for attempt in record.attempts.values()]
    if record.started:
        said.append("RUNNING")
    words = [record.outcome.name, *([record.note] if record.note else []), " → ".join(said) if said != ["passed"] else ""]
    return ": ".join(word for word in words if word and word not in ("skipped", "NONE"))


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return folder


def run_pytest(version: str, folder: Path, *args: str, env: dict[str, str] | None = None) -> Run:
    python = BUILT / f"pytest-{version}" / "bin" / "python"
    if not python.exists():
        pytest.fail(f"{python} is missing: tests/reporters/run.sh installs it", pytrace=False)
    search = {"PYTHONPATH": str(REPORTERS), "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
    return _run([str(python), "-m", "pytest", "-p", "testrun_pytest", "-p", "no:cacheprovider", *args], folder, search)


def run_jest(folder: Path, *args: str, env: dict[str, str] | None = None) -> Run:
    if not (JEST / "node_modules" / "jest").is_dir():
        pytest.fail(f"{JEST}/node_modules is missing: tests/reporters/run.sh installs it", pytrace=False)
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(JEST / "node_modules")
        (folder / "package.json").write_text('{"name": "project", "private": true}', encoding="utf-8")
    reporters = [f"--reporters={REPORTERS / 'jest_reporter.cjs'}", "--reporters=default"]
    # Positional arguments first: --reporters takes all that follow it.
    return _run(["node", "node_modules/jest/bin/jest.js", *args, *reporters], folder, env or {})


def _run(argv: list[str], folder: Path, env: dict[str, str]) -> Run:
    log = folder / "events.jsonl"
    log.unlink(missing_ok=True)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "TESTRUN", "JEST", "COV_"))}
    told = {**inherited, "TESTRUN_EVENTS": str(log), "TESTRUN_ROOT": str(folder), "NO_COLOR": "", "FORCE_COLOR": "1", **env}
    done = subprocess.run(argv, cwd=folder, env=told, capture_output=True, text=True, errors="replace", timeout=SECONDS)
    output = done.stdout + done.stderr
    raw = log.read_bytes() if log.exists() else b""
    folded = fold(raw, done.returncode)
    assert folded.contradictions == (), output
    return Run(code=done.returncode, output=output, log=log, ledger=folded)


def fold(raw: bytes, code: int) -> ledger.PodLedger:
    """The log between a first and a last line, as the runner writes them."""
    folded = ledger.PodLedger("local", 0)
    folded.feed(json.dumps({"type": "begin", "v": 1, "time": 1, "index": 0, "shards": 1, "pod": "local", "argv": []}).encode())
    for line in raw.splitlines():
        folded.feed(line)
    reported = [test for test, record in folded.tests.items() if record.attempts]
    counts = {"planned": len(folded.tests), "plannedSha256": ledger.digest(folded.tests)}
    counts |= {"reported": len(reported), "reportedSha256": ledger.digest(reported)}
    folded.feed(json.dumps({"type": "exit", "code": code % 256, "time": 2, **counts}).encode())
    return folded
