"""A cluster to talk to, and the program to talk to it with."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator, Mapping

import pytest
from click.testing import CliRunner, Result
from unit.cli import fake
from unit.inventory.repository import Make

from testrun.cli import main

Ameide = Callable[..., Result]


@pytest.fixture
def cluster() -> Iterator[fake.Cluster]:
    one = fake.Cluster()
    one.start()
    yield one
    one.stop()


@pytest.fixture
def ameide(cluster: fake.Cluster, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Ameide:
    """Runs ``ameide testrun …`` against the cluster, in an empty folder, without a terminal."""
    kubeconfig = cluster.kubeconfig(tmp_path)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def run(*args: str, stdin: str = "") -> Result:
        return CliRunner().invoke(main.ameide, ["testrun", *args], input=stdin, env={"KUBECONFIG": str(kubeconfig)})

    return run


@pytest.fixture
def make(tmp_path: pathlib.Path) -> Make:
    """A folder of files, which is no git checkout."""

    def made(files: Mapping[str, str]) -> pathlib.Path:
        for path, content in files.items():
            target = tmp_path / "shop" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)
        return tmp_path / "shop"

    return made
