"""The report in Markdown, and the history beside it from which it tells trends."""

from __future__ import annotations

import datetime
import json
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from testrun.audit.finding import Finding, Severity
from testrun.audit.outcome import Outcome
from testrun.core import text

HISTORY = "history.jsonl"
_SHOWN = 500
"""So many findings of a scanner are listed: a report is to be read."""
_MARKED = re.compile(r"([\\`*_\[\]<>|])")
_FENCE = re.compile(r"`+")


def entry(outcome: Outcome, *, name: str, revision: str, now: datetime.datetime) -> dict[str, Any]:
    """The line of the history for an audit."""
    return {
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "name": name,
        "revision": revision,
        "files": outcome.files,
        "scanners": {
            scanner.name: {severity.value: outcome.count(severity, scanner.name) for severity in Severity}
            for scanner in outcome.scanners
        },
        "numbers": {name: dict(sorted(numbers.items())) for name, numbers in sorted(outcome.numbers.items())},
    }  # fmt: skip


def history(folder: pathlib.Path) -> list[Mapping[str, Any]]:
    """What earlier audits left; lines that are none are passed over."""
    try:
        lines = (folder / HISTORY).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    entries: list[Mapping[str, Any]] = []
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and isinstance(found.get("scanners"), dict) and isinstance(found.get("time"), str):
            entries.append(found)
    return entries


def write(folder: pathlib.Path, outcome: Outcome, *, name: str, revision: str, now: datetime.datetime) -> pathlib.Path:
    """Leave the report and a line of history in a folder. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    before = [each for each in history(folder) if each.get("name") == name]
    this = entry(outcome, name=name, revision=revision, now=now)
    place = folder / f"{name}-{now.date().isoformat()}.md"
    place.write_text(
        markdown(outcome, [*before, this], name=name, revision=revision, date=now.date()), encoding="utf-8", errors="replace"
    )
    with (folder / HISTORY).open("a", encoding="utf-8") as file:
        file.write(json.dumps(this, separators=(",", ":")) + "\n")
    return place


def markdown(outcome: Outcome, entries: Sequence[Mapping[str, Any]], *, name: str, revision: str, date: datetime.date) -> str:
    """``entries`` are the history up to and with this audit."""
    lines = [
        f"# {_plain(name)}, {date.isoformat()}", "",
        f"Of {outcome.files} files at `{revision or 'no revision'}`. Made by `ameide audit --report`.",
        "", "| Scanner | Critical | Major | Minor |", "| --- | ---: | ---: | ---: |",
    ]  # fmt: skip
    lines += (
        f"| [{scanner.name}](#{scanner.name}) | " + " | ".join(str(outcome.count(each, scanner.name)) for each in Severity) + " |"
        for scanner in outcome.scanners
    )
    lines += ["", *_trend(entries)]
    for scanner in outcome.scanners:
        lines += ["", f"## {scanner.name}", "", scanner.summary, "", *_numbers(outcome.numbers[scanner.name])]
        lines += _findings([each for each in outcome.findings if each.scanner == scanner.name])
    other = [each for each in outcome.findings if each.scanner == "audit"]
    if other:
        lines += ["", "## Suppressions", "", *_findings(other)]
    if outcome.allowed:
        lines += ["", "## Let pass", "", "| Where | Rule | Until | Why |", "| --- | --- | --- | --- |"]
        lines += (
            f"| {_plain(each.finding.place)} | {each.finding.rule} | {each.until.isoformat()} | {_plain(each.reason)} |"
            for each in outcome.allowed
        )
    if outcome.notes:
        lines += ["", "## Not looked at, or not wholly", "", *(f"- {_plain(each)}" for each in outcome.notes)]
    return "\n".join(lines) + "\n"


def _trend(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    if len(entries) < 2:
        return []
    rows = [
        f"| {_plain(str(each['time'])[:10])} | {_plain(str(each.get('revision', ''))[:16])} | "
        + " | ".join(str(sum(_number(counts, severity.value) for counts in each["scanners"].values())) for severity in Severity)
        + " |"
        for each in entries[-12:]
    ]
    return ["## Trend", "", "| Day | Revision | Critical | Major | Minor |", "| --- | --- | ---: | ---: | ---: |", *rows]


def _number(counts: object, name: str) -> int:
    value = counts.get(name, 0) if isinstance(counts, Mapping) else 0
    return value if isinstance(value, int) else 0


def _numbers(numbers: Mapping[str, int]) -> list[str]:
    return [", ".join(f"{name} {value}" for name, value in sorted(numbers.items())) + ".", ""] if numbers else []


def _findings(findings: Sequence[Finding]) -> list[str]:
    lines: list[str] = []
    rule = ""
    for each in sorted(findings[:_SHOWN], key=lambda one: (one.severity.rank, one.rule, one.path, one.line)):
        if each.rule != rule:
            rule = each.rule
            lines += ["", f"### {rule} ({each.severity.value})", "", f"{each.why} {each.fix}", ""]
        lines.append(f"- {_plain(each.place)}: {_plain(each.message)}" + (f" {_code(each.code)}" if each.code else ""))
    if len(findings) > _SHOWN:
        lines.append(f"- and {len(findings) - _SHOWN} more: `ameide audit --json` has all")
    return lines or ["Nothing found."]


def _plain(words: str) -> str:
    return _MARKED.sub(r"\\\1", text.one_line(words, 400))


def _code(words: str) -> str:
    """As code in Markdown, whatever backticks are in it."""
    longest = max((len(each) for each in _FENCE.findall(words)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {words} {fence}" if longest else f"`{words}`"
