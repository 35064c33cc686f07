"""A new test of a Python project, for pytest. Pure."""

from __future__ import annotations

import fnmatch
import posixpath
import re

from testrun.core.phases import Phase
from testrun.local import discovery
from testrun.local.rules.source import home
from testrun.local.tools import pytest
from testrun.scaffold.naming import Name
from testrun.scaffold.plan import CannotScaffold, Planned, Tree, at_home, most_common, rendered

_CONFIGS = ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "pyproject.toml", "setup.cfg", "tox.ini")
_NO_PYTHON = CannotScaffold(
    "there is no Python here: no pyproject.toml, no configuration of pytest and no *.py in this folder, above it or below it",
    "name a folder of a Python project with --dir",
)

_REGISTER = 'pytest of {project} has no marker "integration" of its own: add it to `markers`, with what it means'


def plan(tree: Tree, phase: Phase, name: Name, folder: str) -> Planned:
    """Raises `CannotScaffold`."""
    project, options = _project(tree, folder)
    patterns = discovery.python_files(options)
    tests = [each for each in tree.below(project) if each.endswith(".py") and discovery.is_test_named(each, patterns)]
    paths = [posixpath.normpath(posixpath.join(project, each)) for each in discovery.words(options.get("testpaths"))]
    target = _folder(tree, project, folder, paths, tests, phase)
    apart = posixpath.basename(target) == phase
    stem = (
        f"{name.snake}_integration"
        if phase is Phase.INTEGRATION and not apart and name.words[-1] != "integration"
        else name.snake
    )
    path = discovery.join(target, _file(stem, patterns))
    _refuse_twin(tree, path, tests, options)
    module = _import(tree, project, tests, name)
    content = rendered(
        f"python_{phase}", imports=f"{module}\n" if module else "", function=f"test_{stem}", title=name.title,
        f="f" if module else "", what=f"what {{{name.snake}.__name__}} has" if module else "the code",
    )  # fmt: skip
    registered = any(each.startswith(pytest.MARKER) for each in _lines(options.get("markers")))
    missing = phase is Phase.INTEGRATION and not registered
    notes = (_REGISTER.format(project=project),) if missing else ()
    return Planned(path=path, content=content, test=f"test_{stem}", phase=phase, notes=notes)


def _project(tree: Tree, folder: str) -> tuple[str, dict[str, object]]:
    """The folder in which pytest is started, and its options there."""
    roots: dict[str, dict[str, object]] = {}
    for config in _CONFIGS:
        for each, path in tree.named(config).items():
            if (found := discovery.pytest_options(path, tree.read)) is not None:
                roots.setdefault(each, dict(found[1]))
    homes = {*roots, *tree.named("pyproject.toml", "setup.py"), *(each.folder for each in tree.discovered().of("pytest"))}
    if not homes and any(each.endswith(".py") for each in tree.files):
        homes = {"."}
    found_home = at_home(folder, homes, "Python projects", _NO_PYTHON)
    # A project without a configuration of its own is run with the one around it.
    root = home(discovery.join(found_home, "x"), roots) if found_home not in roots else found_home
    return (root, roots[root]) if root is not None else (found_home, {})


def _folder(tree: Tree, project: str, folder: str, paths: list[str], tests: list[str], phase: Phase) -> str:
    """Where tests are: in the folder that was named, if pytest looks there; else where most are; else in ``tests``. A folder of
    the phase's own beside or below that comes first, if pytest looks there.
    """
    if folder != project and discovery.below(f"{folder}/", project) and _looks_at(folder, paths):
        return folder
    if paths:
        base = next((each for each in paths if any(discovery.below(one, each) for one in tree.files)), paths[0])
    else:
        base = most_common((posixpath.dirname(each) or "." for each in tests), discovery.join(project, "tests"))
    above = posixpath.dirname(base) or "." if posixpath.basename(base) in ("unit", "integration") else base
    own = discovery.join(above, str(phase))
    return own if any(discovery.below(each, own) for each in tree.files) and _looks_at(own, paths) else base


def _looks_at(folder: str, paths: list[str]) -> bool:
    return not paths or any(each == folder or discovery.below(f"{folder}/", each) for each in paths)


def _file(stem: str, patterns: object) -> str:
    assert isinstance(patterns, list | tuple)
    for name in (f"test_{stem}.py", f"{stem}_test.py"):
        if discovery.is_test_named(name, patterns):
            return name
    fitting = next((each for each in patterns if "*" in each and "/" not in each), None)
    if fitting is None:
        raise CannotScaffold(
            f"python_files of the configuration names whole files ({', '.join(patterns)}), so a new one would not be looked at",
            "add test_*.py to it, or write the test into one of these files",
        )
    return str(fitting).replace("*", stem)


def _refuse_twin(tree: Tree, path: str, tests: list[str], options: dict[str, object]) -> None:
    """Outside packages pytest imports two files of one name as one module, and fails."""
    if "importlib" in str(options.get("addopts", "")) or f"{posixpath.dirname(path)}/__init__.py" in tree.files:
        return
    twin = next((each for each in tests if each != path and posixpath.basename(each) == posixpath.basename(path)), None)
    if twin is not None:
        raise CannotScaffold(
            f"{twin} has this name, and pytest takes two files of one name for one module: nothing was written",
            "choose another name",
        )


def _import(tree: Tree, project: str, tests: list[str], name: Name) -> str:
    """The import of the module that is called like the test, if another test imports from its package already."""
    for path in tree.below(project):
        parts = posixpath.relpath(path, project).removesuffix(".py").split("/")
        parts = parts[1:] if parts[0] == "src" else parts
        if not fnmatch.fnmatchcase(path, f"*/{name.snake}.py") or path in tests or len(parts) < 2:
            continue
        known = re.compile(rf"^(?:from|import) {re.escape(parts[0])}\b".encode(), re.MULTILINE)
        if any(known.search(tree.read(each)) for each in tests):
            return f"from {'.'.join(parts[:-1])} import {name.snake}"
    return ""


def _lines(value: object) -> list[str]:
    return value.splitlines() if isinstance(value, str) else [str(each) for each in value] if isinstance(value, list) else []
