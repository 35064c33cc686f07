"""Phase 0: no legacy test surface is left, every tool finds its tests, and every test belongs to a phase.

The tools are asked themselves, all at once; what they say is put next to the files. Each check is one test case, each finding a
failed one.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import json
import os
import pathlib
import shutil
from collections.abc import Mapping, Sequence

from testrun.core import events, model, text
from testrun.core.phases import Phase
from testrun.local import attempts, discovery, environment, go_sources, inventory, process, project_run, results
from testrun.local.discovery import Project
from testrun.local.rules import allowlist, classify, legacy
from testrun.local.rules.finding import Finding
from testrun.local.tools import go, jest, playwright, pytest
from testrun.local.workplace import Workplace

PROJECT = "policy"
_LATE = "not done when the phase's timeout-seconds were over: does a test file wait for something while it is loaded?"
_NO_TESTS = "No tests found"
"""How Playwright says it, in an error of its own."""
_WHAT = {
    "integration-mode": "no INTEGRATION_MODE is left",
    "pack-script": "no run_integration_tests.sh is left",
    "integration-runner": "nothing of tools/integration-runner is left",
    "skip-placeholder": "no test is an empty place that always skips",
    "focused-test": "no test is focused",
    classify.RULE: "every test belongs to phase 1 or phase 2",
    allowlist.RULE: "the allowlist is in order",
}


class Check:
    """One tool that is asked what it finds. `progress` may be asked at any time."""

    answers_json = False
    """What it prints on stdout is for us, and no part of its raw output."""

    loads_tests = True
    """It loads files of the repository, which then must not reach the network, as tests must not."""

    def __init__(self, project: Project, title: str, place: Workplace, command: Sequence[str], *, problem: str = "") -> None:
        self.project = project
        self.title = title
        self.began = False
        self.ended: process.Ended | None = None
        self.lines: list[bytes] = []
        self.cases: list[model.Case] = []
        self._place = place
        self._command = command
        self._problem = problem
        self.folder = place.phase_folder(Phase.POLICY) / f"{project.slug}-{'-'.join(title.split()[:1])}"

    @property
    def name(self) -> str:
        return f"{self.project.name}: {self.title}"

    def progress(self) -> model.ShardProgress:
        bad = any(case.status is not model.CaseStatus.PASSED for case in self.cases)
        done = int(bool(self.cases))
        return model.ShardProgress(index=0, planned=done, passed=int(done and not bad), failed=int(bad))

    def left_over(self, interrupter: str) -> list[model.Case]:
        """Its cases when the run is interrupted: what it found, or how far it came."""
        if not self.began:
            self._finish(model.CaseStatus.ERRORED, model.Verdict.CANCELLED, f"did not begin: {interrupter} came first", "")
        elif not self.cases:
            why = f"was running when {interrupter} interrupted it"
            self._finish(model.CaseStatus.ERRORED, model.Verdict.CANCELLED, why, self._last_output())
        return self.cases

    async def run(self, timeout: float) -> None:
        self.began = True
        if self._problem:
            self._finish(model.CaseStatus.ERRORED, "ToolMissing", self._problem, "")
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        attempts_file = self.folder / project_run.ATTEMPTS
        argv = self._command
        if self._isolated():
            if not shutil.which(argv[0], path=self._place.environment.get("PATH")):
                self._finish(model.CaseStatus.ERRORED, "ToolMissing", f"{argv[0]} is not installed, or not on PATH", "")
                return
            argv = [*environment.isolated(attempts_file), *argv]
        self.ended = await process.run(
            process.Command(argv=argv, folder=self._place.root / self.project.folder, environment=self._environment()),
            output=self.folder / project_run.OUTPUT,
            timeout=timeout,
            on_line=self._hear,
        )
        ended = self.ended
        if ended.problem:
            self._finish(model.CaseStatus.ERRORED, "ToolMissing", ended.problem, "")
        elif ended.timed_out:
            self._finish(model.CaseStatus.ERRORED, "TimedOut", f"{self.project.name}: {_LATE}", ended.output)
        else:
            self.read(ended)
        for attempt in attempts.read(attempts_file) if attempts_file.exists() else []:
            message = (
                f"{self.project.name}: loading its tests tried to reach {attempt.described}: do that in a test of phase 3 (e2e)"
            )
            self._finish(model.CaseStatus.ERRORED, "NetworkAccess", message, ended.output)

    def _isolated(self) -> bool:
        config = self._place.config
        return (
            self.loads_tests and self._place.isolation.network and "host" not in (config.unit.network, config.integration.network)
        )

    def read(self, ended: process.Ended) -> None:
        """Make the cases of what the tool said."""
        raise NotImplementedError

    def _hear(self, line: bytes) -> bytes:
        self.lines.append(line)
        return b"" if self.answers_json else line + b"\n"

    def output(self) -> str:
        return b"\n".join(self.lines).decode(errors="replace")

    def _last_output(self) -> str:
        """What it printed before it was interrupted, when nobody has read that yet."""
        printed = process.tail_of(self.folder / project_run.OUTPUT)
        answer = self.output()[-process.TAIL_BYTES :] if self.answers_json else ""
        said = "\n".join(filter(None, (answer, printed)))
        return f"last output of {self.project.tool}:\n{said}" if said else ""

    def _environment(self) -> dict[str, str]:
        """It loads the tests of both phases, which may need the variables of either."""
        config = self._place.config
        return environment.scrubbed(self._place.environment, {**config.integration.environment, **config.unit.environment})

    def _passed(self, note: str) -> None:
        self._finish(model.CaseStatus.PASSED, "", "", "", note=note)

    def _failed(self, message: str, details: str, *, kind: str = "Discovery", file: str = "", line: int = 0) -> None:
        self._finish(model.CaseStatus.FAILED, kind, message, details, file=file, line=line)

    def _finish(
        self, status: model.CaseStatus, kind: str, message: str, details: str, *, note: str = "", file: str = "", line: int = 0
    ) -> None:
        seconds = self.ended.seconds if self.ended is not None else 0.0
        attempt = model.Attempt(retry=0, status=str(status), duration=0 if self.cases else seconds, output=note)
        self.cases.append(
            model.Case(
                shard=0, file=file, project=self.project.name, title=(self.title,), status=status, line=line, message=message,
                details=details, kind=kind, attempts=(attempt,),
            )
        )  # fmt: skip


class GoCompiles(Check):
    """Every test binary compiles and links."""

    loads_tests = False  # they are built and not started; what is to be downloaded for that may be

    def __init__(self, project: Project, place: Workplace, *, tagged: bool, module: str) -> None:
        nothing = shutil.which("true", path=place.environment.get("PATH")) or "true"
        title = "compiles with -tags=integration" if tagged else "compiles"
        super().__init__(project, title, place, go.compile_command(tagged=tagged, nothing=nothing))
        self.folder = self.folder.with_name(f"{project.slug}-compile{'-integration' if tagged else ''}")
        self._module = module
        self._phase = place.config.integration if tagged else place.config.unit

    def _environment(self) -> dict[str, str]:
        return environment.scrubbed(self._place.environment, self._phase.environment)

    def read(self, ended: process.Ended) -> None:
        translator = go.Translator(folder=self.project.folder, module=self._module, functions={}, clock=self._place.clock)
        told = [event for line in self.lines for event in translator.feed(line)]
        errors = [event for event in told if event["type"] == "error"]
        for error in errors[:20]:
            self._failed(error["message"], error["stack"], kind="CompileError", file=error["file"], line=error["line"])
        if not errors and ended.code != 0:
            self._failed(
                f"{self.project.name}: go ended with {_how(ended)}{results.first_words(ended.output)}",
                ended.output,
                kind="CompileError",
            )
        if not self.cases:
            self._passed("all test binaries compile and link")


class JestLists(Check):
    """Jest finds its tests."""

    answers_json = True

    def __init__(self, project: Project, place: Workplace) -> None:
        folder = place.root / project.folder
        start = jest.program(folder, place.top)
        config = project.seen_config
        left_out = jest.left_out(place.root, project.leave_out, place.config.exclude)
        problem = "" if start else jest.missing("jest", folder, place.top)
        super().__init__(project, "lists its tests", place, jest.list_command(start, config, left_out), problem=problem)
        self.files: list[str] | None = None
        """Paths below the repository's root; None: Jest did not say."""

    def read(self, ended: process.Ended) -> None:
        listed = jest.listed(self.output())
        if listed is None or ended.code != 0:
            said = self.output() + ended.output
            why = f"jest --listTests ended with {_how(ended)}{results.first_words(ended.output or said)}"
            self._failed(f"{self.project.name}: {why}", said, file=self.project.config)
            return
        self.files = sorted(project_run.relative(each, self._place.root) for each in listed)
        self._passed(f"{text.plural(len(self.files), 'file')}: " + ", ".join(self.files[:50]))


class PytestCollects(Check):
    """pytest collects its tests, with strict markers."""

    def __init__(self, project: Project, place: Workplace) -> None:
        folder = place.root / project.folder
        python = pytest.interpreter(folder, place.top, place.environment)
        kept_from = pytest.ignored(project.seen_leave_out, place.root, place.config.exclude)
        command = pytest.collect_command(python, kept_from)
        super().__init__(project, "collects its tests", place, command, problem="" if python else pytest.MISSING)
        self._python = os.path.relpath(python, place.root) if python.startswith(f"{place.root}/") else python
        self.visited: list[str] | None = None
        """Paths of the modules that pytest looked into; None: it did not say."""
        self.marked = {Phase.UNIT: 0, Phase.INTEGRATION: 0}
        self.deselected: list[events.PlannedTest] = []
        """Tests that the repository takes away from pytest once they are found."""

    def _environment(self) -> dict[str, str]:
        more = project_run.environment_of(self.folder / project_run.EVENTS, self._place.root)
        scrubbed = super()._environment()
        return {**scrubbed, **more, **pytest.variables(scrubbed)}

    def read(self, ended: process.Ended) -> None:
        said = self.output()
        visited, errors = [], []
        for line in _lines(self.folder / project_run.EVENTS):
            try:
                event = events.parse(line)
            except events.EventError:
                continue
            match event:
                case events.Plan():
                    for test in event.tests:
                        self.marked[Phase.INTEGRATION if pytest.MARKER in test.tags else Phase.UNIT] += 1
                case events.OutsideError():
                    errors.append(event)
                case events.Unknown(type="collected"):
                    visited += [str(each) for each in json.loads(line).get("files") or ()]
                case events.Unknown(type="deselected"):
                    told = events.parse(json.dumps({**json.loads(line), "type": "plan"}).encode())
                    self.deselected += told.tests if isinstance(told, events.Plan) else ()
        for error in errors[:20]:
            self._failed(
                f"{self.project.name}: {text.first_line(error.message)}", error.stack or error.message, kind="CollectionError",
                file=error.file, line=error.line,
            )  # fmt: skip
        if not errors and ended.code not in pytest.NO_TESTS:
            if "No module named pytest" in ended.output:
                why = f"pytest is not installed in {self._python}: install it there"
                self._finish(model.CaseStatus.ERRORED, "ToolMissing", f"{self.project.name}: {why}", ended.output)
            else:
                self._failed(f"{self.project.name}: pytest ended with {_how(ended)}{results.first_words(said)}", ended.output)
        if self.cases:
            return
        self.visited = visited
        total = sum(self.marked.values())
        if not total and not self.deselected:
            beside = f" beside those of {text.listed(list(self.project.leave_out))}" if self.project.leave_out else ""
            looked = text.plural(len(visited), "file")
            self._failed(
                f"{self.project.name}: it finds no test in {looked}{beside}: correct testpaths or python_files",
                said,
            )
            return
        self._passed(f"{text.plural(total, 'test')}, {self.marked[Phase.INTEGRATION]} of them integration")


class PlaywrightLists(Check):
    """Playwright finds its tests."""

    answers_json = True

    def __init__(self, project: Project, place: Workplace) -> None:
        folder = place.root / project.folder
        start = playwright.program(folder, place.top)
        config = project.seen_config or "."
        problem = "" if start else jest.missing("@playwright/test", folder, place.top)
        super().__init__(project, "lists its tests", place, playwright.list_command(start, config), problem=problem)
        self.files: list[str] | None = None
        """Paths below the repository's root; None: Playwright did not say."""

    def read(self, ended: process.Ended) -> None:
        told = playwright.listed(self.output())
        if told.errors or ended.code != 0 or not told.tests:
            why = (
                text.first_line(told.errors[0])
                if told.errors
                else f"it ended with {_how(ended)}{results.first_words(ended.output)}"
            )
            if not told.tests and (_NO_TESTS in why or (ended.code == 0 and not told.errors)):
                why = f"it finds no test: correct testDir or testMatch of {self.project.config or self.project.folder}"
            details = "\n\n".join(told.errors) or self.output() + ended.output
            self._failed(f"{self.project.name}: {why}", details, file=self.project.config)
            return
        self.files = [project_run.relative(each, self._place.root) for each in told.files]
        self._passed(text.plural(told.tests, "test"))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told:
    """What phase 0 found out."""

    cases: list[model.Case]
    inventory: inventory.Inventory


def checks(place: Workplace) -> list[Check]:
    """The tools to ask, one check or more for each project."""
    found: list[Check] = []
    for project in place.discovery.projects:
        match project.tool:
            case "go":
                module = go.module_path(place.repository.read(discovery.join(project.folder, "go.mod")))
                found += [GoCompiles(project, place, tagged=tagged, module=module) for tagged in (False, True)]
            case "jest":
                found.append(JestLists(project, place))
            case "pytest":
                found.append(PytestCollects(project, place))
            case "playwright":
                found.append(PlaywrightLists(project, place))
    return found


async def conclude(place: Workplace, asked: Sequence[Check], today: datetime.date) -> Told:
    """The cases of phase 0, once every tool has answered (or could not)."""
    findings, known = await asyncio.to_thread(_look, place, asked)
    entries, malformed = allowlist.parse(place.config.policy.allow, rules=[*legacy.IDS, classify.RULE], config=place.config_file)
    judged = allowlist.apply(findings, entries, today=today, config=place.config_file)
    own = [_finding_case(each) for each in (*judged.left, *malformed)]
    own += [
        _case(each.finding.rule, each.finding.place, model.CaseStatus.SKIPPED, message=each.sentence, finding=each.finding)
        for each in judged.allowed
    ]
    broken = {each.rule for each in (*judged.left, *malformed)}
    own += [_case(rule, what, model.CaseStatus.PASSED) for rule, what in _WHAT.items() if rule not in broken]
    if not place.discovery.projects:
        message = "nothing to test was found: no go.mod, Jest project, pytest configuration or Playwright config (see --explain)"
        own.append(_case("discovery", "there is something to test", model.CaseStatus.FAILED, message=message))
    return Told(cases=[*own, *(case for check in asked for case in check.cases)], inventory=known)


def _look(place: Workplace, asked: Sequence[Check]) -> tuple[list[Finding], inventory.Inventory]:
    """Our own part: reads every file once. Blocks."""
    files = place.files
    lists = [check for check in asked if isinstance(check, JestLists)]
    collections = [check for check in asked if isinstance(check, PytestCollects)]
    listed = {path for check in lists for path in check.files or ()}
    known: dict[str, Mapping[Phase, int]] = {
        check.project.name: {
            phase: sum(jest.FOLDERS[phase] in f"/{path}" for path in check.files) for phase in (Phase.UNIT, Phase.INTEGRATION)
        }
        for check in lists
        if check.files is not None
    }
    known |= {check.project.name: check.marked for check in collections if check.visited is not None}
    found = [*legacy.environment(place.environment), *legacy.scan(files, listed)]
    found += classify.go(files, run={each.folder for each in place.discovery.of("go")})
    e2e = [check for check in asked if isinstance(check, PlaywrightLists)]
    runners: list[JestLists | PlaywrightLists] = [*lists, *e2e]
    if all(check.files is not None for check in runners):  # else it would blame every file for one broken config
        found += classify.jest(files, listed=listed, elsewhere={path for check in e2e for path in check.files or ()})
    if all(check.visited is not None for check in collections):
        found += classify.pytest(files, collected={path for check in collections for path in check.visited or ()})
    left_out = [test for check in collections for test in check.deselected]
    found += classify.deselected((test.file, test.line, " › ".join(test.title)) for test in left_out)
    return sorted(found), inventory.Inventory(go=go_sources.read(files), known=known)


def _finding_case(finding: Finding) -> model.Case:
    message = f"{finding.place}: {finding.message}"
    return _case(finding.rule, finding.place, model.CaseStatus.FAILED, message=message, finding=finding)


def _case(rule: str, what: str, status: model.CaseStatus, *, message: str = "", finding: Finding | None = None) -> model.Case:
    details = "\n".join(filter(None, (message, finding.text))) if finding is not None else message
    return model.Case(
        shard=0, file=finding.path if finding is not None else "", project=PROJECT, title=(rule, what), status=status,
        line=finding.line if finding is not None else 0, message=message, details=details,
        kind=rule if status is model.CaseStatus.FAILED else "",
    )  # fmt: skip


def _lines(path: pathlib.Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except OSError:
        return []


def _how(ended: process.Ended) -> str:
    return ended.signal or f"exit code {ended.code}"
