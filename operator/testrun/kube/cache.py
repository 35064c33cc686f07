"""What the watches and our own writes have told of runs, Jobs and pods: the newest body of each, by the run's uid.

The answer to a write is put here too, so a step sees its own work before the watch tells of it. An older body never replaces
a newer one (resource versions of one object can be compared as numbers: KEP-5504).
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from testrun.api import names
from testrun.core import model, observed
from testrun.core.lock import Rival
from testrun.kube import facts

Body = Mapping[str, Any]

TAKEN_SECONDS = 5
"""After this it stands in a run's status that it took an environment, or it did not."""
EARLY = 1000
"""Runs that the server told of first and whose watch event is still awaited; of more, the longest unheard is forgotten."""


@dataclasses.dataclass
class Entry:
    """All that is known of one run."""

    run: model.RunRef
    body: Body | None = None
    gone: bool = False
    """The TestRun does not exist any more."""
    job: observed.Job | None = None
    job_version: int = 0
    pods: dict[str, model.PodFacts] = dataclasses.field(default_factory=dict)
    """By name, in the order in which they appeared; pods that are gone stay, as they were seen last."""
    progress: model.Progress | None = None
    as_rival: Rival | None = None
    """What those that wait for its environment were last told of it."""
    rivals_changed: bool = False
    """Another run that shares its environment is not as it was when they were read."""


class Cache:
    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._taken: dict[tuple[str, str], tuple[str, datetime.datetime]] = {}
        """Namespace and name of an environment -> the run that took it last, and when."""
        self._early: dict[str, model.Progress] = {}
        """What the server told of runs that the watch has not told of yet: after a start it may be the faster one."""

    def entry(self, run: model.RunRef) -> Entry:
        if run.uid not in self.entries:
            self.entries[run.uid] = Entry(run, progress=self._early.pop(run.uid, None))
        return self.entries[run.uid]

    def put_run(self, body: Body, *, gone: bool = False) -> Entry:
        entry = self.entry(run_ref(body))
        if gone:
            entry.gone = True
        elif entry.body is None or version(body) >= version(entry.body):
            entry.body = body
        return entry

    def put_job(self, body: Body, *, gone: bool = False) -> Entry | None:
        entry = self._of_child(body)
        if entry is None or not _is_job_of(body, entry.run):
            return None
        if version(body) < entry.job_version:
            return entry
        entry.job_version = version(body)
        entry.job = None if gone else facts.job(body)
        return entry

    def put_pod(self, body: Body, *, gone: bool = False) -> Entry | None:
        entry = self._of_child(body)
        if entry is None or not _is_pod_of(body, entry):
            return None
        fact = facts.pod(body, gone=gone)
        if fact is None:
            return None
        known = entry.pods.get(fact.pod)
        if known is not None:
            # What was seen once stays true: a pod that is deleted loses its container's state in its last bodies.
            fact = dataclasses.replace(
                fact,
                started=fact.started or known.started,
                terminated=fact.terminated or known.terminated,
                disrupted=fact.disrupted or known.disrupted,
                exit_code=fact.exit_code if fact.exit_code is not None else known.exit_code,
                termination=fact.termination or known.termination,
            )
            if _explained_before(known, fact):
                fact = dataclasses.replace(fact, reason=known.reason, message=known.message)
        entry.pods[fact.pod] = fact
        return entry

    def put_progress(self, progress: model.Progress) -> Entry | None:
        entry = self.entries.get(progress.run.uid)
        if entry is None:
            self._early.pop(progress.run.uid, None)
            self._early[progress.run.uid] = progress
            if len(self._early) > EARLY:
                del self._early[next(iter(self._early))]
        else:
            entry.progress = progress
        return entry

    def sharing(self, run: model.RunRef, environment: str) -> Iterator[Entry]:
        """Other runs of its namespace that name this environment."""
        for other in self.entries.values():
            if other.run != run and other.run.namespace == run.namespace and shared(other.body) == environment:
                yield other

    def take(self, run: model.RunRef, environment: str, now: datetime.datetime) -> bool:
        """Whether the run may take the environment: no other did so just now, whose status does not tell of it yet."""
        uid, when = self._taken.get((run.namespace, environment), (run.uid, now))
        if uid != run.uid and now < when + datetime.timedelta(seconds=TAKEN_SECONDS):
            return False
        self._taken[run.namespace, environment] = (run.uid, now)
        return True

    def forget(self, uid: str) -> None:
        self.entries.pop(uid, None)

    def _of_child(self, body: Body) -> Entry | None:
        return self.entries.get((body["metadata"].get("labels") or {}).get(names.LABEL_RUN_UID, ""))


def run_ref(body: Body) -> model.RunRef:
    metadata = body["metadata"]
    return model.RunRef(namespace=metadata["namespace"], name=metadata["name"], uid=metadata["uid"])


def shared(body: Body | None) -> str:
    """Name of the environment that a run shares with others; empty: none."""
    environment = ((body or {}).get("spec") or {}).get("environment")
    return str(environment.get("name") or "") if isinstance(environment, Mapping) else ""


def is_owned(body: Body, run: model.RunRef) -> bool:
    """The object names the run as its owner."""
    return any(owner.get("uid") == run.uid for owner in body["metadata"].get("ownerReferences") or ())


def version(body: Body) -> int:
    return int(body["metadata"].get("resourceVersion") or 0)


def _explained_before(known: model.PodFacts, fact: model.PodFacts) -> bool:
    """What was said of the pod explains its end better than its last body does."""
    if known.reason in ("", facts.CREATING):
        return False
    if not fact.started and (fact.terminated or fact.deleting):
        return fact.reason in facts.SAYS_NOTHING  # it is removed because it could not start, and why is not said again
    return not fact.reason and (known.terminated or known.disrupted)


def _is_job_of(body: Body, run: model.RunRef) -> bool:
    """Labels can be set by anyone, in any namespace; the computed name and the owner's uid are the proof."""
    metadata = body["metadata"]
    if (metadata.get("namespace"), metadata["name"]) != (run.namespace, names.job_name(run.name, run.uid)):
        return False
    return is_owned(body, run)


def _is_pod_of(body: Body, entry: Entry) -> bool:
    """A pod of the run's own Job, in its namespace."""
    metadata, run = body["metadata"], entry.run
    if metadata.get("namespace") != run.namespace:
        return False
    return any(
        owner.get("kind") == "Job"
        and owner.get("name") == names.job_name(run.name, run.uid)
        and (entry.job is None or owner.get("uid") == entry.job.uid)
        for owner in metadata.get("ownerReferences") or ()
    )
