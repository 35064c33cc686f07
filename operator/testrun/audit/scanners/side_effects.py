"""``side-effects``: calls that write, send, publish or delete in the code under test that no test verifies. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from testrun.audit import effects, languages, reach
from testrun.audit.effects_known import HTTP
from testrun.audit.finding import Finding, Rule, Severity, found
from testrun.audit.model import SourceFile
from testrun.audit.scanner import Scanner, Tally

UNVERIFIED = Rule(
    name="side-effects/unverified",
    severity=Severity.MINOR,
    summary="a function that changes something outside, and that no test comes to",
    why="When it writes the wrong thing, or writes nothing, no test is red.",
    fix="Test it, or what calls it, and assert on what is there afterwards: the file, the row, the request.",
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
    r"(?:^|/)(?:[\w-]*examples?|samples?|docs?|scripts?|hack|[\w-]*bench(?:mark)?s?|tools?|\w*migrations?|alembic|versions|"
    r"mocks?|fakes?|__mocks__|"
    r"fixtures?|stories|demos?|tutorials?|playgrounds?|templates?|e2e|build(?:[-_][\w-]+)?|packaging|releases?|integration|"
    r"ci|\.\w[\w-]*|website|seeds?|seeders?|contrib|maintenance|dev|bin|docker|extras?|\w*gen(?:erators?)?|ideas?|experiments?|sandbox|legacy|attic)/|"
    r"^tasks\.py$|(?:^|/)(?:pkg|internal)/(?:.*/)?main\.go$|"
    r"(?:^|/)(?:setup|hatch_build|noxfile|fabfile|dodo|manage|seed\w*|\w*migrat\w*|\w+_release|release_\w+|gulpfile\.\w+)\.\w+$|\.config\.[cm]?[jt]s$|-[\w-]*\.py$|"
    r"mock|fake|stub|testing|"
    r"fixture|[tT]est_?[uU]til|(?:^|/)t/",
)
"""No code under test: tools, examples, what tests are made with, and Python that no name can import."""
_PAGE = re.compile(r"\.[jt]sx$")
"""What a browser shows."""
_CALLED = re.compile(
    r"^(?:main|Main|init|_main|cli|run_main|handler|loader|action|middleware|GET|POST|PUT|PATCH|DELETE|HEAD|"
    r"getServerSideProps|"
    r"getStaticProps|generateMetadata|teardown|setUp|(?:update|upgrade|migrate|migration)_?\d+)$"
)
"""What a framework calls by its name, wherever it stands; the steps of a migration, by their numbers."""


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
    if file.is_test or _ASIDE.search(file.path):
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
        if any(map(reach.starts_desktop, known.values())):
            continue
        if any(map(reach.opens_pages, known.values())):
            places = [(path, place) for path, place in places if not _PAGE.search(path) and place.kind != HTTP]
        if places and any(map(languages.is_test, known)):  # without any test there is nothing to compare with
            graph = reach.Graph(known)
            result += (_found(path, place) for path, place in places if not graph.reaches(path, place.owner, place.name))
    return result


def _found(path: str, place: Place) -> Finding:
    name = f"{place.owner}.{place.name}" if place.owner and place.owner != place.name else place.name
    why = "is named by no test, nor is anything that calls it"
    return found(UNVERIFIED, path, place.line, f"`{name}` {place.kind} (`{place.call}`), and {why}", code=place.code)


def _tally(code: Mapping[str, Any]) -> Tally:
    return {"functions with effects": sum(len(facts.get("effects", ())) for facts in code.values())}


SCANNER = Scanner(
    name="side-effects",
    summary="Calls that write, send, publish or delete in the code under test, and that no test verifies.",
    rules=(UNVERIFIED,),
    examine=lambda _: [],
    tally=_tally,
    production=lambda _, data: _may_have(data),
    gather=_gather,
    configs=lambda path: languages.of(path) is not None,
    gather_config=reach.facts,
    conclude=_conclude,
)
