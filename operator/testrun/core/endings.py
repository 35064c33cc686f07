"""How a shard came to its end, and what that means for the tests that have no result. Pure.

Two witnesses are heard: the pod's own log, and what Kubernetes knows of the pod (`model.PodFacts`). Where the log has no last
line, Kubernetes' word is all there is. `testrun.core.cases` makes the test cases; here the sentences and the kinds come from.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from testrun.core import events, model, quantity, termination, text
from testrun.core.ledger import Outcome, PodLedger

SHIM_FAILED = 125
"""The shim's exit code when it could not do its own work."""

_LOG_LENGTH = 8 * 1024
_EVENTS_SHOWN = 20
# Playwright tells its own decisions as errors too; that of maxFailures is no fault, that of globalTimeout is in ``finish``.
_STOPPED_EARLY = "Testing stopped early after"
_TIMED_OUT = "Timed out waiting"
_NO_TESTS = re.compile(r"(Error: )?No tests found", re.IGNORECASE)
_REPORTER = "testrun reporter:"
_DISK_FULL = f"{_REPORTER} no space left on device"
_WORKER_CRASHED = "worker process exited unexpectedly"
_ERROR_NAME = re.compile(r"([A-Z]\w{0,60}(?:Error|Exception))\b")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ending:
    """Why a shard went no further than it did."""

    kind: str
    """The kind of a test that was running then."""
    cause: str
    """A clause: ``its pod was lost: OOMKilled (exit code 137) on node a``."""
    predicate: str
    """What to say after ``shard 1``."""
    details: str = ""
    stop: model.Verdict | None = None
    """Cancelled or TimedOut, when the shard was ended from outside."""
    by_playwright: bool = False
    """Playwright itself chose not to go on (maxFailures): what is left did not run, and nothing is broken."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that went wrong around the tests; becomes one errored case."""

    kind: str
    predicate: str
    details: str = ""
    file: str = ""
    line: int = 0
    title: str = ""
    """Empty: the shard's name."""


def ending(request: model.SettleRequest, ledger: PodLedger | None, facts: Sequence[model.PodFacts]) -> Ending:
    """The ending of a shard, from the log of its deciding pod (None: none ever spoke) and Kubernetes' facts, oldest pod first."""
    details = describe(ledger, facts)
    told = ledger.exit if ledger is not None else None
    signal = ledger.signal.signal if ledger is not None and ledger.signal is not None else ""
    outside = request.stopped in (model.Verdict.CANCELLED, model.Verdict.TIMED_OUT)
    if outside and (told is None or signal):
        word = "was cancelled" if request.stopped is model.Verdict.CANCELLED else "timed out"
        return Ending(
            kind=str(request.stopped),
            cause=f"the run {word}",
            predicate=f"{word} before it ended",
            details="\n".join(filter(None, (text.one_line(request.stopped_message), details))),
            stop=request.stopped,
        )
    if ledger is None or ledger.begin is None:
        if any(pod.started for pod in facts):
            how = f"nothing of its report reached the server: {how_pod_ended(facts[-1])}"
            return Ending(kind="ShardLost", cause=how, predicate=f"was lost: {how}", details=details)
        why = text.one_line(request.stopped_message, 1000)
        how = how_pod_ended(facts[-1]) if facts else (why or "no pod was ever seen")
        details = "\n".join(filter(None, (why, details)))
        return Ending(kind="ShardLost", cause=f"the shard never began: {how}", predicate=f"never began: {how}", details=details)
    if told is None:
        how = how_pod_ended(_last_word(ledger, facts))
        return Ending(kind="PodLost", cause=f"its pod was lost: {how}", predicate=f"lost its pod: {how}", details=details)
    if told.code == SHIM_FAILED or told.problem:
        problem = text.one_line(told.problem) or "no reason was told"
        return Ending(
            kind="ShimProblem", cause=f"the shim failed: {problem}", predicate=f"could not be run: {problem}", details=details
        )
    if signal:
        how = f"it was told to end ({text.one_line(signal, 20)}): {how_pod_ended(_last_word(ledger, facts))}"
        return Ending(kind="PodLost", cause=f"its pod was lost: {how}", predicate=f"lost its pod: {how}", details=details)
    return _playwright_ended(ledger, told, details)


def _playwright_ended(ledger: PodLedger, told: events.Exit, details: str) -> Ending:
    early = next((error.message for error in ledger.errors if error.message.startswith(_STOPPED_EARLY)), "")
    memory = killed(told.oom_kills, told.memory_limit) if told.oom_kills else ""
    if told.playwright_signal:
        cause = f"Playwright was killed by {text.one_line(told.playwright_signal, 20)}"
        cause += f", out of memory: {memory}" if memory else ""
    elif _timed_out(ledger):
        cause = "Playwright's globalTimeout passed"
    elif early:
        cause = f"Playwright stopped early: {text.first_line(early)}"
    elif any(error.message.startswith(_DISK_FULL) for error in ledger.errors):
        cause = "no space was left on its disk"
    elif memory:
        cause = f"the container ran out of memory: {memory}"
    else:
        cause = f"Playwright ended with exit code {told.code}"
    return Ending(
        kind="NotReported",
        cause=cause,
        predicate=f"ran out of memory: {memory}" if memory else f"did not report all its tests: {cause}",
        details=details,
        by_playwright=bool(early),
    )


def killed(processes: int, limit: int = 0) -> str:
    """What the kernel did when the container had no memory left: a clause. ``limit``: bytes that it may use, 0 when not known."""
    which = f" (memory limit {quantity.binary(limit)})" if limit else ""
    return f"the kernel killed {text.plural(processes, 'process', 'processes')} of its container{which}"


def unfinished(end: Ending, *, ran: bool) -> tuple[str, str]:
    """The kind and the message of a test without a result; ``ran`` when it had started."""
    if end.stop is not None:
        word = "cancelled" if end.stop is model.Verdict.CANCELLED else "timed out"
        return end.kind, f"was running when {end.cause}" if ran else f"{word} before it ran"
    return (end.kind, f"was running when {end.cause}") if ran else ("NotReported", f"planned, but never reported: {end.cause}")


def findings(
    request: model.SettleRequest,
    ledger: PodLedger | None,
    facts: Sequence[model.PodFacts],
    end: Ending,
    tests: model.Counts,
) -> Iterator[Finding]:
    """All that went wrong in a shard apart from its tests, the plainest reason first. ``tests`` counts the cases of its tests."""
    outside = list(_outside_errors(ledger)) if ledger is not None else []
    told = ledger.exit if ledger is not None else None
    cut_short = told is None or ledger is None or ledger.begin is None or ledger.planned is None
    # A test that failed by itself may have failed for want of what was killed before it: a server of its own, say.
    if ledger is not None and told is not None and told.oom_kills and (tests.failed or flaky_forbidden(ledger, tests)):
        memory = killed(told.oom_kills, told.memory_limit)
        yield Finding(kind="OutOfMemory", predicate=f"ran out of memory: {memory}", details=end.details)
    # Tests without a result say it already, and errors outside tests explain a missing plan.
    if end.kind == "ShimProblem" or (cut_short and not tests.errored and not outside):
        missing = told is not None and end.kind == "NotReported"
        yield Finding(
            kind="ReportIncomplete" if missing else end.kind,
            predicate=f"never told its plan: {end.cause}" if missing else end.predicate,
            details=end.details,
        )
    yield from outside
    if ledger is None:
        return
    wrong = [*_another_run(request, ledger), *ledger.contradictions]
    if wrong:
        rest = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        yield Finding(kind="ReportIncomplete", predicate=f"left no whole report: {wrong[0]}{rest}", details="\n".join(wrong))
    if told is not None and end.stop is None and end.kind != "ShimProblem":
        mismatch = _exit_mismatch(ledger, told, facts, tests, bool(outside or wrong))
        if mismatch:
            yield Finding(kind="ExitCodeMismatch", predicate=mismatch, details=end.details)


def _timed_out(ledger: PodLedger) -> bool:
    return ledger.finish is not None and ledger.finish.status == "timedout"


def _outside_errors(ledger: PodLedger) -> Iterator[Finding]:
    decisions = (_STOPPED_EARLY, _TIMED_OUT) if _timed_out(ledger) else (_STOPPED_EARLY,)
    errors = {(each.file, each.line, each.message): each for each in ledger.errors if not each.message.startswith(decisions)}
    for error in errors.values():
        summary = text.first_line(error.message) or "no message"
        details = error.stack or error.message
        if error.message.startswith(_REPORTER):
            yield Finding(kind="ReportIncomplete", predicate=f"had trouble with its report: {summary}", details=details)
        elif _NO_TESTS.match(error.message):
            if len(errors) > 1:
                continue  # it follows from the other
            yield Finding(kind="NoTests", predicate="found no tests", details=details, title="global error")
        elif error.file:
            predicate = f"had an error in {text.one_line(error.file)} outside its tests: {summary}"
            yield Finding(
                kind="LoadError", predicate=predicate, details=details, file=error.file, line=error.line, title=error.file
            )
        else:
            yield Finding(kind="LoadError", predicate=f"had a global error: {summary}", details=details, title="global error")
    if ledger.error_count > len(ledger.errors):
        more = f"had {ledger.error_count - len(ledger.errors)} more errors outside its tests"
        yield Finding(kind="LoadError", predicate=more, title="global error")


def _another_run(request: model.SettleRequest, ledger: PodLedger) -> Iterator[str]:
    begin = ledger.begin
    if begin is not None and begin.shards != request.shards:
        yield f"it ran as one of {begin.shards} shards, not of {request.shards}"
    if begin is not None and begin.uid != request.run.uid:
        yield f"it ran for another run ({text.one_line(begin.uid, 80)})"


def _exit_mismatch(
    ledger: PodLedger, told: events.Exit, facts: Sequence[model.PodFacts], tests: model.Counts, explained: bool
) -> str:
    """What is odd about the exit code, as a predicate; empty when it agrees. ``explained``: something else went wrong too."""
    if told.code == 0:
        seen = next((pod.exit_code for pod in facts if pod.pod == ledger.pod), None)
        if tests.failed:
            return f"ended with exit code 0, although {text.plural(tests.failed, 'test')} failed"
        if explained:
            return ""
        if told.playwright_exit != 0 or ledger.finish is None or ledger.finish.status != "passed":
            return "ended with exit code 0, although Playwright did not say that it passed"
        if not tests.errored and any(record.outcome not in _GREEN for record in ledger.tests.values()):
            return "ended with exit code 0, although not all its tests passed or were skipped"
        return f"says exit code 0, Kubernetes says {seen}" if seen else ""
    if tests.failed or tests.errored or explained:
        return ""
    if _timed_out(ledger):
        return f"ended with exit code {told.code}: Playwright's globalTimeout passed"
    if ledger.signal is not None:
        return f"was told to end ({text.one_line(ledger.signal.signal, 20)}) when its tests had ended"
    return "" if flaky_forbidden(ledger, tests) else f"ended with exit code {told.code}, although no test failed"


_GREEN = frozenset({Outcome.EXPECTED, Outcome.FLAKY, Outcome.SKIPPED})
"""Outcomes that allow exit code 0."""


def flaky_forbidden(ledger: PodLedger, tests: model.Counts) -> bool:
    """Playwright's failOnFlakyTests: it calls a run failed in which every test passed at last."""
    return (
        ledger.exit is not None
        and ledger.exit.code == 1
        and ledger.finish is not None
        and ledger.finish.status == "failed"
        and tests.flaky > 0
    )


def shard_verdict(
    ledger: PodLedger | None, end: Ending, found: Sequence[Finding], tests: model.Counts, total: model.Counts
) -> tuple[model.Verdict, str]:
    """The result of a shard and a predicate that says why (empty when it passed). ``total`` counts the findings' cases too."""
    if end.stop is not None:
        return end.stop, end.predicate
    if total.errored:
        predicate = found[0].predicate if found and not (tests.errored and end.kind != "NotReported") else end.predicate
        missing = f"; {tests.errored} of {text.plural(tests.tests, 'test')} without a result" if tests.errored else ""
        return model.Verdict.ERRORED, predicate + missing
    if tests.failed:
        return model.Verdict.FAILED, f"{tests.failed} of {text.plural(tests.tests, 'test')} failed"
    if ledger is not None and flaky_forbidden(ledger, tests):
        return model.Verdict.FAILED, f"{text.plural(tests.flaky, 'flaky test')}, and the configuration forbids it"
    if ledger is not None and ledger.whole and ledger.exit is not None and ledger.exit.code == 0:
        return model.Verdict.PASSED, ""
    return model.Verdict.ERRORED, end.predicate  # nothing above found a reason, and yet it is not a pass


def how_pod_ended(pod: model.PodFacts | None) -> str:
    """Kubernetes' word on a pod's end: ``OOMKilled (exit code 137) on node a``."""
    if pod is None:
        return "Kubernetes knows nothing of its end"
    reason, message = text.one_line(pod.reason, 100), text.one_line(pod.message)
    code = f"exit code {pod.exit_code}" if pod.exit_code is not None else ""
    if reason:
        words = reason + (f" ({code})" if code else "") + (f": {message}" if message else "")
    elif code or message:
        words = ": ".join(part for part in (code, message) if part)
    else:
        words = "the pod is gone" if pod.terminated else f"the pod is {text.one_line(pod.phase, 50) or 'in an unknown state'}"
    said = termination.read(pod.termination)
    return words + (f" on node {text.one_line(pod.node, 253)}" if pod.node else "") + _last_words(said)


def _last_words(said: termination.Termination | None) -> str:
    """What the shim left in the termination message, as far as it explains a missing report."""
    if said is None:
        return ""
    if said.problem:
        return f": {text.one_line(said.problem)}"
    return (
        ""
        if said.sent
        else f"; {said.reported} of {text.plural(said.planned, 'test')} were reported, and not all of that was sent"
    )


def describe(ledger: PodLedger | None, facts: Sequence[model.PodFacts]) -> str:
    """All that is known of a shard's last pod and of Playwright's last words, for the body of a JUnit error."""
    lines = []
    pod = _last_word(ledger, facts)
    if pod is not None:
        facts_of = {
            "pod": pod.pod, "node": pod.node, "image": pod.image, "phase": pod.phase, "reason": pod.reason,
            "exit code": "" if pod.exit_code is None else str(pod.exit_code), "message": pod.message,
        }  # fmt: skip
        lines += [f"{name}: {text.one_line(value)}" for name, value in facts_of.items() if value]
        if pod.events:
            lines += ["events:", *(f"  {text.one_line(event)}" for event in pod.events[-_EVENTS_SHOWN:])]
        if pod.log_tail:
            lines += ["last log lines:", text.tail(pod.log_tail, _LOG_LENGTH)]
    elif ledger is not None:
        lines.append(f"pod: {ledger.pod}")
    if ledger is not None and ledger.exit is not None and ledger.exit.output:
        lines += ["Playwright's last output:", text.tail(ledger.exit.output, _LOG_LENGTH)]
    return "\n".join(lines)


def _last_word(ledger: PodLedger | None, facts: Sequence[model.PodFacts]) -> model.PodFacts | None:
    """The facts that explain the end: of the newest pod, unless the deciding one is known to have ended by itself."""
    if ledger is not None and ledger.exit is not None and ledger.signal is None:
        return next((pod for pod in facts if pod.pod == ledger.pod), None)
    return facts[-1] if facts else None


def error_name(message: str) -> str:
    """The name of the error that a message begins with: ``TypeError``, ``Error``; empty for an assertion, and for no name."""
    if _WORKER_CRASHED in message:
        return "WorkerCrashed"
    name = _ERROR_NAME.match(message)
    if name is not None:
        return name[1]
    if message.startswith("Error: ") and "expect(" not in text.first_line(message):
        return "Error"
    return ""
