"""The repository under test: its files, and the name of what is under test."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence

from testrun.local import process

READ_BYTES = 256 * 1024
"""So much of a configuration file is read."""
_NOT_OURS = frozenset({"node_modules", ".git", ".venv", "venv", "__pycache__", ".tox", ".nox", "dist", "build", ".mypy_cache"})
"""Folders that are left out where git cannot say what is ignored."""
_OID = "# branch.oid "
_FIELDS = {"1": 8, "u": 10, "?": 1}
"""How many fields come before the path in a line of `git status --porcelain=v2`: changed, unmerged, untracked."""


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


async def read(path: pathlib.Path, environment: Mapping[str, str], *, leave_out: pathlib.Path | None = None) -> Repository:
    """The repository at that folder, as it is now, without the folder ``leave_out``. Raises `NoRepository`.

    Inside a git checkout git says what belongs to it, and a folder of a checkout is a repository of its own. A checkout that git
    cannot read is refused: its name would be that of something else.
    """
    root = _folder(path)
    git = _Git(root, environment, _below(leave_out, root))
    listed, revision = await process.together(git.listed(), git.revision())
    if revision is None:
        files = tuple(sorted(each for each in _walk(root) if not git.left_out(each)))
        return Repository(root=root, files=files, revision=Revision(commit="", changes=await git.digest(files)))
    return Repository(root=root, files=git.files(listed), revision=revision)


class _Git:
    """A checkout, or a folder of one."""

    def __init__(self, root: pathlib.Path, environment: Mapping[str, str], leave_out: str) -> None:
        self._root = root
        self._environment = environment
        self._leave_out = leave_out

    def left_out(self, path: str) -> bool:
        return bool(self._leave_out) and (path == self._leave_out or path.startswith(f"{self._leave_out}/"))

    async def listed(self) -> process.Answer:
        """What `files` reads."""
        return await self._ask("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")

    def files(self, listed: process.Answer) -> tuple[str, ...]:
        """Those that are there. Raises `NoRepository`."""
        return _existing(self._root, [each for each in self._told(listed).split("\0") if not self.left_out(each)])

    async def revision(self) -> Revision | None:
        """None: this is no checkout. Raises `NoRepository` for one that git refuses to read, or cannot."""
        place, state = await process.together(
            self._ask("rev-parse", "--is-inside-work-tree", "--show-prefix"),
            self._ask(
                "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--no-ahead-behind", "-z", "--no-renames",
                "--untracked-files=all", "--ignore-submodules=none", "--", ".",
            ),
        )  # fmt: skip
        if place.problem and any((each / ".git").exists() for each in (self._root, *self._root.parents)):
            self._told(place)
        inside, _, prefix = place.output.partition("\n")
        if inside != "true":
            return None
        lines = self._told(state).split("\0")
        commit = next(each for each in lines if each.startswith(_OID)).removeprefix(_OID)
        paths = [_changed(each).removeprefix(prefix.rstrip("\n")).rstrip("/") for each in lines if each[:1] in _FIELDS]
        kept = sorted(each for each in paths if not self.left_out(each))
        return Revision(commit="" if commit == "(initial)" else commit, changes=await self.digest(kept) if kept else "")

    async def digest(self, paths: Sequence[str]) -> str:
        """Over the names and contents of these files; one that is gone counts as that, a checkout in this one as its revision."""
        digest = hashlib.sha256()
        for path in paths:
            digest.update(f"{path}\0".encode("utf-8", "surrogateescape"))
            place = self._root / path
            if place.is_dir() and not place.is_symlink():
                inner = await _Git(place, self._environment, "").revision()
                digest.update(inner.name.encode() if inner is not None else b"d")
            else:
                digest.update(_content(place))
        return digest.hexdigest()

    async def _ask(self, *words: str) -> process.Answer:
        return await process.ask(["git", "-c", "core.quotepath=off", *words], self._root, environment=self._environment)

    def _told(self, answer: process.Answer) -> str:
        if answer.problem:
            raise NoRepository(f"git cannot read the checkout {self._root}: {answer.problem}")
        return answer.output


def _folder(path: pathlib.Path) -> pathlib.Path:
    root = path.resolve()
    if not root.is_dir():
        raise NoRepository(f"{path} is not a folder")
    return root


def _below(path: pathlib.Path | None, root: pathlib.Path) -> str:
    """The path as seen from the root; empty when it is not below it."""
    if path is None or root not in path.parents:
        return ""
    return path.relative_to(root).as_posix()


def _changed(line: str) -> str:
    """The path in a line of `git status --porcelain=v2`."""
    return line.split(" ", _FIELDS[line[0]])[-1]


def _existing(root: pathlib.Path, paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(each for each in paths if each and os.path.lexists(root / each)))


def _content(path: pathlib.Path) -> bytes:
    try:
        if path.is_symlink():
            return b"l" + hashlib.sha256(os.readlink(path).encode("utf-8", "surrogateescape")).digest()
        with open(path, "rb") as file:
            return b"f" + hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b"-"


def _walk(root: pathlib.Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [each for each in folders if each not in _NOT_OURS]
        for name in names:
            yield pathlib.Path(folder, name).relative_to(root).as_posix()
