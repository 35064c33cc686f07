"""A settlement when the server cannot be asked, or has no room, or when there was never anything to ask it about. Pure.

The operator's last resort keeps the promise that every run ends with a JUnit file: one case for each shard, or one for a run that
never had a pod (its spec is invalid, it was cancelled before it started), or one for each phase that blocks it.
"""

from __future__ import annotations

import dataclasses

from testrun.core import model, terminations
from testrun.junit import settle

WITHOUT_SERVER = "the server could not be asked: the result is from the pods' termination messages, the evidence is not stored"
RECORDS_ONLY = "the server could not be asked: the run never had a pod, and the JUnit of the phases before it is not stored"
FULL = "the server's volume is full: the result is from the pods' termination messages, the evidence is not stored"
RECORDS_ONLY_FULL = "the server's volume is full: the run never had a pod, and the JUnit of the phases before it is not stored"
NEVER_STARTED = "the run never had a pod, and the server could not store its JUnit: it is in the status alone"


def without_server(request: model.SettleRequest, *, full: bool = False) -> model.Settlement:
    """The settlement as far as Kubernetes knows the run. ``full``: the server answers, and has no room.

    Its counts are of tests, as the termination messages tell them. Its JUnit counts its own cases, the shards: no other names
    are known.
    """
    settled = settle.of_result(terminations.settle(request), request)
    with_pods, records_only = (FULL, RECORDS_ONLY_FULL) if full else (WITHOUT_SERVER, RECORDS_ONLY)
    return dataclasses.replace(
        settled.settlement,
        phases=request.phases,
        stored=False,
        stored_reason="StoreFull" if full and (request.pods or request.phases) else "",
        stored_message=with_pods if request.pods else records_only if request.phases else NEVER_STARTED,
    )
