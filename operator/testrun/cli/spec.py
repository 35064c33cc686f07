"""The TestRun to submit: read from a file, or built from options. Pure: text and options in, bodies out.

What a valid spec is, the API server says. Here is only refused what could not be a TestRun at all.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from typing import Any

import yaml

from testrun.api import names

Body = dict[str, Any]


class NotATestRun(ValueError):
    """The file holds something else; the message says what and where."""


class _Loader(yaml.SafeLoader):
    """YAML as Kubernetes' tools read it: a time stamp is text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wanted:
    """What options say about a run; None and empty: nothing."""

    name: str | None = None
    image: str | None = None
    shards: int | None = None
    max_parallel: int | None = None
    base_url: str | None = None
    working_dir: str | None = None
    revision: str | None = None
    run_timeout: int | None = None
    min_tests: int | None = None
    ttl: int | None = None
    args: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return self == Wanted()


def parse(text: str | bytes, source: str) -> list[Body]:
    """All TestRuns of a YAML or JSON file, in its order. Raises `NotATestRun`, also when there is none."""
    documents = _documents(text, source)
    if not documents:
        raise NotATestRun(f"{source} is empty")
    for position, document in enumerate(documents, 1):
        where = source if len(documents) == 1 else f"{source}, document {position}"
        if not isinstance(document, dict):
            raise NotATestRun(f"{where} is not a Kubernetes object")
        kind, version = document.get("kind"), document.get("apiVersion")
        if kind != names.KIND or version != names.API_VERSION:
            raise NotATestRun(f"{where} is a {version} {kind}, not a {names.API_VERSION} {names.KIND}")
        metadata = document.get("metadata")
        if not isinstance(metadata, dict) or not (metadata.get("name") or metadata.get("generateName")):
            raise NotATestRun(f"{where} has no metadata.name")
    return documents


def among(text: str | bytes, source: str) -> list[Body]:
    """The TestRuns among whatever a YAML or JSON file holds, such as a rendered chart. Raises `NotATestRun`: it is neither."""
    kind = {"apiVersion": names.API_VERSION, "kind": names.KIND}
    return [each for each in _documents(text, source) if isinstance(each, dict) and each.items() >= kind.items()]


def _documents(text: str | bytes, source: str) -> list[Any]:
    try:
        return [document for document in yaml.load_all(text, Loader=_Loader) if document is not None]
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise NotATestRun(f"{source} is not YAML: {' '.join(str(error).split())}") from error


def change(body: Body, wanted: Wanted) -> Body:
    """The TestRun with what the options say instead of what the file says."""
    changed: Body = copy.deepcopy(body)
    if wanted.name:
        changed["metadata"].pop("generateName", None)
        changed["metadata"]["name"] = wanted.name
    spec = changed.setdefault("spec", {})
    playwright = spec.setdefault("playwright", {}) if isinstance(spec, dict) else None
    if not isinstance(playwright, dict):
        raise NotATestRun("spec and spec.playwright must be objects")
    _set(spec, {"revision": wanted.revision, "ttlSecondsAfterFinished": wanted.ttl})
    _set(playwright, {
        "image": wanted.image, "workingDir": wanted.working_dir, "args": list(wanted.args) or None, "baseURL": wanted.base_url,
        "shards": wanted.shards, "maxParallel": wanted.max_parallel, "timeoutSeconds": wanted.run_timeout,
        "minTests": wanted.min_tests,
    })  # fmt: skip
    return changed


def build(wanted: Wanted) -> Body:
    """The TestRun that options alone describe."""
    return change({"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": {"name": wanted.name}, "spec": {}}, wanted)


def split(args: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """A command line's own arguments, and Playwright's: those after the first ``--``."""
    words = list(args)
    if "--" not in words:
        return words, ()
    at = words.index("--")
    return words[:at], tuple(words[at + 1 :])


def _set(body: Body, values: Body) -> None:
    body.update({key: value for key, value in values.items() if value is not None})
