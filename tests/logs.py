"""Builders of pods' logs, as the shim and the reporter write them (docs/protocol.md §2)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from build import NOW, RUN, at

from testrun.core import ledger, model

T0 = int(NOW.timestamp() * 1000)


def line(type_: str, **fields: Any) -> bytes:
    return json.dumps({"type": type_, **fields}).encode() + b"\n"


@dataclasses.dataclass(frozen=True)
class Test:
    """A planned test and how each of its attempts went; an attempt ``running`` starts and never ends."""

    __test__ = False

    title: str
    attempts: tuple[Any, ...] = ()
    planned: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"id-{self.planned.get('project', '')}-{self.title}"


def a(title: str, *attempts: Any, **planned: Any) -> Test:
    """A test; each attempt is Playwright's word for its status, or a dict of fields of its ``end`` line."""
    return Test(title, attempts, planned)


def failing(message: str = "Error: expect(locator).toBeVisible() failed", **fields: Any) -> dict[str, Any]:
    """An attempt that failed with this message."""
    error = {"message": message, "stack": f"{message}\n    at cart.spec.ts:7:3", "file": "cart.spec.ts", "line": 7}
    return {"status": "failed", "errors": [error], **fields}


def log(
    *tests: Test,
    code: int | None = 0,
    finish: str | None = "passed",
    signal: str | None = None,
    errors: Sequence[dict[str, Any]] = (),
    pod: str = "shop-0-a",
    index: int = 0,
    shards: int = 1,
    begin: dict[str, Any] | None = None,
    planned: dict[str, Any] | None = None,
    exit_: dict[str, Any] | None = None,
    time: int = T0,
) -> list[bytes]:
    """A pod's log; ``code`` None leaves its last line out. ``begin``, ``planned`` and ``exit_`` change fields of those lines."""
    facts = {"v": 1, "time": time, "index": index, "shards": shards, "pod": pod, "node": "n1", "uid": RUN.uid, "argv": ["test"]}
    lines = [line("begin", **facts | (begin or {}))]
    if tests:
        lines.append(line("plan", tests=[_planned(test) for test in tests]))
    digest = ledger.digest(test.id for test in tests)
    lines.append(line("planned", **{"count": len(tests), "workers": 1, "sha256": digest} | (planned or {})))
    reported = set()
    for number, test in enumerate(tests):
        for retry, attempt in enumerate(test.attempts):
            start = time + 1000 * number + 100 * retry
            lines.append(line("start", id=test.id, retry=retry, worker=0, time=start))
            if attempt != "running":
                reported.add(test.id)
                lines.append(_end(test, retry, attempt, start))
    lines += [line("error", time=time, **error) for error in errors]
    if signal is not None:
        lines.append(line("signal", signal=signal, time=time + 50_000))
    if finish is not None:
        lines.append(line("finish", status=finish, time=time + 59_000, duration=59_000))
    if code is not None:
        told = {
            "code": code, "playwrightExit": code, "playwrightSignal": None, "problem": None, "output": "", "time": time + 60_000,
            "planned": len(tests), "plannedSha256": digest, "reported": len(reported), "reportedSha256": ledger.digest(reported),
        }  # fmt: skip
        lines.append(line("exit", **told | (exit_ or {})))
    return lines


def _planned(test: Test) -> dict[str, Any]:
    values = {
        "id": test.id, "file": "cart.spec.ts", "line": 5, "column": 3, "project": "", "title": ["cart", test.title],
        "tags": [], "retries": 0, "expected": "passed",
    }  # fmt: skip
    return values | test.planned


def _end(test: Test, retry: int, attempt: Any, start: int) -> bytes:
    told = attempt if isinstance(attempt, dict) else {"status": attempt}
    values = {"id": test.id, "retry": retry, "time": start + 100, "duration": 100, "errors": [], "annotations": [], "output": ""}
    return line("end", **values | {"expected": test.planned.get("expected", "passed"), "attachments": []} | told)


def fold(lines: Sequence[bytes], *, pod: str = "shop-0-a", index: int = 0) -> ledger.PodLedger:
    """The ledger of a log."""
    told = ledger.PodLedger(pod, index)
    for each in lines:
        told.feed(each)
    return told


def request(**changes: Any) -> model.SettleRequest:
    """A run of one shard that took a minute."""
    values = {"run": RUN, "shards": 1, "min_tests": 1, "revision": "7f3c2d1", "start": NOW, "end": at(60)}
    return model.SettleRequest(**values | changes)
