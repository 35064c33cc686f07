"""Ways to fail in phase 0: a legacy test surface, tests that no phase runs, and tools that do not find theirs."""

from __future__ import annotations

import subprocess
import sys

from inner_loop.checkout import CART, DISCOUNTS, E2E, STOREFRONT, Checkout
from inner_loop.way import Way, each, go_test, gone, put, swap, variables, without

UNIT_TS, RULES_PY, TOTAL_GO = (
    "packages/storefront/__tests__/unit/price.test.ts",
    "services/discounts/tests/test_rules.py",
    "services/cart/total_test.go",
)
DISCOUNTS_TOML = "services/discounts/pyproject.toml"


def python_without_pytest(checkout: Checkout) -> None:
    checkout.remove(".venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(checkout.root / ".venv")], check=True)


def allowed(**more: str) -> str:
    entry = {
        "rule": "integration-mode",
        "path": "deploy/*",
        "reason": "the old cluster",
        "owner": "shop",
        "expires": "2999-12-31",
    }
    lines = (f'{name} = "{value}"' for name, value in {**entry, **more}.items() if value)
    return "\n".join(["[[policy.allow]]", *lines, ""])


LEGACY = [
    Way(
        name="INTEGRATION_MODE in a script",
        parts=CART,
        change=put({"scripts/test.sh": "#!/bin/sh\n\nexport INTEGRATION_MODE=cluster\n"}),
        phase=0, result="Failed", at="scripts/test.sh:3",
        says="scripts/test.sh:3: INTEGRATION_MODE is still used: tests have no modes; delete it, and tag what needs phase 2 *",
    ),
    Way(
        name="INTEGRATION_MODE in Helm values",
        parts=CART,
        change=put({"charts/cart/values.yaml": "env:\n  - name: INTEGRATION_MODE\n    value: mock\n"}),
        phase=0, result="Failed", at="charts/cart/values.yaml:2",
        says="charts/cart/values.yaml:2: INTEGRATION_MODE is still used: tests have no modes; delete it, *",
    ),
    Way(
        name="INTEGRATION_MODE in a CI workflow",
        parts=CART,
        change=put({".github/workflows/test.yml": "env:\n  INTEGRATION_MODE: local\n"}),
        phase=0, result="Failed", at=".github/workflows/test.yml:2",
        says=".github/workflows/test.yml:2: INTEGRATION_MODE is still used: tests have no modes; delete it, *",
    ),
    Way(
        name="INTEGRATION_MODE in the environment",
        parts=CART,
        change=variables(INTEGRATION_MODE="cluster"),
        phase=0, result="Failed",
        says="$INTEGRATION_MODE: INTEGRATION_MODE is set in the environment: tests have no modes; unset it, *",
    ),
    Way(
        name="a pack script",
        parts=CART,
        change=put({"services/cart/__tests__/integration/run_integration_tests.sh": "#!/bin/sh\ngo test ./...\n"}),
        phase=0, result="Failed", at="services/cart/__tests__/integration/run_integration_tests.sh:0",
        says="services/cart/__tests__/integration/run_integration_tests.sh: run_integration_tests.sh is still here: delete it; *",
    ),
    Way(
        name="a call of a pack script",
        parts=CART,
        change=put({"build/test.mk": "test:\n\t./__tests__/integration/run_integration_tests.sh\n"}),
        phase=0, result="Failed", at="build/test.mk:2",
        says="build/test.mk:2: run_integration_tests.sh is still called: call `ameide dev inner-loop-test` instead",
    ),
    Way(
        name="the old integration runner",
        parts=CART,
        change=put({"tools/integration-runner/main.py": "print()\n"}),
        phase=0, result="Failed", at="tools/integration-runner/main.py:0",
        says="tools/integration-runner/main.py: tools/integration-runner is still here: delete it; *",
    ),
    Way(
        name="a Go placeholder that skips",
        parts=CART,
        change=go_test("services/cart/more_test.go", '\tt.Skip("todo")'),
        phase=0, result="Failed", at="services/cart/more_test.go:6",
        says="services/cart/more_test.go:6: a test that always skips hides that it is missing: write it, *",
    ),
    Way(
        name="it.skip in Jest",
        parts=STOREFRONT,
        change=swap(UNIT_TS, "test('of an empty cart", "test.skip('of an empty cart"),
        phase=0, result="Failed", at=f"{UNIT_TS}:*",
        says=f"{UNIT_TS}:*: a test that always skips hides that it is missing: write it, let it fail, or delete it",
    ),
    Way(
        name="it.only in Jest",
        parts=STOREFRONT,
        change=swap(UNIT_TS, "test('of an empty cart", "test.only('of an empty cart"),
        phase=0, result="Failed", at=f"{UNIT_TS}:*",
        says=f"{UNIT_TS}:*: a focused test hides all others of its file: take `only` or the leading `f` away",
    ),
    Way(
        name="pytest.mark.skip",
        parts=DISCOUNTS,
        change=swap(RULES_PY, "def test_fewer_items", "@pytest.mark.skip\ndef test_fewer_items"),
        phase=0, result="Failed", at=f"{RULES_PY}:*",
        says=f"{RULES_PY}:*: a test that always skips hides that it is missing: write it, let it fail, give it a condition, *",
    ),
]  # fmt: skip

OLD_VALUES = put({"deploy/values.yaml": "mode: INTEGRATION_MODE\n"})
ALLOWLIST = [
    Way(
        name="an expired entry of the allowlist",
        parts=CART,
        change=each(OLD_VALUES, put({"ameide.toml": allowed(expires="2026-01-31")})),
        phase=0, result="Failed", counts={"failed": 2},
        says="deploy/values.yaml:1: INTEGRATION_MODE is still used*",
        also="ameide.toml: entry 1 of the allowlist expired on 2026-01-31: mend what it allowed, or ask shop for a new date",
    ),
    Way(
        name="an unused entry of the allowlist",
        parts=CART,
        change=put({"ameide.toml": allowed()}),
        phase=0, result="Failed", at="ameide.toml:0",
        says="ameide.toml: entry 1 of the allowlist allows nothing that is there: delete it (or correct *)",
    ),
    Way(
        name="an entry of the allowlist without a reason",
        parts=CART,
        change=each(OLD_VALUES, put({"ameide.toml": allowed(reason="")})),
        phase=0, result="Failed", counts={"failed": 2},
        says="deploy/values.yaml:1: INTEGRATION_MODE is still used*",
        also="ameide.toml: entry 1 of the allowlist has no reason: an entry is {rule = *}*",
    ),
]  # fmt: skip

LOST = [
    Way(
        name="a Go test with a tag that nobody sets",
        parts=CART,
        change=go_test("services/cart/slow_test.go", "", name="TestSlow", tag="slow"),
        phase=0, result="Failed", at="services/cart/slow_test.go:1",
        says="services/cart/slow_test.go:1: no phase runs TestSlow: its build constraint (with its name) is true in neither "
        "build: write `//go:build integration` for phase 2, or take the constraint away for phase 1",
    ),
    Way(
        name="a Jest test in no phase's folder",
        parts=STOREFRONT,
        change=each(
            put({"packages/storefront/src/price.test.ts": "test('costs', () => {});\n"}),
            swap("packages/storefront/jest.config.mjs", "<rootDir>/__tests__/{unit,integration}/**/", "**/"),
        ),
        phase=0, result="Failed", at="packages/storefront/src/price.test.ts:0",
        says="packages/storefront/src/price.test.ts: Jest lists it, but neither phase runs it: move it to "
        "packages/storefront/src/__tests__/unit/price.test.ts (phase 1) or "
        "packages/storefront/src/__tests__/integration/price.test.ts (phase 2)",
    ),
    Way(
        name="a Jest test that Jest does not list",
        parts=STOREFRONT,
        change=put({"packages/storefront/src/price.test.ts": "test('costs', () => {});\n"}),
        phase=0, result="Failed", at="packages/storefront/src/price.test.ts:0",
        says="packages/storefront/src/price.test.ts: no runner lists it: move it to "
        "packages/storefront/src/__tests__/unit/price.test.ts (phase 1) or *",
    ),
    Way(
        name="a test of another runner beside a Playwright config at the root",
        parts=(),
        change=each(
            gone("packages", "services", "e2e"),
            put({
                "playwright.config.mjs": "export default { testDir: './e2e' };\n",
                "e2e/shop.spec.mjs": "import { test } from '@playwright/test';\n\ntest('opens', () => {});\n",
                "src/price.test.ts": "import { test } from 'vitest';\n\ntest('costs', () => {});\n",
            }),
        ),
        phase=0, result="Failed", at="src/price.test.ts:0", counts={"failed": 1},
        says="src/price.test.ts: no runner lists it: it is written for vitest, which no phase runs: *",
    ),
    Way(
        name="a Python test outside testpaths",
        parts=DISCOUNTS,
        change=put({"services/discounts/discounts/test_inside.py": "def test_inside() -> None:\n    assert True\n"}),
        phase=0, result="Failed", at="services/discounts/discounts/test_inside.py:0",
        says="services/discounts/discounts/test_inside.py: pytest does not collect it: correct testpaths, python_files, "
        "norecursedirs or --ignore, or delete the file",
    ),
    Way(
        name="a Python test that -k in addopts leaves out",
        parts=DISCOUNTS,
        change=swap(DISCOUNTS_TOML, "--strict-config", "-k 'not fewer'"),
        phase=0, result="Failed", at=f"{RULES_PY}:*", counts={"failed": 1},
        says=f"{RULES_PY}:*: no phase runs test_fewer_items_than_none_are_refused: -k or --deselect in addopts, or a conftest, "
        "leaves it out: *",
    ),
    Way(
        name="nothing to test at all",
        parts=("README.md",),
        change=put({"src/main.c": "int main(void) { return 0; }\n"}),
        phase=0, result="Failed",
        says="nothing to test was found: no go.mod, Jest project, pytest configuration or Playwright config (see --explain)",
    ),
]  # fmt: skip

TOOLS = [
    Way(
        name="a Go test that does not compile",
        parts=CART,
        change=swap(TOTAL_GO, "Add(nil, percent); err == nil", "Sub(nil, percent); err == nil"),
        phase=0, result="Failed", kind="CompileError", at=f"{TOTAL_GO}:*",
        says="example.com/monorepo/cart does not compile: *total_test.go:*: undefined: Sub",
    ),
    Way(
        name="a Go test that compiles only without the tag",
        parts=CART,
        change=go_test("services/cart/more_test.go", "\tmore()", tag="integration"),
        phase=0, result="Failed", kind="CompileError", at="services/cart/more_test.go:8", names="*integration*",
        says="example.com/monorepo/cart does not compile: *more_test.go:8:*: undefined: more",
    ),
    Way(
        name="go.mod that asks for a module that is not there",
        parts=CART,
        change=swap(TOTAL_GO, '"errors"', '"errors"\n\t_ "example.com/nowhere"'),
        phase=0, result="Failed", kind="CompileError",
        says="example.com/monorepo/cart does not compile: total_test.go:5:2: no required module provides package *nowhere; *",
    ),
    Way(
        name="a broken Jest config",
        parts=STOREFRONT,
        change=swap("packages/storefront/jest.config.mjs", "export default {", "export default {{"),
        phase=0, result="Failed", at="packages/storefront/jest.config.mjs:0",
        says="jest packages/storefront: jest --listTests ended with exit code 1: *SyntaxError: *",
    ),
    Way(
        name="a Python test that cannot be imported",
        parts=DISCOUNTS,
        change=swap(RULES_PY, "import pytest\n", "import pytest\nimport nowhere\n"),
        phase=0, result="Failed", kind="CollectionError", at=f"{RULES_PY}:4",
        says="pytest services/discounts: tests/test_rules.py cannot be collected: *No module named 'nowhere'",
    ),
    Way(
        name="an unknown marker",
        parts=DISCOUNTS,
        change=swap(RULES_PY, "def test_fewer_items", "@pytest.mark.intergration\ndef test_fewer_items"),
        phase=0, result="Failed", kind="CollectionError", at=f"{RULES_PY}:*",
        says="pytest services/discounts: *'intergration' not found in `markers` configuration option",
    ),
    Way(
        name="a conftest that does not load",
        parts=DISCOUNTS,
        change=put({"services/discounts/conftest.py": "raise RuntimeError('no database')\n"}),
        phase=0, result="Failed",
        says="pytest services/discounts: *conftest.py cannot be loaded: RuntimeError: no database",
    ),
    Way(
        name="pytest finds no test in its files",
        parts=DISCOUNTS,
        change=each(gone("services/discounts/tests/test_server.py"), put({RULES_PY: "def check() -> None: ...\n"})),
        phase=0, result="Failed",
        says="pytest services/discounts: it finds no test in 1 file: correct testpaths or python_files",
    ),
    Way(
        name="a Playwright spec that does not load",
        parts=E2E,
        change=put({"e2e/tests/broken.spec.ts": "import './nowhere';\n"}),
        phase=0, result="Failed",
        says="playwright e2e: Error: Cannot find module *nowhere*",
    ),
    Way(
        name="a Playwright config without tests",
        parts=E2E,
        change=gone("e2e/tests/storefront.spec.ts"),
        phase=0, result="Failed",
        at="e2e/playwright.config.ts:0",
        says="playwright e2e: it finds no test: correct testDir or testMatch of e2e/playwright.config.ts",
    ),
    Way(
        name="a Python test module that dials the API server when it is loaded",
        parts=DISCOUNTS,
        change=swap(RULES_PY, "import pytest\n", "import pytest, socket\n\nsocket.socket().connect_ex(('10.96.0.1', 443))\n"),
        phase=0, result="Errored", kind="NetworkAccess",
        says="pytest services/discounts: loading its tests tried to reach 10.96.0.1:443 (tcp): do that in a test of phase 3 *",
    ),
    Way(
        name="a collection that hangs",
        parts=DISCOUNTS,
        change=each(
            put({"ameide.toml": "[policy]\ntimeout-seconds = 3\n"}),
            swap(RULES_PY, "import pytest\n", "import pytest\nimport time\n\ntime.sleep(3600)\n"),
        ),
        phase=0, result="TimedOut",
        says="pytest services/discounts: not done when the phase's timeout-seconds were over: does a test file wait for *",
    ),
    Way(
        name="Jest is not installed",
        parts=(*STOREFRONT, "package-lock.json"),
        change=gone("node_modules"),
        phase=0, result="Errored", kind="ToolMissing",
        says="jest is not installed: run `npm ci`",
    ),
    Way(
        name="Playwright is not installed",
        parts=(*E2E, "package-lock.json"),
        change=gone("node_modules"),
        phase=0, result="Errored", kind="ToolMissing",
        says="@playwright/test is not installed: run `npm ci`",
    ),
    Way(
        name="pytest is not installed",
        parts=DISCOUNTS,
        change=python_without_pytest,
        phase=0, result="Errored", kind="ToolMissing",
        says="pytest services/discounts: pytest is not installed in .venv/bin/python: install it there",
    ),
    Way(
        name="go is not on PATH",
        parts=CART,
        change=without("go"),
        phase=0, result="Errored", kind="ToolMissing",
        says="go is not installed, or not on PATH*",
    ),
    Way(
        name="node is not on PATH",
        parts=STOREFRONT,
        change=without("node"),
        phase=0, result="Errored", kind="ToolMissing",
        says="node is not installed, or not on PATH*",
    ),
]  # fmt: skip

POLICY_WAYS = [*LEGACY, *ALLOWLIST, *LOST, *TOOLS]
