"""Which runs go, by count and age."""

from __future__ import annotations

import pytest

from testrun.core import model, retention
from testrun.core.retention import Policy

NOW = 1_800_000_000.0
HOUR = 3600.0
DAY = 24 * HOUR


def kept(uid: str, age: float, namespace: str = "shop", name: str = "shop") -> retention.Kept:
    return retention.Kept(run=model.RunRef(namespace=namespace, name=name, uid=uid), stored=NOW - age)


RUNS = (
    kept("two-days", 2 * DAY),
    kept("now", 0),
    kept("five-days", 5 * DAY, name="another"),
    kept("two-hours", 2 * HOUR),
    kept("other", 3 * DAY, namespace="blog"),
)


@pytest.mark.parametrize(
    ("runs", "policy", "expected"),
    [
        pytest.param(RUNS, Policy(), [], id="without bounds all stay"),
        pytest.param((), Policy(max_runs=1, max_age=HOUR), [], id="an empty store"),
        pytest.param(
            RUNS,
            Policy(max_age=2 * DAY),
            [("five-days", "age"), ("other", "age"), ("two-days", "age")],
            id="too old, oldest first",
        ),
        pytest.param(RUNS, Policy(max_age=2 * DAY + 1), [("five-days", "age"), ("other", "age")], id="a second younger stays"),
        pytest.param(
            RUNS, Policy(max_runs=2), [("five-days", "count"), ("two-days", "count")], id="the newest of a namespace stay"
        ),
        pytest.param(RUNS, Policy(max_runs=4), [], id="as many as may stay"),
        pytest.param(
            RUNS,
            Policy(max_runs=2, max_age=3 * DAY),
            [("five-days", "age"), ("other", "age"), ("two-days", "count")],
            id="both: one that is too old is not counted",
        ),
        pytest.param(
            (kept("a", HOUR - 1), kept("b", HOUR), kept("c", 0)),
            Policy(max_runs=1, max_age=1),
            [("b", "age")],
            id="none goes within the first hour",
        ),
        pytest.param(
            (kept("a", 10), kept("b", 20), kept("c", 2 * HOUR), kept("d", 3 * HOUR)),
            Policy(max_runs=3),
            [("d", "count")],
            id="those within the first hour count",
        ),
        pytest.param((kept("a", -5 * DAY),), Policy(max_runs=1, max_age=DAY), [], id="stored by a clock that is ahead"),
        pytest.param(
            (kept("b", 2 * HOUR), kept("a", 2 * HOUR)), Policy(max_runs=1), [("a", "count")], id="of the same moment: by uid"
        ),
    ],
)
def test_which_runs_go(runs: tuple[retention.Kept, ...], policy: Policy, expected: list[tuple[str, str]]) -> None:
    assert [(each.run.uid, each.reason) for each in retention.due(runs, policy, NOW)] == expected
