"""``wait``: follows a run to its end and exits with its verdict. Also what ``submit --wait`` and ``cancel --wait`` do."""

from __future__ import annotations

import asyncio

import click

from testrun.cli import cluster, command, follow, place, run, screen, text, view
from testrun.kube import client as kube

Cancel = click.option(
    "--cancel-on-interrupt",
    is_flag=True,
    help="Ctrl-C or SIGTERM cancels the run and waits for its end.  [default: the run goes on]",
)
Timeout = click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Wait no longer than this; then exit 2."
)
Json = click.option("--json", "as_json", is_flag=True, help="Print the TestRun as JSON on stdout (progress stays on stderr).")


@click.command()
@click.argument("name")
@place.target_options
@Timeout
@Cancel
@Json
@place.server_options
@click.pass_context
def wait(
    ctx: click.Context, name: str, target: place.Target, where: place.Where, timeout: float | None,
    cancel_on_interrupt: bool, as_json: bool,
) -> int:  # fmt: skip
    """Follow the run NAME to its end, then show its result.

    On a terminal each shard has a live line; elsewhere (CI logs) a line is printed when something changes. Both go to stderr, the
    result goes to stdout.

    Exit codes: 0 passed, 1 tests failed, 2 all else (Errored, TimedOut, Cancelled, ..., or --timeout was reached), 130 Ctrl-C
    and 143 SIGTERM: the run itself goes on.

    \b
    ameide testrun wait shop
    ameide testrun wait shop -n shop --timeout 600 --json > run.json
    """

    async def work() -> int:
        async with cluster.connect(target) as there:
            return await to_the_end(
                there,
                name,
                where=where,
                program=command.program(ctx),
                timeout=timeout,
                cancel_on_interrupt=cancel_on_interrupt,
                as_json=as_json,
            )

    return cluster.run(work())


async def to_the_end(
    there: cluster.Cluster,
    name: str,
    *,
    where: place.Where,
    program: str,
    uid: str | None = None,
    timeout: float | None = None,
    cancel_on_interrupt: bool = False,
    as_json: bool = False,
) -> int:
    """Follows the run, prints its result, returns the exit code of its verdict."""

    async def once() -> kube.Body:
        async with asyncio.timeout(timeout):
            return await followed(there, name, uid=uid, where=where)

    try:
        try:
            body = await once()
        except asyncio.CancelledError:
            if not cancel_on_interrupt:
                raise
            interrupted()
            await there.client.patch(kube.TESTRUNS, name, {"spec": {"cancel": True}}, there.namespace)
            command.note(f"\nCancelling {name}; press Ctrl-C again to leave.")
            body = await once()
    except asyncio.CancelledError:
        interrupted()
        command.note(f"\nNo longer following; the run {name} goes on.")
        command.hint(f"stop it with: {program} cancel {name}{there.flags}")
        return command.INTERRUPTED
    except TimeoutError as error:
        raise command.Problem(
            f"TestRun {name} is not finished after {text.duration(timeout)}",
            f"it goes on; follow it with: {program} wait {name}{there.flags}",
        ) from error
    finished = run.read(body)
    if as_json:
        screen.out_json(view.shown(body))
    else:
        screen.out(view.result(finished, program=program, flags=there.flags))
    return view.exit_code(finished)


async def followed(there: cluster.Cluster, name: str, *, uid: str | None, where: place.Where) -> kube.Body:
    """Shows the run while it goes on; the TestRun with its verdict. Raises as `follow.changes` does."""
    async with where(there.client) as server:
        with screen.for_following() as show:
            return await follow.to_the_end(
                there.client, there.namespace, name, uid=uid, show=show, server=server, clock=command.now
            )


def interrupted() -> None:
    """Takes note of a Ctrl-C, which came as a cancelled task: the work may end in its own way. A second one ends the program."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
