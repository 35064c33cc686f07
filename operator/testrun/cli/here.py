"""The repository that a command is about: its files, its configuration, and what can be tested in it."""

from __future__ import annotations

import dataclasses
import pathlib

from testrun.cli.command import Problem
from testrun.core.text import one_line
from testrun.local import config, discovery, environment, repository


@dataclasses.dataclass(frozen=True, kw_only=True)
class Here:
    repository: repository.Repository
    config: config.Config
    config_file: str
    """Name of the file that the configuration came from; empty: there is none."""
    artifacts: pathlib.Path
    """Where runs are kept."""

    @property
    def root(self) -> pathlib.Path:
        return self.repository.root

    def discovered(self) -> discovery.Discovery:
        seen = self.repository
        return discovery.discover(seen.files, seen.read, chosen=self.config.chosen, exclude=self.config.exclude)


def look(path: pathlib.Path) -> Here:
    """What is at that folder. Raises `Problem`."""
    try:
        settings, file = config.load(path)
        artifacts = path.resolve() / settings.artifacts
        seen = repository.read(path, environment.current(), leave_out=artifacts)
        return Here(repository=seen, config=settings, config_file=file, artifacts=artifacts)
    except (config.BadConfig, repository.NoRepository) as error:
        raise Problem(one_line(str(error), 1000)) from error


def top(folder: pathlib.Path) -> pathlib.Path:
    """The repository that a folder is in: the nearest with an ``ameide.toml`` or the checkout's top, else the folder itself."""
    around = (folder, *folder.parents)
    return next((each for each in around if (each / config.FILE).is_file() or (each / ".git").exists()), folder)
