"""From ledgers to a settlement: the one composition of cases, verdict, JUnit and summary, for server and operator. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from testrun.core import cases, cleanup, environment, gate, model, summary, verdict
from testrun.core.cases import RunResult
from testrun.core.ledger import PodLedger
from testrun.junit import bounded, writer


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settled:
    """``settlement`` lacks only what a store adds: ``junit_file``, ``report`` and ``manifest_sha256``."""

    settlement: model.Settlement
    junit: bytes
    """The whole file, for ``phase-3/junit.xml``."""
    result: RunResult
    """For the page. Its counts are the settlement's."""


def settle(
    request: model.SettleRequest, ledgers: Mapping[int, Sequence[PodLedger]], *, stored: Collection[str] | None = None
) -> Settled:
    """Settle a run from the logs of its pods, by shard. ``stored``: paths of the attachments that arrived; None: all of them."""
    result = cases.settle(request, ledgers, stored=stored)
    return of_result(result, request)


def of_result(result: RunResult, request: model.SettleRequest) -> Settled:
    """Judge a result and write it, with what came before the shards in it."""
    result = environment.explained(gate.explained(result, request), request)
    judgement, says = verdict.standing(verdict.judge(result, request), request)
    result = cleanup.told(verdict.explained(result, judgement), request)
    junit = writer.render(result, request)
    settlement = model.Settlement(
        verdict=judgement[0],
        message=judgement[1],
        counts=result.counts,
        duration=result.duration,
        shards=result.shards,
        failures=summary.failures(result.cases),
        junit=bounded.within(result, request, junit).decode(),
        evidence_says=says,
    )
    return Settled(settlement=settlement, junit=junit, result=result)
