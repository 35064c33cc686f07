"""A recorded state as objects of a real API server, and a traffic manager that answers.

Recorded objects are made as they are but for what only an API server says: namespaces, uids (in owners and labels too),
addresses. Its Service proxy dials an endpoint, which must not be a loopback address: so the manager listens at this machine's own
one.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import http.server
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import recorded

from testrun.envtest.control_plane import ApiServer

Body = dict[str, Any]
MERGE = "application/merge-patch+json"
GIVEN = {
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "generation",
    "generateName",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
}
"""Of the metadata: what only the API server may say."""
JOB_LABELS = {"controller-uid", "batch.kubernetes.io/controller-uid"}
HELLO = "Hello World from: /\n"
SERVICE_NAME = "kubernetes.io/service-name"
CHANGED = "minReadySeconds"
"""Of a spec: 0 in all recorded ones."""


@dataclasses.dataclass
class Replay:
    """``words``: what is called otherwise here, where it is a whole value; ``namespaces`` the same for names of namespaces."""

    api: ApiServer
    namespaces: Mapping[str, str]
    words: dict[str, str] = dataclasses.field(default_factory=dict)
    ports: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Name -> where that port of an endpoint is here."""

    def create(self, *recorded: Body) -> None:
        """In this order, owners first."""
        for each in recorded:
            self._create(each)

    def _create(self, recorded: Body) -> None:
        body = self._here(recorded)
        metadata, status = body["metadata"], body.pop("status", None)
        given = {key: metadata.pop(key) for key in GIVEN & metadata.keys()}
        match body["kind"]:
            case "Job":  # its labels and selector hold its uid
                body["spec"].pop("selector")
                for labels in (metadata["labels"], body["spec"]["template"]["metadata"]["labels"]):
                    for each in JOB_LABELS & labels.keys():
                        del labels[each]
            case "Service" if body["spec"]["clusterIP"] != "None":
                del body["spec"]["clusterIP"], body["spec"]["clusterIPs"]
            case "EndpointSlice":
                for port in body["ports"] or ():
                    port["port"] = self.ports.get(port["name"], port["port"])
                self._create_endpoints(body)
            case "MutatingWebhookConfiguration":
                for each in body["webhooks"]:  # only its length was recorded
                    each["clientConfig"]["caBundle"] = base64.b64encode(self.api.ca_file.read_bytes()).decode()
            case "Deployment" | "ReplicaSet":
                body["spec"][CHANGED] = given["generation"] - 1
        folder = _folder(body)
        made = self._answered("POST", folder, body)
        self.words[given["uid"]] = made["metadata"]["uid"]
        path = f"{folder}/{metadata['name']}"
        for number in reversed(range(body.get("spec", {}).get(CHANGED, 0))):  # each change of a spec is a generation
            self._answered("PATCH", path, {"spec": {CHANGED: number}}, content_type=MERGE)
        if status:
            self._answered("PATCH", f"{path}/status", {"status": status}, content_type=MERGE)
        if "deletionTimestamp" in given:  # goes when its kubelet says so, and there is none
            self._answered("DELETE", path)

    def _create_endpoints(self, slice_: Body) -> None:
        """What the Service proxy of the API server goes by."""
        addresses: dict[bool, list[Body]] = {True: [], False: []}
        for each in slice_["endpoints"] or ():
            addresses[each["conditions"]["ready"]] += [{"ip": ip, "targetRef": each["targetRef"]} for ip in each["addresses"]]
        subset = {"addresses": addresses[True], "notReadyAddresses": addresses[False], "ports": slice_["ports"]}
        name, namespace = slice_["metadata"]["labels"][SERVICE_NAME], slice_["metadata"]["namespace"]
        body = {"metadata": {"name": name}, "subsets": [subset] if slice_["endpoints"] else []}
        self._answered("POST", f"/api/v1/namespaces/{namespace}/endpoints", body)

    def _here(self, value: Any, key: str = "") -> Any:
        match value:
            case dict():
                return {name: self._here(each, name) for name, each in value.items()}
            case list():
                return [self._here(each) for each in value]
            case str():
                return self.namespaces.get(value, value) if key == "namespace" else self.words.get(value, value)
        return value

    def _answered(self, method: str, path: str, body: Body | None = None, **options: Any) -> Body:
        status, answer = self.api.request(method, path, body, **options)
        assert status < 300, (method, path, answer)
        found: Body = answer
        return found


def _folder(body: Body) -> str:
    version, namespace = body["apiVersion"], body["metadata"].get("namespace")
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    return f"{root}/{f'namespaces/{namespace}/' if namespace else ''}{body['kind'].lower()}s"


def own_address() -> str:
    """Of this machine, as others would see it. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address: str = probe.getsockname()[0]
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        pytest.fail(
            "this machine has no address but loopback, to which the API server proxies nothing: "
            "ip link add dummy0 type dummy; ip address add 192.0.2.2/24 dev dummy0; ip link set dummy0 up",
            pytrace=False,
        )
    return address


@contextlib.contextmanager
def answering(address: str, said: str) -> Iterator[int]:
    """The port of a server that answers each GET with this, in parts, as a long answer comes."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            for start in range(0, len(said), 4096):
                self.wfile.write(said[start : start + 4096].encode())

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer((address, 0), Handler)
    with _serving(server):
        yield server.server_address[1]


@contextlib.contextmanager
def _serving(server: http.server.ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def listening(address: str, said: bytes | None) -> Iterator[int]:
    """The port of one that speaks no HTTP: it says this and hangs up, or nothing at all."""
    with socket.create_server((address, 0)) as server, contextlib.ExitStack() as connections:

        def serve() -> None:
            with contextlib.suppress(OSError):  # shut down
                while True:
                    connection = connections.enter_context(server.accept()[0])
                    if said is not None:
                        connection.sendall(said)
                        connection.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def refusing(address: str) -> int:
    """A port that nobody listens at."""
    with socket.create_server((address, 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextlib.contextmanager
def traffic_manager(
    api: ApiServer,
    state: str,
    namespaces: Mapping[str, str],
    *,
    also: tuple[str, ...] = (),
    metrics_before: str = "",
    api_port: int = 0,
) -> Iterator[None]:
    """The traffic manager that was recorded in ``state``, in the namespace that ``namespaces`` gives for ``ambassador``, and the
    files ``also``. It answers at ``api_port``; 0: as the recorded one did.
    """
    address = own_address()
    _, said = (recorded.read("telepresence", state, "metrics.txt") or "").split("\n", 1)

    def bodies(*names: str) -> list[Body]:
        return [each for name in names for each in recorded.items("telepresence", state, f"{name}.json")]

    webhook = f"agent-injector-webhook-{namespaces['ambassador']}"
    addresses = {pod["status"]["podIP"] for pod in bodies("manager-pods") if pod["status"].get("podIP")}
    with answering(address, metrics_before + said) as metrics, answering(address, HELLO) as hello:
        made = Replay(
            api,
            namespaces=namespaces,
            words={**dict.fromkeys(addresses, address), "agent-injector-webhook-ambassador": webhook},
            ports={"telepresence-prometheus": metrics, "api": api_port or hello},
        )
        made.create(*bodies("manager-deployments", "manager-pods", "manager-services", "manager-endpointslices", *also))
        webhooks = bodies("mutatingwebhookconfigurations")
        made.create(*webhooks)  # last: it is asked about every pod that is made from now on, and cannot be reached
        try:
            yield
        finally:
            for _ in webhooks:
                api.request("DELETE", f"/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/{webhook}")
