"""The tests in a file, read from its text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies

from testrun.inventory import sources

PYTHON = {
    "functions, also asynchronous": ("def test_a(): 1\n\nasync def test_b(): 1\n\ndef helper(): 1\n", ["test_a", "test_b"], []),
    "methods of classes": (
        "class TestA:\n    def test_b(self): 1\n\nclass Other:\n    def test_c(self): 1\n",
        ["TestA › test_b"], [],
    ),
    "unittest": ("class Shop(unittest.TestCase):\n    def test_b(self): 1\n", ["Shop › test_b"], []),
    "a marker": ("@pytest.mark.integration\ndef test_a(): 1\n\ndef test_b(): 1\n", ["test_a", "test_b"], ["test_a"]),
    "a marker that was imported": ("from pytest import mark\n\n@mark.integration\ndef test_a(): 1\n", ["test_a"], ["test_a"]),
    "a marker of the class": (
        "@pytest.mark.integration\nclass TestA:\n    def test_b(self): 1\n",
        ["TestA › test_b"], ["TestA › test_b"],
    ),
    "a marker of the module": ("pytestmark = [pytest.mark.integration]\n\ndef test_a(): 1\n", ["test_a"], ["test_a"]),
    "many values count once": ("@pytest.mark.parametrize('a', [1, 2])\ndef test_a(a): 1\n", ["test_a"], []),
    "a test that always skips": (
        "import pytest\n\n@pytest.mark.skip\ndef test_a(): 1\n\ndef test_b(): pytest.skip()\n\ndef test_c(): 1\n",
        ["test_c"], [],
    ),
    "a text that looks like one": ("'''\ndef test_a(): 1\n'''\n", [], []),
    "broken": ("def test_a(:\n", [], []),
    "a zero": ("def test_a(): 1\n\0", [], []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "titles", "integration"), PYTHON.values(), ids=PYTHON)
def test_python(text: str, titles: list[str], integration: list[str]) -> None:
    found = sources.python(text.encode())

    assert [each.title for each in found] == titles
    assert [each.title for each in found if "integration" in each.marks] == integration


PIECES = [
    b"test('a", b"it.each`", b"(", b")", b"'", b'"', b"`${", b"}", b"/", b"\n", b"def test_a():", b"class Test", b"    pass",
    b"@pytest.mark.skip", b"\0", b"\xff", b"func TestA(t *testing.T) {", b"\n\tt.Skip()", b".Run(", b"pytestmark = ", b"[",
    b"{" * 9, b"\\",
]  # fmt: skip

JAVASCRIPT = {
    "test and it": ("describe('cart', () => {\n  it('adds', f);\n  test(`up`, f);\n});\n", ["adds", "up"]),
    "many values count once": ("test.each([1, 2])('%d', f);\nit.concurrent('x', f);\n", ["", "x"]),
    "those that skip": ("test.skip('a', f);\nxit('b', f);\ntest.todo('c');\n", []),
    "what only looks like one": (
        "/regex.test(x)/; r.test('a'); // test('b')\nconst s = \"it('c')\"; latest('d'); test.step('e', f);\n", [],
    ),
    "Playwright's": (
        "test.describe('a', () => {});\ntest.beforeEach(f);\ntest('b @smoke', async ({ page }) => {});\n", ["b @smoke"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "titles"), JAVASCRIPT.values(), ids=JAVASCRIPT)
def test_javascript(text: str, titles: list[str]) -> None:
    assert [each.title for each in sources.javascript(text.encode())] == titles


@given(strategies.lists(strategies.sampled_from(PIECES), max_size=40).map(b"".join) | strategies.binary(max_size=200))
def test_no_text_is_too_strange(data: bytes) -> None:
    sources.python(data)
    sources.javascript(data)
    sources.go_skipped(data)


def test_a_large_file_of_tests_is_read_once() -> None:
    """Two megabytes, as large as a source may be: a second at most, where looking back from each test took minutes."""
    began = time.monotonic()
    assert len(sources.javascript(b"test('a', f);\n" * 140_000)) == 140_000
    assert time.monotonic() - began < 30


def test_a_go_test_skips_only_if_all_of_it_does() -> None:
    whole = "package a\n\nfunc TestA(t *testing.T) {\n\tt.Skip()\n}\n"
    part = 'package a\n\nfunc TestA(t *testing.T) {\n\tt.Run("x", func(t *testing.T) {\n\t\tt.Skip()\n\t})\n}\n'
    assert (sources.go_skipped(whole.encode()), sources.go_skipped(part.encode())) == ({3}, set())
