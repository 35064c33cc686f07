"""Shows local phases while they run: a live picture on a terminal, lines in a log. All of it on stderr: stdout is data."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Protocol

import click
from rich.console import Console, Group
from rich.live import Live

from testrun.cli import phase_view, screen, text


class Screen(Protocol):
    interval: float
    """Seconds between two looks."""

    def show(self, scene: phase_view.Scene) -> None: ...


class LivePhases:
    """A picture that is drawn again and again, and is gone at the end."""

    interval = 0.1

    def __init__(self, console: Console, live: Live) -> None:
        self._console = console
        self._live = live

    def show(self, scene: phase_view.Scene) -> None:
        size = self._console.size
        self._live.update(Group(*phase_view.frame(scene, width=size.width, height=size.height - 1)), refresh=True)


class LogPhases:
    """A line for each phase that ends, and counts every few seconds."""

    interval = 1.0

    def __init__(self, told: int) -> None:
        self._told = told
        self._counted = ("", 0.0)

    def show(self, scene: phase_view.Scene) -> None:
        for row in scene.over[self._told :]:
            self._line(scene, phase_view.told(row))
        self._told = len(scene.over)
        counts = phase_view.counts_line(scene)
        if counts and counts != self._counted[0] and scene.seconds - self._counted[1] >= screen.QUIET_SECONDS:
            self._counted = (counts, scene.seconds)
            self._line(scene, counts)

    def _line(self, scene: phase_view.Scene, words: str) -> None:
        click.echo(f"[{text.clock(scene.seconds):>5}] {words}", err=True)


@contextlib.contextmanager
def showing(told: int) -> Iterator[Screen]:
    """A live picture when stderr is a terminal that can draw, else lines; none of the first ``told`` phases that are over."""
    console = screen.terminal()
    if console is None:
        yield LogPhases(told)
        return
    # Ours is the only output while it lasts; rich would wrap stdout and stderr otherwise.
    with Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False) as live:
        yield LivePhases(console, live)
    sys.stderr.flush()
