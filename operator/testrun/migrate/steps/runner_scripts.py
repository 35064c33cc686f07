"""``runner-scripts``: ``run_integration_tests.sh`` goes, and what calls it calls the phase. Pure."""

from __future__ import annotations

import posixpath
import re

from testrun.audit import languages
from testrun.migrate import commands, dual, settings
from testrun.migrate.model import Change, Patch, Risk, Step, Todo
from testrun.migrate.tree import Tree

_ORDINARY = re.compile(
    r"""(?:!|\{|\}|\(|\)|if|then|else|elif|fi|for|in|do|done|while|case|esac|;;|set|source|\.|export|local|readonly|declare|unset|shift|
    return|exit|exec|echo|printf|cd|pushd|popd|pwd|mkdir|dirname|true|false|:|\[|\[\[|test|
    pytest|python3?|jest|npx|go|gotestsum|node|npm|pnpm|yarn|uv|poetry|ameide|
    integration_mode|require_cluster_mode|resolve_junit_path|[A-Za-z_]\w*\+?=.*|\w+\(\).*|[\w*|"'-]+\))\Z""",
    re.VERBOSE,
)
_RUNS = {
    "python": r"-m\s+pytest", "python3": r"-m\s+pytest", "npx": r"(?:--\S+\s+)*jest", "go": r"test|vet", "node": r".*jest",
    "npm": r"(?:run\s+)?(?:--\S+\s+)*test|exec\s+.*jest", "pnpm": r".*(?:test|jest)", "yarn": r".*(?:test|jest)",
    "uv": r"run\s+.*pytest", "poetry": r"run\s+.*pytest",
}  # fmt: skip
"""What a runner may be told and still do nothing but run tests."""
_QUOTED = re.compile(r"""'[^'\n]*'|"(?:[^"\\\n]|\\.)*\"""")


def plan(tree: Tree) -> Patch:
    changes: list[Change] = []
    todos: list[Todo] = []
    for path in _callers(tree):
        content, left = _called(tree, path)
        todos += [Todo(path=path, line=line, message=message) for line, message in left]
        if content != tree.read(path):
            changes.append(Change(path=path, content=content))
    held = " ".join(_line(tree, each) for each in todos)
    for path in tree.files:
        if posixpath.basename(path) != dual.PACK:
            continue
        more = does_more(tree.read(path).decode(errors="replace"))
        if more is not None:
            todos.append(
                Todo(
                    path=path,
                    line=more[0],
                    message=f"it does more than to run tests: `{more[1]}`. Do that in the tests, or before them",
                )
            )
        elif not held or not _may_mean(held, path):
            changes.append(Change(path=path, content=None))
    return Patch(changes=tuple(changes), todos=tuple(sorted(todos)))


def _callers(tree: Tree) -> list[str]:
    found = {each.path for each in dual.findings(tree) if each.rule == "pack-script" and each.line}
    return sorted(each for each in found if posixpath.basename(each) != dual.PACK and not dual.is_runner(each))


def _line(tree: Tree, todo: Todo) -> str:
    return tree.read(todo.path).decode(errors="replace").splitlines()[todo.line - 1]


def _may_mean(held: str, path: str) -> bool:
    """Whether a call that stays may be of this script: it names its folder, or none."""
    named = re.findall(rf"[\w./-]*{re.escape(dual.PACK)}", held)
    ends = [f"/{each.lstrip('./')}" for each in named]
    return any(f"/{path}".endswith(each) or each.endswith(f"/{path}") for each in ends)


def _called(tree: Tree, path: str) -> tuple[bytes, list[tuple[int, str]]]:
    """A file with its calls as they are now, and the lines of those that stay."""
    data = tree.read(path)
    if posixpath.basename(path) == "package.json":
        root = settings.to_root(path)
        content, left = settings.scripts(data, lambda each: commands.replaced(each, None, root) if dual.PACK in each else each)
        return content, [(line + 1, _stays()) for line in sorted(left)]
    lines = data.decode(errors="surrogateescape").splitlines(keepends=True)
    known = settings.is_shell(path) or settings.is_ci(path)
    new: list[str] = []
    stays: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        if dual.PACK not in line or line.lstrip().startswith(("#", "//")):
            new.append(_without_comment(line))
            continue
        bare = line.rstrip("\r\n")
        ending = line[len(bare) :]
        within = settings.around(lines, number) if settings.is_yaml(path) else None
        called = commands.replaced(bare, within) if known else None
        if called is None:
            stays.append((number + 1, _stays() if known else _no_command(path)))
            new.append(line)
        elif not new or new[-1] != called + ending:  # one call of the phase runs all packs
            new.append(called + ending)
    return "".join(new).encode(errors="surrogateescape"), stays


def _without_comment(line: str) -> str:
    """A comment that names the script says nothing any more."""
    return "" if dual.PACK in line and line.lstrip().startswith("#") and not line.startswith("#!") else line


def _stays() -> str:
    return f"{dual.PACK} is called in a way that is not known here: call `ameide dev inner-loop-test --phase integration` instead"


def _no_command(path: str) -> str:
    code = "code" if languages.of(path) else "a file"
    return f"{dual.PACK} is named in {code} of which it is not known what it does with it: take it out by hand"


def does_more(script: str) -> tuple[int, str] | None:
    """The first line of a pack script that is more than to choose the mode, to check variables and to run tests."""
    text = re.sub(r"\\\n", "  ", script)
    for number, line in enumerate(text.splitlines(), start=1):
        code = re.sub(r"(?:^|\s)#.*", "", _QUOTED.sub("''", line)).strip()
        code = re.sub(r"\$\{[^}]*\}|\$\([^)]*\)|\$\w+", "x", code)
        for command in re.split(r"&&|\|\||;(?!;)|\|", code):
            words = command.split()
            while words and words[0] in ("if", "elif", "while", "then", "else", "do", "!", "{", "exec"):
                words = words[1:]
            while words and re.fullmatch(r"[A-Za-z_]\w*\+?=.*", words[0]):
                words = words[1:]
            if words and not _is_ordinary(words):
                return number, line.strip()
    return None


def _is_ordinary(words: list[str]) -> bool:
    if not _ORDINARY.match(words[0]):
        return False
    allowed = _RUNS.get(words[0])
    return allowed is None or re.match(allowed, " ".join(words[1:])) is not None


STEP = Step(
    name="runner-scripts",
    what="`run_integration_tests.sh` goes; what calls it calls `ameide dev inner-loop-test`",
    why="the tools find the tests by themselves; phase 0 refuses the scripts",
    risk=Risk.MEDIUM,
    because="a call for a cluster becomes phase 3, any other phase 2; a script that does more than run tests stays, and says so",
    plan=plan,
)
