"""Set-up, checks and hooks as real pods beside the shards; and that nothing of them is left."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ElementTree
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest
from acceptance.cluster import Body, Cluster, Namespace, TestRun, counts, eventually, junit_totals

RUNS = 50
AT_ONCE = 4
OURS = ("-n", "testrun-system")


def says(words: str, code: int = 0) -> dict[str, Any]:
    return {"command": ["node", "-e", f"console.log({json.dumps(words)}); process.exitCode = {code:d}"]}


def sweep(words: str = "swept", code: int = 0) -> dict[str, Any]:
    return {"cleanup": {"hooks": [{"name": "sweep", **says(words, code)}]}}


def cases(junit: str | bytes) -> dict[str, str]:
    """What each case that is no test of Playwright's printed."""
    return {
        case.get("name", ""): (case.findtext("system-out") or "").strip()
        for case in ElementTree.fromstring(junit).iter("testcase")
        if case.get("classname") == "testrun"
    }


def verdict(run: TestRun) -> str:
    return run.condition("Succeeded")["reason"]


def test_all_of_them_in_one_run(namespace: Namespace, shop: Namespace, tmp_path: Path):
    url = f"http://shop.{shop.name}.svc/"
    answers = {"name": "the shop answers", "http": {"url": url, "bodyMatch": "<[Hh][Tt][Mm][Ll]"}}
    preflight = {"checks": [answers, {"name": "node runs", "job": says("v")}]}
    run = namespace.run("parts", "green.spec.ts", shards=2, setup=says("seeded"), spec={"preflight": preflight, **sweep()})
    body = run.to_the_end()
    assert (verdict(run), counts(body)[:2]) == ("Passed", (9, 9))
    assert [each["name"] for each in body["status"]["preflight"]] == ["the shop answers", "node runs", "playwright.setup"]
    assert body["status"]["preflight"][0]["message"] == f"saw 200 OK from {url}"
    run.released()
    eventually(lambda: run.children() == [], what="no pod and no Job is left")
    junit = (run.download(tmp_path / "evidence") / "phase-3/junit.xml").read_bytes()
    assert junit_totals(junit) == (10, 0, 0, 0)
    assert cases(junit)["cleanup › sweep"].endswith("swept")
    assert run.condition("CleanedUp")["status"] == "True"


def test_a_set_up_that_fails_says_why(namespace: Namespace):
    run = namespace.run("unseeded", "green.spec.ts", shards=1, setup=says("no database", 3), spec=sweep())
    body = run.to_the_end()
    assert verdict(run) == "NotReady"
    (setup,) = body["status"]["preflight"]
    assert setup["output"].strip().endswith("no database")
    assert "exit code 3" in setup["message"]
    run.released()
    assert body["status"].get("shards") is None


def test_a_url_that_never_answers_is_not_ready(namespace: Namespace):
    preflight = {"timeoutSeconds": 10, "checks": [{"name": "home", "http": {"url": "http://nowhere.invalid/"}}]}
    run = namespace.run("nowhere", "green.spec.ts", shards=1, spec={"preflight": preflight})
    run.to_the_end()
    assert verdict(run) == "NotReady"
    assert "getaddrinfo" in run.condition("Succeeded")["message"]


def test_a_hook_that_fails_changes_no_verdict(namespace: Namespace):
    run = namespace.run("dirty", "green.spec.ts", shards=1, spec=sweep("orders are left", 1))
    run.to_the_end()
    assert verdict(run) == "Passed"
    done = run.released()
    assert run.condition("CleanedUp")["status"] == "False"
    (hook,) = done["status"]["hooks"]
    assert (hook["ready"], hook["output"].strip().endswith("orders are left")) == (False, True)


@pytest.mark.large
def test_nothing_is_left_of_many_runs_while_the_operator_is_killed(namespace: Namespace):
    before = objects(namespace)
    kills = itertools.count()

    def one(number: int) -> str:
        run = namespace.run(
            f"leak-{number}", "green.spec.ts", "--grep", "adds", shards=1, setup=says("seeded", number % 5 == 4),
            spec={"ttlSecondsAfterFinished": 0, **sweep(code=number % 3 == 2)},
        )  # fmt: skip
        run.submit()
        if number % 5 == 1:
            kill(namespace.cluster, next(kills))
        eventually(lambda: not run.get(), what=lambda: f"{run.name} is gone: {run.get().get('status')}", seconds=600)
        return run.name

    with futures.ThreadPoolExecutor(AT_ONCE) as pool:
        names = list(pool.map(one, range(RUNS)))
    told = namespace.cluster.get("-n", namespace.name, "events", "--field-selector", "involvedObject.kind=TestRun")["items"]
    verdicts = {each["involvedObject"]["name"]: each["reason"] for each in told if each["reason"] in ("Passed", "NotReady")}
    assert verdicts == {name: "NotReady" if number % 5 == 4 else "Passed" for number, name in enumerate(names)}
    eventually(lambda: objects(namespace) == before, what=lambda: f"what is left: {set(objects(namespace)) ^ set(before)}")


def kill(cluster: Cluster, number: int) -> None:
    """The operator, as a node that dies would; and now and then the server too."""
    component = "server" if number % 4 == 3 else "operator"
    selector = f"app.kubernetes.io/component={component}"
    cluster.kubectl(*OURS, "delete", "pod", "-l", selector, "--force", "--grace-period=0", "--wait=false")


def objects(namespace: Namespace) -> list[str]:
    """All that the namespace holds but its history."""
    kinds = namespace.cluster.kubectl("api-resources", "--verbs=list", "--namespaced", "-o", "name").split()
    held = [each for each in kinds if not each.startswith("events")]
    found: Body = namespace.cluster.get("-n", namespace.name, ",".join(held))
    return sorted(f"{each['kind']}/{each['metadata']['name']}" for each in found["items"])
