"""The audit of a repository: every file looked at once, by as many processes as there are CPUs, then what follows from all."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import pathlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from testrun.audit import records, scanners
from testrun.audit.finding import Finding
from testrun.audit.records import Cache, Record
from testrun.audit.scanner import Facts, Scanner
from testrun.audit.suppress import Comment

_FEW = 200
"""So many files are looked at sooner than other processes have started."""
_CHUNK = 40
Progress = Callable[[int, int], None]
"""Is told how many files are done, of how many."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Seen:
    """What an audit saw, before anything is let pass."""

    findings: list[Finding]
    comments: dict[str, list[Comment]]
    numbers: dict[str, Counter[str]]
    """For each scanner."""
    notes: list[str]
    files: int


def audit(
    root: pathlib.Path, paths: Sequence[str], chosen: Sequence[Scanner], *, cache: Cache, jobs: int, progress: Progress
) -> Seen:
    """``paths`` are relative to the root, ``chosen`` the scanners that are asked for."""
    mine = [path for path in paths if records.wanted(path)]
    found: dict[str, Record] = {}
    keys: dict[str, str] = {}
    missing: list[str] = []
    for path in mine:
        data, note = records.read(f"{root}/{path}")
        if data is None:
            if note:
                found[path] = {"note": note}
        elif records.wanted(path, data):
            keys[path] = records.key(path, data)
            kept = cache.get(keys[path])
            if kept is None:
                missing.append(path)
            else:
                found[path] = kept
    done = len(mine) - len(missing)
    progress(done, len(mine))
    for path, record in _look(str(root), missing, jobs):
        found[path] = record
        done += 1
        progress(done, len(mine))
    cache.keep({keys[path]: record for path, record in found.items() if path in keys})
    return _sum_up(dict(sorted(found.items())), chosen, len(mine))


def _look(root: str, paths: list[str], jobs: int) -> Iterator[tuple[str, Record]]:
    if len(paths) < _FEW or jobs < 2:
        for path in paths:
            yield path, _record(root, path)
        return
    chunks = [paths[at : at + _CHUNK] for at in range(0, len(paths), _CHUNK)]
    with concurrent.futures.ProcessPoolExecutor(max_workers=jobs) as pool:
        for answer in concurrent.futures.as_completed([pool.submit(_work, root, chunk) for chunk in chunks]):
            yield from answer.result()


def _work(root: str, paths: list[str]) -> list[tuple[str, Record]]:
    return [(path, _record(root, path)) for path in paths]


def _record(root: str, path: str) -> Record:
    data, note = records.read(f"{root}/{path}")
    return {"note": note} if data is None else records.of(path, data)


def _sum_up(found: Mapping[str, Record], chosen: Sequence[Scanner], files: int) -> Seen:
    """``found`` is in the order of the paths."""
    names = {scanner.name for scanner in chosen}
    findings: list[Finding] = []
    numbers: dict[str, Counter[str]] = {name: Counter() for name in names}
    for path in found:
        record = found[path]
        findings += (records.finding(path, each) for each in record.get("findings", ()) if each[0].partition("/")[0] in names)
        for name, counted in record.get("numbers", {}).items():
            if name in names:
                numbers[name].update(counted)
    for scanner in chosen:
        if scanner.tally is None and scanner.conclude is None:
            continue
        of_code = facts(found, "facts", scanner)
        if scanner.tally is not None:
            numbers[scanner.name].update(scanner.tally(of_code))
        if scanner.conclude is not None:
            findings += scanner.conclude(of_code, facts(found, "configs", scanner))
    return Seen(
        findings=findings,
        comments={
            path: [Comment(**dict(zip(_COMMENT_FIELDS, each, strict=True))) for each in record["comments"]]
            for path, record in found.items() if record.get("comments")
        },
        numbers=numbers,
        notes=[f"{path}: {found[path]['note']}" for path in found if found[path].get("note")],
        files=files,
    )  # fmt: skip


def facts(found: Mapping[str, Record], kind: str, scanner: Scanner) -> dict[str, Facts]:
    """What a scanner kept of each file, and those that it borrows from. ``kind``: ``facts`` of code, ``configs``."""
    result: dict[str, Facts] = {}
    for path in found:
        of_all = found[path].get(kind, {})
        kept = [of_all[name] for name in (*scanner.borrows, scanner.name) if of_all.get(name) is not None]
        if kept:
            result[path] = kept[0] if len(kept) == 1 else {key: value for each in kept for key, value in each.items()}
    return result


_COMMENT_FIELDS = tuple(each.name for each in dataclasses.fields(Comment))


def choose(only: Sequence[str]) -> list[Scanner]:
    """The scanners of these names; all of them when none is named. Raises `KeyError` with one that there is not."""
    known = {scanner.name: scanner for scanner in scanners.ALL}
    return [known[name] for name in only] if only else list(scanners.ALL)
