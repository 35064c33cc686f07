"""What every phase of one run works with."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Mapping

from testrun.core.globs import matches
from testrun.core.phases import Phase
from testrun.local.config import Config
from testrun.local.discovery import Discovery
from testrun.local.environment import Isolation
from testrun.local.repository import Repository
from testrun.local.rules import source


@dataclasses.dataclass(frozen=True, kw_only=True)
class Workplace:
    repository: Repository
    config: Config
    config_file: str
    """Name of the file that the configuration came from; empty: there is none."""
    discovery: Discovery
    environment: Mapping[str, str]
    """The whole environment; phases get a scrubbed one."""
    isolation: Isolation
    folder: pathlib.Path
    """The run's evidence."""
    clock: Callable[[], int]
    """Milliseconds since the epoch."""
    parallel: int
    """So many tools at once."""

    @property
    def root(self) -> pathlib.Path:
        return self.repository.root

    @property
    def top(self) -> pathlib.Path:
        """The top folder of the checkout that the repository may be a folder of: what it needs can be installed up to there."""
        return next((each for each in (self.root, *self.root.parents) if (each / ".git").exists()), self.root)

    @property
    def files(self) -> list[source.File]:
        """The files of the repository, none of them read yet, without what the configuration excludes."""
        kept = [each for each in self.repository.files if not matches(each, self.config.exclude)]
        return source.on_disk(str(self.root), kept)

    def phase_folder(self, phase: Phase) -> pathlib.Path:
        return self.folder / phase.folder
