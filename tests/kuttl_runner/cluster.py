"""The cluster by kubectl, and the commands of steps as KUTTL runs them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shlex
import signal
import string
import subprocess
from collections.abc import Mapping
from pathlib import Path

from kuttl_runner.files import Body, Command, Reference


class StepFailed(Exception):
    """Something was not as a step wants it. The message says what, and what was seen."""


class CommandTimedOut(StepFailed):
    """A command took too long. To wait for it once more would be no use."""


@dataclasses.dataclass(frozen=True)
class Cluster:
    """``environment`` is that of all programs: KUBECONFIG, and a PATH with kubectl."""

    environment: Mapping[str, str]
    request_seconds: int = 60

    def kubectl(self, *args: str, stdin: str | None = None) -> str:
        answer = subprocess.run(
            ["kubectl", *args], input=stdin, capture_output=True, text=True, env=dict(self.environment), check=False,
            timeout=self.request_seconds,
        )  # fmt: skip
        if answer.returncode:
            raise StepFailed(f"kubectl {' '.join(args)}: {answer.stderr.strip()}")
        return answer.stdout

    def apply(self, body: Body, namespace: str) -> str:
        """Create it, or merge it into what is there: `created` or `updated`."""
        where = _where(body, namespace)
        if not self.find(body, namespace):
            self.kubectl("create", *where, "-f", "-", stdin=json.dumps(body))
            return "created"
        self.kubectl("patch", _kind(body), body["metadata"]["name"], *where, "--type=merge", "-p", json.dumps(body))
        return "updated"

    def find(self, body: Body, namespace: str) -> list[Body]:
        """The object of that name, or, without a name, all of the kind with these labels."""
        metadata = body.get("metadata", {})
        where = _where(body, namespace)
        if name := metadata.get("name"):
            found = self.kubectl("get", _kind(body), name, *where, "--ignore-not-found", "-o", "json")
            return [json.loads(found)] if found else []
        return self._list(_kind(body), metadata.get("labels", {}), where)

    def delete(self, reference: Reference, namespace: str) -> list[str]:
        """Ask for their deletion: kind and name of those that are not gone yet."""
        kind = _kind({"apiVersion": reference.api_version, "kind": reference.kind})
        where = ("-n", reference.namespace or namespace)
        names = [reference.name]
        if not reference.name:
            names = [each["metadata"]["name"] for each in self._list(kind, reference.labels, where)]
        for name in names:
            self.kubectl("delete", kind, name, *where, "--ignore-not-found", "--wait=false")
        return [f"{reference.kind} {name}" for name in names if self._exists(kind, name, where)]

    def _exists(self, kind: str, name: str, where: tuple[str, ...]) -> bool:
        return bool(self.kubectl("get", kind, name, *where, "--ignore-not-found", "-o", "name"))

    def _list(self, kind: str, labels: Mapping[str, str], where: tuple[str, ...]) -> list[Body]:
        selector = ("-l", ",".join(f"{key}={value}" for key, value in labels.items())) if labels else ()
        return list(json.loads(self.kubectl("get", kind, *where, *selector, "-o", "json"))["items"])

    def run(self, command: Command, *, namespace: str, folder: Path, seconds: float) -> str:
        """What it printed. Raises `StepFailed` with that when it fails, `CommandTimedOut` when it takes too long."""
        variables = {**self.environment, "NAMESPACE": namespace}
        arguments = arguments_of(command, variables)
        told = command.script.strip() or shlex.join(arguments)
        try:
            process = subprocess.Popen(
                arguments, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise StepFailed(f"{told}: {error}") from None
        try:
            output, _ = process.communicate(timeout=seconds if seconds > 0 else None)
        except subprocess.TimeoutExpired:
            output = _end(process)
            raise CommandTimedOut(f"{told}\nnot done after {seconds:.0f} s\n{output}".rstrip()) from None
        except BaseException:
            _end(process)
            raise
        if process.returncode and not command.ignore_failure:
            raise StepFailed(f"{told}\nexit code {process.returncode}\n{output}".rstrip())
        return output


def arguments_of(command: Command, variables: Mapping[str, str]) -> list[str]:
    """As KUTTL splits and fills them in: `$$` is a dollar, and a variable that nobody has set is empty."""
    if command.script:
        return ["sh", "-c", command.script]
    words = shlex.split(string.Template(command.command).substitute(_Unset(variables)))
    named = any(word in ("-n", "--namespace") or word.startswith(("--namespace=", "-n=")) for word in words)
    if command.namespaced and not named:
        words += ["--namespace", variables["NAMESPACE"]]
    return words


class _Unset(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _end(process: subprocess.Popen[str]) -> str:
    """With all that it started; what it printed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.communicate()[0]


def _kind(body: Body) -> str:
    """So that kubectl asks for this version of this group and no other."""
    group, _, version = body["apiVersion"].rpartition("/")
    return f"{body['kind']}.{version}.{group}"


def _where(body: Body, namespace: str) -> tuple[str, ...]:
    return ("-n", body.get("metadata", {}).get("namespace") or namespace)
