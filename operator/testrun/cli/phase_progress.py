"""From a run to what is shown of it, now and then while it runs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence

from testrun.cli import phase_screen, phase_view
from testrun.core.phases import Phase
from testrun.local import runner


class Progress:
    """Shows a run as it is."""

    def __init__(self, one: runner.Runner, asked: Sequence[Phase], screen: phase_screen.Screen) -> None:
        self._one = one
        self._asked = asked
        self._screen = screen
        self._began = time.monotonic()
        self._phase_began: dict[Phase | None, float] = {}
        self._over: list[phase_view.Row] = []

    @property
    def interval(self) -> float:
        """Seconds between two looks."""
        return self._screen.interval

    def show(self) -> None:
        one, at = self._one, time.monotonic()
        self._over.extend(row(report, one) for report in one.reports[len(self._over) :])
        scene = phase_view.Scene(
            asked=self._asked,
            over=self._over,
            phase=one.phase,
            work=[
                phase_view.Work(
                    name=each.name,
                    progress=each.progress(),
                    state="done" if each.ended is not None else "running" if each.began else "waiting",
                )
                for each in one.work
            ],
            seconds=at - self._began,
            phase_seconds=at - self._phase_began.setdefault(one.phase, at),
            now_ms=one.place.clock(),
        )
        self._screen.show(scene)


@contextlib.contextmanager
def showing(one: runner.Runner, asked: Sequence[Phase], told: int) -> Iterator[Progress]:
    """On a screen of its own, as long as the block lasts. The first ``told`` phases are no news."""
    with phase_screen.showing(told) as screen:
        yield Progress(one, asked, screen)


def row(report: runner.PhaseReport, one: runner.Runner) -> phase_view.Row:
    """A phase as it is shown."""
    failures, count = phase_view.failures_of(report.cases)
    note = ""
    if report.isolation == "environment":
        note = f"ran without a way to a cluster in its environment, but with the network: {one.place.isolation.why}"
    elif report.isolation == "none":
        note = "ran with the network, as the configuration says"
    return phase_view.Row(
        phase=report.phase, result=report.outcome.result, message=report.outcome.message, counts=report.counts,
        seconds=report.seconds, failures=failures, failure_count=count, note=note,
    )  # fmt: skip
