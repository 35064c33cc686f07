"""The result without the server: worked out from the termination messages that Kubernetes keeps (docs/protocol.md §2). Pure.

A termination message holds counts, an exit code and digests, and no names. So a run can be judged by the same rules, but its
cases are its shards, and `RunResult.counts` comes from the messages, not from the cases.
"""

from __future__ import annotations

from testrun.core import endings, model, text
from testrun.core.cases import RunResult
from testrun.core.termination import Termination, read


def settle(request: model.SettleRequest) -> RunResult:
    """The result of a run as far as ``request.pods`` tells it: one case for each shard, none for a run that never had a pod."""
    shards = tuple(_shard(request, index) for index in range(request.shards))
    told = [_deciding(_facts(request, index))[1] for index in range(request.shards)]
    total = sum((shard.counts for shard in shards), model.Counts())
    return RunResult(
        cases=tuple(_case(request, shard) for shard in shards) if request.pods else (),
        counts=total if request.pods else model.Counts(),
        shards=shards,
        duration=max(0.0, (request.end - request.start).total_seconds()),
        nodes={pod.pod: pod.node for pod in request.pods if pod.node},
        helped=sum(each.passed + each.failed - each.ran for each in told if each is not None),
    )


def _facts(request: model.SettleRequest, index: int) -> tuple[model.PodFacts, ...]:
    return tuple(pod for pod in request.pods if pod.index == index)


def _shard(request: model.SettleRequest, index: int) -> model.ShardResult:
    facts = _facts(request, index)
    deciding, told = _deciding(facts)
    verdict, message = _judge(request, deciding, told)
    counts = model.Counts()
    if told is not None:
        missing = max(0, told.planned - told.reported)
        killed = min(told.out_of_memory, told.reported)
        did_not_run = max(0, told.reported - told.passed - told.failed - told.skipped - killed)
        counts = model.Counts(
            tests=told.passed + told.failed + told.skipped + did_not_run + killed + missing,
            passed=told.passed,
            failed=told.failed,
            errored=killed + missing,
            skipped=told.skipped + did_not_run,
            flaky=min(told.flaky, told.passed),
        )
    if verdict not in (model.Verdict.PASSED, model.Verdict.FAILED) and not counts.errored:
        counts += model.Counts(tests=1, errored=1)
    code = told.code if told is not None else (deciding.exit_code if deciding is not None else None)
    return model.ShardResult(
        index=index,
        result=verdict,
        counts=counts,
        attempts=sum(pod.started for pod in facts),
        node=text.one_line(deciding.node, 253) if deciding is not None else "",
        exit_code=code,
        message=text.one_line(message, 500),
    )


def _deciding(facts: tuple[model.PodFacts, ...]) -> tuple[model.PodFacts | None, Termination | None]:
    """The last pod that left a message and was not told to end; else the last that left one; else the last."""
    told = [(pod, termination) for pod in facts if (termination := read(pod.termination)) is not None]
    ended = [each for each in told if not each[1].signal]
    if told:
        return (ended or told)[-1]
    return (facts[-1] if facts else None), None


def _judge(request: model.SettleRequest, pod: model.PodFacts | None, told: Termination | None) -> tuple[model.Verdict, str]:
    """The result of a shard and, after ``shard 1``, why."""
    outside = request.stopped in (model.Verdict.CANCELLED, model.Verdict.TIMED_OUT)
    if request.stopped is not None and outside and (told is None or told.signal):
        word = "was cancelled" if request.stopped is model.Verdict.CANCELLED else "timed out"
        return request.stopped, f"{word} before it ended"
    if pod is None:
        return model.Verdict.ERRORED, "never began: no pod was ever seen"
    if told is None:
        return model.Verdict.ERRORED, f"{'lost its pod' if pod.started else 'never began'}: {endings.how_pod_ended(pod)}"
    if told.problem or told.code == endings.SHIM_FAILED:
        return model.Verdict.ERRORED, f"could not be run: {text.one_line(told.problem) or 'no reason was told'}"
    if told.signal:
        return model.Verdict.ERRORED, f"was told to end ({text.one_line(told.signal, 20)})"
    if told.oom_kills and (told.code or told.out_of_memory):
        return model.Verdict.ERRORED, f"ran out of memory: {endings.killed(told.oom_kills, told.memory_limit)}"
    if told.planned != told.reported or told.planned_sha256 != told.reported_sha256:
        return model.Verdict.ERRORED, f"did not report all its tests: {told.reported} of {told.planned}"
    return _judge_whole(pod, told)


def _judge_whole(pod: model.PodFacts, told: Termination) -> tuple[model.Verdict, str]:
    """The same of a shard whose tests all have a result: do the exit codes agree with them?"""
    if pod.exit_code is not None and pod.exit_code != told.code:
        return model.Verdict.ERRORED, f"says exit code {told.code}, Kubernetes says {pod.exit_code}"
    if told.failed:
        if told.code == 0:
            return model.Verdict.ERRORED, f"ended with exit code 0, although {text.plural(told.failed, 'test')} failed"
        return model.Verdict.FAILED, f"{told.failed} of {text.plural(told.planned, 'test')} failed"
    if told.code == 1 and told.flaky:
        return model.Verdict.FAILED, f"{text.plural(told.flaky, 'flaky test')}, and the configuration forbids it"
    if told.code:
        return model.Verdict.ERRORED, f"ended with exit code {told.code}, although no test failed"
    if told.reported != told.passed + told.skipped:
        return model.Verdict.ERRORED, "ended with exit code 0, although not all its tests passed or were skipped"
    return model.Verdict.PASSED, ""


_STATUS = {model.Verdict.PASSED: model.CaseStatus.PASSED, model.Verdict.FAILED: model.CaseStatus.FAILED}


def _case(request: model.SettleRequest, shard: model.ShardResult) -> model.Case:
    facts = _facts(request, shard.index)
    name = f"shard {shard.index}"
    counts = shard.counts
    numbers = (
        f"{text.plural(counts.tests, 'test')}: {counts.passed} passed, {counts.failed} failed, {counts.errored} errored, "
        f"{counts.skipped} skipped, {counts.flaky} flaky. Their names are not known: the server could not be asked."
    )
    pod, _ = _deciding(facts)
    return model.Case(
        shard=shard.index,
        file="",
        project="",
        title=(name,),
        status=_STATUS.get(shard.result, model.CaseStatus.ERRORED),
        attempts=(model.Attempt(retry=0, status=shard.result.lower(), output=numbers, pod=pod.pod if pod is not None else ""),),
        message=f"{name}{':' if shard.result is model.Verdict.FAILED else ''} {shard.message}" if shard.message else "",
        details=endings.describe(None, facts),
        kind={model.Verdict.PASSED: "", model.Verdict.FAILED: "TestsFailed"}.get(shard.result, str(shard.result)),
    )
