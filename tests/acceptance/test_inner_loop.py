"""All four phases of the example monorepo: three here, the last on the cluster, with the evidence of the others as its gate."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acceptance.cluster import Cluster, Namespace, eventually, junit_totals, sha256

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "examples/monorepo"
NAMESPACE = "monorepo"
NUMBERS = ("tests", "failed", "errored", "skipped")

MANY = """package cart

import (
	"crypto/sha256"
	"fmt"
	"testing"
)

// Names that no compression makes small.
func TestMany(t *testing.T) {
	for i := 0; i < 60000; i++ {
		t.Run(fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprint(i)))), func(t *testing.T) {})
	}
}
"""


@pytest.fixture(scope="module")
def storefront(cluster: Cluster) -> Iterator[Namespace]:
    """The example's app, deployed."""
    manifest = (EXAMPLE / "k8s/storefront.yaml").read_text().replace("localhost/monorepo:dev", cluster.images["MONOREPO_IMAGE"])
    cluster.kubectl("apply", "-f", "-", stdin=manifest)
    cluster.kubectl("-n", NAMESPACE, "rollout", "status", "deployment/storefront", "--timeout=120s")
    yield Namespace(cluster, NAMESPACE)
    cluster.kubectl("-n", NAMESPACE, "delete", "testruns", "--all", "--timeout=60s")


@pytest.fixture(scope="session")
def prepared() -> Path:
    """The example with its packages installed."""
    subprocess.run([str(EXAMPLE / "setup.sh")], check=True, capture_output=True)
    return EXAMPLE


def copy_of_example(prepared: Path, root: Path) -> Path:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=prepared, check=True, capture_output=True, text=True).stdout
    for file in filter(None, listed.split("\0")):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(prepared / file, root / file)
    for shared in ("node_modules", ".venv"):
        (root / shared).symlink_to(prepared / shared)
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "example"],
    ):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    return root


@pytest.fixture
def checkout(prepared: Path, tmp_path: Path) -> Path:
    """The example as a repository of its own."""
    return copy_of_example(prepared, tmp_path / "repository")


@pytest.fixture(scope="module")
def green(cluster: Cluster, prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a repository whose phases 0 to 2 have run."""
    root = copy_of_example(prepared, tmp_path_factory.mktemp("green") / "repository")
    code, _, stderr = inner_loop(cluster, root, "--until", "2")
    assert code == 0, stderr
    return root


@pytest.fixture
def with_evidence(green: Path, tmp_path: Path) -> Path:
    """A copy of it that is the test's own."""
    return shutil.copytree(green, tmp_path / "repository", symlinks=True)


def inner_loop(cluster: Cluster, root: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, summary and stderr of the command, with the image of this checkout."""
    answer = cluster.ameide("dev", "inner-loop-test", str(root), "--json", "--image", cluster.images["MONOREPO_IMAGE"], *options)
    return answer.returncode, json.loads(answer.stdout), answer.stderr


def phases(summary: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {each["phase"]: (each["result"], each["passed"]) for each in summary["phases"]}


def test_one_command_runs_all_four_phases_and_all_evidence_agrees(storefront: Namespace, checkout: Path, tmp_path: Path):
    cluster = storefront.cluster
    code, summary, stderr = inner_loop(cluster, checkout)
    assert code == 0, stderr
    assert phases(summary) == {
        "policy": ("Passed", 12),
        "unit": ("Passed", 38),
        "integration": ("Passed", 22),
        "e2e": ("Passed", 4),
    }
    name = summary["testRun"]["name"]
    status = cluster.get("-n", NAMESPACE, "testrun", name)["status"]
    folder = tmp_path / "evidence"
    answer = cluster.ameide("testrun", "artifacts", name, "-n", NAMESPACE, "-o", str(folder))
    assert answer.returncode == 0, answer.stderr
    for told, listed in zip(summary["phases"], status["phases"], strict=True):
        here = checkout / "artifacts/latest" / told["junit"]["path"]
        there = folder / told["junit"]["path"]
        assert here.read_bytes() == there.read_bytes()
        assert sha256(here) == told["junit"]["sha256"] == listed["junit"]["sha256"]
        assert junit_totals(here.read_text()) == tuple(told[each] for each in NUMBERS) == tuple(listed[each] for each in NUMBERS)
        assert (told["phase"], told["result"]) == (listed["phase"], listed["result"])
    cluster.kubectl("-n", NAMESPACE, "delete", "testrun", name, "--timeout=60s")
    eventually(
        lambda: name not in cluster.kubectl("-n", NAMESPACE, "get", "configmaps", "-o", "name"), what="its ConfigMaps go too"
    )


def test_evidence_of_another_revision_is_not_handed_over(storefront: Namespace, with_evidence: Path):
    cluster = storefront.cluster
    (with_evidence / "README.md").write_text("changed")
    code, summary, _ = inner_loop(cluster, with_evidence, "--phase", "3")
    assert code == 2
    assert phases(summary)["e2e"] == ("Blocked", 0)
    message = summary["phases"][3]["message"]
    assert message.startswith("policy: it is required, and has no record")
    junit = (with_evidence / "artifacts/latest/phase-3/junit.xml").read_text()
    assert junit_totals(junit) == (3, 0, 3, 0)
    assert "Blocked" in junit
    assert summary["testRun"]["verdict"] == "Blocked"


def test_evidence_of_the_same_revision_is_used_again(storefront: Namespace, with_evidence: Path):
    cluster = storefront.cluster
    code, summary, stderr = inner_loop(cluster, with_evidence, "--phase", "3")
    assert code == 0, stderr
    assert phases(summary) == {"policy": ("NotRun", 0), "unit": ("NotRun", 0), "integration": ("NotRun", 0), "e2e": ("Passed", 4)}


def test_a_red_phase_3_is_told_with_its_junit(storefront: Namespace, with_evidence: Path, tmp_path: Path):
    cluster = storefront.cluster
    manifest = tmp_path / "testrun.yaml"
    text = (with_evidence / "e2e/testrun.yaml").read_text()
    manifest.write_text(text.replace("    shards: 2\n", '    shards: 1\n    args: ["--grep", "no such test"]\n'))
    code, summary, _ = inner_loop(cluster, with_evidence, "--phase", "3", "--testrun", str(manifest))
    assert code == 2
    assert summary["phases"][3]["result"] == "Errored"
    assert "no test" in summary["phases"][3]["message"]
    assert junit_totals((with_evidence / "artifacts/latest/phase-3/junit.xml").read_text())[2] >= 1


def test_ctrl_c_cancels_the_run(storefront: Namespace, with_evidence: Path):
    cluster = storefront.cluster
    command = [
        str(Path(sys.executable).with_name("ameide")),
        "dev",
        "inner-loop-test",
        str(with_evidence),
        "--phase",
        "3",
        "--json",
    ]
    environment = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig)}
    # An image that is not there: the run waits until it is told to stop.
    process = subprocess.Popen(
        [*command, "--image", "localhost/none:1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        running = eventually(
            lambda: cluster.kubectl("-n", NAMESPACE, "get", "testruns", "--field-selector", "status.state=Running", "-o", "name"),
            what="the run waits for its image",
        )
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=90)
    finally:
        process.kill()
    assert process.returncode == 130
    summary = json.loads(out)
    assert summary["phases"][3]["result"] == "Cancelled"
    assert running.strip().endswith(summary["testRun"]["name"])
    assert junit_totals((with_evidence / "artifacts/latest/phase-3/junit.xml").read_text())[2] >= 1


@pytest.fixture
def by_token(storefront: Namespace, tmp_path: Path) -> Cluster:
    """The cluster as somebody sees it who logs in with a token, may edit in the namespace, and reach the evidence server."""
    cluster = storefront.cluster
    rules = [
        {"apiGroups": [""], "resources": ["services/proxy"], "verbs": ["get", "create", "update"]},
    ]
    subject = [{"kind": "ServiceAccount", "name": "developer", "namespace": NAMESPACE}]
    objects: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "developer", "namespace": NAMESPACE}},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "subjects": subject,
            "metadata": {"name": "developer", "namespace": NAMESPACE},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": rules,
            "metadata": {"name": "developer", "namespace": "testrun-system"},
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "subjects": subject,
            "metadata": {"name": "developer", "namespace": "testrun-system"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "developer"},
        },
    ]  # fmt: skip
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    token = cluster.kubectl("-n", NAMESPACE, "create", "token", "developer").strip()
    config = json.loads(cluster.kubectl("config", "view", "--raw", "--minify", "-o", "json"))
    config["users"][0]["user"] = {"token": token}
    file = tmp_path / "kubeconfig"
    file.write_text(json.dumps(config))
    return Cluster(file, cluster.binaries, cluster.images)


@pytest.mark.large
def test_60000_test_cases_go_through_everything(by_token: Cluster, checkout: Path):
    """Too large for a ConfigMap: uploaded, counted, kept, and the gate opens."""
    (checkout / "services/cart/many_test.go").write_text(MANY)
    code, summary, stderr = inner_loop(by_token, checkout)
    assert code == 0, stderr + json.dumps(summary["phases"])
    assert phases(summary)["unit"] == ("Passed", 60038)
    status = by_token.get("-n", NAMESPACE, "testrun", summary["testRun"]["name"])
    unit = next(each for each in status["status"]["phases"] if each["phase"] == "unit")
    assert (unit["passed"], unit["result"]) == (60038, "Passed")
    assert unit["junit"]["sha256"] == summary["phases"][1]["junit"]["sha256"]
    (record,) = (each for each in status["spec"]["preSteps"]["records"] if each["phase"] == "unit")
    assert record["junit"] == {"artifact": record["junit"]["sha256"], "sha256": record["junit"]["sha256"]}
    assert os.path.getsize(checkout / "artifacts/latest/phase-1/junit.xml") == unit["junit"]["bytes"]
