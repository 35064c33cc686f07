"""One thing that phase 0 has to say about a repository: the currency between its rules, its allowlist and its JUnit. Pure."""

from __future__ import annotations

import dataclasses

from testrun.core import text

_TEXT_LENGTH = 200
_BEFORE = 60
_PATH_LENGTH = 300


@dataclasses.dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """A rule that a file breaks. Sorts by where it is.

    ``path`` is posix and relative to the repository, as it is on disk: `place` is the form to print. ``line`` counts from 1; 0 is
    the whole file. The first line of ``message`` names the cause and what to do. ``text`` is the line itself, printable.
    """

    path: str
    line: int = 0
    rule: str
    message: str
    text: str = ""

    @property
    def place(self) -> str:
        """``path:line``, or ``path`` alone when it is about the whole file; printable."""
        path = text.one_line(self.path, _PATH_LENGTH)
        return f"{path}:{self.line}" if self.line else path


def excerpt(data: bytes, offset: int) -> str:
    """The line around an offset, printable and cut to 200 characters; of a huge line, the part that the offset points at."""
    start = data.rfind(b"\n", 0, offset) + 1
    cut = offset - start > _TEXT_LENGTH - _BEFORE
    begin = offset - _BEFORE if cut else start
    end = data.find(b"\n", offset, offset + 4 * _TEXT_LENGTH)
    line = data[begin : end if end >= 0 else begin + 4 * _TEXT_LENGTH].decode("utf-8", "replace")
    return text.one_line(f"…{line}" if cut else line, _TEXT_LENGTH)
