"""What phase 0 lets pass for a while: each entry says what, why, who answers for it, and until when. Pure: today is an argument.

The allowlist is for a repository on its way to the new layout, so it polices itself: an entry that is past its date, or that
nothing needs any more, is a finding as well. An entry that is wrong allows nothing.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from testrun.core import text
from testrun.local.rules.finding import Finding

RULE = "allowlist"
_TEXTS = ("rule", "path", "reason", "owner")
_KEYS = (*_TEXTS, "expires", "contains")
_EXAMPLE = 'an entry is {rule = "…", path = "…", reason = "…", owner = "…", expires = 2026-12-31}, and contains = "…" if need be'


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """Allows the findings of a rule in the paths that a glob matches, up to and with the day ``expires``; with ``contains``, only
    those whose line contains that text. ``number`` is its place in the list, from 1.
    """

    number: int
    rule: str
    path: str
    reason: str
    owner: str
    expires: datetime.date
    contains: str = ""

    def covers(self, finding: Finding) -> bool:
        return finding.rule == self.rule and self.contains in finding.text and matches(self.path, finding.path)

    def __str__(self) -> str:
        return text.one_line(f"{self.rule} in {self.path}" + (f", containing {self.contains!r}" if self.contains else ""), 200)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Allowed:
    """A finding that an entry lets pass."""

    finding: Finding
    entry: Entry

    @property
    def sentence(self) -> str:
        entry = self.entry
        return text.one_line(f"allowed until {entry.expires.isoformat()} by {entry.owner}: {entry.reason}", 500)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Judged:
    """``left`` are the findings that stand, with those about the allowlist itself at their end."""

    left: tuple[Finding, ...]
    allowed: tuple[Allowed, ...]


def parse(raw: object, *, rules: Collection[str], config: str) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """The entries of the list that TOML gave, and a finding in ``config`` (the path of that file) for each that is malformed.
    ``rules`` are the rules that can be allowed.
    """
    if not isinstance(raw, Sequence) or isinstance(raw, str | bytes):
        return (), (_wrong(config, f"the allowlist is not a list: {_EXAMPLE}", raw),)
    entries: list[Entry] = []
    findings: list[Finding] = []
    for number, each in enumerate(raw, start=1):
        problem = _problem(each, rules)
        if problem:
            findings.append(_wrong(config, f"entry {number} of the allowlist {problem}", each))
        else:
            entries.append(Entry(**{**each, "number": number, "expires": _date(each["expires"])}))
    return tuple(entries), tuple(findings)


def apply(findings: Iterable[Finding], entries: Sequence[Entry], *, today: datetime.date, config: str) -> Judged:
    """Judges findings and entries by each other. An entry past its date allows nothing: what it covered stands again."""
    left: list[Finding] = []
    allowed: list[Allowed] = []
    used: set[int] = set()
    for finding in findings:
        covering = [entry for entry in entries if entry.covers(finding)]
        used.update(entry.number for entry in covering)
        in_date = next((entry for entry in covering if today <= entry.expires), None)
        if in_date is None:
            left.append(finding)
        else:
            allowed.append(Allowed(finding=finding, entry=in_date))
    left += (
        _wrong(config, f"entry {entry.number} of the allowlist {problem}", str(entry))
        for entry in entries
        if (problem := _outlived(entry, entry.number in used, today))
    )
    return Judged(left=tuple(left), allowed=tuple(allowed))


def _outlived(entry: Entry, used: bool, today: datetime.date) -> str:
    if not used:
        return "allows nothing that is there: delete it (or correct its path, rule or contains)"
    if today > entry.expires:
        owner = text.one_line(entry.owner, 100)
        return f"expired on {entry.expires.isoformat()}: mend what it allowed, or ask {owner} for a new date"
    return ""


def _problem(entry: object, rules: Collection[str]) -> str:
    """What is wrong with an entry as a verb phrase, else empty."""
    if not isinstance(entry, dict):
        return f"is not a table: {_EXAMPLE}"
    fields: dict[str, Any] = entry
    unknown = sorted(str(key) for key in fields.keys() - set(_KEYS))
    missing = [key for key in (*_TEXTS, "expires") if key not in fields or fields[key] == ""]
    wrong = [key for key in (*_TEXTS, "contains") if key in fields and not isinstance(fields[key], str)]
    blank = [key for key in _TEXTS if isinstance(fields.get(key), str) and fields[key] and not fields[key].strip()]
    if missing or blank:
        return f"has no {' and no '.join(missing + blank)}: {_EXAMPLE}"
    if unknown:
        return f"has a key that is not known, {text.one_line(unknown[0], 60)!r}: {_EXAMPLE}"
    if wrong:
        return f"has a {wrong[0]} that is not a text: {_EXAMPLE}"
    if fields["rule"] not in rules:
        return f"has an unknown rule, {text.one_line(fields['rule'], 60)!r}: it is one of {', '.join(rules)}"
    if _date(fields["expires"]) is None:
        return "has an expires that is not a date: write it like 2026-12-31"
    return ""


def _date(value: object) -> datetime.date | None:
    # A datetime is a date to Python; here its time would be a promise that nobody keeps.
    if isinstance(value, datetime.datetime):
        return None
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime.date) else None


def _wrong(config: str, message: str, raw: object) -> Finding:
    return Finding(path=config, rule=RULE, message=message, text=text.one_line(str(raw)[:800], 200))


def matches(glob: str, path: str) -> bool:
    """Whether a glob matches a whole posix path: ``**`` is any number of folders, ``*`` anything and ``?`` one character within a
    name. Brackets are plain characters: there are folders named ``[id]``.
    """
    return _wild(glob.split("/"), path.split("/"), "**", _matches_name)


def _matches_name(glob: str, name: str) -> bool:
    return _wild(glob, name, "*", lambda one, character: one in ("?", character))


def _wild(pattern: Sequence[str], parts: Sequence[str], star: str, same: Callable[[str, str], bool]) -> bool:
    # On a mismatch only the last star takes one part more: an earlier one need never be tried again. So no input is exponential.
    at = of = 0
    last: tuple[int, int] | None = None
    while at < len(parts):
        if of < len(pattern) and pattern[of] == star:
            last = (at, of)
            of += 1
        elif of < len(pattern) and same(pattern[of], parts[at]):
            at += 1
            of += 1
        elif last is not None:
            last = (last[0] + 1, last[1])
            at, of = last[0], last[1] + 1
        else:
            return False
    return all(each == star for each in pattern[of:])
