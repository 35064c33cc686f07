"""How many examples a test tries: a few in `make test-unit`, always the same; in `make fuzz` many, by seed (`campaign.py`)."""

from __future__ import annotations

import os

import hypothesis
from hypothesis import HealthCheck

TIMES = "FUZZ_TIMES"
"""The environment's word for how much longer a campaign tries than `make test-unit` does."""


def tries(examples: int) -> hypothesis.settings:
    """The settings of a test: ``examples`` in the short run."""
    times = os.environ.get(TIMES)
    return hypothesis.settings(
        max_examples=examples * int(times or 1),
        # A red `make test` is the fault of the change under test, not of luck: looking further is what `make fuzz` is for.
        derandomize=not times,
        # Nothing that depends on the machine's speed or on earlier runs: the seed alone brings a failure back.
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
