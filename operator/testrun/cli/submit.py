"""``submit``: creates TestRuns from a file or from options, and follows one if asked."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import pathlib
import sys
from typing import Any

import click

from testrun.api import names
from testrun.cli import cluster, command, follow, place, run, screen, spec, text, view, wait
from testrun.cli.command import Problem
from testrun.kube import client as kube

GONE_SECONDS = 120
"""How long ``--replace`` waits for the old run to be gone: its finalizer stores evidence first."""


class SubmitCommand(click.Command):
    """What follows ``--`` is Playwright's, whatever stands before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own, playwright = spec.split(args)
        rest = super().parse_args(ctx, own)
        ctx.params["args"] = playwright
        return rest

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- PLAYWRIGHT ARGS]"]


@click.command(cls=SubmitCommand)
@click.argument("name", required=False)
@click.option("-f", "--filename", metavar="FILE", help="YAML or JSON file with one or more TestRuns; - is stdin.")
@click.option("--name", "rename", metavar="NAME", help="Submit the file's TestRun under another name.")
@click.option("--image", metavar="IMAGE", help="Image with node, @playwright/test, browsers and tests.")
@click.option("--shards", type=int, metavar="N", help="How many pods the tests are split over.")
@click.option("--max-parallel", type=int, metavar="N", help="How many of them run at once.  [default: all]")
@click.option("--base-url", metavar="URL", help="Where the system under test answers.")
@click.option("--working-dir", metavar="DIR", help="Folder of the Playwright config in the image.")
@click.option("--revision", metavar="TEXT", help="What is under test, such as a commit.")
@click.option("--run-timeout", type=int, metavar="SECONDS", help="Stop the run after this time.  [default: 1800]")
@click.option("--min-tests", type=int, metavar="N", help="How many tests must run for a green verdict.  [default: 1]")
@click.option("--ttl", type=int, metavar="SECONDS", help="Delete the TestRun this long after its end; its evidence stays.")
@click.option("--replace", is_flag=True, help="Delete a finished run of that name first.")
@click.option("--wait", "follow_it", is_flag=True, help="Follow the run to its end; exit with its verdict, as `wait` does.")
@place.target_options
@wait.Timeout
@wait.Cancel
@wait.Json
@place.server_options
@click.pass_context
def submit(
    ctx: click.Context, /, name: str | None, filename: str | None, rename: str | None, replace: bool, follow_it: bool,
    target: place.Target, where: place.Where, timeout: float | None, cancel_on_interrupt: bool, as_json: bool,
    args: tuple[str, ...], **wanted: Any,
) -> int:  # fmt: skip
    """Create a TestRun, from a file or from options.

    With -f the other options change what the file says. What follows -- are arguments of `playwright test`.

    \b
    ameide testrun submit -f testrun.yaml
    ameide testrun submit -f testrun.yaml --image registry.example/shop-e2e:7f3c2d1 --replace --wait
    ameide testrun submit shop --image registry.example/shop-e2e:7f3c2d1 --shards 3 \\
        --base-url http://shop --wait -- --grep @smoke
    """
    bodies = read(name, filename, rename, spec.Wanted(**wanted, args=args))
    if follow_it and len(bodies) != 1:
        raise click.UsageError(f"--wait follows one run, and {filename} holds {len(bodies)}", ctx)
    if not follow_it and (timeout is not None or cancel_on_interrupt):
        raise click.UsageError("--timeout and --cancel-on-interrupt need --wait", ctx)

    program = command.program(ctx)

    async def work() -> int:
        async with cluster.connect(target) as there:
            for body in bodies:
                made = await create(there.at(namespace_of(body, there)), body, replace=replace, program=program)
                one = run.read(made)
                if as_json and not follow_it:
                    screen.out_json(view.shown(made))
                else:
                    click.echo(f"{names.SINGULAR}.{names.GROUP}/{one.name} created", err=as_json)
            if not follow_it:
                return command.PASSED
            return await wait.to_the_end(
                there.at(one.namespace), one.name, uid=one.uid, where=where, program=program, timeout=timeout,
                cancel_on_interrupt=cancel_on_interrupt, as_json=as_json,
            )  # fmt: skip

    return cluster.run(work())


def read(name: str | None, filename: str | None, rename: str | None, wanted: spec.Wanted) -> list[kube.Body]:
    """The TestRuns that the command line describes. Raises `click.UsageError` or `Problem`."""
    if filename is None:
        if name is None or rename is not None:
            raise click.UsageError("name a file with -f FILE, or give NAME and --image IMAGE")
        if wanted.image is None:
            raise click.UsageError("--image is missing: without -f, the options say what to run")
        return [spec.build(dataclasses.replace(wanted, name=name))]
    if name is not None:
        raise click.UsageError(f"with -f the name is in the file; to change it: --name {name}")
    wanted = dataclasses.replace(wanted, name=rename)
    try:
        bodies = spec.parse(content(filename), "stdin" if filename == "-" else filename)
        if len(bodies) > 1 and not wanted.empty:
            raise click.UsageError(f"options change one TestRun, and {filename} holds {len(bodies)}")
        return [spec.change(body, wanted) for body in bodies]
    except spec.NotATestRun as error:
        raise Problem(text.clean(error, 1000), "see `kubectl explain testrun.spec` and examples/") from error


def content(filename: str) -> bytes:
    """The bytes of the file; ``-`` is stdin. Raises `Problem`."""
    try:
        if filename == "-":
            return sys.stdin.buffer.read()
        return pathlib.Path(filename).read_bytes()
    except OSError as error:
        raise Problem(f"{filename} cannot be read: {error.strerror or error}") from error


def namespace_of(body: kube.Body, there: cluster.Cluster) -> str:
    """Where to create it. Raises `Problem` when the file and ``-n`` disagree."""
    said = body["metadata"].get("namespace")
    if said and there.target.namespace and said != there.target.namespace:
        raise Problem(
            f"the file says namespace {text.clean(said, 80)}, and -n says {there.target.namespace}", "leave one of them out"
        )
    return str(said or there.namespace)


async def create(there: cluster.Cluster, body: kube.Body, *, replace: bool, program: str) -> kube.Body:
    """The TestRun as created. Raises `Problem` when there is one of that name which may not be replaced, `kube.ApiError`."""
    name = str(body["metadata"].get("name") or "")
    if replace and name:
        await _remove(there, name, program)
    try:
        return await there.client.create(kube.TESTRUNS, body, there.namespace, strict=True)
    except kube.Conflict as error:
        if error.reason != "AlreadyExists":
            raise
        raise Problem(
            f"TestRun {name} exists already in namespace {there.namespace}",
            "--replace deletes a finished run of that name first (its evidence stays); --name gives the new run another name",
        ) from error


async def _remove(there: cluster.Cluster, name: str, program: str) -> None:
    try:
        old = run.read(await there.client.get(kube.TESTRUNS, name, there.namespace))
    except kube.NotFound as error:
        if not error.reason:
            raise
        return
    if not old.finished and not old.deleting:
        raise Problem(
            f"TestRun {name} is {view.state(old)}: only a finished run is replaced",
            f"cancel it first: {program} cancel {name} --wait{there.flags}",
        )
    with contextlib.suppress(kube.NotFound):
        await there.client.delete(kube.TESTRUNS, name, there.namespace, uid=old.uid)
    try:
        async with asyncio.timeout(GONE_SECONDS):
            await follow.until_gone(there.client, there.namespace, name, old.uid)
    except TimeoutError as error:
        raise Problem(
            f"the old TestRun {name} is not gone after {text.duration(GONE_SECONDS)}",
            "its finalizer waits for the operator: is it running?",
        ) from error
