"""``wait`` and ``cancel``: following a run through good and bad weather, and how it ends."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator

import pytest
from unit.cli import conftest, fake

from testrun.cli import follow
from testrun.core import model

RUNNING = fake.make_status("Running")
PASSED = fake.make_status(
    "Passed",
    summary={"tests": 8, "passed": 7, "failed": 0, "errored": 0, "skipped": 1, "flaky": 1},
    startTime="2026-11-21T12:00:00Z",
    completionTime="2026-11-21T12:00:12Z",
    artifacts={"path": "shop/shop/uid"},
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come at once."""
    monkeypatch.setattr(follow, "FIRST_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(follow, "LAST_RETRY_SECONDS", 0.01)


def test_progress_goes_to_stderr_and_the_result_to_stdout(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body())
    cluster.script = [RUNNING, PASSED]
    result = ameide("wait", "shop")
    assert result.exit_code == 0
    assert result.stderr == "[ 0:00] shop: Pending\n[ 0:00] shop: Running\n"
    assert result.stdout.splitlines() == [
        "shop/shop  Passed  it is Passed  (12 s)",
        "",
        "8 tests: 7 passed, 0 failed, 0 errored, 1 skipped, 1 flaky",
        "",
        "Evidence: ameide testrun artifacts shop   (page, JUnit, traces)",
    ]


def test_a_run_that_is_over_needs_no_waiting(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**PASSED))
    result = ameide("wait", "shop")
    assert (result.exit_code, result.stderr) == (0, "")


def test_json_prints_the_testrun_alone_on_stdout(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body())
    cluster.runs["shop"]["metadata"]["managedFields"] = [{"manager": "x"}]
    cluster.script = [PASSED]
    result = ameide("wait", "shop", "--json")
    printed = json.loads(result.stdout)
    assert (printed["status"], "managedFields" in printed["metadata"]) == (PASSED, False)


@pytest.mark.parametrize("weather", ["break", "gone"])
def test_a_watch_that_fails_is_opened_anew(weather: str, cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body())
    cluster.script = [RUNNING, weather, weather, PASSED]
    assert ameide("wait", "shop").exit_code == 0


def test_an_api_server_in_trouble_is_asked_again(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body())

    def trouble() -> None:
        cluster.refuse["GET", "/testruns/shop"] = (503, fake.failure(503, "ServiceUnavailable", "overloaded"))
        cluster.refusals = 2

    cluster.script = [RUNNING, trouble, "break", PASSED]
    result = ameide("wait", "shop")
    assert result.exit_code == 0
    assert "shop: Running; the cluster does not answer, trying again: overloaded\n" in result.stderr


def make_progress(version: int, *shards: model.ShardProgress) -> model.Progress:
    run = model.RunRef(namespace="shop", name="shop", uid="uid-of-shop")
    return model.Progress(run=run, version=version, shards=shards)


def test_progress_of_the_server_is_shown_per_shard(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**RUNNING))
    done = model.ShardProgress(index=1, planned=4, passed=4, flaky=1, exit=model.ShardExit(code=0))
    cluster.progress = [make_progress(1, model.ShardProgress(index=0, planned=4, passed=1), done)]
    cluster.script = [cluster.progress_is_seen, PASSED]
    result = ameide("wait", "shop")
    assert result.exit_code == 0
    assert "shop: Running: 5 of 8 tests, 5 passed, 1 flaky (shard 0: 1/4, 1: 4/4 passed)\n" in result.stderr
    assert cluster.headers["X-Testrun-Authorization"] == "Bearer user-token"


def test_without_the_right_to_ask_the_server_the_status_is_enough(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**RUNNING))
    refused = fake.failure(403, "Forbidden", "services is forbidden")
    cluster.refuse["GET", "/progress"] = (403, refused)
    shards = [{"index": 0, "attempts": 1, "tests": 4, "passed": 2}, {"index": 1}]
    cluster.script = [fake.make_status("Running", shards=shards), PASSED]
    result = ameide("wait", "shop")
    assert (result.exit_code, "forbidden" in result.stderr) == (0, False)
    assert "shop: Running" in result.stderr


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("deleted", "error: TestRun shop was deleted before it ended\n"),
        (
            lambda: None,
            "error: TestRun shop is not finished after 0.2 s\nhint: it goes on; follow it with: ameide testrun wait shop\n",
        ),
    ],
    ids=["deleted", "not over in time"],
)
def test_an_end_without_a_verdict_is_an_error(
    step: fake.Step, error: str, cluster: fake.Cluster, ameide: conftest.Ameide
) -> None:
    cluster.add(fake.make_body(**RUNNING))
    cluster.script = [step]
    result = ameide("wait", "shop", "--timeout", "0.2" if callable(step) else "30")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(error)


def test_a_new_run_of_that_name_is_not_taken_for_the_old(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**RUNNING))

    def replaced() -> None:
        cluster.runs["shop"]["metadata"]["uid"] = "another"

    cluster.script = [replaced, "break"]
    result = ameide("wait", "shop")
    assert result.exit_code == 2
    assert "error: TestRun shop was replaced by a new run of that name\n" in result.stderr


def test_a_run_that_is_not_there(ameide: conftest.Ameide) -> None:
    result = ameide("wait", "nope", "-n", "blog")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, 'error: testruns.testing.ameide.io "nope" not found')


@pytest.fixture
def terminal() -> Iterator[None]:
    """Ctrl-C reaches us, as in a terminal; a test run in the background of a script may have been started with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def terminate() -> None:
    """As Kubernetes and CI systems do."""
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("interrupt", "code"), [(press_ctrl_c, 130), (terminate, 143)], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupt_stops_following_and_says_that_the_run_goes_on(
    interrupt: fake.Step, code: int, cluster: fake.Cluster, ameide: conftest.Ameide
) -> None:
    cluster.add(fake.make_body(**RUNNING))
    cluster.script = [interrupt]
    result = ameide("wait", "shop", "-n", "shop")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.endswith(
        "\nNo longer following; the run shop goes on.\nhint: stop it with: ameide testrun cancel shop -n shop\n"
    )
    assert cluster.writes() == []


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("interrupt", [press_ctrl_c, terminate], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupt_cancels_when_asked_to(interrupt: fake.Step, cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**RUNNING))
    cluster.script = [interrupt, "break", fake.make_status("Cancelled")]
    result = ameide("wait", "shop", "--cancel-on-interrupt")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (2, "shop/shop  Cancelled  it is Cancelled")
    assert "Cancelling shop; press Ctrl-C again to leave." in result.stderr
    assert [call[2] for call in cluster.writes()] == [{"spec": {"cancel": True}}]


def test_cancel_asks_and_returns(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**RUNNING))
    result = ameide("cancel", "shop")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "testrun.testing.ameide.io/shop cancelled\n", "")
    assert [call[2] for call in cluster.writes()] == [{"spec": {"cancel": True}}]


@pytest.mark.parametrize("verdict", ["Cancelled", "Passed"])
def test_cancel_can_wait_for_the_end_whatever_it_is(verdict: str, cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**RUNNING))
    cluster.script = [fake.make_status("Stopping"), fake.make_status(verdict)]
    result = ameide("cancel", "shop", "--wait")
    assert (result.exit_code, result.stdout.splitlines()[1]) == (0, f"shop/shop  {verdict}  it is {verdict}")


def test_what_is_over_cannot_be_cancelled(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**PASSED))
    result = ameide("cancel", "shop")
    assert (result.exit_code, result.stderr) == (2, "error: TestRun shop is over already: Passed\n")
    assert cluster.writes() == []


def test_a_sigterm_ends_a_cancel_that_waits(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**RUNNING))
    cluster.script = [terminate]
    result = ameide("cancel", "shop", "--wait")
    assert result.exit_code == 143
