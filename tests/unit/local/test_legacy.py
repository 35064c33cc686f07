"""No legacy surface: what is found, and as much what is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.local.files import file

from testrun.local.rules import legacy, skips, source
from testrun.local.rules.finding import Finding

MODE, PACK, RUNNER, SKIP, FOCUS = legacy.IDS


def found(path: str, content: str | bytes | None, *, jest: bool = False) -> list[tuple[str, int]]:
    """Rule and line of each finding in one file."""
    return [(each.rule, each.line) for each in legacy.scan([file(path, content)], [path] if jest else [])]


def test_the_rules():
    assert legacy.IDS == ("integration-mode", "pack-script", "integration-runner", "skip-placeholder", "focused-test")


def test_a_finding_says_where_what_and_what_to_do():
    shop = file("charts/shop/values.yaml", "env:\n  - name: INTEGRATION_MODE \x1b[31m\n    value: mock\n")
    assert legacy.scan([shop]) == [
        Finding(
            path="charts/shop/values.yaml",
            line=2,
            rule="integration-mode",
            message="INTEGRATION_MODE is still used: tests have no modes; delete it, and tag what needs phase 2 as integration",
            text="- name: INTEGRATION_MODE",
        )
    ]
    assert legacy.scan([shop])[0].place == "charts/shop/values.yaml:2"


def test_findings_are_sorted_by_place():
    files = [file("b.sh", "INTEGRATION_MODE\nrun_integration_tests.sh\nINTEGRATION_MODE"), file("a.sh", "INTEGRATION_MODE")]
    assert [(each.path, each.line) for each in legacy.scan(files)] == [("a.sh", 1), ("b.sh", 1), ("b.sh", 2), ("b.sh", 3)]


WORDS = {
    "shell": ("run.sh", "export INTEGRATION_MODE=mock\n", [(MODE, 1)]),
    "twice on a line": ("run.sh", "\nINTEGRATION_MODE=$INTEGRATION_MODE\n", [(MODE, 2)]),
    "in a comment": ("ci.yaml", "# INTEGRATION_MODE is gone\n", [(MODE, 1)]),
    "without an ending": ("Makefile", "test:\n\tINTEGRATION_MODE=1 go test\n", [(MODE, 2)]),
    "with carriage returns": ("ci.yaml", "a\r\nINTEGRATION_MODE: x\r\n", [(MODE, 2)]),
    "with a byte order mark": ("ci.yaml", "\ufeffINTEGRATION_MODE: x\n", [(MODE, 1)]),
    "not UTF-8": ("ci.yaml", b"# caf\xe9\nINTEGRATION_MODE: x\n", [(MODE, 2)]),
    "another variable": ("run.sh", "MY_INTEGRATION_MODE=1 INTEGRATION_MODES=2\n", []),
    "another key": ("values.yaml", "integrationMode: oauth\n", []),
    "Markdown": ("docs/v1.md", "INTEGRATION_MODE run_integration_tests.sh tools/integration-runner\n", []),
    "Markdown, shouting": ("README.MD", "INTEGRATION_MODE\n", []),
    "reStructuredText": ("docs/v1.rst", "INTEGRATION_MODE\n", []),
    "plain text": ("notes.txt", "INTEGRATION_MODE\n", []),
    "a changelog": ("CHANGELOG", "INTEGRATION_MODE\n", []),
    "a license": ("LICENSE-MIT", "INTEGRATION_MODE\n", []),
    "code about a license": ("license.go", "INTEGRATION_MODE\n", [(MODE, 1)]),
    "a script named for one": ("changelogger.sh", "INTEGRATION_MODE\n", [(MODE, 1)]),
    "the allowlist's file": ("ameide.toml", "contains = 'INTEGRATION_MODE'\n", []),
    "another TOML file": ("config.toml", "contains = 'INTEGRATION_MODE'\n", [(MODE, 1)]),
    "a binary": ("tool.bin", b"\x7fELF\0\nINTEGRATION_MODE\n", []),
    "text with a NUL far down": ("dump.sql", b"-" * 9000 + b"\n\0INTEGRATION_MODE\n", [(MODE, 2)]),
    "too large": ("dump.sql", b"INTEGRATION_MODE\n" + b"-" * source.MAX_BYTES, []),
    "unreadable": ("gone.sh", None, []),
    "empty": ("empty.sh", "", []),
    "calls a pack script": ("ci.yaml", "run: ./svc/__tests__/integration/run_integration_tests.sh\n", [(PACK, 1)]),
    "calls another script": ("ci.yaml", "run: ./my_run_integration_tests.sh run_integration_tests.shell\n", []),
    "the pack script, whatever it holds": (
        "svc/run_integration_tests.sh", "INTEGRATION_MODE=1 ./run_integration_tests.sh\n"
        "",
        [(PACK, 0)],
    ),
    "the pack script, empty": ("run_integration_tests.sh", "", [(PACK, 0)]),
    "a file of the runner": ("tools/integration-runner/main.go", "INTEGRATION_MODE\n", [(RUNNER, 0)]),
    "a document of the runner": ("tools/integration-runner/README.md", "INTEGRATION_MODE", [(RUNNER, 0)]),
    "a binary of the runner": ("tools/integration-runner/bin/run", b"\0", [(RUNNER, 0)]),
    "the runner's place, deeper": ("services/a/tools/integration-runner/x", "", [(RUNNER, 0)]),
    "the pack script of the runner": ("tools/integration-runner/run_integration_tests.sh", "", [(PACK, 0), (RUNNER, 0)]),
    "another tool": ("tools/integration-runner-v2/x", "tools/integration-runners\n", []),
    "calls the runner": ("ci.yaml", "- run: go run ./tools/integration-runner/cmd\n", [(RUNNER, 1)]),
    "calls the runner on Windows": ("ci.ps1", "tools\\integration-runner\\run.exe\n", [(RUNNER, 1)]),
}  # fmt: skip


@pytest.mark.parametrize(("path", "content", "expected"), WORDS.values(), ids=WORDS.keys())
def test_words_and_files(path, content, expected):
    assert sorted(found(path, content)) == sorted(expected)


def test_our_own_tables_of_a_pyproject_may_name_what_they_allow():
    content = (
        '[project]\nname = "INTEGRATION_MODE"\n\n[[tool.ameide.allow]]\ncontains = "INTEGRATION_MODE"\n'
        '[tool.ameide]\nx = [\n  ["a", "b"],\n  "INTEGRATION_MODE",\n]\n[tool.ameide_old]\nx = "INTEGRATION_MODE"\n'
    )
    assert found("services/a/pyproject.toml", content) == [(MODE, 2), (MODE, 12)]


def test_a_huge_line_is_shown_where_it_matters():
    (one,) = legacy.scan([file("bundle.js", "x" * 1_000_000 + " INTEGRATION_MODE " + "y" * 500_000)])
    assert (one.line, len(one.text)) == (1, 200)
    assert "x INTEGRATION_MODE y" in one.text
    assert (one.text[0], one.text[-1]) == ("…", "…")


def test_a_file_full_of_findings_is_cut_and_says_so():
    findings = legacy.scan([file("x.env", "INTEGRATION_MODE=1\n" * 50_000)])
    assert [each.line for each in findings] == list(range(1, 102))
    assert [each.message.endswith("(and 49899 more lines in this file)") for each in findings] == [False] * 100 + [True]


def test_the_environment():
    assert legacy.environment({"PATH": "/bin", "INTEGRATION_MODES": "x"}) == []
    (one,) = legacy.environment({"INTEGRATION_MODE": "mock\n\x1b[0m"})
    assert (one.rule, one.path, one.line, one.text) == (MODE, "$INTEGRATION_MODE", 0, "INTEGRATION_MODE=mock")
    assert len(legacy.environment({"INTEGRATION_MODE": ""})) == 1


GO = {
    "a test": ("func TestA(t *testing.T) {\n\tt.Skip()\n}\n", [2]),
    "on one line": ('func TestA(t *testing.T) { t.Skip("todo") }\n', [1]),
    "now, and formatted": (
        "func TestA(t *testing.T) {\n\tt.SkipNow()\n}\nfunc TestB(x *testing.T) {\n"
        "\tx.Skipf(f, 1)\n}\n",
        [2, 5],
    ),
    "behind a comment": ("func TestA(t *testing.T) {\n\t// TODO }\n\t/* later\n */\n\tt.Skip()\n}\n", [5]),
    "behind parallel and helper": ("func TestA(t *testing.T) {\n\tt.Parallel()\n\tt.Helper(); t.Skip()\n}\n", [3]),
    "a fuzz test": ("func FuzzA(f *testing.F) {\n\tf.Skip()\n}\n", [2]),
    "a subtest": ('func TestA(t *testing.T) {\n\tt.Run("x", func(t *testing.T) {\n\t\tt.Skip("todo")\n\t})\n}\n', [3]),
    "a subtest, with a condition": (
        'func TestA(t *testing.T) {\n\tif x {\n\t\tt.Run("x", func(t *testing.T) {\n\t\t\tt.Skip()\n\t\t})\n\t}\n}\n',
        [],
    ),
    "a suite's test": ("func (s *ShopSuite) TestA() {\n\ts.T().Skip()\n}\n", [2]),
    "with carriage returns": ("func TestA(t *testing.T) {\r\n\tt.Skip()\r\n}\r\n", [2]),
    "with a condition": ("func TestA(t *testing.T) {\n\tif testing.Short() {\n\t\tt.Skip()\n\t}\n}\n", []),
    "behind another statement": ("func TestA(t *testing.T) {\n\tsetUp()\n\tt.Skip()\n}\n", []),
    "a helper": ("func needsDocker(t *testing.T) {\n\tt.Skip()\n}\n", []),
    "another t": ("func TestA(t *testing.T) {\n\tx.Skip()\n}\n", []),
    "a benchmark": ("func BenchmarkA(b *testing.B) {\n\tb.Skip()\n}\n", []),
    "in a comment": ("/*\nfunc TestA(t *testing.T) {\n\tt.Skip()\n}\n*/\n", []),
    "in a string": ("const s = `\nfunc TestA(t *testing.T) {\n\tt.Skip()\n}\n`\n", []),
    "a rune that is a quote": ("var q = '\"'\nfunc TestA(t *testing.T) {\n\tt.Skip() // \"\n}\n", [3]),
    "a comment that is commented out": ("func TestA(t *testing.T) {\n\t// t.Skip()\n\tt.Log()\n}\n", []),
}  # fmt: skip


@pytest.mark.parametrize(("content", "lines"), GO.values(), ids=GO.keys())
def test_skips_in_go(content, lines):
    assert found("shop/cart_test.go", content) == [(SKIP, line) for line in lines]
    assert found("shop/cart.go", content) == found("shop/testdata/src/cart_test.go", content) == []


JEST = {
    "it.skip": ("it.skip('x', () => {})", [(SKIP, 1)]),
    "test and describe": ("test.skip('x');\ndescribe.skip(`y`)", [(SKIP, 1), (SKIP, 2)]),
    "todo": ("it.todo('x'); test\n  .todo('y')", [(SKIP, 1)]),
    "x in front": ("xit('x')\nxtest(name)\nxdescribe('y', f)", [(SKIP, 1), (SKIP, 2), (SKIP, 3)]),
    "each": ("it.skip.each([1])('x')\ntest.skip.each`a`('x')\nxit.each(t)('z')", [(SKIP, 1), (SKIP, 2), (SKIP, 3)]),
    "typed each": ("it.skip.each<{ a: number }>([{ a: 1 }])('x')", [(SKIP, 1)]),
    "concurrent": ("test.concurrent.skip('x')\nit.concurrent.only.each([1])('y')", [(SKIP, 1), (FOCUS, 2)]),
    "only": ("it.only('x')\ndescribe.only('y')\nfdescribe('z')\nfit('w')\nfit.each([1])('v')", [(FOCUS, n) for n in range(1, 6)]),
    "in a template's code": ("const s = `${it.skip('x')}`", [(SKIP, 1)]),
    "behind a nested template": ("const s = `a ${`b ${{ c: 1 }} it.skip('x')`} it.skip('x')`\nit.skip('y')", [(SKIP, 2)]),
    "behind a regular expression": ("const quote = /['\"`]/\nit.skip('x')", [(SKIP, 2)]),
    "behind a class of slashes": ("x.replace(/[/'\\]]/g, '')\nit.skip('x')", [(SKIP, 2)]),
    "behind a division": ("const half = total / 2; it.skip('a/b')", [(SKIP, 1)]),
    "behind an apostrophe in JSX": ("render(<p>Don't</p>)\nit.skip('x')", [(SKIP, 2)]),
    "a choice": ("const run = hasDocker ? it : it.skip\n(hasDocker ? it : it.skip)('x')", []),
    "in a line comment": ("// it.skip('x')\nit('y')", []),
    "in a block comment": ("/* it.skip('x')\n xit('y') */", []),
    "in strings": ("it('tells of it.skip(1)', () => \"xit('x')\")", []),
    "in a template": ("const s = `\nit.skip('x')\n`", []),
    "in a regular expression": ("expect(s).toMatch(/it.skip(x)/)", []),
    "in a string that goes on": ("const s = 'a \\\n it.skip(1)'", []),
    "another object's": ("page.it.skip('x'); visit.skip('x'); suite.xit('x'); exit('x')", []),
    "another fit": ("chart.fit('x'); fit(model); const only = it.onlyOnce('x')", []),
    "with carriage returns": ("// a\r\nit.skip('x')\r\n", [(SKIP, 2)]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), JEST.values(), ids=JEST.keys())
def test_skips_and_focus_in_jest(content, expected):
    assert found("web/__tests__/unit/a.test.tsx", content, jest=True) == expected


def test_skips_are_jest_s_only_where_jest_lists_the_file():
    assert found("e2e/shop.spec.ts", "test.skip(isMobile, 'later'); test.only('x')") == []


PYTHON = {
    "a mark": ("import pytest\n\n@pytest.mark.skip\ndef test_a(): ...\n", [3]),
    "a mark with a reason": ("import pytest\n\n@fixture\n@pytest.mark.skip(reason='todo')\nasync def test_a(): ...\n", [4]),
    "a class": ("import pytest\n\n@pytest.mark.skip\nclass TestA:\n    def test_a(self): pytest.skip('x')\n", [3]),
    "a method": ("class TestA:\n    @pytest.mark.skip()\n    def test_a(self): ...\n", [2]),
    "unittest": ("import unittest\n\n@unittest.skip('x')\nclass A(unittest.TestCase): ...\n", [3]),
    "imported under other names": (
        "from unittest import skip as no\nimport pytest as pt\n@no('x')\n"
        "def test_a(): ...\n@pt.mark.skip\ndef test_b(): ...\n",
        [3, 5],
    ),
    "mark itself": ("from pytest import mark, skip\n@mark.skip\ndef test_a(): ...\ndef test_b():\n    skip('x')\n", [2, 5]),
    "the first statement": ("def test_a():\n    '''A.'''\n    pytest.skip('x')\n    assert 1\n", [3]),
    "skipTest": (
        "class A(TestCase):\n    def setUp(self):\n        self.skipTest('x')\n"
        "    def test_a(self):\n        self.skipTest('y')\n",
        [3, 5],
    ),
    "raised": ("def test_a():\n    raise unittest.SkipTest('x')\ndef test_b():\n    raise pytest.skip.Exception\n", [2, 4]),
    "the module": ("import pytest\npytest.skip('x', allow_module_level=True)\n", [2]),
    "the module's mark": ("import pytest\npytestmark = pytest.mark.skip\n", [2]),
    "one of the module's marks": ("pytestmark = [\n    pytest.mark.integration,\n    pytest.mark.skip('x'),\n]\n", [3]),
    "a class's mark": ("class TestA:\n    pytestmark: list = [pytest.mark.skip]\n", [2]),
    "a condition that is none": (
        "@pytest.mark.skipif(True, reason='x')\ndef test_a(): ...\n"
        "@unittest.skipUnless(False, 'x')\ndef test_b(): ...\n",
        [1, 3],
    ),
    "never run": ("@pytest.mark.xfail(run=False)\ndef test_a(): ...\n", [1]),
    "a byte order mark": ("\ufeff@pytest.mark.skip\ndef test_a(): ...\n", [1]),
    "carriage returns": ("import pytest\r\n@pytest.mark.skip\r\ndef test_a(): ...\r\n", [2]),
    "latin-1": (b"# coding: latin-1\nx = '\xe9'; pytest.skip(allow_module_level=True)\n", [2]),
    "a string with an odd escape": ("x = '\\d'\n@pytest.mark.skip\ndef test_a(): ...\n", [2]),
    "skipif": ("@pytest.mark.skipif(sys.platform == 'win32', reason='x')\ndef test_a(): ...\n", []),
    "a condition": ("def test_a():\n    if not docker:\n        pytest.skip('x')\n", []),
    "behind a statement": ("def test_a():\n    found = look()\n    pytest.skip('x')\n", []),
    "the module, with a condition": (
        "if win:\n    pytest.skip('x', allow_module_level=True)\ntry:\n"
        "    import x\nexcept ImportError:\n    pytest.skip('y')\n",
        [],
    ),
    "importorskip": ("x = pytest.importorskip('x')\n", []),
    "a fixture": ("@pytest.fixture\ndef docker():\n    pytest.skip('x')\n", []),
    "xfail that runs": (
        "@pytest.mark.xfail(strict=True)\ndef test_a(): ...\n@pytest.mark.xfail(win, run=False)\n"
        "def test_b(): ...\n",
        [],
    ),
    "a comment": ("# @pytest.mark.skip\ndef test_a(): ...\n", []),
    "a string": ("x = '''\n@pytest.mark.skip\ndef test_a(): ...\n'''\n", []),
    "another skip": ("@mine.mark.skip\ndef test_a(): ...\ndef test_b():\n    reader.skip(3)\n", []),
    "no Python": ("@pytest.mark.skip\ndef test_a(:\n", []),
    "a NUL far down": (b"#" * 9000 + b"\n@pytest.mark.skip\0\n", []),
    "deeper than the parser goes": ("x = pytest.skip" + "(" * 5000 + ")" * 5000, []),
}  # fmt: skip


@pytest.mark.parametrize(("content", "lines"), PYTHON.values(), ids=PYTHON.keys())
def test_skips_in_python(content, lines):
    assert found("tests/test_a.py", content) == [(SKIP, line) for line in lines]


@given(
    st.lists(st.sampled_from(["'", '"', "`", "/", "*", "\\", "\n", "\r", "${", "{", "}", "[", "]", "(", "a", " ", "é"])).map(
        "".join
    )
)
def test_blanking_keeps_each_place(code):
    data = code.encode()
    for blanked in (source.blank_js(data), source.blank_go(data)):
        assert len(blanked) == len(data)
        assert [at for at, byte in enumerate(blanked) if byte in b"\r\n"] == [
            at for at, byte in enumerate(data) if byte in b"\r\n"
        ]
        assert all(new == old or (new == ord(" ") and old not in b"\r\n") for new, old in zip(blanked, data, strict=True))


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(data):
    for path in ("a_test.go", "test_a.py", "pyproject.toml", "a.test.js"):
        legacy.scan([file(path, data + b"\nit.skip pytest.skip t.Skip")], ["a.test.js"])


HOSTILE = [
    "'", '"', "`", "/", "\\'", '\\"', "=/[", "=\\/", "/*", "`${", "{", "[", "\r", ". ", "it ", "it.concurrent", "it.skip<",
    "xit.each", "fit", "\n\tt.Run(", ", ", ", func ", "func TestA(t *testing.T) {", "skip(",
]  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
@pytest.mark.parametrize("find", [skips.go, skips.jest, skips.jest_only, skips.python])
def test_no_text_is_read_more_than_a_few_times(find, part):
    data = b"it.skip it.only t.Skip skip " + part.encode() * (200_000 // len(part))
    before = time.process_time()
    assert len(list(find(data))) < 10
    # What is read once takes half a second; a step back for each character, minutes.
    assert time.process_time() - before < 5


def test_a_pyproject_is_read_once():
    before = time.process_time()
    assert found("pyproject.toml", b"[" + b" " * 1_000_000 + b"\n[[" * 100_000) == []
    assert time.process_time() - before < 5


def test_files_on_disk_are_read_when_asked_and_links_are_not_followed(tmp_path):
    (tmp_path / "a.sh").write_text("INTEGRATION_MODE=1")
    (tmp_path / "link.sh").symlink_to("a.sh")
    (tmp_path / "large.sh").write_bytes(b"INTEGRATION_MODE" + b"-" * source.MAX_BYTES)
    files = source.on_disk(str(tmp_path), ["a.sh", "link.sh", "large.sh", "gone.sh", "."])
    assert [each.path for each in legacy.scan(files)] == ["a.sh"]
