"""A file of the repository, and its code without comments and strings. Shared by the rules that read sources.

Blanking keeps every byte's place and every line's number: what is taken out becomes spaces. So a rule searches the blanked code
and points into the file. The lexers know only what tells code from text, not the languages; each regular expression is possessive
and reads a text once, whoever wrote it.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import re
import stat
from collections.abc import Callable, Collection, Iterable

MAX_BYTES = 2 * 1024 * 1024
"""Larger files are data, not sources: nobody writes them by hand."""
_SNIFF_BYTES = 8 * 1024


@dataclasses.dataclass(frozen=True, kw_only=True)
class File:
    """A file by its posix path, relative to the repository. ``load`` answers its bytes, or None when it cannot or should not be
    read.
    """

    path: str
    load: Callable[[], bytes | None]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    def text(self) -> bytes | None:
        """The bytes of a text file, else None: unreadable, larger than `MAX_BYTES`, or binary (a NUL byte at its start)."""
        data = self.load()
        if data is None or len(data) > MAX_BYTES or b"\0" in data[:_SNIFF_BYTES]:
            return None
        return data


# Folders and files that Go itself does not look into.
_GO_IGNORES = re.compile(r"(?:.*/)?(?:[_.][^/]*|testdata/.*|vendor/.*)|(?:.*/)?[_.][^/]*/.*", re.DOTALL)


def is_go_test(path: str) -> bool:
    """Whether Go takes the path for a test file, if its constraints allow it."""
    return path.endswith("_test.go") and not _GO_IGNORES.fullmatch(path)


def on_disk(root: str, paths: Iterable[str]) -> list[File]:
    """The files below a root, none of them read yet."""
    return [File(path=path, load=functools.partial(_read, f"{root}/{path}")) for path in paths]


def _read(path: str) -> bytes | None:
    # Not through a link: what it points at is another file of the repository, or none of its.
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
            return None
        with open(path, "rb", buffering=0) as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        return None


def line_of(data: bytes, offset: int) -> int:
    """The number of the line that an offset is in, from 1."""
    return data.count(b"\n", 0, offset) + 1


_GO_TEXT = re.compile(
    rb"//[^\n]*+"
    rb"|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
    rb'|"(?:[^"\\\n]|\\.)*+"?'
    rb"|`[^`]*+`?"
    rb"|'(?:[^'\\\n]|\\.)*+'?"
)


def blank_go(data: bytes) -> bytes:
    """Go code with spaces for comments and for what is inside strings."""
    return _GO_TEXT.sub(_blanked, data)


PLAYWRIGHT = "@playwright/test"
_JS_RUNNER = re.compile(
    rb"""(?:\bfrom|\brequire\s*\()\s*['"](?P<runner>vitest|node:test|bun:test|cypress|@playwright/test)['"]"""
)


def js_runner(data: bytes) -> str:
    """The runner that a test in JavaScript or TypeScript names itself; empty: none, as most of Jest do."""
    match = _JS_RUNNER.search(data)
    return match["runner"].decode() if match is not None else ""


_JS_STARTS = re.compile(rb"""["'`/{}]""")
_JS_COMMENT = re.compile(rb"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?")
_JS_REGEX = re.compile(rb"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*+(?:\]|(?=\n|\Z)))++")
_JS_STRING = {
    ord('"'): re.compile(rb'"(?:[^"\\\n]|\\[\s\S])*+'),
    ord("'"): re.compile(rb"'(?:[^'\\\n]|\\[\s\S])*+"),
}
_JS_TEMPLATE = re.compile(rb"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*+")
# A slash after one of these begins a regular expression; after anything else it divides, or ends a tag.
_BEFORE_REGEX = frozenset(b"(,=:[!&|?{;+-*%~^>\n")
_KEYWORDS_BEFORE_REGEX = re.compile(rb"\b(?:return|typeof|case|in|of|do|else|void|throw|await|yield|delete)\Z")


def blank_js(data: bytes) -> bytes:
    """JavaScript or TypeScript with spaces for comments and for what is inside strings, regular expressions and templates. Code
    in ``${…}`` stays. What JSX has between its tags counts as code.
    """
    out = bytearray(data)
    braces = [0]  # open braces of the code itself, then of the code in each template around it
    # Up to where no end was found for a kind of start: else a line would be searched once for each of its quotes.
    hopeless: dict[int, int] = {}
    at = 0
    while start := _JS_STARTS.search(data, at):
        at = start.end()
        match start[0]:
            case b"{":
                braces[-1] += 1
            case b"}" if braces[-1] or len(braces) == 1:
                braces[-1] = max(0, braces[-1] - 1)
            case b"}" | b"`":
                if start[0] == b"}":
                    braces.pop()
                begin, at = at, _end(_JS_TEMPLATE, data, at)
                _blank(out, begin, at)
                if data[at : at + 2] == b"${":
                    braces.append(0)
                    at += 1
                at += 1
            case b"/" if comment := _JS_COMMENT.match(data, start.start()):
                at = comment.end()
                _blank(out, *comment.span())
            case b"/" if not _begins_regex(data, start.start()):
                pass
            case quote:
                kind = quote[0]
                if start.start() < hopeless.get(kind, 0):
                    continue
                end = _end(_JS_STRING.get(kind, _JS_REGEX), data, start.start())
                if data[end : end + 1] == quote:
                    _blank(out, at, end)
                    at = end + 1
                else:
                    hopeless[kind] = end
    return bytes(out)


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    match = pattern.match(data, at)
    return match.end() if match else at


def _begins_regex(data: bytes, at: int) -> bool:
    before = data[max(0, at - 80) : at].rstrip(b" \t\r")
    return not before or before[-1] in _BEFORE_REGEX or _KEYWORDS_BEFORE_REGEX.search(before) is not None


_NOT_LINE_ENDS = re.compile(rb"[^\r\n]")


def _blank(out: bytearray, start: int, end: int) -> None:
    out[start:end] = _NOT_LINE_ENDS.sub(b" ", bytes(out[start:end]))


def _blanked(match: re.Match[bytes]) -> bytes:
    found = match[0]
    if found[:1] == b"/":
        return _NOT_LINE_ENDS.sub(b" ", found)
    # Quotes stay, so that a string is still seen to be one.
    closed = len(found) > 1 and found[-1:] == found[:1]
    inside = found[1:-1] if closed else found[1:]
    return found[:1] + _NOT_LINE_ENDS.sub(b" ", inside) + (found[-1:] if closed else b"")


def home(path: str, folders: Collection[str]) -> str | None:
    """The innermost of these folders that a file is in; ``.`` is the root."""
    while path != ".":
        path = path.rpartition("/")[0] or "."
        if path in folders:
            return path
    return None
