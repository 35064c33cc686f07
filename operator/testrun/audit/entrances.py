"""By what users come in, and which words of a test say that it came in by that: routes, commands, kinds. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from testrun.audit import languages
from testrun.audit.model import Entrance
from testrun.core.text import spaced

_ASIDE = re.compile(
    r"(?:^|/)(?:\w*examples?(?:_\w+)?|samples?|demos?|docs?|docs_src|documentation|tutorials?|[\w-]*bench(?:marks?)?|playgrounds?|sandbox|scripts?|hack|maintenance|tools?|extras?|packaging|release|ideas?|experiments?|"
    r"templates?|(?:mock|fake|stub)[\w-]*|__mocks__|fixtures?|testing|testdata|test[-_]?\w*|[\w-]+[-_](?:tests?|e2e|mocks?|fixtures?)|e2e|stories|build|dist|\.\w+)/|"
    r"(?:^|/)(?:mock|fake|stub|demo|example)[\w.-]*$|(?:^|[/_.-])debug(?:[_.-]\w+)*\.\w+$|\.stories\.",
    re.IGNORECASE,
)
"""What stands there is not what users of the product come in by."""
_WORTH = {
    "python": re.compile(
        rb"@[\w.]+\.(?:get|post|put|patch|delete|route|websocket|command)\(|\badd_parser\(|\b(?:WebSocket)?Route\(|\b(?:re_)?path\(|\burl\(r?[\"']|"
        rb"\.add_(?:get|post|put|patch|delete|route|api_route|url_rule)\(|\bweb\.(?:get|post|put|patch|delete)\(|\.register\(r?[\"']"
    ),
    "typescript": re.compile(
        rb"\.(?:get|post|put|patch|delete|all)\(\s*[\"'`]/|\.route\(\s*\{|@(?:Get|Post|Put|Patch|Delete|Controller)\(|<Route\b|\.command\(|"
        rb"create(?:Browser|Hash|Memory)?Router\(|createFileRoute\(|\buseRoutes\("
    ),
    "go": re.compile(
        rb"\.(?:GET|POST|PUT|PATCH|DELETE|Get|Post|Put|Patch|Delete|Any|Handle|HandleFunc|HandlePrefix)\(\s*\"|cobra\.Command\{"
    ),
}
_NEXT = re.compile(r"(?:^|/)(?P<base>app|pages)/(?:(?P<folder>.*)/)?(?P<name>[^/]+)\.[cm]?[jt]sx?$")
_LAYERS = re.compile(r"api|apis|rest|v\d+\w*|services?|web|public|app|ui|rpc|trpc|_.*|\(.*\)|@.*")
"""Segments that say how, not where to."""
_VARIABLE = re.compile(r"[{:<\[*$^(?].*|.*[{*<].*")
_OPERATIONAL = re.compile(
    r"(?:\w+-)?health(?:z|check|-check)?|gc(?:-\w+)?|ready(?:z)?|readiness|livez?|liveness|startupz?|ping|metrics|monitoring|prometheus|version|status|info|docs?|redoc|openapi.*|"
    r"swagger.*|debug|pprof|favicon.*|robots.*|sitemap.*|static|assets|manifest.*|\.well-known|sw\.js|404|500|errors?|not-found|tests?|"
    r"graphiql|completions?|help|gen-docs|docs-gen|man|heartbeat|test-.*|stylesheets?|icons?|scripts?|js|css|images?|fonts|"
    r".*\.(?:js|css|png|svg|ico|txt|xml|json|html|webmanifest)"
)
"""For machines, or of the framework: no user's workflow."""


def is_product(path: str) -> bool:
    """Whether what users come in by stands there, and not an example or a tool."""
    return not _ASIDE.search(path)


def is_worth(path: str, data: bytes) -> bool:
    """Whether code that is no test may have an entrance."""
    language = languages.of(path)
    if language is None or not is_product(path):
        return False
    return bool(_WORTH[language].search(data) or of_file(path) or marks_pages(path))


def marks_pages(path: str) -> bool:
    """Whether a file is there for Next.js alone, and so says that the files beside it are its pages."""
    match = _NEXT.search(path)
    return match is not None and match["base"] == "pages" and not match["folder"] and match["name"] in ("_app", "_document")


def of_file(path: str) -> list[Entrance]:
    """The routes that are files: those of Next.js."""
    match = _NEXT.search(path)
    if match is None:
        return []
    folder, name = match["folder"] or "", match["name"]
    if match["base"] == "app":
        return [Entrance(line=1, way="route", name=f"/{folder}")] if name in ("page", "route") else []
    if name.startswith("_") or "." in name:
        return []
    return [Entrance(line=1, way="page", name="/" + "/".join(each for each in (folder, name) if each and each != "index"))]


def joined(prefix: str, path: str) -> str:
    return "/" + "/".join(each.strip("/") for each in (prefix, path) if each.strip("/"))


def group(entrance: Entrance) -> str:
    """What findings are made for: the first segment of a route that says where to, a command itself. Empty: none."""
    if entrance.way == "command":
        return "" if _OPERATIONAL.fullmatch(entrance.name) else entrance.name
    for each in entrance.name.split("/"):
        if each and not _VARIABLE.fullmatch(each) and not _LAYERS.fullmatch(each):
            return "" if _OPERATIONAL.fullmatch(each.lower()) or not re.search(r"[A-Za-z]{2}", each) else each.lower()
    return ""


def words(texts: Iterable[str], most: int = 4000) -> list[str]:
    """The words of texts, in small letters and the singular: parts of names, and whole names without what joins them."""
    found: set[str] = set()
    for text in texts:
        for token in re.findall(r"[A-Za-z][A-Za-z0-9_-]*", text):
            parts = _split(token)
            found |= {*parts, "".join(parts)}
        if len(found) > most:
            break
    return sorted(found)[:most]


def parts(name: str) -> frozenset[str]:
    """The words that a test must have, all of them, in order to say this name."""
    return frozenset(_split(name))


def whole(name: str) -> str:
    """A name as one word."""
    return "".join(_split(name))


@functools.lru_cache(maxsize=16384)  # most words are said again and again
def _split(name: str) -> tuple[str, ...]:
    found = [each.lower() for each in re.findall(r"[A-Za-z0-9]+", spaced(name))]
    return (*found[:-1], _singular(found[-1])) if found else ()


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
