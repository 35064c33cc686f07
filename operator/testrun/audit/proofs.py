"""What the tests of a file show of plugins: whether they meet real services, and what they put in place of such. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from testrun.audit import languages, mentions, mocks, network, services, tiers
from testrun.audit.model import Call, SourceFile, Test, Tier
from testrun.core.text import spaced

_CALLED_REAL = re.compile(r"\b(?:integration|e2e|end[ -]?to[ -]?end|acceptance|(?<=Test )Acc)\b", re.IGNORECASE)
_LIVE = re.compile(r"\blive\b", re.IGNORECASE)
"""Elsewhere than in names of functions it says too much."""
_FOREIGN = re.compile(
    r"(?:^|/)(?:kuttl|chainsaw|bats|smoke|acceptance)(?:[-_]\w+)?/|\.(?:bats|robot|hurl|http|feature)$|"
    r"(?:^|/)(?:test[-_][^/]+|[^/]+[-_]test)\.(?:sh|bash)$"
)
"""What is no code of ours, and meets what is there."""
_MARKS = re.compile(r"network|docker|requires|needs|live|online|external|integration|e2e|acceptance|functional|real|"
                    r"(?:^|[._])(?:postgres\w*|mysql|redis|kafka|mongo\w*|aws|gcp|azure)$", re.IGNORECASE)  # fmt: skip
_STARTS = re.compile(
    r"testcontainers|dockertest|pytest_docker|pytest_postgresql|pytest_redis|embedded-postgres|memory-server|envtest|"
    r"azurite|localstack|dynalite|dynamodb-local|blobs/server|s3rver|hashicorp/vault/vault$"
)
_FUNCTIONAL = re.compile(r"(?:^|/)functional(?:[-_]?tests?)?/")
_LEFT_OUT = re.compile(r"(?:describe|suite)\.skip$|xdescribe$")
_ON_A_CONDITION = re.compile(r"(?:^|\.)(?:skipif|skipIf|skipUnless)$")
_HERE = re.compile(r"""["'](?:localhost|127\.0\.0\.1)(?::\d+)?["']$""")
_NAMED = re.compile(r"[._-](?:test|spec|e2e|cy)s?\.\w+$|(?:^|/)test_[^/]+$")
_ENVIRONMENT = re.compile(r"(?:^|\.)(?:getenv|Getenv|LookupEnv|environ\.get)$|process\.env|os\.environ")
_GIVEN = (
    r"(?:\w*(?:HOST|URL|URI|PORT|DSN|ENDPOINT|ADDR|BROKERS?)|"
    r"[A-Z]\w*_(?:KEY|SECRET|TOKEN|BUCKET|CREDENTIALS|PASSWORD|PROJECT)(?:_[A-Z]+)?)\b"
)
"""Where a service is, or what lets one in."""
_KEPT = r"(?![\"'\]]*\s*=(?!=))"
"""It is not set here."""
_PLACE = re.compile(rf"(?:(?:process\.env|environ(?:\.get)?|[gG]etenv|LookupEnv)\W+|\benv[.(\[][\"']?){_GIVEN}{_KEPT}")
_CHOSEN = re.compile(
    r"(?:addoption|\bflag\.\w+|[gG]etenv|LookupEnv|environ(?:\.get)?)\W+(\w[\w-]*)|\bprocess\.env\W+(\w+)\b" + _KEPT
)
_ENV_IMPORT = re.compile(rf"(?:^|[./])env (?:\S+ )*{_GIVEN}")
_OF_REAL = re.compile(r"(?:\b|_)(?:[iI]ntegration|[eE]2[eE]|[aA]cceptance|[lL]ive)[ _-]?[tT]ests?(?![a-z])")
"""What a test builds on."""
_SKIPS = re.compile(
    r"(?:^|\.)(?:skip|Skip|Skipf|SkipNow|skipif|skipIf|skipUnless|runIf|skipTest)\b|\bSkip\w*\(|^(?:describe|it)_\w+"
)
_NOT_THERE = re.compile(
    r"not (?:found|available|installed|running|reachable)\b|can(?:no|')t find|missing|unavailable|"
    r"\b(?:network|internet|integration|external|live)\b",
    re.IGNORECASE,
)
"""Why a test is skipped that would meet a service."""
_FAKE = re.compile(r"mock|fake|stub|httptest|monkeypatch|spyOn", re.IGNORECASE)
_NO_STAND_IN = re.compile(r"environ|process\.env|setenv|^side_effect=|\b_?log(?:ger|ging)?\b|\bsleep\b", re.IGNORECASE)
_SET = re.compile(r"process\.env\b|os\.environ\b")
_SETS = re.compile(r"(?:^|\.)(?:[sS]etenv|stubEnv|putenv)$")
_OWN_SERVER = re.compile(r"^httptest\.New(?:TLS|Unstarted)?Server$")
_WORD = re.compile(r"[A-Za-z_$][\w$-]*")


_TOOLS = {
    "python": re.compile(rb"^(?:import|from) (?:pytest|unittest)\b", re.MULTILINE),
    "typescript": re.compile(rb"from [\"'](?:vitest|@jest/globals|node:test|chai|@playwright/test)[\"']"),
    "go": re.compile(rb"^(?:import )?\s*\"(?:testing|github\.com/stretchr/testify/\w+)\"", re.MULTILINE),
}
"""By these, code that stands beside the product is made for tests."""


def helps(language: str, data: bytes) -> str:
    """How code that is no test is made for tests: it ``starts`` a service for them, or ``helps`` otherwise; empty: it is not."""
    if not _TOOLS[language].search(data):
        return ""
    modules = (each.decode("ascii", "replace") for each in mentions.modules(language, data))
    return "starts" if any(map(_STARTS.search, modules)) else "helps"


def gather(file: SourceFile) -> dict[str, Any] | None:
    """What is kept of a file of tests, or of their helpers."""
    kept: dict[str, Any] = {}
    if _holds_tests(file):
        kept["tests"] = "run" if _run(file) else "skipped"
    if chosen := _chosen(file):
        kept["chooses"] = chosen
    real = "said" if _says_real(file) else "met" if _meets(file) else "hinted" if _hints(file) else ""
    if real:
        kept["real"] = real
    libraries = sorted({each.module for each in file.imports if services.is_stand_in(each.module)})
    libraries += ["httptest"] if any(map(_answers, file.calls)) else []
    if libraries:
        kept["libraries"] = libraries
    replaced = sorted({word for each in file.calls for word in _replaced(file.language, each)})
    if replaced:
        kept["replaced"] = replaced
    return kept or None


def _chosen(file: SourceFile) -> list[str]:
    """What who starts the tests says: the last words of flags and of variables."""
    names = (each for text in _texts(file) for found in _CHOSEN.findall(text) for each in found if each)
    return sorted({re.split(r"[\W_]+", each.lower())[-1] for each in names})


def _texts(file: SourceFile) -> list[str]:
    """Its calls and what it assigns, as written; none where it sets the environment itself."""
    if any(_SETS.search(each.name) for each in file.calls) or any(_SET.match(each.name) for each in file.assigned):
        return []
    return [f"{each.name}({', '.join(each.arguments)}" for each in file.calls] + [each.value for each in file.assigned]


def _taken(file: SourceFile) -> list[str]:
    """What it imports: a module, and names of it."""
    return [" ".join((each.module, *(there for there, _ in each.names))) for each in file.imports]


def _holds_tests(file: SourceFile) -> bool:
    """Also such as come from a helper, which the file calls."""
    return bool(file.tests) or _NAMED.search(file.path) is not None


def _run(file: SourceFile) -> bool:
    """Some of its tests run, if only on a condition; or those that it builds on."""
    if file.tests:
        return any(map(_runs, file.tests)) or any(map(_OF_REAL.search, _taken(file)))
    return not any(_LEFT_OUT.match(each.name) for each in file.calls)


def _runs(test: Test) -> bool:
    return not test.skipped or any(map(_ON_A_CONDITION.search, test.markers))


def _answers(call: Call) -> bool:
    return bool(_OWN_SERVER.match(call.name) and call.arguments and call.arguments[0].startswith("http.HandlerFunc(func"))


def _replaced(language: str, call: Call) -> list[str]:
    """What a mock is for, in words. Settings are no service, and what fails once is the real one."""
    mock = mocks.of_call(language, call)
    if mock is None or mock.kind == "spy" or any(map(_NO_STAND_IN.search, (call.name, *call.arguments))):
        return []
    told = " ".join((call.name if language == "go" else "", mock.target, *call.arguments[:1]))
    return [each for each in _WORD.findall(told) if not each.isupper()]


def _says_real(file: SourceFile) -> bool:
    """Its place or its marks say that it meets services."""
    if _FUNCTIONAL.search(file.path):
        return True
    if not file.tests:
        return tiers.of(file) in (Tier.INTEGRATION, Tier.E2E) and _run(file)
    return any(_is_of_real(file, test) for test in file.tests if _runs(test))


def _meets(file: SourceFile) -> bool:
    """It starts a service, connects to one, or is left out where there is none."""
    return _holds_tests(file) and (
        any(_STARTS.search(each.module) for each in file.imports)
        or any(_opens(file, each) for each in file.calls)
        or _is_gated(file)
    )


def _is_of_real(file: SourceFile, test: Test) -> bool:
    tier = tiers.of(file, test)
    if tier is not None:
        return tier is not Tier.UNIT
    return any(_MARKS.search(each) and "mock" not in each for each in (*test.markers, *file.tags))


def _hints(file: SourceFile) -> bool:
    """Names of tests say that they meet services, or the environment says where those are, or what lets one in."""
    names = [spaced(each.name).replace("_", " ") for each in file.tests if _runs(each)]
    if any(map(_CALLED_REAL.search, names)) or (file.language != "typescript" and any(map(_LIVE.search, names))):
        return True
    if not _holds_tests(file):
        return False
    told = [*map(_PLACE.search, _texts(file)), *(each.search(text) for text in _taken(file) for each in (_ENV_IMPORT, _OF_REAL))]
    return any(told)


def _opens(file: SourceFile, call: Call) -> bool:
    """Connects to something that is there, on this machine too."""
    known = network.OPENS[file.language].match(call.name) is not None and network.is_known(file, call)
    if not (known or _opens_by_import(file, call)) or re.search(r":memory:|sqlite|bufconn", " ".join(call.arguments)):
        return False
    return not any(services.is_stand_in(each.module) for each in file.imports)


def _opens_by_import(file: SourceFile, call: Call) -> bool:
    """Connects by a name that it takes from a module, or makes a client of what is on this machine."""
    module = next((each.module for each in file.imports for _, here in each.names if here == call.name), "")
    if not module:
        return False
    if network.OPENS[file.language].match(f"{module}.{call.name}"):
        return True
    return services.knows(module) and any(map(_HERE.match, call.arguments[:1]))


def _is_gated(file: SourceFile) -> bool:
    """Where the environment does not say how to reach a service, or its program is not there, or in short mode, tests are left
    out: else they meet it.
    """
    skips = [each for each in file.calls if _SKIPS.search(each.name)]
    if file.language != "typescript" and any(_NOT_THERE.search(text) for each in skips for text in each.arguments):
        return True
    if file.language == "go":
        return bool(skips) and any(_ENVIRONMENT.search(each.name) for each in file.calls)
    names = {each.name for each in file.assigned if _ENVIRONMENT.search(each.value)}
    return any(
        _ENVIRONMENT.search(text) or not names.isdisjoint(_WORD.findall(text))
        for each in skips for text in (each.name, *each.arguments)
    ) or any(
        any(map(_SKIPS.search, called)) and any(map(_ENVIRONMENT.search, called))
        for test in file.tests if (called := [each.name for each in test.calls])
    )  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """A file of tests, or of their helpers, as it was kept."""

    path: str
    words: frozenset[str]
    sees: frozenset[str]
    has_tests: bool = False
    is_skipped: bool = False
    """None of its tests is ever run."""
    real: str = ""
    """Why it is taken to meet services: ``said`` by its place or marks, ``met``, ``hinted``; empty: it is not."""
    libraries: tuple[str, ...] = ()
    replaced: frozenset[str] = frozenset()
    chooses: tuple[str, ...] = ()
    """What who starts the tests says: ``backend`` for ``--backend``, ``$TEST_BACKEND``."""

    @property
    def is_doubtful(self) -> bool:
        """It does no more than hint that it meets services, and it mocks."""
        return self.real == "hinted" and bool(self.libraries or self.replaced)

    @property
    def fakes_nothing(self) -> bool:
        """It runs, and nothing in it stands in place of a service."""
        return not (self.is_skipped or self.libraries or self.replaced)

    @property
    def records(self) -> bool:
        """Its answers were the service's own."""
        return self.has_tests and not self.is_skipped and any(map(services.is_recorder, self.libraries))

    @property
    def speaks_of_fakes(self) -> bool:
        return any(map(_FAKE.search, self.words))

    @classmethod
    def of(cls, path: str, text: Mapping[str, Any], told: Mapping[str, Any]) -> Proof:
        words, foreign = text["words"], languages.of(path) is None
        meets = tiers.by_place(path) in (Tier.INTEGRATION, Tier.E2E) or bool(_FOREIGN.search(path))
        return cls(
            path=path, words=frozenset(words.split(" ") if isinstance(words, str) else words),
            sees=frozenset(str(text.get("imports", "")).split(" ")), has_tests="tests" in told or (foreign and meets),
            is_skipped=told.get("tests") == "skipped", real=("said" if meets else "") if foreign else told.get("real", ""),
            libraries=tuple(told.get("libraries", ())),
            replaced=frozenset(told.get("replaced", ())), chooses=tuple(told.get("chooses", ())),
        )  # fmt: skip
