"""The vendors' tools: how each is started in a phase, and how what it says is read. Nothing here starts one."""

from __future__ import annotations

import pathlib


def upwards(folder: pathlib.Path, top: pathlib.Path) -> list[pathlib.Path]:
    """The folder and those above it, up to and with ``top``."""
    return [each for each in (folder, *folder.parents) if each == top or top in each.parents]
