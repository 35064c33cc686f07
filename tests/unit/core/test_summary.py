"""The failures that go into a status: few, short, printable."""

from __future__ import annotations

from testrun.core import model, summary
from testrun.core.model import Attachment, Attempt, CaseStatus


def case(title: str, status: CaseStatus = CaseStatus.FAILED, **changes) -> model.Case:
    return model.Case(
        **{"shard": 1, "file": "cart.spec.ts", "project": "desktop", "title": ("cart", title), "status": status} | changes
    )


def test_failed_and_errored_cases_in_the_order_given():
    cases = [case("a"), case("b", CaseStatus.PASSED), case("c", CaseStatus.ERRORED), case("d", CaseStatus.SKIPPED)]
    assert [failure.name for failure in summary.failures(cases)] == ["cart › a", "cart › c"]


def test_those_that_were_never_reached_hide_no_other():
    never = [case(f"never {number}", CaseStatus.ERRORED, reached=False) for number in range(30)]
    shown = summary.failures([*never, case("failed"), case("was running", CaseStatus.ERRORED)])
    assert [failure.name for failure in shown[:3]] == ["cart › failed", "cart › was running", "cart › never 0"]


def test_no_more_than_the_limit():
    assert len(summary.failures(case(str(number)) for number in range(50))) == model.FAILURES_IN_STATUS


def test_texts_are_short_and_printable():
    failure = summary.failures([case("evil\x1b[2J\nname", message="first\x07 line\nsecond\u202e line\n" + "x" * 900)])[0]
    assert failure.name == "cart › evil name"
    assert failure.message.startswith("first line\nsecond line\nxxx")
    assert len(failure.message) == 500


def test_the_trace_is_the_last_attempts_trace_else_its_screenshot():
    shot = Attachment(name="screenshot", content_type="image/png", path="phase-3/1.png")
    lost = Attachment(name="trace", content_type="application/zip", note="it never reached the server")
    trace = Attachment(name="trace", content_type="application/zip", path="phase-3/2.zip")
    first, second = (
        Attempt(retry=0, status="failed", attachments=(shot, trace)),
        Attempt(retry=1, status="failed", attachments=(lost,)),
    )
    assert summary.failures([case("a", attempts=(first, second))])[0].trace == "phase-3/2.zip"
    assert (
        summary.failures([case("a", attempts=(Attempt(retry=0, status="failed", attachments=(shot,)), second))])[0].trace
        == shot.path
    )
    assert summary.failures([case("a")])[0].trace == ""
