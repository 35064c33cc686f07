"""What ``modes`` does around the branches: tests of phase 3, files that have to wait, code that is delivered."""

from __future__ import annotations

import pytest
from unit.migrate.changed import E2E, after, patch, todos

PYTHON = "import os\n\nimport pytest\n\npytestmark = pytest.mark.integration\n"
DUAL = (
    f'{PYTHON}\n\ndef test_refund():\n    if os.environ["INTEGRATION_MODE"] == "cluster":\n        client = live()\n    else:\n'
    "        client = fake()\n    assert client\n\n\n"
    '@pytest.mark.skipif(os.environ["INTEGRATION_MODE"] != "cluster", reason="live")\n'
    "def test_live():\n    assert live()\n"
)


def test_what_ran_in_a_cluster_is_a_red_test_of_phase_3() -> None:
    found = patch("modes", E2E | {"services/pay/tests/test_refunds.py": DUAL})
    assert found.tests == ("test_live",)
    assert {each.path: (each.content or b"").decode() for each in found.changes} == {
        "services/pay/tests/test_refunds.py": (
            "import pytest\n\npytestmark = pytest.mark.integration\n\n\ndef test_refund():\n    client = fake()\n"
            "    assert client\n"
        ),
        "e2e/pay-refunds-in-the-cluster.spec.ts": """\
import { expect, test } from '@playwright/test';

// From services/pay/tests/test_refunds.py, which ran this in a cluster as well. Write it anew, as a user would see it:
//
// - test_live
//
// if os.environ["…"] == "cluster":
//     client = live()
//
// @pytest.mark.skipif(os.environ["…"] != "cluster", reason="live")
// def test_live():
//     assert live()
test('pay refunds in the cluster', async ({ page }) => {
  await page.goto('/');
  expect(false, 'not implemented: do "pay refunds in the cluster" as a user would, and compare what the page shows at the end')\
.toBe(true);
});
""",
    }


def test_without_a_place_for_it_the_file_stays_as_it_is() -> None:
    files = {"test_x.py": DUAL}
    assert after("modes", files) == {}
    assert todos("modes", files) == [
        "test_x.py: what it does in a cluster has nowhere to go: end-to-end tests are Playwright's, and there is no "
        "playwright.config.* in this folder, above it or below it (set Playwright up with `npm init "
        "playwright@latest`, or name a "
        "folder that has it with --dir)"
    ]


def test_a_test_that_no_step_has_marked_keeps_its_modes_and_so_does_what_it_uses() -> None:
    helper = 'import os\n\n\ndef is_cluster():\n    return os.environ["INTEGRATION_MODE"] == "cluster"\n'
    test = "from tests.support import is_cluster\n\n\ndef test_x():\n    if is_cluster():\n        live()\n    assert 1\n"
    files = E2E | {"tests/support.py": helper, "tests/test_x.py": test, "tests/test_y.py": DUAL}
    assert sorted(after("modes", files)) == ["e2e/y-in-the-cluster.spec.ts", "tests/test_y.py"]
    assert todos("modes", files) == [
        "tests/support.py: tests that use it are not marked as integration yet: see the steps before this one",
        "tests/test_x.py: its tests are not marked as integration yet: see the steps before this one",
    ]


def test_code_that_is_delivered_is_left() -> None:
    files = E2E | {"app/client.py": 'import os\n\nif os.environ.get("INTEGRATION_MODE") == "cluster":\n    live()\n'}
    assert after("modes", files) == {}
    assert todos("modes", files) == [
        "app/client.py:3: it is no test, and asks for INTEGRATION_MODE: code that is delivered must not know how it is tested"
    ]


def test_a_file_that_does_not_parse_is_left() -> None:
    files = E2E | {"tests/conftest.py": 'import os\n\nif os.environ["INTEGRATION_MODE"] == :\n'}
    assert after("modes", files) == {}
    assert todos("modes", files) == [
        "tests/conftest.py:3: INTEGRATION_MODE is used in a way that is not known here: take it out by hand"
    ]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("test_x.py", f"import os\n\nMODE = os.environ['INTEGRATION_MODE'] == 'cluster' or {'not ' * 400}x\n"),
        ("x_test.go", f'package x\n\nvar mode = os.Getenv("INTEGRATION_MODE") == "cluster" || {"!" * 400}x\n'),
        ("x.test.ts", f"const mode = process.env.INTEGRATION_MODE === 'cluster' || {'a && (' * 400}x{')' * 400};\n"),
    ],
)
def test_a_file_that_nests_deeper_than_people_write_is_left(path: str, code: str) -> None:
    assert after("modes", E2E | {path: code}) == {}
