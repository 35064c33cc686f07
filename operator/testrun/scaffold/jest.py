"""A new test of a Jest project, in TypeScript or, where the package has none, in JavaScript. Pure."""

from __future__ import annotations

import posixpath
import re

from testrun.core.phases import Phase
from testrun.local import discovery
from testrun.local.rules.source import home
from testrun.scaffold.naming import Name
from testrun.scaffold.plan import CannotScaffold, Planned, Tree, at_home, most_common, rendered

_CLASSIFIED = re.compile(r"(?:.*/)?__tests__/(?:unit|integration)/.+?(?P<ending>(?:\.(?:test|spec))?\.[cm]?[jt]sx?)")
_TEST = re.compile(rb"(?<![\w$.])(?:test|it|describe)\b[\w.]*\s*[(<`]")
"""What tells a test from a helper beside it."""
_SOURCE = re.compile(r"(?P<stem>.*?)(?<!\.d)\.(?P<kind>[cm]?[jt]sx?)")
_RELATIVE = re.compile(r"""\bfrom\s+['"]\.[^'"]*?(?P<ending>\.[cm]?[jt]sx?)?['"]""")
_STARTS_SOMETHING = frozenset({"main", "index", "setup"})
_NO_JEST = CannotScaffold(
    "there is no Jest here: no Jest configuration, and no package.json that names jest, in this folder, above it or below it",
    "add it with `npm install --save-dev jest`, or name a folder that has it with --dir",
)


def plan(tree: Tree, phase: Phase, name: Name, folder: str) -> Planned:
    """Raises `CannotScaffold`."""
    package = at_home(folder, _packages(tree), "packages with Jest", _NO_JEST)
    own = folder if discovery.below(f"{folder}/", package) and _has_tests_folder(tree, folder) else package
    siblings = [each for each in tree.below(package) if _CLASSIFIED.fullmatch(each) and _TEST.search(tree.read(each))]
    ending = most_common((_ending(each) for each in siblings), f".test.{_kind(tree, package)}")
    path = discovery.join(own, f"__tests__/{phase}/{name.kebab}{ending}")
    texts = [tree.read(each).decode(errors="replace") for each in siblings]
    module = _module(tree, package, name)
    heads, what = [], f"call the code that {name.title} is about"
    if "ts" in ending.rpartition(".")[2] or any("@jest/globals" in each for each in texts):
        heads.append("import { test } from '@jest/globals';")
    if module and heads:
        local = name.camel[0].lower() + name.camel[1:]
        heads += ["", f"import * as {local} from '{_import(tree, package, module, path)}';"]
        what = f"call one of ${{Object.keys({local}).join(', ')}}"
    quoted = rendered(f"jest_{phase}", head="".join(f"{each}\n" for each in [*heads, *([""] if heads else [])]),
                      title=name.title, what=what, quote="`" if "$" in what else "'")  # fmt: skip
    double = sum(each.count('from "') for each in texts) > sum(each.count("from '") for each in texts)
    return Planned(path=path, content=quoted.replace("'", '"') if double else quoted, test=name.title, phase=phase)


def _packages(tree: Tree) -> set[str]:
    """The folders that have a package.json, or a Jest configuration, and in which Jest is at hand."""
    projects = {each.folder for each in tree.discovered().of("jest")}
    manifests = tree.named("package.json")
    jests = {folder for folder, path in manifests.items() if discovery.uses(discovery.json_of(tree.read(path)), "jest")}
    vitest = {folder for folder, path in manifests.items() if discovery.uses(discovery.json_of(tree.read(path)), "vitest")}
    within = {*projects, *jests}
    used = {each for each in manifests if home(discovery.join(each, "x"), within) is not None and each not in vitest - within}
    inner = projects | used
    # The root of a workspace, which holds the dependency alone, is no place for tests as long as it has packages.
    roots = {each for each in used if _is_workspace(tree, each)} | (used - projects)
    bare = {each for each in roots if any(one != each and discovery.below(one, each) for one in inner)}
    return inner - bare or inner


def _is_workspace(tree: Tree, folder: str) -> bool:
    if discovery.join(folder, "pnpm-workspace.yaml") in tree.files:
        return True
    return "workspaces" in discovery.json_of(tree.read(discovery.join(folder, "package.json")))


def _has_tests_folder(tree: Tree, folder: str) -> bool:
    return any(each.startswith(discovery.join(folder, "__tests__/")) for each in tree.files)


def _ending(path: str) -> str:
    match = _CLASSIFIED.fullmatch(path)
    return match["ending"] if match else ""


def _kind(tree: Tree, package: str) -> str:
    return "ts" if any(each.endswith((".ts", ".tsx", "tsconfig.json")) for each in tree.below(package)) else "js"


def _module(tree: Tree, package: str, name: Name) -> str:
    """The path of the source that is called like the test; empty when there is none, or when loading it may start something."""
    names = {name.kebab, name.snake, name.camel, name.camel[0].lower() + name.camel[1:]}
    for path in tree.below(package):
        match = _SOURCE.fullmatch(path.rpartition("/")[2])
        if match and match["stem"] in names - _STARTS_SOMETHING and "__" not in path:
            return path
    return ""


def _import(tree: Tree, package: str, module: str, path: str) -> str:
    """As other files of the package write it: with the source's own ending, with ``.js``, or without any."""
    sources = (tree.read(each).decode(errors="replace") for each in tree.below(package) if _SOURCE.fullmatch(each))
    ending = most_common((match["ending"] or "" for each in sources for match in _RELATIVE.finditer(each)), "")
    stem, own = posixpath.splitext(posixpath.relpath(module, posixpath.dirname(path)))
    return stem + (own if ending.startswith(".t") else ending)
