"""Lines of files that are no code: YAML by its indents, package.json by its scripts, the rest as shell. Pure."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Sequence

from testrun.migrate import commands
from testrun.migrate.folding.meaning import CLUSTER, VARIABLE

_CI = re.compile(
    r"(?:^|/)(?:\.github/(?:workflows|actions)/|\.circleci/|\.buildkite/|\.tekton/|\.gitlab-ci|azure-pipelines|bitbucket-pipelines|"
    r"Jenkinsfile|\.woodpecker|\.drone|ci/)"
)
_SHELL = re.compile(
    r"(?:^|/)(?:[^/]*\.(?:sh|bash|mk|env)|Makefile|GNUmakefile|Dockerfile[^/]*|[^/]*\.Dockerfile|\.env[^/]*|justfile|Procfile|Jenkinsfile)$"
)
_SETS = re.compile(rf"^(?P<indent>[ \t]*)[\"']?{VARIABLE}[\"']?[ \t]*:[ \t]*(?P<value>[^\n]*?)[ \t]*$")
_TESTS = re.compile(r"\b(?:pytest|jest|go test|gotestsum|(?:npm|pnpm|yarn|make)\b[^\n]*\btest)")


def is_ci(path: str) -> bool:
    return bool(_CI.search(path))


def is_yaml(path: str) -> bool:
    return path.endswith((".yaml", ".yml", ".tpl"))


def is_shell(path: str) -> bool:
    """Lines of it are commands, or settings of variables."""
    return bool(_SHELL.search(path))


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def around(lines: Sequence[str], at: int) -> str | None:
    """The value that the YAML around a line sets the mode to: the innermost ``env`` beside one of its parents."""
    found: tuple[int, str] | None = None
    for number, line in enumerate(lines):
        match = _SETS.match(line)
        if match is None:
            continue
        first, last, depth = scope(lines, number)
        if first <= at <= last and (found is None or depth > found[0]):
            found = (depth, match["value"].split(" #")[0].strip("\"' "))
    return found[1] if found is not None else None


def scope(lines: Sequence[str], number: int) -> tuple[int, int, int]:
    """The lines that a setting of ``env`` is for: all beside ``env`` and below it; and how deep that is."""
    parent = parent_of(lines, number)
    depth = indent(lines[parent]) if parent is not None else 0
    first = last = parent if parent is not None else number
    while first > 0 and (_is_blank(lines[first - 1]) or indent(lines[first - 1]) >= depth):
        first -= 1
    if first > 0 and lines[first - 1].lstrip().startswith("- ") and indent(lines[first - 1]) + 2 == depth:
        first -= 1  # the item's first line
    while last + 1 < len(lines) and (_is_blank(lines[last + 1]) or indent(lines[last + 1]) >= depth):
        last += 1
    return first, last, depth


def parent_of(lines: Sequence[str], number: int) -> int | None:
    """The line of the key that a line is below."""
    dash = lines[number].lstrip().startswith("- ")
    for at in range(number - 1, -1, -1):
        if _is_blank(lines[at]):
            continue
        shallower = indent(lines[at]) < indent(lines[number])
        same = dash and indent(lines[at]) == indent(lines[number]) and not lines[at].lstrip().startswith("- ")
        if shallower or same:
            return at
    return None


def item(lines: Sequence[str], number: int) -> tuple[int, int]:
    """The lines of an item of a list, and behind it."""
    end = number + 1
    while end < len(lines) and lines[end].strip() and indent(lines[end]) > indent(lines[number]):
        end += 1
    return number, end


def without_yaml(path: str, lines: list[str]) -> tuple[dict[int, str], dict[int, str], list[str]]:
    """Lines of YAML, by their numbers, without what sets the mode; what is left, by its line; and the values of a chart that it
    was set from.
    """
    left: dict[int, str] = {}
    values: list[str] = []
    gone: set[int] = set()
    new = list(lines)
    for number, line in enumerate(lines):
        if VARIABLE not in line or _is_blank(line):
            continue
        span, problem = _setting(path, lines, number)
        if problem:
            left[number] = problem
        elif span is not None:
            gone |= set(range(*span))
            values += [found for each in lines[span[0] : span[1]] for found in re.findall(r"\.Values\.([\w.]+)", each)]
        elif (shell := commands.without_mode(line)) is not None:
            new[number] = shell
            gone |= {number} if not shell.strip() else set()
        else:
            left[number] = f"{VARIABLE} is set in a way that is not known here"
    gone = _with_parents(lines, gone)
    return {number: line for number, line in enumerate(new) if number not in gone}, left, values


def _setting(path: str, lines: Sequence[str], number: int) -> tuple[tuple[int, int] | None, str]:
    """The lines that set it, and why they have to stay."""
    line = lines[number]
    match = _SETS.match(line)
    if match is not None:
        value = match["value"].split(" #")[0].strip("\"' ")
        if is_ci(path) and "matrix" in value:
            return None, "a matrix over the modes runs the same tests twice: take the axis and this line out"
        first, last, _ = scope(lines, number)
        tests = [each for each in lines[first : last + 1] if _TESTS.search(each) and "ameide" not in each]
        if is_ci(path) and commands.mode_of(value) == CLUSTER and tests:
            return None, "what runs in a cluster is phase 3: call `ameide dev inner-loop-test --phase e2e` here"
        return (number, number + 1), ""
    if re.match(rf"^[ \t]*-[ \t]+name:[ \t]*[\"']?{VARIABLE}[\"']?[ \t]*$", line):
        return item(lines, number), ""
    return None, ""


def _with_parents(lines: Sequence[str], gone: set[int]) -> set[int]:
    """Also keys of which nothing is left."""
    found = set(gone)
    again = True
    while again:
        again = False
        for number in sorted(found):
            parent = parent_of(lines, number)
            if parent is None or parent in found or not re.fullmatch(r"[ \t]*(?:- )?[\w.-]+:[ \t]*", lines[parent].rstrip("\n")):
                continue
            below = _below(lines, parent)
            if below and all(each in found or not lines[each].strip() for each in below) and "- " not in lines[parent]:
                found |= {parent, *(each for each in below if lines[each].strip())}
                again = True
    return found


def _below(lines: Sequence[str], parent: int) -> list[int]:
    depth, found = indent(lines[parent]), []
    for number in range(parent + 1, len(lines)):
        deeper = indent(lines[number]) > depth or (indent(lines[number]) == depth and lines[number].lstrip().startswith("- "))
        if lines[number].strip() and not deeper:
            break
        found.append(number)
    return found


def without_key(lines: list[str], path: str) -> list[str]:
    """Values of a chart, by lines with their ends, without one, by its path with dots."""
    parts = path.split(".")
    stack: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        match = re.match(r"^([ \t]*)([\w-]+):[ \t]*(.*)", line)
        if match is None or _is_blank(line):
            continue
        stack = [each for each in stack if each[0] < len(match[1])]
        stack.append((len(match[1]), match[2]))
        scalar = match[3].strip() and not match[3].strip().startswith(("|", ">", "&", "*"))
        if [name for _, name in stack] == parts and scalar:
            return [each for at, each in enumerate(lines) if at not in _with_parents(lines, {number})]
    return lines


def scripts(data: bytes, change: Callable[[str], str | None]) -> tuple[bytes, dict[int, str]]:
    """A package.json with its scripts changed, in their places; and those for which there is no change, by line."""
    left: dict[int, str] = {}
    text = data.decode(errors="surrogateescape")
    for match in reversed(list(re.finditer(r'"(?P<name>(?:[^"\\\n]|\\.)+)"[ \t]*:[ \t]*(?P<value>"(?:[^"\\\n]|\\.)*")', text))):
        try:
            command = json.loads(match["value"])
            new = change(command)
        except ValueError:  # no JSON after all: it stays, and is told when it would have been changed
            command = match["value"]
            new = command if change(command) == command else None
        if new is None:
            left[text.count("\n", 0, match.start())] = command
        elif new != command:
            text = text[: match.start("value")] + json.dumps(new, ensure_ascii=False) + text[match.end("value") :]
    return text.encode(errors="surrogateescape"), left


def to_root(path: str) -> str:
    """The repository as seen from a file's folder; empty at the top."""
    folder = posixpath.dirname(path)
    return posixpath.relpath(".", folder) if folder else ""
