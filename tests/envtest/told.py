"""What a run told at its end, as one value to compare; and the hands on the clock of a run."""

from __future__ import annotations

import datetime
import textwrap
import xml.etree.ElementTree as ElementTree
from typing import Any

from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

VERDICTS = frozenset({"Passed", "Failed", "Errored", "NotReady", "Blocked", "Cancelled", "TimedOut"})


def told(run: Run, *, seconds: float = 0.0) -> str:
    """The run's end, once it has come: the verdict and why, the counts that are not zero, and each case of the JUnit: its name,
    how it ended, and for an error or a failure its kind and the first line of its message.
    """
    eventually(
        lambda: run.state() in VERDICTS,
        what=lambda: f"{run.name} ends: {run.get().get('status')}",
        seconds=seconds or run.seconds,
    )
    status, succeeded = run.get()["status"], run.condition("Succeeded")
    assert (succeeded["reason"], succeeded["status"]) == (status["state"], "True" if status["state"] == "Passed" else "False")
    return as_text(status["state"], succeeded["message"], status["summary"], status["junit"])


def as_text(verdict: str, why: str, summary: dict[str, int], junit: str) -> str:
    return "\n".join([f"{verdict}: {why}", counts(summary), *cases(junit)])


def lines(text: str) -> str:
    """The same as it is written in a test: indented, and what is too long for a line goes on in the next, indented more."""
    return textwrap.dedent(text).strip().replace("\n    ", " ")


def counts(summary: dict[str, int]) -> str:
    names = ("passed", "failed", "errored", "skipped", "flaky")
    assert summary["tests"] == sum(summary[name] for name in names[:4])
    return ", ".join(f"{summary[name]} {name}" for name in names if summary[name])


def cases(junit: str) -> list[str]:
    root = ElementTree.fromstring(junit)
    found = list(root.iter("testcase"))
    totals = (len(found), *(len(list(root.iter(tag))) for tag in ("failure", "error", "skipped")))
    assert tuple(int(root.get(name, "")) for name in ("tests", "failures", "errors", "skipped")) == totals
    return [_case(each) for each in found]


def _case(case: ElementTree.Element) -> str:
    name = (case.get("name") or "").removeprefix("[desktop] ")
    found = next((each for each in case if each.tag in ("failure", "error", "skipped", "flakyFailure")), None)
    if found is None:
        return f"{name}: passed"
    words = [f"{found.tag} {found.get('type') or ''}".strip(), (found.get("message") or "").split("\n")[0]]
    return f"{name}: {': '.join(filter(None, words))}"


def set_status(run: Run, **fields: Any) -> None:
    """As anybody may who may write the status."""
    answer = run.api.request("PATCH", f"{run.path}/status", {"status": fields}, content_type="application/merge-patch+json")
    assert answer[0] == 200, answer


def run_out(run: Run) -> None:
    """The run's ``timeoutSeconds`` are over, without being slept through."""
    set_status(run, deadlineTime=_a_second_ago())


def wait_out(run: Run) -> None:
    """So is what it waits for now."""
    set_status(run, waiting={"deadline": _a_second_ago()})


def _a_second_ago() -> str:
    return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
