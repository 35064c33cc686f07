"""A TestRun as the command line sees it, read from whatever the API server sent.

Forgiving where the operator is strict: a field that is missing, or a word that a newer operator writes, must not stop a person
from seeing the rest. Pure. Texts are as sent; `view` makes them safe to print.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

from testrun.core import model

NONE = model.Counts()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Condition:
    type: str
    status: str
    reason: str = ""
    message: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Phase:
    phase: str
    result: str = ""
    """Empty while it runs."""
    counts: model.Counts = NONE
    duration: float | None = None
    message: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shard:
    index: int
    result: str = ""
    """Empty while it runs."""
    counts: model.Counts = NONE
    attempts: int = 0
    node: str = ""
    duration: float | None = None
    message: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Failure:
    name: str
    file: str = ""
    project: str = ""
    shard: int = 0
    message: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    namespace: str
    name: str
    generate_name: str = ""
    uid: str = ""
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    annotations: Mapping[str, str] = dataclasses.field(default_factory=dict)
    created: datetime.datetime | None = None
    deleting: bool = False
    image: str = ""
    revision: str = ""
    shards_wanted: int = 1
    observed: bool = False
    """An operator has seen this run."""
    state: str = ""
    """Empty until an operator has seen it."""
    conditions: tuple[Condition, ...] = ()
    started: datetime.datetime | None = None
    completed: datetime.datetime | None = None
    waiting_reason: str = ""
    waiting_message: str = ""
    waiting_deadline: datetime.datetime | None = None
    counts: model.Counts | None = None
    phases: tuple[Phase, ...] = ()
    shards: tuple[Shard, ...] = ()
    failures: tuple[Failure, ...] = ()
    junit: str = ""
    manifest_sha256: str = ""

    @property
    def ref(self) -> model.RunRef:
        return model.RunRef(namespace=self.namespace, name=self.name, uid=self.uid)

    @property
    def verdict(self) -> str:
        """The reason of the Succeeded condition once it is decided, else empty."""
        succeeded = self.condition("Succeeded")
        return succeeded.reason if succeeded is not None and succeeded.status in ("True", "False") else ""

    @property
    def finished(self) -> bool:
        return bool(self.verdict)

    @property
    def message(self) -> str:
        succeeded = self.condition("Succeeded")
        return succeeded.message if succeeded is not None else ""

    def condition(self, kind: str) -> Condition | None:
        return next((condition for condition in self.conditions if condition.type == kind), None)


def read(body: Mapping[str, Any]) -> Run:
    """The run of a TestRun's body. Never raises for what is missing or of another type: that is left out."""
    metadata, spec, status = _map(body.get("metadata")), _map(body.get("spec")), _map(body.get("status"))
    playwright, waiting, artifacts = _map(spec.get("playwright")), _map(status.get("waiting")), _map(status.get("artifacts"))
    return Run(
        namespace=_text(metadata, "namespace"),
        name=_text(metadata, "name"),
        generate_name=_text(metadata, "generateName"),
        uid=_text(metadata, "uid"),
        labels=_texts(metadata.get("labels")),
        annotations=_texts(metadata.get("annotations")),
        created=_time(metadata, "creationTimestamp"),
        deleting=bool(metadata.get("deletionTimestamp")),
        image=_text(playwright, "image"),
        revision=_text(spec, "revision"),
        shards_wanted=_int(playwright, "shards", 1),
        observed="observedGeneration" in status,
        state=_text(status, "state"),
        conditions=tuple(
            Condition(type=_text(c, "type"), status=_text(c, "status"), reason=_text(c, "reason"), message=_text(c, "message"))
            for c in _maps(status.get("conditions"))
        ),
        started=_time(status, "startTime"),
        completed=_time(status, "completionTime"),
        waiting_reason=_text(waiting, "reason"),
        waiting_message=_text(waiting, "message"),
        waiting_deadline=_time(waiting, "deadline"),
        counts=_counts(status["summary"]) if isinstance(status.get("summary"), Mapping) else None,
        phases=tuple(
            Phase(
                phase=_text(p, "phase"), result=_text(p, "result"), counts=_counts(p), duration=_seconds(p),
                message=_text(p, "message"),
            )
            for p in _maps(status.get("phases"))
        ),
        shards=tuple(_shard(s) for s in _maps(status.get("shards"))),
        failures=tuple(
            Failure(
                name=_text(f, "name"), file=_text(f, "file"), project=_text(f, "project"), shard=_int(f, "shard"),
                message=_text(f, "message"),
            )
            for f in _maps(status.get("failures"))
        ),
        junit=_text(status, "junit"),
        manifest_sha256=_text(artifacts, "manifestSha256"),
    )  # fmt: skip


def _shard(shard: Mapping[str, Any]) -> Shard:
    return Shard(
        index=_int(shard, "index"),
        result=_text(shard, "result"),
        counts=_counts(shard),
        attempts=_int(shard, "attempts"),
        node=_text(shard, "node"),
        duration=_seconds(shard),
        message=_text(shard, "message"),
    )


def _counts(body: Mapping[str, Any]) -> model.Counts:
    return model.Counts(**{field.name: _int(body, field.name) for field in dataclasses.fields(model.Counts)})


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _texts(value: object) -> dict[str, str]:
    return {key: each for key, each in _map(value).items() if isinstance(key, str) and isinstance(each, str)}


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""


def _int(body: Mapping[str, Any], key: str, default: int = 0) -> int:
    value = body.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _seconds(body: Mapping[str, Any]) -> float | None:
    value = body.get("durationSeconds")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _time(body: Mapping[str, Any], key: str) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.fromisoformat(_text(body, key))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)
