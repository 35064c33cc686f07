"""Removing what tests made: what is asked for, what is never touched, and what goes wrong."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest
from build import RUN

from testrun.api import names
from testrun.core import cleanup, model
from testrun.core.observed import Swept
from testrun.kube import client, objects

CONFIG_MAP = model.ObjectSelector(api_version="v1", kind="ConfigMap", labels={"app": "shop"})
GONE = client.NotFound(404, "NotFound", "gone")


def item(name: str, *, run: str = RUN.uid, uid: str = "", **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "uid": uid or f"uid-{name}", "labels": {names.LABEL_RUN_UID: run}} | metadata}


@dataclasses.dataclass
class Api:
    """An API server with config maps and nodes."""

    items: list[dict[str, Any]]
    more: bool = False
    listing: Exception | None = None
    deleting: dict[str, Exception] = dataclasses.field(default_factory=dict)
    slow: bool = False
    asked: list[str] = dataclasses.field(default_factory=list)
    deleted: list[tuple[str, str | None, str | None]] = dataclasses.field(default_factory=list)

    async def find(self, api_version: str, kind: str) -> tuple[client.Resource, bool] | None:
        known = {"ConfigMap": (client.CONFIG_MAPS, True), "Node": (client.Resource("v1", "nodes"), False)}
        return known.get(kind)

    async def list(self, _: client.Resource, namespace: str, *, labels: str, limit: int, metadata_only: bool) -> dict[str, Any]:
        assert (namespace, limit, metadata_only) == (RUN.namespace, cleanup.OBJECTS, True)
        self.asked.append(labels)
        if self.listing is not None:
            raise self.listing
        if self.slow:
            await asyncio.sleep(3600)
        return {"items": self.items, "metadata": {"continue": "x"} if self.more else {}}

    async def delete(self, _: client.Resource, name: str, namespace: str, *, uid: str) -> None:
        if name in self.deleting:
            raise self.deleting[name]
        self.deleted.append((name, namespace, uid))


async def sweep(api: Api, *selectors: model.ObjectSelector, removed: set[str] | None = None) -> Swept:
    kube: Any = api
    return await objects.delete(selectors or (CONFIG_MAP,), RUN, kube, set() if removed is None else removed)


async def test_what_has_the_runs_label_goes_by_its_uid() -> None:
    api = Api([item("a"), item("b")])
    assert await sweep(api) == Swept(removed=2)
    others = "app.kubernetes.io/managed-by notin (testrun-operator,tilt)"
    assert api.asked == [f"testing.ameide.io/run-uid={RUN.uid},{others},app=shop"]
    assert api.deleted == [("a", "shop", "uid-a"), ("b", "shop", "uid-b")]


@pytest.mark.parametrize(
    "other",
    [item("a", run="other"), item("a", labels={}), item("a", uid=RUN.uid), item("a", deletionTimestamp="2026-01-01T00:00:00Z")],
    ids=["another run's", "nobody's", "the run itself", "going already"],
)
async def test_nothing_else_does(other: dict[str, Any]) -> None:
    api = Api([other])
    assert (await sweep(api), api.deleted) == (Swept(), [])


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        pytest.param(Api([item("a")], deleting={"a": GONE}), Swept(removed=1), id="gone meanwhile"),
        pytest.param(
            Api([], listing=client.Forbidden(403, "Forbidden", "configmaps is forbidden")),
            Swept(
                left="v1 ConfigMap: configmaps is forbidden; "
                "let the operator list and delete configmaps (cleanup.resources of its chart)"
            ),
            id="may not list",
        ),
        pytest.param(
            Api([item("a"), item("b")], deleting={"a": client.Forbidden(403, "Forbidden", "no")}),
            Swept(
                removed=1, left="v1 ConfigMap: no; let the operator list and delete configmaps (cleanup.resources of its chart)"
            ),
            id="may not delete",
        ),
        pytest.param(
            Api([item("a"), item("b")], deleting={"a": client.Unavailable(500, "", "no answer")}),
            Swept(removed=1, left="v1 ConfigMap: no answer", passing=True),
            id="no answer",
        ),
        pytest.param(
            Api([item("a")], more=True),
            Swept(removed=1, left=f"v1 ConfigMap: there are more than {cleanup.OBJECTS}"),
            id="too many",
        ),
    ],
)
async def test_what_goes_wrong_is_told(api: Api, expected: Swept) -> None:
    assert await sweep(api) == expected


async def test_one_selectors_trouble_stops_no_other() -> None:
    api = Api([item("a")])
    node, nonsense = (model.ObjectSelector(api_version="v1", kind=kind) for kind in ("Node", "Nonsense"))
    assert await sweep(api, node, nonsense, CONFIG_MAP) == Swept(
        removed=1, left="v1 Node: only objects in namespaces can be selected; v1 Nonsense: the API server knows no such kind"
    )


async def test_it_takes_its_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleanup, "OBJECTS_SECONDS", 0.01)
    assert await sweep(Api([], slow=True)) == Swept(left="there was more to do than 0.01 s allow", passing=True)


async def test_the_count_grows_over_the_tries() -> None:
    removed: set[str] = set()
    await sweep(Api([item("a"), item("b")], deleting={"b": client.Unavailable(500, "", "no")}), removed=removed)
    assert await sweep(Api([item("b")]), removed=removed) == Swept(removed=2)
