"""One operator at a time: a ``coordination.k8s.io/Lease``, as kube-controller-manager and controller-runtime hold it.

The holder renews; when it cannot for ``RENEW_SECONDS`` it stops being the operator before anyone else may start (the others
wait until ``LEASE_SECONDS`` after the last renewal that they saw, on their own clock).
"""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Callable
from typing import Any

from testrun.kube import client

logger = logging.getLogger(__name__)

LEASE_SECONDS = 15
RENEW_SECONDS = 10
FENCE_SECONDS = 13
"""So long after it last renewed this process writes nothing more: it may have stood still, and another may be the operator."""
RETRY_SECONDS = 2


class LeaseLost(Exception):
    """It could not be renewed in time, or another holds it: this process must not act any more."""


class Lease:
    """``identity`` must be the same for a process that is started again in the same pod: it may then go on at once."""

    def __init__(
        self, kube: client.Client, namespace: str, name: str, identity: str, clock: Callable[[], datetime.datetime]
    ) -> None:
        self._kube, self._namespace, self._name, self._identity, self._clock = kube, namespace, name, identity, clock
        self._seen: tuple[str, float] | None = None
        """The resource version seen last, and when on our own clock."""
        self._renewed = 0.0
        """On our own clock: when the last renewal that was written was begun."""

    def fence(self) -> None:
        """Raises `Unavailable` when another may hold the lease by now. `hold` finds out as well, but a process that was stopped
        may be on its way to a write when it goes on.
        """
        age = asyncio.get_running_loop().time() - self._renewed
        if age >= FENCE_SECONDS:
            raise client.Unavailable(0, "LeaseLost", f"the lease was last renewed {age:.0f} s ago: another may hold it by now")

    async def acquire(self) -> None:
        """Wait until the lease is ours."""
        told = False
        while True:
            began = asyncio.get_running_loop().time()
            try:
                if await self._try():
                    self._renewed = began
                    logger.info("lease acquired", extra={"lease": self._name, "holder": self._identity})
                    return
            except client.ApiError as error:
                logger.warning("the lease cannot be had: %s", error)
            if not told:
                logger.info("waiting for the lease", extra={"lease": self._name})
                told = True
            await asyncio.sleep(RETRY_SECONDS)

    async def hold(self) -> None:
        """Renew without end. Raises `LeaseLost`."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            began = loop.time()  # the others count from when the renewal was written, not from when we heard of it
            try:
                async with asyncio.timeout(max(0.1, self._renewed + RENEW_SECONDS - loop.time())):
                    if not await self._try():
                        raise LeaseLost("another operator holds the lease")
                self._renewed = began
            except (client.ApiError, TimeoutError) as error:
                logger.warning("the lease was not renewed: %s", error or "no answer")
                if loop.time() - self._renewed >= RENEW_SECONDS:
                    raise LeaseLost(f"the lease could not be renewed for {RENEW_SECONDS} s") from error

    async def release(self) -> None:
        """Let the next one start at once."""
        try:
            body = await self._kube.get(client.LEASES, self._name, self._namespace)
            if body["spec"].get("holderIdentity") == self._identity:
                body["spec"]["holderIdentity"] = ""
                await self._kube.replace(client.LEASES, self._name, body, self._namespace)
        except client.ApiError as error:
            logger.warning("the lease was not released: %s", error)

    async def _try(self) -> bool:
        try:
            body = await self._kube.get(client.LEASES, self._name, self._namespace)
        except client.NotFound:
            body = {
                "apiVersion": "coordination.k8s.io/v1",
                "kind": "Lease",
                "metadata": {"name": self._name},
                "spec": self._spec({}),
            }
            try:
                await self._kube.create(client.LEASES, body, self._namespace)
            except client.Conflict:
                return False
            return True
        holder = body["spec"].get("holderIdentity")
        if holder not in ("", None, self._identity) and not self._expired(body):
            return False
        body["spec"] = self._spec(body["spec"])
        try:
            await self._kube.replace(client.LEASES, self._name, body, self._namespace)
        except client.Conflict:
            return False
        return True

    def _expired(self, body: client.Body) -> bool:
        """Not renewed for its whole time, measured by our own clock from when we first saw this version: clocks of nodes
        differ.
        """
        now = asyncio.get_running_loop().time()
        version = body["metadata"]["resourceVersion"]
        if self._seen is None or self._seen[0] != version:
            self._seen = (version, now)
        return now - self._seen[1] >= (body["spec"].get("leaseDurationSeconds") or LEASE_SECONDS)

    def _spec(self, old: dict[str, Any]) -> dict[str, Any]:
        now = self._clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        same = old.get("holderIdentity") == self._identity
        return {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": LEASE_SECONDS,
            "acquireTime": old.get("acquireTime") if same else now,
            "renewTime": now,
            "leaseTransitions": old.get("leaseTransitions", 0) + (0 if same else 1),
        }
