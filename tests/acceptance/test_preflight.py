"""Preflight of real Deployments: what their real pods do is what the run says, and no shard pod exists before they are ready."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from acceptance.cluster import Body, Namespace, TestRun, counts, eventually, junit_totals

SERVES = "require('http').createServer((_, answer) => answer.end('ok')).listen(3000)"
NEVER_READY = "console.log('waiting for db:5432'); setInterval(() => {}, 1000)"
CRASHES = "console.log('connecting'); console.log('no database at db:5432'); process.exit(3)"
MISSING = "localhost/missing:1"
NO_DIGEST = f"sha256:{'0' * 64}"


def deploy(namespace: Namespace, script: str, *, image: str = "", **spec: Any) -> None:
    """Deployment ``app`` with one pod, which runs this script of Node.js and is ready when it answers; or a change of it."""
    container: Body = {
        "name": "app",
        "image": image or namespace.cluster.images["SHOP_IMAGE"],
        "imagePullPolicy": "Never" if image else "IfNotPresent",
        "command": ["node", "-e", script],
        "readinessProbe": {"httpGet": {"path": "/", "port": 3000}, "periodSeconds": 1},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    pod = {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "terminationGracePeriodSeconds": 0,
        "containers": [container],
    }
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "app", "namespace": namespace.name},
        "spec": {
            "selector": {"matchLabels": {"app": "app"}},
            "template": {"metadata": {"labels": {"app": "app"}}, "spec": pod},
            **spec,
        },
    }
    namespace.cluster.kubectl("apply", "-f", "-", stdin=json.dumps(body))


def rolled_out(namespace: Namespace) -> None:
    namespace.cluster.kubectl("-n", namespace.name, "rollout", "status", "deployment/app", "--timeout=60s")


def waiting(namespace: Namespace, **check: Any) -> TestRun:
    """A run that waits for the Deployment."""
    what = {"kind": "Deployment", "name": "app", **check}
    checks = [{"name": "app is rolled out", "workload": what}]
    run = namespace.run("e2e", "green.spec.ts", shards=1, spec={"preflight": {"checks": checks}})
    run.submit()
    run.waits("Preflight")
    return run


def not_ready(run: TestRun, said: str) -> tuple[str, str]:
    """Its check's message and evidence, once it has said this and its time is over."""
    eventually(lambda: said in run.get()["status"]["preflight"][0]["message"], what=lambda: f"{said}: {run.get()['status']}")
    run.preflight_is_over()
    body = run.ended()
    assert counts(body) == (1, 0, 0, 1, 0, 0)
    assert junit_totals(body["status"]["junit"]) == (1, 0, 1, 0)
    assert run.children() == []
    (case,) = ElementTree.fromstring(body["status"]["junit"]).iter("testcase")
    error = case.find("error")
    assert error is not None
    assert (case.get("name"), error.get("type")) == ("preflight › app is rolled out", "NotReady")
    message = plain(error.get("message") or "")
    condition = plain(run.condition("Succeeded")["message"])
    assert condition == f"not ready after timeoutSeconds (300 s): app is rolled out: {message}"
    return message, plain(error.text or "").partition("\n\n")[2].strip()


def plain(text: str) -> str:
    """Without the names that Kubernetes has made up."""
    text = re.sub(r"\bapp-[0-9a-z]{7,10}-[0-9a-z]{5}\b", "app-POD", text)
    return re.sub(r"\bapp-[0-9a-z]{7,10}\b", "app-SET", text)


def test_a_run_waits_until_it_is_rolled_out_and_passes(namespace: Namespace) -> None:
    run = waiting(namespace)
    assert run.children() == []
    deploy(namespace, SERVES)
    body = run.ended()
    assert run.condition("Succeeded")["reason"] == "Passed"
    assert counts(body) == (7, 7, 0, 0, 0, 0)
    image = namespace.cluster.images["SHOP_IMAGE"]
    (check,) = body["status"]["preflight"]
    assert check["message"] == f"saw Deployment app rolled out with image {image}, 1 of 1 pods ready"


def test_a_rollout_that_is_stuck(namespace: Namespace) -> None:
    deploy(namespace, NEVER_READY, progressDeadlineSeconds=3)
    assert not_ready(waiting(namespace), "ProgressDeadlineExceeded") == (
        'saw Deployment app is stuck, ProgressDeadlineExceeded: ReplicaSet "app-SET" has timed out progressing.; '
        "pod app-POD: container app runs and is not ready; wanted Deployment app rolled out; "
        "hint: mend what holds it and apply it again; see what its readiness probe gets: kubectl describe pod app-POD",
        "app-POD/app:\nwaiting for db:5432",
    )


def test_a_crash_loop_and_its_last_words(namespace: Namespace) -> None:
    deploy(namespace, CRASHES)
    message, output = not_ready(waiting(namespace), "CrashLoopBackOff")
    assert re.sub(r"\d+ restarts?", "N restarts", message) == (
        "saw Deployment app has 0 of 1 updated pods available; pod app-POD: container app is in CrashLoopBackOff after exit "
        "code 3 (N restarts); wanted Deployment app rolled out; hint: see why it ends: kubectl logs app-POD -c app"
    )
    assert output == "app-POD/app:\nconnecting\nno database at db:5432"


def test_an_old_replica_set_that_serves_while_the_new_one_fails(namespace: Namespace) -> None:
    deploy(namespace, SERVES)
    rolled_out(namespace)
    deploy(namespace, SERVES, image=MISSING)
    assert not_ready(waiting(namespace), "ErrImageNeverPull") == (
        "saw Deployment app has 1 pod of an earlier template left; pod app-POD: container app is in ErrImageNeverPull: "
        f'Container image "{MISSING}" is not present with pull policy of Never; pod app-POD of an earlier template still serves; '
        f"wanted Deployment app rolled out; hint: check that image {MISSING} exists and that its node can pull it",
        "",
    )


@pytest.mark.parametrize(
    ("wanted", "digest"), [("registry.example/shop:2", ""), (NO_DIGEST, " (sha256:SEEN)")], ids=["a tag", "a digest"]
)
def test_a_wrong_image(namespace: Namespace, wanted: str, digest: str) -> None:
    """A tag is compared with what the template names, a digest with what the pod runs."""
    deploy(namespace, SERVES)
    rolled_out(namespace)
    message, output = not_ready(waiting(namespace, image=wanted), "with image")
    assert re.sub(r"\(sha256:[0-9a-f]{64}\)", "(sha256:SEEN)", message) == (
        f"saw Deployment app with image {namespace.cluster.images['SHOP_IMAGE']}{digest}; "
        f"wanted Deployment app rolled out with image {wanted}; hint: deploy that image, or mend the image in the check"
    )
    assert output == ""


def test_a_traffic_manager_that_the_chart_was_not_told_of(namespace: Namespace) -> None:
    checks = [{"name": "nobody intercepts app", "telepresence": {"managerNamespace": "ambassador"}}]
    run = namespace.run("e2e", "green.spec.ts", shards=1, spec={"preflight": {"checks": checks, "timeoutSeconds": 5}})
    run.to_the_end()
    succeeded = run.condition("Succeeded")
    assert succeeded["reason"] == "Errored"
    assert re.fullmatch(
        r"not ready after timeoutSeconds \(5 s\): nobody intercepts app: saw that the operator may not look: \S+ is forbidden: "
        r'User "system:serviceaccount:testrun-system:testrun-operator" cannot list resource "\w+" in API group "[\w.]*" in the '
        r'namespace "ambassador"; wanted a look at it; '
        r"hint: add ambassador to preflight.telepresence.managerNamespaces of the operator's chart",
        succeeded["message"],
    )
    assert run.children() == []
