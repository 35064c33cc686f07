"""Go: the commands of its phases, and its ``-json`` stream (``go doc test2json``) as lines of the event log."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import hashlib
import json
import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from testrun.core import model, text
from testrun.local.project_run import Event
from testrun.local.tools.go_select import Functions, Selection

TAG = "integration"
OUTPUT_LENGTH = 8 * 1024
_ID_LENGTH = 40
_NOISE = re.compile(r"^\s*(=== (RUN|PAUSE|CONT|NAME)|--- (PASS|FAIL|SKIP|BENCH)|PASS$|FAIL$|FAIL\t|ok  \t|exit status )")
_PLACE = re.compile(r"^\s*([\w./-]+\.go):(\d+):")
_LOGGED = re.compile(r"^ +[\w.-]+\.go:\d+: ", re.MULTILINE)
"""What t.Error, t.Fatal and t.Log print."""
_EXITED = re.compile(r"^exit status \d+$", re.MULTILINE)
_NONE_TO_RUN = "testing: warning: no tests to run"
_ENDED_FROM_OUTSIDE = ("signal: interrupt", "signal: terminated")
_OVERDUE = "panic: test timed out after "
"""How a test binary says that its -timeout has passed."""


def compile_command(*, tagged: bool, nothing: str) -> list[str]:
    """Compile and link every test binary, and start ``nothing`` (a program that does nothing) instead of each."""
    return ["go", "test", "-json", "-count=1", "-run=^$", f"-exec={nothing}", *_tags(tagged), "./..."]


def unit_command(module: str, folders: Sequence[str] | None, *, launcher: Sequence[str], seconds: int) -> list[str]:
    """Run all tests of these packages of the module in the folder ``module``; None: of all that it has.

    ``launcher`` stands before each test binary: compiling needs the network where modules are missing, tests must not.
    ``-count=1``: evidence is of this run, not of Go's cache.
    """
    return [*_test(launcher, seconds), *(["./..."] if folders is None else _packages(folders, module))]


def integration_command(selection: Selection, module: str, *, launcher: Sequence[str], seconds: int) -> list[str]:
    """Run the selected tests of the module in the folder ``module``, with the tag."""
    run = [f"-run=^({'|'.join(sorted(selection.names))})$"] if selection.names else []
    return [*_test(launcher, seconds), *_tags(True), *run, *_packages(selection.folders, module)]


def _packages(folders: Sequence[str], module: str) -> list[str]:
    inner = [posixpath.relpath(folder, module) for folder in folders]
    return sorted({f"./{each}" if each != "." else "." for each in inner})


def _test(launcher: Sequence[str], seconds: int) -> list[str]:
    launch = [f"-exec={_quoted(launcher)}"] if launcher else []
    return ["go", "test", "-json", "-count=1", f"-timeout={seconds}s", *launch]


def _tags(tagged: bool) -> list[str]:
    return [f"-tags={TAG}"] if tagged else []


def _quoted(words: Sequence[str]) -> str:
    """As ``go`` splits the value of -exec: on spaces, with quotes, without escapes."""
    return " ".join(word if shlex.quote(word) == word else f'"{word}"' if '"' not in word else f"'{word}'" for word in words)


def module_path(go_mod: bytes) -> str:
    """The module's path from its go.mod; empty when it has none."""
    match = re.search(rb"^module\s+(\S+)", go_mod, re.MULTILINE)
    return match[1].decode(errors="replace").strip('"') if match else ""


_Key = tuple[str, tuple[str, ...]]
"""File and title of a test, as its case has them."""


@dataclasses.dataclass
class _Test:
    id: str
    started: int
    key: _Key = ("", ())
    paused: bool = False
    """It waits in t.Parallel for the tests before it."""
    words: collections.deque[str] = dataclasses.field(default_factory=collections.deque)
    length: int = 0

    def add(self, words: str) -> None:
        """Keep the end of what it printed."""
        self.words.append(words)
        self.length += len(words)
        while self.length > OUTPUT_LENGTH and len(self.words) > 1:
            self.length -= len(self.words.popleft())

    def said_last(self, words: str) -> bool:
        return bool(self.words) and self.words[-1].startswith(words)


@dataclasses.dataclass
class _Package:
    running: dict[str, list[_Test]] = dataclasses.field(default_factory=dict)
    """By name: the two halves of a package may each have one of that name."""
    words: _Test = dataclasses.field(default_factory=lambda: _Test("", 0))
    ran: bool = False
    """One of its tests began."""
    failed: bool = False
    """One of its tests failed."""


class Translator:
    """The streams of a module's ``go test -json``, one after the other. See `project_run.Translator`."""

    def __init__(
        self,
        *,
        folder: str,
        module: str,
        functions: Functions,
        clock: Callable[[], int],
    ) -> None:
        """``folder`` of the module ``module``; ``functions`` are those that are to be run."""
        self._folder = folder
        self._module = module
        self._functions = functions
        self._clock = clock
        self._packages: dict[str, _Package] = collections.defaultdict(_Package)
        self._builds: dict[str, _Test] = {}
        self._ids: list[str] = []
        self._begun: collections.Counter[tuple[str, str]] = collections.Counter()
        """(package, name) -> how many of that name began."""
        self._parents: dict[_Key, _Key] = {}
        """A subtest -> the test that it runs in."""
        self._holders: set[_Key] = set()
        """Those tests."""
        self._explained: set[_Key] = set()
        """Tests that hold a subtest which failed."""
        self.left_out: collections.Counter[str] = collections.Counter()
        self._red = False
        self.timed_out = ""
        self.printed = b""

    def feed(self, line: bytes) -> Iterator[Event]:
        self.printed = line + b"\n"
        try:
            told = json.loads(line)
        except ValueError:
            return  # a line of a tool that go runs, not of go
        if not isinstance(told, dict):
            return
        self.printed = str(told.get("Output") or "").encode("utf-8", "replace")
        action, package, test = (str(told.get(key) or "") for key in ("Action", "Package", "Test"))
        if action in ("build-output", "build-fail"):
            yield from self._build(action, str(told.get("ImportPath") or ""), str(told.get("Output") or ""))
        elif test:
            yield from self._of_test(action, package, test, told)
        elif action == "output":
            self._packages[package].words.add(str(told.get("Output") or ""))
        elif action == "fail":
            yield from self._package_failed(package, told)
        elif action == "pass":
            yield from self._package_passed(package, told)
        elif action == "skip":
            self._packages.pop(package, None)

    def close(self) -> Iterator[Event]:
        planned = "".join(f"{each}\n" for each in sorted(self._ids))
        # Tests that still run stay without an end: the ledger's owner says why.
        yield {"type": "planned", "count": len(self._ids), "workers": 1, "sha256": hashlib.sha256(planned.encode()).hexdigest()}
        status = "failed" if self._red else "passed"
        yield {"type": "finish", "status": status, "time": self._clock(), "duration": 0}

    def known(self, cases: Sequence[model.Case]) -> list[model.Case]:
        """Without tests that only hold subtests. Go reports such a test as one more, which fails with them: it counts only when
        it failed by itself.
        """
        red = {(case.file, case.title) for case in cases if case.status.red}
        explained = set[_Key]()
        for key in red:
            outer = self._parents.get(key)
            while outer is not None:
                explained.add(outer)
                outer = self._parents.get(outer)
        return [
            case
            for case in cases
            if (key := (case.file, case.title)) not in self._holders or (key in red and key not in explained)
        ]

    def _of_test(self, action: str, package: str, name: str, told: Mapping[str, Any]) -> Iterator[Event]:
        held, time = self._packages[package], self._time(told)
        running = held.running.get(name, [])
        match action:
            case "run":
                held.ran = True
                yield from self._begin(held, package, name, time)
            case "pause" | "cont":
                for each in running:
                    each.paused = action == "pause"
            case "output" if running:
                running[-1].add(str(told.get("Output") or ""))
            case "pass" if running and running[-1].said_last(f"ok  \t{package}\t"):
                # Not the test's end but the package's, which go calls so when a test ended the process with exit code 0.
                self._packages.pop(package)
            case "pass" | "fail" | "skip" if running:
                held.failed |= action == "fail"
                self._count(running[0].key, action)
                yield self._end(running.pop(0), action, time, _milliseconds(told))

    def _begin(self, held: _Package, package: str, name: str, time: int) -> Iterator[Event]:
        self._begun[package, name] += 1
        file, line = self._place_of(package, name.partition("/")[0])
        title = tuple(part[:1000] or "(no name)" for part in name.split("/"))[:30]
        test = _Test(_id(package, name, self._begun[package, name]), time, key=(file, title))
        outer = _outer(held, name)
        if outer is not None and outer.key != test.key:
            self._parents[test.key] = outer.key
            self._holders.add(outer.key)
        held.running.setdefault(name, []).append(test)
        self._ids.append(test.id)
        planned = {
            "id": test.id, "file": file, "line": line, "column": 0, "project": "", "title": list(title), "tags": [], "retries": 0,
            "expected": "passed",
        }  # fmt: skip
        yield {"type": "plan", "tests": [planned]}
        yield {"type": "start", "id": test.id, "retry": 0, "worker": 0, "time": time}

    def _count(self, key: _Key, action: str) -> None:
        """As `known` does in the end, for who looks meanwhile: a subtest ends before the test that holds it."""
        if key in self._holders and (action != "fail" or key in self._explained):
            self.left_out[action] += 1
        if action == "fail" and key in self._parents:
            self._explained.add(self._parents[key])

    def _place_of(self, package: str, name: str) -> tuple[str, int]:
        """File and line of a function; of several with this name, of the one that began last."""
        folder = self._package_folder(package)
        places = self._functions.get(folder, {}).get(name)
        if not places:
            return folder, 0
        place = places[min(self._begun[package, name], len(places)) - 1]
        return place.file, place.line

    def _end(self, test: _Test, action: str, time: int, duration: float) -> Event:
        output = "".join(test.words)
        said = _complaint(output) if action == "fail" else _said(output)
        event: Event = {
            "type": "end", "id": test.id, "retry": 0, "time": time, "duration": duration, "errors": [], "annotations": [],
            "output": output if action == "fail" else "", "attachments": [],
            "status": {"pass": "passed", "fail": "failed", "skip": "skipped"}[action],
        }  # fmt: skip
        if action == "skip":
            event |= {"expected": "skipped", "annotations": [{"type": "skip", "description": said}]}
        if action == "fail":
            self._red = True
            event["errors"] = [_error(said or "the test failed", output)]
        return event

    def _package_passed(self, package: str, told: Mapping[str, Any]) -> Iterator[Event]:
        """A package that passed: not when it has tests of this phase and began none, as with an os.Exit(0) in its TestMain."""
        held = self._packages.pop(package, _Package())
        wanted = self._functions.get(self._package_folder(package), {})
        # Go says so itself where the tests are for another platform, or are examples without an output.
        if wanted and not held.ran and _NONE_TO_RUN not in "".join(held.words.words).splitlines():
            self._red = True
            message = f"{package} ended with exit code 0 before any of its tests began: call m.Run in its TestMain"
            first = next(iter(wanted.values()))[0]
            yield {
                "type": "error", "message": message, "stack": message, "file": first.file, "line": 0, "time": self._time(told),
            }  # fmt: skip

    def _package_failed(self, package: str, told: Mapping[str, Any]) -> Iterator[Event]:
        """A package that failed by more than its tests: it does not build, it panicked, it called os.Exit."""
        held = self._packages.pop(package, _Package())
        self._red = True
        build = str(told.get("FailedBuild") or "")
        words = self._builds.pop(build, None) or self._builds.pop(package, None) if build else None
        output = "".join((words or held.words).words)
        said = _panic(output) or _said(output)
        running = [test for tests in held.running.values() for test in tests]
        told_last = [output, *("".join(test.words) for test in running)]
        self.timed_out = self.timed_out or next((each for each in told_last if _OVERDUE in each), "")
        if self.timed_out or any(line in _ENDED_FROM_OUTSIDE for each in told_last for line in each.splitlines()):
            return  # what runs stays without an end, as with other tools: whoever ended it says why
        for test in running:
            own = "".join(test.words)
            why = _panic(own) or _said(own) or said or "no reason was told"
            event = self._end(test, "fail", self._time(told), max(0, self._time(told) - test.started))
            yield {**event, "errors": [_error(f"was running when its package ended: {why}", own or output)]}
        if not held.failed and not running:
            folder = self._package_folder(package)
            if build or "[build failed]" in output or "[setup failed]" in output:
                what = "does not compile"
            else:
                code = _EXITED.search(output)
                what = "failed outside its tests" + (f" ({code[0]})" if code else "")
            message = f"{package} {what}" + (f": {said}" if said else "")
            place = _place(output, self._folder if build else folder)  # the compiler names files from where go was started
            yield {
                "type": "error", "message": message, "stack": output or message, "file": place[0], "line": place[1],
                "time": self._time(told),
            }  # fmt: skip

    def _build(self, action: str, package: str, output: str) -> Iterator[Event]:
        if action == "build-output":
            self._builds.setdefault(package, _Test("", 0)).add(output)
        yield from ()

    def _package_folder(self, package: str) -> str:
        """Below the repository's root."""
        if package == self._module:
            return self._folder
        return posixpath.normpath(posixpath.join(self._folder, package.removeprefix(f"{self._module}/")))

    def _time(self, told: Mapping[str, Any]) -> int:
        try:
            return int(datetime.datetime.fromisoformat(str(told["Time"])).timestamp() * 1000)
        except (KeyError, ValueError):
            return self._clock()


def _outer(held: _Package, name: str) -> _Test | None:
    """The test that a subtest runs in. Its name alone does not tell, for a slash may be a part of it."""
    while "/" in name:
        name = name.rpartition("/")[0]
        active = [test for test in held.running.get(name, []) if not test.paused]
        if active:
            return active[-1]
    return None


def _id(package: str, name: str, number: int) -> str:
    more = f"\n{number}" if number > 1 else ""
    return hashlib.sha256(f"{package}\n{name}{more}".encode()).hexdigest()[:_ID_LENGTH]


def _milliseconds(told: Mapping[str, Any]) -> float:
    elapsed = told.get("Elapsed")
    return float(elapsed) * 1000 if isinstance(elapsed, int | float) and elapsed >= 0 else 0.0


def _said(output: str) -> str:
    """What a test says beside Go's own lines; the first lines of it."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not _NOISE.match(line)]
    lines = [line for line in lines if not line.startswith("# ")] or lines
    return "\n".join(lines[:12])


def _complaint(output: str) -> str:
    """What a failed test complains of: its panic, else what it logged itself, else whatever it printed; the first lines of it."""
    panic = re.search(r"^(?:panic|fatal error): ", output, re.MULTILINE)
    logged = panic or _LOGGED.search(output)
    return _said(output[logged.start() :] if logged else output)


def _panic(output: str) -> str:
    return next((line.strip() for line in output.splitlines() if line.startswith(("panic: ", "fatal error: "))), "")


def _place(output: str, folder: str) -> tuple[str, int]:
    """The file and line that the first complaint names."""
    for line in output.splitlines():
        match = _PLACE.match(line)
        if match:
            return posixpath.normpath(posixpath.join(folder, match[1].removeprefix("./"))), int(match[2])
    return folder, 0


def _error(message: str, stack: str) -> Event:
    return {"message": text.printable(message), "stack": text.printable(stack), "file": "", "line": 0, "snippet": ""}
