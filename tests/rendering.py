"""The chart: its values, and what Helm makes of it as objects. Needs helm and no cluster."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

REPOSITORY = pathlib.Path(__file__).parents[1]
CHART = REPOSITORY / "charts" / "testrun-operator"
RELEASE = "testrun-operator"
NAMESPACE = "testrun-system"
KUBERNETES = "1.35.0"
"""What the chart is rendered for: a helm that was built from its module takes another."""

ALL = (
    "operator.replicas=2", "networkPolicy.enabled=true", "serviceMonitor.enabled=true", "serviceMonitor.interval=30s",
    "serviceMonitor.labels.release=prometheus", "imagePullSecrets[0].name=registry", "operator.podLabels.team=qa",
    "server.nodeSelector.disk=ssd", "server.tolerations[0].key=storage", "operator.priorityClassName=high",
)  # fmt: skip
"""Settings that bring out every object and every part of the pods."""

FREE_FORM = {
    "resources", "nodeSelector", "affinity", "podLabels", "podAnnotations", "annotations", "labels", "commonLabels",
    "commonAnnotations",
}  # fmt: skip
"""Values whose keys are the user's."""

Body = dict[str, Any]


def defaults() -> Body:
    """values.yaml"""
    found: Body = yaml.safe_load((CHART / "values.yaml").read_text())
    return found


def leaves(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and default of every value a user may set."""
    for key, value in values.items():
        if isinstance(value, dict) and key not in FREE_FORM:
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


class NoHelm(Exception):
    """There is no helm, and how to get one."""


class Rendered:
    """The objects of one rendering."""

    def __init__(self, text: str) -> None:
        self.objects: list[Body] = [each for each in yaml.safe_load_all(text) if each]

    def names(self, *kinds: str) -> list[str]:
        """``Kind/name`` of the objects of these kinds, or of all."""
        return sorted(f"{each['kind']}/{each['metadata']['name']}" for each in self.objects if not kinds or each["kind"] in kinds)

    def one(self, kind: str, name: str) -> Body:
        (found,) = (each for each in self.objects if (each["kind"], each["metadata"]["name"]) == (kind, name))
        return found

    def pod(self, deployment: str) -> Body:
        """The Deployment's pod: its spec."""
        spec: Body = self.one("Deployment", deployment)["spec"]["template"]["spec"]
        return spec

    def volume(self, deployment: str, name: str) -> Body:
        (found,) = (each for each in self.pod(deployment)["volumes"] if each["name"] == name)
        return dict(found)


class Helm:
    """The helm of PATH, else the one that hack/cluster/build.sh builds. Raises `NoHelm`."""

    def __init__(self) -> None:
        program = shutil.which("helm")
        if program is None:
            script = REPOSITORY / "hack/cluster/build.sh"
            folder = subprocess.run([script, "--print-dir"], text=True, capture_output=True, check=True).stdout.strip()
            program = shutil.which("helm", path=folder)
        if program is None:
            raise NoHelm("helm is needed: put it on PATH, or build it with `hack/cluster/build.sh helm`")
        self.program = program

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.program, *arguments], text=True, capture_output=True, timeout=60, check=False)

    def template(self, *settings: str, release: str = RELEASE, kubernetes: str = KUBERNETES) -> subprocess.CompletedProcess[str]:
        """``helm template`` with each setting as ``--set``."""
        options = [part for setting in settings for part in ("--set", setting)]
        return self("template", release, str(CHART), "--namespace", NAMESPACE, "--kube-version", kubernetes, *options)

    def render(self, *settings: str, release: str = RELEASE) -> Rendered:
        done = self.template(*settings, release=release)
        assert done.returncode == 0, done.stderr
        return Rendered(done.stdout)
