"""Records on their way to the server: what is read of ConfigMaps, what is handed on, and what is remembered."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest
from build import RUN, make_observed, make_spec

from testrun.core import model
from testrun.core.model import RecordFacts, RecordFile, RecordProblem
from testrun.kube import client, evidence, observe, records

SHA = "a" * 64
IN_MAP = model.PhaseRecord(phase="unit", sha256=SHA, config_map="unit", key="k")
UPLOADED = model.PhaseRecord(phase="policy", sha256="b" * 64)
GREEN = RecordFacts(phase="unit", counts=model.Counts(tests=1, passed=1))
NOT_UPLOADED = RecordFacts(phase="policy", problem=RecordProblem.UNAVAILABLE, text="no file was uploaded")


class Cluster:
    """One namespace of ConfigMaps. An error is raised for every name."""

    def __init__(self, *, error: client.ApiError | None = None, **maps: dict[str, Any]) -> None:
        self.maps = maps
        self.error = error

    async def get(self, resource: client.Resource, name: str, namespace: str | None = None) -> dict[str, Any]:
        assert (resource, namespace) == (client.CONFIG_MAPS, RUN.namespace)
        if self.error is not None:
            raise self.error
        if name not in self.maps:
            raise client.NotFound(404, "NotFound", "no")
        return self.maps[name]


class Server:
    """Answers always the same, and remembers what it was asked."""

    def __init__(self, *facts: RecordFacts, error: evidence.ServerError | None = None) -> None:
        self.deliveries = asyncio.Semaphore(1)
        self.asked: list[model.RecordsRequest] = []
        self.facts = facts
        self.error = error

    async def verify(self, request: model.RecordsRequest) -> model.RecordsAnswer:
        self.asked.append(request)
        if self.error is not None:
            raise self.error
        return model.RecordsAnswer(facts=self.facts)


async def verify(
    cluster: Cluster, server: Server, *told: model.PhaseRecord, last: bool = False, memo: observe.Memo | None = None
) -> observe.Memo:
    steps = model.PreSteps(required=("unit",), records=told)
    seen = make_observed(spec=make_spec(revision="7f3c2d1", pre_steps=steps))
    memo = memo or observe.Memo()
    await records.verify(seen, memo, cluster, server, last=last)  # type: ignore[arg-type]
    assert not server.deliveries.locked(), "the next run can be delivered"
    return memo


TEXT = base64.b64encode("é".encode()).decode()


@pytest.mark.parametrize(
    ("body", "data"),
    [({"data": {"k": "é"}}, TEXT), ({"binaryData": {"k": "H4sI"}}, "H4sI"), ({"data": {"k": ""}, "binaryData": {"x": "y"}}, "")],
    ids=["text", "bytes", "empty"],
)
async def test_the_bytes_are_handed_on_as_they_are(body: dict[str, Any], data: str) -> None:
    server = Server(GREEN)
    memo = await verify(Cluster(unit=body), server, IN_MAP)
    assert (memo.records, memo.records_absent, memo.records_error) == ((GREEN,), "", "")
    assert server.asked == [
        model.RecordsRequest(
            run=RUN, revision="7f3c2d1", required=("unit",), records=(RecordFile(phase="unit", sha256=SHA, data=data),)
        )
    ]


async def test_an_upload_is_named_by_its_digest_alone() -> None:
    server = Server(GREEN)
    await verify(Cluster(), server, UPLOADED)
    assert server.asked[0].records == (RecordFile(phase="policy", sha256="b" * 64),)


ABSENT = {
    "no ConfigMap": (Cluster(), "unit: ConfigMap unit is not there"),
    "no key": (Cluster(unit={"data": {"other": "x"}}), "unit: ConfigMap unit has no key k"),
}


@pytest.mark.parametrize(("cluster", "why"), ABSENT.values(), ids=ABSENT)
async def test_what_is_not_there_is_waited_for_without_asking_the_server(cluster: Cluster, why: str) -> None:
    server = Server(GREEN)
    memo = await verify(cluster, server, IN_MAP)
    assert (memo.records, memo.records_absent, server.asked) == (None, why, [])


async def test_in_the_end_the_server_is_told_that_it_is_not_there() -> None:
    server = Server(GREEN)
    memo = await verify(Cluster(), server, IN_MAP, last=True)
    assert memo.records == (GREEN,)
    (asked,) = server.asked
    assert asked.last
    assert asked.records == (RecordFile(phase="unit", sha256=SHA, unavailable="ConfigMap unit is not there"),)


async def test_an_upload_that_is_not_there_is_waited_for() -> None:
    memo = await verify(Cluster(), Server(NOT_UPLOADED), UPLOADED)
    assert (memo.records, memo.records_absent) == (None, "policy: no file was uploaded")
    memo = await verify(Cluster(), Server(NOT_UPLOADED), UPLOADED, last=True, memo=memo)
    assert (memo.records, memo.records_absent) == ((NOT_UPLOADED,), "")


TROUBLE = {
    "a ConfigMap that may not be read": (
        Cluster(error=client.Forbidden(403, "Forbidden", "cannot get configmaps")),
        Server(GREEN),
    ),
    "an API server in trouble": (Cluster(error=client.Unavailable(503, "", "cannot get configmaps")), Server(GREEN)),
    "a server in trouble": (Cluster(unit={"data": {"k": ""}}), Server(error=evidence.ServerError("cannot get configmaps"))),
}


@pytest.mark.parametrize(("cluster", "server"), TROUBLE.values(), ids=TROUBLE)
async def test_trouble_is_remembered_until_it_is_over(cluster: Cluster, server: Server) -> None:
    memo = await verify(cluster, server, IN_MAP)
    assert (memo.records, memo.records_absent, memo.records_error) == (None, "", "cannot get configmaps")
    memo = await verify(Cluster(unit={"data": {"k": ""}}), Server(GREEN), IN_MAP, memo=memo)
    assert (memo.records, memo.records_error) == ((GREEN,), "")


async def test_many_runs_do_not_hold_their_records_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "QUEUE_SECONDS", 0.01)
    server, memo = Server(GREEN), observe.Memo()
    await server.deliveries.acquire()
    seen = make_observed(spec=make_spec(pre_steps=model.PreSteps(records=(UPLOADED,))))
    await records.verify(seen, memo, Cluster(), server, last=False)  # type: ignore[arg-type]
    assert (memo.records_error, server.asked) == ("the server is busy with the records of other runs", [])
