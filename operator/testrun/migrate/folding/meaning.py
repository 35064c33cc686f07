"""What code says about the mode, whatever its language: a few kinds of expressions and statements, and what they come to. Pure.

Phases 1 and 2 are never in cluster mode, and nothing else is known of the mode there. So ``mode == "cluster"`` is false; a
comparison with the one word that a file has for the mocked side is true; what depends on anything else stays as it is.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Mapping, Sequence

VARIABLE = "INTEGRATION_MODE"
CLUSTER = "cluster"
DEEPEST = 150
"""So many pieces of code may stand one in the other; what is deeper was written by a program, and is read by none here."""
MOCKED = frozenset({"local", "repo", "mock", "mocked"})
"""Words for the side without a cluster."""


class Meaning(enum.Enum):
    """What a name stands for, or what a function gives back."""

    MODE = "the mode, which is not cluster"
    TRUE = "true"
    FALSE = "false"
    SKIPS = "skips the test that calls it, or that it marks"
    NOTHING = "does nothing to a test that it marks"


Names = Mapping[str, Meaning | str]
"""What is known of a file's names: ``mode``, ``is_cluster()`` for what a call gives, a text for a constant word."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Expression:
    """By its place in the file, in bytes."""

    start: int
    end: int

    @property
    def parts(self) -> tuple[Expression, ...]:
        found = [getattr(self, field.name) for field in dataclasses.fields(self)]
        return tuple(each for each in found if isinstance(each, Expression))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Known(Expression):
    meaning: Meaning


@dataclasses.dataclass(frozen=True, kw_only=True)
class Literal(Expression):
    value: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Words(Expression):
    """A text, or a list of texts."""

    values: tuple[str, ...]
    alone: bool = True


@dataclasses.dataclass(frozen=True, kw_only=True)
class Not(Expression):
    term: Expression


@dataclasses.dataclass(frozen=True, kw_only=True)
class Joined(Expression):
    """``and`` if both have to hold, else ``or``."""

    left: Expression
    right: Expression
    both: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Same(Expression):
    left: Expression
    right: Expression
    negated: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Within(Expression):
    item: Expression
    group: Expression
    negated: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice(Expression):
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wrapped(Expression):
    """In parentheses, or cast."""

    inner: Expression


@dataclasses.dataclass(frozen=True, kw_only=True)
class Other(Expression):
    """``plain``: looking at it does nothing."""

    plain: bool


def everything(expression: Expression) -> Iterator[Expression]:
    yield expression
    for each in expression.parts:
        yield from everything(each)


def touches(expression: Expression) -> bool:
    """Whether the mode has to do with it."""
    return any(isinstance(each, Known) for each in everything(expression))


def bare(expression: Expression) -> Expression:
    return bare(expression.inner) if isinstance(expression, Wrapped) else expression


def is_mode(expression: Expression) -> bool:
    match bare(expression):
        case Known(meaning=meaning):
            return meaning is Meaning.MODE
        case Choice(condition=condition, then=then, otherwise=otherwise):
            taken = decide(condition)
            return taken is not None and is_mode(then if taken else otherwise)
    return False


def mocked_words(expression: Expression) -> Iterator[str]:
    """The words for the mocked side that the mode is compared with, one at a time."""
    for each in everything(expression):
        if isinstance(each, Same):
            for one, other in ((each.left, each.right), (each.right, each.left)):
                word = bare(other)
                if is_mode(one) and isinstance(word, Words) and word.values[0].lower() in MOCKED:
                    yield word.values[0].lower()


def decide(expression: Expression) -> bool | None:
    """What it is outside a cluster; None: that depends on more, or on which of the other modes it is."""
    match bare(expression):
        case Known(meaning=Meaning.TRUE):
            return True
        case Known(meaning=Meaning.FALSE):
            return False
        case Literal(value=value):
            return value
        case Not(term=term):
            decided = decide(term)
            return None if decided is None else not decided
        case Joined(left=left, right=right, both=both):
            return _decide_joined(left, right, both)
        case Same(left=left, right=right, negated=negated):
            found = _compared(right) if is_mode(left) else _compared(left) if is_mode(right) else None
            return None if found is None else found is not negated
        case Within(item=item, group=group, negated=negated) if is_mode(item):
            found = _among(bare(group))
            return None if found is None else found is not negated
        case Choice(condition=condition, then=then, otherwise=otherwise):
            taken = decide(condition)
            return None if taken is None else decide(then if taken else otherwise)
    return None


def _decide_joined(left: Expression, right: Expression, both: bool) -> bool | None:
    ends = not both  # the value that one of the two is enough for
    first, second = decide(left), decide(right)
    if first is ends or (second is ends and _is_plain(left)):
        return ends
    return both if first is both and second is both else None


def _is_plain(expression: Expression) -> bool:
    return not any(isinstance(each, Other) and not each.plain for each in everything(expression))


def _compared(other: Expression) -> bool | None:
    word = bare(other)
    return _among(word) if isinstance(word, Words) and word.alone else None


def _among(group: Expression) -> bool | None:
    if not isinstance(group, Words):
        return None
    words = {each.lower() for each in group.values}
    if words - MOCKED - {CLUSTER}:
        return None
    return bool(words & MOCKED)


def simplified(expression: Expression, data: bytes) -> bool | bytes:
    """A condition outside a cluster: what it is, or else its text without what is known."""
    decided = decide(expression) if touches(expression) else None
    if decided is not None:
        return decided
    parts: list[tuple[Expression, bool | bytes]] = []
    match expression:
        case Joined(left=left, right=right, both=both):
            first, second = simplified(left, data), simplified(right, data)
            if first is both:
                return second
            if second is both:
                return first
            parts = [(left, first), (right, second)]
        case Not(term=term) | Wrapped(inner=term):
            parts = [(term, simplified(term, data))]
    text, at = b"", expression.start
    for part, value in parts:
        same = data[part.start : part.end] if isinstance(value, bool) else value
        text, at = text + data[at : part.start] + same, part.end
    return text + data[at : expression.end]


# Statements, as far as they say what a function comes to.


@dataclasses.dataclass(frozen=True)
class If:
    condition: Expression
    then: Sequence[Statement]
    otherwise: Sequence[Statement]


@dataclasses.dataclass(frozen=True)
class Return:
    value: Expression | None


@dataclasses.dataclass(frozen=True)
class Raises:
    pass


@dataclasses.dataclass(frozen=True)
class Skips:
    pass


@dataclasses.dataclass(frozen=True)
class Anything:
    """``may_return``: there is a return somewhere in it."""

    may_return: bool


Statement = If | Return | Raises | Skips | Anything


class _End(enum.Enum):
    GOES_ON = enum.auto()
    RAISES = enum.auto()
    OTHERWISE = enum.auto()


def comes_to(body: Sequence[Statement]) -> Meaning | None:
    """What a function with this body gives back, or does, outside a cluster; None: something else."""
    found = _run(body)
    return found if isinstance(found, Meaning) else None


def _run(body: Sequence[Statement]) -> Meaning | _End:
    sometimes: set[Meaning] = set()
    for each in body:
        match each:
            case If(condition=condition, then=then, otherwise=otherwise):
                decided = decide(condition) if touches(condition) else None
                ways = [_run(side) for side in ((then, otherwise) if decided is None else (then if decided else otherwise,))]
                if _End.OTHERWISE in ways:
                    return _End.OTHERWISE
                sometimes |= {way for way in ways if isinstance(way, Meaning)}
                if _End.GOES_ON not in ways:
                    return _one(sometimes)
            case Return(value=value):
                found = None if value is None else meaning_of(value)
                return _End.OTHERWISE if found is None else _one(sometimes | {found})
            case Skips():
                return _one(sometimes | {Meaning.SKIPS})
            case Raises():
                return _one(sometimes)
            case Anything(may_return=True):
                return _End.OTHERWISE
    return _End.OTHERWISE if sometimes else _End.GOES_ON


def _one(ways: set[Meaning]) -> Meaning | _End:
    """What all ways out of it have in common."""
    return _End.RAISES if not ways else next(iter(ways)) if len(ways) == 1 else _End.OTHERWISE


def meaning_of(value: Expression) -> Meaning | None:
    if is_mode(value):
        return Meaning.MODE
    word = bare(value)
    if isinstance(word, Words) and word.alone and word.values[0].lower() in MOCKED:
        return Meaning.MODE
    decided = decide(value)
    return None if decided is None else Meaning.TRUE if decided else Meaning.FALSE


def concerns_mode(body: Sequence[Statement]) -> bool:
    """Whether the mode is asked anywhere in it."""
    for each in body:
        match each:
            case If(condition=condition, then=then, otherwise=otherwise):
                if touches(condition) or concerns_mode(then) or concerns_mode(otherwise):
                    return True
            case Return(value=Expression() as value):
                if touches(value):
                    return True
    return False
