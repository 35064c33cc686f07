"""The table of docs/argocd.md: every row has a test that runs Argo CD and expects what the row says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from argocd import table

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs/argocd.md").read_text()


@pytest.fixture(scope="module")
def tests() -> frozenset[str]:
    """All that there are, as pytest names them."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", table.TIER]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert listed.returncode == 0, listed.stdout + listed.stderr
    return frozenset(line for line in listed.stdout.splitlines() if "::" in line)


def test_every_row_has_a_test_that_expects_it_and_every_test_a_row(tests: frozenset[str]):
    assert list(table.problems(PAGE, tests=tests, least=20)) == []
    assert {test for row in table.rows(PAGE) for test in row.tests} == tests


TEST = "tests/argocd/test_hooks.py::TestVerdicts::test_green"
PASSED = "| Its tests pass | `Succeeded` | `Succeeded` | `Synced` `Healthy` | Nothing | `" + TEST + "` |"
HEAD = f"| {' | '.join(table.COLUMNS)} |\n| --- | --- | --- | --- | --- | --- |\n"


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        pytest.param(HEAD + PASSED, [], id="good"),
        pytest.param(HEAD + PASSED.replace(f"`{TEST}`", ""), ["'Its tests pass' names no test"], id="no test"),
        pytest.param(
            HEAD + PASSED.replace("test_green", "test_x"),
            ["'Its tests pass': there is no test tests/argocd/test_hooks.py::TestVerdicts::test_x"],
            id="a test that does not exist",
        ),
        pytest.param(
            HEAD + PASSED.replace("Its tests pass", "It is well"),
            [f"'It is well': {TEST} does not expect it"],
            id="a test that expects another row",
        ),
        pytest.param(HEAD, ["the table has 0 rows, not 1"], id="an empty table"),
    ],
)
def test_what_is_wrong_with_a_page_is_told(page: str, problem: list[str]):
    assert list(table.problems(page, tests={TEST}, least=1)) == problem


def test_what_a_row_says():
    line = (
        '| It fails | `Failed` "one or more tasks" | `Failed` "1 of … failed<br>- pays" | `Synced` `Healthy` | Nothing | '
        f"`{TEST}` |"
    )
    told = table.Shown("Failed", "one or more tasks", "Failed", "1 of … failed\n- pays", "Synced", "Healthy")
    (row,) = table.rows(HEAD + line)
    assert row == table.Row("It fails", told, (TEST,))


@pytest.mark.parametrize(
    ("message", "told"),
    [
        pytest.param("1 of 7 failed\n- pays", "1 of … failed\n- pays", id="what differs is not compared"),
        pytest.param("2 of 7 failed\n- pays", "2 of 7 failed\n- pays", id="the rest is"),
        pytest.param("1 of 7 failed\n- pays: no", "1 of 7 failed\n- pays: no", id="to the end"),
    ],
)
def test_what_was_seen_in_the_words_of_the_row(message: str, told: str):
    row = table.Row("", table.Shown("Failed", "", "Failed", "1 of … failed\n- pays", "Synced", "Healthy"), ())
    seen = table.Shown("Failed", "", "Failed", message, "OutOfSync", "Healthy")
    assert row.abridged(seen) == table.Shown("Failed", "", "Failed", told, "OutOfSync", "Healthy")
