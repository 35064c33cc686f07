"""What `ameide gaps` and `ameide status` read from the sources is what the real tools run: the same files, in the same phases."""

from __future__ import annotations

import json
from collections.abc import Callable

from inner_loop.checkout import Checkout


def test_the_files_of_each_phase_are_those_that_it_runs(checkout: Callable[..., Checkout]) -> None:
    repository = checkout()
    ran = repository.run()
    assert ran.results == ["Passed", "Passed", "Passed", "NotRun"], ran.why

    told = json.loads(repository.ameide("gaps", "--json").stdout)

    files = [file for package in told["packages"] for file in package["files"]]
    for number, phase in ((1, "unit"), (2, "integration")):
        assert {each["path"] for each in files if each["phase"] == phase} == {case.get("file") for case in ran.testcases(number)}
    cases = {case.get("name", "").partition("] ")[2] for case in ran.testcases(2)}
    go = {each.partition("/")[0].partition(" ›")[0] for each in cases if each.startswith("Test")}
    assert sum(each["tests"] for each in files if each["tool"] == "go" and each["phase"] == "integration") == len(go)
    assert [each["path"] for each in files if each["phase"] is None] == []

    rows = {each["folder"]: each for each in json.loads(repository.ameide("status", "--json").stdout)["packages"]}
    for number, phase in ((1, "unit"), (2, "integration")):
        passed = sum(row["lastRun"].get(phase, {"passed": 0})["passed"] for row in rows.values())
        assert passed == ran.phase(number)["passed"]
    assert {folder: row["state"] for folder, row in rows.items()} == dict.fromkeys(rows, "compliant")
