"""What a Go test that asserts nothing prints, and nobody looks at. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from testrun.audit.model import Call

_PRINTS = re.compile(r"(?:fmt\.Print(?:ln|f)?|(?P<who>\w+)\.Logf?)$")


def printed(calls: Iterable[Call], ts: Collection[str]) -> str:
    """What a test that asserts nothing prints for someone to look at, as written."""
    for each in calls:
        match = _PRINTS.match(each.name)
        if match is not None and (match["who"] is None or match["who"] in ts):
            value = next((one for one in each.arguments if not one.startswith(('"', "`"))), "")
            if re.search(r"[a-z]\w*\]?$|\)$", value):
                return value
    return ""
