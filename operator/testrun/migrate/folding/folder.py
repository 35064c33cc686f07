"""All files of a language without their branches on the mode. Pure."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Collection, Mapping
from typing import Any

from testrun.migrate import edits
from testrun.migrate.folding import meaning
from testrun.migrate.folding.knowledge import Knowledge
from testrun.migrate.folding.languages import Language
from testrun.migrate.folding.result import Undecided

_MOST = 1000
"""Branches in a file."""
_SEVERAL = "it tells modes without a cluster apart: say which of them phase 2 is, and take the others out"


@dataclasses.dataclass(kw_only=True)
class Outcome:
    """A file afterwards. ``data`` is None when nothing of it is left."""

    data: bytes | None
    dropped: list[str] = dataclasses.field(default_factory=list)
    """The cluster's side, as it was."""
    tests: list[str] = dataclasses.field(default_factory=list)
    """Tests that ran in a cluster only, and are gone."""
    undecided: list[tuple[int, str]] = dataclasses.field(default_factory=list)
    """Lines of what stays, and why."""
    loose: set[str] = dataclasses.field(default_factory=set)
    """Names that something used which is gone."""


def fold_all(
    language: Language, known: Knowledge, files: Mapping[str, bytes], editable: Collection[str], leaving: Collection[str] = ()
) -> dict[str, Outcome]:
    """Those of the ``editable`` files that change, or in which something is undecided. ``leaving`` are files that will go: what
    they use does not count.
    """
    known.learn()
    outcomes = {path: Outcome(data=files[path]) for path in editable if path in known.modules}
    for _ in range(3):  # what is folded may say what a name stands for
        changed = [path for path, each in outcomes.items() if each.data is not None and _fold(language, known, path, each)]
        if not changed:
            break
        known.learn()
    elsewhere = _Elsewhere({path: data for path, data in files.items() if path not in leaving}, outcomes)
    for tidy in (language.tidy, None, language.tidy):
        _settle(language, known, outcomes, elsewhere, tidy)
        for path, each in outcomes.items():
            if each.undecided and each.data is not None:  # by now, some of it may be gone
                _next(language, known, path, each)
    return {path: each for path, each in outcomes.items() if each.data != files[path] or each.undecided}


def _fold(language: Language, known: Knowledge, path: str, outcome: Outcome) -> bool:
    """Takes out one branch after the other."""
    changed = False
    for _ in range(_MOST):
        folded = _next(language, known, path, outcome)
        if folded is None:
            return changed
        if folded.data is not None and not known.update(path, folded.data):
            outcome.undecided.append((0, "without its branches on the mode the file would not be valid"))
            return changed
        changed, outcome.data = True, folded.data
        outcome.dropped += [folded.dropped] if folded.dropped.strip() else []
        outcome.tests += folded.tests
        if folded.data is None:
            known.update(path, None)
            return True
    return changed


def _next(language: Language, known: Knowledge, path: str, outcome: Outcome) -> Any:
    passed: set[int] = set()
    outcome.undecided = []
    module, names = known.modules[path], known.names(path)
    if len(set(language.mocked_words(module, names))) > 1:
        outcome.undecided = [(0, _SEVERAL)]
        return None
    while True:
        try:
            return language.fold(module, names, passed)
        except Undecided as error:
            outcome.undecided.append((error.line, str(error)))
            if error.line in passed:
                return None
            passed.add(error.line)


class _Elsewhere:
    """Whether a name stands in another file of the language."""

    def __init__(self, files: Mapping[str, bytes], outcomes: Mapping[str, Outcome]) -> None:
        self._outcomes = outcomes
        others = [data for path, data in files.items() if path not in outcomes]
        self._others = functools.cache(lambda: frozenset(word for data in others for word in edits.words(data)))

    def __call__(self, path: str, name: str) -> bool:
        if name in self._others():
            return True
        return any(
            name in _words_of(each.data) for other, each in self._outcomes.items() if other != path and each.data is not None
        )


@functools.lru_cache(maxsize=4096)
def _words_of(data: bytes) -> frozenset[str]:
    return frozenset(edits.words(data))


def _settle(
    language: Language, known: Knowledge, outcomes: Mapping[str, Outcome], elsewhere: _Elsewhere,
    tidy: Callable[..., bytes | None] | None,
) -> None:  # fmt: skip
    """Takes away what nothing uses any more, or (without ``tidy``) answers what is left of questions."""
    again = True
    while again:
        again = False
        for path, each in outcomes.items():
            for _ in range(_MOST):
                if each.data is None or (tidy is None and each.undecided):
                    break
                names = known.names(path)
                if tidy is None:
                    new = language.literals(known.modules[path], names)
                else:
                    asked = {name.removesuffix("()") for name, told in names.items() if isinstance(told, meaning.Meaning)}
                    suspects = asked | {name.partition(".")[0] for name in asked}
                    suspects |= {word for text in each.dropped for word in edits.words(text.encode())} | each.loose
                    new = tidy(known.modules[path], names, suspects, functools.partial(elsewhere, path), path.rpartition("/")[2])
                if new is None or new == each.data or not known.update(path, new):
                    break
                each.loose |= edits.words(_gone(each.data, new))
                again, each.data = True, new


def _gone(before: bytes, after: bytes) -> bytes:
    """What stands in the one only: a piece was taken out of it."""
    start = _same(before, after)
    end = _same(before[start:][::-1], after[start:][::-1])
    return before[start : len(before) - end]


def _same(one: bytes, other: bytes) -> int:
    """So many bytes both begin with."""
    differ = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differ, min(len(one), len(other)))
