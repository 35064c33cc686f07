"""One scanner a file. `ALL` is what there is, in the order in which it is shown."""

from __future__ import annotations

from testrun.audit.scanner import Scanner
from testrun.audit.scanners import assertion_strength, classification, mock_fallback, test_infrastructure

ALL: tuple[Scanner, ...] = (
    assertion_strength.SCANNER, mock_fallback.SCANNER, classification.SCANNER, test_infrastructure.SCANNER,
)  # fmt: skip
