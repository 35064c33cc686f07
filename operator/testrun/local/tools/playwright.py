"""Playwright, as far as phase 0 asks it: which tests it finds. They run in phase 3, in the cluster."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Sequence
from typing import Any

from testrun.local.tools import upwards


@dataclasses.dataclass(frozen=True, kw_only=True)
class Listed:
    """What ``--list`` told."""

    tests: int = 0
    """Of all its projects."""
    files: tuple[str, ...] = ()
    """Absolute paths of the files that they are in."""
    errors: tuple[str, ...] = ()
    """What went wrong outside the tests."""


def program(folder: pathlib.Path, top: pathlib.Path) -> list[str]:
    """How Playwright is started for a project: the one of its node_modules, or of a folder above it up to ``top``, that of the
    whole checkout. Empty: it is not installed.
    """
    for each in upwards(folder, top):
        for package in ("@playwright/test", "playwright"):
            script = each / "node_modules" / package / "cli.js"
            if script.is_file():
                return ["node", str(script)]
    return []


def list_command(start: Sequence[str], config: str) -> list[str]:
    """``config`` may be a folder, in which Playwright looks for its configuration."""
    return [*start, "test", "--list", "--reporter=json", "--config", config]


def listed(output: str) -> Listed:
    """What the JSON report holds, which may follow warnings; an output that is no report has none of it."""
    try:
        report = json.loads(output[output.index("{") :])
    except ValueError:
        return Listed()
    suites = report.get("suites") or ()
    folder = pathlib.PurePosixPath(str((report.get("config") or {}).get("rootDir") or "/"))
    return Listed(
        tests=sum(_count(suite) for suite in suites),
        files=tuple(str(folder / str(suite["file"])) for suite in suites if suite.get("file")),
        errors=tuple(
            str(each.get("message") or "an error without a message")
            for each in report.get("errors") or ()
            if isinstance(each, dict)
        ),
    )


def _count(suite: dict[str, Any]) -> int:
    specs = sum(len(spec.get("tests") or ()) for spec in suite.get("specs") or ())
    return specs + sum(_count(each) for each in suite.get("suites") or ())
