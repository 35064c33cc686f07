"""What a check has found, in words for the person who has to do something about it."""

from __future__ import annotations

import dataclasses
import datetime
import enum


class Readiness(enum.StrEnum):
    READY = "Ready"
    NOT_READY = "NotReady"
    UNKNOWN = "Unknown"
    """It could not be told. Like NOT_READY it does not hold, and it says what to mend so that it can be told."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """``saw`` and ``wanted`` are clauses of one line, without a full stop; ``hint`` is what to do, in the imperative."""

    readiness: Readiness
    saw: str
    wanted: str
    hint: str = ""
    warning: str = ""
    """What is told although the check holds."""
    output: str = ""
    """Evidence of several lines, such as the last ones of a log."""
    final: bool = False
    """It does not hold, and never will."""
    agents: tuple[str, ...] | None = None
    """Workloads with an agent of Telepresence, or that are to get one. None: nobody looked."""
    settles_at: datetime.datetime | None = None
    """Judge again at this time even if nothing is seen to change: what was seen is not to be believed before."""

    @property
    def holds(self) -> bool:
        return self.readiness is Readiness.READY

    @property
    def message(self) -> str:
        """All of it but the output, in one line."""
        if self.holds:
            return f"saw {self.saw}; warning: {self.warning}" if self.warning else f"saw {self.saw}"
        told = f"saw {self.saw}; wanted {self.wanted}"
        return f"{told}; hint: {self.hint}" if self.hint else told


SHOWN = 3
"""So many findings are told at most where several are put together."""


def together(findings: list[Finding]) -> Finding:
    """One finding for several things that must all hold. Of those that do not, each is told; those that do are not."""
    bad = [each for each in findings if not each.holds]
    told = bad or findings
    shown, rest = told[:SHOWN], told[SHOWN:]
    several = "; ".join([each.saw for each in shown] + ([f"and {len(rest)} more"] if rest else []))
    return Finding(
        readiness=_worst(findings),
        saw=several,
        wanted="; ".join(dict.fromkeys(each.wanted for each in shown)),
        hint="; ".join(dict.fromkeys(each.hint for each in shown if each.hint)),
        warning="; ".join(dict.fromkeys(each.warning for each in findings if each.warning)),
        output="\n".join(each.output for each in told if each.output),
        settles_at=min((each.settles_at for each in findings if each.settles_at is not None), default=None),
    )


def _worst(findings: list[Finding]) -> Readiness:
    found = {each.readiness for each in findings}
    return next(each for each in (Readiness.NOT_READY, Readiness.UNKNOWN, Readiness.READY) if each in found)
