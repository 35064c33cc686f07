"""What the reporter tells of a real Jest."""

from __future__ import annotations

from pathlib import Path

import pytest
from reporters import tools

ASSERTION = "expect(received).toBe(expected) // Object.is equality"
RETRIED = f"FLAKY: {ASSERTION} → {ASSERTION} → passed"

FILES = {
    "outcomes": (
        "describe('outer', () => {\n"
        "  test('passes', () => {});\n"
        "  describe('inner', () => { test('fails', () => expect(1).toBe(2)); });\n"
        "  test.skip('skipped', () => {});\n"
        "  test.todo('to do');\n"
        "  test('times out', () => new Promise(() => {}), 50);\n"
        "  test('throws a text', () => { throw 'a text'; });\n"
        "  test('名前 💥', () => {});\n"
        "});\n",
        {
            "outer › passes": "EXPECTED",
            "outer › inner › fails": f"UNEXPECTED: {ASSERTION}",
            "outer › skipped": "SKIPPED",
            "outer › to do": "SKIPPED: todo",
            "outer › times out": "UNEXPECTED: Exceeded timeout of 50 ms for a test.",
            "outer › throws a text": 'UNEXPECTED: thrown: "a text"',
            "outer › 名前 💥": "EXPECTED",
        },
    ),
    "each": (
        "describe.each([[1], [2]])('of %i', (n) => { test.each([['x'], ['y']])('adds %s', () => expect(n).toBe(1)); });\n",
        {
            "of 1 › adds x": "EXPECTED",
            "of 1 › adds y": "EXPECTED",
            "of 2 › adds x": f"UNEXPECTED: {ASSERTION}",
            "of 2 › adds y": f"UNEXPECTED: {ASSERTION}",
        },
    ),
    "only": (
        "test.only('this one', () => {});\ntest('left out', () => {});\n",
        {"this one": "EXPECTED", "left out": "SKIPPED: left out: another test of the file is marked with .only"},
    ),
    "retry": (
        "jest.retryTimes(2);\nlet n = 0;\n"
        "test('flaky', () => { n += 1; expect(n).toBe(3); });\n"
        "test('never', () => expect(0).toBe(1));\n",
        {"flaky": RETRIED, "never": f"UNEXPECTED: {ASSERTION} → {ASSERTION} → {ASSERTION}"},
    ),
    "hooks": (
        "describe('before', () => { beforeAll(() => { throw new Error('no database'); }); test('one', () => {}); });\n"
        "describe('after', () => { afterAll(() => { throw new Error('cannot clean up'); }); test('two', () => {}); });\n",
        {"before › one": "UNEXPECTED: no database", "after › two": "EXPECTED"},
    ),
    "killed": (
        "test('first', () => {});\n"
        "test('dies', () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); });\n",
        {
            "first": "EXPECTED",
            "dies": "UNEXPECTED: Its test file ended while this test ran: A jest worker process was terminated",
        },
    ),
    "exits": (
        "test('first', () => {});\ntest('dies', () => process.exit(3));\n",
        {
            "first": "EXPECTED",
            "dies": "UNEXPECTED: Its test file ended while this test ran: "
            "Jest worker encountered 4 child process exceptions, exceeding retry limit",
        },
    ),
    "throws": ("throw new Error('at import');\n", {}),
    "missing": ("require('./nothere');\ntest('x', () => {});\n", {}),
    "syntax": ("test('x', () => {\n", {}),
    "empty": ("\n", {}),
}
ERRORS = [
    "empty.test.js:0: Your test suite must contain at least one test.",
    "exits.test.js:0: Jest worker encountered 4 child process exceptions, exceeding retry limit",
    "hooks.test.js:2: cannot clean up",
    "killed.test.js:0: A jest worker process was terminated",
    "missing.test.js:1: Cannot find module './nothere' from 'missing.test.js'",
    "syntax.test.js:2: {root}/syntax.test.js: Unexpected token (2:0)",
    "throws.test.js:1: at import",
]


def settled(word: str) -> str:
    """Without the number of the process, and what Jest says after it."""
    before, killed, _ = word.partition("A jest worker process (pid=")
    return f"{before}A jest worker process was terminated" if killed else word


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tools.Run:
    folder = tmp_path_factory.mktemp("jest")
    return tools.run_jest(tools.write(folder, {f"{name}.test.js": body for name, (body, _) in FILES.items()}), "--maxWorkers=2")


@pytest.mark.parametrize(("name", "told"), [pytest.param(name, told, id=name) for name, (_, told) in FILES.items()])
def test_outcomes_of_a_file(run: tools.Run, name: str, told: dict[str, str]) -> None:
    assert {title: settled(word) for title, word in run.told_of(f"{name}.test.js").items()} == told, run.output


def test_errors_outside_tests(run: tools.Run) -> None:
    assert sorted(map(settled, run.errors)) == [each.format(root=run.log.parent) for each in ERRORS]


def test_the_log_of_a_run_is_whole(run: tools.Run) -> None:
    assert (run.ledger.whole, run.finish, run.code) == (True, "failed", 1)


def test_a_test_is_planned_before_it_starts_and_starts_before_it_ends(run: tools.Run) -> None:
    [flaky] = [test for test, record in run.ledger.tests.items() if record.planned.title == ("flaky",)]
    told = [each["type"] for each in run.events if flaky in (each.get("id"), *(test["id"] for test in each.get("tests", [])))]
    assert told == ["plan", "start", "end", "start", "end", "start", "end"]


def test_a_failure_has_all_that_explains_it(run: tools.Run) -> None:
    [fails] = [record for record in run.ledger.tests.values() if record.planned.title == ("outer", "inner", "fails")]
    [end] = [each for each in run.events if each["type"] == "end" and each["id"] == fails.planned.id]
    [error] = end["errors"]
    assert error == {
        "message": f"{ASSERTION}\n\nExpected: 2\nReceived: 1",
        "stack": f"Error: {ASSERTION}\n\nExpected: 2\nReceived: 1\n    at Object.toBe ({run.log.parent}/outcomes.test.js:3:59)",
        "file": "outcomes.test.js",
        "line": 3,
        "snippet": (
            "     1 | describe('outer', () => {\n"
            "     2 |   test('passes', () => {});\n"
            ">    3 |   describe('inner', () => { test('fails', () => expect(1).toBe(2)); });\n"
            "     4 |   test.skip('skipped', () => {});\n"
            "     5 |   test.todo('to do');"
        ),
    }


def test_two_tests_of_one_name_are_two(tmp_path: Path) -> None:
    body = (
        "test('same', () => {});\ntest('same', () => { throw new Error('second'); });\n"
        "test.concurrent('beside', async () => {});\ntest.concurrent('beside', async () => {});\n"
    )
    run = tools.run_jest(tools.write(tmp_path, {"a.test.js": body}))
    told = sorted((record.planned.title[0], record.outcome.name) for record in run.ledger.tests.values())
    assert told == [("beside", "EXPECTED"), ("beside", "EXPECTED"), ("same", "EXPECTED"), ("same", "UNEXPECTED")], run.output
    assert (run.ledger.whole, run.errors) == (True, [])


def test_a_file_that_two_projects_run_at_once(tmp_path: Path) -> None:
    config = (
        "module.exports = {projects: [{displayName: 'A', testTimeout: 9000}, {displayName: {name: 'B', color: 'red'}},"
        " {testTimeout: 9002}, {testTimeout: 9003}]};\n"
    )
    body = "test('waits', () => new Promise((done) => setTimeout(done, 300)));\ntest('fails', () => expect(1).toBe(2));\n"
    run = tools.run_jest(tools.write(tmp_path, {"jest.config.js": config, "a.test.js": body}), "--maxWorkers=2")
    told = sorted((record.planned.project, record.planned.title[0], record.outcome.name) for record in run.ledger.tests.values())
    assert told == sorted(
        (project, title, outcome)
        for project in ("A", "B", "", "")
        for title, outcome in (("waits", "EXPECTED"), ("fails", "UNEXPECTED"))
    )
    assert run.ledger.whole


@pytest.mark.parametrize(("dies", "code"), [("process.kill(process.pid, 'SIGKILL')", -9), ("process.exit(3)", 3)])
def test_a_jest_that_dies_leaves_the_running_test(tmp_path: Path, dies: str, code: int) -> None:
    body = f"test('first', () => {{}});\ntest('dies', () => {{ {dies}; return new Promise(() => {{}}); }});\n"
    run = tools.run_jest(tools.write(tmp_path, {"a.test.js": body}), "--runInBand")
    assert (run.told, run.finish, run.code) == ({"first": "EXPECTED", "dies": "RUNNING"}, "", code)


def test_es_modules_that_jest_does_not_load_yet_come_with_advice(tmp_path: Path) -> None:
    files = {
        "jest.config.js": "module.exports = {transform: {}};\n",
        "a.test.mjs": "import 'node:fs';\n\ntest('one', () => {});\n",
    }
    run = tools.run_jest(tools.write(tmp_path, files))
    [error] = run.errors
    assert error == (
        f"a.test.mjs:0: Must use import to load ES Module: {tmp_path}/a.test.mjs: run Jest with "
        'NODE_OPTIONS=--experimental-vm-modules: environment = {NODE_OPTIONS = "--experimental-vm-modules"} in [unit] and '
        "[integration] of ameide.toml"
    )


def test_a_place_where_jest_was_asked_for_it(tmp_path: Path) -> None:
    run = tools.run_jest(tools.write(tmp_path, {"a.test.js": "\n  test.skip('later', () => {});\n"}), "--testLocationInResults")
    assert [(each.planned.file, each.planned.line, each.planned.column) for each in run.ledger.tests.values()] == [
        ("a.test.js", 2, 8)
    ]


def test_a_thousand_tests_with_much_to_say(tmp_path: Path) -> None:
    body = (
        "for (let n = 0; n < 1000; n += 1) test(`test ${n}`, () => {\n"
        "  if (n === 7) { console.log('x'.repeat(1e6)); throw new Error('ü\\u0001'.repeat(1e5)); }\n});\n"
        "test('n'.repeat(5000), () => {});\n"
    )
    run = tools.run_jest(tools.write(tmp_path, {"a.test.js": body}))
    assert len(run.ledger.tests) == 1001
    assert [title for title, word in run.told.items() if word != "EXPECTED"] == ["test 7"]
    assert max(map(len, run.log.read_bytes().splitlines())) < 256 * 1024
    assert max(len(part) for record in run.ledger.tests.values() for part in record.planned.title) == 998
    assert run.ledger.whole


def test_a_green_run_and_an_empty_one(tmp_path: Path) -> None:
    green = tools.run_jest(tools.write(tmp_path, {"a.test.js": "test('one', () => {});\n"}))
    assert (green.told, green.finish, green.code, green.ledger.whole) == ({"one": "EXPECTED"}, "passed", 0, True)
    nothing = tools.run_jest(tmp_path, "no-such-file")
    assert (nothing.told, nothing.code) == ({}, 1)


def test_a_reporter_that_cannot_write_changes_nothing(tmp_path: Path) -> None:
    folder = tools.write(tmp_path, {"a.test.js": "test('one', () => {});\n"})
    run = tools.run_jest(folder, env={"TESTRUN_EVENTS": str(tmp_path / "no" / "folder")})
    assert (run.code, "1 passed" in run.output, run.told) == (0, True, {})


def test_workers_and_nested_runs_do_not_see_the_log(tmp_path: Path) -> None:
    body = "test('one', () => expect(process.env.TESTRUN_EVENTS).toBe(undefined));\n"
    run = tools.run_jest(tools.write(tmp_path, {"a.test.js": body, "b.test.js": body}), "--maxWorkers=2")
    assert (run.code, len(run.ledger.tests)) == (0, 2)
