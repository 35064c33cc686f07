"""A workload is rolled out: its controller says so, no pod of it crashes, and it runs the image that was asked for.

``kubectl rollout status`` is content with counts. While a new pod fails the old one goes on serving, so the counts are put next
to what the pods say: which of them fails and why, and which of an earlier template answers in its place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from testrun.core import text
from testrun.core.preflight import image, pods, rollout
from testrun.core.preflight.checks import Kind, WorkloadCheck
from testrun.core.preflight.finding import Finding, Readiness, together
from testrun.core.preflight.pods import Pod, Trouble
from testrun.core.preflight.rollout import Missing, Workload

NAMED = 3
"""So many pods are named at most."""


@dataclasses.dataclass(frozen=True)
class Log:
    """The last lines of this would explain what is wrong."""

    pod: str
    container: str
    previous: bool
    """Of the container that ended before the one that runs or starts now."""


def judge(check: WorkloadCheck, workloads: Sequence[Workload], all_pods: Sequence[Pod]) -> Finding:
    """``workloads``: those of the check's kind; ``all_pods``: theirs, and any others."""
    found = [each for each in workloads if each.kind is check.kind and (not check.name or each.name == check.name)]
    if not found:
        return _not_found(check)
    return together([rolled_out(each, all_pods, check.image) for each in found])


def _not_found(check: WorkloadCheck) -> Finding:
    if check.name:
        return Finding(
            Readiness.NOT_READY,
            saw=f"no {check.kind} {check.name} in the namespace",
            wanted=f"{check.kind} {check.name} rolled out",
            hint="apply it, or mend the name in the check",
        )
    labels = ",".join(f"{key}={value}" for key, value in sorted(check.selector.items()))
    return Finding(
        Readiness.NOT_READY,
        saw=f"no {check.kind} with labels {labels} in the namespace",
        wanted="one at least, rolled out",
        hint="apply it, or mend the selector in the check",
    )


def rolled_out(workload: Workload, all_pods: Sequence[Pod], wanted_image: str = "") -> Finding:
    """One workload and its pods."""
    own = own_pods(workload, all_pods)
    wanted = f"{workload.title} rolled out" + (f" with image {wanted_image}" if wanted_image else "")
    missing = rollout.missing(workload)
    if missing is not None and missing.final:
        return Finding(Readiness.NOT_READY, f"{workload.title} {missing.says}", wanted, missing.hint)
    if wanted_image and not image.names_digest(wanted_image) and not _names(workload, wanted_image):
        return _other_image(workload, wanted, sorted(workload.images.values()))
    worst = _worst(workload, own, only_serious=missing is None)
    if missing is not None or worst is not None:
        return _not_rolled_out(workload, own, wanted, missing, worst)
    if wanted_image and image.names_digest(wanted_image):
        other = _other_digest(workload, own, wanted_image)
        if other:
            return _other_image(workload, wanted, other)
    return Finding(Readiness.READY, saw=_well(workload), wanted=wanted, warning=_warning(workload))


def own_pods(workload: Workload, all_pods: Sequence[Pod]) -> list[Pod]:
    """Between a Deployment and its pods is a ReplicaSet, which is called after the template's hash."""
    if workload.kind is Kind.DEPLOYMENT:
        return [pod for pod in all_pods if pod.owner == f"{workload.name}-{pod.revision}"]
    return [pod for pod in all_pods if pod.owner == workload.name]


def is_current(workload: Workload, pod: Pod) -> bool:
    """It was made from the workload's template as it is now, as far as anybody can tell."""
    pairs = ((workload.revision, pod.revision), (workload.tilt_hash, pod.tilt_hash))
    return all(not wanted or not found or wanted == found for wanted, found in pairs)


def log_wanted(workloads: Sequence[Workload], all_pods: Sequence[Pod]) -> list[Log]:
    """Which logs to read before these are judged for good: one for each workload at most."""
    found = []
    for workload in workloads:
        worst = _worst(workload, own_pods(workload, all_pods), only_serious=rollout.missing(workload) is None)
        if worst is not None and worst.has_log:
            found.append(Log(worst.pod, worst.container, previous=worst.previous))
    return found


def _worst(workload: Workload, own: Sequence[Pod], *, only_serious: bool) -> Trouble | None:
    """What is wrong with the pods of the current template. Those of an earlier one go anyway."""
    if workload.kind is Kind.JOB:
        asked = [] if workload.complete else [pod for pod in own if not pod.deleting]
    else:
        asked = [pod for pod in own if pod.counts and is_current(workload, pod)]
    found = [each for each in map(pods.trouble, asked) if each is not None and (each.serious or not only_serious)]
    return min(found, key=lambda each: not each.serious, default=None)


def _not_rolled_out(
    workload: Workload, own: Sequence[Pod], wanted: str, missing: Missing | None, worst: Trouble | None
) -> Finding:
    words = [f"{workload.title} {missing.says if missing else 'has a pod that fails'}"]
    if worst is not None:
        words.append(worst.says)
    old = [pod.name for pod in own if pod.ready and pod.counts and not is_current(workload, pod)]
    if old:
        words.append(f"{_named(old)} of an earlier template still {'serves' if len(old) == 1 else 'serve'}")
    hints = [each.hint for each in (missing, worst) if each is not None and each.hint]
    output = f"{worst.pod}/{worst.container}:\n{worst.log}" if worst is not None and worst.log else ""
    return Finding(Readiness.NOT_READY, "; ".join(words), wanted, "; ".join(hints) or "wait for it", output=output)


def _named(names: Sequence[str]) -> str:
    shown = [*sorted(names)[:NAMED], *([f"{len(names) - NAMED} more"] if len(names) > NAMED else [])]
    return f"{'pod' if len(names) == 1 else 'pods'} {text.listed(shown)}"


def _other_image(workload: Workload, wanted: str, seen: Sequence[str]) -> Finding:
    images = text.listed(list(dict.fromkeys(seen))) or "no image that is known yet"
    return Finding(
        Readiness.NOT_READY,
        saw=f"{workload.title} with image {images}",
        wanted=wanted,
        hint="deploy that image, or mend the image in the check",
    )


def _names(workload: Workload, wanted_image: str) -> bool:
    return any(image.is_named(wanted_image, each) for each in workload.images.values())


def _other_digest(workload: Workload, own: Sequence[Pod], wanted_image: str) -> list[str]:
    """What pods run in place of the wanted digest. A template that names it needs no proof."""
    if _names(workload, wanted_image):
        return []
    asked = [pod for pod in own if workload.kind is Kind.JOB or pod.counts]
    bad = [pod for pod in asked if not any(image.runs(wanted_image, each.image, each.image_id) for each in pod.containers)]
    if not asked:
        return sorted(workload.images.values())
    found = [each for pod in bad for each in pod.containers if not each.init]
    return sorted({f"{each.image} ({image.parse(each.image_id).digest})" for each in found})


def _well(workload: Workload) -> str:
    images = text.listed(sorted(set(workload.images.values())))
    with_images = f" with image {images}" if images else ""
    if workload.kind is Kind.JOB:
        return f"{workload.title} complete{with_images}"
    ready = f"{workload.ready} of {workload.wanted} pods ready"
    return f"{workload.title} rolled out{with_images}, {ready}"


def _warning(workload: Workload) -> str:
    if not workload.partition:
        return ""
    return f"its partition keeps pods below ordinal {workload.partition} at the earlier template"
