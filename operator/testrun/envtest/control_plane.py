"""A real API server for tests: etcd and kube-apiserver on loopback, ready in a few seconds, gone when the block ends.

There is no controller manager and no kubelet: nobody but the operator and the test changes anything, so a test can put Jobs and
Pods into every state, impossible timing included. Nobody collects garbage either.

From the command line it stays until Ctrl-C: ``python -m testrun.envtest`` prints the KUBECONFIG to use.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import functools
import json
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from testrun.api import crd, names
from testrun.envtest import programs, waiting

READY_SECONDS = 90.0
"""For a machine that is busy; alone it takes about four."""
_ATTEMPTS = 3
"""A free port may be taken between the look and the start."""


@dataclasses.dataclass(frozen=True)
class ApiServer:
    """A running API server, and how to talk to it as its administrator."""

    url: str
    token: str
    ca_file: Path
    kubeconfig: Path

    def request(
        self, method: str, path: str, body: object = None, *, content_type: str = "application/json", timeout: float = 20.0
    ) -> tuple[int, Any]:
        """One call: the HTTP status and the JSON of the answer (its text when it is not JSON)."""
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", content_type)
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=timeout, context=_context(self.ca_file)) as answer:
                return answer.status, _json(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _json(error.read())

    def account(self, namespace: str, name: str) -> ApiServer:
        """The same, and how to talk to it as this ServiceAccount."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
        status, answer = self.request(
            "POST", path, {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        )
        assert status == 201, answer
        as_account = dataclasses.replace(
            self, token=answer["status"]["token"], kubeconfig=self.kubeconfig.with_name(f"{namespace}.{name}.kubeconfig")
        )
        _write_kubeconfig(as_account)
        return as_account

    def kubectl(self, *args: str, stdin: str | None = None) -> str:
        """What kubectl prints. Raises ``CalledProcessError`` when it fails."""
        command = [str(programs.find() / "kubectl"), f"--kubeconfig={self.kubeconfig}", *args]
        return subprocess.run(command, input=stdin, check=True, capture_output=True, text=True, timeout=60).stdout


@functools.cache
def _context(ca_file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file))


@contextlib.contextmanager
def running() -> Iterator[ApiServer]:
    """An API server of one's own, with an empty store. Raises `EnvtestError` when it cannot be started."""
    found = programs.find()
    folder = Path(tempfile.mkdtemp(prefix="testrun-envtest-"))
    try:
        with contextlib.ExitStack() as processes:
            yield _start(found, folder, processes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def serve_testruns(api: ApiServer) -> None:
    """Install the CustomResourceDefinition, and wait until the API server serves it."""
    status, answer = api.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd.crd())
    assert status == 201, answer
    path = f"/apis/{names.GROUP}/{names.VERSION}/{names.PLURAL}"
    waiting.eventually(lambda: api.request("GET", path)[0] == 200, what=lambda: f"TestRuns are served: {answer}")


def _start(binaries: Path, folder: Path, processes: contextlib.ExitStack) -> ApiServer:
    token = secrets.token_hex(16)
    _certificate(folder)
    (folder / "tokens.csv").write_text(f'{token},admin,admin,"system:masters"\n')
    for attempt in range(1, _ATTEMPTS + 1):
        started = contextlib.ExitStack()
        try:
            server = _try_start(binaries, folder / f"try-{attempt}", folder, token, started)
        except BaseException as error:
            started.close()
            if not isinstance(error, programs.EnvtestError) or attempt == _ATTEMPTS:
                raise
        else:
            processes.push(started)
            return server
    raise AssertionError("unreachable")


def _try_start(binaries: Path, data: Path, folder: Path, token: str, processes: contextlib.ExitStack) -> ApiServer:
    data.mkdir()
    etcd_port, peer_port, port = free_ports(3)
    etcd_url, url = f"http://127.0.0.1:{etcd_port}", f"https://127.0.0.1:{port}"
    certificate, key = folder / "tls.crt", folder / "tls.key"
    etcd = [
        str(binaries / "etcd"),
        f"--data-dir={data / 'etcd'}",
        f"--listen-client-urls={etcd_url}",
        f"--advertise-client-urls={etcd_url}",
        f"--listen-peer-urls=http://127.0.0.1:{peer_port}",
        "--unsafe-no-fsync=true",
        "--log-level=warn",
    ]
    apiserver = [
        str(binaries / "kube-apiserver"),
        f"--etcd-servers={etcd_url}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",  # it refuses loopback, and nothing here needs the Service kubernetes
        f"--secure-port={port}",
        f"--tls-cert-file={certificate}",
        f"--tls-private-key-file={key}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        f"--service-account-key-file={certificate}",
        f"--service-account-signing-key-file={key}",
        f"--service-account-issuer={url}",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        "--disable-admission-plugins=ServiceAccount",  # it waits for accounts that the controller manager would make
        "--profiling=false",
    ]
    kubeconfig = folder / "kubeconfig"
    server = ApiServer(url=url, token=token, ca_file=certificate, kubeconfig=kubeconfig)
    watched = [_spawn(etcd, data / "etcd.log", processes), _spawn(apiserver, data / "kube-apiserver.log", processes)]
    _wait_until_ready(server, watched)
    _write_kubeconfig(server)
    return server


@dataclasses.dataclass(frozen=True)
class _Process:
    process: subprocess.Popen[bytes]
    log: Path


def _spawn(command: Sequence[str], log: Path, processes: contextlib.ExitStack) -> _Process:
    # A session of its own: Ctrl-C reaches us alone, and we stop the API server before its etcd.
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, preexec_fn=_die_with_parent
        )
    processes.callback(_stop, process)
    return _Process(process, log)


def _die_with_parent() -> None:
    """Even when this process is killed, what it started ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _stop(process: subprocess.Popen[bytes]) -> None:
    # Nothing in the store is worth a graceful end.
    process.kill()
    process.wait()


def _wait_until_ready(server: ApiServer, watched: Sequence[_Process]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        for each in watched:
            if each.process.poll() is not None:
                raise programs.EnvtestError(f"{each.log.stem} ended with code {each.process.returncode}:\n{_tail(each.log)}")
        with contextlib.suppress(OSError):
            if server.request("GET", "/readyz", timeout=2.0)[0] == 200:
                return
        if time.monotonic() > deadline:
            raise programs.EnvtestError(f"kube-apiserver was not ready after {READY_SECONDS:.0f} s:\n{_tail(watched[-1].log)}")
        time.sleep(0.1)


def _certificate(folder: Path) -> None:
    """A self-signed certificate for loopback. Its key also signs service account tokens."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    command += ["-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise programs.EnvtestError("no openssl: install it, it makes the API server's certificate") from None
    except subprocess.CalledProcessError as error:
        raise programs.EnvtestError(f"openssl cannot make a certificate: {error.stderr}") from None


def free_ports(count: int) -> list[int]:
    """Ports of loopback on which nobody listens now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _write_kubeconfig(server: ApiServer) -> None:
    server.kubeconfig.touch(mode=0o600)
    server.kubeconfig.write_text(kubeconfig_of(server))


def kubeconfig_of(server: ApiServer) -> str:
    """For whoever talks to it with this token."""
    # JSON is YAML, and needs no quoting of ours.
    cluster = {"server": server.url, "certificate-authority": str(server.ca_file)}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "envtest",
            "clusters": [{"name": "envtest", "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": server.token}}],
            "contexts": [{"name": "envtest", "context": {"cluster": "envtest", "user": "admin", "namespace": "default"}}],
        }
    )


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode(errors="replace")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
