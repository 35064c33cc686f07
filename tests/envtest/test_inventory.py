"""``ameide testrun inventory`` over real TestRuns: hooks and acceptance, their last verdict, flakiness, and what never ran."""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from testrun.envtest.control_plane import ApiServer
from testrun.envtest.processes import Body
from testrun.envtest.runs import RUNS

NOW = datetime.datetime.now(datetime.UTC)
SYNCED = {
    "argocd.argoproj.io/hook": "PostSync",
    "argocd.argoproj.io/tracking-id": "storefront:testing.ameide.io/TestRun:shop/smoke",
}
RELEASED = {"helm.sh/hook": "test"}


def manifest(name: str = "", **metadata: Any) -> Body:
    return {
        "apiVersion": "testing.ameide.io/v1alpha1",
        "kind": "TestRun",
        "metadata": {"name": name, **metadata} if name else metadata,
        "spec": {"playwright": {"image": "registry.example/e2e:1"}},
    }


class Shop:
    """A namespace whose TestRuns the test makes, with the status that an operator would have written."""

    def __init__(self, apiserver: ApiServer, namespace: str) -> None:
        self.apiserver, self.namespace = apiserver, namespace

    def run(self, name: str, verdict: str, *, hours_ago: int, flaky: int = 0, **metadata: Any) -> None:
        """A run of 48 seconds with 42 tests, that long ago. Without a verdict nobody has looked at it yet."""
        path = f"{RUNS}/namespaces/{self.namespace}/testruns"
        status, made = self.apiserver.request("POST", path, manifest(name, **metadata))
        assert status == 201, made
        if verdict:
            made["status"] = self._status(verdict, NOW - datetime.timedelta(hours=hours_ago), flaky)
            status, answer = self.apiserver.request("PUT", f"{path}/{made['metadata']['name']}/status", made)
            assert status == 200, answer

    @staticmethod
    def _status(verdict: str, end: datetime.datetime, flaky: int) -> Body:
        failed = 0 if verdict == "Passed" else 2
        succeeded = {
            "type": "Succeeded", "status": "True" if verdict == "Passed" else "False", "reason": verdict,
            "message": f"{42 - failed} of 42 tests passed", "lastTransitionTime": stamp(end), "observedGeneration": 1,
        }  # fmt: skip
        return {
            "observedGeneration": 1, "state": verdict, "conditions": [succeeded], "startTime": stamp(end, -48),
            "completionTime": stamp(end),
            "summary": {"tests": 42, "passed": 42 - failed, "failed": failed, "errored": 0, "skipped": 0, "flaky": flaky},
        }  # fmt: skip

    def ameide(self, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("ameide")), "testrun", "inventory", *args]
        environment = {**os.environ, "KUBECONFIG": str(self.apiserver.kubeconfig), "COLUMNS": "60"}
        return subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, timeout=60, check=False)


def stamp(moment: datetime.datetime, seconds: float = 0) -> str:
    return (moment + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def shop(apiserver: ApiServer, namespace: str) -> Shop:
    """Two syncs of an application, the tests of a release, a nightly run, and somebody's own."""
    one = Shop(apiserver, namespace)
    one.run("smoke-7f3c2d1-postsync-1764115200", "Failed", hours_ago=30, generateName="smoke-", annotations=SYNCED)
    one.run("smoke-7f3c2d1-postsync-1764118800", "Passed", hours_ago=29, generateName="smoke-", annotations=SYNCED)
    one.run("smoke-8a4d3e2-postsync-1764122400", "Passed", hours_ago=5, flaky=1, generateName="smoke-", annotations=SYNCED)
    one.run("release-test", "", hours_ago=0, annotations=RELEASED, labels={"app.kubernetes.io/instance": "shop"})
    one.run("nightly", "Failed", hours_ago=12, labels={"testing.ameide.io/used-as": "acceptance"})
    one.run("mine", "Passed", hours_ago=2)
    return one


def test_hooks_and_acceptance_as_a_table(shop: Shop) -> None:
    told = shop.ameide("-n", shop.namespace)

    assert (told.returncode, told.stderr) == (0, "hint: 1 other run not listed: --others\n")
    assert re.sub(r"never    \d+s *", "never    now   ", told.stdout).splitlines() == [
        "NAME           APP          USED AS      LAST     AGE   TIME   RUNS   FLAKY    MESSAGE",
        "release-test   shop         helm test    never    now   1               now Pending: release-test",
        "smoke          storefront   PostSync     Passed   5h    48 s   3      2 of 3   42 of 42 tests passed",
        "nightly                     acceptance   Failed   12h   48 s   1      0 of 1   40 of 42 tests passed",
    ]


def test_others_too_in_markdown(shop: Shop) -> None:
    told = shop.ameide("-n", shop.namespace, "--markdown", "--others")

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[0] == "| Name | App | Used as | Last | Age | Time | Runs | Flaky | Message |"
    assert told.stdout.splitlines()[-1] == "| mine |  | other | Passed | 2h | 48 s | 1 | 0 of 1 | 42 of 42 tests passed |"


def test_all_namespaces_as_json(shop: Shop) -> None:
    told = shop.ameide("--json")

    suites = [each for each in json.loads(told.stdout)["suites"] if each["namespace"] == shop.namespace]
    assert [(each["usedAs"], each["name"], each["last"] and each["last"]["name"]) for each in suites] == [
        ("hook", "release-test", None),
        ("hook", "smoke", "smoke-8a4d3e2-postsync-1764122400"),
        ("acceptance", "nightly", "nightly"),
    ]
    assert suites[2] == {
        "namespace": shop.namespace, "name": "nightly", "app": "", "usedAs": "acceptance", "hook": "", "runs": 1, "ran": 1,
        "flaky": 0, "current": None, "definedIn": "",
        "last": {
            "name": "nightly", "state": "Failed", "verdict": "Failed", "message": "40 of 42 tests passed",
            "image": "registry.example/e2e:1", "revision": "", "creationTime": suites[2]["last"]["creationTime"],
            "completionTime": stamp(NOW, -12 * 3600), "durationSeconds": 48.0,
        },
    }  # fmt: skip


def test_what_a_manifest_defines_and_no_run_is_of(shop: Shop) -> None:
    """As a rendered chart has them: among other objects, with and without a namespace, and one of another."""
    rendered = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}},
        manifest(generateName="smoke-", annotations=SYNCED),
        manifest("deep", annotations=SYNCED),
        manifest("elsewhere", namespace="another", annotations=SYNCED),
    ]

    told = shop.ameide("-n", shop.namespace, "-f", "-", "--json", stdin=yaml.safe_dump_all(rendered))

    suites = json.loads(told.stdout)["suites"]
    assert {each["name"]: (each["runs"], each["definedIn"]) for each in suites} == {
        "smoke": (3, ""), "deep": (0, "stdin"), "release-test": (1, ""), "nightly": (1, ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("args", "stdin", "told"),
    [
        pytest.param(
            ["-f", "-"], "a: [", "error: stdin is not YAML: while parsing a flow node expected the node content, but found "
            '\'<stream end>\' in "<byte string>", line 1, column 5: a: [ ^\n'
            "hint: name files of Kubernetes objects, or pipe `helm template` into -f -\n", id="a file that is no YAML",
        ),
        pytest.param(
            ["--json", "--markdown"], "", "error: --markdown and --json exclude each other\n"
            "hint: ameide testrun inventory --help\n", id="two ways to print",
        ),
        pytest.param(["-f", "gone.yaml"], "", "error: gone.yaml cannot be read: No such file or directory\n", id="no file"),
    ],
)  # fmt: skip
def test_what_cannot_be_listed(apiserver: ApiServer, namespace: str, args: list[str], stdin: str, told: str) -> None:
    answer = Shop(apiserver, namespace).ameide(*args, stdin=stdin)

    assert (answer.returncode, answer.stdout, answer.stderr) == (2, "", told)


def test_a_namespace_without_any(apiserver: ApiServer, namespace: str) -> None:
    answer = Shop(apiserver, namespace).ameide("-n", namespace)

    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "No hooks and no acceptance runs found.\n")
