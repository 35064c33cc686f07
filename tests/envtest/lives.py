"""The life of a run, with an operator that is killed, or whose calls go wrong, and that is started again each time it ends.

The operator is a process of its own that is forked from one that has loaded everything, so that a start takes little time.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import json
import logging
import multiprocessing
import multiprocessing.process
import os
import signal
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from multiprocessing import connection
from pathlib import Path
from typing import Any

from envtest import wire
from envtest.parts import Part
from envtest.workloads import Deployment

from testrun.browser import files
from testrun.envtest import control_plane
from testrun.envtest.control_plane import ApiServer
from testrun.envtest.pods import Pod
from testrun.envtest.processes import Body, Process
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually
from testrun.kube import process

SECONDS = 90.0
"""How long any step of a life may take: many live at once on a small machine."""
VERDICTS = ("Passed", "Failed", "Errored", "Cancelled", "TimedOut", "Blocked", "NotReady")
_RANK = {"": 0, "Pending": 0, "Suspended": 0, "Running": 1, "Stopping": 2, "Storing": 3} | dict.fromkeys(VERDICTS, 4)
_FORKS = multiprocessing.get_context("forkserver")
# Only what is installed: the folder of the tests is not in the path of the process that forks.
_FORKS.set_forkserver_preload(
    ["testrun.kube.process", "testrun.browser.files", "aiohttp.web", "kopf", "kubernetes.aio.config", "pytest"]
)

Scenario = Callable[[Run], None]


@dataclasses.dataclass(frozen=True)
class World:
    """What all lives share."""

    api: ApiServer
    server: Process
    key: Path
    network: wire.Network
    folder: Path


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How a life ended, as far as it must be the same each time."""

    verdict: str
    message: str
    conditions: list[tuple[str, str, str]]
    """Type, status, reason."""
    cases: list[tuple[str, str, str]]
    """Of the JUnit: name, result, message."""
    summary: Body
    events: list[tuple[str, str]]
    """Reason and message, sorted. Not ``Started``: an operator that was away while the shards ran has nothing to tell of that."""
    told_twice: list[tuple[str, str]]
    jobs_made: int
    left: list[str]
    """What should be gone: finalizers and Jobs."""


@dataclasses.dataclass(frozen=True)
class Life:
    outcome: Outcome
    hit: wire.Call | None
    """The call that went wrong; None: the life was over before."""
    calls: int
    """Made by the first operator."""
    backwards: list[str]
    """What was taken back in the status: nothing ever should be."""


class Operator:
    """One process after the other, until it is stopped. Only the first meets trouble, unless it is to be ``always`` so."""

    def __init__(
        self, world: World, namespace: str, folder: Path, fault: wire.Choice, *, name: str, lease: bool = False,
        always: bool = False,
    ) -> None:  # fmt: skip
        self.name = name
        self.proxy = wire.Proxy(
            world.api, world.server.url, lambda call: fault(call) if always or self.starts == 1 else None, self.signal
        )
        self._world, self._namespace, self._folder, self._lease = world, namespace, folder, lease
        self._stopped = threading.Event()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self.starts = 0

    def signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        with self.proxy.listening(self._world.network):
            self._start()
            self._thread.start()
            try:
                yield
            finally:
                self._stopped.set()
                self.signal(signal.SIGKILL)
                self._thread.join()

    def told(self) -> str:
        """Its last calls and its log."""
        calls = "\n".join(f"{each.method} {each.path} -> {each.status}" for each in self.proxy.calls[-20:])
        return f"{self.name}:\n{calls}\n{self._log.read_text(errors='replace')[-6000:]}"

    @property
    def _log(self) -> Path:
        return self._folder / f"{self.name}.log"

    def _keep(self) -> None:
        while True:
            assert self._process is not None
            connection.wait([self._process.sentinel])
            self._process.join()
            if self._stopped.is_set():
                return
            self._start()

    def _start(self) -> None:
        self.starts += 1
        kubeconfig = self._folder / f"{self.name}.kubeconfig"
        api = dataclasses.replace(self._world.api, url=self.proxy.api_url)
        kubeconfig.write_text(control_plane.kubeconfig_of(api))
        config = process.Config(
            server_url=self.proxy.server_url, external_url=self._world.server.url, key=self._world.key.read_bytes().strip(),
            shard_files=files.shard_files(), namespaces=(self._namespace,), port=0, host="127.0.0.1", identity=self.name,
            lease_namespace=self._namespace if self._lease else None, kubeconfig=str(kubeconfig),
        )  # fmt: skip
        self._process = _FORKS.Process(target=_operate, args=(config, str(self._log)), daemon=True)
        self._process.start()
        if self._stopped.is_set():
            self.signal(signal.SIGKILL)


def _operate(config: process.Config, log: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    asyncio.run(process.run(config, asyncio.Event()))


def live(
    world: World, name: str, scenario: Scenario, fault: wire.Choice = lambda _: None, *, standby: bool = False
) -> Life:  # fmt: skip
    """One life in a namespace of its own, with an operator that meets trouble, and perhaps one that stands by."""
    status, answer = world.api.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    assert status == 201, answer
    folder = world.folder / name
    folder.mkdir()
    run = Run(world.api, world.server, name, "shop", seconds=SECONDS)
    first = Operator(world, name, folder, fault, name="first", lease=standby)
    operators = [first]
    with contextlib.ExitStack() as stack:
        stack.enter_context(first.running())
        if standby:
            eventually(lambda: _holder(world, name) == first.name, what="the first holds the lease", seconds=SECONDS)
            operators.append(Operator(world, name, folder, lambda _: None, name="second", lease=True))
            stack.enter_context(operators[1].running())
            stack.enter_context(_woken_late(world, name, first))
        try:
            scenario(run)
            run.done()
            calls = [call for each in operators for call in each.proxy.calls]
            outcome = _outcome(run, calls)
        except AssertionError as error:
            hit = first.proxy.faults[0] if first.proxy.faults else None
            raise AssertionError("\n".join([f"{hit}: {error}", *(each.told() for each in operators)])) from error
    hit = first.proxy.faults[0] if first.proxy.faults else None
    return Life(outcome, hit, len(first.proxy.calls), backwards(calls))


def _holder(world: World, namespace: str) -> str:
    path = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{process.LEASE_NAME}"
    status, body = world.api.request("GET", path)
    return body["spec"].get("holderIdentity", "") if status == 200 else ""


@contextlib.contextmanager
def _woken_late(world: World, namespace: str, first: Operator) -> Iterator[None]:
    """While the block lasts: as soon as another holds the lease, the first goes on, and believes that it is still the one."""
    over = threading.Event()

    def wake() -> None:
        while not over.wait(0.2):
            if first.proxy.faults and _holder(world, namespace) not in ("", first.name):
                first.signal(signal.SIGCONT)
                return

    thread = threading.Thread(target=wake, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _outcome(run: Run, calls: list[wire.Call]) -> Outcome:
    body = run.get()
    status = body["status"]
    succeeded = run.condition("Succeeded")
    job = status.get("job", "")
    told = run.events()

    def plain(text: str) -> str:
        return text.replace(body["metadata"]["uid"], "UID").replace(job or "\0", "JOB").replace(run.namespace, "NAMESPACE")

    return Outcome(
        verdict=succeeded["reason"],
        message=plain(succeeded["message"]),
        conditions=[(each["type"], each["status"], each["reason"]) for each in status["conditions"]],
        cases=sorted((name, result, plain(message)) for name, result, message in cases(status["junit"])),
        summary=status["summary"],
        events=sorted((reason, plain(message)) for reason, message in told if reason != "Started"),
        told_twice=[each for each in set(told) if told.count(each) > 1],
        jobs_made=sum(call.method == "POST" and "/jobs" in call.path and call.status == 201 for call in calls),
        left=[*(body["metadata"].get("finalizers") or ()), *(each["metadata"]["name"] for each in run.jobs())],
    )


def cases(junit: str) -> Iterator[tuple[str, str, str]]:
    for case in ElementTree.fromstring(junit).iter("testcase"):
        result = next((each for each in case if each.tag in ("failure", "error", "skipped")), None)
        yield (
            case.get("name", ""),
            "passed" if result is None else result.tag,
            "" if result is None else result.get("message", ""),
        )


def backwards(calls: list[wire.Call]) -> list[str]:
    """Read off the TestRun as the API server had it after each write, in the order of its versions."""
    found: dict[int, Body] = {}
    for call in calls:
        if "/testruns/" in call.path and call.method in ("PATCH", "PUT") and call.status == 200:
            body = json.loads(call.answer)
            found[int(body["metadata"]["resourceVersion"])] = body.get("status") or {}
    statuses = [found[version] for version in sorted(found)]
    return [words for old, new in itertools.pairwise(statuses) for words in _taken_back(old, new)]


def _taken_back(old: Body, new: Body) -> Iterator[str]:
    if _RANK[new.get("state", "")] < _RANK[old.get("state", "")]:
        yield f"state: {old.get('state')} -> {new.get('state')}"
    if old.get("state") in VERDICTS:
        hooks_came = new.get("hooks") and not old.get("hooks")  # with them the evidence is stored anew
        for field in ("state", "summary", "shards", "junit", "failures", "completionTime", "artifacts", "phases", "hooks"):
            if old.get(field) != new.get(field) and not (hooks_came and field in ("artifacts", "hooks", "phases")):
                yield f"{field} changed after the verdict"
    for field in ("startTime", "job", "completionTime"):
        if old.get(field) and old[field] != new.get(field):
            yield f"{field}: {old[field]} -> {new.get(field)}"
    if new.get("observedGeneration", 0) < old.get("observedGeneration", 0):
        yield "observedGeneration"
    for field in ("passed", "failed"):
        before, after = (old.get("summary") or {}).get(field, 0), (new.get("summary") or {}).get(field, 0)
        if after < before:
            yield f"summary.{field}: {before} -> {after}"
    conditions = {each["type"]: each for each in new.get("conditions", ())}
    for each in old.get("conditions", ()):
        now: dict[str, Any] = conditions.get(each["type"], {})
        if not now or (each["status"] != "Unknown" and now["status"] != each["status"]):
            yield f"condition {each['type']}: {each['status']} -> {now.get('status', 'gone')}"
        elif now["status"] == each["status"] and now["lastTransitionTime"] != each["lastTransitionTime"]:
            yield f"condition {each['type']}: its transition time moved"


# --- What happens to the run ---


def ends(run: Run, *pods: Pod, code: int = 0) -> None:
    """Kubernetes sees the end of these pods, as it always does in time, and then the run ends."""
    indexes = ",".join(str(pod.index) for pod in pods)
    for job in run.shard_jobs() if pods else ():  # none: the run was quicker
        path = f"/apis/batch/v1/namespaces/{run.namespace}/jobs/{job['metadata']['name']}/status"
        body = {"status": {"completedIndexes" if code == 0 else "failedIndexes": indexes}}
        run.api.request("PATCH", path, body, content_type="application/merge-patch+json")
    for pod in pods:
        pod.ended(code)
    eventually(lambda: run.state() in VERDICTS, what=lambda: f"{run.name} ends: {run.get()}", seconds=SECONDS)


def started(run: Run, index: int) -> Pod:
    """A pod that runs: none does before the Secret that it mounts is there."""
    run.secret()
    return run.start_pod(index)


def green(run: Run) -> None:
    run.create()
    pods = [started(run, 0), started(run, 1)]
    pods[0].runs(adds="passed", removes="passed")
    pods[1].runs(pays="passed")
    ends(run, *pods)


def red(run: Run) -> None:
    run.create(shards=1)
    pod = started(run, 0)
    pod.runs(adds="passed", pays="failed")
    ends(run, pod, code=1)


def cancelled(run: Run) -> None:
    run.create(shards=1)
    pod = started(run, 0)
    pod.begins("adds", "pays")
    pod.starts("adds")
    pod.ends("adds")
    pod.starts("pays")
    run.patch(cancel=True)
    eventually(lambda: run.job()["spec"]["suspend"], what="the Job is suspended", seconds=SECONDS)
    pod.exits(143, ("adds", "pays"), ("adds",), signal="SIGTERM")
    ends(run, pod, code=143)


def lost_shard(run: Run) -> None:
    run.create()
    pod, dead = started(run, 0), started(run, 1)
    pod.runs(adds="passed")
    pod.ended(0)
    dead.begins("pays", "ships")
    dead.starts("pays")
    dead.ended(137, reason="OOMKilled")
    run.job_status({"failedIndexes": "1", "completedIndexes": "0"})
    ends(run)


def checked(run: Run) -> None:
    """Its environment becomes ready while it waits."""
    shop = Deployment(run)
    shop.create()
    shop.has(ready=1)
    run.create(shards=1, spec={"preflight": {"checks": [SHOP]}})
    eventually(lambda: run.state() == "Pending", what=lambda: f"it waits: {run.get()}", seconds=SECONDS)
    shop.has(ready=2)
    pod = started(run, 0)
    pod.runs(adds="passed")
    ends(run, pod)


def not_ready(run: Run) -> None:
    """In a time in which there can be a second look when the first, which may take 10 s, was not answered."""
    run.create(shards=1, spec={"preflight": {"timeoutSeconds": 15, "checks": [SHOP]}})
    ends(run)


def with_parts(run: Run) -> None:
    """A set-up before its shards, and a hook after them."""
    run.create(shards=1, setup={"command": ["seed"]}, spec={"cleanup": {"hooks": [{"name": "sweep", "command": ["sweep"]}]}})
    Part(run, "setup").succeeds()
    pod = started(run, 0)
    pod.runs(adds="passed")
    ends(run, pod)
    Part(run, "hook-0").succeeds()


SHOP = {"name": "shop is rolled out", "workload": {"kind": "Deployment", "name": "shop"}}
SCENARIOS: dict[str, Scenario] = {
    "green": green, "red": red, "cancelled": cancelled, "lost-shard": lost_shard, "checked": checked, "not-ready": not_ready,
    "parts": with_parts,
}  # fmt: skip
