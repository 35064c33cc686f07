"""The mode that tests run in."""

from __future__ import annotations

import os

MODES = ("repo", "local", "cluster")


def integration_mode() -> str:
    mode = os.environ.get("INTEGRATION_MODE", "repo").strip().lower()
    if mode not in MODES:
        raise ValueError(f"unknown INTEGRATION_MODE {mode!r}")
    return mode
