"""Faults of the node itself; only that of a local cluster can be entered."""

from __future__ import annotations

import subprocess
from pathlib import Path

ENTER = Path(__file__).resolve().parents[2] / "hack/cluster/enter.sh"


def in_node(*command: str) -> None:
    subprocess.run([str(ENTER), *command], check=True, capture_output=True)
