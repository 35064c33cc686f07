"""Text that came from a pod, made safe to print and short enough to keep. Escaping is left to who writes it."""

from __future__ import annotations

import re

# C0 and C1 controls but tab and newline, lone surrogates, non-characters, and the marks that reorder what stands around them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# CSI and OSC sequences of terminals, whole: without their first character their rest would stay as noise.
# Possessive, and no sequence reaches into the start of the next: a text that only starts them is still read once.
_SEQUENCES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9d]{0,1000}+(?:\x07|\x1b\\)")
_SPACES = re.compile(r"\s+")


def printable(text: str) -> str:
    """The text without anything that moves a cursor, changes a colour or turns the direction of writing. Lines and tabs stay."""
    return _UNPRINTABLE.sub("", _SEQUENCES.sub("", text.replace("\r\n", "\n")))


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters; an ellipsis says that there was more."""
    if len(text) <= limit:
        return text
    return text[: limit - 1] + "…" if limit else ""


def one_line(text: str, limit: int = 300) -> str:
    """The text as one printable line of at most ``limit`` characters."""
    # Cut first as well: what follows is linear in a text that may be megabytes.
    return cut(_SPACES.sub(" ", printable(text[: 4 * limit])).strip(), limit)


def first_line(text: str, limit: int = 300) -> str:
    """The first line that says something."""
    return next((line for line in (one_line(part, limit) for part in text[: 16 * limit].splitlines()) if line), "")


def tail(text: str, limit: int) -> str:
    """The end of a text, as of a log: at most ``limit`` characters; an ellipsis says that there was more."""
    return text if len(text) <= limit else "…" + text[len(text) - limit + 1 :]


def listed(words: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def plural(count: int, noun: str, several: str = "") -> str:
    """``1 test``, ``2 tests``."""
    return f"{count} {noun}" if count == 1 else f"{count} {several or noun + 's'}"


def spaced(name: str) -> str:
    """``PayNow`` and ``payNow`` as ``Pay Now`` and ``pay Now``, ``HTTPServer`` as ``HTTP Server``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)


def plain(name: str) -> str:
    """A name in small letters without what joins its words: ``paynow`` for ``Pay_now`` and ``pay-now``."""
    return re.sub(r"[\W_]", "", name).lower()
