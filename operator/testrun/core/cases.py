"""From what the pods told to the test cases of a run: one for each planned test, one for each thing that went wrong around them.

Pure. The numbers add up by construction: `RunResult.counts` is counted from the cases. What a pod could not tell about its own
end comes from `model.PodFacts`. `testrun.core.verdict` judges the result, ``testrun.junit`` writes it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence

from testrun.core import endings, model, text
from testrun.core.ledger import Outcome, PodLedger, TestRecord

DETAILS_TOLD = 20
"""So many of a shard's tests that never ran repeat the facts of its end; a lost shard may have thousands."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunResult:
    """A run, worked out. ``cases`` are sorted by project, file, line, title and shard; ``shards`` by index, none missing."""

    cases: tuple[model.Case, ...]
    counts: model.Counts
    shards: tuple[model.ShardResult, ...]
    duration: float
    """Seconds of phase 3."""
    nodes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Pod to node, of the pods whose node is known."""
    helped: int = 0
    """How many of those that passed or failed only set up, or clean up, for others (`model.Case.support`)."""

    @property
    def ran(self) -> int:
        """Tests that passed or failed and tested something."""
        return self.counts.passed + self.counts.failed - self.helped


def settle(
    request: model.SettleRequest, pods: Mapping[int, Sequence[PodLedger]], *, stored: Collection[str] | None = None
) -> RunResult:
    """The result of a run.

    ``pods`` holds the ledgers of each shard's pods, in any order; ``request.pods`` are oldest first. ``stored`` are the paths of
    the attachments that arrived, relative to the run's folder; None: all that were announced.
    """
    shards = [_Shard(request, index, pods.get(index, ())) for index in range(request.shards)]
    cases = sorted((case for shard in shards for case in shard.cases), key=_order)
    if stored is not None:
        cases = [_without_lost_attachments(case, stored) for case in cases]
    return RunResult(
        cases=tuple(cases),
        counts=count(cases),
        shards=tuple(shard.result() for shard in shards),
        duration=max(0.0, (request.end - request.start).total_seconds()),
        nodes={pod: node for shard in shards for pod, node in shard.nodes() if node},
        helped=sum(case.support and case.status in _RAN for case in cases),
    )


def of_ledger(ledger: PodLedger, ending: endings.Ending) -> tuple[model.Case, ...]:
    """One case for each test of a log that stands alone; ``ending`` explains those without a result."""
    return _Tests([ledger], ledger, ending, ledger.index).cases()


def count(cases: Iterable[model.Case]) -> model.Counts:
    """The totals of these cases."""
    totals = dict.fromkeys(model.CaseStatus, 0)
    for case in cases:
        totals[case.status] += 1
    flaky = totals[model.CaseStatus.FLAKY]
    return model.Counts(
        tests=sum(totals.values()),
        passed=totals[model.CaseStatus.PASSED] + flaky,
        failed=totals[model.CaseStatus.FAILED],
        errored=totals[model.CaseStatus.ERRORED],
        skipped=totals[model.CaseStatus.SKIPPED],
        flaky=flaky,
    )


def _order(case: model.Case) -> tuple[object, ...]:
    return (case.project, case.file, case.line, case.title, case.shard, case.kind)


def _without_lost_attachments(case: model.Case, stored: Collection[str]) -> model.Case:
    if all(each.path is None or each.path in stored for attempt in case.attempts for each in attempt.attachments):
        return case
    attempts = tuple(
        dataclasses.replace(
            attempt,
            attachments=tuple(
                each
                if each.path is None or each.path in stored
                else dataclasses.replace(each, path=None, note="it never reached the server")
                for each in attempt.attachments
            ),
        )
        for attempt in case.attempts
    )
    return dataclasses.replace(case, attempts=attempts)


class _Shard:
    """One shard, over all its pods.

    A pod that replaces a lost one runs the whole shard again, so the *deciding* pod is the last one that came to its own end with
    a whole report, else the last that began: its exit code and its end are the shard's. What each pod finished is kept; a test's
    last result wins.
    """

    def __init__(self, request: model.SettleRequest, index: int, ledgers: Sequence[PodLedger]) -> None:
        self.request = request
        self.index = index
        self.facts = tuple(pod for pod in request.pods if pod.index == index)
        self.ledgers = sorted((each for each in ledgers if each.begin is not None or each.problem_count), key=self._began)
        ended = [each for each in self.ledgers if each.whole and each.signal is None]
        self.deciding = next(reversed(ended or self.ledgers), None)
        self.ending = endings.ending(request, self.deciding, self.facts)
        tests = _Tests(self.ledgers, self.deciding, self.ending, index).cases()
        self.tests = count(tests)
        self.findings = tuple(endings.findings(request, self.deciding, self.facts, self.ending, self.tests))
        self.cases = (*tests, *(self._finding_case(finding) for finding in self.findings))

    def _began(self, ledger: PodLedger) -> tuple[int, int, str]:
        """Kubernetes' order, for clocks of nodes differ. Pods that it has forgotten come first, by their own clocks."""
        place = next((place for place, pod in enumerate(self.facts) if pod.pod == ledger.pod), -1)
        return (place, ledger.begin.time if ledger.begin is not None else 0, ledger.pod)

    def nodes(self) -> Iterable[tuple[str, str]]:
        for ledger in self.ledgers:
            if ledger.begin is not None:
                yield ledger.pod, ledger.begin.node
        for pod in self.facts:
            yield pod.pod, pod.node

    def result(self) -> model.ShardResult:
        counts = count(self.cases)
        verdict, message = endings.shard_verdict(self.deciding, self.ending, self.findings, self.tests, counts)
        began = {ledger.pod for ledger in self.ledgers} | {pod.pod for pod in self.facts if pod.started}
        last = self.facts[-1] if self.facts else None
        first_ms = next((ledger.begin.time for ledger in self.ledgers if ledger.begin is not None), 0)
        last_ms = max((ledger.last_ms for ledger in self.ledgers), default=0)
        pod = self.deciding.pod if self.deciding is not None else (last.pod if last is not None else "")
        exit_code = last.exit_code if last is not None else None
        if self.deciding is not None and self.deciding.exit is not None:
            exit_code = self.deciding.exit.code
        return model.ShardResult(
            index=self.index,
            result=verdict,
            counts=counts,
            attempts=len(began),
            node=text.one_line({name: node for name, node in self.nodes() if node}.get(pod, ""), 253),
            exit_code=exit_code,
            duration=max(0, last_ms - first_ms) / 1000 if first_ms else 0.0,
            message=text.one_line(message, 500),
        )

    def _finding_case(self, finding: endings.Finding) -> model.Case:
        name = f"shard {self.index}"
        return model.Case(
            shard=self.index,
            file=finding.file,
            project="",
            title=(finding.title or name,),
            status=model.CaseStatus.ERRORED,
            line=finding.line,
            message=f"{name} {finding.predicate}",
            details=finding.details,
            kind=finding.kind,
        )


class _Tests:
    """The test cases of some ledgers of the same tests, oldest first: a test's last result wins."""

    def __init__(self, ledgers: Sequence[PodLedger], deciding: PodLedger | None, ending: endings.Ending, shard: int) -> None:
        self.ledgers = ledgers
        self.deciding = deciding
        self.ending = ending
        self.index = shard
        self._told_details = 0

    def cases(self) -> tuple[model.Case, ...]:
        found: dict[tuple[object, ...], list[tuple[PodLedger, TestRecord]]] = {}
        for ledger in self.ledgers:
            if ledger.begin is None:
                continue  # whoever wrote it was no shim: nothing in it is a test of this run
            for record in ledger.tests.values():
                planned = record.planned
                found.setdefault((planned.id, planned.project, planned.file, planned.title), []).append((ledger, record))
        return tuple(self._test_case(tries) for tries in found.values())

    def _test_case(self, tries: list[tuple[PodLedger, TestRecord]]) -> model.Case:
        record = _decisive(tries)
        planned = record.planned
        attempts = tuple(attempt for one, its in tries for attempt in _attempts(one, its))
        status, kind, message, details = self._told(record) if record.outcome in _RESULTS else self._not_told(tries)
        if status is model.CaseStatus.PASSED and any(its.outcome is Outcome.UNEXPECTED for _, its in tries):
            status = model.CaseStatus.FLAKY  # it failed for good in a pod that was then replaced
        return model.Case(
            shard=self.index,
            file=planned.file,
            project=planned.project,
            title=planned.title,
            status=status,
            line=planned.line,
            attempts=attempts,
            message=message,
            details=details,
            kind=kind,
            tags=planned.tags,
            support=planned.support,
            reached=status is not model.CaseStatus.ERRORED or bool(attempts),
        )

    def _told(self, record: TestRecord) -> tuple[model.CaseStatus, str, str, str]:
        """Status, kind, message and details of a test whose result the reporter told."""
        match record.outcome:
            case Outcome.EXPECTED:
                return model.CaseStatus.PASSED, "", "", ""
            case Outcome.FLAKY:
                return model.CaseStatus.FLAKY, "", "", ""
            case Outcome.SKIPPED:
                return model.CaseStatus.SKIPPED, "", record.note, ""
            case Outcome.DID_NOT_RUN:
                failed = self.deciding is not None and self.deciding.exit is not None and self.deciding.exit.code != 0
                reason = "did not run: a test or hook before it failed, or Playwright stopped early" if failed else ""
                return model.CaseStatus.SKIPPED, "", record.note or reason, ""
            case Outcome.OUT_OF_MEMORY:
                attempt = next(each for each in reversed(record.attempts.values()) if each.out_of_memory)
                kind, message = failure(attempt, record.expected)
                details = "\n\n".join(filter(None, (attempt.stack, self._end_details())))
                return model.CaseStatus.ERRORED, kind, message, details
            case _:
                attempt = next(each for each in reversed(record.attempts.values()) if _unexpected(each, record))
                kind, message = failure(attempt, record.expected)
                return model.CaseStatus.FAILED, kind, message, attempt.stack

    def _not_told(self, tries: list[tuple[PodLedger, TestRecord]]) -> tuple[model.CaseStatus, str, str, str]:
        """The same of a test that has no result: the shard's ending says why."""
        record = tries[-1][1]
        ran = bool(record.started) or record.outcome is Outcome.INTERRUPTED
        # What the deciding pod did not plan, its Playwright did not choose to leave out either.
        if self.ending.by_playwright and any(ledger is self.deciding for ledger, _ in tries):
            reason = "was interrupted" if ran else "did not run"
            return model.CaseStatus.SKIPPED, "", f"{reason}: {self.ending.cause}", ""
        kind, message = endings.unfinished(self.ending, ran=ran)
        details = self._end_details()
        return model.CaseStatus.ERRORED, kind, message, self.ending.details if ran else details

    def _end_details(self) -> str:
        """The facts of the shard's end, for the first so many that ask."""
        self._told_details += 1
        return self.ending.details if self._told_details <= DETAILS_TOLD else ""


_RAN = frozenset({model.CaseStatus.PASSED, model.CaseStatus.FLAKY, model.CaseStatus.FAILED})

_RESULTS = frozenset(
    {Outcome.EXPECTED, Outcome.FLAKY, Outcome.UNEXPECTED, Outcome.SKIPPED, Outcome.DID_NOT_RUN, Outcome.OUT_OF_MEMORY}
)
"""Outcomes that say how the test itself ended."""


def _decisive(tries: list[tuple[PodLedger, TestRecord]]) -> TestRecord:
    """Of the last pod that has a result of the test; "did not run" counts only when no pod has a better one."""
    told = [record for _, record in tries if record.outcome in _RESULTS]
    ran = [record for record in told if record.outcome is not Outcome.DID_NOT_RUN]
    return (ran or told or [tries[-1][1]])[-1]


def _attempts(ledger: PodLedger, record: TestRecord) -> list[model.Attempt]:
    lost = [
        model.Attempt(retry=retry, status="lost", start_ms=start, pod=ledger.pod)
        for retry, start in sorted(record.started.items())
    ]
    return [*record.attempts.values(), *lost]


def _unexpected(attempt: model.Attempt, record: TestRecord) -> bool:
    return not attempt.out_of_memory and attempt.status not in ("skipped", "interrupted", record.expected)


def failure(attempt: model.Attempt, expected: str) -> tuple[str, str]:
    """The kind and the message of an attempt that did not end as expected."""
    if attempt.out_of_memory:
        itself = text.first_line(attempt.message)
        return "OutOfMemory", f"out of memory: {endings.killed(attempt.oom_kills)}" + (f": {itself}" if itself else "")
    if attempt.status == "timedOut":
        return "TestTimedOut", attempt.message or "the test timed out"
    if attempt.status == "passed":
        return (
            "UnexpectedPass",
            "expected to fail, but passed" if expected == "failed" else f"expected to be {expected}, but passed",
        )
    return endings.error_name(attempt.message) or "AssertionFailed", attempt.message or "the test failed"
