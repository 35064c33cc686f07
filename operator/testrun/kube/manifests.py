"""Bodies of what a run is made of: the Job, the Secret its pods mount, an Event. Pure: values in, dicts out."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from testrun.api import names
from testrun.core import actions, model
from testrun.core.preflight import checks

Body = dict[str, Any]

GRACE_SECONDS = 30
"""What a pod gets between SIGTERM and SIGKILL: time to write reports and to send them."""
JOB_DEADLINE_MARGIN_SECONDS = 120
"""The Job's own deadline lies this much behind the run's: it ends the pods when no operator is there to do it."""
CHECK_MARGIN_SECONDS = 30
"""By how much the pod of a check outlives the time for all checks: with its end its log would be gone."""
PART_RETRIES = 1000
"""Until its deadline: Kubernetes waits longer and longer between two tries."""
RUN_EVENTS_BYTES = 240 * 2**20
"""What all shards of a run may log together; the server takes a little more (`web.config.Limits`), so that last words get
through.
"""


def limits(shards: int) -> dict[str, int]:
    """What each pod of a run is told to keep to: the shards share what the server takes of one run."""
    events = max(2**20, min(64 * 2**20, RUN_EVENTS_BYTES // shards))
    return {"eventsBytes": events, "attachmentsBytes": 256 * 2**20, "attachmentBytes": 100 * 2**20, "drainSeconds": 20}


EVENT_MESSAGE_CHARACTERS = 1000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shard:
    """What the operator gives to each shard's pod, the same for all runs."""

    server_url: str
    files: Mapping[str, str]
    """The shim and the reporter: file name -> text."""


def owner(run: model.RunRef) -> Body:
    """The owner reference of a run's Job. ``blockOwnerDeletion`` would need a right on the owner, and nothing waits for it."""
    return {"apiVersion": names.API_VERSION, "kind": names.KIND, "name": run.name, "uid": run.uid, "controller": True}


def job(run: model.RunRef, spec: model.RunSpec) -> Body:
    """The Indexed Job of the run's shards.

    A failed test (exit 1), a shim that cannot work (125) and a crash end their shard: Playwright has retries of its own. A
    disruption (eviction, drain, preemption) is nobody's fault: it is not counted, and that shard alone starts anew, as often as
    the spec and the run's deadline allow. Its rule comes first, for a disrupted pod may exit 1. Fields: KEP-3850, KEP-3329.
    """
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": names.job_name(run.name, run.uid),
            "namespace": run.namespace,
            "labels": names.labels(run),
            "ownerReferences": [owner(run)],
        },
        "spec": {
            "completionMode": "Indexed",
            "completions": spec.shards,
            "parallelism": min(spec.max_parallel or spec.shards, spec.shards),
            "backoffLimitPerIndex": spec.max_disruptions or 0,
            "podReplacementPolicy": "Failed",
            "activeDeadlineSeconds": spec.timeout_seconds + JOB_DEADLINE_MARGIN_SECONDS,
            "podFailurePolicy": {"rules": _failure_rules(spec)},
            "template": pod_template(run, spec),
        },
    }


def part_job(run: model.RunRef, spec: model.RunSpec, check: checks.PodCheck) -> Body:
    """The Job of a pod that the run has beside its shards. The pod is theirs (what the template says holds), with another image
    and command, and without what lets it report tests.
    """
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": names.part_name(run.name, run.uid, check.part),
            "namespace": run.namespace,
            "labels": names.labels(run),
            "ownerReferences": [owner(run)],
        },
        "spec": {
            "backoffLimit": 0 if check.once else PART_RETRIES,
            "activeDeadlineSeconds": check.timeout_seconds + (0 if check.once else CHECK_MARGIN_SECONDS),
            "podReplacementPolicy": "Failed",
            "podFailurePolicy": {
                "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]
            },
            "template": _part_template(run, spec, check),
        },
    }


def _part_template(run: model.RunRef, spec: model.RunSpec, check: checks.PodCheck) -> Body:
    template = pod_template(run, dataclasses.replace(spec, image=check.image))
    pod = template["spec"]
    container = next(each for each in pod["containers"] if each["name"] == names.CONTAINER)
    container["volumeMounts"] = [each for each in container["volumeMounts"] if each["name"] != names.VOLUME]
    pod["volumes"] = [each for each in pod["volumes"] if each["name"] != names.VOLUME]
    del container["command"]
    container |= {key: list(words) for key, words in (("command", check.command), ("args", check.args)) if words}
    return template


def _failure_rules(spec: model.RunSpec) -> list[Body]:
    """Of the rules the first that fits a pod decides. Where disruptions are counted nothing else may use up their number."""
    counted = spec.max_disruptions is not None
    codes = {"operator": "NotIn", "values": [0]} if counted else {"operator": "In", "values": [1, 125]}
    return [
        {"action": "Count" if counted else "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
        {"action": "FailIndex", "onExitCodes": codes},
    ]


def pod_template(run: model.RunRef, spec: model.RunSpec) -> Body:
    """The user's container and nothing else, with our command, our mount, and the user's own template merged in."""
    env = [
        {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
    ]
    env += [{"name": name, "value": value} for name, value in _identity(run).items() if name not in _variables(spec.template)]
    if spec.base_url:
        env += [{"name": name, "value": spec.base_url} for name in ("BASE_URL", "PLAYWRIGHT_TEST_BASE_URL")]
    container: Body = {
        "name": names.CONTAINER,
        "image": spec.image,
        "command": ["node", f"{names.MOUNT_PATH}/shim.mjs"],
        "env": env,
        "volumeMounts": [{"name": names.VOLUME, "mountPath": names.MOUNT_PATH, "readOnly": True}],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    if spec.working_dir:
        container["workingDir"] = spec.working_dir
    own: Body = {
        "metadata": {"labels": names.labels(run)},
        "spec": {
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": GRACE_SECONDS,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "volumes": [
                {"name": names.VOLUME, "secret": {"secretName": names.secret_name(run.name, run.uid), "defaultMode": 0o444}}
            ],
            "containers": [container],
        },
    }
    merged: Body = merge(spec.template, own)
    return merged


def _identity(run: model.RunRef) -> dict[str, str]:
    """With these, tests label what they make (`spec.cleanup.selectors`)."""
    return {"TESTRUN_NAME": run.name, "TESTRUN_UID": run.uid}


def _variables(template: Mapping[str, Any]) -> set[str]:
    """Those that the template's container sets, in whatever way: a template may have had them before we did."""
    containers = (template.get("spec") or {}).get("containers") or ()
    return {each.get("name", "") for container in containers for each in container.get("env") or ()}


_KEYS = ("name", "mountPath", "key")
_OURS = frozenset({"labels", "command", "restartPolicy", "workingDir", "image", "automountServiceAccountToken"})
"""Where the template and we both speak, our word counts here; elsewhere ours is a default that the template may change."""


def merge(theirs: Any, ours: Any, key: str = "") -> Any:
    """Two bodies as one: mappings by key, lists of named things by their name, else theirs, unless the key is ours to say."""
    if key in _OURS:
        return {**theirs, **ours} if isinstance(ours, Mapping) else ours
    if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
        both = {**ours, **theirs}
        return {k: merge(theirs[k], ours[k], k) if k in theirs and k in ours else v for k, v in both.items()}
    if isinstance(theirs, list) and isinstance(ours, list):
        by = _KEYS[1] if key == "volumeMounts" else _KEYS[0]
        named = {item[by]: item for item in theirs if isinstance(item, Mapping) and by in item}
        merged = [
            merge(named.pop(item[by]), item) if isinstance(item, Mapping) and item.get(by) in named else item for item in ours
        ]
        return merged + [item for item in theirs if not isinstance(item, Mapping) or item.get(by) in named or by not in item]
    return theirs


def secret(run: model.RunRef, spec: model.RunSpec, *, job_uid: str, token: str, shard: Shard) -> Body:
    """What the pods mount. It belongs to the Job: one delete removes both."""
    name = names.secret_name(run.name, run.uid)
    grace = (spec.template.get("spec") or {}).get("terminationGracePeriodSeconds", GRACE_SECONDS)
    settings = {
        "v": 1, "server": shard.server_url, "namespace": run.namespace, "name": run.name, "uid": run.uid, "shards": spec.shards,
        "args": list(spec.args), "gracePeriodSeconds": grace, "limits": limits(spec.shards),
    }  # fmt: skip
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": run.namespace,
            "labels": names.labels(run),
            "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": job_uid}],
        },
        "immutable": True,
        "stringData": {**shard.files, "run.json": json.dumps(settings), "token": token},
    }


def event(run: model.RunRef, told: actions.PostEvent, *, now: datetime.datetime, reporter: str) -> Body:
    """A core/v1 Event whose name is computed from the fact it tells: posted twice, it exists already."""
    digest = hashlib.sha256(f"{run.uid}\n{told.key}".encode()).hexdigest()[:16]
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{run.name[:200]}.{digest}", "namespace": run.namespace},
        "involvedObject": {
            "apiVersion": names.API_VERSION, "kind": names.KIND, "name": run.name, "namespace": run.namespace, "uid": run.uid,
        },
        "type": "Warning" if told.warning else "Normal",
        "reason": told.reason,
        "message": told.message[:EVENT_MESSAGE_CHARACTERS],
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "count": 1,
        "source": {"component": names.MANAGER},
        "reportingComponent": names.MANAGER,
        "reportingInstance": reporter,
    }  # fmt: skip
