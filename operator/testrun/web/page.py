"""The run's page: what a person reads first. From the settled run to one static HTML file, without JavaScript and of bounded
size.

Pure: `model_of` decides what is shown, the template only lays it out, and jinja escapes every text. The page works served and
from a downloaded folder alike: it links only to files beside it, by relative paths.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import hashlib
import itertools
import urllib.parse
from collections.abc import Collection, Iterable, Sequence

import jinja2
import markupsafe

from testrun.artifacts import layout
from testrun.core import cases, model, summary, text
from testrun.core import phases as names

SHOWN_IN_FULL = 100
"""Failed and errored cases with message, stack and screenshots; further ones are only in the list."""
LISTED = 5000
"""Cases in the list, worst first within the bound; further ones are only in the JUnit."""
FLAKY_SHOWN = 50
SCREENSHOTS = 3
ATTACHMENTS = 20
MESSAGE_LENGTH = 4000
DETAILS_LENGTH = 12_000
OUTPUT_LENGTH = 4000
NAME_LENGTH = 300

_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("testrun.web"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_CSS = _environment.get_template("report.css").render()
_TEMPLATE = _environment.get_template("report.html.j2")
_STYLE = f"'sha256-{base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()}'"
_CSP = f"default-src 'none'; style-src {_STYLE}; base-uri 'none'; form-action 'none'"

CSP_IN_PAGE = f"{_CSP}; img-src 'self' file:"
"""For the page opened from a folder, where no header protects it."""
CSP_SERVED = f"{_CSP}; img-src 'self'; frame-ancestors 'none'; sandbox allow-same-origin allow-downloads"
"""Nothing runs and nothing is sent. Without ``allow-same-origin`` the page could not even load the screenshots beside it, whose
``Cross-Origin-Resource-Policy`` is to stay closed for others."""

_WORST_FIRST = (
    model.CaseStatus.FAILED,
    model.CaseStatus.ERRORED,
    model.CaseStatus.FLAKY,
    model.CaseStatus.PASSED,
    model.CaseStatus.SKIPPED,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Link:
    label: str
    href: str
    note: str = ""
    """Size, or why there is no link (then ``href`` is empty)."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of the bar that shows the counts. ``x`` and ``width`` in percent."""

    status: str
    x: float
    width: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One test in the list."""

    status: str
    name: str
    project: str
    duration: str
    note: str
    tags: Sequence[str]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Story:
    """One test in full."""

    status: str
    name: str
    facts: Sequence[str]
    """Where it is, and how its attempts ended."""
    message: str
    details: str
    output: str
    screenshots: Sequence[Link]
    traces: Sequence[Link]
    attachments: Sequence[Link]
    left_out: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Group:
    """The tests of one file."""

    file: str
    rows: Sequence[Row]
    red: int
    flaky: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shard:
    number: int
    result: str
    counts: model.Counts
    attempts: int
    node: str
    exit_code: str
    duration: str
    message: str
    links: Sequence[Link]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Phase:
    number: int
    name: str
    result: str
    counts: model.Counts
    duration: str
    message: str
    junit: str
    """Where its JUnit is, from the page."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Page:
    """All that the template may see."""

    title: str
    verdict: str
    message: str
    counts: model.Counts
    bar: Sequence[Part]
    facts: Sequence[tuple[str, str]]
    phases: Sequence[Phase]
    """All that were asked for, with this one last; empty when there is only this one."""
    shards: Sequence[Shard]
    red: Sequence[Story]
    red_left_out: int
    flaky: Sequence[Story]
    flaky_left_out: int
    groups: Sequence[Group]
    unlisted: int
    links: Sequence[Link]


def render(
    request: model.SettleRequest,
    result: cases.RunResult,
    verdict: model.Verdict,
    message: str,
    files: Collection[str],
    place: str = "",
    *,
    phases: Sequence[model.PhaseResult] = (),
) -> bytes:
    """The bytes of ``report/index.html``.

    ``files`` are the paths of the run's stored files, ``place`` is where they are served, or empty; ``phases`` ran before this
    one.
    """
    page = model_of(request, result, verdict, message, files, place, phases=phases)
    return _TEMPLATE.render(page=page, css=markupsafe.Markup(_CSS), csp=CSP_IN_PAGE).encode()  # noqa: S704  # our own style sheet


def model_of(
    request: model.SettleRequest,
    result: cases.RunResult,
    verdict: model.Verdict,
    message: str,
    files: Collection[str],
    place: str = "",
    *,
    phases: Sequence[model.PhaseResult] = (),
) -> Page:
    """What the page shows, bounded and printable; not yet escaped."""
    red = summary.red(result.cases)
    red.sort(key=lambda case: case.status is model.CaseStatus.ERRORED)
    flaky = [case for case in result.cases if case.status is model.CaseStatus.FLAKY]
    listed = sorted(result.cases, key=lambda case: _WORST_FIRST.index(case.status))[:LISTED]
    return Page(
        title=f"{request.run.namespace}/{request.run.name}",
        verdict=str(verdict),
        message=text.one_line(message, 1000),
        counts=result.counts,
        bar=_bar(result.counts),
        facts=_facts(request, result, place),
        phases=_phases(phases, result, verdict),
        shards=[_shard(shard, files) for shard in result.shards],
        red=[_story(case) for case in red[:SHOWN_IN_FULL]],
        red_left_out=max(0, len(red) - SHOWN_IN_FULL),
        flaky=[_story(case) for case in flaky[:FLAKY_SHOWN]],
        flaky_left_out=max(0, len(flaky) - FLAKY_SHOWN),
        groups=_groups(listed),
        unlisted=len(result.cases) - len(listed),
        links=[
            Link(label="JUnit", href=_href(layout.JUNIT)),
            Link(label="Summary (JSON)", href=_href(layout.SUMMARY)),
            Link(label="All files (JSON)", href=_href(layout.MANIFEST)),
        ],
    )


def _facts(request: model.SettleRequest, result: cases.RunResult, place: str) -> list[tuple[str, str]]:
    named = [
        ("Revision", request.revision),
        ("Image", request.image),
        ("Base URL", request.base_url),
        ("Started", _moment(request.start)),
        ("Ended", _moment(request.end)),
        ("Took", seconds(result.duration)),
        ("Run", request.run.uid),
        ("Kept at", place),
    ]
    return [(label, text.one_line(value, 500)) for label, value in named if value]


def _bar(counts: model.Counts) -> list[Part]:
    clean = counts.passed - counts.flaky
    shares = [
        ("failed", counts.failed),
        ("errored", counts.errored),
        ("flaky", counts.flaky),
        ("passed", clean),
        ("skipped", counts.skipped),
    ]
    total = sum(share for _, share in shares)
    parts, at = [], 0.0
    for status, share in shares:
        if share:
            width = 100 * share / total
            parts.append(Part(status=status, x=round(at, 3), width=round(width, 3)))
            at += width
    return parts


def _phases(before: Sequence[model.PhaseResult], result: cases.RunResult, verdict: model.Verdict) -> list[Phase]:
    if not before:
        return []
    rows = [
        Phase(
            number=names.Phase(each.phase).number,
            name=each.phase,
            result=str(each.result),
            counts=each.counts,
            duration="" if each.duration is None else seconds(each.duration),
            message=text.one_line(each.message, 500),
            junit=_href(layout.phase_junit(each.phase)),
        )
        for each in before
    ]
    own = Phase(
        number=names.Phase.E2E.number,
        name=str(names.Phase.E2E),
        result=str(verdict),
        counts=result.counts,
        duration=seconds(result.duration),
        message="",
        junit=_href(layout.JUNIT),
    )
    return [*rows, own]


def _shard(shard: model.ShardResult, files: Collection[str]) -> Shard:
    prefix = f"phase-3/shard-{shard.index}/"
    logs = sorted(path for path in files if path.startswith(prefix) and path.endswith(("/events.jsonl", "/output.txt")))
    links = [Link(label=f"{path.split('/')[-1]}", href=_href(path), note=path.split("/")[2]) for path in logs[:10]]
    return Shard(
        number=shard.index + 1,
        result=str(shard.result),
        counts=shard.counts,
        attempts=shard.attempts,
        node=text.one_line(shard.node, 100),
        exit_code="" if shard.exit_code is None else str(shard.exit_code),
        duration=seconds(shard.duration),
        message=text.one_line(shard.message, 500),
        links=links,
    )


def _groups(listed: Iterable[model.Case]) -> list[Group]:
    def file(case: model.Case) -> str:
        return text.one_line(case.file, NAME_LENGTH) or "(no file)"

    groups = []
    for name, found in itertools.groupby(sorted(listed, key=lambda case: (file(case), case.line)), key=file):
        members = list(found)
        groups.append(
            Group(
                file=name,
                rows=[_row(case) for case in members],
                red=sum(case.status.red for case in members),
                flaky=sum(case.status is model.CaseStatus.FLAKY for case in members),
            )
        )
    return sorted(groups, key=lambda group: (not group.red, not group.flaky, group.file))


def _row(case: model.Case) -> Row:
    tries = len(case.attempts)
    notes = [text.first_line(case.message, 200)] if case.message else []
    if tries > 1:
        notes.append(f"{tries} attempts")
    return Row(
        status=str(case.status),
        name=text.one_line(case.name, NAME_LENGTH),
        project=text.one_line(case.project, 100),
        duration=seconds(case.duration) if case.duration else "",
        note=" · ".join(notes),
        tags=[text.one_line(tag, 50) for tag in case.tags[:10]],
    )


def _story(case: model.Case) -> Story:
    # The last attempts tell most; a passed one at the end (a flaky test) tells nothing of why.
    unhappy = [each for each in case.attempts if each.status != "passed"] or list(case.attempts)
    attachments = [each for attempt in reversed(case.attempts) for each in attempt.attachments]
    last = unhappy[-1] if unhappy else None
    message = _block(case.message or (last.message if last else ""), MESSAGE_LENGTH)
    details = _block(case.details or (last.stack if last else ""), DETAILS_LENGTH)
    pictures = [each for each in attachments if _is_picture(each)]
    traces = [each for each in attachments if _is_trace(each)]
    others = [each for each in attachments if not _is_trace(each)]
    facts = [
        text.one_line(case.file, NAME_LENGTH) + (f":{case.line}" if case.line else ""),
        text.one_line(case.project, 100),
        f"shard {case.shard}",
        text.one_line(case.kind, 60),
        ", ".join(_attempt(each) for each in case.attempts[:10]),
    ]
    return Story(
        status=str(case.status),
        name=text.one_line(case.name, NAME_LENGTH),
        facts=[fact for fact in facts if fact],
        message=message,
        details="" if details == message else details,
        output=_end_of_block(last.output, OUTPUT_LENGTH) if last else "",
        screenshots=[_link(each) for each in pictures[:SCREENSHOTS]],
        traces=[_link(each) for each in traces[:5]],
        attachments=[_link(each) for each in others[:ATTACHMENTS]],
        left_out=max(0, len(others) - ATTACHMENTS),
    )


def _block(words: str, limit: int) -> str:
    """The first lines of a text, printable. Cut before it is looked at, because it may be long."""
    return text.cut(text.printable(words[: 2 * limit]).strip("\n"), limit)


def _end_of_block(words: str, limit: int) -> str:
    """The last lines."""
    return text.tail(text.printable(words[-2 * limit :]).strip("\n"), limit)


def _attempt(attempt: model.Attempt) -> str:
    what = {"timedOut": "timed out"}.get(attempt.status, text.one_line(attempt.status, 20))
    return f"{what} after {seconds(attempt.duration)}" if attempt.duration else what


def _is_trace(attachment: model.Attachment) -> bool:
    return attachment.path is not None and attachment.name == "trace"


def _is_picture(attachment: model.Attachment) -> bool:
    return attachment.path is not None and attachment.path.lower().endswith((".png", ".jpg", ".jpeg"))


def _link(attachment: model.Attachment) -> Link:
    label = text.one_line(attachment.name, 100) or "attachment"
    if attachment.path is None:
        return Link(label=label, href="", note=text.one_line(attachment.note, 200) or "not stored")
    return Link(label=label, href=_href(attachment.path), note=size(attachment.bytes))


def _href(path: str) -> str:
    """From ``report/`` to another file of the run's folder."""
    return "../" + urllib.parse.quote(path)


def _moment(when: datetime.datetime) -> str:
    return when.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def seconds(duration: float) -> str:
    """``85 ms``, ``3.2 s``, ``4 min 5 s``, ``2 h 3 min``."""
    if duration < 0.9995:
        return f"{duration * 1000:.0f} ms"
    if duration < 59.95:
        return f"{duration:.1f} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def size(count: int) -> str:
    """``812 B``, ``1.4 kB``, ``23 MB``."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError
