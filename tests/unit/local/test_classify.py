"""A test that neither phase 1 nor phase 2 would run is found, and nothing else is."""

from __future__ import annotations

import time

import pytest
from unit.local.files import file

from testrun.local.rules import classify
from testrun.local.rules.finding import Finding

TEST = "package shop\n\nfunc TestPay(t *testing.T) {}\n"
LOST = (
    "its build constraint (with its name) is true in neither build: write `//go:build integration` for phase 2, or take the "
    "constraint away for phase 1"
)


def test_a_go_test_that_no_phase_runs():
    assert classify.go([file("shop/pay_test.go", f"// Pay.\n\n//go:build e2e\n\n{TEST}")]) == [
        Finding(
            path="shop/pay_test.go",
            line=3,
            rule="unclassified",
            message=f"no phase runs TestPay: {LOST}",
            text="//go:build e2e",
        )
    ]


GO = {
    "phase 1": ("pay_test.go", TEST, None),
    "phase 2": ("pay_test.go", f"//go:build integration\n\n{TEST}", None),
    "another platform": ("pay_windows_test.go", TEST, None),
    "ignored": (
        "pay_test.go",
        f"//go:build ignore\n\n{TEST}func TestBuy(t *testing.T) {{}}\n",
        f"no phase runs TestPay and 1 more: {LOST}",
    ),
    "a name against its constraint": ("pay_windows_test.go", f"//go:build linux\n\n{TEST}", f"no phase runs TestPay: {LOST}"),
    "an old constraint": ("pay_test.go", f"// +build e2e\n\n{TEST}", f"no phase runs TestPay: {LOST}"),
    "a constraint that Go refuses": (
        "pay_test.go",
        f"//go:build e2e,linux\n\n{TEST}",
        "no phase runs TestPay: Go refuses its build constraint, for the //go:build line has an unexpected ',': correct it",
    ),
    "no tests in it": ("pay_test.go", "//go:build e2e\n\npackage shop\n\nfunc helper() {}\n", None),
    "only a benchmark": ("pay_test.go", "//go:build bench\n\npackage shop\n\nfunc BenchmarkPay(b *testing.B) {}\n", None),
    "no test file": ("pay.go", f"//go:build e2e\n\n{TEST}", None),
    "test data": ("shop/testdata/src/pay_test.go", f"//go:build e2e\n\n{TEST}", None),
    "vendored": ("vendor/x/pay_test.go", f"//go:build e2e\n\n{TEST}", None),
    "a folder that Go passes over": ("_old/pay_test.go", f"//go:build e2e\n\n{TEST}", None),
    "a hidden folder": ("a/.cache/b/pay_test.go", f"//go:build e2e\n\n{TEST}", None),
    "a file that Go passes over": ("a/_pay_test.go", f"//go:build e2e\n\n{TEST}", None),
    "unreadable": ("pay_test.go", None, None),
}  # fmt: skip


@pytest.mark.parametrize(("path", "content", "message"), GO.values(), ids=GO.keys())
def test_a_go_file(path, content, message):
    assert [each.message for each in classify.go([file(path, content)])] == ([message] if message else [])


OUTSIDE = "no Go module that is run has this folder in it: put a go.mod above it, or move it into a module"
UNCHOSEN = "its module tools is not run: name it in the configuration's `go`, or exclude it"


@pytest.mark.parametrize(
    ("run", "modules", "lost"),
    [
        (None, [], []),
        (["."], ["go.mod"], []),
        (["services/a"], ["services/a/go.mod"], [OUTSIDE]),
        (["services"], ["services/go.mod"], [OUTSIDE]),
        (["tools", "services/a"], ["tools/go.mod", "services/a/go.mod"], []),
        (["services"], ["services/go.mod", "tools/go.mod"], [UNCHOSEN]),
        (["."], ["go.mod", "tools/go.mod"], [UNCHOSEN]),
        (["tools", "services/a"], ["go.mod"], []),
    ],
    ids=[
        "not told", "one at the root", "one of two", "one above", "all", "one that is not chosen", "one below one that is chosen",
        "parts of a module",
    ],
)  # fmt: skip
def test_a_go_test_outside_the_modules_that_are_run(run, modules, lost):
    files = [file("services/a/pay_test.go", TEST), file("tools/pay_test.go", TEST), *(file(path, "") for path in modules)]
    found = classify.go(files, run=run)
    assert [(each.path, each.message) for each in found] == [
        ("tools/pay_test.go", f"no phase runs TestPay: {why}") for why in lost
    ]


FUNCTIONS = {
    "tests, examples and fuzz tests": (
        "func TestA(t *testing.T) {}\nfunc ExampleA() {}\nfunc Example() {}\n"
        "func FuzzA(f *testing.F) {}\nfunc Test(t *testing.T) {}\n",
        [("TestA", 1), ("ExampleA", 2), ("Example", 3), ("FuzzA", 4), ("Test", 5)],
    ),
    "TestMain is none": ("func TestMain(m *testing.M) {}\n", []),
    "a small letter is none": ("func Testify(t *testing.T) {}\nfunc Examples() {}\n", []),
    "an underscore, a digit, another script": (
        "func Test_a(t *testing.T) {}\nfunc Test1(t *testing.T) {}\nfunc TestÜber(t *testing.T) {}\n",
        [("Test_a", 1), ("Test1", 2), ("TestÜber", 3)],
    ),
    "methods and calls are none": ("func (s *S) TestA() {}\nvar x = TestB(t)\n\tTestC(t)\n", []),
    "other arguments are none": ("func TestA() {}\nfunc TestB(b *testing.B) {}\nfunc ExampleA(t *testing.T) {}\n", []),
    "testing imported by dots": ("func TestA(t *T) {}\n", [("TestA", 1)]),
    "in comments and strings are none": ("/*\nfunc TestA(t *testing.T) {}\n*/\nvar s = `\nfunc TestB(t *testing.T) {}\n`\n", []),
    "with carriage returns": ("package a\r\n\r\nfunc TestA(t *testing.T) {\r\n}\r\n", [("TestA", 3)]),
    "not UTF-8": (b"// caf\xe9\nfunc TestA(t *testing.T) {}\n", [("TestA", 2)]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_functions(content, expected):
    assert classify.functions(content.encode() if isinstance(content, str) else content) == expected


@pytest.mark.parametrize("part", ["func TestA(", "\nfunc TestA(*", "*a", "func ", "Test", "\n", "/*", "'"])
def test_functions_of_a_huge_file_are_read_once(part):
    before = time.process_time()
    classify.functions(b"func TestA(" + part.encode() * (1_000_000 // len(part)))
    assert time.process_time() - before < 5


MISPLACED = {
    "beside the code": (
        "web/src/cart.test.ts",
        "web/src/__tests__/unit/cart.test.ts",
        "web/src/__tests__/integration/cart.test.ts",
    ),
    "at the root": ("cart.test.ts", "__tests__/unit/cart.test.ts", "__tests__/integration/cart.test.ts"),
    "in neither folder": (
        "web/__tests__/cart.test.ts",
        "web/__tests__/unit/cart.test.ts",
        "web/__tests__/integration/cart.test.ts",
    ),
    "in another folder": ("__tests__/api/a.test.ts", "__tests__/unit/api/a.test.ts", "__tests__/integration/api/a.test.ts"),
    "in a folder of a like name": (
        "web/tests/unit/a.test.ts",
        "web/tests/unit/__tests__/unit/a.test.ts",
        "web/tests/unit/__tests__/integration/a.test.ts",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "unit", "integration"), MISPLACED.values(), ids=MISPLACED.keys())
def test_what_jest_lists_has_to_be_in_a_phase_s_folder(path, unit, integration):
    assert classify.jest([file(path, "it('x')")], listed=[path]) == [
        Finding(
            path=path,
            rule="unclassified",
            message=f"Jest lists it, but neither phase runs it: move it to {unit} (phase 1) or {integration} (phase 2)",
        )
    ]


@pytest.mark.parametrize("path", ["__tests__/unit/a.test.ts", "web/__tests__/integration/api/a.js", "[id]/__tests__/unit/b.tsx"])
def test_what_jest_lists_in_a_phase_s_folder_is_fine(path):
    assert classify.jest([file(path, "it('x')")], listed=[path]) == []


TESTS = "describe('cart', () => { it('adds', () => {}) })\n"
CONFIGURE = "no runner lists it: correct testMatch, roots or testPathIgnorePatterns of its Jest project, or delete the file"
UNLISTED = {
    "a test by its name": ("web/__tests__/unit/a.test.ts", "", CONFIGURE),
    "a spec by its name": ("web/__tests__/integration/deep/a.spec.mjs", "", CONFIGURE),
    "named test alone": ("web/__tests__/unit/test.cjs", "test('adds', add)", CONFIGURE),
    "a script that starts tests": ("web/scripts/test.js", "spawn('jest', ['--ci'])", None),
    "a test by what it holds": ("web/__tests__/unit/cart.tsx", TESTS, CONFIGURE),
    "with each": ("web/__tests__/unit/cart.cts", "test.each([1])('x')\nit.concurrent(`x`, f)\n", CONFIGURE),
    "beside the code": (
        "web/src/a.test.ts",
        "",
        "no runner lists it: move it to web/src/__tests__/unit/a.test.ts (phase 1) or "
        "web/src/__tests__/integration/a.test.ts (phase 2)",
    ),
    "a helper": ("web/__tests__/unit/helpers.ts", "export const cart = () => [1, 2]\n", None),
    "a helper that speaks of tests": (
        "web/__tests__/unit/helpers.ts",
        "// describe('x')\nexport const s = \"it('x')\"\nsuite.test('x')\n",
        None,
    ),
    "a set-up": ("web/__tests__/unit/setup.js", "beforeAll(() => {})\n", None),
    "types": ("web/__tests__/unit/a.test.d.ts", "", None),
    "a snapshot": ("web/__tests__/unit/__snapshots__/a.test.ts.snap", TESTS, None),
    "data": ("web/__tests__/unit/a.test.json", "{}", None),
    "code beside tests": ("web/src/testing.ts", TESTS, None),
    "somebody else's": ("web/node_modules/x/__tests__/unit/a.test.js", TESTS, None),
}  # fmt: skip


@pytest.mark.parametrize(("path", "content", "message"), UNLISTED.values(), ids=UNLISTED.keys())
def test_a_file_that_jest_does_not_list(path, content, message):
    found = classify.jest([file(path, content)], listed=["web/__tests__/unit/other.test.ts"])
    assert [(each.path, each.message) for each in found] == ([(path, message)] if message else [])


@pytest.mark.parametrize("listed", [[], ["e2e/shop.spec.ts"]], ids=["by Playwright alone", "by Jest too"])
def test_what_playwright_lists_is_no_concern_of_jest(listed):
    assert classify.jest([file("e2e/shop.spec.ts", TESTS)], listed=listed, elsewhere=["e2e/shop.spec.ts"]) == []


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (
            'import { test } from "vitest"',
            "it is written for vitest, which no phase runs: write it for Jest, and move it to "
            "__tests__/unit/a.test.ts (phase 1) or __tests__/integration/a.test.ts (phase 2)",
        ),
        (
            "const test = require('node:test')",
            "it is written for node:test, which no phase runs: write it for Jest, and move it to "
            "__tests__/unit/a.test.ts (phase 1) or __tests__/integration/a.test.ts (phase 2)",
        ),
        (
            "import { test } from '@playwright/test';",
            "correct testDir or testMatch of its Playwright config, or delete the file",
        ),
    ],
    ids=["vitest", "node:test", "playwright"],
)
def test_a_test_of_another_runner_gets_advice_of_its_own(content, advice):
    [lost] = classify.jest([file("a.test.ts", content)], listed=[])
    assert lost.message == f"no runner lists it: {advice}"


PYTHON = {
    "a test": ("tests/test_a.py", "def test_a(): ...\n", True),
    "the other name": ("tests/a_test.py", "async def test_a(): ...\n", True),
    "a class": ("tests/test_a.py", "class TestA:\n    pass\n", True),
    "a method": ("tests/test_a.py", "class A(unittest.TestCase):\n    def test_a(self): ...\n", True),
    "no Python": ("tests/test_a.py", "def test_a(:\n", True),
    "carriage returns": ("tests/test_a.py", "import x\r\ndef test_a(): ...\r\n", True),
    "no tests in it": ("app/test_settings.py", "DEBUG = True\n# def test_a\n", False),
    "another name": ("tests/testing.py", "def test_a(): ...\n", False),
    "a conftest": ("tests/conftest.py", "def test_data(): ...\n", False),
    "somebody else's": (".venv/lib/site-packages/x/test_a.py", "def test_a(): ...\n", False),
}  # fmt: skip


@pytest.mark.parametrize(("path", "content", "lost"), PYTHON.values(), ids=PYTHON.keys())
def test_a_python_file_that_pytest_did_not_visit(path, content, lost):
    message = "pytest does not collect it: correct testpaths, python_files, norecursedirs or --ignore, or delete the file"
    wanted = [Finding(path=path, rule="unclassified", message=message)] if lost else []
    assert classify.pytest([file(path, content)], collected=["tests/test_b.py"]) == wanted
    assert classify.pytest([file(path, content)], collected=[path]) == []


def test_tests_that_pytest_is_made_to_leave_out():
    why = (
        "-k or --deselect in addopts, or a conftest, leaves it out: take that away, or delete the test; what is for phase 2 is "
        "marked with integration"
    )
    assert classify.deselected(
        [("test_a.py", 7, "test_slow"), ("test_b.py", 3, "TestX › test_x"), ("test_a.py", 9, "test_z")]
    ) == [
        Finding(path="test_a.py", line=7, rule=classify.RULE, message=f"no phase runs test_slow and 1 more: {why}"),
        Finding(path="test_b.py", line=3, rule=classify.RULE, message=f"no phase runs TestX › test_x: {why}"),
    ]
