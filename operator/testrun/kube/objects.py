"""Removing what the run's tests made. Nothing goes that does not have the run's uid as a label, in the run's own namespace."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from testrun.api import names
from testrun.core import cleanup, model
from testrun.core.observed import Swept
from testrun.kube import client

TILT = "tilt"
"""What Tilt applied says so in the same label."""
AT_ONCE = 10
"""Deletions under way at the same time."""


async def delete(selectors: Iterable[model.ObjectSelector], run: model.RunRef, kube: client.Client, removed: set[str]) -> Swept:
    """Tell all of them to go; what they own goes after them. ``removed`` takes their uids.

    One selector's trouble stops no other.
    """
    problems, passing = [], False
    try:
        async with asyncio.timeout(cleanup.OBJECTS_SECONDS):
            for selector in selectors:
                try:
                    problem = await _delete(selector, run, kube, removed)
                except client.ApiError as error:
                    problem = str(error)
                    passing = passing or isinstance(error, client.Unavailable)
                if problem:
                    problems.append(f"{selector.api_version} {selector.kind}: {problem}")
    except TimeoutError:
        problems.append(f"there was more to do than {cleanup.OBJECTS_SECONDS} s allow")
        passing = True
    return Swept(removed=len(removed), left="; ".join(problems), passing=passing)


def both(one: Swept, other: Swept) -> Swept:
    """What has become of two kinds of things."""
    return Swept(
        removed=one.removed + other.removed,
        agents=(*one.agents, *other.agents),
        left="; ".join(filter(None, (one.left, other.left))),
        passing=one.passing or other.passing,
    )


async def _delete(selector: model.ObjectSelector, run: model.RunRef, kube: client.Client, removed: set[str]) -> str:
    """Why some are left; empty when none is. Raises `ApiError` for what another try may mend."""
    found = await kube.find(selector.api_version, selector.kind)
    if found is None:
        return "the API server knows no such kind"
    resource, namespaced = found
    if not namespaced:
        return "only objects in namespaces can be selected"
    try:
        listed = await kube.list(
            resource, run.namespace, labels=_labels(selector, run), limit=cleanup.OBJECTS, metadata_only=True
        )
        going = [each["metadata"] for each in listed["items"] if _may_go(each["metadata"], run)]
        for error in await _delete_all(going, resource, run.namespace, kube, removed):
            raise error
    except client.Forbidden as error:
        return f"{error}; let the operator list and delete {resource.plural} (cleanup.resources of its chart)"
    return f"there are more than {cleanup.OBJECTS}" if listed["metadata"].get("continue") else ""


async def _delete_all(
    objects: Sequence[Mapping[str, Any]], resource: client.Resource, namespace: str, kube: client.Client, removed: set[str]
) -> list[BaseException]:
    """What went wrong."""
    places = asyncio.Semaphore(AT_ONCE)

    async def delete_one(metadata: Mapping[str, Any]) -> None:
        async with places:
            with contextlib.suppress(client.NotFound, client.Conflict):  # gone, or another object has its name
                await kube.delete(resource, metadata["name"], namespace, uid=metadata["uid"])
        removed.add(metadata["uid"])

    done = await asyncio.gather(*map(delete_one, objects), return_exceptions=True)
    return [each for each in done if each is not None]


def _labels(selector: model.ObjectSelector, run: model.RunRef) -> str:
    """All of them must hold. What the operator made for the run (it has the same label) is not for this to remove, and what Tilt
    applied is Tilt's.
    """
    more = [f"{key}={value}" for key, value in selector.labels.items()]
    return ",".join([names.selector(run), f"{names.LABEL_MANAGED_BY} notin ({names.MANAGER},{TILT})", *more])


def _may_go(metadata: Mapping[str, Any], run: model.RunRef) -> bool:
    """Checked again: a delete must not hang on how a server reads a selector. The TestRun itself is not its tests' work."""
    labels = metadata.get("labels") or {}
    return labels.get(names.LABEL_RUN_UID) == run.uid and metadata["uid"] != run.uid and "deletionTimestamp" not in metadata
