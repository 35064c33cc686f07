"""Runs cases step by step, as KUTTL does, and keeps what became of each step."""

from __future__ import annotations

import dataclasses
import secrets
import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from kuttl_runner import matching
from kuttl_runner.cluster import Cluster, CommandTimedOut, StepFailed
from kuttl_runner.files import Body, Case, Command, Reference, Step

PAUSE_SECONDS = 1.0
"""Between two looks, as with KUTTL."""


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of a step; ``problem`` is empty when it passed."""

    case: str
    step: str
    seconds: float
    problem: str = ""


@dataclasses.dataclass(frozen=True)
class Runner:
    cluster: Cluster
    timeout: int
    keep: bool = False
    """Leave what the cases made."""
    say: Callable[[str], None] = print

    def run(self, case: Case) -> list[Result]:
        """The steps of a case up to the first that fails, in a namespace that is made for it and removed after it."""
        namespace = f"kuttl-{case.name[:40]}-{secrets.token_hex(3)}"
        created: list[Body] = []
        results: list[Result] = []
        self.say(f"=== {case.name} (namespace {namespace})")
        try:
            results.append(self._told(case, "namespace", lambda: self._create(namespace)))
            for step in () if results[-1].problem else case.steps:
                results.append(self._told(case, str(step), lambda step=step: self._step(case, step, namespace, created)))
                if results[-1].problem:
                    break
        finally:
            if not self.keep:
                results.append(self._told(case, "cleanup", lambda: self._remove(created, namespace)))
        return results

    def _create(self, namespace: str) -> None:
        self.cluster.kubectl("create", "namespace", namespace)

    def _told(self, case: Case, name: str, do: Callable[[], None]) -> Result:
        began = time.monotonic()
        self.say(f"--- {case.name}/{name}")
        problem = ""
        try:
            do()
        except StepFailed as error:
            problem = str(error)
            self.say(f"FAILED {case.name}/{name}\n{textwrap.indent(problem, '    ')}")
        return Result(case.name, name, time.monotonic() - began, problem)

    def _step(self, case: Case, step: Step, namespace: str, created: list[Body]) -> None:
        try:
            self._do(step, case.folder, namespace, created)
            self._wait(step, case.folder, namespace)
        except StepFailed:
            self._collect(step, case.folder, namespace)
            raise

    def _do(self, step: Step, folder: Path, namespace: str, created: list[Body]) -> None:
        for reference in step.delete:
            self.say(f"    delete {reference.kind} {reference.name or dict(reference.labels) or 'all'}")
            self._gone(reference, namespace, step.timeout or self.timeout)
        for command in step.commands:
            self._say(command, self._run(command, folder, namespace, command.timeout or self.timeout))
        for body in step.apply:
            done = self.cluster.apply(body, namespace)
            self.say(f"    {done} {_name(body)}")
            if done == "created":
                created.append(body)

    def _gone(self, reference: Reference, namespace: str, limit: int) -> None:
        deadline = time.monotonic() + limit
        while left := self.cluster.delete(reference, namespace):
            if time.monotonic() > deadline:
                raise StepFailed(f"not gone after {limit} s: {', '.join(left)}")
            time.sleep(PAUSE_SECONDS)

    def _wait(self, step: Step, folder: Path, namespace: str) -> None:
        """Until all that is asserted holds and nothing that is forbidden does."""
        limit = step.timeout or self.timeout
        deadline = time.monotonic() + limit
        outputs: list[str] = []
        while problems := self._problems(step, folder, namespace, deadline, outputs):
            if time.monotonic() > deadline:
                raise StepFailed(f"not so after {limit} s: " + "\n".join(problems))
            time.sleep(PAUSE_SECONDS)
        for command, output in zip(step.checks, outputs, strict=True):
            self._say(command, output)
        for expected in step.asserts:
            self.say(f"    is as asserted: {_name(expected)}")
        for forbidden in step.errors:
            self.say(f"    is not there: {_name(forbidden)}")

    def _problems(self, step: Step, folder: Path, namespace: str, deadline: float, outputs: list[str]) -> list[str]:
        """What does not hold now. What the commands printed is kept, and shown once when all holds."""
        outputs.clear()
        problems = [problem for expected in step.asserts if (problem := self._unmatched(expected, namespace))]
        for command in step.checks:
            try:
                outputs.append(self._run(command, folder, namespace, max(1.0, deadline - time.monotonic())))
            except CommandTimedOut:
                raise
            except StepFailed as error:
                problems.append(str(error))
                break
        problems += [problem for forbidden in step.errors if (problem := self._matched(forbidden, namespace))]
        return problems

    def _unmatched(self, expected: Body, namespace: str) -> str:
        """Why no object is as it is expected; empty when one is."""
        try:
            found = self.cluster.find(expected, namespace)
        except StepFailed as error:
            return str(error)
        differences = [matching.difference(expected, each) for each in found]
        if None in differences:
            return ""
        told = [f"{_name(each)}: {difference}" for each, difference in zip(found, differences, strict=True)]
        return "\n".join(told) or f"{_name(expected)}: there is none"

    def _matched(self, forbidden: Body, namespace: str) -> str:
        try:
            found = self.cluster.find(forbidden, namespace)
        except StepFailed as error:
            return str(error)
        matched = [_name(each) for each in found if matching.difference(forbidden, each) is None]
        return f"must not be there: {', '.join(matched)}" if matched else ""

    def _run(self, command: Command, folder: Path, namespace: str, seconds: float) -> str:
        return self.cluster.run(command, namespace=namespace, folder=folder, seconds=seconds)

    def _say(self, command: Command, output: str) -> None:
        self.say(textwrap.indent(command.script.strip() or command.command, "    $ ", lambda line: bool(line.strip())))
        if output.strip() and not command.silent:
            self.say(textwrap.indent(output.rstrip(), "    "))

    def _collect(self, step: Step, folder: Path, namespace: str) -> None:
        """What helps to see why; that it fails too changes nothing."""
        events = "kubectl get events --sort-by=.lastTimestamp"
        for command in (*(Command(command=each) for each in step.collectors), Command(command=events, namespaced=True)):
            try:
                self._say(command, self._run(command, folder, namespace, self.timeout))
            except StepFailed as error:
                self.say(textwrap.indent(str(error), "    "))

    def _remove(self, created: Sequence[Body], namespace: str) -> None:
        """All that was applied, the last first, and the namespace with what commands made in it."""
        for body in (*reversed(created), {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}):
            metadata = body["metadata"]
            reference = Reference(
                api_version=body["apiVersion"], kind=body["kind"], name=metadata["name"], namespace=metadata.get("namespace", "")
            )
            self._gone(reference, namespace, self.timeout)


def _name(body: Body) -> str:
    metadata = body.get("metadata", {})
    labels = ",".join(f"{key}={value}" for key, value in metadata.get("labels", {}).items())
    name = metadata.get("name") or f"({labels or 'any'})"
    return f"{body['kind']} {name}"
