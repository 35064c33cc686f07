"""From ledgers and pod facts to test cases: every planned test gets one, and so does what went wrong around them."""

from __future__ import annotations

import pytest
from build import JOB_NAME, make_pod
from hypothesis import given
from hypothesis import strategies as st
from logs import T0, a, failing, fold, log, request

from testrun.core import cases, model
from testrun.core.model import Verdict

POD = "shop-0-a"
OOM = make_pod(pod=POD, phase="Failed", reason="OOMKilled", exit_code=137, terminated=True)
SKIPPED = {"status": "skipped", "expected": "skipped", "annotations": [{"type": "skip", "description": "needs a printer"}]}
NOT_ALL = "ended with exit code 0, although not all its tests passed or were skipped"
KILLED = "the kernel killed 1 process of its container (memory limit 512Mi)"
STARVED = {"oomKills": 1, "memoryLimit": 512 << 20}
STARVED_TEST = "out of memory: the kernel killed 1 process of its container: Error: the browser has been closed"
EARLY = {"message": "Testing stopped early after 1 maximum allowed failures."}


def killed() -> dict[str, object]:
    """An attempt that failed while the kernel killed a process of its container."""
    return failing("Error: the browser has been closed", oomKills=1)


def settle(*logs: list[bytes], pods: tuple[model.PodFacts, ...] = (), **changes):
    """One shard's result, from the logs of its pods ``shop-0-a``, ``shop-0-b``, …"""
    ledgers = [fold(lines, pod=f"shop-0-{'abc'[number]}") for number, lines in enumerate(logs)]
    return cases.settle(request(pods=pods, **changes), {0: ledgers})


def told(result: cases.RunResult) -> list[tuple[str, str, str, str]]:
    return [(case.title[-1], str(case.status), case.kind, case.message) for case in result.cases]


ONE_TEST = {
    "passed": (("passed",), {}, ("passed", "", "")),
    "failed an assertion": (
        (failing(),),
        {"code": 1, "finish": "failed"},
        ("failed", "AssertionFailed", "Error: expect(locator).toBeVisible() failed"),
    ),
    "threw": (
        (failing("TypeError: x is not a function"),),
        {"code": 1, "finish": "failed"},
        ("failed", "TypeError", "TypeError: x is not a function"),
    ),
    "threw a plain error": (
        (failing("Error: boom"),),
        {"code": 1, "finish": "failed"},
        ("failed", "Error", "Error: boom"),
    ),
    "failed without a message": (("failed",), {"code": 1, "finish": "failed"}, ("failed", "AssertionFailed", "the test failed")),
    "crashed its worker": (
        (failing("Error: worker process exited unexpectedly (code=3, signal=null)"),),
        {"code": 1, "finish": "failed"},
        ("failed", "WorkerCrashed", "Error: worker process exited unexpectedly (code=3, signal=null)"),
    ),
    "ran though it should be skipped": (
        ({"status": "passed", "expected": "skipped"},),
        {"code": 1, "finish": "failed"},
        ("failed", "UnexpectedPass", "expected to be skipped, but passed"),
    ),
    "timed out": (
        ({"status": "timedOut", "errors": [{"message": "Test timeout of 30000ms exceeded."}]},),
        {"code": 1, "finish": "failed"},
        ("failed", "TestTimedOut", "Test timeout of 30000ms exceeded."),
    ),
    "passed at the second try": ((failing(), "passed"), {}, ("flaky", "", "")),
    "skipped by its author": ((SKIPPED,), {}, ("skipped", "", "needs a printer")),
    "did not run after a failed hook": (
        ("skipped",),
        {"code": 1, "finish": "failed"},
        ("skipped", "", "did not run: a test or hook before it failed, or Playwright stopped early"),
    ),
    "failed as it should": (({"status": "failed", "expected": "failed"},), {}, ("passed", "", "")),
    "passed though it should fail": (
        ({"status": "passed", "expected": "failed"},),
        {"code": 1, "finish": "failed"},
        ("failed", "UnexpectedPass", "expected to fail, but passed"),
    ),
}


@pytest.mark.parametrize(("attempts", "end", "expected"), ONE_TEST.values(), ids=ONE_TEST.keys())
def test_the_case_of_a_test(attempts, end, expected):
    result = settle(log(a("pays", *attempts), **end))
    assert told(result)[-1] == ("pays", *expected)


# What a shard's pods and Kubernetes tell -> cases, result and message of the shard.
SHARDS = {
    "all passed": (
        {"logs": [log(a("adds", "passed"), a("pays", SKIPPED))]},
        [("adds", "passed", "", ""), ("pays", "skipped", "", "needs a printer")],
        (Verdict.PASSED, ""),
    ),
    "one failed": (
        {"logs": [log(a("adds", "passed"), a("pays", failing("Error: boom")), code=1, finish="failed")]},
        [("adds", "passed", "", ""), ("pays", "failed", "Error", "Error: boom")],
        (Verdict.FAILED, "1 of 2 tests failed"),
    ),
    "flaky tests are forbidden": (
        {"logs": [log(a("adds", "passed"), a("pays", failing(), "passed"), code=1, finish="failed")]},
        [("adds", "passed", "", ""), ("pays", "flaky", "", "")],
        (Verdict.FAILED, "1 flaky test, and the configuration forbids it"),
    ),
    "an empty shard": ({"logs": [log()]}, [], (Verdict.PASSED, "")),
    "the pod dies while a test runs": (
        {
            "logs": [log(a("adds", "passed"), a("pays", "running"), a("ships"), code=None, finish=None)],
            "pods": (OOM,),
        },
        [
            ("adds", "passed", "", ""),
            ("pays", "errored", "PodLost", "was running when its pod was lost: OOMKilled (exit code 137) on node n1"),
            (
                "ships",
                "errored",
                "NotReported",
                "planned, but never reported: its pod was lost: OOMKilled (exit code 137) on node n1",
            ),
        ],
        (Verdict.ERRORED, "lost its pod: OOMKilled (exit code 137) on node n1; 2 of 3 tests without a result"),
    ),
    "the pod dies after its last test": (
        {"logs": [log(a("adds", "passed"), code=None)], "pods": (OOM,)},
        [
            ("shard 0", "errored", "PodLost", "shard 0 lost its pod: OOMKilled (exit code 137) on node n1"),
            ("adds", "passed", "", ""),
        ],
        (Verdict.ERRORED, "lost its pod: OOMKilled (exit code 137) on node n1"),
    ),
    "the pod dies before its plan, and Kubernetes knows nothing": (
        {"logs": [log(code=None, finish=None)[:1]]},
        [("shard 0", "errored", "PodLost", "shard 0 lost its pod: Kubernetes knows nothing of its end")],
        (Verdict.ERRORED, "lost its pod: Kubernetes knows nothing of its end"),
    ),
    "no pod was ever seen": (
        {"logs": []},
        [("shard 0", "errored", "ShardLost", "shard 0 never began: no pod was ever seen")],
        (Verdict.ERRORED, "never began: no pod was ever seen"),
    ),
    "the image cannot be pulled": (
        {
            "logs": [],
            "pods": (make_pod(pod=POD, phase="Pending", reason="ErrImagePull", message="not found", started=False, node=""),),
        },
        [("shard 0", "errored", "ShardLost", "shard 0 never began: ErrImagePull: not found")],
        (Verdict.ERRORED, "never began: ErrImagePull: not found"),
    ),
    "the pod ended, and nothing of its log arrived": (
        {
            "logs": [],
            "pods": (
                make_pod(
                    pod=POD,
                    exit_code=0,
                    terminated=True,
                    termination={"v": 1, "code": 0, "planned": 3, "reported": 3, "passed": 3, "sent": False},
                ),
            ),
        },
        [
            (
                "shard 0",
                "errored",
                "ShardLost",
                "shard 0 was lost: nothing of its report reached the server: exit code 0 on node n1; "
                "3 of 3 tests were reported, and not all of that was sent",
            )
        ],
        (
            Verdict.ERRORED,
            "was lost: nothing of its report reached the server: exit code 0 on node n1; "
            "3 of 3 tests were reported, and not all of that was sent",
        ),
    ),
    "the shim finds no Playwright": (
        {"logs": [log(code=125, finish=None, exit_={"problem": "@playwright/test is not installed", "playwrightExit": None})]},
        [
            (
                "shard 0",
                "errored",
                "ShimProblem",
                "shard 0 could not be run: @playwright/test is not installed",
            )
        ],
        (Verdict.ERRORED, "could not be run: @playwright/test is not installed"),
    ),
    "a file does not load": (
        {
            "logs": [
                log(
                    code=1,
                    finish="failed",
                    errors=[{"message": "SyntaxError: cart.spec.ts: Unexpected token", "file": "cart.spec.ts", "line": 3}],
                )
            ]
        },
        [
            (
                "cart.spec.ts",
                "errored",
                "LoadError",
                "shard 0 had an error in cart.spec.ts outside its tests: SyntaxError: cart.spec.ts: Unexpected token",
            )
        ],
        (Verdict.ERRORED, "had an error in cart.spec.ts outside its tests: SyntaxError: cart.spec.ts: Unexpected token"),
    ),
    "no file loads, so there are no tests": (
        {
            "logs": [
                log(
                    code=1,
                    finish="failed",
                    errors=[{"message": "SyntaxError: no", "file": "cart.spec.ts"}, {"message": "Error: No tests found"}],
                )
            ]
        },
        [
            (
                "cart.spec.ts",
                "errored",
                "LoadError",
                "shard 0 had an error in cart.spec.ts outside its tests: SyntaxError: no",
            )
        ],
        (Verdict.ERRORED, "had an error in cart.spec.ts outside its tests: SyntaxError: no"),
    ),
    "the global set-up fails": (
        {"logs": [log(code=1, finish="failed", errors=[{"message": "Error: no database"}])]},
        [("global error", "errored", "LoadError", "shard 0 had a global error: Error: no database")],
        (Verdict.ERRORED, "had a global error: Error: no database"),
    ),
    "the disk is full when a test ends": (
        {
            "logs": [
                log(
                    a("adds", "running"),
                    a("pays"),
                    finish=None,
                    errors=[{"message": "testrun reporter: no space left on device: /tmp/testrun-x"}],
                )
            ]
        },
        [
            (
                "shard 0",
                "errored",
                "ReportIncomplete",
                "shard 0 had trouble with its report: testrun reporter: no space left on device: /tmp/testrun-x",
            ),
            ("adds", "errored", "NotReported", "was running when no space was left on its disk"),
            ("pays", "errored", "NotReported", "planned, but never reported: no space was left on its disk"),
        ],
        (
            Verdict.ERRORED,
            "had trouble with its report: testrun reporter: no space left on device: /tmp/testrun-x; "
            "2 of 2 tests without a result",
        ),
    ),
    "no test matches": (
        {"logs": [log(code=1, finish="failed", errors=[{"message": "Error: No tests found"}])]},
        [("global error", "errored", "NoTests", "shard 0 found no tests")],
        (Verdict.ERRORED, "found no tests"),
    ),
    "maxFailures stops Playwright": (
        {
            "logs": [
                log(
                    a("adds", failing("Error: boom")),
                    a("pays", "interrupted"),
                    a("ships"),
                    code=1,
                    finish="failed",
                    errors=[EARLY],
                )
            ]
        },
        [
            ("adds", "failed", "Error", "Error: boom"),
            ("pays", "skipped", "", f"was interrupted: Playwright stopped early: {EARLY['message']}"),
            ("ships", "skipped", "", f"did not run: Playwright stopped early: {EARLY['message']}"),
        ],
        (Verdict.FAILED, "1 of 3 tests failed"),
    ),
    "globalTimeout passes": (
        {
            "logs": [
                log(
                    a("adds", "passed"),
                    a("pays", "interrupted"),
                    a("ships"),
                    code=1,
                    finish="timedout",
                    errors=[{"message": "Timed out waiting 3s for the test suite to run"}],
                )
            ]
        },
        [
            ("adds", "passed", "", ""),
            ("pays", "errored", "NotReported", "was running when Playwright's globalTimeout passed"),
            ("ships", "errored", "NotReported", "planned, but never reported: Playwright's globalTimeout passed"),
        ],
        (
            Verdict.ERRORED,
            "did not report all its tests: Playwright's globalTimeout passed; 2 of 3 tests without a result",
        ),
    ),
    "globalTimeout passes after the last test": (
        {
            "logs": [
                log(a("adds", "passed"), code=1, finish="timedout", errors=[{"message": "Timed out waiting 3s for the teardown"}])
            ]
        },
        [
            (
                "shard 0",
                "errored",
                "ExitCodeMismatch",
                "shard 0 ended with exit code 1: Playwright's globalTimeout passed",
            ),
            ("adds", "passed", "", ""),
        ],
        (Verdict.ERRORED, "ended with exit code 1: Playwright's globalTimeout passed"),
    ),
    "Playwright is killed": (
        {
            "logs": [
                log(
                    a("adds", "running"),
                    code=137,
                    finish=None,
                    exit_={"playwrightExit": None, "playwrightSignal": "SIGKILL", "output": "Killed"},
                )
            ]
        },
        [("adds", "errored", "NotReported", "was running when Playwright was killed by SIGKILL")],
        (Verdict.ERRORED, "did not report all its tests: Playwright was killed by SIGKILL; 1 of 1 test without a result"),
    ),
    "the kernel kills Playwright": (
        {
            "logs": [
                log(
                    a("adds", "passed"),
                    a("pays", "running"),
                    code=137,
                    finish=None,
                    exit_={"playwrightExit": None, "playwrightSignal": "SIGKILL", **STARVED},
                )
            ]
        },
        [
            ("adds", "passed", "", ""),
            ("pays", "errored", "NotReported", f"was running when Playwright was killed by SIGKILL, out of memory: {KILLED}"),
        ],
        (Verdict.ERRORED, f"ran out of memory: {KILLED}; 1 of 2 tests without a result"),
    ),
    "the kernel kills the browser under a test": (
        {"logs": [log(a("adds", "passed"), a("pays", killed()), code=1, finish="failed", exit_=STARVED)]},
        [("adds", "passed", "", ""), ("pays", "errored", "OutOfMemory", STARVED_TEST)],
        (Verdict.ERRORED, f"ran out of memory: {KILLED}; 1 of 2 tests without a result"),
    ),
    "… and Playwright stops at maxFailures": (
        {"logs": [log(a("adds", killed()), a("pays"), code=1, finish="failed", errors=[EARLY], exit_=STARVED)]},
        [
            ("adds", "errored", "OutOfMemory", STARVED_TEST),
            ("pays", "skipped", "", f"did not run: Playwright stopped early: {EARLY['message']}"),
        ],
        (Verdict.ERRORED, f"ran out of memory: {KILLED}; 1 of 2 tests without a result"),
    ),
    "… of a test that should fail": (
        {"logs": [log(a("pays", killed(), expected="failed"), exit_=STARVED)]},
        [("pays", "errored", "OutOfMemory", STARVED_TEST)],
        (Verdict.ERRORED, f"ran out of memory: {KILLED}; 1 of 1 test without a result"),
    ),
    "… and the retry passes": (
        {"logs": [log(a("pays", killed(), "passed"), exit_=STARVED)]},
        [("pays", "flaky", "", "")],
        (Verdict.PASSED, ""),
    ),
    "… and the retry passes, where flaky tests are forbidden": (
        {"logs": [log(a("pays", killed(), "passed"), code=1, finish="failed", exit_=STARVED)]},
        [("shard 0", "errored", "OutOfMemory", f"shard 0 ran out of memory: {KILLED}"), ("pays", "flaky", "", "")],
        (Verdict.ERRORED, f"ran out of memory: {KILLED}"),
    ),
    "… and the retry fails by itself": (
        {"logs": [log(a("pays", failing("Error: boom"), killed()), code=1, finish="failed", exit_=STARVED)]},
        [
            ("shard 0", "errored", "OutOfMemory", f"shard 0 ran out of memory: {KILLED}"),
            ("pays", "failed", "Error", "Error: boom"),
        ],
        (Verdict.ERRORED, f"ran out of memory: {KILLED}"),
    ),
    "the kernel kills what no test told of, and all pass": (
        {"logs": [log(a("adds", "passed"), exit_=STARVED)]},
        [("adds", "passed", "", "")],
        (Verdict.PASSED, ""),
    ),
    "the node is drained and no pod comes back": (
        {
            "logs": [log(a("adds", "interrupted"), code=143, finish="interrupted", signal="SIGTERM")],
            "pods": (make_pod(pod=POD, reason="DisruptionTarget", message="node is drained", disrupted=True),),
        },
        [
            (
                "adds",
                "errored",
                "PodLost",
                "was running when its pod was lost: it was told to end (SIGTERM): DisruptionTarget: node is drained on node n1",
            )
        ],
        (
            Verdict.ERRORED,
            "lost its pod: it was told to end (SIGTERM): DisruptionTarget: node is drained on node n1; "
            "1 of 1 test without a result",
        ),
    ),
    "exit code 0, and a test did not run": (
        {"logs": [log(a("adds", "passed"), a("pays", "skipped"))]},
        [
            ("shard 0", "errored", "ExitCodeMismatch", f"shard 0 {NOT_ALL}"),
            ("adds", "passed", "", ""),
            ("pays", "skipped", "", ""),
        ],
        (Verdict.ERRORED, NOT_ALL),
    ),
    "exit code 0, and Playwright stopped early in a test": (
        {"logs": [log(a("adds", "passed"), a("pays", "interrupted"), errors=[EARLY])]},
        [
            ("shard 0", "errored", "ExitCodeMismatch", f"shard 0 {NOT_ALL}"),
            ("adds", "passed", "", ""),
            ("pays", "skipped", "", f"was interrupted: Playwright stopped early: {EARLY['message']}"),
        ],
        (Verdict.ERRORED, NOT_ALL),
    ),
    "exit code 0, and Playwright stopped early before a test": (
        {"logs": [log(a("adds", "passed"), a("pays"), errors=[EARLY])]},
        [
            ("shard 0", "errored", "ExitCodeMismatch", f"shard 0 {NOT_ALL}"),
            ("adds", "passed", "", ""),
            ("pays", "skipped", "", f"did not run: Playwright stopped early: {EARLY['message']}"),
        ],
        (Verdict.ERRORED, NOT_ALL),
    ),
    "exit code 0, and a test failed": (
        {"logs": [log(a("adds", failing("Error: boom")), code=0)]},
        [
            ("shard 0", "errored", "ExitCodeMismatch", "shard 0 ended with exit code 0, although 1 test failed"),
            ("adds", "failed", "Error", "Error: boom"),
        ],
        (Verdict.ERRORED, "ended with exit code 0, although 1 test failed"),
    ),
    "exit code 0, and Playwright never said that it passed": (
        {"logs": [log(a("adds", "passed"), code=0, finish=None)]},
        [
            (
                "shard 0",
                "errored",
                "ExitCodeMismatch",
                "shard 0 ended with exit code 0, although Playwright did not say that it passed",
            ),
            ("adds", "passed", "", ""),
        ],
        (Verdict.ERRORED, "ended with exit code 0, although Playwright did not say that it passed"),
    ),
    "exit code 1, and no test failed": (
        {"logs": [log(a("adds", "passed"), code=1, finish="failed")]},
        [
            ("shard 0", "errored", "ExitCodeMismatch", "shard 0 ended with exit code 1, although no test failed"),
            ("adds", "passed", "", ""),
        ],
        (Verdict.ERRORED, "ended with exit code 1, although no test failed"),
    ),
    "Kubernetes saw another exit code": (
        {"logs": [log(a("adds", "passed"))], "pods": (OOM,)},
        [
            ("shard 0", "errored", "ExitCodeMismatch", "shard 0 says exit code 0, Kubernetes says 137"),
            ("adds", "passed", "", ""),
        ],
        (Verdict.ERRORED, "says exit code 0, Kubernetes says 137"),
    ),
    "a line is garbage": (
        {"logs": [[*log(a("adds", "passed"))[:2], b"garbage", *log(a("adds", "passed"))[2:]]]},
        [
            ("shard 0", "errored", "ReportIncomplete", "shard 0 left no whole report: line 3: not JSON"),
            ("adds", "passed", "", ""),
        ],
        (Verdict.ERRORED, "left no whole report: line 3: not JSON"),
    ),
    "it ran as part of another split": (
        {"logs": [log(a("adds", "passed"), shards=4)]},
        [
            (
                "shard 0",
                "errored",
                "ReportIncomplete",
                "shard 0 left no whole report: it ran as one of 4 shards, not of 1",
            ),
            ("adds", "passed", "", ""),
        ],
        (Verdict.ERRORED, "left no whole report: it ran as one of 4 shards, not of 1"),
    ),
    "the reporter had trouble": (
        {"logs": [log(a("adds", "passed"), errors=[{"message": "testrun reporter: no space left"}])]},
        [
            (
                "shard 0",
                "errored",
                "ReportIncomplete",
                "shard 0 had trouble with its report: testrun reporter: no space left",
            ),
            ("adds", "passed", "", ""),
        ],
        (Verdict.ERRORED, "had trouble with its report: testrun reporter: no space left"),
    ),
    "cancelled while a test ran": (
        {
            "logs": [
                log(a("adds", "passed"), a("pays", "interrupted"), a("ships"), code=143, finish="interrupted", signal="SIGTERM")
            ],
            "stopped": Verdict.CANCELLED,
        },
        [
            ("adds", "passed", "", ""),
            ("pays", "errored", "Cancelled", "was running when the run was cancelled"),
            ("ships", "errored", "Cancelled", "cancelled before it ran"),
        ],
        (Verdict.CANCELLED, "was cancelled before it ended"),
    ),
    "timed out before it began": (
        {"logs": [], "stopped": Verdict.TIMED_OUT},
        [("shard 0", "errored", "TimedOut", "shard 0 timed out before it ended")],
        (Verdict.TIMED_OUT, "timed out before it ended"),
    ),
    "ended by itself before the cancel": (
        {"logs": [log(a("adds", "passed"))], "stopped": Verdict.CANCELLED},
        [("adds", "passed", "", "")],
        (Verdict.PASSED, ""),
    ),
}


@pytest.mark.parametrize(("told_by", "expected", "shard"), SHARDS.values(), ids=SHARDS.keys())
def test_a_shard(told_by, expected, shard):
    result = settle(*told_by["logs"], pods=told_by.get("pods", ()), stopped=told_by.get("stopped"))
    assert sorted(told(result)) == sorted(expected)
    assert [(each.result, each.message) for each in result.shards] == [shard]
    assert result.counts == cases.count(result.cases) == result.shards[0].counts


class TestReplacedPods:
    def lost(self, *tests, pod="shop-0-a"):
        return log(*tests, code=None, finish=None, pod=pod)

    def test_the_later_result_wins_and_both_attempts_are_listed(self):
        first = self.lost(a("adds", failing("Error: boom")), a("pays", "running"))
        second = log(a("adds", "passed"), a("pays", "passed"), pod="shop-0-b", time=T0 + 90_000)
        result = settle(first, second)
        assert [(case.title[-1], case.status) for case in result.cases] == [
            ("adds", model.CaseStatus.FLAKY),
            ("pays", model.CaseStatus.PASSED),
        ]
        assert [[(each.status, each.pod) for each in case.attempts] for case in result.cases] == [
            [("failed", "shop-0-a"), ("passed", "shop-0-b")],
            [("lost", "shop-0-a"), ("passed", "shop-0-b")],
        ]
        assert (result.shards[0].result, result.shards[0].attempts, result.shards[0].duration) == (Verdict.PASSED, 2, 150.0)

    def test_finished_tests_are_kept_when_the_new_pod_dies_too(self):
        first = self.lost(a("adds", "passed"), a("pays", "running"))
        second = self.lost(a("adds", "running"), a("pays"), pod="shop-0-b")
        result = settle(first, second, pods=(OOM, make_pod(pod="shop-0-b", reason="Evicted", exit_code=143)))
        assert told(result) == [
            ("adds", "passed", "", ""),
            (
                "pays",
                "errored",
                "NotReported",
                "planned, but never reported: its pod was lost: Evicted (exit code 143) on node n1",
            ),
        ]

    def test_a_test_that_the_new_pod_never_planned_is_not_skipped_because_that_one_stopped_early(self):
        first = self.lost(a("adds", "running"))
        early = {"message": "Testing stopped early after 1 maximum allowed failures."}
        result = settle(first, log(a("pays", "passed"), errors=[early], pod="shop-0-b", time=T0 + 90_000))
        assert [(case.title[-1], case.status) for case in result.cases] == [
            ("adds", model.CaseStatus.ERRORED),
            ("pays", model.CaseStatus.PASSED),
        ]
        assert result.shards[0].result is Verdict.ERRORED

    def test_kubernetes_tells_which_pod_is_newer_whatever_their_clocks_say(self):
        first = log(a("adds", failing()), code=1, finish="failed", time=T0 + 90_000)
        second = log(a("adds", "passed"), pod="shop-0-b", time=T0)
        pods = tuple(make_pod(pod=pod, terminated=True) for pod in ("shop-0-a", "shop-0-b"))
        assert [settle(first, second, pods=each).shards[0].result for each in (pods, pods[::-1])] == [
            Verdict.PASSED,
            Verdict.FAILED,
        ]

    def test_pods_that_kubernetes_has_forgotten_are_older_and_ordered_by_their_clocks(self):
        logs = [
            log(a("adds", "passed"), time=T0 + 90_000),
            log(a("adds", "passed"), pod="shop-0-b", time=T0 + 60_000),
            log(a("adds", "passed"), pod="shop-0-c", time=T0),
        ]
        result = settle(*logs, pods=(make_pod(pod="shop-0-c"),))
        assert [attempt.pod for attempt in result.cases[0].attempts] == ["shop-0-b", "shop-0-a", "shop-0-c"]

    def test_the_order_in_which_ledgers_are_given_does_not_matter(self):
        first = fold(self.lost(a("adds", failing())), pod="shop-0-a")
        second = fold(log(a("adds", "passed"), pod="shop-0-b", time=T0 + 1), pod="shop-0-b")
        assert cases.settle(request(), {0: [first, second]}) == cases.settle(request(), {0: [second, first]})

    def test_a_pod_that_was_told_to_end_does_not_decide_over_the_one_after_it(self):
        drained = log(a("adds", "interrupted"), code=143, finish="interrupted", signal="SIGTERM")
        later = self.lost(a("adds", "running"), pod="shop-0-b")
        killed = make_pod(pod="shop-0-b", reason="OOMKilled", exit_code=137)
        shard = settle(drained, later, pods=(make_pod(pod="shop-0-a", disrupted=True), killed)).shards[0]
        assert shard.message == "lost its pod: OOMKilled (exit code 137) on node n1; 1 of 1 test without a result"

    def test_a_whole_report_decides_over_a_later_pod_that_died(self):
        whole = log(a("adds", "passed"))
        later = self.lost(a("adds", "running"), pod="shop-0-b")
        assert settle(whole, later).shards[0].result is Verdict.PASSED


def test_an_errored_case_carries_what_kubernetes_knows():
    pod = make_pod(
        pod=POD,
        image="shop-e2e:1",
        phase="Failed",
        reason="OOMKilled",
        exit_code=137,
        log_tail="line 1\nline 2",
        events=("Killing: stop",),
    )
    result = settle(log(a("pays", "running"), code=None, finish=None), pods=(pod,))
    assert result.cases[0].details == (
        f"pod: {POD}\nnode: n1\nimage: shop-e2e:1\nphase: Failed\nreason: OOMKilled\nexit code: 137\n"
        "events:\n  Killing: stop\nlast log lines:\nline 1\nline 2"
    )


def test_only_a_test_that_never_began_was_not_reached():
    tests = (a("adds", "passed"), a("pays", "running"), a("packs", "interrupted"), a("ships"))
    result = settle(log(*tests, code=None, finish=None), pods=(OOM,))
    reached = {case.title[-1]: case.reached for case in result.cases}
    assert reached == {"adds": True, "pays": True, "packs": True, "ships": False}


def test_every_shard_that_never_began_says_why_the_run_was_given_up():
    why = "no shard could run for 60 s (VolumeMount): shard 0: FailedMount: no ConfigMap"
    creating = make_pod(
        pod=POD, phase="Pending", reason="ContainerCreating", started=False, events=("FailedMount: no ConfigMap",)
    )
    result = settle(pods=(creating,), shards=2, stopped=Verdict.ERRORED, stopped_message=why)
    assert [(case.message, case.details) for case in result.cases] == [
        (
            "shard 0 never began: ContainerCreating on node n1",
            f"{why}\npod: {POD}\nnode: n1\nphase: Pending\nreason: ContainerCreating\nevents:\n  FailedMount: no ConfigMap",
        ),
        (f"shard 1 never began: {why}", why),
    ]


def test_thousands_of_tests_that_never_ran_do_not_repeat_the_facts_thousands_of_times():
    pod = make_pod(pod=POD, reason="Evicted", log_tail="x" * 8000)
    result = settle(log(*(a(str(number)) for number in range(150)), code=None, finish=None), pods=(pod,))
    assert [bool(case.details) for case in result.cases].count(True) == cases.DETAILS_TOLD


def test_shards_are_told_apart_and_sorted_by_project_file_line_and_title():
    def told_by(index):
        pod = f"{JOB_NAME}-{index}"
        tests = (a("z", "passed", line=1), a("b", "passed", line=9), a("a", "passed", line=9, project="mobile"))
        return fold(log(*tests, index=index, shards=2, pod=pod), pod=pod, index=index)

    result = cases.settle(request(shards=2), {1: [told_by(1)], 0: [told_by(0)]})
    assert [(case.project, case.line, case.title[-1], case.shard) for case in result.cases] == [
        ("", 1, "z", 0), ("", 1, "z", 1), ("", 9, "b", 0), ("", 9, "b", 1), ("mobile", 9, "a", 0), ("mobile", 9, "a", 1),
    ]  # fmt: skip
    assert result.nodes == {f"{JOB_NAME}-0": "n1", f"{JOB_NAME}-1": "n1"}


def test_a_test_that_only_sets_up_is_a_case_like_others_and_is_told_apart():
    tests = (a("signs in", "passed", project="setup", support=True), a("adds", SKIPPED), a("pays", "passed"))
    result = settle(log(*tests, a("cleans up", SKIPPED, project="teardown", support=True)))
    assert [(case.title[-1], case.support) for case in result.cases] == [
        ("adds", False), ("pays", False), ("signs in", True), ("cleans up", True),
    ]  # fmt: skip
    assert (result.counts, result.helped, result.ran) == (model.Counts(tests=4, passed=2, skipped=2), 1, 1)


def test_a_log_that_no_shim_began_adds_no_tests():
    result = settle(log(a("adds", "passed")), log(a("forged", "passed"))[1:])
    assert told(result) == [("adds", "passed", "", "")]


def test_an_attachment_that_never_arrived_says_so():
    kept = {"name": "trace", "contentType": "application/zip", "file": "1-trace.zip", "bytes": 9, "sha256": "a" * 64}
    lost = kept | {"name": "video", "contentType": "video/webm", "file": "2-video.webm"}
    ledger = fold(log(a("pays", failing(attachments=[kept, lost])), code=1, finish="failed"))
    path = f"phase-3/shard-0/{POD}/attachments/1-trace.zip"
    result = cases.settle(request(), {0: [ledger]}, stored={path})
    assert [(each.path, each.note) for each in result.cases[0].attempts[0].attachments] == [
        (path, ""),
        (None, "it never reached the server"),
    ]


STATUS = st.sampled_from(["passed", "failed", "timedOut", "skipped", "interrupted", "running"])
TESTS = st.lists(st.lists(STATUS, max_size=3), max_size=4).map(
    lambda tests: [a(str(number), *attempts) for number, attempts in enumerate(tests)]
)


@given(
    TESTS,
    st.sampled_from([0, 1, 125, 137, 143, None]),
    st.sampled_from(["passed", "failed", None]),
    st.sampled_from([None, "SIGTERM"]),
)
def test_no_shard_is_green_unless_everything_agrees(tests, code, finish, signal):
    result = settle(log(*tests, code=code, finish=finish, signal=signal))
    if result.shards[0].result is Verdict.PASSED:
        assert (code, finish) == (0, "passed")
        assert all(test.attempts for test in tests)
        assert all("passed" in test.attempts for test in tests)
        assert result.counts.failed == result.counts.errored == 0
    else:
        assert result.shards[0].message
    assert result.counts.tests >= len(tests)
