# ruff: noqa: E501  # the plan is wider than code
"""``ameide migrate``: the plan as it is shown, what is refused, and what is written. The tests are run in `tests/inner_loop`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from unit.inventory.repository import Make

from testrun.cli import main, migrate_verify
from testrun.cli.migrate_verify import Ran, Verified

UNIT = "package x\n\nfunc TestX(t *testing.T) {}\n"
SHOP = {
    "go.mod": "module x\n",
    "x_integration_test.go": UNIT,
    "Makefile": "it:\n\tINTEGRATION_MODE=local go test ./...\n",
    "app.py": 'import os\n\nMODE = os.environ["INTEGRATION_MODE"]\n',
}


def git(root: Path, *words: str) -> str:
    identity = ("-c", "user.name=tests", "-c", "user.email=tests@example.com")
    return subprocess.run(["git", *identity, *words], cwd=root, check=True, stdout=subprocess.PIPE).stdout.decode()


@pytest.fixture
def checkout(make: Make) -> Path:
    root = make(SHOP)
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=As it was")
    return root


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main.ameide, ["migrate", str(root), *words])


def contents(root: Path) -> Mapping[str, str]:
    return {
        path: (root / path).read_text()
        for path in git(root, "ls-files", "--cached", "--others").splitlines()
        if (root / path).exists()
    }


def test_the_plan(make: Make) -> None:
    ended = run(make(SHOP))
    assert ended.exit_code == 0
    assert (
        [line.rstrip() for line in ended.stdout.splitlines()]
        == """\
STEP             STATE   FILES   LEFT TO YOU   RISK     WHAT
build-tags       to do   1       -             low      Go tests with two modes, and those of packs, get `//go:build integration`
folders          done    -       -             medium   Jest tests move into `__tests__/unit/` or `__tests__/integration/`, with their imports and snapshots
markers          done    -       -             low      pytest tests with two modes, and those of packs, get `pytest.mark.integration`; markers are registered and strict
modes            yours   -       1             high     branches on the mode go: the mocked side stays for phase 2, the cluster's becomes a red test of phase 3
runner-scripts   done    -       -             medium   `run_integration_tests.sh` goes; what calls it calls `ameide dev inner-loop-test`
helpers          done    -       -             low      `tools/integration-runner` goes once nothing uses it
settings         to do   1       -             medium   Helm values and templates, CI files, compose, env files and scripts no longer set `INTEGRATION_MODE`
docs             done    -       -             low      commands in documents are those of the phases; where prose tells of the old way is listed

build-tags
  why:  phase 1 is `go test`, phase 2 is what needs the tag: without it an integration test runs as a unit test
  risk: low: a whole file moves to phase 2, also unit tests in it

modes
  why:  a test that asks where it runs is two tests, of which one is never run where you look
  risk: high: code is taken out of tests; each file of which something is dropped gets a Playwright test that holds it and fails

settings
  why:  nothing reads it any more, and phase 0 refuses it
  risk: medium: a job told apart by the mode alone now runs the same as another; what ran tests in a cluster is left, and said

left to you
  app.py:3: it is no test, and asks for INTEGRATION_MODE: code that is delivered must not know how it is tested

5 of 8 steps done; 2 changes to make, 1 place left to you""".splitlines()
    )
    assert ended.stderr == "hint: ameide migrate --dry-run shows the patches, --apply writes them\n"


def test_nothing_to_do(make: Make) -> None:
    ended = run(make({"a.py": ""}))
    assert (ended.exit_code, ended.stdout.splitlines()[-1], ended.stderr) == (0, "nothing to do: no legacy surface is left", "")


def test_for_machines(make: Make) -> None:
    body = json.loads(run(make(SHOP), "--json", "--dry-run", "--step", "settings").stdout)
    assert body == {
        "steps": [
            {
                "name": "settings",
                "what": "Helm values and templates, CI files, compose, env files and scripts no longer set `INTEGRATION_MODE`",
                "why": "nothing reads it any more, and phase 0 refuses it", "risk": "medium",
                "because": "a job told apart by the mode alone now runs the same as another; what ran tests in a "
                           "cluster is left, and said",
                "done": False, "changes": [{"path": "Makefile", "from": None, "deleted": False}], "todos": [], "toPhase3": [],
                "diff": "diff --git a/Makefile b/Makefile\n--- a/Makefile\n+++ b/Makefile\n@@ -1,2 +1,2 @@\n it:\n"
                "-\tINTEGRATION_MODE=local go test ./...\n+\tgo test ./...\n",
            }
        ],
        "applied": False,
    }  # fmt: skip


def test_a_dry_run_prints_the_patch_and_writes_nothing(checkout: Path) -> None:
    ended = run(checkout, "--dry-run", "--step", "build-tags")
    assert (ended.exit_code, ended.stdout, ended.stderr) == (
        0,
        "diff --git a/x_integration_test.go b/x_integration_test.go\n--- a/x_integration_test.go\n+++ b/x_integration_test.go\n"
        "@@ -1,3 +1,5 @@\n+//go:build integration\n+\n package x\n \n func TestX(t *testing.T) {}\n",
        "",
    )
    assert contents(checkout) == SHOP


def test_a_step_is_written_and_then_the_next(checkout: Path) -> None:
    first = run(checkout, "--apply", "--no-verify", "--step", "build-tags")
    assert (first.exit_code, first.stdout) == (0, "build-tags: x_integration_test.go\n")
    tagged = SHOP | {"x_integration_test.go": f"//go:build integration\n\n{UNIT}"}
    assert contents(checkout) == tagged
    git(checkout, "commit", "--quiet", "--all", "--message=Tag")

    second = run(checkout, "--apply", "--no-verify")

    assert (second.exit_code, second.stdout) == (
        0,
        "settings: Makefile\n\nleft to you\n"
        "  app.py:3: it is no test, and asks for INTEGRATION_MODE: code that is delivered must not know how it is tested\n",
    )
    assert contents(checkout) == tagged | {"Makefile": "it:\n\tgo test ./...\n"}


def test_a_second_time_nothing_is_written_also_when_the_tree_is_not_clean(checkout: Path) -> None:
    run(checkout, "--apply", "--no-verify")
    before = contents(checkout)
    again = run(checkout, "--apply")
    assert (again.exit_code, again.stderr, contents(checkout)) == (0, "", before)


def test_a_tree_that_is_not_clean_is_refused(checkout: Path) -> None:
    (checkout / "new.txt").write_text("mine\n")
    ended = run(checkout, "--apply")
    assert (ended.exit_code, ended.stdout, str(ended.exception)) == (2, "", "2")
    assert ended.stderr == (
        "error: the tree has changes that are not committed: nothing was written\n"
        "hint: commit them (or `git stash --include-untracked`), so that what is written can be looked at, and taken "
        "back, alone\n"
    )
    assert contents(checkout) == SHOP | {"new.txt": "mine\n"}


def test_what_is_no_checkout_is_refused(make: Make) -> None:
    ended = run(make(SHOP), "--apply")
    assert (ended.exit_code, ended.stderr.splitlines()[0]) == (
        2,
        "error: this is no git checkout with a commit: what is written could not be told from what was there",
    )


def test_a_step_before_its_turn_is_refused(checkout: Path) -> None:
    ended = run(checkout, "--apply", "--step", "settings")
    assert (ended.exit_code, ended.stderr) == (
        2,
        "error: settings comes after build-tags, which is not done: nothing was written\n"
        "hint: ameide migrate --apply --step build-tags\n",
    )
    assert contents(checkout) == SHOP


def test_what_git_ignores_is_not_overwritten(make: Make) -> None:
    files = {"package.json": '{"jest": {}}', "a.test.ts": "test('a', f);\n", ".gitignore": "/__tests__\n"}
    root = make(files)
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=As it was")
    (root / "__tests__/unit").mkdir(parents=True)
    (root / "__tests__/unit/a.test.ts").write_text("mine\n")
    ended = run(root, "--apply", "--no-verify")
    assert (ended.exit_code, ended.stderr.splitlines()[0]) == (
        2,
        "error: __tests__/unit/a.test.ts is there already: nothing was written",
    )
    assert (root / "__tests__/unit/a.test.ts").read_text() == "mine\n"
    assert (root / "a.test.ts").exists()


def test_a_folder_for_browser_tests_that_is_not_there_is_refused(checkout: Path) -> None:
    ended = run(checkout, "--e2e", "web/e2e")
    assert (ended.exit_code, ended.stderr) == (
        2,
        "error: --e2e names web/e2e, which is no folder of the repository with files in it\n",
    )


GO, JEST = ("go a", ("TestA",)), ("jest b", ("b", "works"))
COMPARED = {
    "all still pass, one more does": (
        Ran(passed={GO: 1}, red={}), Ran(passed={GO: 1, JEST: 2}, red={}), set(), Verified(before=1, after=3, to_e2e=(), lost=()),
    ),
    "one fails now": (
        Ran(passed={GO: 1, JEST: 1}, red={}), Ran(passed={GO: 1}, red={JEST: "expected 1"}), {"works"},
        Verified(before=2, after=1, to_e2e=(), lost=("[jest b] b › works: expected 1",)),
    ),
    "one is not run any more": (
        Ran(passed={GO: 1}, red={}), Ran(passed={}, red={}), set(),
        Verified(before=1, after=0, to_e2e=(), lost=("[go a] TestA: no phase runs it any more",)),
    ),
    "of two with one name one is not run any more": (
        Ran(passed={GO: 2}, red={}), Ran(passed={GO: 1}, red={}), set(),
        Verified(before=2, after=1, to_e2e=(), lost=("[go a] TestA: no phase runs it any more",)),
    ),
    "one did nothing without a cluster, and is in phase 3": (
        Ran(passed={JEST: 1}, red={}), Ran(passed={}, red={}), {"works"},
        Verified(before=1, after=0, to_e2e=("[jest b] b › works",), lost=()),
    ),
    "one failed before": (
        Ran(passed={}, red={GO: "no"}), Ran(passed={}, red={GO: "no"}), set(), Verified(before=0, after=0, to_e2e=(), lost=()),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("was", "now", "moved", "expected"), COMPARED.values(), ids=COMPARED)
def test_what_passed_before_has_to_pass_still(was: Ran, now: Ran, moved: set[str], expected: Verified) -> None:
    assert migrate_verify.compared(was, now, moved) == expected
