"""Whether something that stands in hides the real thing, which it was written beside. Pure."""

from __future__ import annotations

import re

from testrun.audit import tiers
from testrun.audit.model import Fallback, SourceFile, Tier

_MADE = re.compile(
    r"(?<![\w.])(?:new\s+|&)?(?:[A-Za-z]\w*\.)*_?(?:new|create|make|build|get|use|start|connect)?_?"
    r"(?P<word>mock|fake|dummy|stub)_?(?P<core>\w*)(?P<made>\s*[({<]|\s+as\b|\)|,)?(?!\w)",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"(?:client|connection|broker|store|storage|mailer|mail|smtp|redis|cache|database|db|repo|repository|gateway|api|service|"
    r"queue|bucket|embedder|embeddings?|llm|provider|producer|consumer|publisher|server|backend|adapter|search)s?$",
    re.IGNORECASE,
)
"""What talks to something else: without it, nothing is stored, sent or asked."""
_NOTHING = re.compile(
    r"(?:span|tracer|logger|(?<!c)lock|spinner|progress|bar|metrics?|meter|profiler|console|writer|timer|counter|gauge|histogram|"
    r"context|cursor|object|module|event|task|handle|request|response|result|hasher|type|value)s?$",
    re.IGNORECASE,
)
"""What may do nothing, or is data: who makes a dummy of it means it."""
_LIBRARY = re.compile(r"\b(?:fakeredis|mongomock)\.|\b(?:Magic|Async)Mock\(")
_OWN = re.compile(r"(?:self|this)\.")
_FAILED = ("an exception", "an error", "a time that is over")
_BESIDE = re.compile(
    r"mock|fake|stub|double|test|fixture|storybook|stories|example|sample|demo|tutorial|playground|bench|harness|spec|simulat",
    re.IGNORECASE,
)
"""Places in which a stand-in is what one looks for."""
_WORDS = re.compile(r"mock|fake|stub|dummy|double", re.IGNORECASE)


def hides(file: SourceFile, fallback: Fallback) -> bool:
    """In unit tests a stand-in where nothing else was given is what is meant; not so where the real thing failed."""
    if not _is_place(file, fallback) or any(test.line <= fallback.line <= test.end for test in file.tests):
        return False
    around = [f"{each.owner}.{each.name}" for each in file.functions if each.line <= fallback.line <= each.end]
    around += [each.name for each in file.own if each.line <= fallback.line < each.line + each.size]
    if any(_WORDS.search(each) for each in around):
        return False  # who calls it asks for a mock
    return _replaces(file, fallback)


def _is_place(file: SourceFile, fallback: Fallback) -> bool:
    if not file.is_test:
        return _BESIDE.search(file.path) is None
    if _WORDS.search(file.path):
        return False
    tier = tiers.by_place(file.path)
    return tier in (Tier.E2E, Tier.INTEGRATION) or (tier is None and fallback.when in _FAILED)


def _replaces(file: SourceFile, fallback: Fallback) -> bool:
    """The real one stands beside it, or it is plain what is no longer talked to."""
    if _LIBRARY.search(fallback.stand_in):
        return True  # a mocking library's, which is anything
    ways = list(_MADE.finditer(fallback.stand_in))
    made = next((each for each in ways if each["made"]), ways[0] if ways else None)
    failed = fallback.when in _FAILED
    if made is None or not (made["made"] or failed):
        return False
    core = made["core"].lower()
    is_meant = made["word"].lower() in ("dummy", "stub")
    if is_meant and _OWN.match(fallback.stand_in):
        return False  # what the object itself makes for a beginning
    if not core or _NOTHING.search(core):
        return not core and failed and not is_meant
    return (not is_meant and _SERVICE.search(core) is not None) or _is_beside(file, fallback, core)


def _is_beside(file: SourceFile, fallback: Fallback, core: str) -> bool:
    said = [fallback.beside]
    if file.language == "python":
        said += [each.name for each in file.calls]
        said += [here for each in file.imports for _, here in each.names]
    names = (each.lower() for each in re.findall(r"\w+", " ".join(said)))
    return any(each.startswith(core) or (each.endswith(core) and not _WORDS.search(each)) for each in names)
