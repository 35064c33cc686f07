"""From files to packages with their tests: each in the phase that runs it, and in one tier."""

from __future__ import annotations

from unit.inventory.repository import SHOP, read

from testrun.inventory.model import Tier
from testrun.inventory.reading import Named


def test_packages_with_their_tests() -> None:
    told = {
        each.folder: [(file.path.removeprefix(f"{each.folder}/"), file.phase, str(file.tier), file.tests) for file in each.files]
        for each in read().packages
    }
    assert told == {
        "discounts": [
            ("other/test_lost.py", None, "unit", 1),
            ("tests/golden/test_page.py", "unit", "golden", 1),
            ("tests/test_rules.py", "integration", "integration", 1),
            ("tests/test_rules.py", "unit", "unit", 1),
        ],
        "e2e": [("tests/shop.spec.ts", "e2e", "e2e", 2)],
        "packages/web": [
            ("__tests__/integration/api.contract.test.ts", "integration", "contract", 1),
            ("__tests__/unit/a.test.ts", "unit", "unit", 2),
            ("lost.test.ts", None, "unit", 1),
        ],
        "services/cart": [
            ("pay_integration_test.go", "integration", "integration", 1),
            ("total_test.go", "unit", "unit", 2),
        ],
        "services/empty": [],
    }


def test_what_no_phase_runs_counts_as_no_test() -> None:
    assert read().counts == {Tier.UNIT: 5, Tier.GOLDEN: 1, Tier.CONTRACT: 1, Tier.INTEGRATION: 2, Tier.E2E: 2}


def test_globs_and_markers_say_what_is_golden_or_a_contract() -> None:
    named = Named(golden=["services/cart/total_test.go"], contract=["e2e/*"])
    marked = SHOP | {"discounts/tests/test_rules.py": "import pytest\n\n@pytest.mark.contract\ndef test_a(): 1\n"}
    assert read(marked, named).counts == {Tier.UNIT: 2, Tier.GOLDEN: 3, Tier.CONTRACT: 4, Tier.INTEGRATION: 1, Tier.E2E: 0}


def test_a_root_with_a_manifest_is_a_package_unless_it_is_a_workspace() -> None:
    assert [each.folder for each in read({"go.mod": "module a", "a_test.go": ""}).packages] == ["."]
    assert [each.folder for each in read({"package.json": "{}", "a.js": ""}).packages] == ["."]
    assert read({"package.json": '{"workspaces": []}'}).packages == ()


def test_a_file_for_playwright_in_a_jest_project_runs_in_phase_3() -> None:
    files = {
        "package.json": '{"devDependencies": {"jest": "30"}}',
        "playwright.config.ts": "",
        "__tests__/unit/a.test.ts": "test('a', f);",
        "e2e/b.spec.ts": "import { test } from '@playwright/test';\ntest('b', f);",
    }
    assert [(file.path, file.tool, file.phase) for file in read(files).files] == [
        ("__tests__/unit/a.test.ts", "jest", "unit"),
        ("e2e/b.spec.ts", "playwright", "e2e"),
    ]


def test_pytest_is_asked_for_what_its_configuration_names() -> None:
    files = {
        "pytest.ini": "[pytest]\npython_files = check_*.py\npython_classes = Shop*\npython_functions = check_*_ok\n",
        "check_a.py": "def check_a_ok(): 1\n\ndef check_b(): 1\n\nclass ShopFront:\n    def check_c_ok(self): 1\n",
        "test_a.py": "def test_a(): 1\n",
    }
    assert [(file.path, file.titles) for file in read(files).files] == [("check_a.py", ("check_a_ok", "ShopFront › check_c_ok"))]


def test_playwright_has_what_stands_where_its_configuration_looks() -> None:
    """Beside it stand tests of other runners, under names that it would take too."""
    vitest = "import { it } from 'vitest';\nit('c', f);"
    files = {
        "web/package.json": '{"devDependencies": {"vitest": "4"}}',
        "web/playwright.config.ts": "// testDir: './old'\nprojects: [{testDir: './e2e'}, {testDir: 'checks/smoke/'}]",
        "web/e2e/a.spec.ts": "test('a', f);",
        "web/e2e/a.helper.test.ts": vitest,
        "web/checks/smoke/b.spec.ts": "test('b', f);",
        "web/src/c.test.ts": vitest,
        "web/src/d.test.ts": "test('d', f);",
        "web/src/e.spec.ts": "import { test } from '@playwright/test';\ntest('e', f);",
    }
    assert [(file.path, file.tool, file.phase) for file in read(files).files] == [
        ("web/checks/smoke/b.spec.ts", "playwright", "e2e"),
        ("web/e2e/a.helper.test.ts", "vitest", None),
        ("web/e2e/a.spec.ts", "playwright", "e2e"),
        ("web/src/c.test.ts", "vitest", None),
        ("web/src/d.test.ts", "jest", None),
        ("web/src/e.spec.ts", "playwright", None),
    ]
