"""Bodies of the Job, the Secret and the Event, compared whole where it matters."""

from __future__ import annotations

import json

import pytest
from build import NOW, RUN, make_spec

from testrun.api import names
from testrun.core import actions
from testrun.core.preflight.checks import PodCheck
from testrun.kube import client, manifests

NAME = names.job_name(RUN.name, RUN.uid)


def test_the_job_of_a_run():
    job = manifests.job(RUN, make_spec(shards=3, max_parallel=2))
    template = job["spec"].pop("template")
    assert job == {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": NAME,
            "namespace": "shop",
            "labels": names.labels(RUN),
            "ownerReferences": [
                {
                    "apiVersion": "testing.ameide.io/v1alpha1",
                    "kind": "TestRun",
                    "name": "shop",
                    "uid": RUN.uid,
                    "controller": True,
                }
            ],
        },
        "spec": {
            "completionMode": "Indexed",
            "completions": 3,
            "parallelism": 2,
            "backoffLimitPerIndex": 0,
            "podReplacementPolicy": "Failed",
            "activeDeadlineSeconds": 720,
            "podFailurePolicy": {
                "rules": [
                    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
                    {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [1, 125]}},
                ]
            },
        },
    }
    assert template["spec"]["automountServiceAccountToken"] is False
    assert [each["name"] for each in template["spec"]["containers"]] == ["playwright"]


def test_a_disruption_is_no_failure_whatever_the_exit_code():
    """The first rule that fits a pod decides: the retry of a disrupted shard must not hang on how its container took SIGTERM."""
    policy = manifests.job(RUN, make_spec())["spec"]["podFailurePolicy"]
    assert [rule["action"] for rule in policy["rules"]] == ["Ignore", "FailIndex"]


@pytest.mark.parametrize("most", [0, 3])
def test_disruptions_are_counted_when_the_spec_says_how_many_there_may_be(most: int):
    """And nothing else is retried."""
    spec = manifests.job(RUN, make_spec(max_disruptions=most))["spec"]
    assert spec["backoffLimitPerIndex"] == most
    assert spec["podFailurePolicy"]["rules"] == [
        {"action": "Count", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
        {"action": "FailIndex", "onExitCodes": {"operator": "NotIn", "values": [0]}},
    ]


def test_the_users_template_is_merged_and_cannot_take_what_is_ours():
    template = {
        "metadata": {"labels": {"team": "web", names.LABEL_RUN_UID: "forged"}, "annotations": {"a": "b"}},
        "spec": {
            "nodeSelector": {"disk": "ssd"},
            "automountServiceAccountToken": True,
            "securityContext": {"runAsNonRoot": True},
            "volumes": [{"name": "cache", "emptyDir": {}}],
            "containers": [
                {
                    "name": "playwright",
                    "command": ["sh"],
                    "resources": {"limits": {"memory": "1Gi"}},
                    "env": [{"name": "CI", "value": "1"}],
                    "volumeMounts": [{"name": "cache", "mountPath": "/cache"}],
                }
            ],
        },
    }
    merged = manifests.pod_template(RUN, make_spec(template=template, base_url="http://shop"))
    pod, (container,) = merged["spec"], merged["spec"]["containers"]
    assert merged["metadata"] == {"labels": {"team": "web", **names.labels(RUN)}, "annotations": {"a": "b"}}
    assert pod["nodeSelector"] == {"disk": "ssd"}
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}, "runAsNonRoot": True}
    assert [each["name"] for each in pod["volumes"]] == ["testrun", "cache"]
    assert container["command"] == ["node", "/testrun/shim.mjs"]
    assert container["resources"] == {"limits": {"memory": "1Gi"}}
    assert [each["name"] for each in container["env"]] == [
        "POD_NAME", "NODE_NAME", "TESTRUN_NAME", "TESTRUN_UID", "BASE_URL", "PLAYWRIGHT_TEST_BASE_URL", "CI",
    ]  # fmt: skip
    assert [each["mountPath"] for each in container["volumeMounts"]] == ["/testrun", "/cache"]


def test_the_tests_find_their_run_in_the_environment():
    def variables(*env):
        containers = {"containers": [{"name": "playwright", "env": list(env)}]}
        template = manifests.pod_template(RUN, make_spec(template={"spec": containers} if env else {}))
        return [each for each in template["spec"]["containers"][0]["env"] if each["name"].startswith("TESTRUN_")]

    assert variables() == [{"name": "TESTRUN_NAME", "value": RUN.name}, {"name": "TESTRUN_UID", "value": RUN.uid}]
    theirs = {"name": "TESTRUN_UID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.uid"}}}
    assert variables(theirs) == [{"name": "TESTRUN_NAME", "value": RUN.name}, theirs], "a template that had it keeps it whole"


def test_the_secret_belongs_to_the_job_and_says_where_to_report():
    shard = manifests.Shard(server_url="http://server:8080", files={"shim.mjs": "// shim"})
    spec = make_spec(args=("--grep", "@smoke"), template={"spec": {"terminationGracePeriodSeconds": 60}})
    secret = manifests.secret(RUN, spec, job_uid="job-uid", token="t", shard=shard)
    assert secret["metadata"]["ownerReferences"] == [{"apiVersion": "batch/v1", "kind": "Job", "name": NAME, "uid": "job-uid"}]
    data = secret["stringData"]
    assert json.loads(data.pop("run.json")) == {
        "v": 1, "server": "http://server:8080", "namespace": "shop", "name": "shop", "uid": RUN.uid, "shards": 2,
        "args": ["--grep", "@smoke"], "gracePeriodSeconds": 60, "limits": manifests.limits(2),
    }  # fmt: skip
    assert data == {"shim.mjs": "// shim", "token": "t"}


def test_an_event_is_named_by_the_fact_it_tells():
    told = actions.PostEvent(key="verdict-1", reason="Failed", message="x" * 2000, warning=True)
    event = manifests.event(RUN, told, now=NOW, reporter="pod-1")
    again = manifests.event(RUN, told, now=NOW.replace(minute=5), reporter="pod-2")
    other = manifests.event(RUN, actions.PostEvent(key="verdict-2", reason="Failed", message=""), now=NOW, reporter="pod-1")
    assert event["metadata"]["name"] == again["metadata"]["name"] != other["metadata"]["name"]
    assert (event["type"], len(event["message"])) == ("Warning", 1000)


def test_many_shards_share_what_the_server_takes_of_one_run():
    assert [manifests.limits(shards)["eventsBytes"] for shards in (1, 3, 10, 100)] == [
        64 * 2**20,
        64 * 2**20,
        24 * 2**20,
        2516582,
    ]


def test_a_pod_beside_the_shards_is_theirs_with_another_command():
    template = {
        "spec": {"serviceAccountName": "e2e", "containers": [{"name": "playwright", "env": [{"name": "A", "value": "1"}]}]}
    }
    spec = make_spec(template=template, base_url="http://shop")
    body = manifests.part_job(RUN, spec, PodCheck("setup", "seed:1", 60, command=("node",), args=("seed",), once=True))
    (container,) = body["spec"]["template"]["spec"]["containers"]
    shards = manifests.job(RUN, spec)["spec"]["template"]["spec"]
    (theirs,) = shards["containers"]
    assert container == {
        **{key: value for key, value in theirs.items() if key != "volumeMounts"},
        "image": "seed:1", "command": ["node"], "args": ["seed"], "volumeMounts": [],
    }  # fmt: skip
    assert body["spec"]["template"]["spec"] == {**shards, "volumes": [], "containers": [container]}
    assert {key: body["spec"][key] for key in ("backoffLimit", "activeDeadlineSeconds")} == {
        "backoffLimit": 0, "activeDeadlineSeconds": 60,
    }  # fmt: skip


def test_a_check_is_started_again_until_it_ends_well():
    body = manifests.part_job(RUN, make_spec(), PodCheck("check-0", "psql:17", 300))
    assert body["spec"]["backoffLimit"] == manifests.PART_RETRIES
    assert body["spec"]["activeDeadlineSeconds"] == 300 + manifests.CHECK_MARGIN_SECONDS
    assert "command" not in body["spec"]["template"]["spec"]["containers"][0]


def test_the_jobs_of_a_run_have_names_of_their_own():
    found = {names.part_name(RUN.name, RUN.uid, part) for part in ("setup", "hook-0", "hook-1", "check-0")}
    assert len(found | {names.job_name(RUN.name, RUN.uid)}) == 5


@pytest.mark.parametrize(
    ("resource", "namespace", "name"),
    [
        pytest.param(client.CONFIG_MAPS, "shop", "../../other/configmaps/app", id="another namespace"),
        pytest.param(client.CONFIG_MAPS, "shop", "..", id="up"),
        pytest.param(client.CONFIG_MAPS, "../kube-system", "app", id="in the namespace"),
        pytest.param(client.CONFIG_MAPS, "shop", "app?watch=1", id="a query"),
        pytest.param(client.CONFIG_MAPS, "shop", "a%2fb", id="encoded"),
        pytest.param(client.Resource("v1/../../api/v1", "pods"), "shop", "app", id="in the version"),
    ],
)
def test_no_name_leads_elsewhere(resource: client.Resource, namespace: str, name: str):
    with pytest.raises(ValueError, match="is no"):
        resource.path(namespace, name)
