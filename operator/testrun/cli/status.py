"""``status``: one run in detail, or a table of all."""

from __future__ import annotations

import click

from testrun.cli import cluster, command, place, run, screen, view, wait
from testrun.kube import client as kube


@click.command()
@click.argument("name", required=False)
@click.option("-A", "--all-namespaces", is_flag=True, help="Runs of all namespaces.")
@place.target_options
@wait.Json
@click.pass_context
def status(ctx: click.Context, name: str | None, all_namespaces: bool, target: place.Target, as_json: bool) -> int:
    """Show the run NAME in detail, or without NAME a table of all runs.

    The exit code is 0 whatever the verdict is: to act on a verdict, use `wait`.

    \b
    ameide testrun status
    ameide testrun status -A
    ameide testrun status shop --json | jq .status.summary
    """
    if name is not None and all_namespaces:
        raise click.UsageError("a NAME and --all-namespaces exclude each other", ctx)

    async def one(there: cluster.Cluster, name: str) -> None:
        body = await there.client.get(kube.TESTRUNS, name, there.namespace)
        if as_json:
            screen.out_json(view.shown(body))
        else:
            screen.out(view.details(run.read(body), command.now(), program=command.program(ctx), flags=there.flags))

    async def all_of(there: cluster.Cluster) -> None:
        listed = await there.client.list(kube.TESTRUNS, None if all_namespaces else there.namespace)
        bodies = sorted(listed["items"], key=lambda body: (body["metadata"]["namespace"], body["metadata"]["name"]))
        if as_json:
            screen.out_json({"apiVersion": "v1", "kind": "List", "items": [view.shown(body) for body in bodies]})
        elif bodies:
            screen.out(view.table([run.read(body) for body in bodies], command.now(), namespaces=all_namespaces))
        else:
            command.note("No TestRuns found." if all_namespaces else f"No TestRuns found in namespace {there.namespace}.")

    async def work() -> int:
        async with cluster.connect(target) as there:
            await (one(there, name) if name is not None else all_of(there))
        return command.PASSED

    return cluster.run(work())
