"""What is left when the command is ended from outside: evidence, and no process."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest
from inner_loop.checkout import CART, DISCOUNTS, E2E, STOREFRONT, TIMEOUT_SECONDS, Checkout, check_evidence

from testrun.envtest.waiting import eventually

STARTED = {
    "services/cart/hang_test.go": """package cart

import ("os"; "testing"; "time")

func TestHangs(t *testing.T) {
	os.WriteFile("../../go.running", nil, 0o600)
	time.Sleep(time.Hour)
}
""",
    "packages/storefront/__tests__/unit/hang.test.ts": """import { writeFileSync } from 'node:fs';

test('hangs', async () => {
  writeFileSync('../../jest.running', '');
  await new Promise((done) => setTimeout(done, 3_600_000));
}, 3_600_000);
""",
    "services/discounts/tests/test_a_hang.py": """import pathlib, time

def test_hangs():
    pathlib.Path("../../pytest.running").touch()
    time.sleep(3600)
""",
}
HANGING = ["TestHangs", "hangs", "test_hangs"]


@pytest.fixture
def hanging(checkout: Callable[..., Checkout]) -> Checkout:
    """A repository in which a test of each tool hangs in phase 1."""
    repository = checkout(*CART, *STOREFRONT, *DISCOUNTS)
    repository.remove("packages/storefront/__tests__/unit/price.test.ts")  # so that one file is left, which no worker runs
    for path, text in STARTED.items():
        repository.write(path, text)
    return repository


def all_hang(repository: Checkout) -> bool:
    return all((repository.root / f"{tool}.running").exists() for tool in ("go", "jest", "pytest"))


@pytest.mark.parametrize(
    ("number", "name", "code"),
    [pytest.param(signal.SIGINT, "Ctrl-C", 130, id="Ctrl-C"), pytest.param(signal.SIGTERM, "SIGTERM", 143, id="SIGTERM")],
)
def test_a_signal_ends_the_tools_and_each_running_test_is_named(
    number: signal.Signals, name: str, code: int, hanging: Checkout
) -> None:
    with hanging.started("--until", "2", "--json", "--jobs", "3") as process:
        eventually(lambda: all_hang(hanging), what="not all tests began", seconds=TIMEOUT_SECONDS)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
    ended = hanging.ended(process, stdout, stderr)

    hanging.nothing_runs()
    assert (ended.code, ended.results) == (code, ["Passed", "Cancelled", "NotRun", "NotRun"]), ended.why
    check_evidence(ended)
    assert ended.phase(1)["message"] == f"interrupted by {name}"
    assert ended.phase(3)["message"] == f"{name} interrupted the run"
    running = {each["name"]: each["message"] for each in ended.phase(1)["failures"] if each["name"] in HANGING}
    assert running == dict.fromkeys(HANGING, f"was running when {name} interrupted it")
    errors = {name.partition("] ")[2] for name, word in ended.cases(1).items() if word == "error"}
    assert set(HANGING) <= errors
    bodies = "".join(error.text or "" for case in ended.testcases(1) for error in case.iter("error"))
    assert "last output of pytest:\n============================= test session starts" in bodies


LOADED = {
    "packages/storefront/jest.config.mjs": """import { writeFileSync } from 'node:fs';

console.log('asks the shop on stdout');
console.error('asks the shop on stderr');
writeFileSync('../../loading', '');
await new Promise((done) => setTimeout(done, 3_600_000));
""",
    "services/discounts/conftest.py": """import pathlib, sys, time

sys.__stdout__.write("asks the shop on stdout\\n")
sys.__stdout__.flush()
sys.__stderr__.write("asks the shop on stderr\\n")
pathlib.Path("../../loading").touch()
time.sleep(3600)
""",
}
"""A file that a tool loads in phase 0, and that waits for something."""


@pytest.mark.parametrize(
    ("number", "name", "code", "file", "errors"),
    [
        pytest.param(
            signal.SIGINT, "Ctrl-C", 130, "packages/storefront/jest.config.mjs",
            {
                "jest packages/storefront": "was running when Ctrl-C interrupted it",
                "pytest services/discounts": "did not begin: Ctrl-C came first",
                "playwright e2e": "did not begin: Ctrl-C came first",
            },
            id="Ctrl-C while Jest lists its tests",
        ),
        pytest.param(
            signal.SIGTERM, "SIGTERM", 143, "services/discounts/conftest.py",
            {"pytest services/discounts": "was running when SIGTERM interrupted it"},
            id="SIGTERM while pytest collects its tests",
        ),
    ],
)  # fmt: skip
def test_a_signal_in_phase_0_leaves_what_each_check_came_to(
    number: signal.Signals, name: str, code: int, file: str, errors: dict[str, str], checkout: Callable[..., Checkout]
) -> None:
    repository = checkout(*CART, *STOREFRONT, *DISCOUNTS, *E2E)
    repository.write(file, LOADED[file])
    with repository.started("--until", "2", "--json", "--jobs", "1") as process:
        eventually((repository.root / "loading").exists, what="nothing is loaded", seconds=TIMEOUT_SECONDS)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
    ended = repository.ended(process, stdout, stderr)

    repository.nothing_runs()
    assert (ended.code, ended.results) == (code, ["Cancelled", "NotRun", "NotRun", "NotRun"]), ended.why
    check_evidence(ended)
    assert ended.phase(0)["message"] == f"interrupted by {name}"
    assert {each["project"]: (each["kind"], each["message"]) for each in ended.phase(0)["failures"]} == {
        project: ("Cancelled", message) for project, message in errors.items()
    }
    words = {case: word for case, word in ended.cases(0).items() if case.startswith("[go ")}
    assert words == {"[go services/cart] compiles": "passed", "[go services/cart] compiles with -tags=integration": "passed"}
    found = [error for case in ended.testcases(0) for error in case.iter("error")]
    (body,) = (error.text or "" for error in found if "was running" in error.get("message", ""))
    assert {"asks the shop on stdout", "asks the shop on stderr"} <= set(body.splitlines())


def test_what_had_ended_stays_and_what_had_not_begun_says_so(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*CART, *STOREFRONT, *DISCOUNTS)
    repository.remove("packages/storefront/__tests__/unit/price.test.ts")
    test = "packages/storefront/__tests__/unit/hang.test.ts"
    repository.write(test, STARTED[test])
    with repository.started("--until", "2", "--json", "--jobs", "1") as process:
        eventually((repository.root / "jest.running").exists, what="the Jest test has not begun", seconds=TIMEOUT_SECONDS)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
    ended = repository.ended(process, stdout, stderr)

    assert (ended.code, ended.results) == (130, ["Passed", "Cancelled", "NotRun", "NotRun"]), ended.why
    check_evidence(ended)
    assert {word for name, word in ended.cases(1).items() if name.startswith("[go ")} == {"passed"}
    assert {each["name"]: each["message"] for each in ended.phase(1)["failures"]} == {
        "hangs": "was running when Ctrl-C interrupted it",
        "pytest services/discounts": "did not begin: Ctrl-C came first",
    }


def test_a_killed_command_leaves_four_junit_files_that_say_so(hanging: Checkout) -> None:
    with hanging.started("--until", "2", "--json", "--jobs", "3") as process:
        eventually(lambda: all_hang(hanging), what="not all tests began", seconds=TIMEOUT_SECONDS)
        process.kill()
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
    eventually(lambda: not hanging.processes(), what="the tools end with it", seconds=TIMEOUT_SECONDS)
    ended = hanging.ended(process, stdout, stderr)

    assert (ended.code, ended.stdout) == (-signal.SIGKILL, "")
    assert ended.folder is not None
    assert not (ended.folder / "summary.json").exists()
    assert ended.read(0).counts.failed + ended.read(0).counts.errored == 0
    assert [[failure.message for failure in ended.read(number).failures] for number in (1, 2, 3)] == [
        [f"phase {number} ({phase}) did not end: the run was killed, or is still under way"]
        for number, phase in ((1, "unit"), (2, "integration"), (3, "e2e"))
    ]


def test_a_server_that_a_test_leaves_behind_is_gone_and_its_port_is_free(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)
    serve = (
        "import http.server; http.server.HTTPServer((\\'127.0.0.1\\', 18432), http.server.BaseHTTPRequestHandler).serve_forever()"
    )
    for phase, mark in (("unit", ""), ("integration", "@pytest.mark.integration\n")):
        repository.write(
            f"services/discounts/tests/test_server_of_{phase}.py",
            f"""import socket, subprocess, sys, time
import pytest

{mark}def test_serves():
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 18432))
    subprocess.Popen([sys.executable, "-c", '{serve}'], start_new_session=True)
    deadline = time.monotonic() + 30
    while socket.socket().connect_ex(("127.0.0.1", 18432)) != 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)
""",
        )

    ended = repository.run()

    left = repository.processes()
    repository.end_processes()
    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why
    check_evidence(ended)
    assert left == {}
