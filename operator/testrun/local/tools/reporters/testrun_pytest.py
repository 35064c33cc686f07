"""A pytest plugin that appends a run's event log (docs/protocol.md §2) to the file named by ``TESTRUN_EVENTS``.

It runs inside the user's pytest (7 and later) on the user's Python (3.8 and later), loaded by ``-p testrun_pytest``, so it needs
nothing else, never changes a result and never prints. A line is one append of whole bytes, done before the hook returns: a pytest
that dies loses nothing that ended, and its log ends with the start of the test that was running.

With pytest-xdist only the controller writes. It does not collect, so each worker leaves the plan beside the log for it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import re
import time
from typing import Any, Callable, Dict, Iterable, Iterator, TypeVar  # noqa: UP035  # for Python 3.8

import pytest

KIB = 1024
LINE_BYTES = 256 * KIB
PLAN_LINE_BYTES = 192 * KIB
PLAN_LINE_TESTS = 200
MAX_ERRORS = 10
MAX_TITLES = 20
MAX_TAGS = 50
SHARES = (1.0, 1 / 4, 1 / 16, 1 / 64)
"""Of the bounds of an event's texts, tried until its line is short enough."""

# CSI and OSC sequences as terminals know them, then the two-character escapes.
_ANSI = re.compile("[\x1b\x9b](?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\-_]|[0-?]*[ -/]*[@-~])")
_TIMEOUT = re.compile(r"(?:Failed: )?Timeout \(?>")
_LOOK = 8
"""A text may be a hundred megabytes: no more than this times its bound is looked at."""

Json = Dict[str, Any]  # noqa: UP006  # evaluated, unlike annotations, so in the words of Python 3.8
F = TypeVar("F", bound=Callable[..., Any])


class Attempt:
    """One attempt of a test while it runs: what its phases have told."""

    def __init__(self, retry: int, started: int) -> None:
        self.retry = retry
        self.started = started
        self.duration = 0.0
        """Seconds."""
        self.errors: list[Json] = []
        self.timed_out = False
        self.skipped: str | None = None
        """Why."""
        self.xfailed: str | None = None
        """Why it was expected to fail, when it did."""
        self.output = ""

    def add(self, report: Any, place: Callable[[Any], tuple[str, int]]) -> None:
        self.duration += getattr(report, "duration", 0) or 0
        reason = getattr(report, "wasxfail", None)
        if reason is not None and reason.startswith("reason: "):
            reason = reason[len("reason: ") :]
        if getattr(report, "context", None) is not None and type(report).__name__.lower() == "subtestreport":
            if report.failed:
                self._fail(report, f"subtest {_subtest(report.context)}failed: ", place)
            return
        prefix = {"setup": "setup failed: ", "teardown": "teardown failed: "}.get(report.when, "")
        if report.outcome in ("failed", "rerun"):  # rerun: pytest-rerunfailures will try again
            self._fail(report, prefix, place)
        elif report.skipped and reason is not None and not reason.startswith("[NOTRUN]"):
            self.xfailed = reason
            self.errors.append(_error(report, prefix, place))
        elif report.skipped:
            self.skipped = reason[len("[NOTRUN]") :].strip() if reason is not None else _skip_reason(report.longrepr)

    def _fail(self, report: Any, prefix: str, place: Callable[[Any], tuple[str, int]]) -> None:
        if self.xfailed is not None:
            # It failed as expected and then in its teardown, which nobody expected.
            self.xfailed = None
            self.errors.clear()
        error = _error(report, prefix, place)
        self.timed_out = self.timed_out or bool(_TIMEOUT.match(error["message"]))
        self.errors.append(error)
        # Each report repeats what the test printed so far.
        self.output = "\n".join(f"--- {name} ---\n{_tail(text, 8 * KIB)}" for name, text in report.sections)

    def end(self, status: str = "") -> Json:
        """The rest of the ``end`` event; its texts are not bounded yet."""
        expected, annotations = "passed", []
        if status:
            pass
        elif self.xfailed is not None:
            status, expected, annotations = "failed", "failed", [{"type": "fail", "description": self.xfailed}]
        elif self.errors:
            status = "timedOut" if self.timed_out else "failed"
        elif self.skipped is not None:
            status, expected, annotations = "skipped", "skipped", [{"type": "skip", "description": self.skipped}]
        else:
            status = "passed"
        return {
            "retry": self.retry,
            "status": status,
            "expected": expected,
            "duration": max(0, round(self.duration * 1000)),
            "errors": self.errors[:MAX_ERRORS],
            "annotations": annotations,
            "output": self.output,
        }


def guarded(hook: F) -> F:
    """What goes wrong in a hook of ours is told in the log and never reaches pytest."""

    @functools.wraps(hook)
    def run(self: Reporter, *args: Any, **kwargs: Any) -> None:
        if not self.writes():
            return
        try:
            hook(self, *args, **kwargs)
        except Exception as error:  # noqa: BLE001  # whatever it is, the user's tests go on
            self.broken(error)

    return run  # type: ignore[return-value]


class Reporter:
    """Folds pytest's hooks into the log. One for a process; it does nothing without a log."""

    def __init__(self, log: str, root: str) -> None:
        self.log = os.path.abspath(log)
        self.root = root
        self.relative = functools.partial(relative, root=root)
        self.rootdir = root
        """pytest's, to which node ids are relative."""
        self.collect_only = False
        self.pid = os.getpid()
        self.began = _now()
        self.planned = False
        self.collected_files: dict[str, None] = {}
        """Of a ``--collect-only``, in the order visited."""
        self.collected_tests: dict[str, Any] = {}
        """Of a ``--collect-only``: each test by its node id, before any is deselected."""
        self.skipped_files: dict[str, str] = {}
        """Node id of each module that skipped itself, to why."""
        self.plan_files: dict[str, str] = {}
        """Of each worker of pytest-xdist, where it leaves the plan."""
        self.broken_files: set[str] = set()
        self.open: dict[str, Attempt] = {}
        """By node id."""
        self.attempts: dict[str, int] = {}
        self.interrupted = False
        self.torn = False

    def writes(self) -> bool:
        """A test may fork, and its child run on into our hooks: the log is not its to write."""
        return os.getpid() == self.pid

    # What is planned.

    @guarded
    def pytest_collectstart(self, collector: Any) -> None:
        # In pytest 7 a package is a kind of module.
        if self.collect_only and isinstance(collector, pytest.File) and not isinstance(collector, pytest.Package):
            self.collected_files.setdefault(self.relative(str(collector.path)))

    @guarded
    def pytest_itemcollected(self, item: Any) -> None:
        if self.collect_only:
            self.collected_tests.setdefault(item.nodeid, item)

    @guarded
    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and report.nodeid not in self.broken_files:
            self.broken_files.add(report.nodeid)  # each worker of pytest-xdist tells of it
            error = _error(report, "", self.place)
            message = f"{report.nodeid or 'the tests'} cannot be collected: {error['message']}"
            file = os.path.join(self.rootdir, report.nodeid.partition("::")[0])
            self.outside(message, error["stack"], self.relative(file), _line_of(error["stack"], file))
        elif report.skipped:
            self.skipped_files.setdefault(report.nodeid, _skip_reason(report.longrepr))

    @pytest.hookimpl(trylast=True)
    @guarded
    def pytest_collection_finish(self, session: Any) -> None:
        if self.collected_files:
            self.in_lines(map(_bounded_file, self.collected_files), lambda files: f'{{"type":"collected","files":[{files}]}}')
        selected = {item.nodeid for item in session.items}
        # Not by pytest_deselected: a conftest may take tests away and tell nobody.
        deselected = [item for nodeid, item in self.collected_tests.items() if nodeid not in selected]
        self.in_lines(planned_tests(deselected, self.relative), lambda tests: f'{{"type":"deselected","tests":[{tests}]}}')
        self.plan(planned_tests(session.items, self.relative), workers=1)

    @pytest.hookimpl(optionalhook=True)
    @guarded
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["testrun_plan"] = self.plan_files[node.gateway.id] = f"{self.log}.{node.gateway.id}.plan"
        node.workerinput["testrun_root"] = self.root

    @pytest.hookimpl(optionalhook=True)
    @guarded
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        tests = []
        if not self.planned:
            # A worker on another machine leaves no plan here.
            with contextlib.suppress(OSError, ValueError), open(self.plan_files[node.gateway.id], encoding="utf-8") as file:
                tests, self.skipped_files = json.load(file)
            tests = tests or [_planned_by_id(each, self.relative, self.rootdir) for each in ids]
            self.plan(tests, workers=len(node.config.option.tx or ()) or 1)

    def plan(self, tests: list[Json], *, workers: int) -> None:
        """Writes the plan, whole. A test that is selected twice is planned once."""
        self.planned = True
        modules = [_planned_by_id(each, self.relative, self.rootdir) for each in self.skipped_files]
        unique = {test["id"]: test for test in [*tests, *modules]}
        self.in_lines(unique.values(), lambda batch: f'{{"type":"plan","tests":[{batch}]}}')
        digest = hashlib.sha256("".join(f"{each}\n" for each in sorted(unique)).encode()).hexdigest()
        self.event({"type": "planned", "count": len(unique), "workers": workers, "sha256": digest})
        if self.collect_only:
            return
        for nodeid, reason in self.skipped_files.items():
            attempt = Attempt(0, _now())
            attempt.skipped = reason
            self.end(nodeid, attempt)

    # What runs.

    @guarded
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        if nodeid not in self.open:
            self.start(nodeid)

    def start(self, nodeid: str) -> Attempt:
        attempt = self.open[nodeid] = Attempt(self.attempts.get(nodeid, 0), _now())
        self.event({"type": "start", "id": _id(nodeid), "retry": attempt.retry, "worker": 0, "time": attempt.started})
        return attempt

    @pytest.hookimpl(trylast=True)
    @guarded
    def pytest_runtest_logreport(self, report: Any) -> None:
        attempt = self.open.get(report.nodeid) or self.start(report.nodeid)
        attempt.add(report, self.place)
        if report.when not in ("setup", "call", "teardown"):
            self.end(report.nodeid, attempt)  # pytest-xdist's word for a test whose worker died

    @pytest.hookimpl(trylast=True)
    @guarded
    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        attempt = self.open.get(nodeid)
        if attempt is not None:
            self.end(nodeid, attempt)

    def end(self, nodeid: str, attempt: Attempt, status: str = "") -> None:
        self.open.pop(nodeid, None)
        self.attempts[nodeid] = attempt.retry + 1
        told, now = attempt.end(status), _now()
        notes = told["annotations"]

        def build(share: float) -> Json:
            return {
                "type": "end",
                "id": _id(nodeid),
                **told,
                "time": now,
                "errors": [_bounded(error, share) for error in told["errors"]],
                "annotations": [{**note, "description": _head(note["description"], int(KIB * share))} for note in notes],
                "output": _tail(told["output"], int(8 * KIB * share)),
                "attachments": [],
            }

        self.shrinking(build)

    # What goes wrong outside of tests, and the end.

    @guarded
    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        # pytest also stops itself this way: after errors in collection, with --maxfail.
        if excinfo.errisinstance(pytest.exit.Exception):
            self.interrupted = True
            self.outside(f"pytest.exit: {excinfo.value}", str(excinfo.getrepr(style="short")), "", 0)
        elif excinfo.type is KeyboardInterrupt:
            self.interrupted = True

    @guarded
    def pytest_internalerror(self, excrepr: Any, excinfo: Any) -> None:
        self.outside(f"pytest broke: {excinfo.exconly(tryshort=True)}", str(excrepr), "", 0)

    @guarded
    def unusable(self, error: BaseException) -> None:
        """pytest cannot start: a conftest that does not load, a path that is not there."""
        cause = getattr(error, "cause", None) or (getattr(error, "excinfo", None) or (None, None))[1]
        path = getattr(error, "path", None)
        message = "; ".join(str(each) for each in error.args) if isinstance(error, pytest.UsageError) else str(error)
        if isinstance(cause, BaseException):
            message = f"{path or 'conftest.py'} cannot be loaded: {type(cause).__name__}: {cause}"
        self.outside(message, "", self.relative(str(path)) if path else "", 0)

    @pytest.hookimpl(trylast=True)
    @guarded
    def pytest_sessionfinish(self, session: Any) -> None:
        for nodeid, attempt in list(self.open.items()):
            self.end(nodeid, attempt, "interrupted")
        for file in self.plan_files.values():
            with contextlib.suppress(OSError):
                os.unlink(file)
        status = "interrupted" if self.interrupted else "passed" if int(session.exitstatus) == 0 else "failed"
        now = _now()
        self.event({"type": "finish", "status": status, "time": now, "duration": max(0, now - self.began)})

    # Lines.

    def place(self, crash: Any) -> tuple[str, int]:
        path, line = getattr(crash, "path", ""), getattr(crash, "lineno", 0)
        # Paths of tracebacks may be relative to the folder that pytest was started in.
        return (self.relative(os.path.join(self.rootdir, str(path))), max(0, int(line or 0))) if path else ("", 0)

    def broken(self, error: BaseException) -> None:
        with contextlib.suppress(Exception):  # the log cannot be written: the missing finish says so
            self.outside(f"testrun reporter: {type(error).__name__}: {error}", "", "", 0)

    def outside(self, message: str, stack: str, file: str, line: int) -> None:
        error = {"message": message, "stack": stack, "file": file, "line": line, "snippet": ""}
        now = _now()

        def build(share: float) -> Json:
            bounded = _bounded(error, share)
            del bounded["snippet"]
            return {"type": "error", **bounded, "time": now}

        self.shrinking(build)

    def in_lines(self, items: Iterable[Any], wrap: Callable[[str], str]) -> None:
        batch: list[str] = []
        size = 0
        for item in items:
            text = _json(item)
            if batch and (size + len(text) > PLAN_LINE_BYTES or len(batch) == PLAN_LINE_TESTS):
                self.append(wrap(",".join(batch)))
                batch, size = [], 0
            batch.append(text)
            size += len(text) + 1
        if batch:
            self.append(wrap(",".join(batch)))

    def shrinking(self, build: Callable[[float], Json]) -> None:
        """Writes the event of ``build(share)`` with the largest share of its texts that fits a line."""
        line = ""
        for share in SHARES:
            line = _json(build(share))
            if len(line) < LINE_BYTES:
                break
        self.append(line)

    def event(self, event: Json) -> None:
        self.append(_json(event))

    def append(self, line: str) -> None:
        # A full disk can cut a write short. The next line then starts on a new one.
        data = ("\n" if self.torn else "").encode() + line.encode("ascii") + b"\n"
        # Opened each time: a test may close descriptors that it does not own.
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        try:
            self.torn = os.write(descriptor, data) < len(data)
        finally:
            os.close(descriptor)


class WorkerPlan:
    """In a worker of pytest-xdist: leaves the plan where the controller said."""

    def __init__(self, file: str, root: str) -> None:
        self.file = file
        self.root = root
        self.skipped_files: dict[str, str] = {}

    def pytest_collectreport(self, report: Any) -> None:
        if report.skipped:
            self.skipped_files[report.nodeid] = _skip_reason(report.longrepr)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: Any) -> None:
        with contextlib.suppress(Exception):  # the controller then plans from the node ids
            tests = planned_tests(session.items, functools.partial(relative, root=self.root))
            with open(self.file, "w", encoding="utf-8") as file:
                json.dump([tests, self.skipped_files], file)


def relative(path: str, *, root: str) -> str:
    """As the log names a file: relative to the run's root, with ``/``."""
    with contextlib.suppress(ValueError):  # on another drive
        shown = os.path.relpath(path, root)
        if shown.startswith(os.pardir):
            shown = os.path.relpath(os.path.realpath(path), os.path.realpath(root))
        path = shown
    return path.replace(os.sep, "/")


def planned_tests(items: Iterable[Any], named: Callable[[str], str]) -> list[Json]:
    """Each selected test as the log plans it, in order."""
    return [_planned(item, named) for item in items]


def _planned(item: Any, named: Callable[[str], str]) -> Json:
    path, (where, line, _) = str(item.path), item.location
    # A test that is inherited stands in another file.
    own = line is not None and os.path.basename(where) == os.path.basename(path)
    flaky = item.get_closest_marker("flaky")
    retries = flaky.kwargs.get("reruns", 0) if flaky is not None else getattr(item.config.option, "reruns", 0)
    return {
        "id": _id(item.nodeid),
        "file": _bounded_file(named(path)),
        "line": line + 1 if own else 0,
        "column": 0,
        "project": "",
        "title": _titles([node.name for node in item.listchain() if isinstance(node, pytest.Class)] + [item.name]),
        "tags": list(dict.fromkeys(_head(mark.name, 100) for mark in item.iter_markers()))[:MAX_TAGS],
        "retries": retries if isinstance(retries, int) and retries > 0 else 0,
        "expected": "passed",
    }


def _planned_by_id(nodeid: str, named: Callable[[str], str], rootdir: str) -> Json:
    """The same of a test of which nothing but its node id is known: ``file::Class::test[param]``."""
    names, bracket, param = nodeid.partition("[")
    file, *titles = names.split("::")
    titles = titles or [file]
    titles[-1] += bracket + param
    file = named(os.path.join(rootdir, file))
    return {
        "id": _id(nodeid),
        "file": _bounded_file(file),
        "line": 0,
        "column": 0,
        "project": "",
        "title": _titles(titles),
        "tags": [],
        "retries": 0,
        "expected": "passed",
    }


def _titles(titles: list[str]) -> list[str]:
    return [_head(each, 1000) or "(no name)" for each in titles[-MAX_TITLES:]]


def _id(nodeid: str) -> str:
    return hashlib.sha1(nodeid.encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324  # a name, not a secret


def _subtest(context: Any) -> str:
    words = [f"[{context.msg}] "] if getattr(context, "msg", None) else []
    values = getattr(context, "kwargs", None)
    if values:
        words.append("({}) ".format(", ".join(f"{key}={value}" for key, value in values.items())))
    return "".join(words)


def _error(report: Any, prefix: str, place: Callable[[Any], tuple[str, int]]) -> Json:
    """Of a report that failed, or was expected to. Texts are not bounded yet."""
    longrepr = report.longrepr
    stack = _plain(str(getattr(report, "longreprtext", longrepr) or ""), 64 * KIB)
    crash = getattr(longrepr, "reprcrash", None)
    message = str(getattr(crash, "message", "")) or _last_words(stack)
    file, line = place(crash) if crash is not None else ("", 0)
    return {"message": prefix + message, "stack": stack, "file": file, "line": line, "snippet": ""}


def _last_words(stack: str) -> str:
    """What a traceback without structure says at last: its final ``E`` lines, else its last line that says something."""
    lines = [line for line in stack.splitlines() if line.strip()]
    told = [line[1:].strip() for line in lines if re.match(r"E\s", line)]
    return (told or [line.strip() for line in lines] or ["no message"])[-1]


def _line_of(stack: str, file: str) -> int:
    """Where the traceback is in this file at last; 0 when it is not."""
    name = re.escape(os.path.basename(file))
    told = re.findall(rf'(?m)^(?:\S*[\\/])?{name}:(\d+): |File "(?:.*[\\/])?{name}", line (\d+)', stack)
    return int(told[-1][0] or told[-1][1]) if told else 0


def _skip_reason(longrepr: Any) -> str:
    reason = str(longrepr[2] if isinstance(longrepr, (tuple, list)) and len(longrepr) == 3 else longrepr or "")
    return reason[len("Skipped: ") :] if reason.startswith("Skipped: ") else reason


def _bounded(error: Json, share: float) -> Json:
    return {
        **error,
        "message": _head(error["message"], int(8 * KIB * share)),
        "stack": _head(error["stack"], int(16 * KIB * share)),
        "file": _bounded_file(error["file"]),
    }


def _bounded_file(file: str) -> str:
    return _head(file, KIB)


def _plain(text: str, limit: int) -> str:
    text = text[: _LOOK * limit]
    return _ANSI.sub("", text) if "\x1b" in text or "\x9b" in text else text


def _head(text: str, limit: int) -> str:
    """The first ``limit`` bytes, cut between characters; an ellipsis marks the cut."""
    data = _plain(text, limit).encode("utf-8", "replace")
    return data.decode("utf-8") if len(data) <= limit else data[: limit - 3].decode("utf-8", "ignore") + "…"


def _tail(text: str, limit: int) -> str:
    """The last ``limit`` bytes, likewise."""
    text = text[-_LOOK * limit :]
    data = _plain(text, len(text) or 1).encode("utf-8", "replace")
    return data.decode("utf-8") if len(data) <= limit else "…" + data[len(data) - limit + 3 :].decode("utf-8", "ignore")


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _now() -> int:
    """Milliseconds since the epoch; a test may have turned the clock."""
    return max(0, int(time.time() * 1000))  # noqa: TID251  # the entry point of time


# pytest calls these. The reporter is made early, to tell of a conftest that does not load.

_reporter: Reporter | None = None


@pytest.hookimpl(hookwrapper=True)
def pytest_load_initial_conftests(early_config: Any) -> Iterator[None]:
    global _reporter
    # A test may start a pytest of its own, and that one must not report here.
    log = os.environ.pop("TESTRUN_EVENTS", "")
    if log:
        _reporter = Reporter(log, os.environ.get("TESTRUN_ROOT") or os.getcwd())
        if not hasattr(pytest, "version_tuple"):
            _reporter.outside(f"this is pytest {pytest.__version__}: pytest 7 or newer is needed", "", "", 0)
            raise pytest.UsageError("pytest 7 or newer is needed")
        _reporter.rootdir = str(early_config.rootpath)
        _reporter.collect_only = early_config.known_args_namespace.collectonly
        early_config.pluginmanager.register(_reporter, "testrun-reporter")
    if "TESTRUN_ROOT" in os.environ and early_config.pluginmanager.hasplugin("pytest_cov"):
        # Workers of pytest-xdist do it too. A phase has a part of the tests, which no threshold is meant for.
        early_config.known_args_namespace.no_cov = True
    outcome: Any = yield
    if _reporter is not None and outcome.excinfo is not None:
        _reporter.unusable(outcome.excinfo[1])


@pytest.hookimpl(hookwrapper=True)
def pytest_collection() -> Iterator[None]:
    outcome: Any = yield
    if _reporter is not None and outcome.excinfo is not None and isinstance(outcome.excinfo[1], pytest.UsageError):
        _reporter.unusable(outcome.excinfo[1])


def pytest_configure(config: Any) -> None:
    # Phases are told apart by it, so it is known also where no test has it: newer ones check the words of -m too.
    config.addinivalue_line("markers", "integration: a test of phase 2")
    told: Json = getattr(config, "workerinput", {})
    if "testrun_plan" in told:
        config.pluginmanager.register(WorkerPlan(told["testrun_plan"], told["testrun_root"]), "testrun-plan")
