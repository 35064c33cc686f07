"""Golden texts: what a person reads of a run with phases before its own."""

from __future__ import annotations

from testrun.cli import run, view

MESSAGE = "unit: 1 failed of 3 tests (cart › pays): mend that, and run phase unit again; then make a new TestRun"
COUNTS = {"passed": 2, "failed": 1, "errored": 0, "skipped": 0, "flaky": 0}
BODY = {
    "metadata": {"namespace": "shop", "name": "shop", "uid": "u1"},
    "spec": {"revision": "7f3c2d1", "playwright": {"image": "e2e:1", "shards": 2}},
    "status": {
        "observedGeneration": 1,
        "state": "Blocked",
        "startTime": "2026-11-21T12:00:00Z",
        "completionTime": "2026-11-21T12:00:01Z",
        "conditions": [
            {"type": "Succeeded", "status": "False", "reason": "Blocked", "message": MESSAGE},
            {"type": "EvidenceStored", "status": "True", "reason": "Stored", "message": ""},
        ],
        "summary": {"tests": 1, **COUNTS, "passed": 0, "failed": 0, "errored": 1},
        "phases": [
            {"phase": "unit", "result": "Failed", "tests": 3, **COUNTS, "durationSeconds": 4.2, "message": "1 failed of 3 tests"},
            {"phase": "e2e", "result": "Blocked", "tests": 1, **COUNTS, "passed": 0, "failed": 0, "errored": 1},
        ],
        "failures": [{"name": "phase unit", "shard": 0, "message": MESSAGE}],
    },
}


def test_the_result_of_a_blocked_run_shows_its_phases_and_no_shard() -> None:
    assert (
        "\n".join(line.plain for line in view.result(run.read(BODY), program="ameide testrun"))
        == f"""\
shop/shop  Blocked  {MESSAGE}  (1.0 s)

1 test: 0 passed, 0 failed, 1 errored, 0 skipped, 0 flaky

PHASE   RESULT    TESTS   PASSED   FAILED   ERRORED   SKIPPED   FLAKY   TIME    MESSAGE
unit    Failed    3       2        1        0         0         0       4.2 s   1 failed of 3 tests
e2e     Blocked   1       0        0        1         0         0

Failures
  ✗ phase unit
      {MESSAGE}

Evidence: ameide testrun artifacts shop   (page, JUnit, traces)"""
    )
    assert view.exit_code(run.read(BODY)) == 2
