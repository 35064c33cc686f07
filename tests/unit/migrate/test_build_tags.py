"""``build-tags``: which Go tests get the tag, and how."""

from __future__ import annotations

import pytest
from unit.migrate.changed import after, todos

MODULE = {"go.mod": "module x\n"}
TEST = "package x\n\nfunc TestX(t *testing.T) {}\n"
DUAL = 'package x\n\nfunc TestX(t *testing.T) {\n\tif os.Getenv("INTEGRATION_MODE") == "cluster" {\n\t\tdial()\n\t}\n}\n'
TAG = "//go:build integration\n\n"

TAGGED = {
    "a test that asks for the mode": ({"x_test.go": DUAL}, {"x_test.go": TAG + DUAL}),
    "a test that uses a helper that does": (
        {
            "x_test.go": "package x\n\nfunc TestX(t *testing.T) { client() }\n",
            "help_test.go": 'package x\n\nfunc client() { os.Getenv("INTEGRATION_MODE") }\n',
        },
        {"x_test.go": TAG + "package x\n\nfunc TestX(t *testing.T) { client() }\n"},
    ),
    "a test of a pack": (
        {"tests/x_test.go": TEST, "tests/run_integration_tests.sh": "go test ./...\n"},
        {"tests/x_test.go": TAG + TEST},
    ),
    "a test that is called so": ({"x_integration_test.go": TEST}, {"x_integration_test.go": TAG + TEST}),
    "a constraint of its own": (
        {"x_test.go": f"// Copyright.\n\n//go:build linux\n\n{DUAL}"},
        {"x_test.go": f"// Copyright.\n\n//go:build integration && linux\n\n{DUAL}"},
    ),
    "a constraint with or": (
        {"x_test.go": f"//go:build linux || darwin\n\n{DUAL}"},
        {"x_test.go": f"//go:build integration && (linux || darwin)\n\n{DUAL}"},
    ),
    "a unit test": ({"x_test.go": TEST}, {}),
    "a test that has the tag": ({"x_test.go": TAG + DUAL}, {}),
    "a comment that names the mode": ({"x_test.go": TEST, "x.go": "// INTEGRATION_MODE is no more.\npackage x\n"}, {}),
}


@pytest.mark.parametrize(("files", "expected"), TAGGED.values(), ids=TAGGED)
def test_tags(files: dict[str, str], expected: dict[str, str]) -> None:
    assert after("build-tags", MODULE | files) == expected
    assert todos("build-tags", MODULE | files) == []


LEFT = {
    "unit tests use what it defines": (
        {"x_test.go": f"{DUAL}\nvar shared = 1\n", "unit_test.go": "package x\n\nfunc TestU(t *testing.T) { _ = shared }\n"},
        ["x_test.go: unit_test.go uses what is defined here, and stays in phase 1: move that to a file of its own"],
    ),
    "an old constraint": (
        {"x_test.go": f"// +build linux\n\n{DUAL}"},
        ["x_test.go:1: it has a `// +build` line: write it as `//go:build`, then add `integration &&`"],
    ),
    "a tag that nobody sets": (
        {"x_test.go": f"//go:build cluster\n\n{DUAL}"},
        ["x_test.go:1: no phase sets its build tag: give it `integration` if it needs no cluster, else take it to e2e"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), LEFT.values(), ids=LEFT)
def test_what_is_left(files: dict[str, str], expected: list[str]) -> None:
    assert after("build-tags", MODULE | files) == {}
    assert todos("build-tags", MODULE | files) == expected
