# ruff: noqa: E101  # Go is indented by tabs
"""Branches on the mode in Go: each shape before and after, and what is not touched."""

from __future__ import annotations

import textwrap

import pytest
from unit.migrate.changed import E2E, after, todos

HEAD = '//go:build integration\n\npackage x\n\nimport (\n\t"os"\n\t"testing"\n)\n'
BARE = '//go:build integration\n\npackage x\n\nimport (\n\t"testing"\n)\n'
MODE = 'var mode = os.Getenv("INTEGRATION_MODE")\n'


def folded(code: str) -> tuple[str | None, list[str]]:
    """A test file without its modes, as far as it is not the same in all cases; and what is left."""
    files = E2E | {"go.mod": "module x\n", "x_test.go": f"{HEAD}\n{MODE}\n{textwrap.dedent(code).lstrip()}"}
    new = after("modes", files).get("x_test.go", files["x_test.go"])
    return (None if new is None else new.removeprefix(BARE).lstrip("\n")), todos("modes", files)


FOLDED = {
    "if and else": (
        """
        func TestX(t *testing.T) {
        	var c client
        	if mode == "cluster" {
        		addr := os.Getenv("ADDR")
        		c = dial(addr)
        	} else {
        		// mocked
        		c = fake(`as
        	it is`)
        	}
        	use(c)
        }
        """,
        """
        func TestX(t *testing.T) {
        	var c client
        	// mocked
        	c = fake(`as
        	it is`)
        	use(c)
        }
        """,
    ),
    "else if": (
        """
        func TestX(t *testing.T) {
        	if a {
        		one()
        	} else if mode != "cluster" {
        		two()
        	} else {
        		three()
        	}
        	if mode == "cluster" {
        		four()
        	} else if a {
        		five()
        	}
        }
        """,
        """
        func TestX(t *testing.T) {
        	if a {
        		one()
        	} else {
        		two()
        	}
        	if a {
        		five()
        	}
        }
        """,
    ),
    "a part of a condition": (
        """
        func TestX(t *testing.T) {
        	if err != nil && mode != "cluster" {
        		t.Fatal(err)
        	}
        	if ok && mode == "cluster" {
        		t.Fatal("live")
        	}
        }
        """,
        """
        func TestX(t *testing.T) {
        	if err != nil {
        		t.Fatal(err)
        	}
        }
        """,
    ),
    "a name that would clash": (
        """
        func TestX(t *testing.T) {
        	url := "a"
        	if mode != "cluster" {
        		url := "b"
        		use(url)
        	}
        	use(url)
        }
        """,
        """
        func TestX(t *testing.T) {
        	url := "a"
        	{
        		url := "b"
        		use(url)
        	}
        	use(url)
        }
        """,
    ),
    "switch": (
        """
        func TestX(t *testing.T) {
        	switch mode {
        	case "cluster":
        		live()
        	case "local", "repo":
        		check()
        	default:
        		t.Fatal(mode)
        	}
        }
        """,
        """
        func TestX(t *testing.T) {
        	check()
        }
        """,
    ),
    "a mode of the if's own": (
        """
        func TestX(t *testing.T) {
        	if m := os.Getenv("INTEGRATION_MODE"); m == "cluster" {
        		live()
        	}
        	check()
        }
        """,
        """
        func TestX(t *testing.T) {
        	check()
        }
        """,
    ),
    "an early return": (
        """
        func client(t *testing.T) client {
        	if mode != "cluster" {
        		return fake()
        	}
        	c, err := dial(os.Getenv("ADDR"))
        	if err != nil {
        		t.Fatal(err)
        	}
        	return c
        }

        func TestX(t *testing.T) { client(t) }
        """,
        """
        func client(t *testing.T) client {
        	return fake()
        }

        func TestX(t *testing.T) { client(t) }
        """,
    ),
    "helpers, and tests that only a cluster runs": (
        """
        const clusterMode = "cluster"

        func isCluster() bool { return strings.EqualFold(mode, clusterMode) }

        // needsCluster skips.
        func needsCluster(t *testing.T) {
        	t.Helper()
        	if !isCluster() {
        		t.Skipf("needs %s", "one")
        	}
        }

        // TestLive is live.
        func TestLive(t *testing.T) {
        	needsCluster(t)
        	live()
        }

        func TestX(t *testing.T) {
        	t.Run("live", func(t *testing.T) {
        		if !isCluster() {
        			t.Skip()
        		}
        		live()
        	})
        	t.Run("mocked", func(t *testing.T) {
        		check(isCluster())
        	})
        }
        """,
        """
        func TestX(t *testing.T) {
        	t.Run("mocked", func(t *testing.T) {
        		check(false)
        	})
        }
        """,
    ),
    "what only the cluster's side used": (
        """
        var address = os.Getenv("ADDR")

        func live(t *testing.T, address string) {}

        func TestX(t *testing.T) {
        	token := "secret"
        	names := read(t)
        	if mode == "cluster" {
        		live(t, address+token+names)
        	}
        	check()
        }
        """,
        """
        func TestX(t *testing.T) {
        	_ = read(t)
        	check()
        }
        """,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), FOLDED.values(), ids=FOLDED)
def test_folds(code: str, expected: str) -> None:
    assert folded(code) == (textwrap.dedent(expected).lstrip(), [])


KEPT = {
    "a third mode": (
        'if mode == "staging" {\n\t\tlive()\n\t}',
        ["x_test.go:10: INTEGRATION_MODE is used in a way that is not known here: take it out by hand"],
    ),
    "what is printed": (
        "t.Log(mode)", ["x_test.go:10: INTEGRATION_MODE is used in a way that is not known here: take it out by hand"]
    ),
    "a case each": (
        'switch mode {\n\tcase "local":\n\t\tone()\n\tcase "repo":\n\t\ttwo()\n\t}',
        ["x_test.go:16: the modes without a cluster have a case each: say which of them phase 2 is"],
    ),
    "fallthrough": (
        'switch mode {\n\tcase "local":\n\t\tone()\n\t\tfallthrough\n\tcase "cluster":\n\t\ttwo()\n\t}',
        ["x_test.go:13: a `break` or `fallthrough` stands in the middle of the case that stays"],
    ),
    "a mode of the if's own that is used": (
        'if m := os.Getenv("INTEGRATION_MODE"); m != "cluster" {\n\t\tt.Log(m)\n\t}',
        ["x_test.go:11: what the `if` sets is used beyond its condition: set it before"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), KEPT.values(), ids=KEPT)
def test_what_cannot_be_told_is_left_and_said(code: str, expected: list[str]) -> None:
    body = f"func TestX(t *testing.T) {{\n\t{code}\n}}\n"
    new, told = folded(body)
    assert told == expected
    assert new is not None
    assert new.endswith(body)


def test_names_are_followed_through_packages() -> None:
    files = {
        "go.mod": "module example.com/shop\n",
        "testsupport/integrationmode/mode.go": (
            'package integrationmode\n\nimport "os"\n\n// Is says it.\nfunc Is(word string) bool { return Mode() == word }\n\n'
            '// Mode says it.\nfunc Mode() string { return os.Getenv("INTEGRATION_MODE") }\n'
        ),
        "cart/x_test.go": (
            '//go:build integration\n\npackage cart\n\nimport (\n\t"testing"\n\n'
            '\t"example.com/shop/testsupport/integrationmode"\n)\n\n'
            'func TestX(t *testing.T) {\n\tif integrationmode.Mode() == "cluster" {\n\t\tlive()\n\t}\n\tcheck()\n}\n'
        ),
    }
    changed = after("modes", E2E | files)
    assert changed["cart/x_test.go"] == (
        '//go:build integration\n\npackage cart\n\nimport (\n\t"testing"\n)\n\nfunc TestX(t *testing.T) {\n\tcheck()\n}\n'
    )
