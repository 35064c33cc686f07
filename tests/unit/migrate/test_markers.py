"""``markers``: which pytest modules are marked, and how pytest's configuration becomes strict."""

from __future__ import annotations

import pytest
from unit.migrate.changed import after, todos

from testrun.migrate import pytest_config

STRICT = '[tool.pytest.ini_options]\naddopts = "--strict-markers --strict-config"\nmarkers = ["integration: far", "slow: slow"]\n'
PROJECT = {"p/pyproject.toml": STRICT}
DUAL = 'import os\n\n\ndef test_x():\n    assert os.environ.get("INTEGRATION_MODE") != "cluster"\n'

MARKED = {
    "after standard imports": (
        {"p/test_x.py": DUAL},
        {"p/test_x.py": DUAL.replace("import os\n", "import os\n\nimport pytest\n\npytestmark = pytest.mark.integration\n")},
    ),
    "after its own import of pytest": (
        {"p/test_x.py": f"import pytest\n{DUAL}"},
        {"p/test_x.py": "import pytest\nimport os\n\npytestmark = pytest.mark.integration\n"
                        f"{DUAL.removeprefix('import os' + chr(10))}"},
    ),
    "without imports": (
        {
            "p/test_x.py": '"""About x."""\n\ndef test_x(mode):\n    pass\n',
            "p/conftest.py": '@pytest.fixture\ndef mode():\n    return os.environ["INTEGRATION_MODE"]\n',
        },
        {
            "p/test_x.py": '"""About x."""\n\nimport pytest\n\npytestmark = pytest.mark.integration\n\n\n'
            "def test_x(mode):\n    pass\n"
        },
    ),
    "beside a mark of its own": (
        {"p/test_x.py": f"{DUAL}\n\npytestmark = pytest.mark.slow\n"},
        {"p/test_x.py": f"{DUAL}\n\npytestmark = [pytest.mark.slow, pytest.mark.integration]\n"},
    ),
    "beside several": (
        {"p/test_x.py": f"{DUAL}\n\npytestmark = [pytest.mark.slow]\n"},
        {"p/test_x.py": f"{DUAL}\n\npytestmark = [pytest.mark.slow, pytest.mark.integration]\n"},
    ),
    "of a pack": (
        {"p/it/test_x.py": "def test_x():\n    pass\n", "p/it/run_integration_tests.sh": "pytest\n"},
        {"p/it/test_x.py": "import pytest\n\npytestmark = pytest.mark.integration\n\n\ndef test_x():\n    pass\n"},
    ),
    "marked already": ({"p/test_x.py": f"{DUAL}\n\npytestmark = pytest.mark.integration\n"}, {}),
    "a name that only looks like a fixture": (
        {"p/test_x.py": "from p import mode\n\n\ndef test_x():\n"
                        "    mode\n", "p/conftest.py": '@pytest.fixture\ndef mode():\n'
                                                       '    return os.getenv("INTEGRATION_MODE")\n'},
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), MARKED.values(), ids=MARKED)
def test_marks(files: dict[str, str], expected: dict[str, str]) -> None:
    assert after("markers", PROJECT | files) == expected
    assert todos("markers", PROJECT | files) == []


def test_a_folder_that_says_unit_is_left() -> None:
    files = PROJECT | {"p/unit/test_x.py": DUAL}
    assert after("markers", files) == {}
    assert todos("markers", files) == ["p/unit/test_x.py: its folder says unit, and it has two modes: move it out of there"]


SLOW = {"p/test_x.py": "import pytest\n\n\n@pytest.mark.slow\n@pytest.mark.skipif(True)\ndef test_x():\n    pass\n"}
CONFIGS = {
    "no configuration, a pyproject.toml": (
        {"p/pyproject.toml": '[project]\nname = "p"\n'},
        {
            "p/pyproject.toml": '[project]\nname = "p"\n\n[tool.pytest.ini_options]\n'
                                'addopts = "--strict-markers --strict-config"\n'
            'markers = [\n  "slow: to be described",\n]\n'
        },
    ),
    "no configuration at all": (
        {"p/setup.py": ""},
        {"p/pytest.ini": "[pytest]\naddopts = --strict-markers --strict-config\nmarkers =\n    slow: to be described\n"},
    ),
    "a section without options": (
        {"p/pyproject.toml": "[tool.pytest.ini_options]\n\n[tool.other]\n"},
        {
            "p/pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--strict-markers --strict-config"\n'
            'markers = [\n  "slow: to be described",\n]\n\n[tool.other]\n'
        },
    ),
    "lists in one line": (
        {"p/pyproject.toml": '[tool.pytest.ini_options]\naddopts = ["-ra"]  # all\nmarkers = ["fast: fast"]\n'},
        {
            "p/pyproject.toml": '[tool.pytest.ini_options]\naddopts = ["-ra", "--strict-markers", "--strict-config"]  # all\n'
            'markers = ["fast: fast", "slow: to be described"]\n'
        },
    ),
    "lists over lines": (
        {"p/pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-ra"\nmarkers = [\n    "fast: fast [1]"\n]\n'},
        {
            "p/pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-ra --strict-markers --strict-config"\nmarkers = [\n'
            '    "fast: fast [1]",\n    "slow: to be described",\n]\n'
        },
    ),
    "setup.cfg": (
        {"p/setup.cfg": "[tool:pytest]\naddopts = -ra\nmarkers =\n  fast: fast\n\n[other]\n"},
        {
            "p/setup.cfg": "[tool:pytest]\naddopts = -ra --strict-markers --strict-config\nmarkers =\n  fast: fast\n"
            "  slow: to be described\n\n[other]\n"
        },
    ),
    "strict already": ({"p/pyproject.toml": STRICT}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), CONFIGS.values(), ids=CONFIGS)
def test_the_configuration_is_strict_and_registers_what_is_used(files: dict[str, str], expected: dict[str, str]) -> None:
    assert after("markers", SLOW | files) == expected
    assert after("markers", SLOW | files | expected) == {}


def test_options_that_are_written_otherwise_are_left() -> None:
    text = '[tool.pytest.ini_options]\naddopts = """\n-ra\n"""\n'
    assert pytest_config.changed("pyproject.toml", text.encode(), ["--strict-markers"], []) is None
    assert todos("markers", SLOW | {"p/pyproject.toml": text}) == [
        "p/pyproject.toml: its pytest options are written in a way that is not known here: add --strict-markers --strict-config; "
        "markers slow: to be described"
    ]


def test_a_configuration_in_another_encoding_is_left() -> None:
    assert pytest_config.changed("pytest.ini", b"[pytest]\n# caf\xe9\naddopts = -ra\n", ["--strict-markers"], []) is None
