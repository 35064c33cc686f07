"""How `ameide gaps` is shown: tables for people, in Markdown, JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from testrun.cli import text
from testrun.inventory import pyramid
from testrun.inventory.gaps import Coverage, Gaps, Progress, State
from testrun.inventory.model import Package, TestFile, Tier

Table = tuple[str, Sequence[text.Row]]
"""Its heading and its rows; the first row is the head."""
_STYLES = {State.REACHED: "green", State.OPEN: "yellow", State.OVERDUE: "red"}
_BAR = 20


def screen(found: Gaps) -> list[Text]:
    lines: list[Text] = []
    for _, rows in _tables(found):
        lines += [*text.columns(rows), Text()]
    return [*lines, Text(pyramid.shape(found.inventory.counts))]


def markdown(found: Gaps) -> list[str]:
    lines: list[str] = []
    for heading, rows in _tables(found):
        lines += [f"### {heading}", "", *text.markdown(rows), ""]
    return [*lines, pyramid.shape(found.inventory.counts)]


def for_machines(found: Gaps) -> dict[str, Any]:
    return {
        "tests": by_tier(found.inventory.counts),
        "shape": pyramid.shape(found.inventory.counts),
        "packages": [_package(each, found) for each in found.inventory.packages],
        "workflows": None if found.workflows is None else [_workflow(each) for each in found.workflows],
        "targets": [_target(each) for each in found.progress],
    }


def by_tier(counts: Mapping[Tier, int]) -> dict[str, int]:
    return {str(tier): counts[tier] for tier in Tier}


def tests(found: Gaps) -> list[text.Row]:
    """Packages by tier, with what is missing, and the sum of all."""
    head = ("PACKAGE", "TESTED WITH", *(str(tier).upper() for tier in Tier), "NO PHASE", "GAP")
    rows: list[text.Row] = [head]
    for each in found.inventory.packages:
        counted = [_number(each.counts[tier]) for tier in Tier]
        gap = Text(_gap(each, found), style="red")
        rows.append((text.clean(each.folder), ", ".join(each.tools), *counted, _number(each.in_phase(None)), gap))
    loose = sum(each.in_phase(None) for each in found.inventory.packages)
    totals = [_number(found.inventory.counts[tier]) for tier in Tier]
    return [*rows, ("all", "", *totals, _number(loose), "")]


def _tables(found: Gaps) -> Iterator[Table]:
    yield "Tests", tests(found)
    if found.workflows:
        head = ("WORKFLOW", "PRIORITY", "EFFORT", "THROUGH", "INTEGRATION", "E2E", "MISSING")
        yield "Workflows", [head, *(_workflow_row(each) for each in found.workflows)]
    if found.progress:
        yield "Targets", [("TARGET", "HAVE", "WANT", "PROGRESS", "BY", "STATE"), *(_target_row(each) for each in found.progress)]


def _gap(package: Package, found: Gaps) -> str:
    if package in found.untested:
        return "no phase runs its tests" if package.in_phase(None) else "no test"
    return "no integration test" if package in found.not_integrated else ""


def _workflow_row(each: Coverage) -> text.Row:
    flow = each.workflow
    return (
        text.clean(flow.name, 80), flow.priority, each.effort, text.clean(" → ".join(flow.components), 200),
        _number(each.tests[Tier.INTEGRATION]), _number(each.tests[Tier.E2E]), Text(", ".join(each.missing), style="red"),
    )  # fmt: skip


def _target_row(each: Progress) -> text.Row:
    done = min(_BAR, _BAR * each.have // each.want)
    return (
        text.clean(each.name, 80), str(each.have), f"{each.want} {each.unit}", f"{'█' * done}{'░' * (_BAR - done)}",
        str(each.target.by or "now"), Text(each.state, style=_STYLES[each.state]),
    )  # fmt: skip


def _number(count: int) -> str:
    return str(count) if count else "-"


def _package(each: Package, found: Gaps) -> dict[str, Any]:
    return {
        "folder": each.folder,
        "tools": list(each.tools),
        "tests": by_tier(each.counts),
        "noPhase": each.in_phase(None),
        "gap": _gap(each, found),
        "files": [_file(file) for file in each.files],
    }


def _file(each: TestFile) -> dict[str, Any]:
    phase = str(each.phase) if each.phase is not None else None
    return {"path": each.path, "tool": each.tool, "phase": phase, "tier": str(each.tier), "tests": each.tests}


def _workflow(each: Coverage) -> dict[str, Any]:
    return {
        "name": each.workflow.name,
        "priority": each.workflow.priority,
        "effort": each.effort,
        "components": list(each.workflow.components),
        "tests": by_tier(each.tests),
        "files": list(each.files),
        "missing": list(each.missing),
    }


def _target(each: Progress) -> dict[str, Any]:
    return {
        "target": each.name, "have": each.have, "want": each.want, "unit": each.unit,
        "by": str(each.target.by) if each.target.by else None, "state": str(each.state),
    }  # fmt: skip
