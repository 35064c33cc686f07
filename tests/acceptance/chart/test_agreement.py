"""The chart and the program mean the same: options, the Lease's name, and where `ameide` looks for evidence."""

from __future__ import annotations

import click
import pytest
from rendering import NAMESPACE, Helm

from testrun.cli import evidence, main, place
from testrun.kube import process


@pytest.mark.parametrize("part", ["operator", "server"])
def test_the_program_has_the_options_that_its_pod_starts_it_with(helm: Helm, part: str) -> None:
    (container,) = helm.render("watchNamespaces={shop,blog}").pod(f"testrun-{part}")["containers"]
    group, command, *options = container["args"]
    context = click.Context(main.ameide)
    found = main.ameide.get_command(context, group)
    assert isinstance(found, click.Group)
    run = found.get_command(context, command)
    assert run is not None
    known = {name for parameter in run.params for name in parameter.opts}
    assert {option.partition("=")[0] for option in options} - known == set()


def test_the_operator_may_renew_the_lease_that_it_holds(helm: Helm) -> None:
    role = helm.render().one("Role", "testrun-operator-lease")
    assert [rule.get("resourceNames") for rule in role["rules"]] == [None, [process.LEASE_NAME]]


def test_the_command_line_finds_the_server_of_the_usual_release(helm: Helm) -> None:
    rendered = helm.render()
    assert place.DEFAULT_NAMESPACE == NAMESPACE
    (port,) = rendered.one("Service", place.DEFAULT_SERVICE)["spec"]["ports"]
    assert port["port"] == evidence.PORT
    assert rendered.one("ServiceAccount", evidence.READER)
