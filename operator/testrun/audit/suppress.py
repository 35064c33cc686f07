"""What is let pass, for a reason and until a day: comments in the code, and entries of ``[[audit.allow]]``. Pure.

    # ameide: allow assertion-strength/weak until 2026-12-31: the format is not decided yet

It is of its own line and the next; above a test it is of the whole test; ``allow-file`` is of the file. One that gives no reason
or no day, is past its day, or lets nothing pass, is a finding itself.
"""

from __future__ import annotations

import dataclasses
import datetime
import io
import re
import tokenize
from collections.abc import Collection, Iterable, Sequence

from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import Test
from testrun.local.rules import allowlist

RULE = Rule(
    name="audit/suppression",
    severity=Severity.MAJOR,
    summary="a suppression without a reason or a day, past its day, or of nothing",
    why="What was let pass for a while stays for ever when nobody is reminded of it.",
    fix="Write `ameide: allow RULE until YYYY-MM-DD: REASON`, mend what it let pass, or delete it.",
)
_COMMENT = re.compile(
    rb"(?:#|//|/\*|--)[ \t]*ameide:[ \t]*allow(?P<file>-file)?\b[ \t]*(?P<rule>[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9-]+)?)?"
    rb"(?:[ \t]+until[ \t]+(?P<until>\S+?))?[ \t]*(?::[ \t]*(?P<reason>[^\r\n]*))?[ \t]*\r?$",
    re.MULTILINE,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Comment:
    """``first`` and ``last`` are the lines whose findings it covers; ``last`` 0 is the whole file."""

    line: int
    first: int
    last: int
    rule: str
    until: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        if self.rule not in (finding.rule, finding.scanner):
            return False
        return not self.last or self.first <= finding.line <= self.last


@dataclasses.dataclass(frozen=True, kw_only=True)
class Allowed:
    """A finding that is let pass, and the words for it."""

    finding: Finding
    reason: str
    until: datetime.date


def _lines_of_comments(data: bytes) -> frozenset[int] | None:
    """Of Python, where an example of a comment may stand in a docstring or another text; None: they cannot be told."""
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(data).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return frozenset(each.start[0] for each in tokens if each.type == tokenize.COMMENT)


def comments(path: str, data: bytes, tests: Iterable[Test]) -> list[Comment]:
    """Those of a file."""
    if b"ameide:" not in data:
        return []
    spoken = _lines_of_comments(data) if path.endswith(".py") else None
    lines = data.splitlines()
    ends = {test.line: test.end for test in tests}
    found_: list[Comment] = []
    for match in _COMMENT.finditer(data):
        line = data.count(b"\n", 0, match.start()) + 1
        if spoken is not None and line not in spoken:
            continue
        last = line + 1
        below = line + 1
        while below <= len(lines) and lines[below - 1].lstrip().startswith((b"@", b"#", b"//")):
            below += 1
        own_line = not lines[line - 1][: match.start() - data.rfind(b"\n", 0, match.start()) - 1].strip()
        if own_line:
            last = max(last, below, ends.get(below, 0))
        words = {
            name: (value or b"").decode("utf-8", "replace").strip().removesuffix("*/").strip()
            for name, value in match.groupdict().items()
        }
        found_.append(
            Comment(
                line=line,
                first=line,
                last=0 if match["file"] else last,
                rule=words["rule"],
                until=words["until"],
                reason=words["reason"],
            )
        )
    return found_


def apply(
    findings: Sequence[Finding],
    told: dict[str, list[Comment]],
    *,
    rules: Collection[str],
    looked_for: Collection[str],
    today: datetime.date,
) -> tuple[list[Finding], list[Allowed]]:
    """What stands and what is let pass by comments; ``told`` are those of each path. Of scanners and rules that are not in
    ``looked_for`` nobody can say whether a comment still covers anything.
    """
    left: list[Finding] = []
    allowed: list[Allowed] = []
    used: set[tuple[str, int]] = set()
    for finding in findings:
        covering = [each for each in told.get(finding.path, ()) if each.covers(finding)]
        used |= {(finding.path, each.line) for each in covering}
        good = next((each for each in covering if not _problem(each, rules, today)), None)
        if good is None:
            left.append(finding)
        else:
            allowed.append(Allowed(finding=finding, reason=good.reason, until=datetime.date.fromisoformat(good.until)))
    for path, of_file in told.items():
        for each in of_file:
            problem = _problem(each, rules, today)
            if not problem and (path, each.line) not in used and each.rule in looked_for:
                problem = "lets nothing pass: delete it"
            if problem:
                left.append(found(RULE, path, each.line, f"this suppression {problem}"))
    return left, allowed


def _problem(comment: Comment, rules: Collection[str], today: datetime.date) -> str:
    if not comment.rule or comment.rule not in rules:
        return f"names no rule that there is ({comment.rule or 'none'})"
    if not comment.reason:
        return "gives no reason"
    try:
        until = datetime.date.fromisoformat(comment.until)
    except ValueError:
        return "gives no day, or none that is a date, after `until`"
    return f"ended on {until.isoformat()}" if until < today else ""


def _covers(entry: allowlist.Entry, finding: Finding) -> bool:
    of_rule = entry.rule in (finding.rule, finding.scanner)
    return of_rule and entry.contains in finding.code and allowlist.matches(entry.path, finding.path)


def apply_entries(
    findings: Sequence[Finding],
    raw: object,
    *,
    rules: Collection[str],
    looked_for: Collection[str],
    config: str,
    today: datetime.date,
) -> tuple[list[Finding], list[Allowed]]:
    """The same for ``[[audit.allow]]``, which has the keys of phase 0's allowlist."""
    entries, wrong = allowlist.parse(raw, rules=rules, config=config)
    left: list[Finding] = []
    allowed: list[Allowed] = []
    used: set[int] = set()
    for finding in findings:
        covering = [each for each in entries if _covers(each, finding)]
        used |= {each.number for each in covering}
        good = next((each for each in covering if today <= each.expires), None)
        if good is None:
            left.append(finding)
        else:
            allowed.append(Allowed(finding=finding, reason=f"{good.reason} ({good.owner})", until=good.expires))
    left += (found(RULE, config, 0, each.message) for each in wrong)
    for each in entries:
        if each.expires < today:
            left.append(found(RULE, config, 0, f"entry {each.number} of audit.allow ended on {each.expires.isoformat()}"))
        elif each.number not in used and each.rule in looked_for:
            left.append(found(RULE, config, 0, f"entry {each.number} of audit.allow lets nothing pass: delete it"))
    return left, allowed
