"""``ameide server run``: the evidence server's process. Brings together the server and whom it asks who may read."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pathlib
import re
import signal

import click
from aiohttp import web

from testrun.cli import command, logs
from testrun.core import retention
from testrun.kube import client as kube
from testrun.kube import review
from testrun.web import access, app, config

log = logging.getLogger(__name__)

UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}


@click.group()
def server() -> None:
    """The evidence server's own process, as the chart runs it."""


@server.command()
@click.option(
    "--data",
    required=True,
    type=click.Path(file_okay=False, path_type=pathlib.Path),
    metavar="DIR",
    help="Folder of the evidence, on a volume.",
)
@click.option(
    "--key-file",
    required=True,
    type=click.Path(dir_okay=False, path_type=pathlib.Path),
    metavar="FILE",
    help="The key shared with the operator, 32 bytes or more.",
)
@click.option("--host", default="0.0.0.0", show_default=True, help="Address to listen on.")  # noqa: S104  # it serves pods
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--external-url", default="", metavar="URL", help="Where people reach it, for links.")
@click.option(
    "--retention-max-runs", default=0, show_default="all", type=click.IntRange(0), help="Settled runs kept of each namespace."
)
@click.option(
    "--retention-max-age",
    default="",
    show_default="for ever",
    callback=lambda _, __, value: age(value),
    metavar="DURATION",
    help="How long a settled run is kept, such as 720h.",
)
@click.option("--kubeconfig", metavar="FILE", help="Kubeconfig, to ask who may read.  [default: in-cluster, else KUBECONFIG]")
@click.option("--context", metavar="NAME", help="Context in the kubeconfig.")
@click.option("--log-format", type=click.Choice(["json", "text"]), default="json", show_default=True)
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True)
def run(
    data: pathlib.Path, key_file: pathlib.Path, host: str, port: int, external_url: str, retention_max_runs: int,
    retention_max_age: float, kubeconfig: str | None, context: str | None, log_format: str, log_level: str,
) -> None:  # fmt: skip
    """Take what shards send, settle runs, and let people read, until SIGTERM."""
    logs.configure(form=log_format, level=log_level)
    kept = retention.Policy(max_runs=retention_max_runs, max_age=retention_max_age)
    settings = config.Config(data=data, key=read_key(key_file), url=external_url, retention=kept)
    try:
        asyncio.run(serve(settings, host, port, kubeconfig=kubeconfig or os.environ.get("KUBECONFIG") or None, context=context))
    except OSError as error:
        raise command.Problem(f"the server cannot start: {error}") from error


def age(value: str) -> float:
    """Seconds of a duration as Go writes them (``720h``, ``1h30m``); 0 for none. Raises ``click.BadParameter``."""
    if not value:
        return 0.0
    if not re.fullmatch(r"(?:[0-9]+(?:\.[0-9]+)?[hms])+", value):
        raise click.BadParameter(f"{value!r} is no duration such as 720h or 1h30m")
    seconds = sum(float(number) * UNITS[unit] for number, unit in re.findall(r"([0-9.]+)([hms])", value))
    if seconds < retention.KEPT_AT_LEAST_SECONDS:
        raise click.BadParameter(f"{value} is shorter than 1h: every run is kept for an hour")
    return seconds


def read_key(file: pathlib.Path) -> bytes:
    """The shared key, without the line end that files tend to have. Raises `Problem`."""
    try:
        key = file.read_bytes().strip()
    except OSError as error:
        raise command.Problem(f"the key {file} cannot be read: {error.strerror or error}") from error
    if len(key) < 32:
        raise command.Problem(f"the key in {file} has {len(key)} bytes, fewer than 32", "make one with: openssl rand -hex 32")
    return key


async def serve(settings: config.Config, host: str, port: int, *, kubeconfig: str | None, context: str | None) -> None:
    """Be the server until SIGTERM or SIGINT. Raises ``OSError`` when the data folder cannot be used or the port is taken."""
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        reviewer = None
        try:
            login = await kube.login(kubeconfig=kubeconfig, context=context)
            reviewer = Reviewer(kube.Client(login, await stack.enter_async_context(login.session())))
        except kube.NoCluster as error:  # evidence is taken all the same: it cannot be made again
            log.warning("nobody may read evidence from this server: there is no cluster to ask who may: %s", error)
        runner = app.make_runner(app.make_app(settings, reviewer))
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, host, port).start()
        log.info("server started", extra={"data": str(settings.data), "addresses": [list(each[:2]) for each in runner.addresses]})
        await stop.wait()
        log.info("server stops")


class Reviewer:
    """Lets Kubernetes say who may read and upload; in the server's words (`access.Reviewer`)."""

    def __init__(self, client: kube.Client) -> None:
        self._client = client

    async def may(self, token: str, verb: str, *, namespace: str, name: str = "") -> access.Access:
        try:
            answer = await review.may(self._client, token, verb, namespace=namespace, name=name)
        except kube.ApiError as error:
            raise access.ReviewError(str(error)) from error
        return access.Access(allowed=answer.allowed, user=answer.user, reason=answer.reason)
