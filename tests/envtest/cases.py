"""Specs for tests of both readers of the API: the CRD in an API server, and the models in the operator."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "badspecs"
GOOD = {"playwright": {"image": "registry.example/shop-e2e:7f3c2d1"}}


@dataclasses.dataclass(frozen=True)
class BadSpec:
    name: str
    spec: dict[str, Any]
    field: str
    server: str
    """Part of what the API server says."""
    operator: str
    """Part of what the operator says."""


def bad_specs() -> list[BadSpec]:
    return [_bad_spec(**case) for file in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(file.read_text())]


def _bad_spec(*, name: str, spec: dict[str, Any], field: str, message: str = "", server: str = "", operator: str = "") -> BadSpec:
    assert bool(message) != bool(server and operator), f"{name}: either message, or server and operator"
    return BadSpec(name, merged(GOOD, spec), field, server or message, operator or message)


def merged(base: Any, patch: Any) -> Any:
    """RFC 7386 merge patch."""
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    both = {key: merged(base.get(key), value) for key, value in patch.items() if value is not None}
    return {key: value for key, value in base.items() if key not in patch} | both


def body(name: str, spec: Any) -> dict[str, Any]:
    """The body of a TestRun."""
    return {"apiVersion": "testing.ameide.io/v1alpha1", "kind": "TestRun", "metadata": {"name": name}, "spec": spec}
