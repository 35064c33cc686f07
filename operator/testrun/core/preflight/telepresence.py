"""Telepresence is ready, and nobody's laptop takes the requests of the tests: as the cluster shows it."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence

from testrun.core import text
from testrun.core.preflight import intercepts, rollout
from testrun.core.preflight.checks import Intercepts, TelepresenceCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.core.preflight.intercepts import Agent, Metrics
from testrun.core.preflight.rollout import Workload

CONFIG_MAP = "telepresence-agents"
NAMED = 3
"""So many workloads are named at most."""


@dataclasses.dataclass(frozen=True)
class Injector:
    """The webhook that gives pods their agent. When it is down they start without one, and nothing says so."""

    configured: bool
    """There is a MutatingWebhookConfiguration."""
    ca_bundle: bool = False
    endpoint: bool = False
    """Its Service has a ready endpoint."""


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is seen in the manager's namespace, and in that of the tests."""

    manager: str = ""
    """Kind and name of what runs it; empty: there is none."""
    replicas: int = 1
    endpoint: bool = False
    """Service ``traffic-manager`` has a ready endpoint. A Deployment with 0 replicas is ``Available``."""
    silent: str = ""
    """Why it did not answer; empty: it did, or was not asked."""
    started: datetime.datetime | None = None
    injector: Injector | None = None
    """None: the chart was told to install none."""
    metrics: Metrics | None = None
    no_metrics: str = ""
    agents: tuple[Agent, ...] = ()
    """Those of pods that are not being deleted."""
    configured: tuple[str, ...] = ()
    """Workloads that the ConfigMap names: their next pods get an agent, from this manager or the next one."""
    workloads: tuple[Workload, ...] = ()


Rule = Callable[[TelepresenceCheck, Facts], tuple[str, str] | None]
"""What was seen and what to do about it; None: nothing is wrong."""


def judge(check: TelepresenceCheck, facts: Facts, now: datetime.datetime) -> Finding:
    """What the check finds, and which workloads have an agent, or are to get one."""
    served = {each.workload for each in facts.agents}
    return dataclasses.replace(_judge(check, facts, now), agents=tuple(sorted({*served, *facts.configured})))


def _judge(check: TelepresenceCheck, facts: Facts, now: datetime.datetime) -> Finding:
    """Health first: without a manager that runs, nobody can tell of intercepts."""
    for rule in RULES:
        found = rule(check, facts)
        if found is not None:
            return _not_ready(check, facts, found[0] + _left(facts), found[1])
    if check.intercepts is Intercepts.ALLOW:
        return _sick_agent(check, facts) or _ready(check, facts, "")
    told = seen(check, facts)
    doubt = intercepts.doubt(told, now)
    if doubt is not None and (check.intercepts is Intercepts.FORBID or doubt.settles_at is not None):
        readiness = Readiness.NOT_READY if doubt.known else Readiness.UNKNOWN
        return dataclasses.replace(_not_ready(check, facts, doubt.saw, doubt.hint, doubt.settles_at), readiness=readiness)
    warnings = [doubt.saw.removeprefix("that ")] if doubt is not None else []
    warnings += _stale(told) + _without_agent(check, facts)
    return _sick_agent(check, facts) or _ready(check, facts, "; ".join(warnings), quiet=doubt is None)


def _there_is_a_manager(check: TelepresenceCheck, facts: Facts) -> tuple[str, str] | None:
    if facts.manager:
        return None
    hint = "install it with telepresence helm install, or mend managerNamespace in the check"
    return f"no traffic manager in namespace {check.manager_namespace}", hint + _cleaning(facts)


def _it_runs(check: TelepresenceCheck, facts: Facts) -> tuple[str, str] | None:
    if facts.endpoint:
        return None
    where = f"the traffic manager of {check.manager_namespace}"
    if facts.replicas == 0:
        scale = f"kubectl -n {check.manager_namespace} scale {_command_name(facts.manager)} --replicas=1"
        return f"{where} without a ready endpoint, scaled to 0 replicas", scale
    describe = f"see why its pod is not ready: kubectl -n {check.manager_namespace} describe pods -l app=traffic-manager"
    return f"{where} without a ready endpoint", describe


def _it_answers(check: TelepresenceCheck, facts: Facts) -> tuple[str, str] | None:
    if not facts.silent:
        return None
    hint = f"see its log: kubectl -n {check.manager_namespace} logs -l app=traffic-manager"
    return f"the traffic manager of {check.manager_namespace} ready and not answering, {facts.silent}", hint


def _it_injects(_: TelepresenceCheck, facts: Facts) -> tuple[str, str] | None:
    injector = facts.injector
    if injector is None or (injector.configured and injector.ca_bundle and injector.endpoint):
        return None
    hint = "install the chart again: telepresence helm upgrade"
    if not injector.configured:
        return "no webhook that injects agents, although its Service is there", hint
    if not injector.ca_bundle:
        return "the webhook that injects agents without a CA bundle: the API server cannot trust it", hint
    return "no ready endpoint behind the webhook that injects agents: pods start without one", hint


def _targets_exist(check: TelepresenceCheck, facts: Facts) -> tuple[str, str] | None:
    known = {each.name for each in facts.workloads} | {each.workload for each in facts.agents} | set(facts.configured)
    unknown = [each for each in check.workloads if each not in known]
    if not unknown:
        return None
    return f"no workload {text.listed(unknown)} in the namespace", "apply it, or mend workloads in the check"


RULES: tuple[Rule, ...] = (_there_is_a_manager, _it_runs, _it_answers, _it_injects, _targets_exist)
"""In this order: each would only follow from the one before."""


def _sick_agent(check: TelepresenceCheck, facts: Facts) -> Finding | None:
    targets = _targets(check, facts)
    sick = [each for each in facts.agents if each.workload in targets and not each.ready]
    if not sick:
        return None
    saw = f"the agent of {sick[0].workload} in pod {sick[0].pod} not ready"
    return _not_ready(check, facts, saw, f"see why: kubectl logs {sick[0].pod} -c traffic-agent")


def seen(check: TelepresenceCheck, facts: Facts) -> intercepts.Seen:
    """What tells of intercepts of the workloads under test."""
    rolling = [each.name for each in facts.workloads if rollout.missing(each) is not None]
    return intercepts.Seen(
        restart=f"kubectl -n {check.manager_namespace} rollout restart {_command_name(facts.manager)}",
        targets=_targets(check, facts),
        metrics=facts.metrics,
        no_metrics=facts.no_metrics,
        agents=facts.agents,
        coming=[*facts.configured, *rolling],
        started=facts.started,
    )


def _targets(check: TelepresenceCheck, facts: Facts) -> list[str]:
    """Also those of kinds that nobody here reads, such as a Rollout: their agents name them."""
    everything = {each.name for each in facts.workloads} | {each.workload for each in facts.agents}
    return sorted(check.workloads or everything)


def _stale(told: intercepts.Seen) -> list[str]:
    return [
        f"metrics tell of an intercept of {each.workload} by {each.client} that no agent serves: it takes no request, "
        "and goes when the traffic manager restarts"
        for each in intercepts.stale(told)
    ]


def _without_agent(check: TelepresenceCheck, facts: Facts) -> list[str]:
    lacking = [each for each in _lacking(facts) if each in _targets(check, facts)]
    return [f"{each} asks for an agent and no pod of it has one: its pods were made while none were injected" for each in lacking]


def _lacking(facts: Facts) -> list[str]:
    served = {each.workload for each in facts.agents}
    return [each.name for each in facts.workloads if each.wants_agent and each.name not in served]


def _left(facts: Facts) -> str:
    """What older sessions left, and what lacks an agent. Without a manager that runs, nothing of it goes by itself."""
    served = sorted({each.workload for each in facts.agents})
    words = [f"{text.plural(len(served), 'agent')} left in {_some(served)}"] if served else []
    idle = [each for each in facts.configured if each not in served]
    words += [f"ConfigMap {CONFIG_MAP} left with {_some(idle)}"] if idle else []
    lacking = _lacking(facts)
    words += [f"no agent in {_some(lacking)}, which asks for one"] if lacking else []
    return "".join(f"; {each}" for each in words)


def _cleaning(facts: Facts) -> str:
    kinds = {each.name: each.kind.lower() for each in facts.workloads}
    served = sorted({each.workload for each in facts.agents})
    steps = [f"kubectl rollout restart {kinds.get(each, 'deployment')}/{each}" for each in served]
    steps += [f"kubectl delete configmap {CONFIG_MAP}"] if facts.configured else []
    return f"; what an older one left goes with {', then '.join(steps)}" if steps else ""


def _ready(check: TelepresenceCheck, facts: Facts, warning: str, *, quiet: bool = False) -> Finding:
    words = [f"the traffic manager of {check.manager_namespace} running"]
    targets = _targets(check, facts)
    if quiet:
        words.append(f"no intercept of {_some(targets)}" if targets else "no workload to intercept")
    idle = sorted({each.workload for each in facts.agents if each.workload in targets})
    words += [f"{'an agent' if len(idle) == 1 else 'agents'} in {_some(idle)}"] if idle else []
    return Finding(Readiness.READY, saw=text.listed(words), wanted=_wanted(check, facts), warning=warning)


def _not_ready(
    check: TelepresenceCheck, facts: Facts, saw: str, hint: str, settles_at: datetime.datetime | None = None
) -> Finding:
    return Finding(Readiness.NOT_READY, saw=saw, wanted=_wanted(check, facts), hint=hint, settles_at=settles_at)


def _wanted(check: TelepresenceCheck, facts: Facts) -> str:
    wanted = f"a traffic manager that runs in {check.manager_namespace}"
    if check.intercepts is not Intercepts.FORBID:
        return wanted
    return f"{wanted} and no intercept of {_some(_targets(check, facts)) or 'any workload'}"


def _command_name(title: str) -> str:
    """``deployment/traffic-manager``, as kubectl wants it."""
    kind, _, name = title.partition(" ")
    return f"{kind.lower()}/{name}"


def _some(names: Sequence[str]) -> str:
    shown = [*names[:NAMED], *([f"{len(names) - NAMED} more"] if len(names) > NAMED else [])]
    return text.listed(shown)
