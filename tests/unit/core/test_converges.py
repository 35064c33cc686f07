"""The decision in a small world: it comes to rest, and to the same end when the operator dies after any of its writes."""

from __future__ import annotations

import dataclasses

import pytest
from build import JOB_NAME, NOW, RUN, at, ended, make_job, make_observed, make_pod, make_progress, make_settlement, make_spec

from testrun.core import actions, late, model, plan
from testrun.core.observed import CheckSeen, Job
from testrun.core.preflight.checks import Check, Kind, Preflight, WorkloadCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.core.status import ConditionType, Status, Waiting


class Died(Exception):
    """The operator was killed."""


@dataclasses.dataclass
class World:
    """A cluster and a server with one run of two shards. ``lives`` counts the writes until the operator dies (None: never)."""

    spec: model.RunSpec = dataclasses.field(default_factory=make_spec)
    lives: int | None = None
    deleted: bool = False
    now: float = 0
    finalizer: bool = False
    exists: bool = True
    job: Job | None = None
    secret: bool = False
    status: Status | None = None
    jobs_made: int = 0
    told: list[str] = dataclasses.field(default_factory=list)
    states: list[str] = dataclasses.field(default_factory=list)
    record: model.RecordFacts | None = None
    """What the server finds in the run's record; there from the third second on."""
    verified: int = 0
    stuck: bool = False
    """Its pods cannot start."""
    stride: float = 5
    """Nothing happens for longer than this."""
    away: float = 0
    """Until when the server does not answer."""
    ready_at: float = 0
    """From when on the environment is."""
    # the operator's own memory, lost when it dies
    posted: set[str] = dataclasses.field(default_factory=set)
    records: tuple[model.RecordFacts, ...] | None = None
    absent: str = ""
    settled: model.Settlement | None = None
    error: str = ""
    tried: float | None = None
    waiting: Waiting | None = None
    looks: bool = False

    def look(self):
        stopped = self.job is not None and self.job.suspended
        over = stopped or (self.now >= 5 and not self.stuck)
        trouble = {"started": False, "reason": "ErrImagePull", "message": "not found"} if self.stuck else {}
        pods = tuple(make_pod(index, terminated=over, **trouble) for index in range(2)) if self.secret else ()
        done = make_progress(ended(0), ended(1)) if self.secret and over and not stopped else None
        finding = READY if self.now >= self.ready_at else NOT_READY
        seen = (CheckSeen(name="shop", asked=at(self.now), finding=finding, since=at(self.ready_at)),) if self.looks else None
        return make_observed(
            checks=seen, now=at(self.now), run=RUN, spec=self.spec, finalizer=self.finalizer, status=self.status, job=self.job,
            secret_made=self.secret, pods=pods, progress=done, settlement=self.settled, deleted_at=NOW if self.deleted else None,
            events_posted=frozenset(self.posted), last_write=at(self.now), records=self.records, records_absent=self.absent,
            waiting=self.waiting, settle_error=self.error, settle_tried=None if self.tried is None else at(self.tried),
        )  # fmt: skip

    def write(self):
        """One writing request; the operator may die right after it."""
        if self.lives is not None:
            self.lives -= 1
            if self.lives < 0:
                self.lives = None
                raise Died

    def do(self, action):
        match action:
            case actions.AddFinalizer():
                self.finalizer = True
            case actions.RemoveFinalizer():
                self.finalizer = False
                self.exists = not self.deleted
            case actions.VerifyRecords():
                assert self.job is None
                ready = self.now >= 3
                self.verified += ready
                self.records, self.absent = ((self.record,), "") if ready else (None, "it is not there")
                return  # it writes nothing
            case actions.StartLooking():
                assert self.job is None
                self.looks = True
                return  # nor does this
            case actions.ReadEvents() | actions.ReadPods():
                return  # nor do these
            case actions.CreateJob():
                self.jobs_made += self.job is None
                self.job = self.job or make_job(name=JOB_NAME)
            case actions.CreateSecret():
                self.secret = True
            case actions.SuspendJob(suspend):
                self.job = dataclasses.replace(self.job, suspended=suspend)
            case actions.Settle(request):
                if self.now < self.away:
                    self.error, self.tried = "no answer", self.now
                    return  # it writes nothing
                self.error = ""
                self.settled = make_settlement(verdict=request.verdict or request.stopped or model.Verdict.PASSED)
            case actions.SettleWithoutServer(request):
                verdict = request.stopped or model.Verdict.PASSED
                self.settled = make_settlement(verdict=verdict, stored=False, stored_message="not stored")
                return
            case actions.DeleteJob():
                self.job, self.secret = None, False
            case actions.DeleteRun():
                self.exists = False
            case actions.PostEvent(key=key, reason=reason):
                self.posted.add(key)
                if (key, reason) not in self.told:
                    self.told.append((key, reason))
        self.write()

    def live(self):
        """Until nothing is left to do; a dead operator starts again with an empty memory."""
        for _ in range(1000):
            try:
                decision = plan.decide(self.look())
                self.waiting = decision.waiting
                self.looks = self.looks and decision.looks
                for action in decision.actions:
                    self.do(action)
                if decision.status is not None:
                    self.status = decision.status
                    self.states.append(str(decision.status.state))
                    self.write()
            except Died:
                self.posted, self.settled, self.records, self.absent, self.waiting = set(), None, None, "", None
                self.error, self.tried, self.looks = "", None, False
                continue
            asked = {type(action) for action in decision.actions}
            waits = (actions.VerifyRecords in asked and self.records is None) or (actions.Settle in asked and bool(self.error))
            if waits:
                self.now += 1
                continue
            if not decision.actions and decision.status is None:
                if decision.again is None or not self.exists:
                    return
                self.now = max(self.now + 1, min((decision.again - NOW).total_seconds(), self.now + self.stride))
            if not self.exists:
                return
        raise AssertionError(f"it does not come to rest: {self}")

    def end(self):
        """What matters in the end."""
        return (
            str(self.status.verdict), self.finalizer, self.exists, self.job, self.jobs_made,
            [reason for _, reason in self.told],
        )  # fmt: skip


RECORD = model.PhaseRecord(phase="unit", sha256="0" * 64, config_map="unit", key="k")
GATED = make_spec(revision="1", pre_steps=model.PreSteps(required=("unit",), records=(RECORD,)))
GREEN = model.RecordFacts(phase="unit", counts=model.Counts(tests=1, passed=1), revisions=("1",))
RED = model.RecordFacts(phase="unit", counts=model.Counts(tests=1, failed=1), revisions=("1",))

CHECKED = make_spec(preflight=Preflight(60, (Check("shop", WorkloadCheck(Kind.DEPLOYMENT, "shop")),)))
READY = Finding(Readiness.READY, saw="shop", wanted="shop")
NOT_READY = Finding(Readiness.NOT_READY, saw="no shop", wanted="shop")

RUNS = {
    "a run that passes": {},
    "a run that is cancelled at once": {"spec": make_spec(cancel=True)},
    "a run that is deleted while it runs": {"deleted": True, "finalizer": True},
    "a run that waits for the record of a phase before": {"spec": GATED, "record": GREEN},
    "a run that a phase before blocks": {"spec": GATED, "record": RED},
    "a run that is cancelled while it waits for a record": {"spec": dataclasses.replace(GATED, cancel=True), "record": GREEN},
    "a run whose environment is ready": {"spec": CHECKED},
    "a run that waits for its environment": {"spec": CHECKED, "ready_at": 20},
    "a run whose environment is not ready in time": {"spec": CHECKED, "ready_at": 1000},
    "a run that is cancelled while it waits for its environment": {
        "spec": dataclasses.replace(CHECKED, cancel=True),
        "ready_at": 20,
    },
    "a run whose image does not exist": {"stuck": True},
    "a run whose evidence is stored late": {"away": 300},
    "a run whose evidence is never stored": {"away": 10**9, "stride": 600},
    "a run that is deleted while the server is away": {"away": 10**9, "deleted": True, "finalizer": True},
    "a run whose time is over while the server is away": {"away": 10**9, "spec": make_spec(ttl_seconds_after_finished=600)},
    "a run that goes when its time is over": {"spec": make_spec(ttl_seconds_after_finished=30)},
}


@pytest.mark.parametrize("changes", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("lives", range(16))
def test_a_death_after_any_write_changes_nothing_in_the_end(changes, lives):
    calm, broken = World(**changes), World(**changes, lives=lives)
    calm.live()
    broken.live()
    assert broken.end() == calm.end()
    assert calm.jobs_made <= 1


def test_a_run_whose_environment_is_not_ready_never_has_a_job():
    world = World(spec=CHECKED, ready_at=1000)
    world.live()
    assert (world.end()[0], world.jobs_made) == ("NotReady", 0)
    assert 60 <= world.now < 70
    assert list(dict.fromkeys(world.states)) == ["Pending", "NotReady"]


def test_a_blocked_run_never_has_a_job():
    world = World(spec=GATED, record=RED)
    world.live()
    assert (world.end()[0], world.jobs_made, world.verified) == ("Blocked", 0, 1)
    assert list(dict.fromkeys(world.states)) == ["Pending", "Blocked"]


@pytest.mark.parametrize("lives", range(16))
def test_what_was_decided_about_the_records_is_not_asked_again_after_a_death(lives):
    world = World(spec=GATED, record=GREEN, lives=lives)
    world.live()
    decided = [state for state in world.states if state == "Running"]
    assert decided
    assert world.verified <= 2, "twice only when the death came before the decision was written"


def test_late_evidence_is_told_once_and_then_the_job_goes():
    world = World(away=300)
    world.live()
    assert world.end() == ("Passed", False, True, None, 1, ["Started", "Passed", "StoredLate"])
    assert world.now < 300 + late.LONGEST_SECONDS


def test_evidence_that_never_comes_keeps_the_job_and_lets_the_run_go():
    world = World(away=10**9, stride=600)
    world.live()
    assert world.end() == ("Passed", False, True, make_job(name=JOB_NAME), 1, ["Started", "Passed"])
    assert late.SECONDS < world.now < late.SECONDS + 700
    assert world.status.condition(ConditionType.CLEANED_UP).reason == "Kept"


def test_states_do_not_go_back():
    world = World()
    world.live()
    assert list(dict.fromkeys(world.states)) == ["Running", "Passed"]
    assert world.end() == ("Passed", False, True, None, 1, ["Started", "Passed"])
