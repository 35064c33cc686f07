"""Why no shard runs although the Job exists, and how long that may last. Pure.

One table says what each wait is called, which of Kubernetes' own reasons mean it, and when it is given up: what can never heal
early, what may still heal later, and what only time can tell not before the run's own deadline, which is never exceeded.

The clock of a wait runs while *no* shard runs. Pods that wait behind running ones of the same run are how Kubernetes shares out a
cluster (or a quota) that is too small for all of them at once, and those that run will end.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable

from testrun.core import model, quantity
from testrun.core.observed import Event, Events, Observed
from testrun.core.status import MESSAGE_CHARACTERS, Waiting

UNTIL_WAITING_SECONDS = 3
"""A wait shorter than this is nobody's concern, and not worth a write."""
FIRST_SECONDS = 10
ASK_SECONDS = 15
"""Events are read at most this often."""
EVENT_SLACK_SECONDS = 60
"""The Job controller tries again to make pods at most this much later: an Event of that age still tells."""

MISSING_SECONDS = 60
"""What is missing may still come: people apply things in any order, and kubelets look again every 10 to 20 seconds."""
HEALING_SECONDS = 600
"""Registries, networks and storage come back by themselves; a large image needs minutes."""
PODS_SECONDS = 300
"""Other runs of a full quota end, a webhook's pod is started again, a Job controller catches up."""
NODE_SECONDS = 300
"""No node fits. Nobody can know that none will: somebody may add one, and autoscalers take their time to decide."""
CAPACITY_SECONDS = 900
"""The nodes that fit are full, and what runs there ends; or one is on its way."""

QUEUED = "Queued"
UNSCHEDULABLE = "Unschedulable"
IMAGE_PULL = "ImagePull"
CONTAINER_CONFIG = "ContainerConfig"
VOLUME_MOUNT = "VolumeMount"
INITIALIZING = "Initializing"
STARTING = "Starting"
API_SERVER = "ApiServer"
"""The Job cannot be made for now."""
PODS_NOT_CREATED = "PodsNotCreated"
SCALE_UP = "ScaleUp"
_BY_EVENTS = frozenset({IMAGE_PULL, PODS_NOT_CREATED, SCALE_UP, STARTING, UNSCHEDULABLE, VOLUME_MOUNT})
"""Those that Events may have told of."""

_JOB_SUSPENDED = "JobSuspended"
_NO_PODS = "NoPods"
_PULLING = "Pulling"
_CREATING = frozenset({"", "ContainerCreating"})
"""Pods that say nothing: only their Events tell more."""
_AFTER_MOUNT = frozenset({_PULLING, "Pulled", "Created", "Started"})
"""Events that come after a pod's volumes and its sandbox are there: what failed before has healed."""


def _says(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda message: compiled.search(message) is not None


def _quota_is_too_small(message: str) -> bool:
    """It could not hold one pod of the run if it were empty: ``requested: pods=1, used: pods=0, limited: pods=0``."""
    told = re.search(r"exceeded quota: .*requested: (\S+), used: \S+, limited: (\S+)", message)
    if told is None:
        return False
    limits = dict(each.split("=", 1) for each in told[2].split(",") if "=" in each)
    asked = dict(each.split("=", 1) for each in told[1].split(",") if "=" in each)
    pairs = [(quantity.parse(value), quantity.parse(limits[name])) for name, value in asked.items() if name in limits]
    return any(asked is not None and limit is not None and asked > limit for asked, limit in pairs)


def _always(_: str) -> bool:
    return True


@dataclasses.dataclass(frozen=True)
class Row:
    reason: str
    """What ``status.waiting.reason`` says."""
    of: frozenset[str]
    """Kubernetes' own reasons that mean it."""
    seconds: int | None
    """How long it may last. None: as long as the run."""
    when: Callable[[str], bool] = _always
    """And Kubernetes' message says so."""


_IMAGE = frozenset(
    {
        "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable",
        "SignatureValidationFailed", "InvalidImageName", _PULLING,
    }
)  # fmt: skip
_RATE_LIMIT = _says(r"too ?many ?requests|rate limit")
_NO_SUCH_IMAGE = _says(
    r"not found|does not exist|(manifest|name) unknown|no match for platform|not present with pull policy"
    r"|unauthorized|authorization failed|authentication required|denied|403 Forbidden|no such host|invalid reference"
)
_CONFIG = frozenset({"CreateContainerConfigError", "CreateContainerError"})
_CREATE = frozenset({"FailedCreate"})
_MOUNT = frozenset({"FailedMount", "FailedAttachVolume"})
_BEFORE_PULL = _MOUNT | {"FailedCreatePodSandBox"}
_SCALES = frozenset({"TriggeredScaleUp", "Nominated"})
"""What the cluster autoscaler and Karpenter say of a pod for which they have ordered a node."""
_NODES = frozenset({"Unschedulable", "SchedulerError"})

TABLE: tuple[Row, ...] = (
    Row(QUEUED, frozenset({"SchedulingGated", _JOB_SUSPENDED}), None),
    Row(PODS_NOT_CREATED, _CREATE, MISSING_SECONDS, _quota_is_too_small),
    Row(PODS_NOT_CREATED, _CREATE, PODS_SECONDS, _says("exceeded quota")),  # others hold it, and they end
    Row(PODS_NOT_CREATED, _CREATE, MISSING_SECONDS, _says(r"is forbidden|denied the request|is invalid")),
    Row(PODS_NOT_CREATED, _CREATE | {_NO_PODS}, PODS_SECONDS),  # a webhook that does not answer, say
    Row(SCALE_UP, _SCALES, CAPACITY_SECONDS),
    Row(UNSCHEDULABLE, _NODES, CAPACITY_SECONDS, _says(r"insufficient|too many pods|free ports")),
    Row(UNSCHEDULABLE, _NODES, NODE_SECONDS),
    Row(IMAGE_PULL, frozenset({"InvalidImageName"}), 0),
    Row(IMAGE_PULL, _IMAGE, HEALING_SECONDS, _RATE_LIMIT),  # before the next: some registries call that denied
    Row(IMAGE_PULL, _IMAGE - {_PULLING}, MISSING_SECONDS, _NO_SUCH_IMAGE),
    Row(IMAGE_PULL, _IMAGE, HEALING_SECONDS),
    Row(CONTAINER_CONFIG, _CONFIG, 0, _says("runAsNonRoot")),  # the image's user against the pod's: nothing can come
    Row(CONTAINER_CONFIG, _CONFIG, MISSING_SECONDS),
    Row(VOLUME_MOUNT, _MOUNT, MISSING_SECONDS, _says(r"(configmap|secret|config ?map) \S+ not found|references non-existent")),
    Row(VOLUME_MOUNT, _MOUNT, HEALING_SECONDS),
    Row(INITIALIZING, frozenset({"PodInitializing"}), None),  # init containers are the user's own work
)
"""The first row that fits. What fits none is a pod that starts."""
_ELSE = Row(STARTING, frozenset(), HEALING_SECONDS)


@dataclasses.dataclass(frozen=True)
class Found:
    """What is waited for now. ``ask`` is what Events could tell more about: a kind and a name."""

    row: Row
    message: str
    ask: tuple[str, str] | None = None


def current(seen: Observed, *, began: datetime.datetime, deadline: datetime.datetime) -> Waiting | None:
    """What the run waits for, since when and until when at most; None: it runs. ``began``: when its clock did."""
    found = _found(seen)
    if found is None:
        return None
    before = _before(seen, found.row.reason)
    if before is not None:
        since, limit = before.since, before.deadline
        start = seen.now  # that it cannot heal may have turned out only now
    else:
        since, limit = (began if _is_first(seen, began) else seen.now), deadline
        start = since
    if found.row.seconds is not None:
        limit = min(limit, start + datetime.timedelta(seconds=found.row.seconds))
    return Waiting(
        reason=found.row.reason, message=found.message[:MESSAGE_CHARACTERS], since=since, deadline=min(limit, deadline)
    )


def _is_first(seen: Observed, began: datetime.datetime) -> bool:
    """It began with the run. Later nobody can know: after a restart, pods that ran and are gone are forgotten."""
    if _written(seen) is not None or seen.waiting is not None or any(pod.started for pod in seen.pods):
        return False
    return seen.now < began + datetime.timedelta(seconds=FIRST_SECONDS)


def lasts(seen: Observed, waiting: Waiting) -> bool:
    """It is worth telling."""
    return seen.now >= told_from(waiting)


def told_from(waiting: Waiting) -> datetime.datetime:
    return waiting.since + datetime.timedelta(seconds=UNTIL_WAITING_SECONDS)


def question(seen: Observed, waiting: Waiting) -> tuple[str, str] | None:
    """The kind and the name of an object whose Events are to be read now."""
    found = _found(seen)
    if found is None or found.ask is None or not lasts(seen, waiting):
        return None
    asked = _events(seen, found.ask)
    due = asked is None or seen.now >= asked.at + datetime.timedelta(seconds=ASK_SECONDS)
    return found.ask if due else None


def look_again(seen: Observed, waiting: Waiting) -> datetime.datetime:
    """At its deadline, or sooner: Events do not wake anybody."""
    found = _found(seen)
    if found is None or found.ask is None:
        return waiting.deadline
    return min(waiting.deadline, seen.now + datetime.timedelta(seconds=ASK_SECONDS))


def given_up(seen: Observed) -> Waiting | None:
    """The wait that is over its own deadline, as it is now. The run's deadline is another matter."""
    written, found = _written(seen), _found(seen)
    if written is None or found is None or seen.status is None or seen.status.deadline_time is None:
        return None
    if found.row.reason != written.reason or not written.deadline <= seen.now or written.deadline >= seen.status.deadline_time:
        return None
    if found.ask is not None and _told(seen, found.ask) is None:
        return None  # after a restart: first hear what Kubernetes says now
    return dataclasses.replace(written, message=found.message[:MESSAGE_CHARACTERS])


def is_over(seen: Observed, written: Waiting) -> bool:
    """What was waited for has come since that was written."""
    return seen.job is not None if written.reason == API_SERVER else _runs(seen)


def _runs(seen: Observed) -> bool:
    if any(pod.started and not pod.terminated for pod in seen.pods):
        return True
    # A pod that speaks runs, whatever Kubernetes has seen of it.
    return seen.progress is not None and any(shard.connected for shard in seen.progress.shards)


def _found(seen: Observed) -> Found | None:
    live = [pod for pod in seen.pods if not pod.terminated]
    if seen.job is None or _runs(seen):
        return None
    if seen.job.suspended:
        return _of(_JOB_SUSPENDED, f"the Job waits in the queue {seen.job.queue}") if seen.job.queue else None
    if not live:
        return _kept(seen, _pods_not_created(seen))
    # The pod that can heal least decides: without it the run cannot be green.
    found = (_of_pod(seen, pod) for pod in live)
    return _kept(seen, min(found, key=lambda each: (each.row.seconds is None, each.row.seconds or 0)))


def _of(reason: str, message: str, ask: tuple[str, str] | None = None) -> Found:
    row = next((row for row in TABLE if reason in row.of and row.when(message)), _ELSE)
    return Found(row, message, ask)


def _of_pod(seen: Observed, pod: model.PodFacts) -> Found:
    name = f"shard {pod.index}"
    if pod.reason not in _CREATING:
        words = f"{pod.reason}: {pod.message}" if pod.message else pod.reason
        return _of_node(seen, name, words) if pod.reason in _NODES else _of(pod.reason, f"{name}: {words}")
    ask = ("Pod", pod.pod)
    told = _told(seen, ask) or ()
    pulls = [event for event in told if event.reason in (_PULLING, "Pulled")]
    if pulls and pulls[-1].reason == _PULLING:
        return _of(_PULLING, f"{name}: {_PULLING}: {pulls[-1].message}", ask)
    trouble = [event for event in told if event.reason in _BEFORE_PULL and not _of_our_secret(seen, event.message)]
    if trouble and not any(event.reason in _AFTER_MOUNT for event in told):
        worst = min(reversed(trouble), key=lambda each: _of(each.reason, each.message).row.seconds or 0)
        return _of(worst.reason, f"{name}: {worst.reason}: {worst.message}", ask)
    where = f"on node {pod.node}" if pod.node else "without a node yet"
    return _of(pod.reason, f"{name}: its pod starts {where}", ask)


def _of_node(seen: Observed, name: str, words: str) -> Found:
    """One pod is asked about for all: they wait for the same kind of node."""
    first = next(pod for pod in seen.pods if not pod.terminated and pod.reason in _NODES)
    ask = ("Pod", first.pod)
    scales = [event for event in _told(seen, ask) or () if event.reason in _SCALES]
    if scales:
        return _of(scales[-1].reason, f"{name}: {scales[-1].reason}: {scales[-1].message}; {words}", ask)
    return _of(UNSCHEDULABLE, f"{name}: {words}", ask)


def _of_our_secret(seen: Observed, message: str) -> bool:
    """Its Secret is made right after the Job; a kubelet that was faster has complained once."""
    return seen.secret_made and f'"{seen.job_name}" not found' in message


def _pods_not_created(seen: Observed) -> Found:
    ask = ("Job", seen.job_name)
    before = _before(seen, PODS_NOT_CREATED)
    oldest = (before.since if before is not None else seen.now) - datetime.timedelta(seconds=EVENT_SLACK_SECONDS)
    refusals = [event for event in _told(seen, ask) or () if event.reason in _CREATE and event.at >= oldest]
    if refusals:
        return _of("FailedCreate", f"FailedCreate: {refusals[-1].message}", ask)
    if seen.pods:
        return _of(_NO_PODS, "no pod is left, and the Job controller has neither replaced nor counted the last", ask)
    return _of(_NO_PODS, "the Job controller has made no pod", ask)


def _kept(seen: Observed, found: Found) -> Found:
    """After a restart, until Events are read again, what they told before."""
    written = _written(seen)
    if found.ask is None or _told(seen, found.ask) is not None or written is None:
        return found
    if written.reason not in _BY_EVENTS:
        return found
    return Found(Row(written.reason, frozenset(), None), written.message, found.ask)


def _told(seen: Observed, ask: tuple[str, str]) -> tuple[Event, ...] | None:
    """The Events of this object, oldest first; None: they were not asked for."""
    events = _events(seen, ask)
    return events.events if events is not None else None


def _events(seen: Observed, ask: tuple[str, str]) -> Events | None:
    return next((each for each in seen.events if each.name == ask[1]), None)


def _before(seen: Observed, reason: str) -> Waiting | None:
    """The same wait as it was known at the last look: as written, else as this process remembers it."""
    return next((each for each in (_written(seen), seen.waiting) if each is not None and each.reason == reason), None)


def _written(seen: Observed) -> Waiting | None:
    if seen.status is None or seen.status.state is not model.State.RUNNING:
        return None
    return seen.status.waiting
