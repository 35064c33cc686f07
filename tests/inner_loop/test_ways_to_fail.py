"""The table: every way to fail, with the real Go, Jest, pytest and Playwright. No way is ever green, and each says why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from inner_loop.checkout import DISCOUNTS, NUMBERS, PHASES, Checkout, Ended, check_evidence, matches
from inner_loop.integration_ways import INTEGRATION_WAYS
from inner_loop.policy_ways import OLD_VALUES, POLICY_WAYS, allowed
from inner_loop.unit_ways import UNIT_WAYS
from inner_loop.way import Way

WAYS = [*POLICY_WAYS, *UNIT_WAYS, *INTEGRATION_WAYS]


def expected_results(way: Way) -> list[str]:
    return ["Passed"] * way.phase + [way.result] + ["NotRun"] * (3 - way.phase)


@pytest.mark.parametrize("way", [pytest.param(way, id=way.name) for way in WAYS])
def test_a_way_to_fail(way: Way, outcome: Callable[[Way], Ended]) -> None:
    ended = outcome(way)

    assert (ended.code, ended.results) == (way.code, expected_results(way)), ended.why
    check_evidence(ended)
    phase = ended.phase(way.phase)
    first = phase["failures"][0]
    told = [failure["message"].partition("\n")[0] for failure in phase["failures"]]
    assert matches(way.says, told[0])
    assert not way.also or any(matches(way.also, each) for each in told[1:]), told
    assert matches(way.names or "*", first["name"])
    assert matches(way.at or "*", f"{first['file']}:{first['line']}")
    assert (way.kind or first["kind"]) == first["kind"]
    assert {name: phase[name] for name in way.counts} == dict(way.counts)
    assert set(way.counts) <= set(NUMBERS)
    assert f"phase {way.phase} {PHASES[way.phase]}: {way.result}: " in ended.stderr


def test_no_two_ways_have_one_name() -> None:
    assert len({way.name for way in WAYS}) == len(WAYS)


def test_a_good_entry_of_the_allowlist_lets_a_finding_pass_and_is_listed(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)
    OLD_VALUES(repository)
    repository.write("ameide.toml", allowed())

    ended = repository.run()

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why
    check_evidence(ended)
    assert ended.cases(0)["[policy] integration-mode › deploy/values.yaml:1"] == "skipped"
    assert "allowed until 2999-12-31 by shop: the old cluster" in ended.junit(0).read_text()


def test_a_repository_without_integration_tests_may_say_so(checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)
    repository.remove("services/discounts/tests/test_server.py")
    repository.write("ameide.toml", "[integration]\nmin-tests = 0\n")

    ended = repository.run()

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why


BROKEN = {
    "no TOML": ("[unit\n", "ameide.toml cannot be read: Expected ']' at the end of a table declaration (at line 1, column 6)"),
    "an unknown key": ("[unit]\ntimeout = 5\n", "ameide.toml: unit.timeout: unknown key"),
    "a number that is a text": (
        '[unit]\ntimeout-seconds = "5"\n', "ameide.toml: unit.timeout-seconds: Input should be a valid integer",
    ),
    "a manifest that is not there": (
        '[e2e]\ntestrun = "e2e/run.yaml"\n', "ameide.toml: e2e.testrun: there is no file e2e/run.yaml",
    ),
    "a time-out of nothing": (
        "[unit]\ntimeout-seconds = 0\n", "ameide.toml: unit.timeout-seconds: Input should be greater than or equal to 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_configuration_is_one_line_and_no_run(text: str, message: str, checkout: Callable[..., Checkout]) -> None:
    repository = checkout(*DISCOUNTS)
    repository.write("ameide.toml", text)

    ended = repository.run()

    assert (ended.code, ended.stdout, ended.folder) == (2, "", None)
    assert ended.stderr == f"error: {message}\n"
