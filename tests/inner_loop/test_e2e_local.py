"""``--e2e local``: the repository's own Playwright on this machine, with the evidence and the verdicts that a shard has."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from inner_loop.checkout import DISCOUNTS, E2E, TIMEOUT_SECONDS, Checkout, Ended, check_evidence
from inner_loop.way import without

from testrun.envtest.waiting import eventually

LOCAL = ("--phase", "3", "--e2e", "local", "--json")
HEADING = """import { expect, test } from '@playwright/test';

test('the front page has its heading', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading')).toHaveText('Tea and cups', { timeout: 2_000 });
});
"""
GREEN = "import { test } from '@playwright/test';\n\ntest('looks', () => {});\n"
PLAIN = "export default { workers: 1, reporter: 'line', preserveOutput: 'never' };\n"


@pytest.fixture
def plain(checkout: Callable[..., Checkout]) -> Checkout:
    """Browser tests that need no browser."""
    made = checkout("package.json")
    made.write("e2e/playwright.config.mjs", PLAIN)
    made.write("e2e/a.spec.mjs", GREEN)
    return made


def manifest(**playwright: object) -> str:
    return json.dumps({
        "apiVersion": "testing.ameide.io/v1alpha1", "kind": "TestRun", "metadata": {"name": "shop", "namespace": "shop"},
        "spec": {"playwright": playwright},
    })  # fmt: skip


def attachments(ended: Ended) -> list[Path]:
    """The files that the JUnit of phase 3 names, which are there."""
    lines = [line for out in ElementTree.parse(ended.junit(3)).iter("system-out") for line in (out.text or "").splitlines()]
    found = [ended.junit(3).parent / line[13:-2] for line in lines if line.startswith("[[ATTACHMENT|")]
    assert all(each.is_file() for each in found), found
    return found


def test_after_three_green_phases_a_real_browser_tests_the_shop(checkout: Callable[..., Checkout], shop: str) -> None:
    repository = checkout(*DISCOUNTS, *E2E)
    repository.write("e2e/tests/storefront.spec.ts", HEADING)
    repository.write("e2e/testrun.yaml", manifest(baseURL=shop))

    ended = repository.run("--e2e", "local", "--json", env={"BASE_URL": None})

    assert (ended.code, ended.results) == (0, ["Passed"] * 4), ended.why
    check_evidence(ended)
    assert ended.cases(3) == {"the front page has its heading": "passed"}
    assert (ended.phase(3)["message"], ended.summary["testRun"]) == ("1 of 1 test passed", None)
    kept = ended.junit(3).parent / "shard-0/local"
    assert sorted(each.name for each in kept.iterdir()) == ["events.jsonl", "output.txt"]
    assert f"phase 3 e2e: playwright e2e on this machine against {shop}" in ended.stderr.splitlines()
    repository.nothing_runs()


def test_after_a_red_phase_no_browser_test_runs(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS, *E2E)
    repository.write("services/discounts/tests/test_red.py", "def test_red():\n    assert 1 == 2\n")

    ended = repository.run("--e2e", "local", "--json")

    assert (ended.code, ended.results) == (1, ["Passed", "Failed", "NotRun", "NotRun"]), ended.why
    check_evidence(ended)
    assert not (ended.junit(3).parent / "shard-0").exists()


def test_a_red_test_leaves_its_trace_and_its_screenshot(checkout: Callable[..., Checkout], shop: str) -> None:
    """Also where the configuration would serve a report of it until somebody ends that."""
    repository = checkout(*E2E)
    repository.write("e2e/tests/storefront.spec.ts", HEADING.replace("'Tea and cups'", "'Coffee'"))
    repository.replace("e2e/playwright.config.ts", "reporter: 'list'", "reporter: [['html', { open: 'always' }]]")

    ended = repository.run("--phase", "3", "--e2e", "local", env={"BASE_URL": shop})

    assert (ended.code, ended.results[3]) == (1, "Failed"), ended.why
    check_evidence(ended)
    assert ended.phase(3)["message"] == "1 of 1 test failed"
    kinds = sorted(each.suffix for each in attachments(ended))
    assert kinds == [".md", ".png", ".zip"] or kinds == [".png", ".zip"]
    (trace,) = [each for each in attachments(ended) if each.suffix == ".zip"]
    assert ended.stdout.splitlines()[-1] == f"Trace: npx playwright show-trace {trace}"
    repository.nothing_runs()


def test_the_shells_base_url_comes_before_that_of_the_manifest(plain: Checkout) -> None:
    names = "process.env.BASE_URL, process.env.PLAYWRIGHT_TEST_BASE_URL"
    plain.write("e2e/a.spec.mjs", (
        "import { expect, test } from '@playwright/test';\n\n"
        f"test('knows', () => {{ expect([{names}]).toEqual(JSON.parse(process.env.EXPECTED)); }});\n"
    ))  # fmt: skip
    plain.write("e2e/testrun.yaml", manifest(baseURL="http://shop", image="registry.example/e2e:1"))

    for given, expected in (
        (None, ["http://shop", "http://shop"]),
        ("http://127.0.0.1:1", ["http://127.0.0.1:1", "http://127.0.0.1:1"]),
    ):
        ended = plain.run(*LOCAL, env={"BASE_URL": given, "EXPECTED": json.dumps(expected)})
        assert (ended.code, ended.results[3]) == (0, "Passed"), ended.why


ONLY = "import { test } from '@playwright/test';\n\ntest.only('looks', () => {});\ntest('is left out', () => {});\n"
HANGS = "import { test } from '@playwright/test';\n\ntest('hangs', async () => { await new Promise(() => {}); });\n"
SKIPPED = "import { test } from '@playwright/test';\n\ntest('looks', () => { test.skip(true, 'no printer'); });\n"

RED = {
    "no test is found": (
        lambda it: it.write("e2e/testrun.yaml", manifest(args=["--grep", "nothing"])),
        "Errored", "no test ran: Playwright found no tests for these args",
    ),
    "all tests are skipped": (lambda it: it.write("e2e/a.spec.mjs", SKIPPED), "Errored", "no test ran: the only one was skipped"),
    "fewer than minTests": (
        lambda it: it.write("e2e/testrun.yaml", manifest(minTests=2)), "Errored", "1 test is less than minTests 2",
    ),
    "a focused test": (
        lambda it: it.write("e2e/a.spec.mjs", ONLY), "Errored",
        "shard 0 had an error in a.spec.mjs outside its tests: Error: item focused with '.only' is not allowed due to the "
        "'--forbid-only' CLI flag: \"a.spec.mjs looks\"",
    ),
    "a file that does not load": (
        lambda it: it.write("e2e/b.spec.mjs", "nonsense("), "Errored", "shard 0 had an error in b.spec.mjs outside its tests: ",
    ),
    "too slow": (
        lambda it: (it.write("e2e/a.spec.mjs", HANGS), it.write("e2e/testrun.yaml", manifest(timeoutSeconds=10))),
        "TimedOut", "not done after timeoutSeconds (10 s); 0 of 1 test had a result",
    ),
    "no Playwright": (
        lambda it: it.remove("node_modules"), "Errored",
        "@playwright/test is not installed: add it to package.json and install it",
    ),
    "no Playwright project": (lambda it: it.remove("e2e"), "Errored", "no Playwright config was found"),
    "two of them": (
        lambda it: it.write("admin/playwright.config.mjs", PLAIN), "Errored",
        "there are 2 Playwright projects (admin, e2e), and phase 3 runs one",
    ),
    "a manifest that cannot be used": (
        lambda it: it.write("e2e/testrun.yaml", manifest(shard=2)), "Errored", "spec.playwright.shard: unknown field",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", RED)
def test_a_way_to_be_red(row: str, plain: Checkout) -> None:
    change, result, says = RED[row]
    change(plain)

    ended = plain.run(*LOCAL)

    assert (ended.code, ended.results[3]) == (2, result), ended.why
    check_evidence(ended)
    assert ended.phase(3)["message"].startswith(says)
    plain.nothing_runs()


def test_without_node_it_says_so(plain: Checkout) -> None:
    ended = plain.run(*LOCAL, env=without("node")(plain) or {})

    assert (ended.code, ended.results[3]) == (2, "Errored"), ended.why
    check_evidence(ended)
    assert ended.phase(3)["message"] == "node is not installed, or not on PATH"


def test_of_two_projects_the_one_beside_the_manifest_runs(plain: Checkout) -> None:
    plain.write("admin/playwright.config.mjs", PLAIN)
    plain.write("admin/b.spec.mjs", GREEN.replace("looks", "administers"))
    plain.write("admin/testrun.yaml", manifest())

    ended = plain.run(*LOCAL)

    assert (ended.code, ended.cases(3)) == (0, {"administers": "passed"}), ended.why


def test_when_the_program_that_runs_playwright_is_killed_the_running_test_is_named(plain: Checkout) -> None:
    plain.write("e2e/a.spec.mjs", (
        "import { readFileSync, writeFileSync } from 'node:fs';\nimport { test } from '@playwright/test';\n\n"
        "test('looks', () => {});\n"
        "test('hangs', async () => { writeFileSync('hanging', ''); await new Promise(() => {}); });\n"
    ))  # fmt: skip
    with plain.started(*LOCAL) as process:
        eventually((plain.root / "e2e/hanging").exists, what="no test runs", seconds=TIMEOUT_SECONDS)
        (shim,) = [pid for pid, words in plain.processes().items() if words.endswith("shim.mjs")]
        os.kill(shim, signal.SIGKILL)
        stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
    ended = plain.ended(process, stdout, stderr)

    plain.nothing_runs()
    assert (ended.code, ended.results[3]) == (2, "Errored"), ended.why
    check_evidence(ended)
    assert ended.cases(3) == {"looks": "passed", "hangs": "error"}
    assert ended.phase(3)["message"].startswith("shard 0 lost its pod: SIGKILL")


@pytest.mark.parametrize("words", [("--until", "2", "--connect"), ("--phase", "unit", "--e2e", "local")])
def test_options_of_a_phase_that_is_left_out_are_refused(words: tuple[str, ...], plain: Checkout) -> None:
    ended = plain.run(*words)

    assert (ended.code, ended.folder) == (2, None)
    assert "--e2e local and --connect are for phase 3, which --phase or --until leaves out" in ended.stderr
