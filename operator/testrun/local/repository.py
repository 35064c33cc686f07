"""The repository under test: its files, and the name of what is under test."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pathlib
from collections.abc import Iterator, Mapping

from testrun.local import process

READ_BYTES = 256 * 1024
"""So much of a configuration file is read."""
_NOT_OURS = frozenset({"node_modules", ".git", ".venv", "venv", "__pycache__", ".tox", ".nox", "dist", "build", ".mypy_cache"})
"""Folders that are left out where git cannot say what is ignored."""


class NoRepository(Exception):
    """The path is not a folder that can be read."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Revision:
    """What is under test."""

    commit: str
    """Of HEAD; empty outside git."""
    changes: str = ""
    """SHA-256 (hex) over all uncommitted changes and untracked files; empty when there are none."""

    @property
    def name(self) -> str:
        """``<commit>``, ``<commit>+<12 of the digest>`` with uncommitted changes, ``+<12>`` outside git."""
        return self.commit + (f"+{self.changes[:12]}" if self.changes else "")

    @property
    def short(self) -> str:
        return self.commit[:7] + (f"+{self.changes[:6]}" if self.changes else "")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Repository:
    root: pathlib.Path
    files: tuple[str, ...]
    """Paths below the root, with ``/``, sorted; without what git ignores."""
    revision: Revision

    def read(self, path: str) -> bytes:
        """The start of a file; empty when it cannot be read."""
        try:
            with open(self.root / path, "rb") as file:
                return file.read(READ_BYTES)
        except OSError:
            return b""


async def read(path: pathlib.Path, environment: Mapping[str, str]) -> Repository:
    """The repository at that folder, as it is now. Raises `NoRepository`.

    Inside a git checkout git says what belongs to it, and a folder of a checkout is a repository of its own.
    """
    root = _folder(path)
    listed = await process.capture(
        ["git", "-c", "core.quotepath=off", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
        root,
        environment=environment,
    )
    if listed:
        files = _existing(root, listed.split("\0"))
        return Repository(root=root, files=files, revision=await _git_revision(root, environment))
    files = tuple(sorted(_walk(root)))
    return Repository(root=root, files=files, revision=Revision(commit="", changes=_digest(root, files)))


def _folder(path: pathlib.Path) -> pathlib.Path:
    root = path.resolve()
    if not root.is_dir():
        raise NoRepository(f"{path} is not a folder")
    return root


def _existing(root: pathlib.Path, paths: list[str]) -> tuple[str, ...]:
    return tuple(sorted(each for each in paths if each and os.path.lexists(root / each)))


async def _git_revision(root: pathlib.Path, environment: Mapping[str, str]) -> Revision:
    commit = (await process.capture(["git", "rev-parse", "HEAD"], root, environment=environment)).strip()
    changed = await process.capture(
        ["git", "--no-optional-locks", "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", "."],
        root,
        environment=environment,
    )
    if not changed:
        return Revision(commit=commit)
    prefix = (await process.capture(["git", "rev-parse", "--show-prefix"], root, environment=environment)).strip()
    paths = [each[3:].removeprefix(prefix) for each in changed.split("\0") if len(each) > 3]
    return Revision(commit=commit, changes=_digest(root, sorted(paths)))


def _digest(root: pathlib.Path, paths: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    """Over the names and contents of these files; one that is gone counts as that."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        try:
            if os.path.islink(root / path):
                content = os.readlink(root / path).encode("utf-8", "surrogateescape")
                digest.update(b"l" + hashlib.sha256(content).digest())
                continue
            with open(root / path, "rb") as file:
                digest.update(b"f" + hashlib.file_digest(file, "sha256").digest())
        except OSError:
            digest.update(b"-")
    return digest.hexdigest()


def _walk(root: pathlib.Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [each for each in folders if each not in _NOT_OURS]
        for name in names:
            yield pathlib.Path(folder, name).relative_to(root).as_posix()
