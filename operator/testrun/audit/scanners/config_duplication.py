"""``config-duplication``: what configuration says, written again in a test; and what a test says otherwise. Pure.

A file's literals and settings are kept with it; what they have to do with each other is concluded from those of all files.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from testrun.audit import configurations, said_settings, settings
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.known_settings import Index, Known, near
from testrun.audit.model import Given, SourceFile
from testrun.audit.scanner import Facts, Scanner, Tally
from testrun.audit.settings import Kind, Part

REPEATED = Rule(
    name="config-duplication/repeated-value",
    severity=Severity.MINOR,
    summary="a host, port, namespace or image of the configuration, written again in a test",
    why="When the configuration changes, the test goes on with what was there before.",
    fix="Read it from the configuration, or from the environment that it sets.",
)
CREDENTIAL = Rule(
    name="config-duplication/repeated-credential",
    severity=Severity.MAJOR,
    summary="a password, token or key of the configuration, written again in a test",
    why="It is changed in one place and not in the other, and lies about in one more.",
    fix="Read it from where it is kept; fail and say which variable is missing when it is not there.",
)
DRIFT = Rule(
    name="config-duplication/drift",
    severity=Severity.MAJOR,
    summary="a test that says another value than the configuration for the same setting",
    why="It tests what is not deployed: another version, another place.",
    fix="Read the value from the configuration; if they are meant to differ, say so by the name.",
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Said:
    """A literal of a test."""

    name: str
    within: str
    given: Given
    trust: int
    """How much another value than a configuration's means: nothing, as one of a special thing (1), by the name alone (2)."""
    parts: tuple[Part, ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset(settings.words(self.name))

    @property
    def all_words(self) -> frozenset[str]:
        return frozenset(settings.words(f"{self.within}.{self.name}"))


def _examine(file: SourceFile) -> list[Finding]:
    """A file alone repeats nothing."""
    del file
    return []


def _gather(file: SourceFile, code: Callable[[int], str]) -> Facts:
    if not file.is_test:
        return None
    kept: list[list[Any]] = []
    for each, trust, parts in said_settings.of(file):
        plain = [[part.kind.value, part.value] for part in parts]
        kept.append([each.line, each.name, each.within, each.given.value, trust, plain, code(each.line)])
    return kept or None


def _gather_config(path: str, data: bytes) -> Facts:
    kept = [[each.key, each.value, each.line] for each in configurations.read(path, data) if settings.parts(each.key, each.value)]
    return kept or None


def _conclude(code: Mapping[str, Facts], configs: Mapping[str, Facts]) -> list[Finding]:
    index = Index(configs)
    return [each for path, literals in code.items() for each in _of_file(path, literals, index)] if configs else []


def _of_file(path: str, literals: list[list[Any]], index: Index) -> Iterator[Finding]:
    told: set[int] = set()
    for line, name, within, given, trust, parts, source in literals:
        if line in told:
            continue
        said = _Said(name, within, Given(given), trust, tuple(Part(Kind(kind), value) for kind, value in parts))
        judged = _judged(said, path, index)
        if judged is not None:
            told.add(line)
            yield found(judged[0], path, line, judged[1], code=source)


def _judged(said: _Said, path: str, index: Index) -> tuple[Rule, str] | None:
    """The whole value first, then what it is made of."""
    moved = _moved(said, path, index)
    if moved is not None:
        return DRIFT, moved
    repeated = _repeated(said, said.parts[0], path, index)
    if repeated is not None:
        return repeated
    differs = _differs(said, path, index)
    if differs is not None:
        return DRIFT, differs
    smaller = (_repeated(said, each, path, index) for each in said.parts[1:] if settings.tells(each))
    return next((each for each in smaller if each is not None), None)


def _repeated(said: _Said, part: Part, path: str, index: Index) -> tuple[Rule, str] | None:
    """A default of a variable repeats nothing but credentials: what the configuration sets comes before it."""
    if _is_everybodys(part) or (said.given is Given.DEFAULT and not (part.kind is Kind.CREDENTIAL and settings.tells(part))):
        return None
    known = next((each for each in near(index.by_part.get(part, ()), path) if _is_same_value(said, each)), None)
    if known is None:
        return None
    if part.kind is Kind.CREDENTIAL:
        return CREDENTIAL, f"{known.place} says this credential as {known.key}"
    return REPEATED, f"`{part.value}` is the {part.kind.value} that {known.place} says as {known.key}"


def _is_same_value(said: _Said, known: Known) -> bool:
    """Equal values are of one setting when the value is special, or the names agree."""
    if settings.tells(known.part) and (said.trust == 2 or not (known.is_website or known.part.kind is Kind.PORT)):
        return known.part.kind is not Kind.PORT or not _is_another_port(said, known)
    if known.part.kind is Kind.NAMESPACE and said.trust == 2 and not settings.is_usual(known.part):
        return True
    common = settings.is_usual(known.part) or _is_here(known.part.value)
    if not said.name or said.given is Given.SET or (common and said.trust < 2):
        return False
    shared = {said.words, said.all_words} & set(known.named)
    if any(len(each) > 1 for each in shared) or (shared and said.given is Given.DEFAULT):
        return True
    distinctive = {each for each in known.named[0] if settings.kind_of(each) is None}
    return bool(distinctive) and distinctive <= (said.all_words if said.trust == 2 else said.words)


def _is_everybodys(part: Part) -> bool:
    """A usual port or password, and this machine with no port or a usual one."""
    if part.kind in (Kind.URL, Kind.PLACE, Kind.HOST):
        return _is_here(part.value) and all(
            each.kind is not Kind.PORT or _is_everybodys(each) for each in settings.parts("", part.value)
        )
    return part.kind in (Kind.PORT, Kind.CREDENTIAL) and settings.is_usual(part)


def _is_another_port(said: _Said, known: Known) -> bool:
    """A test says by a name, or by the host before it, whose port it is: not the one that the configuration speaks of."""
    whole = said.parts[0]
    if whole.kind is not Kind.PORT:
        return known.is_inside or (not _is_here(whole.value) and "{" not in whole.value)
    own = {each for each in said.words if settings.kind_of(each) is None}
    theirs = [{each for each in words if settings.kind_of(each) is None} for words in known.named]
    return bool(own) and not any(each and each <= own for each in theirs)


def _moved(said: _Said, path: str, index: Index) -> str | None:
    """The same host with another port, or the same image with another tag."""
    for part in said.parts if said.trust else ():
        if part.kind is Kind.PLACE and settings.tells(part):
            of, what = part.value.rpartition(":")[0] + ":", "port"
            if "." not in of and "-" not in of:
                continue
        elif part.kind is Kind.IMAGE:
            of, what = settings.repository_of(part.value), "tag"
        else:
            continue
        known = [each for each in near(index.by_repository.get(of, ()), path) if _is_dated(part, each.part)]
        if known and all(each.part != part for each in known):
            return f"`{part.value}` has another {what} than {known[0].place} says: `{known[0].part.value}`"
    return None


def _differs(said: _Said, path: str, index: Index) -> str | None:
    """Another value under the same name."""
    words = said.words
    if said.trust < 2 or (len(words) < 2 and (said.given is not Given.DEFAULT or "_" not in said.name)):
        return None
    for part in (each for each in said.parts[:1] if each.kind is not Kind.CREDENTIAL):  # each place has a password of its own
        known = [each for each in near(index.by_words.get((part.kind, words), ()), path) if _is_comparable(part, each.part)]
        if len(words) < 2:
            known = [each for each in known if each.key == said.name]
        if any(near(index.by_part.get(part, ()), path)):
            continue  # the configuration says it too: for the machine, perhaps, and the other one for a container
        if known and all(_plain(each.part.value) != _plain(part.value) for each in known):
            return f"{said.name} is `{part.value}`, and `{known[0].part.value}` in {known[0].place}"
    return None


def _plain(place: str) -> str:
    return re.sub(r"127\.0\.0\.1|0\.0\.0\.0|\[::1\]", "localhost", place)


def _is_dated(ours: Part, theirs: Part) -> bool:
    """Of images only those whose tags begin with a version: `latest`, what was built just now, or a model's name is none."""
    tags = (each.value.removeprefix(settings.repository_of(each.value)) for each in (ours, theirs))
    return ours.kind is not Kind.IMAGE or (
        not settings.is_usual(ours) and all(re.match(r":(?:v|version-|RELEASE\.)?\d", each) for each in tags)
    )


def _is_comparable(ours: Part, theirs: Part) -> bool:
    """From outside of a cluster or of compose the same thing is at another place."""
    if ours.kind not in (Kind.URL, Kind.PLACE, Kind.HOST):
        return True
    return _is_here(ours.value) == _is_here(theirs.value)


def _is_here(place: str) -> bool:
    return re.search(r"(?:^|[/@])(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?:[:/]|$)", place) is not None


def _count(file: SourceFile) -> Tally:
    return {"literals": sum(bool(settings.parts(each.name, each.value)) for each in file.literals)}


SCANNER = Scanner(
    name="config-duplication",
    summary="Hosts, ports, namespaces, images and credentials of the configuration that tests repeat, or say otherwise.",
    rules=(REPEATED, CREDENTIAL, DRIFT),
    examine=_examine,
    count=_count,
    gather=_gather,
    configs=configurations.is_one,
    gather_config=_gather_config,
    conclude=_conclude,
)
