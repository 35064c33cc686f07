"""The pods that a run has beside its shards, and the Job controller that is not here."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from testrun.api import names
from testrun.envtest.processes import Body
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

MERGE = "application/merge-patch+json"


@dataclasses.dataclass(frozen=True)
class Part:
    """A Job of a run beside that of its shards, such as ``setup`` or ``hook-0``."""

    run: Run
    name: str

    @property
    def job_name(self) -> str:
        return names.part_name(self.run.name, self.run.get()["metadata"]["uid"], self.name)

    def job(self) -> Body:
        """It, once it exists."""
        path = f"/apis/batch/v1/namespaces/{self.run.namespace}/jobs/{self.job_name}"
        eventually(
            lambda: self.run.api.request("GET", path)[0] == 200, what=f"the Job of {self.name} exists", seconds=self.run.seconds
        )
        return self.run.api.request("GET", path)[1]

    def exists(self) -> bool:
        path = f"/apis/batch/v1/namespaces/{self.run.namespace}/jobs/{self.job_name}"
        return self.run.api.request("GET", path)[0] == 200

    def succeeds(self) -> None:
        self._ends("SuccessCriteriaMet", "Complete", "CompletionsReached", "", succeeded=1)

    def fails(self, reason: str = "BackoffLimitExceeded", message: str = "Job has reached the specified backoff limit") -> None:
        self._ends("FailureTarget", "Failed", reason, message, failed=1)

    def _ends(self, target: str, end: str, reason: str, message: str, **counts: int) -> None:
        job = self.job()
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        conditions: list[dict[str, Any]] = [
            {"type": each, "status": "True", "reason": reason, "message": message, "lastTransitionTime": now}
            for each in (target, end)
        ]
        status = {
            "startTime": now,
            "conditions": conditions,
            "terminating": 0,
            "ready": 0,
            **counts,
            "uncountedTerminatedPods": {},
        }
        status |= {"completionTime": now} if end == "Complete" else {}
        answer = self.run.api.request(
            "PATCH",
            f"/apis/batch/v1/namespaces/{self.run.namespace}/jobs/{job['metadata']['name']}/status",
            {"status": status},
            content_type=MERGE,
        )
        assert answer[0] == 200, answer
