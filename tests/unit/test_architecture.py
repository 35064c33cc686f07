"""The rules of the code base hold, and their checks fail when a rule is broken."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import testrun

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core/plan.py", "import subprocess", "core is pure"),
        ("core/plan.py", "import logging", "core is pure"),
        ("core/plan.py", "import testrun.api.names", "layers"),
        ("junit/writer.py", "import testrun.artifacts.layout", "layers"),
        ("web/app.py", "import testrun.kube.client", "layers"),
        ("kube/apply.py", "import kopf", "only kube.handlers knows kopf"),
        ("kube/apply.py", "import kubernetes", "only kube.client knows a Kubernetes client"),
        ("web/app.py", "import subprocess", "only local.process and local.questions start processes"),
        ("envtest/runs.py", "import testrun.kube.client", "layers"),
        ("inventory/reading.py", "import pathlib", "inventory is pure"),
        ("local/runner.py", "import testrun.scaffold.plans", "layers"),
        ("cli/run.py", "import testrun.envtest.runs", "nothing of the product knows its test harness"),
        ("local/runner.py", "import pytest", "only the plugin knows pytest"),
        ("local/runner.py", "import testrun.audit.engine", "layers"),
        ("audit/engine.py", "import testrun.kube.client", "an audit reads files"),
        ("audit/report.py", "import subprocess", "an audit reads files"),
        ("audit/scanners/assertion_strength.py", "import tree_sitter", "only audit.languages knows a parser"),
    ],
)
def test_a_broken_layer_is_reported(tmp_path: Path, module: str, line: str, contract: str):
    shutil.copytree(REPOSITORY / "operator", tmp_path / "operator", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    with (tmp_path / "operator/testrun" / module).open("a") as file:
        file.write(f"\n{line}\n")
    linter = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "operator")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert linter.returncode == 1, linter.stdout + linter.stderr
    told = " ".join(linter.stdout.split())
    assert re.search(rf"{re.escape(contract)}((?!KEPT|BROKEN).)* BROKEN", told), linter.stdout


def test_the_source_root_is_no_package():
    """``operator`` is a module of the standard library: with an ``__init__.py`` ours would hide it."""
    assert not (REPOSITORY / "operator" / "__init__.py").exists()


def test_the_changelog_names_the_version():
    versions = re.findall(r"^## \[(\d[^\]]*)\]", (REPOSITORY / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == testrun.__version__


def test_every_target_of_the_makefile_says_what_it_is_for():
    makefile = (REPOSITORY / "Makefile").read_text()
    phony = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):.*## .+", makefile, re.MULTILINE))
    assert phony == explained
