"""The rules for discounts. Discounts are never added to each other: the best one counts."""

from __future__ import annotations

from dataclasses import dataclass

COUPONS = {"TEATIME": 10, "WELCOME": 5}
BULK_ITEMS = 5
BULK_PERCENT = 8


@dataclass(frozen=True)
class Discount:
    """A whole percentage of the subtotal, and what it is for, in words for the customer."""

    percent: int
    reason: str


NONE = Discount(0, "")


def best_discount(items: int, coupon: str = "") -> Discount:
    """The best discount for a number of items and a coupon; coupons are valid in any case.

    Raises ValueError for a number of items below zero and for a coupon that does not exist.
    """
    if items < 0:
        raise ValueError(f"a cart cannot hold {items} items")
    offers = [NONE]
    if items >= BULK_ITEMS:
        offers.append(Discount(BULK_PERCENT, f"{BULK_ITEMS} items or more"))
    if code := coupon.strip().upper():
        if code not in COUPONS:
            raise ValueError(f"there is no coupon {code}")
        offers.append(Discount(COUPONS[code], f"coupon {code}"))
    return max(offers, key=lambda offer: offer.percent)
