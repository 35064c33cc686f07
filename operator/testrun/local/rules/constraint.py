"""The build constraint at the head of a Go file, as an expression. Pure.

Reads what go/build and go/build/constraint of Go 1.26 read, and refuses what they refuse.
"""

from __future__ import annotations

import dataclasses
import re

_MOST_TERMS = 1000
_MOST_OLD_TERMS = 100
"""Both are Go's own limits."""
_DEEPEST = 50
"""Ours: Go allows a thousand parentheses in each other, which would be more calls than Python does."""


class ConstraintError(ValueError):
    """A build constraint that Go refuses; the text is one sentence that says why."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Tag:
    name: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Not:
    term: Expression


@dataclasses.dataclass(frozen=True, kw_only=True)
class All:
    terms: tuple[Expression, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Any:
    terms: tuple[Expression, ...]


Expression = Tag | Not | All | Any


def read(data: bytes) -> Expression:
    """The build constraint of a Go file; without one, an expression that is always true. Raises `ConstraintError`."""
    if b"go:build" not in data and b"+build" not in data:
        return All(terms=())
    new, old = _lines(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
    if len(new) > 1:
        raise ConstraintError("there is more than one //go:build line")
    if new:
        return parse(new[0])
    return All(terms=tuple(parse_old(line) for line in old))


_SPACE = " \t\r\n\v\f\x85\xa0"
_GO_BUILD = re.compile(r"//go:build(?:\s+|\Z)")
_PLUS_BUILD = re.compile(r"//\s*\+build(?:\s+|\Z)")


def _lines(text: str) -> tuple[list[str], list[str]]:
    """What follows ``//go:build``, and what follows ``// +build``, in the lines before the package clause."""
    new: list[str] = []
    old: list[str] = []
    pending: list[str] = []
    ended = inside = False
    for raw in text.split("\n"):
        line = raw.strip(_SPACE)
        if not line and not ended:
            # An old line counts only with a blank line behind it: else it belongs to the package's comment.
            old += pending
            pending.clear()
            continue
        ended = ended or not line.startswith("//")
        if not inside:
            if match := _GO_BUILD.match(line):
                new.append(line[match.end() :])
            elif not ended and (match := _PLUS_BUILD.match(line)):
                pending.append(line[match.end() :])
        code, inside = _after_comments(line, inside)
        if code:
            break
    return new, old


def _after_comments(line: str, inside: bool) -> tuple[bool, bool]:
    """Whether a line has code, and whether a block comment goes on behind it."""
    at = 0
    while at < len(line):
        if inside:
            end = line.find("*/", at)
            if end < 0:
                return False, True
            at, inside = end + 2, False
        elif line[at] in _SPACE:
            at += 1
        elif line.startswith("//", at):
            return False, False
        elif line.startswith("/*", at):
            at, inside = at + 2, True
        else:
            return True, False
    return False, inside


_TOKEN = re.compile(r"[ \t]*+(?:(?P<tag>[\w.]++)|(?P<sign>&&|\|\||[()!])|(?P<end>\Z))")


def parse(text: str) -> Expression:
    """The expression of a ``//go:build`` line. Raises `ConstraintError`."""
    return _Parser(text).whole()


class _Parser:
    """Recursive descent, as Go does it: each method reads its part and leaves ``word`` at the word behind it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.terms = 0
        self.depth = 0
        self.word = ""

    def whole(self) -> Expression:
        found = self.any()
        if self.word:
            raise ConstraintError(f"the //go:build line has an unexpected {self.word[:40]!r}")
        return found

    def next(self) -> None:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            raise ConstraintError(f"the //go:build line has an unexpected {self.text[self.at :].lstrip()[:1]!r}")
        self.at = match.end()
        self.word = match["tag"] or match["sign"] or ""

    def any(self) -> Expression:
        terms = [self.all()]
        while self.word == "||":
            terms.append(self.all())
        return terms[0] if len(terms) == 1 else Any(terms=tuple(terms))

    def all(self) -> Expression:
        terms = [self.negated()]
        while self.word == "&&":
            terms.append(self.negated())
        return terms[0] if len(terms) == 1 else All(terms=tuple(terms))

    def negated(self) -> Expression:
        self.terms += 1
        if self.terms > _MOST_TERMS:
            raise ConstraintError(f"the //go:build line has more than {_MOST_TERMS} terms")
        self.next()
        if self.word != "!":
            return self.term()
        self.next()
        if self.word == "!":
            raise ConstraintError("the //go:build line has a double negation")
        return Not(term=self.term())

    def term(self) -> Expression:
        word = self.word
        if word == "(":
            found = self.inside()
        elif not word:
            raise ConstraintError("the //go:build line ends too early")
        elif word in {"&&", "||", ")"}:
            raise ConstraintError(f"the //go:build line has an unexpected {word!r}")
        else:
            found = Tag(name=word)
        self.next()
        return found

    def inside(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ConstraintError(f"the //go:build line has more than {_DEEPEST} parentheses in each other")
        found = self.any()
        if self.word != ")":
            raise ConstraintError("the //go:build line has no closing parenthesis")
        self.depth -= 1
        return found


_OLD_TAG = re.compile(r"[\w.]+")


def parse_old(text: str) -> Expression:
    """The expression of one ``// +build`` line: spaces are "or", commas are "and". As in Go, a term that is none is ``ignore``,
    and a line that is too long is no constraint.
    """
    clauses = [clause.split(",") for clause in text.split()]
    if sum(map(len, clauses)) > _MOST_OLD_TERMS + 1:  # Go counts the signs between them
        return All(terms=())
    if not clauses:
        return Tag(name="ignore")
    return Any(terms=tuple(All(terms=tuple(_old_term(term) for term in clause)) for clause in clauses))


def _old_term(text: str) -> Expression:
    if text == "!" or text.startswith("!!"):
        return Tag(name="ignore")
    name = text.removeprefix("!")
    tag = Tag(name=name if _OLD_TAG.fullmatch(name) else "ignore")
    return Not(term=tag) if name != text else tag
