"""Whatever call the operator is killed after, and whichever of its calls goes wrong: the run ends as if nothing had happened."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path

import pytest
from envtest import envtest, lives, wire
from envtest.processes import Process

AT_ONCE = 4
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world(
    apiserver: envtest.ApiServer, server: Process, key: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[lives.World]:
    network = wire.Network()
    yield lives.World(apiserver, server, key, network, tmp_path_factory.mktemp("lives"))
    network.close()


@pytest.fixture(scope="module")
def undisturbed(world: lives.World) -> dict[str, lives.Life]:
    """Each scenario as it goes when nothing goes wrong."""
    return {name: lives.live(world, f"undisturbed-{name}", scenario) for name, scenario in lives.SCENARIOS.items()}


def at(number: int, fault: wire.Fault) -> wire.Choice:
    return lambda call: fault if call.number == number else None


KILL = wire.Fault(done=True, kill=True)


@pytest.mark.parametrize("name", lives.SCENARIOS)
def test_a_life_without_trouble(undisturbed: dict[str, lives.Life], name: str):
    life = undisturbed[name]
    assert (life.backwards, life.outcome.jobs_made, life.outcome.left) == ([], 1, [])


@pytest.mark.parametrize("name", lives.SCENARIOS)
def test_killed_at_some_calls(world: lives.World, undisturbed: dict[str, lives.Life], name: str):
    calls = undisturbed[name].calls
    assert sweep(world, undisturbed, name, range(3, calls, max(1, calls // 6)), lambda _: KILL) >= 5


@pytest.mark.large
@pytest.mark.parametrize("name", lives.SCENARIOS)
def test_killed_after_every_call(
    world: lives.World, undisturbed: dict[str, lives.Life], name: str, capsys: pytest.CaptureFixture
):
    points = sweep(world, undisturbed, name, itertools.count(1), lambda _: KILL)
    with capsys.disabled():
        print(f"\n{name}: killed after each of {points} calls; all {points} runs ended as the one that was not disturbed")
    assert points >= undisturbed[name].calls * 0.8


def sweep(
    world: lives.World, undisturbed: dict[str, lives.Life], name: str, points: Iterator[int] | range,
    fault: Callable[[int], wire.Fault],
) -> int:  # fmt: skip
    """Lives the scenario once for each point, until a life is over before it comes there. How many points there were."""
    tried = 0

    def one(point: int) -> lives.Life:
        return lives.live(world, f"{name}-{next(_numbers)}", lives.SCENARIOS[name], at(point, fault(point)))

    with futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for batch in itertools.batched(points, AT_ONCE) if hasattr(itertools, "batched") else _batched(points, AT_ONCE):
            found = list(pool.map(one, batch))
            for life in found:
                assert life.backwards == [], life.hit
                assert life.outcome == undisturbed[name].outcome, life.hit
            tried += sum(life.hit is not None for life in found)
            if all(life.hit is None for life in found):
                break
    return tried


def _batched(points: Iterator[int] | range, size: int) -> Iterator[tuple[int, ...]]:
    rest = iter(points)
    while batch := tuple(itertools.islice(rest, size)):
        yield batch
