"""What KUTTL takes for a match, and what the runner says when there is none."""

from __future__ import annotations

from typing import Any

import pytest
from kuttl_runner import matching

POD = {"kind": "Pod", "metadata": {"name": "web", "labels": {"app": "web"}}, "status": {"phase": "Running", "ready": True}}


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param(POD, POD, id="the same"),
        pytest.param({"status": {"phase": "Running"}}, POD, id="a map may hold more"),
        pytest.param({}, POD, id="nothing is expected"),
        pytest.param({"metadata": {}}, POD, id="an empty map in it"),
        pytest.param([{"a": 1}, {"b": 2}], [{"a": 1, "x": 0}, {"b": 2, "x": 0}], id="items of a list may hold more"),
        pytest.param([], [], id="empty lists"),
        pytest.param({"a": None}, {"a": None}, id="null"),
    ],
)
def test_a_match(expected: Any, actual: Any):
    assert matching.difference(expected, actual) is None


@pytest.mark.parametrize(
    ("expected", "actual", "told"),
    [
        pytest.param({"status": {"phase": "Failed"}}, POD, ".status.phase: expected 'Failed', is 'Running'", id="another value"),
        pytest.param({"spec": {"a": 1}}, POD, ".spec: expected {'a': 1}, is not there", id="a key that is missing"),
        pytest.param({"a": None}, {}, ".a: expected None, is not there", id="null is not missing"),
        pytest.param({"a": [1]}, {"a": [1, 2]}, ".a: expected 1 items, has 2: [1, 2]", id="a longer list"),
        pytest.param({"a": [1, 2]}, {"a": [1]}, ".a: expected 2 items, has 1: [1]", id="a shorter list"),
        pytest.param({"a": [1, 2]}, {"a": [2, 1]}, ".a[0]: expected 1, is 2", id="the order of a list counts"),
        pytest.param({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ".a[0].b: expected 1, is 2", id="within a list"),
        pytest.param({"a": 1}, {"a": "1"}, ".a: expected 1 (int), is '1' (text)", id="a number is no text"),
        pytest.param({"a": 1}, {"a": True}, ".a: expected 1 (int), is True (boolean)", id="a number is no boolean"),
        pytest.param({"a": 1}, {"a": 1.0}, ".a: expected 1 (int), is 1.0 (float)", id="a whole number is no other number"),
        pytest.param({"a": {}}, {"a": None}, ".a: expected {} (map), is None (null)", id="a map is not null"),
    ],
)
def test_no_match(expected: Any, actual: Any, told: str):
    assert str(matching.difference(expected, actual)) == told
