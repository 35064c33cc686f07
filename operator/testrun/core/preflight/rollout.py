"""What stands between a workload and the end of its rollout, by its own status: the conditions of ``kubectl rollout status``,
and two that it leaves out, a workload that wants no pods and a strategy that replaces none.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from testrun.core import text
from testrun.core.preflight.checks import Kind

ON_DELETE = "OnDelete"


@dataclasses.dataclass(frozen=True)
class Workload:
    """What a Deployment, StatefulSet, DaemonSet or Job says. ``wanted``: replicas, nodes to run on, or completions."""

    kind: Kind
    name: str
    generation: int = 1
    observed_generation: int = 1
    wanted: int = 1
    total: int = 0
    """Pods of any template."""
    updated: int = 0
    ready: int = 0
    available: int = 0
    succeeded: int = 0
    complete: bool = False
    """Of a Job: it has succeeded."""
    strategy: str = "RollingUpdate"
    partition: int = 0
    """Of a StatefulSet: pods with a lower ordinal keep the earlier template."""
    paused: bool = False
    """Of a Job: suspended."""
    deleting: bool = False
    failure: str = ""
    """Reason and message of the condition by which its controller gives up or cannot go on."""
    revision: str = ""
    """Of its template, as its pods carry it; empty: not known."""
    tilt_hash: str = ""
    """Tilt's own hash of its template."""
    managed_by: str = ""
    """Label ``app.kubernetes.io/managed-by``."""
    images: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Of the containers of its template, by name."""
    wants_agent: bool = False
    """Its template asks Telepresence for an agent."""

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def updates(self) -> int:
        """How many pods a rollout replaces."""
        return max(self.wanted - self.partition, 0)


@dataclasses.dataclass(frozen=True)
class Missing:
    says: str
    """Follows the workload's name."""
    hint: str = ""
    final: bool = False
    """Pods do not explain it, or have nothing to add."""


def missing(workload: Workload) -> Missing | None:
    """What is not there yet; None: it is rolled out."""
    if workload.deleting:
        return Missing("is being deleted", "apply it again when it is gone", final=True)
    if workload.kind is Kind.JOB:
        return _job(workload)
    if workload.observed_generation < workload.generation:
        said = f"is at generation {workload.generation} and its controller has seen {workload.observed_generation}"
        return Missing(said, "wait; if it lasts, the controller manager does not run", final=True)
    if workload.wanted == 0:
        return _wants_none(workload)
    if workload.failure:
        return Missing(f"is stuck, {workload.failure}", "mend what holds it and apply it again")
    if workload.paused and (workload.updated < workload.wanted or workload.total > workload.updated):
        return Missing("is paused in its rollout", f"kubectl rollout resume deployment/{workload.name}", final=True)
    return _by_count(workload)


def _job(job: Workload) -> Missing | None:
    if job.complete:
        return None
    if job.failure:
        return Missing(f"has failed, {job.failure}", "a Job that failed stays so: mend it, delete it and make it again")
    if job.paused:
        return Missing("is suspended", "resume it, or see which queue holds it", final=True)
    return Missing(f"has {_of(job.succeeded, job.wanted, 'completions')}")


def _wants_none(workload: Workload) -> Missing:
    if workload.kind is Kind.DAEMON_SET:
        return Missing("fits no node and wants no pod", "see its node selector and tolerations", final=True)
    scale = f"kubectl scale {workload.kind.lower()}/{workload.name} --replicas=1"
    return Missing("is scaled to 0 replicas: nothing serves", scale, final=True)


def _by_count(workload: Workload) -> Missing | None:
    if workload.updated < workload.updates:
        by_hand = "delete the pods of the earlier template: OnDelete replaces none by itself"
        hint = by_hand if workload.strategy == ON_DELETE else ""
        return Missing(f"has {_of(workload.updated, workload.updates, 'pods')} updated", hint)
    if workload.kind is Kind.STATEFUL_SET:
        if workload.ready < workload.wanted:
            return Missing(f"has {_of(workload.ready, workload.wanted, 'pods')} ready")
        return None
    if workload.kind is Kind.DEPLOYMENT and workload.total > workload.updated:
        return Missing(f"has {text.plural(workload.total - workload.updated, 'pod')} of an earlier template left")
    if workload.available < workload.wanted:
        return Missing(f"has {_of(workload.available, workload.wanted, 'updated pods')} available")
    return None


def _of(count: int, wanted: int, noun: str) -> str:
    return f"{count} of {wanted} {noun}"
