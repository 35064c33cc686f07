"""Which cluster, namespace and evidence server a command line names: options, and what they say.

Must stay light, as `command`: a command that may never talk to a cluster has these options too, and must not wait for its client.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from testrun.cli import evidence
    from testrun.kube import client as kube

DEFAULT_NAMESPACE = "testrun-system"
DEFAULT_SERVICE = "testrun-server"

Command = Callable[..., Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Target:
    """Which cluster and namespace the options name. ``None``: as the kubeconfig says."""

    namespace: str | None = None
    context: str | None = None
    kubeconfig: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Where:
    """Where the evidence server is: a Service, reached through the API server, or a URL."""

    namespace: str = DEFAULT_NAMESPACE
    service: str = DEFAULT_SERVICE
    url: str | None = None

    def __call__(self, client: kube.Client) -> contextlib.AbstractAsyncContextManager[evidence.Server]:
        """The server, for as long as the block lasts."""
        from testrun.cli import evidence

        return evidence.open_server(client, self)


def target_options(command: Command, *, namespace: str = "Namespace of the run.  [default: the context's]") -> Command:
    """Adds ``-n``, with that help, ``--context`` and ``--kubeconfig``, and passes them on as ``target``."""
    told = namespace

    @click.option("-n", "--namespace", metavar="NS", help=told)
    @click.option("--context", metavar="NAME", help="Context of the kubeconfig.  [default: its current one]")
    @click.option(
        "--kubeconfig",
        metavar="FILE",
        envvar="KUBECONFIG",
        help="Kubeconfig file.  [default: $KUBECONFIG, ~/.kube/config, in a pod its own]",
    )
    @functools.wraps(command)
    def wrapped(*args: Any, namespace: str | None, context: str | None, kubeconfig: str | None, **rest: Any) -> Any:
        return command(*args, target=Target(namespace=namespace, context=context, kubeconfig=kubeconfig), **rest)

    return wrapped


def server_options(command: Command) -> Command:
    """Adds the options that say where the evidence server is, and passes them on as ``where``."""

    @click.option(
        "--server-namespace",
        metavar="NS",
        default=DEFAULT_NAMESPACE,
        envvar="AMEIDE_SERVER_NAMESPACE",
        show_default=True,
        help="Namespace of the evidence server.",
    )
    @click.option(
        "--server-service",
        metavar="NAME",
        default=DEFAULT_SERVICE,
        envvar="AMEIDE_SERVER_SERVICE",
        show_default=True,
        help="Service of the evidence server, NAME or NAME:PORT, reached through the API server.",
    )
    @click.option("--server", metavar="URL", envvar="AMEIDE_SERVER", help="Address of the evidence server, to reach it directly.")
    @functools.wraps(command)
    def wrapped(*args: Any, server: str | None, server_namespace: str, server_service: str, **rest: Any) -> Any:
        if server is not None and not server.startswith(("http://", "https://")):
            raise click.BadParameter("must begin with http:// or https://", param_hint="--server")
        return command(*args, where=Where(namespace=server_namespace, service=server_service, url=server), **rest)

    return wrapped
