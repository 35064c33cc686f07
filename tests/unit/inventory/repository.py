"""A repository of three languages that exists only in a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from unit.local.files import file

from testrun.inventory import reading
from testrun.inventory.model import Inventory
from testrun.local import discovery

Make = Callable[[Mapping[str, str]], Path]
"""Writes files, content by path, into a folder, which it gives back."""
SHOP = {
    "services/cart/go.mod": "module cart",
    "services/cart/total_test.go": "package cart\n\nfunc TestAdd(t *testing.T) {}\n\nfunc TestSub(t *testing.T) {}\n",
    "services/cart/pay_integration_test.go": "//go:build integration\n\npackage cart\n\nfunc TestPayNow(t *testing.T) {}\n",
    "packages/web/package.json": '{"devDependencies": {"jest": "30"}}',
    "packages/web/__tests__/unit/a.test.ts": "test('a', f);\nit('b', f);\n",
    "packages/web/__tests__/integration/api.contract.test.ts": "test('the API', f);\n",
    "packages/web/lost.test.ts": "test('lost', f);\n",
    "discounts/pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
    "discounts/tests/golden/test_page.py": "def test_page(): 1\n",
    "discounts/tests/test_rules.py": "import pytest\n\ndef test_a(): 1\n\n@pytest.mark.integration\ndef test_refund(): 1\n",
    "discounts/other/test_lost.py": "def test_lost(): 1\n",
    "e2e/playwright.config.ts": "",
    "e2e/tests/shop.spec.ts": "test('pay @checkout', f);\ntest('look', f);\n",
    "package.json": '{"workspaces": ["packages/*"]}',
    "services/empty/go.mod": "module empty",
    "third_party/vendor/x/package.json": "{}",
}


PLAIN = reading.Named()


def read(files: Mapping[str, str] = SHOP, named: reading.Named = PLAIN) -> Inventory:
    def start(path: str) -> bytes:
        return files.get(path, "").encode()

    found = discovery.discover(sorted(files), start, chosen={})
    return reading.read([file(path, content) for path, content in sorted(files.items())], found, start, named)
