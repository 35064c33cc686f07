"""``go test -json``, translated line by line: what Go says, and what becomes of it as test cases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from testrun.core import events
from testrun.core.ledger import PodLedger
from testrun.core.model import Case, CaseStatus
from testrun.core.phases import Phase
from testrun.local import process, results
from testrun.local.tools import go
from testrun.local.tools.go_select import Function, Functions, Selection

MODULE = "example.com/shop"


def function(file: str, line: int = 12) -> Function:
    return Function(file=f"services/cart/{file}", line=line, phase=Phase.UNIT)


CART: Functions = {"services/cart": {"TestTotal": [function("cart_test.go")]}}
BOTH_HALVES: Functions = {"services/cart": {"TestTotal": [function("cart_test.go"), function("outside_test.go", 30)]}}


def line(action: str, test: str = "", output: str = "", package: str = MODULE, **more: Any) -> dict[str, Any]:
    body = {"Time": "2026-11-25T12:00:00.5Z", "Action": action, "Package": package, "Test": test, "Output": output}
    return {key: value for key, value in (body | more).items() if value != ""}


def cases(*lines: dict[str, Any] | str, code: int = 0, functions: Functions = CART) -> list[Case]:
    """The cases of a run that told these lines and ended with that code."""
    translator = go.Translator(folder="services/cart", module=MODULE, functions=functions, clock=lambda: 1)
    ledger = PodLedger("go-services-cart", 0)
    begin = {"type": "begin", "v": events.VERSION, "time": 1, "index": 0, "shards": 1, "uid": "run"}
    told: list[dict[str, Any]] = [begin]
    for each in lines:
        told += translator.feed((each if isinstance(each, str) else json.dumps(each)).encode())
    told += translator.close()
    for event in told:
        ledger.feed(json.dumps(event).encode())
    assert ledger.contradictions == ()
    ended = process.Ended(code=code)
    found = results.settle("go services/cart", "go", ledger, ended, frozenset({0}), None, "")
    return list(translator.known(found))


def told(found: list[Case]) -> list[tuple[str, str, str]]:
    return [(case.name, str(case.status), case.message) for case in found]


def test_a_test_has_its_file_and_line():
    (case,) = cases(line("run", "TestTotal"), line("pass", "TestTotal", Elapsed=0.25), line("pass"))
    assert (case.file, case.line, case.title, case.status, case.duration) == (
        "services/cart/cart_test.go", 12, ("TestTotal",), CaseStatus.PASSED, 0.25,
    )  # fmt: skip


def test_a_failure_says_what_the_test_said():
    found = cases(
        line("run", "TestTotal"),
        line("output", "TestTotal", "=== RUN   TestTotal\n"),
        line("output", "TestTotal", "    cart_test.go:14: got 3, want 4\n"),
        line("output", "TestTotal", "--- FAIL: TestTotal (0.00s)\n"),
        line("fail", "TestTotal", Elapsed=0),
        line("fail"),
        code=1,
    )
    assert told(found) == [("TestTotal", "failed", "cart_test.go:14: got 3, want 4")]


def test_a_test_that_only_holds_subtests_is_not_counted():
    found = cases(
        line("run", "TestTotal"), line("run", "TestTotal/empty"), line("run", "TestTotal/full"),
        line("pass", "TestTotal/empty"), line("output", "TestTotal/full", "x_test.go:1: no"), line("fail", "TestTotal/full"),
        line("fail", "TestTotal"), line("fail"), code=1,
    )  # fmt: skip
    assert told(found) == [("TestTotal › empty", "passed", ""), ("TestTotal › full", "failed", "x_test.go:1: no")]


def test_a_subtest_whose_name_begins_with_that_of_another_is_not_in_it():
    """t.Run("a", …) and then t.Run("a/b", …)."""
    found = cases(
        line("run", "TestTotal"), line("run", "TestTotal/a"), line("pass", "TestTotal/a"),
        line("run", "TestTotal/a/b"), line("pass", "TestTotal/a/b"), line("pass", "TestTotal"), line("pass"),
    )  # fmt: skip
    assert told(found) == [("TestTotal › a", "passed", ""), ("TestTotal › a › b", "passed", "")]


@pytest.mark.parametrize("ends", ["pass", "fail"])
def test_nor_is_it_while_the_tests_run(ends: str):
    translator = go.Translator(folder="services/cart", module=MODULE, functions=CART, clock=lambda: 1)
    for each in (
        line("run", "TestTotal"), line("run", "TestTotal/full"), line(ends, "TestTotal/full"), line(ends, "TestTotal"),
        line("run", "TestAlone"), line(ends, "TestAlone"),
    ):  # fmt: skip
        list(translator.feed(json.dumps(each).encode()))
    assert translator.left_out == {ends: 1}


def test_one_that_fails_by_itself_is_counted_while_the_tests_run():
    translator = go.Translator(folder="services/cart", module=MODULE, functions=CART, clock=lambda: 1)
    for each in (
        line("run", "TestTotal"), line("run", "TestTotal/full"), line("pass", "TestTotal/full"), line("fail", "TestTotal"),
    ):  # fmt: skip
        list(translator.feed(json.dumps(each).encode()))
    assert translator.left_out == {}


def test_a_subtest_that_waits_for_its_turn_holds_no_other():
    """The same, with t.Parallel in the first, which then fails."""
    found = cases(
        line("run", "TestTotal"), line("run", "TestTotal/a"), line("pause", "TestTotal/a"),
        line("run", "TestTotal/a/b"), line("output", "TestTotal/a/b", "x_test.go:1: no"), line("fail", "TestTotal/a/b"),
        line("cont", "TestTotal/a"), line("output", "TestTotal/a", "x_test.go:2: no"), line("fail", "TestTotal/a"),
        line("fail", "TestTotal"), line("fail"), code=1,
    )  # fmt: skip
    assert told(found) == [("TestTotal › a", "failed", "x_test.go:2: no"), ("TestTotal › a › b", "failed", "x_test.go:1: no")]


def test_both_halves_of_a_package_may_have_a_test_of_one_name():
    """The packages cart and cart_test: Go says the name twice."""
    found = cases(
        line("run", "TestTotal"), line("pass", "TestTotal"),
        line("run", "TestTotal"), line("run", "TestTotal/full"), line("output", "TestTotal/full", "outside_test.go:31: no"),
        line("fail", "TestTotal/full"), line("fail", "TestTotal"), line("fail"), code=1, functions=BOTH_HALVES,
    )  # fmt: skip
    assert [(case.file, case.line, case.name, str(case.status)) for case in found] == [
        ("services/cart/cart_test.go", 12, "TestTotal", "passed"),
        ("services/cart/outside_test.go", 30, "TestTotal › full", "failed"),
    ]


def test_both_halves_at_once():
    found = cases(
        line("run", "TestTotal"), line("pause", "TestTotal"), line("run", "TestTotal"), line("pause", "TestTotal"),
        line("cont", "TestTotal"), line("cont", "TestTotal"), line("pass", "TestTotal"), line("fail", "TestTotal"), line("fail"),
        code=1, functions=BOTH_HALVES,
    )  # fmt: skip
    assert sorted(str(case.status) for case in found) == ["failed", "passed"]


def test_a_test_that_fails_after_its_subtests_passed_is_counted():
    found = cases(
        line("run", "TestTotal"), line("run", "TestTotal/empty"), line("pass", "TestTotal/empty"),
        line("output", "TestTotal", "x_test.go:9: left over"), line("fail", "TestTotal"), line("fail"), code=1,
    )  # fmt: skip
    assert told(found) == [("TestTotal", "failed", "x_test.go:9: left over"), ("TestTotal › empty", "passed", "")]


def test_a_skipped_test_keeps_its_reason():
    found = cases(
        line("run", "TestTotal"), line("output", "TestTotal", "    x_test.go:3: needs a printer\n"), line("skip", "TestTotal"),
        line("pass"),
    )  # fmt: skip
    assert told(found) == [("TestTotal", "skipped", "x_test.go:3: needs a printer")]


def test_a_panic_names_the_test_that_ran():
    found = cases(
        line("run", "TestTotal"), line("output", "TestTotal", "panic: boom\n"), line("output", "", "FAIL\n"), line("fail"), code=1
    )  # fmt: skip
    assert told(found) == [("TestTotal", "failed", "was running when its package ended: panic: boom")]


@pytest.mark.parametrize("code", [0, 3])
def test_a_test_that_ends_the_process_is_never_green(code: int):
    """os.Exit(0): Go itself says that the package failed, or nothing at all."""
    found = cases(line("run", "TestTotal"), line("output", "TestTotal", "=== RUN   TestTotal\n"), code=code)
    early = ", which no test may make it do: take syscall.Exit out of the tests" if code == 0 else ""
    assert told(found) == [("TestTotal", "errored", f"was running when go ended with exit code {code}{early}")]


def test_a_pass_that_is_the_packages_and_not_the_tests_is_none():
    """syscall.Exit(0): the process is gone in the middle of a test, and go takes its exit code 0 for the test's own end."""
    found = cases(
        line("run", "TestTotal"),
        line("output", "TestTotal", f"ok  \t{MODULE}\t0.012s\n"),
        line("pass", "TestTotal", Elapsed=0.012),
    )
    why = "was running when go ended with exit code 0, which no test may make it do: take syscall.Exit out of the tests"
    assert told(found) == [("TestTotal", "errored", why)]


def test_a_package_that_passes_without_its_tests_is_not_green():
    """os.Exit(0) in a TestMain."""
    found = cases(line("start"), line("output", "", f"ok  \t{MODULE}\t0.005s\n"), line("pass"))
    why = f"{MODULE} ended with exit code 0 before any of its tests began: call m.Run in its TestMain"
    assert told(found) == [("services/cart/cart_test.go", "errored", why)]


def test_words_like_those_of_go_are_not_believed():
    """A TestMain that prints its own reason, and ends with os.Exit(0)."""
    found = cases(line("start"), line("output", "", "testing: warning: no tests to run without -db\n"), line("pass"))
    assert [case.status for case in found] == [CaseStatus.ERRORED]


def test_a_folder_may_be_called_as_a_test_package():
    """The import path of a folder api_test keeps its end."""
    functions = {"services/cart/api_test": {"TestApi": [function("api_test/a_test.go", 3)]}}
    package = f"{MODULE}/api_test"
    (ran,) = cases(
        line("run", "TestApi", package=package), line("pass", "TestApi", package=package), line("pass", package=package),
        functions=functions,
    )  # fmt: skip
    (none,) = cases(line("pass", package=package), functions=functions)
    assert (ran.file, ran.line, none.status) == ("services/cart/api_test/a_test.go", 3, CaseStatus.ERRORED)


NOTHING_TO_RUN = line("output", "", "testing: warning: no tests to run\n")


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((NOTHING_TO_RUN, line("pass")), id="go says that there are none to run"),
        pytest.param((line("pass", package="example.com/shop/other"),), id="the package has no tests"),
    ],
)
def test_a_package_without_tests_passes(lines: tuple[dict[str, Any], ...]):
    assert cases(*lines) == []


def test_a_test_that_its_timeout_ended_has_no_end_and_leaves_its_stacks():
    translator = go.Translator(folder="services/cart", module=MODULE, functions=CART, clock=lambda: 1)
    lines = (
        line("run", "TestTotal"),
        line("output", "TestTotal", "panic: test timed out after 4s\n\trunning tests:\n\t\tTestTotal (4s)\n"),
        line("fail"),
    )
    types = [event["type"] for each in lines for event in translator.feed(json.dumps(each).encode())]
    assert (types, translator.timed_out.splitlines()[0]) == (["plan", "start"], "panic: test timed out after 4s")


def test_what_a_test_printed_is_not_what_it_complains_of():
    found = cases(
        line("run", "TestTotal"),
        line("output", "TestTotal", '{"Action":"pass","Test":"TestTotal"}\n'),
        line("output", "TestTotal", "    cart_test.go:14: got 3, want 4\n"),
        line("fail", "TestTotal", Elapsed=0),
        line("fail"),
        code=1,
    )
    assert told(found) == [("TestTotal", "failed", "cart_test.go:14: got 3, want 4")]


def test_a_package_that_does_not_compile():
    found = cases(
        {"ImportPath": f"{MODULE} [{MODULE}.test]", "Action": "build-output", "Output": "# example.com/shop\n"},
        {"ImportPath": f"{MODULE} [{MODULE}.test]", "Action": "build-output", "Output": "./cart_test.go:5:2: undefined: x\n"},
        {"ImportPath": f"{MODULE} [{MODULE}.test]", "Action": "build-fail"},
        line("output", "", f"FAIL\t{MODULE} [build failed]\n"),
        line("fail", FailedBuild=f"{MODULE} [{MODULE}.test]"),
        code=1,
    )
    (case,) = found
    assert (case.file, case.line, case.status, case.kind) == ("services/cart/cart_test.go", 5, CaseStatus.ERRORED, "LoadError")
    assert case.message == "example.com/shop does not compile: ./cart_test.go:5:2: undefined: x"


def test_a_package_that_fails_outside_its_tests():
    found = cases(
        line("run", "TestTotal"), line("pass", "TestTotal"), line("output", "", "setting up: no database\n"), line("fail"), code=1
    )  # fmt: skip
    assert told(found)[0][2] == "example.com/shop failed outside its tests: setting up: no database"


def test_a_package_that_ends_with_an_exit_code_of_its_own():
    """os.Exit(3) in a TestMain."""
    found = cases(line("output", "", "exit status 3\n"), line("output", "", f"FAIL\t{MODULE}\t0.008s\n"), line("fail"), code=1)
    assert told(found)[0][2].partition("\n")[0] == "example.com/shop failed outside its tests (exit status 3)"


def test_what_is_no_line_of_go_is_let_through():
    found = cases(
        "go: downloading example.com/x v1.0.0", "[]", "{", line("run", "TestTotal"), line("pass", "TestTotal"), line("pass")
    )
    assert told(found) == [("TestTotal", "passed", "")]


def test_no_package_has_tests():
    assert cases(line("output", "", "?   \texample.com/shop\t[no test files]\n"), line("skip")) == []


def test_with_something_excluded_the_other_packages_are_named():
    command = go.unit_command("services/cart", ["services/cart", "services/cart/price"], launcher=[], seconds=60)
    assert command == ["go", "test", "-json", "-count=1", "-timeout=60s", ".", "./price"]


@pytest.mark.parametrize(
    ("words", "value"),
    [(["/usr/bin/python3", "-I"], "/usr/bin/python3 -I"), (["/a folder/python3", "it's"], '"/a folder/python3" "it\'s"')],
)
def test_the_launcher_is_quoted_as_go_splits_it(words: list[str], value: str):
    assert go.unit_command("services/cart", None, launcher=words, seconds=60) == [
        "go", "test", "-json", "-count=1", "-timeout=60s", f"-exec={value}", "./...",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(folders=["services/cart/store", "services/cart"]), [".", "./store"]),
        (Selection(folders=["services/cart"], names={"TestB", "TestA"}, others={"TestC"}), ["-run=^(TestA|TestB)$", "."]),
    ],
    ids=["all tests of its packages", "some"],
)
def test_the_integration_tests_that_are_selected(selection: Selection, words: list[str]):
    command = go.integration_command(selection, "services/cart", launcher=[], seconds=60)
    assert command == ["go", "test", "-json", "-count=1", "-timeout=60s", "-tags=integration", *words]
