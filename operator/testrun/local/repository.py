"""The repository under test: its files, and the name of what is under test."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import pathlib
from collections.abc import Callable, Iterator, Mapping, Sequence

from testrun.local import questions

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


def look(path: pathlib.Path, environment: Mapping[str, str]) -> Callable[[pathlib.Path | None], Repository]:
    """Ask git about the repository at that folder. What comes back waits for the answers and gives the repository as it is now,
    without a folder that is to be left out. Both raise `NoRepository`.

    Inside a git checkout git says what belongs to it, and a folder of a checkout is a repository of its own. A checkout that git
    cannot read is refused: its name would be that of something else.
    """
    root = _folder(path)
    git = _Git(root, environment)

    def seen(leave_out: pathlib.Path | None) -> Repository:
        out = _below(leave_out, root)
        revision = git.revision(out)
        if revision is None:
            files = tuple(sorted(each for each in _walk(root) if not _is_in(each, out)))
            return Repository(root=root, files=files, revision=Revision(commit="", changes=git.digest(files)))
        return Repository(root=root, files=git.files(out), revision=revision)

    return seen


def read(path: pathlib.Path, environment: Mapping[str, str], *, leave_out: pathlib.Path | None = None) -> Repository:
    """The same at once. Raises `NoRepository`."""
    return look(path, environment)(leave_out)


class _Git:
    """A checkout, or a folder of one. It is asked at once, all at the same time."""

    def __init__(self, root: pathlib.Path, environment: Mapping[str, str]) -> None:
        self._root = root
        self._environment = environment
        self._asked = [
            self._ask("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"),
            self._ask("rev-parse", "--is-inside-work-tree", "--show-prefix"),
            self._ask(
                "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--no-ahead-behind", "-z", "--no-renames",
                "--untracked-files=all", "--ignore-submodules=none", "--", ".",
            ),
        ]  # fmt: skip

    @functools.cached_property
    def _answers(self) -> tuple[str | questions.NoAnswer, ...]:
        """The files, the place in the checkout, and its state."""
        return tuple(questions.answers(self._asked))

    def files(self, leave_out: str) -> tuple[str, ...]:
        """Those that are there. Raises `NoRepository`."""
        listed, _, _ = self._answers
        return _existing(self._root, [each for each in self._told(listed).split("\0") if not _is_in(each, leave_out)])

    def revision(self, leave_out: str = "") -> Revision | None:
        """None: this is no checkout. Raises `NoRepository` for one that git refuses to read, or cannot."""
        _, place, state = self._answers
        if isinstance(place, questions.NoAnswer) and not any(
            (each / ".git").exists() for each in (self._root, *self._root.parents)
        ):
            return None
        inside, _, prefix = self._told(place).partition("\n")
        if inside != "true":
            return None
        lines = self._told(state).split("\0")
        commit = next(each for each in lines if each.startswith(_OID)).removeprefix(_OID)
        paths = [_changed(each).removeprefix(prefix.rstrip("\n")).rstrip("/") for each in lines if each[:1] in _FIELDS]
        kept = sorted(each for each in paths if not _is_in(each, leave_out))
        return Revision(commit="" if commit == "(initial)" else commit, changes=self.digest(kept) if kept else "")

    def digest(self, paths: Sequence[str]) -> str:
        """Over the names and contents of these files; one that is gone counts as that, a checkout in this one as its revision."""
        digest = hashlib.sha256()
        for path in paths:
            digest.update(f"{path}\0".encode("utf-8", "surrogateescape"))
            place = self._root / path
            if place.is_dir() and not place.is_symlink():
                inner = _Git(place, self._environment).revision()
                digest.update(inner.name.encode() if inner is not None else b"d")
            else:
                digest.update(_content(place))
        return digest.hexdigest()

    def _ask(self, *words: str) -> Callable[[], str]:
        return questions.ask(["git", "-c", "core.quotepath=off", *words], self._root, environment=self._environment)

    def _told(self, answer: str | questions.NoAnswer) -> str:
        if isinstance(answer, questions.NoAnswer):
            raise NoRepository(f"git cannot read the checkout {self._root}: {answer}") from answer
        return answer


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


def _is_in(path: str, folder: str) -> bool:
    return bool(folder) and (path == folder or path.startswith(f"{folder}/"))


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
