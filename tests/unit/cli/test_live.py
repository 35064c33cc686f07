"""Golden texts: what a person sees while a run goes on, on a terminal and in a log."""

from __future__ import annotations

import io

import build
import pytest
from rich.console import Console
from unit.cli import test_view
from unit.cli.test_view import plain

from testrun.cli import live, run, screen
from testrun.core import model


def running(title: str, since: float = -2) -> model.RunningTest:
    return model.RunningTest(title=title, file="a.spec.ts", project="desktop", since_ms=int(build.at(since).timestamp() * 1000))


def make_scene(*shards: model.ShardProgress, followed: float = 5, trouble: str = "", **changes: object) -> live.Scene:
    progress = model.Progress(run=build.RUN, version=1, shards=shards) if shards else None
    return live.Scene(run=test_view.make_run(**changes), progress=progress, followed=followed, trouble=trouble)  # type: ignore[arg-type]


BUSY = make_scene(
    model.ShardProgress(index=0, planned=12, passed=3, failed=1, running=(running("cart › adds an item"), running("b", 1))),
    model.ShardProgress(index=1, planned=8, passed=7, skipped=1, flaky=1, exit=model.ShardExit(code=0)),
    shards_wanted=3,
)


def frame(scene: live.Scene, *, width: int = 120, height: int = 30) -> str:
    return plain(live.frame(scene, build.NOW, width=width, height=height))


def test_a_picture_of_a_run() -> None:
    assert (
        frame(BUSY)
        == """\
shop/shop  Running  0:58  12 of 20 tests, 10 passed, 1 failed, 1 skipped, 1 flaky
  shard 0  ━━━━━───────────   4/12   3 passed   1 failed  cart › adds an item 2 s; b 0 s
  shard 1  ━━━━━━━━━━━━━━━━   8/8    7 passed   0 failed   1 flaky  passed
  shard 2  waiting"""
    )


def test_without_the_server_the_status_is_shown() -> None:
    noted = (
        run.Shard(index=0, attempts=1, counts=model.Counts(tests=4, passed=2)),
        run.Shard(index=1, result="Errored", attempts=2, counts=model.Counts(tests=4, passed=1, errored=3)),
    )
    assert (
        frame(make_scene(shards=noted))
        == """\
shop/shop  Running  0:58  6 of 8 tests, 3 passed, 3 failed
  shard 0  ━━━━━━━━────────  2/4  2 passed  0 failed
  shard 1  ━━━━━━━━━━━━━━━━  4/4  1 passed  3 failed  Errored"""
    )


def test_a_narrow_terminal_cuts_lines() -> None:
    lines = frame(BUSY, width=40).splitlines()
    assert lines[1] == "  shard 0  ━━━━━───────────   4/12   3…"
    assert max(map(len, lines)) == 39


def test_a_low_terminal_shows_the_shards_that_say_most() -> None:
    many = [model.ShardProgress(index=index, planned=1, passed=1, exit=model.ShardExit(code=0)) for index in range(12)]
    many[4] = model.ShardProgress(index=4, planned=1, failed=1, exit=model.ShardExit(code=1))
    many[9] = model.ShardProgress(index=9, planned=1)
    assert (
        frame(make_scene(*many, shards_wanted=12), height=5)
        == """\
shop/shop  Running  0:58  11 of 12 tests, 10 passed, 1 failed
  shard  0  ━━━━━━━━━━━━━━━━  1/1  1 passed  0 failed  passed
  shard  4  ━━━━━━━━━━━━━━━━  1/1  0 passed  1 failed  failed
  shard  9  ────────────────  0/1  0 passed  0 failed
  … and 9 more shards"""
    )


def test_what_a_test_is_named_cannot_harm_the_terminal() -> None:
    evil = running("\x1b[2J\x1b]0;owned\x07 [bold]x[/bold]\nnew line")
    shown = frame(make_scene(model.ShardProgress(index=0, planned=1, running=(evil,)), shards_wanted=1))
    assert shown.splitlines()[1].endswith("0 failed  [bold]x[/bold] new line 2 s")


REMARKS = {
    "nothing": (make_scene(), []),
    "nobody has seen it": (
        make_scene(observed=False, state="", followed=10), ["no operator has picked this up yet: is the operator running?"],
    ),
    "nobody has seen it, but it is new": (make_scene(observed=False, state="", followed=9.9), []),
    "it waits": (
        make_scene(waiting_reason="Unschedulable", waiting_message="0/1 nodes", waiting_deadline=build.at(60)),
        ["waiting: Unschedulable: 0/1 nodes (gives up in 1 m 00 s)"],
    ),
    "it stops": (
        make_scene(state="Stopping", waiting_reason="Cancelled", waiting_message="spec.cancel is set"), ["spec.cancel is set"],
    ),
    "suspended": (make_scene(state="Suspended"), ["suspended: it starts when spec.suspend is false"]),
    "old news": (make_scene(trouble="the cluster does not answer"), ["the cluster does not answer"]),
}  # fmt: skip


@pytest.mark.parametrize("case", REMARKS)
def test_remarks(case: str) -> None:
    scene, expected = REMARKS[case]
    assert live.remarks(scene, build.NOW) == expected


ENDS = {
    "passed": model.ShardExit(code=0),
    "failed": model.ShardExit(code=1),
    "exit code 130": model.ShardExit(code=130),
    "stopped (SIGTERM)": model.ShardExit(code=143, signal="SIGTERM"),
    "no Playwright found": model.ShardExit(code=125, problem="no Playwright found\x1b[2J"),
}


@pytest.mark.parametrize("word", ENDS)
def test_how_a_shard_ended(word: str) -> None:
    (shard,) = live.shards(make_scene(model.ShardProgress(index=0, exit=ENDS[word]), shards_wanted=1))
    assert shard.ended == word


def test_a_log_gets_states_at_once_and_counts_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    log = screen.LogScreen()

    def counts(passed: int, followed: float, **changes: object) -> live.Scene:
        return make_scene(model.ShardProgress(index=0, planned=9, passed=passed), followed=followed, **changes)

    waiting = {"state": "Pending", "waiting_reason": "Starting", "waiting_deadline": build.at(60)}
    scenes = [
        make_scene(state="Pending", followed=0),
        make_scene(followed=1, **waiting),
        make_scene(followed=2, **{**waiting, "waiting_deadline": build.at(50)}),
        counts(0, 3),
        counts(1, 4),
        counts(2, 7.9),
        counts(3, 8),
        counts(4, 9, state="Storing"),
        counts(4, 60, state="Storing"),
    ]
    for scene in scenes:
        log.show(scene, build.NOW)
    assert capsys.readouterr().err.splitlines() == [
        "[ 0:00] shop: Pending",
        "[ 0:01] shop: Pending; waiting: Starting",
        "[ 0:03] shop: Running: 0 of 9 tests (shard 0: 0/9)",
        "[ 0:08] shop: Running: 3 of 9 tests, 3 passed (shard 0: 3/9)",
        "[ 0:09] shop: Storing: 4 of 9 tests, 4 passed (shard 0: 4/9)",
    ]


def test_a_terminal_is_drawn_on_and_left_clean() -> None:
    terminal = io.StringIO()
    console = Console(file=terminal, force_terminal=True, width=100, height=10, color_system=None, legacy_windows=False)
    with screen.LiveScreen(console) as drawn:
        drawn.show(BUSY, build.NOW)
        drawn.show(BUSY, build.NOW)
    hide, show_again, erase_line = "\x1b[?25l", "\x1b[?25h", "\x1b[1A\x1b[2K"
    assert terminal.getvalue().startswith(hide)
    assert terminal.getvalue().endswith(show_again + "\r" + erase_line * 4)


def test_without_a_terminal_there_are_lines() -> None:
    assert isinstance(screen.for_following(), screen.LogScreen)
