"""Reads JUnit from anywhere: pytest, Jest, gotestsum, Playwright, node:test, or somebody who means harm.

A stream goes in, a summary comes out, and nothing else stays in memory: a file of any size costs the same. Numbers that a file
tells of itself are never believed, its test cases are counted; where the two disagree, `JUnitSummary.problems` says so. Document
types and entities are refused outright, so nothing can expand or be fetched.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import math
from collections.abc import Iterable
from xml.parsers import expat

from testrun.core import model, text

_RESULTS = {"failure": model.CaseStatus.FAILED, "error": model.CaseStatus.ERRORED, "skipped": model.CaseStatus.SKIPPED}
_FLAKY = frozenset({"flakyFailure", "flakyError"})
_SUITES = frozenset({"testsuites", "testsuite"})
_WORST_FIRST = (
    model.CaseStatus.ERRORED,
    model.CaseStatus.FAILED,
    model.CaseStatus.SKIPPED,
    model.CaseStatus.FLAKY,
    model.CaseStatus.PASSED,
)
_LONGEST_SECONDS = 10 * 366 * 24 * 3600
_NAME_LENGTH = 300
_MESSAGE_LENGTH = 500
_PARSE_BYTES = 64 * 1024
_TOLD_VALUES = 5
"""Different values that are kept of one property: more than one is a contradiction already."""
_VALUE_LENGTH = 200
_CUT_SHORT = frozenset(
    expat.errors.codes[reason]
    for reason in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)


class JUnitError(ValueError):
    """The stream is not a JUnit file that can be used; the text is one sentence that says why."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """Above any of these the file is refused; ``text`` and ``failures`` only bound what is kept."""

    bytes: int = 64 * 1024 * 1024
    depth: int = 32
    cases: int = 200_000
    token: int = 1024 * 1024
    """Bytes of one tag with its attributes, one comment or one processing instruction."""
    names: int = 10_000
    """Different names of elements and attributes: the parser remembers each for as long as it lives."""
    names_length: int = 256 * 1024
    """Characters of all these names together."""
    text: int = 8 * 1024
    """Characters kept of a message."""
    failures: int = model.FAILURES_IN_STATUS
    problems: int = 20


DEFAULT = Limits()


@dataclasses.dataclass(frozen=True, kw_only=True)
class JUnitSummary:
    """What a JUnit file comes to, counted from its test cases."""

    counts: model.Counts
    duration: float
    """Seconds, the sum over the test cases whose ``time`` is a number."""
    failures: tuple[model.Failure, ...] = ()
    """The first failed and errored cases, in the order of the file; bounded and safe to print."""
    problems: tuple[str, ...] = ()
    """What is odd about the file, for people; empty when nothing is."""
    contradiction: str = ""
    """The first of them that says that the totals of the root are not those of the cases; empty when they agree."""
    revisions: tuple[str, ...] = ()
    """The different values of the property ``revision`` of its suites, at most 5, one line each."""
    phases: tuple[str, ...] = ()
    """The same of the property ``phase``."""
    completed: datetime.datetime | None = None
    """When its tests had ended: the latest property ``completed`` of a suite, else the latest ``timestamp`` of one. A time
    without a zone is UTC; one that cannot be read does not count.
    """


def read(chunks: Iterable[bytes], limits: Limits = DEFAULT) -> JUnitSummary:
    """The summary of a JUnit file that comes in chunks. Raises `JUnitError`, and nothing else, when it cannot be used."""
    reader = _Reader(limits)
    for chunk in chunks:
        reader.feed(chunk)
    return reader.close()


@dataclasses.dataclass(slots=True)
class _Case:
    """A test case that is being read, or a suite that tells a failure of its own."""

    name: str
    file: str
    status: model.CaseStatus = model.CaseStatus.PASSED
    message: str = ""
    words: list[str] = dataclasses.field(default_factory=list)
    """The text of its failure or error, as far as it is kept."""
    kept: int = 0

    def worsen(self, status: model.CaseStatus) -> None:
        """The worst of several results counts: pytest tells a failed test whose teardown breaks as both."""
        self.status = min(self.status, status, key=_WORST_FIRST.index)


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._fed = 0
        self._parsed = 0
        self._waiting = bytearray()
        self._path: list[str] = []
        self._cases: list[_Case] = []
        """Open test cases, the innermost last."""
        self._telling: _Case | None = None
        """Whose failure's text comes now."""
        self._statuses = dict.fromkeys(model.CaseStatus, 0)
        self._seen = 0
        self._duration = 0.0
        self._failures: list[model.Failure] = []
        self._problems: dict[str, None] = {}
        self._announced: dict[str, str] = {}
        self._suites: list[str] = []
        """Names of the open suites."""
        self._told: dict[str, dict[str, None]] = {"revision": {}, "phase": {}}
        self._completed: datetime.datetime | None = None
        self._stamped: datetime.datetime | None = None
        self._contradiction = ""
        self._names: dict[str, str] = {}
        self._names_known = 0
        self._names_length = 0
        self._parser = expat.ParserCreate(intern=self._names)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def feed(self, chunk: bytes) -> None:
        self._fed += len(chunk)
        if self._fed > self._limits.bytes:
            raise JUnitError(f"the file is larger than {self._limits.bytes} bytes")
        # Expat scans an unfinished token anew with each call: many small chunks of one long token would cost its square.
        self._waiting += chunk
        while len(self._waiting) >= _PARSE_BYTES:
            self._parse(bytes(self._waiting[:_PARSE_BYTES]))
            del self._waiting[:_PARSE_BYTES]

    def close(self) -> JUnitSummary:
        if not self._fed:
            raise JUnitError("the file is empty")
        self._parse(bytes(self._waiting), final=True)
        statuses = self._statuses
        flaky = statuses[model.CaseStatus.FLAKY]
        counts = model.Counts(
            tests=sum(statuses.values()),
            passed=statuses[model.CaseStatus.PASSED] + flaky,
            failed=statuses[model.CaseStatus.FAILED],
            errored=statuses[model.CaseStatus.ERRORED],
            skipped=statuses[model.CaseStatus.SKIPPED],
            flaky=flaky,
        )
        self._compare(counts)
        return JUnitSummary(
            counts=counts,
            duration=round(self._duration, 3),
            failures=tuple(self._failures),
            problems=tuple(self._problems),
            contradiction=self._contradiction,
            revisions=tuple(self._told["revision"]),
            phases=tuple(self._told["phase"]),
            completed=self._completed or self._stamped,
        )

    def _parse(self, data: bytes, *, final: bool = False) -> None:
        self._parsed += len(data)
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            raise JUnitError(self._why(error)) from error
        except JUnitError:
            raise
        except (LookupError, ValueError) as error:
            raise JUnitError(f"the file has an encoding that cannot be read: {text.one_line(str(error), 100)}") from error
        # What lies behind the parser's position is a token that it holds in memory until it ends.
        if not final and self._parsed - max(0, self._parser.CurrentByteIndex) > self._limits.token:
            raise JUnitError(f"a tag or comment is larger than {self._limits.token} bytes")
        self._bound_names()

    def _bound_names(self) -> None:
        new = itertools.islice(reversed(self._names), len(self._names) - self._names_known)
        self._names_length += sum(map(len, new))
        self._names_known = len(self._names)
        if self._names_known > self._limits.names:
            raise JUnitError(f"there are more than {self._limits.names} different names of elements and attributes")
        if self._names_length > self._limits.names_length:
            raise JUnitError(f"the names of elements and attributes have more than {self._limits.names_length} characters")

    def _why(self, error: expat.ExpatError) -> str:
        where = f"line {error.lineno}, column {error.offset + 1}"
        if error.code in _CUT_SHORT and self._path:
            return f"the file ends in the middle: <{text.one_line(self._path[-1], 100)}> is open at {where}"
        return f"the file is not XML: {expat.ErrorString(error.code)} at {where}"

    def _doctype(self, *_: object) -> None:
        raise JUnitError("the file declares a document type, which may hide anything and is refused")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if not self._path and name not in _SUITES:
            raise JUnitError(f"the file is not JUnit: its root is <{text.one_line(tag, 100)}>, not <testsuites> or <testsuite>")
        if len(self._path) >= self._limits.depth:
            raise JUnitError(f"elements are nested deeper than {self._limits.depth}")
        if not self._path:
            self._announced = {key: attributes[key] for key in ("tests", "failures", "errors") if key in attributes}
        if name == "testcase":
            self._start_case(attributes)
        elif name in _SUITES:
            self._suites.append(text.one_line(attributes.get("name", ""), _NAME_LENGTH))
            self._stamped = _later(self._stamped, attributes.get("timestamp", ""))
        elif name == "property":
            self._start_property(attributes)
        elif name in _RESULTS:
            self._start_result(name, attributes)
        elif name in _FLAKY and self._cases:
            self._cases[-1].worsen(model.CaseStatus.FLAKY)
        self._path.append(name)

    def _start_case(self, attributes: dict[str, str]) -> None:
        name, group, file = (text.one_line(attributes.get(key, ""), _NAME_LENGTH) for key in ("name", "classname", "file"))
        self._cases.append(_Case(name=f"{group} › {name}" if group and group != file else name, file=file))
        try:
            seconds = float(attributes.get("time", "0").replace(",", ""))
        except ValueError:
            seconds = math.nan
        if 0 <= seconds <= _LONGEST_SECONDS:
            self._duration += seconds
        else:
            self._problem("the time of a test case is not a number of seconds")

    def _start_property(self, attributes: dict[str, str]) -> None:
        """Only of suites: a test may set properties of its own case, and they say nothing about the file."""
        if self._cases or not self._path or self._path[-1] != "properties":
            return
        name, value = attributes.get("name", ""), text.one_line(attributes.get("value", ""), _VALUE_LENGTH)
        if name == "completed":
            self._completed = _later(self._completed, value)
        elif name in self._told and value and len(self._told[name]) < _TOLD_VALUES:
            self._told[name][value] = None

    def _start_result(self, name: str, attributes: dict[str, str]) -> None:
        status = _RESULTS[name]
        if not self._cases:
            if status is model.CaseStatus.SKIPPED:
                return  # a suite's word; its cases count
            # A suite that tells a failure outside its cases (a hook, a file that does not load) must not be lost.
            self._cases.append(_Case(name=self._suites[-1] if self._suites else "", file=""))
            self._problem("a failure stands outside the test cases; it is counted as one")
        case = self._cases[-1]
        first = not case.status.red
        case.worsen(status)
        if first and status is not model.CaseStatus.SKIPPED:
            case.message = attributes.get("message", "")[: self._limits.text]
            self._telling = case

    def _characters(self, data: str) -> None:
        case = self._telling
        if case is not None and case.kept < self._limits.text:
            case.words.append(data[: self._limits.text - case.kept])
            case.kept += len(case.words[-1])

    def _end(self, _: str) -> None:
        name = self._path.pop()
        if name in _RESULTS:
            self._telling = None
            if self._cases and "testcase" not in self._path:
                self._count(self._cases.pop())
        elif name == "testcase":
            self._count(self._cases.pop())
        elif name in _SUITES:
            self._suites.pop()

    def _count(self, case: _Case) -> None:
        self._statuses[case.status] += 1
        self._seen += 1
        if self._seen > self._limits.cases:
            raise JUnitError(f"there are more than {self._limits.cases} test cases")
        if case.status.red and len(self._failures) < self._limits.failures:
            told = case.message.strip() or "".join(case.words).strip()
            self._failures.append(
                model.Failure(
                    name=case.name,
                    file=case.file,
                    project="",
                    shard=0,
                    message=text.cut(text.printable(told), _MESSAGE_LENGTH),
                )
            )

    def _compare(self, counts: model.Counts) -> None:
        """The root's totals against the cases; pytest and others leave them out."""
        counted = {"tests": counts.tests, "failures": counts.failed, "errors": counts.errored}
        for key, value in self._announced.items():
            if value.strip() != str(counted[key]):
                what = f"the file says {key}={text.one_line(value, 50)!r}, and holds {counted[key]}"
                self._contradiction = self._contradiction or what
                self._problem(what)

    def _problem(self, what: str) -> None:
        if len(self._problems) < self._limits.problems:
            self._problems[what] = None


def _later(known: datetime.datetime | None, told: str) -> datetime.datetime | None:
    """The later of both times; what cannot be read is none."""
    if not told or len(told) > 64:
        return known
    try:
        moment = datetime.datetime.fromisoformat(told.strip())
        moment = (moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return known
    return moment if known is None else max(known, moment)
