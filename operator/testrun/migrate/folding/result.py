"""What comes of folding one file: the terms that the languages share. Pure."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class Folded:
    """A file after one branch was taken out. ``data`` is None when nothing of it is left that runs without a cluster."""

    data: bytes | None
    dropped: str = ""
    """The cluster's side, as it was."""
    tests: tuple[str, ...] = ()
    """Tests that ran in a cluster only, and are gone."""


class Undecided(Exception):
    """A branch that cannot be taken out for sure: its line, and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line
