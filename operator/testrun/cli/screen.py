"""Where output goes: stdout is data, stderr is for people, and what moves is only drawn on a terminal.

A screen shows a run while it is followed. It is called on each change and now and then between; it decides what is worth drawing.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Protocol, Self

import click
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from testrun.cli import live, text

QUIET_SECONDS = 5
"""In a log, counts are worth a line at most this often."""


class Screen(Protocol):
    """Shows a run while it is followed; a context manager."""

    interval: float
    """Seconds between two calls of `show` when nothing changes."""

    def show(self, scene: live.Scene, now: datetime.datetime) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class LiveScreen:
    """A picture on a terminal that is drawn again and again, and is gone at the end."""

    interval = 0.25

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def show(self, scene: live.Scene, now: datetime.datetime) -> None:
        size = self._console.size
        self._live.update(Group(*live.frame(scene, now, width=size.width, height=size.height - 1)), refresh=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()


class LogScreen:
    """Lines for a log: changes of state at once, counts every few seconds."""

    interval = 1.0

    def __init__(self) -> None:
        self._told = self._counts = ""
        self._counted_at = float("-inf")

    def show(self, scene: live.Scene, now: datetime.datetime) -> None:
        told, counts = live.news(scene, now)
        worth_it = counts not in ("", self._counts) and scene.followed - self._counted_at >= QUIET_SECONDS
        if told == self._told and not worth_it:
            return
        self._told, self._counts = told, counts
        if counts:
            self._counted_at = scene.followed
        click.echo(f"[{text.clock(scene.followed):>5}] {scene.run.name}: {told}{f': {counts}' if counts else ''}", err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def for_following() -> Screen:
    """A live picture when stderr is a terminal that can draw, else lines."""
    console = terminal()
    return LiveScreen(console) if console is not None else LogScreen()


def terminal() -> Console | None:
    """Stderr, when it is a terminal that can draw."""
    console = Console(stderr=True, markup=False, highlight=False)
    return console if console.is_terminal and not console.is_dumb_terminal else None


def out(lines: Iterable[Text | str]) -> None:
    """Lines on stdout, uncut; coloured on a terminal unless NO_COLOR is set."""
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True, file=sys.stdout)
    for line in lines:
        console.print(line)


def out_json(value: Any) -> None:
    """JSON on stdout. All but ASCII is escaped, so it is safe on a terminal too."""
    click.echo(json.dumps(value, indent=2))
