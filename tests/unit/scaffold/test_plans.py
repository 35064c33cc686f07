"""Where a new test belongs, what it is called, and why there is none: worked out from a repository's files."""

from __future__ import annotations

import pytest

from testrun.core.phases import Phase
from testrun.scaffold import naming, plans
from testrun.scaffold.plan import CannotScaffold, Planned, Tree

GO = {"services/cart/go.mod": "module cart", "services/cart/total.go": "// package x\npackage cart\n"}
JEST = {
    "package.json": '{"workspaces": ["packages/*"], "devDependencies": {"jest": "30"}}',
    "packages/shop/package.json": "{}",
    "packages/shop/src/price.ts": "import { x } from './x.js';\nexport const price = 1;\n",
}
PYTHON = {
    "discounts/pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["tests"]\nmarkers = ["integration: far"]\n',
    "discounts/tests/test_rules.py": "from discounts import rules\n",
    "discounts/discounts/rules.py": "",
    "discounts/discounts/server.py": "",
}
E2E = {"e2e/playwright.config.ts": "export default { /* testDir: 'old' */ testDir: './specs' };\n"}


def plan(
    files: dict[str, str], kind: str, language: str, name: str, folder: str = ".", **config: object
) -> Planned:  # fmt: skip
    tree = Tree(files=sorted(files), read=lambda path: files.get(path, "").encode(), **config)  # type: ignore[arg-type]
    return plans.plan(tree, Phase(kind), language, name, folder)


WEB = "packages/shop/__tests__"
PLACES = {
    "Go, the only module": (GO, "unit", "go", "total", ".", "services/cart/total_test.go", "TestTotal"),
    "Go, integration": (GO, "integration", "go", "total", ".", "services/cart/total_integration_test.go", "TestTotalIntegration"),
    "Go, a folder of the module": (
        GO | {"services/cart/api/api.go": "package api"}, "unit", "go", "HTTPServer", "services/cart/api",
        "services/cart/api/http_server_test.go", "TestHttpServer",
    ),
    "Go, a name that ends like a platform": (
        GO, "unit", "go", "price on linux", ".", "services/cart/priceonlinux_test.go", "TestPriceOnLinux",
    ),
    "Jest, a package of a workspace": (
        JEST, "unit", "ts", "price list", ".", "packages/shop/__tests__/unit/price-list.test.ts", "price list",
    ),
    "Jest, JavaScript without a type": (
        {"package.json": '{"devDependencies": {"jest": "30"}}', "a.js": ""}, "unit", "ts", "a-b", ".",
        "__tests__/unit/a-b.test.js", "a b",
    ),
    "Jest, as the tests beside it are called, and not the helpers": (
        JEST | {f"{WEB}/unit/a.spec.tsx": "it('a', f);", f"{WEB}/unit/_help.ts": "", f"{WEB}/unit/_more.ts": ""}, "integration",
        "ts", "cart", "packages/shop/src", f"{WEB}/integration/cart.spec.tsx", "cart",
    ),
    "pytest, testpaths": (PYTHON, "unit", "python", "server", ".", "discounts/tests/test_server.py", "test_server"),
    "pytest, integration": (
        PYTHON, "integration", "python", "test_server", "discounts/discounts", "discounts/tests/test_server_integration.py",
        "test_server_integration",
    ),
    "pytest, folders of phases": (
        PYTHON | {"discounts/tests/integration/test_a.py": ""}, "integration", "python", "server", "discounts",
        "discounts/tests/integration/test_server.py", "test_server",
    ),
    "pytest, a folder of the phase that it does not look into": (
        {"pytest.ini": "[pytest]\ntestpaths = t/unit\n", "t/unit/test_a.py": "", "t/integration/test_b.py": ""}, "integration",
        "python", "shop", ".", "t/unit/test_shop_integration.py", "test_shop_integration",
    ),
    "pytest, the folder of the other phase": (
        {"unit/test_a.py": "", "integration/test_b.py": ""}, "integration", "python", "shop", ".", "integration/test_shop.py",
        "test_shop",
    ),
    "pytest, without a configuration": ({"shop.py": ""}, "unit", "python", "Shop", ".", "tests/test_shop.py", "test_shop"),
    "pytest, other names of files": (
        {"pytest.ini": "[pytest]\npython_files = check_*.py\n", "shop.py": ""}, "unit", "python", "shop", ".",
        "tests/check_shop.py", "test_shop",
    ),
    "Playwright, testDir": (E2E, "e2e", "ts", "checkout", ".", "e2e/specs/checkout.spec.ts", "checkout"),
    "Playwright, as its siblings are": (
        {"playwright.config.js": "", "web/shop.test.mjs": "import { test } from '@playwright/test'"}, "e2e", "ts",
        "checkout", ".", "web/checkout.test.mjs", "checkout",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "kind", "language", "name", "folder", "path", "test"), PLACES.values(), ids=PLACES)
def test_where_it_stands_and_what_it_is_called(
    files: dict[str, str], kind: str, language: str, name: str, folder: str, path: str, test: str
) -> None:
    planned = plan(files, kind, language, name, folder)

    assert (planned.path, planned.test, planned.phase) == (path, test, kind)


def test_a_module_of_the_same_name_is_imported() -> None:
    """As the package writes imports; in Python only from a package that another test imports from."""
    assert "import * as price from '../../src/price.js';\n" in plan(JEST, "unit", "ts", "price").content
    assert "from discounts import server\n" in plan(PYTHON, "unit", "python", "server").content
    assert "from discounts" not in plan(PYTHON | {"discounts/tests/test_rules.py": ""}, "unit", "python", "server").content


def test_quotes_are_those_of_the_package() -> None:
    double = JEST | {"packages/shop/__tests__/unit/a.test.ts": 'import { x } from "../../src/x.js";\ntest("a", x);'}
    assert 'import { test } from "@jest/globals";\n' in plan(double, "unit", "ts", "cart").content


def test_a_marker_that_pytest_does_not_know_is_noted() -> None:
    bare = {"shop/pyproject.toml": "[project]", "shop/shop.py": ""}
    assert plan(bare, "integration", "python", "a").notes == (
        'pytest of shop has no marker "integration" of its own: add it to `markers`, with what it means',
    )
    assert plan(bare, "unit", "python", "a").notes == plan(PYTHON, "integration", "python", "a").notes == ()


AROUND = " in this folder, above it or below it"
REFUSED = {
    "a path": (GO, "unit", "go", "a/b", ".", "'a/b' is no name for a test: letters, digits, spaces, - and _ make one"),
    "nothing": (GO, "unit", "go", "_", ".", "'_' is no name for a test: letters, digits, spaces, - and _ make one"),
    "TestMain": (GO, "unit", "go", "main", ".", "TestMain is what Go starts in place of the tests of a package"),
    "a function that is there": (
        GO | {"services/cart/a_test.go": "package cart\nfunc TestTotal(t *testing.T) {}\n"}, "unit", "go", "total", ".",
        "TestTotal is already in services/cart/a_test.go:2: nothing was written",
    ),
    "a file that is there": (
        PYTHON, "unit", "python", "rules", ".", "discounts/tests/test_rules.py is there already: nothing was written",
    ),
    "a file of the same name elsewhere": (
        {"pytest.ini": "", "a/test_x.py": "", "a/b/test_y.py": ""}, "unit", "python", "y", "a",
        "a/b/test_y.py has this name, and pytest takes two files of one name for one module: nothing was written",
    ),
    "no Go": (PYTHON, "unit", "go", "a", ".", f"there is no Go module here: no go.mod{AROUND}"),
    "no Python": (
        GO, "unit", "python", "a", ".",
        f"there is no Python here: no pyproject.toml, no configuration of pytest and no *.py{AROUND}",
    ),
    "no Jest": (
        {"package.json": '{"devDependencies": {"vitest": "3"}}'}, "unit", "ts", "a", ".",
        f"there is no Jest here: no Jest configuration, and no package.json that names jest,{AROUND}",
    ),
    "no Playwright": (
        JEST, "e2e", "ts", "a", ".", f"end-to-end tests are Playwright's, and there is no playwright.config.*{AROUND}",
    ),
    "e2e in Go": (E2E, "e2e", "go", "a", ".", "end-to-end tests are Playwright's, in TypeScript"),
    "several modules": (
        GO | {"api/go.mod": ""}, "unit", "go", "a", ".", "there are 2 Go modules here: api, services/cart",
    ),
    "no package in the folder": (
        {"go.mod": "", "cart/cart.go": "package cart"}, "unit", "go", "a", ".",
        ". holds no Go package, though folders below it do",
    ),
    "named files only": (
        {"pytest.ini": "[pytest]\npython_files = tests.py\n", "a/tests.py": ""}, "unit", "python", "a", ".",
        "python_files of the configuration names whole files (tests.py), so a new one would not be looked at",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "kind", "language", "name", "folder", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_made_is_said(
    files: dict[str, str], kind: str, language: str, name: str, folder: str, message: str
) -> None:
    with pytest.raises(CannotScaffold) as error:
        plan(files, kind, language, name, folder)
    assert str(error.value) == message


def test_what_no_phase_would_run_is_not_made() -> None:
    path = "services/cart/a_test.go"
    for config, why in (
        ({"exclude": ["services/*"]}, "`exclude` of the configuration means it"),
        ({"chosen": {"go": ["api"]}}, "no go project is there, or `go` of the configuration does not name it"),
    ):
        with pytest.raises(CannotScaffold) as error:
            plan(GO, "unit", "go", "a", **config)
        assert str(error.value) == f"no phase would run {path}: {why}"
    with pytest.raises(CannotScaffold) as error:
        plan(
            GO | {"services/cart/testdata/x.go": "package x", "services/cart/b_test.go": ""},
            "unit",
            "go",
            "a",
            "services/cart/testdata",
        )
    assert str(error.value).endswith(": Go passes over testdata, vendor, and what begins with _ or a dot")


@pytest.mark.parametrize(
    "given", ["cart total", "CartTotal", "cart-total", "test_cart_total", "TestCartTotal", "cart_total_test"]
)
def test_one_name_in_many_spellings(given: str) -> None:
    assert naming.parse(given).words == ("cart", "total")
