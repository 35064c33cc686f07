"""The configuration of pytest with strict markers, all of them registered, changed where it says so already. Pure."""

from __future__ import annotations

import ast
import posixpath
import re
import tomllib
from collections.abc import Iterable, Sequence

from testrun.local import discovery
from testrun.local.discovery import join
from testrun.local.rules.source import home
from testrun.migrate.model import Change, Patch, Todo
from testrun.migrate.tree import Tree

INTEGRATION = "integration: runs in phase 2, without a cluster"
STRICT = ("--strict-markers", "--strict-config")
_BUILT_IN = frozenset({"skip", "skipif", "xfail", "parametrize", "usefixtures", "filterwarnings", "tryfirst", "trylast"})
_FILES = ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "pyproject.toml", "setup.cfg", "tox.ini")
_MARK = re.compile(rb"\bpytest\.mark\.([A-Za-z_]\w*)|\bmark\.([A-Za-z_]\w*)")


def strict(tree: Tree) -> Patch:
    """What has to change for each project of pytest."""
    folders = {each.folder for each in tree.discovered.of("pytest")}
    changes: list[Change] = []
    todos: list[Todo] = []
    for folder in sorted(folders):
        found = _of_project(tree, folder, folders)
        if isinstance(found, Todo):
            todos.append(found)
        elif found is not None:
            changes.append(found)
    return Patch(changes=tuple(changes), todos=tuple(todos))


def _of_project(tree: Tree, folder: str, folders: set[str]) -> Change | Todo | None:
    there = [each for name in _FILES if (each := join(folder, name)) in tree.files]
    path = next((each for each in there if discovery.pytest_options(each, tree.read) is not None), None)
    marks = _used(tree, folder, folders)
    if path is None:
        if not marks:
            return None  # a project without a configuration and without markers has nothing to be strict about
        return _new(tree, folder, marks)
    told = discovery.pytest_options(path, tree.read)
    options = told[1] if told is not None else {}
    names = {_name(each) for each in _lines(options.get("markers"))}
    missing = [INTEGRATION if each == "integration" else f"{each}: to be described" for each in marks if each not in names]
    addopts = str(options.get("addopts", "")) if not isinstance(options.get("addopts"), list) else " ".join(options["addopts"])
    flags = [each for each in STRICT if each not in addopts.split()]
    if options.get("strict") in (True, "true"):
        flags = []
    if not missing and not flags:
        return None
    new = changed(path, tree.read(path), flags, missing)
    if new is None:
        wanted = "; ".join(filter(None, [" ".join(flags), f"markers {', '.join(missing)}" if missing else ""]))
        return Todo(path=path, message=f"its pytest options are written in a way that is not known here: add {wanted}")
    return Change(path=path, content=new)


def _used(tree: Tree, folder: str, folders: set[str]) -> list[str]:
    """The markers that tests of a project carry, `integration` first."""
    found: set[str] = set()
    for path in tree.files:
        if path.endswith(".py") and home(path, folders) == folder:
            for match in _MARK.finditer(tree.read(path)):
                name = (match[1] or match[2]).decode()
                if match[1] or b"from pytest import mark" in tree.read(path):
                    found.add(name)
    return sorted(found - _BUILT_IN, key=lambda each: (each != "integration", each))


def _name(marker: str) -> str:
    return re.split(r"[:(]", marker.strip(), maxsplit=1)[0].strip()


def _lines(value: object) -> Iterable[str]:
    return (
        [each for each in value.splitlines() if each.strip()]
        if isinstance(value, str)
        else value
        if isinstance(value, list)
        else []
    )


def _new(tree: Tree, folder: str, marks: Sequence[str]) -> Change:
    """In the project's own file, if there is one."""
    described = [INTEGRATION if each == "integration" else f"{each}: to be described" for each in marks]
    path = join(folder, "pyproject.toml")
    if path in tree.files:
        listed = "".join(f"  {_quoted(each)},\n" for each in described)
        data = tree.read(path).rstrip(b"\n") + b"\n\n"
        text = f'[tool.pytest.ini_options]\naddopts = "{" ".join(STRICT)}"\nmarkers = [\n{listed}]\n'
        return Change(path=path, content=data + text.encode())
    listed = "".join(f"    {each}\n" for each in described)
    text = f"[pytest]\naddopts = {' '.join(STRICT)}\nmarkers =\n{listed}"
    return Change(path=join(folder, "pytest.ini"), content=text.encode())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def changed(path: str, data: bytes, flags: Sequence[str], missing: Sequence[str]) -> bytes | None:
    """None: it is written in a way that is not known here."""
    toml = path.endswith(".toml")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    section = _section(text, path)
    if section is None:
        return None
    start, end = section
    body = text[start:end]
    for key, more in (("addopts", flags), ("markers", missing)):
        if more:
            new = _in_toml(body, key, more) if toml else _in_ini(body, key, more)
            if new is None:
                return None
            body = new
    result = text[:start] + body + text[end:]
    return result.encode() if not toml or _parses(result) else None


def _parses(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _section(text: str, path: str) -> tuple[int, int] | None:
    """Where the lines of pytest's section are."""
    names = {"pyproject.toml": ("tool.pytest.ini_options", "tool.pytest"), "setup.cfg": ("tool:pytest",)}.get(
        posixpath.basename(path), ("pytest",)
    )
    heads = list(re.finditer(r"^\[([^\]\n]+)\][^\n]*\n?", text, re.MULTILINE))
    for number, head in enumerate(heads):
        if head[1].strip() in names:
            return head.end(), heads[number + 1].start() if number + 1 < len(heads) else len(text)
    return None


def _in_ini(body: str, key: str, more: Sequence[str]) -> str | None:
    match = re.search(rf"^{key}[ \t]*[=:][ \t]*(?P<value>[^\n]*(?:\n[ \t]+[^\n]*)*)", body, re.MULTILINE)
    if match is None:
        value = f" {' '.join(more)}" if key == "addopts" else "".join(f"\n    {each}" for each in more)
        return _appended(body, f"{key} ={value}\n")
    value = match["value"].rstrip()
    if key == "addopts" and "\n" not in value:
        new = f"{value} {' '.join(more)}".strip()
    else:
        found = re.search(r"\n([ \t]+)", value)
        indent = found[1] if found is not None else "    "
        first = f"\n{indent}{value}" if "\n" not in value and value else value
        new = first + "".join(f"\n{indent}{each}" for each in more)
    return body[: match.start("value")] + new + body[match.start("value") + len(match["value"].rstrip()) :]


def _in_toml(body: str, key: str, more: Sequence[str]) -> str | None:
    match = re.search(rf"^{key}[ \t]*=[ \t]*", body, re.MULTILINE)
    if match is None:
        listed = "".join(f"  {_quoted(each)},\n" for each in more)
        return _appended(body, f'addopts = "{" ".join(more)}"\n' if key == "addopts" else f"markers = [\n{listed}]\n")
    rest = body[match.end() :]
    if rest.startswith("["):
        return _in_list(body, match.end(), more)
    simple = re.match(r"""(["'])(?!\1\1)(?P<text>[^\n]*?)\1""", rest)
    if key == "addopts" and simple is not None:
        at = match.end() + simple.end("text")
        return body[:at] + (" " if simple["text"] else "") + " ".join(more) + body[at:]
    return None


def _in_list(body: str, start: int, more: Sequence[str]) -> str | None:
    """Read as Python reads it: the two have lists of texts in common, comments as well."""
    for end in (each.end() for each in re.finditer(r"\]", body[start:])):
        try:
            listed = ast.literal_eval(body[start : start + end])
        except (SyntaxError, ValueError):
            continue
        close = start + end - 1
        inside = body[start + 1 : close]
        if "\n" not in inside:
            new = [*([inside.strip().rstrip(",")] if listed else []), *map(_quoted, more)]
            return body[: start + 1] + ", ".join(new) + body[close:]
        found = re.search(r"\n([ \t]+)\S", inside)
        indent = found[1] if found is not None else "  "
        head = inside.rstrip()
        comma = "" if re.search(r",\s*(?:#[^\n]*)?\Z", head) or not listed else ","
        return body[: start + 1] + head + comma + "".join(f"\n{indent}{_quoted(each)}," for each in more) + "\n" + body[close:]
    return None


def _appended(body: str, line: str) -> str:
    """Behind the last line of a section that is not empty."""
    kept = body.rstrip()
    return f"{kept}\n{line}{body[len(kept) :].removeprefix(chr(10))}" if kept else line + body
