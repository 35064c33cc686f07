"""The decision: from what is observed to what is to be done and what is to be said. Pure, and the only place that decides.

A run goes through these stages; which one it is in is worked out anew each time from what exists, never from ``status.state``::

    finished   a verdict is written            -> tell, clean up, let go, and in the end delete when its time to live is over
    ended      every shard ended by itself     -> settle
    stopping   deleted, cancelled, timed out   -> stop the pods, wait for their grace period, settle
    held       ``suspend``                     -> no pods
    gated      phases are required, recorded   -> have their records verified; blocked, or on to the next
    queued     ``spec.environment``            -> wait until no run before this one needs it; not free in time, or on to the next
    preflight  ``spec.preflight``              -> look at the environment until it is ready; not ready in time, or on to the next
    running    else                            -> Job and Secret exist; show progress, or what keeps the shards from running

Every wait has an end: the deadline of the records, of what keeps the shards from running (`waits`), of the run, of the stop, of
the store, of the cleanup, of the deletion.
"""

from __future__ import annotations

import dataclasses
import datetime

from testrun.core import actions, cleanup, environment, gate, late, lock, model, rules, waits
from testrun.core.observed import Observed
from testrun.core.preflight import checks
from testrun.core.status import MESSAGE_CHARACTERS, Artifacts, ConditionType, ShardStatus, Status, Waiting

RECORD_SECONDS = 30
"""How long a record's ConfigMap or upload may come after the TestRun: they may be applied in one go, in any order."""
VERIFY_SECONDS = 120
"""How long the records may wait for a server that does not answer."""
STOP_MARGIN_SECONDS = 15
"""What Kubernetes needs around the pods' grace period, when they were told to end."""
STORE_SECONDS = 60
"""How long the server may be unable to settle before the verdict is worked out without it."""
DELETION_SECONDS = 90
"""A deleted run is let go after this, whatever is broken."""
PROGRESS_SECONDS = 10
"""Progress alone is written at most this often: live progress comes from the server."""
RETRY_SECONDS = 1


@dataclasses.dataclass(frozen=True)
class Decision:
    """``actions`` in order, then ``status`` (None: leave it as it is), then look again at ``again`` (None: when something
    changes). ``waiting`` is to be remembered: a wait that may end before it is worth a write. ``looks``: go on looking at the
    checks that are looked at.
    """

    actions: tuple[actions.Action, ...] = ()
    status: Status | None = None
    again: datetime.datetime | None = None
    waiting: Waiting | None = None
    looks: bool = False


def decide(seen: Observed) -> Decision:
    """What to do next for this run."""
    if seen.verdict is not None:
        return _finished(seen)
    if seen.deleted_at is not None and not seen.finalizer:
        return Decision()  # it is gone, or going, and was never ours to hold
    if seen.deleted_at is not None and seen.now >= _after(seen.deleted_at, DELETION_SECONDS):
        return _let_go(seen)
    hold: tuple[actions.Action, ...] = () if seen.finalizer else (actions.AddFinalizer(),)
    decision = _unfinished(seen)
    return dataclasses.replace(decision, actions=hold + decision.actions)


def _let_go(seen: Observed) -> Decision:
    """The end of a deletion that took too long; the evidence gets one try, whatever the time (the operator may have been
    away).
    """
    last: list[actions.Action] = []
    if seen.settlement is None and not seen.settle_error:
        stop = rules.stop_in_progress(seen) or rules.first(rules.STOPS, seen)
        last.append(actions.Settle(_settle_request(seen, stop), rules.pods_to_explain(seen)))
    step = cleanup.of_deleted(seen, over=True)
    if step is not None and step.action is not None:
        last.append(step.action)
    return Decision(actions=(*last, actions.RemoveFinalizer()))


def _unfinished(seen: Observed) -> Decision:
    if seen.settlement is not None:
        return Decision(status=_verdict_status(seen, seen.settlement))
    stopping = rules.stop_in_progress(seen)
    storing = seen.status is not None and seen.status.state is model.State.STORING
    passable = seen.spec is None or _may_start(seen.spec, seen.status)
    if stopping is None and passable and (storing or rules.all_shards_ended(seen)):
        return _settle(seen, None)
    stop = stopping or rules.first(rules.STOPS, seen)
    if stop is not None:
        return _settle(seen, stop) if storing else _stop(seen, stop)
    assert seen.spec is not None, "an unusable spec is a stop"
    if seen.spec.suspend:
        return _hold(seen)
    if seen.spec.pre_steps is not None and not gate.is_open(seen.spec, seen.status):
        return _verify(seen, seen.spec, seen.spec.pre_steps)
    if seen.spec.environment is not None and not lock.is_passed(seen.spec, seen.status):
        return _queue(seen, seen.spec.environment)
    if seen.spec.preflight is not None and not passable:
        return _check(seen, seen.spec.preflight)
    return _run(seen, seen.spec)


def _may_start(spec: model.RunSpec, status: Status | None) -> bool:
    return gate.is_open(spec, status) and lock.is_passed(spec, status) and environment.is_ready(spec, status)


def _verify(seen: Observed, spec: model.RunSpec, steps: model.PreSteps) -> Decision:
    """Have the records verified. What is decided is written before anything follows from it: the status is the gate's memory."""
    if seen.records is not None:
        found = gate.judge(steps, seen.records, revision=spec.revision, created=seen.created_at or seen.now)
        return _gated(seen, "False" if found.closed else "True", found.reason, found.message, phases=found.phases)
    since = _since(seen, rules.PRE_STEPS)
    give_up = _after(since, VERIFY_SECONDS)
    if seen.records_error and seen.now >= give_up:
        return _gated(seen, "Unknown", gate.NOT_VERIFIED, f"the records could not be verified: {seen.records_error}")
    come_by = _after(since, RECORD_SECONDS)
    action = actions.VerifyRecords(last=seen.now >= come_by)
    again = _after(seen.now, RETRY_SECONDS)
    why = seen.records_error or seen.records_absent
    if not why:
        return Decision(actions=(action,), again=again)
    told = Waiting(
        reason=rules.PRE_STEPS,
        message=why[:MESSAGE_CHARACTERS],
        since=since,
        deadline=give_up if seen.records_error else come_by,
    )
    status = _before_the_pods(
        dataclasses.replace(_base(seen, model.State.PENDING), waiting=told),
        seen, "the records of the phases before are verified first", "Unknown", rules.PRE_STEPS, why,
    )  # fmt: skip
    return Decision(actions=(action,), status=_changed(seen, status), again=again)


def _gated(seen: Observed, verified: str, reason: str, message: str, *, phases: tuple[model.PhaseResult, ...] = ()) -> Decision:
    """Write what the gate came to. The next look goes on from there."""
    status = _before_the_pods(
        dataclasses.replace(_base(seen, model.State.PENDING), waiting=None, phases=phases),
        seen, "the records of the phases before were verified", verified, reason, message,
    )  # fmt: skip
    return Decision(status=status, again=seen.now)


def _before_the_pods(
    status: Status, seen: Observed, pending: str, verified: str, reason: str, message: str,
    *, kind: ConditionType = ConditionType.PRE_STEPS_VERIFIED,
) -> Status:  # fmt: skip
    """The status with what is said of a run whose gate, or environment, is looked at or was just looked at."""
    return status.with_condition(
        ConditionType.SUCCEEDED, "Unknown", model.State.PENDING, pending, now=seen.now, generation=seen.generation
    ).with_condition(kind, verified, reason, message[:MESSAGE_CHARACTERS], now=seen.now, generation=seen.generation)


def _queue(seen: Observed, shared: model.Environment) -> Decision:
    """Wait for the environment to be free. That it is taken is written before anything follows from it."""
    since = _since(seen, lock.QUEUE)
    deadline = _after(since, shared.timeout_seconds)
    waiting = Waiting(reason=lock.QUEUE, since=since, deadline=deadline)
    look_again = None
    if seen.rivals_read is not None:
        look_again = _after(seen.rivals_read, lock.READ_SECONDS if seen.rivals is not None else lock.RETRY_SECONDS)
    if look_again is None or seen.now >= look_again:
        return Decision(actions=(actions.ReadRivals(shared.name),), again=seen.now, waiting=waiting)
    if seen.rivals is None and seen.now < deadline:
        return Decision(again=min(deadline, look_again), waiting=waiting)
    turn = lock.turn(seen.run, seen.created_at or seen.now, seen.rivals) if seen.rivals is not None else lock.Turn(1)
    kind, base = ConditionType.ENVIRONMENT_HELD, _base(seen, model.State.PENDING)
    if not turn.position:
        message = f"this run holds the environment {shared.name}"
        status = dataclasses.replace(base, waiting=None)
        status = _before_the_pods(status, seen, "the environment is taken", "True", lock.HELD, message, kind=kind)
        return Decision(actions=(actions.TakeEnvironment(shared.name),), status=status, again=seen.now)
    message = f"the environment {shared.name}: {turn.message}"
    if seen.now >= deadline:
        why = f"not free after timeoutSeconds ({shared.timeout_seconds} s): {message}"
        status = dataclasses.replace(base, waiting=None)
        status = _before_the_pods(status, seen, "the environment was not free", "False", lock.NOT_FREE, why, kind=kind)
        return Decision(status=status, again=seen.now)
    status = dataclasses.replace(base, waiting=dataclasses.replace(waiting, message=message))
    status = _before_the_pods(status, seen, "other runs go first", "Unknown", lock.QUEUED, message, kind=kind)
    again = min(deadline, look_again)
    return Decision(status=_changed(seen, status), again=again, waiting=waiting)


def _check(seen: Observed, preflight: checks.Preflight) -> Decision:
    """Wait for the environment. Like the gate's, its end is written before anything follows from it."""
    since = _since(seen, environment.PREFLIGHT)
    deadline = _after(since, preflight.timeout_seconds)
    waiting = Waiting(reason=environment.PREFLIGHT, since=since, deadline=deadline)
    if seen.checks is None:
        return Decision(actions=(actions.StartLooking(preflight.checks),), again=deadline, waiting=waiting, looks=True)
    found = environment.judge(seen.checks, since=since, now=seen.now, timeout=preflight.timeout_seconds)
    if found is not None:
        status = dataclasses.replace(
            _base(seen, model.State.PENDING),
            waiting=None,
            preflight=environment.results(seen.checks, since=since, until=seen.now),
        )
        status = _before_the_pods(
            status, seen, "the environment was checked", found.status, found.reason, found.message,
            kind=ConditionType.ENVIRONMENT_READY,
        )  # fmt: skip
        return Decision(status=status, again=seen.now)
    told_from = waits.told_from(waiting)
    if seen.now < told_from:
        return Decision(again=min(told_from, deadline), waiting=waiting, looks=True)
    status = dataclasses.replace(
        _base(seen, model.State.PENDING),
        waiting=dataclasses.replace(waiting, message=environment.waits_for(seen.checks)),
        preflight=environment.results(seen.checks, since=since),
    )
    status = _before_the_pods(
        status, seen, "the environment is checked first", "Unknown", environment.PREFLIGHT, "not all checks hold yet",
        kind=ConditionType.ENVIRONMENT_READY,
    )  # fmt: skip
    again = deadline if seen.now < deadline else _after(seen.now, environment.FIRST_LOOK_SECONDS)
    return dataclasses.replace(_throttled(seen, (), status, again=again), waiting=waiting, looks=True)


def _run(seen: Observed, spec: model.RunSpec) -> Decision:
    todo: list[actions.Action] = []
    if seen.job is None:
        todo.append(actions.CreateJob())
    elif seen.job.suspended and not seen.job.queue:
        todo.append(actions.SuspendJob(suspend=False))
    if not seen.secret_made:
        todo.append(actions.CreateSecret())
    old = seen.status
    start = (old.start_time if old is not None else None) or seen.now
    deadline = (old.deadline_time if old is not None else None) or _after(seen.now, spec.timeout_seconds)
    # After a suspension the clock has begun anew, later than the run.
    waiting = waits.current(seen, began=_after(deadline, -spec.timeout_seconds), deadline=deadline)
    question = waits.question(seen, waiting) if waiting is not None else None
    todo += [actions.ReadEvents(*question)] if question is not None else []
    status = dataclasses.replace(
        _base(seen, model.State.RUNNING),
        start_time=start,
        deadline_time=deadline,
        job=seen.job_name,
        waiting=_worth_telling(seen, waiting, asks=question is not None),
        shards=_shards(seen, spec.shards),
        summary=_summary(seen) or (old.summary if old is not None else None),
    ).with_condition(
        ConditionType.SUCCEEDED, "Unknown", model.State.RUNNING, "the shards run", now=seen.now, generation=seen.generation
    )
    if old is not None and old.job:
        todo += _event(seen, f"started-{start.timestamp():.0f}", "Started", f"{spec.shards} shard(s) started in Job {old.job}")
    look = deadline
    if waiting is not None:
        lasts = waits.lasts(seen, waiting)
        look = waits.look_again(seen, waiting) if lasts else min(deadline, waits.told_from(waiting))
    return dataclasses.replace(_throttled(seen, tuple(todo), status, again=look), waiting=waiting)


def _worth_telling(seen: Observed, waiting: Waiting | None, *, asks: bool) -> Waiting | None:
    """The wait once it lasts and Kubernetes was asked about it. Until then the one before it stays: the new one may be its last
    step.
    """
    if waiting is None or (waits.lasts(seen, waiting) and not asks):
        return waiting
    return seen.status.waiting if seen.status is not None and seen.status.state is model.State.RUNNING else None


def _hold(seen: Observed) -> Decision:
    todo: list[actions.Action] = []
    if seen.job is not None and not seen.job.suspended:
        todo.append(actions.SuspendJob(suspend=True))
    # Like a Job's own deadline, the run's clock stops with its pods and starts anew when it goes on.
    status = dataclasses.replace(_base(seen, model.State.SUSPENDED), deadline_time=None, waiting=None).with_condition(
        ConditionType.SUCCEEDED, "Unknown", model.State.SUSPENDED, "spec.suspend is set", now=seen.now, generation=seen.generation
    )
    assert seen.spec is not None, "an unusable spec is a stop"
    parts = seen.spec.parts_before
    ends = bool(parts) and not seen.parts_ended
    todo += [actions.EndParts(parts)] if ends else []
    if rules.nothing_runs(seen) and not ends:
        # What was checked, and set up, was so for these pods: the next ones may meet another environment.
        status = dataclasses.replace(status.without_condition(ConditionType.ENVIRONMENT_READY), preflight=())
        if lock.is_taken(status):
            status = status.with_condition(
                ConditionType.ENVIRONMENT_HELD, "Unknown", lock.QUEUED, "given back while spec.suspend is set",
                now=seen.now, generation=seen.generation,
            )  # fmt: skip
    if seen.status is not None and seen.status.state is model.State.SUSPENDED:
        todo += _event(seen, f"suspended-{seen.generation}", "Suspended", "no pods while spec.suspend is set")
    again = _after(seen.now, RETRY_SECONDS) if ends else None
    return Decision(actions=tuple(todo), status=_changed(seen, status), again=again)


def _stop(seen: Observed, stop: rules.Stop) -> Decision:
    """Stop the pods, give them their time, then settle."""
    deadline = stop.deadline or _after(seen.now, rules.grace_seconds(seen) + STOP_MARGIN_SECONDS)
    suspend: tuple[actions.Action, ...] = ()
    if seen.job is not None and not seen.job.suspended and not seen.job.finished:
        suspend = (actions.SuspendJob(suspend=True),)
    ends = _ends_parts(seen, stop)
    if (rules.nothing_runs(seen) and not ends) or seen.now >= deadline:
        decision = _settle(seen, stop)
        # A Job that cannot be suspended must not stand in the way of the verdict.
        return dataclasses.replace(decision, actions=decision.actions + suspend)
    status = dataclasses.replace(
        _base(seen, model.State.STOPPING),
        waiting=Waiting(reason=stop.verdict, message=stop.message, since=stop.since or seen.now, deadline=deadline),
    ).with_condition(
        ConditionType.SUCCEEDED, "Unknown", model.State.STOPPING, stop.message, now=seen.now, generation=seen.generation
    )
    again = min(deadline, _after(seen.now, RETRY_SECONDS)) if ends else deadline
    return Decision(actions=suspend + ends, status=_changed(seen, status), again=again)


def _ends_parts(seen: Observed, stop: rules.Stop) -> tuple[actions.Action, ...]:
    """A run that is cancelled while it is checked or set up has pods that nobody waits for any more."""
    spec = seen.spec
    if stop.verdict is not model.Verdict.CANCELLED or spec is None or not spec.parts_before or seen.parts_ended:
        return ()
    return () if seen.job is not None or environment.is_ready(spec, seen.status) else (actions.EndParts(spec.parts_before),)


def _settle(seen: Observed, stop: rules.Stop | None) -> Decision:
    """Ask the server for the result; when it cannot, wait for it until its deadline, then do without it."""
    if rules.pods_are_to_be_read(seen):
        return Decision(actions=(actions.ReadPods(),), again=seen.now)
    old = seen.status
    request = _settle_request(seen, stop)
    explain = rules.pods_to_explain(seen)
    again = _after(seen.now, RETRY_SECONDS)
    if not seen.settle_error:
        return Decision(actions=(actions.Settle(request, explain),), again=again)
    storing = old.waiting if old is not None and old.state is model.State.STORING else None
    since = storing.since if storing is not None else seen.now
    deadline = storing.deadline if storing is not None else _after(seen.now, STORE_SECONDS)
    if seen.deleted_at is not None:
        deadline = min(deadline, _after(seen.deleted_at, DELETION_SECONDS - RETRY_SECONDS))
    if seen.now >= deadline:
        return Decision(actions=(actions.SettleWithoutServer(request, seen.settle_error, explain),), again=again)
    status = dataclasses.replace(
        _base(seen, model.State.STORING),
        # A stop stays the reason: it is still why the run ends.
        waiting=Waiting(
            reason=stop.verdict if stop is not None else model.State.STORING,
            message=stop.message if stop is not None else seen.settle_error,
            since=since,
            deadline=deadline,
        ),
    ).with_condition(
        ConditionType.SUCCEEDED,
        "Unknown",
        model.State.STORING,
        f"waiting for the server to store the evidence: {seen.settle_error}"[:MESSAGE_CHARACTERS],
        now=seen.now,
        generation=seen.generation,
    )
    return Decision(actions=(actions.Settle(request, explain),), status=_changed(seen, status), again=again)


def _settle_request(seen: Observed, stop: rules.Stop | None) -> model.SettleRequest:
    start = (seen.status.start_time if seen.status is not None else None) or seen.now
    return rules.settle_request(seen, stop, start=start, end=seen.now)


def _verdict_status(seen: Observed, result: model.Settlement) -> Status:
    """The status that ends the run."""
    old = seen.status
    status = dataclasses.replace(
        _base(seen, model.State(result.verdict)),
        start_time=(old.start_time if old is not None else None) or seen.now,
        deadline_time=old.deadline_time if old is not None else None,
        completion_time=seen.now,
        waiting=None,
        job=seen.job.name if seen.job is not None else (old.job if old is not None else ""),
        summary=result.counts,
        phases=result.phases or (old.phases if old is not None else ()),
        phase_duration=result.duration,
        shards=tuple(
            ShardStatus(
                index=shard.index, result=shard.result, counts=shard.counts, attempts=shard.attempts, node=shard.node,
                exit_code=shard.exit_code, duration=shard.duration, message=shard.message,
            )
            for shard in result.shards
        ),
        failures=result.failures,
        junit=result.junit,
        artifacts=_artifacts(seen, result),
    )  # fmt: skip
    passed = "True" if result.verdict is model.Verdict.PASSED else "False"
    stored, why = ("True", "Stored") if result.stored else ("False", result.stored_reason or "StoreUnavailable")
    stored_message = result.stored_message or ("all evidence is in the store" if result.stored else "")
    if not result.stored:
        stored_message += f"; the server is asked again until {late.ends(seen.now):%Y-%m-%dT%H:%M:%SZ}"
    when = {"now": seen.now, "generation": seen.generation}
    return status.with_condition(ConditionType.SUCCEEDED, passed, result.verdict, result.message, **when).with_condition(  # type: ignore[arg-type]
        ConditionType.EVIDENCE_STORED,
        stored,
        why,
        stored_message,
        **when,  # type: ignore[arg-type]
    )


def _finished(seen: Observed) -> Decision:
    """Tell, clean up, let go; delete when the time to live is over."""
    assert seen.status is not None
    status, verdict = seen.status, seen.status.verdict
    completion = status.completion_time or seen.now
    succeeded = status.condition(ConditionType.SUCCEEDED)
    todo: list[actions.Action] = []
    if seen.finalizer:  # without it all was told before
        todo += _event(
            seen, f"verdict-{completion.timestamp():.0f}", str(verdict), succeeded.message if succeeded else "",
            warning=verdict is not model.Verdict.PASSED,
        )  # fmt: skip
    if status.observed_generation != seen.generation:
        status = dataclasses.replace(status, observed_generation=seen.generation)
    waits_for = late.waits_for(status)
    if waits_for is not None:
        decision = _stores_late(seen, status, waits_for.last_transition_time, todo)
        if decision is not None:
            return decision if seen.deleted_at is not None else _runs_hooks_meanwhile(seen, decision, status, completion)
    stored = status.condition(ConditionType.EVIDENCE_STORED)
    if stored is not None and late.is_stored(status) and seen.finalizer:
        todo += _event(seen, "stored-late", stored.reason, stored.message)
    cleaned = status.condition(ConditionType.CLEANED_UP)
    if cleaned is None and seen.deleted_at is None:
        found = cleanup.proceed(seen, _stored_since(status) or completion)
        contradiction = rules.exit_code_contradiction(seen)
        if contradiction:
            todo += _event(seen, "exit-code", "ExitCodeMismatch", contradiction, warning=True)
        if isinstance(found, cleanup.Step):
            return _cleans_up(seen, found, todo, status)
        status = status.with_condition(
            ConditionType.CLEANED_UP, found.status, found.reason, found.message, now=seen.now, generation=seen.generation
        )
        if lock.is_taken(status):
            status = status.with_condition(
                ConditionType.ENVIRONMENT_HELD, "False", lock.RELEASED, "the run is over and cleaned up",
                now=seen.now, generation=seen.generation,
            )  # fmt: skip
        if found.status == "False":
            todo += _event(seen, "cleanup", found.reason, found.message, warning=True)
        return Decision(actions=tuple(todo), status=_changed(seen, status), again=seen.now)
    if cleaned is None and seen.deleted_at is not None and seen.finalizer:
        step = cleanup.of_deleted(seen, over=seen.now >= _after(seen.deleted_at, DELETION_SECONDS))
        if step is not None:
            return _cleans_up(seen, step, todo, status)
        if seen.swept is not None and seen.swept.left:
            todo += _event(seen, "cleanup", "CleanupFailed", seen.swept.left, warning=True)
    if seen.finalizer:
        todo.append(actions.RemoveFinalizer())
    expiry = _expiry(seen, status)
    if expiry is not None and seen.now >= expiry:
        return Decision(actions=(*todo, actions.DeleteRun()), again=_after(seen.now, RETRY_SECONDS))
    return Decision(actions=tuple(todo), status=_changed(seen, status), again=expiry)


def _stores_late(seen: Observed, status: Status, since: datetime.datetime, todo: list[actions.Action]) -> Decision | None:
    """Ask the server again for what it could not store in time; None: that is over. Nothing is cleaned up meanwhile: what the
    pods hold is all there is.
    """
    if seen.settlement is not None and seen.settlement.stored:
        if seen.deleted_at is not None and seen.now >= _after(seen.deleted_at, DELETION_SECONDS):
            return None  # it is stored, and a status that cannot be written must not hold the run
        status = dataclasses.replace(late.told(seen, status, seen.settlement), artifacts=_artifacts(seen, seen.settlement))
        return Decision(actions=tuple(todo), status=status, again=seen.now)
    due, expiry = late.next_try(seen, since), _expiry(seen, status)
    if expiry is not None and seen.now >= expiry:
        return Decision(actions=(*todo, actions.DeleteRun()), again=_after(seen.now, RETRY_SECONDS))
    if due is None:
        return None
    if seen.now >= due:
        todo.append(actions.Settle(late.request(seen, status), rules.pods_to_explain(seen)))
        due = _after(seen.now, RETRY_SECONDS)
    return Decision(actions=tuple(todo), status=_changed(seen, status), again=min(filter(None, (due, expiry))))


def _runs_hooks_meanwhile(seen: Observed, decision: Decision, status: Status, completion: datetime.datetime) -> Decision:
    """What only the pods hold waits for the store; the environment does not."""
    step = cleanup.hooks_step(seen, completion)
    if step is None:
        return decision
    if seen.settlement is not None and seen.settlement.stored:
        return dataclasses.replace(decision, looks=True)  # they go on as those of any other run
    if step.hooks:
        return _cleans_up(seen, step, [], status)  # the next question to the server has them
    todo = decision.actions if step.action is None else (*decision.actions, step.action)
    again = min(filter(None, (decision.again, step.again)))
    return dataclasses.replace(decision, actions=todo, again=again, looks=step.looks)


def _expiry(seen: Observed, status: Status) -> datetime.datetime | None:
    """When the run is to be deleted; None: it stays, or goes already."""
    ttl = seen.spec.ttl_seconds_after_finished if seen.spec is not None else None
    return None if ttl is None or seen.deleted_at is not None else _after(status.completion_time or seen.now, ttl)


def _cleans_up(seen: Observed, step: cleanup.Step, todo: list[actions.Action], status: Status) -> Decision:
    todo += [step.action] if step.action is not None else []
    if step.hooks:
        status = dataclasses.replace(status, hooks=step.hooks)
        if seen.hooks_stored is not None:
            status = dataclasses.replace(status, artifacts=_artifacts(seen, seen.hooks_stored))
    again = step.again
    if seen.deleted_at is not None and seen.now < _after(seen.deleted_at, DELETION_SECONDS):
        again = min(again, _after(seen.deleted_at, DELETION_SECONDS))
    return Decision(actions=tuple(todo), status=_changed(seen, status), again=again, looks=step.looks)


def _stored_since(status: Status) -> datetime.datetime | None:
    """When the evidence was safe; None: it is not."""
    stored = status.condition(ConditionType.EVIDENCE_STORED)
    return stored.last_transition_time if stored is not None and stored.status == "True" else None


def _since(seen: Observed, reason: str) -> datetime.datetime:
    """When the run came to wait for this: what is written, else what this process has seen."""
    written = seen.status.waiting if seen.status is not None else None
    return next((each.since for each in (written, seen.waiting) if each is not None and each.reason == reason), seen.now)


def _after(moment: datetime.datetime, seconds: float) -> datetime.datetime:
    return moment + datetime.timedelta(seconds=seconds)


def _base(seen: Observed, state: model.State) -> Status:
    """The status as it is, in a new state."""
    if seen.status is None:
        return Status(observed_generation=seen.generation, state=state)
    return dataclasses.replace(seen.status, observed_generation=seen.generation, state=state)


def _changed(seen: Observed, status: Status) -> Status | None:
    return None if status == seen.status else status


def _throttled(seen: Observed, todo: tuple[actions.Action, ...], status: Status, *, again: datetime.datetime) -> Decision:
    """Write at once what matters; progress alone only every PROGRESS_SECONDS."""
    old = seen.status
    if old is None or seen.last_write is None or rules.matters(old, status):
        return Decision(actions=todo, status=_changed(seen, status), again=again)
    due = _after(seen.last_write, PROGRESS_SECONDS)
    if status == old or seen.now >= due:
        return Decision(actions=todo, status=_changed(seen, status), again=again)
    return Decision(actions=todo, again=min(due, again))


def _event(seen: Observed, key: str, reason: str, message: str, *, warning: bool = False) -> list[actions.Action]:
    return [] if key in seen.events_posted else [actions.PostEvent(key=key, reason=reason, message=message, warning=warning)]


def _shards(seen: Observed, count: int) -> tuple[ShardStatus, ...]:
    """What is known of each shard; after a restart, until the server has told anew, what was written before."""
    before = {shard.index: shard for shard in seen.status.shards} if seen.status is not None else {}
    shards = []
    for index in range(count):
        known, told, pods = before.get(index, ShardStatus(index=index)), seen.progress_of(index), seen.pods_of(index)
        counts = _counts(told) if told is not None else known.counts
        node = pods[-1].node if pods else known.node
        shards.append(ShardStatus(index=index, counts=counts, attempts=max(len(pods), known.attempts), node=node))
    return tuple(shards)


def _summary(seen: Observed) -> model.Counts | None:
    """Counts so far; ``tests`` is what is planned."""
    if seen.progress is None:
        return None
    return sum(map(_counts, seen.progress.shards), start=model.Counts())


def _counts(told: model.ShardProgress) -> model.Counts:
    return model.Counts(tests=told.planned, passed=told.passed, failed=told.failed, skipped=told.skipped, flaky=told.flaky)


def _artifacts(seen: Observed, result: model.Settlement) -> Artifacts | None:
    if not result.stored:
        return None
    path = f"{seen.run.namespace}/{seen.run.name}/{seen.run.uid}"
    return Artifacts(path=path, url="", junit=result.junit_file, report=result.report, manifest_sha256=result.manifest_sha256)
