"""How the inventory is shown: columns for people, a table in Markdown, JSON. Pure; what a cluster names passes `text.clean`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from rich.text import Text

from testrun.cli import text, view
from testrun.core import inventory

_COLUMNS = ("NAMESPACE", "NAME", "APP", "USED AS", "LAST", "AGE", "TIME", "RUNS", "FLAKY", "MESSAGE")


def table(suites: Sequence[inventory.Suite], now: datetime.datetime, *, namespaces: bool) -> list[Text]:
    """A line for each suite, in columns; ``namespaces`` has that one."""
    return text.columns(_rows(suites, now, namespaces=namespaces))


def markdown(suites: Sequence[inventory.Suite], now: datetime.datetime, *, namespaces: bool) -> list[str]:
    return text.markdown(_rows(suites, now, namespaces=namespaces))


def for_machines(suites: Sequence[inventory.Suite]) -> dict[str, Any]:
    """What ``--json`` prints. ``last`` is null of a suite that never ran to an end."""
    return {"suites": [_suite(suite) for suite in suites]}


def _rows(suites: Sequence[inventory.Suite], now: datetime.datetime, *, namespaces: bool) -> list[text.Row]:
    rows: list[text.Row] = [_COLUMNS, *(_row(suite, now) for suite in suites)]
    return rows if namespaces else [row[1:] for row in rows]


def _row(suite: inventory.Suite, now: datetime.datetime) -> text.Row:
    last = suite.last
    since = last.completed if last is not None else suite.runs[-1].created if suite.runs else None
    return (
        text.clean(suite.namespace, 63),
        text.clean(suite.name, 80),
        text.clean(suite.app, 63),
        text.clean(suite.hook or suite.use, 40),
        view.styled(last.verdict) if last is not None else Text("never", style="yellow"),
        text.age(since, now),
        text.duration(_took(last)),
        str(len(suite.runs)),
        f"{suite.flaky} of {len(suite.ran)}" if suite.ran else "",
        _message(suite),
    )


def _message(suite: inventory.Suite) -> str:
    """Of the last verdict; before it what goes on now."""
    current, last = suite.current, suite.last
    goes_on = f"now {text.clean(current.state, 40) or 'Pending'}: {text.clean(current.name, 253)}" if current is not None else ""
    said = text.clean(last.message, 200) if last is not None else ""
    defined = f"only in {text.clean(suite.defined_in, 200)}" if suite.defined_in else ""
    return "; ".join(part for part in (goes_on, said, defined) if part)


def _suite(suite: inventory.Suite) -> dict[str, Any]:
    return {
        "namespace": suite.namespace,
        "name": suite.name,
        "app": suite.app,
        "usedAs": suite.use,
        "hook": suite.hook,
        "runs": len(suite.runs),
        "ran": len(suite.ran),
        "flaky": suite.flaky,
        "last": _run(suite.last),
        "current": _run(suite.current),
        "definedIn": suite.defined_in,
    }


def _run(run: inventory.Kept | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "name": run.name,
        "state": run.state,
        "verdict": run.verdict,
        "message": run.message,
        "image": run.image,
        "revision": run.revision,
        "creationTime": _time(run.created),
        "completionTime": _time(run.completed),
        "durationSeconds": _took(run),
    }


def _took(run: inventory.Kept | None) -> float | None:
    if run is None or run.completed is None or run.started is None:
        return None
    return (run.completed - run.started).total_seconds()


def _time(moment: datetime.datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment is not None else None
