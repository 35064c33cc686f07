"""A deleted run is let go within `DELETION_SECONDS` and one last try, whatever is broken."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from envtest import lives, wire

from testrun.core import plan
from testrun.envtest.control_plane import ApiServer
from testrun.envtest.processes import Process
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

pytestmark = pytest.mark.large
LAST_TRY_SECONDS = 30.0
SLACK_SECONDS = 30.0
"""For a machine with other things to do."""


@pytest.fixture
def world(apiserver: ApiServer, server: Process, key: Path, tmp_path: Path) -> Iterator[lives.World]:
    network = wire.Network()
    yield lives.World(apiserver, server, key, network, tmp_path)
    network.close()


def releases(call: wire.Call) -> bool:
    """The one write that lets the run go."""
    return call.method == "PATCH" and "/status" not in call.path and b"finalizers" in call.sent


def at_the_server(call: wire.Call) -> bool:
    return not call.path.startswith(("/api/", "/apis/"))


REFUSED, SILENT, RESET = wire.Fault(status=500), wire.Fault(silent=True), wire.Fault()
BROKEN: dict[str, wire.Choice] = {
    "no other write succeeds": lambda call: REFUSED if call.writes and not releases(call) else None,
    "the server does not answer": lambda call: SILENT if at_the_server(call) else None,
    "nothing but what lets it go": lambda call: RESET if not call.watches and not releases(call) else None,
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_deleted_run_is_let_go(world: lives.World, namespace: str, tmp_path: Path, broken: wire.Choice):
    begun = threading.Event()
    operator = lives.Operator(
        world, namespace, tmp_path, lambda call: broken(call) if begun.is_set() else None, name="operator", always=True
    )
    run = Run(world.api, world.server, namespace, "shop", seconds=60)
    with operator.running():
        run.create(shards=1)
        pod = lives.started(run, 0)
        pod.begins("adds")
        run.wait("Running")
        begun.set()
        run.delete()
        seconds = until(lambda: not run.get(), operator.told)
    assert seconds <= plan.DELETION_SECONDS + LAST_TRY_SECONDS + SLACK_SECONDS
    assert operator.starts == 1


def until(gone: Callable[[], bool], told: Callable[[], str]) -> float:
    began = time.monotonic()
    eventually(gone, what=told, seconds=plan.DELETION_SECONDS + LAST_TRY_SECONDS + SLACK_SECONDS)
    return time.monotonic() - began
