"""The check of examples/gate: `ameide gate` in a pod, and no browser test before it finds nothing missing."""

from __future__ import annotations

from typing import Any

import yaml
from envtest.conftest import REPOSITORY
from envtest.parts import Part
from envtest.told import told

from testrun.envtest.runs import Run

EXAMPLE = yaml.safe_load((REPOSITORY / "examples/gate/testrun.yaml").read_text())["spec"]["preflight"]


def create(run: Run, **changes: Any) -> Part:
    run.create(shards=1, spec={"preflight": {**EXAMPLE, **changes}})
    return Part(run, "check-0")


def test_an_open_gate_lets_the_browser_tests_start(run: Run) -> None:
    gate = create(run)
    (container,) = gate.job()["spec"]["template"]["spec"]["containers"]
    assert (container["image"], container.get("command"), container["args"]) == (
        "registry.example/shop-gate:7f3c2d1", None, ["gate", "/src", "--junit", "/tmp/gate.xml"],
    )  # fmt: skip
    assert [job["metadata"]["name"] for job in run.jobs()] == [gate.job_name]

    gate.succeeds()
    run.wait("Running")
    pod = run.start_pod(0)
    pod.runs(adds="passed")

    run.wait("Passed")
    pod.ended(0)
    run.done()


def test_behind_a_closed_gate_no_browser_test_starts(run: Run) -> None:
    gate = create(run, timeoutSeconds=2)
    gate.job()

    run.wait("NotReady")

    verdict, counts, *cases = told(run).splitlines()
    assert verdict.startswith("NotReady: not ready after timeoutSeconds (2 s): no test is missing: saw Job ")
    assert (counts, len(cases)) == ("1 errored", 1)
    run.done()
