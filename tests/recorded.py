"""The recorded states of `tests/fixtures`, as the readers of `testrun.kube.checks` get them."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

from testrun.core.preflight.checks import Kind
from testrun.core.preflight.developer import Answer
from testrun.core.preflight.pods import Pod
from testrun.core.preflight.rollout import Workload
from testrun.core.preflight.telepresence import Facts
from testrun.kube.checks import telepresence, workloads

FIXTURES = Path(__file__).parent / "fixtures"
TELEPRESENCE = sorted(each.name for each in (FIXTURES / "telepresence").iterdir())
TILT = sorted(each.name for each in (FIXTURES / "tilt").iterdir())
STANDS_ON = {
    "c2-pod-created-without-webhook": "c-manager-scaled-to-0",
    "g2-leftover-restarted-without-manager": "g-agent-left-behind",
    "11-ci-ok": "2-all-ok",
    "12-ci-image-pull-error": "4b-failing-image-pull",
    "13-ci-crash-timeout": "5-failing-crash",
}
"""What a state does not have is as in this one. Of `tilt ci` only pods were recorded: the templates are the same."""
LATER = datetime.datetime(2026, 11, 21, 3, tzinfo=datetime.UTC)
"""After all of them: whatever was started has settled."""


def read(tool: str, state: str, name: str) -> str | None:
    for folder in (state, STANDS_ON.get(state, state)):
        path = FIXTURES / tool / folder / name
        if path.exists():
            return path.read_text()
    return None


def items(tool: str, state: str, name: str) -> list[Any]:
    found = read(tool, state, name)
    return json.loads(found)["items"] if found is not None else []


def telepresence_facts(state: str) -> Facts:
    def bodies(name: str) -> list[Any]:
        return items("telepresence", state, f"{name}.json")

    manager = telepresence.Manager(
        deployments=bodies("manager-deployments"),
        services=bodies("manager-services"),
        slices=bodies("manager-endpointslices"),
        pods=bodies("manager-pods"),
        webhook=next(iter(bodies("mutatingwebhookconfigurations")), None),
    )
    tested = telepresence.Tested(
        namespace="shop",
        workloads=[(Kind.DEPLOYMENT, each) for each in bodies("shop-deployments")],
        pods=bodies("shop-pods"),
        config_maps=bodies("shop-configmaps"),
    )
    _, said = (read("telepresence", state, "metrics.txt") or "").split("\n", 1)
    refused = re.match(r"Error from server \(\w+\): (.*)", said)
    metrics, why = (None, refused[1]) if refused else telepresence.parse(said)
    return telepresence.facts(manager, tested, metrics=metrics, no_metrics=why)


def status(state: str) -> Answer | None:
    """What `telepresence status` said on the developer's machine; None: it was not asked."""
    said = read("telepresence", state, "cli-status.json")
    return (
        Answer(0, json.loads(said))
        if said is not None and (FIXTURES / "telepresence" / state / "cli-status.json").exists()
        else None
    )


def tilt_cluster(state: str) -> tuple[list[Workload], list[Pod]]:
    sets = items("tilt", state, "kubectl-replicasets.json")
    found = [workloads.workload(Kind.DEPLOYMENT, each, sets) for each in items("tilt", state, "kubectl-deployments.json")]
    found += [workloads.workload(Kind.JOB, each) for each in items("tilt", state, "kubectl-jobs.json")]
    return found, [workloads.pod(each) for each in items("tilt", state, "kubectl-pods.json")]


def tilt_says(state: str, what: str) -> Answer | None:
    """What ``tilt get session`` or ``tilt get uiresource`` said; None: it was not asked."""
    folder = FIXTURES / "tilt" / state
    if (folder / f"tilt-{what}.json").exists():
        return Answer(0, json.loads((folder / f"tilt-{what}.json").read_text()))
    if (folder / f"tilt-{what}.txt").exists():
        _, error, ended = (folder / f"tilt-{what}.txt").read_text().strip().split("\n")
        return Answer(int(ended.removeprefix("exit ")), None, error)
    return None
