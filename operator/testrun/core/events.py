"""One line of a pod's log as a typed record: the only door through which a pod's words come in (docs/protocol.md §2).

A line is hostile until `parse` has returned: what is not in the contract raises `EventError`, texts and lists come out cut to the
contract's sizes, numbers are finite and in range. An unknown ``type`` and unknown fields are let through unread, so that a newer
reporter can talk to an older server. Nothing here remembers anything: `testrun.core.ledger` folds the records.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from testrun.core.protocol import LINE_BYTES, VERSION

MESSAGE_LENGTH = 8 * 1024
STACK_LENGTH = 16 * 1024
OUTPUT_LENGTH = 8 * 1024
TESTS_IN_LINE = 200

STATUSES = ("passed", "failed", "timedOut", "skipped", "interrupted")
EXPECTED = ("passed", "failed", "skipped")
FINISHES = ("passed", "failed", "timedout", "interrupted")

_ID_LENGTH = 200
_NAME_LENGTH = 300
_FILE_LENGTH = 1024
_TITLE_LENGTH = 1000
_TITLES = 30
_LAST_MS = 253_402_300_799_999  # the last millisecond that ``datetime`` knows
_LONGEST_MS = 10 * 366 * 24 * 3600 * 1000
_MANY = 10_000_000
_ATTACHMENT_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class EventError(ValueError):
    """A line that is not in the contract; the text says what is wrong with it."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Begin:
    """Times are milliseconds since the epoch, here and below."""

    time: int
    index: int
    shards: int
    pod: str
    node: str
    nodejs: str
    playwright: str
    uid: str
    cwd: str
    argv: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PlannedTest:
    id: str
    file: str
    line: int
    column: int
    project: str
    title: tuple[str, ...]
    tags: tuple[str, ...]
    retries: int
    expected: str
    """passed, failed (test.fail) or skipped."""
    support: bool = False
    """Of a project that only sets up, or cleans up, for others."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    tests: tuple[PlannedTest, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    count: int
    sha256: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    id: str
    retry: int
    time: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class TestError:
    __test__ = False  # not a pytest class

    message: str
    stack: str
    file: str
    line: int
    snippet: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Annotation:
    type: str
    description: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AttachedFile:
    name: str
    content_type: str
    file: str
    """Its name on the server; empty when it was refused."""
    bytes: int
    sha256: str
    refused: str
    """Why the reporter did not take it; empty when it did."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class End:
    id: str
    retry: int
    status: str
    """Playwright's word, one of STATUSES."""
    expected: str
    """One of EXPECTED, as the test itself may have changed it while it ran; empty: as planned."""
    time: int
    duration: float
    """Milliseconds, as told."""
    errors: tuple[TestError, ...]
    annotations: tuple[Annotation, ...]
    output: str
    attachments: tuple[AttachedFile, ...]
    oom_kills: int = 0
    """Processes of the pod's container that the kernel killed for want of memory while it ran."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class OutsideError:
    """An error outside all tests: a file that does not load, a global set-up that fails."""

    message: str
    stack: str
    file: str
    line: int
    time: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Finish:
    status: str
    """One of FINISHES."""
    time: int
    duration: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    signal: str
    time: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Exit:
    code: int
    playwright_exit: int | None
    playwright_signal: str
    problem: str
    output: str
    planned: int
    reported: int
    planned_sha256: str
    """Empty when there was no plan."""
    reported_sha256: str
    time: int
    oom_kills: int = 0
    """As in `End`, from the first line to the last."""
    memory_limit: int = 0
    """Bytes that the container may use; 0 when there is no limit, or it was not told."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """A line of a type that this version does not know."""

    type: str


Event = Begin | Plan | Planned | Start | End | OutsideError | Finish | Signal | Exit | Unknown


def parse(line: bytes) -> Event:
    """The record of one line, with or without its newline. Raises `EventError`, and nothing else, when it is out of contract."""
    if len(line) > LINE_BYTES:
        raise EventError(f"a line of {len(line)} bytes, more than {LINE_BYTES}")
    try:
        data = _decoder.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise EventError("not UTF-8") from error
    except RecursionError as error:
        raise EventError("nested too deeply") from error
    except ValueError as error:
        raise EventError("not JSON") from error
    if type(data) is not dict:
        raise EventError("not a JSON object")
    kind = data.get("type")
    if type(kind) is not str:
        raise EventError("no type")
    reader = _READERS.get(kind)
    return Unknown(type=_clean(kind[:50])) if reader is None else reader(data)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_decoder = json.JSONDecoder(parse_constant=_refuse)  # made once: NaN and Infinity are not JSON


# Readers of one field. Each names the field when it does not fit.


def _clean(text: str) -> str:
    """A lone surrogate (``"\\ud800"`` is valid JSON) could never be written anywhere."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _text(data: dict[str, Any], key: str, limit: int) -> str:
    """A text that only describes: absent and null are empty, what is too long is cut."""
    value = data.get(key)
    if value is None:
        return ""
    if type(value) is not str:
        raise EventError(f"{key} is not a text")
    return _clean(value[:limit])


def _name(data: dict[str, Any], key: str, limit: int = _ID_LENGTH) -> str:
    """A text that identifies: it must be there, and cutting it would make two of them one."""
    value = data.get(key)
    if type(value) is not str or not value or len(value) > limit:
        raise EventError(f"{key} is not a text of 1 to {limit} characters")
    return _clean(value)


def _one_of(data: dict[str, Any], key: str, words: tuple[str, ...]) -> str:
    value = data.get(key)
    if type(value) is not str or value not in words:
        raise EventError(f"{key} is none of {', '.join(words)}")
    return value


def _int(data: dict[str, Any], key: str, most: int, default: int | None = None) -> int:
    """A whole number from 0 to ``most``; absent and null are ``default`` where there is one."""
    value = data.get(key)
    if value is None and default is not None:
        return default
    if type(value) is not int or not 0 <= value <= most:
        raise EventError(f"{key} is not a whole number from 0 to {most}")
    return value


def _flag(data: dict[str, Any], key: str) -> bool:
    """Absent and null are false."""
    value = data.get(key)
    if value is not None and type(value) is not bool:
        raise EventError(f"{key} is neither true nor false")
    return bool(value)


def _milliseconds(data: dict[str, Any], key: str) -> float:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1 <= value <= _LONGEST_MS:
        raise EventError(f"{key} is not a duration")
    return float(max(value, 0))  # Playwright says -1 for a test that it never started


def _sha256(data: dict[str, Any], key: str, *, optional: bool = False) -> str:
    value = data.get(key)
    if optional and (value is None or value == ""):
        return ""
    if type(value) is not str or not _SHA256.fullmatch(value):
        raise EventError(f"{key} is not a SHA-256 in lower-case hex")
    return value


def _objects(data: dict[str, Any], key: str, most: int) -> Iterable[dict[str, Any]]:
    """The first ``most`` objects of a list that only describes."""
    value = data.get(key)
    if value is None:
        return ()
    if type(value) is not list or not all(type(item) is dict for item in value):
        raise EventError(f"{key} is not a list of objects")
    return value[:most]


def _texts(data: dict[str, Any], key: str, most: int, limit: int) -> tuple[str, ...]:
    value = data.get(key)
    if value is None:
        return ()
    if type(value) is not list or not all(type(item) is str for item in value):
        raise EventError(f"{key} is not a list of texts")
    return tuple(_clean(item[:limit]) for item in value[:most])


# Readers of one type.


def _begin(data: dict[str, Any]) -> Begin:
    if data.get("v") != VERSION:
        raise EventError(f"v is not {VERSION}: this log is of another version")
    return Begin(
        time=_int(data, "time", _LAST_MS),
        index=_int(data, "index", _MANY),
        shards=_int(data, "shards", _MANY),
        pod=_text(data, "pod", _NAME_LENGTH),
        node=_text(data, "node", _NAME_LENGTH),
        nodejs=_text(data, "nodejs", _NAME_LENGTH),
        playwright=_text(data, "playwright", _NAME_LENGTH),
        uid=_text(data, "uid", _NAME_LENGTH),
        cwd=_text(data, "cwd", _FILE_LENGTH),
        argv=_texts(data, "argv", 200, _FILE_LENGTH),
    )


def _planned_test(data: dict[str, Any]) -> PlannedTest:
    title = _texts(data, "title", _TITLES, _TITLE_LENGTH)
    if not title:
        raise EventError("title is empty")
    return PlannedTest(
        id=_name(data, "id"),
        file=_text(data, "file", _FILE_LENGTH),
        line=_int(data, "line", _MANY, 0),
        column=_int(data, "column", _MANY, 0),
        project=_text(data, "project", _NAME_LENGTH),
        title=title,
        tags=_texts(data, "tags", 50, 100),
        retries=_int(data, "retries", _MANY, 0),
        expected=_one_of(data, "expected", EXPECTED),
        support=_flag(data, "support"),
    )


def _plan(data: dict[str, Any]) -> Plan:
    tests = data.get("tests")
    # Not cut: a test that is left out of the plan would never be missed.
    if type(tests) is not list or len(tests) > TESTS_IN_LINE or not all(type(test) is dict for test in tests):
        raise EventError(f"tests is not a list of at most {TESTS_IN_LINE} objects")
    return Plan(tests=tuple(_planned_test(test) for test in tests))


def _planned(data: dict[str, Any]) -> Planned:
    return Planned(count=_int(data, "count", _MANY), sha256=_sha256(data, "sha256"))


def _start(data: dict[str, Any]) -> Start:
    return Start(id=_name(data, "id"), retry=_int(data, "retry", _MANY), time=_int(data, "time", _LAST_MS))


def _error(data: dict[str, Any]) -> TestError:
    return TestError(
        message=_text(data, "message", MESSAGE_LENGTH),
        stack=_text(data, "stack", STACK_LENGTH),
        file=_text(data, "file", _FILE_LENGTH),
        line=_int(data, "line", _MANY, 0),
        snippet=_text(data, "snippet", MESSAGE_LENGTH),
    )


def _attachment(data: dict[str, Any]) -> AttachedFile:
    name, content_type = _text(data, "name", _NAME_LENGTH), _text(data, "contentType", _NAME_LENGTH)
    if data.get("refused") is not None:
        refused = _text(data, "refused", _NAME_LENGTH) or "refused"
        return AttachedFile(name=name, content_type=content_type, file="", bytes=0, sha256="", refused=refused)
    file = data.get("file")
    if type(file) is not str or not _ATTACHMENT_FILE.fullmatch(file):
        raise EventError("file is not the name of an attachment")
    return AttachedFile(
        name=name,
        content_type=content_type,
        file=file,
        bytes=_int(data, "bytes", 1 << 50),
        sha256=_sha256(data, "sha256"),
        refused="",
    )


def _end(data: dict[str, Any]) -> End:
    return End(
        id=_name(data, "id"),
        retry=_int(data, "retry", _MANY),
        status=_one_of(data, "status", STATUSES),
        expected=_one_of(data, "expected", EXPECTED) if data.get("expected") is not None else "",
        time=_int(data, "time", _LAST_MS),
        duration=_milliseconds(data, "duration"),
        errors=tuple(_error(item) for item in _objects(data, "errors", 10)),
        annotations=tuple(
            Annotation(type=_text(item, "type", 100), description=_text(item, "description", MESSAGE_LENGTH))
            for item in _objects(data, "annotations", 20)
        ),
        output=_text(data, "output", OUTPUT_LENGTH),
        attachments=tuple(_attachment(item) for item in _objects(data, "attachments", 50)),
        oom_kills=_int(data, "oomKills", _MANY, 0),
    )


def _outside_error(data: dict[str, Any]) -> OutsideError:
    return OutsideError(
        message=_text(data, "message", MESSAGE_LENGTH),
        stack=_text(data, "stack", STACK_LENGTH),
        file=_text(data, "file", _FILE_LENGTH),
        line=_int(data, "line", _MANY, 0),
        time=_int(data, "time", _LAST_MS),
    )


def _finish(data: dict[str, Any]) -> Finish:
    return Finish(
        status=_one_of(data, "status", FINISHES), time=_int(data, "time", _LAST_MS), duration=_milliseconds(data, "duration")
    )


def _signal(data: dict[str, Any]) -> Signal:
    return Signal(signal=_name(data, "signal", 20), time=_int(data, "time", _LAST_MS))


def _exit(data: dict[str, Any]) -> Exit:
    return Exit(
        code=_int(data, "code", 255),
        playwright_exit=None if data.get("playwrightExit") is None else _int(data, "playwrightExit", 0xFFFF_FFFF),
        playwright_signal=_text(data, "playwrightSignal", 20),
        problem=_text(data, "problem", MESSAGE_LENGTH),
        output=_text(data, "output", OUTPUT_LENGTH),
        planned=_int(data, "planned", _MANY, 0),
        reported=_int(data, "reported", _MANY, 0),
        planned_sha256=_sha256(data, "plannedSha256", optional=True),
        reported_sha256=_sha256(data, "reportedSha256", optional=True),
        time=_int(data, "time", _LAST_MS),
        oom_kills=_int(data, "oomKills", _MANY, 0),
        memory_limit=_int(data, "memoryLimit", 1 << 50, 0),
    )


_READERS: dict[str, Callable[[dict[str, Any]], Event]] = {
    "begin": _begin,
    "plan": _plan,
    "planned": _planned,
    "start": _start,
    "end": _end,
    "error": _outside_error,
    "finish": _finish,
    "signal": _signal,
    "exit": _exit,
}
