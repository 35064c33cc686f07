"""Faults of the node itself; only that of a local cluster can be entered."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

ENTER = Path(__file__).resolve().parents[2] / "hack/cluster/enter.sh"
NOT_LOCAL = 3
"""The exit code of ENTER on a cluster of another provider."""


class NotLocal(Exception):
    """This cluster's node cannot be entered. The message says of which provider it is."""


@dataclasses.dataclass(frozen=True)
class Node:
    """The node of a local cluster. Raises `NotLocal` when it is made for another."""

    def __post_init__(self) -> None:
        looked = subprocess.run([str(ENTER), "true"], capture_output=True, text=True, check=False)
        if looked.returncode == NOT_LOCAL:
            raise NotLocal(looked.stderr.strip())
        looked.check_returncode()

    def run(self, *command: str) -> None:
        subprocess.run([str(ENTER), *command], check=True, capture_output=True)

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen([str(ENTER), *command], stdout=subprocess.PIPE, text=True)
