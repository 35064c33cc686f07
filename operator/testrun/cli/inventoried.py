"""What `gaps`, `gate` and `status` look at: the tests of a repository, its declared workflows and its targets."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import pathlib

import yaml

from testrun.cli import here
from testrun.cli.command import Problem
from testrun.core import workflows
from testrun.core.globs import matches
from testrun.core.text import one_line
from testrun.inventory import gaps, reading
from testrun.inventory.model import Inventory
from testrun.local import discovery
from testrun.local.rules import source

_MOST_BYTES = 1024 * 1024


@dataclasses.dataclass(frozen=True)
class Inventoried:
    here: here.Here

    @functools.cached_property
    def files(self) -> list[source.File]:
        """The files of the repository, none of them read yet, without what the configuration excludes."""
        kept = [each for each in self.here.repository.files if not matches(each, self.here.config.exclude)]
        return source.on_disk(str(self.here.root), kept)

    @functools.cached_property
    def discovered(self) -> discovery.Discovery:
        return self.here.discovered()

    @functools.cached_property
    def inventory(self) -> Inventory:
        asked = self.here.config.gaps
        named = reading.Named(golden=asked.golden, contract=asked.contract)
        return reading.read(self.files, self.discovered, self.here.repository.read, named)

    def gaps(self, today: datetime.date) -> gaps.Gaps:
        """Raises `Problem`."""
        asked = self.here.config.gaps
        return gaps.find(self.inventory, _declared(self.here.root / asked.workflows, asked.workflows), asked.targets, today)


def look(path: pathlib.Path) -> Inventoried:
    """What is at that folder. Raises `Problem`."""
    return Inventoried(here.look(path))


def today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()  # noqa: TID251  # the command line is an entry point


def _declared(path: pathlib.Path, name: str) -> tuple[workflows.Workflow, ...] | None:
    """None: there is no such file."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        if name != workflows.FILE:
            raise Problem(f"there is no {name}", "correct workflows under [gaps] in ameide.toml") from None
        return None
    except OSError as error:
        raise Problem(f"{name} cannot be read: {error.strerror or error}") from error
    try:
        if len(data) > _MOST_BYTES:
            raise workflows.BadWorkflows("it is larger than 1 MiB")
        return workflows.parse(yaml.safe_load(data))
    except (yaml.YAMLError, UnicodeDecodeError, workflows.BadWorkflows, RecursionError) as error:
        raise Problem(f"{name}: {one_line(str(error), 500)}", "docs/gaps.md has its schema") from error
