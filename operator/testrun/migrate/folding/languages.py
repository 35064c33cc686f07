"""The languages whose files are folded, and where what a file imports is. Pure."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol

from testrun.audit import languages
from testrun.migrate.folding import (
    braces_reading,
    braces_rewriting,
    braces_tidying,
    python_reading,
    python_rewriting,
    python_tidying,
)
from testrun.migrate.folding.meaning import Meaning, Names
from testrun.migrate.folding.result import Folded

_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")


class Language(Protocol):
    """How the files of a language are read and changed; a module is what `parse` gives."""

    def parse(self, path: str, data: bytes) -> Any: ...

    def learn(self, module: Any, names: Names) -> dict[str, Meaning | str]: ...

    def imports(self, module: Any) -> Iterable[tuple[str, str, str]]: ...

    def targets(self, path: str, spec: str, files: Collection[str]) -> Iterable[str]:
        """The files that are imported."""
        ...

    def around(self, path: str, files: Collection[str]) -> Iterable[str]:
        """Files whose names a file has without importing them."""
        ...

    def mocked_words(self, module: Any, names: Names) -> Iterable[str]:
        """Words for a mode without a cluster that the mode is compared with, one at a time."""
        ...

    def fold(self, module: Any, names: Names, passed: set[int]) -> Folded | None: ...

    def tidy(
        self, module: Any, names: Names, suspects: Collection[str], elsewhere: Callable[[str], bool], name: str
    ) -> bytes | None: ...

    def literals(self, module: Any, names: Names) -> bytes | None: ...


class Python:
    learn = staticmethod(python_reading.learn)
    imports = staticmethod(python_reading.imports)
    mocked_words = staticmethod(python_reading.mocked_words)
    fold = staticmethod(python_rewriting.fold)
    tidy = staticmethod(python_tidying.tidy)
    literals = staticmethod(python_tidying.literals)

    def parse(self, path: str, data: bytes) -> python_reading.Module | None:  # noqa: ARG002
        return python_reading.parse(data)

    def targets(self, path: str, spec: str, files: Collection[str]) -> Iterator[str]:
        level = len(spec) - len(spec.lstrip("."))
        place = spec.lstrip(".").replace(".", "/")
        if level:
            folder = posixpath.dirname(path)
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            yield from _present(posixpath.join(folder, place), ("", ".py", "/__init__.py"), files)
        elif place:
            yield from _ending(path, (f"{place}.py", f"{place}/__init__.py"), files)

    def around(self, path: str, files: Collection[str]) -> Iterator[str]:
        folder = posixpath.dirname(path)
        while True:
            conftest = posixpath.join(folder, "conftest.py")
            if conftest in files and conftest != path:
                yield conftest
            if not folder:
                return
            folder = posixpath.dirname(folder)


class Braces:
    learn = staticmethod(braces_reading.learn)
    parse = staticmethod(braces_reading.parse)
    imports = staticmethod(braces_reading.imports)
    mocked_words = staticmethod(braces_reading.mocked_words)
    fold = staticmethod(braces_rewriting.fold)
    tidy = staticmethod(braces_tidying.tidy)
    literals = staticmethod(braces_tidying.literals)


class Go(Braces):
    def targets(self, path: str, spec: str, files: Collection[str]) -> Iterator[str]:  # noqa: ARG002
        """The package whose folder is the longest end of what is imported."""
        parts = spec.split("/")
        for start in range(len(parts)):
            found = [each for each in files if f"/{posixpath.dirname(each)}".endswith("/" + "/".join(parts[start:]))]
            if found:
                yield from found
                return

    def around(self, path: str, files: Collection[str]) -> Iterator[str]:
        folder = posixpath.dirname(path)
        return (each for each in files if posixpath.dirname(each) == folder and each != path)


class TypeScript(Braces):
    def targets(self, path: str, spec: str, files: Collection[str]) -> Iterator[str]:
        stem = posixpath.splitext(spec)[0] if spec.endswith(_ENDINGS) else spec
        endings = ("", *_ENDINGS, *(f"/index{each}" for each in _ENDINGS))
        if spec.startswith("."):
            for each in dict.fromkeys((spec, stem)):
                yield from _present(posixpath.join(posixpath.dirname(path), each), endings, files)
        elif "/" in spec:
            yield from _ending(path, tuple(stem.removeprefix("@/") + each for each in endings), files)

    def around(self, path: str, files: Collection[str]) -> Iterator[str]:  # noqa: ARG002
        return iter(())


ALL: Mapping[str, Language] = {"python": Python(), "go": Go(), "typescript": TypeScript()}


def of(path: str) -> Language | None:
    name = languages.of(path)
    return None if name is None else ALL[name]


def _present(stem: str, endings: Iterable[str], files: Collection[str]) -> Iterator[str]:
    return (path for each in endings if (path := posixpath.normpath(stem + each)) in files)


def _ending(path: str, ends: tuple[str, ...], files: Collection[str]) -> Iterator[str]:
    """Of the files that end so the one that has most of its path with this one in common."""
    found = [each for each in files if f"/{each}".endswith(tuple(f"/{end}" for end in ends))]
    if found:
        yield max(found, key=functools.partial(_in_common, path))


def _in_common(one: str, other: str) -> int:
    return len(posixpath.commonprefix([one.split("/"), other.split("/")]))
