"""Copies a run's evidence to a local folder. Every name in a manifest came from a pod, so it may try to leave that folder.

Nothing outside the folder is written, whatever a manifest says and whatever links are in the folder. A file has its final name
only once its size and digest are those of the manifest.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import pathlib
import stat
from collections.abc import AsyncIterator, Callable, Iterator

from testrun.artifacts import layout, manifest
from testrun.cli import text
from testrun.cli.command import Problem
from testrun.cli.evidence import Server, Silent
from testrun.core import model
from testrun.local import whole

PARALLEL = 4
TRIES = 3
RETRY_SECONDS = 0.5


class BadFile(Problem):
    """A file is not what the manifest says, or its name may not be used."""


def check(files: tuple[model.FileRef, ...]) -> None:
    """Raises `BadFile` unless all paths are plain names below the folder, none is in another's way, and all have digests."""
    paths = {layout.MANIFEST, *(file.path for file in files)}
    for file in files:
        try:
            layout.check_key(file.path)
        except ValueError as error:
            raise BadFile(f"the manifest names a file that may not be written: {text.clean(file.path, 200)}") from error
        if file.bytes < 0 or not layout.SHA256.fullmatch(file.sha256):
            raise BadFile(f"the manifest has no usable size and digest for {file.path}")
        parts = file.path.split("/")
        if any("/".join(parts[:n]) in paths for n in range(1, len(parts))) or file.path == layout.MANIFEST:
            raise BadFile(f"the manifest names a file twice: {file.path}")


async def fetch(
    server: Server,
    run: model.RunRef,
    listed: manifest.Manifest,
    data: bytes,
    folder: pathlib.Path,
    *,
    copied: Callable[[int], None],
) -> int:
    """Makes the folder hold the run's files, and ``manifest.json`` at last. Returns how many were copied: the others were there.

    ``copied`` is called with numbers of bytes as they come. Unchanged files of an earlier download that this run does not have
    are removed; all else in the folder is left alone. Raises `BadFile`, `Unreadable`, `Problem` (the disk).
    """
    check(listed.files)
    with _disk(folder):
        _prepare(folder, {file.path for file in listed.files})
    todo = iter(listed.files)
    fetched = 0

    async def worker() -> None:
        nonlocal fetched
        for file in todo:
            with _disk(folder):
                target = _place(folder, file.path)
                if _is(target, file):
                    copied(file.bytes)
                    continue
            await _copy(server, run, file, target, copied)
            fetched += 1

    workers = [asyncio.create_task(worker()) for _ in range(PARALLEL)]
    try:
        await asyncio.gather(*workers)
    finally:
        for each in workers:
            each.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    with _disk(folder):
        whole.write(_place(folder, layout.MANIFEST), data)
    return fetched


async def _copy(
    server: Server, run: model.RunRef, file: model.FileRef, target: pathlib.Path, copied: Callable[[int], None]
) -> None:
    """One file; a server that breaks off is asked again."""
    for left in reversed(range(TRIES)):
        came = 0
        try:
            async with contextlib.aclosing(server.chunks(run, file.path)) as chunks:
                async for size in _store(chunks, file, target):
                    came += size
                    copied(size)
            return
        except Silent:
            copied(-came)
            if not left:
                raise
            await asyncio.sleep(RETRY_SECONDS)


async def _store(chunks: AsyncIterator[bytes], file: model.FileRef, target: pathlib.Path) -> AsyncIterator[int]:
    """Writes the file beside its place, and moves it there when it is what the manifest says; yields the size of each chunk."""
    part = target.with_name(f".{target.name[:200]}.part")
    digest, size = hashlib.sha256(), 0
    with _disk(part):
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        with os.fdopen(descriptor, "wb") as out:
            async for chunk in chunks:
                size += len(chunk)
                if size > file.bytes:
                    break
                digest.update(chunk)
                with _disk(part):
                    out.write(chunk)
                yield len(chunk)
        if size != file.bytes or digest.hexdigest() != file.sha256:
            raise BadFile(f"{file.path} is not the file that the manifest names: its size or sha256 differs")
        with _disk(target):
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _place(folder: pathlib.Path, path: str) -> pathlib.Path:
    """Where to write a checked path, its folders made. Raises `BadFile` when a link or a file stands where a folder must be."""
    place = folder
    *parents, name = path.split("/")
    for parent in parents:
        place = place / parent
        with contextlib.suppress(FileExistsError):
            place.mkdir()
        if not stat.S_ISDIR(place.lstat().st_mode):
            raise BadFile(f"{place} is not a folder, so {path} cannot be written", "choose another folder with -o")
    return place / name


def _is(target: pathlib.Path, file: model.FileRef) -> bool:
    """It is there already: a plain file with that size and digest."""
    try:
        found = target.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(found.st_mode) or found.st_size != file.bytes:
        return False
    return manifest.describe(file.path, target).sha256 == file.sha256


def _prepare(folder: pathlib.Path, wanted: set[str]) -> None:
    """Makes the folder, and removes what an earlier download brought there that is not wanted any more, if nobody changed it."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError, ValueError, Problem):  # no manifest, or not ours: then nothing here is known to be a copy
        older = manifest.load((folder / layout.MANIFEST).read_bytes())
        check(older.files)
        for file in older.files:
            if file.path not in wanted:
                _remove_copy(folder, file)


def _remove_copy(folder: pathlib.Path, file: model.FileRef) -> None:
    parents = [folder.joinpath(*file.path.split("/")[:n]) for n in range(1, file.path.count("/") + 1)]
    if any(parent.is_symlink() for parent in parents):
        return
    target = folder / file.path
    if _is(target, file):
        target.unlink()
        for parent in reversed(parents):
            with contextlib.suppress(OSError):  # not empty: others are in it
                parent.rmdir()


@contextlib.contextmanager
def _disk(place: pathlib.Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Problem(f"cannot write to {place}: {error.strerror or error}") from error
