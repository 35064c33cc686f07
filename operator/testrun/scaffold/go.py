"""A new test of a Go package. Pure."""

from __future__ import annotations

import re

from testrun.core.phases import Phase
from testrun.local import discovery, go_sources
from testrun.local.rules import buildtags, classify, source
from testrun.scaffold.naming import Name
from testrun.scaffold.plan import CannotScaffold, Planned, Tree, at_home, most_common, rendered

_PACKAGE = re.compile(rb"^package[ \t]+(\w+)", re.MULTILINE)
_NO_MODULE = CannotScaffold(
    "there is no Go module here: no go.mod in this folder, above it or below it",
    "make one with `go mod init`, or name a folder of one with --dir",
)


def plan(tree: Tree, phase: Phase, name: Name, folder: str) -> Planned:
    """Raises `CannotScaffold`."""
    modules = classify.go_modules(tree.files)
    module = at_home(folder, modules, "Go modules", _NO_MODULE)
    folder = folder if discovery.below(f"{folder}/", module) else module
    package = _package(tree, folder)
    suffix = "Integration" if phase is Phase.INTEGRATION and name.words[-1] != "integration" else ""
    function = f"Test{name.camel}{suffix}"
    _refuse_taken(tree, folder, function)
    content = rendered(f"go_{phase}", package=package, function=function, title=name.title)
    path = discovery.join(folder, _file(name, suffix))
    return Planned(path=path, content=content, test=function, phase=phase)


def _package(tree: Tree, folder: str) -> str:
    """The name of the package in that folder; of an empty folder the one that it will have."""
    sources = [each for each in tree.inside(folder) if each.endswith(".go")]
    clauses = {each: match[1].decode() for each in sources if (match := _PACKAGE.search(source.blank_go(tree.read(each))))}
    own = [package for path, package in clauses.items() if not path.endswith("_test.go")]
    if clauses:
        return most_common(own or [each.removesuffix("_test") for each in clauses.values()], "")
    packages = sorted({each.rpartition("/")[0] for each in tree.below(folder) if each.endswith(".go")})
    if packages:
        raise CannotScaffold(
            f"{folder} holds no Go package, though folders below it do", f"name one of them: --dir {packages[0]}"
        )
    return re.sub(r"\W|^\d+", "", folder.rpartition("/")[2]).lower() or "main"


def _refuse_taken(tree: Tree, folder: str, function: str) -> None:
    """Both builds together have each name once: the one of phase 2 has the unit tests too."""
    if function == "TestMain":
        raise CannotScaffold("TestMain is what Go starts in place of the tests of a package", "choose another name")
    files = [source.File(path=each, load=lambda each=each: tree.read(each)) for each in tree.inside(folder)]  # type: ignore[misc]
    for functions in go_sources.read(files).builds.values():
        for place in functions.get(folder, {}).get(function, ()):
            raise CannotScaffold(
                f"{function} is already in {place.file}:{place.line}: nothing was written", "choose another name"
            )


def _file(name: Name, suffix: str) -> str:
    """``linux`` and the like at a file's end would keep it from other systems."""
    stem = f"{name.snake}_integration" if suffix else name.snake
    file = f"{stem}_test.go"
    return file if not buildtags.is_for_one_platform(file) else f"{stem.replace('_', '')}_test.go"
