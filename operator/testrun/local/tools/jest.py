"""Jest: where it is, and the commands of its phases."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Sequence

from testrun.local.tools import upwards

REPORTER = pathlib.Path(__file__).with_name("reporters") / "jest_reporter.cjs"
FOLDERS = {"unit": "__tests__/unit/", "integration": "__tests__/integration/"}
"""Where a phase's tests are, anywhere below the project."""
LINGERS = b"Jest did not exit "
LINGER_ADVICE = (
    "Jest did not exit after its tests: something is still open. Find it with --detectOpenHandles and close it, or set forceExit "
    "in the Jest config"
)
_INSTALL = (
    ("package-lock.json", "npm ci"),
    ("pnpm-lock.yaml", "pnpm install --frozen-lockfile"),
    ("yarn.lock", "yarn install --immutable"),
    ("bun.lock", "bun install --frozen-lockfile"),
)


def program(folder: pathlib.Path, top: pathlib.Path) -> list[str]:
    """How Jest is started for a project: the one of its own node_modules, or of a folder above it up to ``top``, that of the
    whole checkout. Empty: it is not installed.
    """
    for each in upwards(folder, top):
        script = each / "node_modules" / "jest" / "bin" / "jest.js"
        if script.is_file():
            return ["node", str(script)]
        if (each / ".pnp.cjs").is_file():
            return ["yarn", "jest"]
    return []


def missing(package: str, folder: pathlib.Path, top: pathlib.Path) -> str:
    """What to say when a package of npm is not installed."""
    for each in upwards(folder, top):
        for lock, command in _INSTALL:
            if (each / lock).is_file():
                where = each.relative_to(top).as_posix()
                return f"{package} is not installed: run `{command}`" + (f" in {where}" if where != "." else "")
    return f"{package} is not installed: add it to package.json and install it"


def left_out(root: pathlib.Path, folders: Sequence[str], exclude: Sequence[str]) -> str:
    """A regular expression of the absolute paths, without their first slash, that are below one of these folders of the
    repository or that one of the globs means (as `globs.matches` does); empty: there are none.
    """
    above = f"{re.escape(root.as_posix().strip('/'))}/"
    below = [f"{re.escape(each)}/" for each in folders]
    meant = [f"{_of_glob(each)}$|{_of_glob(each.rstrip('/*'))}/" for each in exclude]
    return f"{above}(?:{'|'.join([*below, *meant])})" if below or meant else ""


def _of_glob(glob: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(each) or re.escape(each) for each in glob)


def list_command(start: Sequence[str], config: str, left_out: str) -> list[str]:
    """List the test files, without those that `left_out` means."""
    return [*start, *_paths("", left_out), *_config(config), "--listTests", "--json"]


def test_command(start: Sequence[str], config: str, phase: str, left_out: str) -> list[str]:
    """Run the tests of a phase, without those that `left_out` means. Those of phase 2 one file after another: they share ports
    and files, and an attempt to leave loopback can then be told of the one that made it.
    """
    serial = ["--runInBand"] if phase == "integration" else []
    # A phase is a part of the tests: its coverage means nothing. All of them run, whatever fails.
    whole = ["--coverage=false", "--bail=0"]
    # The pattern first: yargs takes all words behind --reporters for reporters. Of these ours first: Jest awaits them in order.
    return [
        *start, *_paths(FOLDERS[phase], left_out), *_config(config), "--ci", "--no-color", "--passWithNoTests",
        "--testLocationInResults", *whole, *serial, f"--reporters={REPORTER}", "--reporters=default",
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


def _paths(within: str, left_out: str) -> list[str]:
    """The pattern of the test files to take; none for all. Not testPathIgnorePatterns, which would replace the project's own."""
    if left_out:
        # Jest also tries it on relative paths, none of which begins with a slash.
        return [f"^/(?!{left_out}).*{within}"]
    return [within] if within else []


def _config(config: str) -> list[str]:
    return ["--config", config] if config else []
