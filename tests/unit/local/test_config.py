"""``ameide.toml`` and ``[tool.ameide]``: what they may say, and the one sentence for what they may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from testrun.core.preflight.checks import Intercepts
from testrun.core.preflight.clients import Demand
from testrun.local import config

WHOLE = """
artifacts = "build/tests"
keep = 5
exclude = ["third_party"]
go = ["services/cart"]
jest = []

[policy]
timeout-seconds = 60
[[policy.allow]]
rule = "integration-mode"

[unit]
min-tests = 100
environment = {TZ = "UTC"}

[integration]
network = "host"

[e2e]
testrun = "e2e/testrun.yaml"
telepresence = "required"
intercepts = "Warn"
tilt = "off"
tilt-resources = ["shop"]
"""


def test_without_a_file_everything_has_its_default(tmp_path: Path):
    assert config.load(tmp_path) == (config.Config(), "")


def test_a_whole_file(tmp_path: Path):
    (tmp_path / "ameide.toml").write_text(WHOLE)
    (tmp_path / "services/cart").mkdir(parents=True)
    (tmp_path / "e2e").mkdir()
    (tmp_path / "e2e/testrun.yaml").touch()
    found, file = config.load(tmp_path)
    assert file == "ameide.toml"
    assert (found.artifacts, found.keep, found.exclude) == ("build/tests", 5, ["third_party"])
    assert found.chosen == {"go": ["services/cart"], "jest": []}
    assert (found.policy.timeout_seconds, found.policy.allow) == (60, [{"rule": "integration-mode"}])
    assert (found.unit.min_tests, found.unit.environment, found.unit.network) == (100, {"TZ": "UTC"}, "loopback")
    assert found.integration.network == "host"
    assert found.e2e == config.E2E(
        testrun="e2e/testrun.yaml", telepresence=Demand.REQUIRED, intercepts=Intercepts.WARN, tilt=Demand.OFF,
        tilt_resources=["shop"],
    )  # fmt: skip


def test_the_table_of_pyproject(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'a'\n[tool.ameide]\nkeep = 3\n")
    found, file = config.load(tmp_path)
    assert (found.keep, file) == (3, "pyproject.toml")


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"ameide.toml": "kep = 3"}, "ameide.toml: kep: unknown key"),
        ({"ameide.toml": "[unit]\nmin_tests = 3"}, "ameide.toml: unit.min_tests: unknown key"),
        ({"ameide.toml": "unit = 3"}, "ameide.toml: unit: must be a table"),
        ({"ameide.toml": "keep = 0"}, "ameide.toml: keep: Input should be greater than or equal to 1"),
        ({"ameide.toml": "keep = '3'"}, "ameide.toml: keep: Input should be a valid integer"),
        ({"ameide.toml": "keep = true"}, "ameide.toml: keep: Input should be a valid integer"),
        ({"ameide.toml": "[unit]\nmin-tests = 1.0"}, "ameide.toml: unit.min-tests: Input should be a valid integer"),
        (
            {"ameide.toml": "[integration]\nnetwork = 'none'"},
            "ameide.toml: integration.network: Input should be 'loopback' or 'host'",
        ),
        (
            {"ameide.toml": "[e2e]\ntelepresence = 'yes'"},
            "ameide.toml: e2e.telepresence: Input should be 'auto', 'required' or 'off'",
        ),
        ({"ameide.toml": "[e2e]\ntilt-resources = ['']"}, "ameide.toml: e2e.tilt-resources.0: String should have at least 1"),
        ({"ameide.toml": 'pytest = [".", "services/nope"]'}, "ameide.toml: pytest: there is no folder services/nope"),
        ({"pyproject.toml": "[tool.ameide]\ngo = ['x']"}, "pyproject.toml: tool.ameide.go: there is no folder x"),
        ({"ameide.toml": "keep = "}, "ameide.toml cannot be read: Invalid value"),
        ({"pyproject.toml": "[tool.ameide]\nx = 1"}, "pyproject.toml: tool.ameide.x: unknown key"),
        (
            {"ameide.toml": "", "pyproject.toml": "[tool.ameide]"},
            "ameide.toml and [tool.ameide] in pyproject.toml both configure ameide: keep one of them",
        ),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value[:40],
)
def test_what_cannot_be_used_is_said_in_one_sentence(tmp_path: Path, files: dict[str, str], sentence: str):
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(config.BadConfig) as raised:
        config.load(tmp_path)
    assert str(raised.value).startswith(sentence)


def test_a_broken_pyproject_is_left_to_its_own_tools(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.")
    assert config.load(tmp_path) == (config.Config(), "")
