"""What one shard tells, and what the real server and operator make of it: the verdict, why, the counts, the JUnit."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from envtest import cases
from envtest.told import lines, told

from testrun.envtest.pods import Pod
from testrun.envtest.processes import Process
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

Plays = Callable[[Pod], None]
STARVED = {"oomKills": 1, "memoryLimit": 512 << 20}


def runs(*titles: str, **planned: Any) -> Plays:
    """All that it plans passes."""

    def play(pod: Pod) -> None:
        pod.begins(*titles, **planned)
        for title in titles:
            pod.starts(title)
            pod.ends(title)
        pod.exits(0, titles)

    return play


def finds_no_tests(pod: Pod) -> None:
    pod.begins()
    pod.errs("Error: No tests found.\nMake sure that arguments are regular expressions matching test files.")
    pod.exits(1, ())


def skips_all(pod: Pod) -> None:
    pod.begins("adds", "pays", expected="skipped")
    for title in ("adds", "pays"):
        pod.starts(title)
        pod.ends(title, "skipped")
    pod.exits(0, ("adds", "pays"))


def times_out(pod: Pod) -> None:
    pod.begins("pays")
    pod.starts("pays")
    pod.ends("pays", "timedOut", "Test timeout of 30000ms exceeded.")
    pod.exits(1, ("pays",))


def passes_unexpectedly(pod: Pod) -> None:
    pod.begins("pays", expected="failed")
    pod.starts("pays")
    pod.ends("pays", "passed")
    pod.exits(1, ("pays",))


def crashes_its_worker(pod: Pod) -> None:
    pod.begins("pays")
    pod.starts("pays")
    pod.ends("pays", "failed", "Error: worker process exited unexpectedly (code=null, signal=SIGKILL)")
    pod.exits(1, ("pays",))


def starves(*, retry: str = "", other: str = "passed") -> Plays:
    """The kernel kills the browser under the second of two tests. ``retry``: how its next attempt ends."""

    def play(pod: Pod) -> None:
        pod.begins("adds", "pays", retries=1)
        pod.starts("adds")
        pod.ends("adds", other, "expect(received).toBe(expected)" if other == "failed" else "")
        pod.starts("pays")
        pod.ends("pays", "failed", "Error: the browser has been closed", oomKills=1)
        if retry:
            pod.starts("pays", retry=1)
            pod.ends("pays", retry, retry=1)
        pod.exits(0 if (retry, other) == ("passed", "passed") else 1, ("adds", "pays"), **STARVED)

    return play


def starves_itself(pod: Pod) -> None:
    """The kernel kills Playwright."""
    pod.begins("adds", "pays")
    pod.starts("adds")
    pod.ends("adds")
    pod.starts("pays")
    pod.exits(137, ("adds", "pays"), ("adds",), finish=None, playwrightExit=None, playwrightSignal="SIGKILL", **STARVED)


def fills_its_disk(pod: Pod) -> None:
    """Its reporter finds no room for the end of the second test; its shim does, for the last line."""
    pod.begins("adds", "pays")
    pod.starts("adds")
    pod.ends("adds")
    pod.starts("pays")
    pod.errs("testrun reporter: no space left on device: /tmp/testrun-x")
    pod.exits(0, ("adds", "pays"), ("adds",))


def retries(code: int) -> Plays:
    """A test that passes at its second attempt, with a configuration that allows that or not."""

    def play(pod: Pod) -> None:
        pod.begins("pays", retries=1)
        pod.starts("pays")
        pod.ends("pays", "failed", "expect(received).toBe(expected)")
        pod.starts("pays", retry=1)
        pod.ends("pays", retry=1)
        pod.exits(code, ("pays",))

    return play


def stops_at_max_failures(pod: Pod) -> None:
    pod.begins("adds", "pays", "ships")
    pod.starts("adds")
    pod.ends("adds", "failed", "expect(received).toBe(expected)")
    pod.errs("Testing stopped early after 1 maximum allowed failures.")
    pod.exits(1, ("adds", "pays", "ships"), ("adds",))


def passes_its_global_timeout(pod: Pod) -> None:
    pod.begins("adds", "pays")
    pod.starts("adds")
    pod.ends("adds")
    pod.starts("pays")
    pod.errs("Timed out waiting 60s for the test suite to run")
    pod.exits(1, ("adds", "pays"), ("adds",), finish="timedout")


def says_0_after_a_failure(pod: Pod) -> None:
    pod.begins("pays")
    pod.starts("pays")
    pod.ends("pays", "failed", "expect(received).toBe(expected)")
    pod.exits(0, ("pays",), finish="failed")


def says_1_without_a_failure(pod: Pod) -> None:
    pod.begins("adds")
    pod.starts("adds")
    pod.ends("adds")
    pod.exits(1, ("adds",), finish="passed")


def says_0_without_a_pass(pod: Pod) -> None:
    pod.begins("adds")
    pod.starts("adds")
    pod.ends("adds")
    pod.exits(0, ("adds",), finish="interrupted")


def leaves_a_test_out(pod: Pod) -> None:
    pod.begins("adds", "pays")
    pod.starts("adds")
    pod.ends("adds")
    pod.exits(0, ("adds", "pays"), ("adds",))


def announces_more_than_it_plans(pod: Pod) -> None:
    pod.begins("adds", announced=2)
    pod.starts("adds")
    pod.ends("adds")
    pod.exits(0, ("adds",))


def does_not_load(pod: Pod) -> None:
    pod.begins()
    pod.errs("Error: Cannot find module 'does-not-exist'", file="cart.spec.ts")
    pod.exits(1, ())


def fails_in_its_global_setup(pod: Pod) -> None:
    pod.begins("adds")
    pod.errs("Error: connect ECONNREFUSED 10.0.0.1:80")
    pod.exits(1, ("adds",), ())


def has_an_error_after_its_tests(pod: Pod) -> None:
    pod.begins("adds")
    pod.starts("adds")
    pod.ends("adds")
    pod.errs("Error: the database could not be emptied")
    pod.exits(1, ("adds",))


def finds_no_playwright(pod: Pod) -> None:
    pod.begins()
    pod.exits(125, (), playwrightExit=None, problem="@playwright/test was not found in /e2e")


def is_told_to_end(pod: Pod) -> None:
    """By nobody of ours, and without a disruption: somebody killed its process, say."""
    pod.begins("adds", "pays")
    pod.starts("adds")
    pod.ends("adds")
    pod.starts("pays")
    pod.exits(143, ("adds", "pays"), ("adds",), signal="SIGTERM")
    pod.ended(143)
    pod.run.job_status({"failedIndexes": "0"})


def falls_silent(pod: Pod) -> None:
    """The log has no last line, and Kubernetes says that all is well."""
    pod.begins("adds", "pays")
    pod.starts("adds")
    pod.ends("adds")
    pod.ended(0)
    pod.run.job_status({"completedIndexes": "0"})


SHARD = {
    "all pass": (
        runs("adds"), {},
        """
        Passed: 1 of 1 test passed
        1 passed
        adds: passed
        """,
    ),
    "a test times out": (
        times_out, {},
        """
        Failed: 1 of 1 test failed
        1 failed
        pays: failure TestTimedOut: Test timeout of 30000ms exceeded.
        """,
    ),
    "a test passes unexpectedly": (
        passes_unexpectedly, {},
        """
        Failed: 1 of 1 test failed
        1 failed
        pays: failure UnexpectedPass: expected to fail, but passed
        """,
    ),
    "a worker crashes": (
        crashes_its_worker, {},
        """
        Failed: 1 of 1 test failed
        1 failed
        pays: failure WorkerCrashed: Error: worker process exited unexpectedly (code=null, signal=SIGKILL)
        """,
    ),
    "the kernel kills a browser": (
        starves(), {},
        """
        Errored: shard 0 ran out of memory: the kernel killed 1 process of its container (memory limit 512Mi); 1 of 2
            tests without a result
        1 passed, 1 errored
        adds: passed
        pays: error OutOfMemory: out of memory: the kernel killed 1 process of its container: Error: the browser has
            been closed
        """,
    ),
    "the kernel kills a browser, and the retry passes": (
        starves(retry="passed"), {},
        """
        Passed: 2 of 2 tests passed, 1 flaky
        2 passed, 1 flaky
        adds: passed
        pays: flakyFailure OutOfMemory: out of memory: the kernel killed 1 process of its container: Error: the browser
            has been closed
        """,
    ),
    "the kernel kills a browser, and another test fails by itself": (
        starves(retry="passed", other="failed"), {},
        """
        Errored: shard 0 ran out of memory: the kernel killed 1 process of its container (memory limit 512Mi); 1 of 3
            tests failed
        1 passed, 1 failed, 1 errored, 1 flaky
        shard 0: error OutOfMemory: shard 0 ran out of memory: the kernel killed 1 process of its container (memory limit
            512Mi)
        adds: failure AssertionFailed: expect(received).toBe(expected)
        pays: flakyFailure OutOfMemory: out of memory: the kernel killed 1 process of its container: Error: the browser
            has been closed
        """,
    ),
    "the kernel kills Playwright": (
        starves_itself, {},
        """
        Errored: shard 0 ran out of memory: the kernel killed 1 process of its container (memory limit 512Mi); 1 of 2
            tests without a result
        1 passed, 1 errored
        adds: passed
        pays: error NotReported: was running when Playwright was killed by SIGKILL, out of memory: the kernel killed 1
            process of its container (memory limit 512Mi)
        """,
    ),
    "a test is flaky": (
        retries(code=0), {},
        """
        Passed: 1 of 1 test passed, 1 flaky
        1 passed, 1 flaky
        pays: flakyFailure AssertionFailed: expect(received).toBe(expected)
        """,
    ),
    "a test is flaky and that is forbidden": (
        retries(code=1), {},
        """
        Failed: 1 test was flaky and the configuration forbids it
        1 passed, 1 failed, 1 flaky
        the run: failure Failed: 1 test was flaky and the configuration forbids it
        pays: flakyFailure AssertionFailed: expect(received).toBe(expected)
        """,
    ),
    "max failures": (
        stops_at_max_failures, {},
        """
        Failed: 1 of 3 tests failed
        1 failed, 2 skipped
        adds: failure AssertionFailed: expect(received).toBe(expected)
        pays: skipped: did not run: Playwright stopped early: Testing stopped early after 1 maximum allowed failures.
        ships: skipped: did not run: Playwright stopped early: Testing stopped early after 1 maximum allowed failures.
        """,
    ),
    "no test is found": (
        finds_no_tests, {},
        """
        Errored: no test ran: Playwright found no tests for these args
        1 errored
        global error: error NoTests: shard 0 found no tests
        """,
    ),
    "an empty plan": (
        runs(), {},
        """
        Errored: no test ran: Playwright found no tests for these args
        1 errored
        the run: error Errored: no test ran: Playwright found no tests for these args
        """,
    ),
    "all are skipped": (
        skips_all, {},
        """
        Errored: no test ran: all 2 were skipped
        1 errored, 2 skipped
        the run: error Errored: no test ran: all 2 were skipped
        adds: skipped
        pays: skipped
        """,
    ),
    "only the set-up ran": (
        runs("signs in", support=True), {},
        """
        Errored: no test ran: 1 set-up test passed
        1 passed, 1 errored
        the run: error Errored: no test ran: 1 set-up test passed
        signs in: passed
        """,
    ),
    "fewer than minTests": (
        runs("adds"), {"minTests": 3},
        """
        Errored: 1 test is less than minTests 3
        1 passed, 1 errored
        the run: error Errored: 1 test is less than minTests 3
        adds: passed
        """,
    ),
    "exit code 0 and a failed test": (
        says_0_after_a_failure, {},
        """
        Errored: shard 0 ended with exit code 0, although 1 test failed; 1 of 2 tests failed
        1 failed, 1 errored
        shard 0: error ExitCodeMismatch: shard 0 ended with exit code 0, although 1 test failed
        pays: failure AssertionFailed: expect(received).toBe(expected)
        """,
    ),
    "exit code 1 and no failed test": (
        says_1_without_a_failure, {},
        """
        Errored: shard 0 ended with exit code 1, although no test failed
        1 passed, 1 errored
        shard 0: error ExitCodeMismatch: shard 0 ended with exit code 1, although no test failed
        adds: passed
        """,
    ),
    "exit code 0 and Playwright says interrupted": (
        says_0_without_a_pass, {},
        """
        Errored: shard 0 ended with exit code 0, although Playwright did not say that it passed
        1 passed, 1 errored
        shard 0: error ExitCodeMismatch: shard 0 ended with exit code 0, although Playwright did not say that it passed
        adds: passed
        """,
    ),
    "a planned test is not reported": (
        leaves_a_test_out, {},
        """
        Errored: shard 0 did not report all its tests: Playwright ended with exit code 0; 1 of 2 tests without a result
        1 passed, 1 errored
        adds: passed
        pays: error NotReported: planned, but never reported: Playwright ended with exit code 0
        """,
    ),
    "a plan that is not whole": (
        announces_more_than_it_plans, {},
        """
        Errored: shard 0 left no whole report: line 3: the plan is not whole: 2 tests are announced, 1 were received
        1 passed, 1 errored
        shard 0: error ReportIncomplete: shard 0 left no whole report: line 3: the plan is not whole: 2 tests are
            announced, 1 were received
        adds: passed
        """,
    ),
    "a log without its last line": (
        falls_silent, {},
        """
        Errored: shard 0 lost its pod: exit code 0 on node node-1; 1 of 2 tests without a result
        1 passed, 1 errored
        adds: passed
        pays: error NotReported: planned, but never reported: its pod was lost: exit code 0 on node node-1
        """,
    ),
    "a full disk": (
        fills_its_disk, {},
        """
        Errored: shard 0 had trouble with its report: testrun reporter: no space left on device: /tmp/testrun-x; 1 of 2
            tests without a result
        1 passed, 2 errored
        shard 0: error ReportIncomplete: shard 0 had trouble with its report: testrun reporter: no space left on device:
            /tmp/testrun-x
        adds: passed
        pays: error NotReported: was running when no space was left on its disk
        """,
    ),
    "a file does not load": (
        does_not_load, {},
        """
        Errored: shard 0 had an error in cart.spec.ts outside its tests: Error: Cannot find module 'does-not-exist'
        1 errored
        cart.spec.ts: error LoadError: shard 0 had an error in cart.spec.ts outside its tests: Error: Cannot find module
            'does-not-exist'
        """,
    ),
    "the global set-up fails": (
        fails_in_its_global_setup, {},
        """
        Errored: shard 0 had a global error: Error: connect ECONNREFUSED 10.0.0.1:80; 1 of 1 test without a result
        2 errored
        global error: error LoadError: shard 0 had a global error: Error: connect ECONNREFUSED 10.0.0.1:80
        adds: error NotReported: planned, but never reported: Playwright ended with exit code 1
        """,
    ),
    "a global error after the tests": (
        has_an_error_after_its_tests, {},
        """
        Errored: shard 0 had a global error: Error: the database could not be emptied
        1 passed, 1 errored
        global error: error LoadError: shard 0 had a global error: Error: the database could not be emptied
        adds: passed
        """,
    ),
    "globalTimeout": (
        passes_its_global_timeout, {},
        """
        Errored: shard 0 did not report all its tests: Playwright's globalTimeout passed; 1 of 2 tests without a result
        1 passed, 1 errored
        adds: passed
        pays: error NotReported: was running when Playwright's globalTimeout passed
        """,
    ),
    "exit code 125": (
        finds_no_playwright, {},
        """
        Errored: shard 0 could not be run: @playwright/test was not found in /e2e
        1 errored
        shard 0: error ShimProblem: shard 0 could not be run: @playwright/test was not found in /e2e
        """,
    ),
    "SIGTERM": (
        is_told_to_end, {},
        """
        Errored: shard 0 lost its pod: it was told to end (SIGTERM): Error (exit code 143) on node node-1; 1 of 2 tests
            without a result
        1 passed, 1 errored
        adds: passed
        pays: error PodLost: was running when its pod was lost: it was told to end (SIGTERM): Error (exit code 143) on
            node node-1
        """,
    ),
}  # fmt: skip
"""What it does, the spec's ``playwright`` beside the usual, and what is told of the run at its end."""


ARGS = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/playwright/properties/args/x-kubernetes-validations"


@pytest.mark.parametrize(("plays", "playwright", "expected"), SHARD.values(), ids=SHARD.keys())
def test_a_shard(run: Run, plays: Plays, playwright: dict[str, Any], expected: str):
    run.create(shards=1, **playwright)
    plays(run.start_pod(0))
    assert told(run) == lines(expected)
    assert run.condition("EvidenceStored")["status"] == "True"


def test_a_spec_from_before_a_rule_was_made(run: Run, operator: Process):
    """The API server of today would refuse it."""
    crd = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/testruns.testing.ameide.io"
    rules = ARGS.removeprefix("/").split("/")
    _, body = run.api.request("GET", crd)
    rule = functools.reduce(lambda part, key: part[int(key) if key.isdecimal() else key], rules, body)

    def changed(**change: Any) -> None:
        status, answer = run.api.request("PATCH", crd, [{"path": ARGS, **change}], content_type="application/json-patch+json")
        assert status == 200, answer

    def taken(name: str) -> bool:
        spec = {"playwright": {"image": "registry.example/e2e:1", "args": ["--list"]}}
        made = cases.body(name, spec)
        return run.api.request("POST", run.path.rpartition("/")[0], made)[0] == 201

    operator.kill()
    changed(op="remove")
    try:
        eventually(lambda: taken(run.name), what="the rule is not made yet")
    finally:
        changed(op="add", value=rule)
    names = itertools.count()
    eventually(lambda: not taken(f"{run.name}-{next(names)}"), what="the rule is made")
    operator.start()
    verdict, *rest = told(run).splitlines()
    assert verdict.startswith("Errored: the spec cannot be used: spec.playwright.args: must not hold --shard")
    assert rest == ["1 errored", verdict.replace("Errored: ", "the run: error Errored: ")]
    assert run.jobs() == []
    run.done()
