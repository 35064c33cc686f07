"""``side-effects``: calls that write, send, publish or delete in the code under test that no test verifies. Pure."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from testrun.audit import effects, languages, reach, stand_ins, unasked
from testrun.audit.effects import Effect
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
UNASKED = Rule(
    name="side-effects/unasked",
    severity=Severity.MINOR,
    summary="an effect that all its tests replace, and of which none asks what it was given",
    why="Whatever is written or sent, and whether anything is, no test is red.",
    fix="Ask the mock what it was given (assert_called_once_with, toHaveBeenCalledWith), or let the test's own server read it.",
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


def _may_have(data: bytes) -> bool:
    small = data.lower()
    for word in _WORDS:  # noqa: SIM110  # `any` takes twice as long, and this is asked of every file
        if word in small:
            return True
    return False


def _gather(file: SourceFile, code: Callable[[int], str]) -> Any:
    if file.is_test:
        replaced = stand_ins.of(file, code)
        return {"stand_ins": replaced} if replaced else None
    if _ASIDE.search(file.path):
        return None
    first: dict[tuple[str, str, str], Effect] = {}
    for each in sorted(effects.find(file), key=operator.attrgetter("line")):
        first.setdefault((each.owner, each.function, each.name), each._replace(code=code(each.line)))
    return {"effects": list(first.values())} if first else None


def _conclude(code: Mapping[str, Any], texts: Mapping[str, Any]) -> list[Finding]:
    result: list[Finding] = []
    for language in sorted({languages.of(path) or "" for path in code}):
        of_language = {path: facts for path, facts in code.items() if languages.of(path) == language}
        known = {path: kept for path, kept in texts.items() if languages.of(path) == language}
        if any(map(reach.starts_desktop, known.values())):
            continue
        placed = [(path, Effect(*each)) for path, facts in of_language.items() for each in facts.get("effects", ())]
        placed = [(path, each) for path, each in placed if not _CALLED.match(each.function)]
        if any(map(reach.opens_pages, known.values())):
            placed = [(path, each) for path, each in placed if not _PAGE.search(path) and each.kind != HTTP]
        if not placed or not any(map(languages.is_test, known)):  # without any test there is nothing to compare with
            continue
        graph = reach.Graph(known)
        sides: dict[bool, list[tuple[str, Effect]]] = {True: [], False: []}
        for path, each in placed:
            sides[graph.reaches(path, each.owner, each.function)].append((path, each))
        result += _unverified(sides[False])
        tests = unasked.Tests({path: facts["stand_ins"] for path, facts in of_language.items() if "stand_ins" in facts}, known)
        result += (
            _found(UNASKED, path, each, f": its tests put something in place of that (`{test}`), and none asks what it was given")
            for path, each, test in tests.unasked(sides[True])
        )
    return result


def _unverified(effects: list[tuple[str, Effect]]) -> Iterator[Finding]:
    """Told of the first of each function."""
    seen: set[tuple[str, str, str]] = set()
    for path, each in effects:
        if (path, each.owner, each.function) not in seen:
            seen.add((path, each.owner, each.function))
            yield _found(UNVERIFIED, path, each, ", and is named by no test, nor is anything that calls it")


def _found(rule: Rule, path: str, effect: Effect, why: str) -> Finding:
    return found(rule, path, effect.line, f"`{effect.said}` {effect.kind} (`{effect.call}`){why}", code=effect.code)


def _tally(code: Mapping[str, Any]) -> Tally:
    return {
        "functions with effects": sum(len({(each[0], each[1]) for each in facts.get("effects", ())}) for facts in code.values())
    }


SCANNER = Scanner(
    name="side-effects",
    summary="Calls that write, send, publish or delete in the code under test, and that no test verifies.",
    rules=(UNVERIFIED, UNASKED),
    examine=lambda _: [],
    tally=_tally,
    production=lambda _, data: _may_have(data),
    gather=_gather,
    configs=lambda path: languages.of(path) is not None,
    gather_config=reach.facts,
    conclude=_conclude,
)
