"""docs/verdicts.md says what the code does: every row has a test, every rule a row, every number is the code's."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import situations

from testrun.core import environment, lock, model, plan, rules, verdict, waits
from testrun.kube import manifests

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs/verdicts.md").read_text()
RULES = [rule.__name__ for rule in (*rules.STOPS, *verdict.RULES)]
WITHOUT_SITUATION = ("shard_is_missing", "case_errored")


@pytest.fixture(scope="module")
def tests() -> frozenset[str]:
    """All that there are, as pytest names them."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *situations.TIERS]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert listed.returncode == 0, listed.stdout + listed.stderr
    return frozenset(line for line in listed.stdout.splitlines() if "::" in line)


def test_every_situation_has_a_test_and_every_rule_a_situation(tests: frozenset[str]):
    found = situations.problems(PAGE, tests=tests, words=[*model.Verdict, *RULES], exempt=WITHOUT_SITUATION, least=40)
    assert list(found) == []


def test_every_wait_has_a_situation():
    reasons = " ".join(line.split(" | ")[2] for line in PAGE.splitlines() if line.startswith("| ") and line.count(" | ") == 5)
    named = set(re.findall(r"waits for `(\w+)`", reasons))
    others = {waits.STARTING, rules.PRE_STEPS, environment.PREFLIGHT, lock.QUEUE, model.State.STORING}
    assert named == {row.reason for row in waits.TABLE} | others


@pytest.mark.parametrize("table", [rules.STOPS, verdict.RULES], ids=["STOPS", "RULES"])
def test_the_precedence_is_that_of_the_code(table: tuple[object, ...]):
    names = [rule.__name__ for rule in table]
    assert [name for name in re.findall(r"^\d+\. `(\w+)`", PAGE, re.MULTILINE) if name in names] == names


def test_the_times_are_those_of_the_code():
    constants = {name: value for module in (plan, rules, waits, manifests) for name, value in vars(module).items()}
    told = re.findall(r"^\| `([A-Z_]+)` \| (\d+) s \|", PAGE, re.MULTILINE)
    assert len(told) >= 14
    assert told == [(name, str(constants[name])) for name, _ in told]


HEAD = "| Situation | Verdict | Reason | JUnit | Time to verdict | Test |\n| --- | --- | --- | --- | --- | --- |\n"
GOOD = HEAD + "| all pass | `Passed` | | | | `tests/envtest/test_x.py::test_y[a b]` |\n\n- `NotReady` is not built.\n"


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        pytest.param(GOOD, [], id="good"),
        pytest.param(GOOD.replace("`tests/envtest/test_x.py::test_y[a b]`", "-"), ["'all pass' names no test"], id="no test"),
        pytest.param(
            GOOD.replace("[a b]", "[c]"),
            ["'all pass': there is no test tests/envtest/test_x.py::test_y[c]"],
            id="a test that does not exist",
        ),
        pytest.param(
            GOOD.replace("tests/envtest/test_x.py", "tests/unit/test_z.py"),
            ["'all pass': tests/unit/test_z.py::test_y[a b] is not in tests/envtest/ or tests/acceptance/"],
            id="a unit test",
        ),
        pytest.param(
            GOOD.replace("| `Passed`", "| `Failed`"),
            ["Passed has no situation", "Failed is neither a verdict nor a rule"],
            id="another verdict",
        ),
        pytest.param(GOOD.replace("| `Passed`", "| `Passed` `NotReady`"), [
            "NotReady has a situation: it is no exception any more",
        ], id="an exception that has a situation"),
        pytest.param(
            GOOD.replace("- `NotReady`", "`NotReady`"), ["the page does not say why NotReady has no situation"], id="an exception"
        ),
        pytest.param(
            HEAD + "\n- `NotReady`",
            ["the table has 0 situations, not 1", "Passed has no situation"],
            id="an empty table",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_page_is_told(page: str, problem: list[str]):
    found = situations.problems(
        page, tests={"tests/envtest/test_x.py::test_y[a b]"}, words=["Passed", "NotReady"], exempt=["NotReady"], least=1
    )
    assert list(found) == problem
