"""The environment under test: what its checks come to together, what the status and the JUnit say of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from build import NOW, at, make_spec, make_status
from logs import a, fold, log, request

from testrun.core import cases, environment, model
from testrun.core.environment import Judgement
from testrun.core.observed import CheckSeen
from testrun.core.preflight.checks import Check, Kind, Preflight, WorkloadCheck
from testrun.core.preflight.finding import Finding, Readiness
from testrun.core.status import ConditionType

PREFLIGHT = Preflight(300, (Check("shop is rolled out", WorkloadCheck(Kind.DEPLOYMENT, "shop")),))


def seen(name: str = "shop", readiness: str = "Ready", *, since: float = 4, **finding: Any) -> CheckSeen:
    values = {"saw": "1 of 2 pods ready", "wanted": "Deployment shop rolled out"} | finding
    return CheckSeen(name=name, asked=NOW, finding=Finding(Readiness(readiness), **values), since=at(since))


NOT_READY = seen(readiness="NotReady", hint="wait for it")
UNSEEN = CheckSeen(name="cart", asked=NOW)
SAW = "shop: saw 1 of 2 pods ready; wanted Deployment shop rolled out; hint: wait for it"


class TestJudge:
    def judge(self, *checks: CheckSeen, waited: float = 0) -> Judgement | None:
        return environment.judge(checks, since=at(-waited), now=NOW, timeout=300)

    def test_one_check_that_holds(self):
        assert self.judge(seen()) == Judgement("True", "Ready", "the check holds")

    def test_all_must_hold(self):
        assert self.judge(seen("shop"), seen("cart")) == Judgement("True", "Ready", "all 2 checks hold")
        assert self.judge(seen("shop"), seen("cart", "NotReady")) is None

    def test_what_holds_only_after_the_deadline_holds(self):
        assert self.judge(seen(), waited=400) == Judgement("True", "Ready", "the check holds")

    def test_a_warning_is_told(self):
        found = self.judge(seen(), seen("telepresence", warning="metrics are off"))
        assert found == Judgement("True", "Ready", "all 2 checks hold; telepresence: metrics are off")

    def test_it_is_not_decided_before_the_deadline(self):
        assert self.judge(NOT_READY, waited=299.9) is None

    def test_at_the_deadline_the_first_that_does_not_hold_is_told_and_the_others_are_named(self):
        found = self.judge(seen("home"), NOT_READY, seen("cart", "NotReady"), seen("pay", "Unknown"), waited=300)
        message = f"not ready after timeoutSeconds (300 s): {SAW}; also cart and pay"
        assert found == Judgement("False", "NotReady", message)

    def test_what_nobody_could_look_at_is_no_fault_of_the_environment(self):
        unseen = dataclasses.replace(seen(readiness="Unknown", saw="no answer"), looked=False)
        found = self.judge(seen("home"), unseen, waited=300)
        message = "not ready after timeoutSeconds (300 s): shop: saw no answer; wanted Deployment shop rolled out"
        assert found == Judgement("Unknown", "NotChecked", message)

    def test_a_state_that_cannot_be_known_is_not_ready(self):
        """Somebody looked: it is the environment that does not tell."""
        assert self.judge(seen(readiness="Unknown"), waited=300).reason == "NotReady"

    def test_a_set_up_that_has_not_begun_is_no_witness(self):
        unseen = dataclasses.replace(seen(readiness="Unknown", saw="no answer"), looked=False)
        setup = dataclasses.replace(seen("playwright.setup", "NotReady", saw="that it has not begun"), looked=False)
        assert self.judge(unseen, setup, waited=300).reason == "NotChecked"

    def test_each_check_is_looked_at_once_however_late(self):
        """By whoever looks now: the operator may have been away for longer than the deadline."""
        assert self.judge(UNSEEN, waited=4000) is None
        found = self.judge(dataclasses.replace(UNSEEN, asked=at(-environment.FIRST_LOOK_SECONDS)), waited=4000)
        message = "not ready after timeoutSeconds (300 s): cart: it was not looked at yet"
        assert found == Judgement("Unknown", "NotChecked", message)

    def test_what_can_never_hold_ends_the_wait_at_once(self):
        failed = seen("seeded", "NotReady", saw="Job x has failed", final=True)
        found = self.judge(seen("home"), NOT_READY, failed, waited=1)
        message = "not ready: seeded: saw Job x has failed; wanted Deployment shop rolled out; also shop"
        assert found == Judgement("False", "NotReady", message)

    def test_a_message_is_bounded(self):
        found = self.judge(
            *(seen(f"check {number:03} " + "x" * 100, "NotReady", saw="y" * 900) for number in range(50)), waited=300
        )
        assert len(found.message) <= 1000


class TestResults:
    def test_while_it_is_waited_for_only_what_holds_has_a_duration(self):
        assert environment.results((seen("home"), NOT_READY, UNSEEN), since=NOW) == (
            model.CheckResult(name="home", ready=True, message="saw 1 of 2 pods ready", duration=4.0),
            model.CheckResult(name="shop", ready=False, message=SAW.removeprefix("shop: ")),
            model.CheckResult(name="cart", ready=False, message="it was not looked at yet"),
        )

    def test_in_the_end_all_have(self):
        durations = [each.duration for each in environment.results((seen("home"), NOT_READY, UNSEEN), since=NOW, until=at(300))]
        assert durations == [4.0, 300.0, 300.0]

    @pytest.mark.parametrize("readiness", ["Ready", "NotReady"])
    def test_output_is_bounded_and_made_safe(self, readiness: str):
        many = [seen(f"c{number}", readiness, output=f"{number}" + "\x1b[31m" + "y" * 3000) for number in range(12)]
        outputs = [each.output for each in environment.results(tuple(many), since=NOW)]
        assert [len(each) for each in outputs] == [*[environment.OUTPUT] * environment.OUTPUTS, 0, 0]
        assert "\x1b" not in outputs[1]


class TestMemory:
    def test_without_checks_the_environment_is_ready(self):
        assert environment.is_ready(make_spec(), None)

    @pytest.mark.parametrize(
        ("status", "reason", "decided", "ready"),
        [
            ("True", "Ready", True, True),
            ("False", "NotReady", True, False),
            ("Unknown", "NotChecked", True, False),
            ("Unknown", "Preflight", False, False),
        ],
    )
    def test_what_is_written_is_its_memory(self, status: str, reason: str, decided: bool, ready: bool):
        written = make_status().with_condition(ConditionType.ENVIRONMENT_READY, status, reason, "", now=NOW, generation=1)
        assert (environment.condition(written) is not None) is decided
        assert environment.is_ready(make_spec(preflight=PREFLIGHT), written) is ready


HELD = model.CheckResult(name="home page answers", ready=True, message="saw 200", duration=1.5)
BAD = model.CheckResult(name="shop is rolled out", ready=False, message="saw nothing", output="panic: no\n", duration=300.0)


def preflight_case(name: str, status: str, **changes: Any) -> model.Case:
    return model.Case(
        **{
            "shard": 0,
            "file": "",
            "project": "",
            "title": ("preflight", name),
            "status": model.CaseStatus(status),
            "support": True,
        }
        | changes
    )


class TestExplained:
    def test_a_run_that_was_not_ready_is_its_checks_and_nothing_else(self):
        asked = request(stopped=model.Verdict.NOT_READY, preflight=(HELD, BAD))
        result = environment.explained(cases.settle(asked, {}), asked)
        assert result.cases == (
            preflight_case(
                "home page answers", "passed", attempts=(model.Attempt(retry=0, status="passed", duration=1.5, output="saw 200"),)
            ),
            preflight_case(
                "shop is rolled out", "errored", message="saw nothing", details="saw nothing\n\npanic: no\n", kind="NotReady",
                attempts=(model.Attempt(retry=0, status="errored", duration=300.0, output="panic: no\n"),),
            ),
        )  # fmt: skip
        assert (result.counts, result.shards, result.helped) == (model.Counts(tests=2, passed=1, errored=1), (), 1)

    def test_checks_that_held_come_before_the_tests_and_are_none_of_them(self):
        asked = request(preflight=(HELD,))
        tested = cases.settle(asked, {0: [fold(log(a("t1", "passed")))]})
        result = environment.explained(tested, asked)
        assert [case.name for case in result.cases] == ["preflight › home page answers", *(case.name for case in tested.cases)]
        assert result.counts == tested.counts + model.Counts(tests=1, passed=1)
        assert (result.ran, result.shards) == (tested.ran, tested.shards)

    def test_a_check_of_a_cancelled_run_says_so(self):
        asked = request(stopped=model.Verdict.CANCELLED, preflight=(dataclasses.replace(BAD, duration=None),))
        result = environment.explained(cases.settle(asked, {}), asked)
        assert [(case.kind, case.duration) for case in result.cases if case.title[0] == "preflight"] == [("Cancelled", 0.0)]

    def test_without_checks_nothing_changes(self):
        asked = request()
        tested = cases.settle(asked, {0: [fold(log(a("t1", "passed")))]})
        assert environment.explained(tested, asked) == tested
