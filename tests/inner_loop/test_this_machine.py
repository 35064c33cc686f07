"""Before phase 3: what the Telepresence and Tilt of this machine say, and a connection that is made for it and ended again.

Both are stand-ins that replay recordings (`stand_ins`): the wiring is shown here, the words are in `tests/unit/core/preflight`.
"""

from __future__ import annotations

import http.server
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import recorded
from inner_loop.checkout import TIMEOUT_SECONDS, Checkout, Ended, check_evidence
from stand_ins import CONNECTED, INTERCEPTING, NOT_CONNECTED, StandIns

from testrun.core.preflight import developer
from testrun.core.preflight.checks import TelepresenceCheck, TiltCheck
from testrun.envtest.waiting import eventually

TELEPRESENCE, TILT = "preflight › Telepresence on this machine", "preflight › Tilt on this machine"
LOCAL = ("--phase", "3", "--e2e", "local", "--json", "-n", "shop", "--context", "local")
CONNECT = (*LOCAL, "--connect")
ASKS, CONNECTS = "telepresence status --output json", "telepresence connect --context local --namespace shop"
GREEN = "import { test } from '@playwright/test';\n\ntest('looks', () => {});\n"
HANGS = (
    "import { writeFileSync } from 'node:fs';\nimport { test } from '@playwright/test';\n\n"
    "test('hangs', async () => { writeFileSync('hanging', ''); await new Promise(() => {}); });\n"
)


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    return StandIns.make(tmp_path / "stand-ins")


@pytest.fixture
def repository(checkout: Callable[..., Checkout]) -> Checkout:
    """Browser tests that need no browser."""
    made = checkout("package.json")
    made.write(
        "e2e/playwright.config.mjs", "export default { workers: 1, reporter: 'line', timeout: 0, preserveOutput: 'never' };\n"
    )
    made.write("e2e/a.spec.mjs", GREEN)
    return made


def asking(repository: Checkout, **settings: object) -> None:
    """The configuration asks for a program."""
    lines = [f"{name.replace('_', '-')} = {json.dumps(value)}" for name, value in settings.items()]
    repository.write("ameide.toml", "\n".join(["[e2e]", *lines, ""]))


def on_path(stand_ins: StandIns) -> dict[str, str]:
    return {"PATH": f"{stand_ins.bin}:{os.environ['PATH']}"}


def shown(ended: Ended, name: str) -> str:
    """What was printed of a check when it had run."""
    start = f"phase 3 e2e: {name.removeprefix('preflight › ')}: "
    return next(line.removeprefix(start) for line in ended.stderr.splitlines() if line.startswith(start))


def check_one(ended: Ended, name: str, found: developer.Finding) -> None:
    """The run is what this finding makes of it."""
    check_evidence(ended)
    assert shown(ended, name) == found.message
    if found.holds:
        assert (ended.code, ended.results[3]) == (0, "Passed"), ended.why
        assert ended.cases(3) == {name: "passed", "looks": "passed"}
    else:
        assert (ended.code, ended.results[3]) == (2, "NotReady"), ended.why
        assert ended.cases(3) == {name: "error"}
        assert ended.phase(3)["message"] == f"not ready: {name.removeprefix('preflight › ')}: {found.message}"
        assert [(each["kind"], each["message"]) for each in ended.phase(3)["failures"]] == [("NotReady", found.message)]
        assert not (ended.junit(3).parent / "shard-0").exists(), "Playwright was started"


@pytest.mark.parametrize("state", [each for each in recorded.TELEPRESENCE if recorded.status(each) is not None])
def test_telepresence_in_every_recorded_state(state: str, repository: Checkout, stand_ins: StandIns) -> None:
    asking(repository, telepresence="required")
    stand_ins.telepresence(state)

    ended = repository.run(*LOCAL, env=on_path(stand_ins))

    said = recorded.status(state)
    assert said is not None
    check = TelepresenceCheck(manager_namespace="")
    check_one(ended, TELEPRESENCE, developer.judge_status(check, said, namespace="shop", context="local"))
    assert stand_ins.calls == [ASKS]


@pytest.mark.parametrize("state", [each for each in recorded.TILT if recorded.tilt_says(each, "session") is not None])
def test_tilt_in_every_recorded_state(state: str, repository: Checkout, stand_ins: StandIns) -> None:
    asking(repository, tilt_resources=["shop", "cart"])
    stand_ins.tilt(state)

    ended = repository.run(*LOCAL, env=on_path(stand_ins))

    session, resources = recorded.tilt_says(state, "session"), recorded.tilt_says(state, "uiresource")
    assert session is not None
    assert resources is not None
    check_one(ended, TILT, developer.judge_session(TiltCheck(("shop", "cart")), session, resources))
    assert stand_ins.calls == ["tilt get session -o json", "tilt get uiresource -o json"]


def test_programs_that_are_not_installed_are_findings_that_say_what_to_do(repository: Checkout) -> None:
    asking(repository, telepresence="required", tilt="required")

    ended = repository.run(*LOCAL)

    assert (ended.code, ended.results[3]) == (2, "NotReady"), ended.why
    check_evidence(ended)
    assert {each["name"]: each["message"] for each in ended.phase(3)["failures"]} == {
        TELEPRESENCE: "saw no telepresence on PATH; wanted a client of Telepresence connected to shop; "
        "hint: install its client, then telepresence connect --namespace shop",
        TILT: "saw no tilt on PATH; wanted Tilt running; hint: install it, then tilt up",
    }


def test_nothing_is_asked_of_a_machine_that_nobody_speaks_of(repository: Checkout, stand_ins: StandIns) -> None:
    ended = repository.run(*LOCAL, env=on_path(stand_ins))

    assert (ended.code, ended.cases(3)) == (0, {"looks": "passed"}), ended.why
    assert stand_ins.calls == []


MANIFEST = """apiVersion: testing.ameide.io/v1alpha1
kind: TestRun
metadata: {name: shop, namespace: shop}
spec:
  preflight:
    checks:
      - {name: nobody intercepts, telepresence: {intercepts: Warn}}
      - {name: tilt is done, tilt: {resources: [shop]}}
      - {name: shop is rolled out, workload: {kind: Deployment, name: shop}}
  playwright: {image: "registry.example/shop-e2e:1"}
"""


def test_what_the_testruns_own_preflight_names_is_asked_here_too(repository: Checkout, stand_ins: StandIns) -> None:
    repository.write("e2e/testrun.yaml", MANIFEST)
    stand_ins.telepresence(INTERCEPTING)
    stand_ins.tilt("2-all-ok")

    ended = repository.run("--phase", "3", "--e2e", "local", "--json", env=on_path(stand_ins))

    assert (ended.code, ended.results[3]) == (0, "Passed"), ended.why
    assert list(ended.cases(3)) == [TELEPRESENCE, TILT, "looks"]
    assert "phase 3 e2e: not checked here, only by the operator: shop is rolled out" in ended.stderr.splitlines()
    assert shown(ended, TELEPRESENCE) == (
        "saw Telepresence connected to shop with 1 intercept of its own, shop; warning: requests to them go to this machine"
    )


# --- Handed over to the operator ---


class ApiServer(http.server.ThreadingHTTPServer):
    """Knows TestRuns and has none; takes none, and notes what was sent."""

    daemon_threads = True

    def __init__(self, kubeconfig: Path) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.posts: list[str] = []
        cluster = {"name": "local", "cluster": {"server": f"http://127.0.0.1:{self.server_address[1]}"}}
        context = {"name": "local", "context": {"cluster": "local", "user": "dev", "namespace": "shop"}}
        body = {"apiVersion": "v1", "kind": "Config", "clusters": [cluster], "contexts": [context],
                "users": [{"name": "dev", "user": {"token": "a-secret"}}], "current-context": "local"}  # fmt: skip
        kubeconfig.write_text(json.dumps(body))


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200, {"kind": "TestRunList", "apiVersion": "testing.ameide.io/v1alpha1", "metadata": {}, "items": []})

    def do_POST(self) -> None:
        assert isinstance(self.server, ApiServer)
        self.server.posts.append(self.path.partition("?")[0].rpartition("/")[2])
        self._answer(403, {"kind": "Status", "status": "Failure", "reason": "Forbidden", "message": "not here", "code": 403})

    def _answer(self, status: int, body: Mapping[str, object]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def api_server(tmp_path: Path) -> Iterator[ApiServer]:
    with ApiServer(tmp_path / "kubeconfig") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def handed_over(repository: Checkout, api_server: ApiServer, env: Mapping[str, str], tmp_path: Path, *words: str) -> Ended:
    repository.write("e2e/testrun.yaml", MANIFEST)
    return repository.run("--phase", "3", "--json", *words, env={**env, "KUBECONFIG": str(tmp_path / "kubeconfig")})


def test_an_environment_that_is_not_ready_is_not_handed_over(
    repository: Checkout, stand_ins: StandIns, api_server: ApiServer, tmp_path: Path
) -> None:
    asking(repository, intercepts="Forbid")
    stand_ins.telepresence(INTERCEPTING)

    ended = handed_over(repository, api_server, on_path(stand_ins), tmp_path)

    assert (ended.code, ended.results[3]) == (2, "NotReady"), ended.why
    check_evidence(ended)
    assert ended.cases(3) == {TELEPRESENCE: "error", TILT: "passed"}  # no Tilt here is no obstacle to pods there
    assert api_server.posts == []


def test_what_is_not_at_work_here_keeps_no_pod_there_from_its_tests(
    repository: Checkout, stand_ins: StandIns, api_server: ApiServer, tmp_path: Path
) -> None:
    """A CI machine has neither, and a developer may have disconnected: what the cluster looks like the operator knows."""
    ended = handed_over(repository, api_server, on_path(stand_ins), tmp_path)
    assert api_server.posts == ["testruns"]
    assert shown(ended, TELEPRESENCE) == "saw no user daemon of Telepresence on this machine, and so no intercept from here"

    ended = handed_over(repository, api_server, {}, tmp_path)
    assert api_server.posts == ["testruns", "testruns"]
    assert "on this machine" not in ended.stderr


def test_the_connection_is_that_of_the_kubeconfig_and_of_the_run(
    repository: Checkout, stand_ins: StandIns, api_server: ApiServer, tmp_path: Path
) -> None:
    handed_over(repository, api_server, on_path(stand_ins), tmp_path, "--connect")

    assert [each for each in stand_ins.calls if not each.startswith("tilt")] == [
        ASKS, f"{CONNECTS} --manager-namespace ambassador", ASKS, ASKS, "telepresence quit -s", "its daemon ends",
    ]  # fmt: skip


# --- --connect ---


def test_what_was_connected_for_it_is_quit_after_green_tests(repository: Checkout, stand_ins: StandIns) -> None:
    ended = repository.run(*CONNECT, env=on_path(stand_ins))

    assert (ended.code, ended.cases(3)) == (0, {TELEPRESENCE: "passed", "looks": "passed"}), ended.why
    check_evidence(ended)
    assert stand_ins.calls == [ASKS, CONNECTS, ASKS, ASKS, "telepresence quit -s", "its daemon ends"]
    assert [line for line in ended.stderr.splitlines() if "Telepresence" in line] == [
        "phase 3 e2e: connecting Telepresence to shop; it may ask for your password",
        "phase 3 e2e: Telepresence on this machine: saw Telepresence connected to shop",
        "phase 3 e2e: Telepresence is disconnected again",
    ]


def test_and_after_red_ones_with_the_intercepts_that_they_made(repository: Checkout, stand_ins: StandIns) -> None:
    repository.write("e2e/a.spec.mjs", (
        "import { execSync } from 'node:child_process';\nimport { expect, test } from '@playwright/test';\n\n"
        "test('intercepts', () => { execSync('telepresence intercept shop'); expect(1).toBe(2); });\n"
    ))  # fmt: skip

    ended = repository.run(*CONNECT, env=on_path(stand_ins))

    assert (ended.code, ended.results[3]) == (1, "Failed"), ended.why
    assert stand_ins.calls[3:] == [
        "telepresence intercept shop", ASKS, "telepresence leave shop", "telepresence quit -s", "its daemon ends",
    ]  # fmt: skip


@pytest.mark.parametrize(("state", "code"), [(CONNECTED, 0), (INTERCEPTING, 2)])
def test_what_was_connected_before_stays_as_it_was(state: str, code: int, repository: Checkout, stand_ins: StandIns) -> None:
    stand_ins.telepresence(state)

    ended = repository.run(*CONNECT, env=on_path(stand_ins))

    assert ended.code == code, ended.why
    assert stand_ins.calls == [ASKS, ASKS]
    assert "phase 3 e2e: Telepresence was connected before, and stays so" in ended.stderr.splitlines()


def test_a_daemon_that_ran_before_stays(repository: Checkout, stand_ins: StandIns) -> None:
    stand_ins.telepresence(NOT_CONNECTED)

    repository.run(*CONNECT, env=on_path(stand_ins))

    assert stand_ins.calls[:5] == [ASKS, CONNECTS, ASKS, ASKS, "telepresence quit"]


def test_a_connection_that_cannot_be_made_is_not_ready_and_quit(repository: Checkout, stand_ins: StandIns) -> None:
    (stand_ins.state / "connect.error").write_text("telepresence: error: traffic manager not found\nSee logs for details\n")

    ended = repository.run(*CONNECT, env=on_path(stand_ins))

    assert (ended.code, ended.results[3]) == (2, "NotReady"), ended.why
    check_evidence(ended)
    assert ended.told(3) == (
        "saw telepresence connect that failed (telepresence: error: traffic manager not found); "
        "wanted a client of Telepresence connected to shop; hint: mend what it says; telepresence gather-logs has more"
    )
    assert "See logs for details" in ended.junit(3).read_text()
    assert stand_ins.calls == [ASKS, CONNECTS, ASKS, "telepresence quit -s"]


@pytest.mark.parametrize(("number", "name", "code"), [(signal.SIGINT, "Ctrl-C", 130), (signal.SIGTERM, "SIGTERM", 143)])
def test_a_signal_while_tests_run_quits_what_was_connected_for_them(
    number: signal.Signals, name: str, code: int, repository: Checkout, stand_ins: StandIns
) -> None:
    repository.write("e2e/a.spec.mjs", HANGS)
    with repository.started(*CONNECT, env=on_path(stand_ins)) as process:
        eventually((repository.root / "e2e/hanging").exists, what="no test runs", seconds=TIMEOUT_SECONDS)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
    ended = repository.ended(process, stdout, stderr)

    repository.nothing_runs()
    assert (ended.code, ended.results[3]) == (code, "Cancelled"), ended.why
    check_evidence(ended)
    assert ended.phase(3)["message"] == f"interrupted by {name}; 1 of 2 tests had a result"
    assert ended.cases(3) == {TELEPRESENCE: "passed", "hangs": "error"}
    assert stand_ins.calls == [ASKS, CONNECTS, ASKS, ASKS, "telepresence quit -s", "its daemon ends"]


def test_a_signal_while_tests_run_leaves_a_connection_that_was_there_before(repository: Checkout, stand_ins: StandIns) -> None:
    stand_ins.telepresence(CONNECTED)
    repository.write("e2e/a.spec.mjs", HANGS)
    with repository.started(*CONNECT, env=on_path(stand_ins)) as process:
        eventually((repository.root / "e2e/hanging").exists, what="no test runs", seconds=TIMEOUT_SECONDS)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=TIMEOUT_SECONDS)

    assert (process.returncode, stand_ins.calls) == (130, [ASKS, ASKS])


def test_a_signal_while_it_connects_ends_that_and_quits(repository: Checkout, stand_ins: StandIns) -> None:
    (stand_ins.state / "connect.hangs").touch()
    with repository.started(*CONNECT, env=on_path(stand_ins)) as process:
        eventually((stand_ins.state / "connecting").exists, what="it does not connect", seconds=TIMEOUT_SECONDS)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
    ended = repository.ended(process, stdout, stderr)

    repository.nothing_runs()
    assert (ended.code, ended.results[3]) == (130, "Cancelled"), ended.why
    check_evidence(ended)
    assert stand_ins.calls == [ASKS, CONNECTS, ASKS, "telepresence quit -s"]


def test_a_second_signal_while_it_quits_does_not_wait_and_says_what_may_be_left(
    repository: Checkout, stand_ins: StandIns
) -> None:
    (stand_ins.state / "quit.hangs").touch()
    repository.write("e2e/a.spec.mjs", HANGS)
    with repository.started(*CONNECT, env=on_path(stand_ins)) as process:
        for begun in (repository.root / "e2e/hanging", stand_ins.state / "quitting"):
            eventually(begun.exists, what=f"no {begun.name}", seconds=TIMEOUT_SECONDS)
            process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=TIMEOUT_SECONDS)

    repository.nothing_runs()
    os.kill(int((stand_ins.state / "daemon").read_text()), signal.SIGTERM)
    assert process.returncode == 130
    assert (
        "phase 3 e2e: warning: Telepresence may still be connected (nobody waited for its end): telepresence quit -s"
        in stderr.decode().splitlines()
    )
