"""What can be tested in a repository, and with which tool: worked out from its files, with the reason for each. Pure.

A *project* is a folder in which one tool is started once: a Go module, a Jest project, a pytest root, a Playwright config.
"""

from __future__ import annotations

import configparser
import dataclasses
import fnmatch
import hashlib
import json
import posixpath
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from testrun.core.globs import matches
from testrun.local.rules import source

Tool = Literal["go", "jest", "pytest", "playwright"]
Read = Callable[[str], bytes]

JEST_CONFIGS = tuple(f"jest.config.{kind}" for kind in ("js", "ts", "mjs", "cjs", "mts", "cts", "json"))
PLAYWRIGHT_CONFIGS = tuple(f"playwright.config.{kind}" for kind in ("ts", "js", "mts", "mjs", "cts", "cjs"))
_GO_TEST = "*_test.go"
PYTHON_TESTS = ("test_*.py", "*_test.py")
"""pytest's own default."""
_FOREIGN = frozenset({"node_modules", "vendor", "testdata", "site-packages"})


@dataclasses.dataclass(frozen=True, kw_only=True, order=True)
class Project:
    tool: Tool
    folder: str
    """Below the repository's root; ``.`` is the root."""
    why: str = ""
    """What makes it one, for people."""
    config: str = ""
    """Path of the configuration file that it is started with; empty: the tool finds its own, or needs none."""
    leave_out: tuple[str, ...] = ()
    """Folders below it that are projects of the same tool themselves."""
    slug: str = ""
    """A name for a folder, which no other project of the repository has."""

    @property
    def name(self) -> str:
        return f"{self.tool} {self.folder}"

    @property
    def seen_config(self) -> str:
        """``config`` as seen from the folder; empty stays empty."""
        return self._seen(self.config)

    @property
    def seen_leave_out(self) -> list[str]:
        """``leave_out`` as seen from the folder."""
        return [self._seen(each) for each in self.leave_out]

    def _seen(self, path: str) -> str:
        return posixpath.relpath(path, self.folder) if path else ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Discovery:
    projects: tuple[Project, ...]
    remarks: tuple[str, ...] = ()
    """What looked like a project and is none, and why."""

    def of(self, *tools: Tool) -> tuple[Project, ...]:
        return tuple(project for project in self.projects if project.tool in tools)


def discover(files: Sequence[str], read: Read, *, chosen: Mapping[Tool, Sequence[str]], exclude: Sequence[str] = ()) -> Discovery:
    """The projects of a repository with these files.

    ``chosen`` are folders that the configuration names, which then are all of that tool; ``exclude`` are globs of paths that are
    never looked at.
    """
    kept = [each for each in files if not is_foreign(each) and not matches(each, exclude)]
    remarks: list[str] = []
    found = [
        *_chosen_or("go", chosen, lambda: _go(kept, remarks)),
        *_chosen_or("jest", chosen, lambda: _jest(kept, read, remarks)),
        *_chosen_or("pytest", chosen, lambda: _pytest(kept, read, remarks)),
        *_chosen_or("playwright", chosen, lambda: _playwright(kept)),
    ]
    return Discovery(projects=tuple(_named(list(_nested(found)))), remarks=tuple(remarks))


def is_foreign(path: str) -> bool:
    """What others wrote, or what is no test but data of one."""
    return not _FOREIGN.isdisjoint(path.split("/")[:-1])


def below(path: str, folder: str) -> bool:
    return folder == "." or path.startswith(f"{folder}/")


def _chosen_or(tool: Tool, chosen: Mapping[Tool, Sequence[str]], look: Callable[[], Iterable[Project]]) -> Iterable[Project]:
    if tool not in chosen:
        return look()
    return [Project(tool=tool, folder=posixpath.normpath(each), why="named in the configuration") for each in chosen[tool]]


def _nested(found: Sequence[Project]) -> Iterator[Project]:
    """A project that has others of its tool below it leaves them to themselves (Go and Playwright do that on their own)."""
    for project in sorted(set(found)):
        inner = [each.folder for each in found if each.tool == project.tool and each.folder != project.folder]
        yield dataclasses.replace(project, leave_out=tuple(sorted(each for each in inner if below(each, project.folder))))


def _named(projects: Sequence[Project]) -> Iterator[Project]:
    """``services/cart`` becomes ``go-services-cart``, and so would ``services-cart``: such ones get a suffix."""
    slugs = [f"{each.tool}-{each.folder.replace('/', '-')}" if each.folder != "." else each.tool for each in projects]
    for project, slug in zip(projects, slugs, strict=True):
        digest = hashlib.sha256(f"{project.folder}\0{project.config}".encode("utf-8", "surrogateescape")).hexdigest()[:4]
        yield dataclasses.replace(project, slug=slug if slugs.count(slug) == 1 else f"{slug}-{digest}")


def _go(files: Sequence[str], remarks: list[str]) -> Iterator[Project]:
    tested = {posixpath.dirname(each) or "." for each in files if fnmatch.fnmatch(posixpath.basename(each), _GO_TEST)}
    modules = [posixpath.dirname(each) or "." for each in files if posixpath.basename(each) == "go.mod"]
    workspaces = [posixpath.dirname(each) or "." for each in files if posixpath.basename(each) == "go.work"]
    for module in modules:
        nested = [each for each in modules if each != module and below(each, module)]
        if not any(
            (each == module or below(each, module)) and not any(each == one or below(each, one) for one in nested)
            for each in tested
        ):
            remarks.append(f"{join(module, 'go.mod')}: a Go module without tests")
            continue
        workspace = next((each for each in workspaces if below(module, each) or module == each), None)
        within = f", in the workspace {join(workspace, 'go.work')}" if workspace is not None else ""
        yield Project(tool="go", folder=module, why=join(module, "go.mod") + within)
    remarks += [
        f"{folder}: Go tests outside any module"
        for folder in sorted(tested)
        if not any(folder == module or below(folder, module) for module in modules)
    ]


def _jest(files: Sequence[str], read: Read, remarks: list[str]) -> Iterator[Project]:
    found: dict[str, tuple[str, str]] = {}  # folder -> why, and its configuration file
    hoisted: list[str] = []
    others: list[str] = []
    for path in files:
        folder, name = posixpath.dirname(path) or ".", posixpath.basename(path)
        if name in JEST_CONFIGS:
            found[folder] = (path, path)
        elif fnmatch.fnmatchcase(name, "jest.*.config.*"):
            others.append(path)
        elif name == "package.json":
            body = json_of(read(path))
            if "jest" in body:
                found.setdefault(folder, (f'"jest" in {path}', ""))
            elif uses(body, "jest"):
                hoisted.append(folder)
            elif uses(body, "vitest"):
                remarks.append(f"{path}: Vitest, which no phase runs")
    owners = [folder for folder, (_, config) in found.items() if _has_projects(folder, config, read)]
    # A workspace's root often holds the dependency alone: the innermost folder with tests is the project, and one around others
    # only with tests in a phase's folder, for what else is there may be of another tool.
    tests = [each for each in files if is_js_test(each)]
    for folder in sorted((each for each in hoisted if each not in found), key=len, reverse=True):
        inner = [each for each in found if below(each, folder)]
        if any(
            below(each, folder) and not any(below(each, one) for one in inner) and ("__tests__/" in each or not inner)
            for each in tests
        ):
            found[folder] = (f"jest in {join(folder, 'package.json')}", "")
    # A config that names `projects` runs those itself.
    for folder, (why, config) in sorted(found.items()):
        owner = next((each for each in owners if each != folder and below(folder, each)), None)
        if owner is None:
            yield Project(tool="jest", folder=folder, why=why, config=config)
        else:
            remarks.append(f"{why}: run by the projects of {found[owner][0]}")
    remarks += [
        f"{path}: Jest is started with its jest.config.*, not with this"
        for path in others
        if not any(below(path, owner) for owner in owners)
    ]


def uses(package: Mapping[str, Any], tool: str) -> bool:
    """Whether a package.json names the tool as a dependency or in a script."""
    return tool in {**_table(package, "dependencies"), **_table(package, "devDependencies")} or any(
        tool in str(each) for each in _table(package, "scripts").values()
    )


_PROJECTS = re.compile(rb"""(?:['"]projects['"]|\bprojects)\s*[:,}=]""")


def _has_projects(folder: str, config: str, read: Read) -> bool:
    if not config:
        return "projects" in _table(json_of(read(join(folder, "package.json"))), "jest")
    data = read(config)
    code = source.blank_js(data)  # in which a comment is gone, and of a text only its quotes are left
    return any(code[each.start()] == data[each.start()] for each in _PROJECTS.finditer(data))


def is_js_test(path: str) -> bool:
    return path.endswith((".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs")) and (
        "__tests__/" in path or ".test." in path or ".spec." in path
    )


def _pytest(files: Sequence[str], read: Read, remarks: list[str]) -> Iterator[Project]:
    roots: dict[str, tuple[str, Sequence[str]]] = {}
    for path in files:
        found = pytest_options(path, read)
        if found is not None:
            why, options = found
            roots.setdefault(posixpath.dirname(path) or ".", (why, python_files(options)))
    python = [each for each in files if each.endswith(".py")]
    for folder, (why, named) in sorted(roots.items()):
        inner = [each for each in roots if each != folder and below(each, folder)]
        if any(
            below(each, folder) and is_test_named(each, named) and not any(below(each, one) for one in inner) for each in python
        ):
            yield Project(tool="pytest", folder=folder, why=why)
        else:
            elsewhere = " that is not below a configuration of its own" if inner else ""
            remarks.append(f"{why}: no file is named {' or '.join(named)}{elsewhere}")
    # Tests without a configuration belong to the nearest folder that is a Python project, else to the root.
    packaged = {posixpath.dirname(each) or "." for each in files if posixpath.basename(each) in ("pyproject.toml", "setup.py")}
    loose = [each for each in python if is_test_named(each, PYTHON_TESTS) and not any(below(each, folder) for folder in roots)]
    for folder in sorted({_home(each, packaged) for each in loose}):
        yield Project(tool="pytest", folder=folder, why="test_*.py files, without a pytest configuration")


def is_test_named(path: str, patterns: Iterable[str]) -> bool:
    """As pytest matches ``python_files``: the file's name, or the end of its path when the pattern has a slash."""
    return any(
        fnmatch.fnmatchcase(f"/{path}", f"*/{each}") if "/" in each else fnmatch.fnmatchcase(posixpath.basename(path), each)
        for each in patterns
    )


def pytest_options(path: str, read: Read) -> tuple[str, Mapping[str, Any]] | None:
    """What makes the file a configuration of pytest, for people, and its options; None: it is none."""
    name = posixpath.basename(path)
    try:
        match name:
            case "pytest.ini" | ".pytest.ini":
                return path, _ini(path, read).get("pytest", {})
            case "setup.cfg" | "tox.ini":
                section = "tool:pytest" if name == "setup.cfg" else "pytest"
                sections = _ini(path, read)
                return (f"[{section}] in {path}", sections[section]) if section in sections else None
            case "pytest.toml" | ".pytest.toml":
                return path, _table(tomllib.loads(read(path).decode()), "pytest")
            case "pyproject.toml" if b"pytest" in read(path):
                tool = _table(tomllib.loads(read(path).decode()), "tool")
                if "pytest" not in tool:
                    return None
                table = _table(tool, "pytest")
                return f"[tool.pytest] in {path}", _table(table, "ini_options") or table
    except (configparser.Error, tomllib.TOMLDecodeError, UnicodeDecodeError):
        # pytest itself says what is wrong with its own files; others are mostly about something else.
        return (path, {}) if name not in ("setup.cfg", "tox.ini") else None
    return None


def _ini(path: str, read: Read) -> Mapping[str, Mapping[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(read(path).decode())
    return {section: dict(parser.items(section)) for section in parser.sections()}


def python_files(options: Mapping[str, Any]) -> Sequence[str]:
    """The patterns of test files."""
    return words(options.get("python_files")) or PYTHON_TESTS


def words(value: Any) -> list[str]:
    """An option of pytest: a text with spaces between its words, or a list."""
    found = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    return [each for each in found if isinstance(each, str)]


def _home(path: str, packaged: set[str]) -> str:
    folder = posixpath.dirname(path)
    while folder and folder not in packaged:
        folder = posixpath.dirname(folder)
    return folder or "."


def _playwright(files: Sequence[str]) -> Iterator[Project]:
    for path in files:
        if posixpath.basename(path) in PLAYWRIGHT_CONFIGS:
            yield Project(tool="playwright", folder=posixpath.dirname(path) or ".", why=path, config=path)


_TEST_DIR = re.compile(rb"""\btestDir\s*:\s*['"`](?P<folder>[^'"`$]+)['"`]""")


def playwright_folders(project: Project, read: Read) -> list[str]:
    """Where a Playwright project looks for tests: each `testDir` that its configuration says plainly, else its own folder."""
    data = read(project.config) if project.config else b""
    code = source.blank_js(data)  # in which a comment is gone
    found = [
        posixpath.normpath(posixpath.join(project.folder, each["folder"].decode(errors="replace")))
        for each in _TEST_DIR.finditer(data)
        if code[each.start()] == data[each.start()]
    ]
    return found or [project.folder]


def join(folder: str, name: str) -> str:
    """The path of a file of a folder, as the repository names both."""
    return name if folder == "." else f"{folder}/{name}"


def json_of(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _table(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = body.get(key)
    return value if isinstance(value, dict) else {}
