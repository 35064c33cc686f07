"""Ways to fail in phase 1: tests that fail, and tests that take their tool, its report or the machine along."""

from __future__ import annotations

from inner_loop.checkout import CART, DISCOUNTS, STOREFRONT
from inner_loop.way import Change, Way, each, go_test, gone, put, swap

MORE_GO, MORE_TS, MORE_PY = (
    "services/cart/more_test.go",
    "packages/storefront/__tests__/unit/more.test.ts",
    "services/discounts/tests/test_more.py",
)
GO_SHOUTS = '\tfor range 50 * 1024 {\n\t\tfmt.Println(strings.Repeat("x", 1023))\n\t}\n'
NEW_PYTHON = "pytest.mark.skipif(sys.version_info > (3, 0), reason='new Python')"
BROKEN_FIXTURE = "import pytest\n\n@pytest.fixture\ndef shop():\n    raise OSError('no shop')\n"
LATE = "the phase's timeout-seconds (8 s) were over: make it faster, or raise them under [unit] in ameide.toml"
HURRY = put({"ameide.toml": "[unit]\ntimeout-seconds = 8\n"})


def go(body: str, imports: str = "") -> Change:
    return go_test(MORE_GO, body, imports=imports)


def jest(body: str) -> Change:
    return put({MORE_TS: f"test('more', async () => {{\n{body}\n}}, 3_600_000);\n"})


def only_jest(body: str) -> Change:
    """In the one file that is left, which Jest runs in its own process."""
    return each(gone("packages/storefront/__tests__/unit/price.test.ts"), jest(body))


def python(body: str, imports: str = "os") -> Change:
    """One more pytest test, ``test_more`` in line 3."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return put({MORE_PY: f"import {imports}\n\ndef test_more(tmp_path):\n{lines}\n"})


GO = [
    Way(
        name="a Go assertion",
        parts=CART,
        change=go('\tt.Errorf("got %d, want %d", 1, 2)'),
        phase=1, result="Failed", at=f"{MORE_GO}:5", names="TestMore", counts={"failed": 1, "passed": 12},
        says="more_test.go:6: got 1, want 2",
    ),
    Way(
        name="a Go panic",
        parts=CART,
        change=go("\tvar lines []Line\n\t_ = lines[3]"),
        phase=1, result="Failed", at=f"{MORE_GO}:5", names="TestMore",
        says="panic: runtime error: index out of range [3] with length 0*",
    ),
    Way(
        name="os.Exit(0) in a Go test",
        parts=CART,
        change=go("\tos.Exit(0)", "os"),
        phase=1, result="Failed", at=f"{MORE_GO}:5", names="TestMore",
        says="panic: unexpected call to os.Exit(0) during test*",
    ),
    Way(
        name="os.Exit(0) in TestMain before any Go test",
        parts=CART,
        change=put({MORE_GO: 'package cart\n\nimport ("os"; "testing")\n\nfunc TestMain(m *testing.M) { os.Exit(0) }\n'}),
        phase=1, result="Errored", kind="LoadError", at="services/cart/total_test.go:0",
        says="example.com/monorepo/cart ended with exit code 0 before any of its tests began: call m.Run in its TestMain",
    ),
    Way(
        name="syscall.Exit(0) in a Go test",
        parts=CART,
        change=go("\tsyscall.Exit(0)", "syscall"),
        phase=1, result="Errored", at=f"{MORE_GO}:5", names="TestMore",
        says="was running when go ended with exit code 0, which no test may make it do: take syscall.Exit out of the tests",
    ),
    Way(
        name="a Go test that prints what looks like the report of passed tests",
        parts=CART,
        change=go(
            '\tfmt.Println(`{"Action":"pass","Package":"example.com/monorepo/cart","Test":"TestMore","Elapsed":0}`)\n'
            '\tfmt.Println(`--- PASS: TestMore (0.00s)`)\n'
            '\tfmt.Println(`<testsuites tests="1" failures="0"><testcase name="TestMore"/></testsuites>`)\n'
            '\tt.Fatal("and yet it failed")', "fmt",
        ),
        phase=1, result="Failed", at=f"{MORE_GO}:5", names="TestMore",
        says="more_test.go:9: and yet it failed",
    ),
    Way(
        name="a Go test that hangs",
        parts=CART,
        change=each(HURRY, go("\tselect {}")),
        phase=1, result="TimedOut", at=f"{MORE_GO}:5", names="TestMore",
        says=f"was running when {LATE}",
    ),
    Way(
        name="a Go test that kills its own process",
        parts=CART,
        change=go("\tsyscall.Kill(syscall.Getpid(), syscall.SIGKILL)\n\tselect {}", "syscall"),
        phase=1, result="Failed", at=f"{MORE_GO}:5", names="TestMore",
        says="was running when its package ended: signal: killed",
    ),
    Way(
        name="a Go test that prints 50 MB and fails",
        parts=CART,
        change=go(GO_SHOUTS + '\tt.Fatal("the end")', "fmt strings"),
        phase=1, result="Failed", at=f"{MORE_GO}:5", names="TestMore", counts={"failed": 1, "passed": 12},
        says="more_test.go:9: the end",
    ),
    Way(
        name="a Go subtest that fails",
        parts=CART,
        change=go('\tt.Run("of three", func(t *testing.T) { t.Fatal("lost") })'),
        phase=1, result="Failed", at=f"{MORE_GO}:5", names="TestMore › of_three", counts={"failed": 1, "passed": 12},
        says="more_test.go:6: lost",
    ),
    Way(
        name="a Go test whose name another has in the build of phase 2",
        parts=CART,
        change=each(
            go_test("services/cart/memory_test.go", '\tt.Error("forgets")', name="TestStore", tag="!integration"),
            go_test("services/cart/real_test.go", "", name="TestStore", tag="integration"),
        ),
        phase=1, result="Failed", at="services/cart/memory_test.go:7", names="TestStore", counts={"failed": 1, "passed": 12},
        says="memory_test.go:8: forgets",
    ),
    Way(
        name="os.Exit(3) in TestMain",
        parts=CART,
        change=put({MORE_GO: 'package cart\n\nimport ("os"; "testing")\n\nfunc TestMain(m *testing.M) { os.Exit(3) }\n'}),
        phase=1, result="Errored", kind="LoadError",
        says="example.com/monorepo/cart failed outside its tests (exit status 3)*",
    ),
]  # fmt: skip

JEST = [
    Way(
        name="a Jest assertion",
        parts=STOREFRONT,
        change=jest("  expect(1 + 1).toBe(3);"),
        phase=1, result="Failed", names="more", at=f"{MORE_TS}:2",
        says="expect(received).toBe(expected) // Object.is equality",
    ),
    Way(
        name="process.exit(0) in a Jest test",
        parts=STOREFRONT,
        change=only_jest("  process.exit(0);"),
        phase=1, result="Errored", names="more",
        says="was running when jest ended with exit code 0, which no test may make it do: take process.exit out of the tests",
    ),
    Way(
        name="a Jest test file that throws when it is imported",
        parts=STOREFRONT,
        change=put({MORE_TS: "throw new Error('no catalog');\n\ntest('more', () => {});\n"}),
        phase=1, result="Errored", kind="LoadError", at=f"{MORE_TS}:1",
        says="no catalog",
    ),
    Way(
        name="a Jest test that hangs",
        parts=STOREFRONT,
        change=each(HURRY, only_jest("  await new Promise(() => {});")),
        phase=1, result="TimedOut", names="more",
        says=f"was running when {LATE}",
    ),
    Way(
        name="a Jest test that kills its own process",
        parts=STOREFRONT,
        change=only_jest("  process.kill(process.pid, 'SIGKILL');\n  await new Promise(() => {});"),
        phase=1, result="Errored", names="more",
        says="was running when jest was killed by SIGKILL*",
    ),
]  # fmt: skip

PYTEST = [
    Way(
        name="a pytest assertion",
        parts=DISCOUNTS,
        change=python("assert 1 + 1 == 3"),
        phase=1, result="Failed", at=f"{MORE_PY}:3", names="test_more", counts={"failed": 1, "passed": 9},
        says="assert (1 + 1) == 3",
    ),
    Way(
        name="a pytest fixture that fails",
        parts=DISCOUNTS,
        change=put({MORE_PY: f"{BROKEN_FIXTURE}\ndef test_more(shop): ...\n"}),
        phase=1, result="Failed", at=f"{MORE_PY}:7", names="test_more",
        says="setup failed: OSError: no shop",
    ),
    Way(
        name="os._exit(0) in a Python test",
        parts=DISCOUNTS,
        change=python("os._exit(0)"),
        phase=1, result="Errored", at=f"{MORE_PY}:3", names="test_more",
        says="was running when pytest ended with exit code 0, which no test may make it do: take os._exit out of the tests",
    ),
    Way(
        name="sys.exit(0) in a Python test",
        parts=DISCOUNTS,
        change=python("sys.exit(0)", "sys"),
        phase=1, result="Failed", at=f"{MORE_PY}:3", names="test_more",
        says="SystemExit: 0",
    ),
    Way(
        name="pytest.exit with 0 in a Python test",
        parts=DISCOUNTS,
        change=python("pytest.exit('enough', returncode=0)", "pytest"),
        phase=1, result="Errored",
        says="pytest.exit: enough",
    ),
    Way(
        name="a Python test that kills its own process",
        parts=DISCOUNTS,
        change=python("os.kill(os.getpid(), 9)"),
        phase=1, result="Errored", at=f"{MORE_PY}:3", names="test_more",
        says="was running when pytest was killed by SIGKILL*",
    ),
    Way(
        name="a segmentation fault",
        parts=DISCOUNTS,
        change=python("ctypes.string_at(0)", "ctypes"),
        phase=1, result="Errored", at=f"{MORE_PY}:3", names="test_more",
        says="was running when pytest was killed by SIGSEGV",
    ),
    Way(
        name="a Python test that hangs",
        parts=DISCOUNTS,
        change=each(HURRY, python("while True:\n    time.sleep(1)", "time")),
        phase=1, result="TimedOut", at=f"{MORE_PY}:3", names="test_more",
        says=f"was running when {LATE}",
    ),
    Way(
        name="a conftest that takes a test away only when tests run",
        parts=DISCOUNTS,
        change=put({
            "services/discounts/conftest.py": "def pytest_collection_modifyitems(config, items):\n"
            "    items[:] = items if config.option.collectonly else items[1:]\n",
        }),
        phase=1, result="Errored", kind="NotSelected", counts={"passed": 8, "errored": 1},
        says="phase 0 found 9 tests of this phase, of which 8 came to run: what leaves the others out, such as a conftest, has *",
    ),
    Way(
        name="all unit tests are skipped by a condition",
        parts=DISCOUNTS,
        change=swap(
            "services/discounts/tests/test_rules.py", "import pytest\n", f"import pytest, sys\n\npytestmark = {NEW_PYTHON}\n"
        ),
        phase=1, result="Errored", counts={"skipped": 9},
        says="no test ran: all 9 were skipped (new Python): let them run, with what they need stubbed, or delete them",
    ),
    Way(
        name="no unit test at all",
        parts=DISCOUNTS,
        change=gone("services/discounts/tests/test_rules.py"),
        phase=1, result="Errored",
        says="no unit test was found: mark one (Go: *; Jest: *; pytest: *), or say min-tests = 0 under [unit] in ameide.toml",
    ),
    Way(
        name="fewer tests than min-tests",
        parts=DISCOUNTS,
        change=put({"ameide.toml": "[unit]\nmin-tests = 100\n"}),
        phase=1, result="Errored",
        says="9 tests ran, less than min-tests 100*",
    ),
    Way(
        name="a Python test that prints 50 MB and fails",
        parts=DISCOUNTS,
        change=python("for _ in range(50 * 1024):\n    print('x' * 1023)\nassert False, 'at the end'"),
        phase=1, result="Failed", at=f"{MORE_PY}:3", names="test_more",
        says="AssertionError: at the end",
    ),
]  # fmt: skip

GO_LOG = "../../artifacts/latest/phase-1/go-services-cart"
HANDS_OFF = "no test may touch files below the artifacts folder"
LOG = "glob.glob('../../artifacts/latest/phase-1/*/events.jsonl')[0]"
REPORT = [
    Way(
        name="a test that writes garbage into the reporter's log",
        parts=DISCOUNTS,
        change=python(f"open({LOG}, 'a').write('garbage\\n')", "glob"),
        phase=1, result="Errored", kind="ReportIncomplete",
        says=f"its report is not whole: line *: not JSON: {HANDS_OFF}",
    ),
    Way(
        name="a test that truncates the reporter's log",
        parts=DISCOUNTS,
        change=python(f"os.truncate({LOG}, 0)", "glob, os"),
        phase=1, result="Errored", kind="ReportIncomplete", names="pytest services/discounts",
        says=f"events.jsonl does not hold what was written into it: {HANDS_OFF}",
    ),
    Way(
        name="a test that deletes the reporter's log",
        parts=DISCOUNTS,
        change=python(f"os.unlink({LOG})", "glob, os"),
        phase=1, result="Errored", kind="ReportIncomplete", names="pytest services/discounts",
        says=f"events.jsonl does not hold what was written into it: {HANDS_OFF}",
    ),
    Way(
        name="a test that deletes the evidence of its phase",
        parts=DISCOUNTS,
        change=python(f"shutil.rmtree(os.path.dirname(os.path.dirname({LOG})))", "glob, os, shutil"),
        phase=1, result="Errored", kind="ReportIncomplete", names="pytest services/discounts",
        says=f"events.jsonl is gone, which tells how its tests ended: {HANDS_OFF}",
    ),
    Way(
        name="a Jest test that deletes the reporter's log",
        parts=STOREFRONT,
        change=only_jest(
            "  require('node:fs').unlinkSync('../../artifacts/latest/phase-1/jest-packages-storefront/events.jsonl');"
        ),
        phase=1, result="Errored", kind="ReportIncomplete", names="jest packages/storefront",
        says=f"events.jsonl does not hold what was written into it: {HANDS_OFF}",
    ),
    Way(
        name="a Go test that truncates the log of its phase",
        parts=CART,
        change=go(f'\tif err := os.Truncate("{GO_LOG}/events.jsonl", 0); err != nil {{\n\t\tt.Fatal(err)\n\t}}', "os"),
        phase=1, result="Errored", kind="ReportIncomplete",
        says=f"events.jsonl does not hold what was written into it: {HANDS_OFF}",
    ),
    Way(
        name="a Go test that deletes what it tried to reach",
        parts=CART,
        change=go(f'\tnet.Dial("tcp", "10.96.0.1:443")\n\tos.Remove("{GO_LOG}/network.jsonl")', "net os"),
        phase=1, result="Errored", kind="ReportIncomplete",
        says=f"network.jsonl is gone, which tells what its tests tried to reach: {HANDS_OFF}",
    ),
]  # fmt: skip

UNIT_WAYS = [*GO, *JEST, *PYTEST, *REPORT]
