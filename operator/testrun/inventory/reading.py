"""From a repository's files and what the phases discover in them to its inventory. Pure, but for the files' own loaders.

No tool is started, so this works without any installed, in a second; docs/gaps.md says what that leaves out.
"""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from testrun.core.globs import matches
from testrun.core.phases import Phase
from testrun.inventory import sources
from testrun.inventory.model import Inventory, Package, TestFile, Tier
from testrun.local import discovery, go_sources
from testrun.local.discovery import Discovery, Read
from testrun.local.rules import source
from testrun.local.rules.source import File, home, is_go_test
from testrun.local.tools import pytest

_MANIFESTS = ("go.mod", "package.json", "pyproject.toml", "setup.py")
_CLASSIFIED = re.compile(r"(?:.*/)?__tests__/(?P<phase>unit|integration)/.+")
_WORDS = {"golden": Tier.GOLDEN, "goldens": Tier.GOLDEN,
          "contract": Tier.CONTRACT, "contracts": Tier.CONTRACT, "pact": Tier.CONTRACT}  # fmt: skip
"""What folders, files and markers say of a tier."""
_OF_PHASE = {Phase.INTEGRATION: Tier.INTEGRATION, Phase.E2E: Tier.E2E}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Named:
    """Globs of the configuration: what they mean is of that tier."""

    golden: Sequence[str] = ()
    contract: Sequence[str] = ()


def read(files: Sequence[File], found: Discovery, read_start: Read, named: Named = Named()) -> Inventory:
    """All packages with their tests, also those without any, by folder. ``files`` are those that the configuration leaves in."""
    told = [*_go(files, found, named), *_others(files, found, read_start, named)]
    folders = _packages(files, found, read_start)
    at: dict[str, list[TestFile]] = {folder: [] for folder in folders}
    homes = folders | _workspaces(files, read_start)
    for each in told:
        at.setdefault(home(each.path, homes) or ".", []).append(each)
    return Inventory(packages=tuple(_package(folder, own) for folder, own in sorted(at.items()) if own or folder in folders))


def _package(folder: str, files: list[TestFile]) -> Package:
    ordered = sorted(files, key=lambda each: (each.path, each.phase or "", each.tier))
    return Package(folder=folder, tools=tuple(sorted({each.tool for each in files})), files=tuple(ordered))


def tier(path: str, phase: Phase | None, marks: Iterable[str] = (), named: Named = Named()) -> Tier:
    """What a test is: the configuration says it, else a marker, else a folder or a word of the file's name, else its phase."""
    for globs, which in ((named.golden, Tier.GOLDEN), (named.contract, Tier.CONTRACT)):
        if matches(path, globs):
            return which
    folder, _, name = path.rpartition("/")
    words = [*marks, *folder.split("/"), *re.split(r"[._-]", name)]
    return next((_WORDS[each] for each in words if each in _WORDS), _OF_PHASE.get(phase, Tier.UNIT) if phase else Tier.UNIT)


def _go(files: Sequence[File], found: Discovery, named: Named) -> Iterable[TestFile]:
    run = {each.folder for each in found.of("go")}
    tests = go_sources.read(files)
    skipped = {each.path: sources.go_skipped(data) for each in files if is_go_test(each.path) and (data := each.text())}
    for phase in (Phase.UNIT, Phase.INTEGRATION):
        titles: dict[str, list[str]] = {}
        for functions in tests.functions(phase).values():
            for title, places in functions.items():
                for place in places:
                    if place.phase is phase and place.line not in skipped.get(place.file, ()):
                        titles.setdefault(place.file, []).append(title)
        for path, own in titles.items():
            yield _file(path, "go", phase if home(path, {*run, *tests.modules}) in run else None, own, (), named)


def _others(files: Sequence[File], found: Discovery, read_start: Read, named: Named) -> Iterable[TestFile]:
    pytests = _pytest_homes(files, found, read_start)
    jests = {each.folder for each in found.of("jest")}
    browsers = {folder for each in found.of("playwright") for folder in discovery.playwright_folders(each, read_start)}
    for file in files:
        if _is_foreign(file):
            continue
        if file.path.endswith(".py"):
            yield from _python(file, pytests, named)
        elif discovery.is_js_test(file.path):
            yield from _javascript(file, jests, browsers, named)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Pytest:
    """What pytest takes for a test, in one of its projects."""

    files: Sequence[str] = discovery.PYTHON_TESTS
    paths: Sequence[str] = ()
    """Where it looks, below the repository's root; empty: everywhere in its folder."""
    names: sources.Names = sources.PYTEST

    def looks_at(self, path: str) -> bool:
        return not self.paths or any(discovery.below(path, each) for each in self.paths)


def _pytest_homes(files: Sequence[File], found: Discovery, read_start: Read) -> Mapping[str, _Pytest]:
    options: dict[str, Mapping[str, object]] = {}
    for file in files:
        told = discovery.pytest_options(file.path, read_start)
        if told is not None:
            options.setdefault(posixpath.dirname(file.path) or ".", told[1])
    return {each.folder: _pytest(each.folder, options.get(each.folder, {})) for each in found.of("pytest")}


def _pytest(folder: str, options: Mapping[str, object]) -> _Pytest:
    paths = [posixpath.normpath(posixpath.join(folder, each)) for each in discovery.words(options.get("testpaths"))]
    names = sources.Names(
        classes=discovery.words(options.get("python_classes")) or sources.PYTEST.classes,
        functions=discovery.words(options.get("python_functions")) or sources.PYTEST.functions,
    )
    return _Pytest(files=discovery.python_files(options), paths=paths, names=names)


def collected(files: Sequence[File], found: Discovery, read_start: Read) -> set[str]:
    """The files of tests that pytest would look into."""
    homes = _pytest_homes(files, found, read_start)
    told = set()
    for file in files:
        folder = home(file.path, homes) if file.path.endswith(".py") else None
        if folder is not None and discovery.is_test_named(file.path, homes[folder].files) and homes[folder].looks_at(file.path):
            told.add(file.path)
    return told


def _python(file: File, homes: Mapping[str, _Pytest], named: Named) -> Iterable[TestFile]:
    folder = home(file.path, homes)
    own = homes[folder] if folder is not None else _Pytest()
    if not discovery.is_test_named(file.path, own.files):
        return
    looked_at = folder is not None and own.looks_at(file.path)
    by_marks: dict[frozenset[str], list[str]] = {}
    for test in sources.python(file.text() or b"", own.names):
        by_marks.setdefault(test.marks, []).append(test.title)
    tests: dict[tuple[Phase | None, Tier], list[str]] = {}
    for marks, titles in by_marks.items():
        phase = (Phase.INTEGRATION if pytest.MARKER in marks else Phase.UNIT) if looked_at else None
        tests.setdefault((phase, tier(file.path, phase, marks, named)), []).extend(titles)
    for (phase, which), titles in tests.items():
        yield TestFile(path=file.path, tool="pytest", phase=phase, tier=which, tests=len(titles), titles=tuple(titles))


def _javascript(file: File, jests: set[str], browsers: set[str], named: Named) -> Iterable[TestFile]:
    data = file.text() or b""
    titles = [each.title for each in sources.javascript(data)]
    if not titles:
        return
    folder, runner, place = home(file.path, jests | browsers), source.js_runner(data), _CLASSIFIED.fullmatch(file.path)
    if runner == source.PLAYWRIGHT or (not runner and folder in browsers - jests):
        yield _file(file.path, "playwright", Phase.E2E if folder in browsers else None, titles, (), named)
    elif runner:
        yield _file(file.path, runner, None, titles, (), named)
    else:
        yield _file(file.path, "jest", Phase(place["phase"]) if place and folder is not None else None, titles, (), named)


def _file(path: str, tool: str, phase: Phase | None, titles: list[str], marks: Iterable[str], named: Named) -> TestFile:
    which = tier(path, phase, marks, named)
    return TestFile(path=path, tool=tool, phase=phase, tier=which, tests=len(titles), titles=tuple(titles))


def _packages(files: Sequence[File], found: Discovery, read_start: Read) -> set[str]:
    """Folders with a manifest, and those in which a tool is started. The root of a workspace is none."""
    manifests = {posixpath.dirname(file.path) or "." for file in files if file.name in _MANIFESTS and not _is_foreign(file)}
    return (manifests - _workspaces(files, read_start)) | {each.folder for each in found.projects}


def _workspaces(files: Sequence[File], read_start: Read) -> set[str]:
    """Folders that hold packages and are none themselves, as long as no test is theirs."""
    found = {posixpath.dirname(file.path) or "." for file in files if file.name == "pnpm-workspace.yaml"}
    for file in files:
        if file.name == "package.json" and not _is_foreign(file) and "workspaces" in discovery.json_of(read_start(file.path)):
            found.add(posixpath.dirname(file.path) or ".")
    return found


def _is_foreign(file: File) -> bool:
    return discovery.is_foreign(file.path)
