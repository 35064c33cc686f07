"""Text for XML 1.0: what the standard forbids taken out, length bounded. Escaping is the writer's."""

from __future__ import annotations

import re

from testrun.core import text

# XML 1.0 §2.2 Char, and the C1 controls, which it allows and discourages: terminals obey some of them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def content(words: str, limit: int) -> str:
    """The text of an element, at most ``limit`` characters; an ellipsis says that there was more."""
    return text.cut(_FORBIDDEN.sub("", words.replace("\r\n", "\n").replace("\r", "\n")), limit)


def attribute(words: str, limit: int) -> str:
    """The value of an attribute: as `content`, on one line, since parsers turn its line ends into spaces."""
    return text.cut(" ".join(content(words, 4 * limit).split()), limit)
