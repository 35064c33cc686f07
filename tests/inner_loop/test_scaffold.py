"""``ameide scaffold`` with the real tools: each kind in each language is red in its phase and only there, and green once it is
implemented.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest
from inner_loop.checkout import CART, DISCOUNTS, E2E, STOREFRONT, Checkout, check_evidence, matches

SHOP = "packages/storefront"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Made:
    """What a scaffold makes, and how it is implemented."""

    kind: str
    language: str
    name: str
    parts: tuple[str, ...]
    path: str
    case: str
    says: str
    wants: str
    """The line that is red."""
    becomes: str

    @property
    def phase(self) -> int:
        return 1 if self.kind == "unit" else 2


MADE = (
    Made(
        kind="unit", language="go", name="no lines", parts=CART, path="services/cart/no_lines_test.go",
        case="[go services/cart] TestNoLines", says="no_lines_test.go:6: not implemented: call the code of package cart that *",
        wants="t.Fatal(", becomes='if got, _ := Add(nil, 0); got != (Total{}) {\n\t\tt.Errorf("got %v", got)\n\t}',
    ),
    Made(
        kind="integration", language="go", name="no lines", parts=CART, path="services/cart/no_lines_integration_test.go",
        case="[go services/cart] TestNoLinesIntegration",
        says="no_lines_integration_test.go:8: not implemented: let the real code of package cart do *",
        wants="t.Fatal(", becomes='if got, _ := Add(nil, 0); got != (Total{}) {\n\t\tt.Errorf("got %v", got)\n\t}',
    ),
    Made(
        kind="unit", language="ts", name="catalog", parts=STOREFRONT, path=f"{SHOP}/__tests__/unit/catalog.test.ts",
        case=f"[jest {SHOP}] catalog", says="not implemented: call one of PRODUCTS, findProduct, and compare *",
        wants="throw new Error(", becomes="if (catalog.findProduct('cup')?.price !== 1200) throw new Error('the cup');",
    ),
    Made(
        kind="integration", language="ts", name="Catalog", parts=STOREFRONT, path=f"{SHOP}/__tests__/integration/catalog.test.ts",
        case=f"[jest {SHOP}] catalog", says="not implemented: call one of PRODUCTS, findProduct with a stub *",
        wants="throw new Error(", becomes="if (catalog.findProduct('cup')?.price !== 1200) throw new Error('the cup');",
    ),
    Made(
        kind="unit", language="python", name="best", parts=DISCOUNTS, path="services/discounts/tests/test_best.py",
        case="[pytest services/discounts] test_best", says="Failed: not implemented: call the code for 'best', *",
        wants="pytest.fail(", becomes="assert pytest.approx(1) == 1",
    ),
    Made(
        kind="integration", language="python", name="rules", parts=DISCOUNTS,
        path="services/discounts/tests/test_rules_integration.py",
        case="[pytest services/discounts] test_rules_integration",
        says="Failed: not implemented: let what discounts.rules has do 'rules', with a stub *",
        wants="pytest.fail(", becomes="assert rules.NONE.percent == 0",
    ),
)  # fmt: skip


@pytest.mark.parametrize("made", [pytest.param(made, id=f"{made.language} {made.kind}") for made in MADE])
def test_a_new_test_is_red_in_its_phase_and_only_there_until_it_is_implemented(
    made: Made, checkout: Callable[..., Checkout]
) -> None:
    repository = checkout(*made.parts)
    repository.write("ameide.toml", "[integration]\nmin-tests = 0\n")  # the parts have none
    results = ["Passed"] * made.phase + ["Failed"] + ["NotRun"] * (3 - made.phase)

    said = repository.ameide("scaffold", made.kind, "--lang", made.language, made.name)

    assert (said.code, said.stdout) == (0, f"{made.path}\n"), said.why
    red = repository.run()
    assert (red.code, red.results) == (1, results), red.why
    check_evidence(red)
    assert [
        (each["file"], matches(made.says, each["message"].partition("\n")[0])) for each in red.phase(made.phase)["failures"]
    ] == [(made.path, True)], red.told(made.phase)
    assert [name for name, result in red.cases(made.phase).items() if result == "failure"] == [made.case]
    other = repository.run("--phase", str(3 - made.phase), "--json")
    assert (other.results[3 - made.phase], made.case in other.cases(3 - made.phase)) == ("Passed", False), other.why

    lines = (repository.root / made.path).read_text().splitlines(keepends=True)
    indents = [line[: len(line) - len(line.lstrip())] + made.becomes + "\n" if made.wants in line else line for line in lines]
    repository.write(made.path, "".join(indents))
    green = repository.run()

    assert (green.code, green.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), green.why
    assert green.cases(made.phase)[made.case] == "passed"


def test_a_new_browser_test_is_red_in_phase_3_and_only_there(checkout: Callable[..., Checkout], shop: str) -> None:
    repository = checkout(*DISCOUNTS, *E2E)
    repository.remove("e2e/tests/storefront.spec.ts")
    path, local = "e2e/tests/front-page.spec.ts", ("--phase", "3", "--e2e", "local", "--json")

    said = repository.ameide("scaffold", "e2e", "front page", folder="e2e")

    assert (said.code, said.stdout) == (0, f"{path}\n"), said.why
    before = repository.run()
    assert (before.code, before.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), before.why
    red = repository.run(*local, env={"BASE_URL": shop})
    assert (red.code, red.results) == (1, ["NotRun", "NotRun", "NotRun", "Failed"]), red.why
    check_evidence(red)
    assert red.cases(3) == {"front page": "failure"}
    assert matches('Error: not implemented: do "front page" as a user would, *', red.told(3))

    repository.replace(path, "expect(false, 'not", "await expect(page.getByRole('heading'), 'not")
    repository.replace(path, ".toBe(true)", ".toHaveText('Tea and cups')")
    green = repository.run(*local, env={"BASE_URL": shop})

    assert (green.code, green.results[3], green.cases(3)) == (0, "Passed", {"front page": "passed"}), green.why


def test_the_second_time_nothing_is_overwritten(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*CART, *DISCOUNTS)
    words = ("scaffold", "unit", "--lang", "python", "checkout")
    path = "services/discounts/tests/test_checkout.py"
    assert repository.ameide(*words).code == 0
    repository.write(path, "mine\n")

    again = repository.ameide(*words)

    assert (again.code, again.stdout, again.stderr) == (
        2,
        "",
        f"error: {path} is there already: nothing was written\nhint: implement it, or choose another name for another test\n",
    )
    assert (repository.root / path).read_text() == "mine\n"


def test_what_git_ignores_is_not_overwritten_either(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*CART)
    repository.write("services/cart/.gitignore", "x_test.go\n")
    repository.write("services/cart/x_test.go", "mine\n")

    ended = repository.ameide("scaffold", "unit", "--lang", "go", "x")

    assert (ended.code, ended.stderr.splitlines()[0]) == (
        2,
        "error: services/cart/x_test.go is there already: nothing was written",
    )
    assert (repository.root / "services/cart/x_test.go").read_text() == "mine\n"


def test_a_dry_run_shows_the_test_and_writes_nothing(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*CART)
    words = ("scaffold", "integration", "--lang", "go", "totals", "--dry-run")

    shown, told = repository.ameide(*words, folder="services/cart"), repository.ameide(*words, "--json")

    body = json.loads(told.stdout)
    assert body == {
        "path": "services/cart/totals_integration_test.go", "phase": "integration", "test": "TestTotalsIntegration",
        "written": False, "run": "ameide dev inner-loop-test --phase integration", "notes": [], "content": body["content"],
    }  # fmt: skip
    assert shown.stdout == f"{body['path']}\n\n{body['content']}"
    assert body["content"].startswith(
        '//go:build integration\n\npackage cart\n\nimport "testing"\n\nfunc TestTotalsIntegration(t'
    )
    assert not repository.git("status", "--porcelain")


def test_no_language_and_a_folder_without_a_package_are_clear_errors(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*CART)

    without = repository.ameide("scaffold", "unit", "x")
    nowhere = repository.ameide("scaffold", "e2e", "x", "--dir", "services")

    assert (without.code, without.stderr) == (2, "error: --lang is missing: go, ts, python\nhint: ameide scaffold --help\n")
    assert (nowhere.code, nowhere.stderr.splitlines()[0]) == (
        2,
        "error: end-to-end tests are Playwright's, and there is no playwright.config.* in this folder, above it or below it",
    )
