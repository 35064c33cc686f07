"""Removing agents of Telepresence that came during a run: their entries in the ConfigMap by which its manager gives them."""

from __future__ import annotations

import asyncio
import contextlib
import datetime

from testrun.core import cleanup, model
from testrun.core.observed import Swept
from testrun.core.preflight import agents, telepresence
from testrun.kube import client
from testrun.kube.checks.reading import NoRight
from testrun.kube.checks.telepresence_look import TelepresenceLook


async def remove(
    before: agents.Before, run: model.RunRef, kube: client.Client, removed: set[str], now: datetime.datetime
) -> Swept:
    """Have the manager take them out of their pods, which it rolls out for that. ``removed`` takes the workloads."""
    found = agents.Removal()
    problem, passing = "", False
    try:
        async with asyncio.timeout(cleanup.OBJECTS_SECONDS):
            facts = await TelepresenceLook(before.check, run.namespace, kube).facts()
            found = agents.removal(before, facts, now)
            if found.go:
                with contextlib.suppress(client.NotFound):
                    entries = {"data": dict.fromkeys(found.go)}
                    await kube.patch(client.CONFIG_MAPS, telepresence.CONFIG_MAP, entries, run.namespace)
                removed.update(found.go)
    except NoRight as error:
        problem = f"{error}; {error.hint}"
    except client.ApiError as error:
        problem, passing = str(error), isinstance(error, client.Unavailable)
    except TimeoutError:
        problem, passing = f"there was more to do than {cleanup.OBJECTS_SECONDS} s allow", True
    if problem:
        problem = f"the agents of Telepresence that came during the run: {problem}"
    return Swept(
        agents=tuple(sorted(removed)), left="; ".join(filter(None, (found.left, problem))), passing=passing or found.passing
    )
