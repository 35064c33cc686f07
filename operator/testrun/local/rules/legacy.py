"""No legacy test surface: what of the old way to run tests is still in a repository. Pure, but for the files' own loaders.

One table says what is looked for, and what to do about it. Each file is read once and most are done with after a few searches for
plain bytes, so a repository of thousands of files is checked in a fraction of a second.
"""

from __future__ import annotations

import dataclasses
import enum
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from testrun.core import text
from testrun.local.rules import skips, source
from testrun.local.rules.finding import Finding, excerpt
from testrun.local.rules.source import File, line_of

INTEGRATION_MODE = "INTEGRATION_MODE"
MOST_IN_A_FILE = 100
"""Findings of one rule in one file that are told one by one."""


class Scope(enum.Enum):
    """The files that a rule is about."""

    ANYTHING = enum.auto()
    CODE = enum.auto()
    """All but documents, which may tell of the past, and our own configuration, whose allowlist names what it allows."""
    GO = enum.auto()
    JEST = enum.auto()
    PYTHON = enum.auto()


Offsets = Callable[[bytes], Iterator[int]]
"""Where in a file's bytes a rule is broken, in order."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule:
    """What is looked for, and in which files: ``file`` says which should not be there at all, ``content`` finds what should not
    be in one.
    """

    id: str
    message: str
    scope: Scope
    file: Callable[[str], bool] = lambda _: False
    content: Offsets = lambda _: iter(())


_DOCUMENT = re.compile(
    r"(?:CHANGELOG|LICEN[SC]E|NOTICE)(?:-\w+)?|.+\.(?:md|mdx|markdown|rst|adoc|txt)", re.IGNORECASE | re.DOTALL
)
_HISTORY = re.compile(r"(?:CHANGELOG|LICEN[SC]E|NOTICE)", re.IGNORECASE)
_CONFIG = "ameide.toml"


def scopes(path: str, jest: bool) -> Iterator[Scope]:
    """The scopes that a file is in; ``jest``: Jest lists it."""
    yield Scope.ANYTHING
    name = path.rpartition("/")[2]
    if name != _CONFIG and not _DOCUMENT.fullmatch(name):
        yield Scope.CODE
    if source.is_go_test(path):
        yield Scope.GO
    if path.endswith(".py"):
        yield Scope.PYTHON
    if jest:
        yield Scope.JEST


def words(prefilter: bytes, pattern: bytes) -> Offsets:
    """Finds a word by its pattern, in files that hold the plain bytes at all."""
    compiled = re.compile(pattern)

    def find(data: bytes) -> Iterator[int]:
        if prefilter in data:
            yield from (match.start() for match in compiled.finditer(data))

    return find


RULES: tuple[Rule, ...] = (
    Rule(
        # The variable by its name. A key such as `integrationMode` means other things elsewhere; where it sets the variable, the
        # template beside it says the name.
        id="integration-mode",
        message="INTEGRATION_MODE is still used: tests have no modes; delete it, and tag what needs phase 2 as integration",
        scope=Scope.CODE,
        content=words(b"INTEGRATION_MODE", rb"(?<![A-Za-z0-9_])INTEGRATION_MODE(?![A-Za-z0-9_])"),
    ),
    Rule(
        id="pack-script",
        message="run_integration_tests.sh is still here: delete it; go test, Jest and Pytest find these tests by themselves",
        scope=Scope.ANYTHING,
        file=lambda path: path.rpartition("/")[2] == "run_integration_tests.sh",
    ),
    Rule(
        id="pack-script",
        message="run_integration_tests.sh is still called: call `ameide dev inner-loop-test` instead",
        scope=Scope.CODE,
        content=words(b"run_integration_tests", rb"(?<![A-Za-z0-9_-])run_integration_tests\.sh(?![A-Za-z0-9_])"),
    ),
    Rule(
        id="integration-runner",
        message="tools/integration-runner is still here: delete it; `ameide dev inner-loop-test` takes its place",
        scope=Scope.ANYTHING,
        file=lambda path: f"/{path}".find("/tools/integration-runner/") >= 0,
    ),
    Rule(
        id="integration-runner",
        message="tools/integration-runner is still used: call `ameide dev inner-loop-test` instead",
        scope=Scope.CODE,
        content=words(b"integration-runner", rb"(?<![A-Za-z0-9_-])tools[/\\]integration-runner(?![A-Za-z0-9_-])"),
    ),
    Rule(
        id="skip-placeholder",
        message="a test that always skips hides that it is missing: write it, let it fail, or delete it",
        scope=Scope.GO,
        content=skips.go,
    ),
    Rule(
        id="skip-placeholder",
        message="a test that always skips hides that it is missing: write it, let it fail, or delete it",
        scope=Scope.JEST,
        content=skips.jest,
    ),
    Rule(
        id="skip-placeholder",
        message="a test that always skips hides that it is missing: write it, let it fail, give it a condition, or delete it",
        scope=Scope.PYTHON,
        content=skips.python,
    ),
    Rule(
        id="focused-test",
        message="a focused test hides all others of its file: take `only` or the leading `f` away",
        scope=Scope.JEST,
        content=skips.jest_only,
    ),
)

IDS = tuple(dict.fromkeys(rule.id for rule in RULES))


def scan(files: Iterable[File], jest: Collection[str] = ()) -> list[Finding]:
    """What is found in the files, sorted by place. ``jest`` holds the paths that Jest lists: in other JavaScript ``test.skip``
    may be Playwright's, which takes conditions. Files that are no text are judged by their path alone.
    """
    listed = frozenset(jest)
    found: list[Finding] = []
    for file in files:
        within = frozenset(scopes(file.path, file.path in listed))
        rules = [rule for rule in RULES if rule.scope in within]
        unwanted = [Finding(path=file.path, rule=rule.id, message=rule.message) for rule in rules if rule.file(file.path)]
        # A file that has to go is said once: what is in it goes with it.
        found += unwanted or _in(file, rules)
    return sorted(found)


def documents(files: Iterable[File]) -> list[Finding]:
    """Where documents tell of the old way, sorted by place. It is nothing that `scan` finds: they may tell of the past."""
    rules = [rule for rule in RULES if rule.scope is Scope.CODE]
    told = [file for file in files if _DOCUMENT.fullmatch(file.name) and not _HISTORY.match(file.name)]
    return sorted(finding for file in told for finding in _in(file, rules))


def environment(variables: Mapping[str, str]) -> list[Finding]:
    """What is found in the environment. The path is ``$INTEGRATION_MODE``."""
    if INTEGRATION_MODE not in variables:
        return []
    return [
        Finding(
            path=f"${INTEGRATION_MODE}",
            rule="integration-mode",
            message="INTEGRATION_MODE is set in the environment: tests have no modes; unset it, and delete what sets it",
            text=text.one_line(f"{INTEGRATION_MODE}={variables[INTEGRATION_MODE]}", 200),
        )
    ]


def _in(file: File, rules: list[Rule]) -> list[Finding]:
    data = file.text() if rules else None
    if not data:
        return []
    skipped = _own_sections(data) if file.name == "pyproject.toml" else ()
    return [
        found
        for rule in rules
        for found in _by_line(file.path, data, rule, (at for at in rule.content(data) if not any(at in part for part in skipped)))
    ]


def _by_line(path: str, data: bytes, rule: Rule, offsets: Iterator[int]) -> Iterator[Finding]:
    """One finding a line, and one for all lines after the first hundred."""
    line = at = told = 0
    more: list[int] = []
    for offset in offsets:
        # Counted on from the last: a file full of findings is still read once.
        added = data.count(b"\n", at, offset)
        at = offset
        if told and not added:
            continue
        line += added
        told += 1
        if told <= MOST_IN_A_FILE:
            yield Finding(path=path, line=line + 1, rule=rule.id, message=rule.message, text=excerpt(data, offset))
        else:
            more.append(offset)
    if more:
        others = f" (and {text.plural(len(more) - 1, 'more line')} in this file)" if len(more) > 1 else ""
        at = more[0]
        yield Finding(path=path, line=line_of(data, at), rule=rule.id, message=rule.message + others, text=excerpt(data, at))


_TABLE = re.compile(rb"^[ \t]*+\[\[?+([\w.\-\"' \t]*+)\]", re.MULTILINE)


def _own_sections(data: bytes) -> list[range]:
    """The offsets of ``[tool.ameide]`` and its tables in a pyproject.toml."""
    tables = [*_TABLE.finditer(data)]
    starts = [*(table.start() for table in tables), len(data)]
    return [
        range(start, end)
        for table, (start, end) in zip(tables, itertools.pairwise(starts), strict=True)
        if (table[1].strip() + b".").startswith(b"tool.ameide.")
    ]
