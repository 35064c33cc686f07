"""What keeps the shards from running: what it is called, when it is given up, and how it ends the run."""

from __future__ import annotations

import dataclasses

import pytest
from build import JOB_NAME, NOW, at, make_job, make_observed, make_pod, make_progress, make_spec, make_status

from testrun.core import actions, model, plan, rules, waits
from testrun.core.observed import Event, Events
from testrun.core.status import ConditionType, Waiting

SECRET = f'MountVolume.SetUp failed for volume "testrun" : secret "{JOB_NAME}" not found'
CONFIG_MAP = 'MountVolume.SetUp failed for volume "settings" : configmap "settings" not found'


def pod(index=0, **changes):
    """One that has not started."""
    return make_pod(index, **{"started": False, "phase": "Pending"} | changes)


def stuck(reason="ErrImagePull", message="not found", **changes):
    return pod(reason=reason, message=message, **changes)


def run(*pods, **changes):
    """A run whose clock began at NOW and whose Job has these pods, with an hour for all of it."""
    status = make_status(deadline_time=at(3600)).with_condition(
        ConditionType.SUCCEEDED, "Unknown", "Running", "the shards run", now=NOW, generation=1
    )
    values = {
        "spec": make_spec(timeout_seconds=3600), "status": status, "job": make_job(), "secret_made": True, "pods": pods,
        "events_posted": frozenset({f"started-{NOW.timestamp():.0f}"}), "last_write": NOW, "now": at(5),
    }  # fmt: skip
    return make_observed(**values | changes)


def waiting(seen):
    return waits.current(seen, began=NOW, deadline=at(3600))


def told(*events, name=f"{JOB_NAME}-0-abcde", at_=5.0):
    """What was read of an object: reason and message, or with a second."""
    read = [Event(reason=reason, message=message, at=at(when[0] if when else 1)) for reason, message, *when in events]
    return (Events(name=name, at=at(at_), events=tuple(read)),)


PULL = 'failed to pull and unpack image "registry.example/e2e:1": failed to resolve reference "registry.example/e2e:1": '
NODES = "0/3 nodes are available: "


@pytest.mark.parametrize(
    ("reason", "message", "expected", "seconds"),
    [
        ("ErrImagePull", PULL + "registry.example/e2e:1: not found", "ImagePull", 60),
        ("ImagePullBackOff", f'Back-off pulling image "e2e:1": ErrImagePull: {PULL}e2e:1: not found', "ImagePull", 60),
        ("ErrImagePull", PULL + "pull access denied, repository does not exist or may require authorization", "ImagePull", 60),
        ("ErrImagePull", "reading manifest 1 in docker.io/e2e: manifest unknown", "ImagePull", 60),
        ("ErrImagePull", PULL + "unexpected status from HEAD request: 401 Unauthorized", "ImagePull", 60),
        ("ErrImagePull", "no match for platform in manifest: not found", "ImagePull", 60),
        ("ErrImagePull", PULL + "dial tcp: lookup registry.example on 10.96.0.10:53: no such host", "ImagePull", 60),
        ("ErrImageNeverPull", 'Container image "e2e:1" is not present with pull policy of Never', "ImagePull", 60),
        ("InvalidImageName", 'Failed to apply default image tag "a//b": invalid reference format', "ImagePull", 0),
        ("ErrImagePull", PULL + "dial tcp 10.0.0.1:443: connect: connection refused", "ImagePull", 600),
        ("ErrImagePull", PULL + "net/http: TLS handshake timeout", "ImagePull", 600),
        ("ErrImagePull", PULL + "503 Service Unavailable", "ImagePull", 600),
        ("ErrImagePull", "toomanyrequests: You have reached your pull rate limit; access denied", "ImagePull", 600),
        ("ErrImagePull", PULL + "429 Too Many Requests", "ImagePull", 600),
        ("CreateContainerConfigError", 'configmap "settings" not found', "ContainerConfig", 60),
        ("CreateContainerConfigError", "couldn't find key password in Secret shop/login", "ContainerConfig", 60),
        ("CreateContainerConfigError", "container has runAsNonRoot and image will run as root", "ContainerConfig", 0),
        ("Unschedulable", NODES + "3 node(s) didn't match Pod's node affinity/selector.", "Unschedulable", 300),
        ("Unschedulable", NODES + "1 Insufficient cpu, 2 node(s) had untolerated taint.", "Unschedulable", 900),
        ("Unschedulable", NODES + "3 Too many pods.", "Unschedulable", 900),
        ("Unschedulable", 'persistentvolumeclaim "data" not found', "Unschedulable", 300),
        ("SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates", "Queued", None),
        ("PodInitializing", "init container seed runs", "Initializing", None),
        ("SomethingNew", "", "Starting", 600),
    ],
)
def test_a_pod_that_cannot_start_has_a_reason_and_a_deadline(reason, message, expected, seconds):
    words = f"shard 0: {reason}" + (f": {message}" if message else "")
    end = at(3600 if seconds is None else seconds)
    assert waiting(run(stuck(reason, message))) == Waiting(reason=expected, message=words, since=NOW, deadline=end)


QUOTA = 'Error creating: pods "shop-0-x" is forbidden: exceeded quota: team, requested: {}, used: {}, limited: {}'


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        pytest.param(QUOTA.format("pods=1", "pods=0", "pods=0"), 60, id="a quota that could never hold a pod"),
        pytest.param(QUOTA.format("cpu=500m,memory=2Gi", "cpu=0,memory=0", "cpu=1,memory=1Gi"), 60, id="one for smaller pods"),
        pytest.param(QUOTA.format("pods=1", "pods=10", "pods=10"), 300, id="a quota that others use up"),
        pytest.param("Error creating: pods is forbidden: failed quota: team: must specify cpu", 60, id="a quota that wants more"),
        pytest.param('pods "x" is forbidden: violates PodSecurity "restricted:latest": …', 60, id="PodSecurity"),
        pytest.param('admission webhook "policy.example" denied the request: no', 60, id="a webhook that refuses"),
        pytest.param(
            'pods "x" is forbidden: error looking up service account shop/tests: serviceaccount "tests" not found',
            60,
            id="no service account",
        ),
        pytest.param('Internal error occurred: failed calling webhook "policy.example": EOF', 300, id="a webhook that is away"),
    ],
)
def test_pods_that_are_refused_have_the_refusal_and_a_deadline(message, seconds):
    seen = run(events=told(("FailedCreate", message), name=JOB_NAME))
    assert waiting(seen) == Waiting(reason="PodsNotCreated", message=f"FailedCreate: {message}", since=NOW, deadline=at(seconds))


STARTS = Waiting(reason="Starting", message="shard 0: its pod starts on node n1", since=NOW, deadline=at(600))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param((), STARTS, id="nothing is known"),
        pytest.param(
            (("FailedMount", CONFIG_MAP),),
            Waiting(reason="VolumeMount", message=f"shard 0: FailedMount: {CONFIG_MAP}", since=NOW, deadline=at(60)),
            id="a ConfigMap that is missing",
        ),
        pytest.param(
            (("FailedMount", CONFIG_MAP), ("FailedMount", "timed out waiting for the condition")),
            Waiting(reason="VolumeMount", message=f"shard 0: FailedMount: {CONFIG_MAP}", since=NOW, deadline=at(60)),
            id="what is missing says more than what follows from it",
        ),
        pytest.param(
            (("FailedAttachVolume", "rpc error: timeout"),),
            Waiting(reason="VolumeMount", message="shard 0: FailedAttachVolume: rpc error: timeout", since=NOW, deadline=at(600)),
            id="a disk that is slow",
        ),
        pytest.param((("FailedMount", SECRET),), STARTS, id="our own Secret, which is there by now"),
        pytest.param((("FailedMount", CONFIG_MAP), ("Pulled", "present")), STARTS, id="a ConfigMap that came late"),
        pytest.param(
            (("FailedMount", CONFIG_MAP), ("Pulling", 'Pulling image "e2e:1"')),
            Waiting(reason="ImagePull", message='shard 0: Pulling: Pulling image "e2e:1"', since=NOW, deadline=at(600)),
            id="a large image",
        ),
        pytest.param((("Pulling", "it"), ("Pulled", "it")), STARTS, id="an image that is there"),
        pytest.param(
            (("FailedCreatePodSandBox", "no IP addresses"),),
            dataclasses.replace(STARTS, message="shard 0: FailedCreatePodSandBox: no IP addresses"),
            id="a network that is not ready",
        ),
    ],
)
def test_what_only_events_tell_of_a_pod(events, expected):
    assert waiting(run(pod(reason="ContainerCreating"), events=told(*events))) == expected


NO_WAIT = [
    pytest.param(run(pods=(make_pod(0), stuck(index=1))), id="another shard runs"),
    pytest.param(run(stuck(), progress=make_progress(model.ShardProgress(index=1, connected=True))), id="a pod speaks"),
    pytest.param(run(stuck(), job=None), id="there is no Job"),
    pytest.param(run(job=make_job(suspended=True)), id="the Job is about to be resumed"),
]


@pytest.mark.parametrize("seen", NO_WAIT)
def test_it_does_not_wait(seen):
    assert waiting(seen) is None


@pytest.mark.parametrize(
    ("seen", "reason", "message"),
    [
        pytest.param(run(), "PodsNotCreated", "the Job controller has made no pod", id="no pod yet"),
        pytest.param(
            run(make_pod(0, terminated=True)),
            "PodsNotCreated",
            "no pod is left, and the Job controller has neither replaced nor counted the last",
            id="no pod any more",
        ),
        pytest.param(run(pod(node="")), "Starting", "shard 0: its pod starts without a node yet", id="no scheduler"),
        pytest.param(
            run(job=make_job(suspended=True, queue="team")), "Queued", "the Job waits in the queue team", id="a queue holds it"
        ),
        pytest.param(
            run(stuck("Unschedulable", "Insufficient cpu"), stuck(index=1)),
            "ImagePull",
            "shard 1: ErrImagePull: not found",
            id="the shard that can heal least decides",
        ),
    ],
)
def test_it_waits_for(seen, reason, message):
    assert (waiting(seen).reason, waiting(seen).message) == (reason, message)


class TestLife:
    """From the first second to the verdict."""

    def test_a_short_wait_costs_no_write_and_no_read(self):
        decision = plan.decide(run(stuck(), now=at(2)))
        assert decision == plan.Decision(
            status=decision.status,
            again=at(3),
            waiting=Waiting(reason="ImagePull", message="shard 0: ErrImagePull: not found", since=NOW, deadline=at(60)),
        )
        assert decision.status is None or decision.status.waiting is None

    def test_then_it_is_written_with_its_own_deadline(self):
        decision = plan.decide(run(stuck(), now=at(3)))
        assert decision.status.waiting == decision.waiting
        assert (decision.status.waiting.deadline, decision.again, decision.actions) == (at(60), at(60), ())

    def test_its_deadline_ends_the_run_with_kubernetes_words(self):
        written = plan.decide(run(stuck(), now=at(3))).status
        before, after = (plan.decide(run(stuck(), status=written, now=at(now))) for now in (59, 60))
        assert before.actions == ()
        assert after.actions == (actions.SuspendJob(suspend=True),)
        message = "no shard could run for 60 s (ImagePull): shard 0: ErrImagePull: not found"
        assert (after.status.state, after.status.waiting.reason, after.status.waiting.message) == (
            model.State.STOPPING, "Errored", message,
        )  # fmt: skip
        gone = stuck(terminated=True)
        (settle,) = plan.decide(run(gone, status=after.status, job=make_job(suspended=True), now=at(61))).actions
        assert (settle.request.stopped, settle.request.stopped_message) == (model.Verdict.ERRORED, message)
        assert settle.explain == (gone.pod,)

    def test_a_restart_in_between_changes_nothing(self):
        written = plan.decide(run(stuck(), now=at(3))).status
        decision = plan.decide(run(stuck(), status=written, last_write=None, now=at(30)))
        assert (decision.status, decision.waiting) == (None, written.waiting)

    def test_a_wait_that_heals_is_no_wait_any_more(self):
        written = plan.decide(run(stuck(), now=at(3))).status
        decision = plan.decide(run(make_pod(0), status=written, now=at(70)))
        assert (decision.status.state, decision.status.waiting) == (model.State.RUNNING, None)

    def test_a_wait_that_turns_out_hopeless_ends_sooner_and_never_later_again(self):
        away = stuck(message="connection refused")
        first = plan.decide(run(away, now=at(3))).status
        second = plan.decide(run(stuck(), status=first, now=at(100))).status
        third = plan.decide(run(away, status=second, now=at(120))).status
        assert [each.waiting.deadline for each in (first, second, third)] == [at(600), at(160), at(160)]
        assert {each.waiting.since for each in (first, second, third)} == {NOW}

    def test_another_reason_begins_anew_and_the_old_one_stays_until_it_lasts(self):
        unschedulable = plan.decide(run(stuck("Unschedulable", "0/1 nodes"), events=told(), now=at(3))).status
        pulls = run(stuck(), status=unschedulable, now=at(100))
        first = plan.decide(pulls)
        assert (first.status, first.again) == (None, at(103))
        second = plan.decide(dataclasses.replace(pulls, waiting=first.waiting, now=at(103)))
        assert (second.status.waiting.reason, second.status.waiting.since) == ("ImagePull", at(100))
        assert second.status.waiting.deadline == at(160)
        # What has changed does not fall due by the old deadline.
        assert "SuspendJob" not in str(plan.decide(dataclasses.replace(pulls, now=at(301))).actions)

    def test_a_hopeless_one_without_a_grace_ends_at_once_but_not_before_it_is_written(self):
        written = plan.decide(run(stuck("InvalidImageName", "no"), now=at(3)))
        assert (written.actions, written.status.waiting.deadline, written.again) == ((), NOW, NOW)
        assert plan.decide(run(stuck("InvalidImageName", "no"), status=written.status, now=at(3))).actions

    def test_the_clock_of_a_shard_begins_when_no_other_runs(self):
        decision = plan.decide(run(make_pod(0, terminated=True), stuck(index=1), now=at(1000)))
        assert decision.status.waiting is None
        assert (decision.waiting.since, decision.again) == (at(1000), at(1003))

    def test_after_a_restart_a_new_wait_is_not_as_old_as_the_run(self):
        """Pods that ran and are gone are forgotten then."""
        assert plan.decide(run(stuck(), last_write=None, now=at(2000))).waiting.since == at(2000)

    def test_a_resumed_run_has_a_clock_of_its_own(self):
        status = dataclasses.replace(run().status, deadline_time=at(5000))
        assert plan.decide(run(stuck(), status=status, now=at(1404))).status.waiting.since == at(1400)

    def test_the_runs_own_deadline_is_never_exceeded_and_names_the_wait(self):
        spec, status = make_spec(timeout_seconds=30), dataclasses.replace(run().status, deadline_time=at(30))
        written = plan.decide(run(stuck(), spec=spec, status=status)).status
        assert written.waiting.deadline == at(30)
        stop = plan.decide(run(stuck(), spec=spec, status=written, now=at(30))).status.waiting
        assert (stop.reason, stop.message) == (
            "TimedOut",
            "not finished after timeoutSeconds (30 s); it waited for ImagePull: shard 0: ErrImagePull: not found",
        )

    @pytest.mark.parametrize("reason", ["ApiServer", "ImagePull"])
    def test_a_wait_that_is_over_is_not_named_although_it_stands_in_the_status(self, reason: str):
        """The operator was away, or could not write, since it was."""
        wait = Waiting(reason=reason, message="no", since=NOW, deadline=at(30))
        status = dataclasses.replace(run().status, deadline_time=at(30), waiting=wait)
        seen = run(make_pod(0), spec=make_spec(timeout_seconds=30), status=status, now=at(30))
        assert plan.decide(seen).status.waiting.message == "not finished after timeoutSeconds (30 s)"

    def test_a_cancel_explains_more_than_a_wait(self):
        written = plan.decide(run(stuck(), now=at(3))).status
        spec = make_spec(timeout_seconds=3600, cancel=True)
        assert plan.decide(run(stuck(), spec=spec, status=written, now=at(60))).status.waiting.reason == "Cancelled"

    def test_a_job_that_a_queue_holds_is_not_resumed(self):
        assert plan.decide(run(job=make_job(suspended=True, queue="team"))).actions == ()
        assert plan.decide(run(job=make_job(suspended=True))).actions == (actions.SuspendJob(suspend=False),)


class TestEvents:
    """They are read only where nothing else tells, and seldom."""

    READ_JOB = actions.ReadEvents("Job", JOB_NAME)

    def test_they_are_read_once_the_wait_lasts_and_again_after_a_while(self):
        assert plan.decide(run(now=at(2))).actions == ()
        first = plan.decide(run(now=at(3)))
        assert (first.actions, first.status) == ((self.READ_JOB,), None), "one write is enough: with what they tell"
        read = told(name=JOB_NAME, at_=3)
        second = plan.decide(run(events=read, now=at(3)))
        assert (second.actions, second.status.waiting.reason, second.again) == ((), "PodsNotCreated", at(18))
        assert plan.decide(run(status=second.status, events=read, now=at(17))).actions == ()
        assert plan.decide(run(status=second.status, events=read, now=at(18))).actions == (self.READ_JOB,)

    def test_a_pod_that_says_why_needs_none(self):
        assert plan.decide(run(stuck())).actions == ()

    def test_after_a_restart_what_they_told_before_holds_until_they_are_read_again(self):
        mounts = run(pod(reason="ContainerCreating"), events=told(("FailedMount", CONFIG_MAP)))
        written = plan.decide(mounts).status
        restarted = dataclasses.replace(mounts, status=written, events=(), now=at(70))
        decision = plan.decide(restarted)
        assert (decision.status, decision.actions) == (None, (actions.ReadEvents("Pod", f"{JOB_NAME}-0-abcde"),))
        again = dataclasses.replace(restarted, events=mounts.events)
        assert plan.decide(again).status.waiting.message.endswith(CONFIG_MAP)
        pulls = dataclasses.replace(restarted, events=told(("Pulling", "it")))
        assert plan.decide(pulls).waiting.reason == "ImagePull", "it has healed meanwhile"

    @pytest.mark.parametrize("reason", ["TriggeredScaleUp", "Nominated"])
    def test_a_node_that_an_autoscaler_has_ordered_is_waited_for_longer(self, reason):
        pods = [stuck("Unschedulable", "no node", index=index) for index in range(2)]
        first = plan.decide(run(*pods, events=told())).status
        assert (first.waiting.reason, first.waiting.deadline) == ("Unschedulable", at(300))
        ordered = run(*pods, status=first, events=told((reason, "a node comes"), at_=20), now=at(20))
        second = plan.decide(ordered)
        assert (second.status, second.actions, second.again) == (None, (), at(23)), "one pod is asked about for all"
        assert second.waiting == Waiting(
            reason="ScaleUp", message=f"shard 0: {reason}: a node comes; Unschedulable: no node", since=at(20), deadline=at(920)
        )
        third = plan.decide(dataclasses.replace(ordered, waiting=second.waiting, now=at(23))).status
        assert third.waiting == second.waiting
        late = plan.decide(dataclasses.replace(ordered, status=third, waiting=second.waiting, now=at(301)))
        assert [type(action) for action in late.actions] == [actions.ReadEvents]

    def test_a_refusal_from_before_the_wait_tells_nothing(self):
        pods = (make_pod(0, terminated=True),)
        old = told(("FailedCreate", "exceeded quota", 10), name=JOB_NAME)
        seen = run(*pods, events=old, now=at(200), waiting=Waiting(reason="PodsNotCreated", since=at(100), deadline=at(400)))
        assert waiting(seen).message.startswith("no pod is left")


def test_the_table_names_every_reason():
    assert {row.reason for row in waits.TABLE} == {
        "Queued", "PodsNotCreated", "ScaleUp", "Unschedulable", "ImagePull", "ContainerConfig", "VolumeMount", "Initializing",
    }  # fmt: skip


def test_a_run_without_a_status_waits_for_nothing():
    assert rules.wait_has_passed_its_deadline(make_observed()) is None
