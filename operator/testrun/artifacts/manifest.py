"""The list of a run's files: what is evidence, how large it is, and its digest. Written last, so where a manifest is, a run is
whole.

Building and dumping are pure and deterministic: the same files give the same bytes, so the manifest's own digest names the
evidence.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import pathlib
from collections.abc import Iterable

from testrun.artifacts import layout, store
from testrun.core import model

VERSION = 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class Manifest:
    """All files of a run's folder but the manifest itself, sorted by path."""

    files: tuple[model.FileRef, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """One difference between a manifest and what is there. ``what`` is ``missing``, ``unlisted``, ``bytes`` or ``sha256``."""

    path: str
    what: str


def build(files: Iterable[model.FileRef]) -> Manifest:
    """Raises ``ValueError`` for a path that is none, that is listed twice, or that is the manifest's own."""
    ordered = tuple(sorted(files, key=lambda file: file.path))
    for file in ordered:
        layout.check_key(file.path)
        if file.path == layout.MANIFEST:
            raise ValueError("a manifest does not list itself")
    for one, other in itertools.pairwise(ordered):
        if one.path == other.path:
            raise ValueError(f"listed twice: {one.path}")
    return Manifest(files=ordered)


def dump(manifest: Manifest) -> bytes:
    """The bytes of ``manifest.json``, a line for each file."""
    lines = ",\n".join(json.dumps(dataclasses.asdict(file)) for file in manifest.files)
    return f'{{"version": {VERSION}, "files": [\n{lines}\n]}}\n'.encode()


def load(data: bytes) -> Manifest:
    """The manifest of its bytes. Raises ``ValueError`` when it is none, or of a version that this one does not know."""
    try:
        body = json.loads(data)
        if body["version"] != VERSION:
            raise ValueError(f"manifest version {body['version']!r} is not known")
        files = [
            model.FileRef(path=str(each["path"]), bytes=int(each["bytes"]), sha256=str(each["sha256"])) for each in body["files"]
        ]
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a manifest: {error!r}") from error
    return build(files)


def describe(path: str, source: bytes | pathlib.Path) -> model.FileRef:
    """The manifest's entry for bytes, or for a local file, which is read in chunks."""
    if isinstance(source, bytes):
        return describe_chunks(path, [source])
    with source.open("rb") as file:
        return describe_chunks(path, iter(lambda: file.read(store.CHUNK), b""))


def describe_chunks(path: str, chunks: Iterable[bytes]) -> model.FileRef:
    """The same for a file that comes in chunks."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return model.FileRef(path=path, bytes=size, sha256=digest.hexdigest())


def verify(manifest: Manifest, evidence: store.Store, folder: str) -> list[Problem]:
    """What differs between the manifest and the store's folder, sorted by path; empty when all is as it was written."""
    listed = {file.path: file for file in manifest.files}
    there = {each.key.removeprefix(f"{folder}/"): each for each in evidence.list(folder)}
    problems = [Problem(path=path, what="unlisted") for path in there.keys() - listed.keys() - {layout.MANIFEST}]
    for path, file in listed.items():
        if path not in there:
            problems.append(Problem(path=path, what="missing"))
        elif there[path].bytes != file.bytes:
            problems.append(Problem(path=path, what="bytes"))
        else:
            with evidence.read(f"{folder}/{path}") as chunks:
                if describe_chunks(path, chunks) != file:
                    problems.append(Problem(path=path, what="sha256"))
    return sorted(problems, key=lambda problem: problem.path)
