"""A real API server for the whole test session. A machine that cannot run one fails these tests; it never skips them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest
import yaml
from envtest import envtest

CRD = envtest.REPOSITORY / "crds" / "testing.ameide.io_testruns.yaml"
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_numbers = itertools.count(1)


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
