"""Which phases run, and what --explain shows."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from inner_loop.checkout import CART, DISCOUNTS, E2E, Checkout, check_evidence

from testrun.cli import explained


@pytest.mark.parametrize(
    ("arguments", "results"),
    [
        pytest.param(["--phase", "unit"], ["NotRun", "Passed", "NotRun", "NotRun"], id="one phase by name"),
        pytest.param(["--phase", "2"], ["NotRun", "NotRun", "Passed", "NotRun"], id="one phase by number"),
        pytest.param(["--phase", "0", "--phase", "integration"], ["Passed", "NotRun", "Passed", "NotRun"], id="two phases"),
        pytest.param(["--until", "unit"], ["Passed", "Passed", "NotRun", "NotRun"], id="until a phase"),
    ],
)
def test_only_what_was_asked_for_runs(arguments: list[str], results: list[str], checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*CART, *DISCOUNTS)
    repository.remove("services/cart/total_test.go")

    ended = repository.run(*arguments, "--json")

    assert (ended.code, ended.results) == (0, results), ended.why
    check_evidence(ended)
    assert {ended.phase(number)["message"] for number in range(4) if results[number] == "NotRun"} == {"it was not asked for"}


def test_each_go_test_runs_in_its_own_phase_whatever_others_are_called(checkout: Callable[..., Checkout]) -> None:
    """Of one name: two builds of a package, its two halves, and tests of two phases in two packages. Each that runs in the wrong
    phase fails.
    """
    repository = checkout(*CART)
    for path, package, tag, name in [
        ("memory_test.go", "cart", "!integration", "TestStore"),
        ("real_test.go", "cart", "integration", "TestStore"),
        ("outside_test.go", "cart_test", "", "TestServer"),
        ("inside_test.go", "cart", "", "TestServer"),
        ("shelf/unit_test.go", "shelf", "", "TestShelf"),
        ("shelf/far_test.go", "shelf", "integration", "TestServer"),
    ]:
        body = "" if tag else '\tif inPhase2 {\n\t\tt.Fatal("this is phase 2")\n\t}\n'
        head = f"//go:build {tag}\n\n" if tag else ""
        test = f'package {package}\n\nimport "testing"\n\nfunc {name}(t *testing.T) {{\n{body}}}\n'
        repository.write(f"services/cart/{path}", head + test)
    for folder, package in (("", "cart"), ("", "cart_test"), ("shelf/", "shelf")):
        for tag, value in (("integration", "true"), ("!integration", "false")):
            repository.write(
                f"services/cart/{folder}{package}_{value}_test.go",
                f"//go:build {tag}\n\npackage {package}\n\nconst inPhase2 = {value}\n",
            )

    ended = repository.run()

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why
    check_evidence(ended)
    unit, integration = (
        [(each.get("file"), each.get("line"), each.get("name")) for each in ended.testcases(number)] for number in (1, 2)
    )
    assert sorted(each for each in unit if "total_test.go" not in str(each[0])) == [
        ("services/cart/inside_test.go", "5", "[go services/cart] TestServer"),
        ("services/cart/memory_test.go", "7", "[go services/cart] TestStore"),
        ("services/cart/outside_test.go", "5", "[go services/cart] TestServer"),
        ("services/cart/shelf/unit_test.go", "5", "[go services/cart] TestShelf"),
    ]
    assert sorted(integration) == [
        ("services/cart/real_test.go", "7", "[go services/cart] TestStore"),
        ("services/cart/shelf/far_test.go", "7", "[go services/cart] TestServer"),
    ]


def test_a_red_phase_ends_the_run_also_where_phases_were_left_out(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)
    repository.write("services/discounts/tests/test_more.py", "def test_more():\n    assert False\n")

    ended = repository.run("--phase", "unit", "--phase", "integration", "--json")

    assert (ended.code, ended.results) == (1, ["NotRun", "Failed", "NotRun", "NotRun"]), ended.why
    assert ended.phase(2)["message"] == "phase 1 (unit) is Failed: 1 of 10 tests failed"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["--phase", "5"],
            "Invalid value for '--phase': '5' is not a phase: 0 policy, 1 unit, 2 integration, 3 e2e",
            id="no such phase",
        ),
        pytest.param(
            ["--testrun", "nope.yaml"], "Invalid value for '--testrun': File 'nope.yaml' does not exist.", id="no such manifest"
        ),
        pytest.param(["--phase", "2", "--until", "1"], "--phase names only phases after --until", id="nothing is left to run"),
    ],
)
def test_a_selection_that_makes_no_sense_is_one_clear_error(
    arguments: list[str], message: str, checkout: Callable[..., Checkout]
) -> None:
    ended = checkout(*DISCOUNTS).run(*arguments)

    assert (ended.code, ended.stdout, ended.folder) == (2, "", None)
    assert ended.stderr.splitlines()[0] == f"error: {message}"


def test_explain_says_what_would_run_and_why_and_runs_nothing(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*CART, *DISCOUNTS, *E2E)
    repository.write("tools/go.mod", "module example.com/monorepo/tools\n\ngo 1.22\n")

    shown, told = repository.run("--explain"), repository.run("--explain", "--json")

    assert (shown.code, shown.folder, told.code, told.folder) == (0, None, 0, None)
    commit = repository.git("rev-parse", "HEAD").strip()
    revision = json.loads(told.stdout)["revision"]
    assert revision.startswith(f"{commit}+")
    assert json.loads(told.stdout) == {
        "root": str(repository.root),
        "revision": revision,
        "configuration": "",
        "projects": [
            {"tool": "go", "folder": "services/cart", "why": "services/cart/go.mod"},
            {"tool": "playwright", "folder": "e2e", "why": "e2e/playwright.config.ts"},
            {"tool": "pytest", "folder": "services/discounts", "why": "[tool.pytest] in services/discounts/pyproject.toml"},
        ],
        "remarks": ["tools/go.mod: a Go module without tests"],
    }
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    files = len(repository.git("ls-files", "--cached", "--others", "--exclude-standard").splitlines())
    assert lines == [
        f"{repository.root} revision {commit[:7]}+{revision.partition('+')[2][:6]}, {files} files",
        "configuration: none (ameide.toml or [tool.ameide] would be read)",
        "",
        "TOOL FOLDER PHASES WHY",
        "go services/cart 0, 1, 2 services/cart/go.mod",
        "playwright e2e 0, 3 e2e/playwright.config.ts",
        "pytest services/discounts 0, 1, 2 [tool.pytest] in services/discounts/pyproject.toml",
        "",
        "not a project: tools/go.mod: a Go module without tests",
    ]


def test_explain_says_what_it_looked_for_when_there_is_nothing(checkout: Callable[..., Checkout]) -> None:
    repository = checkout("README.md")

    ended = repository.run("--explain")

    assert (ended.code, ended.folder) == (0, None)
    assert ended.stdout.splitlines()[3:] == ["nothing to test was found", *explained.LOOKED_FOR]
