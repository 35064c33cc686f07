"""The small rules that `plan` puts together, each named by what it finds. Pure; order is part of the behaviour."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

from testrun.core import environment, gate, lock, model, waits
from testrun.core.observed import Observed
from testrun.core.status import ConditionType, Status

PRE_STEPS = "PreSteps"
"""Why a run waits whose recorded phases are not verified yet."""
DEADLINE_EXCEEDED = "DeadlineExceeded"
GRACE_SECONDS = 30
"""Kubernetes' own default of ``terminationGracePeriodSeconds``."""
MAX_GRACE_SECONDS = 600
PODS_SECONDS = 10
"""For how long what was read of the pods is good enough to end a run on."""


@dataclasses.dataclass(frozen=True)
class Stop:
    """Why a run is ended from outside. ``since`` and ``deadline`` are set once the stop is under way (they come from the
    status).
    """

    verdict: model.Verdict
    message: str
    since: datetime.datetime | None = None
    deadline: datetime.datetime | None = None


Rule = Callable[[Observed], Stop | None]


def spec_is_unusable(seen: Observed) -> Stop | None:
    return Stop(model.Verdict.ERRORED, f"the spec cannot be used: {seen.invalid}") if seen.spec is None else None


def gate_is_closed(seen: Observed) -> Stop | None:
    """It was decided and written that a required phase blocks the run, or that nobody could verify its records."""
    decided = gate.condition(seen.status)
    if decided is None or decided.status == "True":
        return None
    return Stop(model.Verdict.BLOCKED if decided.status == "False" else model.Verdict.ERRORED, decided.message)


def environment_is_not_ready(seen: Observed) -> Stop | None:
    """It was decided and written that a check of the preflight does not hold, or that nobody could look; or that the environment
    was not free.
    """
    held = seen.status.condition(ConditionType.ENVIRONMENT_HELD) if seen.status is not None else None
    if held is not None and held.reason == lock.NOT_FREE:
        return Stop(model.Verdict.NOT_READY, held.message)
    decided = environment.condition(seen.status)
    if decided is None or decided.status == "True":
        return None
    return Stop(model.Verdict.NOT_READY if decided.status == "False" else model.Verdict.ERRORED, decided.message)


def run_is_deleted(seen: Observed) -> Stop | None:
    return Stop(model.Verdict.CANCELLED, "the TestRun was deleted before it ended") if seen.deleted_at is not None else None


def run_is_cancelled(seen: Observed) -> Stop | None:
    return Stop(model.Verdict.CANCELLED, "spec.cancel is set") if seen.spec is not None and seen.spec.cancel else None


def deadline_has_passed(seen: Observed) -> Stop | None:
    deadline = seen.status.deadline_time if seen.status is not None else None
    if deadline is None or seen.now < deadline or seen.spec is None:
        return None
    message = f"not finished after timeoutSeconds ({seen.spec.timeout_seconds} s)"
    waiting = seen.status.waiting if seen.status is not None and seen.status.state is model.State.RUNNING else None
    if waiting is not None and not waits.is_over(seen, waiting):
        message += f"; it waited for {waiting.reason}: {waiting.message}"
    return Stop(model.Verdict.TIMED_OUT, message)


def wait_has_passed_its_deadline(seen: Observed) -> Stop | None:
    """No shard runs, and what they wait for has had its time."""
    waiting = waits.given_up(seen)
    if waiting is None:
        return None
    seconds = (seen.now - waiting.since).total_seconds()
    return Stop(model.Verdict.ERRORED, f"no shard could run for {seconds:.0f} s ({waiting.reason}): {waiting.message}")


def job_has_passed_its_deadline(seen: Observed) -> Stop | None:
    """The Job's own deadline is later than the run's: it ends the pods when no operator was there to do it."""
    if seen.job is None or seen.job.failure_reason != DEADLINE_EXCEEDED:
        return None
    return Stop(model.Verdict.TIMED_OUT, "the Job passed its activeDeadlineSeconds")


def job_is_refused(seen: Observed) -> Stop | None:
    return Stop(model.Verdict.ERRORED, f"Kubernetes refused the Job: {seen.job_error}") if seen.job_error else None


def job_has_vanished(seen: Observed) -> Stop | None:
    """It was made, and somebody else removed it (or is about to)."""
    if seen.status is None or not seen.status.job or (seen.job is not None and not seen.job.deleting):
        return None
    return Stop(model.Verdict.ERRORED, f"the Job {seen.status.job} was deleted while it ran")


STOPS: tuple[Rule, ...] = (
    gate_is_closed,  # written, so it stays: what comes while its evidence is stored (a cancel, a deletion) changes nothing
    environment_is_not_ready,  # as the gate
    spec_is_unusable,  # nothing else of the spec can be believed
    run_is_deleted,  # somebody waits for it to go
    run_is_cancelled,  # before the time-outs: what a person asked for explains more than a clock
    job_is_refused,  # before the next: a Job that was never made has not vanished
    job_has_vanished,  # before the time-outs: without a Job they would only follow from it
    wait_has_passed_its_deadline,  # before the run's own, which is later and says less
    deadline_has_passed,
    job_has_passed_its_deadline,
)


def first(stops: tuple[Rule, ...], seen: Observed) -> Stop | None:
    """The finding of the first rule that finds something."""
    return next((stop for stop in (rule(seen) for rule in stops) if stop is not None), None)


def stop_in_progress(seen: Observed) -> Stop | None:
    """A stop that has begun keeps its reason: what comes later (a deadline during a cancel) does not change it.

    It is still in progress while its evidence is being stored.
    """
    if seen.status is None or seen.status.waiting is None:
        return None
    waiting = seen.status.waiting
    if seen.status.state not in (model.State.STOPPING, model.State.STORING) or waiting.reason == model.State.STORING:
        return None
    return Stop(model.Verdict(waiting.reason), waiting.message, waiting.since, waiting.deadline)


def shard_ended(seen: Observed, index: int) -> bool:
    """It told its own end to the server, or Kubernetes will start no pod for it any more.

    A shard that was told to end (SIGTERM: its node is drained, say) may be started again: there only Kubernetes knows. What
    Kubernetes counts as failed while the Job is suspended was told to end by us, even if an operator that was killed did not
    live to write why.
    """
    if seen.job is None:
        return False
    if index in seen.job.completed:
        return True
    given_up = index in seen.job.failed or (
        seen.job.finished and seen.job.failure_reason != DEADLINE_EXCEEDED  # a stop, and its pods have their grace period
    )
    if given_up and not seen.job.suspended:
        return True
    told = seen.progress_of(index)
    if told is None or told.exit is None or told.exit.signal is not None:
        return False
    return not any(pod.disrupted for pod in seen.pods if pod.pod == told.pod)


def all_shards_ended(seen: Observed) -> bool:
    return seen.spec is not None and seen.job is not None and all(shard_ended(seen, index) for index in range(seen.spec.shards))


def nothing_runs(seen: Observed) -> bool:
    """No pod is left that could still tell something: none was made, or each has ended or told its end."""
    told = {shard.pod for shard in seen.progress.shards if shard.exit is not None} if seen.progress is not None else set()
    left = [pod for pod in seen.pods if not pod.terminated and pod.pod not in told]
    return not left and (seen.job is None or seen.job.suspended or seen.job.finished)


def pods_are_to_be_read(seen: Observed) -> bool:
    """A shard has not told its end, so its pods are all that says what became of it; a watch that is silent says nothing of
    them, and that must not be taken for their absence.
    """
    if seen.job is None or seen.spec is None or seen.settle_error:
        return False
    told = {shard.index for shard in seen.progress.shards if shard.exit is not None} if seen.progress is not None else set()
    if all(index in told for index in range(seen.spec.shards)):
        return False
    return seen.pods_read is None or seen.now >= seen.pods_read + datetime.timedelta(seconds=PODS_SECONDS)


def grace_seconds(seen: Observed) -> int:
    """How long the run's pods may take to end after they were told to: what their template says, bounded."""
    template = seen.spec.template if seen.spec is not None else {}
    grace = (template.get("spec") or {}).get("terminationGracePeriodSeconds")
    return min(grace, MAX_GRACE_SECONDS) if isinstance(grace, int) else GRACE_SECONDS


def pods_to_explain(seen: Observed) -> tuple[str, ...]:
    """Pods whose end their own log does not tell: their last lines and events belong into the evidence."""
    told = {shard.pod for shard in seen.progress.shards if shard.exit is not None} if seen.progress is not None else set()
    return tuple(pod.pod for pod in seen.pods if pod.pod not in told)


def settle_request(seen: Observed, stop: Stop | None, *, start: datetime.datetime, end: datetime.datetime) -> model.SettleRequest:
    spec = seen.spec
    phases = gate.results(spec, seen.status, stop.verdict if stop is not None else None, stop.message if stop is not None else "")
    return model.SettleRequest(
        run=seen.run,
        shards=spec.shards if spec is not None else 0,
        min_tests=spec.min_tests if spec is not None else 1,
        revision=spec.revision if spec is not None else "",
        image=spec.image if spec is not None else "",
        base_url=(spec.base_url or "") if spec is not None else "",
        start=start,
        end=end,
        stopped=stop.verdict if stop is not None else None,
        stopped_message=stop.message if stop is not None else "",
        pods=seen.pods,
        phases=phases,
        blocked_by=gate.blocked_by(spec, phases),
        preflight=seen.status.preflight if seen.status is not None else (),
        hooks=seen.status.hooks if seen.status is not None else (),
    )


def matters(old: Status, new: Status) -> bool:
    """More than progress has changed."""
    return (old.state, old.job, old.deadline_time, old.observed_generation, old.conditions) != (
        new.state, new.job, new.deadline_time, new.observed_generation, new.conditions,
    ) or _wait(old) != _wait(new)  # fmt: skip


def _wait(status: Status) -> tuple[str, datetime.datetime] | None:
    return (status.waiting.reason, status.waiting.deadline) if status.waiting is not None else None


def exit_code_contradiction(seen: Observed) -> str:
    """What a shard told as its end, checked against what Kubernetes saw of it later; empty when they agree (or nothing is
    known yet).
    """
    told = {shard.index: shard.exit_code for shard in seen.status.shards} if seen.status is not None else {}
    last = {pod.index: pod for pod in seen.pods}
    for index, pod in sorted(last.items()):
        code = told.get(index)
        if code is not None and pod.exit_code is not None and pod.exit_code != code:
            reason = f" ({pod.reason})" if pod.reason else ""
            return f"shard {index} told exit code {code}, Kubernetes says {pod.exit_code}{reason}"
    return ""
