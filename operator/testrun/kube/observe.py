"""From what the cache holds to what a decision sees. Reads the API server only where the cache cannot know: after a restart."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable

from testrun.api import body as api_body
from testrun.api import names, status_body
from testrun.core import lock, model
from testrun.core.lock import Rival
from testrun.core.observed import Events, Observed, Swept
from testrun.core.status import Waiting
from testrun.kube import client
from testrun.kube.cache import Body, Cache, Entry, run_ref, shared
from testrun.kube.checks.survey import Survey


@dataclasses.dataclass
class Memo:
    """What this process remembers of a run between two looks. All of it can be lost: it only saves repeating what is safe to
    repeat.
    """

    hydrated: bool = False
    version: str = ""
    """``resourceVersion`` of the run that the decision was made on, moved on by our own writes alone: what was decided must not
    be written over what somebody else wrote meanwhile, even if the watch has told of it (a process that slept may not hold the
    Lease any more).
    """
    job_version: int = 0
    """The same of its Job."""
    secret_made: bool = False
    job_error: str = ""
    pods_read: datetime.datetime | None = None
    waiting: Waiting | None = None
    events: dict[str, Events] = dataclasses.field(default_factory=dict)
    """Name of a Job or a pod -> what was read last, while the run waits for it."""
    records: tuple[model.RecordFacts, ...] | None = None
    records_absent: str = ""
    records_error: str = ""
    rivals: tuple[Rival, ...] | None = None
    rivals_read: datetime.datetime | None = None
    wake: Callable[[], None] = lambda: None
    """Have the run looked at again."""
    survey: Survey | None = None
    """Looks at the environment while the run waits for it."""
    settlement: model.Settlement | None = None
    settle_error: str = ""
    settle_tried: datetime.datetime | None = None
    store_full: bool = False
    """That was why."""
    hooks_stored: model.Settlement | None = None
    hooks_error: str = ""
    cleanup_error: str = ""
    parts_removed: bool = False
    parts_ended: bool = False
    swept: Swept | None = None
    removed: set[str] = dataclasses.field(default_factory=set)
    agents_removed: set[str] = dataclasses.field(default_factory=set)
    """Uids of the objects that the tests made and that were told to go."""
    explained: dict[str, tuple[str, tuple[str, ...]]] = dataclasses.field(default_factory=dict)
    """Pod -> last log lines and events, read when they were first needed."""
    last_write: datetime.datetime | None = None
    events_posted: set[str] = dataclasses.field(default_factory=set)

    async def stop_looking(self) -> None:
        if self.survey is not None:
            survey, self.survey = self.survey, None
            await survey.close()


async def hydrate(entry: Entry, memo: Memo, cache: Cache, kube: client.Client) -> None:
    """Read the run's Job and pods once, if the run was held before: the watches may not have told of them yet. Raises
    `ApiError`.
    """
    if memo.hydrated or entry.body is None:
        return
    if names.FINALIZER in (entry.body["metadata"].get("finalizers") or ()):
        run = entry.run
        try:
            cache.put_job(await kube.get(client.JOBS, names.job_name(run.name, run.uid), run.namespace))
        except client.NotFound:
            entry.job = None
        await read_pods(entry, cache, kube)
    memo.hydrated = True


async def read_pods(entry: Entry, cache: Cache, kube: client.Client) -> None:
    """Read the run's pods as they are now. Raises `ApiError`."""
    for pod in (await kube.list(client.PODS, entry.run.namespace, labels=names.selector(entry.run)))["items"]:
        cache.put_pod(pod)


def rival(body: Body, environment: str) -> Rival | None:
    """What others see of a run that shares this environment; None: it does not."""
    if shared(body) != environment:
        return None  # most are not: no need to read them whole
    spec, _ = _spec(body)
    if spec is None:
        return None
    created = _time(body["metadata"].get("creationTimestamp"))
    assert created is not None
    return lock.rival(run_ref(body), created, spec, status_body.from_body(body.get("status")))


def snapshot(entry: Entry, memo: Memo, *, now: datetime.datetime) -> Observed:
    """One run as it is now; ``memo`` notes which version that is. The entry must have a body."""
    body = entry.body
    assert body is not None
    metadata = body["metadata"]
    memo.version, memo.job_version = metadata.get("resourceVersion", ""), entry.job_version
    spec, invalid = _spec(body)
    pods = tuple(entry.pods.values())
    return Observed(
        now=now,
        run=entry.run,
        generation=metadata.get("generation", 1),
        spec=spec,
        invalid=invalid,
        created_at=_time(metadata.get("creationTimestamp")),
        deleted_at=_time(metadata.get("deletionTimestamp")),
        finalizer=names.FINALIZER in (metadata.get("finalizers") or ()),
        status=status_body.from_body(body.get("status")),
        job_name=names.job_name(entry.run.name, entry.run.uid),
        job=entry.job,
        secret_made=memo.secret_made or any(pod.started for pod in pods),  # no pod starts without it
        job_error=memo.job_error,
        pods=pods,
        pods_read=memo.pods_read,
        progress=entry.progress,
        waiting=memo.waiting,
        events=tuple(memo.events.values()),
        records=memo.records,
        records_absent=memo.records_absent,
        records_error=memo.records_error,
        rivals=None if entry.rivals_changed else memo.rivals,
        rivals_read=None if entry.rivals_changed else memo.rivals_read,
        checks=memo.survey.seen() if memo.survey is not None else None,
        settlement=memo.settlement,
        settle_error=memo.settle_error,
        settle_tried=memo.settle_tried,
        hooks_stored=memo.hooks_stored,
        hooks_error=memo.hooks_error,
        cleanup_error=memo.cleanup_error,
        parts_removed=memo.parts_removed,
        parts_ended=memo.parts_ended,
        swept=memo.swept,
        last_write=memo.last_write,
        events_posted=frozenset(memo.events_posted),
    )


def _spec(body: Body) -> tuple[model.RunSpec | None, str]:
    try:
        return api_body.parse(body), ""
    except api_body.InvalidSpec as error:
        return None, str(error)


def _time(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)
