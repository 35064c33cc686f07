"""A new test: where it belongs, what it says, and that exactly its phase will run it. Pure."""

from __future__ import annotations

from testrun.core.globs import matches
from testrun.core.phases import Phase
from testrun.local.discovery import Discovery, Tool
from testrun.local.rules import classify, source
from testrun.local.rules.source import File, home
from testrun.scaffold import go, jest, naming, playwright, python
from testrun.scaffold.plan import CannotScaffold, Planned, Tree

TOOLS: dict[str, Tool] = {"go": "go", "ts": "jest", "python": "pytest"}
"""Language -> what runs its unit and integration tests."""


def plan(tree: Tree, phase: Phase, language: str, given: str, folder: str) -> Planned:
    """The test that is to be written. ``folder`` is below the repository's root, ``.`` is the root. Raises `CannotScaffold`."""
    name = naming.parse(given)
    if phase is Phase.E2E:
        if language != "ts":
            raise CannotScaffold("end-to-end tests are Playwright's, in TypeScript", "leave --lang out, or say --lang ts")
        planned = playwright.plan(tree, name, folder)
    else:
        planned = {"go": go.plan, "ts": jest.plan, "python": python.plan}[language](tree, phase, name, folder)
    if planned.path in tree.files:
        raise CannotScaffold(
            f"{planned.path} is there already: nothing was written", "implement it, or choose another name for another test"
        )
    _check(tree, planned, "playwright" if phase is Phase.E2E else TOOLS[language])
    return planned


def _check(tree: Tree, planned: Planned, tool: Tool) -> None:
    """That its phase runs it is asked of what the phases themselves go by."""
    found = tree.discovered(planned.path, planned.content)
    why = _why_not(tree, planned, tool, found)
    if why:
        raise CannotScaffold(f"no phase would run {planned.path}: {why}", "see `ameide dev inner-loop-test --explain`")


def _why_not(tree: Tree, planned: Planned, tool: Tool, found: Discovery) -> str:
    if matches(planned.path, tree.exclude):
        return "`exclude` of the configuration means it"
    folders = {each.folder for each in found.of(tool)}
    if home(planned.path, folders) is None:
        return f"no {tool} project is there, or `{tool}` of the configuration does not name it"
    if tool == "go" and not source.is_go_test(planned.path):
        return "Go passes over testdata, vendor, and what begins with _ or a dot"
    if tool == "go":
        modules = [File(path=each, load=lambda: b"") for each in tree.files if each.rpartition("/")[2] == "go.mod"]
        new = source.File(path=planned.path, load=lambda: planned.content.encode())
        told = classify.go([*modules, new], run=folders)
        return told[0].message if told else ""
    return ""
