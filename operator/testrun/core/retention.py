"""Which evidence goes when a store keeps so many runs, or for so long. Pure: the store is listed and emptied elsewhere."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable

from testrun.core import model

KEPT_AT_LEAST_SECONDS = 3600.0
"""No run goes sooner, however many there are: whoever waited for its end has the time to fetch it, and an operator that was
killed before it wrote the verdict asks again.
"""


class Reason(enum.StrEnum):
    AGE = "age"
    COUNT = "count"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Policy:
    """0 means: no bound."""

    max_runs: int = 0
    """Settled runs that each namespace keeps: the newest."""
    max_age: float = 0.0
    """Seconds for which a run is kept after its evidence was stored."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Kept:
    """A settled run in the store."""

    run: model.RunRef
    stored: float
    """When its evidence was whole: seconds since the epoch."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Due:
    run: model.RunRef
    reason: Reason


def due(kept: Iterable[Kept], policy: Policy, now: float) -> list[Due]:
    """The runs that go at that time (seconds since the epoch), oldest first. One that is too old counts for nothing else."""
    newest_first = sorted(kept, key=lambda each: (each.stored, each.run.name, each.run.uid), reverse=True)
    found: list[Due] = []
    stay: dict[str, int] = {}
    for each in newest_first:
        namespace, age = each.run.namespace, now - each.stored
        if age < KEPT_AT_LEAST_SECONDS:
            reason = None
        elif policy.max_age and age >= policy.max_age:
            reason = Reason.AGE
        elif policy.max_runs and stay.get(namespace, 0) >= policy.max_runs:
            reason = Reason.COUNT
        else:
            reason = None
        if reason is None:
            stay[namespace] = stay.get(namespace, 0) + 1
        else:
            found.append(Due(run=each.run, reason=reason))
    return found[::-1]
