"""How `ameide status` is shown: columns for people, Markdown, JSON. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from testrun.cli import gaps_view, text
from testrun.core.phases import Phase
from testrun.inventory.history import Record
from testrun.inventory.model import Tier
from testrun.inventory.smokes import Smoke
from testrun.inventory.status import LEGEND, Result, Row, State, Status

STYLES = {State.COMPLIANT: "green", State.PARTIAL: "yellow", State.MISSING: "red"}
_HEAD = (
    "PACKAGE", "STATE", "PRIORITY", "PHASES", *(str(tier).upper() for tier in Tier), "UNCLASSIFIED", "OLD WAY", "JUNIT", "MOCKS",
    "LAST RUN",
)  # fmt: skip
_FINDINGS = 200


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told:
    """All there is to show."""

    status: Status
    smokes: tuple[Smoke, ...]
    not_rendered: tuple[str, ...]
    history: tuple[Record, ...]
    """Oldest first."""


def screen(told: Told) -> list[Text]:
    lines = [*text.columns(packages(told.status), gap=2), Text()]
    if told.smokes:
        lines += [*text.columns(smokes(told.smokes)), Text()]
    lines += [Text(f"not rendered: {text.clean(each)}", style="dim") for each in told.not_rendered]
    lines += [Text.assemble((f"{state}: ", STYLES[state]), (LEGEND[state], "dim")) for state in State]
    return [*lines, Text(), Text(summary(told.status))]


def summary(status: Status) -> str:
    states = status.states
    told = ", ".join(f"{count} {state}" for state, count in states.items() if count)
    old, loose = text.plural(status.legacy, "finding"), text.plural(status.unclassified, "finding")
    return f"{text.plural(len(status.rows), 'package')}: {told or 'none'}; the old way: {old}; unclassified: {loose}"


def packages(status: Status) -> list[text.Row]:
    counted = status.inventory.counts
    totals = [_number(counted[tier]) for tier in Tier]
    last = ("all", "", "", "", *totals, _number(status.unclassified), _number(status.legacy), "", "", "")
    return [_HEAD, *(_row(row) for row in status.rows), last]


def smokes(found: Sequence[Smoke]) -> list[text.Row]:
    rows: list[text.Row] = [("WAVE", "APP", "HOOK", "KIND", "NAME", "PROVES", "DEFINED IN")]
    for each in found:
        what = [text.clean(part, 200) for part in (each.name, each.proves, each.source)]
        rows.append((str(each.wave), text.clean(each.app) or "-", text.clean(each.hook) or "-", each.kind, *what))
    return rows


def markdown(told: Told) -> list[str]:
    """The committed copy: the same files make the same text, whenever and wherever it is made."""
    last = told.history[-1] if told.history else None
    as_of = [f"Last recorded {last.day} at {last.revision}."] if last is not None else []
    lines = [
        "# Tests of this repository", "", "Written by `ameide status --write`; do not edit.", *as_of, "",
        f"{summary(told.status)}.", "",
        *text.markdown(packages(told.status)), "", *(f"- **{state}**: {LEGEND[state]}" for state in State), "",
    ]  # fmt: skip
    if told.status.findings:
        lines += ["## To do", "", *_findings(told.status), ""]
    lines += ["## What deployments are checked with", ""]
    lines += text.markdown(smokes(told.smokes)) if told.smokes else ["No hook Job and no TestRun is among the manifests."]
    lines += ["", *(f"- not rendered: {each}" for each in told.not_rendered)]
    if told.history:
        lines += ["## Over time", "", *text.markdown(records(told.history[-20:])), ""]
    return [*"\n".join(lines).rstrip("\n").split("\n")]


def records(history: Sequence[Record]) -> list[text.Row]:
    """The newest first."""
    rows: list[text.Row] = [("DAY", "REVISION", *(str(tier).upper() for tier in Tier), "UNCLASSIFIED", "OLD WAY", "COMPLIANT")]
    rows += [
        (
            str(each.day), each.revision, *(str(each.tests[tier]) for tier in Tier), str(each.unclassified), str(each.legacy),
            f"{each.compliant} of {each.packages}",
        )
        for each in reversed(history)
    ]  # fmt: skip
    return rows


def for_machines(told: Told) -> dict[str, Any]:
    return {
        "tests": gaps_view.by_tier(told.status.inventory.counts),
        "states": {str(state): count for state, count in told.status.states.items()},
        "packages": [_package(row) for row in told.status.rows],
        "findings": [
            {"path": each.path, "line": each.line, "rule": each.rule, "message": each.message} for each in told.status.findings
        ],
        "smokes": [dataclasses.asdict(each) for each in told.smokes],
        "notRendered": list(told.not_rendered),
    }


def results(found: Mapping[str, Result]) -> str:
    """In the order of the phases."""
    return ", ".join(f"{phase}: {found[phase]}" for phase in Phase if phase in found)


def _row(row: Row) -> text.Row:
    red = any(result.failed for result in row.results.values())
    return (
        text.clean(row.package.folder), Text(row.state, style=STYLES[row.state]), row.priority or "-",
        " ".join(str(phase.number) for phase in row.phases) or "-", *(_number(row.package.counts[tier]) for tier in Tier),
        _number(row.unclassified), ", ".join(f"{count} {rule}" for rule, count in sorted(row.legacy.items())) or "-",
        row.junit or "-", text.clean(row.mocks, 60) or "-", Text(results(row.results) or "-", style="red" if red else ""),
    )  # fmt: skip


def _findings(status: Status) -> list[str]:
    rows: list[text.Row] = [("WHERE", "RULE", "WHAT TO DO")]
    rows += [(text.clean(each.place), each.rule, text.clean(each.message, 300)) for each in status.findings[:_FINDINGS]]
    more = len(status.findings) - _FINDINGS
    return [*text.markdown(rows), *(["", f"And {more} more: `ameide status --json`."] if more > 0 else [])]


def _package(row: Row) -> dict[str, Any]:
    return {
        "folder": row.package.folder,
        "state": str(row.state),
        "priority": row.priority,
        "tools": list(row.package.tools),
        "phases": [str(phase) for phase in row.phases],
        "tests": gaps_view.by_tier(row.package.counts),
        "unclassified": row.unclassified,
        "legacy": dict(row.legacy),
        "junit": row.junit,
        "mocks": row.mocks,
        "lastRun": {phase: dataclasses.asdict(result) for phase, result in row.results.items()},
    }


def _number(count: int) -> str:
    return str(count) if count else "-"
