"""The pytest plugin: fixtures that bring up an API server, the operator and the server, when a test asks for them.

Every pytest that has this package beside it loads this module, so it imports nothing that is not needed to define fixtures.
A machine that cannot run them fails the tests that use them; it never skips them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from testrun.envtest.control_plane import ApiServer
    from testrun.envtest.processes import Process
    from testrun.envtest.runs import Run

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def testrun_apiserver() -> Iterator[ApiServer]:
    """A real API server that serves TestRuns: ``kubeconfig``, ``request()``, ``kubectl()``. Nothing else runs in that cluster."""
    from testrun.envtest import control_plane, programs

    running = control_plane.running()
    try:
        api = running.__enter__()
    except programs.EnvtestError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        control_plane.serve_testruns(api)
        yield api
    finally:
        running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def testrun_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the key that operator and server share."""
    file = tmp_path_factory.mktemp("testrun-key") / "key"
    file.write_text("0123456789abcdef0123456789abcdef")
    return file


@pytest.fixture(scope="session")
def testrun_server(
    testrun_apiserver: ApiServer, testrun_key: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """The server that takes what tests send, and keeps the evidence."""
    from testrun.envtest import processes

    process = processes.server(testrun_key, tmp_path_factory.mktemp("testrun-server"), testrun_apiserver)
    with processes.ending(process):
        process.start()
        yield process


@pytest.fixture(scope="session")
def testrun_operator(
    testrun_apiserver: ApiServer, testrun_server: Process, testrun_key: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """The operator."""
    from testrun.envtest import processes

    folder = tmp_path_factory.mktemp("testrun-operator")
    process = processes.operator(testrun_apiserver, testrun_server, testrun_key, folder)
    with processes.ending(process):
        process.start()
        yield process


@pytest.fixture
def testrun_namespace(testrun_apiserver: ApiServer) -> str:
    """A new namespace. Nobody removes it: the whole store goes when the session ends."""
    name = f"test-{next(_numbers)}"
    status, answer = testrun_apiserver.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    assert status == 201, answer
    return name


@pytest.fixture
def testrun_run(
    testrun_apiserver: ApiServer,
    testrun_server: Process,
    testrun_operator: Process,  # noqa: ARG001  # it works on the run
    testrun_namespace: str,
) -> Callable[[str], Run]:
    """``testrun_run(NAME)``: the TestRun of that name in ``testrun_namespace``, which exists already or comes later."""
    from testrun.envtest import runs

    return lambda name: runs.Run(testrun_apiserver, testrun_server, testrun_namespace, name)
