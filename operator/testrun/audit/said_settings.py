"""What tests say of settings: which of their literals are values of one, and how much another value than usual means. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testrun.audit import network, services, settings, tiers
from testrun.audit.model import Given, Literal, SourceFile, Test, Tier
from testrun.audit.settings import Kind, Part

_EXAMPLE = frozenset({
    "wrong", "bad", "invalid", "broken", "fake", "dummy", "mock", "mocked", "stub", "sample", "example", "random", "exp",
    "raw", "input", "expected", "want", "got", "actual", "other", "another", "different", "alternative", "alt", "old",
    "previous", "prev", "before", "stale", "expired", "from", "upgrade", "missing", "unknown", "nonexistent", "free",
    "closed", "unused", "unreachable",
})  # fmt: skip
"""A value under such a name is meant to be none of the configuration's."""
_OF_TEXTS = re.compile(
    r"pars|split|format|valid|normali[sz]e|redact|mask|escap|serial|quote|encod|decod|regex|sanit|render|strip(?!e)|tokeni",
    re.IGNORECASE,
)
"""Tests of such names are about texts: values are examples."""
_MEANT = re.compile(
    r"wrong|reject|refus|overrid|custom|differ|unreach|fail|denie|mismatch|upgrad|migrat|without|missing|unauthor|(?<![a-z])old",
    re.IGNORECASE,
)
"""Tests of such names are about another value than usual."""
_MADE_UP = re.compile(r"(?:^|[/_.-])(?:mock|stub|fake|fixture|snapshot)s?(?=[/_.-])|__mocks__", re.IGNORECASE)
_MOCKS = re.compile(r"^unittest\.mock$|^mock$|^pytest_mock|/gomock$|/testify/mock$|^sinon$")
_CLUSTERS = re.compile(r"^kubernetes|@kubernetes/|k8s\.io/")
"""By such tests make up objects too, in an API server of their own."""
_STARTS = re.compile(r"container|image|docker|compose\.|\brun\b", re.IGNORECASE)


def of(file: SourceFile) -> Iterator[tuple[Literal, int, list[Part]]]:
    """Each literal that is a setting's value, with how much another value than usual means: nothing, as one of a special thing
    (1), by the name alone (2).
    """
    tier = tiers.of(file)
    for each in file.literals if _reaches(file, tier) else ():
        test = next((one for one in file.tests if one.line <= each.line <= one.end), None)
        parts = [] if _is_meant(each, test, _OF_TEXTS) else _parts(each, test is None or tier is Tier.E2E)
        if parts:
            yield each, 0 if _is_meant(each, test, _MEANT) else _trust(each, tier, test), parts


def _reaches(file: SourceFile, tier: Tier | None) -> bool:
    """Whether values of a file may lead to something real: helpers of tests, and tests with a client of something."""
    if tier is not None:
        return tier is not Tier.UNIT
    names = [name for each in file.imports for name in (each.module, *(f"{each.module}.{own}" for own, _ in each.names))]
    if any(services.is_stand_in(each) or _MOCKS.search(each) for each in names):
        return False
    if not file.tests:
        return _MADE_UP.search(file.path) is None
    modules = [each.module for each in file.imports if not _CLUSTERS.search(each.module)]
    return any(services.knows(each) or _STARTS.search(each) for each in modules) or any(
        network.ASKS[file.language].search(each.name) for each in file.calls
    )


def _parts(literal: Literal, is_shared: bool) -> list[Part]:
    """``is_shared``: it may be a namespace of others; a test in no end-to-end one mostly has objects of its own."""
    if literal.within and literal.name.isupper() and literal.given is Given.PLAINLY:
        return []  # a variable of what the test itself starts
    name = literal.name or ("image" if _STARTS.search(literal.within) else "")
    return [each for each in settings.parts(name, literal.value) if is_shared or each.kind is not Kind.NAMESPACE]


def _is_meant(literal: Literal, test: Test | None, names: re.Pattern[str]) -> bool:
    """Whether names say that the value is one of the test's own."""
    own = {*settings.words(literal.name), *settings.words(literal.within)}
    return bool(own & _EXAMPLE) or (test is not None and names.search(test.name) is not None)


def _trust(literal: Literal, tier: Tier | None, test: Test | None) -> int:
    """What sets an environment variable does it in order to change it; a test of no kind may make up its values."""
    if literal.given is Given.SET:
        return 0
    return 2 if tier is not None or test is None else 1
