"""Evidence that could not be stored when the verdict was written: how long, how often and how the server is asked again. Pure.

When it began is the transition time of ``EvidenceStored``; that it is over, one way or the other, is a written ``CleanedUp``. So
a restart goes on where it was.
"""

from __future__ import annotations

import dataclasses
import datetime

from testrun.core import model, rules
from testrun.core.observed import Observed
from testrun.core.status import MESSAGE_CHARACTERS, Condition, ConditionType, Status

SECONDS = 24 * 3600
"""How long the server is asked. Its own rule for runs that nobody asks for has the same length."""
FIRST_SECONDS = 5
LONGEST_SECONDS = 300
"""The waits between two tries grow with the time since the verdict (each doubles it), from the first to the longest."""
STORED_LATE = "StoredLate"


def waits_for(status: Status) -> Condition | None:
    """The condition of evidence that may still be stored; None: it is, or was given up."""
    stored = status.condition(ConditionType.EVIDENCE_STORED)
    over = status.condition(ConditionType.CLEANED_UP) is not None
    return None if stored is None or stored.status != "False" or over else stored


def is_stored(status: Status | None) -> bool:
    """It was stored after the verdict."""
    stored = status.condition(ConditionType.EVIDENCE_STORED) if status is not None else None
    return stored is not None and stored.reason == STORED_LATE


def ends(since: datetime.datetime) -> datetime.datetime:
    return since + datetime.timedelta(seconds=SECONDS)


def next_try(seen: Observed, since: datetime.datetime) -> datetime.datetime | None:
    """When the server is to be asked again; None: not any more. Nobody knows of a try before a restart: it is asked at once, also
    when its time is over.
    """
    tried = seen.settle_tried
    if seen.deleted_at is not None:  # somebody waits for the run to go: one more try
        return seen.now if tried is None or tried < seen.deleted_at else None
    if tried is None:
        return seen.now
    if tried >= ends(since):
        return None
    wait = min(max((tried - since).total_seconds(), FIRST_SECONDS), LONGEST_SECONDS)
    return min(tried + datetime.timedelta(seconds=wait), ends(since))


def request(seen: Observed, status: Status) -> model.SettleRequest:
    """The question as it was asked before the verdict, and the verdict: whatever the answer, that one stands."""
    succeeded, end = status.condition(ConditionType.SUCCEEDED), status.completion_time or seen.now
    message = succeeded.message if succeeded is not None else ""
    asked = rules.settle_request(seen, _stop(seen, status.verdict), start=status.start_time or end, end=end)
    if asked.stopped is None and status.verdict is model.Verdict.ERRORED:
        asked = dataclasses.replace(asked, stopped_message=message)  # the only explanation of a shard that never began
    return dataclasses.replace(asked, verdict=status.verdict, verdict_message=message)


def _stop(seen: Observed, verdict: model.Verdict | None) -> rules.Stop | None:
    """Why the run was ended from outside, as far as that can still be seen."""
    stops = (
        rules.spec_is_unusable,
        rules.gate_is_closed,
        rules.environment_is_not_ready,
        rules.run_is_cancelled,
        rules.run_is_deleted,
    )
    found = next((stop for stop in (rule(seen) for rule in stops) if stop is not None and stop.verdict is verdict), None)
    if found is None and verdict in (model.Verdict.CANCELLED, model.Verdict.TIMED_OUT):
        return rules.Stop(verdict, "")
    return found


def told(seen: Observed, status: Status, result: model.Settlement) -> Status:
    """The status once the evidence is there. What was said of the run stays as it was said."""
    message = result.stored_message or "all evidence is in the store"
    message += f"; it came after the verdict {status.verdict}, which stands"
    if result.evidence_says:
        message += f", although by the evidence it would be {result.evidence_says}"
    located = {each.phase: each.junit for each in result.phases}
    return dataclasses.replace(
        status, phases=tuple(dataclasses.replace(each, junit=located.get(each.phase, each.junit)) for each in status.phases)
    ).with_condition(
        ConditionType.EVIDENCE_STORED, "True", STORED_LATE, message[:MESSAGE_CHARACTERS],
        now=seen.now, generation=seen.generation,
    )  # fmt: skip
