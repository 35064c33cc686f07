"""Writes the changes of a migration: first what is new, each file in one step, then what goes."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Sequence

from testrun.cli.command import Problem
from testrun.local import whole
from testrun.migrate.model import Change


def write(root: pathlib.Path, changes: Sequence[Change]) -> None:
    """Raises `Problem`; nothing is written when a file would be overwritten that is not known, such as one that git ignores."""
    for each in changes:
        _check(root, each)
    try:
        for each in changes:
            if each.content is not None:
                whole.write(root / each.path, each.content, like=root / (each.moved_from or each.path))
        for each in changes:
            gone = each.moved_from or (each.path if each.content is None else "")
            if gone:
                (root / gone).unlink(missing_ok=True)
                _prune((root / gone).parent, root)
    except OSError as error:
        raise Problem(
            f"{error.filename} cannot be written: {error.strerror or error}", "git restore . takes back what was written so far"
        ) from error


def _check(root: pathlib.Path, change: Change) -> None:
    target = root / change.path
    inside = next(each for each in (target.parent, *target.parent.parents) if each.exists()).resolve()
    if root not in (inside, *inside.parents):
        raise Problem(f"{change.path} leads out of the repository: nothing was written")
    if change.moved_from and os.path.lexists(target):
        raise Problem(f"{change.path} is there already: nothing was written", "git may ignore it; move it away")


def _prune(folder: pathlib.Path, root: pathlib.Path) -> None:
    """Folders of which nothing is left."""
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
