"""``ameide gaps`` and ``ameide gate`` on a folder, as people and pipelines see them; and the example of a gate in a cluster."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result
from unit.inventory.repository import SHOP, Make

from testrun.api import body as api_body
from testrun.cli import main
from testrun.core import workflows

REPOSITORY = Path(__file__).parents[3]
EXAMPLE = REPOSITORY / "examples/gate"
WORKFLOWS = (
    "workflows:\n  - {name: pay now, priority: P1, components: [packages/web, services/cart]}\n  - {name: ship, priority: P1}\n"
)
TARGETS = '[[gaps.targets]]\ntier = "integration"\ntests = 4\nby = 2999-12-31\n'


def run(*words: str) -> Result:
    return CliRunner().invoke(main.ameide, list(words))


def test_gaps_for_people(make: Make) -> None:
    ended = run("gaps", str(make(SHOP | {"workflows.yaml": WORKFLOWS, "ameide.toml": TARGETS})))
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert (
        ended.stdout
        == """\
PACKAGE          TESTED WITH   UNIT   GOLDEN   CONTRACT   INTEGRATION   E2E   NO PHASE   GAP
discounts        pytest        1      1        -          1             -     1
e2e              playwright    -      -        -          -             2     -
packages/web     jest          2      -        1          -             -     1
services/cart    go            2      -        -          1             -     -
services/empty                 -      -        -          -             -     -          no test
all                            5      1        1          2             2     2

WORKFLOW   PRIORITY   EFFORT   THROUGH                        INTEGRATION   E2E   MISSING
ship       P1         low                                     -             -     integration
pay now    P1         medium   packages/web → services/cart   1             -

TARGET        HAVE   WANT      PROGRESS               BY           STATE
integration   2      4 tests   ██████████░░░░░░░░░░   2999-12-31   open

Many fast tests, fewer slow ones.
"""
    )


def test_gaps_in_markdown(make: Make) -> None:
    ended = run("gaps", str(make({"go.mod": "", "a_test.go": "package a\nfunc TestA(t *testing.T) {}\n"})), "--markdown")
    assert (
        ended.stdout
        == """\
### Tests

| Package | Tested with | Unit | Golden | Contract | Integration | E2e | No phase | Gap |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| . | go | 1 | - | - | - | - | - | no integration test |
| all |  | 1 | - | - | - | - | - |  |

Nothing between unit and end-to-end tests: no test shows that the parts work together.
"""
    )
    assert ended.stderr == "hint: no workflows.yaml says which workflows are critical: docs/gaps.md has its schema\n"


def test_tests_that_no_phase_runs_are_not_told_as_none(make: Make) -> None:
    """A package of Vitest's has tests, only nobody runs them here."""
    where = make(
        {
            "package.json": '{"devDependencies": {"vitest": "^4"}}',
            "a.test.ts": 'import { it } from "vitest"\nit("adds", () => {})\n',
        }
    )
    package = json.loads(run("gaps", str(where), "--json").stdout)["packages"][0]
    assert (package["noPhase"], package["gap"]) == (1, "no phase runs its tests")


def test_gaps_for_machines_and_as_a_picture(make: Make, tmp_path: Path) -> None:
    picture = tmp_path / "pyramid.svg"
    body = json.loads(run("gaps", str(make(SHOP | {"workflows.yaml": WORKFLOWS})), "--json", "--svg", str(picture)).stdout)
    assert body["tests"] == {"unit": 5, "golden": 1, "contract": 1, "integration": 2, "e2e": 2}
    assert body["packages"][1] == {
        "folder": "e2e", "tools": ["playwright"], "tests": {"unit": 0, "golden": 0, "contract": 0, "integration": 0, "e2e": 2},
        "noPhase": 0, "gap": "",
        "files": [{"path": "e2e/tests/shop.spec.ts", "tool": "playwright", "phase": "e2e", "tier": "e2e", "tests": 2}],
    }  # fmt: skip
    assert [(each["name"], each["missing"]) for each in body["workflows"]] == [("ship", ["integration"]), ("pay now", [])]
    assert "Tests by tier" in picture.read_text()


def test_a_closed_gate_is_exit_code_1_and_a_junit_file_that_says_why(make: Make) -> None:
    root = make(SHOP | {"workflows.yaml": WORKFLOWS, "ameide.toml": TARGETS})
    ended = run("gate", str(root))
    assert (ended.exit_code, ended.stdout) == (1, """\
✓ integration tests › the repository has some  3 tests
✗ workflows › ship  P1 ship has no integration test (effort: low): write one that is called like it, or is meant by `tests` (ship)
✓ workflows › pay now  services/cart/pay_integration_test.go
- targets › integration ≥ 4 tests  2 of 4 tests, due 2999-12-31

may not be promoted: 1 of 4 checks failed
""")  # fmt: skip
    junit = (root / "artifacts/gate/junit.xml").read_text()
    assert 'tests="4" failures="1" errors="0" skipped="1"' in junit
    assert '<failure message="P1 ship has no integration test' in junit


def test_an_open_gate_is_exit_code_0(make: Make, tmp_path: Path) -> None:
    junit = tmp_path / "out" / "gate.xml"
    ended = run("gate", str(make(SHOP)), "--json", "--junit", str(junit))
    assert (ended.exit_code, json.loads(ended.stdout)["passed"], junit.is_file()) == (0, True, True)


BROKEN = {
    "no YAML": ({"workflows.yaml": "workflows: [\n"}, "error: workflows.yaml: while parsing a flow node"),
    "no workflows": ({"workflows.yaml": "flows: []\n"}, "error: workflows.yaml: a list `workflows` is wanted at the top"),
    "a file that is not there": ({"ameide.toml": '[gaps]\nworkflows = "w.yaml"\n'}, "error: there is no w.yaml"),
    "a target without a number": (
        {"ameide.toml": '[[gaps.targets]]\ntier = "e2e"\n'},
        "error: ameide.toml: gaps.targets.0: one of tests, files and workflows is wanted",
    ),
    "an unknown tier": (
        {"ameide.toml": '[[gaps.targets]]\ntier = "smoke"\ntests = 1\n'},
        "error: ameide.toml: gaps.targets.0.tier: Input should be 'unit', 'golden', 'contract', 'integration' or 'e2e'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "error"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_exit_code_2_and_one_line(
    files: dict[str, str], error: str, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gate is never open, nor closed, because of a mistake in a file."""
    with pytest.raises(SystemExit) as ended:
        main.ameide.main(["gate", str(make(SHOP | files))])
    told = capsys.readouterr()
    assert (ended.value.code, told.out, told.err.splitlines()[0].startswith(error)) == (2, "", True), told.err


def test_where_there_is_no_git_the_gate_works_on_what_is_there(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the image of examples/gate."""
    monkeypatch.setenv("PATH", "/nonexistent")
    assert run("gate", str(make(SHOP))).exit_code == 0


def test_the_example_s_check_calls_what_is_there() -> None:
    body = yaml.safe_load((EXAMPLE / "testrun.yaml").read_text())
    check = api_body.parse(body).preflight.checks[0]
    (words,) = [each["job"]["args"] for each in body["spec"]["preflight"]["checks"]]
    command = main.ameide.get_command(click.Context(main.ameide), words[0])
    assert command is not None
    assert command.make_context(words[0], list(words[1:])).params["path"] == Path("/src")
    assert check.name == "no test is missing"
    dockerfile = (EXAMPLE / "Dockerfile").read_text()
    assert shlex.split(dockerfile.splitlines()[-1])[-2:] == [".", "/src"]
    assert (REPOSITORY / "Dockerfile").read_text().endswith('ENTRYPOINT ["ameide"]\n')


def test_the_example_s_workflows_are_such() -> None:
    declared = workflows.parse(yaml.safe_load((EXAMPLE / "workflows.yaml").read_text()))
    assert [(each.name, each.priority, each.needs) for each in declared] == [
        ("checkout", "P1", ("integration", "e2e")),
        ("refund", "P2", ("integration",)),
    ]
