"""A cluster with the operator on it (``make install``). Without one these tests fail; they never skip."""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.cluster import Cluster, Namespace

REPOSITORY = Path(__file__).resolve().parents[2]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    kubeconfig = Path(os.environ.get("KUBECONFIG_OUT", REPOSITORY / "build" / "kubeconfig"))
    binaries = subprocess.run(
        [str(REPOSITORY / "hack/cluster/build.sh"), "--print-dir"], check=True, capture_output=True, text=True
    ).stdout.strip()
    images = REPOSITORY / "build" / "images.env"
    if not kubeconfig.exists() or not images.exists():
        pytest.fail("the acceptance tier needs a cluster with the operator on it: run `make install`", pytrace=False)
    found = Cluster(kubeconfig, binaries, dict(line.split("=", 1) for line in images.read_text().split()))
    available = found.kubectl("-n", "testrun-system", "get", "deployments", "-o", "name", check=False)
    if "testrun-operator" not in available:
        pytest.fail("the operator is not installed on the cluster: run `make install`", pytrace=False)
    return found


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[Namespace]:
    """A new namespace under the strictest Pod Security, with the spec files in a ConfigMap."""
    made = Namespace(cluster, f"accept-{os.getpid()}-{next(_numbers)}")
    made.create()
    yield made
    cluster.kubectl("delete", "namespace", made.name, "--wait=false")


@pytest.fixture(scope="module")
def shop(cluster: Cluster) -> Namespace:
    """The web shop of the demo, deployed."""
    manifest = (
        (REPOSITORY / "examples/shop/k8s/shop.yaml").read_text().replace("localhost/shop:dev", cluster.images["SHOP_IMAGE"])
    )
    cluster.kubectl("apply", "-f", "-", stdin=manifest)
    cluster.kubectl("-n", "shop", "rollout", "status", "deployment/shop", "--timeout=120s")
    return Namespace(cluster, "shop")
