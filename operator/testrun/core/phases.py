"""The four phases: their names, their order, and which of them are to run. Pure.

Order is strict and fail-fast: a phase runs only if all that were asked for before it passed. How one ended says `outcomes`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable


class Phase(enum.StrEnum):
    POLICY = "policy"
    UNIT = "unit"
    INTEGRATION = "integration"
    E2E = "e2e"

    @property
    def number(self) -> int:
        return ORDER.index(self)

    @property
    def folder(self) -> str:
        """Where its evidence is, below a run's folder."""
        return f"phase-{self.number}"

    @property
    def junit(self) -> str:
        """Path of its JUnit, below a run's folder."""
        return f"{self.folder}/junit.xml"


ORDER = tuple(Phase)
LOCAL = ORDER[:3]

NOT_RUN = "NotRun"
"""The result of a phase that did not run, because an earlier one was red or because it was not asked for."""


class UnknownPhase(ValueError):
    """Not the name or number of a phase."""


def parse(word: str) -> Phase:
    """The phase of a name or a number. Raises `UnknownPhase`."""
    for phase in ORDER:
        if word.strip().lower() in (phase, str(phase.number)):
            return phase
    names = ", ".join(f"{phase.number} {phase}" for phase in ORDER)
    raise UnknownPhase(f"{word!r} is not a phase: {names}")


def asked_for(only: Iterable[Phase], until: Phase | None) -> tuple[Phase, ...]:
    """The phases that are to run, in order: ``only`` these (empty: all), none after ``until``."""
    chosen = set(only) or set(ORDER)
    last = ORDER if until is None else ORDER[: until.number + 1]
    return tuple(phase for phase in last if phase in chosen)
