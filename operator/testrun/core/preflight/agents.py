"""Agents of Telepresence that came while a run was under way: which of them go with it. Pure.

Whoever intercepts a workload, a set-up for instance, leaves an agent in its pods, for good. What was there before the run stays,
and so does the agent of an intercept that goes on: somebody else has come meanwhile.
"""

from __future__ import annotations

import dataclasses
import datetime

from testrun.core import text
from testrun.core.preflight import intercepts, telepresence
from testrun.core.preflight.checks import TelepresenceCheck
from testrun.core.preflight.telepresence import Facts


@dataclasses.dataclass(frozen=True)
class Before:
    """What a check noted when the environment was ready: the workloads that had an agent, or were to get one."""

    check: TelepresenceCheck
    workloads: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Removal:
    """``go``: workloads whose entry of the ConfigMap is to be removed; the manager then takes their agents out of their pods."""

    go: tuple[str, ...] = ()
    left: str = ""
    """Which stay although they came with the run, and why: a clause; empty when none does."""
    passing: bool = False
    """Another look may tell more."""


def removal(before: Before, facts: Facts, now: datetime.datetime) -> Removal:
    """What becomes of those that came since."""
    came = sorted({*facts.configured} - {*before.workloads})
    seen = telepresence.seen(before.check, facts)
    doubts = {each: intercepts.doubt(dataclasses.replace(seen, targets=[each]), now) for each in came}
    staying = {each: doubt for each, doubt in doubts.items() if doubt is not None}
    why = dict.fromkeys(doubt.saw.removeprefix("that ") for doubt in staying.values())
    return Removal(
        go=tuple(each for each in came if each not in staying),
        left=f"{told(tuple(staying))} {'stays' if len(staying) == 1 else 'stay'}: {'; '.join(why)}" if staying else "",
        passing=any(doubt.settles_at is not None for doubt in staying.values()),
    )


def told(workloads: tuple[str, ...]) -> str:
    """They, as a part of a sentence."""
    agents, they = ("agent", "it") if len(workloads) == 1 else ("agents", "they")
    return f"the {agents} of Telepresence in {text.listed(list(workloads))} ({they} came during the run)"
