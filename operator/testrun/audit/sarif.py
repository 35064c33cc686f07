"""Findings as SARIF 2.1.0, which code hosts show beside the code. Pure."""

from __future__ import annotations

import urllib.parse
from typing import Any

from testrun.audit import suppress
from testrun.audit.finding import Finding, Severity
from testrun.audit.outcome import Outcome

_LEVELS = {Severity.CRITICAL: "error", Severity.MAJOR: "warning", Severity.MINOR: "note"}


def of(outcome: Outcome, *, version: str) -> dict[str, Any]:
    rules = [*(rule for scanner in outcome.scanners for rule in scanner.rules), suppress.RULE]
    results = [_result(each) for each in outcome.findings]
    results += [
        _result(each.finding) | {"suppressions": [{"kind": "inSource", "justification": each.reason}]} for each in outcome.allowed
    ]
    driver = {
        "name": "ameide audit",
        "version": version,
        "rules": [
            {
                "id": rule.name,
                "shortDescription": {"text": rule.summary},
                "fullDescription": {"text": rule.why},
                "help": {"text": rule.fix},
                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            }
            for rule in rules
        ],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _result(finding: Finding) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": urllib.parse.quote(finding.path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": max(finding.line, 1)} | ({"snippet": {"text": finding.code}} if finding.code else {}),
    }
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}. {finding.why} {finding.fix}"},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"ameide/v1": finding.fingerprint},
    }
