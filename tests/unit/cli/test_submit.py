"""``submit``: what is sent, what is said, and what is refused before anything is sent."""

from __future__ import annotations

import json

import pytest
import yaml
from click.testing import CliRunner, Result
from unit.cli import conftest, fake

from testrun.cli import main

FILE = """\
apiVersion: testing.ameide.io/v1alpha1
kind: TestRun
metadata: {name: shop}
spec:
  playwright: {image: "registry.example/e2e:1", shards: 3}
"""
PATH = "/apis/testing.ameide.io/v1alpha1/namespaces/shop/testruns"


def said(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


def test_a_file_is_created_as_it_is(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    assert said(ameide("submit", "-f", "-", stdin=FILE)) == (0, "testrun.testing.ameide.io/shop created\n", "")
    assert cluster.writes() == [("POST", PATH, yaml.safe_load(FILE))]


def test_options_alone_make_a_testrun(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    options = ["--image", "i:1", "--shards", "3", "--base-url", "http://shop", "--working-dir", "/e2e", "--run-timeout", "60"]
    result = ameide(
        "submit", "shop", *options, "--min-tests", "2", "--ttl", "5", "--revision", "abc", "--", "--grep", "@smoke", "--", "x"
    )
    assert said(result) == (0, "testrun.testing.ameide.io/shop created\n", "")
    playwright = {
        "image": "i:1",
        "workingDir": "/e2e",
        "args": ["--grep", "@smoke", "--", "x"],
        "baseURL": "http://shop",
        "shards": 3,
        "timeoutSeconds": 60,
        "minTests": 2,
    }
    assert cluster.writes()[0][2] == {
        "apiVersion": "testing.ameide.io/v1alpha1",
        "kind": "TestRun",
        "metadata": {"name": "shop"},
        "spec": {"revision": "abc", "ttlSecondsAfterFinished": 5, "playwright": playwright},
    }


def test_options_change_what_a_file_says(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    result = ameide("submit", "-f", "-", "--name", "other", "--image", "i:2", "--", "--grep", "x", stdin=FILE)
    assert said(result) == (0, "testrun.testing.ameide.io/other created\n", "")
    sent = cluster.writes()[0][2]
    assert sent is not None
    assert (sent["metadata"]["name"], sent["spec"]["playwright"]) == (
        "other",
        {"image": "i:2", "shards": 3, "args": ["--grep", "x"]},
    )


def test_json_prints_what_was_created(ameide: conftest.Ameide) -> None:
    result = ameide("submit", "-f", "-", "--json", stdin=FILE)
    assert (result.exit_code, json.loads(result.stdout)["metadata"]["name"], result.stderr) == (0, "shop", "")


def test_several_testruns_are_created_in_order(ameide: conftest.Ameide) -> None:
    result = ameide("submit", "-f", "-", stdin=FILE + "---\n" + FILE.replace("name: shop", "name: blog") + "---\n")
    created = "testrun.testing.ameide.io/shop created\ntestrun.testing.ameide.io/blog created\n"
    assert said(result) == (0, created, "")


REFUSED = {
    "another kind": (
        ["-f", "-"], "apiVersion: v1\nkind: Pod\nmetadata: {name: a}",
        "stdin is a v1 Pod, not a testing.ameide.io/v1alpha1 TestRun",
    ),
    "another kind among TestRuns": (
        ["-f", "-"], FILE + "---\n[1]", "stdin, document 2 is not a Kubernetes object",
    ),
    "no name": (["-f", "-"], FILE.replace("name: shop", ""), "stdin has no metadata.name"),
    "nothing": (["-f", "-"], "# only a comment", "stdin is empty"),
    "no file": (["-f", "nowhere.yaml"], "", "nowhere.yaml cannot be read: No such file or directory"),
    "a namespace that -n contradicts": (
        ["-f", "-", "-n", "blog"], FILE.replace("name: shop", "name: shop, namespace: shop"),
        "the file says namespace shop, and -n says blog",
    ),
    "neither file nor options": ([], "", "name a file with -f FILE, or give NAME and --image IMAGE"),
    "no image": (["shop"], "", "--image is missing: without -f, the options say what to run"),
    "NAME beside a file": (["shop", "-f", "-"], FILE, "with -f the name is in the file; to change it: --name shop"),
    "options for several": (
        ["-f", "-", "--image", "i"], FILE + "---\n" + FILE, "options change one TestRun, and - holds 2",
    ),
    "waiting for several": (["-f", "-", "--wait"], FILE + "---\n" + FILE, "--wait follows one run, and - holds 2"),
    "a time-out without --wait": (["-f", "-", "--timeout", "1"], FILE, "--timeout and --cancel-on-interrupt need --wait"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_is_sent(case: str, cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    args, stdin, error = REFUSED[case]
    result = ameide("submit", *args, stdin=stdin)
    assert (result.exit_code, result.stdout, result.stderr.splitlines()[0]) == (2, "", f"error: {error}")
    assert cluster.writes() == []


def test_what_is_not_yaml_is_refused_in_one_line(ameide: conftest.Ameide) -> None:
    result = ameide("submit", "-f", "-", stdin="a: [")
    assert result.stderr.startswith("error: stdin is not YAML: while parsing a flow node")
    assert result.stderr.count("\n") == 2


API_SAYS = {
    "a field's rule": (
        422, "Invalid",
        'TestRun.testing.ameide.io "shop" is invalid: spec.playwright.shards: Invalid value: 0: should be at least 1',
        "TestRun shop is not valid: spec.playwright.shards: Invalid value: 0: should be at least 1",
    ),
    "several rules": (
        422, "Invalid",
        'TestRun.testing.ameide.io "shop" is invalid: [spec.a: Invalid value: 0: no, or not, spec.b[0].c: Required value]',
        "TestRun shop is not valid:\n  spec.a: Invalid value: 0: no, or not\n  spec.b[0].c: Required value",
    ),
    "an unknown field": (
        400, "BadRequest",
        'TestRun in version "v1alpha1" cannot be handled as a TestRun: strict decoding error: unknown field "spec.shard"',
        'the TestRun is not valid: unknown field "spec.shard"',
    ),
    "no right": (403, "Forbidden", "testruns is forbidden", "not allowed: testruns is forbidden"),
    "a login that expired": (401, "Unauthorized", "Unauthorized", "the cluster does not accept this login: Unauthorized"),
    "a namespace that is not there": (404, "NotFound", 'namespaces "shop" not found', 'namespaces "shop" not found'),
    "a cluster in trouble": (500, "InternalError", "etcd is away", "the cluster does not answer: etcd is away"),
}  # fmt: skip


@pytest.mark.parametrize("case", API_SAYS)
def test_what_the_api_server_refuses_is_one_clear_error(case: str, cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    code, reason, message, error = API_SAYS[case]
    cluster.refuse[("POST", "/testruns")] = (code, fake.failure(code, reason, message))
    result = ameide("submit", "-f", "-", stdin=FILE)
    assert (result.exit_code, result.stdout, result.stderr.partition("\nhint:")[0].rstrip("\n")) == (2, "", f"error: {error}")


def test_a_cluster_without_the_crd_says_how_to_install_it(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.refuse[("POST", "/testruns")] = (404, "404 page not found\n")
    result = ameide("submit", "-f", "-", stdin=FILE)
    assert result.stderr.startswith(
        "error: this cluster does not know TestRuns (testruns.testing.ameide.io)\nhint: install the operator: helm install"
    )


def test_a_run_of_that_name_is_not_replaced_unasked(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**fake.make_status("Passed")))
    result = ameide("submit", "-f", "-", stdin=FILE)
    assert said(result) == (
        2,
        "",
        "error: TestRun shop exists already in namespace shop\n"
        "hint: --replace deletes a finished run of that name first (its evidence stays); --name gives the new run another name\n",
    )


def test_replace_deletes_a_finished_run_and_creates_anew(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**fake.make_status("Failed")))
    assert said(ameide("submit", "-f", "-", "--replace", stdin=FILE)) == (0, "testrun.testing.ameide.io/shop created\n", "")
    delete, create = cluster.writes()
    assert (delete[0], delete[2], create[0]) == (
        "DELETE",
        {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background", "preconditions": {"uid": "uid-of-shop"}},
        "POST",
    )


def test_replace_without_an_old_run_just_creates(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    assert ameide("submit", "-f", "-", "--replace", stdin=FILE).exit_code == 0
    assert [method for method, _, _ in cluster.writes()] == ["POST"]


def test_replace_leaves_a_running_run_alone(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**fake.make_status("Running")))
    result = ameide("submit", "-f", "-", "--replace", stdin=FILE)
    assert said(result) == (
        2,
        "",
        "error: TestRun shop is Running: only a finished run is replaced\n"
        "hint: cancel it first: ameide testrun cancel shop --wait\n",
    )
    assert cluster.writes() == []


@pytest.mark.parametrize(("verdict", "code"), [("Passed", 0), ("Failed", 1), ("Errored", 2), ("TimedOut", 2), ("Cancelled", 2)])
def test_wait_exits_with_the_verdict(verdict: str, code: int, cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.script = [fake.make_status("Running"), fake.make_status(verdict)]
    result = ameide("submit", "-f", "-", "--wait", stdin=FILE)
    assert (result.exit_code, result.stdout.splitlines()[:2]) == (
        code,
        ["testrun.testing.ameide.io/shop created", f"shop/shop  {verdict}  it is {verdict}"],
    )


def test_a_kubeconfig_that_is_not_there() -> None:
    result = CliRunner().invoke(main.ameide, ["testrun", "submit", "-f", "-"], input=FILE, env={"KUBECONFIG": "nowhere"})
    assert said(result) == (
        2,
        "",
        "error: there is no kubeconfig nowhere\nhint: name one with --kubeconfig FILE, or set KUBECONFIG\n",
    )
