"""All steps on the legacy example: in one go, one by one, stopped anywhere, and once more when it is done."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from unit.migrate.changed import STEPS, tree

from testrun.migrate import planning, table
from testrun.migrate.model import Todo
from testrun.migrate.tree import Tree

EXAMPLE = Path(__file__).parents[3] / "examples" / "legacy"


@pytest.fixture(scope="module")
def legacy() -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files", "-z", "."], cwd=EXAMPLE, check=True, stdout=subprocess.PIPE).stdout.decode()
    return {path: (EXAMPLE / path).read_text() for path in listed.split("\0") if path}


def files(of: Tree) -> dict[str, str]:
    return {path: of.read(path).decode() for path in of.files}


def carried(through: Tree) -> Tree:
    for each in planning.plan(through):
        through = through.after(each.patch.changes)
    return through


def test_the_table_has_the_steps_in_order() -> None:
    assert table.NAMES == (
        "build-tags", "folders", "markers", "modes", "runner-scripts", "helpers", "settings", "docs",
    )  # fmt: skip


def test_nothing_of_the_example_is_left_to_people(legacy: Mapping[str, str]) -> None:
    plan = planning.plan(tree(legacy))
    assert [len(each.patch.changes) > 0 for each in plan] == [True] * len(table.STEPS)
    assert [todo for each in plan for todo in each.patch.todos] == []


def test_the_second_time_there_is_nothing_to_do(legacy: Mapping[str, str]) -> None:
    done = tree(files(carried(tree(legacy))))
    assert [each.step.name for each in planning.plan(done) if not each.done] == []


@pytest.mark.parametrize("stop", table.NAMES)
def test_stopped_after_any_step_it_goes_on_where_it_was(stop: str, legacy: Mapping[str, str]) -> None:
    first = tree(legacy)
    for name in table.NAMES[: table.NAMES.index(stop) + 1]:
        first = first.after(STEPS[name].plan(first).changes)
    found_again = tree(files(first))  # nothing is remembered but the files
    plan = planning.plan(found_again)
    assert [each.step.name for each in plan if each.done] == list(table.NAMES[: table.NAMES.index(stop) + 1])
    assert files(carried(found_again)) == files(carried(tree(legacy)))


def test_the_patches_are_those_that_git_applies(legacy: Mapping[str, str], tmp_path: Path) -> None:
    for path, content in legacy.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    for each in planning.plan(tree(legacy)):
        patch = "".join(planning.diff(each)).encode()
        subprocess.run(["git", "apply", "--whitespace=nowarn"], cwd=tmp_path, check=True, input=patch)
    there = {each.relative_to(tmp_path).as_posix() for each in tmp_path.rglob("*") if each.is_file() and ".git" not in each.parts}
    assert {path: (tmp_path / path).read_text() for path in there} == files(carried(tree(legacy)))


def test_a_patch_in_full() -> None:
    before = {"web/package.json": '{"jest": {}}', "web/src/a.test.ts": "import { a } from './a';\n\ntest('a', a);"}
    (planned,) = planning.plan(tree(before), [STEPS["folders"]])
    assert (
        "".join(planning.diff(planned))
        == """\
diff --git a/web/src/a.test.ts b/web/src/__tests__/unit/a.test.ts
rename from web/src/a.test.ts
rename to web/src/__tests__/unit/a.test.ts
--- a/web/src/a.test.ts
+++ b/web/src/__tests__/unit/a.test.ts
@@ -1,3 +1,3 @@
-import { a } from './a';
+import { a } from '../../a';
\x20
 test('a', a);
\\ No newline at end of file
"""
    )


def test_what_a_configuration_excludes_is_not_looked_at() -> None:
    one = tree({"go.mod": "module x\n", "third_party/x_integration_test.go": "package x\n\nfunc TestX(t *testing.T) {}\n"})
    kept = Tree(on_disk=one.on_disk, load=one.load, exclude=["third_party"])
    assert [each.done for each in planning.plan(kept)] == [True] * len(table.STEPS)


def test_a_place_is_told_with_its_line() -> None:
    assert [Todo(path="a", line=3, message="").place, Todo(path="a", message="").place] == ["a:3", "a"]
