"""Phase 3 of ``ameide dev inner-loop-test``: a TestRun that carries the evidence of phases 0 to 2, followed to its end.

The only part of the command that knows a cluster; it is loaded when the phases before it are green.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import posixpath
import re
import secrets
from collections.abc import Sequence
from typing import Any

from testrun.api import body as api_body
from testrun.cli import cluster, command, evidence, phase_3, records, run, text, this_machine, view, wait
from testrun.cli.command import Problem
from testrun.cli.phase_3 import NotAtHand, Wanted
from testrun.core import cases as core_cases
from testrun.core import environment as verdicts
from testrun.core import model, phases
from testrun.core.outcomes import Outcome
from testrun.core.phases import Phase
from testrun.core.preflight import checks
from testrun.junit import writer
from testrun.kube import client as kube
from testrun.local import evidence as local_evidence
from testrun.local import results, runner

MAX_AGE_SECONDS = 24 * 3600
"""Evidence that was made before is used again for the same revision, but not for ever."""
AT_HAND_SECONDS = 5.0
"""A cluster that does not answer in this time is not at hand."""
NAME_LENGTH = 45
"""Of the manifest's name in the run's: children and ConfigMaps add to it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reported:
    """Phase 3, as it is reported."""

    cases: Sequence[model.Case]
    """Some of them: the status of a TestRun names only the first that failed."""
    counts: model.Counts
    """Of all."""
    junit: bytes


async def run_phase(one: runner.Runner, wanted: Wanted) -> phase_3.Told:
    """Run phase 3 and add its report."""
    kind = "BadManifest"
    try:
        body = manifest_of(one, wanted)
        kind = "ClusterRefused"
        async with (
            at_hand(one, wanted, body) as there,
            this_machine.made_ready(one, wanted, checks_of(body), namespace=there.namespace) as looked,
        ):
            if not looked.holds:
                this_machine.end_not_ready(one, looked)
                return None, []
            return await _run(one, wanted, body, there, looked)
    except NotAtHand as error:
        if wanted.demanded:
            return phase_3.errored(one, str(error), kind=error.kind, hint=error.hint)
        one.skip_e2e(str(error))
        return None, [f"Next: {error.hint}"]
    except (Problem, kube.ApiError) as error:
        message = text.clean(error.message if isinstance(error, Problem) else error, 1000)
        return phase_3.errored(one, message, kind=kind, hint=getattr(error, "hint", ""))


def manifest_of(one: runner.Runner, wanted: Wanted) -> kube.Body:
    """The TestRun to make, without a name of its own yet. Raises `NotAtHand`, `Problem`."""
    path = phase_3.manifest_path(one, wanted)
    if path is not None:
        return phase_3.manifest_at(path, one, wanted)
    beside = next((posixpath.join(each.folder, phase_3.MANIFEST) for each in one.place.discovery.of("playwright")), None)
    what = "there is no TestRun manifest for phase 3" if beside else "no Playwright config was found, and no TestRun manifest"
    hint = f"write {beside or 'e2e/testrun.yaml'} with the TestRun to make, or name one with --testrun FILE"
    raise NotAtHand(what, hint, kind="NoManifest")


def checks_of(body: kube.Body) -> tuple[checks.Check, ...]:
    """The TestRun's own preflight. Of one that cannot be used there is none: the API server says what is wrong with it."""
    with contextlib.suppress(api_body.InvalidSpec):
        asked = api_body.parse(body).preflight
        return asked.checks if asked is not None else ()
    return ()


@contextlib.asynccontextmanager
async def at_hand(one: runner.Runner, wanted: Wanted, body: kube.Body) -> Any:
    """The cluster, in the namespace of the run, once it has answered. Raises `NotAtHand`."""
    hint = "with a cluster that has the operator (KUBECONFIG, --context), run: ameide dev inner-loop-test --phase 3"
    target = wanted.target
    space = target.namespace or one.place.config.e2e.namespace or body["metadata"].get("namespace")
    try:
        async with contextlib.AsyncExitStack() as stack:
            there = await stack.enter_async_context(cluster.connect(target))
            there = there.at(space or there.namespace)
            try:
                async with asyncio.timeout(AT_HAND_SECONDS):
                    await there.client.list(kube.TESTRUNS, there.namespace, limit=1)
            except TimeoutError as error:
                raise NotAtHand(f"the cluster {there.client.login.server} does not answer", hint) from error
            except (kube.Unavailable, kube.NotFound) as error:
                raise NotAtHand(cluster.problem(error, server=there.client.login.server).message, hint) from error
            yield there
    except Problem as error:
        if error.message.startswith("no cluster to talk to") or error.message.startswith("there is no kubeconfig"):
            raise NotAtHand(error.message, hint) from error
        raise


async def _run(
    one: runner.Runner, wanted: Wanted, body: kube.Body, there: cluster.Cluster, looked: this_machine.Looked
) -> phase_3.Told:
    name = run_name(str(body["metadata"].get("name") or "run"), one.place.repository.revision.commit, secrets.token_hex(3))
    kept = _records(one)
    empty = [report.phase for report in one.reports if report.outcome.passed and not report.counts.passed]
    # What the manifest asks for, or all; a phase whose configuration says that it has no tests proves nothing and blocks nothing.
    asked = (body.get("spec", {}).get("preSteps") or {}).get("required") or [
        str(each) for each in phases.LOCAL if each not in empty
    ]
    body["metadata"] = {**body["metadata"], "name": name, "namespace": there.namespace}
    body["spec"]["preSteps"] = records.steps(
        name, kept, required=[phases.parse(each) for each in asked], max_age_seconds=MAX_AGE_SECONDS
    )
    async with wanted.where(there.client) as server:
        made = await records.deliver(there, server, name, kept)
        try:
            created = run.read(await there.client.create(kube.TESTRUNS, body, there.namespace, strict=True))
        except BaseException:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(AT_HAND_SECONDS):
                    await records.withdraw(there, made)
            raise
        loop = asyncio.get_running_loop()
        began = loop.time()
        command.note(f"phase 3 e2e: TestRun {there.namespace}/{name}")
        ended = await _followed(one, there, created, wanted, made)
        finished = run.read(ended) if ended is not None else created
        seconds = loop.time() - began
        facts = {"namespace": there.namespace, "name": name, "uid": created.uid, "verdict": finished.verdict or None}
        if ended is None:
            message = f"interrupted by {one.interrupter}; the TestRun is being cancelled"
            one.end_e2e(
                Outcome(result=model.Verdict.CANCELLED, message=message), _errored(message, kind="Cancelled"), seconds=seconds
            )
            return facts, []
        junit = await _junit(server, finished)
    told = with_checks(finished, junit, tuple(verdicts.check_cases(looked.results)))
    outcome = Outcome(result=finished.verdict, message=text.clean(finished.message, 1000))
    one.end_e2e(outcome, told.cases, counts=told.counts, seconds=seconds, junit=told.junit)
    stored = [line.plain for line in view.evidence(finished, program="ameide testrun", flags=there.flags)]
    return facts, [f"TestRun:  {there.namespace}/{name}", *(f"  {line}" for line in stored)]


def run_name(base: str, commit: str, suffix: str) -> str:
    """A name that no other run has: ``shop-7f3c2d1-a1b2c3``."""
    cut = re.sub(r"[^a-z0-9]+$", "", base[:NAME_LENGTH]) or "run"
    return "-".join(part for part in (cut, commit[:7], suffix) if part)


def _records(one: runner.Runner) -> list[records.Record]:
    """The evidence of this run's green phases; of those that did not run now, the newest of the same revision."""
    earlier = local_evidence.latest(one.place.folder.parent, one.place.repository.revision.name)
    found = []
    for report in one.reports:
        if report.outcome.passed and report.counts.passed:
            found.append(records.read(report.phase, one.place.folder / report.junit.path, report.seconds))
        elif report.outcome.result == phases.NOT_RUN and report.phase in earlier:
            with contextlib.suppress(OSError):
                found.append(records.read(report.phase, earlier[report.phase], 0.0))
    return found


async def _followed(
    one: runner.Runner, there: cluster.Cluster, made: run.Run, wanted: Wanted, config_maps: Sequence[str]
) -> kube.Body | None:
    """The TestRun with its verdict; None: Ctrl-C, and then a second one while it was being cancelled."""
    try:
        await records.belong(there, config_maps, made.ref)
        return await wait.followed(there, made.name, uid=made.uid, where=wanted.where)
    except asyncio.CancelledError:
        wait.interrupted()
        one.interrupted = one.interrupter
        await there.client.patch(kube.TESTRUNS, made.name, {"spec": {"cancel": True}}, there.namespace)
        command.note(f"\nCancelling TestRun {made.name}; press Ctrl-C again to leave.")
    try:
        return await wait.followed(there, made.name, uid=made.uid, where=wanted.where)
    except asyncio.CancelledError:
        wait.interrupted()
        return None


async def _junit(server: evidence.Server, finished: run.Run) -> bytes:
    """The run's whole JUnit from the store, as its manifest has it; else what the status holds of it."""
    try:
        listed, _ = await server.manifest(finished.ref, sha256=finished.manifest_sha256)
        wanted = next(each for each in listed.files if each.path == Phase.E2E.junit)
        data = b"".join([chunk async for chunk in server.chunks(finished.ref, wanted.path)])
        if hashlib.sha256(data).hexdigest() == wanted.sha256:
            return data
    except (evidence.Unreadable, StopIteration):
        pass
    return finished.junit.encode()


def with_checks(finished: run.Run, junit: bytes, own: Sequence[model.Case]) -> Reported:
    """What the cluster tells of the run, with the checks of this machine before it. Pure."""
    failed = [
        model.Case(
            shard=each.shard, file=each.file, project=each.project, title=(each.name,), status=model.CaseStatus.FAILED,
            message=each.message,
        )
        for each in finished.failures
    ]  # fmt: skip
    return Reported(
        cases=[*own, *failed],
        counts=core_cases.count(own) + (finished.counts or model.Counts()),
        junit=writer.with_more(junit, own) if junit and own else junit,
    )


def _errored(message: str, *, kind: str) -> Sequence[model.Case]:
    return [results.finding(str(Phase.E2E), kind, message, "")]
