"""``ameide audit`` from outside: what it prints, writes and ends with."""

from __future__ import annotations

import json
import pathlib

import pytest
from click.testing import CliRunner, Result

from testrun.cli import main


class Here:
    def __init__(self, root: pathlib.Path) -> None:
        self.root = root

    def write(self, path: str, content: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(content)

    def ameide(self, *args: str) -> Result:
        return CliRunner().invoke(
            main.ameide, ["audit", str(self.root), *args], env={"XDG_CACHE_HOME": str(self.root.parent / "cache")}
        )


@pytest.fixture
def here(tmp_path: pathlib.Path) -> Here:
    one = Here(tmp_path / "shop")
    one.write("tests/test_a.py", "def test_a():\n    assert True\n")
    return one


def test_a_critical_finding_is_told_and_fails(here: Here):
    answer = here.ameide()
    assert answer.exit_code == 1
    assert answer.stdout == (
        "SCANNER               CRITICAL   MAJOR   MINOR\n"
        "assertion-strength    1          0       0\n"
        "mock-fallback         0          0       0\n"
        "classification        0          0       0\n"
        "config-duplication    0          0       0\n"
        "side-effects          0          0       0\n"
        "test-infrastructure   0          0       0\n"
        "e2e-coverage          0          0       0\n"
        "plugin-integration    0          0       0\n"
        "\n"
        "critical assertion-strength/cannot-fail tests/test_a.py:2\n"
        "    assert True\n"
        "  test_a: this assertion asserts a constant. "
        "It looks like a check and is none: the test stays green when the code breaks.\n"
        "  fix: Assert on what the code computed, and see the assertion fail once.\n"
        "\n"
        "1 finding in 1 file\n"
    )


@pytest.mark.parametrize(("options", "code"), [((), 1), (("--fail-on", "never"), 0), (("--only", "assertion-strength"), 1)])
def test_exit_codes(here: Here, options: tuple[str, ...], code: int):
    assert here.ameide(*options).exit_code == code


def test_nothing_found(here: Here):
    here.write("tests/test_a.py", "def test_a():\n    assert f() == 3\n")
    answer = here.ameide("--fail-on", "minor")
    assert (answer.exit_code, answer.stdout.splitlines()[-1]) == (0, "0 findings in 1 file")


def test_json(here: Here):
    answer = json.loads(here.ameide("--json").stdout)
    assert [(each["rule"], each["path"], each["line"]) for each in answer["findings"]] == [
        ("assertion-strength/cannot-fail", "tests/test_a.py", 2)
    ]


def test_files_it_leaves(here: Here):
    root = here.root
    answer = here.ameide("--sarif", str(root / "out/a.sarif"), "--write-baseline", str(root / "out/known.json"), "--report")
    assert json.loads((root / "out/a.sarif").read_text())["version"] == "2.1.0"
    assert (root / "docs/audits/history.jsonl").read_text().count("\n") == 1
    assert [each.suffix for each in (root / "docs/audits").glob("test-audit-*")] == [".md"], answer.stderr
    again = here.ameide("--baseline", str(root / "out/known.json"))
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (
        0,
        "0 findings in 1 file; 1 known to the baseline, 0 of it gone",
    )


def test_the_configuration_is_heard(here: Here):
    here.write("ameide.toml", '[audit]\nfail-on = "never"\n[audit.severity]\n"assertion-strength" = "minor"\n')
    answer = here.ameide()
    assert (answer.exit_code, answer.stdout.splitlines()[1].split()) == (0, ["assertion-strength", "0", "0", "1"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--only", "nothing"), "error: there is no scanner nothing"),
        (("--baseline", "/nonexistent"), "error: the baseline /nonexistent cannot be read: No such file or directory"),
    ],
)
def test_what_it_cannot_do(here: Here, options: tuple[str, ...], message: str):
    answer = here.ameide(*options)
    assert answer.exit_code == 2
    assert message in answer.stderr


def test_an_unknown_rule_in_the_configuration(here: Here):
    here.write("ameide.toml", '[audit.severity]\n"no/such" = "off"\n')
    answer = here.ameide()
    assert (answer.exit_code, answer.stderr) == (
        2, "error: audit.severity names a rule that there is not: no/such\nhint: ameide audit --list\n",
    )  # fmt: skip
