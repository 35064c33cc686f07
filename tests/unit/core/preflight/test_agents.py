"""Agents of Telepresence that came during a run: which go with it, and which stay."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from testrun.core.preflight import agents
from testrun.core.preflight.agents import Before, Removal
from testrun.core.preflight.checks import TelepresenceCheck
from testrun.core.preflight.intercepts import Agent, Intercept, Metrics
from testrun.core.preflight.telepresence import Facts

NOW = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
STARTED = NOW - datetime.timedelta(hours=1)
ANN = Intercept("ann@laptop", "shop")
FACTS = Facts(
    manager="Deployment traffic-manager",
    endpoint=True,
    started=STARTED,
    metrics=Metrics(active=0, agents=2),
    agents=(Agent("cart", "cart-1"), Agent("shop", "shop-1")),
    configured=("cart", "shop"),
)


def removal(before: tuple[str, ...], **facts: object) -> Removal:
    return agents.removal(Before(TelepresenceCheck(), before), dataclasses.replace(FACTS, **facts), NOW)


@pytest.mark.parametrize(
    ("before", "facts", "expected"),
    [
        pytest.param(("cart", "shop"), {}, Removal(), id="all were there before"),
        pytest.param(("cart",), {}, Removal(go=("shop",)), id="one came"),
        pytest.param((), {}, Removal(go=("cart", "shop")), id="both came"),
        pytest.param((), {"configured": ()}, Removal(), id="they go already"),
        pytest.param(("cart",), {"agents": ()}, Removal(go=("shop",)), id="one is configured, and not there yet"),
        pytest.param(
            (),
            {"metrics": Metrics(1, 2, (ANN,))},
            Removal(
                go=("cart",),
                left="the agent of Telepresence in shop (it came during the run) stays: "
                "shop intercepted by ann@laptop: requests go to that laptop, or hang if it is gone",
            ),
            id="one is intercepted by now",
        ),
        pytest.param(
            (),
            {"metrics": None, "no_metrics": "no answer"},
            Removal(
                left="the agents of Telepresence in cart and shop (they came during the run) stay: it is unknown whether "
                "anybody intercepts, because the manager's metrics cannot be read (no answer)",
            ),
            id="nobody can tell",
        ),
        pytest.param(
            ("cart",),
            {"metrics": Metrics(0, 0)},
            Removal(
                left="the agent of Telepresence in shop (it came during the run) stays: the traffic manager knows 0 of 2 "
                "agents: what it says of intercepts is not to be believed yet",
                passing=True,
            ),
            id="the manager has just started",
        ),
    ],
)
def test_removal(before: tuple[str, ...], facts: dict[str, object], expected: Removal) -> None:
    assert removal(before, **facts) == expected
