"""When an image is the one that was asked for."""

from __future__ import annotations

import pytest

from testrun.core.preflight import image

ONE, TWO = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("node", image.Reference("docker.io/library/node", "latest", "")),
        ("node:22", image.Reference("docker.io/library/node", "22", "")),
        ("docker.io/node:22", image.Reference("docker.io/library/node", "22", "")),
        ("index.docker.io/library/node:22", image.Reference("docker.io/library/node", "22", "")),
        ("bitnami/redis:7", image.Reference("docker.io/bitnami/redis", "7", "")),
        ("localhost/e2e:1", image.Reference("localhost/e2e", "1", "")),
        ("registry:5000/shop", image.Reference("registry:5000/shop", "latest", "")),
        ("registry.example/team/shop:v1", image.Reference("registry.example/team/shop", "v1", "")),
        (f"shop@{ONE}", image.Reference("docker.io/library/shop", "", ONE)),
        (f"registry:5000/shop:v1@{ONE}", image.Reference("registry:5000/shop", "v1", ONE)),
        (f"docker-pullable://shop@{ONE}", image.Reference("docker.io/library/shop", "", ONE)),
        (ONE, image.Reference("", "", ONE)),
    ],
)
def test_the_parts_of_a_reference(text, expected):
    assert image.parse(text) == expected


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("shop:v1", "shop:v1", True),
        ("shop:v1", "docker.io/library/shop:v1", True),
        ("docker.io/shop:latest", "shop", True),
        ("shop:v1", "shop:v2", False),
        ("shop:v1", "registry.example/shop:v1", False),
        ("shop:v1", f"shop:v1@{ONE}", True),
        (f"shop@{ONE}", f"shop:v1@{ONE}", True),
        (f"shop:v2@{ONE}", f"shop:v1@{ONE}", True),
        (f"cart@{ONE}", f"shop@{ONE}", False),
        (ONE, f"shop:v1@{ONE}", True),
        (ONE, f"shop:v1@{TWO}", False),
        (ONE, "shop:v1", False),
    ],
)
def test_a_template_names_the_wanted_image(wanted, given, expected):
    assert image.is_named(wanted, given) is expected


@pytest.mark.parametrize(
    ("wanted", "given", "image_id", "expected"),
    [
        (ONE, "shop:v1", f"docker.io/library/shop@{ONE}", True),
        (ONE, "shop:v1", ONE, True),
        (f"shop@{ONE}", "shop:v1", f"docker.io/library/shop@{ONE}", True),
        (f"shop@{ONE}", "shop:v1", ONE, True),
        (f"cart@{ONE}", "shop:v1", ONE, False),
        (f"mirror.example/shop@{ONE}", "shop:v1", f"docker.io/library/shop@{ONE}", False),
        (ONE, "shop:v1", f"docker.io/library/shop@{TWO}", False),
        (ONE, "shop:v1", "", False),
    ],
)
def test_a_container_runs_the_wanted_digest(wanted, given, image_id, expected):
    assert image.runs(wanted, given, image_id) is expected
