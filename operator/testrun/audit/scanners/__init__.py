"""One scanner a file. `ALL` is what there is, in the order in which it is shown."""

from __future__ import annotations

from testrun.audit.scanner import Scanner
from testrun.audit.scanners import (
    assertion_strength,
    classification,
    config_duplication,
    e2e_coverage,
    mock_fallback,
    plugin_integration,
    side_effects,
    test_infrastructure,
)

ALL: tuple[Scanner, ...] = (
    assertion_strength.SCANNER,
    mock_fallback.SCANNER,
    classification.SCANNER,
    config_duplication.SCANNER,
    side_effects.SCANNER,
    test_infrastructure.SCANNER,
    e2e_coverage.SCANNER,
    plugin_integration.SCANNER,
)
