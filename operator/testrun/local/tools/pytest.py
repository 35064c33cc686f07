"""pytest: with which Python, and the commands of its phases."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Mapping, Sequence

PLUGINS = pathlib.Path(__file__).with_name("reporters")
"""On PYTHONPATH of the project's own Python, for ``-p``."""
MARKER = "integration"
_PLUGIN = "testrun_pytest"
NO_TESTS = frozenset({0, 5})
"""5: pytest's own word for "no tests were collected" (pytest.ExitCode.NO_TESTS_COLLECTED)."""


def interpreter(folder: pathlib.Path, root: pathlib.Path, environment: Mapping[str, str]) -> str:
    """The project's Python: a ``.venv`` or ``venv`` of its folder or of one above it, the active virtual environment, else the
    first on PATH. Empty: there is none.
    """
    above = [each for each in (folder, *folder.parents) if each == root or root in each.parents]
    for each in above:
        for name in (".venv", "venv"):
            python = each / name / "bin" / "python"
            if python.exists():
                return str(python)
    active = environment.get("VIRTUAL_ENV", "")
    if active and (pathlib.Path(active) / "bin" / "python").exists():
        return str(pathlib.Path(active) / "bin" / "python")
    return shutil.which("python3", path=environment.get("PATH")) or shutil.which("python", path=environment.get("PATH")) or ""


def variables(environment: Mapping[str, str]) -> dict[str, str]:
    """What the plugin needs to be found, and what makes output come as it is printed."""
    path = environment.get("PYTHONPATH", "")
    return {"PYTHONPATH": f"{PLUGINS}:{path}" if path else str(PLUGINS), "PYTHONUNBUFFERED": "1"}


def collect_command(python: str, leave_out: Sequence[str]) -> list[str]:
    """List all tests. Markers are strict here too: a mistyped one would move a test out of its phase."""
    return [*_start(python, leave_out), "--collect-only", "--quiet"]


def test_command(python: str, leave_out: Sequence[str], phase: str) -> list[str]:
    selected = MARKER if phase == "integration" else f"not {MARKER}"
    return [*_start(python, leave_out), "-m", selected]


def _start(python: str, leave_out: Sequence[str]) -> list[str]:
    ignored = [f"--ignore={each}" for each in leave_out]
    return [python, "-m", "pytest", "-p", _PLUGIN, "--strict-markers", "--color=no", *ignored]
