"""A running server for each test that wants one."""

from __future__ import annotations

import pathlib
from collections.abc import AsyncIterator

import pytest
from unit.web import pods


@pytest.fixture
async def server(tmp_path: pathlib.Path) -> AsyncIterator[pods.Server]:
    async with pods.running(tmp_path, reviewer=pods.Reviewer()) as running:
        yield running
