"""pytest: with which Python, and the commands of its phases."""

from __future__ import annotations

import glob
import pathlib
import shutil
from collections.abc import Mapping, Sequence

from testrun.local.tools import upwards

PLUGINS = pathlib.Path(__file__).with_name("reporters")
"""On PYTHONPATH of the project's own Python, for ``-p``."""
MARKER = "integration"
MISSING = "no Python was found: install one, or make a .venv"
_PLUGIN = "testrun_pytest"
NO_TESTS = frozenset({0, 5})
"""5: pytest's own word for "no tests were collected" (pytest.ExitCode.NO_TESTS_COLLECTED)."""


def interpreter(folder: pathlib.Path, top: pathlib.Path, environment: Mapping[str, str]) -> str:
    """The project's Python: a ``.venv`` or ``venv`` of its folder or of one above it up to ``top``, that of the whole checkout,
    the active virtual environment, else the first on PATH. Empty: there is none.
    """
    for each in upwards(folder, top):
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


def ignored(leave_out: Sequence[str], root: pathlib.Path, exclude: Sequence[str]) -> list[str]:
    """The options that keep pytest out of folders (seen from where it is started) and of what globs below ``root`` mean, which
    are those of `globs.matches`.
    """
    patterns = dict.fromkeys(one for each in exclude for one in (each.rstrip("/"), each.rstrip("/*") + "/*"))
    start = glob.escape(str(root))
    return [*(f"--ignore={each}" for each in leave_out), *(f"--ignore-glob={start}/{each}" for each in patterns)]


def collect_command(python: str, ignored: Sequence[str]) -> list[str]:
    """List all tests, whatever marker the repository itself selects by. Markers are strict here too: a mistyped one would move a
    test out of its phase.
    """
    return [*_start(python, ignored), "--collect-only", "--quiet", "-m", ""]


def test_command(python: str, ignored: Sequence[str], phase: str) -> list[str]:
    """Run the tests of a phase, also after one that failed."""
    selected = MARKER if phase == "integration" else f"not {MARKER}"
    return [*_start(python, ignored), "--maxfail=0", "-m", selected]


def _start(python: str, ignored: Sequence[str]) -> list[str]:
    return [python, "-m", "pytest", "-p", _PLUGIN, "--strict-markers", "--color=no", *ignored]
