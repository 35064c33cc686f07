"""No file makes an audit fail: broken, cut, mixed up, in any encoding. What goes wrong is a note."""

from __future__ import annotations

import pytest
from audit import corpus
from hypothesis import given
from hypothesis import strategies as st

from testrun.audit import records

PATHS = ("tests/test_a.py", "a.test.ts", "a.test.tsx", "a.spec.js", "a_test.go", "src/fake.py", "src/mock.ts", "mock.go",
         "shop/urls.py", "cmd/api.go", "workflows.yaml", "tests/e2e/a.yaml", "ameide.toml", "pyproject.toml", "setup.cfg",
         "shop/adapters/a.py", "src/adapters/a.ts", "adapters/a.go")  # fmt: skip
SNIPPETS = [data for pair in corpus.pairs() for each in corpus.snippets(*pair) for data in each.files.values()]
PIECES = [b"(", b"[", b"{", b"if a:\n ", b"a.b(", b"!", b"`${", b"func(){", b"<a>", b"\x00", b"'''", b"f(lambda:"]


def look(path: str, data: bytes) -> None:
    """It is looked at, and no scanner fell over it."""
    assert "could not be looked at" not in records.of(path, data).get("note", "")


@pytest.mark.parametrize("path", PATHS)
@given(data=st.data())
def test_code_that_is_cut_and_mixed(path: str, data: st.DataObject):
    one, other = (data.draw(st.sampled_from(SNIPPETS)) for _ in range(2))
    cut, into = data.draw(st.integers(0, len(one))), data.draw(st.integers(0, len(other)))
    look(path, one[:cut] + other[into:])


@pytest.mark.parametrize("path", PATHS)
@given(noise=st.binary(max_size=300))
def test_any_bytes(path: str, noise: bytes):
    look(path, noise)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-le", "latin-1", "cp037", "shift_jis"])
def test_any_encoding(path: str, encoding: str):
    look(path, "# coding: latin-1\ndef test_a():\n    assert 'x' == 'y'  # ameide: allow\nit('x', () => {});\n".encode(encoding))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("piece", PIECES)
def test_deep_nesting(path: str, piece: bytes):
    look(path, piece * 5000)


@pytest.mark.parametrize("path", PATHS)
def test_a_call_chain_without_end(path: str):
    look(path, b"it('a', () => { expect(x)" + b".not" * 5000 + b".toBe(1) });")
    look(path, b"def test_a():\n    assert x" + b".y()" * 5000 + b"\n")
    look(path, b"package a\nfunc TestA(t *testing.T) { a" + b".B()" * 5000 + b" }\n")
