"""What users do with a system from end to end, as ``workflows.yaml`` declares it. Pure; docs/gaps.md has the schema."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from testrun.core.globs import matches
from testrun.core.text import spaced

FILE = "workflows.yaml"
TIERS = ("unit", "golden", "contract", "integration", "e2e")
PRIORITIES = ("P1", "P2", "P3")
EFFORTS = ("low", "medium", "high")
_KEYS = {"name", "what", "components", "priority", "effort", "tests", "needs"}
_WORD = re.compile(r"[^\W_]+")


class BadWorkflows(ValueError):
    """The declaration cannot be used: one sentence that says where and why."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Workflow:
    name: str
    what: str = ""
    """One sentence for people."""
    components: tuple[str, ...] = ()
    """What it passes through, in order."""
    priority: str = "P2"
    effort: str = ""
    """Of writing its tests; when it is not said, judged by how many components there are."""
    tests: tuple[str, ...] = ()
    """Globs of paths, or words of titles (``@checkout``), of the tests that prove it. Empty: those that are called like it."""
    needs: tuple[str, ...] = ("integration",)
    """The tiers that it must have tests in."""

    def proven_by(self, path: str, titles: Sequence[str], tests: int) -> int:
        """How many of a file's tests prove it: all, if the file is named or called like it, else those whose titles say so."""
        if not self.tests:
            return tests if _says(path.rpartition("/")[2], self.name) else _saying(titles, (self.name,))
        if matches(path, [each for each in self.tests if is_glob(each)]):
            return tests
        return _saying(titles, [each for each in self.tests if not is_glob(each)])


def is_glob(pattern: str) -> bool:
    """Whether one of a workflow's ``tests`` means paths, and not words of titles."""
    return "/" in pattern or "*" in pattern


def _saying(titles: Sequence[str], words: Sequence[str]) -> int:
    return sum(any(_says(title, each) for each in words) for title in titles)


def _says(text: str, words: str) -> bool:
    """Whether these words stand in the text one behind the other, however they are joined (``pay_now``, ``PayNow``)."""
    if words.startswith("@"):
        return re.search(rf"{re.escape(words)}(?![\w-])", text) is not None
    wanted = [word.lower() for word in _WORD.findall(spaced(words))]
    there = [word.lower() for word in _WORD.findall(spaced(text))]
    return bool(wanted) and any(there[at : at + len(wanted)] == wanted for at in range(len(there) - len(wanted) + 1))


def parse(body: Any) -> tuple[Workflow, ...]:
    """From a document of YAML. Raises `BadWorkflows`."""
    listed = body.get("workflows") if isinstance(body, Mapping) else None
    if not isinstance(listed, list):
        raise BadWorkflows("a list `workflows` is wanted at the top")
    found = tuple(_one(each, f"workflows[{position}]") for position, each in enumerate(listed))
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadWorkflows(f"two workflows have the name {twice!r}")
    return found


def _one(body: Any, where: str) -> Workflow:
    if not isinstance(body, Mapping):
        raise BadWorkflows(f"{where} must be a table with a name")
    unknown = sorted(str(key) for key in body if key not in _KEYS)
    if unknown:
        raise BadWorkflows(f"{where}: unknown key {unknown[0]}; known are {', '.join(sorted(_KEYS))}")
    name = _text(body, "name", where)
    if not re.search(r"\w", name):
        raise BadWorkflows(f"{where}: name is missing")
    return Workflow(
        name=name.strip(),
        what=_text(body, "what", where),
        components=_texts(body, "components", where),
        priority=_word(body, "priority", PRIORITIES, "P2", where),
        effort=_word(body, "effort", EFFORTS, "", where),
        tests=_texts(body, "tests", where),
        needs=tuple(_known(each, "needs", TIERS, where) for each in _texts(body, "needs", where)) or ("integration",),
    )


def _text(body: Mapping[str, Any], key: str, where: str) -> str:
    value = body.get(key, "")
    if not isinstance(value, str):
        raise BadWorkflows(f"{where}: {key} must be a text")
    return value


def _texts(body: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = body.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise BadWorkflows(f"{where}: {key} must be a list of texts")
    return tuple(value)


def _word(body: Mapping[str, Any], key: str, known: tuple[str, ...], otherwise: str, where: str) -> str:
    return _known(_text(body, key, where), key, known, where) if key in body else otherwise


def _known(value: str, key: str, known: tuple[str, ...], where: str) -> str:
    if value not in known:
        raise BadWorkflows(f"{where}: {key} is one of {', '.join(known)}, not {value!r}")
    return value
