"""What a run may come to, worked out from its raw lines and the words of docs/protocol.md alone: nothing of ours is asked.

It reads the lines of a shim; what has become of a changed line it may believe too easily. So what it forbids is always forbidden,
and only of a run with `streams.Run.plain` does it know all.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from fuzz import streams


def _no_json(word: str) -> NoReturn:
    raise ValueError(word)


_JSON = json.JSONDecoder(parse_constant=_no_json)  # Python's own takes NaN and Infinity
Key = tuple[str, str, str, tuple[str, ...]]
"""A test: id, project, file, title."""


@dataclasses.dataclass
class Report:
    """What one pod told."""

    pod: streams.Pod
    begin: dict[str, Any] | None = None
    tests: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    """By id: the planned ones, and those that were told of all the same."""
    ends: dict[str, dict[int, dict[str, Any]]] = dataclasses.field(default_factory=dict)
    """By id, by retry."""
    started: set[tuple[str, int]] = dataclasses.field(default_factory=set)
    planned: dict[str, Any] | None = None
    finish: str = ""
    early: bool = False
    exit: dict[str, Any] | None = None
    clean: bool = True
    """Not one line that does not belong where it stands."""

    @property
    def begin_time(self) -> int:
        time = (self.begin or {}).get("time")
        return time if isinstance(time, int) else 0

    def expected(self, test: str) -> str:
        """As planned, or as the test itself said last."""
        last = [end["expected"] for end in self.ends.get(test, {}).values() if end.get("expected")]
        return str(last[-1] if last else self.tests[test].get("expected"))

    def statuses(self, test: str) -> set[str]:
        return {str(end.get("status")) for end in self.ends.get(test, {}).values()}

    def ended_well(self, test: str) -> bool:
        """Some attempt did what the test expects, be it to be skipped."""
        return self.expected(test) in self.statuses(test)

    def ended_badly(self, test: str) -> bool:
        return not self.ended_well(test) and bool(self.statuses(test) - {"skipped", "interrupted"})

    def key(self, test: str) -> Key:
        told = self.tests[test]
        title = told.get("title")
        parts = tuple(map(_clean, title)) if isinstance(title, list) else ()
        return (_clean(test), _clean(told.get("project")), _clean(told.get("file")), parts)


def _clean(words: object) -> str:
    """A text that only describes may be left out; and UTF-8 has no lone surrogates."""
    return str(words or "").encode("utf-8", "replace").decode()


def read(pod: streams.Pod) -> Report:
    report = Report(pod)
    for line in pod.lines:
        try:
            event = _JSON.decode(line.decode())
            known = isinstance(event, dict) and isinstance(event["type"], str)
        except (ValueError, KeyError, RecursionError):
            known = False
        if not known or report.exit is not None:
            report.clean = False
            continue
        if report.begin is None and event["type"] != "begin":
            report.clean = False
        try:
            _add(report, event)
        except (KeyError, TypeError, AttributeError):
            report.clean = False  # a field that a shim would never leave out
    return report


def _add(report: Report, event: dict[str, Any]) -> None:
    match event["type"]:
        case "begin":
            pod = report.pod
            report.clean &= report.begin is None and (event["index"], event.get("pod") or pod.name) == (pod.index, pod.name)
            report.begin = report.begin or event
        case "plan":
            for test in event["tests"]:
                report.clean &= report.planned is None and test["id"] not in report.tests
                if report.planned is None:
                    report.tests.setdefault(test["id"], test)
        case "planned":
            report.clean &= report.planned is None and event["count"] == len(report.tests)
            report.planned = report.planned or event
        case "start":
            told = (_known(report, event["id"]), event["retry"])
            report.clean &= told not in report.started
            report.started.add(told)
        case "end":
            ends = report.ends.setdefault(_known(report, event["id"]), {})
            report.clean &= event["retry"] not in ends
            ends.setdefault(event["retry"], event)
        case "error":
            report.early |= event["message"].startswith("Testing stopped early after")
        case "finish":
            report.finish = event["status"]
        case "exit":
            report.exit = event
            report.clean &= (event["planned"], event["reported"]) == (len(report.tests), len(report.ends))


def _known(report: Report, test: str) -> str:
    if test not in report.tests:
        report.clean = False
        report.tests[test] = {"project": "", "file": "", "title": [test], "expected": "passed", "support": False}
    return test


def objections(run: streams.Run) -> Iterator[str]:
    """Why this run must not be called Passed."""
    if run.request.stopped is not None:
        yield "it was stopped"
    ran: set[tuple[int, Key]] = set()
    for index in range(run.request.shards):
        reports = in_order(run, index)
        if not any(_green(run, report) for report in reports):
            yield f"no pod of shard {index} told all that a green shard must tell"
        for report in reports:
            for test, told in report.tests.items():
                if report.statuses(test) - {"skipped", "interrupted"} and not told.get("support"):
                    ran.add((index, report.key(test)))
        if run.plain:
            for key, its in _by_test(reports).items():
                if not _well(its):
                    yield f"{key} of shard {index} did not end well"
    if len(ran) < max(1, run.request.min_tests):
        yield f"only {len(ran)} tests ran"


def in_order(run: streams.Run, index: int) -> list[Report]:
    """The reports of a shard, oldest first: as Kubernetes knows them, those it has forgotten before, by their own clocks."""
    known = [pod.pod for pod in run.request.pods if pod.index == index]
    reports = [read(pod) for pod in run.pods if pod.index == index]
    reports = [report for report in reports if report.begin is not None]
    place = {name: number for number, name in enumerate(known)}
    return sorted(reports, key=lambda each: (place.get(each.pod.name, -1), each.begin_time, each.pod.name))


def _green(run: streams.Run, report: Report) -> bool:
    if report.begin is None or report.exit is None or report.planned is None or not report.clean:
        return False
    kubernetes = next((pod.exit_code for pod in run.request.pods if pod.pod == report.pod.name), None)
    return (
        (report.begin.get("shards"), report.begin.get("uid")) == (run.request.shards, run.request.run.uid)
        and (report.exit.get("code"), report.exit.get("playwrightExit"), report.finish) == (0, 0, "passed")
        and not kubernetes
        and all(map(report.ended_well, report.tests))
    )


def _by_test(reports: list[Report]) -> dict[Key, list[tuple[Report, str]]]:
    found: dict[Key, list[tuple[Report, str]]] = {}
    for report in reports:
        for test in report.tests:
            found.setdefault(report.key(test), []).append((report, test))
    return found


def _well(its: list[tuple[Report, str]]) -> bool:
    """The last pod that ran it to an end says so; a test that no pod ran was told as skipped."""
    ran = [report.ended_well(test) for report, test in its if report.ended_well(test) or report.ended_badly(test)]
    return ran[-1] if ran else any("skipped" in report.statuses(test) - {"interrupted"} for report, test in its)


def cases(run: streams.Run) -> Counter[tuple[int, str, str, tuple[str, ...]]]:
    """The tests of a plain run: how many cases there must be of each shard, project, file and title."""
    return Counter((index, *key[1:]) for index in range(run.request.shards) for key in _by_test(in_order(run, index)))
