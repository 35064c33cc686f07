"""Playwright, as far as phase 0 asks it: which tests it finds. They run in phase 3, in the cluster."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Sequence
from typing import Any


def program(folder: pathlib.Path, root: pathlib.Path) -> list[str]:
    """How Playwright is started for a project. Empty: it is not installed."""
    for each in (folder, *folder.parents):
        for package in ("@playwright/test", "playwright"):
            script = each / "node_modules" / package / "cli.js"
            if script.is_file():
                return ["node", str(script)]
        if each == root:
            break
    return []


def list_command(start: Sequence[str], config: str) -> list[str]:
    return [*start, "test", "--list", "--reporter=json", "--config", config]


def listed(output: str) -> tuple[int, list[str]]:
    """How many tests the JSON report holds, and the errors outside them; an output that is no report has none of either."""
    try:
        report = json.loads(output[output.index("{") :])
    except ValueError:
        return 0, []
    errors = [
        str(each.get("message") or "an error without a message") for each in report.get("errors") or () if isinstance(each, dict)
    ]
    return sum(_count(suite) for suite in report.get("suites") or ()), errors


def _count(suite: dict[str, Any]) -> int:
    specs = sum(len(spec.get("tests") or ()) for spec in suite.get("specs") or ())
    return specs + sum(_count(each) for each in suite.get("suites") or ())
