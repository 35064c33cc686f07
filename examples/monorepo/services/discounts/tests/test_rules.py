from __future__ import annotations

import pytest
from discounts.rules import NONE, Discount, best_discount


@pytest.mark.parametrize(
    ("items", "coupon", "expected"),
    [
        pytest.param(0, "", NONE, id="an empty cart gets nothing"),
        pytest.param(4, "", NONE, id="a few items get nothing"),
        pytest.param(5, "", Discount(8, "5 items or more"), id="many items are cheaper"),
        pytest.param(1, "WELCOME", Discount(5, "coupon WELCOME"), id="a coupon counts"),
        pytest.param(1, " teatime ", Discount(10, "coupon TEATIME"), id="a coupon is valid in any case"),
        pytest.param(5, "WELCOME", Discount(8, "5 items or more"), id="many items beat a small coupon"),
        pytest.param(5, "TEATIME", Discount(10, "coupon TEATIME"), id="a large coupon beats many items"),
    ],
)
def test_the_best_discount_counts(items: int, coupon: str, expected: Discount) -> None:
    assert best_discount(items, coupon) == expected


def test_a_coupon_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="^there is no coupon COFFEE$"):
        best_discount(1, "coffee")


def test_fewer_items_than_none_are_refused() -> None:
    with pytest.raises(ValueError, match="^a cart cannot hold -1 items$"):
        best_discount(-1)
