"""The cluster that a command works on: its login, and what the API server's refusals mean to a person.

The one place of the command line that turns errors of `kube.client` into `Problem`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import os
import re
import shlex
import signal
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from testrun.api import names
from testrun.cli import command, signals, text
from testrun.cli.command import Problem
from testrun.cli.place import Target
from testrun.kube import client as kube

DEFAULT_KUBECONFIG = "~/.kube/config"

logging.getLogger("kubernetes").addHandler(logging.NullHandler())  # what its kubeconfig reader logs, the error says too

_INVALID = re.compile(r'^TestRun\.\S+ "(?P<name>[^"]*)" is invalid: (?P<why>.*)$', re.DOTALL)
_NEXT = re.compile(r", (?=(?:spec|metadata)[.:\[])")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cluster:
    client: kube.Client
    namespace: str
    """The namespace to work in, decided."""
    target: Target

    def at(self, namespace: str) -> Cluster:
        """The same cluster, in another namespace."""
        return dataclasses.replace(self, namespace=namespace)

    @property
    def flags(self) -> str:
        """The options that lead another command to the same place, for hints: `` -n shop``, or empty."""
        usual = self.target.namespace is None and self.namespace == self.client.login.namespace
        config = None if self.target.kubeconfig == os.environ.get("KUBECONFIG") else self.target.kubeconfig
        named = (("-n", None if usual else self.namespace), ("--context", self.target.context), ("--kubeconfig", config))
        return "".join(f" {flag} {shlex.quote(value)}" for flag, value in named if value)


def run(work: Coroutine[Any, Any, int]) -> int:
    """Runs a command's work to its end. The exit code.

    A Ctrl-C cancels it; unless it then ends in its own way, KeyboardInterrupt follows. A SIGTERM, which is how a CI job or
    a pod is told to end (the first process of a container would not even notice it), cancels it too: exit code 143, as in shells.
    """
    terminated: list[signal.Signals] = []

    async def heeding() -> int:
        signals.cancel_at((signal.SIGTERM,), terminated.append)
        return await work

    try:
        code = asyncio.run(heeding())
    except asyncio.CancelledError:
        if not terminated:
            raise
        code = command.INTERRUPTED
    return command.TERMINATED if terminated and code == command.INTERRUPTED else code


@contextlib.asynccontextmanager
async def connect(target: Target) -> AsyncIterator[Cluster]:
    """The cluster, for as long as the block lasts. Errors of the API server in the block come out as `Problem`."""
    if target.kubeconfig and not any(map(os.path.exists, target.kubeconfig.split(os.pathsep))):
        raise Problem(f"there is no kubeconfig {target.kubeconfig}", "name one with --kubeconfig FILE, or set KUBECONFIG")
    try:
        login = await kube.login(kubeconfig=target.kubeconfig or None, context=target.context)
    except kube.NoCluster as error:
        if not target.kubeconfig and not os.path.exists(os.path.expanduser(DEFAULT_KUBECONFIG)):  # noqa: ASYNC240  # once, at the end
            raise Problem(
                f"no cluster to talk to: there is no {DEFAULT_KUBECONFIG}",
                "name a kubeconfig with --kubeconfig FILE, or set KUBECONFIG",
            ) from error
        raise Problem(
            f"no cluster to talk to: {text.clean(error)}", "name one with --kubeconfig FILE or --context NAME, or set KUBECONFIG"
        ) from error
    async with login.session() as session:
        client = kube.Client(login, session)
        try:
            yield Cluster(client=client, namespace=target.namespace or login.namespace, target=target)
        except kube.ApiError as error:
            raise problem(error, server=login.server) from error


def problem(error: kube.ApiError, *, server: str = "") -> Problem:
    """What an error of the API server means to a person."""
    message = text.clean(error.message or error.reason or f"HTTP {error.status}", 2000)
    if isinstance(error, kube.NotFound) and not error.reason:
        return Problem(
            f"this cluster does not know TestRuns ({names.PLURAL}.{names.GROUP})",
            "install the operator: helm install testrun-operator charts/testrun-operator -n testrun-system --create-namespace",
        )
    if isinstance(error, kube.NotFound):
        return Problem(
            message, "look into another namespace with -n, or list all runs with: status -A" if names.PLURAL in message else ""
        )
    if isinstance(error, kube.Unauthorized):
        return Problem(f"the cluster does not accept this login: {message}", "log in again, or choose another --context")
    if isinstance(error, kube.Forbidden):
        return Problem(
            f"not allowed: {message}", "ask for a role that allows it; `kubectl auth can-i --list` shows what you may do"
        )
    if isinstance(error, kube.Unavailable):
        return Problem(f"the cluster does not answer: {message}", f"is it up and reachable at {server}?" if server else "")
    if isinstance(error, kube.Invalid):
        return Problem(refusal(message))
    return Problem(message)


def refusal(message: str) -> str:
    """Why the API server refused a TestRun, without the words that say nothing.

    >>> refusal('TestRun.testing.ameide.io "a" is invalid: spec.playwright.shards: Invalid value: 0: must be at least 1')
    'TestRun a is not valid: spec.playwright.shards: Invalid value: 0: must be at least 1'
    """
    strict = message.partition("strict decoding error: ")[2]
    if strict:
        return f"the TestRun is not valid: {strict}"
    found = _INVALID.match(message)
    if not found:
        return message
    why = found["why"]
    if why.startswith("[") and why.endswith("]"):  # several: a line each
        why = "".join(f"\n  {each}" for each in _NEXT.split(why[1:-1]))
        return f"TestRun {found['name']} is not valid:{why}"
    return f"TestRun {found['name']} is not valid: {why}"
