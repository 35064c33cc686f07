"""From the body of a TestRun to what the core works with. Reads bodies that may be hostile, old, or written by hand; changes
nothing.

The API server has checked most of this already. It is checked again because a body may come from a file, or from before a rule
was made.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pydantic
import pydantic_core

from testrun.api import preconditions
from testrun.api.spec import Hook, Setup, Spec
from testrun.core import model
from testrun.core.preflight import checks

_SHOWN = 3
_LENGTH = 1000


class InvalidSpec(ValueError):
    """The spec cannot be run, and why: one sentence that names the field and, where it is not obvious, what to do."""


def parse(body: Mapping[str, Any]) -> model.RunSpec:
    """What a TestRun's body asks for, with defaults filled in.

    Raises `InvalidSpec` for everything that the CRD refuses too: unknown fields, wrong types, bounds, rules, and what this
    version cannot do.
    """
    spec = body.get("spec")
    try:
        parsed = Spec.model_validate(spec)
    except pydantic.ValidationError as error:
        raise InvalidSpec(_sentence(error.errors(include_url=False, include_input=False))) from None
    playwright = parsed.playwright
    return model.RunSpec(
        image=playwright.image,
        shards=playwright.shards,
        max_parallel=playwright.max_parallel,
        revision=parsed.revision or "",
        pre_steps=_pre_steps(parsed.pre_steps),
        environment=None
        if parsed.environment is None
        else model.Environment(name=parsed.environment.name, timeout_seconds=parsed.environment.timeout_seconds),
        preflight=_preflight(parsed),
        working_dir=playwright.working_dir,
        args=tuple(playwright.args),
        base_url=playwright.base_url,
        timeout_seconds=playwright.timeout_seconds,
        max_disruptions=playwright.max_disruptions,
        min_tests=playwright.min_tests,
        # As written: the model names only the fields that have rules.
        template=copy.deepcopy(body["spec"]["playwright"].get("template") or {}),
        cleanup=parsed.cleanup.policy,
        selectors=tuple(
            model.ObjectSelector(api_version=each.api_version, kind=each.kind, labels=each.match_labels or {})
            for each in parsed.cleanup.selectors or ()
        ),
        hooks=tuple(
            checks.Check(hook.name, _pod(f"hook-{place}", hook, playwright.image, hook.timeout_seconds, once=True))
            for place, hook in enumerate(parsed.cleanup.hooks or ())
        ),
        suspend=parsed.suspend,
        cancel=parsed.cancel,
        ttl_seconds_after_finished=parsed.ttl_seconds_after_finished,
    )


def _pre_steps(steps: preconditions.PreSteps | None) -> model.PreSteps | None:
    """None also when it asks for nothing."""
    if steps is None or not (steps.required or steps.records):
        return None
    return model.PreSteps(
        required=tuple(steps.required),
        max_age_seconds=steps.max_age_seconds,
        records=tuple(
            model.PhaseRecord(
                phase=record.phase,
                sha256=record.junit.sha256,
                config_map=record.junit.config_map or "",
                key=record.junit.key or "",
                revision=record.revision or "",
                start=record.start_time,
                duration=record.duration_seconds,
            )
            for record in steps.records
        ),
    )


def _preflight(spec: Spec) -> checks.Preflight | None:
    """The checks, and what is set up when they hold: the last of them."""
    asked, setup, timeout = spec.preflight, spec.playwright.setup, 0
    found: list[checks.Check] = []
    if asked is not None:
        timeout += asked.timeout_seconds
        found += [
            checks.Check(each.name, _check(place, each, asked.timeout_seconds, spec)) for place, each in enumerate(asked.checks)
        ]
    if setup is not None:
        timeout += setup.timeout_seconds
        pod = _pod("setup", setup, spec.playwright.image, setup.timeout_seconds, once=True)
        found.append(checks.Check(preconditions.SETUP, pod, last=True))
    return checks.Preflight(timeout_seconds=timeout, checks=tuple(found)) if found else None


def _check(place: int, check: preconditions.Check, timeout: int, spec: Spec) -> checks.What:
    if check.workload is not None:
        asked = check.workload
        return checks.WorkloadCheck(checks.Kind(asked.kind), asked.name or "", asked.selector or {}, asked.image or "")
    if check.telepresence is not None:
        sought = check.telepresence
        return checks.TelepresenceCheck(sought.manager_namespace, checks.Intercepts(sought.intercepts), tuple(sought.workloads))
    if check.job is not None:
        return _pod(f"check-{place}", check.job, spec.playwright.image, timeout, once=False)
    if check.http is not None:
        http, image = check.http, spec.playwright.image
        return checks.HttpCheck(f"check-{place}", image, timeout, http.url, http.status, http.body_match or "")
    if check.resource is not None:
        one = check.resource
        return checks.ResourceCheck(one.api_version, one.kind, one.name, one.condition or "", one.json_path or "", one.value)
    assert check.tilt is not None
    return checks.TiltCheck(tuple(check.tilt.resources))


def _pod(
    part: str, pod: Setup | Hook | preconditions.JobCheck, image: str, timeout_seconds: int, *, once: bool
) -> checks.PodCheck:
    return checks.PodCheck(
        part=part, image=pod.image or image, timeout_seconds=timeout_seconds, command=tuple(pod.command), args=tuple(pod.args),
        once=once,
    )  # fmt: skip


def _sentence(errors: list[pydantic_core.ErrorDetails]) -> str:
    told = "; ".join(_finding(error) for error in errors[:_SHOWN])
    told = told if len(told) <= _LENGTH else f"{told[:_LENGTH]}…"  # a path may hold a label's name, as long as its author liked
    return told if len(errors) <= _SHOWN else f"{told}; and {len(errors) - _SHOWN} more"


def _finding(error: pydantic_core.ErrorDetails) -> str:
    path = "spec"
    for part in error["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    match error["type"]:
        case "rule":
            field = error["ctx"]["field"]
            return f"{path}.{field}: {error['msg']}" if field else f"{path}: {error['msg']}"
        case "extra_forbidden":
            return f"{path}: unknown field"
        case "missing":
            return f"{path}: required"
        case "model_type":
            return f"{path}: must be an object"
        case _:
            return f"{path}: {error['msg'][:1].lower()}{error['msg'][1:]}"
