"""Lines of shell that set the mode or call a pack script, and what takes their place. Pure."""

from __future__ import annotations

import re

from testrun.core.phases import Phase
from testrun.migrate.folding.meaning import CLUSTER, MOCKED, VARIABLE

_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|\$\{\{[^}\n]*\}\}|[^\s"'\\;&|,]*)"""
_ASSIGNED = re.compile(rf"(?<![\w-]){VARIABLE}=(?P<value>{_VALUE})")
_ONE = rf"{VARIABLE}={_VALUE}"
_PREFIX = re.compile(rf"(?<![\w-])(?:cross-env[ \t]+)?(?:env[ \t]+)?{_ONE}[ \t]+(?=\S)")
_PACK = r"(?:\S*/)?run_integration_tests\.sh"
_CALL = re.compile(
    r"""(?P<before>(?:^|[`;&|])[ \t]*(?:-[ \t]+)?(?:\w+:[ \t]+)?[@-]?(?:[A-Za-z_]\w*=\S*[ \t]+)*?)"""
    rf"""(?:cross-env[ \t]+)?(?:env[ \t]+)?(?P<set>(?:{_ONE}[ \t]+)?)"""
    rf"""(?:(?:ba|z|da)?sh[ \t]+(?:-[a-z]+[ \t]+)*)?["']?{_PACK}["']?(?=$|[\s`;&|])"""
)


def mode_of(value: str) -> str | None:
    """``cluster``, ``local`` for all words without a cluster, or None: it depends."""
    word = value.strip("\"'").lower()
    return CLUSTER if word == CLUSTER else "local" if word in MOCKED else None


def set_in(line: str) -> str | None:
    """The value that a line of shell gives to the mode."""
    match = _ASSIGNED.search(line)
    return match["value"] if match is not None else None


def replaced(line: str, around: str | None = None, root: str = "") -> str | None:
    """The line with the call of a pack script as it is now. ``around``: the mode that is set for it from outside; ``root``: the
    repository as seen from where it runs. None: the call is more than that, or its mode is not known.
    """
    match = _CALL.search(line)
    if match is None or re.search(r"\bcd[ \t]|\bpushd\b|[<>]|\$\(", line):
        return None
    arguments = re.match(r"[ \t]*(?P<more>[^`;&|\\#]*)", line[match.end() :])
    if arguments is not None and arguments["more"].strip():
        return None  # which may mean anything
    value = set_in(match["set"]) or around
    mode = "local" if value is None else mode_of(value)
    if mode is None:
        return None
    phase = Phase.E2E if mode == CLUSTER else Phase.INTEGRATION
    command = f"ameide dev inner-loop-test --phase {phase}" + (f" {root}" if root else "")
    return line[: match.start()] + match["before"] + command + line[match.end() :]


def without_mode(line: str) -> str | None:
    """A line of shell that does not set the mode; empty when nothing is left of it. None: it is set in a way that is not known,
    or for a command that has to be another one for a cluster.
    """
    if re.fullmatch(rf"\s*(?:export[ \t]+|ENV[ \t]+|ARG[ \t]+|-[ \t]+)?{_ONE}\s*;?\s*", line):
        return ""
    if re.fullmatch(rf"\s*(?:ENV|ARG)[ \t]+{VARIABLE}(?:[ \t]+\S+)?\s*", line):
        return ""
    if mode_of(set_in(line) or "") != "local":
        return None
    new = re.sub(rf"[ \t](?:-e|--env)[ \t=][\"']?{_ONE}[\"']?", "", line)
    while match := _PREFIX.search(new):
        new = new[: match.start()] + new[match.end() :]
    return None if VARIABLE in new else new
