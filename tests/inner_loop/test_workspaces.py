"""Jest as pnpm installs it, in folders of links, and as Yarn's Plug'n'Play does, without a node_modules."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from inner_loop.checkout import ROOT, Checkout, check_evidence

YARN = ROOT / "tests" / "node" / "fixtures" / "tools" / "node_modules" / "@yarnpkg" / "cli-dist" / "bin" / "yarn.js"
SHOP = {
    "total.js": "exports.total = (prices) => prices.reduce((sum, each) => sum + each, 0);\n",
    "__tests__/unit/total.test.js": """const { total } = require('../../total');

test('adds', () => expect(total([1, 2])).toBe(3));
""",
    "__tests__/integration/server.test.js": """const { createServer } = require('node:http');
const { once } = require('node:events');
const { total } = require('../../total');

test('serves', async () => {
  const server = createServer((_, answer) => answer.end(`${total([1, 2])}`)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${server.address().port}`);
  expect(await answer.text()).toBe('3');
  server.closeAllConnections();
  server.close();
});
""",
}


@pytest.mark.parametrize("manager", ["pnpm", "yarn-pnp"])
def test_a_workspace_runs_the_jest_that_its_package_manager_installed(manager: str, workspaces: Path, tmp_path: Path) -> None:
    repository = Checkout(root=tmp_path / "shop")
    shutil.copytree(workspaces / manager, repository.root, symlinks=True, ignore=shutil.ignore_patterns(".installed"))
    for path, text in SHOP.items():
        repository.write(f"packages/shop/{path}", text)
    repository.commit()
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "yarn").write_text(f'#!/bin/sh\nexec node "{YARN}" "$@"\n')
    (programs / "yarn").chmod(0o755)

    ended = repository.run(env={"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"})

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why
    check_evidence(ended)
    assert [(each["tool"], each["folder"]) for each in ended.summary["projects"]] == [("jest", "packages/shop")]
    assert ended.cases(1) == {"[jest packages/shop] adds": "passed"}
    assert ended.cases(2) == {"[jest packages/shop] serves": "passed"}
    assert [ended.phase(number)["isolation"] for number in (1, 2)] == ["loopback", "loopback"]
    repository.nothing_runs()
