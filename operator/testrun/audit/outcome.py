"""What an audit comes to: the findings that stand, those that are let pass, those that were there before. Pure."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from testrun.audit import suppress
from testrun.audit.engine import Seen
from testrun.audit.finding import Finding, Severity, with_fingerprints
from testrun.audit.records import RULES
from testrun.audit.scanner import Scanner
from testrun.audit.suppress import Allowed

RULE_NAMES = (*RULES, suppress.RULE.name)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What the configuration says of audits."""

    severities: Mapping[str, Severity | None] = dataclasses.field(default_factory=dict)
    """For a rule or a scanner; None: it is not looked for."""
    allow: object = ()
    config: str = "ameide.toml"
    """The file that says so."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    findings: list[Finding]
    """Worst first."""
    allowed: list[Allowed]
    known: int
    """So many are in the baseline, and not in ``findings``."""
    gone: int
    """So many of the baseline were not found any more."""
    scanners: list[Scanner]
    numbers: Mapping[str, Counter[str]]
    notes: list[str]
    files: int

    def count(self, severity: Severity, scanner: str | None = None) -> int:
        return sum(each.severity is severity and scanner in (None, each.scanner) for each in self.findings)

    def fails(self, at: Severity | None) -> bool:
        """Whether any finding is as bad as that, or worse; None: never."""
        return at is not None and any(each.severity.rank <= at.rank for each in self.findings)


def judge(
    seen: Seen, chosen: Sequence[Scanner], settings: Settings, *, today: datetime.date, baseline: Collection[str] | None = None
) -> Outcome:
    """``baseline`` are fingerprints that are known already."""
    ran = {scanner.name for scanner in chosen} | {"audit"}
    severities = {name: None for name, rule in RULES.items() if not rule.is_on} | dict(settings.severities)
    ran |= {name for name, rule in RULES.items() if rule.scanner in ran and severities.get(name, rule.severity) is not None}
    names = {*RULE_NAMES, *(name.partition("/")[0] for name in RULE_NAMES)}
    findings = [kept for each in seen.findings if (kept := _weighed(each, severities)) is not None]
    findings, by_comment = suppress.apply(findings, seen.comments, rules=names, looked_for=ran, today=today)
    findings, by_entry = suppress.apply_entries(
        findings, settings.allow, rules=names, looked_for=ran, config=settings.config, today=today
    )
    findings = with_fingerprints(findings)
    known = set(baseline or ())
    return Outcome(
        findings=[each for each in findings if each.fingerprint not in known],
        allowed=[*by_comment, *by_entry],
        known=sum(each.fingerprint in known for each in findings),
        gone=len(known - {each.fingerprint for each in findings}),
        scanners=list(chosen),
        numbers=seen.numbers,
        notes=seen.notes,
        files=seen.files,
    )


def _weighed(finding: Finding, severities: Mapping[str, Severity | None]) -> Finding | None:
    severity = severities.get(finding.rule, severities.get(finding.scanner, finding.severity))
    return None if severity is None else dataclasses.replace(finding, severity=severity)


def for_machines(outcome: Outcome, *, revision: str, date: datetime.date) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "date": date.isoformat(),
        "revision": revision,
        "files": outcome.files,
        "scanners": [
            {
                "name": scanner.name,
                "counts": {severity.value: outcome.count(severity, scanner.name) for severity in Severity},
                "numbers": dict(sorted(outcome.numbers[scanner.name].items())),
            }
            for scanner in outcome.scanners
        ],
        "findings": [_finding(each) for each in outcome.findings],
        "allowed": [
            _finding(each.finding) | {"reason": each.reason, "until": each.until.isoformat()} for each in outcome.allowed
        ],
        "known": outcome.known,
        "gone": outcome.gone,
        "notes": outcome.notes,
    }  # fmt: skip


def _finding(each: Finding) -> dict[str, Any]:
    return {
        "rule": each.rule, "severity": each.severity.value, "path": each.path, "line": each.line, "code": each.code,
        "message": each.message, "why": each.why, "fix": each.fix, "fingerprint": each.fingerprint,
    }  # fmt: skip
