"""What a setting changes in the rendered chart, whole: path -> new value, so that nothing changes unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rendering import NAMESPACE, Helm, Rendered

ADDED, REMOVED = "added", "removed"


def changes(helm: Helm, *settings: str) -> dict[str, Any]:
    """The default rendering and the one with these settings, compared. A path is ``Kind/name`` (with its namespace before it when
    that is not the release's), a blank, and the keys and positions that lead to the value.
    """
    before, after = objects(helm.render()), objects(helm.render(*settings))
    found: dict[str, Any] = dict.fromkeys(before.keys() - after.keys(), REMOVED)
    found |= dict.fromkeys(after.keys() - before.keys(), ADDED)
    for name in before.keys() & after.keys():
        found |= {f"{name} {path}": value for path, value in different(before[name], after[name])}
    return found


def objects(rendered: Rendered) -> dict[str, Any]:
    named = {}
    for each in rendered.objects:
        each.pop("data", None)  # of the Secret: another random key each time
        namespace = each["metadata"].get("namespace", NAMESPACE)
        named[f"{'' if namespace == NAMESPACE else f'{namespace}/'}{each['kind']}/{each['metadata']['name']}"] = each
    return named


def different(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            yield from different(before.get(key, REMOVED), after.get(key, REMOVED), f"{path}.{key}".lstrip("."))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for position, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from different(one, other, f"{path}.{position}")
    elif before != after:
        yield path, after
