"""Which programs of the developer's machine are asked before phase 3, and what each must say. Pure.

A run whose pods work in the cluster needs neither: what this machine knows better than the operator is that it takes requests
away itself. Tests that run here need both.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable

from testrun.core.preflight.checks import Check, Intercepts, TelepresenceCheck, TiltCheck

TELEPRESENCE = "Telepresence on this machine"
TILT = "Tilt on this machine"


class Demand(enum.StrEnum):
    """What the repository says about a program."""

    AUTO = "auto"
    """It is asked when the TestRun's own preflight names it."""
    REQUIRED = "required"
    OFF = "off"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wish:
    """What the configuration and the command line say."""

    telepresence: Demand = Demand.AUTO
    intercepts: Intercepts | None = None
    """None: as the TestRun's own preflight says, else they are forbidden."""
    tilt: Demand = Demand.AUTO
    resources: tuple[str, ...] = ()
    """Of Tilt; empty: those that the TestRun's own preflight names."""
    connect: bool = False
    """Telepresence is to be connected, which asks for it."""
    here: bool = False
    """The tests run on this machine."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Asked:
    """A program that is asked."""

    name: str
    what: TelepresenceCheck | TiltCheck
    needed: bool
    """It must be at work; else it is passed over when it is not."""


def asked(wish: Wish, checks: Iterable[Check]) -> list[Asked]:
    """The programs to ask, in order. ``checks`` are those of the TestRun's own preflight."""
    told = [check.what for check in checks]
    found: list[Asked] = []
    named = next((each for each in told if isinstance(each, TelepresenceCheck)), None)
    if wish.connect or wish.telepresence is Demand.REQUIRED or (wish.telepresence is Demand.AUTO and named is not None):
        # Without a check of the TestRun's own any traffic manager will do: nobody said which.
        check = named or TelepresenceCheck(manager_namespace="")
        if wish.intercepts is not None:
            check = dataclasses.replace(check, intercepts=wish.intercepts)
        needed = wish.here or wish.connect or wish.telepresence is Demand.REQUIRED
        found.append(Asked(name=TELEPRESENCE, what=check, needed=needed))
    resources = wish.resources or tuple(
        dict.fromkeys(name for each in told if isinstance(each, TiltCheck) for name in each.resources)
    )
    if wish.tilt is Demand.REQUIRED or (wish.tilt is Demand.AUTO and resources):
        needed = wish.here or wish.tilt is Demand.REQUIRED or bool(wish.resources)
        found.append(Asked(name=TILT, what=TiltCheck(resources), needed=needed))
    return found
