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
from envtest import envtest, lives, processes, wire
from envtest.processes import Body, Pod, Process, Run, eventually

pytestmark = pytest.mark.large
RUNS, SHARDS = 24, 3
SECONDS = 600.0
TROUBLE, DEATH = 0.03, 0.004
"""How probable it is that a call of the operator goes wrong, and that it dies with it."""
SERVER_SECONDS = (15.0, 30.0)
"""How long the server lives each time."""


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


def started(run: Run, index: int) -> Shim:
    pod = lives.started(run, index)
    return Shim(run, pod.index, pod.name)


def passes(run: Run, dice: random.Random) -> None:
    pods = [started(run, index) for index in range(SHARDS)]
    for pod in pods:
        pod.runs(**{f"adds {pod.index}": "passed", f"pays {pod.index}": "passed"})
    lives.ends(run, *pods)


def fails(run: Run, dice: random.Random) -> None:
    pods = [started(run, index) for index in range(SHARDS)]
    red = dice.randrange(SHARDS)
    for pod in pods:
        pod.runs(**{f"adds {pod.index}": "failed" if pod.index == red else "passed"})
    lives.ends(run, *(pod for pod in pods if pod.index != red))


def loses_a_shard(run: Run, dice: random.Random) -> None:
    *well, dead = dice.sample([started(run, index) for index in range(SHARDS)], SHARDS)
    for pod in well:
        pod.runs(**{f"adds {pod.index}": "passed"})
        pod.ended(0)
    dead.begins("pays")
    dead.starts("pays")
    dead.ended(137, reason="OOMKilled")
    run.job_status({"completedIndexes": ",".join(sorted(str(pod.index) for pod in well)), "failedIndexes": str(dead.index)})
    lives.ends(run)


def is_cancelled(run: Run, dice: random.Random) -> None:
    pods = [started(run, index) for index in range(SHARDS)]
    for pod in pods:
        pod.begins(f"adds {pod.index}")
        pod.starts(f"adds {pod.index}")
    run.patch(cancel=True)
    is_stopped(run, pods)


def times_out(run: Run, dice: random.Random) -> None:
    pods = [started(run, index) for index in range(SHARDS)]
    for pod in pods:
        pod.begins(f"adds {pod.index}")
    is_stopped(run, pods)


def is_stopped(run: Run, pods: list[Shim]) -> None:
    eventually(lambda: run.job()["spec"]["suspend"], what=lambda: f"{run.name} is stopped: {run.get()}", seconds=SECONDS)
    for pod in pods:
        pod.ended(143)
    lives.ends(run)


def finds_no_test(run: Run, dice: random.Random) -> None:
    pods = [started(run, index) for index in range(SHARDS)]
    for pod in pods:
        pod.begins()
        pod.exits(0, ())
    lives.ends(run, *pods)


FATES: dict[str, tuple[Callable[[Run, random.Random], None], str, dict[str, int]]] = {
    "passes": (passes, "Passed", {}),
    "fails": (fails, "Failed", {}),
    "loses a shard": (loses_a_shard, "Errored", {}),
    "is cancelled": (is_cancelled, "Cancelled", {}),
    "times out": (times_out, "TimedOut", {"timeoutSeconds": 20}),
    "finds no test": (finds_no_test, "Errored", {}),
}


@pytest.fixture
def world(apiserver: envtest.ApiServer, key: Path, tmp_path: Path) -> Iterator[lives.World]:
    network = wire.Network()
    server = processes.server(key, tmp_path, apiserver)
    with processes.ending(server):
        server.start()
        yield lives.World(apiserver, server, key, network, tmp_path)
    network.close()


def trouble(dice: random.Random) -> wire.Choice:
    def choose(call: wire.Call) -> wire.Fault | None:
        thrown = dice.random()
        if thrown < DEATH:
            return wire.Fault(done=True, kill=True)
        if thrown > TROUBLE or (call.method == "POST" and call.path.endswith("/events")):
            return None
        return dice.choice([wire.Fault(), wire.Fault(done=True), *(wire.Fault(status=code) for code in (429, 500, 503))])

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

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(60)


def test_many_runs_at_once(world: lives.World, namespace: str, tmp_path: Path, capsys: pytest.CaptureFixture):
    seed = int(os.environ.get("SOAK_SEED", random.SystemRandom().randrange(2**32)))
    operator = lives.Operator(world, namespace, tmp_path, trouble(random.Random(seed)), name="operator", always=True)
    names = [list(FATES)[number % len(FATES)] for number in range(RUNS)]

    def one(number: int) -> tuple[str, str, list[str]]:
        live, expected, options = FATES[names[number]]
        run = Run(world.api, world.server, namespace, f"soak-{number}", seconds=SECONDS)
        run.create(shards=SHARDS, **options)
        live(run, random.Random(seed + number))
        done = run.done()
        left = [*(done["metadata"].get("finalizers") or ()), *(job["metadata"]["name"] for job in run.jobs())]
        return run.condition("Succeeded")["reason"], expected, left

    deaths: list[float] = []
    began = time.monotonic()
    with operator.running(), dying(world.server, random.Random(seed - 1), deaths), futures.ThreadPoolExecutor(RUNS) as pool:
        try:
            ended = list(pool.map(one, range(RUNS)))
        except AssertionError as error:
            raise AssertionError(f"SOAK_SEED={seed}: {error}\n{operator.told()}") from error
    with capsys.disabled():
        print(f"\nSOAK_SEED={seed}: {RUNS} runs in {time.monotonic() - began:.0f} s; operator started {operator.starts} times")
        print(f"server killed {len(deaths)} times; {len(operator.proxy.faults)} of {len(operator.proxy.calls)} calls went wrong")
    assert ended == [(expected, expected, []) for _, expected, _ in ended], (
        f"SOAK_SEED={seed}: {list(zip(names, ended, strict=True))}"
    )
    jobs = [call for call in operator.proxy.calls if call.method == "POST" and call.path.endswith("/jobs") and call.status == 201]
    assert len(jobs) == RUNS
