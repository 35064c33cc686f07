"""Which functions of a file mention which words, and what the file imports: told from its text alone, so that every file can
afford it. Pure.

A file is cut where functions and classes begin; what stands between two beginnings belongs to the first, and to all that it is
indented in. That is near enough to say what a function may reach, and seldom says too little.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_C_LIKE = rb"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|(?<!\w)'(?:[^'\\\n]|\\.)*'"
_SILENT = {
    "python": re.compile(
        rb"(?<![fF])(?:\"\"\".*?\"\"\"|'''.*?''')|#[^\n]*|(?<![fF])(?:\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')", re.DOTALL
    ),
    "typescript": re.compile(_C_LIKE, re.DOTALL),
    "go": re.compile(_C_LIKE + rb"|`[^`]*`", re.DOTALL),
}
"""Comments and texts."""
_NO_METHOD = (
    rb"(?!(?:if|for|while|switch|catch|return|super|await|function|with|do|else|new|throw|typeof|delete|expect|describe|"
    rb"it|test)\b)"
)
_BEGINS = {
    "python": re.compile(
        rb"^(?P<indent>[ \t]*)(?:(?P<decorator>@)|(?:async[ \t]+)?def[ \t]+(?P<name>\w+)|"
        rb"class[ \t]+(?P<owner>\w+))", re.MULTILINE
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
        rb"^(?P<indent>)(?:func (?:\((?:\w+ )?\*?(?P<receiver>\w+)[^)\n]*\) )?(?P<name>\w+)|type (?P<owner>\w+)|(?:var|"
        rb"const|import)\b)",
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
_WORD = re.compile(rb"[A-Za-z_$][\w$]{2,}")
_DASHED = re.compile(rb"\b[a-z]\w*(?:-\w+)+")
_LITERAL = re.compile(rb"[\"'`]([^\"'`\n]*)[\"'`]")
_MADE = re.compile(r"__\w+__$|constructor$")


class Part(NamedTuple):
    """A function or class. ``name`` is empty for what stands outside of all; ``words`` and ``asked`` are joined by spaces, and
    ``asked`` is what a decorator says in quotes: a route, a command.
    """

    name: str
    owner: str
    is_class: bool
    words: str
    asked: str


_Kept = tuple[str, str, bool, set[str], set[str]]
"""A part while its words are gathered."""


def words(data: bytes) -> set[str]:
    """All that text mentions; what has dashes also as a name would be written."""
    found = set(_WORD.findall(data)) | {each.replace(b"-", b"_") for each in _DASHED.findall(data)}
    return {each.decode("ascii", "replace") for each in found}


def imports(language: str, data: bytes) -> set[str]:
    """The words by which a file calls what it imports: the last part of each path, and the names that it takes from there."""
    found: set[bytes] = set()
    for match in _IMPORTS[language].finditer(data):
        if language == "python":
            module, names, plain = match.groups(b"")
            found.add(module.rpartition(b".")[2])
            found.update(_WORD.findall(names))
            found.update(each.partition(b" as ")[0].strip().rpartition(b".")[2] for each in plain.split(b","))
        else:
            found.add(_last(match[1].strip(b"\"'")))
    return {re.sub(r"\W", "_", each.decode("ascii", "replace")) for each in found if each}


def _last(module: bytes) -> bytes:
    """``order`` of ``./order/order.js``, of ``../order/index`` and of ``example.com/order/v2``."""
    parts = module.split(b"/")
    if len(parts) > 1 and re.fullmatch(rb"v\d+|index(?:\.\w+)?", parts[-1]):
        parts.pop()
    return re.sub(rb"\.[cm]?[jt]sx?$", b"", parts[-1])


def parts(language: str, data: bytes) -> list[Part]:
    begins = list(_BEGINS[language].finditer(data))
    silent = _SILENT[language]
    head = data[: begins[0].start()] if begins else data
    outside: _Kept = ("", "", False, words(silent.sub(b" ", head)), set())
    kept = [outside]
    open_: list[tuple[int, _Kept]] = []
    decorated: int | None = None
    for number, begin in enumerate(begins):
        groups = begin.groupdict()
        if groups.get("decorator"):
            decorated = begin.start() if decorated is None else decorated
            continue
        end = begins[number + 1].start() if number + 1 < len(begins) else len(data)
        own = words(silent.sub(b" ", data[begin.start() : end]))
        asked: set[str] = set()
        if decorated is not None:
            above = data[decorated : begin.start()]
            asked = {word for each in _LITERAL.findall(above) for word in words(each)}
            own |= words(above)
            decorated = None
        indent = len(groups["indent"])
        while open_ and open_[-1][0] >= indent:
            open_.pop()
        part = _part(groups, [each for _, each in open_], outside)
        if part not in kept[-1:] and part is not outside and not any(part is each for _, each in open_):
            kept.append(part)
        part[4].update(asked)
        part[3].update(own)
        for _, outer in reversed(open_):
            if outer[2]:  # a class says nothing of what its methods do
                break
            outer[3].update(own)
        open_.append((indent, part))
    return [
        Part(name, owner, of_class, " ".join(sorted(said)), " ".join(sorted(asked)))
        for name, owner, of_class, said, asked in kept
        if said
    ]


def _part(groups: dict[str, bytes | None], open_: list[_Kept], outside: _Kept) -> _Kept:
    """What begins here; what makes an instance is of its class."""
    found = next(((each, groups[each]) for each in ("name", "method", "value", "owner") if groups.get(each)), None)
    if found is None:
        return outside
    name = (found[1] or b"").decode("ascii", "replace").lstrip("#")
    within = open_[-1] if open_ and open_[-1][2] else None
    if within is not None and _MADE.match(name):
        return within
    owner = (groups.get("receiver") or b"").decode("ascii", "replace") or (within[0] if within is not None else "")
    is_class = found[0] == "owner"
    return (name, "" if is_class else owner, is_class, set(), set())
