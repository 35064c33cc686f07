"""Doing what was decided: each action is one or two requests, safe to repeat, and leaves its answer in the cache."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import logging
from collections.abc import Callable, Mapping
from typing import Any

from testrun.api import names, status_body
from testrun.core import actions, model
from testrun.core.observed import Events, Observed
from testrun.core.status import Artifacts, Status
from testrun.junit import synthesis
from testrun.kube import client, evidence, facts, manifests, objects, records
from testrun.kube.cache import Cache, Entry, is_owned, run_ref
from testrun.kube.checks import agents
from testrun.kube.checks.survey import Survey
from testrun.kube.observe import Memo, read_pods, rival

logger = logging.getLogger(__name__)

LOG_LINES = 40
LOG_CHARACTERS = 8192
EVENTS = 20
EVENTS_READ = 100
EXPLAIN_SECONDS = 5.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Tools:
    """What the actions work with."""

    kube: client.Client
    server: evidence.EvidenceServer
    shard: manifests.Shard
    external_url: str
    """Where people reach the server; goes into ``status.artifacts.url``."""
    reporter: str
    """This process, as Events name it."""
    clock: Callable[[], datetime.datetime]
    """The only source of time."""


async def run(action: actions.Action, seen: Observed, entry: Entry, memo: Memo, cache: Cache, tools: Tools) -> None:
    """Do one action. Raises `ApiError` when the API server does not let it happen for now."""
    match action:
        case actions.AddFinalizer():
            await _finalizer(entry, memo, cache, tools, add=True)
        case actions.RemoveFinalizer():
            await _finalizer(entry, memo, cache, tools, add=False)
        case actions.VerifyRecords(last):
            await records.verify(seen, memo, tools.kube, tools.server, last=last)
        case actions.ReadRivals(environment):
            await _read_rivals(environment, seen, entry, memo, tools)
        case actions.TakeEnvironment(environment):
            memo.rivals = memo.rivals_read = None  # whatever comes of it, they are looked at anew
            if not cache.take(entry.run, environment, seen.now):
                raise client.Conflict(409, "Taken", f"another run has just taken the environment {environment}")
        case actions.StartLooking(checks):
            assert seen.spec is not None
            memo.parts_removed = memo.parts_ended = False
            memo.survey = Survey(checks, seen.run, seen.spec, tools.kube, tools.clock, memo.wake)
        case actions.CreateJob():
            await _create_job(seen, entry, memo, cache, tools)
        case actions.CreateSecret():
            await _create_secret(seen, entry, memo, tools)
        case actions.ReadEvents(kind, name):
            await _read_events(kind, name, seen, entry, memo, tools)
        case actions.ReadPods():
            await _read_pods(seen, entry, memo, cache, tools)
        case actions.SuspendJob(suspend):
            await _suspend_job(entry, memo, cache, tools, suspend=suspend)
        case actions.Settle(request, explain):
            try:
                memo.settlement = await tools.server.settle(await _explained(request, explain, memo, tools))
                memo.settle_error = ""
            except evidence.ServerError as error:
                memo.settle_error, memo.store_full = str(error), isinstance(error, evidence.StoreFull)
                memo.settle_tried = seen.now
                logger.warning("cannot settle: %s", error, extra=log_fields(entry))
        case actions.SettleWithoutServer(request, why, explain):
            memo.settlement = synthesis.without_server(await _explained(request, explain, memo, tools), full=memo.store_full)
            logger.error("the evidence is not stored: %s", why, extra=log_fields(entry))
        case actions.StoreHooks(request, explain):
            try:
                memo.hooks_stored = await tools.server.settle(await _explained(request, explain, memo, tools))
            except evidence.ServerError as error:
                memo.hooks_error = str(error)
                logger.warning("what became of the hooks cannot be stored: %s", error, extra=log_fields(entry))
        case actions.DeleteJob(parts):
            memo.cleanup_error = ""
            await _delete_job(entry, memo, tools)
            await _delete_parts(parts, entry, memo, tools)
        case actions.EndParts(parts):
            memo.cleanup_error = ""
            await _delete_parts(parts, entry, memo, tools)
            memo.parts_ended = memo.parts_removed and await _have_ended(parts, entry, tools)
        case actions.DeleteObjects(selectors, before):
            memo.swept = await objects.delete(selectors, entry.run, tools.kube, memo.removed)
            if before is not None:
                went = await agents.remove(before, entry.run, tools.kube, memo.agents_removed, seen.now)
                memo.swept = objects.both(memo.swept, went)
            if memo.swept.left:
                logger.warning("not all that came with the run is removed: %s", memo.swept.left, extra=log_fields(entry))
        case actions.DeleteRun():
            with contextlib.suppress(client.NotFound, client.Conflict):  # gone already, or a new run has its name
                await tools.kube.delete(client.TESTRUNS, entry.run.name, entry.run.namespace, uid=entry.run.uid)
            await refresh(entry, cache, tools)  # it may still be held, by us or by others
        case actions.PostEvent(key=key):
            await _post_event(action, seen, entry, tools)
            memo.events_posted.add(key)


async def write_status(status: Status, seen: Observed, entry: Entry, memo: Memo, cache: Cache, tools: Tools) -> None:
    """Write the status, if the run is still as it was seen (else `Conflict`: look again)."""
    assert entry.body is not None
    if status.artifacts is not None and not status.artifacts.url:
        status = dataclasses.replace(status, artifacts=_located(status.artifacts, tools.external_url))
    new, old = status_body.to_body(status), entry.body.get("status") or {}
    patch = {
        "metadata": {"resourceVersion": memo.version},
        # A merge patch drops a key only when told so.
        "status": {**dict.fromkeys(old.keys() - new.keys()), **new},
    }
    body = await tools.kube.patch(client.TESTRUNS, entry.run.name, patch, entry.run.namespace, subresource="status")
    memo.last_write = seen.now
    _wrote(body, memo, cache)


def _wrote(body: client.Body, memo: Memo, cache: Cache) -> None:
    """The run is as this write of ours left it."""
    memo.version = body["metadata"]["resourceVersion"]
    cache.put_run(body)


def _located(artifacts: Artifacts, external_url: str) -> Artifacts:
    return dataclasses.replace(artifacts, url=f"{external_url.rstrip('/')}/v1/runs/{artifacts.path}/files")


async def refresh(entry: Entry, cache: Cache, tools: Tools) -> None:
    """Read the run as it is now."""
    try:
        body = await tools.kube.get(client.TESTRUNS, entry.run.name, entry.run.namespace)
    except client.NotFound:
        entry.gone = True
        return
    if run_ref(body).uid != entry.run.uid:
        entry.gone = True
    else:
        cache.put_run(body)


async def _finalizer(entry: Entry, memo: Memo, cache: Cache, tools: Tools, *, add: bool) -> None:
    """Change our finalizer alone, and only on the object as it was seen: others may hold it too."""
    assert entry.body is not None
    held = [each for each in entry.body["metadata"].get("finalizers") or () if each != names.FINALIZER]
    patch = {
        "metadata": {
            "resourceVersion": memo.version, "uid": entry.run.uid,
            "finalizers": [*held, names.FINALIZER] if add else held,
        }
    }  # fmt: skip
    try:
        body = await tools.kube.patch(client.TESTRUNS, entry.run.name, patch, entry.run.namespace)
    except client.NotFound:
        entry.gone = True
        return
    _wrote(body, memo, cache)


async def _create_job(seen: Observed, entry: Entry, memo: Memo, cache: Cache, tools: Tools) -> None:
    assert seen.spec is not None
    run = entry.run
    try:
        body = await tools.kube.create(client.JOBS, manifests.job(run, seen.spec), run.namespace)
    except client.Conflict:
        body = await tools.kube.get(client.JOBS, names.job_name(run.name, run.uid), run.namespace)
    except (client.Invalid, client.Forbidden, client.NotFound) as error:
        memo.job_error = str(error)
        return
    if cache.put_job(body) is None or entry.job is None:
        memo.job_error = f"a Job named {body['metadata']['name']} exists that does not belong to this run"


async def _create_secret(seen: Observed, entry: Entry, memo: Memo, tools: Tools) -> None:
    if seen.spec is None or entry.job is None:
        return
    body = manifests.secret(
        entry.run, seen.spec, job_uid=entry.job.uid, token=tools.server.run_token(entry.run), shard=tools.shard
    )
    try:
        await tools.kube.create(client.SECRETS, body, entry.run.namespace)
    except client.Conflict:
        pass
    except (client.Invalid, client.Forbidden, client.NotFound) as error:
        memo.job_error = str(error)
        return
    memo.secret_made = True


async def _read_events(kind: str, name: str, seen: Observed, entry: Entry, memo: Memo, tools: Tools) -> None:
    """What cannot be read is no reason to wait for it: the next try comes with its time."""
    known = memo.events[name].events if name in memo.events else ()
    # A Job of many shards has many good Events.
    trouble = ",type=Warning" if kind == "Job" else ""
    try:
        async with asyncio.timeout(EXPLAIN_SECONDS):
            found = await tools.kube.list(
                client.EVENTS,
                entry.run.namespace,
                fields=f"involvedObject.kind={kind},involvedObject.name={name}{trouble}",
                limit=EVENTS_READ,
            )
    except (client.ApiError, TimeoutError) as error:
        logger.warning("events of %s cannot be read: %s", name, error, extra=log_fields(entry))
    else:
        known = tuple(sorted(map(facts.event, found["items"]), key=lambda event: event.at))
    memo.events[name] = Events(name=name, at=seen.now, events=known)


async def _read_pods(seen: Observed, entry: Entry, memo: Memo, cache: Cache, tools: Tools) -> None:
    """Like the events: pods that cannot be read are no reason to wait for them."""
    memo.pods_read = seen.now
    try:
        async with asyncio.timeout(EXPLAIN_SECONDS):
            await read_pods(entry, cache, tools.kube)
    except (client.ApiError, TimeoutError) as error:
        logger.warning("the pods cannot be read: %s", error, extra=log_fields(entry))


async def _read_rivals(environment: str, seen: Observed, entry: Entry, memo: Memo, tools: Tools) -> None:
    """A list that fails must not keep the run from its deadline."""
    entry.rivals_changed = False
    memo.rivals, memo.rivals_read = None, seen.now
    try:
        listed = await tools.kube.list(client.TESTRUNS, entry.run.namespace)
    except client.ApiError as error:
        logger.warning("the runs that share the environment cannot be read: %s", error, extra=log_fields(entry))
        return
    found = (rival(body, environment) for body in listed["items"])
    memo.rivals = tuple(each for each in found if each is not None)


async def _suspend_job(entry: Entry, memo: Memo, cache: Cache, tools: Tools, *, suspend: bool) -> None:
    if entry.job is None:
        return
    metadata = {"uid": entry.job.uid, "resourceVersion": str(memo.job_version)}
    patch = {"metadata": metadata, "spec": {"suspend": suspend}}
    try:
        cache.put_job(await tools.kube.patch(client.JOBS, entry.job.name, patch, entry.run.namespace))
    except client.NotFound:
        entry.job = None
    except client.Conflict:
        with contextlib.suppress(client.NotFound):
            cache.put_job(await tools.kube.get(client.JOBS, entry.job.name, entry.run.namespace))
        raise


async def _delete_job(entry: Entry, memo: Memo, tools: Tools) -> None:
    if entry.job is None:
        return
    try:
        await tools.kube.delete(client.JOBS, entry.job.name, entry.run.namespace, uid=entry.job.uid)
    except client.NotFound:
        pass
    except client.ApiError as error:
        memo.cleanup_error = str(error)
        if not isinstance(error, client.Conflict) or await _is_still_there(entry.job.uid, entry, tools):
            return
    entry.job = None


async def _delete_parts(parts: tuple[str, ...], entry: Entry, memo: Memo, tools: Tools) -> None:
    """Those of this run: a Job of such a name that somebody else made is not ours to remove."""
    run = entry.run
    try:
        for part in parts:
            with contextlib.suppress(client.NotFound):
                job = await tools.kube.get(client.JOBS, names.part_name(run.name, run.uid, part), run.namespace)
                if is_owned(job, run):
                    await tools.kube.delete(client.JOBS, job["metadata"]["name"], run.namespace, uid=job["metadata"]["uid"])
    except client.ApiError as error:
        memo.cleanup_error = str(error)
        return
    memo.parts_removed = True


async def _have_ended(parts: tuple[str, ...], entry: Entry, tools: Tools) -> bool:
    """No pod of these Jobs is left that runs, or may come to run. Raises `ApiError`."""
    jobs = {names.part_name(entry.run.name, entry.run.uid, part) for part in parts}
    pods = await tools.kube.list(client.PODS, entry.run.namespace, labels=names.selector(entry.run))
    return not any(
        body.get("status", {}).get("phase") not in ("Succeeded", "Failed")
        and any(owner.get("name") in jobs for owner in body["metadata"].get("ownerReferences") or ())
        for body in pods["items"]
    )


async def _is_still_there(uid: str, entry: Entry, tools: Tools) -> bool:
    """Whether the Job is; another one may have taken its name."""
    try:
        body = await tools.kube.get(client.JOBS, names.job_name(entry.run.name, entry.run.uid), entry.run.namespace)
    except client.NotFound:
        return False
    except client.ApiError:
        return True
    return bool(body["metadata"]["uid"] == uid)


async def _post_event(told: actions.PostEvent, seen: Observed, entry: Entry, tools: Tools) -> None:
    body = manifests.event(entry.run, told, now=seen.now, reporter=tools.reporter)
    try:
        await tools.kube.create(client.EVENTS, body, entry.run.namespace)
    except client.Conflict:
        pass  # this fact was told before
    except client.ApiError as error:
        # An Event is a courtesy: verdict, cleanup and release must not wait for it.
        logger.warning("an Event was not posted: %s", error, extra=log_fields(entry))


async def _explained(request: model.SettleRequest, pods: tuple[str, ...], memo: Memo, tools: Tools) -> model.SettleRequest:
    """The request with the last log lines and events of these pods, read once; what cannot be read in time is left out."""
    if not pods:
        return request

    async def explain(pod: model.PodFacts) -> model.PodFacts:
        if pod.pod not in pods:
            return pod
        if pod.pod not in memo.explained:
            memo.explained[pod.pod] = await asyncio.gather(
                _log_tail(pod, request.run.namespace, tools), _pod_events(pod, request.run.namespace, tools)
            )
        log, events = memo.explained[pod.pod]
        return dataclasses.replace(pod, log_tail=log, events=events)

    return dataclasses.replace(request, pods=tuple(await asyncio.gather(*(explain(pod) for pod in request.pods))))


async def _log_tail(pod: model.PodFacts, namespace: str, tools: Tools) -> str:
    if not pod.started:
        return ""
    try:
        async with asyncio.timeout(EXPLAIN_SECONDS):
            chunks = [chunk async for chunk in tools.kube.logs(pod.pod, namespace, container=names.CONTAINER, tail=LOG_LINES)]
    except (client.ApiError, TimeoutError) as error:
        return f"(the log cannot be read: {error})"
    return b"".join(chunks).decode(errors="replace")[-LOG_CHARACTERS:]


async def _pod_events(pod: model.PodFacts, namespace: str, tools: Tools) -> tuple[str, ...]:
    try:
        async with asyncio.timeout(EXPLAIN_SECONDS):
            found = await tools.kube.list(
                client.EVENTS, namespace, fields=f"involvedObject.kind=Pod,involvedObject.name={pod.pod}", limit=EVENTS
            )
    except (client.ApiError, TimeoutError):
        return ()
    items = sorted(found["items"], key=lambda each: each.get("lastTimestamp") or each.get("eventTime") or "")
    return tuple(f"{each.get('reason', '')}: {each.get('message', '')}"[:500] for each in items)


def log_fields(entry: Entry) -> Mapping[str, Any]:
    return {"run": f"{entry.run.namespace}/{entry.run.name}", "uid": entry.run.uid}
