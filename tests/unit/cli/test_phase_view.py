"""What a person sees of the four phases: while they run, in a log, and at the end."""

from __future__ import annotations

import dataclasses

from testrun.cli import phase_view
from testrun.cli.phase_view import Failure, Row, Scene, Work
from testrun.core import phases
from testrun.core.model import Case, CaseStatus, Counts, RunningTest, ShardProgress
from testrun.core.phases import Phase

POLICY = Row(phase=Phase.POLICY, result="Passed", message="9 of 9 checks passed", counts=Counts(tests=9, passed=9), seconds=1.25)
UNIT = Row(
    phase=Phase.UNIT, result="Failed", message="1 of 12 tests failed", counts=Counts(tests=12, passed=11, failed=1), seconds=65,
    failures=[Failure(name="TestTotal › full", place="cart_test.go:14 · go services/cart", message="got 3, want 4\nsecond\n")],
    failure_count=1,
)  # fmt: skip
BEHIND = "phase 1 (unit) is Failed: 1 of 12 tests failed"
SKIPPED = [Row(phase=each, result=phases.NOT_RUN, message=BEHIND) for each in (Phase.INTEGRATION, Phase.E2E)]
RUNNING = RunningTest(title="TestTotal › full", file="a", project="", since_ms=1000)
CART = Work(
    name="go services/cart", progress=ShardProgress(index=0, planned=3, passed=2, failed=1, running=(RUNNING,)), state="running"
)
WEB = Work(name="jest web", progress=ShardProgress(index=0), state="waiting")


def lines(found: list) -> list[str]:
    return [line.plain.rstrip() for line in found]


def test_the_end_is_one_table_the_failures_and_where_the_evidence_is():
    assert lines(phase_view.result([POLICY, UNIT, *SKIPPED], folder="artifacts/x", hints=["Next: mend it"])) == [
        "PHASE           RESULT   TESTS   PASSED   FAILED   ERRORED   SKIPPED   FLAKY   TIME",
        "0 policy        Passed   9       9        0        0         0         0       1.2 s",
        "1 unit          Failed   12      11       1        0         0         0       1 m 05 s",
        "2 integration   NotRun   -       -        -        -         -         -",
        "3 e2e           NotRun   -       -        -        -         -         -",
        "",
        "phase 1 (unit): 1 of 12 tests failed",
        "  ✗ TestTotal › full  cart_test.go:14 · go services/cart",
        "      got 3, want 4",
        "      second",
        "",
        "phase 2 (integration) did not run: phase 1 (unit) is Failed",
        "phase 3 (e2e) did not run: phase 1 (unit) is Failed",
        "",
        "Evidence: artifacts/x",
        "Next: mend it",
    ]


def test_what_the_headline_says_is_not_said_again():
    why = "no unit test was found"
    row = Row(
        phase=Phase.UNIT, result="Errored", message=why, failures=[Failure(name="unit", place="", message=why)], failure_count=1
    )
    assert lines(phase_view.result([row], folder="x"))[3:] == [f"phase 1 (unit): {why}", "", "Evidence: x"]
    named = dataclasses.replace(row, failures=[Failure(name="adds", place="a.py:1", message=why)])
    assert lines(phase_view.result([named], folder="x"))[3:5] == [f"phase 1 (unit): {why}", "  ✗ adds  a.py:1"]


def test_failures_that_are_not_shown_are_counted():
    red = [Case(shard=0, file="a.py", project="pytest .", title=(f"t{n}",), status=CaseStatus.FAILED, line=n) for n in range(30)]
    shown, count = phase_view.failures_of([*red, Case(shard=0, file="", project="", title=("ok",), status=CaseStatus.PASSED)])
    assert (len(shown), count, shown[1].place) == (20, 30, "a.py:1 · pytest .")
    row = Row(phase=Phase.UNIT, result="Failed", message="", failures=shown, failure_count=count)
    assert "  … and 10 more in its junit.xml" in lines(phase_view.result([row], folder="x"))


def test_the_picture_while_a_phase_runs():
    scene = Scene(asked=phases.LOCAL, over=[POLICY], phase=Phase.UNIT, work=[CART, WEB], phase_seconds=7, now_ms=4200)
    assert lines(phase_view.frame(scene, width=100, height=20)) == [
        "0 policy      Passed  9 of 9 checks passed  1.2 s",
        "1 unit        running  0:07",
        "    go services/cart  2 passed  1 failed  TestTotal › full 3 s",
        "    jest web          waiting",
        "2 integration waiting",
        "3 e2e         not asked for",
    ]


def test_the_picture_fits_the_terminal():
    scene = Scene(asked=phases.LOCAL, phase=Phase.UNIT, work=[CART] * 50, phase_seconds=7)
    picture = phase_view.frame(scene, width=30, height=12)
    assert len(picture) <= 12
    assert all(line.cell_len < 30 for line in picture)


def test_the_lines_of_a_log():
    assert phase_view.told(UNIT) == "phase 1 unit: Failed: 1 of 12 tests failed (1 m 05 s)"
    scene = Scene(asked=phases.LOCAL, phase=Phase.UNIT, work=[CART, WEB])
    assert phase_view.counts_line(scene) == "phase 1 unit: 2 passed; 1 failed; running go services/cart"
    assert phase_view.counts_line(Scene(asked=phases.LOCAL)) == ""


def test_what_tests_print_moves_no_cursor():
    evil = Failure(name="a\x1b[2Jb\r", place="c\x07", message="\x1b]0;t\x07d\n\x9be")
    row = Row(phase=Phase.UNIT, result="Failed", message="m\x1b[1m", failures=[evil], failure_count=1)
    shown = "\n".join(line.plain for line in phase_view.result([row], folder="x\x1b[0m"))
    assert not [c for c in shown if not c.isprintable() and c != "\n"]
