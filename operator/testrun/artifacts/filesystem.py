"""The store on a volume: one folder, owned by the server alone.

Writes go to a temporary file beside the target, are made durable, and take the target's name in one step; so a reader, or a
server that comes back after a crash, sees the whole file or none. No link is ever followed below the root: every part of a key is
opened with ``O_NOFOLLOW`` from the folder before it, so a link that somebody put on the volume leads to an error, not elsewhere.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import secrets
import shutil
import stat as stat_module
from collections.abc import Iterator, Sequence

from testrun.artifacts import layout, store

FILE_MODE = 0o640
FOLDER_MODE = 0o750
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a kernel says when there is no room for the bytes."""

_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR})
_CANNOT_LINK = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES})
_IN_USE = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY})
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_TEMPORARY = ".incoming-"


class FilesystemStore:
    """A `Store` on the folder ``root``, which is made when it is not there. One process writes to it."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        root.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)

    def put(self, key: str, source: bytes | pathlib.Path) -> None:
        """See `Store.put`. A source on the same volume is linked, not copied: 200 MB of traces cost no I/O and no room."""
        *parents, name = layout.check_key(key).split("/")
        for _ in range(2):
            with contextlib.suppress(store.NotFound):  # a `delete` took a folder that was empty when it looked
                self._put(key, parents, name, source)
                return
        self._put(key, parents, name, source)

    def _put(self, key: str, parents: Sequence[str], name: str, source: bytes | pathlib.Path) -> None:
        temporary = f"{_TEMPORARY}{secrets.token_hex(8)}"
        with translated(key), self._folder(parents, make=True) as folder:
            try:
                if isinstance(source, bytes):
                    _write(temporary, source, folder)
                else:
                    _take(source, temporary, folder)
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=folder)
                raise
            # Renaming one link of a file over another link of it does nothing, and leaves both names.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)
            os.fsync(folder)

    @contextlib.contextmanager
    def read(self, key: str) -> Iterator[Iterator[bytes]]:
        """See `Store.read`."""
        with open(self._open(key), "rb", buffering=0) as file:
            yield iter(lambda: file.read(store.CHUNK), b"")

    def stat(self, key: str) -> store.Stat | None:
        """See `Store.stat`."""
        try:
            descriptor = self._open(key)
        except store.NotFound:
            return None
        try:
            facts = os.fstat(descriptor)
            return store.Stat(key=key, bytes=facts.st_size, modified=facts.st_mtime)
        finally:
            os.close(descriptor)

    def list(self, prefix: str) -> list[store.Stat]:
        """See `Store.list`. Links and files that are still being written are not listed."""
        parts = layout.check_key(prefix).split("/")
        found: list[store.Stat] = []
        try:
            with translated(prefix), self._folder(parts) as folder:
                for path, _, names, descriptor in os.fwalk(".", dir_fd=folder, follow_symlinks=False):
                    for name in names:
                        if name.startswith(_TEMPORARY):
                            continue
                        try:
                            facts = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                        except FileNotFoundError:  # deleted meanwhile: the others are there
                            continue
                        if stat_module.S_ISREG(facts.st_mode):
                            relative = pathlib.PurePosixPath(path) / name
                            found.append(store.Stat(key=f"{prefix}/{relative}", bytes=facts.st_size, modified=facts.st_mtime))
        except store.NotFound:
            return []
        return sorted(found, key=lambda each: each.key)

    def folders(self, prefix: str = "") -> Sequence[str]:
        """See `Store.folders`. Links are not listed."""
        parts = layout.check_key(prefix).split("/") if prefix else []
        try:
            with translated(prefix or "the store"), self._folder(parts) as folder, os.scandir(folder) as entries:
                return sorted(each.name for each in entries if each.is_dir(follow_symlinks=False))
        except store.NotFound:
            return []

    def delete(self, prefix: str) -> None:
        """See `Store.delete`. Folders that are empty then go as well, or each run ever kept would leave some."""
        *parents, name = layout.check_key(prefix).split("/")
        with contextlib.suppress(store.NotFound), translated(prefix), self._folder(parents) as folder:
            if stat_module.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                shutil.rmtree(name, dir_fd=folder)
            else:
                os.unlink(name, dir_fd=folder)
            self._prune(parents)

    def _prune(self, parents: Sequence[str]) -> None:
        for depth in range(len(parents) - 1, -1, -1):
            with self._folder(parents[:depth]) as folder:
                try:
                    os.rmdir(parents[depth], dir_fd=folder)
                except OSError as error:
                    if error.errno in _IN_USE:
                        return
                    raise

    def sweep(self, prefix: str) -> None:
        """See `Store.sweep`."""
        with contextlib.suppress(store.NotFound), translated(prefix), self._folder(layout.check_key(prefix).split("/")) as folder:
            for _, _, names, descriptor in os.fwalk(".", dir_fd=folder, follow_symlinks=False):
                for name in names:
                    if name.startswith(_TEMPORARY):
                        os.unlink(name, dir_fd=descriptor)

    def _open(self, key: str) -> int:
        """A descriptor of the regular file under the key."""
        *parents, name = layout.check_key(key).split("/")
        with translated(key), self._folder(parents) as folder:
            # Non-blocking, or a named pipe on the volume would hold the thread for ever.
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        if stat_module.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
        raise store.NotFound(f"{key}: not a file")

    @contextlib.contextmanager
    def _folder(self, parts: Sequence[str], *, make: bool = False) -> Iterator[int]:
        """A descriptor of the folder, reached part by part."""
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts:
                if make:
                    try:
                        os.mkdir(part, mode=FOLDER_MODE, dir_fd=descriptor)
                        os.fsync(descriptor)
                    except FileExistsError:
                        pass
                below = os.open(part, _FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = below
            yield descriptor
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def translated(what: str) -> Iterator[None]:
    """Turns the kernel's errors into the store's."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise store.StoreFull(f"{what}: no room: {error.strerror}") from error
        if error.errno in _NOT_THERE:
            raise store.NotFound(f"{what}: there is no such file") from error
        if error.errno == errno.ELOOP:
            raise store.StoreError(f"{what}: leads through a link") from error
        raise store.StoreError(f"{what}: {error.strerror}") from error


def _write(name: str, data: bytes, folder: int) -> None:
    with open(_create(name, folder), "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
        os.fsync(file.fileno())


def _take(source: pathlib.Path, name: str, folder: int) -> None:
    origin = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(origin, "rb", buffering=0) as file:
        if not stat_module.S_ISREG(os.fstat(origin).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        try:
            os.link(source, name, dst_dir_fd=folder, follow_symlinks=False)
            os.fsync(origin)
        except OSError as error:
            if error.errno not in _CANNOT_LINK:
                raise
            with open(_create(name, folder), "wb", buffering=0) as target:
                shutil.copyfileobj(file, target, store.CHUNK)
                os.fsync(target.fileno())


def _create(name: str, folder: int) -> int:
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE, dir_fd=folder)
