"""What a parcel costs."""

from __future__ import annotations

import json
import urllib.request


def price(grams: int, per_kilogram: int) -> int:
    """In cents, for each kilogram that was begun."""
    if grams <= 0:
        raise ValueError(f"{grams} g is no parcel")
    return -(-grams // 1000) * per_kilogram


class RatesAt:
    """The service that knows the rates."""

    def __init__(self, address: str) -> None:
        self._address = address

    def per_kilogram(self, country: str) -> int:
        with urllib.request.urlopen(f"{self._address}/rates/{country}", timeout=5) as response:
            return int(json.load(response)["perKilogram"])
