"""One tool at work: what becomes of one that does not exit, and where its failures are."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from testrun.core import model
from testrun.local import process, project_run
from testrun.local.discovery import Project

NEVER_EXITS = """
import hashlib, json, os, signal, sys
with open(os.environ["TESTRUN_EVENTS"], "a") as log:
    for event in json.loads(sys.argv[1]):
        log.write(json.dumps(event) + "\\n")
if sys.argv[2:]:
    print(sys.argv[2], flush=True)
signal.pause()
"""


def report(status: str) -> list[dict[str, object]]:
    """The log of one test that ended so, to its end."""
    name = {"id": "1", "file": "a.test.js", "line": 1, "title": ["a"], "expected": "passed"}
    times = {"retry": 0, "time": 1}
    sha256 = "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"  # of "1\n"
    return [
        {"type": "plan", "tests": [name]},
        {"type": "start", "id": "1", **times},
        {"type": "end", "id": "1", **times, "status": status, "duration": 1},
        {"type": "planned", "count": 1, "sha256": sha256},
        {"type": "finish", "status": status, "time": 2, "duration": 1},
    ]


def run(tmp_path: Path, *arguments: str, timeout: float) -> project_run.Running:
    folder = tmp_path / "run" / "phase-2" / "jest"
    variables = {"TESTRUN_EVENTS": str(folder / project_run.EVENTS), "PATH": os.environ["PATH"]}
    task = project_run.Task(
        project=Project(tool="jest", folder=".", slug="jest"),
        commands=[process.Command(argv=[sys.executable, "-c", NEVER_EXITS, *arguments], folder=tmp_path, environment=variables)],
        folder=folder, root=tmp_path, lingers=b"I did not exit", linger_advice="close what is open",
    )  # fmt: skip
    running = project_run.Running(task, lambda: 1)
    asyncio.run(running.run(timeout))
    return running


def told(running: project_run.Running) -> list[tuple[str, str, str]]:
    return [(case.name, str(case.status), case.message) for case in running.cases()]


@pytest.mark.parametrize("status", ["passed", "failed"])
def test_a_tool_that_says_that_it_does_not_exit_is_ended_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str):
    monkeypatch.setattr(project_run, "EXIT_SECONDS", 0.1)
    running = run(tmp_path, json.dumps(report(status)), "I did not exit one second after", timeout=60)
    assert not running.timed_out
    assert told(running) == [
        ("jest .", "errored", "close what is open"),
        ("a", status, "" if status == "passed" else "the test failed"),
    ]


def test_a_tool_that_does_not_exit_and_says_nothing_has_the_time_of_its_phase(tmp_path: Path):
    running = run(tmp_path, json.dumps(report("passed")), timeout=1)
    why = "the phase's timeout-seconds (1 s) were over, although its tests had ended: something keeps it from exiting"
    assert running.timed_out
    assert told(running) == [("jest .", "errored", f"jest was running when {why}"), ("a", "passed", "")]


@pytest.mark.parametrize(
    ("line", "details", "placed"),
    [
        pytest.param(0, "Error: no\n    at x (/shop/lib.js:9:1)\n    at y (/shop/web/a.test.js:3:59)", 3, id="of its own file"),
        pytest.param(7, "    at y (/shop/web/a.test.js:3:59)", 7, id="the tool knows better"),
        pytest.param(0, "    at x (/shop/lib.js:9:1)", 0, id="of no other file"),
    ],
)
def test_a_failure_is_in_the_line_of_its_stack(line: int, details: str, placed: int):
    case = model.Case(
        shard=3, file="web/a.test.js", project="", title=("a",), status=model.CaseStatus.FAILED, line=line, details=details
    )
    found = project_run.placed(case, "jest web", Path("/shop"))
    assert (found.project, found.shard, found.line) == ("jest web", 0, placed)
