"""What a deployment is checked with: hook Jobs and TestRuns among manifests, by wave and application. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Any

from testrun.api import names
from testrun.core import inventory as suites
from testrun.core import text
from testrun.local import discovery

PROVES = "testing.ameide.io/proves"
_DESCRIPTIONS = (PROVES, "kubernetes.io/description", "description")
_WAVES = ("argocd.argoproj.io/sync-wave", "helm.sh/hook-weight")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Manifest:
    """An object as it stands in a file."""

    body: Mapping[str, Any]
    source: str
    """The file, or the chart."""
    comment: str = ""
    """What stands above it."""
    chart: str = ""
    """The name of the chart that it is rendered from."""


@dataclasses.dataclass(frozen=True, kw_only=True, order=True)
class Smoke:
    wave: int
    app: str
    kind: str
    name: str
    hook: str
    """When it runs: ``PostSync``, ``helm test``; empty of a TestRun that somebody applies."""
    proves: str
    source: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Application:
    """Of Argo CD: what is below its path is its."""

    name: str
    path: str
    wave: str


def find(manifests: Iterable[Manifest]) -> tuple[Smoke, ...]:
    """The earliest wave first."""
    known = list(manifests)
    applications = [application for each in known if (application := _application(each.body)) is not None]
    return tuple(sorted({smoke for each in known if (smoke := _smoke(each, applications)) is not None}))


def _smoke(manifest: Manifest, applications: list[_Application]) -> Smoke | None:
    body, kind = manifest.body, manifest.body.get("kind")
    metadata = _table(body, "metadata")
    labels, annotations = _texts(metadata, "labels"), _texts(metadata, "annotations")
    name = str(metadata.get("name") or metadata.get("generateName") or "")
    as_run = suites.Kept(namespace="", name=name, labels=labels, annotations=annotations)
    hook = suites.hook(as_run)
    if not (kind == "Job" and hook) and not _is_run(body):
        return None
    around = next((each for each in applications if discovery.below(manifest.source, each.path)), None)
    wave = next((annotations[each] for each in _WAVES if each in annotations), around.wave if around else "0")
    return Smoke(
        wave=int(wave) if re.fullmatch(r"[+-]?\d{1,6}", wave) else 0,
        app=text.one_line(suites.app(as_run) or (around.name if around else manifest.chart), 100),
        kind=str(kind),
        name=text.one_line(name, 253),
        hook=text.one_line(hook, 60),
        proves=_proves(manifest, annotations),
        source=manifest.source,
    )


def _is_run(body: Mapping[str, Any]) -> bool:
    """A TestRun that would run something; what KUTTL expects of one looks like it and has only a status."""
    is_one = (body.get("apiVersion"), body.get("kind")) == (names.API_VERSION, names.KIND)
    return is_one and bool(_table(_table(body, "spec"), "playwright"))


def _proves(manifest: Manifest, annotations: Mapping[str, str]) -> str:
    """What somebody wrote about it, else what it runs."""
    said = next((annotations[each] for each in _DESCRIPTIONS if annotations.get(each)), "") or manifest.comment
    return text.one_line(said, 200) or _runs(manifest.body)


def _runs(body: Mapping[str, Any]) -> str:
    spec = _table(body, "spec")
    if body.get("kind") == names.KIND:
        playwright = _table(spec, "playwright")
        words = " ".join(str(each) for each in playwright.get("args") or ())
        at = f" against {playwright['baseURL']}" if playwright.get("baseURL") else ""
        return text.one_line(f"Playwright {words}".strip() + at, 200)
    containers = _containers(spec)
    first = containers[0] if containers and isinstance(containers[0], Mapping) else {}
    command = [*(first.get("command") or ()), *(first.get("args") or ())]
    return text.one_line(" ".join(str(each) for each in command) or str(first.get("image") or ""), 200)


def _containers(spec: Mapping[str, Any]) -> list[Any]:
    found = _table(_table(spec, "template"), "spec").get("containers")
    return found if isinstance(found, list) else []


def _application(body: Mapping[str, Any]) -> _Application | None:
    if body.get("kind") != "Application" or not str(body.get("apiVersion", "")).startswith("argoproj.io/"):
        return None
    metadata = _table(body, "metadata")
    path = str(_table(_table(body, "spec"), "source").get("path") or "").strip("/")
    wave = _texts(metadata, "annotations").get(_WAVES[0], "0")
    return _Application(name=str(metadata.get("name") or ""), path=path, wave=wave) if path else None


def _table(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}


def _texts(body: Mapping[str, Any], key: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in _table(body, key).items() if value is not None}
