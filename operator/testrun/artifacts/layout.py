"""Every path of a run's evidence, in one place: docs/protocol.md §5. Pure: nothing here touches a disk.

A *path* is relative to the run's folder and is what manifests, reports and statuses hold; a *key* is a path below that folder's
prefix and is what a `Store` holds. Names that come from a pod pass through here, so a function that takes one raises
``ValueError`` when it could mean anything but one plain folder or file name.
"""

from __future__ import annotations

import re

from testrun.core import model, phases

MANIFEST = "manifest.json"
SUMMARY = "summary.json"
REPORT = "report/index.html"
JUNIT = phases.Phase.E2E.junit
UPLOADS = "Uploads"
"""Key prefix of recorded JUnit files that were uploaded for a namespace. No namespace has a capital letter, so no run's key
begins like this.
"""

REMOVED = "Removed"
"""Key prefix of the marks of runs whose evidence was removed; no run's either."""

_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_DNS_SUBDOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_UID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")
CLAIM = ".claimed"
SHA256 = re.compile(r"[0-9a-f]{64}")
_UPLOAD = re.compile(r"Uploads/([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)/([0-9a-f]{64})(\.claimed)?")
_ATTACHMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


def check_key(key: str) -> str:
    """The key itself. Raises ``ValueError`` unless it is plain names joined by ``/``: no ``..``, no empty or hidden part, nothing
    absolute.
    """
    if len(key) > 1024 or not all(_SEGMENT.fullmatch(segment) for segment in key.split("/")):
        raise ValueError(f"not a path of the store: {key[:200]!r}")
    return key


def check_run(run: model.RunRef) -> model.RunRef:
    """The run itself. Raises ``ValueError`` when its parts are not names that Kubernetes gives out."""
    if not _DNS_SUBDOMAIN.fullmatch(run.namespace) or not _DNS_SUBDOMAIN.fullmatch(run.name) or not _UID.fullmatch(run.uid):
        raise ValueError("namespace, name and uid do not name a run")
    return run


def check_pod(pod: str) -> str:
    """The pod's name itself. Raises ``ValueError`` when Kubernetes would not give a pod that name."""
    if not _DNS_SUBDOMAIN.fullmatch(pod):
        raise ValueError(f"not the name of a pod: {pod[:80]!r}")
    return pod


def check_attachment(file: str) -> str:
    """The file name itself. Raises ``ValueError`` when it is not one that the protocol (§2) allows."""
    if not _ATTACHMENT.fullmatch(file):
        raise ValueError(f"not the name of an attachment: {file[:80]!r}")
    return file


def run_folder(run: model.RunRef) -> str:
    """Key prefix of all of a run's public files, without a slash at its end."""
    check_run(run)
    return f"{run.namespace}/{run.name}/{run.uid}"


def key(run: model.RunRef, path: str) -> str:
    """The store's key of a path in the run's folder. Raises ``ValueError`` when the path would leave it."""
    return f"{run_folder(run)}/{check_key(path)}"


def answer_key(run: model.RunRef) -> str:
    """Where the server remembers what it answered to a settle. Beside the run's folder, not in it: it is no evidence and nobody's
    to read.
    """
    return f"{run_folder(run)}.answer.json"


def removed_key(run: model.RunRef) -> str:
    """Key of the mark that the run's evidence was removed."""
    check_run(run)
    return f"{REMOVED}/{run.namespace}/{run.uid}"


def phase_junit(phase: model.RecordedPhase) -> str:
    """Path of the JUnit of a phase that ran elsewhere."""
    return phases.Phase(phase).junit


PHASE_JUNITS = frozenset(map(phase_junit, model.RECORDED_PHASES))


def uploads_folder(namespace: str) -> str:
    """Key prefix of a namespace's uploads. Raises ``ValueError`` when Kubernetes would not give a namespace that name."""
    if not _DNS_SUBDOMAIN.fullmatch(namespace):
        raise ValueError(f"not the name of a namespace: {namespace[:80]!r}")
    return f"{UPLOADS}/{namespace}"


def upload_key(namespace: str, sha256: str) -> str:
    """Key of an uploaded file. Raises ``ValueError`` when the namespace or the digest is none."""
    if not SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hex")
    return f"{uploads_folder(namespace)}/{sha256}"


def claim_key(namespace: str, sha256: str) -> str:
    """Key of the mark that a run has used an uploaded file; as old as its last use."""
    return f"{upload_key(namespace, sha256)}{CLAIM}"


def parse_upload(key: str) -> tuple[str, str, bool] | None:
    """Namespace, digest and whether it is the mark of a key that `upload_key` or `claim_key` made, else None."""
    match = _UPLOAD.fullmatch(key)
    return (match[1], match[2], bool(match[3])) if match else None


def pod_folder(shard: int, pod: str) -> str:
    return f"phase-3/shard-{shard:d}/{check_pod(pod)}"


def events(shard: int, pod: str) -> str:
    return f"{pod_folder(shard, pod)}/events.jsonl"


def output(shard: int, pod: str) -> str:
    return f"{pod_folder(shard, pod)}/output.txt"


def attachment(shard: int, pod: str, file: str) -> str:
    return f"{pod_folder(shard, pod)}/attachments/{check_attachment(file)}"


_POD_FILE = re.compile(r"phase-3/shard-(\d{1,4})/([^/]+)/(?:events\.jsonl|attachments/([^/]+))")


_OUTPUT = re.compile(r"phase-3/shard-\d{1,4}/[^/]+/output\.txt")


def is_output(path: str) -> bool:
    """It is a path that `output` made."""
    return _OUTPUT.fullmatch(path) is not None


def parse(path: str) -> tuple[int, str, str] | None:
    """Shard, pod and attachment (empty for the log) of a path that `events` or `attachment` made, else None."""
    match = _POD_FILE.fullmatch(path)
    return (int(match[1]), match[2], match[3] or "") if match else None
