"""The name that somebody gives a new test, in the spellings of Go, Python and JavaScript. Pure."""

from __future__ import annotations

import dataclasses
import re

from testrun.scaffold.plan import CannotScaffold

_GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,79}")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[A-Z]")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Name:
    words: tuple[str, ...]
    """In small letters; at least one."""

    @property
    def title(self) -> str:
        return " ".join(self.words)

    @property
    def snake(self) -> str:
        return "_".join(self.words)

    @property
    def kebab(self) -> str:
        return "-".join(self.words)

    @property
    def camel(self) -> str:
        return "".join(word.capitalize() for word in self.words)


def parse(given: str) -> Name:
    """``CartTotal``, ``cart_total``, ``test_cart_total`` and ``cart total`` are one name. Raises `CannotScaffold`."""
    if not _GIVEN.fullmatch(given):
        raise CannotScaffold(
            f"{given!r} is no name for a test: letters, digits, spaces, - and _ make one", "a folder is named with --dir"
        )
    words = [word.lower() for word in _WORD.findall(given)]
    if len(words) > 1 and words[0] == "test":
        del words[0]
    if len(words) > 1 and words[-1] == "test":
        del words[-1]
    if not words:
        raise CannotScaffold(f"{given!r} is no name for a test: there is no letter or digit in it")
    return Name(words=tuple(words))
