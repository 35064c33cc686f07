"""What is shown while a run goes on: a picture for a terminal, a line for a log. Pure: values in, text out; time is an argument.

Everything that pods or tests can name passes `text.clean` here.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from rich.text import Text

from testrun.cli import text, view
from testrun.cli.run import Run
from testrun.core import model

NO_OPERATOR_SECONDS = 10
"""A run that no operator has seen for this long is worth a remark."""

_BAR = 16
_TITLE = 48
_MOST_SHARDS = 1000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scene:
    """All that is known while a run is followed."""

    run: Run
    progress: model.Progress | None = None
    """What the evidence server heard; None: it cannot be asked."""
    trouble: str = ""
    """Why this may be old; empty when it is not."""
    followed: float = 0.0
    """Seconds since somebody began to look."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shard:
    """One shard while the run goes on, from whichever source knows more."""

    index: int
    planned: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    flaky: int = 0
    began: bool = False
    ended: str = ""
    """How, in a word; empty while it runs."""
    running: tuple[model.RunningTest, ...] = ()

    @property
    def done(self) -> int:
        return self.passed + self.failed + self.skipped


def shards(scene: Scene) -> list[Shard]:
    """All shards, in order: what the server heard, else what the status says."""
    found = {index: Shard(index=index) for index in range(min(scene.run.shards_wanted, _MOST_SHARDS))}
    for told in scene.run.shards:
        counts = told.counts
        found[told.index] = Shard(
            index=told.index, planned=counts.tests, passed=counts.passed, failed=counts.failed + counts.errored,
            skipped=counts.skipped, flaky=counts.flaky,
            began=bool(told.attempts or told.result), ended=text.clean(told.result, 40),
        )  # fmt: skip
    for heard in scene.progress.shards if scene.progress is not None else ():
        found[heard.index] = Shard(
            index=heard.index, planned=heard.planned, passed=heard.passed, failed=heard.failed, skipped=heard.skipped,
            flaky=heard.flaky, began=True, ended=_ended(heard.exit), running=heard.running if heard.exit is None else (),
        )  # fmt: skip
    return [found[index] for index in sorted(found)]


def frame(scene: Scene, now: datetime.datetime, *, width: int, height: int) -> list[Text]:
    """The picture for a terminal: lines for the run, each shard, and remarks: at most ``height`` of them, of ``width`` cells."""
    run, parts = scene.run, shards(scene)
    since = run.started or run.created
    head = Text().append(f"{run.namespace}/{run.name}  ", style="bold").append_text(view.styled(view.state(run)))
    head.append(f"  {text.clock((now - since).total_seconds())}" if since is not None else "")
    head.append(f"  {_tally(parts)}" if any(part.planned for part in parts) else "")
    notes = [Text(f"  {line}", style="yellow") for line in remarks(scene, now)]
    room = max(height - 1 - len(notes), 1)
    shown = parts if len(parts) <= room else _liveliest(parts, room - 1)
    digits = max((len(str(part.planned)) for part in parts), default=1)
    lines = [_line(part, digits, len(str(len(parts) - 1)), now) for part in shown]
    if len(shown) < len(parts):
        lines.append(Text(f"  … and {text.plural(len(parts) - len(shown), 'more shard')}", style="dim"))
    picture = [head, *lines, *notes]
    for line in picture:
        line.truncate(max(width - 1, 10), overflow="ellipsis")
    return picture


def news(scene: Scene, now: datetime.datetime) -> tuple[str, str]:
    """For a log: (what is worth a line as soon as it changes, counts, which are worth one now and then). Counts may be empty."""
    notes = [note.partition(" (gives up in")[0] for note in remarks(scene, now)]
    parts = [part for part in shards(scene) if part.began]
    each = ", ".join(f"{part.index}: {part.done}/{part.planned}{' ' + part.ended if part.ended else ''}" for part in parts)
    counts = f"{_tally(parts)} (shard {each})" if any(part.planned for part in parts) else ""
    return "; ".join([view.state(scene.run), *notes]), counts


def remarks(scene: Scene, now: datetime.datetime) -> list[str]:
    """What a person should know beside the counts: what the run waits for, that nobody is there, that this is old."""
    run = scene.run
    found = []
    if run.state == model.State.STOPPING:
        found.append(text.clean(run.waiting_message or run.waiting_reason, 300) or "its pods have their grace period")
    elif run.waiting_reason:
        found.append(f"waiting: {view.waiting(run, now)}")
    if not run.observed and scene.followed >= NO_OPERATOR_SECONDS:
        found.append("no operator has picked this up yet: is the operator running?")
    if run.state == model.State.SUSPENDED:
        found.append("suspended: it starts when spec.suspend is false")
    if scene.trouble:
        found.append(text.clean(scene.trouble, 200))
    return found


def _ended(end: model.ShardExit | None) -> str:
    if end is None:
        return ""
    if end.problem:
        return text.clean(end.problem, 80)
    if end.signal:
        return f"stopped ({text.clean(end.signal, 20)})"
    return {0: "passed", 1: "failed"}.get(end.code, f"exit code {end.code}")


def _tally(parts: Sequence[Shard]) -> str:
    said = [f"{sum(part.done for part in parts)} of {text.plural(sum(part.planned for part in parts), 'test')}"]
    for word in ("passed", "failed", "skipped", "flaky"):
        number = sum(getattr(part, word) for part in parts)
        said += [f"{number} {word}"] if number else []
    return ", ".join(said)


def _liveliest(parts: Sequence[Shard], room: int) -> list[Shard]:
    """The shards that say most when there is no room for all: those that run, then those that failed. In order."""
    ranked = sorted(parts, key=lambda part: (not part.began or bool(part.ended), not part.failed, bool(part.ended), part.index))
    return sorted(ranked[: max(room, 0)], key=lambda part: part.index)


def _line(part: Shard, digits: int, index_digits: int, now: datetime.datetime) -> Text:
    line = Text(f"  shard {part.index:>{index_digits}}  ")
    if not part.began:
        return line.append("waiting", style="dim")
    filled = round(_BAR * min(part.done / part.planned, 1)) if part.planned else 0
    line.append("━" * filled, style="red" if part.failed else "green")
    line.append("─" * (_BAR - filled), style="dim")
    line.append(f"  {part.done:>{digits}}/{part.planned:<{digits}}")
    line.append(f"  {part.passed:>{digits}} passed", style="green" if part.passed else "dim")
    line.append(f"  {part.failed:>{digits}} failed", style="red" if part.failed else "dim")
    line.append(f"  {part.flaky:>{digits}} flaky" if part.flaky else "", style="yellow")
    if part.ended:
        return line.append(f"  {part.ended}", style="bold")
    running = [
        f"{text.shorten(text.clean(test.title, 200), _TITLE)} {max(round(now.timestamp() - test.since_ms / 1000), 0)} s"
        for test in part.running[:3]
    ]
    running += [f"and {len(part.running) - 3} more"] if len(part.running) > 3 else []
    return line.append(f"  {'; '.join(running)}" if running else "", style="dim")
