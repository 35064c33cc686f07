"""From a tool's log and its process's end to test cases: nothing that goes wrong around the tests is lost, or green. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from testrun.core import cases as core_cases
from testrun.core import endings, model, text
from testrun.core.ledger import PodLedger
from testrun.local import attempts, process

_REFUSED = ("ECONNREFUSED", "onnection refused")
"""How tools say that nobody listens."""
_EXITS = {"go": "syscall.Exit", "jest": "process.exit", "pytest": "os._exit"}
"""What ends a tool with exit code 0 in the middle of a test."""
HANDS_OFF = "no test may touch files below the artifacts folder"


def settle(
    name: str,
    tool: str,
    ledger: PodLedger,
    ended: process.Ended,
    no_tests: frozenset[int],
    stopped: model.Verdict | None,
    why: str,
) -> list[model.Case]:
    """The cases of a tool's run, from its log and from how its process ended. Pure."""
    if ended.problem:
        return [finding(name, "ToolMissing", ended.problem, "")]
    ending = _ending(tool, ended, stopped, why)
    tests = list(core_cases.of_ledger(ledger, ending))
    counts = core_cases.count(tests)
    findings = [
        finding(name, "LoadError", text.first_line(error.message) or "an error outside the tests", error.stack or error.message,
                 file=error.file, line=error.line)
        for error in ledger.errors
    ]  # fmt: skip
    if ledger.error_count > len(ledger.errors):
        findings.append(
            finding(name, "LoadError", f"{ledger.error_count - len(ledger.errors)} more errors outside the tests", "")
        )
    if ended.full:
        findings.append(finding(name, "DiskFull", f"its output could not be kept: {ended.full}: make room and run again", ""))
    if ledger.contradictions:
        what = f"its report is not whole: {ledger.contradictions[0]}{_touched(tool, ledger, ended, stopped)}"
        findings.append(finding(name, "ReportIncomplete", what, "\n".join(ledger.contradictions)))
    if stopped is None and not findings and not counts.errored:
        findings += _process_findings(name, tool, ledger, ended, no_tests, counts, ending)
    if stopped is not None and not counts.errored:
        findings.append(finding(name, str(stopped), f"{tool} was running when {ending.cause}", ending.details))
    return [*findings, *tests]


def _process_findings(
    name: str,
    tool: str,
    ledger: PodLedger,
    ended: process.Ended,
    no_tests: frozenset[int],
    counts: model.Counts,
    ending: endings.Ending,
) -> list[model.Case]:
    """What is wrong with the end of a process whose tests all have a result."""
    hint = first_words(ended.output)
    if ended.signal:
        return [finding(name, "ToolDied", f"{ending.cause}{hint}", ending.details)]
    if not counts.tests and ended.code in no_tests and ledger.finish is not None:
        return []
    if ended.code == 0 and (ledger.planned is None or ledger.finish is None):
        return [finding(name, "ToolFailed", f"{tool} ended with exit code 0, but its report is not whole{hint}", ending.details)]
    if ledger.planned is None or ledger.finish is None:
        return [finding(name, "ToolFailed", f"{tool} ended with exit code {ended.code} before its tests{hint}", ending.details)]
    if ended.code == 0 and counts.failed:
        return [
            finding(
                name,
                "ExitCodeMismatch",
                f"{tool} ended with exit code 0, although {text.plural(counts.failed, 'test')} failed",
                "",
            )
        ]
    if ended.code != 0 and not counts.failed:
        return [
            finding(
                name,
                "ExitCodeMismatch",
                f"{tool} ended with exit code {ended.code}, although no test failed{hint}",
                ending.details,
            )
        ]
    return []


def _ending(tool: str, ended: process.Ended, stopped: model.Verdict | None, why: str) -> endings.Ending:
    details = "\n".join(filter(None, (f"last output of {tool}:" if ended.output else "", ended.output)))
    if stopped is not None:
        word = "was cancelled" if stopped is model.Verdict.CANCELLED else "timed out"
        return endings.Ending(kind=str(stopped), cause=why or f"the run {word}", predicate=word, details=details, stop=stopped)
    if ended.signal:
        much = " (out of memory?)" if ended.signal == "SIGKILL" else ""
        cause = f"{tool} was killed by {ended.signal}{much}"
    else:
        early = f", which no test may make it do: take {_EXITS[tool]} out of the tests" if ended.code == 0 else ""
        cause = f"{tool} ended with exit code {ended.code}{early}"
    return endings.Ending(kind="ToolDied", cause=cause, predicate=cause, details=details)


def _touched(tool: str, ledger: PodLedger, ended: process.Ended, stopped: model.Verdict | None) -> str:
    """Advice where nothing but a test explains a log that contradicts itself: Go's is written by us, a tool that was ended leaves
    half a line, and so does a full disk; and there may be more tests than a log can hold.
    """
    cut_off = bool(stopped is not None or ended.signal or ended.full)
    return "" if tool == "go" or cut_off or ": more than " in ledger.contradictions[0] else f": {HANDS_OFF}"


def left_out(name: str, cases: Sequence[model.Case], *, tests: int = 0) -> list[model.Case]:
    """What is wrong with cases of a project among which nothing is errored: some of its tests never came to it, or all were
    skipped, which would hide behind the tests of other projects. ``tests``: at least so many has phase 0 found. Pure.
    """
    counts = core_cases.count(cases)
    if counts.errored:
        return []
    if counts.tests < tests:
        return [
            finding(
                name,
                "NotSelected",
                f"phase 0 found {text.plural(tests, 'test')} of this phase, of which {counts.tests or 'none'} came to run: what "
                "leaves the others out, such as a conftest, has to go",
                "",
            )
        ]
    if counts.tests and counts.skipped == counts.tests:
        why = next((f" ({text.first_line(case.message, 200)})" for case in cases if case.message), "")
        return [
            finding(
                name,
                "AllSkipped",
                f"no test ran: all {counts.tests} were skipped{why}: let them run, with what they need stubbed, or delete them",
                "",
            )
        ]
    return []


def explained(cases: Sequence[model.Case], phase: str) -> list[model.Case]:
    """The cases of an isolated run: a red one that was refused a connection says why, in the second line of its message. Pure."""
    why = f'phases 1 and 2 cannot reach this machine\'s own services: stub it, or set network = "host" in [{phase}]'
    return [dataclasses.replace(case, message=_with_second_line(case.message, why)) if _refused(case) else case for case in cases]


def _refused(case: model.Case) -> bool:
    red = case.status.red and case.kind != "NetworkAccess"
    return red and any(word in told for told in (case.message, case.details) for word in _REFUSED)


def _with_second_line(message: str, line: str) -> str:
    first, _, rest = message.partition("\n")
    return "\n".join(filter(None, (first, line, rest)))


def blamed(
    cases: Sequence[model.Case],
    tried: Sequence[attempts.Attempt],
    within: Mapping[str, str] | None = None,
    *,
    exact: bool = False,
) -> list[model.Case]:
    """The cases, those that tried to reach something beyond loopback as errors that say what; an attempt that no single test can
    be blamed for is a case of its own. ``within`` tells for an attempt's folder where the files of its tests begin. ``exact``:
    tests start when their start says so, as a reporter inside the tool knows; Go tells it a moment late, and how long they took
    in steps of 10 ms. Pure.
    """
    result = list(cases)
    slack, early = (2, 0) if exact else (7, 2)
    for attempt in tried:
        suspects = [
            position
            for position, case in enumerate(result)
            if case.file.startswith((within or {}).get(attempt.folder, ""))
            and any(_runs_at(each, attempt.time, slack=slack, early=early) for each in case.attempts)
        ]
        innermost = [
            position for position in suspects if not any(_contains(result[position], result[other]) for other in suspects)
        ]
        if len(innermost) > 1:
            # One has just ended, or is in its first moment: the one that is in its middle did it.
            surely = [
                position
                for position in innermost
                if any(_runs_at(each, attempt.time, slack=0, early=-1) for each in result[position].attempts)
            ]
            innermost = surely if len(surely) == 1 else innermost
        what = (
            f"tried to reach {attempt.described}: phases 0 to 2 run without a network; stub it, or move the test to phase 3 (e2e)"
        )
        if len(innermost) == 1:
            position = innermost[0]
            case = result[position]
            if case.kind != "NetworkAccess":
                details = "\n".join(filter(None, (case.message, case.details)))
                result[position] = dataclasses.replace(
                    case,
                    status=model.CaseStatus.ERRORED,
                    kind="NetworkAccess",
                    message=what,
                    details=f"{what}\n{details}".strip(),
                )
            continue
        names = ", ".join(result[position].name for position in innermost[:5])
        who = f"one of {names} " if names else "code outside the tests "
        result.append(finding("network", "NetworkAccess", f"{who}{what}", ""))
    return result


def _runs_at(attempt: model.Attempt, time: int, *, slack: int, early: int) -> bool:
    """So many ms after its end, and ``early`` before its start, still count: tools round, and tell durations of their own."""
    if attempt.start_ms is None:
        return False
    ended = attempt.start_ms + attempt.duration * 1000 + slack
    return attempt.start_ms - early <= time and (attempt.status == "lost" or time <= ended)


def _contains(outer: model.Case, inner: model.Case) -> bool:
    return outer.file == inner.file and len(outer.title) < len(inner.title) and inner.title[: len(outer.title)] == outer.title


def finding(name: str, kind: str, message: str, details: str, *, file: str = "", line: int = 0) -> model.Case:
    """The errored case of something that went wrong around the tests."""
    return model.Case(
        shard=0, file=file, project="", title=(file or name,), status=model.CaseStatus.ERRORED, line=line, message=message,
        details=details, kind=kind,
    )  # fmt: skip


def stopped_case(name: str, stopped: model.Verdict, why: str) -> model.Case:
    """The case of a phase that was ended from outside before any tool could tell of it."""
    return finding(str(name), str(stopped), why, "")


def too_few_case(name: str, why: str) -> model.Case:
    """The case of a phase in which nothing went wrong but that its tests are too few."""
    return finding(str(name), "TooFewTests", why, "")


def first_words(output: str) -> str:
    """What a tool says when it cannot even start, as part of a sentence."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    said = next((line for line in lines if "rror" in line), lines[-1] if lines else "")
    return f": {text.one_line(said, 200)}" if said else ""
