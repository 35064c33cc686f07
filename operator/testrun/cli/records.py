"""The evidence of phases 0 to 2 on its way into a TestRun: in ConfigMaps where it is small, else through the evidence server."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import gzip
import hashlib
import pathlib
from collections.abc import Mapping, Sequence

from testrun.api import names
from testrun.cli import cluster, evidence, text
from testrun.cli.command import Problem
from testrun.core import model
from testrun.core.phases import Phase
from testrun.kube import client as kube

KEY = "junit.xml.gz"
CONFIG_MAP_BYTES = 1_000_000
"""Of the compressed file: a ConfigMap holds 1 MiB, its names included (validation.MaxSecretSize of Kubernetes)."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Record:
    """The JUnit of a phase that ran here."""

    phase: Phase
    data: bytes
    """The file, compressed; the same file gives the same bytes."""
    seconds: float

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def small(self) -> bool:
        return len(self.data) <= CONFIG_MAP_BYTES


def read(phase: Phase, junit: pathlib.Path, seconds: float) -> Record:
    """The record of a JUnit file on the disk. Raises ``OSError``."""
    return Record(phase=phase, data=gzip.compress(junit.read_bytes(), mtime=0), seconds=seconds)


def config_map_name(run: str, phase: Phase) -> str:
    return f"{run}-{phase}"


def steps(run: str, records: Sequence[Record], *, required: Sequence[Phase], max_age_seconds: int) -> dict[str, object]:
    """``spec.preSteps`` of the TestRun ``run``."""
    return {
        "required": [str(each) for each in required],
        "maxAgeSeconds": max_age_seconds,
        "records": [
            {
                "phase": str(each.phase),
                "durationSeconds": round(each.seconds, 3),
                "junit": {"sha256": each.sha256, **_source(run, each)},
            }
            for each in records
        ],
    }


def _source(run: str, record: Record) -> Mapping[str, str]:
    if record.small:
        return {"configMap": config_map_name(run, record.phase), "key": KEY}
    return {"artifact": record.sha256}


async def deliver(there: cluster.Cluster, server: evidence.Server, run: str, records: Sequence[Record]) -> list[str]:
    """Put the records where the TestRun says they are; the names of the ConfigMaps made. Raises `kube.ApiError`, `Problem`."""
    made: list[str] = []
    try:
        for record in records:
            if record.small:
                await there.client.create(kube.CONFIG_MAPS, _config_map(run, record), there.namespace)
                made.append(config_map_name(run, record.phase))
            else:
                await _upload(there, server, record)
    except BaseException:
        await withdraw(there, made)
        raise
    return made


async def _upload(there: cluster.Cluster, server: evidence.Server, record: Record) -> None:
    try:
        await server.upload(there.namespace, record.sha256, record.data)
    except evidence.NotAllowed as error:
        hint = f"log in with the token of somebody who may create testruns in {there.namespace}"
        what = f"the JUnit of phase {record.phase} is too large for a ConfigMap ({text.size(len(record.data))})"
        raise Problem(f"{what}, and may not be uploaded: {error.message}", hint) from error


async def belong(there: cluster.Cluster, config_maps: Sequence[str], run: model.RunRef) -> None:
    """Make the ConfigMaps the TestRun's own: they go when it goes."""
    owner = {"apiVersion": names.API_VERSION, "kind": names.KIND, "name": run.name, "uid": run.uid}
    for name in config_maps:
        with contextlib.suppress(kube.ApiError):  # one that stays behind does no harm
            await there.client.patch(kube.CONFIG_MAPS, name, {"metadata": {"ownerReferences": [owner]}}, there.namespace)


async def withdraw(there: cluster.Cluster, config_maps: Sequence[str]) -> None:
    """Remove ConfigMaps of a TestRun that was not made."""
    for name in config_maps:
        with contextlib.suppress(kube.ApiError):
            await there.client.delete(kube.CONFIG_MAPS, name, there.namespace)


def _config_map(run: str, record: Record) -> kube.Body:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": config_map_name(run, record.phase), "labels": {names.LABEL_MANAGED_BY: "ameide"}},
        "immutable": True,
        "binaryData": {KEY: base64.b64encode(record.data).decode()},
    }
