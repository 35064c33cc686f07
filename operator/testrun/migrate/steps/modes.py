"""``modes``: branches on the mode go. The mocked side stays for phase 2; the cluster's becomes a red test of phase 3. Pure."""

from __future__ import annotations

import re

from testrun.audit import languages as languages_of_files
from testrun.core.phases import Phase
from testrun.inventory import sources
from testrun.local.rules import classify
from testrun.migrate import definitions, dual, e2e
from testrun.migrate.folding import folder, languages
from testrun.migrate.folding.knowledge import Knowledge
from testrun.migrate.folding.meaning import VARIABLE
from testrun.migrate.model import Change, Patch, Risk, Step, Todo
from testrun.migrate.tree import Tree
from testrun.scaffold.plan import CannotScaffold

_FIRST = "its tests are not marked as integration yet: see the steps before this one"
_BLOCKED = "tests that use it are not marked as integration yet: see the steps before this one"


def plan(tree: Tree) -> Patch:
    changes: list[Change] = []
    todos: list[Todo] = []
    tests: list[str] = []
    for language in languages.ALL:
        known = dual.knowledge(tree, language)
        if known is None:
            continue
        held = _held(tree, known)
        todos += [Todo(path=path, message=message) for path, message in held.items()]
        files = dual.of_language(tree, language)
        two = dual.find(tree).files
        editable = {
            each for each in two & files.keys() if dual.is_test_code(each) and each not in held and not dual.is_runner(each)
        }
        leaving = {each for each in files if dual.is_runner(each)}
        for path, outcome in sorted(folder.fold_all(languages.ALL[language], known, files, editable, leaving).items()):
            found = _changes(tree.after(changes), path, outcome, known)
            if isinstance(found, Todo):
                todos.append(found)
                continue
            changes += found
            tests += outcome.tests
            todos += [Todo(path=path, line=line, message=why) for line, why in outcome.undecided]
    todos += _left(tree.after(changes), {each.path for each in todos})
    return Patch(changes=tuple(changes), todos=tuple(sorted(set(todos))), tests=tuple(tests))


def _held(tree: Tree, known: Knowledge) -> dict[str, str]:
    """Files that must keep their modes for now, since nothing else says that a test belongs to phase 2: why."""
    two = dual.find(tree).files
    unit = {each.path for each in tree.inventory.files if each.phase is not Phase.INTEGRATION and each.phase is not Phase.E2E}
    held = {path: _FIRST for path in known.modules if path in two and path in unit}
    waiting = list(held)
    while waiting:
        path = waiting.pop()
        for each in [*known.beside(path), *(one for _, _, targets in known.imported(path) for one in targets)]:
            if each in two and each not in held:
                held[each] = _BLOCKED
                waiting.append(each)
    return held


def _changes(tree: Tree, path: str, outcome: folder.Outcome, known: Knowledge) -> list[Change] | Todo:
    if outcome.data == tree.text(path):
        return []
    data = outcome.data if outcome.data is not None and not _is_empty(path, outcome.data) else None
    if data is not None and outcome.tests and not _has_tests(path, data) and not known.users(path) - _packages(known, path):
        data = None
    found = [Change(path=path, content=data)]
    if not outcome.dropped or not dual.is_test_code(path):
        return found
    try:
        return [*found, e2e.stub(tree, path, outcome.tests, outcome.dropped)]
    except CannotScaffold as error:
        hint = f" ({error.hint})" if error.hint else ""
        return Todo(path=path, message=f"what it does in a cluster has nowhere to go: {error}{hint}")


def _packages(known: Knowledge, path: str) -> set[str]:
    """Files beside it have its names, but Go needs none of them."""
    return set(known.beside(path)) if path.endswith(".go") else set()


def _has_tests(path: str, data: bytes) -> bool:
    if path.endswith(".go"):
        return bool(classify.functions(data))
    return bool(sources.python(data) if path.endswith(".py") else sources.javascript(data))


def _is_empty(path: str, data: bytes) -> bool:
    """Nothing is defined and nothing is done in it any more."""
    if path.endswith(("__init__.py", "conftest.py")):
        return False
    language = languages.of(path)
    module = language.parse(path, data) if language is not None else None
    if module is None:
        return False
    left = [text for _, text in definitions.of(module)]
    return not any(
        re.sub(r"(?s)\A\s*(?:'''.*'''|\"\"\".*\"\"\"|'[^']*'|import .*|from .*|pytestmark = .*)\s*\Z", "", each) for each in left
    )


def _left(tree: Tree, told: set[str]) -> list[Todo]:
    """Where code still asks for the mode."""
    found = []
    for each in dual.findings(tree):
        if each.rule != "integration-mode" or languages_of_files.of(each.path) is None or dual.is_runner(each.path):
            continue
        if each.path in told:
            continue
        if dual.is_test_code(each.path):
            message = f"{VARIABLE} is used in a way that is not known here: take it out by hand"
        else:
            message = f"it is no test, and asks for {VARIABLE}: code that is delivered must not know how it is tested"
        found.append(Todo(path=each.path, line=each.line, message=message))
    return found


STEP = Step(
    name="modes",
    what="branches on the mode go: the mocked side stays for phase 2, the cluster's becomes a red test of phase 3",
    why="a test that asks where it runs is two tests, of which one is never run where you look",
    risk=Risk.HIGH,
    because="code is taken out of tests; each file of which something is dropped gets a Playwright test that holds it and fails",
    plan=plan,
)
