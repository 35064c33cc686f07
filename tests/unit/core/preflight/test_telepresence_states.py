"""Every recorded state of Telepresence: what the check says of it under each policy, and what the client's own word means."""

from __future__ import annotations

import meanings
import pytest
import recorded

from testrun.core.preflight import developer, telepresence
from testrun.core.preflight.checks import Intercepts, TelepresenceCheck
from testrun.core.preflight.finding import Readiness

READY, NOT_READY, _ = Readiness

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
@pytest.mark.parametrize("state", meanings.TELEPRESENCE)
def test_in_the_cluster(state, policy):
    found = telepresence.judge(TelepresenceCheck(intercepts=policy), recorded.telepresence_facts(state), recorded.LATER)
    assert (found.readiness, found.message) == meanings.TELEPRESENCE[state][policy]
    assert (found.output, found.settles_at) == ("", None)


@pytest.mark.parametrize("state", CLIENTS)
def test_on_the_developers_machine(state):
    found = developer.judge_status(TelepresenceCheck(), recorded.status(state), namespace="shop", context="local")
    assert (found.readiness, found.message) == CLIENTS[state]


def test_every_recorded_state_has_a_row():
    assert sorted(meanings.TELEPRESENCE) == recorded.TELEPRESENCE
    assert sorted(CLIENTS) == [each for each in recorded.TELEPRESENCE if recorded.status(each) is not None]
