"""What a scanner has to say: rules, and findings that break them. Pure."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
from collections import Counter
from collections.abc import Iterable

from testrun.core import text


class Severity(enum.Enum):
    """How bad it is; ordered by `rank`."""

    CRITICAL = "critical"
    """The test says passed when it should not."""
    MAJOR = "major"
    """The test says less than it seems to."""
    MINOR = "minor"
    """It costs more than it should."""

    @property
    def rank(self) -> int:
        """0 is worst."""
        return list(Severity).index(self)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule:
    """Something that a scanner looks for. ``name`` is ``scanner/rule``; ``why`` and ``fix`` are sentences for people."""

    name: str
    severity: Severity
    summary: str
    why: str
    fix: str
    is_on: bool = True
    """False: it is told only when the configuration gives it a severity."""

    @property
    def told_as(self) -> str:
        """Its severity, or ``off``."""
        return self.severity.value if self.is_on else "off"

    @property
    def scanner(self) -> str:
        return self.name.partition("/")[0]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """A rule that a place breaks.

    ``path`` is posix and relative to the repository; ``line`` counts from 1, 0 is the whole file. ``message`` says what was seen
    there. ``code`` is the line itself, printable.
    """

    rule: str
    severity: Severity
    path: str
    line: int
    message: str
    why: str
    fix: str
    code: str = ""
    fingerprint: str = ""

    @property
    def scanner(self) -> str:
        return self.rule.partition("/")[0]

    @property
    def text(self) -> str:
        """What an entry of the allowlist may name with ``contains``."""
        return self.code

    @property
    def place(self) -> str:
        path = text.one_line(self.path, 300)
        return f"{path}:{self.line}" if self.line else path


def found(rule: Rule, path: str, line: int, message: str, *, code: str = "") -> Finding:
    """A finding as a scanner makes it: without ``code``, the line is put in later, by who has the file."""
    return Finding(
        rule=rule.name, severity=rule.severity, path=path, line=line, message=message, why=rule.why, fix=rule.fix, code=code,
    )  # fmt: skip


def order(finding: Finding) -> tuple[int, str, int, str, str]:
    """Worst first, then by place."""
    return finding.severity.rank, finding.path, finding.line, finding.rule, finding.message


def with_fingerprints(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in order, each with a name that stays when lines move: made of rule, path and code, and of which of its likes
    it is in that file.
    """
    seen: Counter[str] = Counter()
    result = []
    for each in sorted(findings, key=lambda one: (one.path, one.line, one.rule, one.message)):
        base = "\0".join((each.rule, each.path, " ".join((each.code or each.message).split())))
        seen[base] += 1
        digest = hashlib.sha256(f"{base}\0{seen[base]}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
        result.append(dataclasses.replace(each, fingerprint=digest))
    return sorted(result, key=order)
