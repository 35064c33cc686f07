"""Which files have to do with the mode: those that ask for it, and those that use something that does. Pure.

A test that gets its client from a helper has two modes as well, though it never says so.
"""

from __future__ import annotations

import dataclasses
import functools
import posixpath
import re
from collections.abc import Mapping

from testrun.audit import languages as names_of_languages
from testrun.local.rules import legacy
from testrun.local.rules.finding import Finding
from testrun.migrate import definitions, edits
from testrun.migrate.folding import languages, python_reading
from testrun.migrate.folding.knowledge import Knowledge
from testrun.migrate.folding.meaning import VARIABLE
from testrun.migrate.tree import Tree

PACK = "run_integration_tests.sh"
SURFACE = ("integration-mode", "pack-script", "integration-runner")
"""The rules of phase 0 that say what is left of the old way; the others are about tests that hide."""
RUNNER = "tools/integration-runner/"
_TESTS = re.compile(r"(?:^|/)(?:__tests__|__mocks__|test_?support)/")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Dual:
    files: frozenset[str]
    """Of any language, tests and others."""
    packs: frozenset[str]
    """Folders with a pack script: all tests below them are integration tests."""

    def has(self, path: str) -> bool:
        """Whether it has to do with the mode, or its pack did."""
        return path in self.files or any(path.startswith(f"{each}/") for each in self.packs)


def is_test_code(path: str) -> bool:
    """Tests and what only they use."""
    return names_of_languages.is_test(path) or bool(_TESTS.search(path)) or is_runner(path)


def is_runner(path: str) -> bool:
    return f"/{RUNNER}" in f"/{path}"


def of_language(tree: Tree, language: str) -> dict[str, bytes]:
    """The files of a language that hold text."""
    found = {}
    for path in tree.files:
        if names_of_languages.of(path) == language and (data := tree.text(path)) is not None:
            found[path] = data
    return found


def knowledge(tree: Tree, language: str) -> Knowledge | None:
    """Of the files that may have to do with the mode: those that name it, and those that name a file which has to do with it.
    None: there are none.
    """
    files = of_language(tree, language)
    near = {path for path, data in files.items() if VARIABLE.encode() in data}
    words = {path: frozenset(edits.words(data)) for path, data in files.items()} if near else {}
    while near:
        known = Knowledge(languages.ALL[language], {path: files[path] for path in sorted(near)})
        more = near | _near(_touched(known), words)
        if more == near:
            return known
        near = more
    return None


def _near(touched: set[str], words: Mapping[str, frozenset[str]]) -> set[str]:
    """Files that may import one of these, or have its names without that."""
    go = {posixpath.dirname(each) for each in touched if each.endswith(".go")}
    below = tuple(posixpath.dirname(each) + "/" if "/" in each else "" for each in touched if each.endswith("/conftest.py"))
    stems = {posixpath.basename(each).partition(".")[0] for each in touched}
    whole = {posixpath.dirname(each) for each in touched if posixpath.basename(each).startswith(("__init__.", "index."))}
    called = stems - {"__init__", "index"} | {posixpath.basename(each) for each in go | whole}
    return {path for path, own in words.items() if own & called or posixpath.dirname(path) in go or path.startswith(below)}


@functools.lru_cache(maxsize=8)
def find(tree: Tree) -> Dual:
    files: set[str] = set()
    for language in languages.ALL:
        known = knowledge(tree, language)
        if known is not None:
            files |= _touched(known)
    packs = {posixpath.dirname(path) for path in tree.files if posixpath.basename(path) == PACK}
    return Dual(files=frozenset(files), packs=frozenset(each for each in packs if each))


def _touched(known: Knowledge) -> set[str]:
    """The files that the mode is asked in, or a name that has to do with it is used in."""
    code = {path: [(name, frozenset(edits.words(text.encode()))) for name, text in definitions.of(module)]
            for path, module in known.modules.items()}  # fmt: skip
    own: dict[str, set[str]] = {path: set() for path in code}
    asked = {path: _asked_for(known, path) for path in code}
    touched: set[str] = set()
    again = True
    while again:
        again = False
        for path, parts in code.items():
            visible = {VARIABLE, *own[path], *_visible(known, own, path, asked[path])}
            for name, words in parts:
                if words & visible and (path not in touched or (name and name not in own[path])):
                    again = True
                    touched.add(path)
                    own[path] |= {name} - {""}
    return touched


def _asked_for(known: Knowledge, path: str) -> set[str] | None:
    """The names without an import that a file may mean: in Python fixtures only; None: any."""
    module = known.modules[path]
    if not isinstance(module, python_reading.Module):
        return None
    return python_reading.asked_for(module) if known.beside(path) else set()


def _visible(known: Knowledge, own: Mapping[str, set[str]], path: str, asked: set[str] | None) -> set[str]:
    """Names of other files that have to do with the mode, as this file calls them."""
    found = {name for each in known.beside(path) for name in own.get(each, ()) if asked is None or name in asked}
    for local, original, targets in known.imported(path):
        names = {name for each in targets for name in own.get(each, ())}
        if original in names or (not original and names):
            found.add(local)
    return found


@functools.lru_cache(maxsize=8)
def findings(tree: Tree) -> tuple[Finding, ...]:
    """What phase 0 says of the old way."""
    return tuple(each for each in legacy.scan(tree.sources) if each.rule in SURFACE)
