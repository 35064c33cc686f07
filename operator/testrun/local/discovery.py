"""What can be tested in a repository, and with which tool: worked out from its files, with the reason for each. Pure.

A *project* is a folder in which one tool is started once: a Go module, a Jest project, a pytest root, a Playwright config.
"""

from __future__ import annotations

import configparser
import dataclasses
import fnmatch
import json
import posixpath
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

Tool = Literal["go", "jest", "pytest", "playwright"]
Read = Callable[[str], bytes]

JEST_CONFIGS = tuple(f"jest.config.{kind}" for kind in ("js", "ts", "mjs", "cjs", "mts", "cts", "json"))
PLAYWRIGHT_CONFIGS = tuple(f"playwright.config.{kind}" for kind in ("ts", "js", "mts", "mjs", "cts", "cjs"))
_GO_TEST, _PYTHON_TESTS = "*_test.go", ("test_*.py", "*_test.py")
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

    @property
    def name(self) -> str:
        return f"{self.tool} {self.folder}"

    @property
    def slug(self) -> str:
        """A name for a folder."""
        return f"{self.tool}-{self.folder.replace('/', '-')}" if self.folder != "." else self.tool


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
    kept = [each for each in files if not _FOREIGN & set(each.split("/")[:-1]) and not matches(each, exclude)]
    remarks: list[str] = []
    found = [
        *_chosen_or("go", chosen, lambda: _go(kept, remarks)),
        *_chosen_or("jest", chosen, lambda: _jest(kept, read, remarks)),
        *_chosen_or("pytest", chosen, lambda: _pytest(kept, read)),
        *_chosen_or("playwright", chosen, lambda: _playwright(kept)),
    ]
    return Discovery(projects=tuple(_nested(found)), remarks=tuple(remarks))


def matches(path: str, globs: Iterable[str]) -> bool:
    """Whether a glob means this path; ``*`` crosses slashes, and a glob that names a folder means all below it."""
    return any(fnmatch.fnmatchcase(path, glob) or fnmatch.fnmatchcase(path, glob.rstrip("/*") + "/*") for glob in globs)


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
            remarks.append(f"{_join(module, 'go.mod')}: a Go module without tests")
            continue
        workspace = next((each for each in workspaces if below(module, each) or module == each), None)
        within = f", in the workspace {_join(workspace, 'go.work')}" if workspace is not None else ""
        yield Project(tool="go", folder=module, why=_join(module, "go.mod") + within)
    remarks += [
        f"{folder}: Go tests outside any module"
        for folder in sorted(tested)
        if not any(folder == module or below(folder, module) for module in modules)
    ]


def _jest(files: Sequence[str], read: Read, remarks: list[str]) -> Iterator[Project]:
    configured: dict[str, tuple[str, str]] = {}
    hoisted: list[str] = []
    for path in files:
        folder, name = posixpath.dirname(path) or ".", posixpath.basename(path)
        if name in JEST_CONFIGS:
            configured[folder] = (path, path)
        elif name == "package.json":
            body = _json(read(path))
            if "jest" in body:
                configured.setdefault(folder, (f'"jest" in {path}', ""))
            elif "jest" in {**_table(body, "dependencies"), **_table(body, "devDependencies")} or "jest" in " ".join(
                str(each) for each in _table(body, "scripts").values()
            ):
                hoisted.append(folder)
    # A config that names `projects` runs those itself.
    for folder, (why, config) in sorted(configured.items()):
        owner = next(
            (each for each in configured if each != folder and below(folder, each) and _has_projects(each, configured, read)),
            None,
        )
        if owner is not None:
            remarks.append(f"{why}: run by the projects of {configured[owner][0]}")
            continue
        yield Project(tool="jest", folder=folder, why=why, config=config)
    for folder in hoisted:
        if folder in configured or any(below(each, folder) for each in configured):
            continue  # a workspace's root often holds the dependency alone
        if _jest_tests(files, folder):
            yield Project(tool="jest", folder=folder, why=f"jest in {_join(folder, 'package.json')}")


def _has_projects(folder: str, configured: Mapping[str, tuple[str, str]], read: Read) -> bool:
    config = configured[folder][1]
    if not config:
        return "projects" in _table(_json(read(_join(folder, "package.json"))), "jest")
    return b"projects" in read(config)


def _jest_tests(files: Sequence[str], folder: str) -> bool:
    return any(
        below(each, folder) and each.endswith((".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs")) and
        ("__tests__/" in each or ".test." in each or ".spec." in each)
        for each in files
    )  # fmt: skip


def _pytest(files: Sequence[str], read: Read) -> Iterator[Project]:
    roots: dict[str, str] = {}
    for path in files:
        folder, name = posixpath.dirname(path) or ".", posixpath.basename(path)
        why = _pytest_config(name, path, read)
        if why and folder not in roots:
            roots[folder] = why
    tests = [each for each in files if any(fnmatch.fnmatch(posixpath.basename(each), glob) for glob in _PYTHON_TESTS)]
    for folder in sorted(roots):
        if any(below(each, folder) for each in tests):
            yield Project(tool="pytest", folder=folder, why=roots[folder])
    # Tests without a configuration belong to the nearest folder that is a Python project, else to the root.
    packaged = {posixpath.dirname(each) or "." for each in files if posixpath.basename(each) in ("pyproject.toml", "setup.py")}
    loose = {_home(each, packaged) for each in tests if not any(below(each, folder) for folder in roots)}
    for folder in sorted(loose):
        yield Project(tool="pytest", folder=folder, why="test_*.py files, without a pytest configuration")


def _pytest_config(name: str, path: str, read: Read) -> str:
    match name:
        case "pytest.ini" | ".pytest.ini":
            return path
        case "pyproject.toml" if b"pytest" in read(path):
            try:
                tool = _table(tomllib.loads(read(path).decode()), "tool")
            except (tomllib.TOMLDecodeError, UnicodeDecodeError):
                return path  # pytest itself says what is wrong with it
            return f"[tool.pytest] in {path}" if "pytest" in tool else ""
        case "setup.cfg" | "tox.ini":
            section = "tool:pytest" if name == "setup.cfg" else "pytest"
            parser = configparser.ConfigParser(interpolation=None, strict=False)
            try:
                parser.read_string(read(path).decode())
            except (configparser.Error, UnicodeDecodeError):
                return ""
            return f"[{section}] in {path}" if parser.has_section(section) else ""
        case _:
            return ""


def _home(path: str, packaged: set[str]) -> str:
    folder = posixpath.dirname(path)
    while folder and folder not in packaged:
        folder = posixpath.dirname(folder)
    return folder or "."


def _playwright(files: Sequence[str]) -> Iterator[Project]:
    for path in files:
        if posixpath.basename(path) in PLAYWRIGHT_CONFIGS:
            yield Project(tool="playwright", folder=posixpath.dirname(path) or ".", why=path, config=path)


def _join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def _json(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _table(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = body.get(key)
    return value if isinstance(value, dict) else {}
