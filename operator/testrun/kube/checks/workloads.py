"""What the bodies of workloads and of their pods say. Any field may be missing or null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from testrun.core.preflight.checks import Kind
from testrun.core.preflight.pods import UNSCHEDULABLE, Container, Pod
from testrun.core.preflight.rollout import ON_DELETE, Workload

Body = Mapping[str, Any]
REVISION = "deployment.kubernetes.io/revision"
TEMPLATE_HASH = "pod-template-hash"
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
POD_REVISIONS = (TEMPLATE_HASH, "pod-template-generation", "controller-revision-hash")
"""What the controllers of Deployments, DaemonSets and StatefulSets put on a pod."""
TILT_HASH = "tilt.dev/pod-template-hash"
MANAGED_BY = "app.kubernetes.io/managed-by"
INJECT = ("telepresence.io/inject-traffic-agent", "telepresence.getambassador.io/inject-traffic-agent")
"""Newer and older versions. Each ignores the other's."""


def workload(kind: Kind, body: Body, replica_sets: Iterable[Body] = ()) -> Workload:
    """``replica_sets``: those of the namespace, which tell a Deployment's current pods from earlier ones."""
    metadata, spec, status = _dict(body, "metadata"), _dict(body, "spec"), _dict(body, "status")
    template = _dict(spec, "template")
    annotations, labels = _dict(_dict(template, "metadata"), "annotations"), _dict(_dict(template, "metadata"), "labels")
    strategy = _dict(spec, "strategy") or _dict(spec, "updateStrategy")
    true = {each.get("type"): each for each in _dicts(status, "conditions") if each.get("status") == "True"}
    return Workload(
        kind=kind,
        name=str(metadata.get("name")),
        generation=_int(metadata, "generation"),
        observed_generation=_int(status, "observedGeneration"),
        wanted=_wanted(kind, spec, status),
        total=_int(status, "replicas"),
        updated=_int(status, "updatedNumberScheduled" if kind is Kind.DAEMON_SET else "updatedReplicas"),
        ready=_int(status, "numberReady" if kind is Kind.DAEMON_SET else "readyReplicas"),
        available=_int(status, "numberAvailable" if kind is Kind.DAEMON_SET else "availableReplicas"),
        succeeded=_int(status, "succeeded"),
        complete=bool(true.keys() & {"Complete", "SuccessCriteriaMet"}),
        strategy=str(strategy.get("type") or "RollingUpdate"),
        partition=0 if strategy.get("type") == ON_DELETE else _int(_dict(strategy, "rollingUpdate"), "partition"),
        paused=bool(spec.get("paused") or spec.get("suspend")),
        deleting=metadata.get("deletionTimestamp") is not None,
        failure=_failure(status),
        revision=_revision(kind, metadata, status, replica_sets),
        tilt_hash=str(labels.get(TILT_HASH) or ""),
        managed_by=str(_dict(metadata, "labels").get(MANAGED_BY) or ""),
        images={str(each.get("name")): str(each.get("image") or "") for each in _dicts(_dict(template, "spec"), "containers")},
        wants_agent=any(annotations.get(each) in ("enabled", "true") for each in INJECT),
    )


def pod(body: Body, logs: Mapping[str, str] | None = None) -> Pod:
    """``logs``: the last lines of its containers, by name, where they were read."""
    metadata, spec, status = _dict(body, "metadata"), _dict(body, "spec"), _dict(body, "status")
    labels = _dict(metadata, "labels")
    owner = next((each for each in _dicts(metadata, "ownerReferences") if each.get("controller")), {})
    conditions = {each.get("type"): each for each in _dicts(status, "conditions")}
    reason, message = _reason(status, conditions)
    made = [(each, False) for each in _dicts(spec, "containers")] + [(each, True) for each in _dicts(spec, "initContainers")]
    said = {each.get("name"): each for each in (*_dicts(status, "containerStatuses"), *_dicts(status, "initContainerStatuses"))}
    return Pod(
        name=str(metadata.get("name")),
        owner=str(owner.get("name") or ""),
        revision=next((str(labels[each]) for each in POD_REVISIONS if labels.get(each)), ""),
        tilt_hash=str(labels.get(TILT_HASH) or ""),
        phase=str(status.get("phase") or ""),
        ready=_dict(conditions, "Ready").get("status") == "True",
        deleting=metadata.get("deletionTimestamp") is not None,
        reason=reason,
        message=message,
        containers=tuple(_container(each, said.get(each.get("name"), {}), init, logs or {}) for each, init in made),
    )


def _container(made: Body, said: Body, init: bool, logs: Mapping[str, str]) -> Container:
    state = _dict(said, "state")
    waiting, ended = _dict(state, "waiting"), _dict(state, "terminated")
    last = ended or _dict(_dict(said, "lastState"), "terminated")
    return Container(
        name=str(made.get("name")),
        image=str(made.get("image") or ""),
        image_id=str(said.get("imageID") or ""),
        init=init,
        ready=bool(said.get("ready")),
        running="running" in state,
        restarts=_int(said, "restartCount"),
        waiting=str(waiting.get("reason") or ""),
        message=str(waiting.get("message") or ""),
        ended=bool(ended),
        exit_code=last.get("exitCode"),
        end_reason=str(last.get("reason") or ""),
        log=logs.get(str(made.get("name")), ""),
    )


def _wanted(kind: Kind, spec: Body, status: Body) -> int:
    if kind is Kind.DAEMON_SET:
        return _int(status, "desiredNumberScheduled")
    found = spec.get("completions" if kind is Kind.JOB else "replicas")
    return int(found) if found is not None else 1


def _failure(status: Body) -> str:
    """A Deployment that gives up, any that cannot make pods, a Job that failed."""
    for each in _dicts(status, "conditions"):
        stuck = each.get("type") == "Progressing" and each.get("reason") == "ProgressDeadlineExceeded"
        if stuck or (each.get("type") in ("ReplicaFailure", "Failed", "FailureTarget") and each.get("status") == "True"):
            return f"{each.get('reason')}: {each.get('message')}" if each.get("message") else str(each.get("reason"))
    return ""


def _revision(kind: Kind, metadata: Body, status: Body, replica_sets: Iterable[Body]) -> str:
    if kind is Kind.STATEFUL_SET:
        return str(status.get("updateRevision") or "")
    annotations = _dict(metadata, "annotations")
    if kind is Kind.DAEMON_SET:
        return str(annotations.get(TEMPLATE_GENERATION) or "")
    if kind is not Kind.DEPLOYMENT or not annotations.get(REVISION):
        return ""
    for each in map(_metadata, replica_sets):
        owners = [owner.get("uid") for owner in _dicts(each, "ownerReferences")]
        if metadata.get("uid") in owners and _dict(each, "annotations").get(REVISION) == annotations[REVISION]:
            return str(_dict(each, "labels").get(TEMPLATE_HASH) or "")
    return ""


def _reason(status: Body, conditions: Mapping[Any, Body]) -> tuple[str, str]:
    scheduled = _dict(conditions, "PodScheduled")
    if status.get("reason"):  # Evicted, NodeLost, …
        return str(status["reason"]), str(status.get("message") or "")
    if scheduled.get("status") == "False":
        return str(scheduled.get("reason") or UNSCHEDULABLE), str(scheduled.get("message") or "")
    return "", ""


def _metadata(body: Body) -> Body:
    return _dict(body, "metadata")


def _dict(body: Mapping[Any, Any], key: str) -> Body:
    found: Body | None = body.get(key)
    return found or {}


def _dicts(body: Body, key: str) -> Sequence[Body]:
    found: Sequence[Body] | None = body.get(key)
    return found or ()


def _int(body: Body, key: str) -> int:
    return int(body.get(key) or 0)
