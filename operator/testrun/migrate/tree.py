"""A repository in the course of its migration: its files, and what was changed so far. Pure, but for the files' loader."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence

from testrun.core.globs import matches
from testrun.inventory import reading
from testrun.inventory.model import Inventory
from testrun.local import discovery
from testrun.local.discovery import Discovery, Tool
from testrun.local.rules.source import File
from testrun.migrate.model import Change
from testrun.scaffold import plan as scaffold


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Tree:
    """``load`` gives a file as it is on disk; None: it cannot be read, or is no text."""

    on_disk: Sequence[str]
    load: Callable[[str], bytes | None]
    chosen: Mapping[Tool, Sequence[str]] = dataclasses.field(default_factory=dict)
    exclude: Sequence[str] = ()
    e2e: str = ""
    """The folder of the Playwright project that takes what ran in a cluster; empty: the only one."""
    changed: Mapping[str, bytes | None] = dataclasses.field(default_factory=dict)

    def after(self, changes: Sequence[Change]) -> Tree:
        """Itself, with all that is known of it, where there are none."""
        if not changes:
            return self
        found = dict(self.changed)
        for each in changes:
            if each.moved_from:
                found[each.moved_from] = None
            found[each.path] = each.content
        return dataclasses.replace(self, changed=found)

    @functools.cached_property
    def files(self) -> tuple[str, ...]:
        """Without what the configuration excludes, and what others wrote."""
        there = {*self.on_disk, *self.changed} - {path for path, data in self.changed.items() if data is None}
        return tuple(sorted(each for each in there if not discovery.is_foreign(each) and not matches(each, self.exclude)))

    def text(self, path: str) -> bytes | None:
        return self.changed[path] if path in self.changed else self.load(path)

    def read(self, path: str) -> bytes:
        return self.text(path) or b""

    @functools.cached_property
    def sources(self) -> list[File]:
        return [File(path=path, load=functools.partial(self.text, path)) for path in self.files]

    @functools.cached_property
    def discovered(self) -> Discovery:
        return discovery.discover(self.files, self.read, chosen=self.chosen, exclude=self.exclude)

    @functools.cached_property
    def inventory(self) -> Inventory:
        """The tests, and the phases that run them."""
        return reading.read(self.sources, self.discovered, self.read)

    @property
    def for_scaffold(self) -> scaffold.Tree:
        return scaffold.Tree(files=self.files, read=self.read, chosen=self.chosen, exclude=self.exclude)
