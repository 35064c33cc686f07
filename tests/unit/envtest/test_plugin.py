"""What the pytest plugin costs those who do not use it, and where the programs are looked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from testrun.envtest import programs


def test_it_imports_nothing_but_what_defines_fixtures():
    code = "import pytest, sys; had = set(sys.modules); import testrun.envtest.plugin; print(*sorted(set(sys.modules) - had))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["testrun", "testrun.envtest", "testrun.envtest.plugin"]


def test_it_is_found_by_pytest():
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "--version", "--version"], capture_output=True, text=True, check=True
    )
    assert "testrun-operator" in answer.stdout + answer.stderr


def made(folder: Path) -> Path:
    """A folder with both programs."""
    folder.mkdir(parents=True)
    for name in programs.PROGRAMS:
        (folder / name).touch(mode=0o755)
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("KUBEBUILDER_ASSETS", "TESTRUN_CACHE", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


class TestPrograms:
    def test_those_that_are_named_come_first(self, home: Path, monkeypatch: pytest.MonkeyPatch):
        made(home / ".cache/testrun/bin/current")
        monkeypatch.setenv("KUBEBUILDER_ASSETS", str(made(home / "assets")))
        assert programs.find() == home / "assets"

    def test_and_no_others_are_taken_then(self, home: Path, monkeypatch: pytest.MonkeyPatch):
        made(home / ".cache/testrun/bin/current")
        monkeypatch.setenv("KUBEBUILDER_ASSETS", str(home / "assets"))
        with pytest.raises(programs.EnvtestError, match="KUBEBUILDER_ASSETS must name a folder that holds them"):
            programs.find()

    def test_the_newest_of_setup_envtest(self, home: Path):
        made(home / ".cache/testrun/bin/current")
        store = home / ".local/share/kubebuilder-envtest/k8s"
        made(store / "1.9.0-linux-amd64")
        newest = made(store / "1.35.0-linux-amd64")
        (store / "1.36.0-linux-amd64").mkdir()
        assert programs.find() == newest

    def test_what_the_project_has_built(self, home: Path):
        built = made(home / ".cache/testrun/bin/current")
        assert programs.find() == built

    def test_none(self, home: Path):
        with pytest.raises(programs.EnvtestError) as refused:
            programs.find()
        assert str(refused.value) == (
            f"no etcd and no kube-apiserver in {home}/.local/share/kubebuilder-envtest/k8s or {home}/.cache/testrun/bin/current: "
            "set KUBEBUILDER_ASSETS to a folder that holds them, or get them with `setup-envtest use`"
        )
