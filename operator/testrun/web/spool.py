"""Evidence of live runs on the server's own disk, before it is settled. Blocking calls on files; no limits, no network, no
opinion.

``<root>/<uid>/`` holds one run: ``run.json`` (whose it is), ``sealed`` (when no more may come), ``records.json`` (what was found
in the records of earlier phases), ``settle.json`` (how its result was asked for, when it could not be stored), ``incoming/``
(uploads under way) and, below ``files/``, the same tree that the run's folder has in the store.

A log is not synced to the disk at each append: a killed server loses nothing by that, and a node that loses power may cut a log's
end off, but the size then tells the pod, which keeps its log to the end, from where to send again. So a log is synced with its
last line, and an attachment before it is called stored: after that the pod throws its own copy away. Settling syncs everything.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import pathlib
import shutil
from collections.abc import Iterator

from testrun.artifacts import filesystem, layout
from testrun.core import model

_LOG_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_BLOCK = 64 * 1024

log = logging.getLogger(__name__)


class Spool:
    """All live runs below one folder. Raises ``OSError`` as the kernel does."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        root.mkdir(mode=filesystem.FOLDER_MODE, parents=True, exist_ok=True)

    def runs(self) -> list[model.RunRef]:
        """All runs that are here. A folder without ``run.json`` never took anything (it is written first) and is removed. One
        whose ``run.json`` cannot be read now is told of in the log, and stays.
        """
        found = []
        for folder in sorted(self.root.iterdir()):
            try:
                body = json.loads((folder / "run.json").read_bytes())
                found.append(layout.check_run(model.RunRef(namespace=body["namespace"], name=body["name"], uid=body["uid"])))
            except FileNotFoundError:
                shutil.rmtree(folder, ignore_errors=True)
            except (OSError, ValueError, KeyError, TypeError):
                log.exception("cannot tell whose run a folder of the spool is: it stays as it is", extra={"folder": folder.name})
        return found

    def open(self, run: model.RunRef) -> RunFiles:
        """The run's folder, made when it is not there. What an earlier server left unfinished is the caller's to sweep."""
        files = RunFiles(self.root / layout.check_run(run).uid)
        files.create(run)
        return files

    def remove(self, run: model.RunRef) -> None:
        """Nothing there is success. ``run.json`` goes last: what is left by a crash is found, and removed, again."""
        folder = self.root / layout.check_run(run).uid
        for part in ("incoming", "files"):
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(folder / part)
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)


class RunFiles:
    """The files of one live run."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.files = folder / "files"
        self._incoming = folder / "incoming"
        self._numbers = itertools.count()

    def create(self, run: model.RunRef) -> None:
        """Makes the folders. ``run.json`` is whole or not there, and there for good before anything is taken."""
        self.folder.mkdir(mode=filesystem.FOLDER_MODE, exist_ok=True)
        owner, new = self.folder / "run.json", self.folder / "run.json.new"
        if not owner.exists() or not owner.stat().st_size:  # empty: of a server that did not yet make it in one step
            new.write_text(json.dumps({"namespace": run.namespace, "name": run.name, "uid": run.uid}))
            _sync(new)
            new.rename(owner)
            _sync(self.folder)
            _sync(self.folder.parent)
        self.files.mkdir(mode=filesystem.FOLDER_MODE, exist_ok=True)
        self._incoming.mkdir(mode=filesystem.FOLDER_MODE, exist_ok=True)

    @property
    def sealed(self) -> bool:
        return (self.folder / "sealed").exists()

    def ask(self, request: bytes) -> None:
        """Keeps a request to settle the run that could not be met. Whole or not there, and durable."""
        new = self.folder / "settle.json.new"
        new.write_bytes(request)
        _sync(new)
        new.rename(self.folder / "settle.json")
        _sync(self.folder)

    def asked(self) -> bytes | None:
        """What `ask` kept; None when there is nothing."""
        try:
            return (self.folder / "settle.json").read_bytes()
        except FileNotFoundError:
            return None

    def remember(self, answer: bytes) -> None:
        """Keeps what was answered about the run's records. Whole or not there, and durable."""
        target, new = self.folder / "records.json", self.folder / "records.json.new"
        new.write_bytes(answer)
        _sync(new)
        new.rename(target)
        _sync(self.folder)

    def remembered(self) -> bytes | None:
        """What `remember` kept; None when there is nothing."""
        try:
            return (self.folder / "records.json").read_bytes()
        except FileNotFoundError:
            return None

    def seal(self) -> None:
        """Durable: a server that comes back takes nothing either."""
        (self.folder / "sealed").touch()
        _sync(self.folder)

    def sweep(self) -> None:
        """Removes uploads that nobody will finish."""
        for path in self._incoming.iterdir():
            path.unlink()

    def paths(self) -> list[str]:
        """Paths (as in the run's folder in the store) of all files that are whole, sorted."""
        return sorted(str(path.relative_to(self.files).as_posix()) for path in self.files.rglob("*") if path.is_file())

    def newest(self) -> float:
        """When anything was last written here: seconds since the epoch."""
        return max(path.stat().st_mtime for path in (self.folder / "run.json", *self.files.rglob("*")))

    def local(self, path: str) -> pathlib.Path:
        """Where the file of a path is."""
        return self.files / layout.check_key(path)

    def incoming(self) -> pathlib.Path:
        """A name for an upload under way."""
        return self._incoming / str(next(self._numbers))

    def keep(self, upload: pathlib.Path, path: str) -> None:
        """Gives a whole upload its name, in one step. The caller has made sure that nobody else takes that name meanwhile."""
        target = self.local(path)
        target.parent.mkdir(mode=filesystem.FOLDER_MODE, parents=True, exist_ok=True)
        _sync(upload)
        upload.rename(target)
        _sync(target.parent)

    def append(self, path: str, offset: int, data: bytes) -> None:
        """Puts ``data`` at ``offset``, the log's size. When that fails, the log is as it was before."""
        target = self.local(path)
        try:
            log = os.open(target, _LOG_FLAGS, filesystem.FILE_MODE)
        except FileNotFoundError:
            target.parent.mkdir(mode=filesystem.FOLDER_MODE, parents=True, exist_ok=True)
            log = os.open(target, _LOG_FLAGS, filesystem.FILE_MODE)
        try:
            view = memoryview(data)
            while view:
                view = view[os.pwrite(log, view, offset + len(data) - len(view)) :]
        except OSError:
            os.ftruncate(log, offset)
            raise
        finally:
            os.close(log)

    def sync(self, path: str) -> None:
        """Makes a file and its name durable."""
        _sync(self.local(path))
        _sync(self.local(path).parent)

    def repair(self, path: str) -> int:
        """Cuts off a last line that was not written whole. Gives the log's size."""
        with open(self.local(path), "r+b") as log:
            size = end = log.seek(0, os.SEEK_END)
            while end > 0:
                start = max(0, end - _BLOCK)
                log.seek(start)
                newline = log.read(end - start).rfind(b"\n")
                if newline >= 0:
                    end = start + newline + 1
                    break
                end = start
            if end != size:
                log.truncate(end)
            return end

    def lines(self, path: str) -> Iterator[bytes]:
        """The log's lines, each with its newline."""
        with open(self.local(path), "rb") as log:
            yield from log


def _sync(path: pathlib.Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
