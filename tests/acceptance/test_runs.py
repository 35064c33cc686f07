"""Real pods, real Playwright: what a user sees for every kind of run."""

from __future__ import annotations

import datetime
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from acceptance.cluster import Body, Namespace, TestRun, counts, eventually, junit_totals, sha256

INDEX = "batch.kubernetes.io/job-completion-index"


def verdict(body) -> str:
    return next(each["reason"] for each in body["status"]["conditions"] if each["type"] == "Succeeded")


class TestVerdicts:
    def test_green(self, namespace: Namespace, tmp_path: Path):
        run = namespace.run("green", "green.spec.ts", shards=3)
        body = run.to_the_end()
        assert verdict(body) == "Passed"
        assert counts(body) == (6, 6, 0, 0, 0, 0)
        assert [shard["tests"] for shard in body["status"]["shards"]] == [2, 2, 2]
        assert junit_totals(body["status"]["junit"]) == (6, 0, 0, 0)
        folder = run.download(tmp_path / "evidence")
        junit = folder / "phase-3/junit.xml"
        assert junit.read_text() == body["status"]["junit"]
        assert sha256(junit) == body["status"]["artifacts"]["junit"]["sha256"]
        manifest = json.loads((folder / "manifest.json").read_text())
        assert {each["path"]: each["sha256"] for each in manifest["files"]} == {
            str(file.relative_to(folder)): sha256(file)
            for file in folder.rglob("*")
            if file.is_file() and file.name != "manifest.json"
        }
        run.released()
        eventually(lambda: run.children() == [], what="Job, pods and Secret are gone")

    def test_red(self, namespace: Namespace):
        run = namespace.run("red", "red.spec.ts", shards=1)
        body = run.to_the_end()
        assert verdict(body) == "Failed"
        assert counts(body) == (2, 1, 1, 0, 0, 0)
        (failure,) = body["status"]["failures"]
        assert "pays" in failure["name"]
        assert "the total" in failure["message"]

    def test_flaky(self, namespace: Namespace):
        body = namespace.run("flaky", "flaky.spec.ts", shards=1).to_the_end()
        assert verdict(body) == "Passed"
        assert counts(body) == (3, 2, 0, 0, 1, 1)
        assert "<flakyFailure" in body["status"]["junit"]

    def test_a_spec_file_that_does_not_load(self, namespace: Namespace):
        body = namespace.run("load-error", "load-error.spec.ts", shards=1).to_the_end()
        assert verdict(body) == "Errored"
        assert "does-not-exist" in body["status"]["junit"]
        assert junit_totals(body["status"]["junit"])[2] >= 1

    def test_zero_tests_matched(self, namespace: Namespace):
        body = namespace.run("nothing", "green.spec.ts", "--grep", "no such test", shards=2).to_the_end()
        assert verdict(body) == "Errored"
        assert counts(body)[1] == 0

    def test_an_image_without_node(self, namespace: Namespace):
        run = namespace.run("no-node", "green.spec.ts", shards=1, image=namespace.cluster.images["OPERATOR_IMAGE"])
        body = run.to_the_end()
        assert verdict(body) == "Errored"
        words = 'exec: "node": executable file not found'
        assert words in run.condition("Succeeded")["message"]
        assert [words in error for error in errors(body)] == [True]

    def test_an_image_without_playwright(self, namespace: Namespace):
        run = namespace.run("no-playwright", "green.spec.ts", shards=1, workingDir="/")
        body = run.to_the_end()
        assert verdict(body) == "Errored"
        words = "no Playwright found from /: install @playwright/test in the image"
        assert words in run.condition("Succeeded")["message"]
        assert [words in error for error in errors(body)] == [True]


class TestStops:
    def test_cancelled(self, namespace: Namespace):
        run = namespace.run("cancelled", "slow.spec.ts", shards=1)
        run.submit()
        run.running("takes its time")
        answer = namespace.cluster.ameide("testrun", "cancel", "cancelled", "-n", namespace.name)
        assert answer.returncode == 0, answer.stderr
        body = run.ended()
        assert verdict(body) == "Cancelled"
        assert counts(body) == (3, 1, 0, 2, 0, 0)
        assert junit_totals(body["status"]["junit"]) == (3, 0, 2, 0)

    def test_timed_out(self, namespace: Namespace):
        run = namespace.run("late", "slow.spec.ts", shards=1, timeoutSeconds=10)
        body = run.to_the_end()
        assert verdict(body) == "TimedOut"
        assert counts(body) == (3, 1, 0, 2, 0, 0)

    def test_deleted_while_running(self, namespace: Namespace):
        run = namespace.run("deleted", "slow.spec.ts", shards=1)
        run.submit()
        run.running("takes its time")
        namespace.cluster.kubectl("-n", namespace.name, "delete", "testrun", "deleted", "--timeout=60s")
        eventually(lambda: run.children() == [], what="Job, pods and Secret are gone")


class TestFaults:
    def test_operator_killed_while_running(self, namespace: Namespace):
        run = namespace.run("killed", "slow.spec.ts", shards=1, env=[{"name": "SLOW_MS", "value": "8000"}])
        run.submit()
        run.running("takes its time")
        namespace.cluster.kubectl(
            "-n", "testrun-system", "delete", "pod", "-l", "app.kubernetes.io/component=operator", "--force", "--grace-period=0"
        )
        body = run.ended()
        assert verdict(body) == "Passed"
        assert counts(body) == (3, 3, 0, 0, 0, 0)
        run.released()
        events = namespace.cluster.get("-n", namespace.name, "events", "--field-selector", "involvedObject.kind=TestRun")["items"]
        assert sorted((each["reason"], each["count"]) for each in events) == [("Passed", 1), ("Started", 1)]

    def test_server_killed_while_running(self, namespace: Namespace):
        run = namespace.run("orphan", "slow.spec.ts", shards=1, env=[{"name": "SLOW_MS", "value": "8000"}])
        run.submit()
        run.running("takes its time")
        namespace.cluster.kubectl(
            "-n", "testrun-system", "delete", "pod", "-l", "app.kubernetes.io/component=server", "--force", "--grace-period=0"
        )
        body = run.ended()
        assert verdict(body) == "Passed"
        assert counts(body) == (3, 3, 0, 0, 0, 0)

    def test_a_pod_deleted_by_hand(self, namespace: Namespace):
        run = namespace.run("gone", "slow.spec.ts", shards=1)
        run.submit()
        run.running("takes its time")
        namespace.cluster.kubectl(
            "-n", namespace.name, "delete", "pod", "-l", "testing.ameide.io/run=gone", "--force", "--grace-period=0"
        )
        body = run.ended()
        assert verdict(body) == "Errored"
        assert counts(body) == (3, 1, 0, 2, 0, 0)


def errors(body) -> list[str]:
    """The errored cases of the JUnit in the status: message and text."""
    return [f"{each.get('message')} {each.text}" for each in ElementTree.fromstring(body["status"]["junit"]).iter("error")]


def seconds(wait) -> float:
    since, deadline = (datetime.datetime.fromisoformat(wait[each]) for each in ("since", "deadline"))
    return (deadline - since).total_seconds()


class TestWaits:
    """Two of them are waited for to their end, a minute each; of the others the deadline is moved."""

    def given_up(self, run: TestRun, words: str, *, limit: float, moved: bool) -> None:
        """It ends as Errored, and every shard says these words of Kubernetes."""
        if moved:
            run.wait_is_over()
        body = run.ended(seconds=150)
        assert verdict(body) == "Errored"
        assert words in run.condition("Succeeded")["message"]
        assert [words in error for error in errors(body)] == [True] * body["spec"]["playwright"]["shards"]
        if not moved:
            status = body["status"]
            start, end = (datetime.datetime.fromisoformat(status[each]) for each in ("startTime", "completionTime"))
            assert limit <= (end - start).total_seconds() <= limit + 60, "the pods' grace period included"
        run.released()
        eventually(lambda: run.children() == [], what="Job, pods and Secret are gone")

    @pytest.mark.large
    def test_an_image_that_does_not_exist(self, namespace: Namespace):
        """With imagePullPolicy Never, because a registry that says so is not at hand everywhere."""
        never = {"imagePullPolicy": "Never"}
        run = namespace.run("no-image", "green.spec.ts", shards=2, image="localhost/none:1", container=never)
        run.submit()
        assert seconds(run.waits("ImagePull")) == pytest.approx(60, abs=5)
        self.given_up(run, "ErrImageNeverPull", limit=60, moved=False)

    def test_an_image_that_cannot_be_pulled(self, namespace: Namespace):
        run = namespace.run("no-registry", "green.spec.ts", shards=1, image="registry.invalid/none:1", timeoutSeconds=1800)
        run.submit()
        assert "registry.invalid/none:1" in run.waits("ImagePull")["message"]
        self.given_up(run, "registry.invalid/none:1", limit=600, moved=True)

    @pytest.mark.large
    def test_a_missing_config_map(self, namespace: Namespace):
        reference = {"configMapKeyRef": {"name": "settings", "key": "user"}}
        run = namespace.run("no-settings", "green.spec.ts", shards=1, env=[{"name": "LOGIN", "valueFrom": reference}])
        run.submit()
        assert seconds(run.waits("ContainerConfig")) == pytest.approx(60, abs=5)
        self.given_up(run, 'configmap "settings" not found', limit=60, moved=False)

    @pytest.mark.large
    def test_a_config_map_that_comes_late(self, namespace: Namespace):
        reference = {"configMapKeyRef": {"name": "settings", "key": "user"}}
        run = namespace.run("late-settings", "green.spec.ts", shards=1, env=[{"name": "LOGIN", "valueFrom": reference}])
        run.submit()
        run.waits("ContainerConfig")
        namespace.cluster.kubectl("-n", namespace.name, "create", "configmap", "settings", "--from-literal=user=shopper")
        body = run.ended()
        assert verdict(body) == "Passed"
        assert "waiting" not in body["status"]

    def test_a_missing_volume(self, namespace: Namespace):
        pod = {"volumes": [{"name": "settings", "configMap": {"name": "settings"}}, {"name": "tmp", "emptyDir": {}}]}
        container = {"volumeMounts": [{"name": "settings", "mountPath": "/settings"}]}  # what nobody mounts is not waited for
        run = namespace.run("no-volume", "green.spec.ts", shards=1, pod=pod, container=container)
        run.submit()
        assert 'configmap "settings" not found' in run.waits("VolumeMount")["message"]
        self.given_up(run, 'configmap "settings" not found', limit=60, moved=True)

    def test_no_node_fits(self, namespace: Namespace):
        run = namespace.run("no-node", "green.spec.ts", shards=2, timeoutSeconds=1800, pod={"nodeSelector": {"disk": "of-gold"}})
        run.submit()
        assert seconds(run.waits("Unschedulable")) == pytest.approx(300, abs=5)
        self.given_up(run, "didn't match Pod's node affinity/selector", limit=300, moved=True)

    def test_pods_that_are_refused(self, namespace: Namespace):
        """The Job is taken; only the Job controller's Events tell that its pods are not."""
        run = namespace.run("refused", "green.spec.ts", shards=2, pod={"hostNetwork": True})
        run.submit()
        eventually(lambda: "violates PodSecurity" in run.waits("PodsNotCreated")["message"], what="the refusal is told")
        self.given_up(run, "violates PodSecurity", limit=60, moved=True)

    def test_a_quota_without_room(self, namespace: Namespace):
        quota = ("-n", namespace.name, "quota", "none")
        namespace.cluster.kubectl("-n", namespace.name, "create", "quota", "none", "--hard=pods=0")
        eventually(lambda: namespace.cluster.get(*quota).get("status", {}).get("hard"), what="the quota is in force")
        run = namespace.run("no-quota", "green.spec.ts", shards=1)
        run.submit()
        eventually(lambda: "exceeded quota" in run.waits("PodsNotCreated")["message"], what="the refusal is told")
        self.given_up(run, "exceeded quota: none", limit=60, moved=True)


class TestDisruptions:
    @staticmethod
    def evicted(namespace: Namespace, **playwright: Any) -> Body:
        """A run of two shards, of which the first is evicted while it runs; at its end."""
        run = namespace.run("evicted", "slow.spec.ts", shards=2, env=[{"name": "SLOW_MS", "value": "8000"}], **playwright)
        run.submit()
        run.running("takes its time")
        pods = namespace.cluster.get("-n", namespace.name, "pods", "-l", "testing.ameide.io/run=evicted")["items"]
        name = next(each["metadata"]["name"] for each in pods if each["metadata"]["annotations"][INDEX] == "0")
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace.name}}
        path = f"/api/v1/namespaces/{namespace.name}/pods/{name}/eviction"
        namespace.cluster.kubectl("create", "--raw", path, "-f", "-", stdin=json.dumps(eviction))
        return run.ended()

    @pytest.mark.large
    def test_an_evicted_shard_alone_starts_anew(self, namespace: Namespace):
        body = self.evicted(namespace)
        assert verdict(body) == "Passed"
        assert [shard["attempts"] for shard in body["status"]["shards"]] == [2, 1]
        assert counts(body)[:3] == (3, 3, 0)

    @pytest.mark.large
    def test_as_often_as_the_spec_allows(self, namespace: Namespace):
        body = self.evicted(namespace, maxDisruptions=1)
        assert (verdict(body), [shard["attempts"] for shard in body["status"]["shards"]]) == ("Passed", [2, 1])

    @pytest.mark.large
    def test_and_not_once_more(self, namespace: Namespace):
        body = self.evicted(namespace, maxDisruptions=0)
        assert (verdict(body), [shard["attempts"] for shard in body["status"]["shards"]]) == ("Errored", [1, 1])
        assert body["status"]["conditions"][0]["message"].startswith(
            "shard 0 lost its pod: it was told to end (SIGTERM): EvictionByEvictionAPI (exit code 143): Eviction API: evicting"
        )


class TestNames:
    def test_two_runs_of_one_name_one_after_the_other(self, namespace: Namespace):
        first = namespace.run("same", "green.spec.ts", shards=1).to_the_end()
        second = namespace.run("same", "red.spec.ts", shards=1)
        refused = second.submit()
        assert refused.returncode == 2
        assert "--replace" in refused.stderr
        replaced = second.submit("--replace", "--wait")
        assert replaced.returncode == 1, replaced.stderr
        assert verdict(second.get()) == "Failed"
        assert second.get()["metadata"]["uid"] != first["metadata"]["uid"]

    def test_two_runs_at_once(self, namespace: Namespace):
        green, red = namespace.run("green", "green.spec.ts", shards=2), namespace.run("red", "red.spec.ts", shards=2)
        green.submit()
        red.submit()
        assert (verdict(green.ended()), verdict(red.ended())) == ("Passed", "Failed")


class TestHostile:
    def test_hostile_titles_links_and_tokens(self, namespace: Namespace, tmp_path: Path):
        run = namespace.run("hostile", "hostile.spec.ts", shards=1)
        body = run.to_the_end()
        assert verdict(body) == "Failed"
        assert counts(body) == (5, 4, 1, 0, 0, 0)
        assert junit_totals(body["status"]["junit"]) == (5, 1, 0, 0)
        folder = run.download(tmp_path / "evidence")
        assert not [file for file in folder.rglob("*") if file.is_file() and b"root:x:0" in file.read_bytes()]

    def test_a_flood_in_another_log_is_bounded_and_changes_nothing(self, namespace: Namespace):
        body = namespace.run("flood", "flood.spec.ts", "--grep", "@stranger", shards=1).to_the_end()
        assert verdict(body) == "Passed"
        assert counts(body) == (1, 1, 0, 0, 0, 0)

    def test_a_flood_in_its_own_log_is_bounded_and_never_green(self, namespace: Namespace):
        body = namespace.run("flood", "flood.spec.ts", "--grep", "@own", shards=1).to_the_end()
        assert verdict(body) == "Errored"
        junit_totals(body["status"]["junit"])


class TestShop:
    def test_green_and_red_with_real_chromium(self, shop: Namespace, tmp_path: Path):
        examples = Path(__file__).resolve().parents[2] / "examples/shop/k8s"
        for name, file, code in (("shop", "testrun-green.yaml", 0), ("shop-red", "testrun-red.yaml", 1)):
            text = (examples / file).read_text().replace("localhost/shop:dev", shop.cluster.images["SHOP_IMAGE"])
            answer = shop.cluster.ameide("testrun", "submit", "-f", "-", "--replace", "--wait", stdin=text)
            assert answer.returncode == code, answer.stdout + answer.stderr
            status = shop.cluster.get("-n", "shop", "testrun", name)["status"]
            tests, failures, errors, skipped = junit_totals(status["junit"])
            summary = status["summary"]
            assert (tests, failures, errors, skipped) == tuple(
                summary[each] for each in ("tests", "failed", "errored", "skipped")
            )
        folder = tmp_path / "red"
        answer = shop.cluster.ameide("testrun", "artifacts", "shop-red", "-n", "shop", "-o", str(folder))
        assert answer.returncode == 0, answer.stderr
        assert list(folder.rglob("*.png")), "a screenshot of the failed test"
        assert list(folder.rglob("*trace*.zip")), "a trace of the failed test"
