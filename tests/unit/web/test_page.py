"""The run's page: what it shows, in what order, how much of it, and that no text of a test can act on it."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html.parser
import re
import time

import pytest
from unit.web import pods

from testrun.core import cases, model
from testrun.web import page

STATUS = model.CaseStatus


def case(name: str, status: STATUS = STATUS.PASSED, **changes: object) -> model.Case:
    values = {"shard": 0, "file": "cart.spec.ts", "project": "desktop", "title": ("cart", name), "status": status, "line": 3}
    attempt = model.Attempt(retry=0, status="passed" if status is STATUS.PASSED else "failed", duration=0.85)
    return model.Case(**values | {"attempts": (attempt,)} | changes)  # type: ignore[arg-type]


def result(*found: model.Case) -> cases.RunResult:
    shard = model.ShardResult(
        index=0, result=model.Verdict.FAILED, counts=cases.count(found), attempts=1, node="n1", exit_code=1, duration=12
    )
    return cases.RunResult(cases=found, counts=cases.count(found), shards=(shard,), duration=12.5)


def model_of(*found: model.Case, files: tuple[str, ...] = ()) -> page.Page:
    return page.model_of(pods.settle_request(), result(*found), model.Verdict.FAILED, "1 of 2 tests failed", files)


def html_of(*found: model.Case, files: tuple[str, ...] = ()) -> str:
    return page.render(pods.settle_request(), result(*found), model.Verdict.FAILED, "1 of 2 tests failed", files).decode()


class Elements(html.parser.HTMLParser):
    """All elements of a page as (name, attributes)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_head_says_what_ran_and_how_it_ended() -> None:
    shown = model_of(case("a"), case("b", STATUS.FAILED), case("c", STATUS.FLAKY), case("d", STATUS.SKIPPED))
    assert (shown.title, shown.verdict, shown.message) == ("shop/shop", "Failed", "1 of 2 tests failed")
    assert shown.facts == [
        ("Revision", "7f3c2d1"),
        ("Image", "registry.example/e2e:7f3c2d1"),
        ("Started", "2026-11-21 12:00:00 UTC"),
        ("Ended", "2026-11-21 12:00:12 UTC"),
        ("Took", "12.5 s"),
        ("Run", pods.RUN.uid),
    ]
    assert shown.bar == [
        page.Part(status="failed", x=0, width=25),
        page.Part(status="flaky", x=25, width=25),
        page.Part(status="passed", x=50, width=25),
        page.Part(status="skipped", x=75, width=25),
    ]


def test_what_went_wrong_comes_first_failed_before_errored() -> None:
    shown = model_of(case("a"), case("b", STATUS.ERRORED), case("c", STATUS.FAILED), case("d", STATUS.FLAKY))
    assert [(story.name, story.status) for story in shown.red] == [("cart › c", "failed"), ("cart › b", "errored")]
    assert [story.name for story in shown.flaky] == ["cart › d"]


def test_a_failure_is_told_with_its_files() -> None:
    folder = "phase-3/shard-0/pod/attachments"
    attempts = (
        model.Attempt(retry=0, status="timedOut", duration=30.2, message="Test timeout", stack="Test timeout"),
        model.Attempt(
            retry=1,
            status="failed",
            duration=0.85,
            output="printed",
            attachments=(
                model.Attachment(name="screenshot", content_type="image/png", path=f"{folder}/1-screenshot.png", bytes=6709),
                model.Attachment(name="trace", content_type="application/zip", path=f"{folder}/2-trace.zip", bytes=1_400_000),
                model.Attachment(name="video", content_type="video/webm", note="larger than 100 MiB"),
            ),
        ),
    )
    (story,) = model_of(
        case(
            "pays", STATUS.FAILED, attempts=attempts, message="Error: no", details="Error: no\n  at cart.spec.ts:3", kind="Error"
        )
    ).red
    screenshot = page.Link(label="screenshot", href="../phase-3/shard-0/pod/attachments/1-screenshot.png", note="6.7 kB")
    assert story == page.Story(
        status="failed",
        name="cart › pays",
        facts=["cart.spec.ts:3", "desktop", "shard 0", "Error", "timed out after 30.2 s, failed after 850 ms"],
        message="Error: no",
        details="Error: no\n  at cart.spec.ts:3",
        output="printed",
        screenshots=[screenshot],
        traces=[page.Link(label="trace", href="../phase-3/shard-0/pod/attachments/2-trace.zip", note="1.4 MB")],
        attachments=[screenshot, page.Link(label="video", href="", note="larger than 100 MiB")],
        left_out=0,
    )


def test_details_that_say_no_more_than_the_message_are_left_out() -> None:
    (story,) = model_of(case("a", STATUS.FAILED, message="Error: no", details="Error: no")).red
    assert (story.message, story.details) == ("Error: no", "")


def test_tests_are_grouped_by_file_and_red_files_come_first() -> None:
    shown = model_of(
        case("a", file="a.spec.ts", line=9), case("b", file="a.spec.ts", line=1), case("c", STATUS.FLAKY, file="b.spec.ts"),
        case("d", STATUS.FAILED, file="z.spec.ts"), case("e", STATUS.ERRORED, file=""),
    )  # fmt: skip
    assert [(group.file, [row.name for row in group.rows], group.red, group.flaky) for group in shown.groups] == [
        ("(no file)", ["cart › e"], 1, 0),
        ("z.spec.ts", ["cart › d"], 1, 0),
        ("b.spec.ts", ["cart › c"], 0, 1),
        ("a.spec.ts", ["cart › b", "cart › a"], 0, 0),
    ]


def test_a_shard_links_to_the_logs_that_are_stored() -> None:
    logs = ("phase-3/shard-0/pod-x/events.jsonl", "phase-3/shard-0/pod-x/output.txt", "phase-3/shard-10/pod-y/events.jsonl")
    (shard,) = model_of(case("a"), files=logs).shards
    assert [(link.label, link.href, link.note) for link in shard.links] == [
        ("events.jsonl", "../phase-3/shard-0/pod-x/events.jsonl", "pod-x"),
        ("output.txt", "../phase-3/shard-0/pod-x/output.txt", "pod-x"),
    ]


def test_a_run_without_any_test_has_a_page() -> None:
    text = page.render(
        pods.settle_request(),
        cases.RunResult(cases=(), counts=model.Counts(), shards=(), duration=0),
        model.Verdict.ERRORED,
        "",
        (),
    ).decode()
    assert "Errored: shop/shop" in text
    assert "All tests" not in text


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</pre></style></title><svg onload=alert(1)>",
        "{{ 7 * 7 }}{% raw %}",
        "' onmouseover='alert(1)",
        "javascript:alert(1)",
        "\x1b[31mred\x1b[0m\u202eevil\x00",
    ],
)
def test_no_text_of_a_test_becomes_part_of_the_page(evil: str) -> None:
    attachment = model.Attachment(name=evil, content_type=evil, path="phase-3/shard-0/pod/attachments/1-a.png", bytes=1)
    attempt = model.Attempt(retry=0, status=evil, message=evil, stack=evil, output=evil, pod=evil, attachments=(attachment,))
    hostile = case("x", STATUS.FAILED, file=evil, project=evil, title=(evil,), message=evil, details=evil + "\nmore", kind=evil,
                   tags=(evil,), attempts=(attempt,))  # fmt: skip
    request = pods.settle_request(revision=evil, image=evil, base_url=evil)
    shards = (model.ShardResult(index=0, result=model.Verdict.FAILED, node=evil, message=evil),)
    settled = dataclasses.replace(result(hostile), shards=shards)
    text = page.render(request, settled, model.Verdict.FAILED, evil, ()).decode()

    found = Elements(text).found
    assert {tag for tag, _ in found} == {
        "html", "head", "meta", "title", "style", "body", "main", "header", "div", "span", "h1", "p", "svg", "rect", "ul", "li",
        "b", "dl", "dt", "dd", "a", "h2", "article", "h3", "img", "details", "summary", "pre", "table", "thead", "tr", "th",
        "tbody", "td", "br",
    }  # fmt: skip
    assert not [attributes for _, attributes in found if any(name.startswith("on") or name == "style" for name in attributes)]
    assert "49" not in re.findall(r"<h3>(.*?)</h3>", text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", text)


def test_it_links_only_to_files_beside_it() -> None:
    attachment = model.Attachment(name="a", content_type="", path="phase-3/shard-0/pod/attachments/1-a.png", bytes=1)
    attempt = model.Attempt(retry=0, status="failed", attachments=(attachment,))
    found = Elements(html_of(case("x", STATUS.FAILED, attempts=(attempt,)))).found
    addresses = [value for _, attributes in found for name, value in attributes.items() if name in ("href", "src")]
    assert addresses
    assert all(address is not None and address.startswith("../") and ".." not in address[3:] for address in addresses)
    assert {"script", "link", "iframe", "form", "base", "object"}.isdisjoint(tag for tag, _ in found)


def test_its_style_is_the_one_that_its_policy_allows() -> None:
    text = html_of(case("a"))
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    assert f"'sha256-{_base64_sha256(style[1])}'" in page.CSP_SERVED


def test_a_huge_run_has_a_page_of_bounded_size_that_says_what_is_left_out() -> None:
    wordy, titled = "word " * 20_000, "title " * 200
    attempt = model.Attempt(retry=0, status="failed", stack=wordy, output=wordy)
    many = [case(f"{titled}{number}", STATUS.FAILED, message=wordy, details=wordy, attempts=(attempt,)) for number in range(2000)]
    many += [case(f"{titled}{number}") for number in range(20_000)]
    shown = model_of(*many)
    assert (len(shown.red), shown.red_left_out, shown.unlisted) == (page.SHOWN_IN_FULL, 1900, 17_000)
    assert sum(group.red for group in shown.groups) == 2000, "what is red is listed before the rest"
    text = html_of(*many)
    assert len(text) < 8_000_000
    assert "17000 more tests are not listed here" in text


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (0, "0 ms"),
        (0.0853, "85 ms"),
        (0.9996, "1.0 s"),
        (3.21, "3.2 s"),
        (59.96, "1 min 0 s"),
        (245, "4 min 5 s"),
        (7380, "2 h 3 min"),
    ],
)
def test_durations_are_told_in_words(duration: float, words: str) -> None:
    assert page.seconds(duration) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (812, "812 B"), (1000, "1.0 kB"), (23_400_000, "23 MB"), (5_000_000_000_000, "5000 GB")]
)
def test_sizes_are_told_in_words(count: int, words: str) -> None:
    assert page.size(count) == words


def _base64_sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_attachments_without_end_take_no_time_to_sort() -> None:
    """Each is looked at a few times, not once for each trace."""
    files = tuple(
        model.Attachment(name="trace" if number % 2 else "log", content_type="", path=f"phase-3/x/{number}")
        for number in range(50)
    )
    attempts = tuple(model.Attempt(retry=retry, status="failed", attachments=files) for retry in range(1600))
    before = time.process_time()
    (story,) = model_of(case("a", STATUS.FAILED, attempts=attempts)).red
    assert time.process_time() - before < 5
    assert (len(story.traces), len(story.attachments), story.left_out) == (5, 20, 40_000 - 20)


def test_the_phases_before_it_are_a_table_with_links_to_their_junit() -> None:
    before = (
        model.PhaseResult(phase="unit", result=model.Verdict.PASSED, counts=model.Counts(tests=2, passed=2), duration=4.21),
        model.PhaseResult(phase="integration", result=model.Verdict.BLOCKED, message="it has no <record>\x1b[2J"),
    )
    result = cases.RunResult(cases=(), counts=model.Counts(tests=1, passed=1), shards=(), duration=65.0)
    shown = page.model_of(pods.settle_request(), result, model.Verdict.PASSED, "", (), phases=before)
    assert shown.phases == [
        page.Phase(
            number=1, name="unit", result="Passed", counts=before[0].counts, duration="4.2 s", message="",
            junit="../phase-1/junit.xml",
        ),
        page.Phase(
            number=2, name="integration", result="Blocked", counts=model.Counts(), duration="", message="it has no <record>",
            junit="../phase-2/junit.xml",
        ),
        page.Phase(
            number=3, name="e2e", result="Passed", counts=result.counts, duration="1 min 5 s", message="",
            junit="../phase-3/junit.xml",
        ),
    ]  # fmt: skip
    html = page.render(pods.settle_request(), result, model.Verdict.PASSED, "", (), phases=before).decode()
    assert "it has no &lt;record&gt;" in html
    assert "<h2>Phases</h2>" not in page.render(pods.settle_request(), result, model.Verdict.PASSED, "", ()).decode()
