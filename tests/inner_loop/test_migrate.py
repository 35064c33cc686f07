"""``ameide migrate`` with the real tools: the legacy example is carried to green phases, with nothing of the old way left."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from inner_loop.checkout import EXAMPLE, ROOT, Checkout

LEGACY = ROOT / "examples" / "legacy"
E2E = ("labels-helpers", "labels", "rates-conftest", "rates", "stock-shelf")
"""Of each file of which something is dropped."""


@pytest.fixture
def warehouse(example: Path, tmp_path: Path) -> Checkout:
    """The legacy example as a checkout, with the tools of the other one."""
    root = tmp_path / "warehouse"
    shutil.copytree(LEGACY, root)
    for name in ("node_modules", ".venv"):
        (root / name).symlink_to(EXAMPLE / name)
    made = Checkout(root=root)
    made.commit()
    return made


def test_the_legacy_example_is_carried_to_green_phases(warehouse: Checkout) -> None:
    assert warehouse.run().results == ["Failed", "NotRun", "NotRun", "NotRun"]

    applied = warehouse.ameide("migrate", "--apply", "--json")

    assert applied.code == 0, applied.why
    body = json.loads(applied.stdout)
    assert [each["name"] for each in body["steps"] if not each["changes"] or each["todos"]] == []
    assert body["verified"]["lost"] == []
    assert body["verified"]["toPhase3"] == ["[jest packages/labels] labels › does not know everybody"]
    assert 0 < body["verified"]["passedBefore"] <= body["verified"]["passedAfter"]

    green = warehouse.run()
    assert (green.code, green.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), green.why
    assert set(green.cases(1)) == {
        "[go services/stock] TestNothingCannotBeShipped",
        "[jest packages/labels] a city is written in capitals",
        "[pytest services/rates] test_a_parcel_weighs_something",
        *(
            f"[pytest services/rates] test_each_kilogram_that_was_begun_counts[{each}]"
            for each in ("1-300", "1000-300", "1001-600")
        ),
    }
    assert set(green.cases(2)) == {
        "[go services/stock] TestThereIsEnoughTea",
        "[go services/stock] TestThereIsNotEnoughTea",
        "[jest packages/labels] labels › has the name first",
        "[pytest services/rates] test_a_parcel_to_austria",
        "[pytest services/rates] test_the_stub_knows_one_rate[at]",
        "[pytest services/rates] test_the_stub_knows_one_rate[de]",
    }
    stubs = sorted(each.name for each in (warehouse.root / "e2e/tests").glob("*-in-the-cluster.spec.ts"))
    assert stubs == [f"{each}-in-the-cluster.spec.ts" for each in E2E]

    status = json.loads(warehouse.ameide("status", "--json").stdout)
    assert status["findings"] == []
    audit = json.loads(warehouse.ameide("audit", "--only", "classification", "--json", "--no-cache").stdout)
    assert audit["findings"] == []
    plan = json.loads(warehouse.ameide("migrate", "--json").stdout)
    assert [each["name"] for each in plan["steps"] if not each["done"]] == []


def test_a_test_that_breaks_on_the_way_stops_it(warehouse: Checkout) -> None:
    """The stub counts how often the mode is asked, which nobody could know."""
    path = "services/stock/mode_test.go"
    warehouse.replace(path, "func mode() string {\n", 'func mode() string {\n\tos.Setenv("ASKED", "yes")\n')
    warehouse.replace(
        "services/stock/shelf_test.go",
        "enough, err := CanShip(newShelf(t), \"tea\", 2)\n",
        "enough, err := CanShip(newShelf(t), \"tea\", 2)\n\tif os.Getenv(\"ASKED\") != \"yes\" {\n"
        "\t\tt.Fatal(\"nobody asked\")\n\t}\n",
    )  # fmt: skip
    warehouse.remove("packages", "services/rates")
    warehouse.git("add", "--all")
    warehouse.git("-c", "user.name=tests", "-c", "user.email=tests@example.com", "commit", "--quiet", "--message=Asks")

    ended = warehouse.ameide("migrate", "--apply")

    assert ended.code == 1, ended.why
    assert "  passed before: [go services/stock] TestThereIsEnoughTea: shelf_test.go:" in ended.stderr
    assert ended.stderr.endswith("hint: look with `git diff`; `git stash --include-untracked` takes all of it back\n")
