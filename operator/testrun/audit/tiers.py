"""What kind of test a file holds, by where it is and by what it says of itself. Pure."""

from __future__ import annotations

import functools
import re

from testrun.audit.model import SourceFile, Test, Tier

_PLACES = {
    Tier.E2E: re.compile(
        r"(?:^|/)(?:e2e|end[-_]?to[-_]?end|acceptance|playwright|cypress)(?:[-_]?tests?)?/|\.cy\.[jt]sx?$|"
        r"(?:[._-]|(?:^|/))e2e[._](?!(?:(?:room|device|one_time)_)?keys?[._]|(?:en|de)?crypt)"  # end-to-end encryption
    ),
    Tier.INTEGRATION: re.compile(
        r"(?:^|/)(?:integration|int|it)(?:[-_]?[tT]ests?)?/|[._-](?:integration|int)[._][^/]*$|"
        r"(?:^|/)test_integration(?:/|[_.][^/]*$)"
    ),
    Tier.UNIT: re.compile(r"(?:^|/)units?(?:[-_]?tests?)?/|[._-]unit[._]|(?:^|/)test_unit_"),
}
_MARKS = {
    Tier.E2E: re.compile(r"(?:^|[._])(?:e2e|acceptance|end_?to_?end|smoke)$", re.IGNORECASE),
    Tier.INTEGRATION: re.compile(r"(?:^|[._])(?:integration|int_?test|functional)$", re.IGNORECASE),
    Tier.UNIT: re.compile(r"(?:^|[._])unit$", re.IGNORECASE),
}


_PACKAGE = re.compile(r"(?:^|/)(?:internal|pkg|src|lib|app)/(?:[^/]+/)*(?P<name>[^/]+)/(?P=name)_test\.go$")
"""The test of a Go package beside it: a folder above is named for what the product does, integrations with others for one."""


@functools.lru_cache(maxsize=1024)
def by_place(path: str) -> Tier | None:
    """What the path says; the innermost folder has the last word. None: nothing."""
    found = _said(path)
    if any(tier is Tier.UNIT and at < path.rfind("/") for at, tier in found):
        return Tier.UNIT  # whatever its own name says
    return max(found, key=lambda each: each[0])[1] if found else None


def places(path: str) -> set[Tier]:
    """All that the path says, in one part or another."""
    return {tier for _, tier in _said(path)}


def _said(path: str) -> list[tuple[int, Tier]]:
    if _PACKAGE.search(path):
        return []
    return [(match.start(), tier) for tier, pattern in _PLACES.items() for match in pattern.finditer(path)]


@functools.lru_cache(maxsize=1024)
def by_mark(marks: tuple[str, ...]) -> Tier | None:
    """What markers or build tags say."""
    return next((tier for tier, pattern in _MARKS.items() if any(pattern.search(each) for each in marks)), None)


def of(file: SourceFile, test: Test | None = None) -> Tier | None:
    """What a test, or a whole file, is meant to be; None when nothing says so."""
    marked = by_mark((test.markers if test is not None else ()) + file.tags)
    return marked or by_place(file.path) or (Tier.E2E if drives_browser(file) else None)


def drives_browser(file: SourceFile) -> bool:
    modules = {each.module for each in file.imports}
    return not modules.isdisjoint({"@playwright/test", "cypress"}) and modules.isdisjoint({"vitest", "@jest/globals"})
