"""Whether anybody's laptop takes the requests of the tests.

No Kubernetes object tells: with an intercept and without one they are byte for byte the same. The manager's metrics tell, and not
at all times, so an intercept counts by its metric *and* an agent that could divert for it.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from testrun.core import text

SETTLE_SECONDS = 10
"""For some seconds after the manager starts it says 0 while agents still divert."""
ASK_SECONDS = 2
"""Agents that the manager does not count yet are looked for again after this."""


@dataclasses.dataclass(frozen=True)
class Intercept:
    """A metric that is 1. It names no namespace: workloads of one name in two of them cannot be told apart."""

    client: str
    """``user@host``."""
    workload: str


@dataclasses.dataclass(frozen=True)
class Metrics:
    active: int
    """How many intercepts there are, in all namespaces."""
    agents: int
    """How many agents are connected, in all namespaces."""
    intercepts: tuple[Intercept, ...] = ()
    started: datetime.datetime | None = None
    """When the manager's process did."""


@dataclasses.dataclass(frozen=True)
class Agent:
    """A container of Telepresence that may divert what comes to a workload: in its pod, or on its node for its pod."""

    workload: str
    pod: str
    ready: bool = True


@dataclasses.dataclass(frozen=True)
class Seen:
    """All that tells of intercepts at one moment."""

    restart: str
    """The command that restarts the manager."""
    targets: Sequence[str]
    """The workloads under test."""
    metrics: Metrics | None
    no_metrics: str
    """Why there are none."""
    agents: Sequence[Agent]
    coming: Sequence[str]
    """Workloads whose next pods will have an agent: one is configured, or their rollout has not ended."""
    started: datetime.datetime | None
    """When the manager did, if its metrics do not say it."""


@dataclasses.dataclass(frozen=True)
class Doubt:
    """Why it cannot be said that all requests stay in the cluster."""

    saw: str
    hint: str
    known: bool = True
    """False: nobody can tell."""
    settles_at: datetime.datetime | None = None
    """It passes by itself, or is known better at that time."""


def doubt(seen: Seen, now: datetime.datetime) -> Doubt | None:
    """None: no request leaves the cluster."""
    if seen.metrics is None:
        return _unknown(seen)
    found = _active(seen)
    if found:
        return _intercepted(seen, found)
    return _not_settled(seen, seen.metrics, now) or _not_named(seen, seen.metrics)


def stale(seen: Seen) -> list[Intercept]:
    """Metrics of intercepts that no agent serves. They divert nothing, and go when the manager restarts."""
    diverting = _active(seen)
    return [each for each in _on_targets(seen) if each not in diverting]


def _on_targets(seen: Seen) -> list[Intercept]:
    return [each for each in seen.metrics.intercepts if each.workload in seen.targets] if seen.metrics is not None else []


def _active(seen: Seen) -> list[Intercept]:
    able = {each.workload for each in seen.agents} | set(seen.coming)
    return [each for each in _on_targets(seen) if each.workload in able]


def _intercepted(seen: Seen, found: Sequence[Intercept]) -> Doubt:
    clients = text.listed(list(dict.fromkeys(each.client for each in found)))
    workloads = text.listed(list(dict.fromkeys(each.workload for each in found)))
    it = "it" if len(found) == 1 else "them"
    return Doubt(
        saw=f"{workloads} intercepted by {clients}: requests go to that laptop, or hang if it is gone",
        hint=f"let {clients} end {it} with telepresence leave or telepresence quit; if that client is gone for good, "
        f"{seen.restart} ends {it}, and everybody else's",
    )


def _unknown(seen: Seen) -> Doubt:
    return Doubt(
        saw=f"that it is unknown whether anybody intercepts, because the manager's metrics cannot be read ({seen.no_metrics})",
        hint="switch them on: telepresence helm upgrade --set prometheus.port=9090, or set intercepts to Warn or Allow",
        known=False,
    )


def _not_settled(seen: Seen, metrics: Metrics, now: datetime.datetime) -> Doubt | None:
    started = metrics.started or seen.started
    settled = started + datetime.timedelta(seconds=SETTLE_SECONDS) if started is not None else now
    if now < settled:
        return Doubt(
            saw="that the traffic manager has just started: what it says of intercepts is not to be believed yet",
            hint=f"wait {SETTLE_SECONDS} seconds",
            settles_at=settled,
        )
    running = [each for each in seen.agents if each.ready]
    if metrics.agents < len(running):
        return Doubt(
            saw=f"that the traffic manager knows {metrics.agents} of {len(running)} agents: "
            "what it says of intercepts is not to be believed yet",
            hint=f"wait; if it lasts, see why they do not connect: kubectl logs {running[0].pod} -c traffic-agent",
            settles_at=now + datetime.timedelta(seconds=ASK_SECONDS),
        )
    return None


def _not_named(seen: Seen, metrics: Metrics) -> Doubt | None:
    agents = [each.workload for each in seen.agents if each.workload in seen.targets]
    if metrics.active == 0 or metrics.intercepts or not agents:
        return None
    return Doubt(
        saw=f"{text.plural(metrics.active, 'intercept')} of workloads that the metrics do not name, and an agent in {agents[0]}",
        hint=f"telepresence list shows whose they are; {seen.restart} ends them",
        known=False,
    )
