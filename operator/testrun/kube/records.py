"""Delivers the records of the phases before to the server: ConfigMaps are read, their bytes handed on as they are.

Nothing is parsed here: what people wrote is hostile, and this process may make Jobs. It also stays small: a file of any size is
either in a ConfigMap (1 MiB at most) or on the server already.
"""

from __future__ import annotations

import asyncio
import base64
from typing import Protocol

from testrun.core import model
from testrun.core.observed import Observed
from testrun.kube import client, evidence
from testrun.kube.cache import Body
from testrun.kube.observe import Memo

QUEUE_SECONDS = 10.0
"""How long one try waits for the records of other runs to be delivered."""


class Cluster(Protocol):
    async def get(self, resource: client.Resource, name: str, namespace: str | None = None) -> Body:
        """See `client.Client.get`."""


async def verify(seen: Observed, memo: Memo, kube: Cluster, server: evidence.EvidenceServer, *, last: bool) -> None:
    """Have the server look at the run's records, and remember what it said. ``last``: what is not there now does not come any
    more. Never raises for what may pass: that is remembered as well.
    """
    assert seen.spec is not None
    assert seen.spec.pre_steps is not None
    memo.records_absent = memo.records_error = ""
    try:
        async with asyncio.timeout(QUEUE_SECONDS):
            await server.deliveries.acquire()
    except TimeoutError:
        memo.records_error = "the server is busy with the records of other runs"
        return
    try:
        files = [await _delivered(record, seen.run.namespace, kube) for record in seen.spec.pre_steps.records]
        missing = [f"{each.phase}: {each.unavailable}" for each in files if each.unavailable]
        if missing and not last:
            memo.records_absent = "; ".join(missing)
            return
        asked = model.RecordsRequest(
            run=seen.run,
            revision=seen.spec.revision,
            required=seen.spec.pre_steps.required,
            records=tuple(files),
            last=last,
        )
        facts = (await server.verify(asked)).facts
    except (client.ApiError, evidence.ServerError) as error:
        memo.records_error = str(error)
        return
    finally:
        server.deliveries.release()
    absent = [each for each in facts if each.problem is model.RecordProblem.UNAVAILABLE]
    if absent and not last:
        memo.records_absent = "; ".join(f"{each.phase}: {each.text}" for each in absent)
        return
    memo.records = facts


async def _delivered(record: model.PhaseRecord, namespace: str, kube: Cluster) -> model.RecordFile:
    """The record's file as it goes to the server; says so when it is not there. Raises `ApiError` for everything else."""
    if not record.config_map:
        return model.RecordFile(phase=record.phase, sha256=record.sha256)
    try:
        body = await kube.get(client.CONFIG_MAPS, record.config_map, namespace)
    except client.NotFound:
        return _unavailable(record, f"ConfigMap {record.config_map} is not there")
    binary, data = body.get("binaryData") or {}, body.get("data") or {}
    if record.key in binary:
        return model.RecordFile(phase=record.phase, sha256=record.sha256, data=binary[record.key])
    if record.key in data:
        encoded = base64.b64encode(data[record.key].encode()).decode()
        return model.RecordFile(phase=record.phase, sha256=record.sha256, data=encoded)
    return _unavailable(record, f"ConfigMap {record.config_map} has no key {record.key}")


def _unavailable(record: model.PhaseRecord, why: str) -> model.RecordFile:
    return model.RecordFile(phase=record.phase, sha256=record.sha256, unavailable=why)
