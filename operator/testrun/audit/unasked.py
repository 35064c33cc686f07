"""Which effects all tests put something in place of, and never ask what that was given. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from testrun.audit import reach, stand_ins
from testrun.audit.effects import Effect
from testrun.audit.effects_known import DATABASE, FILE, HTTP, PROCESS, REMOVES
from testrun.audit.stand_ins import Replaced

_HERE = frozenset({FILE, REMOVES, PROCESS, DATABASE})
"""What really happens in a test that puts nothing in its place."""
_Placed = tuple[str, Effect]


class Tests:
    """The tests of one language, by what each file of them replaces (`stand_ins.of`) and says (`reach.facts`)."""

    __test__ = False  # no pytest class

    def __init__(self, replaced: Mapping[str, Collection[Any]], texts: Mapping[str, Any]) -> None:
        self._replaced = {path: [Replaced(*each) for each in tests] for path, tests in replaced.items()}
        self._texts = texts
        self._imports: dict[str, set[str]] = {path: set(texts[path]["imports"].split(" ")) for path in self._replaced}
        self._by_word: dict[str, set[str]] = defaultdict(set)
        """Which files a module may be seen in, or named by what they replace; a Go package's in its folder too."""
        for path, tests in self._replaced.items():
            named = {word for each in tests for target in each.targets for word in target.split(".")}
            for word in named | self._imports[path] | {reach.place(path)}:
                self._by_word[word].add(path)

    def unasked(self, effects: list[_Placed]) -> Iterator[tuple[str, Effect, str]]:
        """The effects that a test replaces and none looks at, with that test's place. Each must be one that tests come to."""
        alike = Counter((path, effect.name) for path, effect in effects)
        found = [(path, each, self._blind(path, each, alone=alike[path, each.name] == 1)) for path, each in effects]
        found = [(path, each, test) for path, each, test in found if test and not self._named_elsewhere(path, each)]
        if found:
            others = reach.Graph({path: kept for path, kept in self._texts.items() if path not in self._replaced})
            for path, each, test in found:
                if each.kind not in _HERE or not others.reaches(path, each.owner, each.function):
                    yield path, each, test

    def _blind(self, path: str, effect: Effect, *, alone: bool) -> str:
        """Where the first test stands that replaces it; empty when what replaces it may be asked, or a test that goes without may
        look. ``alone``: nothing else of its file does the same, so that who replaces it need not name it.
        """
        here, first = reach.place(path), ""
        go = path.endswith(".go")
        for test_path in sorted(self._by_word.get(here, ())):
            sees = here in self._imports[test_path] or (go and reach.folder(path) == reach.folder(test_path))
            around: dict[str, int] = {}
            for each in self._replaced[test_path]:
                targets = {target: line for target, line in each.targets.items() if _replaces(target, here, effect, sees=sees)}
                called = effect.function in each.calls
                comes = called or effect.owner in each.calls
                if each.asked and (targets or (sees and comes)):
                    return ""
                if not each.line:
                    around = targets
                    continue
                targets = targets or around
                if comes and not targets and effect.kind in _HERE:
                    return ""
                patched = any(not target.startswith(stand_ins.HANDED) for target in targets)
                if targets and (called or (patched and (comes or (alone and not go)))):
                    first = first or f"{test_path}:{min(targets.values())}"
        return first

    def _named_elsewhere(self, path: str, effect: Effect) -> bool:
        """Whether a file of tests that replaces nothing says its name."""
        names = {reach.place(path), effect.function, effect.owner or effect.function}
        others = (kept["words"] for test, kept in self._texts.items() if "words" in kept and test not in self._replaced)
        return any(names.issubset(words.split(" ")) for words in others)


def _replaces(target: str, here: str, effect: Effect, *, sees: bool) -> bool:
    if target == stand_ins.SERVER:
        return sees and effect.kind == HTTP
    return stand_ins.replaces(target, here, effect.call, effect.name, sees=sees)
