"""What Go's sources say before anything runs: each test belongs to one phase, and to one module."""

from __future__ import annotations

from unit.local.files import file

from testrun.core.phases import Phase
from testrun.local import go_sources
from testrun.local.discovery import Project
from testrun.local.rules.source import File
from testrun.local.tools.go_select import Function, Package

STORE = "package shop\n\nfunc TestStore(t *testing.T) {}\n"
MEMORY, REAL = f"//go:build !integration\n\n{STORE}", f"//go:build integration\n\n{STORE}"


def named(name: str, *, tag: str = "", package: str = "shop") -> str:
    head = f"//go:build {tag}\n\n" if tag else ""
    return f"{head}package {package}\n\nfunc {name}(t *testing.T) {{}}\n"


def packages(files: list[File], phase: Phase, folder: str = ".") -> list[Package]:
    return go_sources.read(files).packages(Project(tool="go", folder=folder), phase)


def package(folder: str, *names: str, others: tuple[str, ...] = ()) -> Package:
    return Package(folder=folder, names=frozenset(names), others=frozenset(others))


def test_two_builds_may_each_have_a_test_of_one_name():
    """Whichever file comes last."""
    for memory, real in (("a_test.go", "b_test.go"), ("b_test.go", "a_test.go")):
        found = go_sources.read([file(memory, MEMORY), file(real, REAL)])
        assert found.functions(Phase.UNIT) == {".": {"TestStore": [Function(file=memory, line=5, phase=Phase.UNIT)]}}
        assert found.functions(Phase.INTEGRATION) == {".": {"TestStore": [Function(file=real, line=5, phase=Phase.INTEGRATION)]}}


def test_both_halves_of_a_package_are_in_the_order_in_which_go_runs_them():
    files = [file("a_test.go", named("TestServer", package="shop_test")), file("b_test.go", named("TestServer"))]
    assert go_sources.read(files).functions(Phase.UNIT) == {
        ".": {
            "TestServer": [
                Function(file="b_test.go", line=3, phase=Phase.UNIT),
                Function(file="a_test.go", line=3, phase=Phase.UNIT, outside=True),
            ]
        }
    }


def test_the_build_of_phase_2_has_unit_tests_that_it_does_not_run():
    files = [file("a/unit_test.go", named("TestServer")), file("a/db_test.go", named("TestDb", tag="integration"))]
    assert packages(files, Phase.UNIT) == [package("a", "TestServer")]
    assert packages(files, Phase.INTEGRATION) == [package("a", "TestDb", others=("TestServer",))]
    assert set(go_sources.read(files).functions(Phase.INTEGRATION)["a"]) == {"TestDb"}


def test_a_package_belongs_to_the_nearest_module():
    """Whether that one is run or not."""
    files = [
        file("go.mod", "module shop"), file("a_test.go", named("TestA")), file("cmd/b_test.go", named("TestB")),
        file("tools/go.mod", "module tools"), file("tools/c_test.go", named("TestC")),
    ]  # fmt: skip
    assert packages(files, Phase.UNIT) == [package(".", "TestA"), package("cmd", "TestB")]
    assert packages(files, Phase.UNIT, "tools") == [package("tools", "TestC")]
    assert packages(files, Phase.UNIT, "cmd") == [package("cmd", "TestB")]


def test_what_go_passes_over_is_not_run():
    tests = named("TestFixture", tag="integration")
    files = [file(f"{folder}/a_test.go", tests) for folder in ("testdata/x", "vendor/x", "_old", ".cache")]
    assert packages(files, Phase.INTEGRATION) == []
