"""The JUnit file of a phase: deterministic UTF-8 that any JUnit reader understands, with totals that are true.

Layout, after Playwright's own reporter where that has a habit::

    testsuites    name = the run, the totals of all cases, time = seconds of the phase
      testsuite   one for each project, file and shard: name = file, hostname = project; properties as the `Heading` has them
        testcase  classname = file = the test file, name = "[project] describe › title", line, time = seconds, all attempts

The project is part of a case's name (Playwright's ``PLAYWRIGHT_JUNIT_INCLUDE_PROJECT_IN_TEST_NAME``), so that the same test
in two projects has two keys. Attempts before the last are ``flakyFailure`` or ``rerunFailure`` (xunit2). Attachments are
``[[ATTACHMENT|path]]`` lines in ``system-out``, relative to the file's folder ``phase-3``. Cases that belong to no test file
(a lost shard, say) are in the suite and class ``testrun``.

In phases 0 to 2 the project is a tool and the folder that it works in: ``go services/cart``.
"""

from __future__ import annotations

import dataclasses
import datetime
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.etree import ElementTree

import junitparser
from junitparser import xunit2

from testrun.core import cases as core_cases
from testrun.core import model, text
from testrun.core.cases import RunResult
from testrun.junit import xmltext

FOLDER = "phase-3/"
"""Attachment paths in the file are relative to this folder of the run, in which the file is."""
OWN = "testrun"
"""Suite and class of the cases that belong to no test file."""

ATTACHMENTS = 200
"""Lines about attachments that one case has at most."""

_MARK = re.compile(r"\[\[(ATTACHMENT)\|", re.IGNORECASE)
_NAME_LENGTH = 2000
_FILE_LENGTH = 1024
_SHORT = 300


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """How many characters are kept of each text."""

    name: int = _NAME_LENGTH
    message: int = 8 * 1024
    details: int = 64 * 1024
    output: int = 16 * 1024


WHOLE = Limits()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Heading:
    """What a file says of the phase as a whole, and of each suite."""

    name: str
    counts: model.Counts
    """Of all cases of the phase, whether the file holds them or not."""
    duration: float
    """Seconds of the phase."""
    properties: Sequence[tuple[str, str]] = ()
    """Of each suite; those without a value are left out."""
    sharded: bool = False
    """Each suite says its shard, pod and node."""
    nodes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Pod to node."""


class _TestCase(xunit2.TestCase):
    """With the two attributes that Playwright, pytest and CI systems agree on."""

    file = junitparser.Attr()
    line = junitparser.IntAttr()


def render(result: RunResult, request: model.SettleRequest) -> bytes:
    """The whole JUnit of phase 3. The same input gives the same bytes."""
    return document(heading(result, request), result.cases, WHOLE)


def heading(result: RunResult, request: model.SettleRequest) -> Heading:
    """The heading of phase 3."""
    return Heading(
        name=request.run.name,
        counts=core_cases.count(result.cases),
        duration=result.duration,
        properties=(("revision", request.revision),),
        sharded=True,
        nodes=result.nodes,
    )


def document(heading: Heading, cases: Iterable[model.Case], limits: Limits = WHOLE, *, left_out: str = "") -> bytes:
    """A JUnit file that holds these cases.

    The root tells the heading's totals, a suite those of the cases in it; ``left_out`` says why they differ.
    """
    root = junitparser.JUnitXml(xmltext.attribute(heading.name, _SHORT))
    _set_totals(root, heading.counts, heading.duration)
    if left_out:
        note = _new_suite(OWN)
        _set_totals(note, model.Counts(), 0.0)
        note.system_out = xmltext.content(left_out, _SHORT)
        _append(root, note)
    suites: dict[tuple[str, str, int], list[model.Case]] = {}
    for case in cases:
        suites.setdefault((case.project, case.file, case.shard), []).append(case)
    for held in suites.values():
        # Not add_testsuite: it compares with every suite before it, and fuses those that look alike.
        _append(root, _suite(held, heading, limits))
    return _written(root)


def _written(root: junitparser.JUnitXml) -> bytes:
    ElementTree.indent(root._elem)
    out = io.BytesIO()
    root.write(out)
    return out.getvalue() + b"\n"


def with_more(junit: bytes, cases: Sequence[model.Case]) -> bytes:
    """A file of ours with these cases before all others, and with totals that are true of both."""
    root = junitparser.JUnitXml.fromstring(junit)
    more = core_cases.count(cases)
    root.tests, root.failures = root.tests + more.tests, root.failures + more.failed
    root.errors, root.skipped = root.errors + more.errored, root.skipped + more.skipped
    heading = Heading(name="", counts=more, duration=0.0)
    root._elem.insert(0, _suite(cases, heading, WHOLE)._elem)
    return _written(root)


def _suite(cases: Sequence[model.Case], heading: Heading, limits: Limits) -> xunit2.TestSuite:
    first = cases[0]
    suite = _new_suite(xmltext.attribute(first.file, _FILE_LENGTH) or OWN)
    if first.project:
        suite.hostname = xmltext.attribute(first.project, _SHORT)
    starts = [attempt.start_ms for case in cases for attempt in case.attempts if attempt.start_ms is not None]
    if starts:
        suite.timestamp = _timestamp(min(starts))
    _set_totals(suite, core_cases.count(cases), sum(case.duration for case in cases))
    properties = list(heading.properties)
    if heading.sharded:
        pod = next((attempt.pod for case in cases for attempt in reversed(case.attempts) if attempt.pod), "")
        properties = [("shard", f"{first.shard}"), *properties, ("pod", pod), ("node", heading.nodes.get(pod, ""))]
    for name, value in properties:
        if value:
            suite.add_property(name, xmltext.attribute(value, _SHORT))
    for case in cases:
        _append(suite, _case(case, limits))
    return suite


def _case(case: model.Case, limits: Limits) -> _TestCase:
    name = f"[{case.project}] {case.name}" if case.project else case.name
    file = xmltext.attribute(case.file, _FILE_LENGTH)
    element = _TestCase(xmltext.attribute(name, limits.name), file or OWN, round(case.duration, 3))
    if file:
        element.file = file
    if case.line:
        element.line = case.line
    for outcome in _outcomes(case, limits):
        _append(element, outcome)
    out = "\n".join(_output(case, limits))
    if out:
        element.system_out = out
    return element


def _outcomes(case: model.Case, limits: Limits) -> Iterator[junitparser.Element]:
    """The result of a case, then its earlier attempts."""
    message = xmltext.attribute(case.message, limits.message)
    match case.status:
        case model.CaseStatus.FAILED | model.CaseStatus.ERRORED:
            kind = junitparser.Failure if case.status is model.CaseStatus.FAILED else junitparser.Error
            final = kind(message, xmltext.attribute(case.kind, _SHORT))
            final.text = xmltext.content(case.details or case.message, limits.details)
            yield final
            yield from _earlier(case, limits)
        case model.CaseStatus.SKIPPED:
            yield junitparser.Skipped(message)
        case model.CaseStatus.FLAKY:
            yield from _flaky(case, limits)
        case model.CaseStatus.PASSED:
            pass


def _earlier(case: model.Case, limits: Limits) -> Iterator[junitparser.Element]:
    for attempt in case.attempts[:-1]:
        if attempt.status in ("interrupted", "lost"):
            yield xunit2.RerunError(f"attempt {attempt.retry} was {attempt.status}", attempt.status)
        elif attempt.status != "skipped":
            yield _interim(xunit2.RerunFailure, attempt, limits)


def _flaky(case: model.Case, limits: Limits) -> Iterator[junitparser.Element]:
    """Never nothing: a reader knows a flaky case by this element alone."""
    failed = [attempt for attempt in case.attempts if attempt.status in ("failed", "timedOut")]
    for attempt in failed:
        yield _interim(xunit2.FlakyFailure, attempt, limits)
    if not failed:
        yield xunit2.FlakyFailure("an attempt passed that was not expected to", "UnexpectedPass")


def _interim(kind: type[xunit2.InterimResult], attempt: model.Attempt, limits: Limits) -> xunit2.InterimResult:
    type_, message = core_cases.failure(attempt, "failed")
    element = kind(xmltext.attribute(message, limits.message), type_)
    if attempt.stack:
        element.stack_trace = xmltext.content(attempt.stack, limits.details)
    return element


def _output(case: model.Case, limits: Limits) -> Iterator[str]:
    """What the attempts printed, and their attachments, in order."""
    told = 0
    for attempt in case.attempts:
        if attempt.output and limits.output:
            yield _harmless(xmltext.content(attempt.output, limits.output))
        for each in itertools.islice(attempt.attachments, max(0, ATTACHMENTS - told)):
            if each.path is None:
                name, note = xmltext.attribute(each.name, _SHORT), xmltext.attribute(each.note, _SHORT)
                yield _harmless(f"attachment {name}: {note}")
            else:
                yield f"[[ATTACHMENT|{xmltext.attribute(each.path.removeprefix(FOLDER), _FILE_LENGTH)}]]"
        told += len(attempt.attachments)
    if told > ATTACHMENTS:
        yield f"and {text.plural(told - ATTACHMENTS, 'more attachment')}"


def _harmless(words: str) -> str:
    """Without attachment marks: CI systems would upload whatever file of their workspace a test's output names."""
    return _MARK.sub(r"[[\1 |", words)


def _set_totals(element: junitparser.JUnitXml | xunit2.TestSuite, counts: model.Counts, seconds: float) -> None:
    element.tests = counts.tests
    element.failures = counts.failed
    element.errors = counts.errored
    element.skipped = counts.skipped
    element.time = round(float(seconds), 3)


def _timestamp(milliseconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _new_suite(name: str) -> xunit2.TestSuite:
    return xunit2.TestSuite(name)  # type: ignore[no-untyped-call]


def _append(parent: junitparser.Element, child: junitparser.Element) -> None:
    parent.append(child)  # type: ignore[no-untyped-call]
