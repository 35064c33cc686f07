"""``helpers``: when ``tools/integration-runner`` may go."""

from __future__ import annotations

import pytest
from unit.migrate.changed import after, todos

RUNNER = {"tools/integration-runner/integration-mode.sh": "", "tools/integration-runner/integration_mode.py": ""}
GONE = dict.fromkeys(RUNNER)
PATHS = {
    "TOML, in the middle": (
        {"p/pyproject.toml": '[tool.pytest.ini_options]\npythonpath = [".", "../tools/integration-runner", "src"]\n'},
        {"p/pyproject.toml": '[tool.pytest.ini_options]\npythonpath = [".", "src"]\n'},
    ),
    "TOML, alone": (
        {"p/pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["../tools/integration-runner"]\n'},
        {"p/pyproject.toml": "[tool.pytest.ini_options]\npythonpath = []\n"},
    ),
    "INI": (
        {"p/pytest.ini": "[pytest]\npythonpath = . ../tools/integration-runner\n"},
        {"p/pytest.ini": "[pytest]\npythonpath = .\n"},
    ),
    "a document": ({"README.md": "see tools/integration-runner\n"}, {}),
}


@pytest.mark.parametrize(("files", "expected"), PATHS.values(), ids=PATHS)
def test_it_goes_with_the_paths_that_lead_to_it(files: dict[str, str], expected: dict[str, str]) -> None:
    assert after("helpers", RUNNER | files) == {**expected, **GONE}
    assert todos("helpers", RUNNER | files) == []


USED = {
    "a module": (
        {"p/test_x.py": "import os\nfrom integration_mode import integration_mode\n"},
        ["p/test_x.py:2: a module of `tools/integration-runner/` is imported here: take that out, and it can go"],
    ),
    "a path": (
        {"web/tsconfig.json": '{"paths": {"mode": ["../tools/integration-runner/ts/mode"]}}\n'},
        ["web/tsconfig.json:1: `tools/integration-runner/` is still named here: take that out, and it can go"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), USED.values(), ids=USED)
def test_it_stays_as_long_as_something_uses_it(files: dict[str, str], expected: list[str]) -> None:
    assert after("helpers", RUNNER | files) == {}
    assert todos("helpers", RUNNER | files) == expected
