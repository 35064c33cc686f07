"""The cluster as a user has it: kubectl, ``ameide``, and a TestRun that runs one of the spec files in ``specs/``."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from testrun.cli import cluster as there
from testrun.cli import place, run
from testrun.envtest import waiting

REPOSITORY = Path(__file__).resolve().parents[2]
SPECS = Path(__file__).parent / "specs"
MOUNT = "/e2e/acceptance"
T = TypeVar("T")
Body = dict[str, Any]


def eventually(look: Callable[[], T], *, what: Callable[[], str] | str, seconds: float = 60.0) -> T:
    return waiting.eventually(look, what=what, seconds=seconds)


@dataclasses.dataclass(frozen=True)
class Cluster:
    kubeconfig: Path
    binaries: str
    images: dict[str, str]

    def kubectl(self, *args: str, stdin: str | None = None, check: bool = True) -> str:
        answer = self._run(["kubectl", *args], stdin)
        assert not check or answer.returncode == 0, f"kubectl {' '.join(args)}: {answer.stderr}"
        return answer.stdout

    def get(self, *args: str) -> Body:
        """The object as a dict; empty when it does not exist."""
        return json.loads(self.kubectl("get", *args, "-o", "json", "--ignore-not-found") or "{}")

    def ameide(self, *args: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return self._run([str(Path(sys.executable).with_name("ameide")), *args], stdin)

    def _run(self, command: list[str], stdin: str | None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "KUBECONFIG": str(self.kubeconfig), "PATH": f"{self.binaries}:{os.environ['PATH']}"}
        return subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, timeout=300, check=False)


class NoCluster(Exception):
    """There is none with the operator on it. The message says what to do."""


def installed() -> Cluster:
    """The cluster of ``make install``."""
    kubeconfig = Path(os.environ.get("KUBECONFIG_OUT", REPOSITORY / "build" / "kubeconfig"))
    binaries = subprocess.run(
        [str(REPOSITORY / "hack/cluster/build.sh"), "--print-dir"], check=True, capture_output=True, text=True
    ).stdout.strip()
    images = REPOSITORY / "build" / "images.env"
    if not kubeconfig.exists() or not images.exists():
        raise NoCluster("these tests need a cluster with the operator on it: run `make install`")
    found = Cluster(kubeconfig, binaries, dict(line.split("=", 1) for line in images.read_text().split()))
    available = found.kubectl("-n", "testrun-system", "get", "deployments", "-o", "name", check=False)
    if "testrun-operator" not in available:
        raise NoCluster("the operator is not installed on the cluster: run `make install`")
    return found


@dataclasses.dataclass(frozen=True)
class Namespace:
    cluster: Cluster
    name: str

    def create(self) -> None:
        namespace = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": self.name, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
        }
        specs = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "specs", "namespace": self.name},
            "data": {file.name: file.read_text() for file in SPECS.iterdir()},
        }
        self.cluster.kubectl(
            "apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": [namespace, specs]})
        )

    def run(self, name: str, spec_file: str, *args: str, **playwright: Any) -> TestRun:
        """A TestRun of one spec file; not created yet. ``container`` and ``pod`` change its template."""
        more = playwright.pop("spec", {})
        environment, changes = playwright.pop("env", []), playwright.pop("container", {})
        pod = playwright.pop("pod", {})
        # Each file as a mount of its own: a ConfigMap's folder holds links, and Playwright looks for files.
        files = [spec_file, "playwright.config.ts"]
        container = {
            "name": "playwright",
            "env": environment,
            "volumeMounts": [{"name": "specs", "mountPath": f"{MOUNT}/{file}", "subPath": file} for file in files],
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
            **changes,
        }
        template = {
            "spec": {
                "securityContext": {"runAsNonRoot": True, "runAsUser": 1000},
                "volumes": [{"name": "specs", "configMap": {"name": "specs"}}, {"name": "tmp", "emptyDir": {}}],
                "containers": [container],
                **pod,
            }
        }
        body = {
            "apiVersion": "testing.ameide.io/v1alpha1",
            "kind": "TestRun",
            "metadata": {"name": name, "namespace": self.name},
            "spec": {
                "playwright": {
                    "image": self.cluster.images["SHOP_IMAGE"],
                    "workingDir": "/e2e",
                    "args": ["--config", "acceptance/playwright.config.ts", *args],
                    "timeoutSeconds": 300,
                    "template": template,
                    **playwright,
                },
                **more,
            },
        }
        return TestRun(self, name, body)


@dataclasses.dataclass(frozen=True)
class TestRun:
    namespace: Namespace
    name: str
    body: Body

    __test__ = False  # a TestRun, not tests

    @property
    def cluster(self) -> Cluster:
        return self.namespace.cluster

    @property
    def template(self) -> Body:
        """The spec of its pods, to be changed before it is created."""
        return self.body["spec"]["playwright"]["template"]["spec"]

    def submit(self, *options: str) -> subprocess.CompletedProcess[str]:
        """``ameide testrun submit -f -``"""
        return self.cluster.ameide("testrun", "submit", "-f", "-", *options, stdin=json.dumps(self.body))

    def to_the_end(self) -> Body:
        """Submit it and wait for its verdict; the TestRun."""
        self.submit()
        return self.ended()

    def get(self) -> Body:
        return self.cluster.get("-n", self.namespace.name, "testrun", self.name)

    def ended(self, *, seconds: float = 120.0) -> Body:
        """The TestRun once its verdict is there."""
        eventually(
            lambda: (self.condition("Succeeded") or {}).get("status") in ("True", "False"),
            what=lambda: f"{self.name} has a verdict: {self.get().get('status')}",
            seconds=seconds,
        )
        return self.get()

    def released(self) -> Body:
        """The TestRun once it is cleaned up too."""
        eventually(lambda: not self.get()["metadata"].get("finalizers"), what=lambda: f"{self.name} is let go")
        return self.get()

    def condition(self, kind: str) -> Body:
        conditions = self.get().get("status", {}).get("conditions", ())
        return next((each for each in conditions if each["type"] == kind), {})

    def waits(self, reason: str) -> Body:
        """What it waits for, once that is told."""
        return eventually(
            lambda: (told := self.get().get("status", {}).get("waiting", {})).get("reason") == reason and told,
            what=lambda: f"{self.name} waits for {reason}: {self.get().get('status')}",
        )

    def wait_is_over(self) -> None:
        """Move the deadline of its wait, so that nobody sleeps through the minutes."""
        self._change_wait(deadline="2026-01-01T00:00:00Z")

    def preflight_is_over(self) -> None:
        """The same of its preflight, whose time counts from when it began."""
        self._change_wait(since="2026-01-01T00:00:00Z")

    def _change_wait(self, **fields: str) -> None:
        patch = {"status": {"waiting": fields}}
        self.cluster.kubectl(
            "-n", self.namespace.name, "patch", "testrun", self.name, "--subresource=status", "--type=merge",
            "-p", json.dumps(patch),
        )  # fmt: skip

    def running(self, title: str, *, seconds: float = 60.0) -> None:
        """Wait until the evidence server has heard that this test runs."""
        seen = run.read(self.get())

        async def heard() -> None:
            target = place.Target(kubeconfig=str(self.cluster.kubeconfig))
            async with asyncio.timeout(seconds), there.connect(target) as cluster, place.Where()(cluster.client) as server:
                async for progress in server.progress(seen.ref):
                    if any(title in test.title for shard in progress.shards for test in shard.running):
                        return
            raise AssertionError(f"{title} never ran, and the run is settled: {self.logs()}")

        try:
            asyncio.run(heard())
        except TimeoutError as error:
            raise AssertionError(f"{title} does not run after {seconds:g} s: {self.logs()}") from error

    def logs(self) -> str:
        return self.cluster.kubectl(
            "-n", self.namespace.name, "logs", "-l", f"testing.ameide.io/run={self.name}", "--tail=-1", check=False
        )

    def children(self) -> list[str]:
        names = self.cluster.kubectl(
            "-n", self.namespace.name, "get", "jobs,pods,secrets", "-l", "testing.ameide.io/run-uid", "-o", "name"
        )
        return names.split()

    def download(self, folder: Path) -> Path:
        answer = self.cluster.ameide("testrun", "artifacts", self.name, "-n", self.namespace.name, "-o", str(folder))
        assert answer.returncode == 0, answer.stderr
        return folder


def counts(body: Body) -> tuple[int, ...]:
    """tests, passed, failed, errored, skipped, flaky"""
    summary = body["status"]["summary"]
    return tuple(summary[each] for each in ("tests", "passed", "failed", "errored", "skipped", "flaky"))


def junit_totals(text: str | bytes) -> tuple[int, ...]:
    """tests, failures, errors, skipped of the root element, each also counted again from the cases."""
    root = ElementTree.fromstring(text)
    told = tuple(int(root.get(each, "-1")) for each in ("tests", "failures", "errors", "skipped"))
    cases = list(root.iter("testcase"))
    counted = (len(cases), *(sum(case.find(each) is not None for case in cases) for each in ("failure", "error", "skipped")))
    assert told == counted
    return told


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
