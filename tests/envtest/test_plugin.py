"""The plugin as others use it: the example of docs/envtest.md in a project of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from envtest.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs/envtest.md").read_text()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the files of the page: the blocks that begin with a file's name."""
    files = dict(re.findall(r"^```\w+\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    assert set(files) == {"release.sh", "testrun.yaml", "test_release.py"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def pytest_in(project: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    beside = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio", *args],
        cwd=project, env={**os.environ, "PATH": beside, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_example_of_the_manual_passes(project: Path) -> None:
    answer = pytest_in(project)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "3 passed" in answer.stdout


def test_without_the_programs_it_fails_and_says_what_to_do(project: Path, tmp_path: Path) -> None:
    answer = pytest_in(project, KUBEBUILDER_ASSETS=str(tmp_path / "none"))
    assert answer.returncode == 1
    assert "3 errors" in answer.stdout
    assert f"no etcd and no kube-apiserver in {tmp_path / 'none'}: KUBEBUILDER_ASSETS must name a folder" in answer.stdout


def test_the_manual_names_all_fixtures(tmp_path: Path) -> None:
    listed = re.findall(r"^(testrun_\w+)", pytest_in(tmp_path, "--fixtures", "-p", "no:xdist").stdout, re.MULTILINE)
    told = re.findall(r"^\| `(testrun_\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted([*told, "testrun_key"]), "the key is for those who start a server of their own"
