"""Phase 3 of the inner loop, as far as it needs no cluster: the TestRun that is made, the evidence that it carries."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from testrun.cli import handover, records, run
from testrun.core.model import Case, CaseStatus, Counts
from testrun.core.phases import Phase
from testrun.junit import reader, writer


def record(phase: Phase, size: int = 100) -> records.Record:
    return records.Record(phase=phase, data=b"x" * size, seconds=1.5)


def test_a_record_is_the_same_bytes_for_the_same_file(tmp_path: Path):
    file = tmp_path / "junit.xml"
    file.write_text("<testsuites/>")
    first, second = records.read(Phase.UNIT, file, 1.0), records.read(Phase.UNIT, file, 2.0)
    assert first.data == second.data
    assert gzip.decompress(first.data) == b"<testsuites/>"
    assert first.sha256 == hashlib.sha256(first.data).hexdigest()


def test_small_evidence_goes_into_config_maps_and_large_through_the_server():
    small, large = record(Phase.UNIT), record(Phase.INTEGRATION, records.CONFIG_MAP_BYTES + 1)
    assert records.steps("shop-7f3c2d1-a1b2c3", [small, large], required=[Phase.UNIT, Phase.INTEGRATION], max_age_seconds=60) == {
        "required": ["unit", "integration"],
        "maxAgeSeconds": 60,
        "records": [
            {
                "phase": "unit",
                "durationSeconds": 1.5,
                "junit": {"sha256": small.sha256, "configMap": "shop-7f3c2d1-a1b2c3-unit", "key": "junit.xml.gz"},
            },
            {"phase": "integration", "durationSeconds": 1.5, "junit": {"sha256": large.sha256, "artifact": large.sha256}},
        ],
    }


@pytest.mark.parametrize(
    ("base", "commit", "name"),
    [
        ("shop", "7f3c2d1aa", "shop-7f3c2d1-a1b2c3"),
        ("shop", "", "shop-a1b2c3"),
        ("s" * 44 + ".-x", "7f3c2d1aa", "s" * 44 + "-7f3c2d1-a1b2c3"),
    ],
)
def test_a_run_has_a_name_of_its_own(base: str, commit: str, name: str):
    assert handover.run_name(base, commit, "a1b2c3") == name


def test_local_phases_load_no_kubernetes_client():
    """What is not there cannot call a cluster, and costs no time. Nor do browser tests on this machine."""
    code = (
        "import sys, testrun.cli.inner_loop, testrun.cli.four_phases, testrun.cli.phase_progress, testrun.cli.e2e_here\n"
        "print([m for m in sys.modules if m.startswith(('kubernetes', 'kopf', 'aiohttp'))])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


PASSED = Case(shard=0, file="a.spec.ts", project="", title=("adds an item",), status=CaseStatus.PASSED)
FAILED = dataclasses.replace(PASSED, title=("pays",), status=CaseStatus.FAILED, message="no money")
CHECK = Case(shard=0, file="", project="", title=("preflight", "Tilt on this machine"), status=CaseStatus.PASSED)
COUNTS = Counts(tests=2, passed=1, failed=1)
JUNIT = writer.document(writer.Heading(name="shop", counts=COUNTS, duration=1.0), [PASSED, FAILED])
FINISHED = run.Run(
    namespace="shop", name="shop", counts=COUNTS,
    failures=(run.Failure(name="pays", file="a.spec.ts", project="", shard=0, message="no money"),),
)  # fmt: skip


def test_without_checks_of_this_machine_the_file_of_the_cluster_is_kept_as_it_is():
    told = handover.with_checks(FINISHED, JUNIT, ())
    assert (told.counts, told.junit) == (COUNTS, JUNIT)
    assert [each.name for each in told.cases] == ["pays"]


def test_checks_of_this_machine_are_cases_of_the_phase():
    told = handover.with_checks(FINISHED, JUNIT, [CHECK])
    both = COUNTS + Counts(tests=1, passed=1)
    assert [each.name for each in told.cases] == ["preflight › Tilt on this machine", "pays"]
    assert (told.counts, reader.read(iter([told.junit])).counts) == (both, both)


def test_a_cluster_without_a_file_has_no_checks_added_to_it():
    assert handover.with_checks(FINISHED, b"", [CHECK]).junit == b""
