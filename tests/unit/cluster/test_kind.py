"""`hack/kind/test.sh` where it cannot run: it says so, and does not look like a pass."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "hack/kind/test.sh"
SKIPPED = 77
ENGINE = """\
case "$1" in
  run) echo 'docker: Error response from daemon: unable to apply caps: operation not permitted' >&2; exit 125 ;;
esac
"""
GO = """\
while [ "$1" != -o ]; do shift; done
touch "$2" && chmod +x "$2"
"""


def run(folder: Path, **programs: str) -> subprocess.CompletedProcess[str]:
    """With programs that stand in for those of the machine."""
    for name, text in programs.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\n{text}")
        program.chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(folder), "TESTRUN_CACHE": str(folder / "cache")}
    return subprocess.run([str(SCRIPT)], env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_an_engine_that_cannot_start_a_privileged_container_is_a_skip(tmp_path: Path) -> None:
    done = run(tmp_path, docker=ENGINE, go=GO)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        SKIPPED,
        "test-kind: SKIPPED, nothing was tested: a privileged container cannot start: "
        "docker: Error response from daemon: unable to apply caps: operation not permitted",
    )


def test_no_engine_and_none_that_could_be_started_is_a_skip(tmp_path: Path) -> None:
    there = dict.fromkeys(("dockerd", "runc", "ip", "iptables", "jq"), "")
    done = run(tmp_path, docker="exit 1\n", unshare="echo 'unshare: Operation not permitted' >&2; exit 1\n", **there)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        SKIPPED,
        f"test-kind: SKIPPED, nothing was tested: no Docker engine answers, and {why_none()}",
    )


def why_none() -> str:
    if os.geteuid():
        return "one of its own needs root"
    if not Path("/etc/debian_version").exists():
        return "one of its own is made on Debian only"
    return "none of its own can be started (see above)"
