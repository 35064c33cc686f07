"""A cluster to talk to, and the program to talk to it with."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from unit.cli import fake

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
