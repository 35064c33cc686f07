"""Jest: where it is, and the commands of its phases."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Sequence

REPORTER = pathlib.Path(__file__).with_name("reporters") / "jest_reporter.cjs"
FOLDERS = {"unit": "__tests__/unit/", "integration": "__tests__/integration/"}
"""Where a phase's tests are, anywhere below the project."""

_INSTALL = (
    ("package-lock.json", "npm ci"),
    ("pnpm-lock.yaml", "pnpm install --frozen-lockfile"),
    ("yarn.lock", "yarn install --immutable"),
    ("bun.lock", "bun install --frozen-lockfile"),
)


def program(folder: pathlib.Path, root: pathlib.Path) -> list[str]:
    """How Jest is started for a project: the one of its own node_modules, or of a folder above it. Empty: it is not installed."""
    for each in _upwards(folder, root):
        script = each / "node_modules" / "jest" / "bin" / "jest.js"
        if script.is_file():
            return ["node", str(script)]
        if (each / ".pnp.cjs").is_file():
            return ["yarn", "jest"]
    return []


def missing(package: str, folder: pathlib.Path, root: pathlib.Path) -> str:
    """What to say when a package of npm is not installed."""
    for each in _upwards(folder, root):
        for lock, command in _INSTALL:
            if (each / lock).is_file():
                where = each.relative_to(root).as_posix()
                return f"{package} is not installed: run `{command}`" + (f" in {where}" if where != "." else "")
    return f"{package} is not installed: add it to package.json and install it"


def list_command(start: Sequence[str], config: str) -> list[str]:
    return [*start, *_config(config), "--listTests", "--json"]


def test_command(start: Sequence[str], config: str, phase: str) -> list[str]:
    """Run the tests of a phase. Those of phase 2 one file after another: they share ports and files, and an attempt to leave
    loopback can then be told of the one that made it.
    """
    serial = ["--runInBand"] if phase == "integration" else []
    # The pattern first: yargs takes all words behind --reporters for reporters. Of these ours first: Jest awaits them in order.
    return [
        *start, FOLDERS[phase], *_config(config), "--ci", "--no-color", "--passWithNoTests", "--testLocationInResults", *serial,
        f"--reporters={REPORTER}", "--reporters=default",
    ]  # fmt: skip


def listed(output: str) -> list[str] | None:
    """The absolute paths that ``--listTests --json`` prints, which may follow warnings; None: there is no such list."""
    for line in reversed(output.splitlines()):
        if line.startswith("["):
            try:
                found = json.loads(line)
            except ValueError:
                return None
            return [str(each) for each in found] if isinstance(found, list) else None
    return None


def _config(config: str) -> list[str]:
    return ["--config", config] if config else []


def _upwards(folder: pathlib.Path, root: pathlib.Path) -> list[pathlib.Path]:
    return [each for each in (folder, *folder.parents) if each == root or root in each.parents]
