"""A real API server for the whole test session, and the real operator and server with it. A machine that cannot run them fails
these tests; it never skips them.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from envtest import envtest, processes
from envtest.processes import Process, Run

CRD = envtest.REPOSITORY / "crds" / "testing.ameide.io_testruns.yaml"
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
KEY = "0123456789abcdef0123456789abcdef"
_numbers = itertools.count(1)
_names = itertools.count(1)


@pytest.fixture(scope="session")
def bare_apiserver() -> Iterator[envtest.ApiServer]:
    """An API server that knows nothing of TestRuns yet."""
    try:
        running = envtest.running()
        server = running.__enter__()
    except envtest.EnvtestError as error:
        pytest.fail(f"the envtest tier needs etcd and kube-apiserver: {error}", pytrace=False)
    try:
        yield server
    finally:
        running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def apiserver(bare_apiserver: envtest.ApiServer) -> envtest.ApiServer:
    """An API server that serves TestRuns."""
    status, answer = bare_apiserver.request("POST", CRDS, yaml.safe_load(CRD.read_text()))
    assert status == 201, answer
    deadline = time.monotonic() + 20
    while bare_apiserver.request("GET", "/apis/testing.ameide.io/v1alpha1/testruns")[0] != 200:
        assert time.monotonic() < deadline, bare_apiserver.request("GET", f"{CRDS}/{answer['metadata']['name']}")
        time.sleep(0.05)
    return bare_apiserver


@pytest.fixture
def namespace(apiserver: envtest.ApiServer) -> str:
    """A new namespace. Nobody removes it: the whole store goes when the session ends."""
    name = f"test-{next(_numbers)}"
    status, answer = apiserver.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    assert status == 201, answer
    return name


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("key") / "key"
    file.write_text(KEY)
    return file


@pytest.fixture(scope="session")
def server(apiserver: envtest.ApiServer, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = processes.server(key, tmp_path_factory.mktemp("server"), apiserver)
    with processes.ending(process):
        process.start()
        yield process


@pytest.fixture(scope="module")
def operator(
    apiserver: envtest.ApiServer, server: Process, key: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """The operator of all tests of this file. A test that ends it starts it again.

    Runs that other tests left in the API server would keep it busy, and its counters with it.
    """

    def left_over() -> list[processes.Body]:
        return apiserver.request("GET", f"{processes.RUNS}/testruns")[1]["items"]

    for left in left_over():
        apiserver.request(
            "DELETE", f"{processes.RUNS}/namespaces/{left['metadata']['namespace']}/testruns/{left['metadata']['name']}"
        )
    process = processes.operator(apiserver, server, key, tmp_path_factory.mktemp("operator"))
    with processes.ending(process):
        process.start()
        processes.eventually(lambda: not left_over(), what=lambda: f"what others left is gone: {left_over()}", seconds=150)
        yield process
        assert process.metric("testrun_faults_total") == 0, process.log.read_text()[-8000:]


@pytest.fixture
def run(apiserver: envtest.ApiServer, server: Process, operator: Process, namespace: str) -> Run:
    return Run(apiserver, server, namespace, f"shop-{next(_names)}")
