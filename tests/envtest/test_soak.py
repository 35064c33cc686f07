"""Many runs at once, while everything around them goes wrong: each ends, with the verdict that what happened to it explains."""

from __future__ import annotations

import contextlib
import json
import os
import random
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path

import pytest
from envtest import lives, wire
from envtest.told import lines, run_out, told

from testrun.envtest import processes
from testrun.envtest.control_plane import ApiServer
from testrun.envtest.pods import Pod
from testrun.envtest.processes import Body, Process
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

pytestmark = pytest.mark.large
RUNS, SHARDS = 24, 3
SECONDS = 600.0
"""How long anything may take: all of it is over within 15 minutes."""
TROUBLE, DEATH = 0.15, 0.012
"""How probable it is that a call of the operator goes wrong, and that it dies with it."""
SERVER_SECONDS = (5.0, 15.0)
"""How long the server lives each time."""
DISRUPTED = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI", "message": "node is drained"}


class Shim(Pod):
    """A pod that sends again what the server did not take, as the real one does."""

    def say(self, *events: Body) -> None:
        self.log += b"".join(json.dumps(event).encode() + b"\n" for event in events)
        deadline = time.monotonic() + SECONDS
        while self.offset < len(self.log):
            assert time.monotonic() < deadline, f"{self.name} cannot send"
            try:
                super().say()
            except urllib.error.HTTPError as error:
                with error:
                    if error.code == 410:  # settled without us
                        return
                    if error.code == 409:
                        self.offset = json.load(error)["size"]
            except OSError:
                threading.Event().wait(0.5)


def are_stopped(run: Run, pods: list[Shim]) -> None:
    """The operator asks for that, and the kubelet does it."""
    eventually(lambda: run.job()["spec"]["suspend"], what=lambda: f"{run.name} is stopped: {run.get()}", seconds=SECONDS)
    for pod in pods:
        pod.ended(143)


def started(run: Run, index: int, *, attempt: int = 0) -> Shim:
    run.secret()  # no pod runs before the Secret that it mounts is there
    pod = run.start_pod(index, attempt=attempt)
    return Shim(run, pod.index, pod.name)


def all_started(run: Run) -> list[Shim]:
    return [started(run, index) for index in range(SHARDS)]


def works(pod: Shim) -> None:
    """One test has ended, one runs."""
    adds, pays = f"adds {pod.index}", f"pays {pod.index}"
    pod.begins(adds, pays)
    pod.starts(adds)
    pod.ends(adds)
    pod.starts(pays)


def seen_by_kubernetes(run: Run, pods: list[Shim], *codes: int) -> None:
    """These pods have ended, with these exit codes, and the Job controller has counted them."""
    for pod, code in zip(pods, codes, strict=True):
        pod.ended(code, reason="OOMKilled" if code == 137 else "")
    well, ill = ([str(index) for index, code in enumerate(codes) if (code == 0) is good] for good in (True, False))
    for job in run.jobs():  # none: the run was quicker
        path = f"/apis/batch/v1/namespaces/{run.namespace}/jobs/{job['metadata']['name']}/status"
        body = {"status": {"completedIndexes": ",".join(well), "failedIndexes": ",".join(ill)}}
        run.api.request("PATCH", path, body, content_type="application/merge-patch+json")


# --- Fates: each ends its run, and says what the run is to tell ---


def passes(run: Run, dice: random.Random) -> str:
    pods = all_started(run)
    for pod in pods:
        pod.runs(**{f"adds {pod.index}": "passed", f"pays {pod.index}": "passed"})
    seen_by_kubernetes(run, pods, 0, 0, 0)
    return ALL_PASSED


def is_drained(run: Run, dice: random.Random) -> str:
    """A pod loses its place, and the Job controller makes another one."""
    pods, moved = all_started(run), dice.randrange(SHARDS)
    works(pods[moved])
    pods[moved].status(phase="Failed", conditions=[DISRUPTED])
    pods[moved].delete()
    pods[moved] = started(run, moved, attempt=1)
    for pod in pods:
        pod.runs(**{f"adds {pod.index}": "passed", f"pays {pod.index}": "passed"})
    seen_by_kubernetes(run, pods, 0, 0, 0)
    return ALL_PASSED


ALL_PASSED = """
    Passed: 6 of 6 tests passed
    6 passed
    adds 0: passed
    pays 0: passed
    adds 1: passed
    pays 1: passed
    adds 2: passed
    pays 2: passed
"""


def fails(run: Run, dice: random.Random) -> str:
    pods, red = all_started(run), dice.randrange(SHARDS)
    for pod in pods:
        pod.runs(**{f"adds {pod.index}": "failed" if pod.index == red else "passed"})
    seen_by_kubernetes(run, pods, *(1 if index == red else 0 for index in range(SHARDS)))
    cases = [f"adds {index}: passed" for index in range(SHARDS)]
    cases[red] = f"adds {red}: failure AssertionFailed: expect(received).toBe(expected)"
    return "\n".join(["Failed: 1 of 3 tests failed", "2 passed, 1 failed", *cases])


def loses_a_pod(run: Run, dice: random.Random) -> str:
    pods, dead = all_started(run), dice.randrange(SHARDS)
    for pod in pods:
        if pod.index == dead:
            works(pod)
        else:
            pod.runs(**{f"adds {pod.index}": "passed"})
    seen_by_kubernetes(run, pods, *(137 if index == dead else 0 for index in range(SHARDS)))
    why = "OOMKilled (exit code 137) on node node-1"
    cases = [f"adds {index}: passed" for index in range(SHARDS)]
    cases[dead] += f"\npays {dead}: error PodLost: was running when its pod was lost: {why}"
    verdict = f"Errored: shard {dead} lost its pod: {why}; 1 of 2 tests without a result"
    return "\n".join([verdict, "3 passed, 1 errored", *cases])


def loses_its_job(run: Run, dice: random.Random) -> str:
    pods = all_started(run)
    for pod in pods:
        works(pod)
    # A Job that is not in the status yet would be made again. A run whose first try to make it failed is Running without.
    what = "the status names the Job"
    name = eventually(lambda: run.status().get("job"), what=what, seconds=SECONDS)
    run.api.request("DELETE", f"/apis/batch/v1/namespaces/{run.namespace}/jobs/{name}", {"propagationPolicy": "Background"})
    eventually(lambda: run.state() != "Running", what=lambda: f"it is missed: {run.get()}", seconds=SECONDS)
    for pod in pods:
        pod.ended(143)
    why = "error PodLost: was running when its pod was lost: Error (exit code 143) on node node-1"
    return "\n".join([f"Errored: the Job {name} was deleted while it ran", *half_done(why)])


def is_cancelled(run: Run, dice: random.Random) -> str:
    pods = all_started(run)
    for pod in pods:
        works(pod)
    run.patch(cancel=True)
    are_stopped(run, pods)
    why = "error Cancelled: was running when the run was cancelled"
    return "\n".join(["Cancelled: spec.cancel is set; 3 of 6 tests had a result", *half_done(why)])


def times_out(run: Run, dice: random.Random) -> str:
    pods = all_started(run)
    for pod in pods:
        works(pod)
    run.wait("Running")
    run_out(run)
    are_stopped(run, pods)
    why = "error TimedOut: was running when the run timed out"
    verdict = "TimedOut: not finished after timeoutSeconds (600 s); 3 of 6 tests had a result"
    return "\n".join([verdict, *half_done(why)])


def half_done(why: str) -> Iterator[str]:
    """What is told of pods that `works`."""
    yield "3 passed, 3 errored"
    for index in range(SHARDS):
        yield f"adds {index}: passed"
        yield f"pays {index}: {why}"


def finds_no_test(run: Run, dice: random.Random) -> str:
    pods = all_started(run)
    for pod in pods:
        pod.begins()
        pod.exits(0, ())
    seen_by_kubernetes(run, pods, 0, 0, 0)
    why = "no test ran: Playwright found no tests for these args"
    return f"Errored: {why}\n1 errored\nthe run: error Errored: {why}"


FATES: tuple[Callable[[Run, random.Random], str], ...] = (
    passes, is_drained, fails, loses_a_pod, loses_its_job, is_cancelled, times_out, finds_no_test,
)  # fmt: skip


# --- Faults ---


@pytest.fixture
def world(apiserver: ApiServer, key: Path, tmp_path: Path) -> Iterator[lives.World]:
    network = wire.Network()
    server = processes.server(key, tmp_path, apiserver)
    with processes.ending(server):
        server.start()
        yield lives.World(apiserver, server, key, network, tmp_path)
    network.close()


def trouble(dice: random.Random) -> wire.Choice:
    faults = [wire.Fault(), wire.Fault(done=True), *(wire.Fault(status=code) for code in (429, 500, 503))]

    def choose(_: wire.Call) -> wire.Fault | None:
        thrown = dice.random()
        if thrown < DEATH:
            return wire.Fault(done=True, kill=True)
        return dice.choice(faults) if thrown < DEATH + TROUBLE else None

    return choose


@contextlib.contextmanager
def dying(server: Process, dice: random.Random, deaths: list[float]) -> Iterator[None]:
    """While the block lasts the server is killed now and then, and started again."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(dice.uniform(*SERVER_SECONDS)):
            server.kill()
            deaths.append(time.monotonic())
            server.start()

    with futures.ThreadPoolExecutor(1) as pool:
        killer = pool.submit(kill)
        try:
            yield
        finally:
            over.set()
        killer.result()


def test_many_runs_at_once(world: lives.World, namespace: str, tmp_path: Path, capsys: pytest.CaptureFixture):
    seed = int(os.environ.get("SOAK_SEED", random.SystemRandom().randrange(2**32)))
    operator = lives.Operator(world, namespace, tmp_path, trouble(random.Random(seed)), name="operator", always=True)
    runs = [Run(world.api, world.server, namespace, f"soak-{number}", seconds=SECONDS) for number in range(RUNS)]

    def one(number: int) -> tuple[str, str]:
        """What the run is to tell, and what it told."""
        run, fate = runs[number], FATES[number % len(FATES)]
        run.create(shards=SHARDS)
        expected = lines(fate(run, random.Random(seed + number)))
        return f"{run.name} {expected}", f"{run.name} {told(run)}"

    deaths: list[float] = []
    began = time.monotonic()
    with capsys.disabled():
        print(f"\nSOAK_SEED={seed}")
    with operator.running(), dying(world.server, random.Random(seed - 1), deaths), futures.ThreadPoolExecutor(RUNS) as pool:
        try:
            ended = list(pool.map(one, range(RUNS)))
            left = [text for run in runs for text in left_of(run)]
        except AssertionError as error:
            raise AssertionError(f"{error}\n{operator.told()}") from error
    calls = operator.proxy.calls
    with capsys.disabled():
        print(f"{RUNS} runs in {time.monotonic() - began:.0f} s; {len(operator.proxy.faults)} of {len(calls)} calls went wrong;")
        print(f"the operator was started {operator.starts} times, the server {len(deaths) + 1} times")
    for expected, found in ended:
        assert found == expected
    assert left == []
    made = [call.sent for call in calls if call.method == "POST" and call.path.endswith("/jobs") and call.status == 201]
    assert len({json.loads(sent)["metadata"]["name"] for sent in made}) == len(made) == RUNS
    for run in runs:
        assert lives.backwards([call for call in calls if f"/testruns/{run.name}/" in f"{call.path}/"]) == []


def left_of(run: Run) -> list[str]:
    """What should be gone when the run is done: finalizers and Jobs."""
    return [*(run.done()["metadata"].get("finalizers") or ()), *(job["metadata"]["name"] for job in run.jobs())]
