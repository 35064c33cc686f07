"""``ameide operator run``: the operator's process."""

from __future__ import annotations

import asyncio
import os
import pathlib
import signal
import socket

import click

from testrun.cli import logs
from testrun.cli.server import read_key


@click.group()
def operator() -> None:
    """The operator's own process, as the chart runs it."""


@operator.command()
@click.option("--server-url", required=True, help="Where pods and the operator reach the artifact server.")
@click.option("--external-url", help="Where people reach it; goes into status.artifacts.url.  [default: --server-url]")
@click.option(
    "--key-file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=pathlib.Path),
    help="The key shared with the server.",
)
@click.option("--namespace", "namespaces", multiple=True, help="Watch this namespace only; may be repeated.  [default: all]")
@click.option("--port", default=8081, show_default=True, help="/healthz, /readyz and /metrics.")
@click.option("--lease-namespace", envvar="POD_NAMESPACE", help="Hold a Lease in this namespace; without it no Lease is held.")
@click.option(
    "--identity",
    envvar="POD_NAME",
    default=socket.gethostname,
    help="The Lease's holder.  [default: POD_NAME, else the host's name]",
)
@click.option("--kubeconfig", help="Path of a kubeconfig.  [default: in-cluster, else KUBECONFIG]")
@click.option("--context", help="Context in the kubeconfig.")
@click.option("--log-format", type=click.Choice(["json", "text"]), default="json", show_default=True)
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True)
def run(
    server_url: str, external_url: str | None, key_file: pathlib.Path, namespaces: tuple[str, ...], port: int,
    lease_namespace: str | None, identity: str, kubeconfig: str | None, context: str | None, log_format: str, log_level: str,
) -> None:  # fmt: skip
    """Watch TestRuns and do what they ask for, until SIGTERM."""
    # Imported here: the other commands start faster without kopf.
    from testrun.browser import files
    from testrun.kube import client, lease, process

    logs.configure(form=log_format, level=log_level)
    config = process.Config(
        server_url=server_url,
        external_url=external_url or server_url,
        key=read_key(key_file),
        shard_files=files.shard_files(),
        namespaces=namespaces,
        port=port,
        identity=identity,
        lease_namespace=lease_namespace or None,
        kubeconfig=kubeconfig or os.environ.get("KUBECONFIG") or None,
        context=context,
    )
    try:
        asyncio.run(_main(config, process))
    except client.NoCluster as error:
        raise click.ClickException(f"there is no cluster to talk to: {error}") from error
    except (lease.LeaseLost, process.Unhealthy) as error:
        raise click.ClickException(str(error)) from error


async def _main(config: object, process: object) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    await process.run(config, stop)  # type: ignore[attr-defined]
