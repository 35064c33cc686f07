"""The fixtures of the plugin (`testrun.envtest.plugin`) under the names of this tier, with the programs of this checkout. A
machine that cannot run them fails these tests; it never skips them.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from testrun.envtest import processes, waiting
from testrun.envtest.control_plane import ApiServer
from testrun.envtest.processes import Process
from testrun.envtest.runs import RUNS, Run

REPOSITORY = Path(__file__).resolve().parents[2]
BUILD = REPOSITORY / "hack" / "cluster" / "build.sh"
_names = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def programs() -> None:
    """Those that this checkout pins, unless others are wanted."""
    if not os.environ.get("KUBEBUILDER_ASSETS"):
        answer = subprocess.run([str(BUILD), "--print-dir"], check=True, capture_output=True, text=True)
        os.environ["KUBEBUILDER_ASSETS"] = answer.stdout.strip()


@pytest.fixture(scope="session")
def apiserver(programs: None, testrun_apiserver: ApiServer) -> ApiServer:
    return testrun_apiserver


@pytest.fixture
def namespace(testrun_namespace: str) -> str:
    return testrun_namespace


@pytest.fixture(scope="session")
def key(testrun_key: Path) -> Path:
    return testrun_key


@pytest.fixture(scope="session")
def server(testrun_server: Process) -> Process:
    return testrun_server


@pytest.fixture(scope="module")
def operator(apiserver: ApiServer, server: Process, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The operator of all tests of this file. A test that ends it starts it again.

    Runs that other tests left in the API server would keep it busy, and its counters with it.
    """

    def left_over() -> list[processes.Body]:
        return apiserver.request("GET", f"{RUNS}/testruns")[1]["items"]

    for left in left_over():
        apiserver.request("DELETE", f"{RUNS}/namespaces/{left['metadata']['namespace']}/testruns/{left['metadata']['name']}")
    process = processes.operator(apiserver, server, key, tmp_path_factory.mktemp("operator"))
    with processes.ending(process):
        process.start()
        waiting.eventually(lambda: not left_over(), what=lambda: f"what others left is gone: {left_over()}", seconds=150)
        yield process
        assert process.metric("testrun_faults_total") == 0, process.log.read_text()[-8000:]


@pytest.fixture
def run(apiserver: ApiServer, server: Process, operator: Process, namespace: str) -> Run:
    return Run(apiserver, server, namespace, f"shop-{next(_names)}")
