"""Every recorded state of Telepresence: what the check says of it under each policy, and what the client's own word means."""

from __future__ import annotations

import pytest
import recorded

from testrun.core.preflight import developer, telepresence
from testrun.core.preflight.checks import Intercepts, TelepresenceCheck
from testrun.core.preflight.finding import Readiness

FORBID, WARN, ALLOW = Intercepts
READY, NOT_READY, UNKNOWN = Readiness

RUNS = "saw the traffic manager of ambassador running"
QUIET = f"{RUNS} and no intercept of shop"
IDLE = f"{RUNS}, no intercept of shop and an agent in shop"
RUNS_WITH_AGENT = f"{RUNS} and an agent in shop"
NONE_INTERCEPTED = {FORBID: (READY, QUIET), WARN: (READY, QUIET), ALLOW: (READY, RUNS)}
AGENT_IDLE = {FORBID: (READY, IDLE), WARN: (READY, IDLE), ALLOW: (READY, RUNS_WITH_AGENT)}

WANTED = "wanted a traffic manager that runs in ambassador"
AND_NO_INTERCEPT = f"{WANTED} and no intercept of shop"
INSTALL = "hint: install it with telepresence helm install, or mend managerNamespace in the check"
SCALE = "hint: kubectl -n ambassador scale deployment/traffic-manager --replicas=1"
TAKEN = "shop intercepted by dev@laptop: requests go to that laptop, or hang if it is gone"
END = (
    "hint: let dev@laptop end it with telepresence leave or telepresence quit; if that client is gone for good, "
    "kubectl -n ambassador rollout restart deployment/traffic-manager ends it, and everybody else's"
)
UNREAD = (
    "it is unknown whether anybody intercepts, because the manager's metrics cannot be read "
    '(NotFound: services "telepresence-prometheus" not found)'
)
SWITCH_ON = "hint: switch them on: telepresence helm upgrade --set prometheus.port=9090, or set intercepts to Warn or Allow"
STALE = (
    "warning: metrics tell of an intercept of shop by dev@laptop that no agent serves: it takes no request, "
    "and goes when the traffic manager restarts"
)
# A client that is gone cannot be told from one that works: neither the objects nor the metrics differ.
INTERCEPTED = {
    FORBID: (NOT_READY, f"saw {TAKEN}; {AND_NO_INTERCEPT}; {END}"),
    WARN: (READY, f"{RUNS_WITH_AGENT}; warning: {TAKEN}"),
    ALLOW: (READY, RUNS_WITH_AGENT),
}


def down(saw, hint):
    """Whatever the policy: without a manager nobody can tell of intercepts."""
    return {
        FORBID: (NOT_READY, f"saw {saw}; {AND_NO_INTERCEPT}; {hint}"),
        WARN: (NOT_READY, f"saw {saw}; {WANTED}; {hint}"),
        ALLOW: (NOT_READY, f"saw {saw}; {WANTED}; {hint}"),
    }


STATES = {
    "a-no-manager": down("no traffic manager in namespace ambassador", INSTALL),
    "b-manager-healthy": NONE_INTERCEPTED,
    "b0-manager-without-metrics": {
        FORBID: (UNKNOWN, f"saw that {UNREAD}; {AND_NO_INTERCEPT}; {SWITCH_ON}"),
        WARN: (READY, f"{RUNS}; warning: {UNREAD}"),
        ALLOW: (READY, RUNS),
    },
    "b2-client-connected": NONE_INTERCEPTED,
    "c-manager-scaled-to-0": down(
        "the traffic manager of ambassador without a ready endpoint, scaled to 0 replicas; 1 agent left in shop", SCALE
    ),
    "c2-pod-created-without-webhook": down(
        "the traffic manager of ambassador without a ready endpoint, scaled to 0 replicas; "
        "ConfigMap telepresence-agents left with shop; no agent in shop, which asks for one",
        SCALE,
    ),
    "d-agent-no-intercept": AGENT_IDLE,
    "e-active-intercept": INTERCEPTED,
    "e2-user-daemon-crashed": INTERCEPTED,
    "e3-client-gone": INTERCEPTED,
    "e4-active-intercept-numeric-target-port": INTERCEPTED,
    "e5-client-gone-numeric-target-port": INTERCEPTED,
    "f-after-leave": AGENT_IDLE,
    "f2-after-quit-without-leave": AGENT_IDLE,
    "g-agent-left-behind": down(
        "no traffic manager in namespace ambassador; 1 agent left in shop",
        f"{INSTALL}; what an older one left goes with kubectl rollout restart deployment/shop, "
        "then kubectl delete configmap telepresence-agents",
    ),
    "g2-leftover-restarted-without-manager": down(
        "no traffic manager in namespace ambassador; ConfigMap telepresence-agents left with shop",
        f"{INSTALL}; what an older one left goes with kubectl delete configmap telepresence-agents",
    ),
    "h-after-agent-uninstall": NONE_INTERCEPTED,
    "h2-after-configmap-deleted": {
        FORBID: (READY, f"{QUIET}; {STALE}"),
        WARN: (READY, f"{QUIET}; {STALE}"),
        ALLOW: (READY, RUNS),
    },
    "h3-after-normal-uninstall": down("no traffic manager in namespace ambassador", INSTALL),
}

CLIENT_WANTED = "wanted a client of Telepresence connected to shop"
CONNECT = "hint: telepresence connect --namespace shop"
NO_DAEMON = (NOT_READY, f"saw no user daemon of Telepresence on this machine; {CLIENT_WANTED}; {CONNECT}")
NOT_CONNECTED = (NOT_READY, f"saw Telepresence not connected; {CLIENT_WANTED}; {CONNECT}")
CONNECTED = (READY, "saw Telepresence connected to shop")
INTERCEPTS = (
    NOT_READY,
    f"saw Telepresence connected to shop with 1 intercept of its own, shop; {CLIENT_WANTED} without an intercept; "
    "hint: telepresence leave shop",
)
CLIENTS = {
    "a-no-manager": NO_DAEMON,
    "b2-client-connected": CONNECTED,
    "c-manager-scaled-to-0": NOT_CONNECTED,
    "d-agent-no-intercept": CONNECTED,
    "e-active-intercept": INTERCEPTS,
    # The intercept goes on: only the cluster's check finds it.
    "e2-user-daemon-crashed": NO_DAEMON,
    "e4-active-intercept-numeric-target-port": INTERCEPTS,
    "f-after-leave": CONNECTED,
    "g-agent-left-behind": NOT_CONNECTED,
    "h-after-agent-uninstall": CONNECTED,
}


@pytest.mark.parametrize("policy", Intercepts)
@pytest.mark.parametrize("state", STATES)
def test_in_the_cluster(state, policy):
    found = telepresence.judge(TelepresenceCheck(intercepts=policy), recorded.telepresence_facts(state), recorded.LATER)
    assert (found.readiness, found.message) == STATES[state][policy]
    assert (found.output, found.settles_at) == ("", None)


@pytest.mark.parametrize("state", CLIENTS)
def test_on_the_developers_machine(state):
    found = developer.judge_status(TelepresenceCheck(), recorded.status(state), namespace="shop", context="local")
    assert (found.readiness, found.message) == CLIENTS[state]


def test_every_recorded_state_has_a_row():
    assert sorted(STATES) == recorded.TELEPRESENCE
    assert sorted(CLIENTS) == [each for each in recorded.TELEPRESENCE if recorded.status(each) is not None]
