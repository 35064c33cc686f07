"""The evidence of a run on the disk: four valid JUnit files from its first moment, whatever happens."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import pytest

from testrun.core.model import Case, CaseStatus
from testrun.core.phases import Phase
from testrun.junit import reader
from testrun.local import evidence
from testrun.local.evidence import Evidence

NOON = datetime.datetime(2026, 11, 25, 12, 0, 0, tzinfo=datetime.UTC)


def begin(folder: Path, short: str = "7f3c2d1") -> Evidence:
    return Evidence.begin(folder, revision=f"{short}00", short=short, now=NOON)


def cases(count: int, status: CaseStatus = CaseStatus.PASSED, words: int = 10) -> list[Case]:
    return [
        Case(shard=0, file="a_test.go", project="go .", title=(f"test {number}",), status=status, message="m" * words)
        for number in range(count)
    ]


def test_runs_are_named_by_time_and_revision_and_never_meet(tmp_path: Path):
    first, second = begin(tmp_path), begin(tmp_path)
    assert (first.folder.name, second.folder.name) == ("20261125T120000Z-7f3c2d1", "20261125T120000Z-7f3c2d1-1")
    assert os.readlink(tmp_path / "latest") == second.folder.name


def test_a_phase_is_written_with_what_it_is_evidence_of(tmp_path: Path):
    kept = begin(tmp_path)
    found = [*cases(2), *cases(1, CaseStatus.FAILED)]
    written = kept.write(Phase.UNIT, found, seconds=1.5, completed=NOON, isolation="loopback")
    assert written.path == "phase-1/junit.xml"
    data = (kept.folder / written.path).read_bytes()
    assert len(data) == written.bytes
    summary = reader.read([data])
    assert (summary.counts.tests, summary.counts.passed, summary.counts.failed) == (3, 2, 1)
    for name, value in (
        ("phase", "unit"),
        ("revision", "7f3c2d100"),
        ("completed", "2026-11-25T12:00:00Z"),
        ("isolation", "loopback"),
    ):
        assert f'<property name="{name}" value="{value}" />'.encode() in data


@pytest.mark.parametrize("phase", list(Phase))
def test_a_phase_that_did_not_end_and_one_that_did_not_run_are_never_green(tmp_path: Path, phase: Phase):
    kept = begin(tmp_path)
    kept.write(phase, evidence.not_ended(phase), seconds=0, completed=NOON)
    assert reader.read([(kept.folder / f"phase-{phase.number}/junit.xml").read_bytes()]).counts.errored == 1
    kept.write(phase, evidence.not_run(phase, "phase 0 is red"), seconds=0, completed=NOON)
    counts = reader.read([(kept.folder / f"phase-{phase.number}/junit.xml").read_bytes()]).counts
    assert (counts.passed, counts.skipped) == (0, 1)


def test_a_full_disk_takes_the_junit_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The disk is full until the room that was set aside is given back; then there is just that room."""
    kept = begin(tmp_path)
    reserve = kept.folder / ".reserve"
    assert reserve.stat().st_size == evidence.RESERVE_BYTES
    whole = os.replace

    def full(source: Path, target: Path) -> None:
        if reserve.exists() or Path(source).stat().st_size > evidence.RESERVE_BYTES:
            raise OSError(28, "No space left on device")
        whole(source, target)

    monkeypatch.setattr(os, "replace", full)
    found = [*cases(30_000, words=300), *cases(3, CaseStatus.ERRORED)]
    written = kept.write(Phase.UNIT, found, seconds=1, completed=NOON)
    data = (kept.folder / written.path).read_bytes()
    assert written.bytes == len(data) < evidence.RESERVE_BYTES
    assert b'tests="30003"' in data  # the root tells the true totals
    assert data.count(b"<error ") == 3
    assert kept.problems == ["phase-1/junit.xml: No space left on device"]
    kept.summarize({"phases": []})
    assert json.loads((kept.folder / "summary.json").read_text()) == {"phases": []}


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path):
    (tmp_path / "artifacts").write_text("a file")
    with pytest.raises(evidence.NoRoom, match=r"the evidence cannot be kept in .*artifacts: "):
        begin(tmp_path / "artifacts")


def test_only_the_newest_runs_are_kept_and_nothing_else_is_touched(tmp_path: Path):
    (tmp_path / "mine").mkdir()
    names = []
    for day in (1, 2, 3):
        made = Evidence.begin(tmp_path, revision="r", short="r", now=NOON + datetime.timedelta(days=day))
        made.summarize({"phases": [], "revision": "r"})
        names.append(made.folder.name)
    begin(tmp_path)  # it was killed, days ago
    under_way = Evidence.begin(tmp_path, revision="r", short="x", now=NOON + datetime.timedelta(days=3))
    evidence.sweep(tmp_path, 2, now=NOON + datetime.timedelta(days=3, hours=1))
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*names[1:], "mine", "latest", under_way.folder.name])


def test_a_folder_of_artifacts_that_we_make_is_ignored_by_git_and_one_that_was_there_is_left_alone(tmp_path: Path):
    begin(tmp_path / "made")
    assert (tmp_path / "made/.gitignore").read_text() == "*\n"
    (tmp_path / "there").mkdir()
    begin(tmp_path / "there")
    assert not (tmp_path / "there/.gitignore").exists()


def test_the_newest_evidence_of_a_revision(tmp_path: Path):
    for day, revision, result in ((1, "a", "Passed"), (2, "a", "NotRun"), (3, "b", "Passed")):
        made = Evidence.begin(tmp_path, revision=revision, short=revision, now=NOON + datetime.timedelta(days=day))
        made.summarize({"revision": revision, "phases": [{"phase": "unit", "result": result}]})
    assert evidence.latest(tmp_path, "a") == {Phase.UNIT: tmp_path / "20261126T120000Z-a" / "phase-1" / "junit.xml"}
    assert evidence.latest(tmp_path, "c") == {}
    assert evidence.latest(tmp_path / "none", "a") == {}
