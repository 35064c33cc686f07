"""Argo CD beside a cluster with the operator on it (``make test-argocd``). Without them these tests fail; they never skip."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

import pytest
from acceptance.cluster import REPOSITORY, Namespace, NoCluster, installed
from argocd import programs, table
from argocd.applications import Application, Repository, eventually

_numbers = itertools.count(1)
Applications = Callable[[], Application]
Expect = Callable[..., None]


@pytest.fixture(scope="session")
def argo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[programs.ArgoCD]:
    try:
        with programs.running(installed(), tmp_path_factory.mktemp("argocd")) as found:
            yield found
    except (NoCluster, programs.NoArgoCD) as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = Repository(tmp_path_factory.mktemp("git"))
    made.create()
    return made


@pytest.fixture(scope="module")
def applications(argo: programs.ArgoCD, repository: Repository) -> Iterator[Applications]:
    """Makes them. Argo CD does not know of them yet; each has a new namespace under the strictest Pod Security."""
    made: list[Application] = []

    def make() -> Application:
        namespace = Namespace(argo.cluster, f"argocd-{os.getpid()}-{next(_numbers)}")
        namespace.create()
        made.append(Application(argo, repository, namespace))
        return made[-1]

    yield make
    for each in made:
        each.delete()


@pytest.fixture
def application(applications: Applications) -> Application:
    return applications()


@pytest.fixture(scope="session")
def expect() -> Expect:
    """That an application comes to show what the row of docs/argocd.md says."""
    rows = {row.run: row for row in table.rows((REPOSITORY / "docs/argocd.md").read_text())}

    def check(application: Application, run: str, *, kind: str = "TestRun") -> None:
        row = rows[run]
        eventually(
            lambda: row.abridged(application.shown(kind)) == row.shown,
            what=lambda: f"{run!r} shows\n{application.shown(kind)}\nand the row says\n{row.shown}",
            seconds=90,
        )

    return check
