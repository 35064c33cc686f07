"""The row of each package: phases, tests, what no phase runs, the old way, mocks, JUnit, how urgent it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unit.inventory.repository import SHOP, read
from unit.local.files import file

from testrun.core.workflows import Workflow
from testrun.inventory import findings, gaps, status
from testrun.inventory.status import Result, State, Status
from testrun.local import discovery

PAY = Workflow(name="pay", priority="P1", components=("packages/web", "cart"))
NOTHING: Mapping[str, Any] = {}
SHIP = Workflow(name="ship", priority="P3", components=("services/cart", "discounts"))


def build(files: Mapping[str, str], results: status.Results = NOTHING, priorities: Mapping[str, str] = NOTHING) -> Status:
    def start(path: str) -> bytes:
        return files.get(path, "").encode()

    inventory, found = read(files), discovery.discover(sorted(files), start, chosen={})
    told = findings.find([file(path, content) for path, content in sorted(files.items())], found, start, inventory)
    flows = [gaps.cover(each, inventory.files) for each in (PAY, SHIP)]
    return status.build(inventory, told, sorted(files), start, results, flows, priorities)


def rows(told: Status) -> dict[str, tuple[str, str, int, dict[str, int]]]:
    return {
        row.package.folder: (row.state, " ".join(str(each.number) for each in row.phases), row.unclassified, dict(row.legacy))
        for row in told.rows
    }


def test_a_package_is_compliant_partial_or_missing() -> None:
    assert rows(build(SHOP)) == {
        "discounts": (State.PARTIAL, "1 2", 1, {}),
        "e2e": (State.COMPLIANT, "3", 0, {}),
        "packages/web": (State.PARTIAL, "1 2", 1, {}),
        "services/cart": (State.COMPLIANT, "1 2", 0, {}),
        "services/empty": (State.MISSING, "", 0, {}),
    }


def test_what_is_left_of_the_old_way_makes_a_package_partial() -> None:
    """What stands in no package belongs to the root."""
    old = {
        "services/cart/__tests__/integration/run_integration_tests.sh": "INTEGRATION_MODE=mock go test",
        "services/cart/helpers.go": 'package cart\n\nvar mode = os.Getenv("INTEGRATION_MODE")\n',
        "tools/integration-runner/junit-path.sh": "",
    }
    told = build(SHOP | old)
    assert rows(told)["services/cart"] == (State.PARTIAL, "1 2", 0, {"pack-script": 1, "integration-mode": 1})
    assert rows(told)["."] == (State.MISSING, "", 0, {"integration-runner": 1})
    assert (told.legacy, told.unclassified) == (3, 2)


def test_tests_in_one_phase_only_are_partial() -> None:
    assert rows(build({"go.mod": "module a", "a_test.go": SHOP["services/cart/total_test.go"]})) == {
        ".": (State.PARTIAL, "1", 0, {})
    }


def test_mocks_and_who_writes_junit() -> None:
    more = {
        "packages/web/__mocks__/client.ts": "",
        "packages/web/jest.config.js": "module.exports = { reporters: ['jest-junit'] };",
        "discounts/testing/mocks/http.py": "",
        "e2e/playwright.config.ts": "export default { reporter: [['junit', {}]] };",
    }
    told = {row.package.folder: (row.mocks, row.junit) for row in build(SHOP | more).rows}
    assert told == {
        "discounts": ("testing/mocks", "phases"),
        "e2e": ("", "phases, playwright"),
        "packages/web": ("__mocks__", "phases, jest-junit"),
        "services/cart": ("", "phases"),
        "services/empty": ("", ""),
    }


def test_a_package_is_as_urgent_as_the_workflows_through_it_unless_the_configuration_says_otherwise() -> None:
    told = {row.package.folder: row.priority for row in build(SHOP, priorities={"discounts": "P2"}).rows}
    assert told == {"discounts": "P2", "e2e": "", "packages/web": "P1", "services/cart": "P1", "services/empty": ""}


def test_how_the_last_run_ended() -> None:
    results = {"services/cart": {"unit": Result(passed=12, skipped=1), "integration": Result(passed=3, failed=2)}}
    told = {row.package.folder: {phase: str(each) for phase, each in row.results.items()} for row in build(SHOP, results).rows}
    assert told["services/cart"] == {"unit": "12 passed", "integration": "2 of 5 failed"}
    assert told["e2e"] == {}
