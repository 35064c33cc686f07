"""docs/audit.md names every rule as the code has it, and none besides."""

from __future__ import annotations

import re
from pathlib import Path

from testrun.audit import scanners

PAGE = (Path(__file__).resolve().parents[3] / "docs/audit.md").read_text()


def test_every_rule_has_a_row():
    rows = re.findall(r"^\| `([a-z0-9-]+/[a-z0-9-]+)` \| (\w+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(rule.name, rule.told_as, rule.summary) for each in scanners.ALL for rule in each.rules]


def test_every_scanner_has_a_section():
    assert re.findall(r"^## `([a-z0-9-]+)`$", PAGE, re.MULTILINE) == [each.name for each in scanners.ALL]
