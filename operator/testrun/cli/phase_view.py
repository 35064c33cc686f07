"""What is shown of the four phases: a picture while they run, lines for a log, and the table with all failures at the end. Pure.

Everything that tests can name passes `text.clean` here. Lines are rich ``Text``; ``.plain`` is the text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rich.text import Text

from testrun.cli import text, view
from testrun.core import model, phases, summary
from testrun.core.phases import Phase

FAILURES_SHOWN = 20
"""Of each phase; the others are in its JUnit."""
_NUMBERS = ("TESTS", "PASSED", "FAILED", "ERRORED", "SKIPPED", "FLAKY")
_TITLE = 56
_NAME = 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class Failure:
    """A red case."""

    name: str
    place: str
    """``services/cart/cart_test.go:12 · go services/cart``."""
    message: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """A phase that is over."""

    phase: Phase
    result: str
    message: str
    counts: model.Counts = dataclasses.field(default_factory=model.Counts)
    seconds: float = 0.0
    failures: Sequence[Failure] = ()
    failure_count: int = 0
    """Of all, also those that are not in ``failures``."""
    note: str = ""
    """A remark on the evidence, such as that the network could not be taken away."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Work:
    """One tool at work."""

    name: str
    progress: model.ShardProgress
    state: str
    """waiting, running or done."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scene:
    """All that is shown while local phases run."""

    asked: Sequence[Phase]
    over: Sequence[Row] = ()
    phase: Phase | None = None
    work: Sequence[Work] = ()
    seconds: float = 0.0
    """Since the run began."""
    phase_seconds: float = 0.0
    now_ms: int = 0


def frame(scene: Scene, *, width: int, height: int) -> list[Text]:
    """The picture for a terminal: one line for each phase, and one for each tool of the phase that runs."""
    lines: list[Text] = []
    over = {row.phase: row for row in scene.over}
    for phase in phases.ORDER:
        if phase in over:
            lines.append(_over(over[phase]))
        elif phase is scene.phase:
            lines.append(_head(phase).append("running", style="cyan").append(f"  {text.clock(scene.phase_seconds)}", style="dim"))
            room = max(height - len(phases.ORDER) - 1, 1)
            work = sorted(scene.work, key=lambda each: ("running", "waiting", "done").index(each.state))[:room]
            names = max((len(each.name) for each in scene.work), default=0)
            lines += [_work(each, min(names, _NAME), scene.now_ms) for each in sorted(work, key=list(scene.work).index)]
        else:
            lines.append(_head(phase).append("waiting" if phase in scene.asked else "not asked for", style="dim"))
    for line in lines:
        line.truncate(max(width - 1, 20), overflow="ellipsis")
    return lines


def told(row: Row) -> str:
    """The line of a log when a phase has ended."""
    took = f" ({text.duration(row.seconds)})" if row.seconds else ""
    return f"phase {row.phase.number} {row.phase}: {row.result}: {text.clean(row.message, 300)}{took}"


def counts_line(scene: Scene) -> str:
    """The line of a log while a phase runs; empty when there is nothing to count."""
    if scene.phase is None or not scene.work:
        return ""
    passed, failed = sum(each.progress.passed for each in scene.work), sum(each.progress.failed for each in scene.work)
    running = [text.clean(each.name, 60) for each in scene.work if each.state == "running"]
    parts = [
        f"{passed} passed",
        *([f"{failed} failed"] if failed else []),
        *([f"running {', '.join(running)}"] if running else []),
    ]
    return f"phase {scene.phase.number} {scene.phase}: {'; '.join(parts)}"


def result(rows: Sequence[Row], *, folder: str, hints: Sequence[str] = ()) -> list[Text]:
    """The end of a run: one table of four phases, the failures of all, where the evidence is."""
    body: list[text.Row] = [("PHASE", "RESULT", *_NUMBERS, "TIME")]
    for row in rows:
        numbers = [str(getattr(row.counts, each.lower())) for each in _NUMBERS]
        numbers = numbers if row.result != phases.NOT_RUN else ["-"] * len(_NUMBERS)
        body.append(
            (f"{row.phase.number} {row.phase}", _styled(row.result), *numbers, text.duration(row.seconds) if row.seconds else "")
        )
    lines = text.columns(body)
    for row in rows:
        lines += _failures(row)
    notes = [
        f"phase {row.phase.number} ({row.phase}) did not run: {text.clean(_once(row, rows), 500)}"
        for row in rows
        if row.result == phases.NOT_RUN
    ]
    notes += [f"phase {row.phase.number} ({row.phase}): {text.clean(row.note, 500)}" for row in rows if row.note]
    if notes:
        lines += [Text(), *(Text(note, style="dim") for note in notes)]
    return [*lines, Text(), Text(f"Evidence: {text.clean(folder, 1000)}"), *(Text(hint) for hint in hints)]


def failures_of(cases: Sequence[model.Case]) -> tuple[list[Failure], int]:
    """The first of `summary.red`, and how many there are."""
    red = summary.red(cases)
    return [_failure(case) for case in red[:FAILURES_SHOWN]], len(red)


def _failure(case: model.Case) -> Failure:
    place = case.file + (f":{case.line}" if case.line else "")
    message = case.message or case.details
    return Failure(name=case.name, place=" · ".join(filter(None, (place, case.project))), message=message)


def _failures(row: Row) -> list[Text]:
    if not row.failures:
        return []
    lines = [Text(), Text(f"phase {row.phase.number} ({row.phase}): {text.clean(row.message, 300)}", style="bold")]
    for each in row.failures[:FAILURES_SHOWN]:
        if not each.place and each.message == row.message:
            continue  # the headline says it all
        line = Text().append("  ✗ ", style="red").append(text.clean(each.name, 200), style="bold")
        lines += [line.append(f"  {text.clean(each.place, 200)}" if each.place else "", style="dim")]
        if each.message != row.message:
            lines += [Text(f"      {why}") for why in text.clean_lines(each.message, limit=400)]
    left = row.failure_count - min(len(row.failures), FAILURES_SHOWN)
    return [*lines, Text(f"  … and {left} more in its junit.xml", style="dim")] if left > 0 else lines


def _once(row: Row, rows: Sequence[Row]) -> str:
    """Why a phase did not run, without the words of the red phase that stand above."""
    return next(
        (row.message.removesuffix(f": {each.message}") for each in rows if row.message.endswith(f": {each.message}")), row.message
    )


def _head(phase: Phase) -> Text:
    return Text(f"{phase.number} {phase:<12}")


def _styled(word: str) -> Text:
    return Text(word, style="dim") if word == phases.NOT_RUN else view.styled(word)


def _over(row: Row) -> Text:
    line = _head(row.phase).append_text(_styled(row.result))
    line.append(f"  {text.clean(row.message, 200)}", style="dim" if row.result in ("Passed", phases.NOT_RUN) else "")
    return line.append(f"  {text.duration(row.seconds)}" if row.seconds else "", style="dim")


def _work(work: Work, names: int, now_ms: int) -> Text:
    line = Text(f"    {text.shorten(text.clean(work.name, 200), _NAME):<{names}}  ")
    told = work.progress
    if work.state == "waiting" or not told.planned:
        return line.append(work.state, style="dim" if work.state == "waiting" else "cyan")
    line.append(f"{told.passed} passed", style="green" if told.passed else "dim")
    line.append(f"  {told.failed} failed" if told.failed else "", style="red")
    line.append(f"  {told.skipped} skipped" if told.skipped else "", style="dim")
    if work.state == "done":
        return line.append("  done", style="dim")
    for test in told.running[:1]:
        since = max(round((now_ms - test.since_ms) / 1000), 0)
        line.append(f"  {text.shorten(text.clean(test.title, 200), _TITLE)}{f' {since} s' if since else ''}", style="dim")
    more = len(told.running) - 1
    return line.append(f"  and {more} more", style="dim") if more > 0 else line
