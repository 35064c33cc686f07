"""What one row of the table of ways to fail says, and the words it is written in."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from inner_loop.checkout import Checkout

Change = Callable[[Checkout], Mapping[str, str] | None]
"""Breaks the repository. What it returns are variables of the command's environment."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Way:
    """A way to fail."""

    name: str
    parts: tuple[str, ...]
    """Of the example: only what is needed, for each tool costs a second or two."""
    change: Change
    phase: int
    """The red one."""
    result: str
    says: str
    """The first line of its first failure, ``*`` is anything. It names the cause, and what to do or where."""
    kind: str = ""
    """Of its first failure; empty: it is no matter."""
    at: str = ""
    """``file:line`` of its first failure; empty: it is no matter."""
    names: str = ""
    """The name of its first failure, ``*`` is anything; empty: it is no matter."""
    also: str = ""
    """The first line of another of its failures; empty: there is none to speak of."""
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Numbers of the red phase."""

    @property
    def code(self) -> int:
        return 1 if self.result == "Failed" else 2


def put(files: Mapping[str, str]) -> Change:
    """New files."""

    def change(checkout: Checkout) -> None:
        for path, text in files.items():
            checkout.write(path, text)

    return change


def go_test(path: str, body: str, *, name: str = "TestMore", imports: str = "", tag: str = "", package: str = "cart") -> Change:
    """One more Go test, in the package cart unless it says otherwise. It begins in line 5, or 7 with a build tag; its body in the
    next.
    """
    head = f"//go:build {tag}\n\n" if tag else ""
    more = "".join(f'; import "{each}"' for each in imports.split())
    return put({path: f'{head}package {package}\n\nimport "testing"{more}\n\nfunc {name}(t *testing.T) {{\n{body}\n}}\n'})


def swap(path: str, old: str, new: str) -> Change:
    """Other words in a file that is there."""
    return lambda checkout: checkout.replace(path, old, new)


def gone(*paths: str) -> Change:
    """Files or folders less."""
    return lambda checkout: checkout.remove(*paths)


def each(*changes: Change) -> Change:
    """One after the other."""

    def change(checkout: Checkout) -> Mapping[str, str]:
        return {name: value for one in changes for name, value in (one(checkout) or {}).items()}

    return change


def variables(**values: str) -> Change:
    return lambda _: values


def without(program: str) -> Change:
    """A PATH on which everything is but that program."""

    def change(checkout: Checkout) -> Mapping[str, str]:
        folders = []
        for number, folder in enumerate(os.environ["PATH"].split(os.pathsep)):
            if not shutil.which(program, path=folder):
                folders.append(folder)
                continue
            others = checkout.root.parent / f"bin-{number}"
            others.mkdir()
            for entry in Path(folder).iterdir():
                if entry.name != program:
                    (others / entry.name).symlink_to(entry)
            folders.append(str(others))
        return {"PATH": os.pathsep.join(folders)}

    return change
