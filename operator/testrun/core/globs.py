"""Globs of folders and files, as configurations write them. Pure."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable


def matches(path: str, globs: Iterable[str]) -> bool:
    """Whether a glob means this path; ``*`` crosses slashes, and a glob that names a folder means all below it."""
    return any(fnmatch.fnmatchcase(path, glob) or fnmatch.fnmatchcase(path, glob.rstrip("/*") + "/*") for glob in globs)
