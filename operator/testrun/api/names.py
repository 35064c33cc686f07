"""What things are called in a cluster: the API group, labels, the finalizer, and the names of a run's children.

Names of children are computed from the run's uid, never random: a repeated step finds the child it made before instead of making
a second one, and a new run of an old name never meets the children of the old. Pure: nothing here reads a cluster.
"""

from __future__ import annotations

import hashlib
import re

from testrun.core import model

GROUP = "testing.ameide.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
KIND = "TestRun"
PLURAL = "testruns"
SINGULAR = "testrun"
SHORT_NAME = "tr"

FINALIZER = f"{GROUP}/evidence"
"""On a TestRun from before its Job exists until its evidence is settled."""

LABEL_RUN = f"{GROUP}/run"
"""For people: the run's name, cut when it is too long for a label. Two runs may share it; select by uid."""
LABEL_RUN_UID = f"{GROUP}/run-uid"
"""On everything that is made for a run: finds its children, whatever they are named."""
LABEL_MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGER = "testrun-operator"

LABEL_USED_AS = f"{GROUP}/used-as"
"""On a TestRun, by whoever makes it: ``hook`` or ``acceptance``. For the inventory; the operator does not look at it."""

LABEL_INDEX = "batch.kubernetes.io/job-completion-index"
"""The shard's index on its pods. The Job controller sets it: one pod template serves all shards, so no label of ours can tell
them apart."""

CONTAINER = "playwright"
"""The one container of a shard's pod, as ``spec.playwright.template`` may name it."""
VOLUME = "testrun"
MOUNT_PATH = "/testrun"

JOB_NAME_LENGTH = 52
"""The Job controller adds ``-<index>-<5 characters>``: 9 characters for 100 shards, which leaves the pod's name below the 63 of a
label value."""

_HASH_LENGTH = 10
_LABEL_VALUE_LENGTH = 63


def job_name(name: str, uid: str) -> str:
    """The name of a run's Job, and of its Secret: ``<run's name, cut>-<hash of its uid>``.

    A DNS label of at most JOB_NAME_LENGTH characters although a TestRun's name may be a DNS subdomain of 253: dots become dashes.
    """
    digest = hashlib.sha256(uid.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{_cut(name.replace('.', '-'), JOB_NAME_LENGTH - _HASH_LENGTH - 1)}-{digest}"


def secret_name(name: str, uid: str) -> str:
    """The name of the Secret that is mounted into a run's pods."""
    return job_name(name, uid)


def part_name(name: str, uid: str, part: str) -> str:
    """The name of the Job of a pod that a run has beside its shards."""
    return job_name(name, f"{uid}/{part}")


def labels(run: model.RunRef) -> dict[str, str]:
    """The labels of everything that is made for a run."""
    return {LABEL_MANAGED_BY: MANAGER, LABEL_RUN: _cut(run.name, _LABEL_VALUE_LENGTH), LABEL_RUN_UID: run.uid}


def selector(run: model.RunRef) -> str:
    """The label selector of everything that was made for a run."""
    return f"{LABEL_RUN_UID}={run.uid}"


def _cut(text: str, length: int) -> str:
    """The text's start, ending in a letter or digit as labels must."""
    return re.sub(r"[^a-z0-9]+$", "", text[:length]) or "run"
