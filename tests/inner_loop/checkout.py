"""A small git repository made of parts of the example, in which a test may break what it likes, and the real command run on it.

Tools are the real ones: Go from PATH, Jest and Playwright from the example's node_modules, pytest from its .venv.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from testrun.core import model
from testrun.envtest.waiting import eventually
from testrun.junit import reader

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "monorepo"
AMEIDE = Path(sys.executable).with_name("ameide")
TIMEOUT_SECONDS = 120
"""Of a whole command: a machine under load, and never the reason why a test is green."""

CART = ("services/cart/go.mod", "services/cart/total.go", "services/cart/total_test.go")
STOREFRONT = (
    "package.json", "packages/storefront/package.json", "packages/storefront/jest.config.mjs", "packages/storefront/src/",
    "packages/storefront/__tests__/unit/price.test.ts",
)  # fmt: skip
DISCOUNTS = ("services/discounts/",)
E2E = ("package.json", "e2e/package.json", "e2e/playwright.config.ts", "e2e/tests/")

_FOREIGN = ("PYTEST_", "GIT_", "TESTRUN_", "AMEIDE_", "KUBE", "INTEGRATION_MODE", "VIRTUAL_ENV", "COLUMNS", "NO_COLOR")


@functools.cache
def tracked() -> tuple[str, ...]:
    """The files of the example that git knows, below its folder."""
    listed = subprocess.run(["git", "ls-files", "-z", "."], cwd=EXAMPLE, check=True, stdout=subprocess.PIPE).stdout.decode()
    return tuple(each for each in listed.split("\0") if each)


def environment(more: Mapping[str, str | None] = {}) -> dict[str, str]:
    """This process's environment without what would steer the command; ``more`` sets variables, or takes them away with None."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    return {name: value for name, value in {**kept, **more}.items() if value is not None}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str
    folder: Path | None = None
    """The run's evidence; None when there is none."""

    @functools.cached_property
    def summary(self) -> dict[str, Any]:
        assert self.folder is not None, self.stderr
        body: dict[str, Any] = json.loads((self.folder / "summary.json").read_bytes())
        return body

    def phase(self, number: int) -> dict[str, Any]:
        body: dict[str, Any] = self.summary["phases"][number]
        return body

    @property
    def results(self) -> list[str]:
        return [each["result"] for each in self.summary["phases"]]

    def junit(self, number: int) -> Path:
        assert self.folder is not None, self.stderr
        return self.folder / f"phase-{number}" / "junit.xml"

    def read(self, number: int) -> reader.JUnitSummary:
        """The JUnit of a phase, as our own hardened reader sees it."""
        with self.junit(number).open("rb") as file:
            return reader.read(iter(lambda: file.read(65536), b""))

    def told(self, number: int) -> str:
        """What a person reads of a phase first: its first failure, else why it ended as it did."""
        phase = self.phase(number)
        message: str = phase["failures"][0]["message"] if phase["failures"] else phase["message"]
        return message.partition("\n")[0]

    def testcases(self, number: int) -> list[ElementTree.Element]:
        """The test cases of a phase, as they are written."""
        return list(ElementTree.parse(self.junit(number)).iter("testcase"))

    def cases(self, number: int) -> dict[str, str]:
        """Name of each test case of a phase, with its project -> passed, failure, error or skipped."""
        found = {}
        for case in self.testcases(number):
            words = [each.tag for each in case if each.tag in ("failure", "error", "skipped")]
            found[case.get("name", "")] = words[0] if words else "passed"
        return found

    @property
    def why(self) -> str:
        """All that helps when a test of ours fails."""
        return f"exit code {self.code}\n--- stderr\n{self.stderr[-4000:]}\n--- stdout\n{self.stdout[-6000:]}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Checkout:
    """A git repository of its own, with one commit."""

    root: Path

    @classmethod
    def make(cls, root: Path, parts: tuple[str, ...]) -> Checkout:
        """With those files of the example whose path is, or starts with, one of ``parts`` (all files without any)."""
        for path in tracked():
            if not parts or path.startswith(parts):
                target = root / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(EXAMPLE / path, target)
        for name in ("node_modules", ".venv"):
            (root / name).symlink_to(EXAMPLE / name)
        made = cls(root=root)
        made.commit()
        return made

    def commit(self) -> None:
        """Make the folder a git repository of what is in it."""
        self.git("init", "--quiet")
        (self.root / ".git" / "info").mkdir(exist_ok=True)
        ignored = "node_modules\n.yarn\n.venv\nartifacts\n__pycache__\n.pytest_cache\n"
        (self.root / ".git" / "info" / "exclude").write_text(ignored)
        self.git("add", "--all")
        self.git("-c", "user.name=tests", "-c", "user.email=tests@example.com", "commit", "--quiet", "--message=As it was")

    def git(self, *words: str) -> str:
        variables = environment({"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"})
        done = subprocess.run(["git", *words], cwd=self.root, env=variables, check=True, stdout=subprocess.PIPE)
        return done.stdout.decode()

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def replace(self, path: str, old: str, new: str) -> None:
        """Put ``new`` where ``old`` stands for the first time; it has to be there."""
        text = (self.root / path).read_text()
        assert old in text, f"{path} does not hold {old!r}"
        self.write(path, text.replace(old, new, 1))

    def remove(self, *paths: str) -> None:
        for path in paths:
            target = self.root / path
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            else:
                target.unlink()

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str | None] = {},
        path: str = ".",
        within: Sequence[str] = (),
        folder: Path | None = None,
    ) -> Ended:
        """Run ``ameide dev inner-loop-test`` to its end: phases 0 to 2 with JSON, unless ``arguments`` say otherwise.

        ``within`` are words before the command; ``folder`` is where its artifacts are found, when not in the repository.
        """
        with self.started(*arguments, env=env, path=path, within=within) as process:
            stdout, stderr = process.communicate(timeout=TIMEOUT_SECONDS)
        return self.ended(process, stdout, stderr, folder)

    def ameide(self, *words: str, folder: str = ".", env: Mapping[str, str | None] = {}) -> Ended:
        """Run another command of ``ameide`` in a folder of the repository."""
        done = subprocess.run(
            [str(AMEIDE), *words], cwd=self.root / folder, env=environment(env), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=TIMEOUT_SECONDS,
        )  # fmt: skip
        return Ended(code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def ended(self, process: subprocess.Popen[bytes], stdout: bytes, stderr: bytes, folder: Path | None = None) -> Ended:
        """What became of a command that was `started`."""
        latest = (folder or self.root / "artifacts") / "latest"
        kept = latest.resolve() if latest.exists() else None
        if folder is None:
            with contextlib.suppress(ValueError, TypeError, KeyError):  # of two runs at once only one is the latest
                kept = Path(json.loads(stdout)["artifacts"])
        return Ended(code=process.returncode, stdout=stdout.decode(), stderr=stderr.decode(), folder=kept)

    @contextlib.contextmanager
    def started(
        self, *arguments: str, env: Mapping[str, str | None] = {}, path: str = ".", within: Sequence[str] = ()
    ) -> Iterator[subprocess.Popen[bytes]]:  # fmt: skip
        """The command at work. It, and not what it started, is ended when the block is left."""
        words = [*within, str(AMEIDE), "dev", "inner-loop-test", path, *(arguments or ("--until", "2", "--json"))]
        process = subprocess.Popen(
            words, cwd=self.root, env=environment(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def processes(self) -> dict[int, str]:
        """What still runs in this checkout: pid -> command line. By working folder: a new session hides nothing."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                folder = os.readlink(entry / "cwd")
                if folder == str(self.root) or folder.startswith(f"{self.root}/"):
                    words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                    if words:  # a zombie has none
                        found[int(entry.name)] = words
        return found

    def end_processes(self) -> None:
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def nothing_runs(self) -> None:
        """Asserts that no process is left; ends those that are."""
        try:
            eventually(lambda: not self.processes(), what=lambda: f"these still run: {self.processes()}", seconds=5)
        finally:
            self.end_processes()


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern says, in which ``*`` is anything."""
    return re.fullmatch(".*".join(re.escape(each) for each in pattern.split("*")), text, re.DOTALL) is not None


NUMBERS = tuple(field.name for field in dataclasses.fields(model.Counts))
PHASES = ("policy", "unit", "integration", "e2e")


def check_evidence(ended: Ended) -> None:
    """What is true of the evidence of every run that ended by itself, whatever happened in it."""
    summary = ended.summary
    assert [each["phase"] for each in summary["phases"]] == list(PHASES)
    assert summary["exitCode"] == ended.code, ended.why
    red = next((each for each in summary["phases"] if each["result"] not in ("Passed", "NotRun")), None)
    for each in summary["phases"]:
        number = each["number"]
        data = ended.junit(number).read_bytes()
        assert each["junit"] == {
            "path": f"phase-{number}/junit.xml", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(),
        }  # fmt: skip
        read = ended.read(number)
        assert {name: getattr(read.counts, name) for name in NUMBERS} == {name: each[name] for name in NUMBERS}
        assert (read.problems, read.phases, read.revisions) == ((), (each["phase"],), (summary["revision"],))
        match each["result"]:
            case "Passed":
                assert read.counts.passed > 0
                assert read.counts.failed + read.counts.errored == 0
            case "NotRun":
                assert (read.counts.tests, read.counts.skipped) == (1, 1)
                skipped = ElementTree.parse(ended.junit(number)).find(".//skipped")
                assert skipped is not None
                assert skipped.get("message") == f"phase {number} ({each['phase']}) did not run: {each['message']}"
            case _:
                assert read.counts.failed + read.counts.errored > 0
                assert each["message"]
                assert "\n" not in each["message"]
                assert all(failure["message"] for failure in each["failures"])
        if red is not None and number > red["number"]:
            assert each["result"] == "NotRun"
            if number != 3:  # which was not asked for
                assert each["message"] == f"phase {red['number']} ({red['phase']}) is {red['result']}: {red['message']}"
