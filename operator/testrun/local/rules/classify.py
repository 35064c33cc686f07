"""Every test is run by phase 1 or by phase 2, or it is a finding. Pure, but for the files' own loaders.

The runners say what they would run; this looks for tests that none of them mentions. A file without tests in it, such as a
helper, is nobody's concern, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from testrun.core import text
from testrun.local.rules import buildtags, constraint, source
from testrun.local.rules.finding import Finding, excerpt
from testrun.local.rules.source import File, home, line_of

RULE = "unclassified"

# In what others wrote nobody looks for our tests.
_FOREIGN = re.compile(r"(?:.*/)?(?:node_modules|\.venv|site-packages)/.*", re.DOTALL)
# A test's name goes on with anything but a small letter. Tests take one argument, examples none; that of `TestMain` is an M.
_GO_FUNCTION = re.compile(
    rb"^[ \t]*func[ \t]+(?P<name>"
    rb"(?:Test|Fuzz)(?![a-z])[\w\x80-\xff]*+(?=[ \t]*\([^()]*\*[\w.]*\b[TF]\b)"
    rb"|Example(?![a-z])[\w\x80-\xff]*+(?=[ \t]*\([ \t]*\)))",
    re.MULTILINE,
)
_GO_CONSTRAINT = re.compile(rb"^[ \t]*//(?:go:build|[ \t]*\+build)\b", re.MULTILINE)


def functions(data: bytes) -> list[tuple[str, int]]:
    """Name and line of each test, example and fuzz test of a Go file, in order."""
    code = source.blank_go(data)
    found: list[tuple[str, int]] = []
    line, at = 1, 0
    for match in _GO_FUNCTION.finditer(code):
        line, at = line + code.count(b"\n", at, match.start("name")), match.start("name")
        found.append((match["name"].decode("utf-8", "replace"), line))
    return found


def go_modules(paths: Iterable[str]) -> frozenset[str]:
    """The folders of all Go modules of a repository; ``.`` is its root."""
    return frozenset(path.rpartition("/")[0] or "." for path in paths if path.rpartition("/")[2] == "go.mod")


def go(files: Collection[File], *, run: Collection[str] | None = None) -> list[Finding]:
    """The Go test files among ``files`` whose tests neither build has. ``run`` are the folders in which Go is started, ``.`` for
    the root: it does not look into modules below them. Without them, any folder will do.
    """
    modules = go_modules(file.path for file in files)
    return [found for file in files if (found := _go(file, run, modules)) is not None]


def _go(file: File, run: Collection[str] | None, modules: frozenset[str]) -> Finding | None:
    if not source.is_go_test(file.path):
        return None
    data = file.text()
    if data is None:
        return None
    message = ""
    at = None
    if run is not None and (module := home(file.path, {*run, *modules})) not in run:
        message = (
            "no Go module that is run has this folder in it: put a go.mod above it, or move it into a module"
            if module is None
            else f"its module {module} is not run: name it in the configuration's `go`, or exclude it"
        )
    else:
        try:
            if buildtags.runs(file.path, data) is buildtags.Runs.NOWHERE:
                message = (
                    "its build constraint (with its name) is true in neither build: write `//go:build integration` for phase 2, "
                    "or take the constraint away for phase 1"
                )
        except constraint.ConstraintError as error:
            message = f"Go refuses its build constraint, for {error}: correct it"
        at = _GO_CONSTRAINT.search(data) if message else None
    told = functions(data) if message else []
    if not told:
        return None
    return _finding(file.path, f"no phase runs {_named([name for name, _ in told])}: {message}", data, at)


_JS = re.compile(r"(?:.*/)?(?P<name>[^/]+)\.[cm]?[jt]sx?", re.DOTALL)
_JS_TEST_NAME = re.compile(r".*\.(?:test|spec)", re.DOTALL)
_CLASSIFIED = re.compile(r"(?:.*/)?__tests__/(?:unit|integration)/.+", re.DOTALL)
# At a line's start or behind a block's: what defines tests, called with a title.
_JS_TEST = re.compile(rb"(?<![\w$.])(?:describe|it|test)(?:\.\w+)*+\s*\(\s*['\"`]")


def jest(files: Iterable[File], *, listed: Collection[str], elsewhere: Collection[str] = ()) -> list[Finding]:
    """The JavaScript and TypeScript tests that no Jest phase runs: ``listed`` are the paths that ``jest --listTests`` gave, all
    projects together; ``elsewhere`` those that another runner has, such as Playwright.

    A file is a test when Jest's own default would find it by its name, ``*.test.*`` or ``*.spec.*``, or when it defines tests and
    stands below ``__tests__/unit/`` or ``__tests__/integration/``, or is called ``test.*``. (Jest's default takes any of these
    for a test; helpers, and scripts that start tests, are rightly configured away.)
    """
    here, other = frozenset(listed), frozenset(elsewhere)
    known = {file.path: file for file in files}
    misplaced = [
        _finding(path, f"Jest lists it, but neither phase runs it: {_advice(known.get(path), path)}")
        for path in sorted(here - other)
        if not _CLASSIFIED.fullmatch(path)
    ]
    lost = [
        _finding(file.path, f"no runner lists it: {_advice(file, file.path)}")
        for file in known.values()
        if file.path not in here and file.path not in other and _is_js_test(file)
    ]
    return misplaced + lost


def _is_js_test(file: File) -> bool:
    match = _JS.fullmatch(file.path)
    if match is None or match["name"].endswith(".d") or _FOREIGN.fullmatch(file.path):
        return False
    if _JS_TEST_NAME.fullmatch(match["name"]):
        return True
    if match["name"] not in ("test", "spec") and not _CLASSIFIED.fullmatch(file.path):
        return False
    data = file.text()
    return data is not None and _JS_TEST.search(data) is not None and _JS_TEST.search(source.blank_js(data)) is not None


def _advice(file: File | None, path: str) -> str:
    """What to do with a test that no phase runs, by the runner that it names itself."""
    runner = source.js_runner((file.text() if file is not None else None) or b"")
    if not runner:
        if _CLASSIFIED.fullmatch(path):
            return "correct testMatch, roots or testPathIgnorePatterns of its Jest project, or delete the file"
        return _move(path)
    if runner == source.PLAYWRIGHT:
        return "correct testDir or testMatch of its Playwright config, or delete the file"
    instead = "Playwright" if runner == "cypress" else f"Jest, and {_move(path)}"
    return f"it is written for {runner}, which no phase runs: write it for {instead}"


def _move(path: str) -> str:
    unit, integration = (text.one_line(_classified(path, kind)) for kind in ("unit", "integration"))
    return f"move it to {unit} (phase 1) or {integration} (phase 2)"


def _classified(path: str, kind: str) -> str:
    folder, _, name = path.rpartition("/")
    if folder == "__tests__" or folder.endswith("/__tests__"):
        return f"{folder}/{kind}/{name}"
    before, middle, after = f"/{folder}/".partition("/__tests__/")
    if middle:
        return f"{before[1:]}/__tests__/{kind}/{after}{name}".lstrip("/")
    return f"{folder}/__tests__/{kind}/{name}".lstrip("/")


_PY_TEST_FILE = re.compile(r"(?:.*/)?(?:test_[^/]*|[^/]*_test)\.py", re.DOTALL)
_PY_TEST = re.compile(rb"^(?:[ \t]+(?:async[ \t]+)?def[ \t]+test|(?:async[ \t]+)?def[ \t]+test|class[ \t]+Test)", re.MULTILINE)


def pytest(files: Iterable[File], *, collected: Collection[str]) -> list[Finding]:
    """The Python tests that pytest did not visit. ``collected`` are the paths of all modules that it did, also of those whose
    tests a marker left out: the marker puts them into the other phase.
    """
    visited = frozenset(collected)
    return [
        _finding(
            file.path,
            "pytest does not collect it: correct testpaths, python_files, norecursedirs or --ignore, or delete the file",
        )
        for file in files
        if file.path not in visited and _is_python_test(file)
    ]


def deselected(tests: Iterable[tuple[str, int, str]]) -> list[Finding]:
    """The tests, as (path, line, name), that pytest found and then was made to leave out of both phases: one finding for each
    file.
    """
    files: dict[str, list[tuple[int, str]]] = {}
    for path, line, name in tests:
        files.setdefault(path, []).append((line, name))
    return [
        Finding(
            path=path,
            line=told[0][0],
            rule=RULE,
            message=f"no phase runs {text.one_line(_named([name for _, name in told]), 200)}: -k or --deselect in addopts, or a "
            "conftest, leaves it out: take that away, or delete the test; what is for phase 2 is marked with integration",
        )
        for path, told in files.items()
    ]


def _is_python_test(file: File) -> bool:
    if not _PY_TEST_FILE.fullmatch(file.path) or _FOREIGN.fullmatch(file.path):
        return False
    data = file.text()
    return data is not None and _PY_TEST.search(data) is not None


def _named(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _finding(path: str, message: str, data: bytes = b"", at: re.Match[bytes] | None = None) -> Finding:
    if at is None:
        return Finding(path=path, rule=RULE, message=message)
    return Finding(path=path, line=line_of(data, at.start()), rule=RULE, message=message, text=excerpt(data, at.start()))
