"""``side-effects``: calls that write, send, publish or delete in the code under test that no test verifies. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from testrun.audit import effects, languages, reach, verified
from testrun.audit.effects_known import HTTP
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import SourceFile
from testrun.audit.scanner import Scanner, Tally

UNVERIFIED = Rule(
    name="side-effects/unverified",
    severity=Severity.MAJOR,
    summary="a function that changes something outside, and that no test comes to",
    why="When it writes the wrong thing, or writes nothing, no test is red.",
    fix="Test it, or what calls it, and assert on what is there afterwards: the file, the row, the request.",
)
UNCHECKED = Rule(
    name="side-effects/unchecked",
    severity=Severity.MAJOR,
    summary="a function that changes something outside, whose tests look at nothing but what it returns",
    why="It may return the right thing and write the wrong one: the tests stay green.",
    fix="Read back what was changed, or assert on the call that the stand-in got.",
)

_WORDS = (
    b"write|appendfile|open(|openfile(|truncate|link(|unlink|copy| cp(|.cp(|cpsync(|create|rename|move|"
    b"os.replace|replaceone|replace_|replacename|replacecluster|replace into|"
    b"remove| rm(|.rm(|rmsync(|rimraf|rmtree|rmdir|emptydir|delete|"
    b"post| put|.put|_put|\"put|'put|patch|"
    b"commit|save|insert|update|upsert|drop |alter |grant |revoke |merge into|flush|nativedelete|persistand|"
    b"publish|produce|send|queue|xadd|lpush|rpush|delay|apply|upload|makebucket|make_bucket|run_task|start_execution|evict|"
    b"subprocess|popen|os.system|os.exec|os.kill|startprocess|child_process|execa|exec(|output(|run(|start("
).split(b"|")
"""One of these, in small letters, is in every file that has an effect: much sooner said than by a pattern."""
_ASIDE = re.compile(
    r"(?:^|/)(?:[\w-]*examples?|samples?|docs?|scripts?|hack|bench(?:mark)?s?|tools?|\w*migrations?|alembic|versions|"
    r"mocks?|fakes?|__mocks__|"
    r"fixtures?|stories|demos?|tutorials?|playgrounds?|templates?|e2e|build(?:[-_][\w-]+)?|packaging|release|integration|"
    r"ci|\.\w[\w-]*|website|seeds?|seeders?|contrib|dev|bin|docker|extras?)/|^tasks\.py$|"
    r"(?:^|/)(?:setup|noxfile|fabfile|dodo|manage|seed\w*|\w*migrat\w*|gulpfile\.\w+)\.\w+$|\.config\.[cm]?[jt]s$|"
    r"mock|fake|stub|testing|"
    r"fixture|[tT]est_?[uU]til|(?:^|/)t/",
)
"""No code under test: tools, examples, what tests are made with."""
_PAGE = re.compile(r"\.[jt]sx$")
"""What a browser shows."""
_CALLED = re.compile(
    r"^(?:main|Main|init|_main|cli|run_main|handler|loader|action|middleware|GET|POST|PUT|PATCH|DELETE|HEAD|"
    r"getServerSideProps|"
    r"getStaticProps|generateMetadata|teardown|setUp)$"
)
"""What a framework calls by its name, wherever it stands."""


class Place(NamedTuple):
    """A function with an effect, as it is kept: the first of its effects."""

    name: str
    owner: str
    line: int
    kind: str
    call: str
    code: str


def _may_have(data: bytes) -> bool:
    small = data.lower()
    for word in _WORDS:  # noqa: SIM110  # `any` takes twice as long, and this is asked of every file
        if word in small:
            return True
    return False


def _gather(file: SourceFile, code: Callable[[int], str]) -> Any:
    if file.is_test:
        told = verified.by(file)
        return {"checked": sorted(told.checked), "returned": sorted(told.returned)} if told.checked or told.returned else None
    if _ASIDE.search(file.path):
        return None
    places: dict[tuple[str, str], Place] = {}
    for each in sorted(effects.find(file), key=lambda one: one.line):
        key = each.owner, each.function
        if key not in places:
            places[key] = Place(each.function, each.owner, each.line, each.kind, each.call, code(each.line))
    return {"effects": list(places.values())} if places else None


def _conclude(code: Mapping[str, Any], texts: Mapping[str, Any]) -> list[Finding]:
    result: list[Finding] = []
    for language in sorted({languages.of(path) or "" for path in code}):
        of_language = {path: facts for path, facts in code.items() if languages.of(path) == language}
        places = [(path, Place(*each)) for path, facts in of_language.items() for each in facts.get("effects", ())]
        places = [(path, place) for path, place in places if not _CALLED.match(place.name)]
        known = {path: kept for path, kept in texts.items() if languages.of(path) == language}
        if any(map(reach.opens_pages, known.values())):
            places = [(path, place) for path, place in places if not _PAGE.search(path) and place.kind != HTTP]
        if places and any(map(languages.is_test, known)):  # without any test there is nothing to compare with
            result += _of_language(places, of_language.values(), reach.Graph(known))
    return result


def _of_language(places: list[tuple[str, Place]], facts: Iterable[Any], graph: reach.Graph) -> list[Finding]:
    told = list(facts)
    checked = {name for each in told for name in each.get("checked", ())}
    returned = {name for each in told for name in each.get("returned", ())}
    missed = [(path, place) for path, place in places if not graph.reaches(path, place.owner, place.name)]
    candidates = {place.name for _, place in places if place.name in returned - checked and graph.is_one(place.name)}
    weak = {name for name in candidates if not graph.is_called(name)}
    result = [
        _found(UNVERIFIED, path, place, "is named by no test, nor is anything that calls it") for path, place in missed
    ]  # fmt: skip
    lost = set(missed)
    result += (
        _found(UNCHECKED, path, place, "is called by tests that assert on what it returns, or on nothing")
        for path, place in places if place.name in weak and (path, place) not in lost
    )  # fmt: skip
    return result


def _found(rule: Rule, path: str, place: Place, why: str) -> Finding:
    name = f"{place.owner}.{place.name}" if place.owner and place.owner != place.name else place.name
    return found(rule, path, place.line, f"`{name}` {place.kind} (`{place.call}`), and {why}", code=place.code)


def _tally(code: Mapping[str, Any]) -> Tally:
    return {"functions with effects": sum(len(facts.get("effects", ())) for facts in code.values())}


SCANNER = Scanner(
    name="side-effects",
    summary="Calls that write, send, publish or delete in the code under test, and that no test verifies.",
    rules=(UNVERIFIED, UNCHECKED),
    examine=lambda _: [],
    tally=_tally,
    production=lambda _, data: _may_have(data),
    gather=_gather,
    configs=lambda path: languages.of(path) is not None,
    gather_config=reach.facts,
    conclude=_conclude,
)
