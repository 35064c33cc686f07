"""Each way in which a workload is not rolled out, and what is said of it."""

from __future__ import annotations

import dataclasses

import pytest

from testrun.core.preflight import workload
from testrun.core.preflight.checks import Kind, WorkloadCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.core.preflight.pods import Container, Pod
from testrun.core.preflight.rollout import Workload

ONE, TWO = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
SHOP = WorkloadCheck(Kind.DEPLOYMENT, name="shop")
GREEN = {
    Kind.DEPLOYMENT: Workload(
        Kind.DEPLOYMENT,
        "shop",
        generation=3,
        observed_generation=3,
        wanted=2,
        total=2,
        updated=2,
        ready=2,
        available=2,
        revision="new",
        images={"shop": "shop:v2"},
    ),
    Kind.STATEFUL_SET: Workload(
        Kind.STATEFUL_SET, "shop", wanted=2, total=2, updated=2, ready=2, revision="new", images={"shop": "shop:v2"}
    ),
    Kind.DAEMON_SET: Workload(Kind.DAEMON_SET, "shop", wanted=2, updated=2, ready=2, available=2, images={"shop": "shop:v2"}),
    Kind.JOB: Workload(Kind.JOB, "shop", wanted=1, succeeded=1, complete=True, images={"shop": "shop:v2"}),
}
WELL = Container("shop", "shop:v2", f"docker.io/library/shop@{TWO}", ready=True, running=True)
CRASHES = Container("shop", "shop:v2", waiting="CrashLoopBackOff", restarts=4, exit_code=1, end_reason="Error", log="no database")


def deployment(**changes):
    return dataclasses.replace(GREEN[Kind.DEPLOYMENT], **changes)


def pod(name="shop-new-1", revision="new", owner=None, container=WELL, **changes):
    made = Pod(name, owner or f"shop-{revision}", revision, phase="Running", ready=container.ready, containers=(container,))
    return dataclasses.replace(made, **changes)


def judge(found, *pods, image=""):
    return workload.judge(WorkloadCheck(found.kind, name=found.name, image=image), [found], pods)


def message(found, *pods, image=""):
    judged = judge(found, *pods, image=image)
    assert judged.readiness is Readiness.NOT_READY
    return judged.message


@pytest.mark.parametrize(
    ("kind", "saw"),
    [
        (Kind.DEPLOYMENT, "Deployment shop rolled out with image shop:v2, 2 of 2 pods ready"),
        (Kind.STATEFUL_SET, "StatefulSet shop rolled out with image shop:v2, 2 of 2 pods ready"),
        (Kind.DAEMON_SET, "DaemonSet shop rolled out with image shop:v2, 2 of 2 pods ready"),
        (Kind.JOB, "Job shop complete with image shop:v2"),
    ],
)
def test_each_kind_when_it_is_well(kind, saw):
    assert judge(GREEN[kind]) == Finding(Readiness.READY, saw=saw, wanted=f"{kind} shop rolled out")


def test_a_name_that_is_not_there():
    assert workload.judge(SHOP, [GREEN[Kind.JOB], deployment(name="cart")], ()).message == (
        "saw no Deployment shop in the namespace; wanted Deployment shop rolled out; "
        "hint: apply it, or mend the name in the check"
    )


def test_labels_that_nothing_has():
    check = WorkloadCheck(Kind.DEPLOYMENT, selector={"tier": "web", "app": "shop"})
    assert workload.judge(check, [], ()).message == (
        "saw no Deployment with labels app=shop,tier=web in the namespace; wanted one at least, rolled out; "
        "hint: apply it, or mend the selector in the check"
    )


def test_all_that_have_the_labels_must_be_rolled_out():
    check = WorkloadCheck(Kind.DEPLOYMENT, selector={"app": "shop"})
    both = [deployment(name="a"), deployment(name="b", available=1)]
    assert workload.judge(check, both, ()).message == (
        "saw Deployment b has 1 of 2 updated pods available; wanted Deployment b rolled out; hint: wait for it"
    )


STEPS = {
    "is being deleted": (
        deployment(deleting=True),
        "is being deleted; wanted Deployment shop rolled out; hint: apply it again when it is gone",
    ),
    "its controller has not seen the new spec": (
        deployment(generation=4),
        "is at generation 4 and its controller has seen 3; wanted Deployment shop rolled out; "
        "hint: wait; if it lasts, the controller manager does not run",
    ),
    "scaled to 0": (
        deployment(wanted=0, total=0, updated=0, ready=0, available=0),
        "is scaled to 0 replicas: nothing serves; wanted Deployment shop rolled out; "
        "hint: kubectl scale deployment/shop --replicas=1",
    ),
    "over its progress deadline": (
        deployment(updated=1, failure="ProgressDeadlineExceeded: timed out progressing"),
        "is stuck, ProgressDeadlineExceeded: timed out progressing; wanted Deployment shop rolled out; "
        "hint: mend what holds it and apply it again",
    ),
    "paused half way": (
        deployment(updated=1, paused=True),
        "is paused in its rollout; wanted Deployment shop rolled out; hint: kubectl rollout resume deployment/shop",
    ),
    "not all pods updated": (
        deployment(updated=1),
        "has 1 of 2 pods updated; wanted Deployment shop rolled out; hint: wait for it",
    ),
    "old pods are left": (
        deployment(total=3),
        "has 1 pod of an earlier template left; wanted Deployment shop rolled out; hint: wait for it",
    ),
    "not all pods available": (
        deployment(available=1),
        "has 1 of 2 updated pods available; wanted Deployment shop rolled out; hint: wait for it",
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_deployment_that(step):
    found, words = STEPS[step]
    assert message(found) == f"saw Deployment shop {words}"


def test_a_paused_deployment_that_is_rolled_out_is_well():
    assert judge(deployment(paused=True)).holds


OTHERS = {
    "a StatefulSet with too few ready pods": (
        dataclasses.replace(GREEN[Kind.STATEFUL_SET], ready=1),
        "StatefulSet shop has 1 of 2 pods ready; wanted StatefulSet shop rolled out; hint: wait for it",
    ),
    "a StatefulSet whose partition is not reached": (
        dataclasses.replace(GREEN[Kind.STATEFUL_SET], partition=1, updated=0),
        "StatefulSet shop has 0 of 1 pods updated; wanted StatefulSet shop rolled out; hint: wait for it",
    ),
    "a StatefulSet that replaces nothing by itself": (
        dataclasses.replace(GREEN[Kind.STATEFUL_SET], strategy="OnDelete", updated=1),
        "StatefulSet shop has 1 of 2 pods updated; wanted StatefulSet shop rolled out; "
        "hint: delete the pods of the earlier template: OnDelete replaces none by itself",
    ),
    "a DaemonSet that is not everywhere yet": (
        dataclasses.replace(GREEN[Kind.DAEMON_SET], updated=1),
        "DaemonSet shop has 1 of 2 pods updated; wanted DaemonSet shop rolled out; hint: wait for it",
    ),
    "a DaemonSet that is not available everywhere": (
        dataclasses.replace(GREEN[Kind.DAEMON_SET], available=1),
        "DaemonSet shop has 1 of 2 updated pods available; wanted DaemonSet shop rolled out; hint: wait for it",
    ),
    "a DaemonSet that fits no node": (
        dataclasses.replace(GREEN[Kind.DAEMON_SET], wanted=0, updated=0, ready=0, available=0),
        "DaemonSet shop fits no node and wants no pod; wanted DaemonSet shop rolled out; "
        "hint: see its node selector and tolerations",
    ),
    "a Job that runs": (
        dataclasses.replace(GREEN[Kind.JOB], complete=False, succeeded=1, wanted=2),
        "Job shop has 1 of 2 completions; wanted Job shop rolled out; hint: wait for it",
    ),
    "a Job that is suspended": (
        dataclasses.replace(GREEN[Kind.JOB], complete=False, succeeded=0, paused=True),
        "Job shop is suspended; wanted Job shop rolled out; hint: resume it, or see which queue holds it",
    ),
    "a Job that failed": (
        dataclasses.replace(GREEN[Kind.JOB], complete=False, succeeded=0, failure="BackoffLimitExceeded: too many"),
        "Job shop has failed, BackoffLimitExceeded: too many; wanted Job shop rolled out; "
        "hint: a Job that failed stays so: mend it, delete it and make it again",
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_of_another_kind(case):
    found, words = OTHERS[case]
    assert message(found) == f"saw {words}"


def test_a_partition_is_told_although_it_holds():
    found = dataclasses.replace(GREEN[Kind.STATEFUL_SET], partition=1, updated=1)
    assert judge(found).message == (
        "saw StatefulSet shop rolled out with image shop:v2, 2 of 2 pods ready; "
        "warning: its partition keeps pods below ordinal 1 at the earlier template"
    )


def test_a_crash_loop_with_its_last_log_lines_and_the_old_pod_that_serves():
    found = judge(deployment(total=3, updated=1), pod(container=CRASHES), pod("shop-old-1", "old"))
    assert found == Finding(
        Readiness.NOT_READY,
        saw="Deployment shop has 1 of 2 pods updated; pod shop-new-1: container shop is in CrashLoopBackOff after exit code 1 "
        "(4 restarts); pod shop-old-1 of an earlier template still serves",
        wanted="Deployment shop rolled out",
        hint="see why it ends: kubectl logs shop-new-1 -c shop",
        output="shop-new-1/shop:\nno database",
    )


def test_a_crash_loop_is_red_whatever_the_counts_say():
    assert message(deployment(), pod(), pod("shop-new-2", container=CRASHES)) == (
        "saw Deployment shop has a pod that fails; pod shop-new-2: container shop is in CrashLoopBackOff after exit code 1 "
        "(4 restarts); wanted Deployment shop rolled out; hint: see why it ends: kubectl logs shop-new-2 -c shop"
    )


@pytest.mark.parametrize(
    "harmless",
    [
        pod("shop-old-1", "old", container=CRASHES),  # of an earlier template: it goes anyway
        pod(container=CRASHES, deleting=True),
        pod(phase="Failed", reason="Evicted", ready=False),  # it was replaced long ago
        pod(owner="cart-new", container=CRASHES),  # not its own
    ],
    ids=["of an earlier template", "being deleted", "evicted", "of another workload"],
)
def test_a_pod_that_does_not_count(harmless):
    assert judge(deployment(), pod(), harmless).holds


TROUBLES = {
    "no node for it": (
        pod(container=Container("shop"), phase="Pending", reason="Unschedulable", message="0/3 nodes are available"),
        "pod shop-new-1 is Unschedulable: 0/3 nodes are available",
        "make room for it on a node, or mend what it asks of one",
    ),
    "an image that cannot be pulled": (
        pod(container=Container("shop", "shop:v9", waiting="ErrImagePull", message="not found")),
        "pod shop-new-1: container shop is in ErrImagePull: not found",
        "check that image shop:v9 exists and that its node can pull it",
    ),
    "a ConfigMap that is missing": (
        pod(container=Container("shop", waiting="CreateContainerConfigError", message='configmap "x" not found')),
        'pod shop-new-1: container shop is in CreateContainerConfigError: configmap "x" not found',
        "make the ConfigMap or Secret that it names, or mend the name",
    ),
    "an end for want of memory": (
        pod(container=Container("shop", ended=True, exit_code=137, end_reason="OOMKilled")),
        "pod shop-new-1: container shop has ended with exit code 137, OOMKilled",
        "see why it ends: kubectl logs shop-new-1 -c shop",
    ),
    "a container that was started again": (
        pod(container=Container("shop", running=True, restarts=1, exit_code=2)),
        "pod shop-new-1: container shop was started again after exit code 2 (1 restart)",
        "see why it ends: kubectl logs shop-new-1 -c shop --previous",
    ),
    "a probe that does not pass": (
        pod(container=Container("shop", running=True)),
        "pod shop-new-1: container shop runs and is not ready",
        "see what its readiness probe gets: kubectl describe pod shop-new-1",
    ),
    "an init container that fails": (
        pod(containers=(Container("shop", waiting="PodInitializing"), Container("wait", init=True, ended=True, exit_code=1))),
        "pod shop-new-1: container wait has ended with exit code 1",
        "see why it ends: kubectl logs shop-new-1 -c wait",
    ),
}


@pytest.mark.parametrize("case", TROUBLES)
def test_why_a_pod_is_not_ready(case):
    failing, says, hint = TROUBLES[case]
    assert message(deployment(available=1), failing) == (
        f"saw Deployment shop has 1 of 2 updated pods available; {says}; wanted Deployment shop rolled out; hint: {hint}"
    )


@pytest.mark.parametrize(
    "starting",
    [
        pod(container=Container("shop", waiting="ContainerCreating"), phase="Pending"),
        pod(containers=(Container("shop", waiting="PodInitializing"), Container("wait", init=True, ended=True, exit_code=0))),
        pod(containers=(Container("shop", waiting="PodInitializing"), Container("wait", init=True, running=True))),
    ],
    ids=["being created", "after its init container", "in its init container"],
)
def test_nothing_is_wrong_with_a_pod_that_starts(starting):
    assert message(deployment(available=1), starting) == (
        "saw Deployment shop has 1 of 2 updated pods available; wanted Deployment shop rolled out; hint: wait for it"
    )


def test_a_container_that_is_done_is_no_trouble():
    running = dataclasses.replace(GREEN[Kind.JOB], complete=False, succeeded=0)
    both = (Container("shop", running=True, ready=True), Container("seed", ended=True, exit_code=0))
    assert message(running, pod("shop-x", owner="shop", containers=both)) == (
        "saw Job shop has 0 of 1 completions; wanted Job shop rolled out; hint: wait for it"
    )


def test_the_pod_that_can_heal_least_is_named():
    slow = pod(container=Container("shop", running=True))
    assert "shop-new-2" in message(deployment(available=0), slow, pod("shop-new-2", container=CRASHES))


def test_a_failed_jobs_pod_says_why():
    failed = dataclasses.replace(GREEN[Kind.JOB], complete=False, succeeded=0, failure="BackoffLimitExceeded")
    ended = pod("shop-x", owner="shop", container=Container("shop", ended=True, exit_code=1, log="no schema"), phase="Failed")
    assert judge(failed, ended) == Finding(
        Readiness.NOT_READY,
        saw="Job shop has failed, BackoffLimitExceeded; pod shop-x: container shop has ended with exit code 1",
        wanted="Job shop rolled out",
        hint="a Job that failed stays so: mend it, delete it and make it again; see why it ends: kubectl logs shop-x -c shop",
        output="shop-x/shop:\nno schema",
    )


def test_which_logs_would_say_more():
    crashing, probing = pod(container=CRASHES), pod(container=Container("shop", running=True, restarts=2, exit_code=1))
    pulling = pod(container=Container("shop", waiting="ErrImagePull"))
    found = deployment(available=1)
    assert workload.log_wanted([found], [crashing]) == [workload.Log("shop-new-1", "shop", previous=False)]
    assert workload.log_wanted([found], [probing]) == [workload.Log("shop-new-1", "shop", previous=True)]
    assert workload.log_wanted([found], [pulling]) == []
    assert workload.log_wanted([deployment()], [pod()]) == []


def test_another_tag():
    assert message(deployment(), pod(), image="shop:v3") == (
        "saw Deployment shop with image shop:v2; wanted Deployment shop rolled out with image shop:v3; "
        "hint: deploy that image, or mend the image in the check"
    )


def test_the_wanted_tag_that_is_not_rolled_out():
    assert message(deployment(available=1), image="docker.io/library/shop:v2") == (
        "saw Deployment shop has 1 of 2 updated pods available; "
        "wanted Deployment shop rolled out with image docker.io/library/shop:v2; hint: wait for it"
    )


def test_another_digest():
    assert message(deployment(), pod(), image=f"shop@{ONE}") == (
        f"saw Deployment shop with image shop:v2 ({TWO}); wanted Deployment shop rolled out with image shop@{ONE}; "
        "hint: deploy that image, or mend the image in the check"
    )


def test_a_digest_that_no_pod_can_prove():
    assert message(deployment(), image=ONE) == (
        f"saw Deployment shop with image shop:v2; wanted Deployment shop rolled out with image {ONE}; "
        "hint: deploy that image, or mend the image in the check"
    )


@pytest.mark.parametrize("image", ["shop:v2", "docker.io/library/shop:v2", TWO, f"shop@{TWO}"])
def test_the_wanted_image(image):
    assert judge(deployment(), pod(), image=image).holds


def test_a_digest_in_the_template_needs_no_proof_by_pods():
    assert judge(deployment(images={"shop": f"shop:v2@{ONE}"}), image=ONE).holds
