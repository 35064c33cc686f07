"""Phases 0 to 2 in their order, fail-fast, each with its evidence. Tools of one phase work side by side.

Whoever shows the run looks at `Runner.phase` and `Runner.work` whenever it likes; nothing here draws. Cancelling the task that
runs it ends all tools and still leaves the evidence of every phase.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import functools
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from testrun.core import cases as core_cases
from testrun.core import model, outcomes, phases
from testrun.core import summary as core_summary
from testrun.core.phases import Phase
from testrun.local import environment, evidence, inventory, process, project_run, results
from testrun.local.discovery import Project, join
from testrun.local.tools import go, go_select, jest, pytest
from testrun.local.workplace import Workplace

NOT_ASKED = "it was not asked for"
PREPARE_SECONDS = 0.03
"""After the first tools are told to start."""
GO_MARGIN_SECONDS = 10
"""Go ends its tests itself, with all their stacks, so long before we would; of a short time-out, a fifth before."""


class Work(Protocol):
    """One tool at work, as it is shown."""

    began: bool
    ended: process.Ended | None

    @property
    def name(self) -> str: ...

    def progress(self) -> model.ShardProgress: ...

    def left_over(self, interrupter: str) -> Sequence[model.Case]:
        """What it told so far, when the run is interrupted."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class PhaseReport:
    """How a phase ended."""

    phase: Phase
    outcome: outcomes.Outcome
    cases: Sequence[model.Case]
    seconds: float
    junit: model.FileRef
    total: model.Counts | None = None
    """Of all cases, when ``cases`` are only some; None: they are all."""
    isolation: str = ""
    """``loopback`` or ``environment``: how far its tests were kept from the world."""

    @property
    def counts(self) -> model.Counts:
        return core_cases.count(self.cases) if self.total is None else self.total


class Runner:
    """One run."""

    def __init__(self, place: Workplace, kept: evidence.Evidence, now: Callable[[], datetime.datetime]) -> None:
        self.place = place
        self.evidence = kept
        self.reports: list[PhaseReport] = []
        self.phase: Phase | None = None
        """The phase that runs."""
        self.work: Sequence[Work] = ()
        """What runs in it."""
        self.interrupted = ""
        """What ended the run from outside, for people: ``Ctrl-C`` or ``SIGTERM``; empty when nothing did."""
        self.interrupter = "Ctrl-C"
        """What a cancellation means."""
        self._now = now
        self._inventory: inventory.Inventory | None = None
        self._prepared = False
        self._left_out: list[Phase] = []
        """What was not asked for, until that can be written."""

    def prepare(self) -> None:
        """From now on every phase has a JUnit file. The first tools do not wait for it; what ends does."""
        if self._prepared:
            return
        self._prepared = True
        for phase in phases.ORDER:
            self.evidence.write(phase, evidence.not_ended(phase), seconds=0, completed=self._now())
        for phase in self._left_out:
            self._report(phase, outcomes.Outcome(result=phases.NOT_RUN, message=NOT_ASKED), 0)

    async def run(self, asked: Sequence[Phase]) -> None:
        """Run the local phases that were asked for; the first that is not green ends it. A cancellation is kept in
        ``interrupted`` and does not come out.
        """
        for phase in phases.LOCAL:
            red = self.first_red
            if phase not in asked and not self._prepared:
                self._left_out.append(phase)
            elif phase not in asked:
                self._report(phase, outcomes.Outcome(result=phases.NOT_RUN, message=NOT_ASKED), 0)
            elif red is not None:
                self._report(phase, outcomes.Outcome(result=phases.NOT_RUN, message=after(red)), 0)
            else:
                await self._run(phase)
        self.prepare()

    def end_interrupted(self, phase: Phase) -> None:
        """The phase was under way when the run was interrupted: the cancellation is taken note of, and goes no further."""
        self._note_interrupt()
        if all(report.phase is not phase for report in self.reports):
            why = f"interrupted by {self.interrupter}"
            self._report(
                phase, outcomes.Outcome(result=model.Verdict.CANCELLED, message=why), 0,
                cases=[results.stopped_case(phase, model.Verdict.CANCELLED, why)],
            )  # fmt: skip

    def skip_e2e(self, why: str) -> None:
        """Phase 3 did not run."""
        self._report(Phase.E2E, outcomes.Outcome(result=phases.NOT_RUN, message=why), 0)

    def end_e2e(
        self, outcome: outcomes.Outcome, cases: Sequence[model.Case], *, counts: model.Counts | None = None, seconds: float = 0.0,
        junit: bytes = b"",
    ) -> None:  # fmt: skip
        """Phase 3 ended: with a JUnit of the cluster, or with cases of our own."""
        if not junit:
            self._report(Phase.E2E, outcome, seconds, cases=cases)
            return
        written = self.evidence.keep_junit(Phase.E2E, junit)
        self.reports.append(
            PhaseReport(phase=Phase.E2E, outcome=outcome, cases=cases, total=counts, seconds=seconds, junit=written)
        )

    @property
    def first_red(self) -> PhaseReport | None:
        return next((each for each in self.reports if each.outcome.result not in (model.Verdict.PASSED, phases.NOT_RUN)), None)

    async def _run(self, phase: Phase) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        config = self.place.config
        settings = config.policy if phase is Phase.POLICY else config.tests(phase)
        self.phase = phase
        stopped: model.Verdict | None = None
        try:
            if phase is Phase.POLICY:
                cases, late = await self._policy(settings.timeout_seconds)
            else:
                cases, late = await self._tests(phase, settings.timeout_seconds)
            stopped = model.Verdict.TIMED_OUT if late else None
        except asyncio.CancelledError:
            self._note_interrupt()
            stopped = model.Verdict.CANCELLED
            cases = [case for each in self.work for case in each.left_over(self.interrupter)]
        why = ""
        if stopped is not None:
            late_after = f"not done after timeout-seconds ({settings.timeout_seconds} s)"
            late_after += _still(cases) if phase is not Phase.POLICY else ""
            why = late_after if stopped is model.Verdict.TIMED_OUT else f"interrupted by {self.interrupter}"
        if stopped is not None and not any(case.status is model.CaseStatus.ERRORED for case in cases):
            cases = [*cases, results.stopped_case(phase, stopped, why)]
        outcome = outcomes.judge(phase, cases, min_tests=settings.min_tests, stopped=stopped, why=why)
        if outcome.result == model.Verdict.ERRORED and not any(case.status is model.CaseStatus.ERRORED for case in cases):
            cases = [*cases, results.too_few_case(phase, outcome.message)]
        self._report(phase, outcome, loop.time() - began, cases=cases)
        self.phase, self.work = None, ()

    async def _policy(self, timeout: float) -> tuple[list[model.Case], bool]:
        from testrun.local import policy  # here: a run without phase 0 does not wait for it

        self.prepare()
        asked = policy.checks(self.place)
        self.work = asked
        await self._together([functools.partial(check.run, timeout) for check in asked])
        told = await policy.conclude(self.place, asked, self._now().date())
        self._inventory = told.inventory
        return told.cases, any(check.ended is not None and check.ended.timed_out for check in asked)

    async def _tests(self, phase: Phase, timeout: float) -> tuple[list[model.Case], bool]:
        known = self._inventory
        if known is None:
            known = inventory.Inventory()
            if self.place.discovery.of("go"):
                from testrun.local import go_sources  # brings along what knows Go's build constraints

                known = inventory.Inventory(go=await asyncio.to_thread(go_sources.read, self.place.files))
        running = [project_run.Running(task, self.place.clock) for task in self._tasks(phase, known, timeout)]
        self.work = running
        asyncio.get_running_loop().call_later(PREPARE_SECONDS, self.prepare)
        await self._together([functools.partial(each.run, timeout) for each in running])
        late = any(each.timed_out for each in running)
        return [case for each in running for case in each.cases()], late

    async def _together(self, work: Sequence[Callable[[], Coroutine[None, None, None]]]) -> None:
        """All of it, some at once. When we are cancelled, each is, and each is waited for."""
        slots = asyncio.Semaphore(self.place.parallel)

        async def one(each: Callable[[], Coroutine[None, None, None]]) -> None:
            async with slots:
                await each()

        tasks = [asyncio.ensure_future(one(each)) for each in work]
        try:
            await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise

    def _tasks(self, phase: Phase, known: inventory.Inventory, timeout: float) -> list[project_run.Task]:
        projects = [each for each in self.place.discovery.of("go", "jest", "pytest") if not known.has_none(each, phase)]
        return [self._task(project, phase, known, timeout) for project in projects]

    def _task(self, project: Project, phase: Phase, known: inventory.Inventory, timeout: float) -> project_run.Task:
        place = self.place
        settings = place.config.tests(phase)
        folder = place.phase_folder(phase) / project.slug
        isolated = settings.network == "loopback" and place.isolation.network
        launcher = environment.isolated(folder / project_run.ATTEMPTS) if isolated else []
        scrubbed = environment.scrubbed(place.environment, settings.environment)
        variables = {**scrubbed, **project_run.environment_of(folder / project_run.EVENTS, place.root)}
        problem = ""
        translator: project_run.Translator | None = None
        no_tests = frozenset({0})
        more: list[list[str]] = []
        match project.tool:
            case "go":
                variables = scrubbed  # no reporter is to be told anything
                translator = go.Translator(
                    folder=project.folder, module=go.module_path(place.repository.read(join(project.folder, "go.mod"))),
                    functions=known.go.functions(phase), clock=place.clock,
                )  # fmt: skip
                seconds = max(1, int(timeout - min(GO_MARGIN_SECONDS, timeout / 5)))
                if phase is Phase.UNIT:
                    # Go has no word for "all but": with something excluded the others are named.
                    named = [each.folder for each in known.go.packages(project, phase)] if place.config.exclude else None
                    argv = go.unit_command(project.folder, named, launcher=launcher, seconds=seconds)
                else:
                    selected = go_select.selections(known.go.packages(project, phase))
                    argv, *more = (
                        go.integration_command(each, project.folder, launcher=launcher, seconds=seconds) for each in selected
                    )
            case "jest":
                start = jest.program(place.root / project.folder, place.top)
                problem = "" if start else jest.missing("jest", place.root / project.folder, place.top)
                config = project.seen_config
                left_out = jest.left_out(place.root, project.leave_out, place.config.exclude)
                argv = [*launcher, *jest.test_command(start, config, phase, left_out)]
            case _:
                python = pytest.interpreter(place.root / project.folder, place.top, place.environment)
                problem = "" if python else pytest.MISSING
                argv = [
                    *launcher,
                    *pytest.test_command(python, pytest.ignored(project.seen_leave_out, place.root, place.config.exclude), phase),
                ]
                variables |= pytest.variables(scrubbed)
                no_tests = pytest.NO_TESTS
        return project_run.Task(
            project=project,
            commands=[
                process.Command(argv=each, folder=place.root / project.folder, environment=variables) for each in (argv, *more)
            ],
            folder=folder,
            translator=translator,
            no_tests=no_tests,
            lingers=jest.LINGERS if project.tool == "jest" else b"",
            linger_advice=jest.LINGER_ADVICE,
            root=place.root,
            isolated=isolated,
            phase=phase,
            tests=known.known.get(project.name, {}).get(phase, 0),
            problem=problem,
        )

    def _report(
        self, phase: Phase, outcome: outcomes.Outcome, seconds: float, *, cases: Sequence[model.Case] | None = None
    ) -> None:
        self.prepare()
        held = list(cases) if cases is not None else evidence.not_run(phase, outcome.message)
        isolation = self._isolation(phase) if outcome.result != phases.NOT_RUN else ""
        junit = self.evidence.write(phase, held, seconds=seconds, completed=self._now(), isolation=isolation)
        report = PhaseReport(phase=phase, outcome=outcome, cases=held, seconds=seconds, junit=junit, isolation=isolation)
        self.reports.append(report)

    def _isolation(self, phase: Phase) -> str:
        if phase not in (Phase.UNIT, Phase.INTEGRATION):
            return ""
        return self.place.isolation.word if self.place.config.tests(phase).network == "loopback" else "none"

    def _note_interrupt(self) -> None:
        self.interrupted = self.interrupter
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()


def after(red: PhaseReport) -> str:
    """Why the phases behind a red one do not run."""
    return f"phase {red.phase.number} ({red.phase}) is {red.outcome.result}: {red.outcome.message}"


def _still(cases: Sequence[model.Case]) -> str:
    """Which tests ran on, as the end of a sentence."""
    late = [
        case.name
        for case in cases
        if case.kind == model.Verdict.TIMED_OUT and case.attempts  # else it never began
    ]
    more = f" and {len(late) - 1} more" if len(late) > 1 else ""
    return f": {late[0]}{more} still ran" if late else ""


def summary(
    runner: Runner, *, started: datetime.datetime, completed: datetime.datetime, exit_code: int, test_run: dict[str, Any] | None
) -> dict[str, Any]:
    """The body of ``summary.json`` and of ``--json``."""
    place = runner.place
    return {
        "version": evidence.VERSION,
        "run": place.folder.name,
        "artifacts": str(place.folder),
        "revision": place.repository.revision.name,
        "startTime": _time(started),
        "completionTime": _time(completed),
        "exitCode": exit_code,
        "isolation": {"network": place.isolation.network, "why": place.isolation.why},
        "projects": [
            {"tool": each.tool, "folder": each.folder, "why": each.why} for each in place.discovery.projects
        ],
        "phases": [_phase(each) for each in runner.reports],
        "testRun": test_run,
        "problems": runner.evidence.problems,
    }  # fmt: skip


def _phase(report: PhaseReport) -> dict[str, Any]:
    red = core_summary.red(report.cases)
    return {
        "phase": str(report.phase),
        "number": report.phase.number,
        "result": report.outcome.result,
        "message": report.outcome.message,
        **dataclasses.asdict(report.counts),
        "durationSeconds": round(report.seconds, 3),
        "isolation": report.isolation,
        "junit": dataclasses.asdict(report.junit),
        "failures": [
            {"project": case.project, "name": case.name, "file": case.file, "line": case.line, "kind": case.kind,
             "message": case.message[:2000]}
            for case in red[: model.FAILURES_IN_STATUS]
        ],
    }  # fmt: skip


def _time(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
