"""A survey ends when it is closed, whatever comes in at the same moment."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from typing import Any

import pytest
from build import NOW, RUN, make_spec

from testrun.core.preflight.checks import Check, ResourceCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.kube import client
from testrun.kube.checks import looks, survey
from testrun.kube.checks.reading import Watched

TURNS = range(8)
"""Of the event loop, between a change and the end: as many as it takes from the watch to the look, and more."""


class Kube:
    """A watch that tells of one change, once that has happened."""

    def __init__(self) -> None:
        self.change = asyncio.Event()

    async def list(self, *_: Any, **__: Any) -> client.Body:
        return {"metadata": {"resourceVersion": "1"}}

    async def watch(self, *_: Any, **__: Any) -> AsyncIterator[client.Body]:
        await self.change.wait()
        yield {}
        await asyncio.Event().wait()


class Look:
    poll_seconds = 600.0
    watched = (Watched(client.JOBS, RUN.namespace),)

    def __init__(self) -> None:
        self.looked = asyncio.Event()

    async def look(self, now: datetime.datetime) -> Finding:
        self.looked.set()
        return Finding(Readiness.NOT_READY, saw="nothing", wanted="something")


@pytest.mark.parametrize("turns", TURNS)
async def test_closed_while_a_change_comes_in(turns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    look, kube = Look(), Kube()
    monkeypatch.setattr(looks, "of", lambda *_: look)
    monkeypatch.setattr(survey, "SPACING_SECONDS", 0)
    one = survey.Survey(
        [Check("it", ResourceCheck("v1", "ConfigMap", "shop"))], RUN, make_spec(), kube, lambda: NOW, lambda: None
    )
    for _ in range(2):  # the second look is for the list that begins the watch
        await look.looked.wait()
        look.looked.clear()
    for _ in TURNS:
        await asyncio.sleep(0)
    kube.change.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await one.close()
