"""What KUTTL calls a match: all that is expected is there, in the same type; what else is there does not matter."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any


@dataclasses.dataclass(frozen=True)
class Difference:
    """The first thing in which an object is not as it is expected."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def difference(expected: Any, actual: Any) -> Difference | None:
    """None when ``actual`` holds all of ``expected``. Maps may hold more; lists must be as long, in the same order."""
    return next(_differences(expected, actual, ""), None)


def _differences(expected: Any, actual: Any, path: str) -> Iterator[Difference]:
    if type(expected) is not type(actual):
        yield Difference(path, f"expected {expected!r} ({_word(expected)}), is {actual!r} ({_word(actual)})")
    elif isinstance(expected, dict):
        for key, value in expected.items():
            inner = f"{path}.{key}"
            if key in actual:
                yield from _differences(value, actual[key], inner)
            else:
                yield Difference(inner, f"expected {value!r}, is not there")
    elif isinstance(expected, list):
        if len(expected) != len(actual):
            yield Difference(path, f"expected {len(expected)} items, has {len(actual)}: {actual!r}")
        for index, (wanted, found) in enumerate(zip(expected, actual, strict=False)):
            yield from _differences(wanted, found, f"{path}[{index}]")
    elif expected != actual:
        yield Difference(path, f"expected {expected!r}, is {actual!r}")


def _word(value: Any) -> str:
    return {"NoneType": "null", "dict": "map", "str": "text", "bool": "boolean"}.get(type(value).__name__, type(value).__name__)
