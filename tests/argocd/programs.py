"""Argo CD itself, as processes of this machine that work on the cluster: repo server, application controller and Redis.

Nothing of it runs in the cluster, which has its CRDs, its settings and its applications, in a namespace of their own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from acceptance.cluster import REPOSITORY, Body, Cluster, eventually

from testrun.envtest import control_plane, processes

NAMESPACE = "testrun-argocd"
CHECK = "resource.customizations.health.testing.ameide.io_TestRun"
SCRIPT = REPOSITORY / "charts/testrun-operator/argocd/health.lua"
CRDS = ("applications.argoproj.io", "appprojects.argoproj.io")
PROJECT = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "AppProject",
    "metadata": {"name": "default"},
    "spec": {
        "sourceRepos": ["*"],
        "destinations": [{"namespace": "*", "server": "*"}],
        "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
    },
}


class NoArgoCD(Exception):
    """It cannot run here. The message says what to do."""


class Redis(processes.Process):
    """The only one that does not speak HTTP."""

    def is_ready(self) -> bool:
        assert self.process is None or self.process.poll() is None, self._words()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            return True
        return False


@dataclasses.dataclass(frozen=True)
class ArgoCD:
    cluster: Cluster
    controller: processes.Process

    def kubectl(self, *args: str, stdin: str | None = None, check: bool = True) -> str:
        return self.cluster.kubectl("-n", NAMESPACE, *args, stdin=stdin, check=check)

    def apply(self, body: Body) -> None:
        self.kubectl("apply", "-f", "-", stdin=json.dumps(body))

    @contextlib.contextmanager
    def without_health_check(self) -> Iterator[None]:
        """As Argo CD is before somebody reads docs/argocd.md."""
        try:
            self._set_health_check(None)
            yield
        finally:
            self._set_health_check(SCRIPT.read_text())

    def _set_health_check(self, script: str | None) -> None:
        """Patch ``argocd-cm``, and wait until the controller goes by that."""
        before = self._reloads()
        self.kubectl("patch", "configmap", "argocd-cm", "--type=merge", "-p", json.dumps({"data": {CHECK: script}}))
        eventually(lambda: self._reloads() > before, what="the controller has read its settings again")

    def _reloads(self) -> int:
        return self.controller.log.read_text().count("live state cache invalidated")


@contextlib.contextmanager
def running(cluster: Cluster, folder: Path) -> Iterator[ArgoCD]:
    """With the health check of the chart, as docs/argocd.md has it installed. At the end nothing of it is left."""
    program = Path(cluster.binaries) / "argocd"
    if not program.exists():
        raise NoArgoCD("Argo CD is not built: run `make test-argocd`, or hack/cluster/build.sh argocd")
    present = cluster.kubectl("get", "crds", *CRDS, "--ignore-not-found", "-o", "name")
    ours = cluster.kubectl("get", "namespace", NAMESPACE, "--ignore-not-found", "-o", "name")
    if present and not ours:
        raise NoArgoCD("the cluster has an Argo CD of its own, which these tests would break: take another cluster")
    try:
        _install(cluster, program.resolve().parent)
        redis, repo_server, controller = _processes(cluster, program, folder)
        with processes.ending(controller, repo_server, redis):
            for each in (redis, repo_server, controller):
                each.start()
            yield ArgoCD(cluster, controller)
    finally:
        cluster.kubectl("delete", "crds", *CRDS, "--ignore-not-found")
        cluster.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")


def _install(cluster: Cluster, manifests: Path) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(namespace))
    for crd in ("application-crd.yaml", "appproject-crd.yaml"):
        cluster.kubectl("apply", "--server-side", "-f", str(manifests / "crds" / crd))
    # kubectl gives up on a definition that has no condition yet, with `wait` too.
    established = '-o=jsonpath={.items[*].status.conditions[?(@.type=="Established")].status}'
    eventually(lambda: cluster.kubectl("get", "crd", *CRDS, established, check=False) == "True True", what="its kinds are known")
    cluster.kubectl("-n", NAMESPACE, "apply", "-k", str(manifests / "config"))
    cluster.kubectl("-n", NAMESPACE, "apply", "-f", "-", stdin=json.dumps(PROJECT))
    check = {"data": {CHECK: SCRIPT.read_text()}}
    cluster.kubectl("-n", NAMESPACE, "patch", "configmap", "argocd-cm", "--type=merge", "-p", json.dumps(check))
    # Its API server makes this at its first start; without it no change of the settings is heard of.
    key = {"stringData": {"server.secretkey": "of the tests"}}
    cluster.kubectl("-n", NAMESPACE, "patch", "secret", "argocd-secret", "--type=merge", "-p", json.dumps(key))


def _processes(cluster: Cluster, program: Path, folder: Path) -> tuple[processes.Process, ...]:
    redis, repo_server, repo_metrics, metrics = control_plane.free_ports(4)
    environment = _environment(cluster, program, folder)
    commands = {
        "redis": ["--bind", "127.0.0.1", "--port", str(redis), "--save", "", "--appendonly", "no"],
        "argocd-repo-server": [
            "--address=127.0.0.1", f"--port={repo_server}", "--metrics-address=127.0.0.1", f"--metrics-port={repo_metrics}",
            f"--redis=127.0.0.1:{redis}",
        ],
        "argocd-application-controller": [
            f"--namespace={NAMESPACE}", f"--repo-server=127.0.0.1:{repo_server}", f"--redis=127.0.0.1:{redis}",
            f"--metrics-port={metrics}", "--app-resync=30",
        ],
    }  # fmt: skip
    ports = (redis, repo_metrics, metrics)
    return tuple(
        (Redis if name == "redis" else processes.Process)(
            command,
            port,
            folder / f"{name}.log",
            {**environment, "ARGOCD_BINARY_NAME": name},
            program=Path("redis-server") if name == "redis" else program,
            ready="/healthz",
        )
        for (name, command), port in zip(commands.items(), ports, strict=True)
    )


def _environment(cluster: Cluster, program: Path, folder: Path) -> dict[str, str]:
    """Where they keep things, which otherwise is below /app and /tmp."""
    folders = {
        "TMPDIR": "tmp", "ARGOCD_TLS_DATA_PATH": "tls", "ARGOCD_SSH_DATA_PATH": "ssh", "ARGOCD_GPG_DATA_PATH": "gpg",
        "ARGOCD_GNUPGHOME": "gnupg", "ARGOCD_PLUGINSOCKFILEPATH": "plugins",
    }  # fmt: skip
    for name in folders.values():
        (folder / name).mkdir()
    return {
        **{variable: str(folder / name) for variable, name in folders.items()},
        "ARGOCD_ASK_PASS_SOCK": str(folder / "ask-pass.sock"),
        "ARGOCD_FAKE_IN_CLUSTER": "true",  # the cluster of the kubeconfig is the one that it takes for its own
        "ARGOCD_GPG_ENABLED": "false",
        "KUBECONFIG": str(cluster.kubeconfig),
        "PATH": f"{program.resolve().parent}:{os.environ['PATH']}",  # git-verify-wrapper.sh is beside it
    }
