"""Whether a value has a content that a test could compare: a text, a structure, what was rendered or worked out. Pure.

Told by what gives the value, as it is written: ``render_invoice(…)``, ``response.text``, ``JSON.stringify(…)``. Of most values
(a connection, a plugin, a row that was looked for) it is enough that they are there, so what is not known has none.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from testrun.audit import tiers
from testrun.audit.model import Assertion, Call, SourceFile, Strength, Test, Tier

_VERB = re.compile(
    r"calculate|compute|convert|decode|deserialize|describe|encode|escape|extract|flatten|format|highlight|"
    r"humanize|interpolate|join|marshal|merge|normalize|parse|pprint|prettify|pretty|print|render|repr|sanitize|"
    r"serialize|slugify|split|str|stringify|strip|summarize|transform|translate|truncate|unescape|unmarshal"
)
_INTO = re.compile(r"as|into|to")
_ASKS = re.compile(
    r"is|has|have|can|should|was|were|are|did|does|dumps?|contains?|exists?|includes?|match|matches|equals?|starts|ends|download|"
    r"fetch|find|first|get|last|load|lookup|next|open|pick|pop|query|read|request|search|select|wait|write"
)
"""What is called so asks, or is about what was put there before: that it is there is the answer."""
_NOUN = re.compile(r"csv|getvalue|html|json|markdown|rendered|repr|serialized|sql|stdout|string|svg|toml|xml|yaml")
_UNFORESEEN = re.compile(
    r"address|agent|answer|chat|completion|cpu|date|dir|duration|elapsed|err|error|generate|hash|host|hostname|id|ip|key|"
    r"latency|llm|memory|nonce|now|"
    r"password|path|pid|port|predict|random|salt|secret|sign|signature|time|timestamp|token|tokenize|uri|url|uuid|version"
)
"""What is of such a name is another each time, or on each machine, or what a model answers."""
_KIND = re.compile(
    r"array|bool|boolean|buffer|bytearray|bytes|Decimal|dict|float|frozenset|int|list|Mapping|number|Sequence|set|str|string|"
    r"tuple|uint8array"
)
"""What is of such a kind is all content."""
_BEING = re.compile(
    r"\b(?:exists?|existence|presen[ct]e?|defined|available|(?:non?|not|never)(?: be)? (?:empty|none|null|nil|blank)|"
    r"nonempty|nonnull|issue\d*|bug\d*|enabled|disabled|"
    r"instance|types?|typed|kind|class|regression|crash(?:es)?|errors?|exceptions?|fail(?:s|ed|ure|ures)?|invalid|bad|broken|"
    r"missing|unknown|malformed|corrupt(?:ed)?|valid|handles?|supports?|allow(?:s|ed)?|"
    r"can|\w+able|init|imports?|connects?|connection|live|random)\b"
)
_EMPTY = re.compile(
    r"\s(?:is not|!==?|==) (?:None|null|undefined|nil|\"\"|''|\[\]|\{\})$|(?:\.length|\.size)(?=\s|$)(?: > 0)?$|\s(?:>|!=|==) 0$"
)
_AROUND = re.compile(r"(?:len|bool|isinstance|type|Expect|g\.Expect)\((?P<inner>.*?)(?:, [\w.]+|, \([\w., ]+\))?\)$")
_LAST = re.compile(r"(?:(?P<name>\w+)|\[(?P<quote>[\"'])(?P<key>\w+)(?P=quote)\])[!?]*$")


_ANY_ERROR = ("Exception", "BaseException")
_RAISES = ("raises", "assertRaises")
_OF_ASSERTIONS = re.compile(r"expect|assert|require|self\.assert|len$|isinstance$|type$")
_OF_OTHERS = re.compile(r"\b(?:vcr|network|online|external|live|remote_data|requires?_\w+)\b")
"""Marks of tests that hear from other systems."""


def weak(file: SourceFile, test: Test) -> Assertion | None:
    """That on a value which could be compared, in a test that asserts no more of any."""
    if any(each.strength > Strength.TYPE for each in test.assertions):
        return None
    if tiers.of(file, test) not in (None, Tier.UNIT) or any(_OF_OTHERS.search(each) for each in test.markers):
        return None  # what others give cannot be foretold
    if any(each.kind and each.kind not in _ANY_ERROR and not _is_plain(each.kind) for each in test.assertions):
        return None  # what class it is of may be the point
    return next((each for each in test.assertions if _says_too_little(file, test, each)), None)


def _says_too_little(file: SourceFile, test: Test, assertion: Assertion) -> bool:
    if is_any_error(assertion):
        return not any(each.name in _ANY_ERROR for each in file.calls)  # one of its own

    def value_of(name: str) -> str:
        for each in reversed(file.assigned):
            if test.line <= each.line <= assertion.line and name in re.findall(r"[\w.]+", each.name):
                source = re.search(r"[\w.]+(?=\()", each.value)
                # What is taken out of another goes by its own name.
                return each.value if each.name == name else f"{source[0]}.{name}()" if source is not None else ""
        return ""

    name = re.match(r"(?:await |len\()?(\w+)", assertion.subject)
    if name is not None and any(each.line > assertion.line and _uses(each, name[1]) for each in test.calls):
        return False  # what goes on with it fails without
    is_meant = _means_being(test.name, of_kind=any(each.kind for each in test.assertions))
    return not is_meant and _has_content(assertion.subject, assertion.kind, value_of)


def is_any_error(assertion: Assertion) -> bool:
    return assertion.kind in _ANY_ERROR and assertion.subject.endswith(_RAISES)


def _uses(call: Call, name: str) -> bool:
    return _OF_ASSERTIONS.match(call.name) is None and any(re.search(rf"\b{name}\b", each) for each in call.arguments)


def _has_content(subject: str, kind: str, value_of: Callable[[str], str]) -> bool:
    """Whether ``subject``, which is asserted to be there or of ``kind``, is worked out by the test and could be compared.
    ``value_of`` gives what a name is given in the test, as written; nothing for others.
    """
    names, called = _chain(_bare(subject))
    if not names:
        return False
    told = [names[-1]]
    if not called:
        given, computed = _chain(value_of(names[0]))
        if not computed or _is_unforeseen(*given):
            return False
        if len(names) == 1:
            told, called = [given[-1], *names], True
    words = [_words(each) for each in told]
    if not all(words) or _ASKS.fullmatch(words[0][0]) or _is_unforeseen(*names):
        return False
    if kind:
        return called and _is_plain(kind)
    first, last = words[0][0], words[0][-1]
    if not called:
        return last == "stdout"
    into = _INTO.fullmatch(first) and (_NOUN.fullmatch(last) or _KIND.fullmatch(last))
    gives = _VERB.fullmatch(first) or _NOUN.fullmatch(told[0].lower()) or into
    return bool(gives) or any(len(each) < 3 and _NOUN.fullmatch(each[-1]) for each in words[1:])


def _means_being(name: str, *, of_kind: bool) -> bool:
    """The name of a test says that it is about whether something is there, or what becomes of a mistake; or ``of_kind``, of
    what kind something is.
    """
    words = _words(name)
    return (
        _BEING.search(" ".join(words)) is not None
        or _is_unforeseen(name)
        or (of_kind and any(_KIND.fullmatch(each) for each in words))
    )


def _is_unforeseen(*names: str) -> bool:
    return any(_UNFORESEEN.fullmatch(each) for name in names for each in _words(name))


def _is_plain(kind: str) -> bool:
    """``str``, ``(list, tuple)``, ``'object'``: of a class of one's own, to be of it may be the point."""
    return all(_KIND.fullmatch(each.rpartition(".")[2]) for each in re.findall(r"[\w.]+", kind))


def _bare(subject: str) -> str:
    """Without what asks for its being there."""
    subject = _EMPTY.sub("", subject).removeprefix("typeof ")
    around = _AROUND.match(subject)
    return around["inner"] if around is not None else subject


@functools.lru_cache(maxsize=4096)
def _chain(code: str) -> tuple[tuple[str, ...], bool]:
    """The names of ``a.b(c)["d"]``, and whether one of them is called: ``a``, ``b``, ``d``. Of all else: nothing."""
    names: list[str] = []
    called = False
    code = re.sub(r"^(?:\(?await\s+)+", "", code.strip()).rstrip("!;")
    if code.endswith("…"):  # cut
        begins = re.match(r"[\w.]+(?=\()", code)
        return (tuple(begins[0].split(".")), True) if begins is not None else ((), False)
    while code:
        part = _LAST.search(code)
        if part is not None:
            names.insert(0, part["name"] or part["key"])
            code = code[: part.start()]
            if part["key"] is not None:
                continue
        elif code[-1] in ")]":
            called |= code[-1] == ")" and not names
            opened = _opening(code)
            if opened <= 0:
                return (), False
            code = code[:opened].rstrip("!?.")
            continue
        else:
            return (), False
        if code and code[-1] != ".":
            return (), False
        code = code.rstrip(".?!")
    return tuple(names), called


def _opening(code: str) -> int:
    """Where the bracket stands that the last one closes."""
    depth = 0
    for at in range(len(code) - 1, -1, -1):
        depth += (code[at] in ")]}") - (code[at] in "([{")
        if depth == 0:
            return at
    return -1


@functools.lru_cache(maxsize=4096)
def _words(name: str) -> list[str]:
    return [each.lower() for each in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]
