"""What is missing: workflows, packages and targets, and what the gate makes of them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from unit.inventory.repository import SHOP, read

from testrun.core.workflows import Workflow
from testrun.inventory import gaps, gate, pyramid
from testrun.inventory.gaps import Gaps, State
from testrun.inventory.model import Tier
from testrun.local.config import Gate, Target

TODAY = datetime.date(2026, 11, 26)
PAY = Workflow(name="pay now", priority="P1", components=("web", "cart"))
REFUND = Workflow(name="refund", priority="P3")
SHIP = Workflow(name="ship", priority="P1")
RATE = Workflow(name="rate", priority="P2", components=("a", "b", "c", "d"))


def found(*workflows: Workflow, targets: tuple[Target, ...] = (), declared: bool = True) -> Gaps:
    return gaps.find(read(), workflows if declared else None, targets, TODAY)


PROVED = {
    "a file that is called like it": (PAY, ["services/cart/pay_integration_test.go"]),
    "a title that says it": (REFUND, ["discounts/tests/test_rules.py"]),
    "a glob": (Workflow(name="x", tests=("packages/*",)), [
        "packages/web/__tests__/integration/api.contract.test.ts", "packages/web/__tests__/unit/a.test.ts",
    ]),
    "a tag": (Workflow(name="x", tests=("@checkout",)), ["e2e/tests/shop.spec.ts"]),
    "nothing": (SHIP, []),
    "no part of a word": (Workflow(name="fund"), []),
    "no test that no phase runs": (Workflow(name="lost"), []),
}  # fmt: skip


@pytest.mark.parametrize(("workflow", "files"), PROVED.values(), ids=PROVED)
def test_the_tests_that_prove_a_workflow(workflow: Workflow, files: list[str]) -> None:
    assert list(gaps.cover(workflow, read().files).files) == files


def test_a_tag_counts_the_tests_that_have_it() -> None:
    assert gaps.cover(Workflow(name="x", tests=("@checkout",)), read().files).tests[Tier.E2E] == 1


def test_what_is_missing_comes_first_by_priority_and_effort() -> None:
    told = [
        (each.workflow.name, each.workflow.priority, each.effort, each.missing)
        for each in found(REFUND, RATE, PAY, SHIP).workflows or ()
    ]
    assert told == [
        ("ship", "P1", "low", ("integration",)),
        ("rate", "P2", "high", ("integration",)),
        ("pay now", "P1", "medium", ()),
        ("refund", "P3", "low", ()),
    ]


def test_a_workflow_may_need_several_tiers() -> None:
    both = Workflow(name="pay", needs=("integration", "e2e", "golden"), effort="high")
    assert [(each.effort, each.missing) for each in found(both).workflows or ()] == [("high", ("golden",))]


def test_packages_without_tests_and_without_integration_tests() -> None:
    files = {path: text for path, text in SHOP.items() if "integration" not in path}
    told = gaps.find(read(files), None, (), TODAY)
    assert ([each.folder for each in told.untested], [each.folder for each in told.not_integrated]) == (
        ["services/empty"],
        ["packages/web", "services/cart"],
    )


TARGETS: dict[str, tuple[dict[str, Any], int, State]] = {
    "reached": ({"tier": "integration", "tests": 2}, 2, State.REACHED),
    "its day is today": ({"tier": "integration", "tests": 9, "by": TODAY}, 2, State.OPEN),
    "its day was yesterday": ({"tier": "integration", "tests": 9, "by": TODAY - datetime.timedelta(days=1)}, 2, State.OVERDUE),
    "without a day": ({"tier": "integration", "tests": 9}, 2, State.OVERDUE),
    "of a package": ({"tier": "unit", "package": "services/*", "tests": 2}, 2, State.REACHED),
    "files": ({"tier": "unit", "files": 3}, 3, State.REACHED),
    "percent of workflows": ({"tier": "integration", "workflows": 50}, 50, State.REACHED),
}


@pytest.mark.parametrize(("target", "have", "state"), TARGETS.values(), ids=TARGETS)
def test_progress_against_a_target(target: dict[str, Any], have: int, state: State) -> None:
    told = found(PAY, SHIP, targets=(Target(**target),)).progress[0]
    assert (told.have, told.state) == (have, state)


def judged(told: Gaps, **config: Any) -> dict[str, tuple[str, str]]:
    cases = gate.judge(told, Gate(**config), workflows_file="workflows.yaml")
    return {case.name: (str(case.status), case.message) for case in cases}


def test_the_gate_opens_when_nothing_that_is_demanded_is_missing() -> None:
    told = judged(found(PAY, REFUND), packages=["services/cart", "discounts"])
    assert {name: status for name, (status, _) in told.items()} == dict.fromkeys(
        [
            "integration tests › the repository has some",
            "integration tests › services/cart",
            "integration tests › discounts",
            "workflows › pay now",
            "workflows › refund",
        ],
        "passed",
    )


def test_what_is_demanded_and_missing_is_a_failure_and_the_rest_is_noted() -> None:
    late, later = Target(tier="e2e", tests=9, by=TODAY - datetime.timedelta(days=1)), Target(tier="e2e", tests=9, by=TODAY)
    told = judged(found(SHIP, RATE, targets=(late, later)), packages=["services/*", "nowhere"])
    assert told == {
        "integration tests › the repository has some": ("passed", ""),
        "integration tests › services/cart": ("passed", ""),
        "integration tests › services/empty": (
            "failed", "services/empty has no integration test: make one with `ameide scaffold integration` --dir services/empty",
        ),
        "integration tests › nowhere": ("failed", "no package is called nowhere: correct packages under [gate]"),
        "workflows › ship": (
            "failed",
            "P1 ship has no integration test (effort: low): write one that is called like it, or is meant by `tests` (ship)",
        ),
        "workflows › rate": ("skipped", "P2 rate has no integration test, through a → b → c → d (effort: high)"),
        "targets › e2e ≥ 9 tests": ("skipped", "2 of 9 tests, due 2026-11-26"),
    }  # fmt: skip


def test_a_target_that_is_overdue_is_a_failure() -> None:
    late = Target(tier="e2e", tests=9, by=TODAY - datetime.timedelta(days=1))
    assert judged(found(targets=(late,)))["targets › e2e ≥ 9 tests"] == (
        "failed",
        "e2e: 2 of 9 tests, which was due 2026-11-25: write them, or set another day in [[gaps.targets]]",
    )


def test_a_repository_without_integration_tests_is_never_promoted() -> None:
    told = judged(
        gaps.find(read({"go.mod": "module a", "a_test.go": "package a\nfunc TestA(t *testing.T) {}\n"}), None, (), TODAY)
    )
    assert told == {
        "integration tests › the repository has some": (
            "failed", "there is no integration test: make one with `ameide scaffold integration`",
        ),
        "workflows › declared": ("skipped", "there is no workflows.yaml: nothing says which workflows are critical"),
    }  # fmt: skip


def test_the_pyramid_has_a_bar_for_each_tier_as_wide_as_it_has_tests() -> None:
    counts = {Tier.UNIT: 40, Tier.GOLDEN: 0, Tier.CONTRACT: 0, Tier.INTEGRATION: 20, Tier.E2E: 10}
    picture = pyramid.svg(counts, "Tests of <shop>")
    assert 'aria-label="Tests: 40 unit, 0 golden, 0 contract, 20 integration, 10 e2e"' in picture
    assert [picture.count(f'width="{width}"') for width in ("376.0", "188.0", "94.0", "3.0")] == [1, 1, 1, 2]
    assert "Tests of &lt;shop&gt;" in picture


SHAPES = {
    "There is no test yet.": (0, 0, 0),
    "Nothing between unit and end-to-end tests: no test shows that the parts work together.": (9, 0, 3),
    "It stands on its tip: more slow tests than fast ones.": (9, 2, 3),
    "Many fast tests, fewer slow ones.": (9, 3, 2),
}


@pytest.mark.parametrize(("sentence", "numbers"), SHAPES.items())
def test_its_shape_in_words(sentence: str, numbers: tuple[int, int, int]) -> None:
    unit, integration, e2e = numbers
    counts = {Tier.UNIT: unit, Tier.GOLDEN: 0, Tier.CONTRACT: 0, Tier.INTEGRATION: integration, Tier.E2E: e2e}
    assert pyramid.shape(counts) == sentence
