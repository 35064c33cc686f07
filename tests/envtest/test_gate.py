"""The gate with the real operator and server: records of phases that ran elsewhere let a run start, or block it."""

from __future__ import annotations

import datetime
import json
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from envtest import records
from envtest.records import Body, config_map, digest, junit, packed, spec, upload
from envtest.told import set_status, told, wait_out

from testrun.envtest.control_plane import ApiServer
from testrun.envtest.processes import Process, data_of
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

COUNTS = ("tests", "passed", "failed", "errored", "skipped")


def folder(server: Process, run: Run) -> Path:
    """The run's evidence in the store."""
    return data_of(server) / "store" / run.namespace / run.name / run.get()["metadata"]["uid"]


def results(run: Run) -> list[tuple[str, str]]:
    return [(each["phase"], each.get("result", "")) for each in run.get()["status"]["phases"]]


def finish(run: Run) -> None:
    """The shard of the run passes and its pod ends."""
    pod = run.start_pod(0)
    pod.runs(adds="passed")
    run.wait("Passed")
    pod.ended(0)
    run.done()


def blocked(run: Run, server: Process) -> ElementTree.Element:
    """The run ended as Blocked and never had a Job; its phase-3 JUnit."""
    run.wait("Blocked")
    assert run.jobs() == []
    run.done()
    assert sorted(reason for reason, _ in run.events()) == ["Blocked"]
    return ElementTree.parse(folder(server, run) / "phase-3/junit.xml").getroot()


class TestGreen:
    def test_records_in_config_maps_plain_and_gzip_let_the_run_start(self, run: Run, server: Process, operator: Process):
        policy, unit = junit(passed=2, phase="policy"), junit(passed=4, skipped=1)
        before = operator.metric("testrun_api_writes_total")
        run.create(
            shards=1,
            spec=spec(
                ("policy", config_map(run.api, run.namespace, "policy", "junit.xml", policy)),
                ("unit", config_map(run.api, run.namespace, "unit", "junit.xml.gz", packed(unit))),
                required=("policy", "unit"),
            ),
        )
        run.wait("Running")
        verified = run.condition("PreStepsVerified")
        assert (verified["status"], verified["reason"], verified["message"]) == ("True", "Verified", "policy and unit passed")
        assert results(run) == [("policy", "Passed"), ("unit", "Passed"), ("e2e", "")]
        finish(run)
        assert operator.metric("testrun_api_writes_total") - before <= 11
        phases = run.get()["status"]["phases"]
        assert [tuple(each[name] for name in ("phase", "result", *COUNTS)) for each in phases] == [
            ("policy", "Passed", 2, 2, 0, 0, 0),
            ("unit", "Passed", 5, 4, 0, 0, 1),
            ("e2e", "Passed", 1, 1, 0, 0, 0),
        ]
        kept = folder(server, run)
        assert (kept / "phase-0/junit.xml").read_bytes() == policy
        assert (kept / "phase-1/junit.xml").read_bytes() == unit
        assert phases[1]["junit"] == {"path": "phase-1/junit.xml", "bytes": len(unit), "sha256": digest(unit)}
        listed = {each["path"]: each["sha256"] for each in json.loads((kept / "manifest.json").read_text())["files"]}
        assert (listed["phase-0/junit.xml"], listed["phase-1/junit.xml"]) == (digest(policy), digest(unit))
        summary = json.loads((kept / "summary.json").read_text())
        assert [(each["phase"], each["result"]) for each in summary["phases"]] == results(run)
        assert "../phase-1/junit.xml" in (kept / "report/index.html").read_text()

    def test_a_record_that_was_uploaded_does_as_well(self, run: Run, server: Process):
        unit = packed(junit(passed=300))
        assert records.call(run.api, server, "HEAD", run.namespace, digest(unit)) == 404
        source = upload(run.api, server, run.namespace, unit)
        assert records.call(run.api, server, "HEAD", run.namespace, digest(unit)) == 200
        run.create(shards=1, spec=spec(("unit", source)))
        run.wait("Running")
        assert run.get()["status"]["phases"][0]["tests"] == 300
        finish(run)

    def test_a_red_record_of_a_phase_that_is_not_required_is_shown_and_blocks_nothing(self, run: Run):
        unit = config_map(run.api, run.namespace, "unit", "junit.xml", junit())
        policy = config_map(run.api, run.namespace, "policy", "junit.xml", junit(failed=1))
        run.create(shards=1, spec=spec(("unit", unit), ("policy", policy)))
        run.wait("Running")
        assert results(run) == [("policy", "Failed"), ("unit", "Passed"), ("e2e", "")]
        assert "policy, which is not required" in run.condition("PreStepsVerified")["message"]
        finish(run)

    def test_a_config_map_that_is_applied_after_the_run_is_waited_for(self, run: Run):
        source = {"configMap": "unit", "key": "junit.xml", "sha256": digest(junit())}
        run.create(shards=1, spec=spec(("unit", source)))
        status = run.wait("Pending")["status"]
        assert status["waiting"]["reason"] == "PreSteps"
        assert status["waiting"]["message"] == "unit: ConfigMap unit is not there"
        assert run.condition("PreStepsVerified")["status"] == "Unknown"
        since, deadline = (datetime.datetime.fromisoformat(status["waiting"][key]) for key in ("since", "deadline"))
        assert (deadline - since).total_seconds() == 30
        later = time.monotonic() + 3
        eventually(lambda: time.monotonic() >= later, what="three seconds have passed")
        assert run.jobs() == []
        config_map(run.api, run.namespace, "unit", "junit.xml", junit())
        run.wait("Running")
        assert "waiting" not in run.get()["status"] or run.get()["status"]["waiting"]["reason"] != "PreSteps"
        finish(run)


Made = tuple[tuple[tuple[str, Body], ...], dict[str, Any]]


def no_record(run: Run) -> Made:
    return (), {}


def another_digest(run: Run) -> Made:
    return (("unit", config_map(run.api, run.namespace, "unit", "k", junit()) | {"sha256": "0" * 64}),), {}


def no_junit(run: Run) -> Made:
    return (("unit", config_map(run.api, run.namespace, "unit", "k", b"<html/>")),), {}


def cut_short(run: Run) -> Made:
    return (("unit", config_map(run.api, run.namespace, "unit", "k", packed(junit())[:-20])),), {}


def another_revision(run: Run) -> Made:
    return (("unit", config_map(run.api, run.namespace, "unit", "k", junit(revision="0ld"))),), {}


def another_phase(run: Run) -> Made:
    return (("unit", config_map(run.api, run.namespace, "unit", "k", junit(phase="policy"))),), {}


def too_old(run: Run) -> Made:
    old = junit(completed="2026-01-01T00:00:00Z")
    return (("unit", config_map(run.api, run.namespace, "unit", "k", old)),), {"maxAgeSeconds": 3600}


def failing(run: Run) -> Made:
    return (("unit", config_map(run.api, run.namespace, "unit", "k", junit(passed=8, failed=2))),), {}


def lying(run: Run) -> Made:
    told = junit().replace(b'tests="3"', b'tests="4"')
    return (("unit", config_map(run.api, run.namespace, "unit", "k", told)),), {}


def all_skipped(run: Run) -> Made:
    return (("unit", config_map(run.api, run.namespace, "unit", "k", junit(passed=0, skipped=2))),), {}


BLOCKED = [
    pytest.param(no_record, "Missing", "Blocked", "it is required, and has no record", id="missing"),
    pytest.param(another_digest, "Tampered", "Blocked", "the record says 000000000000…", id="tampered"),
    pytest.param(no_junit, "Unreadable", "Errored", "the file is not JUnit: its root is <html>", id="no JUnit"),
    pytest.param(cut_short, "Unreadable", "Errored", "the file is gzip that ends in the middle", id="gzip that is cut short"),
    pytest.param(
        another_revision, "Mismatched", "Blocked", "its JUnit is of revision 0ld, and this run of 7f3c2d1", id="revision"
    ),
    pytest.param(another_phase, "Mismatched", "Blocked", "its JUnit is of phase policy", id="phase"),
    pytest.param(too_old, "Stale", "Blocked", "more than maxAgeSeconds 3600", id="stale"),
    pytest.param(failing, "Red", "Failed", "2 failed of 10 tests (cart › pays 0, cart › pays 1)", id="red"),
    pytest.param(lying, "Unreadable", "Errored", "the file says tests='4', and holds 3", id="totals that lie"),
    pytest.param(all_skipped, "Empty", "Errored", "no test ran: all 2 were skipped", id="empty"),
]


class TestBlocked:
    @pytest.mark.parametrize(("make", "reason", "result", "why"), BLOCKED)
    def test_a_required_phase_blocks_and_the_reason_is_everywhere(
        self, run: Run, server: Process, make: Callable[[Run], Made], reason: str, result: str, why: str
    ):
        told, steps = make(run)
        run.create(spec=spec(*told, **steps))
        (suite,) = blocked(run, server)
        (case,) = suite.findall("testcase")
        (error,) = case.findall("error")
        assert (case.get("name"), error.get("type")) == ("phase unit", "Blocked")
        assert why in error.get("message", "")
        verified, succeeded = run.condition("PreStepsVerified"), run.condition("Succeeded")
        assert (verified["status"], verified["reason"]) == ("False", reason)
        assert verified["message"].startswith("unit: ")
        assert why in verified["message"]
        assert (succeeded["status"], succeeded["reason"], succeeded["message"]) == ("False", "Blocked", verified["message"])
        assert results(run) == [("unit", result), ("e2e", "Blocked")]
        unit = ElementTree.parse(folder(server, run) / "phase-1/junit.xml").getroot()
        assert unit.tag == "testsuites"
        (failure,) = run.get()["status"]["failures"]
        assert failure["name"] == "phase unit"

    @pytest.mark.large
    def test_evidence_that_does_not_come_blocks_after_its_deadline(self, run: Run, server: Process):
        missing = {"artifact": "1" * 64, "sha256": "1" * 64}
        other = {"configMap": "nowhere", "key": "junit.xml", "sha256": "2" * 64}
        run.create(spec=spec(("unit", missing), ("integration", other), required=("unit", "integration")))
        run.wait("Pending")
        run.wait("Blocked", seconds=45)
        assert run.condition("PreStepsVerified")["reason"] == "Unavailable"
        root = blocked(run, server)
        assert [error.get("message", "").split(":")[0] for error in root.iter("error")] == ["unit", "integration"]
        for number in (1, 2):
            kept = ElementTree.parse(folder(server, run) / f"phase-{number}/junit.xml").getroot()
            assert [error.get("type") for error in kept.iter("error")] == ["Unavailable"]


class TestTrouble:
    def test_a_server_that_is_away_is_waited_for(self, run: Run, server: Process):
        source = config_map(run.api, run.namespace, "unit", "k", junit())
        server.kill()
        try:
            run.create(shards=1, spec=spec(("unit", source)))
            status = run.wait("Pending")["status"]
            assert status["waiting"]["message"].startswith("the server did not answer")
            since, deadline = (datetime.datetime.fromisoformat(status["waiting"][key]) for key in ("since", "deadline"))
            assert (deadline - since).total_seconds() == 120
            assert run.jobs() == []
        finally:
            server.start()
        run.wait("Running")
        finish(run)

    def test_a_server_that_does_not_come_back_does_not_block_but_errors(self, run: Run, server: Process):
        source = config_map(run.api, run.namespace, "unit", "k", junit())
        server.kill()
        try:
            run.create(shards=1, spec=spec(("unit", source)))
            run.wait("Pending")
            set_status(run, waiting={"since": "2026-01-01T00:00:00Z"})
            run.wait("Storing")
            wait_out(run)
            verdict, *rest = told(run).splitlines()
        finally:
            server.start()
        assert verdict.startswith("Errored: the records could not be verified: the server did not answer")
        assert rest == ["1 errored", verdict.replace("Errored: ", "the run: error Errored: ")]
        verified = run.condition("PreStepsVerified")
        assert (verified["status"], verified["reason"]) == ("Unknown", "NotVerified")
        assert run.jobs() == []

    def test_cancelled_while_it_waits(self, run: Run, server: Process):
        source = {"configMap": "unit", "key": "junit.xml", "sha256": digest(junit())}
        run.create(shards=1, spec=spec(("unit", source)))
        run.wait("Pending")
        run.patch(cancel=True)
        run.wait("Cancelled")
        run.done()
        assert results(run) == [("unit", "Cancelled"), ("e2e", "Cancelled")]
        unit = ElementTree.parse(folder(server, run) / "phase-1/junit.xml").getroot()
        assert [error.get("message") for error in unit.iter("error")] == ["unit: its record was not verified: spec.cancel is set"]

    def test_suspended_it_verifies_nothing_until_it_goes_on(self, run: Run):
        run.create(shards=1, spec={**spec(), "suspend": True})
        run.wait("Suspended")
        assert run.condition("PreStepsVerified") == {}
        run.patch(suspend=False)
        run.wait("Blocked")

    def test_an_operator_killed_while_it_waits_goes_on_waiting_with_the_same_deadline(self, run: Run, operator: Process):
        source = {"configMap": "unit", "key": "junit.xml", "sha256": digest(junit())}
        run.create(shards=1, spec=spec(("unit", source)))
        waiting = run.wait("Pending")["status"]["waiting"]
        operator.kill()
        operator.start()
        config_map(run.api, run.namespace, "other", "k", junit())
        assert run.get()["status"]["waiting"]["since"] == waiting["since"]
        config_map(run.api, run.namespace, "unit", "junit.xml", junit())
        run.wait("Running")
        finish(run)
        assert sorted(reason for reason, _ in run.events()) == ["Passed", "Started"]

    def test_an_operator_killed_while_a_blocked_run_is_stored_keeps_the_reason(
        self, run: Run, operator: Process, server: Process
    ):
        run.create(shards=1, spec=spec())
        eventually(lambda: run.condition("PreStepsVerified").get("status") == "False", what="the gate is closed")
        operator.kill()
        run.patch(cancel=True)
        operator.start()
        root = blocked(run, server)
        assert "it is required, and has no record" in next(root.iter("error")).get("message", "")

    def test_an_upload_belongs_to_its_namespace(self, run: Run, server: Process, apiserver: ApiServer):
        unit = junit(passed=7)
        upload(apiserver, server, "elsewhere", unit)
        assert records.call(apiserver, server, "HEAD", run.namespace, digest(unit)) == 404
