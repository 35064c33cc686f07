"""What files that are no code say of users: workflows, kinds of a cluster, and tests that are YAML or shell. Pure."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import yaml

from testrun.audit import entrances, languages
from testrun.core import workflows
from testrun.core.workflows import Workflow

MOST_BYTES = 512 * 1024
_TABLES = {"ameide.toml": ("gaps",), "pyproject.toml": ("tool", "ameide", "gaps")}
_ASIDE = re.compile(r"(?:^|/)(?:\.github|charts/[^/]+/charts)/")
_TESTS = re.compile(
    r"(?:^|/)(?:e2e|tests?|acceptance|integration|kuttl|chainsaw|bats|smoke)(?:[-_]\w+)?/(?:.*/)?[^/]+\.(?:ya?ml|sh|bash|bats|txtar|feature|robot|http|hurl)$"
    r"|(?:^|/)[^/]+\.(?:bats|txtar|feature|robot|hurl)$|(?:^|/)(?:test[-_][^/]+|[^/]+[-_]test)\.(?:sh|bash)$"
)
_CRD = re.compile(r"^kind:\s*[\"']?CustomResourceDefinition\b", re.MULTILINE)
_CHARTS = re.compile(r"(?:^|/)templates(?=/)")
_DECLARES = re.compile(rb"^workflows:", re.MULTILINE)


def is_one(path: str) -> bool:
    """Whether a file may be one of these, by its path."""
    if languages.is_foreign(path) or _ASIDE.search(path):
        return False
    return path.endswith((".yaml", ".yml")) or path in _TABLES or bool(_TESTS.search(path))


def read(path: str, data: bytes) -> dict[str, Any] | None:
    """What it says; None: nothing."""
    if len(data) > MOST_BYTES:
        return None
    if path in _TABLES:
        named = _named(path, data)
        return {"named": named} if named else None
    found: dict[str, Any] = {}
    if _DECLARES.search(data) and (declared := _declared(data)):
        found["workflows"] = declared
    content = data.decode("utf-8", "replace")
    kinds = [list(each) for each in _kinds(content)]
    if kinds and entrances.is_product(_CHARTS.sub("", path)):
        found["kinds"] = kinds
    elif not kinds and _TESTS.search(path):
        found["words"] = entrances.words([content])
    return found or None


def _named(path: str, data: bytes) -> str:
    """Where the configuration has the workflows."""
    if b"workflows" not in data:
        return ""
    try:
        table: Any = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return ""
    for key in (*_TABLES[path], "workflows"):
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, str) else ""


def _declared(data: bytes) -> list[list[Any]]:
    """Each workflow with its line. A file that declares none rightly says nothing: `ameide gaps` complains."""
    try:
        body = yaml.safe_load(data)  # by Python's own parser: libyaml's ends the process when a file nests deeply
        found = workflows.parse(body)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        return []
    lines = data.decode("utf-8", "replace").splitlines()
    return [[_line(lines, each.name), body["workflows"][at]] for at, each in enumerate(found)]


def _line(lines: list[str], name: str) -> int:
    said = re.compile(rf"""\bname:\s*["']?{re.escape(name)}["']?\s*(?:[,}}#]|$)""")
    return next((number for number, line in enumerate(lines, start=1) if said.search(line)), 1)


def workflow(body: Any) -> Workflow:
    """One again, as `read` kept it."""
    return workflows.parse({"workflows": [body]})[0]


def _kinds(content: str) -> list[tuple[str, str, int]]:
    """The kinds that it defines, each with its group and line. Read as text: it may be a template."""
    if not _CRD.search(content):
        return []
    found = []
    at = 1
    for document in re.split(r"(?m)^---[^\n]*$", content):
        crd = _CRD.search(document)
        names = re.search(r"(?m)^  names:[^\n]*\n(?:^    .*\n|^\s*\n)*?^    kind:\s*[\"']?(\w+)", document)
        group = re.search(r"(?m)^  group:\s*[\"']?([\w.-]+)", document)
        if crd is not None and names is not None:
            found.append((names[1], group[1] if group is not None else "", at + document.count("\n", 0, crd.start())))
        at += document.count("\n")
    return found
