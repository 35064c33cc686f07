"""Only phase 3 may touch the cluster: an API server that counts who comes, and nobody does."""

from __future__ import annotations

import json
import signal
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from inner_loop.checkout import (
    CART,
    DISCOUNTS,
    NUMBERS,
    PHASES,
    STOREFRONT,
    TIMEOUT_SECONDS,
    Checkout,
    Ended,
    check_evidence,
    matches,
)
from inner_loop.integration_ways import go, jest, python

from testrun.envtest.waiting import eventually


class ApiServer(socketserver.ThreadingTCPServer):
    """Answers nothing. Keeps what is sent to it; a connection counts, whether anything is sent or not."""

    daemon_threads = True
    silent = False
    """Holds connections open instead of closing them."""

    def __init__(self, kubeconfig: Path) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.visits: list[bytes] = []
        self.port: int = self.server_address[1]
        self.kubeconfig = kubeconfig
        cluster = {"name": "shop", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}
        context = {"name": "shop", "context": {"cluster": "shop", "user": "shop", "namespace": "shop"}}
        user = {"name": "shop", "user": {"token": "a-secret"}}
        body = {"apiVersion": "v1", "kind": "Config", "clusters": [cluster], "contexts": [context], "users": [user]}
        kubeconfig.write_text(json.dumps({**body, "current-context": "shop"}))


class Visit(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, ApiServer)
        self.server.visits.append(b"a connection")
        self.request.settimeout(5)
        self.server.visits[-1] = self.request.recv(4096) or b"a connection"
        while self.server.silent and self.request.recv(4096):
            pass


@pytest.fixture
def api_server(tmp_path: Path) -> Iterator[ApiServer]:
    with ApiServer(tmp_path / "kubeconfig") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def surroundings(server: ApiServer) -> dict[str, str]:
    """All that leads a client to a cluster."""
    return {
        "KUBECONFIG": str(server.kubeconfig), "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(server.port), "TILT_HOST": "127.0.0.1", "TILT_PORT": str(server.port),
        "TELEPRESENCE_ROOT": "/", "AMEIDE_SERVER": f"http://127.0.0.1:{server.port}",
    }  # fmt: skip


def test_phases_0_to_2_make_no_call_to_the_cluster(checkout: Callable[..., Checkout], api_server: ApiServer) -> None:
    repository = checkout()

    ended = repository.run(env=surroundings(api_server))

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why
    check_evidence(ended)
    assert api_server.visits == []


def test_phase_3_does_call_it(checkout: Callable[..., Checkout], api_server: ApiServer) -> None:
    """The API server above would have noticed."""
    repository = checkout()
    repository.write("ameide.toml", "[integration]\nmin-tests = 0\n")

    repository.run("--phase", "3", "--json", env=surroundings(api_server))

    assert api_server.visits


def test_without_a_cluster_it_ends_after_phase_2_and_says_how_to_go_on(checkout: Callable[..., Checkout], tmp_path: Path) -> None:
    """As a person sees it: the table agrees with the four JUnit files."""
    repository = checkout(*DISCOUNTS, "e2e/testrun.yaml")

    ended = repository.run("--testrun", "e2e/testrun.yaml", env={"HOME": str(tmp_path)})

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why
    check_evidence(ended)
    head, *rows = (line.split() for line in ended.stdout.splitlines()[:5])
    assert head == ["PHASE", "RESULT", *(name.upper() for name in NUMBERS), "TIME"]
    for number, row in enumerate(rows):
        counts = ["-" if ended.results[number] == "NotRun" else str(getattr(ended.read(number).counts, name)) for name in NUMBERS]
        assert row[: 3 + len(NUMBERS)] == [str(number), PHASES[number], ended.results[number], *counts]
    assert ended.folder is not None
    assert ended.stdout.splitlines()[5:] == [
        "",
        "phase 3 (e2e) did not run: no cluster to talk to: there is no ~/.kube/config",
        "",
        f"Evidence: artifacts/{ended.folder.name}",
        "Next: with a cluster that has the operator (KUBECONFIG, --context), run: ameide dev inner-loop-test --phase 3",
    ]


def test_a_machine_is_told_how_to_go_on_too(checkout: Callable[..., Checkout], tmp_path: Path) -> None:
    repository = checkout(*DISCOUNTS, "e2e/testrun.yaml")

    ended = repository.run("--testrun", "e2e/testrun.yaml", "--json", env={"HOME": str(tmp_path)})

    assert (ended.code, json.loads(ended.stdout)["exitCode"]) == (0, 0)
    assert ended.stderr.splitlines()[-1].startswith("Next: with a cluster that has the operator")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(("--context", "nope"), "no cluster to talk to: *nope*", id="context"),
        pytest.param(("--kubeconfig", "nowhere"), "there is no kubeconfig nowhere", id="kubeconfig"),
    ],
)
def test_a_cluster_that_is_named_and_is_none_is_an_error(
    words: tuple[str, ...], message: str, checkout: Callable[..., Checkout], api_server: ApiServer
) -> None:
    """Else a typing error would be green."""
    repository = checkout(*DISCOUNTS, "e2e/testrun.yaml")

    ended = repository.run(*words, "--testrun", "e2e/testrun.yaml", "--json", env=surroundings(api_server))

    assert (ended.code, ended.results) == (2, ["Passed", "Passed", "Passed", "Errored"]), ended.why
    check_evidence(ended)
    assert matches(message, ended.phase(3)["message"])
    assert api_server.visits == []


@pytest.mark.parametrize(
    ("number", "name", "code"), [(signal.SIGINT, "Ctrl-C", 130), (signal.SIGTERM, "SIGTERM", 143), (signal.SIGHUP, "SIGHUP", 129)]
)
def test_a_signal_while_the_cluster_does_not_answer_leaves_all_evidence(
    number: signal.Signals, name: str, code: int, checkout: Callable[..., Checkout], api_server: ApiServer
) -> None:
    api_server.silent = True
    repository = checkout("e2e/testrun.yaml")
    words = ("--phase", "3", "--testrun", str(repository.root / "e2e/testrun.yaml"), "--json")
    with repository.started(*words, env=surroundings(api_server)) as process:
        eventually(lambda: len(api_server.visits) > 0, what="phase 3 has begun", seconds=TIMEOUT_SECONDS)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
    ended = repository.ended(process, stdout, stderr)
    assert (ended.code, ended.results) == (code, ["NotRun", "NotRun", "NotRun", "Cancelled"]), ended.why
    check_evidence(ended)
    assert ended.phase(3)["message"] == f"interrupted by {name}"


def test_tests_that_look_for_the_cluster_find_no_variable_and_no_server(
    checkout: Callable[..., Checkout], api_server: ApiServer
) -> None:
    """Loopback of this machine is not the tests' loopback: what listens on it here cannot be reached there."""
    repository = checkout(*CART, *STOREFRONT, *DISCOUNTS)
    port = api_server.port
    names = ", ".join(f"'{name}'" for name in surroundings(api_server) if name != "KUBECONFIG")
    go(f'\tif _, err := net.Dial("tcp", "127.0.0.1:{port}"); err != nil {{\n\t\tt.Fatal(err)\n\t}}', "net")(repository)
    jest(
        f"  expect([{names}].filter((name) => name in process.env)).toEqual([]);\n"
        f"  await new Promise((done, failed) => net.connect({port}, '127.0.0.1').on('error', failed).on('connect', done));"
    )(repository)
    python(
        f"assert [name for name in [{names}] if name in os.environ] == []\nsocket.create_connection(('127.0.0.1', {port}))",
        "os, socket",
    )(repository)

    ended = repository.run(env=surroundings(api_server))

    assert (ended.code, ended.results) == (1, ["Passed", "Passed", "Failed", "NotRun"]), ended.why
    check_evidence(ended)
    advice = 'phases 1 and 2 cannot reach this machine\'s own services: stub it, or set network = "host" in [integration]'
    assert {each["name"]: each["message"].split("\n") for each in ended.phase(2)["failures"]} == {
        "TestFar": [f"far_test.go:9: dial tcp 127.0.0.1:{port}: connect: connection refused", advice],
        "far": [f"connect ECONNREFUSED 127.0.0.1:{port}", advice],
        "test_far": ["ConnectionRefusedError: [Errno 111] Connection refused", advice],
    }
    assert api_server.visits == []


# --- Where tests have the network ---

# In a user namespace in which, as on some systems, nobody may make another network.
NO_NAMESPACES = (
    "unshare", "--user", "--map-root-user", "sh", "-c", 'echo 0 > /proc/sys/user/max_net_namespaces && exec "$@"', "sh",
)  # fmt: skip
NOT_ALLOWED = "no network namespace (unshare: No space left on device); allow it: sysctl -w user.max_net_namespaces=10000"


def with_visitors(repository: Checkout, server: ApiServer) -> None:
    """Tests of phase 2 that find no variable of a cluster but do find the server on this machine's loopback; that of pytest also
    does what would be blamed on it.
    """
    port = server.port
    names = [name for name in surroundings(server) if name != "KUBECONFIG"]
    listed = ", ".join(f'"{name}"' for name in names)
    go(
        f"\tfor _, name := range []string{{{listed}}} {{\n"
        "\t\tif value, set := os.LookupEnv(name); set {\n\t\t\tt.Error(name, value)\n\t\t}\n\t}\n"
        '\tif os.Getenv("KUBECONFIG") != "/nonexistent/kubeconfig" {\n\t\tt.Error(os.Getenv("KUBECONFIG"))\n\t}\n'
        f'\tif _, err := net.Dial("tcp", "127.0.0.1:{port}"); err != nil {{\n\t\tt.Fatal(err)\n\t}}',
        "net os",
    )(repository)
    jest(
        f"  expect([{listed}].filter((name) => name in process.env)).toEqual([]);\n"
        "  expect(process.env.KUBECONFIG).toBe('/nonexistent/kubeconfig');\n"
        f"  const socket = net.connect({port}, '127.0.0.1');\n"
        "  await new Promise((done, failed) => socket.on('error', failed).on('connect', done));\n"
        "  socket.destroy();"
    )(repository)
    python(
        f"assert [name for name in [{listed}] if name in os.environ] == []\n"
        "assert os.environ['KUBECONFIG'] == '/nonexistent/kubeconfig'\n"
        f"socket.create_connection(('127.0.0.1', {port})).close()\n"
        "with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:\n"
        "    far.sendto(b'x', ('192.0.2.7', 9))",
        "contextlib, os, socket",
    )(repository)


def isolations(ended: Ended) -> list[str | None]:
    """What the JUnit of each phase says."""
    found = [ElementTree.parse(ended.junit(number)).find(".//property[@name='isolation']") for number in range(4)]
    return [each.get("value") if each is not None else None for each in found]


def test_a_phase_that_may_have_the_network_reaches_this_machine_and_says_so(
    checkout: Callable[..., Checkout], api_server: ApiServer
) -> None:
    repository = checkout(*CART, *STOREFRONT, *DISCOUNTS)
    with_visitors(repository, api_server)
    repository.write("ameide.toml", '[integration]\nnetwork = "host"\n')

    ended = repository.run("--until", "2", env=surroundings(api_server))

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why
    check_evidence(ended)
    assert {"[go services/cart] TestFar", "[jest packages/storefront] far"} < set(ended.cases(2))
    eventually(lambda: len(api_server.visits) == 3, what=lambda: f"one of each tool: {api_server.visits}", seconds=5)
    assert isolations(ended) == [None, "loopback", "none", None]
    assert [each["isolation"] for each in ended.summary["phases"]] == ["", "loopback", "none", ""]
    assert [line for line in ended.stdout.splitlines() if "network" in line] == [
        "phase 2 (integration): ran with the network, as the configuration says"
    ]


def test_where_no_namespace_can_be_made_the_scrubbed_environment_is_all_and_the_result_says_so(
    checkout: Callable[..., Checkout], api_server: ApiServer
) -> None:
    repository = checkout(*CART, *STOREFRONT, *DISCOUNTS)
    with_visitors(repository, api_server)

    ended = repository.run("--until", "2", env=surroundings(api_server), within=NO_NAMESPACES)

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why
    check_evidence(ended)
    eventually(lambda: len(api_server.visits) == 3, what=lambda: f"one of each tool: {api_server.visits}", seconds=5)
    assert isolations(ended) == [None, "environment", "environment", None]
    assert [each["isolation"] for each in ended.summary["phases"]] == ["", "environment", "environment", ""]
    assert ended.summary["isolation"] == {"network": False, "why": NOT_ALLOWED}
    assert [line for line in ended.stdout.splitlines() if "network" in line] == [
        f"phase {phase}: ran without a way to a cluster in its environment, but with the network: {NOT_ALLOWED}"
        for phase in ("1 (unit)", "2 (integration)")
    ]
