"""The tasks of a process end when it is told to, whatever comes in at the same moment."""

from __future__ import annotations

import asyncio
import types
from typing import Any

import pytest
from build import NOW, RUN

from testrun.kube import client, metrics, worker
from testrun.kube.cache import Cache

TURNS = range(8)
"""Of the event loop, between a change and the end: as many as it takes until the change is seen, and more."""


class Waiting(worker.Workers):
    """A run that has nothing to do until something changes, or for a long time."""

    async def _steps(self, *_: object) -> float:
        return 600.0

    def _at_rest(self, _: object) -> bool:
        return False


class Hanging(Waiting):
    """Its first step never ends."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.steps = 0
        self.goes_on = asyncio.Event()

    async def _steps(self, *_: object) -> float:
        self.steps += 1
        if self.steps == 1:
            await asyncio.Event().wait()
        self.goes_on.set()
        return 600.0


def body() -> client.Body:
    metadata = {"namespace": RUN.namespace, "name": RUN.name, "uid": RUN.uid, "resourceVersion": "1"}
    return {"metadata": metadata, "spec": {"playwright": {"image": "e2e:1"}}}


def faults() -> float:
    return metrics.FAULTS.collect()[0].samples[0].value


@pytest.mark.parametrize("turns", TURNS)
async def test_stopped_while_a_change_comes_in(turns: int) -> None:
    workers = Waiting(Cache(), types.SimpleNamespace(clock=lambda: NOW))
    workers.run_changed(body())
    for _ in TURNS:
        await asyncio.sleep(0)
    workers.run_changed(body())
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await workers.stop()
    assert workers.active == 0


async def test_a_step_that_never_ends_is_a_fault_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "STEPS_SECONDS", 0.01)
    monkeypatch.setattr(worker, "BACKOFF_SECONDS", (0,))
    before = faults()
    workers = Hanging(Cache(), types.SimpleNamespace(clock=lambda: NOW))
    workers.run_changed(body())
    async with asyncio.timeout(5):
        await workers.goes_on.wait()
    await workers.stop()
    assert faults() - before == 1
