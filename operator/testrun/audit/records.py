"""What is kept of a file: what all scanners say of it alone. One file looked at, or remembered from the last time.

A record holds nothing but what JSON can, and depends on nothing but the file's path, its bytes and the scanners' own code.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import stat
import tempfile
from collections.abc import Mapping
from typing import Any

from testrun.audit import languages, scanners, suppress
from testrun.audit.finding import Rule, found
from testrun.audit.model import SourceFile
from testrun.core import text

MAX_BYTES = 2 * 1024 * 1024
"""Larger files are data: nobody writes them by hand."""
Record = dict[str, Any]

RULES: dict[str, Rule] = {rule.name: rule for scanner in scanners.ALL for rule in scanner.rules}


def read(path: str) -> tuple[bytes | None, str]:
    """The bytes of a file, or why there are none; not through a link, for what it points at is another file or none of ours."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            return None, ""
        if status.st_size > MAX_BYTES:
            return None, f"larger than {MAX_BYTES // 1024 // 1024} MiB, so it was not read"
        with open(path, "rb", buffering=0) as file:
            return file.read(), ""
    except OSError as error:
        return None, f"cannot be read: {error.strerror or error}"


@functools.lru_cache(maxsize=65536)
def _is_config(path: str) -> bool:
    return any(scanner.configs is not None and scanner.configs(path) for scanner in scanners.ALL)


def wanted(path: str, data: bytes | None = None) -> bool:
    """Whether any scanner has a use for a file, by its path and then by its bytes."""
    if _is_config(path):
        return True
    return languages.of(path) is not None and (data is None or _parsed(path, data))


def of(path: str, data: bytes) -> Record:
    """Look at a file. Whatever is in it, this raises nothing: what goes wrong becomes a note."""
    try:
        code = _of_code(path, data) if languages.of(path) is not None and _parsed(path, data) else {}
        return code | _of_config(path, data)
    except RecursionError:
        return {"note": "nests deeper than can be followed, so it was not looked at"}
    except Exception as error:  # noqa: BLE001  # one file must not end the audit of all others
        return {"note": f"could not be looked at: {type(error).__name__}: {text.one_line(str(error), 200)}"}


def _parsed(path: str, data: bytes) -> bool:
    """Whether code is worth a parser."""
    return languages.is_test(path) or any(
        scanner.production is not None and scanner.production(path, data) for scanner in scanners.ALL
    )  # fmt: skip


def _of_config(path: str, data: bytes) -> Record:
    facts = {
        scanner.name: kept for scanner in scanners.ALL
        if scanner.configs is not None and scanner.gather_config is not None and scanner.configs(path)
        and (kept := scanner.gather_config(path, data)) is not None
    }  # fmt: skip
    return {"configs": facts} if facts else {}


def _of_code(path: str, data: bytes) -> Record:
    file = languages.parse(path, data)
    if file is None:
        return {}
    lines = data.splitlines()
    record: Record = {
        "findings": [
            [each.rule, each.line, each.message, code_at(lines, each.line)]
            for scanner in scanners.ALL for each in scanner.examine(file)
        ],
        "numbers": {scanner.name: dict(scanner.count(file)) for scanner in scanners.ALL if scanner.count is not None},
        "facts": _facts(file, lines),
        "comments": [dataclasses.astuple(each) for each in suppress.comments(path, data, file.tests)],
    }  # fmt: skip
    if file.broken:
        record["note"] = "has code that cannot be parsed, so part of it may have been missed"
    return {name: value for name, value in record.items() if value}


def _facts(file: SourceFile, lines: list[bytes]) -> dict[str, Any]:
    return {
        scanner.name: kept for scanner in scanners.ALL
        if scanner.gather is not None and (kept := scanner.gather(file, lambda line: code_at(lines, line))) is not None
    }  # fmt: skip


def code_at(lines: list[bytes], line: int) -> str:
    return text.one_line(lines[line - 1][:2000].decode("utf-8", "replace").strip(), 200) if 0 < line <= len(lines) else ""


def finding(path: str, told: list[Any]) -> Any:
    """A finding again, as `of` kept it."""
    rule, line, message, code = told
    return found(RULES[rule], path, line, message, code=code)


@functools.cache
def version() -> str:
    """Of all that a record depends on: the code of this package."""
    digest = hashlib.sha256()
    for each in sorted(pathlib.Path(__file__).parent.rglob("*.py")):
        digest.update(each.read_bytes())
    return digest.hexdigest()[:16]


def key(path: str, data: bytes) -> str:
    return hashlib.blake2b(path.encode("utf-8", "surrogateescape") + b"\0" + data, digest_size=16).hexdigest()


class Cache:
    """The records of one repository, in one file. A cache that cannot be read or written costs time and nothing else."""

    def __init__(self, place: pathlib.Path | None) -> None:
        self._place = place
        self._old: Mapping[str, Record] = {}
        if place is not None:
            try:
                kept = json.loads(place.read_bytes())
                if isinstance(kept, dict) and kept.get("version") == version():
                    self._old = kept["records"]
            except (OSError, ValueError, KeyError, RecursionError):
                pass

    def get(self, key: str) -> Record | None:
        return self._old.get(key)

    def keep(self, records: Mapping[str, Record]) -> None:
        """These, and no others."""
        if self._place is None or (records.keys() == self._old.keys()):
            return
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            # As one text: written in pieces, it takes several times as long.
            text_of_all = json.dumps({"version": version(), "records": records}, separators=(",", ":"))
            with tempfile.NamedTemporaryFile("w", dir=self._place.parent, suffix=".new", delete=False) as file:
                file.write(text_of_all)
            os.replace(file.name, self._place)
        except OSError:
            pass


def place(root: pathlib.Path, environment: Mapping[str, str]) -> pathlib.Path:
    """Where the cache of a repository is."""
    home = environment.get("XDG_CACHE_HOME") or os.path.join(environment.get("HOME", tempfile.gettempdir()), ".cache")
    return pathlib.Path(home, "testrun", "audit", hashlib.sha256(os.fsencode(root)).hexdigest()[:16] + ".json")
