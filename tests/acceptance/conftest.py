"""A cluster with the operator on it (``make install``). Without one these tests fail; they never skip, but for those that make
faults of the node itself: on other providers than local they do, by name and with the reason.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

import pytest
from acceptance.cluster import REPOSITORY, Cluster, Namespace, NoCluster, installed
from acceptance.faults import Node, NotLocal

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    try:
        return installed()
    except NoCluster as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[Namespace]:
    """A new namespace under the strictest Pod Security, with the spec files in a ConfigMap."""
    made = Namespace(cluster, f"accept-{os.getpid()}-{next(_numbers)}")
    made.create()
    yield made
    cluster.kubectl("delete", "namespace", made.name, "--wait=false")


@pytest.fixture
def node(cluster: Cluster) -> Node:
    """For faults of the node itself."""
    try:
        return Node()
    except NotLocal as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def shop(cluster: Cluster) -> Namespace:
    """The web shop of the demo, deployed."""
    manifest = (
        (REPOSITORY / "examples/shop/k8s/shop.yaml").read_text().replace("localhost/shop:dev", cluster.images["SHOP_IMAGE"])
    )
    cluster.kubectl("apply", "-f", "-", stdin=manifest)
    cluster.kubectl("-n", "shop", "rollout", "status", "deployment/shop", "--timeout=120s")
    return Namespace(cluster, "shop")
