"""The four phases: their names, and which are run."""

from __future__ import annotations

import pytest

from testrun.core import phases
from testrun.core.phases import Phase


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("0", Phase.POLICY),
        ("policy", Phase.POLICY),
        ("1", Phase.UNIT),
        ("Unit", Phase.UNIT),
        (" e2e ", Phase.E2E),
        ("3", Phase.E2E),
    ],
)
def test_a_phase_has_a_name_and_a_number(word: str, phase: Phase):
    assert phases.parse(word) is phase


@pytest.mark.parametrize("word", ["", "4", "-1", "all", "unittest"])
def test_what_is_no_phase_is_refused_with_the_list(word: str):
    with pytest.raises(phases.UnknownPhase, match="0 policy, 1 unit, 2 integration, 3 e2e"):
        phases.parse(word)


@pytest.mark.parametrize(
    ("only", "until", "asked"),
    [
        ([], None, ["policy", "unit", "integration", "e2e"]),
        ([], "integration", ["policy", "unit", "integration"]),
        (["integration", "unit"], None, ["unit", "integration"]),  # in their order, whatever order they are named in
        (["e2e"], "unit", []),
    ],
)
def test_the_phases_that_are_run(only: list[str], until: str | None, asked: list[str]):
    chosen = phases.asked_for([Phase(each) for each in only], None if until is None else Phase(until))
    assert chosen == tuple(Phase(each) for each in asked)
