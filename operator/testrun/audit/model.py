"""A source file as scanners see it, whatever its language: what a language module fills, and all that a scanner knows. Pure.

Scanners are written once over this. What only a language can tell (whether ``expect(x).toBe`` was called, whether a tuple is
asserted) is told here as a flaw or a guard of an assertion; what that is worth is the scanner's to say.
"""

from __future__ import annotations

import dataclasses
import enum
import re


class Tier(enum.Enum):
    """What kind of test it is meant to be."""

    UNIT = "unit"
    INTEGRATION = "integration"
    E2E = "e2e"


class Strength(enum.IntEnum):
    """How much an assertion says about a value."""

    TRUTHINESS = 1
    """It is there: not None, not empty, no error."""
    TYPE = 2
    """It is one of a kind: isinstance, any exception."""
    MEMBERSHIP = 3
    """It is within bounds, has a part, was called, holds a property."""
    EQUALITY = 4
    """It is this value."""
    STRUCTURE = 5
    """It is this whole structure."""


class Flaw(enum.Enum):
    """Why an assertion cannot fail."""

    CONSTANT = "asserts a constant"
    ITSELF = "compares a value with itself"
    TUPLE = "asserts a tuple, which is always true"
    ALWAYS = "is true of every value"
    NOT_CALLED = "is never carried out: it is not called"
    NOT_AWAITED = "is not awaited, so the test ends before it"


class Guard(enum.Enum):
    """What may keep an assertion, or its failure, from being seen."""

    BRANCH = "stands in a branch"
    HANDLER = "stands where an exception is handled"
    RETURN = "stands behind an early return"
    SWALLOWED = "its failure is caught and dropped"


@dataclasses.dataclass(slots=True, kw_only=True)
class Assertion:
    line: int
    strength: Strength
    subject: str = ""
    """The expression that is asserted on, as written; cut."""
    kind: str = ""
    """What it is asserted to be of: a class, ``Exception`` when any will do."""
    flaw: Flaw | None = None
    guard: Guard | None = None


@dataclasses.dataclass(slots=True, kw_only=True)
class Call:
    """A call, with the callee as written: ``requests.get``, ``jest.fn``, ``s.Require().Equal``."""

    line: int
    name: str
    arguments: tuple[str, ...] = ()
    """As written; cut."""


@dataclasses.dataclass(slots=True, kw_only=True)
class Import:
    """``names`` are pairs of the name there and the name here; empty for a whole module."""

    line: int
    module: str
    names: tuple[tuple[str, str], ...] = ()


@dataclasses.dataclass(slots=True, kw_only=True)
class Assigned:
    """A name that is given a value, as written; cut."""

    line: int
    name: str
    value: str


class Given(enum.Enum):
    """How a literal becomes the value of what it is given to."""

    PLAINLY = ""
    CONSTANT = "constant"
    """A name that the whole file goes by."""
    DEFAULT = "default"
    """Taken when the environment variable that ``name`` is does not say otherwise."""
    SET = "set"
    """The test sets the environment variable that ``name`` is."""


@dataclasses.dataclass(slots=True, kw_only=True)
class Literal:
    """A text or a number, and what it is given to: a name, a parameter, a key. What is expected, or a row of a table, is none."""

    line: int
    value: str
    """What is put in later shows as ``{}``."""
    name: str = ""
    within: str = ""
    """What is called with it, or the names around it."""
    given: Given = Given.PLAINLY


@dataclasses.dataclass(slots=True, kw_only=True)
class Entrance:
    """By which users come in. ``way``: ``route``, ``command``, or ``page`` (a file that is a route where Next.js is)."""

    line: int
    way: str
    name: str
    """``/orders/{id}``, ``serve``."""
    method: str = ""


@dataclasses.dataclass(slots=True, kw_only=True)
class Fallback:
    """Where something that stands in takes the place of the real thing, and when: ``an exception``, ``a missing value``."""

    line: int
    stand_in: str
    when: str
    beside: str = ""
    """What it stands among, as written: the function, its type, the other branch. In Python the calls of the file say as much."""


@dataclasses.dataclass(slots=True, kw_only=True)
class Lost:
    """What was written as a test and that no runner takes for one, and why."""

    line: int
    name: str
    why: str
    is_class: bool = False
    """It may be what tests of other files build on."""


@dataclasses.dataclass(slots=True, kw_only=True)
class Helper:
    """What a file of tests defines that is no test itself: a function, a class, a method of one."""

    name: str
    """``wait_for``, ``FakeServer``, ``FakeServer.wait``."""
    line: int
    size: int
    """In lines; a Go type has those of its methods too."""
    source: str
    is_class: bool = False
    is_fixture: bool = False
    names: tuple[str, ...] = ()
    """By which others make it, besides its own: a Go constructor."""


@dataclasses.dataclass(slots=True, kw_only=True)
class Function:
    """A function or method with a name. ``owner`` is its class or, in Go, the type of its receiver."""

    name: str
    """What makes an instance (``__init__``, ``constructor``), and what Python calls by itself, has its class's, and no owner."""
    line: int
    end: int
    owner: str = ""


@dataclasses.dataclass(slots=True, kw_only=True)
class Mock:
    """A stand-in. ``kind``: ``object`` (a mock made by a library), ``patch`` (a name replaced), ``module`` (a whole module
    replaced), ``spy`` (something real that is watched).
    """

    line: int
    kind: str
    target: str = ""
    """What it stands for, as written; empty when it does not say."""


@dataclasses.dataclass(slots=True, kw_only=True)
class Test:
    __test__ = False  # no pytest class

    name: str
    line: int
    end: int
    first: int = 0
    """The line of its first decorator; 0: it has none."""
    assertions: list[Assertion] = dataclasses.field(default_factory=list)
    helpers: bool = False
    """It calls something that asserts for it."""
    planned: bool = False
    """It says itself how many assertions must run (``expect.assertions``)."""
    calls: list[Call] = dataclasses.field(default_factory=list)
    given: tuple[str, ...] = ()
    """The parameters of a Python test, which may be fixtures."""
    failing: frozenset[str] = frozenset()
    """What it calls where an error is to come, as written."""
    markers: tuple[str, ...] = ()
    skipped: bool = False
    empty: bool = False
    """It has no statement at all."""
    dropped: str = ""
    """What it compares or works out, and then does not look at, as written; told of a test that asserts nothing."""
    comments: str = ""
    """With what Python has for a docstring, and the code of the same line."""
    said: bool = False
    """Its name, comments or docstring say that to run without an error is the point."""


@dataclasses.dataclass(slots=True, kw_only=True)
class SourceFile:
    path: str
    language: str
    is_test: bool
    """It is where tests and their helpers are."""
    tests: list[Test] = dataclasses.field(default_factory=list)
    imports: list[Import] = dataclasses.field(default_factory=list)
    calls: list[Call] = dataclasses.field(default_factory=list)
    """All of the file, those of its tests too."""
    assigned: list[Assigned] = dataclasses.field(default_factory=list)
    """In the order of the source."""
    literals: list[Literal] = dataclasses.field(default_factory=list)
    """Those of tests and their helpers."""
    entrances: list[Entrance] = dataclasses.field(default_factory=list)
    """Those of code that is no test."""
    texts: list[str] = dataclasses.field(default_factory=list)
    """All that a test says which comes in where users do: literals, and what it calls and makes."""
    functions: list[Function] = dataclasses.field(default_factory=list)
    """Those of code that is no test."""
    held: list[tuple[int, int, int]] = dataclasses.field(default_factory=list)
    """The lines of each Python ``with``: its first, the first and the last of what it holds for."""
    fallbacks: list[Fallback] = dataclasses.field(default_factory=list)
    lost: list[Lost] = dataclasses.field(default_factory=list)
    own: list[Helper] = dataclasses.field(default_factory=list)
    asserting: frozenset[str] = frozenset()
    """What it defines beside its tests that asserts, or calls what does: names without their class."""
    used: frozenset[str] = frozenset()
    """Names that may be another file's helpers, ``place:name``. The place is the last part of the module or package; nothing for
    the own Go package; ``()`` for a parameter of a Python function, which may be a fixture.
    """
    tags: tuple[str, ...] = ()
    """Markers of the whole file: ``pytestmark``, the words of a Go build constraint."""
    broken: bool = False
    """It could not be parsed, or not wholly."""


_RUNS = re.compile(
    r"smoke|no_?t?_?(?:raise|throw|crash|panic|error|fail|deadlock|hang)|"
    r"(?:should|must|does|do|will|did)(?: ?n[o']?t)(?: \w+)? (?:throw|"
    r"crash|raise|panic|fail|error|break|"
    r"block|hang|deadlock|blow up|(?:stack )?overflow|freeze)|no_\w+_(?:raise|throw|make)|raise_anything_but|"
    r"\bno (?:\w+ )?(?:exception|error|panic|crash)|"
    r"without (?:an? )?(?:error|exception|throwing|crash|raising|panic|issue|fail)|noop|no_op|"
    r"no-op|idempoten|"
    r"\bnot (?:to )?(?:rais(?:e|ing)|throw(?:ing)?|crash(?:ing)?|panic)|(?<![a-z])accepts?(?![a-z])|"
    r"concurren|stress|(?-i:Rac(?:e|ing)(?![a-z]))|"
    r"returns?[_ ]immediately|unblock|"
    r"(?:be|is) possible|can be (?!\d|tested|an?\b)\w+|(?<![a-z])fuzz|multi.?thread|"
    r"regression test|(?:was|were) an? bug|(?:previously|used to) \w+|"
    r"(?:would|will|should) (?:then )?(?:error|fail|raise|throw|crash|hang|freeze|block|deadlock|panic|time.?out)|"
    r"compiles?\b|types?.?(?:check|hint)|thread.?safe|can.?access|"
    r"(?-i:(?:Satisfies|Implements)[A-Z_]\w*)|"
    r"benchmark|importable|test_imports?$|renders? without|data_?race|\brace\b|just (?:ensure|"
    r"make sure|check|verif)",
    re.IGNORECASE,
)
IS_TO_BE_SEEN = re.compile(
    r"^(?!_)(?:\w*_)?(?:expected|actual|results?|got|want(?:ed)?|output|answer|total)(?:_\w*|[A-Z]\w*|\d*)$|^[a-z]\w*(?:Result|Output|Total)$"
)
"""What a test calls so is there to be looked at."""
_WRAPPED = re.compile(r"\s*\n\s*(?:#|//|\*)?\s*")


def says_it_runs(source: str) -> bool:
    """Whether a name, a docstring or a comment tells that to run without an error is the point."""
    source = _WRAPPED.sub(" ", source) if "\n" in source else source
    return bool(source and (_RUNS.search(source) or ("_" in source and _RUNS.search(source.replace("_", " ")))))


_OUTSIDE = re.compile(
    r"available|getfixturevalue|\benviron\b|\bgetenv\b|\bos\.(?:Getenv|LookupEnv)\b|\bprocess\.env\b|platform|windows|GOOS",
    re.IGNORECASE,
)
_DECIDED = re.compile(r"windows|platform|version|support|capabilit|GOOS", re.IGNORECASE)
_TO_BE_SET = frozenset({"", "None", "null", "nil", "undefined", "False", "false", "True", "true", "[]", "{}"})
_CALLED = re.compile(r"(\w+)(?:\.\w+)*\(")
_ASKS_ROWS = re.compile(r"len|bool|next|any|all|str|int|isinstance|getattr|hasattr|min|max|set|list|dict|sorted|tuple|Boolean")


def is_computed(value: str, rows: set[str], computed: set[str]) -> bool:
    """Whether a test works out what it gives a name, and does not take it from a row of a table or the environment."""
    if _OUTSIDE.search(value):
        return False
    calls = any(each not in rows and not _ASKS_ROWS.fullmatch(each) for each in _CALLED.findall(value))
    return calls or value in _TO_BE_SET or not computed.isdisjoint(re.findall(r"\w+", value))


def is_decided(condition: str) -> bool:
    """Whether a condition is about where the test runs, or against what: that is known before."""
    return _DECIDED.search(condition) is not None


_NOTHING = re.compile(
    r"^\(?(?:!|not )| (?:===?|is|<=?) (?:(?:nil|None|null|undefined|0|1|false|False)\b|\"\"|'')|\berr\w* != nil"
)


def is_of_nothing(condition: str) -> bool:
    """Whether a condition holds when something is missing or went wrong, and not when it came as it should."""
    return _NOTHING.search(condition) is not None


def cut(source: str, limit: int = 120) -> str:
    """Source text on one line, at most so long."""
    line = " ".join(source[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
