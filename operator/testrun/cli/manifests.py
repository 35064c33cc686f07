"""The Kubernetes objects of a repository: in its YAML files, and in its charts, which helm renders when it is here."""

from __future__ import annotations

import dataclasses
import posixpath
import re
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from testrun.cli.here import Here
from testrun.inventory.smokes import Manifest
from testrun.local import discovery, environment, questions
from testrun.local.rules.source import File, home

_WORTH_IT = re.compile(rb"argocd\.argoproj\.io/hook|helm\.sh/hook|testing\.ameide\.io/v1|\bkind:\s*Application\b")
"""What a file must hold to be read as YAML, which takes long."""
_BETWEEN = re.compile(r"^---[^\n]*\n?", re.MULTILINE)
_COMMENT = re.compile(r"\A(?:[ \t]*#[^\n]*\n|[ \t]*\n)+")
_RENDERED_FROM = "Source: "
HELM_SECONDS = 20.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Found:
    manifests: tuple[Manifest, ...]
    not_rendered: tuple[str, ...]
    """Charts with hooks or TestRuns that could not be rendered, and why."""
    helm_missing: bool = False


def find(here: Here, files: Sequence[File]) -> Found:
    charts = {posixpath.dirname(each.path) or ".": each for each in files if each.name == "Chart.yaml"}
    manifests: list[Manifest] = []
    hooked: set[str] = set()
    for file in files:
        if not file.name.endswith((".yaml", ".yml")) or discovery.is_foreign(file.path):
            continue
        data = file.text()
        if data is None or not _WORTH_IT.search(data):
            continue
        chart = home(file.path, charts)
        if chart is not None and discovery.below(file.path, discovery.join(chart, "templates")):
            hooked.add(chart)
        else:
            manifests += _in(data.decode(errors="replace"), file.path)
    if not hooked:
        return Found(manifests=tuple(manifests), not_rendered=())
    variables = environment.scrubbed(environment.current())
    helm = shutil.which("helm", path=variables.get("PATH"))
    if helm is None:
        return Found(
            manifests=tuple(manifests),
            not_rendered=tuple(f"{each}: helm is not here" for each in sorted(hooked)),
            helm_missing=True,
        )
    asked = {
        each: questions.ask(
            [helm, "template", _name(charts[each], each), "."], here.root / each, environment=variables, timeout=HELM_SECONDS
        )
        for each in sorted(hooked)
    }
    refused = []
    for chart, answer in zip(asked, questions.answers(asked.values()), strict=True):
        if isinstance(answer, questions.NoAnswer):
            refused.append(f"{chart}: {answer}")
        else:
            manifests += _in(answer, chart, chart=_name(charts[chart], chart))
    return Found(manifests=tuple(manifests), not_rendered=tuple(refused))


def _in(text: str, source: str, *, chart: str = "") -> Iterator[Manifest]:
    """The objects of a text of YAML. What is no YAML is no manifest. What stands at a file's head is said of all in it."""
    head = "" if chart else _comment(text)
    for document in _BETWEEN.split(text):
        if "kind" not in document:
            continue
        try:
            body = yaml.safe_load(document)
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        for each in _objects(body):
            yield Manifest(body=each, source=source, comment=_comment(document) or head, chart=chart)


def _objects(body: Any) -> list[dict[str, Any]]:
    if not isinstance(body, dict):
        return []
    items = body.get("items") if str(body.get("kind", "")).endswith("List") else None
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else [body]


def _comment(document: str) -> str:
    """The first sentence of what stands above an object; helm's own remark is none, nor are a word or two."""
    match = _COMMENT.match(document)
    lines = [line.strip().lstrip("#").strip() for line in match[0].splitlines()] if match else []
    words = " ".join(line for line in lines if line and not line.startswith(_RENDERED_FROM))
    first = re.split(r"(?<=[.!?:])\s", words, maxsplit=1)[0].rstrip(":")
    return first if first.count(" ") > 1 else ""


def _name(chart: File, folder: str) -> str:
    try:
        body = yaml.safe_load(chart.text() or b"")
    except (yaml.YAMLError, ValueError, RecursionError):
        body = None
    name = body.get("name") if isinstance(body, dict) else None
    return name if isinstance(name, str) and re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,52}", name) else posixpath.basename(folder)
