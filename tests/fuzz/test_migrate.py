"""Whatever a repository holds, `ameide migrate` ends; done twice it does no more; what it has not understood it leaves."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping

import pytest
from fuzz import branches
from fuzz.effort import tries
from hypothesis import given
from hypothesis import strategies as st
from unit.migrate.changed import E2E

from testrun.local.rules.source import File
from testrun.migrate import planning
from testrun.migrate.folding import languages
from testrun.migrate.steps import modes
from testrun.migrate.tree import Tree

LEGACY = pathlib.Path(__file__).parents[2] / "examples/legacy"
EXAMPLE = {str(each.relative_to(LEGACY)): each.read_bytes() for each in LEGACY.rglob("*") if each.is_file()}
PATHS = (*EXAMPLE, "tests/integration/test_a.py", "pytest.ini", "setup.cfg", "Dockerfile", ".env", "compose.yaml", "a_test.go")
PIECES = (
    b'if os.environ["INTEGRATION_MODE"] == "cluster":\n', b"else:\n    ", b"    return\n", b"\r\n", b"\t", b"{{ if", b"${",
    b'process.env.INTEGRATION_MODE === "cluster" ? ', b'if os.Getenv("INTEGRATION_MODE") == "cluster" {', b"}", b"(",
    b"\xff", b"'''",
    b"INTEGRATION_MODE=cluster ./run_integration_tests.sh a", b"env:\n  - INTEGRATION_MODE: local\n", b"\f", b"\\\n", b"switch {",
)  # fmt: skip
DEEP = {
    "test_a.py": (b"not ", b"(", b"a if MODE else ", b"-", b"[", b"lambda: ", b"a or (", b"x.y("),
    "a_test.go": (b"!", b"(", b"a && (", b"-", b"[]", b"func() {", b"f(", b"if a {"),
    "a.test.ts": (b"!", b"(", b"a ? b : ", b"a && (", b"[", b"() => {", b"f(", b"`${", b"if (a) "),
}
HEADS = {
    "test_a.py": b"import os\nimport pytest\npytestmark = pytest.mark.integration\n"
    b'MODE = os.environ["INTEGRATION_MODE"]\ndef test_a():\n    if MODE == "cluster":\n        a()\n    x = ',
    "a_test.go": b'//go:build integration\n\npackage a\n\nvar mode = os.Getenv("INTEGRATION_MODE")\n\n'
    b'func TestA(t *testing.T) {\n\tif mode == "cluster" {\n\t\ta()\n\t}\n\tx := ',
    "a.test.ts": b"const mode = process.env.INTEGRATION_MODE;\n"
    b'it("a", () => {\n  if (mode === "cluster") {\n    a();\n  }\n  x = ',
}


def tree(files: Mapping[str, bytes]) -> Tree:
    """As a repository on disk is read: what is no text is none of it."""
    return Tree(on_disk=tuple(sorted(files)), load=lambda path: File(path=path, load=lambda: files.get(path)).text())


def migrated(before: Tree) -> Tree:
    """The repository after all steps, of which each was told as a patch. A second run has nothing to do."""
    plan = planning.plan(before)
    assert "".join(line for each in plan for line in planning.diff(each)).startswith(("", "diff --git "))
    after = before.after(change for each in plan for change in each.patch.changes)
    assert [(each.step.name, each.patch.changes) for each in planning.plan(after) if each.patch.changes] == []
    return after


@tries(15)
@given(st.data())
def test_a_file_that_is_cut_and_mixed(data: st.DataObject):
    path = data.draw(st.sampled_from(PATHS))
    one, other = (EXAMPLE[data.draw(st.sampled_from(sorted(EXAMPLE)))] for _ in range(2))
    one = EXAMPLE.get(path, one)
    cut, into = data.draw(st.integers(0, len(one))), data.draw(st.integers(0, len(other)))
    pieces = b"".join(data.draw(st.lists(st.sampled_from(PIECES), max_size=4)))
    migrated(tree(EXAMPLE | {path: one[:cut] + pieces + data.draw(st.sampled_from((one[cut:], other[into:], b"")))}))


@tries(30)
@given(st.sampled_from(PATHS), st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=12))
def test_any_bytes(path: str, pieces: list[bytes]):
    migrated(tree({key: data.encode() for key, data in E2E.items()} | {path: b"INTEGRATION_MODE".join(pieces)}))


@pytest.mark.parametrize(("path", "piece"), [(path, piece) for path, pieces in DEEP.items() for piece in pieces])
@pytest.mark.parametrize("times", [400, 5000])
def test_deep_nesting(path: str, piece: bytes, times: int):
    close = {b"(": b")", b"[": b"]", b"{": b"}"}
    ends = b"".join(close.get(piece[at : at + 1], b"") for at in range(len(piece)))[::-1]
    rest = {"test_a.py": b"\n", "a_test.go": b"\n}\n", "a.test.ts": b";\n});\n"}[path]
    migrated(tree({path: HEADS[path] + piece * times + b"1" + ends * times + rest}))


@pytest.mark.parametrize("language", branches.LANGUAGES, ids=lambda each: each.path)
@tries(50)
@given(program=branches.PROGRAMS)
def test_what_a_test_does_without_a_cluster_stays(language: branches.Language, program: branches.Program):
    code = language.code(program)
    before = tree({key: data.encode() for key, data in E2E.items()} | {language.path: code.encode()})
    patch = modes.STEP.plan(before)
    after = before.after(patch.changes)
    left = after.text(language.path)
    there = set() if left is None else branches.marks(left.decode())
    told = {mark for path in after.files if path != language.path for mark in branches.marks(after.read(path).decode())}
    assert branches.without_cluster(program) <= there, code
    assert branches.marks(code) <= there | told, code
    assert left is None or (module := languages.of(language.path)) is None or module.parse(language.path, left) is not None, left
    assert [each.path for each in modes.STEP.plan(after).changes] == []


@tries(50)
@given(program=branches.PROGRAMS)
def test_a_python_test_does_the_same(program: branches.Program):
    code = branches.PYTHON.code(program)
    before = tree({key: data.encode() for key, data in E2E.items()} | {branches.PYTHON.path: code.encode()})
    left = before.after(modes.STEP.plan(before).changes).text(branches.PYTHON.path)
    for flags in branches.FLAGS:
        expected = branches.run(code, flags)
        found = branches.run((left or b"").decode(), flags)
        does = [each for each in expected or () if each.startswith("mark")]
        assert found == expected or (found is None and not does), (code, left)
