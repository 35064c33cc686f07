"""What one recorded JUnit holds: digest, unpack, count, and keep what was counted. Blocks; a thread's work.

The file is hostile until counted: it is never in memory as a whole, and nothing is unpacked beyond the bound of the reader.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import dataclasses
import hashlib
import pathlib
from collections.abc import Callable, Iterable, Iterator

from testrun.artifacts import layout, store
from testrun.core import model
from testrun.core.model import RecordProblem
from testrun.junit import delivered, placeholder, reader
from testrun.web import config, runs, spool, uploads

Opened = contextlib.AbstractContextManager[Iterator[bytes]]


class _Unusable(Exception):
    def __init__(self, problem: RecordProblem, text: str) -> None:
        super().__init__(text)
        self.problem = problem
        self.text = text


def count(
    asked: model.RecordsRequest,
    files: spool.RunFiles,
    limits: config.Limits,
    uploaded: Callable[[str], Opened],
    absent: Iterable[model.RecordedPhase] = (),
) -> model.RecordsAnswer:
    """The facts of all phases that are required or recorded; each has its JUnit in the run's spool afterwards.

    ``uploaded`` opens the upload of a digest; those of the phases ``absent`` are not there. Raises `Refused` when the volume is
    full.
    """
    records = {each.phase: each for each in asked.records}
    wanted = [phase for phase in model.RECORDED_PHASES if phase in records or phase in asked.required]
    return model.RecordsAnswer(
        facts=tuple(_facts(asked, phase, records.get(phase), files, limits, uploaded, absent) for phase in wanted)
    )


def _facts(
    asked: model.RecordsRequest,
    phase: model.RecordedPhase,
    record: model.RecordFile | None,
    files: spool.RunFiles,
    limits: config.Limits,
    uploaded: Callable[[str], Opened],
    absent: Iterable[model.RecordedPhase],
) -> model.RecordFacts:
    try:
        if record is None:
            raise _Unusable(RecordProblem.MISSING, "it is required, and has no record")
        if record.unavailable or phase in absent:
            raise _Unusable(RecordProblem.UNAVAILABLE, record.unavailable or not_uploaded(record))
        return _counted(record, files, limits, lambda: _opened(record, uploaded))
    except _Unusable as error:
        data = placeholder.document(asked.run, phase, revision=asked.revision, kind=str(error.problem), message=error.text)
        kept = _Kept(files, limits, layout.phase_junit(phase))
        kept.add(data)
        return model.RecordFacts(phase=phase, problem=error.problem, text=error.text, junit=kept.keep())


def not_uploaded(record: model.RecordFile) -> str:
    """Why there is no such upload, as a clause."""
    return f"no file with the SHA-256 {record.sha256[:12]}… was uploaded for the namespace"


@contextlib.contextmanager
def _opened(record: model.RecordFile, uploaded: Callable[[str], Opened]) -> Iterator[Iterator[bytes]]:
    """The chunks of a record's file as it was delivered."""
    if record.data is None:
        try:
            with uploaded(record.sha256) as chunks:
                yield chunks
        except store.NotFound as error:
            raise _Unusable(RecordProblem.UNAVAILABLE, not_uploaded(record)) from error
        return
    try:
        data = base64.b64decode(record.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Unusable(RecordProblem.UNREADABLE, "its bytes did not arrive as they were sent") from error
    yield iter(data[at : at + store.CHUNK] for at in range(0, len(data), store.CHUNK))


def _counted(
    record: model.RecordFile, files: spool.RunFiles, limits: config.Limits, opened: Callable[[], Opened]
) -> model.RecordFacts:
    digest = hashlib.sha256()
    with opened() as chunks:
        for chunk in chunks:
            digest.update(chunk)
    if digest.hexdigest() != record.sha256:
        what = f"its file has the SHA-256 {digest.hexdigest()[:12]}…, and the record says {record.sha256[:12]}…"
        raise _Unusable(RecordProblem.TAMPERED, what)
    kept = _Kept(files, limits, layout.phase_junit(record.phase))
    bounds = dataclasses.replace(reader.DEFAULT, bytes=limits.record_bytes, failures=model.RECORD_FAILURES)
    try:
        with opened() as chunks:
            found = reader.read(kept.through(delivered.plain(chunks)), bounds)
    except reader.JUnitError as error:
        kept.drop()
        raise _Unusable(RecordProblem.UNREADABLE, str(error)) from error
    except BaseException:
        kept.drop()
        raise
    return model.RecordFacts(
        phase=record.phase,
        counts=found.counts,
        duration=found.duration,
        revisions=found.revisions,
        phases=found.phases,
        completed=found.completed,
        contradiction=found.contradiction,
        failures=found.failures,
        junit=kept.keep(),
    )


class _Kept:
    """A file that is being written for the run, in its spool, under a name of its own until it is whole."""

    def __init__(self, files: spool.RunFiles, limits: config.Limits, path: str) -> None:
        self._files = files
        self._limits = limits
        self._path = path
        self._upload: pathlib.Path = files.incoming()
        self._digest = hashlib.sha256()
        self._size = 0
        with runs.on_disk():
            uploads.create(self._upload)

    def through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Hands the chunks on, each once it is written. One that is beyond the bound is not written: the reader refuses it."""
        for chunk in chunks:
            if self._size + len(chunk) <= self._limits.record_bytes:
                self.add(chunk)
            yield chunk

    def add(self, data: bytes) -> None:
        with runs.on_disk():
            uploads.check_room(self._files.folder, len(data) + self._limits.reserve_bytes // 4)
            uploads.write(self._upload, data, self._digest)
        self._size += len(data)

    def keep(self) -> model.FileRef:
        with runs.on_disk():
            self._files.keep(self._upload, self._path)
        return model.FileRef(path=self._path, bytes=self._size, sha256=self._digest.hexdigest())

    def drop(self) -> None:
        self._upload.unlink(missing_ok=True)
