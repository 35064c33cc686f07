"""Ways to fail in phase 2: tests that fail, and tests that look for the world beyond their own loopback."""

from __future__ import annotations

from collections.abc import Mapping

from inner_loop.checkout import CART, DISCOUNTS, STOREFRONT, Checkout
from inner_loop.way import Change, Way, each, go_test, gone, put

UNDER_TWO_NAMES = each(
    # A -run holds for all packages of its `go test`: these two need one each.
    put({"services/cart/shelf/shelf_test.go": 'package shelf\n\nimport "testing"\n\nfunc TestFar(t *testing.T) {}\n'}),
    go_test("services/cart/shelf/near_test.go", "", name="TestNear", tag="integration", package="shelf"),
)
FAR_GO, FAR_TS, FAR_PY = (
    "services/cart/far_test.go",
    "packages/storefront/__tests__/integration/far.test.ts",
    "services/discounts/tests/test_far.py",
)
TRIES = "*tried to reach {}: phases 0 to 2 run without a network; stub it, or move the test to phase 3 (e2e)"
API_SERVER = TRIES.format("10.96.0.1:443 (tcp)")

# Tests that do this go on for a moment: which of two tried cannot be told when the next begins in the same millisecond. Those of
# Go wait for one too: when a test began is told once the tool has read it, which takes longer where there is much else to do.
DIALS = "assert socket.socket().connect_ex(('10.96.0.1', 443)) != 0"
ASKS = "socket.getaddrinfo('kubernetes.default.svc', 443)"


def go(body: str, imports: str = "") -> Change:
    return go_test(FAR_GO, body, name="TestFar", imports=imports, tag="integration")


def jest(body: str) -> Change:
    return put({FAR_TS: f"import net from 'node:net';\n\ntest('far', async () => {{\n{body}\n}});\n"})


def python(body: str, imports: str) -> Change:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return put({FAR_PY: f"import {imports}, pytest\n\n@pytest.mark.integration\ndef test_far():\n{lines}\n"})


def a_kubeconfig_at_home(checkout: Checkout) -> Mapping[str, str]:
    """A test reads the kubeconfig that kubectl would."""
    python("assert pathlib.Path.home().joinpath('.kube', 'config').read_text()", "pathlib")(checkout)
    home = checkout.root.parent / "home"
    (home / ".kube").mkdir(parents=True)
    (home / ".kube" / "config").write_text("apiVersion: v1\nkind: Config\n")
    return {"HOME": str(home)}


def a_kubeconfig_by_name(checkout: Checkout) -> Mapping[str, str]:
    """A test reads the file that KUBECONFIG names."""
    python("assert open(os.environ['KUBECONFIG']).read()", "os")(checkout)
    file = checkout.root.parent / "kubeconfig"
    file.write_text("apiVersion: v1\nkind: Config\n")
    return {"KUBECONFIG": str(file)}


INTEGRATION_WAYS = [
    Way(
        name="a Go assertion in an integration test",
        parts=CART,
        change=go('\tt.Error("the cart is empty")'),
        phase=2, result="Failed", at=f"{FAR_GO}:7", names="TestFar", counts={"failed": 1, "tests": 1},
        says="far_test.go:8: the cart is empty",
    ),
    Way(
        name="a Go assertion in an integration test that is called as a unit test of another package",
        parts=CART,
        change=each(go('\tt.Error("the cart is empty")'), UNDER_TWO_NAMES),
        phase=2, result="Failed", at=f"{FAR_GO}:7", names="TestFar", counts={"failed": 1, "tests": 2},
        says="far_test.go:8: the cart is empty",
    ),
    Way(
        name="a Jest assertion in an integration test",
        parts=STOREFRONT,
        change=jest("  expect(1 + 1).toBe(3);"),
        phase=2, result="Failed", at=f"{FAR_TS}:4", names="far", counts={"failed": 1, "tests": 1},
        says="expect(received).toBe(expected) // Object.is equality",
    ),
    Way(
        name="a Jest test that leaves a server open",
        parts=STOREFRONT,
        change=each(
            put({"ameide.toml": "[integration]\ntimeout-seconds = 12\n"}),
            jest("  await new Promise((done) => net.createServer().listen(0, '127.0.0.1', done));"),
        ),
        phase=2, result="Errored", kind="DidNotExit", names="jest packages/storefront", counts={"passed": 1, "errored": 1},
        says="Jest did not exit after its tests: something is still open. Find it with --detectOpenHandles and close it, *",
    ),
    Way(
        name="a pytest assertion in an integration test",
        parts=DISCOUNTS,
        change=python("assert 1 + 1 == 3", "os"),
        phase=2, result="Failed", at=f"{FAR_PY}:3", names="test_far", counts={"failed": 1, "passed": 8},
        says="assert (1 + 1) == 3",
    ),
    Way(
        name="a Go test that dials the API server and swallows the error",
        parts=CART,
        change=go('\ttime.Sleep(99e6)\n\t_, _ = net.Dial("tcp", "10.96.0.1:443")\n\ttime.Sleep(20e6)', "net time"),
        phase=2, result="Errored", kind="NetworkAccess", at=f"{FAR_GO}:7", names="TestFar",
        says=API_SERVER,
    ),
    Way(
        name="a Jest test that dials the API server and swallows the error",
        parts=STOREFRONT,
        change=jest("  await new Promise((done) => net.connect(443, '10.96.0.1').on('error', done).on('connect', done));"),
        phase=2, result="Errored", kind="NetworkAccess", at=f"{FAR_TS}:*", names="far",
        says=API_SERVER,
    ),
    Way(
        name="a Python test that dials the API server and swallows the error",
        parts=DISCOUNTS,
        change=python(f"{DIALS}\ntime.sleep(0.02)", "socket, time"),
        phase=2, result="Errored", kind="NetworkAccess", at=f"{FAR_PY}:3", names="test_far", counts={"errored": 1, "passed": 8},
        says=API_SERVER,
    ),
    Way(
        name="a unit test that dials the API server and swallows the error",
        parts=DISCOUNTS,
        change=put({FAR_PY: f"import socket, time\n\ndef test_far():\n    {DIALS}\n    time.sleep(0.02)\n"}),
        phase=1, result="Errored", kind="NetworkAccess", at=f"{FAR_PY}:3", names="test_far",
        says=API_SERVER,
    ),
    Way(
        name="a test that asks for the address of the API server and swallows the error",
        parts=DISCOUNTS,
        change=python(f"with pytest.raises(OSError):\n    {ASKS}\ntime.sleep(0.02)", "socket, time"),
        phase=2, result="Errored", kind="NetworkAccess", at=f"{FAR_PY}:3", names="test_far",
        says=TRIES.format("kubernetes.default.svc* (DNS)"),
    ),
    Way(
        name="a test that reads the kubeconfig at home",
        parts=DISCOUNTS,
        change=a_kubeconfig_at_home,
        phase=2, result="Failed", at=f"{FAR_PY}:3", names="test_far",
        says="FileNotFoundError: [Errno 2] No such file or directory: '*/.kube/config'",
    ),
    Way(
        name="a test that reads the kubeconfig that KUBECONFIG named",
        parts=DISCOUNTS,
        change=a_kubeconfig_by_name,
        phase=2, result="Failed", at=f"{FAR_PY}:3", names="test_far",
        says="FileNotFoundError: [Errno 2] No such file or directory: '/nonexistent/kubeconfig'",
    ),
    Way(
        name="no integration test at all",
        parts=DISCOUNTS,
        change=gone("services/discounts/tests/test_server.py"),
        phase=2, result="Errored", names="integration",
        says="no integration test was found: mark one (Go: //go:build integration; Jest: __tests__/integration/; pytest: "
        "@pytest.mark.integration), or say min-tests = 0 under [integration] in ameide.toml",
    ),
]  # fmt: skip
