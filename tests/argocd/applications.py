"""An application: manifests in a plain git repository, where they go to, and what Argo CD shows of its syncs."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from acceptance.cluster import Body, Namespace, TestRun
from argocd.programs import ArgoCD
from argocd.table import Shown

from testrun.envtest import waiting

T = TypeVar("T")
OVER = ("Succeeded", "Failed", "Error")
SETTINGS = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"greeting": "hello"}}
"""What an application deploys here, beside its hook."""
SLOW = [{"name": "SLOW_MS", "value": "110000"}]
"""For ``slow.spec.ts``: longer than anything that is done to it takes."""


def eventually(look: Callable[[], T], *, what: Callable[[], str] | str, seconds: float = 240) -> T:
    """Looked for once a second: each look is a kubectl, and a run of tests and a sync take several."""
    return waiting.eventually(look, what=what, seconds=seconds)


@dataclasses.dataclass(frozen=True)
class Repository:
    folder: Path

    def create(self) -> None:
        self._git("init", "--quiet", "--initial-branch=main")

    def commit(self, name: str, objects: list[Body]) -> str:
        """The objects as all there is in the folder of that name; the revision."""
        (self.folder / name).mkdir(exist_ok=True)
        # JSON is YAML.
        (self.folder / name / "all.yaml").write_text("\n---\n".join(json.dumps(each, indent=2) for each in objects))
        self._git("add", "--all")
        self._git("-c", "user.name=tests", "-c", "user.email=tests@localhost", "commit", "--quiet", "--allow-empty", "-m", name)
        return self._git("rev-parse", "HEAD")

    def _git(self, *args: str) -> str:
        command = ["git", "-C", str(self.folder), *args]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


@dataclasses.dataclass(frozen=True)
class Application:
    argo: ArgoCD
    repository: Repository
    namespace: Namespace

    @property
    def name(self) -> str:
        return self.namespace.name

    def commit(self, *objects: Body) -> str:
        return self.repository.commit(self.name, [SETTINGS, *objects])

    def create(self, **policy: Any) -> None:
        """Let Argo CD know of it. Without a policy it syncs when it is asked to."""
        source = {"repoURL": f"file://{self.repository.folder}", "path": self.name, "targetRevision": "main"}
        destination = {"server": "https://kubernetes.default.svc", "namespace": self.namespace.name}
        self.argo.apply({
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": self.name},
            "spec": {"project": "default", "source": source, "destination": destination, "syncPolicy": policy},
        })  # fmt: skip

    def deploy(self, *objects: Body) -> None:
        """Commit them with the rest of the application, make it, and sync it: everything up to the hook's end."""
        self.commit(*objects)
        self.create()
        self.sync()

    def sync(self) -> None:
        """As `argocd app sync --prune` does, until it is under way."""
        mark = uuid.uuid4().hex
        self._patch(operation={
            "initiatedBy": {"username": "tests"},
            "info": [{"name": "mark", "value": mark}],
            "sync": {"prune": True, "syncStrategy": {"hook": {}}},
        })  # fmt: skip
        eventually(lambda: mark in json.dumps(self.operation()), what=lambda: f"{self.name} syncs: {self.get()}")

    def terminate(self) -> None:
        """As `argocd app terminate-op` does."""
        self._patch(status={"operationState": {"phase": "Terminating"}})

    def refresh(self) -> None:
        """As `argocd app get --refresh` does, until it is done."""
        mark = "argocd.argoproj.io/refresh"
        self._patch(metadata={"annotations": {mark: "normal"}})
        eventually(lambda: mark not in self.get()["metadata"].get("annotations", {}), what=f"{self.name} is refreshed")

    def _patch(self, **changes: Body) -> None:
        self.argo.kubectl("patch", "application", self.name, "--type=merge", "-p", json.dumps(changes))

    def delete(self) -> None:
        """With its namespace. A hook that still runs would never go: Argo CD's finalizer is on it."""
        if self.operation().get("phase") == "Running":
            self.terminate()
            self.ended()
        self.argo.kubectl("delete", "application", self.name, "--ignore-not-found", "--wait=false")
        self.namespace.cluster.kubectl("delete", "namespace", self.name, "--wait=false")

    def get(self) -> Body:
        """The object; empty when Argo CD does not know of it."""
        return dict(json.loads(self.argo.kubectl("get", "application", self.name, "-o", "json", "--ignore-not-found") or "{}"))

    def operation(self) -> Body:
        return dict(self.get().get("status", {}).get("operationState", {}))

    def ended(self) -> Body:
        """The operation, once it is over."""
        eventually(lambda: self.operation()["phase"] in OVER, what=lambda: f"the sync ends: {self.operation()}")
        return self.operation()

    def hook(self, kind: str = "TestRun") -> Body:
        """What the operation says of its hook of that kind; empty before there is one."""
        results = self.operation().get("syncResult", {}).get("resources", ())
        return next((each for each in results if each["kind"] == kind and each.get("hookType")), {})

    def shown(self, kind: str = "TestRun") -> Shown:
        status, hook = self.get()["status"], self.hook(kind)
        operation = status["operationState"]
        return Shown(
            operation["phase"], operation.get("message", ""), hook.get("hookPhase", ""), hook.get("message", ""),
            status["sync"]["status"], status.get("health", {}).get("status", ""),
        )  # fmt: skip

    def verdict_of(self, uid: str, run: str = "smoke") -> str:
        """What the evidence says of a run, which may be gone by now."""
        with tempfile.TemporaryDirectory() as folder:
            fetch = ("testrun", "artifacts", run, f"--run-uid={uid}", "-n", self.name, "-o", folder)
            eventually(lambda: self.namespace.cluster.ameide(*fetch).returncode == 0, what=f"the evidence of {uid} is there")
            return str(json.loads((Path(folder) / "summary.json").read_text())["verdict"])

    def resources(self) -> list[str]:
        """What Argo CD takes for parts of the application, hooks left out."""
        return sorted(
            f"{each['kind']}/{each['name']}" for each in self.get()["status"].get("resources", ()) if not each.get("hook")
        )


def under_way(run: TestRun) -> None:
    """Until the second test of ``slow.spec.ts`` takes its time."""
    eventually(lambda: "ends at once" in run.logs(), what=lambda: f"{run.name} runs: {run.get()}")


def hook(run: TestRun, **annotations: str) -> Body:
    """The run as a PostSync hook; ``hook_delete_policy`` and the like are annotations too."""
    more = {f"argocd.argoproj.io/{name.replace('_', '-')}": value for name, value in annotations.items()}
    metadata = {key: value for key, value in run.body["metadata"].items() if key != "namespace"}
    return {**run.body, "metadata": {**metadata, "annotations": {"argocd.argoproj.io/hook": "PostSync", **more}}}
