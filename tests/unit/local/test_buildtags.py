"""Which phase a Go file belongs to, by its constraints; the cases follow what Go itself does with such files."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.local.rules import buildtags, constraint
from testrun.local.rules.buildtags import Runs
from testrun.local.rules.constraint import All, Any, ConstraintError, Not, Tag

PACKAGE = "\n\npackage shop\n"
BOTH = Runs.UNIT | Runs.INTEGRATION

HEADS = {
    "no constraint": ("package shop\n", BOTH),
    "an empty file": ("", BOTH),
    "integration": ("//go:build integration" + PACKAGE, Runs.INTEGRATION),
    "not integration": ("//go:build !integration" + PACKAGE, Runs.UNIT),
    "ignore": ("//go:build ignore" + PACKAGE, Runs.NOWHERE),
    "an unknown tag": ("//go:build e2e" + PACKAGE, Runs.NOWHERE),
    "not an unknown tag": ("//go:build !e2e" + PACKAGE, BOTH),
    "integration and an unknown tag": ("//go:build integration && e2e" + PACKAGE, Runs.NOWHERE),
    "integration or an unknown tag": ("//go:build integration || e2e" + PACKAGE, Runs.INTEGRATION),
    "and binds tighter than or": ("//go:build e2e && linux || integration" + PACKAGE, Runs.INTEGRATION),
    "parentheses": ("//go:build !(integration || e2e) && (linux||darwin)" + PACKAGE, Runs.UNIT),
    "another platform": ("//go:build plan9 && arm64" + PACKAGE, BOTH),
    "integration on another platform": ("//go:build integration && windows" + PACKAGE, Runs.INTEGRATION),
    "no platform": ("//go:build linux && windows" + PACKAGE, Runs.NOWHERE),
    "no processor": ("//go:build amd64 && arm64" + PACKAGE, Runs.NOWHERE),
    "a platform of no kind": ("//go:build unix && windows" + PACKAGE, Runs.NOWHERE),
    "android is linux too": ("//go:build linux && android" + PACKAGE, BOTH),
    "ios is darwin too": ("//go:build darwin && ios" + PACKAGE, BOTH),
    "neither of two platforms": ("//go:build !linux && !darwin" + PACKAGE, BOTH),
    "no unix": ("//go:build !unix" + PACKAGE, BOTH),
    "cgo": ("//go:build cgo && !race" + PACKAGE, BOTH),
    "an old release": ("//go:build !go1.18" + PACKAGE, BOTH),
    "a release to come": ("//go:build go1.99" + PACKAGE, BOTH),
    "an experiment": ("//go:build goexperiment.synctest && arm64.v8.1 && gccgo" + PACKAGE, BOTH),
    "another word that begins as the tag": ("//go:build integration_slow" + PACKAGE, Runs.NOWHERE),
    "with a byte order mark": ("\ufeff//go:build integration" + PACKAGE, Runs.INTEGRATION),
    "with carriage returns": ("//go:build integration\r\n\r\npackage shop\r\n", Runs.INTEGRATION),
    "tabs and no blank line": ("//go:build\tintegration\t\npackage shop\n", Runs.INTEGRATION),
    "indented": ("  //go:build integration" + PACKAGE, Runs.INTEGRATION),
    "below a license": ("// Copyright Ameide.\n//\n// All rights.\n\n//go:build integration" + PACKAGE, Runs.INTEGRATION),
    "below a block comment": ("/* Copyright\n   Ameide */\n//go:build integration" + PACKAGE, Runs.INTEGRATION),
    "behind a block comment": ("/* Copyright */ //go:build e2e" + PACKAGE, BOTH),
    "inside a block comment": ("/*\n//go:build e2e\n*/" + PACKAGE, BOTH),
    "behind the package clause": ("package shop\n\n//go:build e2e\n", BOTH),
    "behind the package clause on its line": ("/* */ package shop\n//go:build e2e\n", BOTH),
    "with a space, a plain comment": ("// go:build e2e" + PACKAGE, BOTH),
    "a longer word, a plain comment": ("//go:builder e2e" + PACKAGE, BOTH),
    "in a string": ("package shop\n\nconst s = `\n//go:build e2e\n`\n", BOTH),
    "old": ("// +build integration" + PACKAGE, Runs.INTEGRATION),
    "old without a space": ("//+build integration" + PACKAGE, Runs.INTEGRATION),
    "old, a space is or": ("// +build e2e integration" + PACKAGE, Runs.INTEGRATION),
    "old, a comma is and": ("// +build e2e,integration linux,!integration" + PACKAGE, Runs.UNIT),
    "old, lines are and": ("// +build integration\n// +build e2e" + PACKAGE, Runs.NOWHERE),
    "old, a double negation is ignore": ("// +build !!integration" + PACKAGE, Runs.NOWHERE),
    "old, a wrong term is ignore": ("// +build a-b integration" + PACKAGE, Runs.INTEGRATION),
    "old, empty": ("// +build" + PACKAGE, Runs.NOWHERE),
    "old, part of the package's comment": ("// +build e2e\npackage shop\n", BOTH),
    "old, below a block comment": ("/* Copyright */\n// +build e2e" + PACKAGE, BOTH),
    "old, too long to be one": ("// +build " + "e2e " * 102 + PACKAGE, BOTH),
    "new before old": ("//go:build integration\n// +build e2e" + PACKAGE, Runs.INTEGRATION),
    "a letter of another script": ("//go:build größe" + PACKAGE, Runs.NOWHERE),
}


@pytest.mark.parametrize(("head", "expected"), HEADS.values(), ids=HEADS.keys())
def test_a_head(head, expected):
    assert buildtags.runs("shop/cart_test.go", head.encode()) == expected


def test_bytes_that_are_no_text():
    assert buildtags.runs("a_test.go", b"// \xff\xfe caf\xe9\n//go:build integration\n\npackage a\n") is Runs.INTEGRATION


NAMES = {
    "plain": ("cart_test.go", "", BOTH),
    "a system": ("cart_windows_test.go", "", BOTH),
    "a system and a processor": ("cart_plan9_arm64_test.go", "", BOTH),
    "a system, and a constraint that it meets": ("cart_linux_test.go", "linux", BOTH),
    "a system, and one that it never meets": ("cart_windows_test.go", "linux", Runs.NOWHERE),
    "a system that is another too": ("cart_linux_test.go", "android", BOTH),
    "a processor, and one that it never meets": ("cart_amd64_test.go", "arm64", Runs.NOWHERE),
    "both, and a constraint that they never meet": ("cart_linux_amd64_test.go", "integration && linux && !amd64", Runs.NOWHERE),
    "both, for phase 2": ("cart_linux_amd64_test.go", "integration && linux && amd64", Runs.INTEGRATION),
    "the other way round only the last counts": ("cart_amd64_linux_test.go", "linux && arm64", BOTH),
    "nothing before the underscore counts": ("linux_test.go", "windows", BOTH),
    "unix is no name": ("cart_unix_test.go", "windows", BOTH),
    "an unknown word is none": ("cart_integration_test.go", "", BOTH),
    "in a folder of that name": ("cmd_windows/cart_test.go", "linux", BOTH),
    "what follows a dot does not count": ("cart.x_windows_test.go", "linux", BOTH),
}  # fmt: skip


@pytest.mark.parametrize(("path", "wanted", "expected"), NAMES.values(), ids=NAMES.keys())
def test_a_name(path, wanted, expected):
    head = f"//go:build {wanted}{PACKAGE}" if wanted else "package shop\n"
    assert buildtags.runs(path, head.encode()) == expected


@pytest.mark.parametrize(
    ("runs", "phase"),
    [(BOTH, Runs.UNIT), (Runs.UNIT, Runs.UNIT), (Runs.INTEGRATION, Runs.INTEGRATION), (Runs.NOWHERE, Runs.NOWHERE)],
    ids=["both", "unit", "integration", "nowhere"],
)
def test_phase_2_runs_only_what_needs_its_tag(runs, phase):
    assert runs.phase is phase


REFUSED = {
    "empty": ("", "the //go:build line ends too early"),
    "half an and": ("a &&", "the //go:build line ends too early"),
    "one sign of an and": ("a & b", "the //go:build line has an unexpected '&'"),
    "a comma": ("a, b", "the //go:build line has an unexpected ','"),
    "two tags": ("a b", "the //go:build line has an unexpected 'b'"),
    "twice not": ("!!a", "the //go:build line has a double negation"),
    "no closing parenthesis": ("(a || b", "the //go:build line has no closing parenthesis"),
    "no opening parenthesis": ("a)", "the //go:build line has an unexpected ')'"),
    "nothing in parentheses": ("()", "the //go:build line has an unexpected ')'"),
    "a comment behind it": ("a // why", "the //go:build line has an unexpected '/'"),
    "too long": ("a" + " && a" * 1000, "the //go:build line has more than 1000 terms"),
    "too deep": ("(" * 100_000, "the //go:build line has more than 50 parentheses in each other"),
}


@pytest.mark.parametrize(("line", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_go_refuses_is_refused(line, why):
    with pytest.raises(ConstraintError) as refused:
        buildtags.runs("a_test.go", f"//go:build {line}{PACKAGE}".encode())
    assert str(refused.value) == why


def test_two_lines_are_refused():
    with pytest.raises(ConstraintError, match="more than one"):
        buildtags.runs("a_test.go", f"//go:build a\n//go:build b{PACKAGE}".encode())


def test_an_expression():
    assert constraint.parse("!(a||b) && c.d") == All(terms=(Not(term=Any(terms=(Tag(name="a"), Tag(name="b")))), Tag(name="c.d")))


@given(
    st.recursive(
        st.sampled_from(["integration", "e2e", "True"]),
        lambda inner: (
            st.tuples(inner, st.sampled_from([" && ", "||"]), inner).map("".join)
            | inner.map("({})".format)
            | inner.map("!({})".format)
        ),
        max_leaves=12,
    ),
    st.booleans(),
)
def test_an_expression_means_what_python_makes_of_it(line, integration):
    told = line.replace("True", "go1.99")  # may be true; together with itself nothing else is asked of it
    python = line.replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    values = {eval(python.replace("True", value), {"integration": integration, "e2e": False}) for value in ("True", "False")}
    build = Runs.INTEGRATION if integration else Runs.UNIT
    found = build in buildtags.runs("a_test.go", f"//go:build {told}{PACKAGE}".encode())
    # Each mention of an open tag is open by itself, so that the answer may be yes more often, never less.
    assert found or True not in values
    if "True" not in line:
        assert found == (True in values)


@given(st.text(alphabet="ab!&|() ,integration\t", max_size=40))
def test_any_line_is_read_or_refused(line):
    with contextlib.suppress(ConstraintError):
        constraint.parse(line)


@pytest.mark.parametrize(
    "head",
    ["//" + " " * 2_000_000, "//go:build " + " " * 2_000_000 + "a", "/*" * 1_000_000, "// +build " * 200_000, "\n" * 2_000_000],
    ids=["spaces", "a late tag", "comments", "old lines in one", "lines"],
)
def test_a_huge_head_is_read_once(head):
    before = time.process_time()
    buildtags.runs("a_test.go", head.encode())
    assert time.process_time() - before < 2
