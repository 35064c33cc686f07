"""Workloads of an environment under test, and the controllers that the API server here has not."""

from __future__ import annotations

import dataclasses
from typing import Any

from testrun.envtest.runs import Run

Body = dict[str, Any]
MERGE = "application/merge-patch+json"


@dataclasses.dataclass(frozen=True)
class Deployment:
    """A Deployment in the namespace of a run, that wants two pods."""

    run: Run
    name: str = "shop"

    @property
    def path(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.run.namespace}/deployments"

    def create(self, image: str = "registry.example/shop:1") -> None:
        labels = {"app": self.name}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": self.name, "image": image}]}}
        body = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": self.name, "labels": labels},
            "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": template},
        }
        self._answered(self.run.api.request("POST", self.path, body), 201)

    def has(self, ready: int, *, updated: int = 2) -> None:
        """Its controller has seen it, and so many of its pods are ready."""
        status = {
            "observedGeneration": self._get()["metadata"]["generation"], "replicas": 2, "updatedReplicas": updated,
            "readyReplicas": ready, "availableReplicas": ready, "unavailableReplicas": 2 - ready,
        }  # fmt: skip
        path = f"{self.path}/{self.name}/status"
        self._answered(self.run.api.request("PATCH", path, {"status": status}, content_type=MERGE), 200)

    def change(self, image: str) -> None:
        """A new image, which its controller has not seen yet."""
        spec = {"template": {"spec": {"containers": [{"name": self.name, "image": image}]}}}
        self._answered(self.run.api.request("PATCH", f"{self.path}/{self.name}", {"spec": spec}, content_type=MERGE), 200)

    def _get(self) -> Body:
        return self._answered(self.run.api.request("GET", f"{self.path}/{self.name}"), 200)

    def _answered(self, answer: tuple[int, Body], wanted: int) -> Body:
        assert answer[0] == wanted, answer
        return answer[1]
