"""The part of Kubernetes' JSONPath that ``kubectl wait`` is used with: ``{.status.conditions[?(@.type=="Ready")].status}``. Pure.

Fields (``.name``, ``['name']``), elements (``[0]``, ``[*]``) and one test of a field for equality (``[?(@.type=="Ready")]``).
See https://kubernetes.io/docs/reference/kubectl/jsonpath/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

STEP = r"""\.[A-Za-z_][A-Za-z0-9_-]*|\['[^']+'\]|\[[0-9]+\]|\[\*\]|\[\?\(@\.[A-Za-z0-9_-]+==("[^"]*"|'[^']*')\)\]"""
PATTERN = rf"\{{({STEP})+\}}"
"""Of a whole path."""
_STEP = re.compile(STEP)
_TEST = re.compile(r"""\[\?\(@\.([A-Za-z0-9_-]+)==["']([^"']*)["']\)\]""")


def find(path: str, body: Any) -> list[Any]:
    """All that the path leads to; the path matches PATTERN."""
    found = [body]
    for step in _STEP.finditer(path):
        found = [each for value in found for each in _follow(step[0], value)]
    return found


def _follow(step: str, value: Any) -> Iterator[Any]:
    test = _TEST.fullmatch(step)
    if test is not None:
        yield from (each for each in _elements(value) if isinstance(each, Mapping) and _text(each.get(test[1])) == test[2])
    elif step == "[*]":
        yield from value.values() if isinstance(value, Mapping) else _elements(value)
    elif step[1:-1].isdecimal():
        yield from _elements(value)[int(step[1:-1]) :][:1]
    else:
        name = step[1:] if step.startswith(".") else step[2:-2]
        if isinstance(value, Mapping) and value.get(name) is not None:
            yield value[name]


def _elements(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _text(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def texts(values: Sequence[Any]) -> list[str]:
    """As ``kubectl wait`` compares them."""
    return [_text(each) for each in values]
