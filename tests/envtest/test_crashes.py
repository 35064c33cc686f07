"""Whatever call the operator is killed after, and whichever of its calls goes wrong: the run ends as if nothing had happened."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from pathlib import Path

import pytest
from envtest import lives, wire

from testrun.envtest.control_plane import ApiServer
from testrun.envtest.processes import Process
from testrun.envtest.waiting import eventually
from testrun.kube import process

AT_ONCE = 24
"""Most of a life is waiting, for a time-out or a pause between two tries."""
ENOUGH_BEYOND = 4
"""A sweep is over when so many lives had come to their end before the call that was to go wrong: not all have as many calls."""
MOST_FAILURES = 8
"""A sweep goes on after a failure, to tell of more than one."""
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world(apiserver: ApiServer, server: Process, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[lives.World]:
    network = wire.Network()
    yield lives.World(apiserver, server, key, network, tmp_path_factory.mktemp("lives"))
    network.close()


@pytest.fixture(scope="module")
def undisturbed(world: lives.World) -> dict[str, lives.Life]:
    """Each scenario as it goes when nothing goes wrong."""
    return {name: lives.live(world, f"undisturbed-{name}", scenario) for name, scenario in lives.SCENARIOS.items()}


JOBS = {"not-ready": 0, "parts": 3}
"""So many are made where it is not one."""
KILL = wire.Fault(done=True, kill=True)


@pytest.mark.parametrize("name", lives.SCENARIOS)
def test_a_life_without_trouble(undisturbed: dict[str, lives.Life], name: str):
    life = undisturbed[name]
    assert (life.backwards, life.outcome.jobs_made, life.outcome.left) == ([], JOBS.get(name, 1), [])


@pytest.mark.parametrize("name", lives.SCENARIOS)
def test_killed_at_some_calls(world: lives.World, undisturbed: dict[str, lives.Life], name: str):
    calls = min(undisturbed[name].calls, 36)  # so many every life makes; on a busy machine some make twice as many
    assert sweep(world, undisturbed, name, range(12, calls, max(1, (calls - 12) // 4)), lambda _: KILL) >= 4


@pytest.mark.parametrize("status", [403, 422])
def test_the_first_look_at_each_job_is_refused(world: lives.World, undisturbed: dict[str, lives.Life], status: int):
    """A Job that may not be made is given up, one that may not be looked at for once is not."""
    refused = set[str]()

    def at(call: wire.Call) -> wire.Fault | None:
        if call.method != "GET" or "/jobs/" not in call.path or call.path in refused:
            return None
        refused.add(call.path)
        return wire.Fault(status=status)

    life = lives.live(world, f"refused-{status}", lives.SCENARIOS["parts"], at)
    assert (life.backwards, life.outcome, len(refused)) == (
        [],
        undisturbed["parts"].outcome,
        JOBS["parts"] - 1,
    )  # those of the parts


def test_the_login_is_not_accepted_where_a_job_is_made(world: lives.World, undisturbed: dict[str, lives.Life]):
    """401 comes and goes with the API server's own troubles: it is no refusal of the Job."""
    refused = set[str]()

    def at(call: wire.Call) -> wire.Fault | None:
        if call.method != "POST" or not call.path.split("?")[0].endswith(("/jobs", "/secrets")):
            return None
        made = f"{call.path}/{json.loads(call.sent)['metadata']['name']}"
        if made in refused:
            return None
        refused.add(made)
        return wire.Fault(status=401)

    life = lives.live(world, "no-login", lives.SCENARIOS["parts"], at)
    assert (life.backwards, life.outcome, len(refused)) == ([], undisturbed["parts"].outcome, JOBS["parts"] + 1)


def test_watches_that_are_given_up_end_the_process_soon(world: lives.World, tmp_path: Path):
    """kopf gives them up at an answer that it does not expect, here to the list of the pods; then it may never end by itself."""
    name = f"given-up-{next(_numbers)}"
    assert world.api.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})[0] == 201
    pods = f"/api/v1/namespaces/{name}/pods"
    operator = lives.Operator(
        world, name, tmp_path, lambda call: wire.Fault(status=422) if call.path.startswith(pods) else None, name="operator"
    )
    with operator.running():
        eventually(lambda: operator.proxy.faults, what=operator.told)
        eventually(lambda: operator.starts == 2, what=operator.told, seconds=process.END_SECONDS + 10)


@pytest.mark.large
@pytest.mark.parametrize("name", lives.SCENARIOS)
def test_killed_after_every_call(
    world: lives.World, undisturbed: dict[str, lives.Life], name: str, capsys: pytest.CaptureFixture
):
    points = sweep(world, undisturbed, name, itertools.count(1), lambda _: KILL)
    with capsys.disabled():
        print(f"\n{name}: killed after each of {points} calls; all {points} runs ended as the one that was not disturbed")
    assert points >= least(undisturbed[name])


REFUSED_FOR_GOOD = ("/jobs", "/secrets")
"""An answer of 422 ends the run there, as it should."""
TROUBLES: dict[str, Callable[[wire.Call], wire.Fault | None]] = {
    "409": lambda call: wire.Fault(status=409, done=call.method == "POST"),  # of a POST: what it asks for is there
    "422": lambda call: None if call.method == "POST" and call.path.endswith(REFUSED_FOR_GOOD) else wire.Fault(status=422),
    "429": lambda _: wire.Fault(status=429, headers={"Retry-After": "1"}),
    "500": lambda _: wire.Fault(status=500),
    "503": lambda _: wire.Fault(status=503),
    "410": lambda _: wire.Fault(status=410),
    "reset before": lambda _: wire.Fault(),
    "reset after": lambda _: wire.Fault(done=True),
    "silence": lambda _: wire.Fault(silent=True),
}


@pytest.mark.large
@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("name", lives.SCENARIOS)
def test_every_call_fails_once(
    world: lives.World, undisturbed: dict[str, lives.Life], name: str, trouble: str, capsys: pytest.CaptureFixture
):
    points = sweep(world, undisturbed, name, itertools.count(1), TROUBLES[trouble])
    with capsys.disabled():
        print(f"\n{name}: {trouble} at each of {points} calls; all ended as the one that was not disturbed")
    assert points >= least(undisturbed[name])


@pytest.mark.large
@pytest.mark.parametrize("name", lives.SCENARIOS)
def test_frozen_at_every_call_until_another_has_taken_over(
    world: lives.World, undisturbed: dict[str, lives.Life], name: str, capsys: pytest.CaptureFixture
):
    points = sweep(world, undisturbed, name, itertools.count(4), lambda _: wire.Fault(done=True, freeze=True), standby=True)
    with capsys.disabled():
        print(f"\n{name}: the lease was lost at each of {points} calls; all ended as the one that was not disturbed")
    assert points >= least(undisturbed[name]) - 4


def least(life: lives.Life) -> float:
    """So many calls a sweep must have hit, or it ended too soon. On a busy machine a life makes more calls than it must."""
    return min(life.calls * 0.8, 28)


def sweep(
    world: lives.World, undisturbed: dict[str, lives.Life], name: str, points: Iterable[int],
    fault: Callable[[wire.Call], wire.Fault | None], *, standby: bool = False,
) -> int:  # fmt: skip
    """Lives the scenario once for each point, until a life is over before it comes there. How many points there were."""
    expected, rest = undisturbed[name].outcome, iter(points)
    failures, beyond = list[str](), list[int]()

    def one(point: int) -> lives.Life:
        def at(call: wire.Call) -> wire.Fault | None:
            return fault(call) if call.number == point else None

        return lives.live(world, f"{name}-{next(_numbers)}", lives.SCENARIOS[name], at, standby=standby)

    def some(_: int) -> int:
        tried = 0
        for point in rest:
            try:
                life = one(point)
                assert life.backwards == [], life.hit
                assert life.outcome in allowed(expected, life), f"{life.hit}: {life.outcome}"
            except AssertionError as error:
                failures.append(f"point {point}: {error}")
                if len(failures) >= MOST_FAILURES:
                    break
                continue
            if life.hit is None:
                beyond.append(point)
            else:
                tried += 1
            if len(beyond) >= ENOUGH_BEYOND:
                break
        return tried

    with futures.ThreadPoolExecutor(AT_ONCE) as pool:
        tried = sum(pool.map(some, range(AT_ONCE)))
    assert not failures, "\n\n".join([*failures, f"undisturbed: {expected}"])
    return tried


def allowed(outcome: lives.Outcome, life: lives.Life) -> list[lives.Outcome]:
    """How the life may have ended."""
    hit = life.hit
    if hit is None or hit.status in (200, 201) or hit.method != "POST" or not hit.path.endswith("/events"):
        return [outcome]
    # An Event is a courtesy: nothing waits for it, and one that did not come through is not sent again.
    told = outcome.events
    return [outcome, *(dataclasses.replace(outcome, events=told[:at] + told[at + 1 :]) for at in range(len(told)))]
