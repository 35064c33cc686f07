"""``core.status.Status`` <-> the ``status`` of a TestRun body, both ways, field by field as the CRD names them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from testrun.core import model
from testrun.core import status as core

Body = dict[str, Any]
_CONDITIONS = frozenset(map(str, core.ConditionType))
E2E = "e2e"
_COUNTS = ("tests", "passed", "failed", "errored", "skipped", "flaky")


def to_body(status: core.Status) -> Body:
    """The JSON of a status. Empty fields are left out."""
    return _lean(
        {
            "observedGeneration": status.observed_generation,
            "state": str(status.state),
            "conditions": [_condition(each) for each in status.conditions],
            "startTime": _time(status.start_time),
            "deadlineTime": _time(status.deadline_time),
            "completionTime": _time(status.completion_time),
            "waiting": None if status.waiting is None else _waiting(status.waiting),
            "job": status.job,
            "summary": None if status.summary is None else _counts(status.summary),
            "phases": _phases(status),
            "preflight": [_check(each) for each in status.preflight],
            "hooks": [_check(each) for each in status.hooks],
            "shards": [_shard(each) for each in status.shards],
            "failures": [_failure(each) for each in status.failures],
            "junit": status.junit,
            "artifacts": None if status.artifacts is None else _artifacts(status.artifacts),
        }
    )


def from_body(body: Mapping[str, Any] | None) -> core.Status | None:
    """The status of a TestRun body; None when the operator has not written one yet."""
    if not body or "state" not in body:
        return None
    artifacts, waiting, summary = body.get("artifacts"), body.get("waiting"), body.get("summary")
    return core.Status(
        observed_generation=body.get("observedGeneration", 0),
        state=model.State(body["state"]),
        conditions=tuple(
            core.Condition(
                type=core.ConditionType(each["type"]),
                status=each["status"],
                reason=each["reason"],
                message=each.get("message", ""),
                last_transition_time=_parsed(each["lastTransitionTime"]),
                observed_generation=each.get("observedGeneration", 0),
            )
            for each in body.get("conditions") or ()
            if each["type"] in _CONDITIONS  # others, of a newer version or another tool, are not ours to read
        ),
        start_time=_optional(body.get("startTime")),
        deadline_time=_optional(body.get("deadlineTime")),
        completion_time=_optional(body.get("completionTime")),
        waiting=None
        if not waiting
        else core.Waiting(
            reason=waiting["reason"],
            message=waiting.get("message", ""),
            since=_parsed(waiting["since"]),
            deadline=_parsed(waiting["deadline"]),
        ),
        job=body.get("job", ""),
        summary=_counts_from(summary) if summary else None,
        phases=tuple(_phase_from(each) for each in body.get("phases") or () if each["phase"] != E2E),
        preflight=_checks_from(body, "preflight"),
        hooks=_checks_from(body, "hooks"),
        phase_duration=next((each.get("durationSeconds") for each in body.get("phases") or () if each["phase"] == E2E), None),
        shards=tuple(
            core.ShardStatus(
                index=each["index"],
                result=each.get("result", ""),
                counts=_counts_from(each),
                attempts=each.get("attempts", 0),
                node=each.get("node", ""),
                exit_code=each.get("exitCode"),
                duration=each.get("durationSeconds"),
                message=each.get("message", ""),
            )
            for each in body.get("shards") or ()
        ),
        failures=tuple(
            model.Failure(
                name=each["name"],
                file=each.get("file", ""),
                project=each.get("project", ""),
                shard=each.get("shard", 0),
                message=each.get("message", ""),
                trace=each.get("trace", ""),
            )
            for each in body.get("failures") or ()
        ),
        junit=body.get("junit", ""),
        artifacts=None
        if not artifacts
        else core.Artifacts(
            path=artifacts["path"],
            url=artifacts.get("url", ""),
            report=artifacts.get("report", ""),
            manifest_sha256=artifacts.get("manifestSha256", ""),
            junit=model.FileRef(**artifacts["junit"]) if artifacts.get("junit") else None,
        ),
    )


def _condition(each: core.Condition) -> Body:
    return {
        "type": str(each.type),
        "status": each.status,
        "reason": each.reason,
        "message": each.message,
        "lastTransitionTime": _time(each.last_transition_time),
        "observedGeneration": each.observed_generation,
    }


def _waiting(each: core.Waiting) -> Body:
    return {"reason": each.reason, "message": each.message, "since": _time(each.since), "deadline": _time(each.deadline)}


def _shard(each: core.ShardStatus) -> Body:
    return _lean(
        {
            "index": each.index,
            "result": each.result,
            **_counts(each.counts),
            "attempts": each.attempts,
            "node": each.node,
            "exitCode": each.exit_code,
            "durationSeconds": each.duration,
            "message": each.message,
        }
    )


def _failure(each: model.Failure) -> Body:
    return _lean(
        {
            "name": each.name,
            "file": each.file,
            "project": each.project,
            "shard": each.shard,
            "message": each.message,
            "trace": each.trace,
        }
    )


def _artifacts(each: core.Artifacts) -> Body:
    return _lean(
        {
            "path": each.path,
            "url": each.url,
            "junit": _file(each.junit),
            "report": each.report,
            "manifestSha256": each.manifest_sha256,
        }
    )


def _phases(status: core.Status) -> list[Body]:
    """One entry for each phase asked for: those that ran elsewhere, then ours, which has no result while it runs."""
    before = [_phase(each) for each in status.phases]
    if status.verdict is None:
        return [*before, {"phase": E2E}] if before else []
    phase = {
        "phase": E2E,
        "result": str(status.verdict),
        **_counts(status.summary or model.Counts()),
        "durationSeconds": status.phase_duration,
        "junit": _file(status.artifacts.junit) if status.artifacts is not None else None,
    }
    return [*before, _lean(phase)]


def _check(each: model.CheckResult) -> Body:
    return _lean(
        {
            "name": each.name,
            "ready": each.ready,
            "message": each.message,
            "output": each.output,
            "durationSeconds": each.duration,
        }
    ) | ({} if each.agents is None else {"agents": list(each.agents)})


def _checks_from(body: Mapping[str, Any], field: str) -> tuple[model.CheckResult, ...]:
    return tuple(
        model.CheckResult(
            name=each["name"],
            ready=each["ready"],
            message=each.get("message", ""),
            output=each.get("output", ""),
            duration=each.get("durationSeconds"),
            agents=tuple(each["agents"]) if each.get("agents") is not None else None,
        )
        for each in body.get(field) or ()
    )


def _phase(each: model.PhaseResult) -> Body:
    return _lean(
        {
            "phase": each.phase,
            "result": str(each.result),
            "message": each.message,
            **_counts(each.counts),
            "durationSeconds": each.duration,
            "junit": _file(each.junit),
        }
    )


def _phase_from(body: Mapping[str, Any]) -> model.PhaseResult:
    return model.PhaseResult(
        phase=body["phase"],
        result=model.Verdict(body["result"]),
        counts=_counts_from(body),
        duration=body.get("durationSeconds"),
        junit=model.FileRef(**body["junit"]) if body.get("junit") else None,
        message=body.get("message", ""),
    )


def _counts(counts: model.Counts) -> Body:
    return {name: getattr(counts, name) for name in _COUNTS}


def _counts_from(body: Mapping[str, Any]) -> model.Counts:
    return model.Counts(**{name: body.get(name, 0) for name in _COUNTS})


def _file(file: model.FileRef | None) -> Body | None:
    return None if file is None else {"path": file.path, "bytes": file.bytes, "sha256": file.sha256}


def _lean(body: Body) -> Body:
    return {key: value for key, value in body.items() if value is not None and value != "" and value != []}


def _time(moment: datetime.datetime | None) -> str | None:
    """RFC 3339 with microseconds (metav1.MicroTime): a deadline must read back as it was written."""
    return None if moment is None else moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _parsed(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _optional(text: str | None) -> datetime.datetime | None:
    return None if text is None else _parsed(text)
