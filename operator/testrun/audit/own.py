"""What a repository calls its own: what it imports of that is no service outside. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping

from testrun.audit import plugins

MANIFEST = re.compile(r"(?:^|/)(?:package\.json|go\.mod)$")
"""Files that name a package of TypeScript, or a module of Go."""
_SAMPLE = re.compile(r"(?:^|/)(?:examples?|samples?|fixtures?|testdata|templates?|demos?|tests?|__tests__)/")
_MODULE = re.compile(rb"^module[ \t]+\"?([^\s\"]+)", re.MULTILINE)


def name(path: str, data: bytes) -> str:
    """The package that a manifest names; empty: none. What an example is called says nothing."""
    if _SAMPLE.search(path):
        return ""
    if path.endswith("go.mod"):
        match = _MODULE.search(data)
        return match[1].decode("ascii", "replace") if match is not None else ""
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    named = manifest.get("name") if isinstance(manifest, dict) else None
    return named if isinstance(named, str) else ""


class Own:
    """The packages of a repository."""

    def __init__(self, code: Collection[str], named: Mapping[str, str]) -> None:
        """``code`` are the paths of all that is no test; ``named`` what manifests name."""
        root = named.get("package.json", "")
        self._names = {
            "python": frozenset(_packages(code)),
            "typescript": frozenset({*_of(named, "package.json"), f"@{root}"}),
            "go": frozenset(_of(named, "go.mod")),
        }

    def has(self, language: str, module: str) -> bool:
        """Whether it is one of these, or below one."""
        if language == "python":
            return module.partition(".")[0] in self._names[language]
        parts = module.split("/")
        if language == "go" and any(module.startswith(f"{each}-") for each in self._names["go"] if "/" in each):
            return True  # `shop-sdk` of `shop`
        return any("/".join(parts[:end]) in self._names[language] for end in range(1, len(parts) + 1))


def _of(named: Mapping[str, str], manifest: str) -> Iterable[str]:
    return (each for path, each in named.items() if path.endswith(manifest))


def _packages(code: Collection[str]) -> Iterable[str]:
    """The outermost folders with an ``__init__.py``. An adapter, which is called as its service is, is not meant by that name."""
    folders = {path.removesuffix("/__init__.py") for path in code if path.endswith("/__init__.py")}
    for folder in folders:
        above, _, called = folder.rpartition("/")
        if not plugins.kind_of(above.rpartition("/")[2]) and not _is_below(folder, folders):
            yield called


def _is_below(folder: str, folders: Collection[str]) -> bool:
    return any(folder[:at] in folders for at, letter in enumerate(folder) if letter == "/")
