"""What is shown of a run that stands still: its result, its details, a table. Pure: values in, lines of text out.

Everything that pods or tests can name passes `text.clean` here. Lines are rich ``Text``, so that a terminal may colour them;
``.plain`` is the text.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from testrun.cli import text
from testrun.cli.command import COULD_NOT_RUN, FAILED, PASSED
from testrun.cli.run import Run
from testrun.core import model

_STYLES = {
    "Passed": "green", "Failed": "red", "Errored": "magenta", "TimedOut": "magenta", "NotReady": "yellow", "Blocked": "yellow",
    "Cancelled": "yellow", "Running": "cyan", "Stopping": "yellow", "Storing": "cyan",
}  # fmt: skip


def exit_code(run: Run) -> int:
    """Of a finished run: 0 passed, 1 tests failed, 2 all else."""
    return {"Passed": PASSED, "Failed": FAILED}.get(run.verdict, COULD_NOT_RUN)


def state(run: Run) -> str:
    return text.clean(run.state, 40) or "Pending"


def styled(word: str) -> Text:
    word = text.clean(word, 40)
    return Text(word, style=_STYLES.get(word, ""))


def waiting(run: Run, now: datetime.datetime) -> str:
    """``ImagePull: Back-off … (gives up in 12 m 05 s)``; empty when it waits for nothing."""
    if not run.waiting_reason:
        return ""
    said = ": ".join(part for part in (text.clean(run.waiting_reason, 60), text.clean(run.waiting_message, 300)) if part)
    left = (run.waiting_deadline - now).total_seconds() if run.waiting_deadline is not None else 0
    return said + (f" (gives up in {text.duration(left)})" if left > 0 else "")


def result(run: Run, *, program: str, flags: str = "") -> list[Text]:
    """The end of a run: verdict and why, counts, the phases before it, shards, first failures, where the evidence is.

    ``program`` and ``flags`` are how the next command is called: ``ameide testrun``, `` -n shop``.
    """
    head = Text().append(f"{run.namespace}/{run.name}  ", style="bold").append_text(styled(run.verdict))
    head.append(f"  {text.clean(run.message)}" if run.message else "")
    took = _took(run)
    head.append(f"  ({text.duration(took)})" if took is not None else "", style="dim")
    phases = _phases(run) if len(run.phases) > 1 else []
    return _blocks([head], _counts(run), phases, _shards(run), _failures(run), evidence(run, program=program, flags=flags))


def details(run: Run, now: datetime.datetime, *, program: str, flags: str = "") -> list[Text]:
    """One run in full, whether it is over or not."""
    took = _took(run)
    running = (now - run.started).total_seconds() if run.started is not None and took is None else None
    facts: list[tuple[str, Text | str]] = [
        ("Run", f"{run.namespace}/{run.name}"),
        ("State", styled(state(run)) if run.observed else Text("Pending: no operator has picked this up yet", style="yellow")),
        ("Message", text.clean(run.message)),
        ("Waiting", waiting(run, now)),
        ("Image", text.clean(run.image)),
        ("Revision", text.clean(run.revision)),
        ("Age", text.age(run.created, now)),
        ("Running for", text.duration(running)),
        ("Took", text.duration(took)),
    ]
    head = text.columns([(f"{name}:", value) for name, value in facts if str(value)])
    end = evidence(run, program=program, flags=flags) if run.finished else []
    return _blocks(head, _counts(run), _conditions(run), _phases(run), _shards(run), _failures(run), end)


def table(runs: Sequence[Run], now: datetime.datetime, *, namespaces: bool) -> list[Text]:
    """A line for each run, in columns as kubectl's; ``namespaces`` adds that one."""
    rows: list[list[Text | str]] = [["NAME", "STATE", "PASSED", "FAILED", "SHARDS", "AGE", "MESSAGE"]]
    for run in runs:
        counts = run.counts
        passed, failed = (str(counts.passed), str(counts.failed + counts.errored)) if counts is not None else ("", "")
        said = run.message if run.finished else waiting(run, now)
        rows.append([
            run.name, styled(state(run)), passed, failed, str(run.shards_wanted), text.age(run.created, now),
            text.clean(said, 120),
        ])  # fmt: skip
    if namespaces:
        for row, space in zip(rows, ["NAMESPACE", *(run.namespace for run in runs)], strict=True):
            row.insert(0, space)
    return text.columns(rows)


def evidence(run: Run, *, program: str, flags: str = "") -> list[Text]:
    """Where a finished run's evidence is, or why there is none."""
    stored = run.condition("EvidenceStored")
    command = f"{program} artifacts {run.name}{flags}"
    if stored is not None and stored.status == "True":
        return [Text(f"Evidence: {command}   (page, JUnit, traces)")]
    why = text.clean((stored.message or stored.reason) if stored is not None else "there was none")
    lines = [Text(f"Evidence: not stored: {why}", style="yellow")]
    return [*lines, Text(f"JUnit:    {command}   (what the status holds of it)")] if run.junit else lines


def shown(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as ``--json`` prints it: without the bookkeeping of server-side apply."""
    metadata = {key: value for key, value in body.get("metadata", {}).items() if key != "managedFields"}
    return {**body, "metadata": metadata}


def _counts(run: Run) -> list[Text]:
    if run.counts is None:
        return []
    line = Text(f"{text.plural(run.counts.tests, 'test')}:")
    for word, style in (("passed", "green"), ("failed", "red"), ("errored", "magenta"), ("skipped", ""), ("flaky", "yellow")):
        number = getattr(run.counts, word)
        line.append(f" {number} {word}", style=style if number else "dim")
        line.append("" if word == "flaky" else ",")
    return [line]


def _conditions(run: Run) -> list[Text]:
    rows: list[text.Row] = [
        (text.clean(each.type, 60), text.clean(each.status, 10), text.clean(each.reason, 60), text.clean(each.message, 300))
        for each in run.conditions
    ]
    return text.columns([("CONDITION", "STATUS", "REASON", "MESSAGE"), *rows]) if rows else []


def _phases(run: Run) -> list[Text]:
    said = ("MESSAGE",) if any(each.message for each in run.phases) else ()
    rows: list[text.Row] = [
        (
            text.clean(each.phase, 20), styled(each.result), *_numbers(each.counts), text.duration(each.duration),
            *(text.clean(each.message, 200) for _ in said),
        )
        for each in run.phases
    ]  # fmt: skip
    return text.columns([("PHASE", "RESULT", *_NUMBERS, "TIME", *said), *rows]) if rows else []


def _shards(run: Run) -> list[Text]:
    rows: list[text.Row] = [
        (
            str(each.index), styled(each.result), *_numbers(each.counts), text.duration(each.duration), text.clean(each.node, 60),
            text.clean(each.message, 200),
        )
        for each in run.shards
    ]  # fmt: skip
    return text.columns([("SHARD", "RESULT", *_NUMBERS, "TIME", "NODE", "MESSAGE"), *rows]) if rows else []


_NUMBERS = ("TESTS", "PASSED", "FAILED", "ERRORED", "SKIPPED", "FLAKY")


def _numbers(counts: model.Counts) -> tuple[str, ...]:
    return tuple(str(n) for n in (counts.tests, counts.passed, counts.failed, counts.errored, counts.skipped, counts.flaky))


def _failures(run: Run) -> list[Text]:
    """The first tests that failed, each with the first lines of why."""
    if not run.failures:
        return []
    lines = [Text("Failures", style="bold")]
    for failure in run.failures:
        project = text.clean(failure.project, 60)
        shard = f"shard {failure.shard}" if run.shards or failure.file else ""  # a run that was blocked never had one
        places = (text.clean(failure.file, 200) + (f" [{project}]" if project else ""), shard)
        line = Text().append("  ✗ ", style="red").append(text.clean(failure.name, 200), style="bold")
        line.append(f"  {', '.join(filter(None, places))}" if any(places) else "", style="dim")
        lines += [line, *(Text(f"      {why}") for why in text.clean_lines(failure.message))]
    bad = run.counts.failed + run.counts.errored if run.counts is not None else 0
    return [*lines, Text(f"  … and {bad - len(run.failures)} more", style="dim")] if bad > len(run.failures) else lines


def _took(run: Run) -> float | None:
    return (run.completed - run.started).total_seconds() if run.completed is not None and run.started is not None else None


def _blocks(*blocks: Sequence[Text]) -> list[Text]:
    """The blocks that hold something, with a blank line between them."""
    lines: list[Text] = []
    for block in blocks:
        lines += [Text(), *block] if lines and block else block
    return lines
