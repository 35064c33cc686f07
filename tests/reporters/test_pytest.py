"""What the plugin tells of a real pytest: the newest, and the oldest that is supported."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from reporters import tools

FIXTURES = """
import os, signal, sys, time, unittest
import pytest

@pytest.fixture
def broken():
    raise RuntimeError("no database")

@pytest.fixture
def leaves():
    yield
    raise RuntimeError("cannot clean up")

"""
INI = "[pytest]\nasyncio_default_fixture_loop_scope = function\nmarkers = integration: needs a stub\n"
LINES = FIXTURES.count("\n")

ONE_TEST = [
    pytest.param("def test(): pass", {"test": "EXPECTED"}, id="pass"),
    pytest.param("def test(): assert 1 == 2", {"test": "UNEXPECTED: assert 1 == 2"}, id="fail"),
    pytest.param("def test(broken): pass", {"test": "UNEXPECTED: setup failed: RuntimeError: no database"}, id="error in setup"),
    pytest.param(
        "def test(leaves): pass", {"test": "UNEXPECTED: teardown failed: RuntimeError: cannot clean up"}, id="error in teardown"
    ),
    pytest.param(
        "def test(leaves): assert 0, 'first'", {"test": "UNEXPECTED: AssertionError: first"}, id="test and teardown fail"
    ),
    pytest.param(
        "def test(nothing): pass", {"test": "UNEXPECTED: setup failed: fixture 'nothing' not found"}, id="no such fixture"
    ),
    pytest.param("@pytest.mark.skip(reason='not today')\ndef test(): pass", {"test": "SKIPPED: not today"}, id="skip by mark"),
    pytest.param("def test(): pytest.skip('not here')", {"test": "SKIPPED: not here"}, id="skip inside"),
    pytest.param("@pytest.mark.xfail(reason='bug 7')\ndef test(): assert 0", {"test": "EXPECTED: assert 0"}, id="xfail"),
    pytest.param(
        "@pytest.mark.xfail(strict=True, reason='bug 7')\ndef test(): pass",
        {"test": "UNEXPECTED: [XPASS(strict)] bug 7"},
        id="xpass strict",
    ),
    pytest.param("@pytest.mark.xfail(reason='bug 7')\ndef test(): pass", {"test": "EXPECTED"}, id="xpass"),
    pytest.param(
        "@pytest.mark.xfail(run=False, reason='hangs')\ndef test(): pass", {"test": "SKIPPED: hangs"}, id="xfail not run"
    ),
    pytest.param(
        "@pytest.mark.xfail(raises=AssertionError)\ndef test(leaves): assert 0",
        {"test": "UNEXPECTED: teardown failed: RuntimeError: cannot clean up"},
        id="xfail, then error in teardown",
    ),
    pytest.param(
        "@pytest.mark.parametrize('x', [1, 'a::b', '[é]'], ids=str)\ndef test(x): assert x != 1",
        {"test[1]": "UNEXPECTED: assert 1 != 1", "test[a::b]": "EXPECTED", "test[[\\xe9]]": "EXPECTED"},
        id="parametrized",
    ),
    pytest.param(
        "class TestOuter:\n    class TestInner:\n        def test_é(self): pass",
        {"TestOuter › TestInner › test_é": "EXPECTED"},
        id="class",
    ),
    pytest.param(
        "class Cases(unittest.TestCase):\n"
        "    def test_equal(self): self.assertEqual(1, 2)\n"
        "    @unittest.skip('later')\n"
        "    def test_skipped(self): pass\n"
        "    @unittest.expectedFailure\n"
        "    def test_unexpected(self): pass\n",
        {
            "Cases › test_equal": "UNEXPECTED: AssertionError: 1 != 2",
            "Cases › test_skipped": "SKIPPED: later",
            "Cases › test_unexpected": "UNEXPECTED: Failed: Unexpected success",
        },
        id="unittest",
    ),
    pytest.param(
        "def test(subtests):\n    for i in range(3):\n        with subtests.test(msg='sum'): assert i != 1",
        {"test": "UNEXPECTED: subtest [sum] failed: assert 1 != 1"},
        id="subtests",
    ),
    pytest.param(
        "def test(): sys.exit(3)\ndef test_next(): pass",
        {"test": "UNEXPECTED: SystemExit: 3", "test_next": "EXPECTED"},
        id="sys.exit",
    ),
    pytest.param(
        "@pytest.mark.asyncio\nasync def test(): assert 0, 'awaited'",
        {"test": "UNEXPECTED: AssertionError: awaited"},
        id="asyncio",
    ),
]


@pytest.fixture(params=tools.PYTESTS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def project(folder: Path, body: str) -> Path:
    return tools.write(folder, {"pytest.ini": INI, "tests/test_it.py": FIXTURES + body})


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], tools.Run]:
    """All of ONE_TEST, each in a file of its own, in one run for each pytest and number of workers."""

    @functools.cache
    def run(version: str, workers: str) -> tools.Run:
        folder = tmp_path_factory.mktemp(f"pytest-{version}-{workers}")
        files = {file_of(number): FIXTURES + case.values[0] for number, case in enumerate(ONE_TEST)}
        return tools.run_pytest(version, tools.write(folder, {"pytest.ini": INI, **files}), "-n", workers)

    return run


def file_of(number: int) -> str:
    return f"tests/test_{number}.py"


@pytest.mark.parametrize(("body", "told"), ONE_TEST)
@pytest.mark.parametrize("workers", ["0", "2"])
def test_outcome(version: str, runs: Callable[[str, str], tools.Run], body: str, told: dict[str, str], workers: str) -> None:
    file = file_of([case.values[0] for case in ONE_TEST].index(body))
    assert runs(version, workers).told_of(file) == told


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_log_of_a_run_is_whole_and_alone(version: str, runs: Callable[[str, str], tools.Run], workers: str) -> None:
    run = runs(version, workers)
    assert (run.ledger.whole, run.finish, run.code, run.errors) == (True, "failed", 1, []), run.output
    assert [record for record in run.ledger.tests.values() if record.started or not record.attempts] == []
    assert sorted(each.name for each in run.log.parent.iterdir()) == ["events.jsonl", "pytest.ini", "tests"]


@pytest.mark.parametrize(
    "does",
    [
        pytest.param("os.closerange(20, 100)", id="closes descriptors that are not its own"),
        pytest.param("os.fork() and os.wait()", id="forks a child that runs on as pytest"),
    ],
)
def test_a_test_that_breaks_its_process(version: str, tmp_path: Path, does: str) -> None:
    # Not with pytest-xdist, whose own workers do not survive these.
    run = tools.run_pytest(version, project(tmp_path, f"def test(): {does}\ndef test_next(): pass\n"))
    assert (run.told, run.finish) == ({"test": "EXPECTED", "test_next": "EXPECTED"}, "passed")


def test_a_planned_test_has_its_place_and_marks(version: str, tmp_path: Path) -> None:
    body = "class TestIt:\n    @pytest.mark.integration\n    @pytest.mark.flaky(reruns=2)\n    def test_that(self): pass\n"
    planned = {
        "id": hashlib.sha1(b"tests/test_it.py::TestIt::test_that").hexdigest(),
        "file": "tests/test_it.py",
        "line": LINES + 2,
        "column": 0,
        "project": "",
        "title": ["TestIt", "test_that"],
        "tags": ["flaky", "integration"],
        "retries": 2,
        "expected": "passed",
    }
    for workers in ("0", "2"):
        run = tools.run_pytest(version, project(tmp_path, body), "-n", workers)
        assert [each for each in run.events if each["type"] == "plan"] == [{"type": "plan", "tests": [planned]}]


def test_a_failure_has_all_that_explains_it(version: str, tmp_path: Path) -> None:
    body = (
        "def test():\n    print('to stdout \\033[31mred\\033[0m')\n    print('to stderr', file=sys.stderr)\n"
        "    assert {'a': 1} == {'a': 2}\n"
    )
    run = tools.run_pytest(version, project(tmp_path, body), "--color=yes")
    [end] = [each for each in run.events if each["type"] == "end"]
    [error] = end["errors"]
    assert (error["file"], error["line"]) == ("tests/test_it.py", LINES + 4)
    assert error["message"].startswith("AssertionError: assert {'a': 1} == {'a': 2}")
    assert "test_it.py:" in error["stack"]
    assert "\x1b" not in error["stack"]
    assert end["output"] == "--- Captured stdout call ---\nto stdout red\n\n--- Captured stderr call ---\nto stderr\n"


def test_each_attempt_is_told(version: str, tmp_path: Path) -> None:
    body = (
        "N = []\ndef test():\n    N.append(1)\n    assert len(N) == 3\n@pytest.mark.flaky(reruns=1)\ndef test_never(): assert 0\n"
    )
    for workers in ("0", "2"):
        run = tools.run_pytest(version, project(tmp_path, body), "--reruns", "3", "-n", workers)
        assert run.told == {
            "test": "FLAKY: assert 1 == 3 → assert 2 == 3 → passed",
            "test_never": "UNEXPECTED: assert 0 → assert 0",
        }, run.output


def test_a_test_that_takes_too_long(version: str, tmp_path: Path) -> None:
    run = tools.run_pytest(version, project(tmp_path, "def test(): time.sleep(60)\n"), "--timeout", "0.2")
    assert [each["status"] for each in run.events if each["type"] == "end"] == ["timedOut"]


ENDS = [
    pytest.param("os._exit(3)", {"test_die": "RUNNING", "test_next": ""}, [], "", 3, id="os._exit"),
    pytest.param("os.kill(os.getpid(), signal.SIGKILL)", {"test_die": "RUNNING", "test_next": ""}, [], "", -9, id="SIGKILL"),
    pytest.param(
        "os.kill(os.getpid(), signal.SIGINT); time.sleep(60)",
        {"test_die": "INTERRUPTED: interrupted", "test_next": ""},
        [],
        "interrupted",
        2,
        id="KeyboardInterrupt",
    ),
    pytest.param(
        "pytest.exit('enough')",
        {"test_die": "INTERRUPTED: interrupted", "test_next": ""},
        [":0: pytest.exit: enough"],
        "interrupted",
        2,
        id="pytest.exit",
    ),
]


@pytest.mark.parametrize(("dies", "told", "errors", "finish", "code"), ENDS)
def test_a_session_that_ends_early(
    version: str, tmp_path: Path, dies: str, told: dict[str, str], errors: list[str], finish: str, code: int
) -> None:
    run = tools.run_pytest(version, project(tmp_path, f"def test_first(): pass\ndef test_die(): {dies}\ndef test_next(): pass\n"))
    assert (run.told, run.errors, run.finish, run.code) == ({"test_first": "EXPECTED", **told}, errors, finish, code), run.output


def test_a_worker_that_dies(version: str, tmp_path: Path) -> None:
    run = tools.run_pytest(version, project(tmp_path, "def test_die(): os._exit(3)\ndef test_next(): pass\n"), "-n", "1")
    assert run.told == {
        "test_die": "UNEXPECTED: worker 'gw0' crashed while running 'tests/test_it.py::test_die'",
        "test_next": "EXPECTED",
    }
    assert not list(tmp_path.glob("*.plan"))


def test_failures_of_collection(version: str, tmp_path: Path) -> None:
    files = {
        "tests/test_import.py": "import os\nimport nothere\n",
        "tests/test_syntax.py": "def test(:\n",
        "tests/test_mark.py": "import pytest\n@pytest.mark.nosuch\ndef test(): pass\n",
    }
    for workers in ("0", "2"):
        run = tools.run_pytest(
            version, tools.write(project(tmp_path, "def test(): pass\n"), files), "--strict-markers", "-n", workers
        )
        assert sorted(run.errors) == [
            "tests/test_import.py:2: tests/test_import.py cannot be collected: ModuleNotFoundError: No module named 'nothere'",
            "tests/test_mark.py:0: tests/test_mark.py cannot be collected: "
            "Failed: 'nosuch' not found in `markers` configuration option",
            "tests/test_syntax.py:1: tests/test_syntax.py cannot be collected: SyntaxError: invalid syntax",
        ]
        assert (list(run.told), run.finish) == (["test"], "failed")


@pytest.mark.parametrize(
    ("files", "args", "errors"),
    [
        pytest.param(
            {"conftest.py": "import nothere\n"},
            [],
            ["conftest.py:0: {root}/conftest.py cannot be loaded: ModuleNotFoundError: No module named 'nothere'"],
            id="conftest",
        ),
        pytest.param({}, ["gone.py"], [":0: file or directory not found: gone.py"], id="no such path"),
        pytest.param(
            {"conftest.py": "def pytest_collection_modifyitems(): raise ValueError('a bug')\n"},
            [],
            [":0: pytest broke: ValueError: a bug"],
            id="internal error",
        ),
    ],
)
def test_a_session_that_cannot_start(
    version: str, tmp_path: Path, files: dict[str, str], args: list[str], errors: list[str]
) -> None:
    run = tools.run_pytest(version, tools.write(project(tmp_path, "def test(): pass\n"), files), *args)
    assert run.errors == [each.format(root=tmp_path) for each in errors], run.output
    assert run.code > 2


def test_a_module_that_skips_itself_is_told(version: str, tmp_path: Path) -> None:
    files = {"tests/test_optional.py": "import pytest\npytest.importorskip('nothere')\ndef test(): pass\n"}
    for workers in ("0", "2"):
        run = tools.run_pytest(version, tools.write(project(tmp_path, "def test(): pass\n"), files), "-n", workers)
        assert run.told == {
            "test": "EXPECTED",
            "tests/test_optional.py": "SKIPPED: could not import 'nothere': No module named 'nothere'",
        }


def test_collect_only_plans_and_names_all_files(version: str, tmp_path: Path) -> None:
    files = {"tests/test_unit.py": "def test_unit(): pass\n", "tests/test_broken.py": "import nothere\n", "tests/__init__.py": ""}
    folder = tools.write(project(tmp_path, "@pytest.mark.integration\ndef test_it(): pass\n"), files)
    run = tools.run_pytest(version, folder, "--collect-only", "-q", "-m", "integration")
    assert [each["files"] for each in run.events if each["type"] == "collected"] == [
        ["tests/test_broken.py", "tests/test_it.py", "tests/test_unit.py"]
    ]
    assert [(each.planned.title, each.planned.tags) for each in run.ledger.tests.values()] == [(("test_it",), ("integration",))]
    assert run.errors == [
        "tests/test_broken.py:1: tests/test_broken.py cannot be collected: ModuleNotFoundError: No module named 'nothere'"
    ]
    assert [each["type"] for each in run.events] == ["error", "collected", "deselected", "plan", "planned", "finish"]


@pytest.mark.parametrize(
    ("conftest", "args"),
    [
        pytest.param("", ["-k", "not slow"], id="-k"),
        pytest.param("", ["--deselect", "tests/test_it.py::TestIt::test_slow"], id="--deselect"),
        pytest.param("def pytest_collection_modifyitems(items): items[:] = items[:1]\n", [], id="a conftest that tells nobody"),
    ],
)
def test_collect_only_names_what_is_deselected(version: str, tmp_path: Path, conftest: str, args: list[str]) -> None:
    body = "def test_fast(): pass\nclass TestIt:\n    def test_slow(self): pass\n"
    folder = tools.write(project(tmp_path, body), {"conftest.py": conftest})
    run = tools.run_pytest(version, folder, "--collect-only", "-q", *args)
    [deselected] = [each["tests"] for each in run.events if each["type"] == "deselected"]
    assert [(each["file"], each["line"], each["title"]) for each in deselected] == [
        ("tests/test_it.py", LINES + 3, ["TestIt", "test_slow"])
    ]
    assert list(run.told) == ["test_fast"]


def test_the_marker_that_tells_phases_apart_is_known(version: str, tmp_path: Path) -> None:
    body = "@pytest.mark.integration\ndef test_it(): pass\ndef test_unit(): pass\n"
    folder = tools.write(project(tmp_path, body), {"pytest.ini": INI.partition("markers")[0]})
    for workers in ("0", "2"):
        run = tools.run_pytest(version, folder, "--strict-markers", "-m", "not integration", "-n", workers)
        assert (run.told, run.errors, run.code) == ({"test_unit": "EXPECTED"}, [], 0), run.output


def test_a_threshold_of_coverage_is_for_all_tests_and_not_for_those_of_a_phase(version: str, tmp_path: Path) -> None:
    files = {"shop.py": "def pays(): ...\n", ".coveragerc": "[report]\nfail_under = 100\n"}
    folder = tools.write(project(tmp_path, "def test(): pass\n"), files)
    for workers in ("0", "2"):
        run = tools.run_pytest(version, folder, "--cov=shop", "--cov-fail-under=100", "-n", workers)
        assert (run.told, run.errors, run.code) == ({"test": "EXPECTED"}, [], 0), run.output


def test_a_pytest_that_is_too_old_is_told(version: str, tmp_path: Path) -> None:
    folder = tools.write(project(tmp_path, "def test(): pass\n"), {"old.py": "import pytest\ndel pytest.version_tuple\n"})
    # Other plugins ask for its version too.
    alone = {"PYTHONPATH": f"{tools.REPORTERS}:{folder}", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = tools.run_pytest(version, folder, "-p", "old", env=alone)
    [error] = run.errors
    assert error.startswith(f":0: this is pytest {version}.")
    assert error.endswith(": pytest 7 or newer is needed")
    assert run.code == 4


def test_a_thousand_tests_with_much_to_say(version: str, tmp_path: Path) -> None:
    body = (
        "@pytest.mark.parametrize('x', range(1000))\n"
        "def test(x):\n    if x == 7:\n        print('\\x1b\\x00é' * 200_000)\n        assert False, 'ü\\x01' * 100_000\n"
        f"def test_{'n' * 5000}(): pass\n"
    )
    run = tools.run_pytest(version, project(tmp_path, body), "-q")
    assert len(run.ledger.tests) == 1001
    assert [title for title, word in run.told.items() if word != "EXPECTED"] == ["test[7]"]
    assert max(map(len, run.log.read_bytes().splitlines())) < 256 * 1024
    assert max(len(part) for record in run.ledger.tests.values() for part in record.planned.title) == 998
    [end] = [each for each in run.events if each.get("status") == "failed" and each["type"] == "end"]
    assert (len(end["errors"][0]["message"].encode()) <= 8192, len(end["output"].encode()) <= 8192) == (True, True)


def test_a_reporter_that_cannot_write_changes_nothing(version: str, tmp_path: Path) -> None:
    folder = project(tmp_path, "def test(): pass\n")
    run = tools.run_pytest(version, folder, env={"TESTRUN_EVENTS": str(tmp_path / "no" / "folder")})
    assert (run.code, "1 passed" in run.output, run.told) == (0, True, {})


def test_without_a_log_it_does_nothing_and_a_nested_pytest_does_not_report(version: str, tmp_path: Path) -> None:
    inner = "import os\ndef test_inner(): assert 'TESTRUN_EVENTS' not in os.environ\n"
    command = "[sys.executable, '-m', 'pytest', '-p', 'testrun_pytest', 'inner.py']"
    body = f"def test(): import subprocess; subprocess.run({command}, check=True)\n"
    run = tools.run_pytest(version, tools.write(project(tmp_path, body), {"inner.py": inner}))
    assert run.told == {"test": "EXPECTED"}, run.output
    assert tools.run_pytest(version, tmp_path, "inner.py", env={"TESTRUN_EVENTS": ""}).code == 0
    assert not (tmp_path / "events.jsonl").exists()


def test_a_bug_of_the_reporter_is_told_and_changes_nothing(version: str, tmp_path: Path) -> None:
    breaks = "import testrun_pytest\ntestrun_pytest.Attempt.add = lambda *_: 1 / 0\n"
    run = tools.run_pytest(version, tools.write(project(tmp_path, "def test(): pass\n"), {"conftest.py": breaks}))
    assert (run.code, set(run.errors)) == (0, {":0: testrun reporter: ZeroDivisionError: division by zero"})
