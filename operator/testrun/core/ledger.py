"""What one pod has told, folded line by line: cheap enough to keep for every live pod, whole enough to settle a run from.

A ledger never raises and never trusts: a line that is not in the contract is counted and remembered, and makes the report
untrustworthy (`PodLedger.contradictions`), which no verdict turns green. Memory is bounded by the limits below, and told:
`PodLedger.cost` is for who keeps many ledgers, since a log of many small things takes a dozen times its own size.

While a shard runs, a test counts as what its attempts say so far, as if no more came: one that failed counts as failed, and moves
to flaky when a retry passes. So live numbers and the settled ones follow the same rule, `outcome`.
"""

from __future__ import annotations

import enum
import functools
import hashlib
import itertools
import sys
from collections.abc import Iterable

from testrun.core import events, model, text

MAX_TESTS = 100_000
MAX_ATTEMPTS = 300_000
MAX_ATTEMPTS_OF_TEST = 100
MAX_RUNNING = 1_000
MAX_ERRORS = 100
MAX_PROBLEMS = 20
MAX_TEXT = 32 * 1024 * 1024
"""Characters of messages, stacks and output kept for one pod. After that each text keeps its first SHORT_TEXT."""
SHORT_TEXT = 200
RUNNING_SHOWN = 10
TITLES_SHOWN = 5
"""Parts of a running test's title, from its end."""

# Bytes that records take beside their texts, measured on CPython 3.11 and rounded up. A text costs what Python says it takes:
# one that holds a single emoji takes four bytes for each character.
POD_COST = 4096
TEST_COST = 600
START_COST = 600
ATTEMPT_COST = 500
ATTACHMENT_COST = 250


class Outcome(enum.Enum):
    """What all attempts of a test in one pod come to: Playwright's ``TestCase.outcome()``, its "skipped" told apart."""

    NONE = enum.auto()
    """No attempt has ended."""
    EXPECTED = enum.auto()
    FLAKY = enum.auto()
    UNEXPECTED = enum.auto()
    SKIPPED = enum.auto()
    """Skipped on purpose."""
    DID_NOT_RUN = enum.auto()
    """Told as skipped, though nobody asked for it: a hook failed before it, or Playwright stopped early."""
    INTERRUPTED = enum.auto()
    OUT_OF_MEMORY = enum.auto()
    """No attempt came to its own end: the kernel killed processes of the container under each."""


KILLED = "killed"
"""Stands for the status of an attempt that was `out_of_memory`: neither what was expected nor anything else."""


@functools.lru_cache(maxsize=256)
def outcome(seen: frozenset[str], expected: str) -> Outcome:
    """The outcome of a test whose attempts ended with these statuses. Playwright 1.65, ``computeTestCaseOutcome``, and KILLED."""
    if not seen:
        return Outcome.NONE
    met = expected != "skipped" and expected in seen
    unmet = bool(seen - {"interrupted", "skipped", KILLED, expected})
    skipped = expected == "skipped" and "skipped" in seen
    if unmet:
        return Outcome.FLAKY if met or skipped else Outcome.UNEXPECTED
    if KILLED in seen:
        return Outcome.FLAKY if met or skipped else Outcome.OUT_OF_MEMORY
    if met:
        return Outcome.EXPECTED
    if skipped:
        return Outcome.SKIPPED
    return Outcome.INTERRUPTED if "interrupted" in seen else Outcome.DID_NOT_RUN


@functools.lru_cache(maxsize=256)
def _with(seen: frozenset[str], status: str) -> frozenset[str]:
    """One shared set for each combination: there may be 100,000 tests, but only 64 of these."""
    return seen | {status}


_NO_ATTEMPTS: dict[int, model.Attempt] = {}
_NONE_STARTED: dict[int, int] = {}
"""Shared by all tests that have nothing to put there, never written to: of 100,000 tests few run at once."""


class TestRecord:
    """One planned test and what the pod has told of it."""

    __slots__ = ("attempts", "expected", "note", "outcome", "planned", "started", "statuses")
    __test__ = False  # not a pytest class

    def __init__(self, planned: events.PlannedTest) -> None:
        self.planned = planned
        self.expected = planned.expected
        self.attempts: dict[int, model.Attempt] = _NO_ATTEMPTS
        """By retry, in the order told."""
        self.started: dict[int, int] = _NONE_STARTED
        """Attempts that have started and not ended: retry to milliseconds."""
        self.note = ""
        """Why it was skipped, in the words of its author."""
        self.statuses: frozenset[str] = frozenset()
        self.outcome = Outcome.NONE


class PodLedger:
    """The log of one pod. ``pod`` and ``index`` are the ones it was sent for: what it says of itself is checked against them."""

    def __init__(self, pod: str, index: int) -> None:
        self.pod = pod
        self.index = index
        self.tests: dict[str, TestRecord] = {}
        """By id, in the order planned."""
        self.begin: events.Begin | None = None
        self.planned: events.Planned | None = None
        self.errors: list[events.OutsideError] = []
        self.error_count = 0
        self.finish: events.Finish | None = None
        self.signal: events.Signal | None = None
        self.exit: events.Exit | None = None
        self.problems: list[str] = []
        """The first MAX_PROBLEMS of what was wrong with the log, for people."""
        self.problem_count = 0
        self.cost = POD_COST
        """Bytes of memory, about, that this ledger takes."""
        self.overflowed = False
        """Whether lines were left out because there was no memory for them."""
        self._lines = 0
        self._last = 0
        self._attempts = 0
        self._text = 0
        self._ended = 0
        self._counts = dict.fromkeys(Outcome, 0)
        self._running: dict[tuple[str, int], int] = {}

    def feed(self, line: bytes) -> None:
        """Fold the next line of the log, with or without its newline. Never raises for what the line holds."""
        if self.overflowed:
            return
        self._lines += 1
        try:
            event = events.parse(line)
        except events.EventError as error:
            self._problem(str(error))
            return
        if self.exit is not None:
            self._problem("the log goes on after its last line")
            return
        if self.begin is None and not isinstance(event, events.Begin):
            self._problem("the log does not start with begin")
        match event:
            case events.End():
                self._end(event)
            case events.Start():
                self._start(event)
            case events.Plan():
                self._plan(event)
            case events.Begin():
                self._begin(event)
            case events.Planned():
                self._planned(event)
            case events.OutsideError():
                self.error_count += 1
                if len(self.errors) < MAX_ERRORS:
                    self.errors.append(event)
                    self.cost += ATTEMPT_COST + _texts(event.message, event.stack, event.file)
            case events.Finish():
                self.finish = event
            case events.Signal():
                self.signal = self.signal or event
            case events.Exit():
                self._exit(event)
            case events.Unknown():
                pass

    def overflow(self) -> None:
        """There is no memory for more: all lines from here on are left out, and the log counts as not whole."""
        if not self.overflowed:
            self._problem("the log goes on, but holds more than the server can keep in memory")
            self.overflowed = True

    def progress(self, *, connected: bool) -> model.ShardProgress:
        """What to show of the shard now: bounded, printable, and no more work than the tests that run."""
        running: list[model.RunningTest] = []
        if self.exit is None:
            for (test, _), since in itertools.islice(self._running.items(), RUNNING_SHOWN):
                planned = self.tests[test].planned
                running.append(
                    model.RunningTest(
                        title=text.one_line(" › ".join(planned.title[-TITLES_SHOWN:]), 200),
                        file=text.one_line(planned.file, 200),
                        project=text.one_line(planned.project, 60),
                        since_ms=since,
                    )
                )
        count = self._counts
        return model.ShardProgress(
            index=self.index,
            pod=self.pod,
            connected=connected,
            planned=len(self.tests),
            passed=count[Outcome.EXPECTED] + count[Outcome.FLAKY],
            failed=count[Outcome.UNEXPECTED],
            skipped=count[Outcome.SKIPPED] + count[Outcome.DID_NOT_RUN],
            flaky=count[Outcome.FLAKY],
            running=tuple(running),
            exit=None if self.exit is None else self._shard_exit(self.exit),
        )

    @property
    def contradictions(self) -> tuple[str, ...]:
        """Why what was received cannot be the whole log; empty when it can, as far as it goes."""
        if self.problem_count > len(self.problems):
            return (*self.problems, f"and {self.problem_count - len(self.problems)} more")
        return tuple(self.problems)

    @property
    def whole(self) -> bool:
        """From the first line to the last, with the whole plan, nothing contradicting."""
        return self.begin is not None and self.planned is not None and self.exit is not None and self.problem_count == 0

    @property
    def last_ms(self) -> int:
        """When the pod was last heard of, by its own clock; 0 when never."""
        if self.exit is not None:
            return self.exit.time
        return max(self._last, self.begin.time if self.begin is not None else 0)

    def _problem(self, what: str) -> None:
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(f"line {self._lines}: {text.one_line(what)}")

    def _begin(self, event: events.Begin) -> None:
        if self.begin is not None:
            self._problem("the log begins twice")
            return
        self.begin = event
        self.cost += _texts(event.pod, event.node, event.nodejs, event.playwright, event.uid, event.cwd, *event.argv)
        if event.index != self.index or (event.pod and event.pod != self.pod):
            self._problem(f"the log is of pod {event.pod!r} of shard {event.index}, not of {self.pod!r} of shard {self.index}")

    def _plan(self, event: events.Plan) -> None:
        for test in event.tests:
            if self.planned is not None or test.id in self.tests:
                self._problem(f"test {test.id!r} is planned {'late' if self.planned is not None else 'twice'}")
            elif len(self.tests) >= MAX_TESTS:
                self._problem(f"more than {MAX_TESTS} tests are planned")
                return
            else:
                self._add(test)

    def _add(self, planned: events.PlannedTest) -> TestRecord:
        record = self.tests[planned.id] = TestRecord(planned)
        self.cost += TEST_COST + 8 * (len(planned.title) + len(planned.tags))
        self.cost += _texts(planned.id, planned.file, planned.project, *planned.title, *planned.tags)
        self._counts[Outcome.NONE] += 1
        return record

    def _planned(self, event: events.Planned) -> None:
        if self.planned is not None:
            self._problem("the plan ends twice")
            return
        self.planned = event
        if event.count != len(self.tests) or event.sha256 != digest(self.tests):
            self._problem(f"the plan is not whole: {event.count} tests are announced, {len(self.tests)} were received")

    def _record(self, test: str) -> TestRecord | None:
        record = self.tests.get(test)
        if record is None:
            self._problem(f"test {test!r} was not planned")
            if len(self.tests) >= MAX_TESTS:
                return None
            # Its result may be a failure that nothing else tells: keep it under the only name it has.
            return self._add(
                events.PlannedTest(
                    id=test, file="", line=0, column=0, project="", title=(test,), tags=(), retries=0, expected="passed"
                )
            )
        return record

    def _start(self, event: events.Start) -> None:
        record = self._record(event.id)
        if record is None:
            return
        self._last = event.time
        if event.retry in record.attempts or event.retry in record.started:
            self._problem(f"attempt {event.retry} of test {event.id!r} starts twice")
        elif len(self._running) >= MAX_RUNNING:
            self._problem(f"more than {MAX_RUNNING} tests run at once")
        else:
            record.started = {**record.started, event.retry: event.time}
            self._running[record.planned.id, event.retry] = event.time
            self.cost += START_COST

    def _end(self, event: events.End) -> None:
        record = self._record(event.id)
        if record is None:
            return
        self._last = event.time
        if event.retry in record.attempts:
            self._problem(f"attempt {event.retry} of test {event.id!r} ends twice")
            return
        if len(record.attempts) >= MAX_ATTEMPTS_OF_TEST:
            self._problem(f"more than {MAX_ATTEMPTS_OF_TEST} attempts of test {event.id!r}")
            return
        if self._attempts >= MAX_ATTEMPTS:
            self._problem(f"more than {MAX_ATTEMPTS} attempts")
            return
        self._attempts += 1
        self._ended += not record.attempts
        start = record.started.get(event.retry)
        if start is not None:
            record.started = {each: since for each, since in record.started.items() if each != event.retry} or _NONE_STARTED
            del self._running[record.planned.id, event.retry]
            self.cost -= START_COST
        if not record.attempts:
            record.attempts = {}
        attempt = record.attempts[event.retry] = self._attempt(event, start)
        if event.expected:
            record.expected = event.expected
        if event.status == "skipped":
            note = next((note.description for note in event.annotations if note.type in ("skip", "fixme")), record.note)
            self.cost += _texts(note) - _texts(record.note)
            record.note = note
        record.statuses = _with(record.statuses, KILLED if attempt.out_of_memory else event.status)
        now = outcome(record.statuses, record.expected)
        if now is not record.outcome:
            self._counts[record.outcome] -= 1
            self._counts[now] += 1
            record.outcome = now

    def _attempt(self, event: events.End, start: int | None) -> model.Attempt:
        blocks = [error.stack or error.message for error in event.errors]
        blocks += [error.snippet for error in event.errors[:1] if error.snippet]
        attempt = model.Attempt(
            retry=event.retry,
            status=event.status,
            start_ms=start if start is not None else max(0, event.time - int(event.duration)),
            duration=event.duration / 1000,
            message=self._keep(event.errors[0].message if event.errors else ""),
            stack=self._keep(text.cut("\n\n".join(blocks), events.STACK_LENGTH)),
            # What a passed test printed is in the log, for who wants it.
            output=self._keep(event.output) if event.status != "passed" else "",
            pod=self.pod,
            attachments=tuple(self._attachment(each) for each in event.attachments),
            oom_kills=event.oom_kills,
        )
        self.cost += ATTEMPT_COST + _texts(attempt.message, attempt.stack, attempt.output)
        for each in attempt.attachments:
            self.cost += ATTACHMENT_COST + _texts(each.name, each.content_type, each.path or "", each.sha256, each.note)
        return attempt

    def _keep(self, words: str) -> str:
        self._text += len(words)
        return words if self._text <= MAX_TEXT else text.cut(words, SHORT_TEXT)

    def _attachment(self, told: events.AttachedFile) -> model.Attachment:
        return model.Attachment(
            name=told.name,
            content_type=told.content_type,
            path=f"phase-3/shard-{self.index}/{self.pod}/attachments/{told.file}" if told.file else None,
            bytes=told.bytes,
            sha256=told.sha256,
            note=told.refused,
        )

    def _exit(self, event: events.Exit) -> None:
        self.exit = event
        self.cost += _texts(event.problem, event.output)
        planned, reported = len(self.tests), [test for test, record in self.tests.items() if record.attempts]
        if event.planned != planned or (planned and event.planned_sha256 != digest(self.tests)):
            self._problem(f"the report is not whole: {event.planned} tests are said to be planned, {planned} were received")
        if event.reported != self._ended or (reported and event.reported_sha256 != digest(reported)):
            self._problem(f"the report is not whole: {event.reported} results are said to be sent, {self._ended} were received")

    def _shard_exit(self, event: events.Exit) -> model.ShardExit:
        return model.ShardExit(
            code=event.code,
            signal=self.signal.signal if self.signal is not None else None,
            problem=text.one_line(event.problem, 500) or None,
            time_ms=event.time,
        )


def _texts(*texts: str) -> int:
    """Bytes that they take in memory; all that are empty are one."""
    return sum(sys.getsizeof(each) for each in texts if each)


def digest(ids: Iterable[str]) -> str:
    """SHA-256 in hex of the sorted ids, each followed by a newline."""
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(ids)).encode()).hexdigest()
