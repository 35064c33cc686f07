"""The example of a hook Job fits this version. What it does on a cluster: tests/acceptance/test_hook_job.py."""

from __future__ import annotations

import pathlib
from typing import Any

import click
import pytest
import yaml

import testrun
from testrun.api import body as api_body
from testrun.api import names
from testrun.cli import main

EXAMPLE = pathlib.Path(__file__).parents[3] / "examples/argocd/hook-job.yaml"


@pytest.fixture(scope="module")
def objects() -> dict[str, dict[str, Any]]:
    return {each["kind"]: each for each in yaml.safe_load_all(EXAMPLE.read_text())}


@pytest.fixture(scope="module")
def container(objects: dict[str, dict[str, Any]]) -> dict[str, Any]:
    (found,) = objects["Job"]["spec"]["template"]["spec"]["containers"]
    return found


def test_its_testrun_is_one(objects: dict[str, dict[str, Any]]):
    body = yaml.safe_load(objects["ConfigMap"]["data"]["testrun.yaml"])
    assert (body["apiVersion"], body["kind"]) == (f"{names.GROUP}/{names.VERSION}", names.KIND)
    assert api_body.parse(body).shards == 4


def test_its_image_is_of_this_version(container: dict[str, Any]):
    assert container["image"] == f"testrun-operator:{testrun.__version__}"


def test_its_command_exists(container: dict[str, Any]):
    group, name, *arguments = container["args"]
    parent = main.ameide.get_command(click.Context(main.ameide), group)
    assert isinstance(parent, click.Group)
    submit = parent.get_command(click.Context(parent), name)
    assert submit is not None
    known = submit.make_context(name, list(arguments)).params
    assert (known["filename"], known["follow_it"], known["cancel_on_interrupt"]) == ("/testrun/testrun.yaml", True, True)
