"""Kubernetes' quantities: ``500m``, ``1Gi``, ``2``, ``1e3``. Pure."""

from __future__ import annotations

import decimal
import re

_QUANTITY = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?:([eE][+-]?\d{1,2})|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?)")
_SUFFIXES = {
    **{suffix: decimal.Decimal(10) ** power for suffix, power in zip(("n", "u", "m", ""), (-9, -6, -3, 0), strict=True)},
    **{suffix: decimal.Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", 1)},
    **{f"{suffix}i": decimal.Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}


def binary(number: int) -> str:
    """So many bytes as people write them: ``512Mi``, ``1Gi``, ``1000``."""
    sizes = {"Gi": 1 << 30, "Mi": 1 << 20, "Ki": 1 << 10}
    return next((f"{number // size}{suffix}" for suffix, size in sizes.items() if number % size == 0), str(number))


def parse(text: str) -> decimal.Decimal | None:
    """The number; None for what is none."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    number, exponent, suffix = found.groups()
    return decimal.Decimal(number + (exponent or "")) * _SUFFIXES[suffix or ""]
