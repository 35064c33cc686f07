"""Kubernetes' quantities as numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from testrun.core import quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("10", 10),
        ("500m", Decimal("0.5")),
        ("1.5", Decimal("1.5")),
        (".5", Decimal("0.5")),
        ("2k", 2000),
        ("1Ki", 1024),
        ("1.5Gi", 1610612736),
        ("1e3", 1000),
        ("2E", 2 * 10**18),
        ("-1", -1),
        ("", None),
        ("Gi", None),
        ("1 Gi", None),
        ("many", None),
    ],
)
def test_a_quantity(text, expected):
    assert quantity.parse(text) == expected


@pytest.mark.parametrize("text", ["512Mi", "1Gi", "1500Mi", "4Ki", "1000"])
def test_bytes_as_people_write_them(text):
    assert quantity.binary(int(quantity.parse(text))) == text
