"""What a plugin talks to, and the line that stands for it. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from testrun.audit import languages, mentions, naming, services
from testrun.audit.own import Own
from testrun.audit.plugins import Plugin
from testrun.audit.services import Talk
from testrun.core import text

_SHORT = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Talking:
    talk: Talk
    path: str
    line: int
    code: str


def read(language: str, path: str, data: bytes) -> dict[str, Any]:
    """What is kept of code that may talk to something."""
    names = [called for each in re.split(r"[/.]", path)[-3:-1] if len(called := text.plain(each)) > _SHORT]
    talks = services.talks(language, data, names) if not languages.is_generated(data) else []
    if not talks or not mentions.spoken(language, data).strip():  # all of it may be a comment
        return {}
    stem = path.rpartition("/")[2].partition(".")[0]
    gate = language == "go" or stem in ("__init__", "index")
    line = mentions.first(language, data, text.plain(path.split("/")[-2] if gate and "/" in path else stem))
    lines = data.splitlines()
    said = text.one_line(lines[line - 1][:2000].decode("utf-8", "replace").strip(), 200) if line else ""
    return {"talks": [list(each) for each in talks], "at": [line, said]}


def of(plugin: Plugin, own: Own, configs: Mapping[str, Any]) -> Talking | None:
    """By what is called as it is, if anything; a service before a database, and a client of its own before HTTP."""
    outside = [each for path in plugin.paths for each in _outside(path, configs[path], own)]
    known = [each for each in outside if each.talk.to or services.knows(each.talk.by)]
    named = [each for each in outside if naming.has(plugin.name, each.talk.by)] if known else []
    return min([*known, *named], key=lambda each: _rank(plugin, each), default=None)


def _rank(plugin: Plugin, each: Talking) -> tuple[bool, ...]:
    return each.talk.is_met_by_units, not naming.has(plugin.name, each.talk.by), each.talk.to == services.HTTP, not each.line


def _outside(path: str, kept: Mapping[str, Any], own: Own) -> Iterator[Talking]:
    """What a file may talk to that is not the repository's own."""
    for to, by in kept.get("talks", ()):
        if not own.has(languages.of(path) or "", by):
            yield Talking(Talk(to, by), path, *kept["at"])
