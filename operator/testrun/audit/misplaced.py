"""Which mocks stand where none belong: in an end-to-end test, and in integration tests that meet nothing else. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testrun.audit import mocks, network, tiers
from testrun.audit.model import Call, Mock, SourceFile, Test, Tier
from testrun.audit.services_known import CLIENTS

_RECORDS = re.compile(r"(?:on[A-Z]|fn|cb$|callback|handler|listener|spy|next$|done$|subscriber|observer|called)")
"""Names of functions that are there to be called, and stand for nothing."""
_SETTING = re.compile(
    r"(?:^|\.)(?:settings?|config|conf|env|logger|dotenv)\.|"
    r"(?:config|settings?|paths?|dir|home|instance|singleton|logger)(?:\.from_\w+)?$",
    re.IGNORECASE,
)
_CONSTANT = re.compile(r"\.[A-Z][A-Z0-9_]+$")
"""What is set, not called."""
_PLAIN = re.compile(r"-?\d|['\"\[{(]|True$|False$|None$|tmp_path|str\(")
_RAISES = re.compile(r"side_effect=\w*(?:Error|Exception|Timeout)|side_effect=\[?\w+(?:Error|Exception)|\.throw\(")
"""A failure, which the real thing does not have at will."""
_BY_PYTEST = re.compile(
    r"self|cls|mocker|monkeypatch|caplog|capsys|capfd|capteesys|request|recwarn|tmp_path|tmpdir|tmp_path_factory|"
    r"\w*(?:mock|fake|stub|patch)\w*"
)
_REAL = re.compile(
    r"supertest|testcontainers|memory-server|dockertest|envtest|testclient|TestClient|subprocess|pexpect|child_process|os/exec|"
    r"[./@][\w./-]*(?:helpers?|setup|utils?|fixtures?|server|app|db|database|harness|container|testing|common)\b"
)
"""Imports that may bring something real, or what brings it up."""
_BRINGS_UP = re.compile(r"(?:^|\.)(?:beforeAll|before|BeforeSuite|setUpClass|setUpModule|setup_class|setup_module)$")


_TOGETHER = (Tier.E2E, Tier.INTEGRATION)


def find(file: SourceFile, placed: list[Mock]) -> Iterator[tuple[Tier, int]]:
    """One for a file and its kind of test, with the first mock: where one is, there are more."""
    tested = [(test, tiers.of(file, test)) for test in file.tests if not test.skipped]
    whole = tiers.of(file)
    if whole not in _TOGETHER and not any(tier in _TOGETHER for _, tier in tested):
        return
    kept = [each for each in placed if each.kind != "spy"]
    kept = _without_what_is_for_the_test(file, kept) if kept else []
    outside = [each for each in kept if not any(_has(test, each) for test in file.tests)]
    for tier in _TOGETHER:
        mine = [test for test, of_test in tested if of_test is tier]
        own = [each for each in kept if any(_has(test, each) for test in mine)]
        own += outside if whole is tier or (mine and len(mine) == len(tested)) else []
        if own and (tier is Tier.E2E or (mine and _meets_nothing(file, mine, outside, own))):
            yield tier, min(each.line for each in own)


def _has(test: Test, mock: Mock) -> bool:
    return (test.first or test.line) <= mock.line <= test.end


def _without_what_is_for_the_test(file: SourceFile, placed: list[Mock]) -> list[Mock]:
    """Without what records, sets something, or fails on purpose."""
    calls = {each.line: each for each in file.calls if mocks.of_call(file.language, each) is not None}
    names: dict[int, list[str]] = {}
    for each in file.assigned:
        names.setdefault(each.line, []).append(each.name)
    return [mock for mock in placed if not _is_for_the_test(mock, calls.get(mock.line), names.get(mock.line, []))]


def _is_for_the_test(mock: Mock, call: Call | None, names: list[str]) -> bool:
    given = call.arguments if call is not None else ()
    value = given[-1] if call is not None and call.name.endswith(("setattr", "setitem")) and len(given) > 1 else ""
    return (
        any(_RECORDS.match(each.rpartition(".")[2]) for each in names)
        or any(map(_SETTING.search, (mock.target, *names)))
        or _CONSTANT.search(mock.target) is not None
        or _PLAIN.match(value) is not None
        or any(map(_RAISES.search, given))
    )


def _meets_nothing(file: SourceFile, tests: list[Test], outside: list[Mock], own: list[Mock]) -> bool:
    """Each of the tests has a mock, and none has anything in hand that may be real."""
    if any(_REAL.search(each.module) for each in file.imports) or any(_BRINGS_UP.search(each.name) for each in file.calls):
        return False
    if any(_BRINGS_UP.search(each.name) for each in file.own):
        return False
    replaced = " ".join(each.target for each in (*own, *outside))
    clients = (each.module for each in file.imports if CLIENTS.of(each.module) is not None)
    if any(re.split(r"[./]", each)[0] not in replaced and each not in replaced for each in clients):
        return False
    return all(
        (outside or any(_has(test, each) for each in own) or any("mock" in each for each in test.given))
        and all(_BY_PYTEST.fullmatch(each) for each in test.given)
        and not any(network.OPENS[file.language].match(each.name) for each in test.calls)
        for test in tests
    )
