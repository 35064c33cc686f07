"""What pods say of themselves, and what is wrong with one that is not ready."""

from __future__ import annotations

import dataclasses

from testrun.core import text

MESSAGE_CHARACTERS = 300
_STARTS = frozenset({"", "ContainerCreating", "PodInitializing"})
"""A pod that is being made. Nothing is wrong with it yet."""
_PULLS = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError", "RegistryUnavailable"}
)
_CONFIGURES = frozenset({"CreateContainerConfigError", "CreateContainerError"})
CRASH_LOOP = "CrashLoopBackOff"
UNSCHEDULABLE = "Unschedulable"


@dataclasses.dataclass(frozen=True)
class Container:
    name: str
    image: str = ""
    image_id: str = ""
    init: bool = False
    ready: bool = False
    running: bool = False
    restarts: int = 0
    waiting: str = ""
    """Why it waits, in Kubernetes' word."""
    message: str = ""
    """What Kubernetes adds to that."""
    ended: bool = False
    """It has ended and was not started again yet."""
    exit_code: int | None = None
    """That of its last end, if it ever ended."""
    end_reason: str = ""
    """Such as OOMKilled."""
    log: str = ""
    """Its last lines, if they were read."""


@dataclasses.dataclass(frozen=True)
class Pod:
    name: str
    owner: str = ""
    """Name of what controls it: a ReplicaSet, StatefulSet, DaemonSet or Job."""
    revision: str = ""
    """Of the template it was made from, as its controller names it."""
    tilt_hash: str = ""
    """Of the template it was made from, as Tilt names it."""
    phase: str = ""
    ready: bool = False
    deleting: bool = False
    reason: str = ""
    """Of the whole pod, such as Unschedulable or Evicted."""
    message: str = ""
    containers: tuple[Container, ...] = ()

    @property
    def ended(self) -> bool:
        return self.phase in ("Succeeded", "Failed")

    @property
    def counts(self) -> bool:
        """It is one of those its controller keeps. Evicted ones stay as objects for a long time after they were replaced."""
        return not self.deleting and not self.ended


@dataclasses.dataclass(frozen=True)
class Trouble:
    """What is wrong with a pod. ``serious``: time alone is not expected to mend it."""

    pod: str
    container: str
    says: str
    hint: str
    serious: bool
    has_log: bool = False
    """A container ran, and what it said explains more."""
    previous: bool = False
    """That container has ended, and another one starts or runs in its place."""
    log: str = ""


def trouble(pod: Pod) -> Trouble | None:
    """The first thing that is wrong, in the order in which a pod starts; None: it is well, or just being made."""
    if pod.reason:
        return _of_pod(pod)
    for container in sorted(pod.containers, key=lambda each: not each.init):
        found = _of_container(pod, container)
        if found is not None:
            return found
    return None


def _of_pod(pod: Pod) -> Trouble:
    said = text.one_line(f"{pod.reason}: {pod.message}" if pod.message else pod.reason, MESSAGE_CHARACTERS)
    hint = f"kubectl describe pod {pod.name} says more"
    if pod.reason == UNSCHEDULABLE:
        hint = "make room for it on a node, or mend what it asks of one"
    return Trouble(pod.name, "", f"pod {pod.name} is {said}", hint, serious=True)


def _of_container(pod: Pod, container: Container) -> Trouble | None:
    done = container.ended and container.exit_code == 0
    if container.ready or done:  # if it should have gone on, it is in a crash loop soon
        return None
    if container.waiting not in _STARTS:
        return _waits(pod, container)
    if container.ended:
        return _crash(pod, container, f"has ended with {_exit(container)}")
    if not container.running or container.init:
        return None
    if container.restarts:
        return _crash(pod, container, f"was started again after {_exit(container)}", serious=False)
    says = f"pod {pod.name}: container {container.name} runs and is not ready"
    hint = f"see what its readiness probe gets: kubectl describe pod {pod.name}"
    return Trouble(pod.name, container.name, says, hint, serious=False, has_log=True, log=container.log)


def _waits(pod: Pod, container: Container) -> Trouble:
    if container.waiting == CRASH_LOOP:
        return _crash(pod, container, f"is in {CRASH_LOOP} after {_exit(container)}")
    told = f"{container.waiting}: {container.message}" if container.message else container.waiting
    says = f"pod {pod.name}: container {container.name} is in {text.one_line(told, MESSAGE_CHARACTERS)}"
    hint = f"kubectl describe pod {pod.name} says more"
    if container.waiting in _PULLS:
        hint = f"check that image {container.image} exists and that its node can pull it"
    if container.waiting in _CONFIGURES:
        hint = "make the ConfigMap or Secret that it names, or mend the name"
    return Trouble(pod.name, container.name, says, hint, serious=True)


def _crash(pod: Pod, container: Container, what: str, *, serious: bool = True) -> Trouble:
    restarts = f" ({text.plural(container.restarts, 'restart')})" if container.restarts else ""
    says = f"pod {pod.name}: container {container.name} {what}{restarts}"
    previous = container.running  # one that waits to be started again has no log of its own yet: its last one is given
    hint = f"see why it ends: kubectl logs {pod.name} -c {container.name}{' --previous' if previous else ''}"
    return Trouble(pod.name, container.name, says, hint, serious, has_log=True, previous=previous, log=container.log)


def _exit(container: Container) -> str:
    if container.exit_code is None:
        return "an end that left no exit code"
    said = container.end_reason if container.end_reason not in ("", "Error", "Completed") else ""
    return f"exit code {container.exit_code}" + (f", {said}" if said else "")
