"""``cancel``: asks the operator to stop a run. Nothing is deleted: what the tests left so far is stored."""

from __future__ import annotations

import click

from testrun.api import names
from testrun.cli import cluster, command, place, run, screen, view, wait
from testrun.cli.command import Problem
from testrun.kube import client as kube


@click.command()
@click.argument("name")
@click.option("--wait", "follow_it", is_flag=True, help="Wait until the run has stopped and its evidence is stored.")
@place.target_options
@wait.Timeout
@wait.Json
@place.server_options
@click.pass_context
def cancel(
    ctx: click.Context,
    name: str,
    follow_it: bool,
    target: place.Target,
    where: place.Where,
    timeout: float | None,
    as_json: bool,
) -> int:
    """Stop the run NAME: its pods get their grace period, what was tested so far is stored, the verdict is Cancelled.

    The exit code is 0 when the run is being cancelled, and with --wait when it has stopped, whatever its verdict became; 2 when
    it was over already.

    \b
    ameide testrun cancel shop
    ameide testrun cancel shop --wait
    """
    if timeout is not None and not follow_it:
        raise click.UsageError("--timeout needs --wait", ctx)

    async def work() -> int:
        async with cluster.connect(target) as there:
            seen = run.read(await there.client.get(kube.TESTRUNS, name, there.namespace))
            if seen.finished:
                raise Problem(f"TestRun {name} is over already: {view.state(seen)}")
            body = await there.client.patch(kube.TESTRUNS, name, {"spec": {"cancel": True}}, there.namespace)
            if as_json and not follow_it:
                screen.out_json(view.shown(body))
            else:
                click.echo(f"{names.SINGULAR}.{names.GROUP}/{name} cancelled", err=as_json)
            if not follow_it:
                return command.PASSED
            code = await wait.to_the_end(
                there, name, uid=seen.uid, where=where, program=command.program(ctx), timeout=timeout, as_json=as_json
            )
            return code if code == command.INTERRUPTED else command.PASSED

    return cluster.run(work())
