"""``inventory``: what is run as hooks and for acceptance, how each fared, and what never ran."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import click

from testrun.api import names
from testrun.cli import cluster, command, inventory_view, place, run, screen, spec, submit, text
from testrun.core import inventory as core
from testrun.kube import client as kube


@click.command()
@click.option(
    "-f", "--filename", "files", metavar="FILE", multiple=True,
    help="Manifests (- is stdin; what is no TestRun is passed over): TestRuns in them that never ran are listed too.",
)  # fmt: skip
@click.option("--others", is_flag=True, help="List runs that are neither hooks nor acceptance as well.")
@functools.partial(place.target_options, namespace="Only this namespace.  [default: all]")
@click.option("--markdown", is_flag=True, help="Print a table in Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def inventory(
    ctx: click.Context, files: tuple[str, ...], others: bool, target: place.Target, markdown: bool, as_json: bool
) -> int:
    """List what is run as hooks and for acceptance: its last verdict, how old that is, how long it took, how often it is flaky.

    Runs are told by the TestRuns that the cluster still has. What counts as a hook, and which runs belong together, is in
    docs/cli.md. The exit code is 0 whatever the verdicts are.

    \b
    ameide testrun inventory
    ameide testrun inventory -n shop --markdown >> "$GITHUB_STEP_SUMMARY"
    helm template charts/shop | ameide testrun inventory -f - --json | jq '.suites[] | select(.last == null)'
    """
    if markdown and as_json:
        raise click.UsageError("--markdown and --json exclude each other", ctx)
    manifests = [each for file in files for each in defined(file, target.namespace)]

    async def work() -> int:
        async with cluster.connect(target) as there:
            listed = await there.client.list(kube.TESTRUNS, target.namespace)
        found = core.suites(map(kept, listed["items"]), manifests)
        wanted = [suite for suite in found if others or suite.use is not core.Use.OTHER]
        if as_json:
            screen.out_json(inventory_view.for_machines(wanted))
        elif wanted:
            lines = inventory_view.markdown if markdown else inventory_view.table
            screen.out(lines(wanted, command.now(), namespaces=target.namespace is None))
        _tell(wanted, len(found) - len(wanted))
        return command.PASSED

    return cluster.run(work())


def kept(body: kube.Body) -> core.Kept:
    """A TestRun of the cluster."""
    one = run.read(body)
    return core.Kept(
        namespace=one.namespace,
        name=one.name,
        generate_name=one.generate_name,
        used_as=one.labels.get(names.LABEL_USED_AS, ""),
        labels=one.labels,
        annotations=one.annotations,
        created=one.created,
        started=one.started,
        completed=one.completed,
        verdict=one.verdict,
        state=one.state,
        message=one.message,
        flaky_tests=one.counts.flaky if one.counts is not None else 0,
        revision=one.revision,
        image=one.image,
    )


def defined(filename: str, namespace: str | None) -> list[core.Kept]:
    """The TestRuns of a file of manifests, as far as they are of that namespace (None: of any). Raises `command.Problem`."""
    source = "stdin" if filename == "-" else filename
    try:
        bodies = spec.among(submit.content(filename), source)
    except spec.NotATestRun as error:
        raise command.Problem(
            text.clean(error, 1000), "name files of Kubernetes objects, or pipe `helm template` into -f -"
        ) from error
    found = [dataclasses.replace(kept(body), defined_in=source) for body in bodies]
    if namespace is None:
        return found
    # A manifest that names no namespace goes where it is applied to.
    return [dataclasses.replace(each, namespace=namespace) for each in found if each.namespace in ("", namespace)]


def _tell(wanted: Sequence[core.Suite], others: int) -> None:
    """What the list does not say, for people."""
    if not wanted:
        command.note("No hooks and no acceptance runs found.")
    if others:
        command.hint(f"{text.plural(others, 'other run')} not listed: --others")
