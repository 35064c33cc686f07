"""Branches on the mode in Python: each shape before and after, and what is not touched."""

from __future__ import annotations

import textwrap

import pytest
from unit.migrate.changed import E2E, after, todos

HEAD = "import os\n\nimport pytest\n\npytestmark = pytest.mark.integration\n"
MODE = 'MODE = os.environ.get("INTEGRATION_MODE", "local")\n'
BARE = "import pytest\n\npytestmark = pytest.mark.integration\n"


def folded(code: str, more: dict[str, str] | None = None) -> tuple[str | None, list[str]]:
    """A test module without its modes, as far as it is not the same in all cases; and what is left."""
    files = E2E | {"test_x.py": f"{HEAD}\n{MODE}\n\n{textwrap.dedent(code).lstrip()}"} | (more or {})
    new = after("modes", files).get("test_x.py", files["test_x.py"])
    told = todos("modes", files)
    return (None if new is None else new.removeprefix(BARE).lstrip("\n")), told


FOLDED = {
    "if": (
        """
        def test_x():
            if MODE == "cluster":
                client = live()
            else:
                client = fake()
            assert client
        """,
        """
        def test_x():
            client = fake()
            assert client
        """,
    ),
    "if not": (
        """
        def test_x():
            if MODE != "cluster":
                # mocked
                check()

            assert 1
        """,
        """
        def test_x():
            # mocked
            check()

            assert 1
        """,
    ),
    "not, and the other word": (
        """
        def test_x():
            if not MODE == "local":
                live()
            assert 1
        """,
        """
        def test_x():
            assert 1
        """,
    ),
    "elif": (
        """
        def test_x(a):
            if a:
                one()
            elif MODE == "cluster":
                two()
            elif not a:
                three()
            else:
                four()
        """,
        """
        def test_x(a):
            if a:
                one()
            elif not a:
                three()
            else:
                four()
        """,
    ),
    "elif that always holds": (
        """
        def test_x(a):
            if a:
                one()
            elif MODE != "cluster":  # here
                two()
            else:
                three()
        """,
        """
        def test_x(a):
            if a:
                one()
            else:  # here
                two()
        """,
    ),
    "the first of several": (
        """
        def test_x(a):
            if MODE == "cluster":
                one()
            elif a:
                two()
        """,
        """
        def test_x(a):
            if a:
                two()
        """,
    ),
    "nested, with more conditions": (
        """
        def test_x(a, b):
            if a:
                if MODE != "cluster" and (b or MODE == "cluster"):
                    one()
                if b and MODE == "cluster":
                    two()
        """,
        """
        def test_x(a, b):
            if a:
                if b:
                    one()
        """,
    ),
    "nothing is left of a block": (
        """
        def test_x(a):
            for each in a:
                if MODE == "cluster":
                    live(each)
            assert a
        """,
        """
        def test_x(a):
            for each in a:
                pass
            assert a
        """,
    ),
    "a choice": (
        """
        def test_x():
            url = live() if MODE == "cluster" else "http://127.0.0.1"
            assert get(url) == (1 if MODE in ("local", "repo") else 2)
        """,
        """
        def test_x():
            url = "http://127.0.0.1"
            assert get(url) == 1
        """,
    ),
    "match": (
        """
        def test_x():
            match MODE:
                case "cluster":
                    live()
                case "repo" | "local":
                    check()
                case _:
                    raise ValueError
        """,
        """
        def test_x():
            check()
        """,
    ),
    "an early return": (
        """
        def client():
            if MODE != "cluster":
                return fake()
            address = os.environ["ADDRESS"]
            return live(address)


        def test_x():
            assert client()
        """,
        """
        def client():
            return fake()


        def test_x():
            assert client()
        """,
    ),
    "a skip that ends the test": (
        """
        def test_live():
            setup()
            if MODE != "cluster":
                pytest.skip("needs a cluster")
            live()


        def test_x():
            assert 1
        """,
        """
        def test_x():
            assert 1
        """,
    ),
    "a return after what was checked": (
        """
        def test_x():
            assert 1
            if MODE != "cluster":
                return
            live()
        """,
        """
        def test_x():
            assert 1
        """,
    ),
    "decorators": (
        """
        needs_cluster = pytest.mark.skipif(MODE != "cluster", reason="it needs one")


        @needs_cluster
        def test_live():
            live()


        @pytest.mark.skipif(MODE == "cluster", reason="mocked")
        @pytest.mark.parametrize("a", [1])
        def test_x(a):
            assert a


        class TestMore:
            @pytest.mark.skipif(MODE != "cluster" or MODE == "local", reason="live")
            def test_live(self):
                live()

            def test_mocked(self):
                assert 1
        """,
        """
        @pytest.mark.parametrize("a", [1])
        def test_x(a):
            assert a


        class TestMore:
            def test_mocked(self):
                assert 1
        """,
    ),
    "helpers": (
        """
        def mode():
            told = os.getenv("INTEGRATION_MODE", "").strip().lower()
            if told not in ("local", "cluster"):
                raise ValueError(told)
            return told


        def is_cluster():
            return mode() == "cluster"


        def require_cluster():
            if not is_cluster():
                pytest.skip("needs a cluster")


        def test_live():
            require_cluster()
            live()


        def test_x():
            assert get(is_cluster()) if is_cluster() else get(secure=is_cluster())
        """,
        """
        def test_x():
            assert get(secure=False)
        """,
    ),
    "a fixture": (
        """
        @pytest.fixture
        def mode():
            return MODE


        @pytest.fixture
        def client(mode):
            if mode == "cluster":
                yield live()
            else:
                text = \"\"\"
            as it is
        \"\"\"
                yield fake(text)


        def test_x(mode, client):
            assert client
        """,
        """
        @pytest.fixture
        def client():
            text = \"\"\"
            as it is
        \"\"\"
            yield fake(text)


        def test_x(client):
            assert client
        """,
    ),
}


@pytest.mark.parametrize(("code", "expected"), FOLDED.values(), ids=FOLDED)
def test_folds(code: str, expected: str) -> None:
    assert folded(code) == (textwrap.dedent(expected).lstrip(), [])


MORE = "{}: INTEGRATION_MODE is used in a way that is not known here: take it out by hand"
KEPT = {
    "a third mode": ('def test_x():\n    if MODE == "staging":\n        live()\n', [MORE.format("test_x.py:7")]),
    "truth": ("def test_x():\n    if MODE:\n        live()\n", [MORE.format("test_x.py:7")]),
    "what is printed": ("def test_x():\n    print(MODE)\n", [MORE.format("test_x.py:7")]),
    "a name that is set twice": (
        'def test_x(a):\n    MODE = a\n    if MODE == "cluster":\n        live()\n', [MORE.format("test_x.py:7")]
    ),
    "modes without a cluster told apart": (
        'def test_x():\n    if MODE == "local":\n        one()\n    elif MODE == "repo":\n        two()\n',
        ["test_x.py: it tells modes without a cluster apart: say which of them phase 2 is, and take the others out"],
    ),
    "two statements on a line": (
        'def test_x():\n    one(); MODE == "cluster" and two()\n    if MODE == "cluster": live(); live()\n    assert 1\n', []
    ),
    "a fixture that always skips": (
        '@pytest.fixture\ndef live():\n    if MODE != "cluster":\n        pytest.skip("needs one")\n\n\n'
        'def test_x(live):\n    assert live\n',
        ["test_x.py:12: it always skips without a cluster, and is no test itself: take its users to phase 3 first"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), KEPT.values(), ids=KEPT)
def test_what_cannot_be_told_is_left_and_said(code: str, expected: list[str]) -> None:
    new, told = folded(code)
    assert told == expected
    assert new is not None
    assert ("MODE" in new) is bool(expected)


def test_a_module_that_only_a_cluster_runs_goes() -> None:
    code = 'pytestmark = [pytest.mark.skipif(MODE != "cluster", reason="x"), pytest.mark.a]\n\n\ndef test_x():\n    live()\n'
    assert folded(code) == (None, [])


def test_names_are_followed_through_imports() -> None:
    helpers = {
        "tests/__init__.py": "",
        "tests/support/mode.py": 'import os\n\nCLUSTER = "cluster"\n\n\ndef current():\n'
                                 '    return os.environ["INTEGRATION_MODE"]\n',
        "tests/support/checks.py": "from .mode import CLUSTER, current\n\n\ndef live():\n    return current() == CLUSTER\n",
        "tests/test_y.py": f"{BARE}\nfrom tests.support import checks\nfrom tests.support.checks import live as is_live\n\n\n"
        "def test_y():\n    if is_live() or checks.live():\n        one()\n    assert 1\n",
    }  # fmt: skip
    assert {path: new for path, new in after("modes", E2E | helpers).items() if path.startswith("tests")} == {
        "tests/support/mode.py": 'CLUSTER = "cluster"\n',
        "tests/support/checks.py": None,
        "tests/test_y.py": f"{BARE}\n\ndef test_y():\n    assert 1\n",
    }
