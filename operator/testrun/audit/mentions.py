"""Which functions of a file mention which words, and what the file imports: told from its text alone, so that every file can
afford it. Pure.

A file is cut where functions and classes begin; what stands between two beginnings belongs to the first, and to all that it is
indented in. That is near enough to say what a function may reach, and seldom says too little.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from testrun.core.text import plain

_C_LIKE = rb"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|(?<!\w)'(?:[^'\\\n]|\\.)*'"
_SILENT = {
    "python": re.compile(
        rb"(?<![fF])(?:\"\"\".*?\"\"\"|'''.*?''')|#[^\n]*|(?<![fF])(?:\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')", re.DOTALL
    ),
    "typescript": re.compile(_C_LIKE, re.DOTALL),
    "go": re.compile(_C_LIKE + rb"|`[^`]*`", re.DOTALL),
}
"""Comments and texts."""
_SPEAKS = re.compile(rb"[\"'`#/]")
"""Without one of these there is neither."""
_NO_METHOD = (
    rb"(?!(?:if|for|while|switch|catch|return|super|await|function|with|do|else|new|throw|typeof|delete|expect|describe|"
    rb"it|test)\b)"
)
_BEGINS = {
    "python": re.compile(
        rb"^(?P<indent>[ \t]*)(?:(?P<decorator>@)|(?:async[ \t]+)?def[ \t]+(?P<name>\w+)|"
        rb"class[ \t]+(?P<owner>\w+))|^(?P<outside>)[A-Za-z_][\w.]*(?=[ \t]*[=(:\[+])", re.MULTILINE
    ),
    "typescript": re.compile(
        rb"^(?P<indent>[ \t]*)(?:(?P<decorator>@)\w|"
        rb"(?:export[ \t]+)?(?:default[ \t]+)?(?:abstract[ \t]+)?class[ \t]+(?P<owner>[\w$]+)|"
        rb"(?:export[ \t]+)?(?:default[ \t]+)?(?:async[ \t]+)?function\*?[ \t]+(?P<name>[\w$]+)|"
        rb"(?:export[ \t]+)?(?:const|let|var)[ \t]+(?P<value>[\w$]+)[^=\n]*=[ \t]*(?=[^\n]*(?:=>|\bfunction\b|[({]$))|"
        rb"(?:(?:public|private|protected|static|override|readonly|async|get|set)[ \t]+)*\*?" + _NO_METHOD +
        rb"(?P<method>[#\w$]+)[ \t]*(?:<[^\n]*?>)?(?:\([^\n]*\)[^\n;=]*\{[ \t]*$|\([^\n)]*$|"
        rb"=[ \t]*(?:async[ \t]*)?\([^\n]*$))",
        re.MULTILINE,
    ),
    "go": re.compile(
        rb"^(?P<indent>)(?:func (?:\((?:\w+ )?\*?(?P<receiver>\w+)[^)\n]*\) )?(?P<name>\w+)|"
        rb"(?:type |\t(?=\w+(?:\[[^\]\n]*\])? (?:struct|interface) ?\{))(?P<owner>\w+)|(?:var|const|import)\b)",
        re.MULTILINE,
    ),
}  # fmt: skip
_IMPORTS = {
    "python": re.compile(
        rb"^[ \t]*(?:from[ \t]+(\S+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)|"
        rb"import[ \t]+([^\n#]+))",
        re.MULTILINE,
    ),
    "typescript": re.compile(rb"(?:\bfrom|\bimport|\brequire\(|\bimport\(|[mM]ock\()\s*([\"'][^\"'\n]+[\"'])"),
    "go": re.compile(rb"^\s*(?:import )?(?:[\w.]+ )?(\"[\w./~-]+\")\s*$", re.MULTILINE),
}
_WORD = re.compile(rb"[A-Za-z_$][\w$]+")
_DASHED = re.compile(rb"\b[a-z]\w*(?:-\w+)+")
_LITERAL = re.compile(rb"[\"'`]([^\"'`\n]*)[\"'`]")
_DOTTED = re.compile(rb"[\"']((?:[a-z_]\w*\.)+[A-Z]\w*)[\"']")
"""A class that Python makes by its name in a text: ``"shop.mail.Mailer"``."""
_HOOKED = re.compile(
    rb"[\w.]*(?:listens_for|receiver|connect\w*|hookimpl|before_\w+|after_\w+|teardown_\w+|errorhandler|on_event)\b"
)
"""By these, what is defined is called as soon as its file is imported."""
_ACTION = re.compile(rb"action\(")
"""A route with the name of what it decorates, when it says no other: of Django's REST framework."""
_ROUTE = re.compile(
    rb"\b(?:path|re_path|url|register|add_\w*(?:route|rule))\(\s*[rf]?[\"']([^\"'\n]*)[\"'],\s*([\w.]+)"
    rb"((?:[^()]++|\([^()]*+\))*+)\)"
)
"""What a table of routes gives to a function, and by which name."""
_NAMED = re.compile(rb"\bname=[\"']([\w:-]+)[\"']")
_VARIES = re.compile(rb"\(\?P?<[^)]*\)|<[^>]*>|\{[^}]*\}|:\w+")
_AT = re.compile(rb"^[ \t]*@", re.MULTILINE)
_KEYED = re.compile(rb"\b(?:url_path|path|route|rule|pattern|url)=[rf]?[\"']([^\"'\n]*)[\"']")
_PATH = re.compile(rb"[\"'`](/[^\"'`\n]*)[\"'`]")
_NO_WORD = re.compile(rb"\W")
_ASIDE = re.compile(
    rb"(?:Error|Exception|Options|Opts|Config|Params|Resp|Response|Request|Data|Info|Result|Query|User|Payload)$|^[A-Z][A-Z_]+$"
)
"""Nothing that a file is there for."""
_DEFAULT = re.compile(
    rb"^(?:export default|module\.exports =)[ \t]+(?:async[ \t]+)?(?:function\*?[ \t]+|class[ \t]+)?([\w$]+)", re.MULTILINE
)
"""What others import by whatever name they like."""
_SUFFIX = re.compile(r"(?:adapter|plugin|provider|driver|connector|backend|integration|storage|service|client|handler)$")
_MADE = re.compile(r"__\w+__$|constructor$")


class Part(NamedTuple):
    """A function or class, or a way in. ``name`` is empty for what stands outside of all; ``words`` and ``asked`` are joined by
    spaces. A way in has a name that is no word, and is gone by whoever says all that is ``asked``: a route, a command.
    """

    name: str
    owner: str
    is_class: bool
    words: str
    asked: str


_Kept = tuple[str, str, bool, set[bytes]]
"""A part while its words are gathered."""


def words(data: bytes) -> set[bytes]:
    """All that text mentions; what has dashes also as a name would be written."""
    found = set(_WORD.findall(data))
    if b"-" in data:
        found.update(each.replace(b"-", b"_") for each in _DASHED.findall(data))
    return found


def code(language: str, data: bytes) -> set[bytes]:
    """What it mentions, but for comments and texts."""
    return words(_SILENT[language].sub(b" ", data))


def said(found: Iterable[bytes]) -> str:
    """Words, as they are kept."""
    return b" ".join(sorted(found)).decode("ascii", "replace")


@functools.lru_cache(maxsize=1)  # several scanners ask for those of a file
def _imports(language: str, data: bytes) -> tuple[tuple[bytes, ...], ...]:
    return tuple(match.groups(b"") for match in _IMPORTS[language].finditer(data))


def modules(language: str, data: bytes) -> list[bytes]:
    """The modules that a file imports, as it names them."""
    found: list[bytes] = []
    for module, *more in _imports(language, data):
        if language == "python":
            found += [module] if module else [each.partition(b" as ")[0].strip() for each in more[1].split(b",")]
        else:
            found.append(module.strip(b"\"'"))
    return found


def spoken(language: str, data: bytes) -> bytes:
    """The code without its comments and texts; lines stay."""
    return _SILENT[language].sub(lambda each: b"\n" * each[0].count(b"\n") or b" ", data)


def first(language: str, data: bytes, name: str) -> int:
    """The line of what stands for a file: the class or function that says its name, or else the first class, or function. 0: it
    has none.
    """
    best = (4, 0)
    spelled = spoken(language, data)
    for begin in _BEGINS[language].finditer(spelled):
        groups = begin.groupdict()
        called = groups.get("owner") or groups.get("name") or groups.get("value")
        if called and not groups["indent"]:
            whole = plain(called.decode("ascii", "replace"))
            named = bool(name) and name in whole
            rank = 0 if named and _SUFFIX.sub("", whole).endswith(name) else 1 if named else 2 if groups.get("owner") else 3
            if not _ASIDE.search(called) and rank < best[0]:
                best = (rank, spelled.count(b"\n", 0, begin.start()) + 1)
    return best[1]


def imports(language: str, data: bytes) -> set[bytes]:
    """The words by which a file calls what it imports: the last part of each path, and the names that it takes from there."""
    found: set[bytes] = set()
    for module, *more in _imports(language, data):
        if language == "python":
            names, alone = more
            found.add(module.rpartition(b".")[2])
            found.update(_WORD.findall(names))
            found.update(each.partition(b" as ")[0].strip().rpartition(b".")[2] for each in alone.split(b","))
        else:
            found.add(_last(module.strip(b"\"'")))
    if language == "python":
        found.update(word for each in _DOTTED.findall(data) for word in each.split(b".")[-2:])
    return {_NO_WORD.sub(b"_", each) for each in found if each}


def _last(module: bytes) -> bytes:
    """``order`` of ``./order/order.js``, of ``../order/index`` and of ``example.com/order/v2``."""
    parts = module.split(b"/")
    if len(parts) > 1 and re.fullmatch(rb"v\d+|index(?:\.\w+)?", parts[-1]):
        parts.pop()
    return re.sub(rb"\.[cm]?[jt]sx?$", b"", parts[-1])


def parts(language: str, data: bytes) -> list[Part]:
    begins = list(_BEGINS[language].finditer(data))
    head = data[: begins[0].start()] if begins else data
    outside: _Kept = ("", "", False, _own(language, head, outside=True))
    if language == "typescript":
        outside[3].update(_DEFAULT.findall(data))
    kept = [outside]
    open_: list[tuple[int, _Kept]] = []
    decorated: int | None = None
    ways = list(_routes(data)) if language == "python" else []
    for number, begin in enumerate(begins):
        if begin.lastgroup == "decorator":
            decorated = begin.start() if decorated is None else decorated
            continue
        end = begins[number + 1].start() if number + 1 < len(begins) else len(data)
        indent = len(begin["indent"] or b"")
        while open_ and open_[-1][0] >= indent:
            open_.pop()
        within = open_[-1][1] if open_ and open_[-1][1][2] else None
        part = _part(begin, within, outside)
        if decorated is not None:
            if part is not outside:
                ways += _decorate(part, data[decorated : begin.start()], outside)
            decorated = None
        if part is not outside and part is not within:
            kept.append(part)
        own = _own(language, data[begin.start() : end], outside=part is outside)
        part[3].update(own)
        for _, outer in reversed(open_):
            if outer[2]:  # a class says nothing of what its methods do
                break
            outer[3].update(own)
        open_.append((indent, part))
    return [Part(name, owner, of_class, said(own), "") for name, owner, of_class, own in kept if own] + ways


def _own(language: str, data: bytes, *, outside: bool) -> set[bytes]:
    if not _SPEAKS.search(data):
        return words(data)
    if language != "python":
        return code(language, data)
    if outside:
        data = _ROUTE.sub(_unrouted, data)
    return code(language, data).union(each.rpartition(b".")[2] for each in _DOTTED.findall(data))


def _decorate(part: _Kept, above: bytes, outside: _Kept) -> Iterator[Part]:
    """The ways in that decorators tell: each path, and the first of other texts, which may be a command. For a hook, and a route
    without any word, it is enough that the file is imported.
    """
    part[3].update(words(above))
    first = _LITERAL.search(above)
    for each in _AT.split(above)[1:]:
        text = _KEYED.search(each) or _PATH.search(each) or (first if first is not None and first[0] in each else None)
        asked = words(_VARIES.sub(b"", text[1])) if text is not None else {part[0].encode()} if _ACTION.match(each) else set()
        if _HOOKED.match(each) or (text is not None and not asked):
            outside[3].update(name.encode() for name in part[:2] if name)
        elif asked:
            yield _way(asked, part[0].encode(), part[1].encode())


def _routes(data: bytes) -> Iterator[Part]:
    """Tests come to a route by the words of its path, or by its name."""
    for path, function, rest in _ROUTE.findall(data):
        asked, name = words(_VARIES.sub(b"", path)), _NAMED.search(rest)
        if asked:
            yield _way(asked, *words(function))
        if name is not None:
            yield _way({_NO_WORD.sub(b"_", name[1])}, *words(function))


def _way(asked: set[bytes], *names: bytes) -> Part:
    to = said(set(names) - {b""})
    return Part(f"/{said(asked)} {to}", "", False, to, said(asked))


def _unrouted(match: re.Match[bytes]) -> bytes:
    """What stands outside names no function that a route alone is given."""
    return match[1] if words(_VARIES.sub(b"", match[1])) else match[0]


def _part(begin: re.Match[bytes], within: _Kept | None, outside: _Kept) -> _Kept:
    """What begins here; what makes an instance is of its class, which it stands within."""
    kind = begin.lastgroup or ""
    if kind not in ("name", "method", "value", "owner"):
        return outside
    name = begin[kind].decode("ascii", "replace").lstrip("#")
    if within is not None and _MADE.match(name):
        return within
    if kind == "owner":
        return (name, "", True, set())
    receiver = begin["receiver"] if "receiver" in begin.re.groupindex else None
    owner = receiver.decode("ascii", "replace") if receiver else within[0] if within is not None else ""
    return (name, owner, False, set())
