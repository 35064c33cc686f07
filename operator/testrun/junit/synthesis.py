"""A settlement when the server cannot be asked, or when there was never anything to ask it about. Pure.

The operator's last resort keeps the promise that every run ends with a JUnit file: one case for each shard, or one for a run that
never had a pod (its spec is invalid, it was cancelled before it started), or one for each phase that blocks it.
"""

from __future__ import annotations

import dataclasses

from testrun.core import gate, model, terminations
from testrun.junit import settle

WITHOUT_SERVER = "the server could not be asked: the result is from the pods' termination messages, the evidence is not stored"
RECORDS_ONLY = "the server could not be asked: the run never had a pod, and the JUnit of the phases before it is not stored"
NEVER_STARTED = "the run never had a pod: there is no evidence to store"


def without_server(request: model.SettleRequest) -> model.Settlement:
    """The settlement as far as Kubernetes knows the run.

    Its counts are of tests, as the termination messages tell them. Its JUnit counts its own cases, the shards: no other names
    are known.
    """
    settled = settle.of_result(gate.explained(terminations.settle(request), request), request)
    message = WITHOUT_SERVER if request.pods else RECORDS_ONLY if request.phases else NEVER_STARTED
    return dataclasses.replace(settled.settlement, phases=request.phases, stored=False, stored_message=message)
