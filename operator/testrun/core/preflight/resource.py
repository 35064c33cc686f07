"""An object of any kind is in a state: what ``kubectl wait --for`` can ask. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from testrun.core import text
from testrun.core.preflight import jsonpath
from testrun.core.preflight.checks import ResourceCheck
from testrun.core.preflight.finding import Finding, Readiness


def judge(check: ResourceCheck, body: Mapping[str, Any] | None, *, known: bool = True) -> Finding:
    """``body`` None: there is no such object; not ``known``: the API server knows no such kind."""
    title = f"{check.kind} {check.name}"
    wanted = f"{title} with {_wanted(check)}"
    if not known:
        hint = "mend apiVersion and kind in the check, or install what defines them"
        return Finding(Readiness.NOT_READY, f"that the API server knows no {check.kind} of {check.api_version}", wanted, hint)
    if body is None:
        return Finding(Readiness.NOT_READY, f"no {title} in the namespace", wanted, "apply it, or mend the name in the check")
    if body["metadata"].get("deletionTimestamp"):
        return Finding(Readiness.NOT_READY, f"{title} is being deleted", wanted, "apply it again when it is gone")
    holds, saw = _condition(check, body) if check.condition else _path(check, body)
    return Finding(Readiness.READY if holds else Readiness.NOT_READY, f"{title} with {saw}", wanted)


def _wanted(check: ResourceCheck) -> str:
    if check.condition:
        return f"condition {check.condition} True"
    return f"{check.json_path} " + ("set" if check.value is None else check.value or '""')


def _condition(check: ResourceCheck, body: Mapping[str, Any]) -> tuple[bool, str]:
    """A condition about an older generation says nothing of this one, as for ``kubectl wait``."""
    status = body.get("status") or {}
    found = next((each for each in status.get("conditions") or () if each.get("type") == check.condition), None)
    if found is None:
        return False, f"no condition {check.condition}"
    generation = body["metadata"].get("generation")
    observed = found.get("observedGeneration", status.get("observedGeneration"))
    if observed is not None and generation is not None and observed < generation:
        return False, f"condition {check.condition} of generation {observed}, which is at {generation}"
    why = ", ".join(str(found[key]) for key in ("reason", "message") if found.get(key))
    saw = f"condition {check.condition} {found.get('status')}" + (f", {why}" if why else "")
    return found.get("status") == "True", text.one_line(saw)


def _path(check: ResourceCheck, body: Mapping[str, Any]) -> tuple[bool, str]:
    found = jsonpath.texts(jsonpath.find(check.json_path, body))
    if not found:
        return False, f"no {check.json_path}"
    holds = check.value is None or check.value in found
    return holds, text.one_line(f"{check.json_path} {', '.join(found)}")
