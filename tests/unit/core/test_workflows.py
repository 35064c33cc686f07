"""What users do, as ``workflows.yaml`` declares it."""

from __future__ import annotations

from typing import Any

import pytest

from testrun.core import workflows
from testrun.core.workflows import BadWorkflows, Workflow


def test_all_that_can_be_said() -> None:
    said = {
        "name": "checkout", "what": "a visitor pays", "components": ["web", "cart"], "priority": "P1", "effort": "high",
        "tests": ["@checkout"], "needs": ["integration", "e2e"],
    }  # fmt: skip
    assert workflows.parse({"workflows": [said, {"name": "refund"}]}) == (
        Workflow(
            name="checkout", what="a visitor pays", components=("web", "cart"), priority="P1", effort="high",
            tests=("@checkout",), needs=("integration", "e2e"),
        ),
        Workflow(name="refund", priority="P2", needs=("integration",)),
    )  # fmt: skip


BAD = {
    "nothing": (None, "a list `workflows` is wanted at the top"),
    "a list alone": ([], "a list `workflows` is wanted at the top"),
    "a text": ({"workflows": ["pay"]}, "workflows[0] must be a table with a name"),
    "no name": ({"workflows": [{"name": "a"}, {}]}, "workflows[1]: name is missing"),
    "one name twice": ({"workflows": [{"name": "a"}, {"name": "a"}]}, "two workflows have the name 'a'"),
    "an unknown key": (
        {"workflows": [{"name": "a", "prio": 1}]},
        "workflows[0]: unknown key prio; known are components, effort, name, needs, priority, tests, what",
    ),
    "an unknown priority": (
        {"workflows": [{"name": "a", "priority": "P0"}]}, "workflows[0]: priority is one of P1, P2, P3, not 'P0'",
    ),
    "a number": ({"workflows": [{"name": 1}]}, "workflows[0]: name must be a text"),
    "no list": ({"workflows": [{"name": "a", "tests": "x"}]}, "workflows[0]: tests must be a list of texts"),
    "an unknown tier": (
        {"workflows": [{"name": "a", "needs": ["smoke"]}]},
        "workflows[0]: needs is one of unit, golden, contract, integration, e2e, not 'smoke'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "message"), BAD.values(), ids=BAD)
def test_what_cannot_be_used_is_said(body: Any, message: str) -> None:
    with pytest.raises(BadWorkflows) as error:
        workflows.parse(body)
    assert str(error.value) == message
